package report

import (
	"bytes"
	_ "embed" // the page
	"fmt"
	"html/template"
	"io"
	"slices"

	"github.com/tandem-go/tandem/examples/wholesaler/data"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/foresight"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

//go:embed page.gohtml
var page string

type view struct {
	Heading, Lead, Source, ChecksTitle string
	Tiles                              []pair
	Charts                             []picture.Chart
	Flow                               *flowView
	Tables                             []table
	Checks                             []check
	Notes                              []string
	Foresight                          *foresight.Part
}

// WriteHTML writes the report: one page that needs nothing else, no network.
func (f *Figures) WriteHTML(w io.Writer) error {
	t, err := template.New("page").Parse(page)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, f.view()); err != nil {
		return err
	}
	_, err = w.Write(unbroken(b.Bytes()))
	return err
}

// unbroken joins numbers to their percent sign, so that no line of the page breaks there.
func unbroken(page []byte) []byte {
	joined := make([]byte, 0, len(page)+len(page)/64)
	for i, c := range page {
		if c == ' ' && 0 < i && i+1 < len(page) && page[i+1] == '%' && '0' <= page[i-1] && page[i-1] <= '9' {
			joined = append(joined, "\u00a0"...)
		} else {
			joined = append(joined, c)
		}
	}
	return joined
}

func (f *Figures) view() view {
	v := view{
		Heading: "A wholesaler's year, through the books", Lead: f.lead(), Source: f.source(), Notes: f.notes(),
		Tiles: f.tiles(), Flow: f.flowView(), Tables: f.tables(), Charts: f.charts(),
		Foresight: f.Insight.Part(f.everybody()), Checks: f.checks(), ChecksTitle: f.checksTitle(),
	}
	if len(f.Customers) > 0 {
		v.Heading = picture.Upper(f.Whom()) + ": a year, through the wholesaler's books"
	}
	if len(v.Tables)%2 == 1 {
		v.Tables[len(v.Tables)-1].Wide = true
	}
	return v
}

// charts gives the pictures in the order of the page: the wide ones first and last, an even number of halves between.
func (f *Figures) charts() []picture.Chart {
	halves := []picture.Chart{serviceChart(f), satisfactionChart(f), gradesChart(f)}
	if f.Example != nil {
		halves = slices.Insert(halves, 1, waterfallChart(f))
	} else {
		halves[2].Wide = true
	}
	return append(append([]picture.Chart{revenueChart(f)}, halves...), receivablesChart(f))
}

// notes gives what to keep in mind, that of what the data foretell last.
func (f *Figures) notes() []string {
	if f.Insight == nil {
		return f.Notes
	}
	return slices.Concat(f.Notes, f.Insight.Notes)
}

func (f *Figures) lead() string {
	rows := picture.Grouped(int64(f.Rows)) + " rows of a real UK gift wholesaler's trade"
	if len(f.Customers) > 0 {
		rows = fmt.Sprintf("%s of the file's %s rows, those of %s", picture.Grouped(int64(f.Rows)), picture.Grouped(int64(f.FileRows)), f.Whom())
	}
	if !f.FirstDay.IsZero() {
		rows += fmt.Sprintf(" from %s to %s", Day(f.FirstDay), Day(f.LastDay))
	}
	text := fmt.Sprintf("%s, told day by day: ordered, reserved, bought, delivered, invoiced, paid, returned, graded and closed. %s with %s; all documents come to %s net of VAT",
		rows, picture.Counted(f.Orders, "order"), picture.Counted(f.OrderLines, "line"), exact(f.Revenue.Minor()))
	for _, n := range f.NetByTax {
		if n.Treatment == "expense" && n.Net.Sign() != 0 {
			text += fmt.Sprintf(", after %s of the shop's own expenses", exact(-n.Net.Minor()))
		}
	}
	text += "."
	if f.engine() {
		text += " A counterfactual: these books have the engine's prices, not those that were paid."
	}
	if len(f.Customers) > 0 {
		text += " Price book, grades and stock levels follow from all customers of the file."
	}
	return text
}

// source names the data, its licence and what was changed, as far as the page knows.
func (f *Figures) source() string {
	const chen = "Chen, D. (2015), Online Retail, UCI Machine Learning Repository, doi.org/10.24432/C5BW33, licensed under CC BY 4.0 (creativecommons.org/licenses/by/4.0)"
	if f.File == data.Name {
		return "Data: " + chen + ". Changes: a selection of its rows, written as CSV with dates in ISO form; no value was changed. Supply and payments are simulated."
	}
	return "Data: the file " + f.File + "; if it is taken from the data set that this story was made for: " + chen + ". Supply and payments are simulated."
}

func (f *Figures) tiles() []pair {
	tiles := []pair{
		{Name: "net of VAT, all documents", Value: about(f.Revenue.Minor())},
		{Name: "orders", Value: picture.Grouped(int64(f.Orders))},
		{Name: "pieces there at once (simulated supply)", Value: f.FillRate.String()},
		{Name: "lines on time (simulated supply)", Value: f.OnTimeRate.String()},
	}
	if len(f.Customers) == 0 {
		return append(tiles, pair{Name: "grade moves", Value: picture.Grouped(int64(f.Grades.Moves))},
			pair{Name: "rows a second, on the machine of this run", Value: picture.Grouped(f.RowsPerSecond)})
	}
	if n := len(f.Grades.Reviews); len(f.ChosenGrades) == 1 && n > 0 && len(f.ChosenGrades[0].Grades) == n {
		tiles = append(tiles, pair{Name: "grade at the last review", Value: picture.GradeName(f.ChosenGrades[0].Grades[n-1])})
	} else {
		up, down := f.ways()
		tiles = append(tiles, pair{Name: "grade moves of these customers", Value: picture.Grouped(int64(up + down))})
	}
	return append(tiles, pair{Name: fmt.Sprintf("of the file's %s rows", picture.Grouped(int64(f.FileRows))), Value: picture.Grouped(int64(f.Rows))})
}
