package report

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

// strips is the greatest number of chosen customers whose grades are shown one by one.
const strips = 12

// gradesChart shows the grades of all customers, or those of the chosen ones through all reviews.
func gradesChart(f *Figures) picture.Chart {
	if n := len(f.ChosenGrades); n > 0 && n <= strips && len(f.Grades.Reviews) > 0 {
		return stripsChart(f)
	}
	return migrationChart(f)
}

// ways counts the moves of the chosen customers. A first grade is no move.
func (f *Figures) ways() (up, down int) {
	for _, way := range f.ChosenGrades {
		before := -1
		for _, g := range way.Grades {
			rank := slices.Index(f.Grades.Names, g)
			if before >= 0 && rank >= 0 && rank < before {
				up++
			}
			if before >= 0 && rank > before {
				down++
			}
			before = rank
		}
	}
	return up, down
}

func stripsChart(f *Figures) picture.Chart {
	up, down := f.ways()
	n := len(f.Grades.Reviews)
	title := fmt.Sprintf("%s: %d moves up and %d down in %d reviews", picture.Upper(f.Whom()), up, down, n)
	if first := f.ChosenGrades[0].Grades; len(f.ChosenGrades) == 1 && up+down == 0 {
		title = picture.Upper(f.Whom()) + " was never graded"
		if last := first[len(first)-1]; last != "" {
			title = fmt.Sprintf("%s was %s from %s on", picture.Upper(f.Whom()), picture.GradeName(last),
				Day(f.Grades.Reviews[slices.Index(first, last)].Day))
		}
	}
	g := &picture.Grid{Head: []string{"Customer"}}
	for _, r := range f.Grades.Reviews {
		g.Head = append(g.Head, shortDay(r.Day))
	}
	for _, way := range f.ChosenGrades {
		row := []string{way.Customer}
		for _, grade := range way.Grades {
			row = append(row, strings.Replace(picture.GradeName(grade), "None", "–", 1))
		}
		g.Rows = append(g.Rows, row)
	}
	c := picture.Chart{Title: title, Whose: f.whose(), Numbers: g,
		Note: fmt.Sprintf("The grade after each review, on the first of a month; the scores are relative to all customers of the file, of whom %d had a grade at the last.", graded(f))}
	c.Draw(func(width int) template.HTML { return gradeStrips(width, title, f) })
	return c
}

func graded(f *Figures) (n int) {
	for _, size := range f.Grades.Reviews[len(f.Grades.Reviews)-1].Sizes {
		n += size
	}
	return n
}

// gradeStrips draws a row of steps for each chosen customer, the better the grade the higher the step.
func gradeStrips(width int, text string, f *Figures) template.HTML {
	const pitch, head, step = 74.0, 26.0, 13.0
	c := picture.New(width, int(head+pitch*float64(len(f.ChosenGrades)))+6, text)
	left := 6*picture.Letter + 8
	cell := (float64(width) - left) / float64(len(f.Grades.Reviews))
	for i, r := range f.Grades.Reviews {
		name := picture.MonthName(r.Day)
		if cell < 3*picture.Letter+4 {
			name = name[:1]
		}
		c.Label(left+cell*(float64(i)+0.5), 14, "middle", "small", name)
	}
	for n, way := range f.ChosenGrades {
		bottom := head + pitch*float64(n+1) - 8
		c.Label(0, bottom-4, "start", "small strong", way.Customer)
		c.Line(left, bottom, float64(width), bottom, "base")
		for i, grade := range way.Grades {
			x, rank := left+cell*float64(i), slices.Index(f.Grades.Names, grade)
			if rank < 0 {
				c.Label(x+cell/2, bottom-6, "middle", "small", "–")
				continue
			}
			h := step * float64(len(f.Grades.Names)-rank)
			c.Rect(x+1, bottom-h, cell-2, h, picture.GradeClass(grade), fmt.Sprintf("%s, %s: %s", way.Customer, Day(f.Grades.Reviews[i].Day), picture.GradeName(grade)))
			name := picture.GradeName(grade)
			if picture.Letter*float64(len(name)) > cell {
				name = name[:1]
			}
			if i == 0 || way.Grades[i-1] != grade {
				c.Label(x+cell/2, bottom-h-4, "middle", "small", name)
			}
		}
	}
	return c.SVG()
}

