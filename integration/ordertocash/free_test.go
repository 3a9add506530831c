package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/pricing"
)

// priced is a line at an agreed price in millionths of a pound.
func priced(t tester, key string, n, micro int64) ordertocash.OrderLine {
	return ordertocash.OrderLine{Product: product(key), Quantity: pieces(n), Agreed: &pricing.Override{Price: price(t, micro), Reason: "agreed"}}
}

func (w *shop) placeLines(who string, lines ...ordertocash.OrderLine) ordertocash.Placed {
	w.t.Helper()
	out, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer(who), Lines: lines})
	require.NoError(w.t, err)
	w.check()
	return out
}

// A candle (cost 0.50) at 0.004 is a sale for 0.00: its cost is a cost of sales.
// Two at no price are a gift: 1.00 of promotion expense. So is a price of nought
// beside it. Plain arithmetic.
func TestOnlyAPriceOfNoughtIsAGift(t *testing.T) {
	w := newShop(t)
	placed := w.placeLines("ann", priced(t, "candle", 1, 4_000), priced(t, "candle", 2, 0))
	require.True(t, placed.Net.IsZero())
	w.ship(placed.Order)
	require.Equal(t, int64(50), w.balance("5000"), "cost of sales")
	require.Equal(t, int64(100), w.balance("6100"), "promotion expense")
}

// Three mugs are sold and two are given (cost 6.00 each: 18.00 cost of sales, 12.00
// promotion). One of each comes back, and the rest of the gift to be thrown away:
// each account gets back what it bore.
func TestReturnedFreeGoodsMirrorTheirIssue(t *testing.T) {
	w := newShop(t)
	placed := w.placeLines("ann", priced(t, "mug", 3, 10_000_000), priced(t, "mug", 2, 0))
	d := w.ship(placed.Order)
	w.invoice(placed.Order)
	require.Equal(t, [2]int64{1800, 1200}, [2]int64{w.balance("5000"), w.balance("6100")})
	out := w.takeBack("ann", back(d.Delivery, 1, 1), back(d.Delivery, 2, 1))
	require.Equal(t, money(1200), out.Gross)
	require.Equal(t, [2]int64{1200, 600}, [2]int64{w.balance("5000"), w.balance("6100")})

	ra := w.authorise("ann", back(d.Delivery, 2, 1))
	w.receive(ra.Return)
	w.inspect(ra.Return, ordertocash.Verdict{Line: 1, Scrap: pieces(1), Remedy: returns.RemedyReject})
	require.Equal(t, [3]int64{1200, 0, 600}, [3]int64{w.balance("5000"), w.balance("6100"), w.balance("5200")}, "cost, promotion, write-off")
}

// A replacement costs nothing and is no gift; when it comes back in turn, its
// cost of sales does.
func TestReturnedReplacementIsACostOfSales(t *testing.T) {
	w := newShop(t)
	s := w.sell("ann", want{"mug", 1})
	ra := w.authorise("ann", back(s.delivery, 1, 1))
	w.receive(ra.Return)
	w.inspect(ra.Return, ordertocash.Verdict{Line: 1, Restock: pieces(1), Remedy: returns.RemedyReplace})
	placed, err := w.service.Replace(w.ctx, ordertocash.ReplaceReturn{Header: w.header(), Return: ra.Return})
	require.NoError(t, err)
	d := w.ship(placed.Order)
	w.invoice(placed.Order)
	w.takeBack("ann", back(d.Delivery, 1, 1))
	require.Zero(t, w.balance("5000"))
	require.Zero(t, w.balance("6100"))
}
