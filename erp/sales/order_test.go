package sales_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/internal/documenttest"
)

// Three pieces for 1.00: one by one they are 0.33, 0.34 and 0.33 by largest
// remainder of what is left (1.00 over 1:2 is 0.33 1/3; 0.67 over 1:1 is 0.33½, the
// tie to the first), and 1.00 together.
func TestPartialDeliveriesSumToTheLine(t *testing.T) {
	o := confirmed(t, documenttest.Three())
	var nets []int64
	for n := range 3 {
		d := ship(t, o, fmt.Sprint(n), lq(1, 1))
		nets = append(nets, d.Net().Minor())
		billed := invoice(t, o, d)
		assert.Equal(t, d.Net(), billed[0].Net)
		o = orderTrip(t, o)
	}
	assert.Equal(t, []int64{33, 34, 33}, nets)
	l, ok := o.Line(1)
	require.True(t, ok)
	assert.Equal(t, gbp(100), l.NetShipped)
	assert.Equal(t, gbp(100), l.NetInvoiced)
	assert.Equal(t, sales.OrderStatusInvoiced, o.Status())
	assert.Equal(t, 3, o.Deliveries())
}

// 12 pieces ordered as one dozen come back to zero by twelfths.
func TestDocumentUnit(t *testing.T) {
	i := item(1, 12, 10)
	i.Ordered, i.Factor = tandem.QuantityFromMicro(1_000_000, tandem.Dozen), tandem.IntRatio(12)
	p, err := tandem.PriceFromMicro(1_200_000, tandem.GBP, 1, tandem.Dozen)
	require.NoError(t, err)
	i.Price, i.Net = p, gbp(120)
	o := confirmed(t, i)
	for n := range 12 {
		ship(t, o, fmt.Sprint(n), lq(1, 1))
	}
	l := o.LineAt(0)
	assert.True(t, l.Open().IsZero())
	assert.True(t, l.Complete())
	assert.Equal(t, gbp(120), l.NetShipped)
	i.Quantity = each(11)
	_, err = sales.NewOrder(orderInput(i), at(0))
	assert.ErrorIs(t, err, tandem.ErrInvalid, "the base quantity is the ordered one times the factor")
}

