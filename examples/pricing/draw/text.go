package draw

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
)

// Table writes rows in aligned columns, the first so many to the left and the others to
// the right. The first row is the head. A row of one empty cell is a rule.
func Table(rows [][]string, left int) string {
	var widths []int
	for _, r := range rows {
		for i, cell := range r {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for _, r := range rows {
		var line strings.Builder
		for i, width := range widths {
			cell := ""
			if i < len(r) {
				cell = r[i]
			}
			if len(r) == 1 && r[0] == "" {
				cell = strings.Repeat("-", width)
			}
			pad := strings.Repeat(" ", width-utf8.RuneCountInString(cell))
			if i > 0 {
				line.WriteString("  ")
			}
			if i < left {
				line.WriteString(cell + pad)
			} else {
				line.WriteString(pad + cell)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}

// Text writes a waterfall: its steps, what is left behind the invoice, the approvals and
// the losers.
func Text(w *pricing.Waterfall, n Notes) string {
	rows := [][]string{{"step", "rule", "basis", "rate", "per unit", "change", "rounding", "amount"}}
	for _, s := range w.Steps {
		rows = append(rows, []string{step(s.Kind), n.name(s.Rule), Amount(s.Basis), percent(s.Rate), Price(s.Price),
			signed(s.Delta), Amount(s.Rounding), Amount(s.Amount)})
	}
	rows = append(rows, []string{""}, total("invoice", w.Amount))
	if !w.Rebate.IsNone() {
		rows = append(rows, after("rebate", w.Rebate, w.Pocket), total("pocket", w.Pocket))
	}
	if !w.Cost.IsNone() {
		rows = append(rows, after("cost", w.Cost, w.Margin), total("margin", w.Margin))
		rows[len(rows)-1][3] = share(w)
	}
	var b strings.Builder
	if n.Title != "" {
		b.WriteString(n.Title + "\n")
	}
	b.WriteString(Table(rows, 2))
	for _, a := range n.Approvals {
		fmt.Fprintf(&b, "! %s\n", Approval(a))
	}
	lost, others := Losers(w, n)
	var table [][]string
	for _, l := range lost {
		table = append(table, []string{"  - " + l.Rule, l.What, l.Why})
	}
	if len(table) > 0 {
		b.WriteString("not taken:\n" + Table(table, 3))
	}
	if others > 0 {
		fmt.Fprintf(&b, "  and %d of other dates, for others, or for other goods\n", others)
	}
	return b.String()
}

func total(name string, m tandem.Money) []string {
	return []string{name, "", "", "", "", "", "", Amount(m)}
}

func after(name string, by, left tandem.Money) []string {
	return []string{name, "", "", "", "", signed(by.Neg()), "", Amount(left)}
}

// Approval says what an approval asks for.
func Approval(a pricing.Approval) string {
	return fmt.Sprintf("below the floor %q: %s against at least %s; %s may let it pass", a.Floor, a.Amount, a.Limit, a.Role)
}

// share gives the margin as a share of what stays in the pocket.
func share(w *pricing.Waterfall) string {
	left := w.Pocket
	if left.IsNone() {
		left = w.Amount
	}
	if left.Sign() <= 0 {
		return ""
	}
	tenths := (abs(w.Margin.Minor())*2000/left.Minor() + 1) / 2
	sign := ""
	if w.Margin.Sign() < 0 {
		sign = "-"
	}
	return fmt.Sprintf("%s%d.%d%%", sign, tenths/10, tenths%10)
}

func abs(n int64) int64 { return max(n, -n) }
