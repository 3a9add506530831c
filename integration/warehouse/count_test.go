package warehouse_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/inventory/count"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/warehouse"
)

func (h *house) openCount(at tandem.Instant, products ...tandem.ProductID) warehouse.CountOpened {
	out, err := h.svc.OpenCount(ctx, warehouse.OpenCount{Header: h.header(), At: at, Products: products})
	require.NoError(h.t, err)
	return out
}

func (h *house) record(id count.ID, what string, n int64) error {
	_, err := h.svc.RecordCount(ctx, warehouse.RecordCount{Header: h.header(), Count: id,
		Lines: []warehouse.CountedLine{{Product: product(what), Counted: pieces(n)}}})
	return err
}

func (h *house) post(id count.ID) (warehouse.CountPosted, error) {
	return h.svc.PostCount(ctx, warehouse.PostCount{Header: h.header(), Count: id})
}

// 10 mugs cost 10.00, 4 bowls 8.00: 3 mugs are missing (3.00), one bowl is found (2.00).
func TestACountBooksItsDifferences(t *testing.T) {
	h := build(t)
	h.receive("mug", 10, 1000)
	h.receive("bowl", 4, 800)
	opened := h.openCount(tandem.Instant{})
	require.Len(t, opened.Lines, 2)
	require.True(t, opened.Lines[0].Expected.IsNone(), "the sheet is blind")
	require.NoError(t, h.record(opened.Count, "mug", 9))
	require.NoError(t, h.record(opened.Count, "mug", 7), "the second statement replaces the first")
	var refused *tandem.RefusedError
	_, err := h.post(opened.Count)
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "uncounted", refused.Code)
	out, err := h.svc.RecordCount(ctx, warehouse.RecordCount{Header: h.header(), Count: opened.Count,
		Lines: []warehouse.CountedLine{{Product: product("bowl"), Counted: pieces(5)}}})
	require.NoError(t, err)
	require.Zero(t, out.Open)

	posted, err := h.post(opened.Count)
	require.NoError(t, err)
	require.Len(t, posted.Lines, 2)
	require.Equal(t, "JE-000003", posted.Journal[0].Number)
	require.Equal(t, map[string]string{"1400": "17.00 GBP", "2120": "-18.00 GBP", "5200": "1.00 GBP"}, h.balances())
	h.view(func(ctx context.Context, b bundle) error {
		moves := all(t, b.StockMoves().Find(ctx, inventory.MoveQuery{Company: company(), Source: tandem.RefTo(count.Kind, opened.Count, "")}))
		require.Len(t, moves, 2)
		require.Equal(t, opened.At, moves[0].Effective)
		require.Equal(t, inventory.ReasonCount, moves[0].Reason)
		kept := all(t, b.StockCounts().Find(ctx, count.Query{Company: company(), Status: count.StatusPosted}))
		require.Len(t, kept, 1)
		require.Equal(t, opened.Count, kept[0].ID())
		return nil
	})
	h.audit()
	_, err = h.post(opened.Count)
	require.ErrorIs(t, err, tandem.ErrNotAllowed)
	require.ErrorIs(t, h.record(opened.Count, "mug", 1), tandem.ErrNotAllowed)
	_, err = h.svc.CancelCount(ctx, warehouse.CancelCount{Header: h.header(), Count: opened.Count})
	require.ErrorIs(t, err, tandem.ErrNotAllowed)
	require.Contains(t, h.events(), "inventory.count.posted")
}

func TestACountReleasesTheLatestPromises(t *testing.T) {
	h := build(t)
	h.receive("mug", 10, 1000)
	h.order("early", "mug", 4, "2011-06-20")
	h.order("late", "mug", 5, "2011-06-30")
	h.reserve("mug")
	opened := h.openCount(tandem.Instant{})
	require.NoError(t, h.record(opened.Count, "mug", 6))
	posted, err := h.post(opened.Count)
	require.NoError(t, err)
	require.Len(t, posted.Released, 1)
	require.Equal(t, pieces(3), posted.Released[0].Quantity)
	reserved, waiting := h.held("late")
	require.Equal(t, [2]int64{2, 3}, [2]int64{reserved, waiting})
	h.audit()
}

func TestACountIsRefusedWhereMoreIsMissingThanIsThere(t *testing.T) {
	h := build(t)
	h.receive("mug", 10, 1000)
	opened := h.openCount(tandem.Instant{})
	require.NoError(t, h.record(opened.Count, "mug", 1))
	_, err := h.adjust(warehouse.AdjustLine{Product: product("mug"), Quantity: pieces(-5)}) // lost after the count
	require.NoError(t, err)
	_, err = h.post(opened.Count)
	require.ErrorIs(t, err, tandem.ErrInsufficient)
	onHand, _ := h.level("shelf", "mug")
	require.EqualValues(t, 5, onHand)
	_, err = h.svc.CancelCount(ctx, warehouse.CancelCount{Header: h.header(), Count: opened.Count, Reason: "count again"})
	require.NoError(t, err)
	h.audit()
}

