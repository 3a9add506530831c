package foresight

import (
	"fmt"
	"html/template"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

// striking is the greatest number of products with many returns that are drawn.
const striking = 12

// returns shows the products whose returns stand out.
func (in *Insight) returns() *card {
	var list []Signal
	for _, s := range in.Returns {
		if len(finite([]float64{s.Rate, s.Lower, s.Upper})) == 3 && len(list) < striking {
			list = append(list, s)
		}
	}
	if len(list) == 0 {
		return nil
	}
	top := list[0]
	for _, s := range list {
		if s.Rate > top.Rate {
			top = s
		}
	}
	title := fmt.Sprintf("%s of %s shipped came back", rough(top.Rate), top.Name)
	if len(list) > 1 {
		title += fmt.Sprintf("; %s stand out in all", picture.Counted(len(list), "product"))
	} else {
		title += ", more than chance explains"
	}
	g := &picture.Grid{Head: []string{"Product", "Name", "Shipped", "Returned", "Rate", "From", "To", "Why"}}
	for _, s := range list {
		g.Rows = append(g.Rows, []string{s.Code, s.Name, picture.Number(s.Shipped), picture.Number(s.Returned),
			picture.Percent(s.Rate), picture.Percent(s.Lower), picture.Percent(s.Upper), s.Reason})
	}
	return &card{Chart: picture.Chart{Title: title, Numbers: g,
		Note: "Products whose returns stand out: pieces returned of those shipped, with the interval that the rate lies in with " +
			"95 % confidence. A reason to look at the goods and their supplier."},
		draw: func(width int) template.HTML { return whiskers(width, title, list) }}
}

// whiskers draws each rate with its interval, under the product's name.
func whiskers(width int, text string, list []Signal) template.HTML {
	const pitch, top = 40.0, 4.0
	c := picture.New(width, int(top+pitch*float64(len(list)))+30, text)
	most := 0.0
	for _, s := range list {
		most = max(most, picture.Reach(s.Upper), picture.Reach(s.Rate))
	}
	bottom := top + pitch*float64(len(list))
	x := picture.NewScale(0, max(100*most, 0.1), 5, 14, float64(width)-20)
	x.Across(c, top, bottom, func(v float64) string { return picture.Number(v) + " %" })
	for i, s := range list {
		y := top + pitch*float64(i)
		says := fmt.Sprintf("%s of %s", picture.Compact(s.Returned), picture.Compact(s.Shipped))
		room := float64(width)
		if width != picture.Small { // there, the numbers tell it
			c.Label(room, y+14, "end", "small halo", says)
			room -= picture.Breadth(says) + 2*picture.Letter
		}
		c.Label(0, y+14, "start", "small strong halo", picture.Clipped(s.Name, room))
		tip := fmt.Sprintf("%s %s: %s came back, %s to %s. %s", s.Code, s.Name, picture.Percent(s.Rate), picture.Percent(s.Lower),
			picture.Percent(s.Upper), s.Reason)
		c.Stroke(x.At(100*s.Lower), y+27, x.At(100*s.Upper), y+27, 3, "whisker", tip)
		c.Circle(x.At(100*s.Rate), y+27, 5, "f-s2", tip)
	}
	return c.SVG()
}