// migrationChart draws the customers' grades at the first and the last review, and the streams between them.
func migrationChart(f *Figures) picture.Chart {
	g := f.Grades
	up, down := 0, 0
	for _, r := range g.Reviews {
		up, down = up+r.Up, down+r.Down
	}
	title := fmt.Sprintf("%d moves in %d reviews: %d up, %d down", g.Moves, len(g.Reviews), up, down)
	total := 0
	for _, row := range g.Migration {
		for _, n := range row {
			total += n
		}
	}
	if total == 0 {
		return picture.Chart{Title: "No grades", Whose: f.everybody(), Note: "No grades were reviewed."}
	}
	table := &picture.Grid{Head: []string{"First, then last"}}
	for _, name := range g.Names {
		table.Head = append(table.Head, picture.GradeName(name))
	}
	for i, counts := range g.Migration {
		name, _ := g.row(i)
		row := []string{name}
		for _, n := range counts {
			row = append(row, picture.Grouped(int64(n)))
		}
		table.Rows = append(table.Rows, row)
	}
	c := picture.Chart{
		Title: title, Whose: f.everybody(), Numbers: table,
		Note: fmt.Sprintf("%d customers by their grade after the first review (left) and after the last (right); the height is their number. New: no grade at the first. A customer may move more than once; a first grade is no move.", total),
	}
	c.Draw(func(width int) template.HTML { return migration(width, title, g, float64(total)) })
	return c
}

// row names a row of the migration and its colour.
func (g *Grades) row(i int) (name, class string) {
	if i < len(g.Names) {
		return picture.GradeName(g.Names[i]), picture.GradeClass(g.Names[i])
	}
	return "New", picture.GradeClass("ungraded")
}

func migration(width int, text string, g Grades, total float64) template.HTML {
	c := picture.New(width, picture.PlotHeight+14, text)
	from, to := make([]int, len(g.Migration)), make([]int, len(g.Names))
	for i, row := range g.Migration {
		for j, n := range row {
			from[i], to[j] = from[i]+n, to[j]+n
		}
	}
	const top, gap, bar = 34.0, 16.0, 16.0
	left, right := 13*picture.Letter+8, float64(width)-13*picture.Letter-8-bar
	scale := (float64(picture.PlotHeight) - top - gap*float64(len(from)-1)) / total
	starts := func(sizes []int) []float64 {
		at := make([]float64, len(sizes))
		for i, y := 0, top; i < len(sizes); i++ {
			at[i] = y
			y += scale*float64(sizes[i]) + gap
		}
		return at
	}
	yFrom, yTo := starts(from), starts(to)
	node := func(x, y float64, i, n int, anchor string, at float64) {
		if n == 0 {
			return
		}
		label, class := g.row(i)
		h := scale * float64(n)
		c.Rect(x, y, bar, h, class, fmt.Sprintf("%s: %d customers", label, n))
		c.Label(at, y+h/2+4, anchor, "small strong", fmt.Sprintf("%s  %d", label, n))
	}
	streams(c, g, left+bar, right, scale, yFrom, yTo)
	for i, n := range from {
		node(left, yFrom[i], i, n, "end", left-8)
	}
	for j, n := range to {
		node(right, yTo[j], j, n, "start", right+bar+8)
	}
	first, last := g.Reviews[0].Day, g.Reviews[len(g.Reviews)-1].Day
	c.Label(left+bar, 18, "end", "small", shortDay(first))
	c.Label(right, 18, "start", "small", shortDay(last))
	return c.SVG()
}

// streams draws the customers that went from each grade on the left to each on the right, in the colour of the left.
func streams(c *picture.Canvas, g Grades, left, right, scale float64, yFrom, yTo []float64) {
	outFrom, outTo := slices.Clone(yFrom), slices.Clone(yTo)
	for i, row := range g.Migration {
		label, class := g.row(i)
		for j, n := range row {
			if n == 0 {
				continue
			}
			h := scale * float64(n)
			a, b, mid := outFrom[i], outTo[j], (left+right)/2
			c.Path(fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1fL%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1fZ",
				left, a, mid, a, mid, b, right, b, right, b+h, mid, b+h, mid, a+h, left, a+h),
				"stream "+class, fmt.Sprintf("%d customers: %s → %s", n, label, picture.GradeName(g.Names[j])))
			outFrom[i], outTo[j] = outFrom[i]+h, outTo[j]+h
		}
	}
}
