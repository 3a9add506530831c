package report

import (
	"fmt"
	"html/template"
	"slices"

	"github.com/tandem-go/tandem"
)

// Chart is one card with a picture and the finding that it shows.
type Chart struct {
	Title    string          // the finding
	Whose    string          // the customers that it is of, on a page of chosen ones
	Note     string          // what is drawn, and in which unit
	Pictures []template.HTML // drawn anew for each width of the page, so that letters are of one size on all
	Numbers  *Grid           // what is drawn, as a table
	Wide     bool
}

// Grid is a table of texts.
type Grid struct {
	Head []string
	Rows [][]string
}

// Widths of pictures: a wide card takes the whole page, the others half of it on large and middling screens.
const (
	wideLarge, wideMiddling = 1120, 720
	halfLarge, small        = 540, 340
	plotHeight              = 320
)

// draw draws a chart at the widths of its card.
func (c *Chart) draw(picture func(width int) template.HTML) {
	widths := []int{halfLarge, small}
	if c.Wide {
		widths = []int{wideLarge, wideMiddling, small}
	}
	for _, w := range widths {
		c.Pictures = append(c.Pictures, picture(w))
	}
}

func gradeClass(grade string) string {
	switch grade {
	case "gold", "silver", "bronze", "standard", "ungraded", "cash":
		return "g-" + grade
	}
	return "g-ungraded"
}

func gradeName(grade string) string {
	switch grade {
	case "":
		return "None"
	case "ungraded":
		return "Not graded yet"
	case "cash":
		return "Cash customers"
	}
	return upper(grade)
}

func monthName(d tandem.Date) string { return d.Month().String()[:3] }

// monthLabels writes the months below a plot, and the years below those. Where months stand close, their initials do.
func monthLabels(c *canvas, days []tandem.Date, x func(int) float64, bottom, pitch float64) {
	from := 0
	for i, d := range days {
		name := monthName(d)
		if pitch < 3*letter+4 {
			name = name[:1]
		}
		c.label(x(i), bottom+18, "middle", "small", name)
		if i+1 < len(days) && days[i+1].Year() == d.Year() {
			continue
		}
		c.label((x(from)+x(i))/2, bottom+35, "middle", "small", fmt.Sprint(d.Year()))
		if i+1 < len(days) {
			middle := (x(i) + x(i+1)) / 2
			c.line(middle, bottom, middle, bottom+38, "rule")
		}
		from = i + 1
	}
}

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
	c := newCanvas(width, plotHeight, text)
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
	legend := c.legend(4, 14, legendNames, legendClasses)
	a := newAxis(low, high, legend+28, float64(plotHeight)-44)
	a.draw(c, left, right, thousands)
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
			c.rect(x(i)-broad/2, a.y(*from+s.minor), broad, a.y(*from)-a.y(*from+s.minor), "part "+s.class, columns[i].name+", "+s.name+": "+about(s.minor))
			*from += s.minor
		}
		if sum := columns[i].sum(); room && sum != 0 {
			c.label(x(i), a.y(up)-6, "middle", "small strong", rounded(sum))
		}
	}
	c.line(left, a.y(0), right, a.y(0), "base")
	monthLabels(c, days, x, a.bottom, pitch)
	return c.svg()
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
		if letter*float64(len([]rune(rounded(columns[i].sum())))) > pitch {
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
func numbers(first string, columns []column, names []string, total string, adds bool) *Grid {
	g := &Grid{Head: append(append([]string{first}, names...), total)}
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
