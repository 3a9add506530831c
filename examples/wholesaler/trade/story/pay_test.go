package story_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
)

func (b *ledgerless) DayEnd(_ context.Context, day tandem.Date) error {
	b.days = append(b.days, day)
	return nil
}

func (b *ledgerless) Ended(_ context.Context, day tandem.Date) (bool, error) {
	return slices.Contains(b.days, day), nil
}

func (b *ledgerless) Prepay(_ context.Context, a story.Advance) error {
	b.paid += a.Amount.Minor()
	return b.call("pay", a.At)
}

func (b *ledgerless) Pay(_ context.Context, due []story.Payment, at tandem.Instant) error {
	for _, p := range due {
		if err := b.call("pay", at); err != nil {
			return err
		}
		open, ok := b.owed[p.Invoice]
		if !ok {
			return fmt.Errorf("pays %s twice", p.Invoice)
		}
		delete(b.owed, p.Invoice)
		amount := tandem.MoneyFromMinor(open, tandem.GBP)
		if !p.RoundUp.IsZero() {
			b.calls["pay rounded"]++
			var err error
			if amount, err = amount.RoundTo(p.RoundUp, tandem.RoundUp); err != nil {
				return err
			}
		}
		b.paid += amount.Minor()
	}
	return nil
}
