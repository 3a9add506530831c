package page

import (
	"bytes"
	_ "embed" // the page
	"fmt"
	"html/template"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/forecast/result"
	"github.com/tandem-go/tandem/examples/forecast/table"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
)

//go:embed page.gohtml
var pageText string

// How many plots a page has.
const (
	UsualTop = 100
	MaxTop   = 1000
)

// mostFaults is how many faults the page lists.
const mostFaults = 50

// Options say what the page shows.
type Options struct {
	Top        int
	Order      string // file, volume or error; empty: file, and volume where not all fit
	Out, Tests string // the files that have everything; may be empty
	Builtin    bool   // the data are those of the example, which are attributed
}

type tile struct{ Value, Name string }

// bar is a line of a table with a bar as long as its share.
type bar struct {
	Name, Note string
	Count      int
	Share      string
}

type trial struct {
	Method                   string
	Chosen                   bool
	MASE, RMSSE, SMAPE, Bias string
	Covered                  string
}

type card struct {
	Name, Method, Model, Next, Test, Reason string
	Head                                    string
	Covered                                 bool
	Picture                                 template.HTML
	Trials                                  []trial
	Steps                                   [][]string
	More                                    int
	Parameters                              []tile
	Warnings, Common                        []string
	Err                                     string
}

type level struct{ Name string }

type view struct {
	Title, Lead, Shown, Foot  string
	Tiles                     []tile
	Methods, Errors, Warnings []bar
	Levels                    []level
	Notes                     []string
	Faults                    []string
	FaultsMore                int
	Left                      string
	Cards                     []card
	Search                    bool
}

// Write writes the page.
func Write(w io.Writer, all *result.All, o Options) error {
	t, err := template.New("page").Parse(pageText)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, newView(all, o)); err != nil {
		return err
	}
	_, err = w.Write(bytes.Map(visible, bytes.ReplaceAll(b.Bytes(), []byte(" %"), []byte("\u00a0%"))))
	return err
}

// visible replaces what HTML has no place for, and what would turn the direction of the text around it.
func visible(r rune) rune {
	control := unicode.IsControl(r) && r != '\n' && r != '\t'
	if control || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\ufffe' || r == '\uffff' {
		return unicode.ReplacementChar
	}
	return r
}

func label(d tandem.Date, b forecast.Bucket) string { return table.Label(d, b) }

func newView(all *result.All, o Options) view {
	v := view{Title: "Forecasts of " + all.File, Lead: all.Head(), Notes: all.Table.Notes, Tiles: tiles(all)}
	v.Methods = bars(all.Methods(), len(all.Results), func(string) string { return "" })
	kinds := all.WarningKinds()
	v.Warnings = bars(kinds, len(all.Results), func(code string) string { return result.Words(insight.WarningCode(code)) })
	v.Errors = errorBars(all)
	for _, l := range all.Config.Levels {
		v.Levels = append(v.Levels, level{result.Percent(l)})
	}
	for _, f := range all.Table.Faults.List[:min(mostFaults, len(all.Table.Faults.List))] {
		v.Faults = append(v.Faults, f.String())
	}
	v.FaultsMore = all.Table.Faults.Count - len(v.Faults)
	if n := len(all.Table.Left); n > 0 {
		v.Left = fmt.Sprintf("%d series with faults are not forecast: %s", n, strings.Join(all.Table.Left[:min(n, 20)], ", "))
		if n > 20 {
			v.Left += " …"
		}
	}
	everywhere := map[string]bool{}
	for _, k := range kinds {
		everywhere[k.Name] = k.Count == len(all.Results) && k.Count > 1
	}
	list, order := ordered(all, o)
	v.Shown = shown(len(list), len(all.Results), order, o)
	for _, r := range list {
		v.Cards = append(v.Cards, newCard(r, everywhere))
	}
	v.Search = len(list) > 12
	if o.Builtin {
		v.Foot = "Data: Chen, D. (2015), Online Retail, UCI Machine Learning Repository, doi.org/10.24432/C5BW33, licensed under CC BY 4.0 " +
			"(creativecommons.org/licenses/by/4.0). Changes: summed by product and week; sixteen products were kept."
	}
	return v
}

// ordered gives the series that are shown, and in which order.
func ordered(all *result.All, o Options) ([]*result.Result, string) {
	list := make([]*result.Result, len(all.Results))
	for i := range all.Results {
		list[i] = &all.Results[i]
	}
	order := o.Order
	if order == "" {
		if order = "file"; len(list) > o.Top {
			order = "volume"
		}
	}
	by := func(key func(*result.Result) float64) {
		slices.SortStableFunc(list, func(a, b *result.Result) int {
			switch x, y := key(a), key(b); {
			case x > y:
				return -1
			case x < y:
				return 1
			}
			return 0
		})
	}
	switch order {
	case "volume":
		by(volume)
	case "error":
		by(func(r *result.Result) float64 {
			if t := r.Chosen(); t != nil {
				return t.MASE
			}
			return -1
		})
	}
	return list[:min(o.Top, len(list))], order
}

// volume is the size of the last cycle, or of the last values.
func volume(r *result.Result) (sum float64) {
	values := r.Series.Values
	for _, v := range values[max(0, len(values)-max(r.Series.Season, 12)):] {
		sum += math.Abs(v)
	}
	return sum
}

