package story

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/internal/book"
	"github.com/tandem-go/tandem/examples/wholesaler/internal/report"
	"github.com/tandem-go/tandem/examples/wholesaler/internal/retail"
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
	lines              []*line
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
	firstSeen map[string]tandem.GradeCode
	lastSeen  map[string]tandem.GradeCode
	moves     int
	ageings   []report.Ageing
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

func (y *tally) line(l *line) { y.lines = append(y.lines, l) }

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
func (y *tally) priced(ordered OrderLine, got PlacedLine, row *retail.Row, grade tandem.GradeCode) (err error) {
	if y.waterfall, err = y.waterfall.Add(got.Waterfall); err != nil {
		return err
	}
	y.ties = y.ties && got.Waterfall.Ties()
	y.engineIsPaid.Count(ordered.Quote.Engine(ordered.Pieces) == ordered.Paid)
	if got.Approval {
		y.approvals++
	}
	w := got.Waterfall
	if w.Break.Sign() > 0 && w.Grade.Sign() > 0 && w.Agreed.Sign() > 0 && (y.example == nil || w.List.Minor() > y.example.Waterfall.List.Minor()) {
		y.example = &report.Example{
			Order: row.Invoice, Customer: row.Customer, Product: row.Code, Description: row.Description, Day: row.Day,
			Pieces: ordered.Pieces, Grade: string(grade), Waterfall: w,
		}
	}
	return nil
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
	if len(y.reviews) == 0 {
		y.firstSeen = after
	}
	y.lastSeen = after
	y.moves += review.Up + review.Down
	y.reviews = append(y.reviews, review)
}

// migration counts customers by their first and last grade; the last row has those without a first.
func (y *tally) migration() [][]int {
	names := gradeNames()
	table := make([][]int, len(names)+1)
	for i := range table {
		table[i] = make([]int, len(names))
	}
	for customer, grade := range y.lastSeen {
		from := slices.Index(names, string(y.firstSeen[customer]))
		if from < 0 {
			from = len(names)
		}
		if to := slices.Index(names, string(grade)); to >= 0 {
			table[from][to]++
		}
	}
	return table
}
