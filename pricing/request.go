package pricing

import "github.com/tandem-go/tandem"

// Request asks for the prices of an order. It carries everything that counts: the
// same request against the same snapshot gives the same result for ever.
type Request struct {
	Company  tandem.CompanyID `json:"company,omitzero"`
	Customer tandem.PartyID   `json:"customer,omitzero"` // finds contracts; none: no contract
	Grade    tandem.GradeCode `json:"grade,omitempty"`   // a grade of the book, or none
	Date     tandem.Date      `json:"date"`              // the date that prices; which one it is, is the process's policy
	Currency tandem.Currency  `json:"currency"`
	// Inclusive asks for gross lists; otherwise net lists are used.
	Inclusive      bool            `json:"inclusive,omitempty"`
	Lines          []Line          `json:"lines"`
	OrderDiscounts []OrderDiscount `json:"order_discounts,omitempty"`
	// Explain adds a [Waterfall] to each line of the result.
	Explain bool `json:"explain,omitempty"`
}

// Line is one line to be priced.
type Line struct {
	Line     int              `json:"line"` // the document's line number, from 1
	Product  tandem.ProductID `json:"product"`
	Category string           `json:"category,omitempty"` // path, `gifts/candles`; needed only where rows are for categories
	Quantity tandem.Quantity  `json:"quantity"`           // positive, in the unit that is priced
	TaxCode  tandem.TaxCode   `json:"tax_code,omitempty"` // handed on in the tax base
	// Cost of the whole quantity, in the tax mode of the request; none: not known.
	Cost   tandem.Money `json:"cost"`
	Agreed *Override    `json:"agreed,omitempty"`
}

// Override is a price agreed by hand: the last step of the line's price, in
// either direction, nought included. It also prices what no list prices.
type Override struct {
	Price  tandem.Price `json:"price"`
	Reason string       `json:"reason"`          // required
	Actor  string       `json:"actor,omitempty"` // who agreed to it: an id, never a name
	// Open lets order discounts follow. The default is a final price; floors still ask.
	Open bool `json:"open,omitempty"`
}

// Final reports whether nothing may be taken off any more.
func (o Override) Final() bool { return !o.Open }

// OrderDiscount takes a rate or an amount (in the tax mode of the request) off
// the order. Several compound in their order. It falls on all lines but those
// with a final agreed price, in proportion to what is left of them, and never
// takes a line below nought.
type OrderDiscount struct {
	ID     string       `json:"id"`
	Rate   tandem.Rate  `json:"rate,omitzero"` // 0 to 1
	Amount tandem.Money `json:"amount"`        // positive
}

// Result is what [Snapshot.Price] fills. It may be used again: its slices keep
// their room. The zero Result is ready.
type Result struct {
	Book      string          `json:"book,omitempty"`
	Version   int64           `json:"version"`
	Currency  tandem.Currency `json:"currency"`
	Inclusive bool            `json:"inclusive,omitempty"`
	Lines     []LineResult    `json:"lines"`
	Discounts []Applied       `json:"discounts,omitempty"`
	Approvals []Approval      `json:"approvals,omitempty"` // in the order of the lines
	Total     tandem.Money    `json:"total"`               // Σ Amount, before tax where net

	weights []int64
	parts   []tandem.Money
	found   []resolution
}

// LineResult is the price of one line.
type LineResult struct {
	Line      int             `json:"line"`
	Price     tandem.Price    `json:"price"`     // per unit, after the agreed price
	Extended  tandem.Money    `json:"extended"`  // price × quantity, rounded
	Amount    tandem.Money    `json:"amount"`    // extended less the shares of order discounts
	Ref       tandem.PriceRef `json:"ref"`       // the row, the derived list or RuleAgreed
	Final     bool            `json:"final"`     // agreed for good: nothing may be taken off
	Base      tandem.TaxBase  `json:"base"`      // for the tax room
	Breakdown Breakdown       `json:"breakdown"` // sums to Amount
	Waterfall *Waterfall      `json:"waterfall,omitempty"`
}

// RuleAgreed is the rule of a price that was agreed by hand.
const RuleAgreed = "agreed"

// Breakdown is the waterfall in short: the change of the line's money by each
// step, which sum exactly to its amount. Sums over many lines read, for example,
// list 534,747 − break 7,223 + contract 6,367 − grade 12,511 − agreed 2,260.
type Breakdown struct {
	List          tandem.Money `json:"list"`
	Break         tandem.Money `json:"break"`
	Contract      tandem.Money `json:"contract"`
	Grade         tandem.Money `json:"grade"`
	Agreed        tandem.Money `json:"agreed"`
	OrderDiscount tandem.Money `json:"order_discount"`
}

// Of gives the change by one step.
func (b Breakdown) Of(k StepKind) tandem.Money {
	switch k {
	case StepList:
		return b.List
	case StepBreak:
		return b.Break
	case StepContract:
		return b.Contract
	case StepGrade:
		return b.Grade
	case StepAgreed:
		return b.Agreed
	case StepOrderDiscount:
		return b.OrderDiscount
	}
	return tandem.Money{}
}

// Add gives the sum, step by step, of two breakdowns of one currency. The zero
// Breakdown is the empty sum.
func (b Breakdown) Add(o Breakdown) (Breakdown, error) {
	if b == (Breakdown{}) {
		return o, nil
	}
	var sum Breakdown
	var errs [6]error
	sum.List, errs[0] = b.List.Add(o.List)
	sum.Break, errs[1] = b.Break.Add(o.Break)
	sum.Contract, errs[2] = b.Contract.Add(o.Contract)
	sum.Grade, errs[3] = b.Grade.Add(o.Grade)
	sum.Agreed, errs[4] = b.Agreed.Add(o.Agreed)
	sum.OrderDiscount, errs[5] = b.OrderDiscount.Add(o.OrderDiscount)
	for _, err := range errs {
		if err != nil {
			return Breakdown{}, err
		}
	}
	return sum, nil
}

// Total gives the sum of all steps: what is paid.
func (b Breakdown) Total() (tandem.Money, error) {
	return tandem.SumMoney(b.List.Currency(), b.List, b.Break, b.Contract, b.Grade, b.Agreed, b.OrderDiscount)
}

// Applied says what became of an order discount.
type Applied struct {
	ID      string       `json:"id"`
	Rate    tandem.Rate  `json:"rate,omitzero"`
	Basis   tandem.Money `json:"basis"`   // what it could fall on
	Asked   tandem.Money `json:"asked"`   // rate × basis, or the amount
	Applied tandem.Money `json:"applied"` // at most the basis; = Σ of its shares
}

// Approval says that a line is below a floor and who may let it pass. It is data
// for the process: nothing is blocked here.
type Approval struct {
	Line   int          `json:"line"`
	Floor  string       `json:"floor"`
	Basis  FloorBasis   `json:"basis"`
	Rate   tandem.Rate  `json:"rate"`
	Role   string       `json:"role,omitempty"`
	Limit  tandem.Money `json:"limit"`  // the least amount of the line that needs no approval
	Amount tandem.Money `json:"amount"` // the amount of the line
}

// ApprovalsOf gives the approvals that a line needs.
func (r *Result) ApprovalsOf(line int) []Approval {
	var of []Approval
	for _, a := range r.Approvals {
		if a.Line == line {
			of = append(of, a)
		}
	}
	return of
}

// AppendTaxBases appends the tax base of each line to dst.
func (r *Result) AppendTaxBases(dst []tandem.TaxBase) []tandem.TaxBase {
	for i := range r.Lines {
		dst = append(dst, r.Lines[i].Base)
	}
	return dst
}
