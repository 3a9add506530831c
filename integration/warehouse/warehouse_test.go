package warehouse_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/warehouse"
	"github.com/tandem-go/tandem/integration/work"
)

var ctx = context.Background()

func TestAReceiptMovesValuesAndBooks(t *testing.T) {
	h := build(t)
	cmd := warehouse.Receive{Header: h.header(), Supplier: supplier(), Reference: "DN 7", Lines: []warehouse.ReceiptLine{
		{Product: product("mug"), Quantity: tandem.QuantityFromMicro(2_000_000, tandem.Dozen), Value: gbp(6000)},
		{Product: product("bowl"), Quantity: pieces(3), Value: gbp(1000)},
		{Product: product("mug"), Quantity: pieces(1), Value: gbp(0)}, // a free one
	}}
	got, err := h.svc.Receive(ctx, cmd)
	require.NoError(t, err)
	require.Equal(t, "GR-000001", got.Number)
	require.Equal(t, "JE-000001", got.Journal[0].Number)
	require.Equal(t, pieces(24), got.Lines[0].Quantity, "two dozen in the base unit")
	onHand, _ := h.level("shelf", "mug")
	require.EqualValues(t, 25, onHand)
	require.Equal(t, map[string]string{"1400": "70.00 GBP", "2120": "-70.00 GBP"}, h.balances(), "Dr stock / Cr goods received not invoiced")
	h.audit()

	again, err := h.svc.Receive(ctx, cmd)
	require.NoError(t, err)
	require.Equal(t, got, again, "the same key has the first result")
	onHand, _ = h.level("shelf", "mug")
	require.EqualValues(t, 25, onHand)
	cmd.Reference = "DN 8"
	var conflict *work.KeyConflictError
	_, err = h.svc.Receive(ctx, cmd)
	require.ErrorAs(t, err, &conflict)

	h.view(func(ctx context.Context, b bundle) error {
		moves := all(t, b.StockMoves().Find(ctx, inventory.MoveQuery{Company: company(), Source: tandem.RefTo(warehouse.KindReceipt, got.Receipt, "")}))
		require.Len(t, moves, 3)
		require.Equal(t, "GR-000001", moves[2].Source.Document.Number)
		require.Equal(t, 3, moves[2].Source.Line)
		entry, err := b.JournalEntries().Get(ctx, company(), tandem.IDFromBytes[ledger.EntryID](got.Journal[0].ID.Bytes()))
		require.NoError(t, err)
		require.Equal(t, "DN 7", entry.Text)
		require.Equal(t, supplier(), entry.Lines[len(entry.Lines)-1].Party)
		return nil
	})
	require.Equal(t, []string{"costing.pool.opened", "costing.pool.opened", "warehouse.goods.received"}, h.events())
}

func TestAReceiptIsRefusedWithAllItsFaults(t *testing.T) {
	h := build(t)
	refuse := func(cmd warehouse.Receive) error {
		cmd.Header = h.header()
		_, err := h.svc.Receive(ctx, cmd)
		return err
	}
	line := warehouse.ReceiptLine{Product: product("mug"), Quantity: pieces(1), Value: gbp(100)}
	var invalid *tandem.InvalidError
	require.ErrorAs(t, refuse(warehouse.Receive{Supplier: supplier(), Lines: []warehouse.ReceiptLine{line}, Location: place("site"), Date: day("2011-06-16")}), &invalid)
	codes := map[string]bool{}
	for _, f := range invalid.Faults {
		codes[f.Code+" "+f.Path] = true
	}
	require.Equal(t, map[string]bool{"future date": true, "not_stock location": true}, codes)

	bad := func(change func(l *warehouse.ReceiptLine)) warehouse.ReceiptLine {
		l := line
		change(&l)
		return l
	}
	require.ErrorAs(t, refuse(warehouse.Receive{Supplier: supplier(), Lines: []warehouse.ReceiptLine{
		bad(func(l *warehouse.ReceiptLine) { l.Product = product("unknown") }),
		bad(func(l *warehouse.ReceiptLine) { l.Product = product("advice") }),
		bad(func(l *warehouse.ReceiptLine) { l.Quantity = tandem.QuantityFromMicro(1_000_000, tandem.Kilogram) }),
		line,
	}}), &invalid)
	require.Len(t, invalid.Faults, 3)
	for i, f := range invalid.Faults {
		require.Contains(t, f.Path, tandem.Path("lines", i))
	}
	require.ErrorIs(t, refuse(warehouse.Receive{Supplier: supplier(), Location: place("nowhere"), Lines: []warehouse.ReceiptLine{line}}), tandem.ErrInvalid)
	require.ErrorIs(t, refuse(warehouse.Receive{Supplier: supplier(), Lines: make([]warehouse.ReceiptLine, tandem.MaxLines+1)}), tandem.ErrInvalid)
	huge := line
	huge.Value = gbp(1<<63 - 1)
	require.Error(t, refuse(warehouse.Receive{Supplier: supplier(), Lines: []warehouse.ReceiptLine{huge, huge}}), "overflow")
	require.Empty(t, h.events(), "a refused command leaves nothing")
	require.Empty(t, h.balances())
	h.audit()
}

