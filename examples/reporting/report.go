package main

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/tandem-go/tandem"
)

//go:embed sql/*.sql
var statements embed.FS

// database is what reports are read from: nothing of the library's.
type database struct {
	pool    *sql.DB
	dialect string // of the files: sqlite or postgres
}

// asked is what a report is about.
type asked struct {
	tenant   string
	company  tandem.CompanyID
	day      tandem.Date
	zone     *time.Location  // where the company's days end
	currency tandem.Currency // of the receivables
	stock    string          // account of the stock
}

// reports lists the reports, each with its arguments.
func (a asked) reports() map[string][]any {
	company, day := a.company.String(), a.day.String()
	return map[string][]any{
		"sales":  {a.tenant, company, day},
		"ageing": {a.tenant, company, day, a.currency.String()},
		"stock":  {a.tenant, company, day, a.stock, a.end()},
	}
}

// end gives the instant at which the day ends, as the tables of SQLite have instants.
func (a asked) end() string {
	return a.day.At(24, 0, a.zone).Time().UTC().Format("2006-01-02T15:04:05.000000Z")
}

// reader is a transaction that only reads: all reports are of one moment.
type reader struct {
	tx      *sql.Tx
	dialect string
}

// read opens a transaction for the reports of a tenant. Where the tables have row-level
// security, it sees the rows of the tenant in the setting tandem.tenant alone.
func (d database) read(ctx context.Context, tenant string, do func(reader) error) error {
	tx, err := d.pool.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	if d.dialect == "postgres" {
		if _, err := tx.ExecContext(ctx, "SELECT set_config('tandem.tenant', $1, true)", tenant); err != nil {
			return err
		}
	}
	return do(reader{tx, d.dialect})
}

// found checks that the tenant has books of the company.
func (r reader) found(ctx context.Context, a asked) error {
	t, err := r.report(ctx, "books", []any{a.tenant, a.company.String()})
	if err == nil && len(t.rows) == 0 {
		err = fmt.Errorf("no such books: tenant %s has no company %v", a.tenant, a.company)
	}
	return err
}

// table is the result of a statement, each value as a text.
type table struct {
	columns []string
	rows    [][]string
}

// report runs the file of a report.
func (r reader) report(ctx context.Context, name string, args []any) (t table, err error) {
	text, err := statements.ReadFile("sql/" + name + "." + r.dialect + ".sql")
	if err != nil {
		return t, err
	}
	rows, err := r.tx.QueryContext(ctx, string(text), args...)
	if err != nil {
		return t, fmt.Errorf("%s: %w", name, err)
	}
	defer func() { _ = rows.Close() }()
	if t.columns, err = rows.Columns(); err != nil {
		return t, err
	}
	for rows.Next() {
		row, into := make([]string, len(t.columns)), make([]any, len(t.columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return t, err
		}
		t.rows = append(t.rows, row)
	}
	return t, rows.Err()
}

// write prints a table: minor units as amounts, millionths as quantities. Amounts are of
// the row's currency, if it names one.
func (t table) write(out io.Writer, title string, currency tandem.Currency) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(out, title) // tabwriter and the last line tell of a broken writer
	heads := make([]string, len(t.columns))
	for i, c := range t.columns {
		c, _ = strings.CutSuffix(c, "_minor")
		c, _ = strings.CutSuffix(c, "_micro")
		heads[i] = strings.ReplaceAll(c, "_", " ")
	}
	_, _ = fmt.Fprintln(w, strings.Join(heads, "\t")+"\t")
	named := slices.Index(t.columns, "currency")
	for _, row := range t.rows {
		of := currency
		if named >= 0 && row[named] != "" {
			var err error
			if of, err = tandem.ParseCurrency(row[named]); err != nil {
				return err
			}
		}
		for i, cell := range row {
			_, _ = fmt.Fprint(w, shown(t.columns[i], cell, of), "\t")
		}
		_, _ = fmt.Fprintln(w)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out)
	return err
}

// shown gives a whole number with its decimals.
func shown(column, cell string, currency tandem.Currency) string {
	digits := 0
	switch {
	case strings.HasSuffix(column, "_minor"):
		digits = currency.Digits()
	case strings.HasSuffix(column, "_micro"):
		digits = 6
	}
	if digits == 0 {
		return cell
	}
	number, sign := cell, ""
	if strings.HasPrefix(cell, "-") {
		number, sign = cell[1:], "-"
	}
	number = strings.Repeat("0", max(0, digits+1-len(number))) + number
	whole, part := number[:len(number)-digits], number[len(number)-digits:]
	if strings.HasSuffix(column, "_micro") {
		part = strings.TrimRight(part, "0")
	}
	return strings.TrimSuffix(sign+whole+"."+part, ".")
}
