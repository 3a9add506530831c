package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
)

// expecting is a company to which goods will come.
func expecting(t *testing.T, coming ...inventory.Supply) *erptest.Company {
	return erptest.New(t, erptest.WithSales(func(c *ordertocash.Config) { c.Expects = supplies(coming) }))
}

// All 60 are reserved for the first, who wants them on day 30; 60 more come on day 5.
// The second can have 60 on day 5, and not today: nothing is free.
func TestWhatAnotherOrderHoldsIsPromisedToNobody(t *testing.T) {
	c := expecting(t, inventory.Supply{Date: erptest.Day(5), Quantity: erptest.Pieces(t, 60)})
	line := erptest.Line("22423", 60)
	line.Promise = erptest.Day(30)
	first := c.Place(t, "12346", line)
	require.Equal(t, "60 EA", first.Lines[0].Reserved.String())
	second := c.Place(t, "12348", erptest.Line("22423", 60))
	require.Equal(t, "0 EA", second.Lines[0].Reserved.String())
	require.Equal(t, erptest.Day(5), second.Lines[0].Promise)
}

// 60 are there, 24 come on day 5, 18 on day 9. The first was promised 66 for day 6, and
// holds none: 60 + 24 − 66 = 18 are free. The second asks for 19, holds the 18 from now on
// and waits for 1 until day 9. That leaves 60 + 24 − 66 − 18 = 0 up to day 8, and from
// day 9 on 0 + 18 − 1 = 17: the third is promised its 17 for then, and holds nothing.
func TestAnEarlierPromiseIsNotRobbedByWhoHoldsForALaterDay(t *testing.T) {
	c := expecting(t, inventory.Supply{Date: erptest.Day(5), Quantity: erptest.Pieces(t, 24)},
		inventory.Supply{Date: erptest.Day(9), Quantity: erptest.Pieces(t, 18)})
	line := erptest.Line("22423", 66)
	line.Promise, line.NoReserve = erptest.Day(6), true
	first := c.Place(t, "12346", line)
	second := c.Place(t, "12348", erptest.Line("22423", 19))
	require.Equal(t, "18 EA", second.Lines[0].Reserved.String())
	require.Equal(t, erptest.Day(9), second.Lines[0].Promise)
	third := c.Place(t, "12348", erptest.Line("22423", 17))
	require.Equal(t, "0 EA", third.Lines[0].Reserved.String())
	require.Equal(t, erptest.Day(9), third.Lines[0].Promise)
	c.Clock.Set(erptest.At(5))
	c.Buy(t, "22423", 24, "168.00")
	c.View(t, func(ctx context.Context, b erptest.Bundle) error {
		o, err := b.SalesOrders().Get(ctx, erptest.CompanyID(), first.Order)
		require.NoError(t, err)
		require.Equal(t, "66 EA", o.LineAt(0).Reserved.String(), "promised for day 6")
		return nil
	})
}

// Whatever is ordered, whatever is to come: on no day is more held and promised than
// is there by then.
func TestEveryPromiseCanBeKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start, err := tandem.ParseDate("2011-06-01")
		require.NoError(t, err)
		var coming supplies
		for range rapid.IntRange(0, 4).Draw(t, "supplies") {
			coming = append(coming, inventory.Supply{Date: start.AddDays(rapid.IntRange(1, 20).Draw(t, "day")),
				Quantity: pieces(rapid.Int64Range(1, 60).Draw(t, "comes"))})
		}
		w := newShop(t, func(c *ordertocash.Config) { c.Expects = coming })
		for range rapid.IntRange(1, 8).Draw(t, "orders") {
			line := lines(want{"mug", rapid.Int64Range(1, 90).Draw(t, "wants")})
			line[0].NoReserve = rapid.Bool().Draw(t, "waits")
			_, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: line})
			require.NoError(t, err)
			w.view(func(b *store.Bundle) { keepable(t, w, b, coming) })
		}
	})
}

