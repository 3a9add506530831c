package report

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

type pair struct {
	Name, Value string
	Kind        string // "sum" for a sum, "of" for a part that was counted above
}

type table struct {
	Title, Whose, Note string
	Rows               []pair
	Wide               bool
}

func (t *table) add(name, value string) { t.Rows = append(t.Rows, pair{Name: name, Value: value}) }
func (t *table) sum(name, value string) {
	t.Rows = append(t.Rows, pair{Name: name, Value: value, Kind: "sum"})
}
func (t *table) of(name, value string) {
	t.Rows = append(t.Rows, pair{Name: name, Value: value, Kind: "of"})
}

// tables gives the figures that are no pictures, on the page and in the text.
func (f *Figures) tables() []table {
	all := []table{f.rowsTable()}
	if f.OnTimeRate.Whole > 0 || f.FillRate.Whole > 0 {
		all = append(all, f.serviceTable())
	}
	if f.EngineIsPaid.Whole > 0 {
		all = append(all, f.pricesTable())
	}
	all = append(all, f.taxTable(), f.matchingTable())
	if f.WriteOffs != (WriteOffs{}) {
		all = append(all, f.lossTable())
	}
	for i := range all {
		all[i].Whose = f.whose()
	}
	return all
}

func (f *Figures) rowsTable() table {
	t := table{Title: "Every row of the file has its place", Note: "Rows by class; they add up to the file."}
	if len(f.Customers) > 0 {
		t.Title = "Every row of " + f.Whom() + " has its place"
		t.Note = fmt.Sprintf("Rows by class; the file has %s rows of all customers.", picture.Grouped(int64(f.FileRows)))
	}
	for _, p := range []struct {
		name string
		n    int
	}{{"Sold", f.Sold}, {"Returned", f.Returned}, {"Written off or found", f.WrittenOff}, {"Service", f.Service}, {"Refused", f.Refused}} {
		t.add(p.name, picture.Grouped(int64(p.n)))
	}
	t.sum("All", picture.Grouped(int64(f.Rows)))
	if n := len(f.Refusals); n > 0 && n <= 3 {
		for _, r := range f.Refusals {
			t.Note += fmt.Sprintf(" Refused: line %d, invoice %s (%s).", r.Line, r.Invoice, r.Reason)
		}
	}
	return t
}

func (f *Figures) serviceTable() table {
	t := table{Title: "Service of phase 2 (supply is simulated)", Note: "Shares of what was ordered from 1 June 2011 on; lines bought to order count for on time only, cancelled ones not."}
	t.add("Pieces reserved when ordered", f.FillRate.String())
	for _, g := range f.FillByGrade {
		t.of("ordered by "+picture.GradeName(g.Grade)+" customers", g.Fill.String())
	}
	t.add("Lines complete at once", f.LinesAtOnce.String())
	t.add("Lines complete by the first promise", f.OnTimeRate.String())
	t.add("Orders wholly on time", f.OrdersOnTime.String())
	t.add("Lines bought to order", picture.Grouped(int64(f.BigLines)))
	if len(f.Customers) == 0 { // stock is kept for all
		t.add("Purchases", picture.Grouped(int64(f.Purchases)))
	}
	return t
}

func (f *Figures) pricesTable() table {
	w := f.Waterfall
	t := table{
		Title: fmt.Sprintf("List, break and contract alone gave the paid price on %s of the lines", f.EngineIsPaid),
		Note:  fmt.Sprintf("Sales to customers in phase 2, in pounds without VAT. Agreed prices lead to what the file says was paid; %s of them were so low that they needed approval.", picture.Grouped(int64(f.Approvals))),
	}
	last := "Paid"
	if f.engine() {
		last = "The engine's prices"
		t.Note = "Sales to customers in phase 2, in pounds without VAT, at the engine's prices: a counterfactual."
	}
	t.add("List prices", exact(w.List.Minor()))
	for _, p := range []struct {
		name  string
		money tandem.Money
		sign  int64
	}{{"Quantity breaks", w.Break, -1}, {"Contract prices", w.Contract, 1}, {"Grades", w.Grade, -1}, {"Agreed prices", w.Agreed, -1}} {
		t.add(p.name, signed(p.sign*p.money.Minor()))
	}
	t.sum(last, exact(w.Paid.Minor()))
	return t
}

func (f *Figures) taxTable() table {
	t := table{Title: "Net by tax treatment", Note: "Pounds without VAT, credits at the rate of their sale. EU sales are zero-rated on VAT numbers that are assumed. The sum is that of the file's rows to the penny."}
	if f.engine() {
		t.Note = "Pounds without VAT, credits at the rate of their sale. EU sales are zero-rated on VAT numbers that are assumed."
	}
	for _, n := range f.NetByTax {
		t.add(treatmentName(n.Treatment), exact(n.Net.Minor()))
	}
	t.sum("All documents", exact(f.Revenue.Minor()))
	return t
}

// treatmentName names a tax treatment for readers.
func treatmentName(t string) string {
	switch t {
	case "17.5":
		return "UK VAT 17.5 %, to 3 January 2011"
	case "20":
		return "UK VAT 20 %, from 4 January 2011"
	case "eu":
		return "EU customers, zero-rated"
	case "export":
		return "Export, zero-rated"
	case "expense":
		return "The shop's own expenses, no output VAT"
	}
	return t
}

func (f *Figures) matchingTable() table {
	m := f.Matching
	t := table{Title: picture.Counted(f.Returned, "cancelled row") + ", and the sales given back", Note: "Rows by how the earlier sale of the same customer and product was found."}
	for _, p := range []struct {
		name string
		n    int
	}{
		{"Same price, the whole line", m.SamePriceWhole}, {"Same price, part of a line", m.SamePricePart}, {"Same price, several lines", m.SamePriceSeveral},
		{"Another price", m.AnyPrice}, {"A sale is known for a part only", m.Partly}, {"No sale known: credit with approval", m.None},
	} {
		t.add(p.name, picture.Grouped(int64(p.n)))
	}
	t.sum("All", picture.Grouped(int64(m.SamePriceWhole+m.SamePricePart+m.SamePriceSeveral+m.AnyPrice+m.Partly+m.None)))
	t.of("of all: on the day of the sale", picture.Grouped(int64(m.SameDay)))
	t.of("of all: scrapped, after 90 days", picture.Grouped(int64(m.Scrapped)))
	return t
}

func (f *Figures) lossTable() table {
	w := f.WriteOffs
	t := table{Title: "More was lost than the simulated shelf held", Note: "Pieces. A loss takes what is on hand, and releases the latest promises first; the rest cannot be applied."}
	if w.Applied >= w.Asked {
		t.Title = "What was lost and found"
	}
	t.add("Lost, as the file says", picture.Grouped(w.Asked))
	t.add("Written off", picture.Grouped(w.Applied))
	t.add("Found, and put on the shelf", picture.Grouped(w.Found))
	return t
}
