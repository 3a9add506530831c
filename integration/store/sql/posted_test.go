package sqlstore_test

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
)

// An invoice and its payment, and then whatever a hand could do to the books.
func TestTheBooksCannotBeChangedByHand(t *testing.T) {
	engines(t, func(t *testing.T, db *sqlstore.DB, raw *sql.DB) {
		c := erptest.On(t, db.Tenant("acme"))
		c.Sell(t, "12346", erptest.Line("85123A", 31))
		c.AssertBooks(t)
		h := handOn(t, raw)
		for _, table := range []string{"journal_entry", "journal_entry_line", "stock_move", "allocation", "tax_entry"} {
			h.refused("UPDATE @" + table + " SET tenant = tenant")
			h.refused("DELETE FROM @" + table)
			if h.postgres {
				h.refused("TRUNCATE @" + table)
			}
		}
		h.refused("DELETE FROM @customer_invoice")
		if h.postgres {
			h.refused("TRUNCATE @customer_invoice")
		}
		for _, change := range []string{"number = 'X'", "series = 'X'", "net_minor = net_minor + 1", "date = '2020-01-01'", "numbered = NOT numbered",
			"tenant = 'other'", "status = 'draft'", "status = 'discarded'", "status = 'posted'", "status = 'posted', open_minor = 1", "open = NOT open"} {
			h.refused("UPDATE @customer_invoice SET " + change)
		}
		h.refused(h.state(`"net":"`, `"net":"9`))
		h.done("UPDATE @customer_invoice SET status = status, open_minor = open_minor", "what a payment changes may change")
		c.AssertBooks(t)
	})
}

// What is owed stays owed, until its settlement is booked.
func TestAnIssuedInvoiceIsNotTakenBackByHand(t *testing.T) {
	engines(t, func(t *testing.T, db *sqlstore.DB, raw *sql.DB) {
		c := erptest.On(t, db.Tenant("acme"))
		order := c.Place(t, "12346", erptest.Line("85123A", 31))
		shipped := c.Ship(t, order.Order)
		invoiced := c.Bill(t, order.Order)
		h := handOn(t, raw)
		for _, change := range []string{"status = 'draft'", "status = 'settled'", "open_minor = 0", "open_minor = open_minor - 1", "open_minor = gross_minor + 1",
			"open_minor = 0, status = 'settled'", "open = NOT open", "status = 'settled', open_minor = 0, open = NOT open"} {
			h.refused("UPDATE @customer_invoice SET " + change)
		}
		for _, change := range [][2]string{{`"status":"posted"`, `"status":"draft"`}, {`"instalments":[{`, `"instalments":[],"was":[{`},
			{`"instalments":[{`, `"instalments":[{"due":"2012-01-01","amount":"0.00 GBP","open":"0.00 GBP"},{`}, {`"due":"20`, `"due":"21`},
			{`"amount":"`, `"amount":"9`}, {`,"instalments":`, `,"were":`}} {
			h.refused(h.state(change[0], change[1]))
		}
		c.AssertBooks(t)
		half, err := invoiced.Gross.MulRatio(ratio(t, 1, 2), tandem.RoundDown)
		require.NoError(t, err)
		c.Pay(t, "12346", half, invoiced.Invoice) // the library's own changes pass
		rest, err := invoiced.Gross.Sub(half)
		require.NoError(t, err)
		paid := c.Pay(t, "12346", rest, invoiced.Invoice)
		c.TakeBack(t, "12346", shipped.Delivery, 1, 5)
		_, err = c.Sales.Unallocate(t.Context(), ordertocash.UnallocatePayment{Header: c.Header(), Payment: paid.Payment, Reason: "test"})
		require.NoError(t, err)
		c.AssertBooks(t)
		h.refused("UPDATE @customer_invoice SET status = 'draft'")
	})
}

func TestAPostedEntryGetsNoFurtherLineByHand(t *testing.T) {
	engines(t, func(t *testing.T, db *sqlstore.DB, raw *sql.DB) {
		c := erptest.On(t, db.Tenant("acme"))
		c.Sell(t, "12346", erptest.Line("85123A", 31))
		h := handOn(t, raw)
		h.refused("INSERT INTO @journal_entry_line (tenant, company, id, line, account, amount_minor, original_minor, original_currency, party, product, dimensions)" +
			" SELECT tenant, company, id, 99, account, 1, 0, original_currency, party, product, dimensions FROM @journal_entry_line WHERE line = 1")
		c.AssertBooks(t)
	})
}

