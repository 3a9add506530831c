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
