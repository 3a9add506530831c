package ordertocash

import (
	"context"
	"sync/atomic"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/work"
)

// reads is what a step reads next, each thing under the name that the process has
// for it: one level of dependent reads, which is one round trip ([work.Prefetch]).
// On a store that saves no trips by that it is off, and collects nothing. What a port
// of the host gives is left to the port.
type reads struct {
	c          *Config
	lastPeriod *atomic.Pointer[knownPeriod]
	now        tandem.Instant // of a command that is about to begin
	on         bool
	refs       []work.Ref
}

func (s *Service[R]) reads(r R) reads {
	return reads{c: s.c, lastPeriod: s.lastPeriod, on: work.Prefetches(r)}
}

// fetch reads what was collected.
func (s *Service[R]) fetch(ctx context.Context, r R, n *reads) error {
	if len(n.refs) == 0 {
		return nil
	}
	refs := n.refs
	n.refs = nil
	return work.Prefetch(ctx, r, refs...)
}

// ahead is a [work.Ahead]: what a command is known to read before anything is read.
func (n reads) ahead(refs []work.Ref, cmd work.Command, now tandem.Instant) []work.Ref {
	knows, ok := cmd.(interface{ reads(*reads) })
	if !ok {
		return refs
	}
	n.on, n.refs, n.now = true, refs, now
	knows.reads(&n)
	return n.refs
}

func (n *reads) company() tandem.CompanyID { return n.c.Books.Company }

func (n *reads) add(of work.Accessor, key any) {
	n.refs = append(n.refs, work.Ref{Of: of, Company: n.company(), Key: key})
}

// query adds the first page of a query.
func (n *reads) query(q any) {
	if n.on {
		n.refs = append(n.refs, work.Ref{Of: work.OfQueries, Key: q})
	}
}

// day is the day of a command that names one or none.
func (n *reads) day(named tandem.Date) tandem.Date {
	if named.IsZero() {
		return tandem.DateIn(n.now, n.c.Zone)
	}
	return named
}

func (n *reads) product(id tandem.ProductID) {
	if n.on && n.c.Products == nil {
		n.refs = append(n.refs, work.Ref{Of: work.OfProducts, Key: id})
	}
}

func (n *reads) pool(id tandem.ProductID) {
	if n.on {
		n.add(work.OfCostPools, id)
	}
}

func (n *reads) level(at tandem.LocationID, id tandem.ProductID) {
	if n.on {
		n.refs = append(n.refs, work.Ref{Of: work.OfStockLevels, Key: inventory.LevelKey{Company: n.company(), Location: at, Product: id}})
	}
}

// levels adds the levels of changes.
func (n *reads) levels(changes []inventory.LevelChange) {
	for i := range changes {
		if n.on {
			n.refs = append(n.refs, work.Ref{Of: work.OfStockLevels, Key: changes[i].Key})
		}
	}
}

// customer adds a customer of the store and its own grade; from whom it inherits one
// its record tells.
func (n *reads) customer(id tandem.PartyID) {
	if n.on && n.c.Customers == nil {
		n.refs = append(n.refs, work.Ref{Of: work.OfParties, Key: id})
		n.add(work.OfGradeAssignments, id)
	}
}

func (n *reads) account(customer tandem.PartyID) {
	if n.on {
		n.add(work.OfCreditAccounts, customer)
	}
}

func (n *reads) terms(code tandem.TermsCode) {
	if n.on && n.c.Terms == nil && code != "" {
		n.add(work.OfPaymentTerms, code)
	}
}

func (n *reads) taxCode(code tandem.TaxCode) {
	if n.on && n.c.Tax.Codes == nil && code != "" {
		n.add(work.OfTaxCodes, code)
	}
}

// taxes adds the tax codes of an order's lines.
func (n *reads) taxes(order *sales.Order) {
	var last tandem.TaxCode
	for i := 0; n.on && i < order.NumLines(); i++ {
		if code := order.LineAt(i).TaxCode; code != last {
			n.taxCode(code)
			last = code
		}
	}
}

func (n *reads) order(id sales.OrderID) {
	if n.on && !id.IsZero() {
		n.add(work.OfSalesOrders, id)
	}
}

func (n *reads) delivery(id delivery.ID) {
	if n.on && !id.IsZero() {
		n.add(work.OfDeliveries, id)
	}
}

func (n *reads) invoice(id billing.InvoiceID) {
	if n.on && !id.IsZero() {
		n.add(work.OfCustomerInvoices, id)
	}
}

func (n *reads) payment(id payment.ID) {
	if n.on && !id.IsZero() {
		n.add(work.OfPayments, id)
	}
}

func (n *reads) quotation(id quotation.ID) {
	if n.on {
		n.add(work.OfSalesQuotations, id)
	}
}

func (n *reads) ret(id returns.ID) {
	if n.on && !id.IsZero() {
		n.add(work.OfSalesReturns, id)
	}
}

// reservation adds the n-th reservation of a line of an order.
func (n *reads) reservation(order *sales.Order, line, nth int) {
	if n.on {
		n.add(work.OfReservations, reservationID(order.ID(), line, nth))
	}
}

func (n *reads) backorder(order *sales.Order, line int) {
	if n.on {
		n.add(work.OfBackorders, order.LineRef(line))
	}
}

// period adds the accounting period of a date, which is read behind a journal number.
func (n *reads) period(date tandem.Date) {
	if !n.on || n.c.Periods != nil {
		return
	}
	if last := n.lastPeriod.Load(); last != nil && last.dates.Contains(date) {
		n.add(work.OfPeriods, last.id)
		return
	}
	n.query(periodOf(n.company(), date))
}

// periodOf is the query of the period of a date.
func periodOf(company tandem.CompanyID, date tandem.Date) ledger.PeriodQuery {
	return ledger.PeriodQuery{Company: company, Contains: date, Page: tandem.Page{Limit: 1}}
}

// waitingFor is the query of who waits for a product at a place.
func waitingFor(key inventory.LevelKey) inventory.BackorderQuery {
	return inventory.BackorderQuery{Company: key.Company, Product: key.Product, Location: key.Location}
}

// heldOf is the query of what of a product is held at a place.
func heldOf(key inventory.LevelKey) inventory.ReservationQuery {
	return inventory.ReservationQuery{Company: key.Company, Product: key.Product, Location: key.Location, Status: inventory.ReservationStatusOpen}
}

// anyWaiting is the query whether anybody waits for anything.
func anyWaiting(company tandem.CompanyID) inventory.BackorderQuery {
	return inventory.BackorderQuery{Company: company, Page: tandem.Page{Limit: 1}}
}

// openInvoicesOf is the query of what a customer owed on a day.
func openInvoicesOf(company tandem.CompanyID, customer tandem.PartyID, on tandem.Date) billing.InvoiceQuery {
	return billing.InvoiceQuery{Company: company, Customer: customer, Type: billing.CommercialInvoice, Open: true,
		Dates: tandem.Validity{Until: on.AddDays(1)}}
}

// uninvoicedOf is the query of what of an order is delivered and not invoiced.
func uninvoicedOf(company tandem.CompanyID, order sales.OrderID) delivery.Query {
	return delivery.Query{Company: company, Order: order, Uninvoiced: true}
}
