package story

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/book"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/grades"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/supply"
)

// Books is what the story needs of an ERP. Each method is one command, or a batch of commands of one kind, at the
// instant that it is given; the story calls them in the order of time.
type Books interface {
	// Customer and Product announce master data before they are first used.
	Customer(ctx context.Context, c Customer) error
	Product(ctx context.Context, p Product) error
	// Publish puts a price book in force; ReviewGrades reviews all customers and gives the grade of each afterwards.
	Publish(ctx context.Context, b book.Book) error
	ReviewGrades(ctx context.Context, r grades.Review, at tandem.Instant) (map[string]tandem.GradeCode, error)

	// Heard tells of a document that the story leaves out, since its grades count it.
	Heard(ctx context.Context, h Heard) error

	// Place takes an order and reserves its lines in their order.
	Place(ctx context.Context, o Order) (Placed, error)
	// Cancel cancels up to a quantity of an order line that has not left yet, and gives the quantity that it cancelled.
	Cancel(ctx context.Context, line LineKey, pieces int64, at tandem.Instant) (int64, error)
	// Dispatch sends all that is reserved, and gives what left, line by line.
	Dispatch(ctx context.Context, at tandem.Instant) ([]Shipped, error)
	// Invoice invoices all deliveries that are not invoiced yet.
	Invoice(ctx context.Context, at tandem.Instant) ([]Invoiced, error)
	// Prepay receives an advance on an order; Pay receives what is still open on each of some invoices.
	Prepay(ctx context.Context, a Advance) error
	Pay(ctx context.Context, due []Payment, at tandem.Instant) error
	// Credit credits a cancellation of goods that have left, or of nothing that the books know.
	Credit(ctx context.Context, c Credit) error

	// Buy announces a purchase, from which promises may be made. Receive puts a purchase on the shelf, announced or not:
	// for the line that it was bought for, or for backorders in their order.
	Buy(ctx context.Context, p supply.Purchase) error
	Receive(ctx context.Context, p supply.Purchase, at tandem.Instant) error
	// Adjust writes pieces off (below nought) or on, and gives what it could apply: never more than is on hand; to do
	// so it releases the reservations with the latest promises first.
	Adjust(ctx context.Context, a Adjustment) (int64, error)
	// Stocks gives the stock of each of some products as it is now.
	Stocks(ctx context.Context, products ...string) ([]Stock, error)

	// Expense books what the shop pays (positive), or gets back.
	Expense(ctx context.Context, e Expense) error
	// MonthEnd says that a month ends with a day, of which all is told: Close gives what customers owed on its evening.
	MonthEnd(ctx context.Context, day tandem.Date) error
	// DayEnd says that all of a day is told. Ended reports whether that was said before, by an earlier telling too.
	DayEnd(ctx context.Context, day tandem.Date) error
	Ended(ctx context.Context, day tandem.Date) (bool, error)
	// Flow gives the documents of an order, in the order of time.
	Flow(ctx context.Context, order string) ([]report.FlowStep, error)
	// Close gives what the books themselves count, and their checks.
	Close(ctx context.Context, at tandem.Instant) (Closing, error)
}

// Heard is the goods of a document that is not told: sold, or below nought credited.
type Heard struct {
	Invoice string
	Account string
	Day     tandem.Date
	Net     tandem.Money
}

// LineKey names a line of the file: its invoice and its line in the file.
type LineKey struct {
	Invoice string
	Line    int
}

// Customer is an account: a customer of the file, or the cash customer of a country.
type Customer struct {
	Account string
	Cash    bool
	Country tandem.Country // of the first document; taxes go by the document's
	Since   tandem.Date
}

// Product is a product of the file.
type Product struct {
	Code        string
	Description string
	Cost        tandem.Price // per piece: 55 % of the first list price
}

// Order is a document that sells.
type Order struct {
	Invoice   string // the file's number: the order's reference
	Account   string
	Cash      bool
	Country   tandem.Country
	Territory retail.Territory
	At        tandem.Instant
	Day       tandem.Date
	Lines     []OrderLine
}