// What came in is a fact, and no need to be covered: half a mug is not rounded up.
func TestAReceiptOfAPartOfWhatCannotBeDividedIsRefused(t *testing.T) {
	h := build(t)
	_, err := h.svc.Receive(ctx, warehouse.Receive{Header: h.header(), Supplier: supplier(), Lines: []warehouse.ReceiptLine{
		{Product: product("mug"), Quantity: tandem.QuantityFromMicro(500_000, tandem.Each), Value: gbp(100)}}})
	require.ErrorIs(t, err, tandem.ErrInvalid)
	require.ErrorContains(t, err, "lines[0]: product "+product("mug").String()+" cannot be divided: 0.5 EA")
	require.Empty(t, h.events(), "a refused command leaves nothing")
	h.audit()
}

func TestAReceiptIsBookedOnce(t *testing.T) {
	h := build(t)
	id := name(warehouse.ReceiptID{}, "PO-1")
	for _, value := range []int64{100, 0} { // with an entry, and without
		id = name(warehouse.ReceiptID{}, id.String())
		cmd := warehouse.Receive{Header: h.header(), Receipt: id, Supplier: supplier(),
			Lines: []warehouse.ReceiptLine{{Product: product("mug"), Quantity: pieces(1), Value: gbp(value)}}}
		_, err := h.svc.Receive(ctx, cmd)
		require.NoError(t, err)
		cmd.Header = h.header()
		_, err = h.svc.Receive(ctx, cmd)
		require.ErrorIs(t, err, tandem.ErrDuplicate)
	}
	h.audit()
}

func TestPeriodsBindEntriesAndNotMoves(t *testing.T) {
	h := build(t)
	receive := func(date string, value int64) (warehouse.Received, error) {
		return h.svc.Receive(ctx, warehouse.Receive{Header: h.header(), Supplier: supplier(), Date: day(date),
			Lines: []warehouse.ReceiptLine{{Product: product("mug"), Quantity: pieces(1), Value: gbp(value)}}})
	}
	var refused *tandem.RefusedError
	_, err := receive("2011-04-30", 100)
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "period_closed", refused.Code)
	_, err = receive("2010-12-31", 100)
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "period_none", refused.Code)

	got, err := receive("2011-05-31", 100) // the last day of an open month
	require.NoError(t, err)
	free, err := receive("2011-04-30", 0)
	require.NoError(t, err, "goods that are worth nothing have no entry")
	require.Empty(t, free.Journal)
	h.view(func(ctx context.Context, b bundle) error {
		entry, err := b.JournalEntries().Get(ctx, company(), tandem.IDFromBytes[ledger.EntryID](got.Journal[0].ID.Bytes()))
		require.NoError(t, err)
		require.Equal(t, day("2011-05-31"), entry.Date)
		moves := all(t, b.StockMoves().Find(ctx, inventory.MoveQuery{Company: company()}))
		require.Equal(t, "2011-05-31T23:59:59.999999Z", moves[0].Effective.String(), "it was there at the end of its day")
		return nil
	})
	h.update(func(ctx context.Context, b bundle) error {
		_, err := b.Numbers().Next(ctx, company(), posting.JournalSeries, tandem.Date{})
		require.NoError(t, err)
		may, err := b.Periods().Get(ctx, company(), name(ledger.PeriodID{}, "2011-05"))
		require.NoError(t, err)
		require.NoError(t, may.Close("controller", h.clock.Now()))
		return b.Periods().Save(ctx, may)
	})
	_, err = receive("2011-05-31", 100)
	require.ErrorAs(t, err, &refused, "that it was open is not remembered")
	require.Equal(t, "period_closed", refused.Code)
	h.audit()
}

