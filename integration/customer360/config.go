package customer360

import (
	"context"
	"slices"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/crm/survey"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/integration/work"
)

// Repos is what the package needs of a store's bundle.
type Repos interface {
	work.Repos
	party.Repos
	grading.Repos
	survey.Repos
}

// PurchaseBasis says which event is a purchase for the grades, and so which one
// takes it back. An allowance without goods is a credit on the date of its credit
// note by every basis.
type PurchaseBasis string

// The bases.
const (
	// BasisOrder, the default: the sale is the confirmed order, on its date, and
	// what is cancelled, short-closed or amended away of it is a credit. Recency and
	// frequency measure when the customer decided to buy: a late supply, a backorder
	// that comes in three parts and a collective invoice at the month's end are not
	// the customer's doing. Goods that come back are a credit when they are credited,
	// be it by a credit note or by not being invoiced.
	BasisOrder PurchaseBasis = "order"
	// BasisDelivery: the sale is the delivery, on its date, as revenue is (IFRS 15).
	// A split delivery is a sale on each of its days. Goods that come back are as above.
	BasisDelivery PurchaseBasis = "delivery"
	// BasisInvoice: the sale is the posted invoice, on its date. It counts what is
	// invoiced without an order, and ties to the receivables: every credit note is a
	// credit, on its date.
	BasisInvoice PurchaseBasis = "invoice"
)

// PurchaseBases lists the bases.
func PurchaseBases() []PurchaseBasis {
	return []PurchaseBasis{BasisOrder, BasisDelivery, BasisInvoice}
}

// Valid reports whether b is one of [PurchaseBases].
func (b PurchaseBasis) Valid() bool { return slices.Contains(PurchaseBases(), b) }

// UnmarshalText reads a basis and refuses anything else.
func (b *PurchaseBasis) UnmarshalText(text []byte) error {
	parsed := PurchaseBasis(text)
	if !parsed.Valid() {
		return invalid("purchase basis", "basis", "basis", "must be order, delivery or invoice")
	}
	*b = parsed
	return nil
}

// Unpromised says how a line is measured for which no date could be promised.
type Unpromised string

// The policies.
const (
	// UnpromisedDue, the default: as promised for the day of the order. The customer
	// wanted it then; leaving it out would reward whoever promises nothing.
	UnpromisedDue Unpromised = "due"
	// UnpromisedLeftOut: the line is not measured at all.
	UnpromisedLeftOut Unpromised = "left_out"
)

// UnpromisedPolicies lists the policies.
func UnpromisedPolicies() []Unpromised { return []Unpromised{UnpromisedDue, UnpromisedLeftOut} }

// Valid reports whether u is one of [UnpromisedPolicies].
func (u Unpromised) Valid() bool { return slices.Contains(UnpromisedPolicies(), u) }

// UnmarshalText reads a policy and refuses anything else.
func (u *Unpromised) UnmarshalText(text []byte) error {
	parsed := Unpromised(text)
	if !parsed.Valid() {
		return invalid("unpromised policy", "unpromised", "unpromised", "must be due or left_out")
	}
	*u = parsed
	return nil
}

// Exchange turns amounts of documents into the currency of the company, since
// customers are ranked by it. It must give the same answer for the same
// arguments.
type Exchange interface {
	InCompanyCurrency(ctx context.Context, company tandem.CompanyID, amount tandem.Money, on tandem.Date) (tandem.Money, error)
}

// Config says how events become facts; the zero Config is the documented
// default. It is kept for all events to come: facts that were written by another
// policy stay as they are.
type Config struct {
	Zone       *time.Location // in which an event that has no date of its own has its business day; default UTC
	Purchases  PurchaseBasis  // default BasisOrder
	Unpromised Unpromised     // default UnpromisedDue
	// Exchange is for companies that sell in several currencies. Without it amounts
	// stay as they are, and a review refuses those of another currency.
	Exchange Exchange
	// Products tells goods from services, which are never at hand and no matter of
	// deliveries. The default is the bundle's products, if it has any (catalog.Repos);
	// a product that is not found is goods.
	Products catalog.ProductSource
}

func (c *Config) check() error {
	var check tandem.Check
	check.Require(c.Purchases == "" || c.Purchases.Valid(), "basis", "purchases", "must be order, delivery or invoice")
	check.Require(c.Unpromised == "" || c.Unpromised.Valid(), "unpromised", "unpromised", "must be due or left_out")
	return check.Err("customer360 config")
}

func (c *Config) defaults() {
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if c.Purchases == "" {
		c.Purchases = BasisOrder
	}
	if c.Unpromised == "" {
		c.Unpromised = UnpromisedDue
	}
}

func invalid(subject, code, path, message string) error {
	var c tandem.Check
	c.Add(code, path, message)
	return c.Err(subject)
}