// OrderLine is a line of goods, or of carriage and other services without stock.
type OrderLine struct {
	Key    LineKey
	Code   string
	Kind   retail.Kind
	Pieces int64
	Paid   tandem.Price
	Quote  *book.Quote // what the books say; nil: sold at the paid price (phase 1, cash customers, services)

	// A line of more than BigAbove pieces that is not wholly on hand takes no stock and is bought to order, promised
	// for BigPromise; nought: never. What no open purchase covers is promised for LeadPromise.
	BigAbove    int64
	BigPromise  tandem.Date
	LeadPromise tandem.Date
}

// Placed is the answer to an order.
type Placed struct {
	Lines []PlacedLine // as in the order
	Net   tandem.Money
	Gross tandem.Money
	Grade tandem.GradeCode // that priced it, if any
}

// PlacedLine is what a line of goods got.
type PlacedLine struct {
	Reserved  int64
	Promise   tandem.Date // of the last piece
	ToOrder   bool
	Waterfall book.Waterfall // where the line had a quote
	Approval  bool           // the agreed price needed approval
}

// Shipped is what left of one line.
type Shipped struct {
	Line   LineKey
	Pieces int64
}

// Invoiced is an invoice that was posted.
type Invoiced struct {
	Number  string
	Order   string
	Account string
	Day     tandem.Date
	Gross   tandem.Money
	Prepaid bool         // the order was paid before
	Open    tandem.Money // what is left to pay of Gross
}

// Advance is money that comes in before anything is owed.
type Advance struct {
	Account string
	Order   string
	Amount  tandem.Money
	At      tandem.Instant
}

// Payment is what comes in for an invoice.
type Payment struct {
	Account string
	Invoice string
	RoundUp tandem.Money // round up to a multiple, if any
}

// Credit is a cancellation of the file, without what was cancelled before it left.
type Credit struct {
	Invoice    string // the file's number
	Account    string
	Country    tandem.Country
	Territory  retail.Territory
	At         tandem.Instant
	Day        tandem.Date
	Returns    []Return
	Allowances []Allowance
}

// Return is goods that come back: credited at the invoiced price and its VAT; to stock at the cost of their issue, or
// to scrap.
type Return struct {
	Key    LineKey // of the cancellation
	Of     LineKey // of the sale
	Code   string
	Pieces int64
	Scrap  bool
}

// AllowanceKind says why an amount is credited without goods.
type AllowanceKind string

// The kinds of allowances.
const (
	PriceDifference AllowanceKind = "price_difference" // the cancellation's price is not the sale's
	Unmatched       AllowanceKind = "unmatched"        // the sale predates the file: needs approval
	ServiceCredit   AllowanceKind = "service"          // carriage, discount or service given back
)

// Allowance is an amount credited without goods.
type Allowance struct {
	Key    LineKey
	Code   string
	Kind   AllowanceKind
	Amount tandem.Money // net; below nought is to the customer's good
	TaxDay tandem.Date  // whose rate applies
}

// Adjustment writes stock off or on.
type Adjustment struct {
	Key    LineKey
	Code   string
	Pieces int64 // below nought: lost
	Reason string
	At     tandem.Instant
}

// Stock is a product's stock in pieces.
type Stock struct {
	OnHand      int64
	Reserved    int64
	Backordered int64 // ordered, neither reserved nor shipped, without what is bought to order
}

func (s Stock) free() int64 { return s.OnHand - s.Reserved }

// Expense is what the shop pays: fees, charges, samples.
type Expense struct {
	Key    LineKey
	Code   string
	Amount tandem.Money
	At     tandem.Instant
}

// Closing is what the books count.
type Closing struct {
	Revenue      tandem.Money // net of all documents
	NetByTax     []report.TaxNet
	Receivables  []report.Ageing // at month ends
	Satisfaction report.Satisfaction
	Checks       map[string]bool
}