func TestNewOrderTellsAllFaults(t *testing.T) {
	_, err := sales.NewOrder(sales.OrderInput{Policy: "whenever"}, tandem.Instant{})
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.Len(t, invalid.Faults, 8)
	for name, change := range map[string]func(*sales.OrderInput){
		"no lines":            func(in *sales.OrderInput) { in.Lines = nil },
		"line numbers repeat": func(in *sales.OrderInput) { in.Lines = append(in.Lines, in.Lines[0]) },
		"line nought":         func(in *sales.OrderInput) { in.Lines[0].Line = 0 },
		"no product":          func(in *sales.OrderInput) { in.Lines[0].Product = tandem.ProductID{} },
		"no quantity":         func(in *sales.OrderInput) { in.Lines[0].Quantity = tandem.Quantity{} },
		"negative quantity":   func(in *sales.OrderInput) { in.Lines[0].Quantity, in.Lines[0].Ordered = each(-1), each(-1) },
		"no factor":           func(in *sales.OrderInput) { in.Lines[0].Factor = tandem.Ratio{} },
		"no price":            func(in *sales.OrderInput) { in.Lines[0].Price = tandem.Price{} },
		"negative price":      func(in *sales.OrderInput) { in.Lines[0].Price = in.Lines[0].Price.Neg() },
		"net of another sum":  func(in *sales.OrderInput) { in.Lines[0].Net = gbp(998) },
		"negative net":        func(in *sales.OrderInput) { in.Lines[0].Net = gbp(-1) },
		"negative discount":   func(in *sales.OrderInput) { in.Lines[0].Discount, in.Lines[0].Net = gbp(-5), gbp(1005) },
		"another currency":    func(in *sales.OrderInput) { in.Lines[0].Net = tandem.MoneyFromMinor(1000, tandem.Currency(0)) },
		"waterfall no JSON":   func(in *sales.OrderInput) { in.Lines[0].Waterfall = "{" },
		"unknown category":    func(in *sales.OrderInput) { in.Lines[0].TaxCategory = "?" },
		"address":             func(in *sales.OrderInput) { in.ShipTo.Country = "England" },
		"too many lines":      func(in *sales.OrderInput) { in.Lines = make([]sales.Item, tandem.MaxLines+1) },
		"total out of range": func(in *sales.OrderInput) {
			huge, err := tandem.PriceFromMicro(1<<62, tandem.GBP, 1, tandem.Each)
			require.NoError(t, err)
			a := item(1, 10_000, 1)
			a.Price = huge
			a.Net, err = huge.Times(a.Ordered, tandem.HalfAwayFromZero)
			require.NoError(t, err)
			b, c := a, a
			b.Line, c.Line = 2, 3
			in.Lines = []sales.Item{a, b, c}
		},
	} {
		in := orderInput(item(1, 10, 100))
		change(&in)
		_, err := sales.NewOrder(in, at(0))
		assert.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
	free := item(1, 5, 0)
	_, err = sales.NewOrder(orderInput(free), at(0))
	assert.NoError(t, err, "free goods")
}

func TestConfirmTellsWhatWasReserved(t *testing.T) {
	o := draft(t, item(1, 10, 100), item(2, 5, 50))
	require.NoError(t, o.RecordReserved([]sales.LineQuantity{lq(1, 10), lq(2, 3)}))
	assert.Equal(t, gbp(0), o.OpenNet(), "a draft is no exposure")
	require.NoError(t, o.Confirm(at(1)))
	r := o.Drain()
	require.Len(t, r.Events, 1)
	assert.Equal(t, int64(1), r.Last)
	e := r.Events[0].(*sales.OrderConfirmed)
	assert.Equal(t, customer(), e.Customer)
	assert.Equal(t, gbp(1250), e.Net)
	assert.Equal(t, each(10), e.Lines[0].Reserved)
	assert.Equal(t, each(3), e.Lines[1].Reserved)
	assert.Equal(t, gbp(1250), o.OpenNet())
	assert.Empty(t, o.Drain().Events)
	l := o.LineAt(1)
	assert.Equal(t, each(2), l.Unreserved())
}

func TestShipRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		lines []sales.LineQuantity
		code  string
	}{
		"more than is open":              {[]sales.LineQuantity{lq(1, 11)}, "over_shipment"},
		"more than is open, in two rows": {[]sales.LineQuantity{lq(1, 6), lq(2, 1), lq(1, 5)}, "over_shipment"},
		"an unknown line":                {[]sales.LineQuantity{lq(3, 1)}, "unknown_line"},
		"nothing":                        {nil, "fault required"},
		"nought":                         {[]sales.LineQuantity{lq(1, 0)}, "fault quantity"},
		"a negative quantity":            {[]sales.LineQuantity{lq(1, -1)}, "fault quantity"},
		"another unit":                   {[]sales.LineQuantity{{Line: 1, Quantity: tandem.QuantityFromMicro(1, tandem.Kilogram)}}, "fault quantity"},
	} {
		o := confirmed(t, item(1, 10, 100), item(2, 5, 50))
		before := o.State()
		_, err := o.RecordShipped(test.lines)
		assert.Equal(t, test.code, code(err), name)
		assert.Equal(t, before, o.State(), name)
	}
	o := confirmed(t, item(1, 10, 100))
	require.NoError(t, o.Hold("credit limit", at(2)))
	_, err := o.RecordShipped([]sales.LineQuantity{lq(1, 1)})
	assert.Equal(t, "held", code(err))
	assert.Equal(t, "held", code(o.Hold("again", at(2))))
	assert.ErrorIs(t, err, tandem.ErrNotAllowed)
	require.NoError(t, o.ReleaseHold("paid", at(3)))
	assert.Equal(t, "not_held", code(o.ReleaseHold("paid", at(3))))
	ship(t, o, "1", lq(1, 1))
}

