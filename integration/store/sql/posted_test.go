package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
)

// An invoice and its payment, and then whatever a hand could do to the books.
func TestTheBooksCannotBeChangedByHand(t *testing.T) {
	engines(t, func(t *testing.T, db *sqlstore.DB, raw *sql.DB) {
		tenant := db.Tenant("acme")
		c := erptest.On(t, tenant)
		c.Sell(t, "12346", erptest.Line("85123A", 31))
		c.AssertBooks(t)
		prefix := "tandem_"
		if raw.Driver() != nil && isPostgres(raw) {
			prefix = "tandem."
		}
		for _, table := range []string{"journal_entry", "journal_entry_line", "stock_move", "allocation", "tax_entry"} {
			refused(t, raw, "UPDATE "+prefix+table+" SET tenant = tenant")
			refused(t, raw, "DELETE FROM "+prefix+table)
		}
		invoice := prefix + "customer_invoice"
		refused(t, raw, "DELETE FROM "+invoice)
		for _, change := range []string{"number = 'X'", "net_minor = net_minor + 1", "date = '2020-01-01'", "numbered = NOT numbered", "tenant = 'other'"} {
			refused(t, raw, "UPDATE "+invoice+" SET "+change)
		}
		refused(t, raw, "UPDATE "+invoice+" SET state = replace(CAST(state AS text), '\"net\":\"', '\"net\":\"9')"+map[bool]string{true: "::json"}[prefix == "tandem."])
		if prefix == "tandem." {
			refused(t, raw, "TRUNCATE tandem.journal_entry")
			refused(t, raw, "TRUNCATE tandem.customer_invoice")
		} else {
			refused(t, raw, "REPLACE INTO tandem_stock_move SELECT * FROM tandem_stock_move")
			refused(t, raw, "REPLACE INTO tandem_journal_entry_line SELECT * FROM tandem_journal_entry_line")
			refused(t, raw, "REPLACE INTO tandem_customer_invoice SELECT * FROM tandem_customer_invoice")
		}
		_, err := raw.ExecContext(t.Context(), "UPDATE "+invoice+" SET status = status, open_minor = open_minor")
		require.NoError(t, err, "what a payment changes may change")
		c.AssertBooks(t)
	})
}

func isPostgres(raw *sql.DB) bool {
	var version string
	return raw.QueryRow("SELECT version()").Scan(&version) == nil
}

// refused runs a statement that must fail because something is posted, and not for
// any other reason.
func refused(t *testing.T, raw *sql.DB, text string) {
	t.Helper()
	_, err := raw.ExecContext(t.Context(), text)
	require.ErrorContains(t, err, "is posted", text)
}

func TestADraftMayBeDiscardedByHand(t *testing.T) {
	engines(t, func(t *testing.T, db *sqlstore.DB, raw *sql.DB) {
		require.NoError(t, db.Tenant("acme").Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
			draft, err := billing.DraftInvoice(erptest.InvoiceDraft(t, "1", erptest.Item(t, 1, "85123A", 1, "2.55")), erptest.At(2))
			return errors.Join(err, b.CustomerInvoices().Save(ctx, draft))
		}))
		table := "tandem_customer_invoice"
		if isPostgres(raw) {
			table = "tandem.customer_invoice"
		}
		result, err := raw.ExecContext(t.Context(), "DELETE FROM "+table)
		require.NoError(t, err)
		n, err := result.RowsAffected()
		require.NoError(t, err)
		require.Equal(t, int64(1), n)
	})
}