func TestNumbersHaveNoGap(t *testing.T) {
	h := build(t)
	h.receive("mug", 5, 0) // no entry
	_, err := h.adjust(warehouse.AdjustLine{Product: product("bowl"), Quantity: pieces(1)})
	require.Error(t, err)
	h.receive("mug", 5, 1000)
	got, err := h.adjust(warehouse.AdjustLine{Product: product("mug"), Quantity: pieces(-2)},
		warehouse.AdjustLine{Product: product("mug"), Quantity: pieces(-2), Reason: inventory.ReasonScrap})
	require.NoError(t, err)
	require.Equal(t, "SA-000001", got.Number)
	require.Equal(t, "JE-000002", got.Journal[0].Number)
	require.Equal(t, "JE-000003", got.Journal[1].Number)
}

// 3 cost 10.00: found at a third each, lost at their share.
func TestOpeningStockAndDifferencesByReason(t *testing.T) {
	h := build(t)
	opened, err := h.svc.Open(ctx, warehouse.Open{Header: h.header(), Date: day("2011-06-01"), Lines: []warehouse.ReceiptLine{
		{Product: product("mug"), Quantity: pieces(3), Value: gbp(1000)}, {Product: product("bowl"), Quantity: pieces(10), Value: gbp(5000)}}})
	require.NoError(t, err)
	require.Equal(t, "OS-000001", opened.Number)
	require.Equal(t, map[string]string{"1400": "60.00 GBP", "3000": "-60.00 GBP"}, h.balances())
	h.audit()

	got, err := h.adjust(
		warehouse.AdjustLine{Product: product("mug"), Quantity: pieces(2)},                                               // found: 6.67
		warehouse.AdjustLine{Product: product("bowl"), Quantity: pieces(-3), Reason: inventory.ReasonScrap},              // 15.00
		warehouse.AdjustLine{Product: product("bowl"), Quantity: pieces(-1), Reason: warehouse.ReasonGiveAway},           // 5.00
		warehouse.AdjustLine{Product: product("bowl"), Quantity: pieces(-2), Reason: "moth"},                             // 10.00
		warehouse.AdjustLine{Product: product("lamp"), Quantity: pieces(1), Value: gbp(900), Reason: "behind the shelf"}, // new
	)
	require.NoError(t, err)
	require.Equal(t, gbp(667), got.Lines[0].Value)
	require.Equal(t, gbp(-1500), got.Lines[1].Value)
	require.Len(t, got.Journal, 3)
	require.Equal(t, map[string]string{"1400": "45.67 GBP", "3000": "-60.00 GBP", "5100": "15.00 GBP", "6100": "5.00 GBP", "5200": "-5.67 GBP"}, h.balances())
	h.view(func(ctx context.Context, b bundle) error {
		scrapped := all(t, b.StockMoves().Find(ctx, inventory.MoveQuery{Company: company(), Location: place("scrap")}))
		require.Len(t, scrapped, 1)
		require.Equal(t, inventory.ReasonScrap, scrapped[0].Reason)
		return nil
	})
	h.audit()
}

func TestFoundGoodsNeedAValue(t *testing.T) {
	h := build(t)
	var refused *tandem.RefusedError
	_, err := h.adjust(warehouse.AdjustLine{Product: product("mug"), Quantity: pieces(1)})
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "no_value", refused.Code)
	for _, l := range []warehouse.AdjustLine{
		{Product: product("mug"), Quantity: pieces(0)},
		{Product: product("mug"), Quantity: pieces(1), Value: gbp(1), Reason: inventory.ReasonScrap},
		{Product: product("mug"), Quantity: pieces(1), Value: gbp(1), Reason: warehouse.ReasonGiveAway},
		{Product: product("mug"), Quantity: pieces(-1), Value: gbp(1)},
		{Product: product("mug"), Quantity: pieces(1), Value: gbp(-1)},
		{Product: product("mug"), Quantity: tandem.QuantityFromMicro(500_000, tandem.Each), Value: gbp(1)},
		{Product: product("mug"), Quantity: pieces(1), Value: gbp(1), Reason: inventory.Reason(make([]byte, 300))},
		{Product: product("advice"), Quantity: pieces(1), Value: gbp(1)},
	} {
		_, err := h.adjust(l)
		require.ErrorIs(t, err, tandem.ErrInvalid, "%+v", l)
	}
	require.Empty(t, h.events())
}