func TestCancelAndShortClose(t *testing.T) {
	o := confirmed(t, item(1, 10, 100), item(2, 5, 50))
	require.NoError(t, o.RecordReserved([]sales.LineQuantity{lq(1, 8), lq(2, 5)}))
	released, err := o.CancelLines([]sales.LineQuantity{lq(1, 4)}, "too many", at(2))
	require.NoError(t, err)
	assert.Equal(t, []sales.LineQuantity{lq(1, 2)}, released, "8 were held, 6 are open")
	assert.Equal(t, gbp(850), o.Net())
	ship(t, o, "1", lq(2, 5))
	_, err = o.Cancel("no", at(3))
	assert.Equal(t, "status", code(err), "something is shipped")
	released, err = o.ShortClose("no longer made", at(3))
	require.NoError(t, err)
	assert.Equal(t, []sales.LineQuantity{lq(1, 6)}, released)
	assert.Equal(t, sales.OrderStatusShipped, o.Status())
	_, err = o.Amend(sales.Amendment{Reason: "more", Add: []sales.Item{item(3, 1, 1)}}, at(4))
	assert.Equal(t, "short_closed", code(err))
	require.NoError(t, o.RecordInvoiced([]sales.BilledLine{{Line: 2, Quantity: each(5), Net: gbp(250)}}))
	assert.Equal(t, sales.OrderStatusClosed, o.Status())
	assert.Equal(t, []string{"sales.order.confirmed", "sales.order.lines_cancelled", "sales.order.short_closed"}, names(o.Drain()))
	orderTrip(t, o)

	o = confirmed(t, item(1, 10, 100))
	_, err = o.Cancel("", at(2))
	assert.Equal(t, "fault reason", code(err))
	require.NoError(t, o.Hold("limit", at(2)))
	_, err = o.CancelLines([]sales.LineQuantity{lq(1, 10)}, "mistake", at(2))
	require.NoError(t, err)
	assert.Equal(t, sales.OrderStatusCancelled, o.Status())
	assert.Empty(t, o.Held())
	assert.Equal(t, gbp(0), o.Net())
	assert.Equal(t, []string{"sales.order.confirmed", "sales.order.held", "sales.order.cancelled"}, names(o.Drain()))
	_, err = o.CancelLines([]sales.LineQuantity{lq(1, 1)}, "again", at(2))
	assert.Equal(t, "status", code(err))
}

func TestInvoiceRefuses(t *testing.T) {
	o := confirmed(t, item(1, 10, 100))
	ship(t, o, "1", lq(1, 4))
	for name, test := range map[string]struct {
		quantity, net int64
		code          string
	}{
		"more than shipped":       {5, 500, "over_invoice"},
		"too much money":          {3, 401, "net"},
		"all but not all money":   {4, 399, "net"},
		"a negative amount":       {3, -1, "net"},
		"a part and all of money": {3, 400, ""},
	} {
		o := orderTrip(t, o)
		assert.Equal(t, test.code, code(o.RecordInvoiced([]sales.BilledLine{{Line: 1, Quantity: each(test.quantity), Net: gbp(test.net)}})), name)
	}
	assert.Equal(t, gbp(400), o.UnbilledNet())
	assert.Equal(t, "over_return", code(o.RecordReturned([]sales.LineQuantity{lq(1, 5)})))
	require.NoError(t, o.RecordReturned([]sales.LineQuantity{lq(1, 4)}))
	assert.Equal(t, "over_return", code(o.RecordReturned([]sales.LineQuantity{lq(1, 1)})))
}