// REPLACE of SQLite deletes every row that a new one is in the way of, by whichever key,
// and no trigger of DELETE runs.
func TestNothingTakesThePlaceOfWhatIsPosted(t *testing.T) {
	db, raw := openLiteRaw(t)
	c := erptest.On(t, db.Tenant("acme"))
	c.Sell(t, "12346", erptest.Line("85123A", 31))
	h := handOn(t, raw)
	// a reversal of each, so that every unique key has a row
	reversals := "INSERT INTO @%s (%s) SELECT %s FROM @%[1]s LIMIT 1"
	for _, table := range []string{"stock_move", "journal_entry", "allocation", "tax_entry"} {
		with := map[string]string{"id": "'reversal'", "reverses": "id", "reversal": "1", "appended": "NULL"}
		if table == "journal_entry" {
			with["number"] = "'reversal'"
		}
		h.done(h.copied(reversals, table, with), "a reversal")
	}
	replace := "INSERT OR REPLACE INTO @%s (%s) SELECT %s FROM @%[1]s"
	fresh := map[string]string{"id": "'new ' || id", "reversal": "0", "appended": "NULL"}
	but := func(changes ...string) map[string]string {
		out := maps.Clone(fresh)
		for i := 0; i < len(changes); i += 2 {
			out[changes[i]] = changes[i+1]
		}
		return out
	}
	for _, table := range []string{"stock_move", "journal_entry", "allocation", "tax_entry"} {
		number := []string{}
		if table == "journal_entry" {
			number = []string{"number", "'new ' || number"}
			h.refused(h.copied(replace, table, fresh))
		}
		h.refused(h.copied(replace, table, but(append(number, "id", "id")...)))
		h.refused(h.copied(replace, table, but(append(number, "appended", "appended")...)))
		h.refused(h.copied(replace+" WHERE reversal = 1", table, but(append(number, "reversal", "1")...)))
	}
	h.refused("REPLACE INTO @journal_entry_line SELECT * FROM @journal_entry_line")
	h.refused(h.copied("INSERT OR REPLACE INTO @%s (rowid, %s) SELECT rowid, %s FROM @%[1]s", "journal_entry_line", map[string]string{"id": "'new'"}))

	h.refused("REPLACE INTO @customer_invoice SELECT * FROM @customer_invoice")
	h.refused(h.copied(replace, "customer_invoice", map[string]string{"id": "'new'"}))
	h.refused(h.copied("INSERT OR REPLACE INTO @%s (rowid, %s) SELECT rowid, %s FROM @%[1]s", "customer_invoice", map[string]string{"id": "'new'", "numbered": "0"}))
	h.done(h.copied("INSERT INTO @%s (%s) SELECT %s FROM @%[1]s LIMIT 1", "customer_invoice",
		map[string]string{"id": "'draft'", "numbered": "0", "number": "''", "series": "''", "status": "'draft'"}), "a draft")
	issued := "(SELECT %s FROM @customer_invoice WHERE numbered = 1)"
	for _, change := range []string{"id = " + issued, "rowid = " + issued, "numbered = 1, (series, number) = " + issued} {
		column := map[byte]string{'i': "id", 'r': "rowid", 'n': "series, number"}[change[0]]
		h.refused("UPDATE OR REPLACE @customer_invoice SET " + strings.Replace(change, "%s", column, 1) + " WHERE id = 'draft'")
	}
	h.refused("UPDATE OR REPLACE @customer_invoice SET rowid = rowid + 100 WHERE numbered = 1")
}

func ratio(t *testing.T, numerator, denominator int64) tandem.Ratio {
	t.Helper()
	r, err := tandem.NewRatio(numerator, denominator)
	require.NoError(t, err)
	return r
}

// hand changes the tables around the library.
type hand struct {
	t        *testing.T
	raw      *sql.DB
	postgres bool
}

func handOn(t *testing.T, raw *sql.DB) *hand { return &hand{t, raw, isPostgres(raw)} }

// run runs a statement in which @ stands before the names of tables.
func (h *hand) run(text string) error {
	prefix := "tandem_"
	if h.postgres {
		prefix = "tandem."
	}
	_, err := h.raw.ExecContext(h.t.Context(), strings.ReplaceAll(text, "@", prefix))
	return err
}

func (h *hand) done(text, why string) {
	h.t.Helper()
	require.NoError(h.t, h.run(text), why)
}

// refused runs a statement that must fail because something is posted, and not for
// any other reason.
func (h *hand) refused(text string) {
	h.t.Helper()
	require.ErrorContains(h.t, h.run(text), "is posted", text)
}

// state changes the text of the states of invoices.
func (h *hand) state(from, to string) string {
	h.t.Helper()
	var state string
	table, cast := "tandem_customer_invoice", ""
	if h.postgres {
		table, cast = "tandem.customer_invoice", "::json"
	}
	require.NoError(h.t, h.raw.QueryRow("SELECT state FROM "+table).Scan(&state))
	require.Contains(h.t, state, from)
	return "UPDATE @customer_invoice SET state = replace(CAST(state AS text), '" + from + "', '" + to + "')" + cast
}

// copied writes a statement of a table, the list of its columns, and that list with
// other values in the place of some, on SQLite.
func (h *hand) copied(format, table string, with map[string]string) string {
	h.t.Helper()
	rows, err := h.raw.Query("SELECT name FROM pragma_table_info('tandem_" + table + "')")
	require.NoError(h.t, err)
	defer func() { require.NoError(h.t, rows.Close()) }()
	var columns, values []string
	for rows.Next() {
		var name string
		require.NoError(h.t, rows.Scan(&name))
		columns, values = append(columns, name), append(values, cmp.Or(with[name], name))
	}
	require.NoError(h.t, rows.Err())
	return fmt.Sprintf(format, table, strings.Join(columns, ", "), strings.Join(values, ", "))
}

func isPostgres(raw *sql.DB) bool {
	var version string
	return raw.QueryRow("SELECT version()").Scan(&version) == nil
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
