package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/examples/adopter/shop"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/work"
)

type fixed struct{}

func (fixed) Now() tandem.Instant {
	return tandem.InstantOf(time.Date(2011, 6, 1, 9, 0, 0, 0, time.UTC))
}

// opened gives the stores of tenants on a new file with the host's table.
func opened(t *testing.T) func(tenant string) (work.Store[repos], error) {
	t.Helper()
	db, err := sqlstore.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "shop.db"), sqlstore.Config{CursorSecret: []byte("cursors of the tests")})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	trade, err := withCustomers(db.Tenant("host"), "host")
	require.NoError(t, err)
	require.NoError(t, trade.Update(t.Context(), func(ctx context.Context, r repos) error {
		_, err := r.customers.tx.ExecContext(ctx, table)
		return err
	}))
	return func(tenant string) (work.Store[repos], error) { return withCustomers(db.Tenant(tenant), tenant) }
}

// kept is what the host's table has of a party.
func kept(s party.PartyState) party.PartyState {
	out := party.PartyState{ID: s.ID, Revision: s.Revision, Sequence: s.Sequence, Status: s.Status, Kind: s.Kind, Name: s.Name, Blocked: s.Blocked,
		Registered: s.Registered, Roles: []party.Role{{Kind: party.Customer, Valid: tandem.Validity{From: s.Roles[0].Valid.From}}}}
	country, vat := home(&s)
	out.Locations = []party.Location{{Code: "home", Kind: party.Registered, Address: tandem.Address{Country: country}}}
	if vat != "" {
		out.Registrations = []party.TaxRegistration{{Country: country, Number: vat}}
	}
	return out
}

// The table saves and belongs to the unit of work, so that it is held to everything
// that there is: revisions, rollback, own writes, snapshots, pages, tenants.
func TestTheHostsTableKeepsTheContract(t *testing.T) {
	storetest.RunTable(t, func(t *testing.T) storetest.Table[repos, party.PartyState] {
		return storetest.Table[repos, party.PartyState]{Open: opened(t), Joins: true, Keep: kept}
	})
}

// The company of the kit trades with the host's customers: its own are in the table.
func TestACompanyTradesWithTheHostsCustomers(t *testing.T) {
	trade, err := opened(t)("erptest")
	require.NoError(t, err)
	c := erptest.On(t, trade)
	sale := c.Sell(t, "12346", erptest.Line("85123A", 10)) // 29.50 and 20 %
	assert.Equal(t, erptest.GBP(t, "35.40"), sale.Invoiced.Gross)
	c.AssertBooks(t)
	c.View(t, func(ctx context.Context, r repos) error {
		for range r.Bundle.Parties().Find(ctx, party.PartyQuery{}) {
			t.Error("a party is in the library's table")
		}
		return nil
	})
}

// By hand: 12 mugs at 6.50 are 78.00, with 20 % VAT 93.60. Bob's row went with his order.
func TestTheStory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	for range 2 { // run again, nothing happens twice
		var out strings.Builder
		require.NoError(t, run(t.Context(), path, fixed{}, &out))
		assert.Equal(t, `C-1001 is registered, and has ordered: SO-000001 of 93.60 GBP
C-1002 is not registered, since the order is refused: has not paid for years
customer `+shop.Party("C-1001").String()+` is active
`, out.String())
	}
}

// What the host's screens change counts at once.
func TestTheHostStopsACustomer(t *testing.T) {
	trade, err := opened(t)("shop")
	require.NoError(t, err)
	sell, err := shop.Open(t.Context(), trade, work.Clock(fixed{}), func(*ordertocash.Config) {})
	require.NoError(t, err)
	_, err = registerAndOrder(t.Context(), trade, sell, visitor{number: "C-1", name: "Ada", mugs: 1}, fixed{}.Now())
	require.NoError(t, err)
	var before *party.Party
	require.NoError(t, trade.Update(t.Context(), func(ctx context.Context, r repos) (err error) {
		if before, err = r.Parties().Get(ctx, shop.Party("C-1")); err != nil {
			return err
		}
		_, err = r.customers.tx.ExecContext(ctx, "UPDATE customer SET stopped = 'moved', revision = revision + 1 WHERE shop = 'shop' AND number = 'C-1'")
		return err
	}))
	_, err = sell.Place(t.Context(), ordertocash.PlaceOrder{Header: shop.By("second"), Customer: shop.Party("C-1"), Lines: shop.Mugs(1)})
	require.ErrorIs(t, err, tandem.ErrNotAllowed)
	require.ErrorIs(t, trade.Update(t.Context(), func(ctx context.Context, r repos) error { return r.Parties().Save(ctx, before) }), tandem.ErrConflict)
	require.ErrorIs(t, trade.View(t.Context(), func(ctx context.Context, r repos) error { return r.Parties().Save(ctx, before) }), store.ErrReadOnly)
}

func TestTheFileThatIsMade(t *testing.T) {
	t.Chdir(t.TempDir())
	var out, errs strings.Builder
	require.Equal(t, 0, program.Main(t.Context(), nil, &out, &errs), errs.String())
	require.FileExists(t, "shop.db")
	require.Equal(t, 1, program.Main(t.Context(), []string{filepath.Join("no", "folder")}, &out, &errs))
	require.Contains(t, errs.String(), "customers: ")
}
