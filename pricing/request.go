package pricing

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/condition"
	"github.com/tandem-go/tandem/pricing/promotion"
	"github.com/tandem-go/tandem/pricing/taxmode"
)

// Request asks for the prices of an order. It carries everything that counts: the
// same request against the same snapshot gives the same result for ever.
type Request struct {
	Company  tandem.CompanyID `json:"company,omitzero"`
	Customer tandem.PartyID   `json:"customer,omitzero"` // finds contracts; none: no contract
	Grade    tandem.GradeCode `json:"grade,omitempty"`   // a grade of the book, or none
	Segments []string         `json:"segments,omitempty"`
	Region   string           `json:"region,omitempty"`
	Channel  string           `json:"channel,omitempty"`
	Coupons  []string         `json:"coupons,omitempty"` // codes that were entered, in the form of redemption.ParseCode
	Date     tandem.Date      `json:"date"`              // the date that prices; which one it is, is the process's policy
	At       tandem.Instant   `json:"at,omitzero"`       // the instant that prices; needed only where rows hold between instants
	Currency tandem.Currency  `json:"currency"`
	// Inclusive asks for gross lists; otherwise net lists are used.
	Inclusive bool `json:"inclusive,omitempty"`
	// Without names promotions that do not count: what limits them is used up.
	Without []string `json:"without,omitempty"`
	// Attributes are what the book's own attributes are of the order.
	Attributes     []Attribute     `json:"attributes,omitempty"`
	Lines          []Line          `json:"lines"`
	OrderDiscounts []OrderDiscount `json:"order_discounts,omitempty"`
	// Remaining says how much is left of lists with a [Cap]; of those that it does not
	// name, the whole cap.
	Remaining []Remaining `json:"remaining,omitempty"`
	// Border says what becomes of list prices when the goods are taxed elsewhere than at
	// home, by the rates of the lines; empty: they stay as they are.
	Border taxmode.Border `json:"border,omitempty"`
	// Shipping is what is charged for the delivery, in the tax mode of the request;
	// promotions may fall on it. None: nothing is.
	Shipping tandem.Money `json:"shipping"`
	// Explain adds a [Waterfall] to each line of the result.
	Explain bool `json:"explain,omitempty"`
}

// Attribute is a value of one of the book's own attributes.
type Attribute struct {
	Name  string          `json:"name"` // `attribute.…`
	Value condition.Value `json:"value,omitzero"`
	Texts []string        `json:"texts,omitempty"` // of an attribute that is a set
}

// Remaining is how much of a list's [Cap] is left, nought or more.
type Remaining struct {
	List     string          `json:"list"`
	Quantity tandem.Quantity `json:"quantity"` // where the cap bounds it; none: all of it
	Value    tandem.Money    `json:"value"`    // where the cap bounds it; none: all of it
}

// Line is one line to be priced.
type Line struct {
	Line     int              `json:"line"` // the document's line number, from 1
	Product  tandem.ProductID `json:"product"`
	Category string           `json:"category,omitempty"` // path, `gifts/candles`; needed where rows are for categories and the book has no [Item]
	Quantity tandem.Quantity  `json:"quantity"`           // positive, in the unit that is ordered
	// Conversions of the product from or into the unit that is ordered, for prices in other units.
	Conversions []tandem.UnitConversion `json:"conversions,omitempty"`
	Group       string                  `json:"group,omitempty"`    // lines of one group count together, see [CountGroup]
	TaxCode     tandem.TaxCode          `json:"tax_code,omitempty"` // handed on in the tax base
	// TaxRate is the rate that is due: for promotions whose thresholds count amounts in the
	// other tax mode, and where the request states a Border; HomeRate is then the rate that
	// list prices are made for.
	HomeRate tandem.Rate `json:"home_rate,omitzero"`
	TaxRate  tandem.Rate `json:"tax_rate,omitzero"`
	// Cost of the whole quantity, in the tax mode of the request; none: not known.
	Cost tandem.Money `json:"cost"`
	// Rebate is what is expected to be given back off the invoice for the line, between the
	// invoice price and the pocket price; RebateRate (0 to below 1) states it as a share of the
	// invoice price instead. None: nothing.
	Rebate     tandem.Money `json:"rebate"`
	RebateRate tandem.Rate  `json:"rebate_rate,omitzero"`
	// Attributes are what the book\'s own attributes are of the line.
	Attributes []Attribute `json:"attributes,omitempty"`
	Agreed     *Override   `json:"agreed,omitempty"`
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
	Approvals []Approval      `json:"approvals,omitempty"` // in the order of the lines, those of the order last
	Consumed  []Consumed      `json:"consumed,omitempty"`  // of lists with a cap
	// Rounding is what the total differs from the lines by, for each tax code, under
	// [TotalPrecise]; it is part of Total and stands on a line of its own.
	Rounding []tandem.TaxBase `json:"rounding,omitempty"`
	Total    tandem.Money     `json:"total"` // Σ Amount and Rounding, without shipping; before tax where net

	Promotions []promotion.Applied   `json:"promotions,omitempty"` // what each took off, for budgets
	Savings    []Saving              `json:"savings,omitempty"`    // what each took off each line
	Coupons    []promotion.CouponUse `json:"coupons,omitempty"`    // to be redeemed
	Gifts      []promotion.Gift      `json:"gifts,omitempty"`      // goods to be added at nought
	Shipping   tandem.Money          `json:"shipping"`             // after promotions; none: none was stated
	Search     promotion.Search      `json:"search,omitempty"`     // how promotions that conflict were chosen
	Losers     []promotion.Loser     `json:"losers,omitempty"`     // promotions that gave nothing, where explained
	// Unanswered are comparisons of promotions' conditions that could not be made.
	Unanswered []promotion.Unanswered `json:"unanswered,omitempty"`

	work *work
}

