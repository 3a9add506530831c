package story

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/supply"
)

// Terms and habits of payment: net 30 days; of ten customers six pay when it is due, two a week late, one three weeks,
// one 45 days; one payment in twenty is rounded up to ten pounds.
const (
	termDays   = 30
	roundOneIn = 20
	roundTo    = 10_00 // pence
)

// Delay gives the days by which an account pays late.
func Delay(seed, account string) int {
	return [...]int{0, 0, 0, 0, 0, 0, 7, 7, 21, 45}[supply.Choose(seed, account, 10)]
}

// prepay pays an order at once, in full, where it is an export or a cash sale.
func (t *teller) prepay(ctx context.Context, o *Order, gross tandem.Money) error {
	if gross.Sign() <= 0 || !o.Cash && o.Territory != retail.Export {
		return nil
	}
	return t.books.Prepay(ctx, Advance{Account: o.Account, Order: o.Invoice, Amount: gross, At: t.clock})
}

// invoice invoices what was delivered, and knows when each invoice will be paid. An order that leaves in parts may cost more
// than was paid for it in advance, since each invoice rounds its VAT and one may have a later rate: who prepays, pays the rest
// at once.
func (t *teller) invoice(ctx context.Context) error {
	invoices, err := t.books.Invoice(ctx, t.at(atInvoice))
	if err != nil {
		return err
	}
	for _, i := range invoices {
		if i.Open.Sign() <= 0 {
			continue
		}
		p := Payment{Account: i.Account, Invoice: i.Number}
		if i.Prepaid {
			t.due[t.today] = append(t.due[t.today], p)
			continue
		}
		if supply.Choose(t.cfg.Seed, i.Number, roundOneIn) == 0 {
			p.RoundUp = tandem.MoneyFromMinor(roundTo, tandem.GBP)
		}
		day := i.Day.AddDays(termDays + Delay(t.cfg.Seed, i.Account))
		t.due[day] = append(t.due[day], p)
	}
	return nil
}

// pay receives the payments of today.
func (t *teller) pay(ctx context.Context) error {
	due := t.due[t.today]
	delete(t.due, t.today)
	if len(due) == 0 {
		return nil
	}
	return t.books.Pay(ctx, due, t.at(atPay))
}
