package warehouse_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/inventory/count"
	"github.com/tandem-go/tandem/integration/warehouse"
)

// TestWhateverTheCommandsTheBooksHold runs random commands, back-dated ones
// among them. After each one on hand is the sum of the moves, reservations are
// what is reserved, and the stock account is the value of the pools; a refused
// one leaves the outbox as it was.
func TestWhateverTheCommandsTheBooksHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := build(t)
		h.clock.now = day("2011-07-01").At(8, 0, time.UTC)
		what := rapid.SampledFrom([]string{"mug", "bowl", "lamp"})
		var open []count.ID
		steps := rapid.IntRange(1, 25).Draw(t, "steps")
		for step := range steps {
			if rapid.IntRange(0, 3).Draw(t, "night") == 0 {
				h.clock.now = h.clock.now.Add(24 * time.Hour)
			}
			before := len(h.events())
			err := h.random(t, step, what, &open)
			if err != nil {
				require.True(t, errors.Is(err, tandem.ErrInsufficient) || errors.Is(err, tandem.ErrNotAllowed) ||
					errors.Is(err, tandem.ErrInvalid), "%v", err)
				require.Len(t, h.events(), before, "a refused command leaves nothing")
			}
			h.audit()
		}
	})
}

// random runs one command.
func (h *house) random(t *rapid.T, step int, what *rapid.Generator[string], open *[]count.ID) error {
	date := day("2011-07-01").AddDays(-rapid.IntRange(-1, 20).Draw(t, "back"))
	if today := tandem.DateIn(h.clock.now, time.UTC); date.After(today) || rapid.Bool().Draw(t, "today") {
		date = today
	}
	n := rapid.Int64Range(1, 30)
	switch rapid.SampledFrom([]string{"receive", "receive", "adjust", "adjust", "order", "reserve", "transfer", "open", "record", "post"}).Draw(t, "command") {
	case "receive":
		_, err := h.svc.Receive(ctx, warehouse.Receive{Header: h.header(), Supplier: supplier(), Date: date, Reserve: rapid.Bool().Draw(t, "reserve"),
			Lines: []warehouse.ReceiptLine{{Product: product(what.Draw(t, "p")), Quantity: pieces(n.Draw(t, "n")), Value: gbp(rapid.Int64Range(0, 5000).Draw(t, "v"))},
				{Product: product(what.Draw(t, "p")), Quantity: pieces(n.Draw(t, "n")), Value: gbp(rapid.Int64Range(0, 5000).Draw(t, "v"))}}})
		return err
	case "adjust":
		var lines []warehouse.AdjustLine
		for range rapid.IntRange(1, 4).Draw(t, "lines") {
			l := warehouse.AdjustLine{Product: product(what.Draw(t, "p")), Quantity: pieces(rapid.Int64Range(-40, 10).Draw(t, "n"))}
			if l.Quantity.Sign() < 0 {
				l.Reason = rapid.SampledFrom([]inventory.Reason{"", inventory.ReasonScrap, warehouse.ReasonGiveAway}).Draw(t, "reason")
			}
			lines = append(lines, l)
		}
		_, err := h.svc.Adjust(ctx, warehouse.Adjust{Header: h.header(), Date: date, Lines: lines})
		return err
	case "order":
		h.order(fmt.Sprint("order-", step), what.Draw(t, "p"), n.Draw(t, "n"), day("2011-07-01").AddDays(rapid.IntRange(0, 9).Draw(t, "promise")).String())
		return nil
	case "reserve":
		_, err := h.svc.ReserveBackorders(ctx, warehouse.ReserveBackorders{Header: h.header(),
			Rule: rapid.SampledFrom(inventory.AllocationRules()).Draw(t, "rule")})
		return err
	case "transfer":
		ends := rapid.SampledFrom([][2]string{{"shelf", "shop"}, {"shop", "shelf"}}).Draw(t, "ends")
		_, err := h.svc.Transfer(ctx, warehouse.Transfer{Header: h.header(), From: place(ends[0]), To: place(ends[1]), Date: date,
			Lines: []warehouse.TransferLine{{Product: product(what.Draw(t, "p")), Quantity: pieces(n.Draw(t, "n"))}}})
		return err
	case "open":
		at := tandem.Instant{}
		if rapid.Bool().Draw(t, "earlier") {
			at = date.At(7, 0, time.UTC)
		}
		out, err := h.svc.OpenCount(ctx, warehouse.OpenCount{Header: h.header(), At: at, Uncounted: rapid.SampledFrom(count.UncountedPolicies()).Draw(t, "uncounted"),
			Location: place(rapid.SampledFrom([]string{"shelf", "shop"}).Draw(t, "where"))})
		if err == nil {
			*open = append(*open, out.Count)
		}
		return err
	}
	if len(*open) == 0 {
		return nil
	}
	id := rapid.SampledFrom(*open).Draw(t, "count")
	if rapid.Bool().Draw(t, "record") {
		return h.record(id, what.Draw(t, "p"), rapid.Int64Range(0, 40).Draw(t, "counted"))
	}
	_, err := h.post(id)
	if err == nil {
		h.counted(t, id)
	}
	return err
}

// counted checks that what was counted is what was at hand at that instant.
func (h *house) counted(t *rapid.T, id count.ID) {
	h.view(func(ctx context.Context, b bundle) error {
		c, err := b.StockCounts().Get(ctx, company(), id)
		if err != nil {
			return err
		}
		s := c.State()
		levels, err := inventory.OnHandAt(nil, b.StockMoves().Find(ctx, inventory.MoveQuery{Company: company()}), s.At, tandem.Instant{})
		for _, l := range s.Lines {
			var there int64
			for _, o := range levels {
				if o.Key.Product == l.Product && o.Key.Location == s.Location {
					there = o.OnHand
				}
			}
			if l.Done {
				require.Equal(t, l.Counted.Micro(), there, "at the count's instant there was what was counted")
			}
		}
		return err
	})
}

// TestAllPostedCountsStayTrue is the anchor itself: at the end of any run every
// posted count still says what was at hand at its instant.
func TestAllPostedCountsStayTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := build(t)
		h.clock.now = day("2011-07-01").At(8, 0, time.UTC)
		var posted []count.ID
		for range rapid.IntRange(2, 15).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "night") {
				h.clock.now = h.clock.now.Add(24 * time.Hour)
			}
			if rapid.IntRange(0, 2).Draw(t, "count") == 0 {
				opened := h.openCount(tandem.Instant{}, product("mug"))
				require.NoError(t, h.record(opened.Count, "mug", rapid.Int64Range(0, 30).Draw(t, "counted")))
				_, err := h.svc.PostCount(ctx, warehouse.PostCount{Header: h.header(), Count: opened.Count})
				if err == nil {
					posted = append(posted, opened.Count)
				} else {
					require.ErrorIs(t, err, tandem.ErrNotAllowed) // found, and worth nothing yet
					_, err = h.svc.CancelCount(ctx, warehouse.CancelCount{Header: h.header(), Count: opened.Count})
					require.NoError(t, err)
				}
			} else {
				date := tandem.DateIn(h.clock.now, time.UTC).AddDays(-rapid.IntRange(0, 8).Draw(t, "back"))
				_, err := h.svc.Receive(ctx, warehouse.Receive{Header: h.header(), Supplier: supplier(), Date: date,
					Lines: []warehouse.ReceiptLine{{Product: product("mug"), Quantity: pieces(rapid.Int64Range(1, 20).Draw(t, "n")), Value: gbp(100)}}})
				require.NoError(t, err)
			}
			h.audit()
		}
		for _, id := range posted {
			h.counted(t, id)
		}
	})
}
