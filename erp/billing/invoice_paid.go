package billing

import (
	"github.com/tandem-go/tandem"
)

// PaidBy says by which payment an invoice is paid.
type PaidBy struct {
	Payment PaymentID
	Date    tandem.Date // of the payment: the day that earns an early discount
	Advance bool        // it was received before anything was owed
	// Again says that it takes again, with another discount, what an allocation of the
	// same payment gave back on the same day: no more, so that it may precede the
	// reversals of others.
	Again bool
}

// RecordPaid books that a payment settles part of an instalment, and gives the fact:
// what would be left open is taken as early discount where the day of the payment
// earns it. It is called by package payment, which takes the money of the payment;
// the invoice checks what is asked of it, and an error changes nothing.
func (i *Invoice) RecordPaid(a Application, by PaidBy) (Allocation, error) {
	fact, err := i.allocation(a, by.Date, by.Again)
	if err != nil {
		return Allocation{}, err
	}
	if by.Payment.IsZero() || by.Date.IsZero() || a.Date.Before(by.Date) {
		return Allocation{}, i.refuse("allocate", "allocation_incomplete", "the payment and its date must be given, and not be later")
	}
	fact.Payment, fact.FromAdvance = by.Payment, by.Advance
	i.settle(fact)
	return fact, nil
}

// RecordUnpaid books that an allocation of a payment is undone, and gives the fact
// that reverses it: open amount, discount and status are again what they were before.
// It is called by package payment, which gives the payment its money back; an error
// changes nothing.
func (i *Invoice) RecordUnpaid(a Allocation, u Unapplication) (Allocation, error) {
	fact, err := i.unallocation(a, u)
	if err != nil {
		return Allocation{}, err
	}
	if a.Payment.IsZero() || !a.Credit.IsZero() {
		return Allocation{}, i.refuse("unallocate", "other_payment", "the allocation is no payment's")
	}
	i.settle(fact)
	return fact, nil
}

// RecordRefunded books that something of a credit note is paid back, at most what is
// left of it and on or after its date. It is called by package payment, which makes
// the refund; an error changes nothing.
func (i *Invoice) RecordRefunded(amount tandem.Money, on tandem.Date) error {
	if err := i.may("allocate"); err != nil {
		return err
	}
	switch {
	case i.s.Type != CreditNote:
		return i.refuse("refund", "not_credit", "what is paid back is of a payment or a credit note")
	case amount.Currency() != i.s.Currency:
		return i.refuse("refund", "other_currency", "the credit note is in another currency")
	case amount.Minor() > i.s.Open.Minor():
		return i.refuse("refund", "credit_exceeded", "less of the credit is left")
	case on.Before(i.s.Date):
		return i.refuse("refund", "refund_early", "precedes the credit note")
	case on.Before(i.NotBefore()):
		return i.tooEarly("refund", i.NotBefore())
	}
	var c tandem.Check
	c.Require(amount.Sign() > 0, "amount", "amount", "must be positive")
	if err := c.Err("payment"); err != nil {
		return err
	}
	i.spend(amount, on)
	return nil
}

// RecordRefundTakenBack books that what was paid back of a credit note came back, at
// most what was used of it, on a day not before the note's. It is called by package
// payment; an error changes nothing.
func (i *Invoice) RecordRefundTakenBack(amount tandem.Money, on tandem.Date) error {
	if err := i.may("unallocate"); err != nil {
		return err
	}
	if i.s.Type != CreditNote || amount.Currency() != i.s.Currency || amount.Sign() <= 0 || amount.Minor() > i.s.Gross.Minor()-i.s.Open.Minor() {
		return i.refuse("unallocate", "not_applied", "less of the credit was paid back")
	}
	if on.Before(i.s.Date) {
		return i.refuse("unallocate", "allocation_early", "precedes the credit note")
	}
	i.spend(amount.Neg(), on)
	return nil
}
