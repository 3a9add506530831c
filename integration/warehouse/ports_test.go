package warehouse_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/inventory/count"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/warehouse"
	"github.com/tandem-go/tandem/integration/work"
)

// table is master data of the host: a plum, kept by the kilogram.
type table struct{}

func (table) Product(_ context.Context, id tandem.ProductID) (catalog.Product, error) {
	if id != product("plum") {
		return catalog.Product{}, &tandem.NotFoundError{Kind: "product", Key: id.String()}
	}
	return catalog.Product{ID: id, Code: "plum", Name: "Plum", Kind: catalog.Goods, Unit: tandem.Kilogram, TaxCategory: tandem.TaxZero}, nil
}

func (table) Location(_ context.Context, owner tandem.CompanyID, id tandem.LocationID) (inventory.Location, error) {
	l := inventory.Location{ID: id, Company: owner, Kind: inventory.Stock}
	if id != place("shelf") && id != place("shop") {
		l.Kind = inventory.Adjustment
	}
	return l, nil
}

func (table) Period(_ context.Context, owner tandem.CompanyID, date tandem.Date) (*ledger.Period, error) {
	if date.Year() < 2011 {
		return nil, &tandem.NotFoundError{Kind: "period", Key: date.String()}
	}
	return ledger.NewPeriod(name(ledger.PeriodID{}, "all"), owner, "all", tandem.Validity{From: day("2011-01-01"), Until: day("2030-01-01")},
		date.At(0, 0, nil))
}

func TestMasterDataComesFromTheHost(t *testing.T) {
	h := build(t)
	c := config(h.clock, work.AllowAll{})
	c.Products, c.Locations, c.Periods = table{}, table{}, table{}
	svc, err := warehouse.New(h.store, c)
	require.NoError(t, err)
	receive := func(what string, date tandem.Date) error {
		_, err := svc.Receive(ctx, warehouse.Receive{Header: h.header(), Supplier: supplier(), Date: date, Lines: []warehouse.ReceiptLine{
			{Product: product(what), Quantity: tandem.QuantityFromMicro(333_333, tandem.Kilogram), Value: gbp(100)}}})
		return err
	}
	require.NoError(t, receive("plum", tandem.Date{}))
	require.ErrorIs(t, receive("mug", tandem.Date{}), tandem.ErrInvalid)
	require.ErrorIs(t, receive("plum", day("2010-12-31")), tandem.ErrNotAllowed)
	require.Equal(t, "1.00 GBP", h.balances()["1400"])
}

func TestPlacesMustBeOfTheirKind(t *testing.T) {
	h := build(t)
	c := config(h.clock, work.AllowAll{})
	c.Places.Supplier, c.Places.Scrap = place("shop"), place("site")
	svc, err := warehouse.New(h.store, c)
	require.NoError(t, err, "New reads nothing")
	line := warehouse.ReceiptLine{Product: product("mug"), Quantity: pieces(1), Value: gbp(1)}
	_, err = svc.Receive(ctx, warehouse.Receive{Header: h.header(), Supplier: supplier(), Lines: []warehouse.ReceiptLine{line}})
	require.ErrorContains(t, err, "places.supplier")
	_, err = svc.Adjust(ctx, warehouse.Adjust{Header: h.header(), Lines: []warehouse.AdjustLine{{Product: product("mug"), Quantity: pieces(-1)}}})
	require.ErrorContains(t, err, "places.scrap")
}

