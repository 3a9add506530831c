package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
)

// comeBack expects a share of globes and mugs to come back, and of nothing else.
type comeBack struct{ rate tandem.Rate }

func (c comeBack) ReturnRate(_ context.Context, _ tandem.CompanyID, p tandem.ProductID, _ tandem.Date) (tandem.Rate, error) {
	if p != product("mug") && p != product("globe") {
		return tandem.Rate{}, nil
	}
	return c.rate, nil
}

// hundred sells 100 globes of which 3 are expected back.
func hundred(t *testing.T) (*shop, ordertocash.Placed, ordertocash.Shipped) {
	w := newShop(t, func(c *ordertocash.Config) { c.Returns = comeBack{tandem.Percent(3)} })
	placed := w.place("ann", want{"globe", 100})
	return w, placed, w.ship(placed.Order)
}

// figures are revenue less returns, refund liability, right of return, cost of
// sales, and the stock of a product, in whole pounds (credits negative).
func (w *shop) figures(key string) [5]int64 {
	pounds := [5]int64{w.balance("4000") + w.balance("4100"), w.balance("2300"), w.balance("1300"), w.balance("5000"), w.stock(key)}
	for i := range pounds {
		require.Zero(w.t, pounds[i]%100)
		pounds[i] /= 100
	}
	return pounds
}

func (w *shop) stock(key string) (sum int64) {
	w.view(func(b *store.Bundle) {
		for e, err := range b.JournalEntries().Find(w.ctx, ledger.EntryQuery{Company: company}) {
			require.NoError(w.t, err)
			for _, l := range e.Lines {
				if l.Account == "1200" && l.Product == product(key) {
					sum += l.Amount.Minor()
				}
			}
		}
	})
	return sum
}

// IFRS 15 Illustrative Examples, Example 22 (IE110–IE115): 100 × 100 at a cost of
// 60, 3 expected back: revenue 9,700, refund liability 300, right of return 180.
// Two come back and are credited; the time runs out, and the third is revenue:
// 9,800, and a cost of 98 × 60 = 5,880.
func TestExpectedReturnsFromDeliveryToRelease(t *testing.T) {
	w, placed, d := hundred(t)
	require.Equal(t, [5]int64{-9700, -300, 180, 6000 - 180, 0}, w.figures("globe"))
	w.refused("before_delivery", func() error {
		_, err := w.service.ReleaseExpected(w.ctx, ordertocash.ReleaseExpectedReturns{Header: w.header(), Delivery: d.Delivery, Date: w.date("2011-05-31")})
		return err
	})
	w.invoice(placed.Order)
	require.Equal(t, [5]int64{-9700, -300, 180, 5820, 0}, w.figures("globe"), "the invoice changes nothing of it")

	w.day("2011-06-20")
	ra := w.authorise("ann", back(d.Delivery, 1, 2))
	w.receive(ra.Return)
	require.Equal(t, [5]int64{-9700, -300, 60, 5820, 120}, w.figures("globe"), "the goods are there, the refund is still owed")
	w.inspect(ra.Return, ordertocash.Verdict{Line: 1, Restock: pieces(2), Remedy: returns.RemedyCredit})
	require.Equal(t, money(24000), w.creditReturn(ra.Return).Gross)
	require.Equal(t, [5]int64{-9700, -100, 60, 5820, 120}, w.figures("globe"))

	w.day("2011-07-01")
	release := func() (ordertocash.ReturnsReleased, error) {
		return w.service.ReleaseExpected(w.ctx, ordertocash.ReleaseExpectedReturns{Header: w.header(), Delivery: d.Delivery})
	}
	out, err := release()
	require.NoError(t, err)
	w.check()
	require.Equal(t, ordertocash.ReturnsReleased{Net: money(10000), Value: money(6000)}, out)
	require.Equal(t, [5]int64{-9800, 0, 0, 5880, 120}, w.figures("globe"), "98 × 100, 98 × 60")
	w.refused("nothing_expected", func() error { _, err := release(); return err })
	w.takeBack("ann", back(d.Delivery, 1, 1)) // it comes all the same
	require.Equal(t, [5]int64{-9700, 0, 0, 5820, 180}, w.figures("globe"))
}

// Five come back where three were expected, the first before its invoice: two are
// returns of the day.
func TestMoreComesBackThanWasExpected(t *testing.T) {
	w, placed, d := hundred(t)
	require.Equal(t, money(10000), w.takeBack("ann", back(d.Delivery, 1, 1)).Unbilled)
	require.Equal(t, [5]int64{-9700, -200, 120, 5820, 60}, w.figures("globe"))
	require.Equal(t, int64(990000), w.balance("1150"))
	w.invoice(placed.Order)
	ra := w.authorise("ann", back(d.Delivery, 1, 4))
	w.receive(ra.Return)
	require.Equal(t, [5]int64{-9500, -400, 0, 5700, 300}, w.figures("globe"))
	w.inspect(ra.Return, ordertocash.Verdict{Line: 1, Restock: pieces(4), Remedy: returns.RemedyCredit})
	w.creditReturn(ra.Return)
	require.Equal(t, [5]int64{-9500, 0, 0, 5700, 300}, w.figures("globe"), "95 × 100, 95 × 60")
	w.refused("nothing_expected", func() error {
		_, err := w.service.ReleaseExpected(w.ctx, ordertocash.ReleaseExpectedReturns{Header: w.header(), Delivery: d.Delivery})
		return err
	})
}

// A gift is not expected back, and an estimate may be a part of a piece: 3 % of one
// mug at 10.00 are 0.30 of revenue and 0.18 of cost.
func TestAnEstimateOfAPartOfAPiece(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) { c.Returns = comeBack{tandem.Percent(3)} })
	placed := w.placeLines("ann", priced(t, "mug", 1, 10_000_000), priced(t, "mug", 1, 0), priced(t, "card", 1, 1_000_000))
	d := w.ship(placed.Order)
	require.Equal(t, [2]int64{-30, 18}, [2]int64{w.balance("2300"), w.balance("1300")})
	w.invoice(placed.Order)
	w.takeBack("ann", back(d.Delivery, 1, 1), back(d.Delivery, 2, 1), back(d.Delivery, 3, 1))
	require.Equal(t, [5]int64{0, 0, 0, 0, 600}, w.figures("mug"))

	for name, rate := range map[string]tandem.Rate{"more than all": tandem.Percent(101), "less than nothing": tandem.Percent(-1)} {
		w := newShop(t, func(c *ordertocash.Config) { c.Returns = comeBack{rate} })
		placed := w.place("ann", want{"mug", 1})
		before := w.dump()
		_, err := w.service.Ship(w.ctx, ordertocash.ShipOrder{Header: w.header(), Order: placed.Order})
		require.Error(t, err, name)
		require.Equal(t, before, w.dump())
	}
	_, err := ordertocash.New(w.store, func() ordertocash.Config {
		c := w.config
		c.Books.Revenue = posting.AtInvoice
		return c
	}())
	require.ErrorIs(t, err, tandem.ErrInvalid)
}
