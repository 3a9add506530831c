package billing

import (
	"github.com/tandem-go/tandem"
)

type paymentKind struct{}

// PaymentID names a payment of a customer; the payment is in package payment.
type PaymentID = tandem.ID[paymentKind]

type allocationKind struct{}

// AllocationID names an allocation.
type AllocationID = tandem.ID[allocationKind]

// Allocation is the fact that a payment or a credit note settled part of an
// instalment, or a refund. It never changes: it is undone by an allocation that
// reverses it, whose amounts are negative, so that open amounts are sums at any date.
type Allocation struct {
	ID          AllocationID     `json:"id"`
	Company     tandem.CompanyID `json:"company"`
	Customer    tandem.PartyID   `json:"customer"`
	Invoice     InvoiceID        `json:"invoice"`
	Instalment  int              `json:"instalment"`        // counts from 1
	Payment     PaymentID        `json:"payment,omitzero"`  // the source, or
	Credit      InvoiceID        `json:"credit,omitzero"`   // the credit note that is the source
	Amount      tandem.Money     `json:"amount"`            // what the source gives; negative in a reversal
	DiscountNet tandem.Money     `json:"discount_net"`      // early discount taken with it
	DiscountTax tandem.Money     `json:"discount_tax"`      // and its tax
	Date        tandem.Date      `json:"date"`              // on which it counts
	Recorded    tandem.Instant   `json:"recorded"`          // when it was written
	Reverses    AllocationID     `json:"reverses,omitzero"` // the allocation that it undoes
	FromAdvance bool             `json:"advance,omitempty"` // the payment was an advance: this moves it among the receivables
	Refund      PaymentID        `json:"refund,omitzero"`   // the refund that it settles, and there is no invoice: by what it was paid back of, or paid later
}

// Discount gives the early discount taken, net and tax.
func (a Allocation) Discount() (tandem.Money, error) { return a.DiscountNet.Add(a.DiscountTax) }

// Settles gives the amount by which the open amount fell: amount + discount.
func (a Allocation) Settles() (tandem.Money, error) {
	d, err := a.Discount()
	if err != nil {
		return d, err
	}
	return a.Amount.Add(d)
}

// Application asks for an allocation of a credit note, or of a payment (of which
// package payment has more to say).
type Application struct {
	ID         AllocationID   `json:"id"`
	Instalment int            `json:"instalment"` // counts from 1
	Amount     tandem.Money   `json:"amount"`     // positive, at most what is open
	Date       tandem.Date    `json:"date"`       // on or after the dates of both documents
	At         tandem.Instant `json:"at"`
	// NoDiscount leaves a shortfall open even where an early discount is due.
	NoDiscount bool `json:"no_discount,omitempty"`
}

// ApplyCredit settles part of an instalment with a credit note; it earns no
// early discount. Either both documents change or, on an error, none.
func ApplyCredit(credit, i *Invoice, a Application) (Allocation, error) {
	if err := credit.may("allocate"); err != nil {
		return Allocation{}, err
	}
	switch {
	case credit.s.Type != CreditNote || i.s.Type != CommercialInvoice:
		return Allocation{}, credit.refuse("allocate", "not_credit", "a credit note is applied to an invoice")
	case credit.s.Customer != i.s.Customer || credit.s.Company != i.s.Company:
		return Allocation{}, credit.refuse("allocate", "other_customer", "the invoice is another customer's")
	case a.Amount.Currency() != credit.s.Currency:
		return Allocation{}, credit.refuse("allocate", "other_currency", "the credit note is in another currency")
	case a.Amount.Minor() > credit.s.Open.Minor():
		return Allocation{}, credit.refuse("allocate", "credit_exceeded", "less of the credit is left")
	case a.Date.Before(credit.s.Date):
		return Allocation{}, credit.refuse("allocate", "allocation_early", "precedes the credit note")
	case a.Date.Before(credit.s.Instalments[0].NotBefore):
		return Allocation{}, credit.tooEarly("allocate", credit.s.Instalments[0].NotBefore)
	}
	a.NoDiscount = true
	fact, err := i.allocation(a, a.Date, false)
	if err != nil {
		return Allocation{}, err
	}
	fact.Credit = credit.s.ID
	i.settle(fact)
	credit.spend(fact.Amount, fact.Date)
	credit.record(CreditNoteApplied{Allocation: fact.ID, CreditNote: credit.s.ID, Invoice: i.s.ID, Company: i.s.Company, Customer: i.s.Customer,
		Date: fact.Date, Amount: fact.Amount, InvoiceOpen: i.s.Open, At: a.At})
	return fact, nil
}

