package report

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
)

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

// WriteText writes the report for people to read in a terminal.
func (f *Figures) WriteText(w io.Writer) error {
	var b strings.Builder
	section := func(title string) { fmt.Fprintf(&b, "\n%s\n%s\n", title, strings.Repeat("─", len([]rune(title)))) }
	row := func(name, value string) { fmt.Fprintf(&b, "  %-44s %20s\n", name, value) }
	fmt.Fprintf(&b, "%s: %s rows, %s a second\n", f.File, grouped(int64(f.Rows)), grouped(f.RowsPerSecond))
	for _, t := range f.tables() {
		section(t.Title)
		for _, r := range t.Rows {
			row(r.Name, r.Value)
		}
	}
	section("Service of phase 2 (supply is simulated)")
	row("Pieces reserved at placement", f.FillRate.String())
	row("Lines complete at once", f.LinesAtOnce.String())
	row("Lines complete by the first promise", f.OnTimeRate.String())
	row("Orders wholly on time", f.OrdersOnTime.String())
	row("Lines bought to order", grouped(int64(f.BigLines)))
	row("Purchases", grouped(int64(f.Purchases)))
	section("Customers")
	for _, r := range f.Grades.Reviews {
		var sizes []string
		for i, n := range r.Sizes {
			sizes = append(sizes, fmt.Sprintf("%s %d", gradeName(f.Grades.Names[i]), n))
		}
		row("Grades on "+r.Day.String(), "")
		fmt.Fprintf(&b, "    %s; %d up, %d down\n", strings.Join(sizes, ", "), r.Up, r.Down)
	}
	row("Grade moves", grouped(int64(f.Grades.Moves)))
	row("Satisfaction: 5th percentile, median", fmt.Sprintf("%d, %d", f.Satisfaction.P5, f.Satisfaction.Median))
	section("Refused rows")
	for _, r := range f.Refusals {
		fmt.Fprintf(&b, "  line %d, invoice %s: %s\n", r.Line, r.Invoice, r.Reason)
	}
	section("To keep in mind")
	for _, n := range f.Notes {
		fmt.Fprintf(&b, "  %s\n", n)
	}
	section("Checks")
	for _, name := range sortedKeys(f.Checks) {
		state := "ok"
		if !f.Checks[name] {
			state = "FAILED"
		}
		row(strings.ReplaceAll(name, "_", " "), state)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Terminal reports whether a file is a terminal, so that a progress bar may be drawn on it.
func Terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
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

// Clear takes the bar away.
func (b *Bar) Clear() {
	if b.last != "" {
		_, _ = io.WriteString(b.w, "\r"+strings.Repeat(" ", 64)+"\r")
	}
}
