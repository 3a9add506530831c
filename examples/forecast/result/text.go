package result

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tandem-go/tandem/examples/forecast/table"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// Short writes a number for people: three or four significant digits, thousands parted.
func Short(v float64) string {
	size := math.Abs(v)
	switch {
	case size >= 1e15:
		return minus(strconv.FormatFloat(v, 'g', 4, 64))
	case size >= 99.5 || v == 0:
		return grouped(strconv.FormatFloat(v, 'f', 0, 64))
	case size >= 9.95:
		return minus(strconv.FormatFloat(v, 'f', 1, 64))
	case size >= 0.0995:
		return minus(strconv.FormatFloat(v, 'f', 2, 64))
	}
	return minus(strconv.FormatFloat(v, 'g', 3, 64))
}

func minus(s string) string { return strings.Replace(s, "-", "−", 1) }

func grouped(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "−", s[1:]
	}
	if s == "0" {
		return s
	}
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return sign + s
}

// Percent writes a level or share.
func Percent(v float64) string { return strconv.FormatFloat(100*v, 'g', 4, 64) + " %" }

// Words says a warning's code in words.
func Words(c insight.WarningCode) string {
	switch c {
	case forecast.ShortSeason:
		return "too short for the season: fewer than two full cycles"
	case forecast.HiddenSeason:
		return "a season shows that was not declared"
	case forecast.OutlierFound:
		return "values far from their neighbours"
	case forecast.MissingValues:
		return "missing values were interpolated"
	case forecast.ClosedOpened:
		return "open where it is mostly closed: left out"
	case forecast.CensoredDemand:
		return "sales at stock-outs were raised"
	case table.EndsEarly:
		return "ends before the others"
	case forecast.WideInterval:
		return "intervals out of proportion to the history"
	case forecast.NoHistory:
		return "no history"
	case forecast.FellBack:
		return "a simpler method stands in"
	case forecast.Collinear:
		return "a regressor says nothing of its own"
	case forecast.AtBorder:
		return "a parameter is at the end of its range"
	case forecast.NotConverged:
		return "a search ended early"
	case forecast.FewBackTests:
		return "too short for a back-test"
	case forecast.RaisedToZero:
		return "points below zero were raised to zero"
	}
	return strings.ReplaceAll(string(c), "_", " ")
}

// Count is how often something occurs.
type Count struct {
	Name  string
	Count int
}

func counted(all map[string]int) (list []Count) {
	for name, n := range all {
		list = append(list, Count{name, n})
	}
	slices.SortFunc(list, func(a, b Count) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Name, b.Name)
	})
	return list
}

// Methods counts the series by the method that answers.
func (a *All) Methods() []Count {
	all := map[string]int{}
	for _, r := range a.Results {
		if r.Err == nil {
			all[string(r.Forecast.Method)]++
		}
	}
	return counted(all)
}

// WarningKinds counts the series by kind of warning.
func (a *All) WarningKinds() []Count {
	all := map[string]int{}
	for i := range a.Results {
		for code := range a.Results[i].codes() {
			all[string(code)]++
		}
	}
	return counted(all)
}

func (r *Result) codes() map[insight.WarningCode]bool {
	codes := map[insight.WarningCode]bool{}
	for _, w := range r.Warnings() {
		codes[w.Code] = true
	}
	return codes
}

// Median is that of a figure of the trials of the methods that answer; n says of how many series.
func (a *All) Median(figure func(*Trial) float64) (v float64, n int) {
	var all []float64
	for i := range a.Results {
		if t := a.Results[i].Chosen(); t != nil {
			all = append(all, figure(t))
		}
	}
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2, len(all)
}

// Head says what was read.
func (a *All) Head() string {
	t := a.Table
	how := "the dates show it"
	if t.Summed {
		how = "summed from a narrower one"
	}
	sign := ""
	if a.Config.NonNegative {
		sign = ", never below zero"
	}
	return fmt.Sprintf("%s: %d series in a %s table, one value a %s (%s); %s ahead by %s%s.",
		a.File, len(t.Items), t.Shape, t.Bucket, how, table.Counted(a.Config.Horizon, t.Bucket), a.Method, sign)
}

// textSeries is how many series the text has; textSteps how many steps of each.
const (
	textSeries = 40
	textSteps  = 4
)

// WriteText writes a table for a terminal, and what is to be known of it.
func (a *All) WriteText(w io.Writer) error {
	var b strings.Builder
	b.WriteString(a.Head() + "\n")
	for _, n := range a.Table.Notes {
		b.WriteString(n + "\n")
	}
	inner := 0.0
	if len(a.Config.Levels) > 0 {
		inner = a.Config.Levels[0]
	}
	fmt.Fprintf(&b, "\nPoints, and below them the interval that holds %s of what may come.\n\n", Percent(inner))
	for i := range a.Results[:min(len(a.Results), textSeries)] {
		a.Results[i].text(&b)
	}
	if n := len(a.Results) - textSeries; n > 0 {
		fmt.Fprintf(&b, "… and %d more: -out and -report have them all.\n\n", n)
	}
	b.WriteString("Methods:")
	for i, c := range a.Methods() {
		fmt.Fprintf(&b, "%s %s %d", comma(i), c.Name, c.Count)
	}
	if v, n := a.Median(func(t *Trial) float64 { return t.MASE }); n > 0 {
		fmt.Fprintf(&b, "\nBack-test: median MASE %.2f over %d series (below 1: better than repeating the last value or season)", v, n)
	}
	b.WriteString("\nWarnings:")
	kinds := a.WarningKinds()
	for i, c := range kinds {
		fmt.Fprintf(&b, "%s %s %d", comma(i), c.Name, c.Count)
	}
	if len(kinds) == 0 {
		b.WriteString(" none")
	}
	b.WriteString("\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

func (r *Result) text(b *strings.Builder) {
	if r.Err != nil {
		fmt.Fprintf(b, "%s\n  %v\n\n", printable(r.Name), r.Err)
		return
	}
	f := &r.Forecast
	fmt.Fprintf(b, "%s\n  %s", printable(r.Name), f.Method)
	if f.Model != string(f.Method) {
		fmt.Fprintf(b, ": %s", f.Model)
	}
	b.WriteString("\n  why: " + r.Reason() + "\n")
	steps := min(len(f.Points), textSteps)
	rows := make([][]string, 2, 3)
	for k := range steps {
		rows[0], rows[1] = append(rows[0], r.Date(k)), append(rows[1], Short(f.Points[k]))
	}
	if len(f.Intervals) > 0 {
		rows = append(rows, nil)
		for k := range steps {
			rows[2] = append(rows[2], Short(f.Intervals[0].Lower[k])+" to "+Short(f.Intervals[0].Upper[k]))
		}
	}
	width := 0
	for _, cell := range slices.Concat(rows...) {
		width = max(width, utf8.RuneCountInString(cell))
	}
	for _, row := range rows {
		b.WriteString(" ")
		for _, cell := range row {
			fmt.Fprintf(b, "  %*s", max(width, 16), cell)
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
}

// printable keeps control characters from a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !strconv.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, s)
}
