package table

import (
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
		series: find("series", "product", "item", "sku", "article", "id", "name", "unique_id", "key"),
		date:   find("date", "day", "week", "month", "quarter", "year", "period", "ds", "time"),
		value:  find("value", "quantity", "qty", "sales", "demand", "units", "y", "amount"),
		closed: find("closed"), censored: find("censored", "stockout", "stock_out"),
	}
	if c.date < 0 || c.value < 0 {
		return nil, &FormatError{"line 1: a header is needed, of the columns series, date and value, or of a name and dates such as 2024-03; " +
			"found " +
			clipped(strings.Join(header, ", "))}
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