// Consumed is what a line would use of a list's [Cap].
type Consumed struct {
	List     string          `json:"list"`
	Line     int             `json:"line"`
	Counts   CapCount        `json:"counts"`
	Quantity tandem.Quantity `json:"quantity"`
	Value    tandem.Money    `json:"value"`
}

// Saving is what a promotion took off a line.
type Saving struct {
	Promotion string       `json:"promotion"`
	Line      int          `json:"line"`
	Amount    tandem.Money `json:"amount"` // positive
}

// LineResult is the price of one line.
type LineResult struct {
	Line      int             `json:"line"`
	Price     tandem.Price    `json:"price"`     // per unit, after the agreed price; of tiers what they come to
	Extended  tandem.Money    `json:"extended"`  // price × quantity, rounded
	Amount    tandem.Money    `json:"amount"`    // extended after promotions, order discounts and floors
	Ref       tandem.PriceRef `json:"ref"`       // the row, the derived list or RuleAgreed
	Final     bool            `json:"final"`     // agreed for good: nothing may be taken off
	Base      tandem.TaxBase  `json:"base"`      // for the tax room
	Breakdown Breakdown       `json:"breakdown"` // sums to Amount
	// Parts are the prices of a line that was split at a cap, in their order; none
	// where one price is for all of it. Price and Ref are those of the first part.
	Parts     []Part     `json:"parts,omitempty"`
	Waterfall *Waterfall `json:"waterfall,omitempty"`
}

// Part is a part of a line with a price of its own.
type Part struct {
	Quantity tandem.Quantity `json:"quantity"`
	Price    tandem.Price    `json:"price"`
	Extended tandem.Money    `json:"extended"`
	Ref      tandem.PriceRef `json:"ref"`
	// Waterfall explains the part up to Extended, where the request asks for it; that of
	// the line sums up its parts and goes on from there.
	Waterfall *Waterfall `json:"waterfall,omitempty"`
}

// RuleAgreed is the rule of a price that was agreed by hand.
const RuleAgreed = "agreed"

// Applied says what became of an order discount.
type Applied struct {
	ID      string       `json:"id"`
	Rate    tandem.Rate  `json:"rate,omitzero"`
	Basis   tandem.Money `json:"basis"`   // what it could fall on
	Asked   tandem.Money `json:"asked"`   // rate × basis, or the amount
	Applied tandem.Money `json:"applied"` // at most the basis; = Σ of its shares
}

// Approval says that a line, or the order, is below a floor and who may let it pass.
// It is data for the process: nothing is blocked here.
type Approval struct {
	Line   int          `json:"line"` // 0: the order
	Floor  string       `json:"floor"`
	Basis  FloorBasis   `json:"basis"`
	Level  FloorLevel   `json:"level"`
	Rate   tandem.Rate  `json:"rate"`
	Role   string       `json:"role,omitempty"`
	Hard   bool         `json:"hard,omitempty"` // a hard floor that did not raise what was agreed, locked or contracted
	Limit  tandem.Money `json:"limit"`          // the least amount that needs no approval
	Amount tandem.Money `json:"amount"`         // that was judged
	// Token stands for what was judged: the line (for the order, all of the request), the
	// amount, the floor and the version of the book. An approval that was given for a
	// token holds for nothing else.
	Token string `json:"token"`
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

// AppendTaxBases appends the tax base of each line to dst, and those of the rounding.
func (r *Result) AppendTaxBases(dst []tandem.TaxBase) []tandem.TaxBase {
	for i := range r.Lines {
		dst = append(dst, r.Lines[i].Base)
	}
	return append(dst, r.Rounding...)
}
