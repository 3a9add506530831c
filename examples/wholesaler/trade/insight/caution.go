package insight

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// silentDays is how long a customer has not bought who should hardly count as one.
const silentDays = 180

// manyRows is what a file has that is not thinned to a part of the shop's customers.
const manyRows = 100_000

// cautions say what may mislead in the parts that are told.
func (t *Trade) cautions(in *report.Insight) (list []string) {
	if in.Outlook.Series > 0 {
		list = append(list, t.ofSeason(&in.Outlook))
		if text := t.ofThinning(); text != "" {
			list = append(list, text)
		}
	}
	if in.Stock.Products > 0 {
		list = append(list, fmt.Sprintf("The replay of stock opens all policies alike, with the full level of the rule, and counts nothing of the first "+
			"%d trading days, until the latest purchase of the first is there: stock for a lead time of up to %d days and %d days of cover lasts "+
			"longer than that, so that some of the opening one is in the figures of all. It leaves out big lines, which are bought to order, "+
			"and takes a cost of %.0f %% of the first list price; that phase 1 is supplied just in time means that nothing tells how well its "+
			"stock was planned.", t.warmUp(), slices.MaxFunc(t.items, byLead).lead, coverDays, 100*costShare))
	}
	if len(in.Lifetime.Grades) > 0 {
		list = append(list, fmt.Sprintf("What customers are worth is net sales less an assumed cost of %.0f %% of the first list price, without "+
			"carriage, service or rebates.", 100*costShare))
		if text := t.ofFirst(); text != "" {
			list = append(list, text)
		}
		if text := t.ofSilence(&in.Lifetime); text != "" {
			list = append(list, text)
		}
	}
	if in.Trends.Products > 0 {
		list = append(list, fmt.Sprintf("Trends are of %s up to %s: a product of one season looks like one that grows or declines.",
			report.Counted(t.last.DaysSince(t.first)/7, "week"), t.last))
	}
	return list
}

func byLead(a, b *item) int { return cmp.Compare(a.lead, b.lead) }

// ofSeason compares the weeks held out with those before them.
func (t *Trade) ofSeason(o *report.Outlook) string {
	n := len(o.Shop.Actual) - o.Held
	before, held := 0.0, 0.0
	for i, v := range o.Shop.Actual {
		if i < n {
			before += v / float64(n)
		} else {
			held += v / float64(o.Held)
		}
	}
	text := fmt.Sprintf("The %s held out begin on %s", report.Counted(o.Held, "week"), forecast.Week.Add(o.Shop.Start, n))
	if before > 0 {
		text += fmt.Sprintf("; a week of them brought %.2f times the pieces of one before", held/before)
	}
	return text + fmt.Sprintf(". %s of history cannot know a season of a year, such as the trade before Christmas: two years can.",
		report.Counted(n, "week"))
}

// ofThinning tells how often a product sells in a file that has a part of the shop's customers.
func (t *Trade) ofThinning() string {
	if len(t.file.Rows) >= manyRows {
		return ""
	}
	var lines []int
	for _, p := range t.items {
		if len(p.lines) > 0 {
			lines = append(lines, len(p.lines))
		}
	}
	slices.Sort(lines)
	return fmt.Sprintf("Half of the products have at most %s in this file, a part of the shop's: forecasts of so few say little, and "+
		"those of the full file are others.", report.Counted(lines[(len(lines)-1)/2], "line"))
}

// ofFirst tells how many customers may be older than the file.
func (t *Trade) ofFirst() string {
	seen, early := map[string]bool{}, 0
	for i := range t.file.Rows { // in the order of the file's days
		row := &t.file.Rows[i]
		if row.Cash() || row.Class != retail.Sold || seen[row.Customer] {
			continue
		}
		seen[row.Customer] = true
		if row.Day.DaysSince(t.first) < churnDays {
			early++
		}
	}
	if early == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %s are first seen in the first %d days: who bought before %s cannot be told from who is new.",
		early, report.Counted(len(seen), "customer"), churnDays, t.first)
}

// ofSilence tells how many customers the value takes for active who have long been silent.
func (t *Trade) ofSilence(l *report.Lifetime) string {
	customers, alive := 0, 0.0
	for _, g := range l.Grades {
		customers, alive = customers+g.Customers, alive+float64(g.Alive*float64(g.Customers))
	}
	latest, silent := map[string]int{}, 0
	for i := range t.file.Rows {
		if row := &t.file.Rows[i]; !row.Cash() && t.asked(i) > 0 {
			latest[row.Customer] = t.last.DaysSince(row.Day)
		}
	}
	for _, days := range latest {
		if days >= silentDays {
			silent++
		}
	}
	if silent == 0 || customers == 0 {
		return ""
	}
	return fmt.Sprintf("The value of customers takes %.0f %% of them for active, though %d of %s have not bought for %d days: it is too high "+
		"for those. The risk to stay away is of another model.", 100*alive/float64(customers), silent,
		report.Counted(len(latest), "customer"), silentDays)
}