func keepable(t *rapid.T, w *shop, b *store.Bundle, coming supplies) {
	onHand, held := w.level("mug", warehouse)
	var waiting []inventory.Backorder
	for o, err := range b.Backorders().Find(w.ctx, inventory.BackorderQuery{Company: company}) {
		require.NoError(t, err)
		if !o.Promise.IsZero() {
			waiting = append(waiting, o)
		}
	}
	for n := range 22 {
		day := w.date("2011-06-01").AddDays(n)
		free := pieces(onHand - held).Micro()
		for _, s := range coming {
			if !s.Date.After(day) {
				free += s.Quantity.Micro()
			}
		}
		for _, o := range waiting {
			if !o.Promise.After(day) {
				free -= o.Quantity.Micro()
			}
		}
		require.GreaterOrEqual(t, free, int64(0), "on %s", day)
	}
}

// An order of day 0 that is entered on day 3 cannot leave before: what is there is
// promised for day 3, and what is overdue as little for a day that is over.
func TestABackdatedOrderIsPromisedNoEarlierThanToday(t *testing.T) {
	c := expecting(t, inventory.Supply{Date: erptest.Day(1), Quantity: erptest.Pieces(t, 60)})
	c.Clock.Set(erptest.At(3))
	place := func(pieces int64) tandem.Date {
		placed, err := c.Sales.Place(t.Context(), ordertocash.PlaceOrder{Header: c.Header(), Customer: erptest.CustomerID("12346"),
			Date: erptest.Day(0), Lines: []ordertocash.OrderLine{erptest.Line("22423", pieces)}})
		require.NoError(t, err)
		return placed.Lines[0].Promise
	}
	require.Equal(t, erptest.Day(3), place(1))
	require.Equal(t, erptest.Day(3), place(70))
}

// 100 mugs are there, 60 come on the 11th. A line of 50, promised for the 1st, grows to
// 150: that can be had on the 11th. Who comes next is promised what is left, 10 on the
// 11th, and after them nothing.
func TestALineThatGrowsIsPromisedAsAWhole(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) {
		c.Expects = supplies{{Date: date(t, "2011-06-11"), Quantity: pieces(60)}}
	})
	p := w.place("ann", want{"mug", 50})
	grow := func(n int64, promise tandem.Date) sales.Line {
		_, err := w.amend(ordertocash.AmendOrder{Order: p.Order, Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(n), Promise: promise}}})
		require.NoError(t, err)
		return w.orderState(p.Order).Lines[0]
	}
	promises := func(l sales.Line) []tandem.Date { return []tandem.Date{l.FirstPromise, l.Promise} }
	first, eleventh := w.date("2011-06-01"), w.date("2011-06-11")
	require.Equal(t, []tandem.Date{first, first}, promises(grow(80, tandem.Date{})), "80 are there")
	l := grow(150, tandem.Date{})
	require.Equal(t, pieces(100), l.Reserved)
	require.Equal(t, []tandem.Date{first, eleventh}, promises(l))
	require.Equal(t, eleventh, w.place("ben", want{"mug", 10}).Lines[0].Promise)
	require.True(t, w.place("ben", want{"mug", 1}).Lines[0].Promise.IsZero())
	require.Equal(t, []tandem.Date{first, w.date("2011-07-01")}, promises(grow(151, w.date("2011-07-01"))), "agreed by hand")
	require.Equal(t, []tandem.Date{first, {}}, promises(grow(200, tandem.Date{})), "no known supply covers it")
}

// A line that grows and one that is added share what there is: 100 are there, 60 come on
// the 11th. 50 grow by 40 and 20 are added: 110, of which 10 wait, for the line added last.
func TestALineThatGrowsAndOneThatIsAddedShareTheStock(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) {
		c.Expects = supplies{{Date: date(t, "2011-06-11"), Quantity: pieces(60)}}
	})
	p := w.place("ann", want{"mug", 50})
	_, err := w.amend(ordertocash.AmendOrder{Order: p.Order, Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(90)}}, Add: lines(want{"mug", 20})})
	require.NoError(t, err)
	o := w.orderState(p.Order)
	require.Equal(t, []tandem.Quantity{pieces(90), pieces(10)}, []tandem.Quantity{o.Lines[0].Reserved, o.Lines[1].Reserved})
	require.Equal(t, []tandem.Date{w.date("2011-06-01"), w.date("2011-06-11")}, []tandem.Date{o.Lines[0].Promise, o.Lines[1].Promise})
}
