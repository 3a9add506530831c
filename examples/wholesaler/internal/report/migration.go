package report

import (
	"fmt"
	"slices"
)

// migrationChart draws the customers' grades at the first and the last review, and the streams between them.
func migrationChart(f *Figures) Chart {
	g := f.Grades
	up, down := 0, 0
	for _, r := range g.Reviews {
		up, down = up+r.Up, down+r.Down
	}
	title := fmt.Sprintf("%d moves in %d reviews: %d up, %d down", g.Moves, len(g.Reviews), up, down)
	c := newCanvas(plotWidth, plotHeight+14, title)
	total, from, to := 0, make([]int, len(g.Migration)), make([]int, len(g.Names))
	for i, row := range g.Migration {
		for j, n := range row {
			total, from[i], to[j] = total+n, from[i]+n, to[j]+n
		}
	}
	if total == 0 {
		return Chart{Title: title, Note: "No grades were reviewed.", SVG: c.svg()}
	}
	const top, gap, width = 34.0, 16.0, 16.0
	left, right := 140.0, float64(plotWidth)-112-width
	scale := (float64(plotHeight) - top - gap*float64(len(from)-1)) / float64(total)
	starts := func(sizes []int) []float64 {
		at := make([]float64, len(sizes))
		for i, y := 0, top; i < len(sizes); i++ {
			at[i] = y
			y += scale*float64(sizes[i]) + gap
		}
		return at
	}
	yFrom, yTo := starts(from), starts(to)
	name := func(i int) (string, string) {
		if i < len(g.Names) {
			return gradeName(g.Names[i]), gradeClass(g.Names[i])
		}
		return "Not known", gradeClass("ungraded")
	}
	node := func(x, y float64, i, n int, anchor string, text float64) {
		if n == 0 {
			return
		}
		label, class := name(i)
		h := scale * float64(n)
		c.rect(x, y, width, h, class, fmt.Sprintf("%s: %d customers", label, n))
		c.label(text, y+h/2+4, anchor, "small strong", fmt.Sprintf("%s  %d", label, n))
	}
	streams(c, g, name, left+width, right, scale, yFrom, yTo)
	for i, n := range from {
		node(left, yFrom[i], i, n, "end", left-10)
	}
	for j, n := range to {
		node(right, yTo[j], j, n, "start", right+width+10)
	}
	first, last := g.Reviews[0].Day, g.Reviews[len(g.Reviews)-1].Day
	c.label(left, 18, "start", "small", first.String())
	c.label(right+width, 18, "end", "small", last.String())
	return Chart{
		Title: title, SVG: c.svg(),
		Note: "Customers by their grade at the first review (left) and at the last (right). The height of a stream is its number of customers.",
	}
}

// streams draws the customers that went from each grade on the left to each on the right, in the colour of the left.
func streams(c *canvas, g Grades, name func(int) (string, string), left, right, scale float64, yFrom, yTo []float64) {
	outFrom, outTo := slices.Clone(yFrom), slices.Clone(yTo)
	for i, row := range g.Migration {
		label, class := name(i)
		for j, n := range row {
			if n == 0 {
				continue
			}
			h := scale * float64(n)
			a, b, mid := outFrom[i], outTo[j], (left+right)/2
			c.path(fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1fL%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1fZ",
				left, a, mid, a, mid, b, right, b, right, b+h, mid, b+h, mid, a+h, left, a+h),
				"stream "+class, fmt.Sprintf("%d customers: %s → %s", n, label, gradeName(g.Names[j])))
			outFrom[i], outTo[j] = outFrom[i]+h, outTo[j]+h
		}
	}
}
