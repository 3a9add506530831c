package ordertocash

import (
	"context"

	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
)

// purpose is what a payment or credit note is read for.
type purpose int

const (
	settleNamed purpose = iota
	settleOldest
	undo
)

func oldest(all bool) purpose {
	if all {
		return settleOldest
	}
	return settleNamed
}

// allocationsOf is the query of what was made of a credit note or a payment.
func allocationsOf(note *billing.Invoice, paid *payment.Payment) billing.AllocationQuery {
	if note != nil {
		return billing.AllocationQuery{Company: note.Company(), Credit: note.ID(), Customer: note.Customer()}
	}
	return billing.AllocationQuery{Company: paid.Company(), Payment: paid.ID()}
}

// undone adds what is to be undone: what a payment settled, whose allocations were read
// with it, or the allocations of a credit note; and of a refund what it is of.
func (a *allocating[R]) undone(ctx context.Context, n *reads) error {
	if a.note != nil {
		n.query(allocationsOf(a.note, nil))
		return nil
	}
	for fact, err := range a.w.r.Allocations().Find(ctx, allocationsOf(nil, a.payment)) {
		if err != nil {
			return err
		}
		n.allocated(&fact)
	}
	if !a.payment.Refund() {
		return nil
	}
	if fact, err := a.w.r.Allocations().Get(ctx, a.w.s.company(), refundAllocation(a.payment.ID().Bytes())); err == nil {
		n.invoice(fact.Credit)
		n.payment(fact.Payment)
	}
	return nil
}

// allocated adds what an allocation settled, and what else was made of that.
func (n *reads) allocated(fact *billing.Allocation) {
	n.payment(fact.Refund)
	if n.invoice(fact.Invoice); !fact.Invoice.IsZero() {
		n.query(billing.AllocationQuery{Company: n.company(), Invoice: fact.Invoice})
	}
}
