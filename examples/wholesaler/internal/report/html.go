package report

import (
	_ "embed" // the page
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/tandem-go/tandem"
)

//go:embed page.gohtml
var page string

type pair struct{ Name, Value string }

type table struct {
	Title, Note string
	Rows        []pair
}

type check struct {
	Name string
	OK   bool
}

type step struct{ Day, Document, Number, Text, Amount, Posting string }

type view struct {
	Lead, File, FlowNote, ChecksTitle string
	Tiles                             []pair
	Charts                            []Chart
	Flow                              []step
	Tables                            []table
	Checks                            []check
	Notes                             []string
}

// WriteHTML writes the report: one page that needs nothing else, no network.
func (f *Figures) WriteHTML(w io.Writer) error {
	t, err := template.New("page").Parse(page)
	if err != nil {
		return err
	}
	return t.Execute(w, f.view())
}

func (f *Figures) view() view {
	v := view{
		File: f.File, Notes: f.Notes, Tiles: f.tiles(), Tables: f.tables(),
		Lead: fmt.Sprintf("%s rows of a real UK gift wholesaler's trade, told day by day: ordered, reserved, bought, delivered, invoiced, paid, returned, graded and closed. %s orders with %s lines came to %s net.",
			grouped(int64(f.Rows)), grouped(int64(f.Orders)), grouped(int64(f.OrderLines)), pounds(f.Revenue.Minor())),
		Charts: []Chart{revenueChart(f), serviceChart(f), satisfactionChart(f), migrationChart(f)},
	}
	if f.Example != nil {
		v.Charts = append(v.Charts, waterfallChart(f.Example))
	}
	v.Charts = append(v.Charts, receivablesChart(f))
	for _, s := range f.Flow {
		shown := step{Day: s.Day.String(), Document: s.Document, Number: s.Number, Text: s.Text, Posting: s.Posting}
		if s.Amount.Currency() != 0 {
			shown.Amount = pounds(s.Amount.Minor())
		}
		v.Flow = append(v.Flow, shown)
	}
	if n := len(f.Flow); n > 0 {
		v.FlowNote = fmt.Sprintf("%d documents from %s to %s; amounts of documents that carry VAT are gross.", n, f.Flow[0].Day, f.Flow[n-1].Day)
	}
	for _, name := range sortedKeys(f.Checks) {
		v.Checks = append(v.Checks, check{strings.ReplaceAll(name, "_", " "), f.Checks[name]})
	}
	v.ChecksTitle = fmt.Sprintf("All %d checks hold", len(f.Checks))
	if failed := len(f.Failed()); failed > 0 {
		v.ChecksTitle = fmt.Sprintf("%d of %d checks fail", failed, len(f.Checks))
	}
	return v
}

func (f *Figures) tiles() []pair {
	return []pair{
		{"net revenue", about(f.Revenue.Minor())},
		{"orders", grouped(int64(f.Orders))},
		{"pieces there at once", f.FillRate.String()},
		{"lines on time", f.OnTimeRate.String()},
		{"grade moves", grouped(int64(f.Grades.Moves))},
		{"rows a second", grouped(f.RowsPerSecond)},
	}
}

func (f *Figures) tables() []table {
	tax := table{Title: "Net by tax treatment", Note: "Pounds without VAT, credits at the rate of their sale."}
	for _, n := range f.NetByTax {
		tax.Rows = append(tax.Rows, pair{treatmentName(n.Treatment), pounds(n.Net.Minor())})
	}
	w := f.Waterfall
	prices := table{
		Title: fmt.Sprintf("List, break and contract alone gave the paid price on %s of the lines", f.EngineIsPaid),
		Note:  fmt.Sprintf("Sales to customers in phase 2, in pounds; %d lines were agreed so low that they needed approval.", f.Approvals),
	}
	for _, p := range []struct {
		name  string
		money tandem.Money
		sign  int64
	}{{"List prices", w.List, 1}, {"Quantity breaks", w.Break, -1}, {"Contracts", w.Contract, 1}, {"Grades", w.Grade, -1}, {"Agreed prices", w.Agreed, -1}, {"Paid", w.Paid, 1}} {
		prices.Rows = append(prices.Rows, pair{p.name, pounds(p.sign * p.money.Minor())})
	}
	m := f.Matching
	matching := table{Title: fmt.Sprintf("%d cancelled rows, and the sales they give back", f.Returned), Note: "Rows by how the earlier sale was found."}
	for _, p := range []struct {
		name string
		n    int
	}{
		{"Same price, the whole line", m.SamePriceWhole}, {"Same price, part of a line", m.SamePricePart}, {"Same price, several lines", m.SamePriceSeveral},
		{"Another price", m.AnyPrice}, {"Partly", m.Partly}, {"No sale known: credit with approval", m.None},
		{"— of all: on the day of the sale", m.SameDay}, {"— of all: scrapped, after 90 days", m.Scrapped},
	} {
		matching.Rows = append(matching.Rows, pair{p.name, grouped(int64(p.n))})
	}
	rows := table{Title: "Every row of the file has its place", Note: "Rows by class; they add up to the file."}
	for _, p := range []struct {
		name string
		n    int
	}{{"Sold", f.Sold}, {"Returned", f.Returned}, {"Written off", f.WrittenOff}, {"Service", f.Service}, {"Refused", f.Refused}, {"All", f.Rows}} {
		rows.Rows = append(rows.Rows, pair{p.name, grouped(int64(p.n))})
	}
	return []table{prices, tax, matching, rows}
}

// treatmentName names a tax treatment for readers.
func treatmentName(t string) string {
	switch t {
	case "17.5", "20":
		return "UK VAT " + t + " %"
	case "eu":
		return "Intra-Community, zero-rated"
	case "export":
		return "Export"
	case "expense":
		return "Expenses (no output VAT)"
	}
	return t
}