func TestStandardCostTakesFoundGoodsAtItsCostAndReceiptsWithAVariance(t *testing.T) {
	h := build(t)
	h.update(func(ctx context.Context, b bundle) error {
		standard, err := tandem.ParsePrice("2 GBP/EA")
		require.NoError(t, err)
		pool, err := costing.NewStandardPool(company(), product("mug"), standard, h.clock.Now())
		require.NoError(t, err)
		return b.CostPools().Save(ctx, pool)
	})
	_, err := h.adjust(warehouse.AdjustLine{Product: product("mug"), Quantity: pieces(1)})
	require.NoError(t, err)
	got := h.receive("mug", 10, 2300)
	require.Equal(t, gbp(2000), got.Lines[0].Value)
	require.Equal(t, map[string]string{"1400": "22.00 GBP", "2120": "-23.00 GBP", "5300": "3.00 GBP", "5200": "-2.00 GBP"}, h.balances())
	h.audit()
}

// WHOLESALER.md rule 17: apply what is on hand, release the latest-promised
// reservations first, report asked and applied.
func TestLostGoodsReleaseTheLatestPromises(t *testing.T) {
	h := build(t)
	h.receive("mug", 20, 2000)
	h.order("early", "mug", 8, "2011-06-20")
	h.order("late", "mug", 6, "2011-06-30")
	h.order("latest", "mug", 4, "2011-07-10")
	require.Len(t, h.reserve("mug"), 3)
	h.audit() // 20 at hand, 18 reserved

	got, err := h.adjust(warehouse.AdjustLine{Product: product("mug"), Quantity: pieces(-9)}) // 2 are free
	require.NoError(t, err)
	require.Equal(t, pieces(-9), got.Lines[0].Applied)
	require.Len(t, got.Released, 2)
	require.Equal(t, orderID("latest").Bytes(), got.Released[0].Line.Document.ID.Bytes())
	require.Equal(t, pieces(4), got.Released[0].Quantity)
	require.Equal(t, pieces(3), got.Released[1].Quantity)
	for key, want := range map[string][2]int64{"early": {8, 0}, "late": {3, 3}, "latest": {0, 4}} {
		reserved, waiting := h.held(key)
		require.Equal(t, want, [2]int64{reserved, waiting}, key)
	}
	h.audit()

	got, err = h.adjust(warehouse.AdjustLine{Product: product("mug"), Quantity: pieces(-7), Reason: inventory.ReasonScrap},
		warehouse.AdjustLine{Product: product("mug"), Quantity: pieces(-7)}) // 11 are there
	require.NoError(t, err)
	require.Equal(t, pieces(-7), got.Lines[1].Asked)
	require.Equal(t, pieces(-4), got.Lines[1].Applied)
	require.Equal(t, map[string]string{"2120": "-20.00 GBP", "5200": "13.00 GBP", "5100": "7.00 GBP"}, h.balances())
	h.audit()

	got, err = h.adjust(warehouse.AdjustLine{Product: product("mug"), Quantity: pieces(-1)})
	require.NoError(t, err)
	require.Equal(t, pieces(0), got.Lines[0].Applied, "nothing was there")
	require.Empty(t, got.Journal)

	// They stand where they stood in the queue: earliest first.
	in, err := h.svc.Receive(ctx, warehouse.Receive{Header: h.header(), Supplier: supplier(), Reserve: true,
		Lines: []warehouse.ReceiptLine{{Product: product("mug"), Quantity: pieces(5), Value: gbp(500)}, {Product: product("mug"), Quantity: pieces(4), Value: gbp(400)}}})
	require.NoError(t, err)
	require.Len(t, in.Reserved, 2)
	require.Equal(t, orderID("early").Bytes(), in.Reserved[0].Line.Document.ID.Bytes())
	require.Equal(t, pieces(8), in.Reserved[0].Quantity)
	require.Equal(t, pieces(1), in.Reserved[1].Quantity)
	require.Equal(t, pieces(5), in.Reserved[1].Backorder)
	h.audit()
	require.Contains(t, h.events(), "inventory.reservation.released")
}

