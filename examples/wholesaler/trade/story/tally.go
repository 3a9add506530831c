package story

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/book"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
)

// tally counts what the story tells.
type tally struct {
	first    tandem.Date // of the file
	rows     int         // told or overheard
	classes  [retail.Sold + 1]int
	free     int
	refusals []report.Refusal
	brought  int

	orders, orderLines int
	revenue            map[revenueKey]tandem.Total
	net                tandem.Total
	returns            map[string]bool // orders of which goods came back

	waterfall    book.Waterfall
	ties         bool
	engineIsPaid report.Share
	approvals    int
	example      *report.Example

	matching  report.Matching
	writeOffs report.WriteOffs
	reviews   []report.GradeReview
	held      []map[string]tandem.GradeCode // after each review
	moves     int
}

type revenueKey struct {
	month tandem.Date
	grade string
}

func (y *tally) start(first tandem.Date) {
	y.first, y.ties = first, true
	y.net = tandem.NewTotal(tandem.GBP)
	y.revenue = map[revenueKey]tandem.Total{}
	y.returns = map[string]bool{}
}

// row counts a row that is told.
func (y *tally) row(row *retail.Row) {
	y.rows++
	y.classes[row.Class]++
	switch {
	case row.Class == retail.Refused:
		y.refusals = append(y.refusals, report.Refusal{Line: row.Line, Invoice: row.Invoice, Reason: row.Reason})
		return
	case row.Class == retail.Sold && row.Price.IsZero():
		y.free++
	}
	y.net.Add(row.Net)
}

func (y *tally) came(order string) { y.returns[order] = true }

// earn adds net revenue to a month and grade.
func (y *tally) earn(day tandem.Date, grade string, net tandem.Money) {
	k := revenueKey{day.StartOfMonth(), grade}
	sum, ok := y.revenue[k]
	if !ok {
		sum = tandem.NewTotal(tandem.GBP)
	}
	sum.Add(net)
	y.revenue[k] = sum
}

func (y *tally) ordered(d *retail.Document, o *Order, placed *Placed, grade string) {
	y.orders++
	y.orderLines += len(o.Lines)
	y.earn(d.Day, grade, placed.Net)
}

// priced counts the waterfall of a line that had a quote.
func (y *tally) priced(ordered *OrderLine, got PlacedLine, row *retail.Row, grade tandem.GradeCode) (err error) {
	if y.waterfall, err = y.waterfall.Add(got.Waterfall); err != nil {
		return err
	}
	y.ties = y.ties && got.Waterfall.Ties()
	y.engineIsPaid.Count(ordered.Quote.Engine(ordered.Pieces) == ordered.Paid)
	if got.Approval {
		y.approvals++
	}
	y.exemplify(report.Example{
		Order: row.Invoice, Customer: row.Customer, Product: row.Code, Description: row.Description, Day: row.Day,
		Pieces: ordered.Pieces, Grade: string(grade), Approval: got.Approval, Waterfall: got.Waterfall,
	})
	return nil
}

// exemplify keeps the line whose price shows most steps, and of those the one with the greatest list price.
func (y *tally) exemplify(e report.Example) {
	steps := func(w book.Waterfall) (n int) {
		for _, step := range [...]tandem.Money{w.Break, w.Grade, w.Agreed} {
			if step.Sign() > 0 {
				n++
			}
		}
		return n
	}
	n := steps(e.Waterfall)
	if n == 0 {
		return
	}
	if y.example == nil || cmp.Or(cmp.Compare(n, steps(y.example.Waterfall)), cmp.Compare(e.Waterfall.List.Minor(), y.example.Waterfall.List.Minor())) > 0 {
		y.example = &e
	}
}

// cancelled counts how a cancellation was matched.
func (y *tally) cancelled(f *retail.File, m retail.Match) {
	switch m.Step {
	case retail.SamePriceWhole:
		y.matching.SamePriceWhole++
	case retail.SamePricePart:
		y.matching.SamePricePart++
	case retail.SamePriceSeveral:
		y.matching.SamePriceSeveral++
	case retail.AnyPrice:
		y.matching.AnyPrice++
	case retail.Partly:
		y.matching.Partly++
	case retail.None:
		y.matching.None++
	}
	sameDay, scrap := false, false
	for _, take := range m.Takes {
		age := f.Rows[m.Row].Day.DaysSince(f.Rows[take.Row].Day)
		sameDay = sameDay || age == 0
		scrap = scrap || age > scrapDays
	}
	if sameDay {
		y.matching.SameDay++
	}
	if scrap {
		y.matching.Scrapped++
	}
}

func (y *tally) wroteOff(asked, applied int64) {
	if asked > 0 {
		y.writeOffs.Found += applied
		return
	}
	y.writeOffs.Asked -= asked
	y.writeOffs.Applied -= applied
}

// gradeNames lists the grades from best to worst, as figures name them.
func gradeNames() []string { return []string{"gold", "silver", "bronze", "standard"} }

// reviewed counts the moves of a review. The first grade of a customer is no move.
func (y *tally) reviewed(day tandem.Date, before, after map[string]tandem.GradeCode) {
	review := report.GradeReview{Day: day, Sizes: make([]int, len(gradeNames()))}
	for customer, grade := range after {
		rank := slices.Index(gradeNames(), string(grade))
		if rank >= 0 {
			review.Sizes[rank]++
		}
		was, known := before[customer]
		if !known {
			continue
		}
		switch cmp.Compare(rank, slices.Index(gradeNames(), string(was))) {
		case -1:
			review.Up++
		case 1:
			review.Down++
		}
	}
	y.held = append(y.held, after)
	y.moves += review.Up + review.Down
	y.reviews = append(y.reviews, review)
}

// chosen gives the way of the chosen customers through the reviews.
func (y *tally) chosen(customers []string) (out []report.ChosenGrades) {
	for _, c := range customers {
		way := report.ChosenGrades{Customer: c, Grades: []string{}}
		for _, held := range y.held {
			way.Grades = append(way.Grades, string(held[c]))
		}
		out = append(out, way)
	}
	return out
}

// migration counts customers by their first and last grade; the last row has those without a first.
func (y *tally) migration() [][]int {
	names := gradeNames()
	table := make([][]int, len(names)+1)
	for i := range table {
		table[i] = make([]int, len(names))
	}
	if len(y.held) == 0 {
		return table
	}
	first, last := y.held[0], y.held[len(y.held)-1]
	for customer, grade := range last {
		from := slices.Index(names, string(first[customer]))
		if from < 0 {
			from = len(names)
		}
		if to := slices.Index(names, string(grade)); to >= 0 {
			table[from][to]++
		}
	}
	return table
}