func TestAmendByHand(t *testing.T) {
	price := func(pence int64) tandem.Price { return item(1, 1, pence).Price }
	for name, test := range map[string]struct {
		a        sales.Amendment
		code     string
		net      int64
		status   sales.OrderStatus
		released []sales.LineQuantity
	}{
		// Line 1: 10 at 1.00, 4 shipped (4.00), 6 held. Line 2: 5 at 0.50, held.
		"a smaller quantity takes its part of what is open": {a: sales.Amendment{Change: []sales.LineAmendment{{Line: 1, Ordered: each(7)}}},
			net: 950, released: []sales.LineQuantity{lq(1, 3)}},
		"more at the price":                  {a: sales.Amendment{Change: []sales.LineAmendment{{Line: 1, Ordered: each(12)}}}, net: 1450},
		"down to what is shipped":            {a: sales.Amendment{Change: []sales.LineAmendment{{Line: 1, Ordered: each(4)}}}, net: 650, released: []sales.LineQuantity{lq(1, 6)}},
		"below what is shipped":              {a: sales.Amendment{Change: []sales.LineAmendment{{Line: 1, Ordered: each(3)}}}, code: "shipped"},
		"the price of what is shipped":       {a: sales.Amendment{Change: []sales.LineAmendment{{Line: 1, Price: price(90)}}}, code: "price_fixed"},
		"a new price of an open line":        {a: sales.Amendment{Change: []sales.LineAmendment{{Line: 2, Price: price(40)}}}, net: 1200},
		"a new price and quantity":           {a: sales.Amendment{Change: []sales.LineAmendment{{Line: 2, Ordered: each(10), Price: price(40)}}}, net: 1400},
		"a new price with a discount":        {a: sales.Amendment{Change: []sales.LineAmendment{{Line: 2, Price: price(40), Discount: gbp(15)}}}, net: 1185},
		"a net that is no price × quantity":  {a: sales.Amendment{Change: []sales.LineAmendment{{Line: 2, Price: price(40), Net: gbp(300)}}}, code: "fault net"},
		"remove an open line":                {a: sales.Amendment{Remove: []int{2}}, net: 1000, released: []sales.LineQuantity{lq(2, 5)}},
		"remove a shipped line":              {a: sales.Amendment{Remove: []int{1}}, code: "shipped"},
		"add a line":                         {a: sales.Amendment{Add: []sales.Item{item(3, 2, 100)}}, net: 1450},
		"add under a number that was given":  {a: sales.Amendment{Add: []sales.Item{item(2, 2, 100)}}, code: "fault line"},
		"add a faulty line":                  {a: sales.Amendment{Add: []sales.Item{{Line: 3}}}, code: "fault required"},
		"a line twice":                       {a: sales.Amendment{Change: []sales.LineAmendment{{Line: 2, Ordered: each(4)}}, Remove: []int{2}}, code: "fault duplicate"},
		"an unknown line":                    {a: sales.Amendment{Remove: []int{9}}, code: "unknown_line"},
		"nothing at all":                     {a: sales.Amendment{}, code: "fault empty"},
		"nothing of a line":                  {a: sales.Amendment{Change: []sales.LineAmendment{{Line: 2, Ordered: each(5)}}}, code: "fault empty"},
		"another unit":                       {a: sales.Amendment{Change: []sales.LineAmendment{{Line: 2, Ordered: tandem.QuantityFromMicro(1, tandem.Dozen)}}}, code: "fault quantity"},
		"all together, in one step":          {a: sales.Amendment{Change: []sales.LineAmendment{{Line: 1, Ordered: each(5)}}, Remove: []int{2}, Add: []sales.Item{item(3, 1, 70)}}, net: 570, released: []sales.LineQuantity{lq(1, 5), lq(2, 5)}},
		"one fault and nothing is done":      {a: sales.Amendment{Change: []sales.LineAmendment{{Line: 2, Ordered: each(4)}, {Line: 1, Ordered: each(1)}}}, code: "shipped"},
		"a promise that falls":               {a: sales.Amendment{Change: []sales.LineAmendment{{Line: 2, Ordered: each(6), Unpromised: true}}}, net: 1300},
		"a promise that falls and is given":  {a: sales.Amendment{Change: []sales.LineAmendment{{Line: 2, Promise: tandem.DateIn(at(9), time.UTC), Unpromised: true}}}, code: "fault promise"},
		"only what is shipped and paid left": {a: sales.Amendment{Change: []sales.LineAmendment{{Line: 1, Ordered: each(4)}}, Remove: []int{2}}, net: 400, status: sales.OrderStatusShipped, released: []sales.LineQuantity{lq(1, 6), lq(2, 5)}},
	} {
		o := confirmed(t, item(1, 10, 100), item(2, 5, 50))
		ship(t, o, "1", lq(1, 4))
		require.NoError(t, o.RecordReserved([]sales.LineQuantity{lq(1, 6), lq(2, 5)}))
		o.Drain()
		before := o.State()
		test.a.Reason = "customer called"
		released, err := o.Amend(test.a, at(5))
		require.Equal(t, test.code, code(err), name)
		if test.code != "" {
			assert.Equal(t, before, o.State(), name)
			assert.Empty(t, o.Drain().Events, name)
			continue
		}
		if test.status == "" {
			test.status = sales.OrderStatusPartlyShipped
		}
		assert.Equal(t, gbp(test.net), o.Net(), name)
		assert.Equal(t, test.status, o.Status(), name)
		assert.Equal(t, test.released, released, name)
		assert.Equal(t, 2, o.Version(), name)
		assert.Equal(t, []sales.Revision{{Version: 2, Reason: "customer called", At: at(5)}}, o.State().Amendments, name)
		assert.Equal(t, []string{"sales.order.amended"}, names(o.Drain()), name)
		orderTrip(t, o)
	}
	o := confirmed(t, item(1, 10, 100))
	_, err := o.Amend(sales.Amendment{Reason: "r", Remove: []int{1}}, at(1))
	assert.Equal(t, "nothing_left", code(err))
	_, err = o.Amend(sales.Amendment{Remove: []int{1}}, at(1))
	assert.Equal(t, "fault reason", code(err))
}