func TestReservationsHaveIdsThatFollowFromTheOrder(t *testing.T) {
	h := build(t)
	h.order("one", "mug", 5, "2011-06-20")
	h.receive("mug", 2, 200)
	first := h.reserve("mug")
	h.receive("mug", 9, 900)
	second := h.reserve("mug")
	for n, line := range []warehouse.ReservedLine{first[0], second[0]} {
		id := orderID("one").Bytes()
		sum := sha256.Sum256(append(append(id[:], 'r'), 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, byte(n)))
		sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
		require.Equal(t, [16]byte(sum[:16]), line.Reservation.Bytes())
	}
	require.Empty(t, h.reserve("mug"), "nothing waits any more")
	h.audit()
}

func TestBackordersAreServedByTheRuleThatIsNamed(t *testing.T) {
	for rule, want := range map[inventory.AllocationRule][2]int64{"": {4, 1}, inventory.AllOrNothing: {0, 0}, inventory.PartialBackorder: {4, 1}} {
		h := build(t)
		h.order("second", "mug", 4, "2011-06-30")
		h.order("first", "mug", 4, "2011-06-20")
		h.receive("mug", 5, 500)
		_, err := h.svc.ReserveBackorders(ctx, warehouse.ReserveBackorders{Header: h.header(), Rule: rule})
		require.NoError(t, err)
		first, _ := h.held("first")
		second, _ := h.held("second")
		require.Equal(t, want, [2]int64{first, second}, rule)
		h.audit()
	}
	h := build(t)
	h.order("first", "mug", 4, "2011-06-20")
	_, err := h.svc.ReserveBackorders(ctx, warehouse.ReserveBackorders{Header: h.header(), Rule: "lottery"})
	require.ErrorIs(t, err, tandem.ErrInvalid)
	_, err = h.svc.ReserveBackorders(ctx, warehouse.ReserveBackorders{Header: h.header(), Location: place("scrap")})
	require.ErrorIs(t, err, tandem.ErrInvalid)
}

func TestATransferMovesWhatIsFree(t *testing.T) {
	h := build(t)
	h.receive("mug", 10, 1000)
	h.order("one", "mug", 7, "2011-06-20")
	h.reserve("mug")
	move := func(from, to string, n int64) (warehouse.Transferred, error) {
		return h.svc.Transfer(ctx, warehouse.Transfer{Header: h.header(), From: place(from), To: place(to),
			Lines: []warehouse.TransferLine{{Product: product("mug"), Quantity: pieces(n)}}})
	}
	_, err := move("shelf", "shop", 4)
	var short *inventory.InsufficientError
	require.ErrorAs(t, err, &short)
	require.EqualValues(t, 3_000_000, short.Available)
	got, err := move("shelf", "shop", 3)
	require.NoError(t, err)
	require.Equal(t, "ST-000001", got.Number)
	onHand, _ := h.level("shop", "mug")
	require.EqualValues(t, 3, onHand)
	require.Equal(t, map[string]string{"1400": "10.00 GBP", "2120": "-10.00 GBP"}, h.balances(), "the value stays")
	for _, ends := range [][2]string{{"shelf", "shelf"}, {"shelf", "scrap"}, {"supplier", "shelf"}, {"shelf", "site"}} {
		_, err := move(ends[0], ends[1], 1)
		require.ErrorIs(t, err, tandem.ErrInvalid, ends)
	}
	h.audit()
}

func TestANewServiceTellsAllFaults(t *testing.T) {
	var invalid *tandem.InvalidError
	_, err := warehouse.New[bundle](nil, warehouse.Config{Method: costing.Standard, Places: warehouse.Places{Scrap: place("x"), Supplier: place("x")}})
	require.ErrorAs(t, err, &invalid)
	paths := map[string]bool{}
	for _, f := range invalid.Faults {
		paths[f.Path] = true
	}
	for _, want := range []string{"store", "work.authorizer", "books.company", "books.chart.stock", "places.warehouse", "places.adjustment", "places.scrap", "method"} {
		require.True(t, paths[want], want)
	}
}

// limit allows differences up to an amount, and records what it was asked.
type limit struct {
	up    int64
	asked []work.Access
}

func (l *limit) Authorize(_ context.Context, a work.Access) error {
	l.asked = append(l.asked, a)
	if a.Action == warehouse.ActionDifference && a.Amount.Minor() > l.up {
		return &tandem.RefusedError{Command: a.Action, Subject: "limit", Code: "limit", Reason: "too much"}
	}
	return nil
}

