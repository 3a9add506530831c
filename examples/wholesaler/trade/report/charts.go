package report

import (
	"html/template"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

// segment is one part of a stacked column.
type segment struct {
	class, name string
	minor       int64
}

// column is a stack of money at one date.
type column struct {
	day   tandem.Date
	name  string // of the date, for the tips
	parts []segment
}

func (c *column) sum() (minor int64) {
	for _, s := range c.parts {
		minor += s.minor
	}
	return minor
}

// stacked draws columns of money by month, parts below nought downwards, the sum above each where there is room.
func stacked(width int, text string, columns []column, legendNames, legendClasses []string) template.HTML {
	c := picture.New(width, picture.PlotHeight, text)
	var low, high int64
	days := make([]tandem.Date, len(columns))
	for i := range columns {
		days[i] = columns[i].day
		up, down := columns[i].span()
		low, high = min(low, down), max(high, up)
	}
	high = max(high, 1_000_00) // an axis in thousands needs one
	left, right := 56.0, float64(width)-6
	legendNames, legendClasses = drawn(columns, legendNames, legendClasses)
	legend := c.Legend(4, 14, legendNames, legendClasses)
	a := picture.NewAxis(low, high, legend+28, float64(picture.PlotHeight)-44)
	a.Draw(c, left, right, thousands)
	pitch := (right - left) / float64(max(len(days), 1))
	room := roomForSums(columns, pitch)
	broad := min(pitch*0.7, 56)
	x := func(i int) float64 { return left + pitch*(float64(i)+0.5) }
	for i := range columns {
		var up, down int64
		for _, s := range columns[i].parts {
			from := &up
			if s.minor < 0 {
				from = &down
			}
			c.Rect(x(i)-broad/2, a.Y(*from+s.minor), broad, a.Y(*from)-a.Y(*from+s.minor), "part "+s.class, columns[i].name+", "+s.name+": "+about(s.minor))
			*from += s.minor
		}
		if sum := columns[i].sum(); room && sum != 0 {
			c.Label(x(i), a.Y(up)-6, "middle", "small strong", rounded(sum))
		}
	}
	c.Line(left, a.Y(0), right, a.Y(0), "base")
	picture.MonthLabels(c, days, x, a.Bottom, pitch)
	return c.SVG()
}

// drawn gives the names and classes of which some column has a part: a colour that stands nowhere needs no legend.
func drawn(columns []column, names, classes []string) (n, c []string) {
	for i, class := range classes {
		if slices.ContainsFunc(columns, func(c column) bool {
			return slices.ContainsFunc(c.parts, func(s segment) bool { return s.class == class && s.minor != 0 })
		}) {
			n, c = append(n, names[i]), append(c, class)
		}
	}
	return n, c
}

// roomForSums reports whether the sums of all columns can stand above them.
func roomForSums(columns []column, pitch float64) bool {
	for i := range columns {
		if picture.Letter*float64(len([]rune(rounded(columns[i].sum())))) > pitch {
			return false
		}
	}
	return true
}

func (c *column) span() (up, down int64) {
	for _, s := range c.parts {
		up, down = up+max(s.minor, 0), down+min(s.minor, 0)
	}
	return up, down
}

// numbers gives the columns as a table, with their sums and, where they add up, the sums of all.
func numbers(first string, columns []column, names []string, total string, adds bool) *picture.Grid {
	g := &picture.Grid{Head: append(append([]string{first}, names...), total)}
	sums := make([]int64, len(names)+1)
	for i := range columns {
		row := []string{columns[i].name}
		for n, name := range names {
			var minor int64
			for _, s := range columns[i].parts {
				if s.name == name {
					minor += s.minor
				}
			}
			sums[n] += minor
			row = append(row, exact(minor))
		}
		sums[len(names)] += columns[i].sum()
		g.Rows = append(g.Rows, append(row, exact(columns[i].sum())))
	}
	if adds {
		row := []string{"All"}
		for _, minor := range sums {
			row = append(row, exact(minor))
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}