// Line numbers are never used again, so that references stay true.
func TestLineNumbersAreKeptForEver(t *testing.T) {
	o := confirmed(t, item(1, 10, 100), item(2, 1, 1))
	_, err := o.Amend(sales.Amendment{Reason: "r", Remove: []int{2}}, at(1))
	require.NoError(t, err)
	o = orderTrip(t, o)
	_, err = o.Amend(sales.Amendment{Reason: "r", Add: []sales.Item{item(2, 1, 1)}}, at(1))
	assert.Equal(t, "fault line", code(err))
}

func TestStateIsADeepCopy(t *testing.T) {
	in := orderInput(item(1, 10, 100))
	in.ShipTo = tandem.Address{Country: "GB", Lines: []tandem.Personal{"1 High Street"}}
	o, err := sales.NewOrder(in, at(0))
	require.NoError(t, err)
	want := o.State()
	in.Lines[0].Net, in.ShipTo.Lines[0] = gbp(1), "elsewhere"
	s := o.State()
	s.Lines[0].Net, s.ShipTo.Lines[0] = gbp(1), "elsewhere"
	assert.Equal(t, want, o.State())
	s = o.State()
	again, err := sales.RestoreOrder(s)
	require.NoError(t, err)
	s.Lines[0].Net, s.ShipTo.Lines[0] = gbp(1), "elsewhere"
	assert.Equal(t, want, again.State())
	assert.Empty(t, again.Drain().Events, "restoring records nothing")
}

func TestStateAllocates(t *testing.T) {
	o := confirmed(t, item(1, 10, 100), item(2, 5, 50), item(3, 1, 1))
	s := o.State()
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { s = o.State() }), 2.0)
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() {
		if _, err := sales.RestoreOrder(s); err != nil {
			t.Fatal(err)
		}
	}), 2.0)
}

