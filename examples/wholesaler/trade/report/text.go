package report

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

// Widths of the text in columns: of a page, and of its amounts at the right edge.
const pageWidth, valueWidth = 80, 18

// text is the report as it grows.
type text struct{ strings.Builder }

func (b *text) section(title string) {
	lines := picture.Wrapped(title, pageWidth)
	longest := 0
	for _, line := range lines {
		longest = max(longest, len([]rune(line)))
	}
	fmt.Fprintf(b, "\n%s\n%s\n", strings.Join(lines, "\n"), strings.Repeat("─", longest))
}

func (b *text) row(name, value string) {
	fmt.Fprintf(b, "  %-*s%*s\n", pageWidth-valueWidth-2, name, valueWidth, value)
}

// item writes a sentence that may take several lines.
func (b *text) item(s string) {
	for i, line := range picture.Wrapped(s, pageWidth-4) {
		mark := "- "
		if i > 0 {
			mark = "  "
		}
		fmt.Fprintf(b, "  %s%s\n", mark, line)
	}
}

// WriteText writes the report for people to read in a terminal.
func (f *Figures) WriteText(w io.Writer) error {
	var b text
	if len(f.Customers) > 0 {
		fmt.Fprintf(&b, "%s: %s of %s rows, those of %s\n", f.File, picture.Grouped(int64(f.Rows)), picture.Grouped(int64(f.FileRows)), f.Whom())
	} else {
		fmt.Fprintf(&b, "%s: %s rows, %s a second\n", f.File, picture.Grouped(int64(f.Rows)), picture.Grouped(f.RowsPerSecond))
	}
	for _, t := range f.tables() {
		b.section(t.Title)
		for _, r := range t.Rows {
			if r.Kind == "sum" {
				fmt.Fprintf(&b, "%*s\n", pageWidth, strings.Repeat("─", valueWidth-4))
			}
			b.row(r.Name, r.Value)
		}
	}
	f.textOfCustomers(&b)
	f.textOfFlow(&b)
	f.textOfForesight(&b)
	if len(f.Refusals) > 0 {
		b.section("Refused rows")
		for _, r := range f.Refusals {
			b.item(fmt.Sprintf("line %d, invoice %s: %s", r.Line, r.Invoice, r.Reason))
		}
	}
	b.section("To keep in mind")
	for _, n := range f.notes() {
		b.item(n)
	}
	b.section(f.checksTitle())
	for _, c := range f.checks() {
		state := "ok"
		if !c.OK {
			state = "FAILED"
		}
		b.row(c.Name, state)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// textOfCustomers tells the grades and the satisfaction.
func (f *Figures) textOfCustomers(b *text) {
	title := "Customers by grade after each review"
	if f.whose() != "" {
		title += " (all customers of the file)"
	}
	if len(f.Grades.Reviews) > 0 {
		b.section(title)
		fmt.Fprintf(b, "  %-14s", "")
		for _, name := range f.Grades.Names {
			fmt.Fprintf(b, "%10s", picture.GradeName(name))
		}
		fmt.Fprintf(b, "%10s%10s\n", "up", "down")
	}
	up, down := 0, 0
	for _, r := range f.Grades.Reviews {
		fmt.Fprintf(b, "  %-14s", r.Day)
		for _, n := range r.Sizes {
			fmt.Fprintf(b, "%10s", picture.Grouped(int64(n)))
		}
		fmt.Fprintf(b, "%10d%10d\n", r.Up, r.Down)
		up, down = up+r.Up, down+r.Down
	}
	if len(f.Grades.Reviews) > 0 {
		fmt.Fprintf(b, "  %-14s%*s%10d%10d\n", "moves", 10*len(f.Grades.Names), "", up, down)
	}
	for i, way := range f.ChosenGrades {
		if i == 0 {
			b.section("Grades of " + f.Whom())
		}
		names := make([]string, len(way.Grades))
		for n, g := range way.Grades {
			names[n] = strings.ToLower(picture.GradeName(g))
		}
		b.item(way.Customer + ": " + strings.Join(names, ", "))
	}
	s := f.Satisfaction
	b.section("Satisfaction, from deliveries (simulated) and returns; surveys: no data")
	b.row(fmt.Sprintf("Customers with at least %d lines", s.MinLines), picture.Grouped(int64(s.Customers)))
	switch {
	case s.Customers == 1:
		b.row("Score of 100", picture.Grouped(int64(s.Median)))
	case s.Customers > 1:
		b.row("Score of 100: lowest", picture.Grouped(int64(s.Lowest)))
		if s.Customers >= few {
			b.row("Score of 100: 5th percentile", picture.Grouped(int64(s.P5)))
		}
		b.row("Score of 100: median", picture.Grouped(int64(s.Median)))
	}
}

// textOfFlow tells the documents of one order.
func (f *Figures) textOfFlow(b *text) {
	v := f.flowView()
	if v == nil {
		return
	}
	b.section(v.Title)
	for _, s := range v.Steps {
		fmt.Fprintf(b, "  %s  %-28s%*s  %s\n", s.ISO, s.Document+" "+s.Number, pageWidth-2-10-2-28-10, s.Amount, s.Basis)
	}
}

// textOfForesight tells what the data foretell.
func (f *Figures) textOfForesight(b *text) {
	for _, s := range f.Insight.Sections() {
		if f.whose() != "" {
			s.Title += " (all customers of the file)"
		}
		b.section(s.Title)
		for _, r := range s.Rows {
			b.row(picture.Clip(r[0], pageWidth-valueWidth-3), r[1])
		}
		for _, item := range s.Items {
			b.item(item)
		}
	}
}

// Terminal reports whether a file is a terminal, so that a progress bar may be drawn on it. The null device is a
// character device too, and none.
func Terminal(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// Bar draws a progress bar on one line of a terminal.
type Bar struct {
	w    io.Writer
	last string
}

// NewBar gives a bar on a terminal.
func NewBar(w io.Writer) *Bar { return &Bar{w: w} }

// Show draws the bar where it changed.
func (b *Bar) Show(day tandem.Date, done, total int) {
	const width = 40
	full := 0
	if total > 0 {
		full = width * done / total
	}
	line := fmt.Sprintf("\r%s %s%s %3d %%", day, strings.Repeat("█", full), strings.Repeat("░", width-full), 100*done/max(total, 1))
	if line != b.last {
		b.last = line
		_, _ = io.WriteString(b.w, line)
	}
}

// Note says below a full bar what is ready.
func (b *Bar) Note(part string) {
	b.Clear()
	b.last = fmt.Sprintf("\rinsight: %s", part)
	_, _ = io.WriteString(b.w, b.last)
}

// Clear takes the bar away.
func (b *Bar) Clear() {
	if b.last != "" {
		_, _ = io.WriteString(b.w, "\r"+strings.Repeat(" ", 64)+"\r")
	}
}