func TestACycleCountLeavesTheOthersAlone(t *testing.T) {
	h := build(t)
	h.receive("mug", 10, 1000)
	h.receive("bowl", 4, 800)
	opened := h.openCount(tandem.Instant{}, product("mug"), product("lamp"))
	require.Len(t, opened.Lines, 2)
	var refused *tandem.RefusedError
	require.ErrorAs(t, h.record(opened.Count, "bowl", 4), &refused)
	require.Equal(t, "not_on_sheet", refused.Code)
	require.NoError(t, h.record(opened.Count, "mug", 10))
	require.NoError(t, h.record(opened.Count, "lamp", 2))

	_, err := h.post(opened.Count)
	require.ErrorAs(t, err, &refused, "nobody knows what a lamp is worth")
	require.Equal(t, "no_value", refused.Code)
	values := func(v ...warehouse.FoundValue) error {
		_, err := h.svc.PostCount(ctx, warehouse.PostCount{Header: h.header(), Count: opened.Count, Values: v})
		return err
	}
	lamp := warehouse.FoundValue{Product: product("lamp"), Value: gbp(1500)}
	require.ErrorIs(t, values(lamp, lamp), tandem.ErrInvalid)
	require.ErrorIs(t, values(lamp, warehouse.FoundValue{Product: product("mug"), Value: gbp(1)}), tandem.ErrInvalid)
	require.NoError(t, values(lamp))
	require.Equal(t, "33.00 GBP", h.balances()["1400"])
	h.audit()
}

func TestACountOfAnEarlierTimeExpectsWhatWasThereThen(t *testing.T) {
	h := build(t)
	h.receive("mug", 10, 1000)
	before := h.clock.now
	h.clock.now = h.clock.now.Add(time.Hour)
	h.receive("mug", 5, 500)
	opened := h.openCount(before)
	require.NoError(t, h.record(opened.Count, "mug", 9))
	posted, err := h.post(opened.Count)
	require.NoError(t, err)
	require.Equal(t, pieces(-1), posted.Lines[0].Quantity)
	onHand, _ := h.level("shelf", "mug")
	require.EqualValues(t, 14, onHand)
	h.audit()
	_, err = h.svc.OpenCount(ctx, warehouse.OpenCount{Header: h.header(), At: h.clock.now.Add(time.Hour), Location: place("site")})
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Faults, 2)
	_, err = h.svc.OpenCount(ctx, warehouse.OpenCount{Header: h.header(), Count: opened.Count})
	require.ErrorIs(t, err, tandem.ErrDuplicate)
}

// A count is an absolute statement: what becomes known later of the time before
// it changes the books, and not what was seen.
func TestAPostedCountIsUpheldAgainstLateMoves(t *testing.T) {
	h := build(t)
	h.receive("mug", 10, 1000)
	h.clock.now = day("2011-06-20").At(9, 0, time.UTC)
	first := h.openCount(tandem.Instant{})
	require.NoError(t, h.record(first.Count, "mug", 15)) // five that nobody has booked yet
	_, err := h.post(first.Count)
	require.NoError(t, err)
	h.clock.now = day("2011-06-25").At(9, 0, time.UTC)
	second := h.openCount(tandem.Instant{})
	require.NoError(t, h.record(second.Count, "mug", 15))
	_, err = h.post(second.Count)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"1400": "15.00 GBP", "2120": "-10.00 GBP", "5200": "-5.00 GBP"}, h.balances())

	// The receipt of the five, at 1.60 each, comes late: they cost 8.00, and what
	// the count had found is taken back at the average of 23.00 / 20.
	got, err := h.svc.Receive(ctx, warehouse.Receive{Header: h.header(), Supplier: supplier(), Date: day("2011-06-18"),
		Lines: []warehouse.ReceiptLine{{Product: product("mug"), Quantity: pieces(5), Value: gbp(800)}}})
	require.NoError(t, err)
	require.Len(t, got.Journal, 2, "the receipt, and the count upheld: once, by the first of both counts")
	onHand, _ := h.level("shelf", "mug")
	require.EqualValues(t, 15, onHand)
	require.Equal(t, map[string]string{"1400": "17.25 GBP", "2120": "-18.00 GBP", "5200": "0.75 GBP"}, h.balances())
	h.audit()

	// Lost before the count was taken: seen, and not lost again, though all of it goes.
	lost, err := h.svc.Adjust(ctx, warehouse.Adjust{Header: h.header(), Date: day("2011-06-18"),
		Lines: []warehouse.AdjustLine{{Product: product("mug"), Quantity: pieces(-15)}}})
	require.NoError(t, err)
	require.Len(t, lost.Journal, 2)
	onHand, _ = h.level("shelf", "mug")
	require.EqualValues(t, 15, onHand)
	require.Equal(t, "17.25 GBP", h.balances()["1400"])
	h.audit()

	// Between the counts: the second one is the anchor.
	_, err = h.svc.Receive(ctx, warehouse.Receive{Header: h.header(), Supplier: supplier(), Date: day("2011-06-22"),
		Lines: []warehouse.ReceiptLine{{Product: product("mug"), Quantity: pieces(1), Value: gbp(100)}}})
	require.NoError(t, err)
	h.view(func(ctx context.Context, b bundle) error {
		undone := all(t, b.StockMoves().Find(ctx, inventory.MoveQuery{Company: company(), Source: tandem.RefTo(count.Kind, second.Count, "")}))
		require.Len(t, undone, 1)
		return nil
	})
	// After both: nothing to uphold.
	_, err = h.svc.Receive(ctx, warehouse.Receive{Header: h.header(), Supplier: supplier(),
		Lines: []warehouse.ReceiptLine{{Product: product("mug"), Quantity: pieces(1), Value: gbp(100)}}})
	require.NoError(t, err)
	onHand, _ = h.level("shelf", "mug")
	require.EqualValues(t, 16, onHand)
	h.audit()
}

