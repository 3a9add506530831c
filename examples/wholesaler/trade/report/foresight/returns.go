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
		if len(picture.Known([]float64{s.Rate, s.Lower, s.Upper})) == 3 && len(list) < striking {
			list = append(list, s)
		}
	}
	if len(list) == 0 {
		return nil
	}
	top := list[0] // the surest: the others may have a greater rate by chance
	title := fmt.Sprintf("%s of %s shipped came back", picture.Rough(top.Rate), top.Name)
	if len(list) > 1 {
		title += fmt.Sprintf("; %s stand out in all", picture.Counted(len(list), "product"))
	} else {
		title += ", more than chance explains"
	}
	g := &picture.Grid{Head: []string{"Product", "Name", "Shipped", "Returned", "Rate", "From", "To", "Why"}}
	var drawn []picture.Interval
	for _, s := range list {
		g.Rows = append(g.Rows, []string{s.Code, s.Name, picture.Number(s.Shipped), picture.Number(s.Returned),
			picture.Percent(s.Rate), picture.Percent(s.Lower), picture.Percent(s.Upper), s.Reason})
		drawn = append(drawn, picture.Interval{
			Name: s.Name, Detail: fmt.Sprintf("%s of %s", picture.Compact(s.Returned), picture.Compact(s.Shipped)),
			Rate: s.Rate, Lower: s.Lower, Upper: s.Upper,
			Tip: fmt.Sprintf("%s %s: %s came back, %s to %s. %s", s.Code, s.Name,
				picture.Percent(s.Rate), picture.Percent(s.Lower), picture.Percent(s.Upper), s.Reason),
		})
	}
	return &card{Chart: picture.Chart{Title: title, Numbers: g,
		Note: "Products whose returns stand out: pieces returned of those shipped, with the interval that the rate lies in with " +
			"95 % confidence. A reason to look at the goods and their supplier."},
		draw: func(width int) template.HTML { return picture.Intervals(width, title, drawn) }}
}
