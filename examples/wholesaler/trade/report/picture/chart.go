package picture

import (
	"fmt"
	"html/template"

	"github.com/tandem-go/tandem"
)

// Chart is one card with a picture and the finding that it shows.
type Chart struct {
	Title    string          // the finding
	Whose    string          // the customers that it is of, on a page of chosen ones
	Note     string          // what is drawn, and in which unit
	Pictures []template.HTML // drawn anew for each width of the page, so that letters are of one size on all
	Entries  []Entry         // a list in place of a picture
	Numbers  *Grid           // what is drawn, as a table
	Wide     bool
}

// Entry is one of a list: who or what, its figures, and why.
type Entry struct{ Name, Detail, Value, Text string }

// Grid is a table of texts.
type Grid struct {
	Head []string
	Rows [][]string
}

// Widths of pictures: a wide card takes the whole page, the others half of it on large and middling screens.
const (
	WideLarge, WideMiddling = 1120, 720
	HalfLarge, Small        = 540, 340
	PlotHeight              = 320
)

// Draw draws a chart at the widths of its card.
func (c *Chart) Draw(picture func(width int) template.HTML) {
	widths := []int{HalfLarge, Small}
	if c.Wide {
		widths = []int{WideLarge, WideMiddling, Small}
	}
	for _, w := range widths {
		c.Pictures = append(c.Pictures, picture(w))
	}
}

// GradeClass gives the colour of a grade.
func GradeClass(grade string) string {
	switch grade {
	case "gold", "silver", "bronze", "standard", "ungraded", "cash":
		return "g-" + grade
	}
	return "g-ungraded"
}

// GradeName names a grade for readers.
func GradeName(grade string) string {
	switch grade {
	case "":
		return "None"
	case "ungraded":
		return "Not graded yet"
	case "cash":
		return "Cash customers"
	}
	return Upper(grade)
}

// MonthName gives the first three letters of a month.
func MonthName(d tandem.Date) string { return d.Month().String()[:3] }

// MonthLabels writes the months below a plot, and the years below those. Where months stand close, their initials do.
func MonthLabels(c *Canvas, days []tandem.Date, x func(int) float64, bottom, pitch float64) {
	from := 0
	for i, d := range days {
		name := MonthName(d)
		if pitch < 3*Letter+4 {
			name = name[:1]
		}
		c.Label(x(i), bottom+18, "middle", "small", name)
		if i+1 < len(days) && days[i+1].Year() == d.Year() {
			continue
		}
		c.Label((x(from)+x(i))/2, bottom+35, "middle", "small", fmt.Sprint(d.Year()))
		if i+1 < len(days) {
			middle := (x(i) + x(i+1)) / 2
			c.Line(middle, bottom, middle, bottom+38, "rule")
		}
		from = i + 1
	}
}

// Columns gives how many panels stand beside one another, and how broad each is.
func Columns(width int) (n int, breadth float64) {
	n = 1
	switch width {
	case WideLarge:
		n = 4
	case WideMiddling:
		n = 3
	}
	return n, (float64(width) - PanelGap*float64(n-1)) / float64(n)
}

// PanelGap keeps panels apart.
const PanelGap = 22.0