func TestDifferencesAskForApprovalWithTheirAmount(t *testing.T) {
	auth := &limit{up: 500}
	h := buildWith(t, auth)
	h.receive("mug", 10, 1000)
	require.Equal(t, company(), auth.asked[0].Company)
	require.Equal(t, supplier(), auth.asked[0].Party)
	_, err := h.adjust(warehouse.AdjustLine{Product: product("mug"), Quantity: pieces(-3)}, warehouse.AdjustLine{Product: product("mug"), Quantity: pieces(3)})
	require.ErrorIs(t, err, tandem.ErrNotAllowed, "3.00 lost and 3.00 found are 6.00")
	_, err = h.adjust(warehouse.AdjustLine{Product: product("mug"), Quantity: pieces(-5)})
	require.NoError(t, err)
	h.audit()
}

func TestACommandCommitsWithTheHostsWrites(t *testing.T) {
	h := build(t)
	failed := errors.New("host")
	for _, fails := range []bool{true, false} {
		err := h.store.Update(ctx, func(ctx context.Context, b bundle) error {
			_, err := h.svc.On(work.Join(b)).Receive(ctx, warehouse.Receive{Header: h.header(), Supplier: supplier(),
				Lines: []warehouse.ReceiptLine{{Product: product("mug"), Quantity: pieces(2), Value: gbp(10)}}})
			if err == nil && fails {
				return failed
			}
			return err
		})
		require.Equal(t, fails, errors.Is(err, failed))
	}
	onHand, _ := h.level("shelf", "mug")
	require.EqualValues(t, 2, onHand)
	h.audit()
}

func TestTheDayIsThatOfTheZone(t *testing.T) {
	h := build(t)
	c := config(h.clock, work.AllowAll{})
	var err error
	c.Zone, err = time.LoadLocation("Pacific/Auckland") // UTC+12 in June
	require.NoError(t, err)
	c.Books.ByProduct = true
	svc, err := warehouse.New(h.store, c)
	require.NoError(t, err)
	h.clock.now = day("2011-06-30").At(23, 0, time.UTC)
	got, err := svc.Receive(ctx, warehouse.Receive{Header: h.header(), Supplier: supplier(),
		Lines: []warehouse.ReceiptLine{{Product: product("mug"), Quantity: pieces(2), Value: gbp(10)}}})
	require.NoError(t, err)
	h.view(func(ctx context.Context, b bundle) error {
		entry, err := b.JournalEntries().Get(ctx, company(), tandem.IDFromBytes[ledger.EntryID](got.Journal[0].ID.Bytes()))
		require.Equal(t, day("2011-07-01"), entry.Date)
		return err
	})
}

// Many at once: no unit is lost or found, and no reservation is left behind.
func TestManyWorkOnOneProduct(t *testing.T) {
	h := build(t)
	h.receive("mug", 100, 10000)
	for i := range 10 {
		h.order(fmt.Sprint("order-", i), "mug", 10, day("2011-06-20").AddDays(i).String())
	}
	c := config(fixed(h.clock.now), work.AllowAll{})
	c.Work.IDs = work.SequentialUUIDs(2)
	c.Work.Retry = work.RetryPolicy{Tries: 1000}
	svc, err := warehouse.New(h.store, c)
	require.NoError(t, err)
	var wait sync.WaitGroup
	for worker := range 4 {
		wait.Go(func() {
			for i := range 10 {
				header := work.Header{Key: fmt.Sprint(worker, "/", i), Actor: work.Actor{ID: "keeper"}}
				var err error
				switch worker {
				case 0:
					_, err = svc.ReserveBackorders(ctx, warehouse.ReserveBackorders{Header: header})
				case 1:
					_, err = svc.Receive(ctx, warehouse.Receive{Header: header, Supplier: supplier(), Reserve: true,
						Lines: []warehouse.ReceiptLine{{Product: product("mug"), Quantity: pieces(3), Value: gbp(300)}}})
				default:
					_, err = svc.Adjust(ctx, warehouse.Adjust{Header: header, Lines: []warehouse.AdjustLine{{Product: product("mug"), Quantity: pieces(-4)}}})
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	h.audit()
	onHand, _ := h.level("shelf", "mug")
	require.EqualValues(t, 100+30-80, onHand)
}

type fixed tandem.Instant

func (f fixed) Now() tandem.Instant { return tandem.Instant(f) }
