package payment

import (
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/internal/document"
)

// Application asks for an allocation of a payment.
type Application struct {
	ID         billing.AllocationID `json:"id"`
	Instalment int                  `json:"instalment"` // counts from 1
	Amount     tandem.Money         `json:"amount"`     // positive, at most what is open
	Date       tandem.Date          `json:"date"`       // on or after the dates of both documents
	At         tandem.Instant       `json:"at"`
	// NoDiscount leaves a shortfall open even where an early discount is due.
	NoDiscount bool `json:"no_discount,omitempty"`
	// Taxes is what it takes back of the taxes that were due on an advance; left out,
	// they go in proportion to the amount.
	Taxes []ReleasedTax `json:"taxes,omitempty"`
}

// on gives what the invoice is asked for.
func (a *Application) on() billing.Application {
	return billing.Application{ID: a.ID, Instalment: a.Instalment, Amount: a.Amount, Date: a.Date, At: a.At, NoDiscount: a.NoDiscount}
}

// Apply settles part of an instalment with a payment. If what would be left
// open is at most the early discount that the date still earns, it is taken as
// discount: the day that counts is the payment's. Either both documents change or,
// on an error, none. Save both and append the fact. It does not precede the day as of
// which something else of the payment or of the instalment was undone
// (`before_reversal`): until then the money stood there.
func Apply(p *Payment, i *billing.Invoice, a Application) (billing.Allocation, error) {
	return apply(p, i, a, false)
}

// apply is [Apply]; again tells it that the payment takes what it gave back on that day.
func apply(p *Payment, i *billing.Invoice, a Application, again bool) (billing.Allocation, error) {
	if err := p.may("apply"); err != nil {
		return billing.Allocation{}, err
	}
	switch {
	case p.s.Customer != i.Customer() || p.s.Company != i.Company():
		return billing.Allocation{}, p.refuse("apply", "other_customer", "the invoice is another customer's")
	case a.Amount.Currency() != p.s.Amount.Currency():
		return billing.Allocation{}, p.refuse("apply", "other_currency", "the payment is in another currency")
	case a.Amount.Minor() > p.s.Unapplied.Minor():
		return billing.Allocation{}, p.refuse("apply", "payment_exceeded", "less of the payment is left")
	case a.Date.Before(p.s.Date):
		return billing.Allocation{}, p.refuse("apply", "allocation_early", "precedes the payment")
	case !again && a.Date.Before(p.s.NotBefore):
		return billing.Allocation{}, p.tooEarly("apply")
	}
	by := billing.PaidBy{Payment: p.s.ID, Date: p.s.Date, Advance: p.s.Advance, Again: again}
	if len(p.s.Taxes) > 0 || len(a.Taxes) > 0 { // a copy tells what the invoice refuses, before the taxes are taken
		if _, err := i.Copy(i.Revision()).RecordPaid(a.on(), by); err != nil {
			return billing.Allocation{}, err
		}
	}
	released, err := p.releases(a.ID, a.Amount, a.Taxes)
	if err != nil {
		return billing.Allocation{}, err
	}
	fact, err := i.RecordPaid(a.on(), by)
	if err != nil {
		return billing.Allocation{}, err
	}
	p.take(fact.Amount)
	p.s.Released = append(p.s.Released, released...)
	discount, _ := fact.Discount()
	p.record(Allocated{Allocation: fact.ID, Payment: p.s.ID, Invoice: fact.Invoice, Company: fact.Company, Customer: fact.Customer,
		Due: i.InstalmentAt(a.Instalment - 1).Due, Date: fact.Date, Amount: fact.Amount, Discount: discount, InvoiceOpen: i.Open(), At: a.At})
	return fact, nil
}

func (p *Payment) take(amount tandem.Money) {
	p.s.Unapplied = tandem.MoneyFromMinor(p.s.Unapplied.Minor()-amount.Minor(), p.s.Amount.Currency())
	p.s.Status = p.s.status()
}

