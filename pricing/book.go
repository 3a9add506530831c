package pricing

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/condition"
	"github.com/tandem-go/tandem/pricing/formula"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// Limits of a book.
const (
	MaxGrades         = 1024      // grades of one book
	MaxLists          = 1 << 20   // lists of one book, contracts included
	MaxRows           = 1 << 24   // rows of one book
	MaxBreaks         = 1<<20 - 1 // different quantities-from in one book
	MaxPriority       = 2047      // of a list; the least is -MaxPriority
	MaxCategoryDepth  = 60        // parts of a category path
	MaxItems          = 1 << 24   // products whose place the book states
	MaxClasses        = 1 << 12   // different audiences of lists
	MaxClassValues    = 1 << 17   // different grades, segments, regions and channels that audiences ask for
	MaxDerivation     = 16        // lists that derive from one another
	MaxExchange       = 100_000   // exchange rates of one book
	MaxFloors         = 64        // floors of one book: each is compared with each line
	MaxFrames         = 1 << 12   // different currencies, units, tax modes and ways of counting
	MaxConversions    = 64        // of one line of a request
	MaxOrderDiscounts = 64        // of one request
	MaxCandidates     = 32        // losing candidates kept in one waterfall
)

// Book is everything that prices are made from: plain data, compiled before use.
// Start from [NewBook], which states the usual policies; from JSON it is read by
// [tandem.DecodeJSON], which names the place of what it cannot read.
type Book struct {
	ID      string           `json:"id,omitempty"` // the book's name in every [tandem.PriceRef]
	Version int64            `json:"version"`      // from 1; the host gives each published book a new one
	Company tandem.CompanyID `json:"company,omitzero"`

	Grades []tandem.GradeCode `json:"grades,omitempty"` // from best to worst
	// Attributes are the host's own, beside the standard ones, for conditions.
	Attributes []condition.Attribute `json:"attributes,omitempty"`
	Items      []Item                `json:"items,omitempty"` // where products stand; those that are not named state it in the line
	Lists      []List                `json:"lists,omitempty"` // their order counts under FirstHit
	Rows       []Row                 `json:"rows,omitempty"`
	Exchange   []Exchange            `json:"exchange,omitempty"` // for lists in another currency than their base
	Floors     []Floor               `json:"floors,omitempty"`

	Promotions []promotion.Promotion `json:"promotions,omitempty"`
	Stacking   *promotion.Config     `json:"stacking,omitempty"` // none: [promotion.NewConfig]

	Policy   Policy          `json:"policy"`
	Contract ContractPolicy  `json:"contract"`
	Rounding tandem.Rounding `json:"rounding"` // of derived prices and of amounts
	// Conversion says whether a price in another currency counts where there is none in
	// that of the request; empty: it does not.
	Conversion ConversionPolicy `json:"conversion,omitempty"`
	// Totals says how the amounts of lines and their total are rounded; empty: each line.
	Totals TotalPolicy `json:"totals,omitempty"`
	// PriceDigits is the number of digits behind the point to which a derived price
	// is rounded, 1 to 6. Nought stands for the digits of the currency, or those of
	// the price that it is derived from where these are more: 0.0176 is one of four.
	PriceDigits int `json:"price_digits,omitempty"`
}

// NewBook gives an empty book with the policies that trade between companies
// expects: most specific, contract final, half away from zero.
func NewBook(id string, version int64) Book {
	return Book{ID: id, Version: version, Policy: MostSpecific, Contract: ContractFinal, Rounding: tandem.HalfAwayFromZero}
}

// List is a price list. Its rows may be in several currencies and units.
type List struct {
	ID     string `json:"id"`
	Source Source `json:"source"`
	// Grades are those that a grade list is bound to, Customers those of a customer
	// list, personal offer or contract.
	Grades    []tandem.GradeCode `json:"grades,omitempty"`
	Customers []tandem.PartyID   `json:"customers,omitempty"`
	// When says of which orders the list is, beside the grades: by segment, region,
	// channel, coupon, date or the book's own attributes, but not by what is ordered.
	When *condition.Node `json:"when,omitempty"`
	// Base names the list that this one derives from, row by row with its breaks, at
	// Discount (0 to 1) off, rounded, or by the Formula. Rows of the derived list
	// stand beside the derived prices: at one scope and quantity-from a row wins. From a
	// default list in its own currency a list derives where that list wins. Lists that
	// derive from one another in a circle are a fault.
	Base     string           `json:"base,omitempty"`
	Discount tandem.Rate      `json:"discount,omitzero"`
	Formula  *formula.Formula `json:"formula,omitempty"` // in place of Discount; of cost, it needs no base
	// Currency and BaseCurrency are stated together: prices in BaseCurrency are derived
	// into Currency by the book's [Exchange]. None: each price keeps its currency.
	Currency     tandem.Currency `json:"currency,omitzero"`
	BaseCurrency tandem.Currency `json:"base_currency,omitzero"`
	// Inclusive: the prices include the tax (a gross list). Gross and net prices are
	// never compared: a request asks for one or the other.
	Inclusive bool `json:"inclusive,omitempty"`
	// Breaks says what is counted for the quantity-from of its rows; empty: the line.
	Breaks BreakCount `json:"breaks,omitempty"`
	// Priority comes before everything else in the rank; usually nought.
	Priority int             `json:"priority,omitempty"`
	Valid    tandem.Validity `json:"valid,omitzero"` // a row holds where both it and its list do

	// BlocksPromotions: no promotion falls on a line that the list, of a customer, prices, be it
	// in part; order discounts do.
	BlocksPromotions bool `json:"blocks_promotions,omitempty"`
	// Cap bounds what a customer's list prices in all; the line is split there.
	Cap *Cap `json:"cap,omitempty"`
}