func TestAnOpenCountRefusesMovesOfTheTimeBeforeIt(t *testing.T) {
	h := build(t)
	h.receive("mug", 10, 1000)
	h.clock.now = day("2011-06-20").At(9, 0, time.UTC)
	opened := h.openCount(tandem.Instant{})
	receive := func(what string, date tandem.Date) error {
		_, err := h.svc.Receive(ctx, warehouse.Receive{Header: h.header(), Supplier: supplier(), Date: date,
			Lines: []warehouse.ReceiptLine{{Product: product(what), Quantity: pieces(1), Value: gbp(100)}}})
		return err
	}
	var refused *tandem.RefusedError
	require.ErrorAs(t, receive("mug", day("2011-06-18")), &refused)
	require.Equal(t, "count_open", refused.Code)
	require.NoError(t, receive("bowl", day("2011-06-18")), "it is not counted")
	require.NoError(t, receive("mug", tandem.Date{}), "now is after the count")
	_, err := h.svc.CancelCount(ctx, warehouse.CancelCount{Header: h.header(), Count: opened.Count})
	require.NoError(t, err)
	require.NoError(t, receive("mug", day("2011-06-18")))
	h.audit()
}

func TestACountOfAClosedMonthIsBookedInTheNextOne(t *testing.T) {
	h := build(t)
	h.clock.now = day("2011-04-30").At(18, 0, time.UTC) // April is closed
	_, err := h.svc.Receive(ctx, warehouse.Receive{Header: h.header(), Supplier: supplier(),
		Lines: []warehouse.ReceiptLine{{Product: product("mug"), Quantity: pieces(10), Value: gbp(0)}}})
	require.NoError(t, err)
	opened := h.openCount(tandem.Instant{})
	require.NoError(t, h.record(opened.Count, "mug", 12))
	h.clock.now = day("2011-05-02").At(9, 0, time.UTC)
	post := func(date tandem.Date) (warehouse.CountPosted, error) {
		return h.svc.PostCount(ctx, warehouse.PostCount{Header: h.header(), Count: opened.Count, Date: date,
			Values: []warehouse.FoundValue{{Product: product("mug"), Value: gbp(240)}}})
	}
	var refused *tandem.RefusedError
	_, err = post(tandem.Date{})
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "period_closed", refused.Code)
	_, err = post(day("2011-04-29"))
	require.ErrorIs(t, err, tandem.ErrInvalid)
	_, err = post(day("2011-05-03"))
	require.ErrorIs(t, err, tandem.ErrInvalid)
	posted, err := post(day("2011-05-01"))
	require.NoError(t, err)
	h.view(func(ctx context.Context, b bundle) error {
		entry, err := b.JournalEntries().Get(ctx, company(), tandem.IDFromBytes[ledger.EntryID](posted.Journal[0].ID.Bytes()))
		require.Equal(t, day("2011-05-01"), entry.Date)
		return err
	})
	h.audit()
}

func TestUnknownCountsAndEmptySheets(t *testing.T) {
	h := build(t)
	require.Error(t, h.record(name(count.ID{}, "none"), "mug", 1))
	_, err := h.post(name(count.ID{}, "none"))
	require.ErrorIs(t, err, tandem.ErrNotFound)
	opened := h.openCount(tandem.Instant{})
	require.Empty(t, opened.Lines)
	_, err = h.svc.RecordCount(ctx, warehouse.RecordCount{Header: h.header(), Count: opened.Count})
	require.ErrorIs(t, err, tandem.ErrInvalid)
	require.ErrorIs(t, h.record(opened.Count, "mug", -1), tandem.ErrInvalid)
	posted, err := h.post(opened.Count)
	require.NoError(t, err)
	require.Empty(t, posted.Journal)
	h.audit()
}
