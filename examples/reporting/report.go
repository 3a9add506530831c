package main

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

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
	tenant, company, day string
	currency             string // of the receivables
	stock                string // account of the stock
}

// reports lists the reports, each with its arguments.
func (a asked) reports() map[string][]any {
	return map[string][]any{
		"sales":  {a.tenant, a.company, a.day},
		"ageing": {a.tenant, a.company, a.day, a.currency},
		"stock":  {a.tenant, a.company, a.day, a.stock},
	}
}

// table is the result of a statement, each value as a text.
type table struct {
	columns []string
	rows    [][]string
}

// report runs the file of a report.
func (d database) report(ctx context.Context, name string, args []any) (t table, err error) {
	text, err := statements.ReadFile("sql/" + name + "." + d.dialect + ".sql")
	if err != nil {
		return t, err
	}
	rows, err := d.pool.QueryContext(ctx, string(text), args...)
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

// write prints a table: minor units as amounts, millionths as quantities.
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
	for _, row := range t.rows {
		for i, cell := range row {
			_, _ = fmt.Fprint(w, shown(t.columns[i], cell, currency), "\t")
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