// giveBack takes what a reversal gives back, a negative amount, as of its day.
func (p *Payment) giveBack(amount tandem.Money, on tandem.Date) {
	if on.After(p.s.NotBefore) {
		p.s.NotBefore = on
	}
	p.take(amount)
}

// Unapply undoes an allocation of a payment: open amounts, discount and
// statuses of both documents are again what they were before it. A discount that
// another allocation took is for the caller to take back ([ForfeitDiscount]). The fact
// that it gives names the allocation; that there is at most one is kept by the
// repository.
func Unapply(a billing.Allocation, p *Payment, i *billing.Invoice, u billing.Unapplication) (billing.Allocation, error) {
	if a.Payment != p.s.ID || a.Payment.IsZero() {
		return billing.Allocation{}, p.refuse("unapply", "other_payment", "the allocation is another payment's")
	}
	if err := p.may("unapply"); err != nil {
		return billing.Allocation{}, err
	}
	if a.Amount.Minor() > p.s.Amount.Minor()-p.s.Unapplied.Minor() {
		return billing.Allocation{}, p.refuse("unapply", "not_applied", "less of the payment is applied")
	}
	fact, err := i.RecordUnpaid(a, u)
	if err != nil {
		return billing.Allocation{}, err
	}
	p.giveBack(fact.Amount, fact.Date)
	p.restore(a.ID, fact.ID)
	p.record(billing.AllocationReversed{Allocation: fact.ID, Reverses: a.ID, Payment: p.s.ID, Invoice: fact.Invoice, Company: fact.Company,
		Customer: fact.Customer, Date: fact.Date, Amount: a.Amount, InvoiceOpen: i.Open(), Reason: u.Reason, At: u.At})
	return fact, nil
}

// ApplyOldest applies a payment to the open instalments of invoices, the earliest
// due first (a tie goes to the lower invoice number, then instalment), until
// it is used up; what is left is the customer's credit. The discount that the
// payment's date earns is taken while the money does not cover all that is still
// open, so that who pays in full takes none. Invoices that are not posted are
// passed over. next gives new ids. An invoice that is given twice is a fault
// (`duplicate`), whose documents are as they were; on another error the documents are
// to be discarded: allocations before it have changed them.
func ApplyOldest(p *Payment, invoices []*billing.Invoice, date tandem.Date, at tandem.Instant, next func() billing.AllocationID) ([]billing.Allocation, error) {
	if err := document.Distinct("apply payment", invoices, (*billing.Invoice).ID); err != nil {
		return nil, err
	}
	type item struct {
		invoice *billing.Invoice
		payable billing.Payable
	}
	var items []item
	open := tandem.NewTotal(p.s.Amount.Currency())
	for _, i := range invoices {
		if i.Status() != billing.InvoicePosted || i.Type() != billing.CommercialInvoice {
			continue
		}
		for _, n := range i.Payables(p.s.Date) {
			items = append(items, item{i, n})
			open.Add(n.Open)
		}
	}
	slices.SortStableFunc(items, func(a, b item) int {
		if c := a.payable.Due.Compare(b.payable.Due); c != 0 {
			return c
		}
		return strings.Compare(a.invoice.Number(), b.invoice.Number())
	})
	var facts []billing.Allocation
	for _, it := range items {
		if p.s.Unapplied.IsZero() {
			break
		}
		left, err := open.Money(tandem.HalfAwayFromZero)
		if err != nil {
			return facts, err
		}
		open.Sub(it.payable.Open)
		amount := it.payable.Open
		if p.s.Unapplied.Minor() < left.Minor() {
			amount = it.payable.Pay
		}
		if amount.Minor() > p.s.Unapplied.Minor() {
			amount = p.s.Unapplied
		}
		fact, err := Apply(p, it.invoice, Application{ID: next(), Instalment: it.payable.Instalment, Amount: amount, Date: date, At: at})
		if err != nil {
			return facts, err
		}
		facts = append(facts, fact)
	}
	return facts, nil
}
