package table

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// columns are the places of those of a long table, -1 for none.
type columns struct {
	series, date, value, closed, censored int
	regressors                            []int
}

// The names that a column of a long table may have, the plainest first.
func seriesNames() []string {
	return []string{
		"series", "product", "product_id", "item", "item_id", "sku", "article", "article_id", "material", "stock_code", "id", "name", "unique_id", "key",
	}
}

func dateNames() []string {
	return []string{
		"date", "order_date", "invoice_date", "day", "week", "month", "quarter", "year", "period", "ds", "time", "timestamp",
	}
}

func valueNames() []string {
	return []string{"value", "quantity", "qty", "sales", "demand", "units", "units_sold", "y", "amount"}
}

// lacking says which columns a header lacks, and the names that they may have.
func lacking(c *columns, header []string) string {
	var b strings.Builder
	b.WriteString("line 1: ")
	for _, column := range []struct {
		what  string
		at    int
		names []string
	}{{"date", c.date, dateNames()}, {"value", c.value, valueNames()}, {"series", c.series, seriesNames()}} {
		if column.at < 0 {
			fmt.Fprintf(&b, "no column is the %s (%s); ", column.what, strings.Join(column.names, ", "))
		}
	}
	fmt.Fprintf(&b, "a wide table has a name and then dates such as 2024-03; found %s", clipped(strings.Join(header, ", ")))
	return b.String()
}

// long reads a header of names, in any case: the first of each list that it has.
func (r *reading) long(header []string) (func(*record), error) {
	find := func(names ...string) int {
		for _, n := range names {
			if i := slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(h, n) }); i >= 0 {
				return i
			}
		}
		return -1
	}
	c := columns{
		series: find(seriesNames()...), date: find(dateNames()...), value: find(valueNames()...),
		closed: find("closed"), censored: find("censored", "stockout", "stock_out"),
	}
	if c.date < 0 || c.value < 0 {
		return nil, &FormatError{lacking(&c, header)}
	}
	for i, h := range header {
		if h != "" && !slices.Contains([]int{c.series, c.date, c.value, c.closed, c.censored}, i) {
			c.regressors = append(c.regressors, i)
			r.regressors = append(r.regressors, h)
		}
	}
	if len(r.regressors) > forecast.MaxRegressors {
		return nil, &FormatError{"line 1: more than " + itoa(forecast.MaxRegressors) + " columns beside series, date, value, closed and censored"}
	}
	return func(f *record) { r.longRow(f, header, &c) }, nil
}

func (r *reading) longRow(f *record, header []string, c *columns) {
	if f.blank() {
		return
	}
	name := r.Name
	if name == "" {
		name = header[c.value]
	}
	if c.series >= 0 {
		var ok bool
		if name, ok = r.name(f, c.series, c.series+1); !ok {
			return
		}
	}
	s := r.of(name)
	refuse := func(i int, fault string) {
		if fault != "" {
			line, column := f.at(i)
			r.table.Faults.add(line, column, name, "%s: %s", clipped(header[min(i, len(header)-1)]), fault)
			s.faulty = true
		}
	}
	if len(f.fields) > len(header) {
		refuse(len(header), "a field more than the header has")
	}
	if fault := f.short(header); fault != "" {
		r.table.Faults.add(f.line(), 0, name, "%s", fault)
		s.faulty = true
		return
	}
	e := entry{line: f.line()}
	var fault string
	e.day, fault = r.date(f.field(c.date))
	refuse(c.date, fault)
	dateless := fault != ""
	e.value, e.known, fault = number(f.field(c.value), r.mark)
	refuse(c.value, fault)
	e.closed, fault = truth(f.field(c.closed))
	refuse(c.closed, fault)
	e.censored, fault = truth(f.field(c.censored))
	refuse(c.censored, fault)
	for _, i := range c.regressors {
		v, known, fault := number(f.field(i), r.mark)
		if fault != "" && c.series < 0 {
			fault += "; if it names the series, call the column series"
		}
		refuse(i, fault)
		if !known {
			v = math.NaN()
		}
		e.regressors = append(e.regressors, v)
	}
	if !dateless {
		s.entries = append(s.entries, e)
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
