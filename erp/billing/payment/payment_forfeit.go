package payment

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
)

// ForfeitDiscount takes back the early discount of an allocation, whose money stays
// applied: the discount rested on the instalment's being paid in full in time, and
// something of it is open again, since another payment bounced or was unapplied. It is a
// reversal of the allocation and a new one without discount, both of the day of u, so
// that what was taken and what fell are facts with their days. A payment that settles
// the rest in time earns the discount again. Refused: an allocation without a discount,
// an instalment that is paid in full. Either both documents change or, on an error, none.
func ForfeitDiscount(a billing.Allocation, p *Payment, i *billing.Invoice, u billing.Unapplication, again billing.AllocationID) ([2]billing.Allocation, error) {
	var facts [2]billing.Allocation
	if a.DiscountNet.IsZero() && a.DiscountTax.IsZero() {
		return facts, refuseForfeit(i, "no_discount", "no discount was taken with it")
	}
	if a.Instalment < 1 || a.Instalment > i.InstalmentCount() || i.InstalmentAt(a.Instalment-1).Open.IsZero() {
		return facts, refuseForfeit(i, "discount_earned", "the instalment is paid in full")
	}
	if again.IsZero() || again == u.ID || again == a.ID {
		return facts, refuseForfeit(i, "allocation_incomplete", "an id of its own must be given")
	}
	taxes := append([]ReleasedTax{}, p.ReleasedBy(a.ID)...)
	for n := range taxes {
		taxes[n].TaxPoint = tandem.Date{} // it was restored on that day, and goes again
	}
	do := func(p *Payment, i *billing.Invoice) (err error) {
		if facts[0], err = Unapply(a, p, i, u); err == nil {
			facts[1], err = apply(p, i, Application{ID: again, Instalment: a.Instalment, Amount: a.Amount, Date: u.Date, At: u.At, NoDiscount: true, Taxes: taxes}, true)
		}
		return err
	}
	// What copies of the documents allow, the documents do: so both change or none.
	if err := do(p.Copy(p.Revision()), i.Copy(i.Revision())); err != nil {
		return [2]billing.Allocation{}, err
	}
	return facts, do(p, i)
}

func refuseForfeit(i *billing.Invoice, code, reason string) error {
	return &tandem.RefusedError{Command: "forfeit", Subject: "customer_invoice " + i.ID().String(), State: string(i.Status()), Code: code, Reason: reason}
}
