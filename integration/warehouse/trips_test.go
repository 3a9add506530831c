package warehouse_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/warehouse"
	"github.com/tandem-go/tandem/integration/work"
)

// What a command of the warehouse costs in round trips does not grow with its lines.
func TestRoundTripsDoNotGrowWithTheLines(t *testing.T) {
	trips := map[int]map[string][]string{1: {}, 20: {}}
	for n, got := range trips {
		count := storetest.CountTrips(memory.New())
		db, err := store.Open(count, "acme", store.Options{})
		require.NoError(t, err)
		at := &clock{day("2011-06-15").At(10, 0, time.UTC)}
		cfg := config(at, work.AllowAll{})
		fillTrips(t, db, cfg, n, at.Now())
		service, err := warehouse.New(work.Store[*store.Bundle](db), cfg)
		require.NoError(t, err)
		var in []warehouse.ReceiptLine
		var moved []warehouse.TransferLine
		var lost []warehouse.AdjustLine
		for i := range n {
			id, q := tripProduct(i), tandem.QuantityFromMicro(5_000_000, tandem.Each)
			in = append(in, warehouse.ReceiptLine{Product: id, Quantity: q, Value: tandem.MoneyFromMinor(500, cfg.Books.Currency)})
			lost = append(lost, warehouse.AdjustLine{Product: id, Quantity: tandem.QuantityFromMicro(-1_000_000, tandem.Each)})
			moved = append(moved, warehouse.TransferLine{Product: id, Quantity: tandem.QuantityFromMicro(1_000_000, tandem.Each)})
		}
		h := func(key string) work.Header { return work.Header{Key: key, Actor: work.Actor{ID: "clerk"}} }
		measure := func(what string, err error) {
			require.NoError(t, err, what)
			got[what] = count.Take()
		}
		count.Take()
		_, err = service.Open(t.Context(), warehouse.Open{Header: h("1"), Lines: in})
		measure("open", err)
		_, err = service.Receive(t.Context(), warehouse.Receive{Header: h("2"), Supplier: tandem.DeriveID[tandem.PartyID]("supplier", "1"), Lines: in, Reserve: true})
		measure("receive", err)
		_, err = service.Adjust(t.Context(), warehouse.Adjust{Header: h("3"), Lines: lost})
		measure("adjust", err)
		_, err = service.Transfer(t.Context(), warehouse.Transfer{Header: h("4"), To: tripShelf(), Lines: moved})
		measure("transfer", err)
	}
	for what, want := range map[string]int{"open": 3, "receive": 3, "adjust": 3, "transfer": 3} {
		require.Len(t, trips[1][what], want, "%s: %s", what, trips[1][what])
		require.Len(t, trips[20][what], want, "%s of 20 lines: %s", what, trips[20][what])
	}
}

func tripProduct(i int) tandem.ProductID {
	return tandem.DeriveID[tandem.ProductID]("trip", strconv.Itoa(i))
}

func tripShelf() tandem.LocationID { return tandem.DeriveID[tandem.LocationID]("trip", "shelf") }

// fillTrips saves places, a period and n products.
func fillTrips(t *testing.T, db *store.Store, cfg warehouse.Config, n int, now tandem.Instant) {
	require.NoError(t, db.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
		for id, kind := range map[tandem.LocationID]inventory.LocationKind{cfg.Places.Warehouse: inventory.Stock, tripShelf(): inventory.Stock,
			cfg.Places.Supplier: inventory.Supplier, cfg.Places.Adjustment: inventory.Adjustment, cfg.Places.Scrap: inventory.Scrap} {
			require.NoError(t, b.Locations().Save(ctx, inventory.Location{ID: id, Company: cfg.Books.Company, Code: id.String(), Name: "place", Kind: kind}))
		}
		for i := range n {
			require.NoError(t, b.Products().Save(ctx, catalog.Product{ID: tripProduct(i), Code: strconv.Itoa(i), Name: "thing", Kind: catalog.Goods,
				Unit: tandem.Each, Whole: true, TaxCategory: tandem.TaxStandard}))
		}
		p, err := ledger.NewPeriod(tandem.DeriveID[ledger.PeriodID]("trip", "2011"), cfg.Books.Company, "2011",
			tandem.Validity{From: day("2011-01-01"), Until: day("2012-01-01")}, now)
		require.NoError(t, err)
		return b.Periods().Save(ctx, p)
	}))
}