// Lots are counted, found and lost each by itself, at one cost.
func TestLotsAreKeptApart(t *testing.T) {
	h := build(t)
	red, blue := name(tandem.LotID{}, "red"), name(tandem.LotID{}, "blue")
	_, err := h.svc.Receive(ctx, warehouse.Receive{Header: h.header(), Supplier: supplier(), Lines: []warehouse.ReceiptLine{
		{Product: product("mug"), Lot: red, Quantity: pieces(4), Value: gbp(400)}, {Product: product("mug"), Lot: blue, Quantity: pieces(6), Value: gbp(800)}}})
	require.NoError(t, err)
	got, err := h.adjust(warehouse.AdjustLine{Product: product("mug"), Lot: red, Quantity: pieces(-9)}) // 1.20 each
	require.NoError(t, err)
	require.Equal(t, pieces(-4), got.Lines[0].Applied)
	require.Equal(t, gbp(-480), got.Lines[0].Value)
	opened := h.openCount(tandem.Instant{})
	require.Len(t, opened.Lines, 1)
	out, err := h.svc.RecordCount(ctx, warehouse.RecordCount{Header: h.header(), Count: opened.Count, Lines: []warehouse.CountedLine{
		{Product: product("mug"), Lot: blue, Counted: pieces(3)}, {Product: product("mug"), Lot: red, Counted: pieces(1)}}})
	require.NoError(t, err)
	require.Zero(t, out.Open)
	posted, err := h.svc.PostCount(ctx, warehouse.PostCount{Header: h.header(), Count: opened.Count,
		Values: []warehouse.FoundValue{{Product: product("mug"), Value: gbp(50)}}})
	require.NoError(t, err)
	require.Len(t, posted.Lines, 2)
	require.Equal(t, "4.40 GBP", h.balances()["1400"], "7.20 and 0.50 are seven; three of them go")
	h.audit()
	h.order("one", "mug", 2, "2011-06-20")
	require.Empty(t, h.reserve("mug"), "stock that is kept in lots is not given")
}

// A location that may go below nought keeps its promises: nothing is released.
func TestALocationThatAllowsNegativeStockReleasesNothing(t *testing.T) {
	h := build(t)
	h.receive("mug", 5, 500)
	h.order("one", "mug", 5, "2011-06-20")
	h.reserve("mug")
	h.update(func(ctx context.Context, b bundle) error {
		l, err := b.Locations().Get(ctx, company(), place("shelf"))
		if err != nil {
			return err
		}
		l.AllowNegative = true
		return b.Locations().Save(ctx, l)
	})
	got, err := h.adjust(warehouse.AdjustLine{Product: product("mug"), Quantity: pieces(-8)})
	require.NoError(t, err)
	require.Equal(t, pieces(-5), got.Lines[0].Applied)
	require.Empty(t, got.Released)
	onHand, reserved := h.level("shelf", "mug")
	require.Equal(t, [2]int64{0, 5}, [2]int64{onHand, reserved})
}

func TestStockCountsAreFoundByTheirInstants(t *testing.T) {
	h := build(t)
	save := func(key, where string, at tandem.Instant) {
		h.update(func(ctx context.Context, b bundle) error {
			c, err := count.New(name(count.ID{}, key), company(), place(where), at, count.KeepUncounted,
				[]count.Line{{Product: product("mug"), Expected: pieces(3)}}, h.clock.now)
			if err != nil {
				return err
			}
			return b.StockCounts().Save(ctx, c)
		})
	}
	save("second", "shelf", day("2011-06-02").At(0, 0, nil))
	save("first", "shelf", day("2011-06-01").At(0, 0, nil))
	save("third", "shop", day("2011-06-03").At(0, 0, nil))
	find := func(q count.Query) (keys []string) {
		h.view(func(ctx context.Context, b bundle) error {
			for _, c := range all(t, b.StockCounts().Find(ctx, q)) {
				for _, key := range []string{"first", "second", "third"} {
					if c.ID() == name(count.ID{}, key) {
						keys = append(keys, key)
					}
				}
			}
			return nil
		})
		return keys
	}
	require.Equal(t, []string{"first", "second", "third"}, find(count.Query{Company: company()}))
	require.Equal(t, []string{"first", "second"}, find(count.Query{Company: company(), Location: place("shelf")}))
	require.Empty(t, find(count.Query{Company: company(), Status: count.StatusPosted}))
	h.update(func(ctx context.Context, b bundle) error {
		c, err := b.StockCounts().Get(ctx, company(), name(count.ID{}, "first"))
		if err != nil {
			return err
		}
		require.EqualValues(t, 1, c.Revision())
		require.NoError(t, c.Cancel("", h.clock.Now()))
		return b.StockCounts().Save(ctx, c)
	})
	require.Equal(t, []string{"first"}, find(count.Query{Company: company(), Status: count.StatusCancelled}))
}
