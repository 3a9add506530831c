package pricing

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/enum"
)

// FindingCode says what [Snapshot.Lint] found.
type FindingCode string

// The findings, the gravest first.
const (
	// FindGradeDearer: at this quantity and date a better grade pays more than a
	// worse one, or than a customer without a grade.
	FindGradeDearer FindingCode = "grade_dearer"
	// FindBelowFloor: the price is below a floor of the book by itself; Other is the floor.
	FindBelowFloor FindingCode = "below_floor"
	// FindNought: a list makes a price of nought of one that is not.
	FindNought FindingCode = "nought"
	// FindTie: both rules can apply at once and only their ids decide.
	FindTie FindingCode = "tie"
	// FindUnreachable: the row never gives a price.
	FindUnreachable FindingCode = "unreachable"
	// FindCurrencyHole: the product is priced, but not in this currency of the book.
	FindCurrencyHole FindingCode = "currency_hole"
	// FindPriceInversion: the larger quantity costs more per unit.
	FindPriceInversion FindingCode = "price_inversion"
	// FindTotalInversion: the quantity costs less in all than one unit fewer (16 are
	// cheaper than 15). Most breaks do that; it is a notice.
	FindTotalInversion FindingCode = "total_inversion"
	// FindGradeIdle: the list of Grade derives nothing in a currency in which default lists price,
	// nor does another list of the grade, which pays like everybody there. It is a notice.
	FindGradeIdle FindingCode = "grade_idle"
	// FindIncomplete: the book is too large to be judged as a whole.
	FindIncomplete FindingCode = "incomplete"
)

// FindingCodes lists the findings, the gravest first.
func FindingCodes() []FindingCode {
	return []FindingCode{FindGradeDearer, FindBelowFloor, FindNought, FindTie, FindUnreachable, FindCurrencyHole, FindPriceInversion,
		FindTotalInversion, FindGradeIdle, FindIncomplete}
}

// Valid reports whether c is one of [FindingCodes].
func (c FindingCode) Valid() bool { return slices.Contains(FindingCodes(), c) }

// UnmarshalText reads a code and refuses anything else.
func (c *FindingCode) UnmarshalText(text []byte) error { return enum.Decode(c, text, "finding") }

// Finding is something legal but doubtful in a book. Rule and Other name the two
// rows (or derived lists) that it is about.
type Finding struct {
	Code     FindingCode      `json:"code"`
	Rule     string           `json:"rule"`
	Other    string           `json:"other,omitempty"`
	Product  tandem.ProductID `json:"product,omitzero"`
	Category string           `json:"category,omitempty"`
	Currency tandem.Currency  `json:"currency,omitzero"`
	Quantity tandem.Quantity  `json:"quantity"`        // from which it holds; far out in graduated tiers: at which
	Date     tandem.Date      `json:"date,omitzero"`   // from which it holds; none: since ever
	Grade    tandem.GradeCode `json:"grade,omitempty"` // that pays Price
	Than     tandem.GradeCode `json:"than,omitempty"`  // that pays Against; none: a customer without a grade
	Price    tandem.Price     `json:"price"`
	Against  tandem.Price     `json:"against"`
}

// Notice reports whether the finding is for information, not for correction.
func (f Finding) Notice() bool {
	return f.Code == FindTotalInversion || f.Code == FindGradeIdle || f.Code == FindIncomplete
}
