package insight

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/book"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/supply"
)

// Trade is the file as insight reads it: what was asked for of each product, by trading day.
type Trade struct {
	file   *retail.File
	seed   string
	first  tandem.Date // of the file
	last   tandem.Date
	days   []tandem.Date // the trading days, to the file's last day
	items  []*item       // by ascending codes
	byCode map[string]*item
	taken  map[int]int64 // by row of a sale: pieces cancelled on its day
}

// item is a product and what was asked for of it.
type item struct {
	code, name string
	lead       int             // in trading days
	cost       float64         // of a piece, in pounds
	lines      []line          // in the order of the file's days
	rule       []supply.Levels // by trading day: what the story's rule would review by at its end
}

// line is what one row asked for, less what was cancelled on the same day.
type line struct {
	at     int // trading day
	pieces int64
	day    tandem.Date
	big    bool // above what the levels of its day take for a big line
}

// New reads a file. The seed is that of the story's simulated supply.
func New(file *retail.File, seed string) *Trade {
	t := &Trade{file: file, seed: seed, byCode: map[string]*item{}, taken: map[int]int64{}}
	for i := range file.Rows {
		day := file.Rows[i].Day
		if t.first.IsZero() || day.Before(t.first) {
			t.first = day
		}
		if t.last.IsZero() || day.After(t.last) {
			t.last = day
		}
	}
	at := map[tandem.Date]int{} // what is asked for on a day of rest counts on the trading day that follows
	for day := t.first; !day.After(t.last); day = day.AddDays(1) {
		at[day] = len(t.days)
		if supply.Trading(day) {
			t.days = append(t.days, day)
		}
	}
	t.cancelled()
	for i := range file.Rows {
		t.add(i, at)
	}
	costs := map[string]float64{}
	for _, e := range book.NewKeeper(file.Rows).Publish(story.Cut()).Entries {
		costs[e.Product] = float64(e.List.Micro()) / 1e6
	}
	for _, p := range t.items {
		if list, ok := costs[p.code]; ok && list > 0 {
			p.cost = list
		}
		p.cost *= costShare
		slices.SortStableFunc(p.lines, func(a, b line) int { return a.day.Compare(b.day) })
		t.follow(p)
	}
	slices.SortFunc(t.items, func(a, b *item) int { return cmp.Compare(a.code, b.code) })
	return t
}

// costShare: a piece costs 55 % of its first list price, as in the story.
const costShare = 0.55

// cancelled gathers what never was demand: sales that were cancelled on their own day.
func (t *Trade) cancelled() {
	for _, m := range retail.MatchCancellations(t.file.Rows) {
		for _, take := range m.Takes {
			if t.file.Rows[take.Row].Day == t.file.Rows[m.Row].Day {
				t.taken[take.Row] += take.Quantity
			}
		}
	}
}

func (t *Trade) add(i int, at map[tandem.Date]int) {
	row := &t.file.Rows[i]
	if row.Class != retail.Sold {
		return
	}
	p := t.byCode[row.Code]
	if p == nil {
		p = &item{code: row.Code, lead: supply.LeadTime(t.seed, row.Code)}
		t.byCode[row.Code] = p
		t.items = append(t.items, p)
	}
	if p.name == "" {
		p.name = row.Description
	}
	if p.cost == 0 {
		p.cost = float64(row.Price.Micro()) / 1e6
	}
	if pieces := t.asked(i); pieces > 0 {
		p.lines = append(p.lines, line{at: min(at[row.Day], len(t.days)-1), pieces: pieces, day: row.Day})
	}
}

// asked gives the pieces that a row asked for, less what was cancelled on its day; 0 of what is no sale of goods.
func (t *Trade) asked(i int) int64 {
	row := &t.file.Rows[i]
	if row.Class != retail.Sold {
		return 0
	}
	return row.Quantity - t.taken[i]
}

// cut gives the first trading day of phase 2.
func (t *Trade) cut() int { return t.position(story.Cut()) }

// follow takes the story's rule through the days of a product, for its levels and for what is a big line.
func (t *Trade) follow(p *item) {
	var d supply.Demand
	if len(p.lines) > 0 {
		d.Expect(p.lines[0].pieces)
	}
	p.rule = make([]supply.Levels, len(t.days))
	next := 0
	for at, day := range t.days {
		p.rule[at] = d.Levels(day, p.lead)
		for ; next < len(p.lines) && p.lines[next].at == at; next++ {
			l := &p.lines[next]
			l.big = l.pieces > p.rule[at].Big
			d.Sold(day, l.pieces)
		}
	}
}

// position gives the number of the first trading day that is not before a day.
func (t *Trade) position(day tandem.Date) int {
	n, _ := slices.BinarySearchFunc(t.days, day, func(d, day tandem.Date) int { return d.Compare(day) })
	return n
}

// before gives the lines asked for before a trading day.
func (p *item) before(at int) []line {
	n, _ := slices.BinarySearchFunc(p.lines, at, func(l line, at int) int { return cmp.Compare(l.at, at) })
	return p.lines[:n]
}
