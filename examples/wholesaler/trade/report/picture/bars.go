package picture

import (
	"html/template"
	"math"
)

// Bar is one row of a picture: a name with a word on it, and how long it is.
type Bar struct {
	Name, Detail, Class, Value string
	Long                       float64
}

// Rows draws bars below one another, each under its name. whole is the length of a track behind them, or nought for none.
func Rows(width int, text string, bars []Bar, whole float64) template.HTML {
	const pitch = 54.0
	c := New(width, int(pitch*float64(len(bars)))+2, text)
	most := whole
	for _, b := range bars {
		most = max(most, Reach(b.Long))
	}
	room := float64(width) - 9*Letter
	for i, b := range bars {
		y := pitch * float64(i)
		c.Label(0, y+14, "start", "small strong", Clipped(b.Name, float64(width)-Letter*float64(len([]rune(b.Detail))+2)))
		c.Label(float64(width), y+14, "end", "small", b.Detail)
		long := 1.5
		if most > 0 {
			long = max(long, room*Reach(b.Long)/most)
		}
		if whole > 0 {
			c.Rect(0, y+21, room, 18, "track", text)
		}
		c.Rect(0, y+21, long, 18, b.Class, b.Name+": "+b.Value)
		at := long
		if whole > 0 {
			at = room
		}
		c.Label(at+7, y+34, "start", "small strong", b.Value)
	}
	return c.SVG()
}

// Pairs draws what was foretold beside what came.
func Pairs(width int, text string, bins []string, foretold, came []float64) template.HTML {
	c := New(width, PlotHeight, text)
	top := c.Legend(4, 14, []string{"What came", "Foretold"}, []string{"f-s1", "f-s2"}) + 36
	c.Label(4, top-14, "start", "small", "purchase days")
	f := Frame{52, float64(width) - 6, top, float64(c.Height) - 46}
	most := 0.0
	for i := range bins {
		most = max(most, foretold[i], came[i])
	}
	if most <= 0 {
		most = 1
	}
	y := NewScale(0, most, 5, f.Bottom, f.Top)
	y.Up(c, f.Left, f.Right, Compact)
	pitch := (f.Right - f.Left) / float64(len(bins))
	broad, free := min(pitch*0.36, 34), math.Inf(-1)
	for i, b := range bins {
		x := f.Left + pitch*(float64(i)+0.5)
		c.Rect(x-broad-1, y.At(came[i]), broad, f.Bottom-y.At(came[i]), "f-s1", b+" before: "+Number(came[i])+" came")
		c.Rect(x+1, y.At(foretold[i]), broad, f.Bottom-y.At(foretold[i]), "f-s2", b+" before: "+Number(foretold[i])+" foretold")
		half := Letter * float64(len([]rune(b))) / 2
		if x-half > free && x+half <= float64(width) {
			c.Label(x, f.Bottom+18, "middle", "small", b)
			free = x + half + 2
		}
	}
	c.Label((f.Left+f.Right)/2, f.Bottom+37, "middle", "small", "repeat purchase days before")
	return c.SVG()
}

// Reach gives how far a bar goes: nothing is drawn of what is below nought or no number.
func Reach(v float64) float64 {
	if !Finite(v) {
		return 0
	}
	return max(0, min(v, 1e15))
}

// Twin is one row of a picture with two bars, each on a scale of its own: a broad one above a narrow one.
type Twin struct {
	Name, Detail, Class string
	Long                [2]float64
	Says                [2]string
}

// Twins draws rows of two bars under their names; the legend says what the broad and the narrow ones are.
func Twins(width int, text string, legend [2]string, list []Twin) template.HTML {
	const pitch = 66.0
	c := New(width, 0, text)
	top := c.Legend(4, 14, legend[:], []string{"f-s3", "f-s3 pale"}) + 14
	c.Height = int(top + pitch*float64(len(list)) + 2)
	var most [2]float64
	for _, t := range list {
		most = [2]float64{max(most[0], Reach(t.Long[0])), max(most[1], Reach(t.Long[1]))}
	}
	room := float64(width) - 15*Letter
	for i, t := range list {
		y := top + pitch*float64(i)
		c.Label(0, y+13, "start", "small strong", t.Name)
		c.Label(float64(width), y+13, "end", "small", t.Detail)
		for k, at := range [...]struct {
			down, high float64
			class      string
		}{{19, 18, t.Class}, {40, 9, t.Class + " pale"}} {
			long := 1.5
			if most[k] > 0 {
				long = max(long, room*Reach(t.Long[k])/most[k])
			}
			c.Rect(0, y+at.down, long, at.high, at.class, t.Says[k])
			c.Label(long+7, y+at.down+at.high/2+4, "start", "small strong", t.Says[k])
		}
	}
	return c.SVG()
}

// Interval is an estimated share with the ends of its interval.
type Interval struct {
	Name, Detail, Tip  string
	Rate, Lower, Upper float64
}

// Intervals draws shares with their intervals, each under its name.
func Intervals(width int, text string, list []Interval) template.HTML {
	const pitch, top = 40.0, 4.0
	c := New(width, int(top+pitch*float64(len(list)))+30, text)
	most := 0.0
	for _, v := range list {
		most = max(most, Reach(v.Upper), Reach(v.Rate))
	}
	bottom := top + pitch*float64(len(list))
	x := NewScale(0, max(100*most, 0.1), 5, 14, float64(width)-20)
	x.Across(c, top, bottom, func(v float64) string { return Number(v) + " %" })
	for i, v := range list {
		y := top + pitch*float64(i)
		room := float64(width)
		if width != Small { // there, the numbers tell it
			c.Label(room, y+14, "end", "small halo", v.Detail)
			room -= Breadth(v.Detail) + 2*Letter
		}
		c.Label(0, y+14, "start", "small strong halo", Clipped(v.Name, room))
		c.Stroke(x.At(100*v.Lower), y+27, x.At(100*v.Upper), y+27, 3, "whisker", v.Tip)
		c.Circle(x.At(100*v.Rate), y+27, 5, "f-s2", v.Tip)
	}
	return c.SVG()
}