// allocation checks an application and gives the fact; nothing changes yet. One that
// takes again what was undone on its day may precede other reversals.
func (i *Invoice) allocation(a Application, paid tandem.Date, again bool) (Allocation, error) {
	if err := i.may("allocate"); err != nil {
		return Allocation{}, err
	}
	switch {
	case i.s.Type != CommercialInvoice:
		return Allocation{}, i.refuse("allocate", "not_invoice", "only invoices are settled")
	case a.ID.IsZero() || a.At.IsZero():
		return Allocation{}, i.refuse("allocate", "allocation_incomplete", "id and time must be given")
	case a.Instalment < 1 || a.Instalment > len(i.s.Instalments):
		return Allocation{}, i.refuse("allocate", "instalment_unknown", "there is no such instalment")
	case a.Amount.Sign() <= 0 || a.Amount.Currency() != i.s.Currency:
		return Allocation{}, i.refuse("allocate", "allocation_amount", "must be positive and in the invoice's currency")
	case a.Date.Before(i.s.Date):
		return Allocation{}, i.refuse("allocate", "allocation_early", "precedes the invoice")
	}
	n := &i.s.Instalments[a.Instalment-1]
	if !again && a.Date.Before(n.NotBefore) {
		return Allocation{}, i.tooEarly("allocate", n.NotBefore)
	}
	short := n.Open.Minor() - a.Amount.Minor()
	if short < 0 {
		return Allocation{}, i.refuse("allocate", "open_exceeded", "less is open")
	}
	net, tax := int64(0), int64(0)
	if short > 0 && !a.NoDiscount {
		if net, tax = n.takeDiscount(short, paid); net+tax > 0 && !i.s.mayDiscount(net, tax) {
			net, tax = 0, 0
		}
	}
	c := i.s.Currency
	return Allocation{
		ID: a.ID, Company: i.s.Company, Customer: i.s.Customer, Invoice: i.s.ID, Instalment: a.Instalment, Amount: a.Amount,
		DiscountNet: tandem.MoneyFromMinor(net, c), DiscountTax: tandem.MoneyFromMinor(tax, c), Date: a.Date, Recorded: a.At,
	}, nil
}

// takeDiscount splits a shortfall that the discount covers into net and tax.
func (n *Instalment) takeDiscount(short int64, paid tandem.Date) (net, tax int64) {
	fullNet, fullTax := n.discountOn(paid)
	if short > fullNet+fullTax {
		return 0, 0
	}
	var buffer [2]tandem.Money
	parts, err := tandem.Allocate(buffer[:0], tandem.MoneyFromMinor(short, n.Amount.Currency()), []int64{fullNet, fullTax})
	if err != nil {
		return 0, 0
	}
	return parts[0].Minor(), parts[1].Minor()
}

// settle lowers the open amount by a fact, or raises it by a reversal.
func (i *Invoice) settle(a Allocation) {
	c, n := i.s.Currency, &i.s.Instalments[a.Instalment-1]
	net, tax := a.DiscountNet.Minor(), a.DiscountTax.Minor()
	by := a.Amount.Minor() + net + tax
	n.Open = tandem.MoneyFromMinor(n.Open.Minor()-by, c)
	if net != 0 || tax != 0 {
		n.Discount.Net = tandem.MoneyFromMinor(n.Discount.Net.Minor()-net, c)
		n.Discount.Tax = tandem.MoneyFromMinor(n.Discount.Tax.Minor()-tax, c)
		if after, err := i.s.discounting(a.DiscountNet, a.DiscountTax); err == nil { // it was computed when it was allowed
			i.s.Discounted = after
		}
	}
	if !a.Credit.IsZero() && !n.Discount.Until.IsZero() {
		n.Discount.Credited = tandem.MoneyFromMinor(n.Discount.Credited.Minor()+a.Amount.Minor(), c)
	}
	n.undone(by, a.Date)
	i.s.Open = tandem.MoneyFromMinor(i.s.Open.Minor()-by, c)
	before := i.s.Status
	i.s.Status = statusOf(i.s.Open)
	if i.s.Status == InvoiceSettled && before != InvoiceSettled {
		i.record(InvoiceWasSettled{Invoice: i.s.ID, Company: i.s.Company, Customer: i.s.Customer, Due: lastDue(i.s.Instalments),
			Date: a.Date, Gross: i.s.Gross, At: a.Recorded})
	}
}