// Cap is how much a contract, offer or customer's list prices in all. How much of it
// is left is known outside the book: the request says it ([Remaining]), the result
// says what it would use ([Consumed]), and whoever keeps the count reserves that.
type Cap struct {
	Quantity tandem.Quantity `json:"quantity"` // none: any quantity
	Value    tandem.Money    `json:"value"`    // at the list's prices; none: any value
	Counts   CapCount        `json:"counts"`   // when it is consumed
}

// Exchange is a rate between two currencies: so many of To for one of From. Of several
// that hold on a date the latest start counts.
type Exchange struct {
	From  tandem.Currency `json:"from"`
	To    tandem.Currency `json:"to"`
	Rate  tandem.Ratio    `json:"rate"`
	Valid tandem.Validity `json:"valid,omitzero"`
}

// Item says where a product stands, so that rows for wider scopes find it: the
// product that it is a variant of, its category (path, `gifts/candles`), its brand,
// and the family in which breaks may be counted together.
type Item struct {
	Product  tandem.ProductID `json:"product"`
	Parent   tandem.ProductID `json:"parent,omitzero"`
	Category string           `json:"category,omitempty"`
	Brand    string           `json:"brand,omitempty"`
	Family   string           `json:"family,omitempty"`
}

// Row is one price of a list: for one product and its variants, for a category and
// all below it (`gifts/candles`), for a brand or, with none of them, for everything.
// A missing row is no price; a price of nought is a price.
type Row struct {
	ID       string           `json:"id"` // unique in the book
	List     string           `json:"list"`
	Product  tandem.ProductID `json:"product,omitzero"`
	Category string           `json:"category,omitempty"`
	Brand    string           `json:"brand,omitempty"`
	// From is the smallest quantity, inclusive, in the unit of the price. None stands
	// for any quantity.
	From tandem.Quantity `json:"from"`
	// A row states one of these: a Price (nought is a price), Tiers, or, in a list that
	// derives, a Discount (0 to 1) or a Formula in place of the list's. What derives from
	// tiers, converts them or takes them across a border starts from what they come to for a
	// unit, to a millionth.
	Price    tandem.Price     `json:"price"`
	Tiers    *formula.Tiers   `json:"tiers,omitempty"`
	Discount tandem.Rate      `json:"discount,omitzero"`
	Formula  *formula.Formula `json:"formula,omitempty"`
	Valid    tandem.Validity  `json:"valid,omitzero"` // half-open dates
	At       *Window          `json:"at,omitempty"`   // and between these instants only
}

// Window is the half-open range of instants [From, Until). A zero From is "since
// ever", a zero Until "until further notice".
type Window struct {
	From  tandem.Instant `json:"from,omitzero"`
	Until tandem.Instant `json:"until,omitzero"`
}

// Contains reports whether an instant is in the range.
func (w Window) Contains(at tandem.Instant) bool {
	return !at.Before(w.From) && (w.Until.IsZero() || at.Before(w.Until))
}

// Floor is the least that a line, or the order, may come to in the end, promotions and
// order discounts included: Rate × basis. Nothing is blocked: a soft floor asks for an
// [Approval]; a hard one raises the amount to the floor, but never that of a price
// agreed for good, a locked price or a contract, which it reports instead. A line
// without the basis (no cost stated, no engine price) is not judged.
type Floor struct {
	ID    string      `json:"id"`
	Basis FloorBasis  `json:"basis"`
	Rate  tandem.Rate `json:"rate"`           // 0.75 of the engine's price; 1 of the cost, or 1.1
	Role  string      `json:"role,omitempty"` // who may approve, in the host's own words
	Hard  bool        `json:"hard,omitempty"`
	Level FloorLevel  `json:"level,omitempty"` // which price is judged; empty: the invoice price
	Of    FloorScope  `json:"of,omitempty"`    // the line or the order; empty: the line
}
