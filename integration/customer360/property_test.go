package customer360_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/survey"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/integration/customer360"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

// history makes a few orders with what may befall them, and gives the events of
// each aggregate in their order.
func history(t testing.TB, r *rapid.T) (streams [][]work.Event) {
	for n := range rapid.IntRange(1, 4).Draw(r, "orders") {
		key := fmt.Sprint(n)
		wanted := rapid.Int64Range(1, 20).Draw(r, "wanted")
		o := placed(t, key, rapid.SampledFrom([]string{"ann", "bob"}).Draw(r, "customer"), "2011-06-01",
			[]int64{rapid.Int64Range(0, wanted).Draw(r, "reserved")}, item(1, wanted, "2011-06-05"), item(2, 3, ""))
		var deliveries []*delivery.Delivery
		for step := range rapid.IntRange(0, 5).Draw(r, "steps") {
			on := date("2011-06-01").AddDays(step + rapid.IntRange(0, 1).Draw(r, "later")).String()
			q := rapid.Int64Range(1, 8).Draw(r, "quantity")
			part := []sales.LineQuantity{{Line: 1, Quantity: each(q)}}
			switch rapid.IntRange(0, 3).Draw(r, "step") { // refusals are part of life
			case 0:
				d, err := delivery.Dispatch(o, delivery.Shipment{ID: tandem.DeriveID[delivery.ID]("delivery", key+"/"+fmt.Sprint(step)), Number: "DN", Date: date(on),
					Lines: []delivery.ShipLine{{Line: 1, Quantity: each(q), Cost: gbp(q)}}}, noon(on))
				if err == nil {
					deliveries = append(deliveries, d)
				}
			case 1:
				_, _ = o.CancelLines(part, "less", noon(on))
			case 2:
				_, _ = o.Amend(sales.Amendment{Reason: "other", Change: []sales.LineAmendment{{Line: 1, Ordered: each(q + 5)}}}, noon(on))
			case 3:
				_, _ = o.ShortClose("enough", noon(on))
			}
		}
		for i, d := range deliveries {
			streams = append(streams, enveloped(t, d.Drain()))
			if rapid.Bool().Draw(r, "comes back") {
				streams = append(streams, enveloped(t, returned(t, o, d, key+"/"+fmt.Sprint(i), "2011-06-20", 1, 1).Drain()))
			}
		}
		streams = append(streams, enveloped(t, o.Drain()))
	}
	return streams
}

// arrival draws an order of arrival that keeps each aggregate's own order, and
// tells some events twice, at once or much later.
func arrival(r *rapid.T, streams [][]work.Event) (out []work.Event) {
	at, left := make([]int, len(streams)), 0
	for _, s := range streams {
		left += len(s)
	}
	for left > 0 {
		i := rapid.IntRange(0, len(streams)-1).Draw(r, "aggregate")
		for at[i] == len(streams[i]) {
			i = (i + 1) % len(streams)
		}
		out = append(out, streams[i][at[i]])
		at[i]++
		left--
		if rapid.IntRange(0, 2).Draw(r, "again") == 0 {
			out = append(out, out[rapid.IntRange(0, len(out)-1).Draw(r, "which")])
		}
	}
	return out
}

func consume(t testing.TB, events []work.Event, direct bool) all {
	consumer, err := customer360.Consumer[*store.Bundle](customer360.Config{})
	require.NoError(t, err)
	c := &crm{t: t, store: memory.Open()}
	for i := range events {
		handler, e := consumer.Handlers[events[i].Name], &events[i]
		if handler == nil {
			continue
		}
		if direct {
			c.update(func(ctx context.Context, b *store.Bundle) error { return handler(ctx, b, e) })
			continue
		}
		_, err := work.Once(context.Background(), c.store, consumer.Name, e, func(ctx context.Context, b *store.Bundle) error { return handler(ctx, b, e) })
		require.NoError(t, err)
	}
	return c.read()
}

// Whatever the order across documents and however often an event arrives, the
// same facts come out: through Once, and through the handlers alone.
func TestFactsDoNotDependOnTheOrderOfArrival(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		streams := history(t, r)
		var straight []work.Event
		for _, s := range streams {
			straight = append(straight, s...)
		}
		want := consume(t, straight, false)
		events := arrival(r, streams)
		for _, direct := range []bool{false, true} {
			got := consume(t, events, direct)
			lines, err := survey.FoldLines(got.Deliveries)
			require.NoError(r, err)
			expected, err := survey.FoldLines(want.Deliveries)
			require.NoError(r, err)
			require.Equal(r, expected, lines)
			require.Equal(r, want.sorted(), got.sorted())
		}
	})
}

// What is ordered and not cancelled is what the order still wants; what is
// bought net of cancellations is the order's amount.
func TestFactsAddUpToTheOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		wanted := rapid.Int64Range(1, 20).Draw(r, "wanted")
		o := placed(t, "1", "ann", "2011-06-01", nil, item(1, wanted, "2011-06-05"), item(2, 3, "2011-06-05"))
		for range rapid.IntRange(0, 6).Draw(r, "steps") {
			q := rapid.Int64Range(1, 30).Draw(r, "quantity")
			if rapid.Bool().Draw(r, "cancel") {
				_, _ = o.CancelLines([]sales.LineQuantity{{Line: 1, Quantity: each(q)}}, "less", noon("2011-06-02"))
			} else {
				_, _ = o.Amend(sales.Amendment{Reason: "other", Change: []sales.LineAmendment{{Line: 1, Ordered: each(q)}}}, noon("2011-06-02"))
			}
		}
		state := o.State()
		got := consume(t, enveloped(t, o.Drain()), false)
		lines, err := survey.FoldLines(got.Deliveries)
		require.NoError(r, err)
		l, line := lines[0], state.Lines[0]
		require.Equal(r, line.Quantity.Micro()-line.Cancelled.Micro(), l.Ordered.Micro()-l.Cancelled.Micro())
		left, bought := gbp(0), gbp(0)
		for i := range state.Lines {
			left = must(left.Add(must(state.Lines[i].Net.Sub(state.Lines[i].NetCancelled))))
		}
		for _, p := range got.Purchases {
			bought = must(bought.Add(p.Net))
		}
		require.Equal(r, left, bought)
	})
}