// undone keeps the day of a reversal, whose amount is negative: what it gives back was
// settled until then.
func (n *Instalment) undone(amount int64, on tandem.Date) {
	if amount < 0 && on.After(n.NotBefore) {
		n.NotBefore = on
	}
}

func (i *Invoice) tooEarly(command string, earliest tandem.Date) error {
	return i.refuse(command, "before_reversal", "what was undone as of "+earliest.String()+" stood until then: not before that day")
}

// NotBefore gives the first day on which all of its instalments, or all that is left of
// a credit note, can be settled or used: that of the last reversal, none where there was
// none.
func (i *Invoice) NotBefore() (day tandem.Date) {
	for n := range i.s.Instalments {
		if on := i.s.Instalments[n].NotBefore; on.After(day) {
			day = on
		}
	}
	return day
}

// spend lowers what is left of a credit note, or raises it again.
func (i *Invoice) spend(amount tandem.Money, on tandem.Date) {
	open := tandem.MoneyFromMinor(i.s.Open.Minor()-amount.Minor(), i.s.Currency)
	i.s.Open, i.s.Instalments[0].Open, i.s.Status = open, open, statusOf(open)
	i.s.Instalments[0].undone(amount.Minor(), on)
}

// Unapplication asks for the reversal of an allocation.
type Unapplication struct {
	ID     AllocationID   `json:"id"`
	Date   tandem.Date    `json:"date"` // on or after the allocation's
	Reason string         `json:"reason"`
	At     tandem.Instant `json:"at"`
}

// UnapplyCredit undoes an allocation of a credit note: open amounts and statuses of
// both are again what they were before it. The fact that it gives names the
// allocation; that there is at most one is kept by the repository.
func UnapplyCredit(a Allocation, credit, i *Invoice, u Unapplication) (Allocation, error) {
	if a.Credit != credit.s.ID || a.Credit.IsZero() {
		return Allocation{}, credit.refuse("unallocate", "other_credit", "the allocation is another credit note's")
	}
	if err := credit.may("unallocate"); err != nil {
		return Allocation{}, err
	}
	if a.Amount.Minor() > credit.s.Gross.Minor()-credit.s.Open.Minor() {
		return Allocation{}, credit.refuse("unallocate", "not_applied", "less of the credit is applied")
	}
	fact, err := i.unallocation(a, u)
	if err != nil {
		return Allocation{}, err
	}
	i.settle(fact)
	credit.spend(fact.Amount, fact.Date)
	credit.record(AllocationReversed{Allocation: fact.ID, Reverses: a.ID, CreditNote: credit.s.ID, Invoice: i.s.ID, Company: i.s.Company,
		Customer: i.s.Customer, Date: fact.Date, Amount: a.Amount, InvoiceOpen: i.s.Open, Reason: u.Reason, At: u.At})
	return fact, nil
}

func (i *Invoice) unallocation(a Allocation, u Unapplication) (Allocation, error) {
	if err := i.may("unallocate"); err != nil {
		return Allocation{}, err
	}
	switch {
	case a.Invoice != i.s.ID || a.Instalment < 1 || a.Instalment > len(i.s.Instalments):
		return Allocation{}, i.refuse("unallocate", "other_invoice", "the allocation is another invoice's")
	case !a.Reverses.IsZero() || a.Amount.Sign() <= 0:
		return Allocation{}, i.refuse("unallocate", "reversal_of_reversal", "a reversal is not reversed: apply again")
	case u.ID.IsZero() || u.ID == a.ID || u.At.IsZero() || u.Reason == "" || len(u.Reason) > tandem.MaxText:
		return Allocation{}, i.refuse("unallocate", "allocation_incomplete", "id, time and reason must be given")
	case u.Date.Before(a.Date):
		return Allocation{}, i.refuse("unallocate", "allocation_early", "a reversal does not precede the allocation")
	}
	n := &i.s.Instalments[a.Instalment-1]
	settled, err := a.Settles()
	if err != nil || settled.Minor() > n.Amount.Minor()-n.Open.Minor() {
		return Allocation{}, i.refuse("unallocate", "not_applied", "less of the instalment is settled")
	}
	fact := a
	fact.ID, fact.Reverses, fact.Date, fact.Recorded = u.ID, a.ID, u.Date, u.At
	fact.Amount, fact.DiscountNet, fact.DiscountTax = a.Amount.Neg(), a.DiscountNet.Neg(), a.DiscountTax.Neg()
	return fact, nil
}