func TestRestoreOrderRefuses(t *testing.T) {
	o := confirmed(t, item(1, 10, 100), item(2, 5, 50))
	ship(t, o, "1", lq(1, 4))
	for name, change := range map[string]func(*sales.OrderState){
		"no id":                  func(s *sales.OrderState) { s.ID = sales.OrderID{} },
		"no lines":               func(s *sales.OrderState) { s.Lines = nil },
		"a status told by hand":  func(s *sales.OrderState) { s.Status = sales.OrderStatusShipped },
		"shipped too much":       func(s *sales.OrderState) { s.Lines[0].Shipped = each(11) },
		"invoiced too much":      func(s *sales.OrderState) { s.Lines[0].Invoiced = each(5) },
		"returned too much":      func(s *sales.OrderState) { s.Lines[0].Returned = each(5) },
		"reserved too much":      func(s *sales.OrderState) { s.Lines[0].Reserved = each(7) },
		"net that does not sum":  func(s *sales.OrderState) { s.Lines[0].NetShipped = gbp(1001) },
		"another unit":           func(s *sales.OrderState) { s.Lines[0].Shipped = tandem.QuantityFromMicro(1, tandem.Kilogram) },
		"lines out of order":     func(s *sales.OrderState) { s.Lines[0], s.Lines[1] = s.Lines[1], s.Lines[0] },
		"a line above the last":  func(s *sales.OrderState) { s.LastLine = 1 },
		"unknown invoice policy": func(s *sales.OrderState) { s.Policy = "" },
	} {
		s := o.State()
		change(&s)
		_, err := sales.RestoreOrder(s)
		assert.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
}

// Whatever happens to an order in whatever order: what its parts took sums to what
// it was, it can be kept and restored, and the table knows every step.
func TestOrderConservation(t *testing.T) {
	table := map[sales.OrderTransition]bool{}
	for _, tr := range sales.OrderTransitions() {
		table[tr] = true
	}
	rapid.Check(t, func(t *rapid.T) {
		var items []sales.Item
		for n := range rapid.IntRange(1, 3).Draw(t, "lines") {
			i := item(n+1, rapid.Int64Range(1, 7).Draw(t, "quantity"), rapid.Int64Range(0, 9).Draw(t, "price"))
			i.Discount = gbp(rapid.Int64Range(0, i.Net.Minor()).Draw(t, "discount"))
			i.Net = gbp(i.Net.Minor() - i.Discount.Minor())
			items = append(items, i)
		}
		o := draft(t, items...)
		var deliveries []*delivery.Delivery
		drafts := map[*delivery.Delivery][]sales.BilledLine{}
		for step := range rapid.IntRange(1, 25).Draw(t, "steps") {
			from := o.Status()
			command := rapid.SampledFrom([]string{"confirm", "reserve", "release", "ship", "ship", "invoice", "uninvoice", "return", "amend", "cancel_lines",
				"cancel", "short_close", "close"}).Draw(t, "command")
			line, n := rapid.IntRange(1, 3).Draw(t, "line"), rapid.Int64Range(1, 4).Draw(t, "n")
			lines := []sales.LineQuantity{lq(line, n)}
			kept, was := o.Copy(o.Revision()), o.State()
			if rapid.Bool().Draw(t, "the copy goes on") {
				o, kept = kept, o
			}
			unchanged := copies(t, deliveries)
			var err error
			switch command {
			case "confirm":
				err = o.Confirm(at(1))
			case "reserve":
				err = o.RecordReserved(lines)
			case "release":
				err = o.RecordReleased(lines)
			case "ship":
				var d *delivery.Delivery
				if d, err = delivery.Dispatch(o, documenttest.Shipment(fmt.Sprint(step), lines...), at(2)); err == nil {
					deliveries = append(deliveries, d)
				}
			case "invoice":
				if len(deliveries) == 0 {
					continue
				}
				d := deliveries[rapid.IntRange(0, len(deliveries)-1).Draw(t, "delivery")]
				billed, failed := d.Invoice([]sales.LineQuantity{lq(1, n)})
				if failed != nil {
					continue
				}
				require.NoError(t, o.RecordInvoiced(billed))
				drafts[d] = append(drafts[d], billed...)
				documenttest.RoundTrip(t, d, (*delivery.Delivery).State, delivery.Restore)
			case "uninvoice":
				if len(deliveries) == 0 {
					continue
				}
				d := deliveries[rapid.IntRange(0, len(deliveries)-1).Draw(t, "delivery")]
				if len(drafts[d]) == 0 {
					continue
				}
				require.NoError(t, d.Uninvoice(drafts[d]))
				require.NoError(t, o.RecordUninvoiced(drafts[d]))
				delete(drafts, d)
				documenttest.RoundTrip(t, d, (*delivery.Delivery).State, delivery.Restore)
			case "return":
				err = o.RecordReturned(lines)
			case "amend":
				_, err = o.Amend(sales.Amendment{Reason: "r", Change: []sales.LineAmendment{{Line: line, Ordered: each(n * 2)}}}, at(3))
			case "cancel_lines":
				_, err = o.CancelLines(lines, "r", at(3))
			case "cancel":
				_, err = o.Cancel("r", at(3))
			case "short_close":
				_, err = o.ShortClose("r", at(3))
			case "close":
				err = o.Close(at(3))
			}
			if err == nil {
				require.True(t, table[sales.OrderTransition{From: from, Command: command, To: o.Status()}], "%s by %s to %s", from, command, o.Status())
			} else {
				require.Equal(t, from, o.Status())
			}
			require.Equal(t, was, kept.State(), "a copy is its own")
			unchanged()
			o = orderTrip(t, o)
		}
		shipped, invoiced := map[int]int64{}, map[int]int64{}
		for _, d := range deliveries {
			for i := range d.NumLines() {
				l := d.LineAt(i)
				shipped[l.OrderLine] += l.Net.Minor()
				invoiced[l.OrderLine] += l.NetInvoiced.Minor()
			}
		}
		for i := range o.NumLines() {
			l := o.LineAt(i)
			require.Equal(t, shipped[l.Line], l.NetShipped.Minor())
			require.Equal(t, invoiced[l.Line], l.NetInvoiced.Minor())
			require.Equal(t, l.Net.Minor(), l.NetShipped.Minor()+l.NetCancelled.Minor()+l.OpenNet().Minor())
		}
	})
}

// copies takes a copy of each delivery, and gives the check that none has changed.
func copies(t require.TestingT, deliveries []*delivery.Delivery) func() {
	var kept []*delivery.Delivery
	var was []delivery.State
	for _, d := range deliveries {
		kept, was = append(kept, d.Copy(d.Revision())), append(was, d.State())
	}
	return func() {
		for i := range kept {
			require.Equal(t, was[i], kept[i].State(), "a copy is its own")
		}
	}
}

// Every state × every command: allowed as the table says, else refused with the
// code `status` and nothing changed.
func TestOrderStateTimesCommand(t *testing.T) {
	build := map[sales.OrderStatus]func() *sales.Order{
		sales.OrderStatusDraft:     func() *sales.Order { return draft(t, item(1, 4, 100), item(2, 1, 5)) },
		sales.OrderStatusConfirmed: func() *sales.Order { return confirmed(t, item(1, 4, 100), item(2, 1, 5)) },
		sales.OrderStatusPartlyShipped: func() *sales.Order {
			o := confirmed(t, item(1, 4, 100), item(2, 1, 5))
			ship(t, o, "1", lq(1, 2))
			return o
		},
		sales.OrderStatusShipped: func() *sales.Order {
			o := confirmed(t, item(1, 4, 100), item(2, 1, 5))
			ship(t, o, "1", lq(1, 4), lq(2, 1))
			return o
		},
		sales.OrderStatusInvoiced: func() *sales.Order {
			o := confirmed(t, item(1, 4, 100), item(2, 1, 5))
			invoice(t, o, ship(t, o, "1", lq(1, 4), lq(2, 1)))
			return o
		},
		sales.OrderStatusClosed: func() *sales.Order {
			o := confirmed(t, item(1, 4, 100), item(2, 1, 5))
			invoice(t, o, ship(t, o, "1", lq(1, 4), lq(2, 1)))
			require.NoError(t, o.Close(at(4)))
			return o
		},
		sales.OrderStatusCancelled: func() *sales.Order {
			o := confirmed(t, item(1, 4, 100), item(2, 1, 5))
			_, err := o.Cancel("r", at(4))
			require.NoError(t, err)
			return o
		},
	}
	one := []sales.LineQuantity{lq(1, 1)}
	commands := map[string]func(*sales.Order) error{
		"confirm":      func(o *sales.Order) error { return o.Confirm(at(5)) },
		"reserve":      func(o *sales.Order) error { return o.RecordReserved(one) },
		"release":      func(o *sales.Order) error { return o.RecordReleased(one) },
		"hold":         func(o *sales.Order) error { return o.Hold("r", at(5)) },
		"release_hold": func(o *sales.Order) error { return o.ReleaseHold("r", at(5)) },
		"ship":         func(o *sales.Order) error { _, err := o.RecordShipped(one); return err },
		"invoice": func(o *sales.Order) error {
			return o.RecordInvoiced([]sales.BilledLine{{Line: 1, Quantity: each(1), Net: gbp(100)}})
		},
		"uninvoice": func(o *sales.Order) error {
			return o.RecordUninvoiced([]sales.BilledLine{{Line: 1, Quantity: each(1), Net: gbp(100)}})
		},
		"return": func(o *sales.Order) error { return o.RecordReturned(one) },
		"amend": func(o *sales.Order) error {
			_, err := o.Amend(sales.Amendment{Reason: "r", Change: []sales.LineAmendment{{Line: 1, Ordered: each(9)}}}, at(5))
			return err
		},
		"reprice_open": func(o *sales.Order) error {
			l := o.LineAt(0)
			price, err := tandem.ParsePrice("2.00 GBP/EA")
			require.NoError(t, err)
			net, err := price.Times(l.Open(), tandem.HalfAwayFromZero)
			require.NoError(t, err)
			return o.RepriceOpen([]sales.OpenPrice{{Line: 1, Price: price, Net: net}}, date("2011-06-03"), "r", at(5))
		},
		"cancel_lines": func(o *sales.Order) error { _, err := o.CancelLines(one, "r", at(5)); return err },
		"cancel":       func(o *sales.Order) error { _, err := o.Cancel("r", at(5)); return err },
		"short_close":  func(o *sales.Order) error { _, err := o.ShortClose("r", at(5)); return err },
		"close":        func(o *sales.Order) error { return o.Close(at(5)) },
	}
	allowed := map[[2]string][]sales.OrderStatus{}
	for _, tr := range sales.OrderTransitions() {
		require.True(t, tr.From.Valid() && tr.To.Valid() && commands[tr.Command] != nil)
		key := [2]string{string(tr.From), tr.Command}
		allowed[key] = append(allowed[key], tr.To)
	}
	require.Len(t, build, len(sales.OrderStatuses()))
	for _, status := range sales.OrderStatuses() {
		for command, run := range commands {
			o := build[status]()
			switch { // what the command needs besides the state
			case command == "release" && allowed[[2]string{string(status), command}] != nil:
				require.NoError(t, o.RecordReserved(one))
			case command == "uninvoice" && (status == sales.OrderStatusPartlyShipped || status == sales.OrderStatusShipped):
				require.NoError(t, o.RecordInvoiced([]sales.BilledLine{{Line: 1, Quantity: each(1), Net: gbp(100)}}))
			case command == "release_hold" && allowed[[2]string{string(status), command}] != nil:
				require.NoError(t, o.Hold("r", at(3)))
			}
			require.Equal(t, status, o.Status())
			before := o.State()
			err := run(o)
			if to := allowed[[2]string{string(status), command}]; to != nil {
				require.NoError(t, err, "%s of %s", command, status)
				assert.Contains(t, to, o.Status(), "%s of %s", command, status)
				orderTrip(t, o)
				continue
			}
			assert.Equal(t, "status", code(err), "%s of %s", command, status)
			assert.ErrorIs(t, err, tandem.ErrNotAllowed)
			assert.Equal(t, before, o.State())
		}
	}
}

// Three pieces were sold for 1.00 together; two are shipped today, the third will never come.
func Example() {
	o, err := sales.NewOrder(orderInput(documenttest.Three()), at(0))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(o.Confirm(at(1)))
	shipped, err := o.RecordShipped([]sales.LineQuantity{lq(1, 2)})
	fmt.Println(o.Status(), shipped[0].Net, o.OpenNet(), err)
	_, err = o.ShortClose("no longer made", at(3))
	fmt.Println(o.Status(), o.Net(), err)
	// Output:
	// <nil>
	// partly_shipped 0.67 GBP 0.33 GBP <nil>
	// shipped 0.67 GBP <nil>
}
