package billing

import (
	"github.com/tandem-go/tandem"
)

// ForfeitDiscount takes back the early discount of an allocation, whose money stays
// applied: the discount rested on the instalment's being paid in full in time, and
// something of it is open again, since another payment bounced or was unapplied. It is a
// reversal of the allocation and a new one without discount, both of the day of u, so
// that what was taken and what fell are facts with their days. A payment that settles
// the rest in time earns the discount again. Refused: an allocation without a discount,
// an instalment that is paid in full. Either both documents change or, on an error, none.
func ForfeitDiscount(a Allocation, p *Payment, i *Invoice, u Unapplication, again AllocationID) ([2]Allocation, error) {
	var facts [2]Allocation
	if a.DiscountNet.IsZero() && a.DiscountTax.IsZero() {
		return facts, i.refuse("forfeit", "no_discount", "no discount was taken with it")
	}
	if a.Instalment < 1 || a.Instalment > len(i.s.Instalments) || i.s.Instalments[a.Instalment-1].Open.IsZero() {
		return facts, i.refuse("forfeit", "discount_earned", "the instalment is paid in full")
	}
	if again.IsZero() || again == u.ID || again == a.ID {
		return facts, i.refuse("forfeit", "allocation_incomplete", "an id of its own must be given")
	}
	taxes := append([]ReleasedTax{}, p.ReleasedBy(a.ID)...)
	for n := range taxes {
		taxes[n].TaxPoint = tandem.Date{} // it was restored on that day, and goes again
	}
	payment, invoice := p.s.clone(), i.s.clone()
	events, invoiceEvents := len(p.events), len(i.events)
	var err error
	if facts[0], err = UnapplyPayment(a, p, i, u); err == nil {
		facts[1], err = ApplyPayment(p, i, Application{ID: again, Instalment: a.Instalment, Amount: a.Amount, Date: u.Date, At: u.At, NoDiscount: true, Taxes: taxes})
	}
	if err != nil {
		p.s, i.s, p.events, i.events = payment, invoice, p.events[:events], i.events[:invoiceEvents]
		return [2]Allocation{}, err
	}
	return facts, nil
}