func shown(n, of int, order string, o Options) string {
	how := map[string]string{
		"file": "in the order of the file", "volume": "largest volume first", "error": "largest error in the back-test first",
	}[order]
	if n == of {
		return fmt.Sprintf("All %d series, %s.", n, how)
	}
	text := fmt.Sprintf("%d of %d series, %s (-top and -order change that).", n, of, how)
	var files []string
	for _, f := range []string{o.Out, o.Tests} {
		if f != "" && f != "-" {
			files = append(files, filepath.Base(f))
		}
	}
	if len(files) > 0 {
		return text + " All are in " + strings.Join(files, " and ") + "."
	}
	return text + " With -out and -tests all are written as CSV."
}

func tiles(all *result.All) []tile {
	out := []tile{
		{fmt.Sprint(len(all.Results)), "series forecast"},
		{table.Counted(all.Config.Horizon, all.Table.Bucket), "ahead, by " + string(all.Method)},
	}
	if v, n := all.Median(func(t *result.Trial) float64 { return t.MASE }); n > 0 {
		out = append(out, tile{result.Short(v), fmt.Sprintf("median MASE in the back-test of %d series", n)})
		v, _ = all.Median(func(t *result.Trial) float64 { return t.SMAPE })
		out = append(out, tile{result.Short(v) + " %", "median sMAPE"})
	}
	if n := all.Table.Faults.Count; n > 0 {
		out = append(out, tile{fmt.Sprint(n), fmt.Sprintf("faults in the file, %d series left out", len(all.Table.Left))})
	}
	return out
}

func bars(list []result.Count, of int, note func(string) string) (out []bar) {
	for _, c := range list {
		out = append(out, bar{Name: c.Name, Note: note(c.Name), Count: c.Count, Share: share(c.Count, of)})
	}
	return out
}

func share(n, of int) string { return fmt.Sprintf("%.1f", 100*float64(n)/float64(max(of, 1))) }

// errorBars counts the series by their error in the back-test.
func errorBars(all *result.All) []bar {
	limits := [...]float64{0.5, 0.75, 1, 1.5, math.Inf(1)}
	names := [...]string{"below 0.5", "0.5 to 0.75", "0.75 to 1", "1 to 1.5", "1.5 and more"}
	var counts [len(limits)]int
	n := 0
	for i := range all.Results {
		if t := all.Results[i].Chosen(); t != nil {
			n++
			counts[slices.IndexFunc(limits[:], func(l float64) bool { return t.MASE < l })]++
		}
	}
	if n == 0 {
		return nil
	}
	out := make([]bar, len(limits))
	for i, c := range counts {
		out[i] = bar{Name: names[i], Count: c, Share: share(c, n)}
	}
	return out
}

func newCard(r *result.Result, everywhere map[string]bool) card {
	c := card{Name: r.Name}
	if r.Err != nil {
		c.Err = r.Err.Error()
		return c
	}
	f := &r.Forecast
	c.Method, c.Reason, c.Picture = string(f.Method), r.Reason(), newPlot(r).svg()
	if f.Model != c.Method {
		c.Model = f.Model
	}
	c.Next = next(r)
	c.Steps, c.More = steps(r)
	for _, w := range r.Warnings() {
		if everywhere[string(w.Code)] {
			c.Common = append(c.Common, w.Text)
		} else {
			c.Warnings = append(c.Warnings, w.Text)
		}
	}
	for _, p := range f.Parameters {
		c.Parameters = append(c.Parameters, tile{result.Short(p.Value), p.Name})
	}
	c.test(r)
	return c
}

// mostListed is how many steps of a card are told in numbers.
const mostListed = 24

// steps gives the numbers of the first steps, and how many there are more.
func steps(r *result.Result) (rows [][]string, more int) {
	f := &r.Forecast
	n := min(len(f.Points), mostListed)
	for k := range n {
		row := []string{r.Date(k), result.Short(f.Points[k])}
		for _, i := range f.Intervals {
			row = append(row, result.Short(i.Lower[k])+" to "+result.Short(i.Upper[k]))
		}
		rows = append(rows, row)
	}
	return rows, len(f.Points) - n
}

// next sums the forecast up.
func next(r *result.Result) string {
	f := &r.Forecast
	sum := 0.0
	for _, p := range f.Points {
		sum += p
	}
	text := fmt.Sprintf("Next %s: %s in all", table.Counted(len(f.Points), f.Bucket), result.Short(sum))
	if len(f.Points) == 1 {
		text = fmt.Sprintf("Next %s: %s", f.Bucket, result.Short(sum))
	}
	if len(f.Points) > mostSteps {
		text += fmt.Sprintf(" (%d are drawn)", mostSteps)
	}
	return text
}

func (c *card) test(r *result.Result) {
	for i := range r.Trials {
		t := &r.Trials[i]
		row := trial{
			Method: string(t.Method), Chosen: t.Method == r.Forecast.Method, MASE: result.Short(t.MASE), RMSSE: result.Short(t.RMSSE),
			SMAPE: result.Short(t.SMAPE), Bias: result.Short(100*t.Bias) + " %",
		}
		for k, share := range t.Covered {
			row.Covered += fmt.Sprintf(" %s of %s", result.Percent(math.Round(1000*share)/1000), result.Percent(r.Forecast.Intervals[k].Level))
		}
		c.Covered = c.Covered || row.Covered != ""
		c.Trials = append(c.Trials, row)
	}
	c.Test = "no back-test"
	if t := r.Chosen(); t != nil {
		c.Test = fmt.Sprintf("back-test: MASE %s, sMAPE %s %%", result.Short(t.MASE), result.Short(t.SMAPE))
		c.Head = "Back-test"
		if t.Steps > 0 {
			c.Head = "Back-test: the last " + table.Counted(t.Steps, r.Series.Bucket) + " from those before"
		} else if t.Origins > 1 {
			c.Head = fmt.Sprintf("Back-test from %d origins", t.Origins)
		}
	}
}
