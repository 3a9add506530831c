package basket

import (
	"math"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
)

// Gather makes baskets of lines by declared rules: services are no items; a
// cancellation takes units back from the lines of its customer (where none is known
// or a date is missing, of its basket) for the product on its day, the latest line
// first, and a line without units left is out; an item counts once in a basket; a
// basket that is too long is left out or truncated. What is left out is counted by
// reason. Only the latest line first and truncation look at the order of the lines.
func Gather(lines []Line, g Gathering) (*Baskets, error) {
	if err := validate(lines, g); err != nil {
		return nil, err
	}
	w := gatherer{lines: lines, rules: g.filled()}
	w.number()
	w.takeBack()
	w.fill()
	return w.finish(), nil
}

func validate(lines []Line, g Gathering) error {
	var c tandem.Check
	c.Nested("", g.Validate())
	if c.Require(len(lines) <= MaxLines, "too_many", "lines", "at most 20,000,000") {
		for i := range lines {
			if k := lines[i].Kind; k != "" && !k.Valid() {
				c.Add("kind", tandem.Path("lines", i)+".kind", "must be goods or service")
			}
		}
	}
	return c.Err("basket lines")
}

// gatherer numbers keys in the order of the lines and renumbers them in the end.
type gatherer struct {
	lines     []Line
	rules     Gathering
	places    []place
	products  []tandem.ProductID
	customers []tandem.PartyID
	heads     []head
	back      map[cancelled]float64
	left      map[insight.Reason]*Omission
	out       []run // baskets that stay
	items     []int32
}

// place is where a line belongs.
type place struct {
	basket, item int32 // basket is -1 for a line that is out
}

type head struct {
	key      string
	customer int32 // -1 = not known
	date     tandem.Date
	lines    int32
}

type run struct {
	head       int32
	start, end int32 // in the gatherer's items
}

// cancelled is what units are taken back from: a day of a customer, or a basket.
type cancelled struct {
	item, customer, basket int32 // -1 = any
	date                   tandem.Date
}

func (w *gatherer) leave(r insight.Reason, key string, lines, baskets, length int) {
	if w.left == nil {
		w.left = make(map[insight.Reason]*Omission)
	}
	l := w.left[r]
	if l == nil {
		l = &Omission{Reason: r, Example: key}
		w.left[r] = l
	}
	l.Lines += lines
	l.Baskets += baskets
	l.Longest = max(l.Longest, length)
}

// reason says why a line is no item by itself, "" if it may be one.
func (l *Line) reason() insight.Reason {
	switch {
	case l.Basket == "":
		return NoBasket
	case l.Product.IsZero():
		return NoProduct
	case l.Kind == Service:
		return NotGoods
	case l.Cancelled:
		return Cancellation
	case !(l.Units > 0) || math.IsInf(l.Units, 0):
		return NoUnits
	}
	return ""
}

// number gives each line its place and gathers the cancellations.
func (w *gatherer) number() {
	products := make(map[tandem.ProductID]int32)
	customers := make(map[tandem.PartyID]int32)
	type document struct {
		key      string
		customer int32
	}
	documents := make(map[document]int32)
	w.places = make([]place, len(w.lines))
	previous := document{customer: -2}
	var current int32
	for i := range w.lines {
		l := &w.lines[i]
		why := l.reason()
		w.places[i].basket = -1
		if why != "" {
			w.leave(why, l.Basket, 1, 0, 0)
			if why != Cancellation {
				continue
			}
		}
		item, known := products[l.Product]
		if !known {
			item = int32(len(w.products))
			products[l.Product], w.products = item, append(w.products, l.Product)
		}
		d := document{l.Basket, -1}
		if !l.Customer.IsZero() {
			if previous.customer >= 0 && w.customers[previous.customer] == l.Customer {
				d.customer = previous.customer
			} else if d.customer, known = customers[l.Customer]; !known {
				d.customer = int32(len(w.customers))
				customers[l.Customer], w.customers = d.customer, append(w.customers, l.Customer)
			}
		}
		if d != previous {
			if current, known = documents[d]; !known {
				current = int32(len(w.heads))
				documents[d], w.heads = current, append(w.heads, head{key: d.key, customer: d.customer})
			}
			previous = d
		}
		if why == Cancellation {
			w.cancel(l, item, d.customer, current)
			continue
		}
		w.places[i] = place{current, item}
	}
}

func (w *gatherer) cancel(l *Line, item, customer, basket int32) {
	if w.back == nil {
		w.back = make(map[cancelled]float64)
	}
	units := math.Abs(l.Units)
	if !(units > 0) {
		units = math.MaxFloat64
	}
	w.back[scope(l, item, customer, basket)] += units
}

func scope(l *Line, item, customer, basket int32) cancelled {
	if customer < 0 || l.Date.IsZero() {
		return cancelled{item, -1, basket, l.Date}
	}
	return cancelled{item, customer, -1, l.Date}
}

// takeBack takes the lines out whose units were cancelled, the latest first, and
// gives each basket its date and number of lines.
func (w *gatherer) takeBack() {
	for i := len(w.lines) - 1; i >= 0; i-- {
		p := &w.places[i]
		if p.basket < 0 {
			continue
		}
		l, h := &w.lines[i], &w.heads[p.basket]
		if len(w.back) > 0 {
			at := scope(l, p.item, h.customer, p.basket)
			if units, found := w.back[at]; found && units > 0 {
				w.back[at] = units - l.Units
				if units >= l.Units {
					w.leave(TakenBack, l.Basket, 1, 0, 0)
					p.basket = -1
					continue
				}
			}
		}
		h.lines++
		if !l.Date.IsZero() && (h.date.IsZero() || l.Date.Before(h.date)) {
			h.date = l.Date
		}
	}
}

// fill sorts the lines by basket and keeps the baskets that the rules allow.
func (w *gatherer) fill() {
	next := make([]int32, len(w.heads)+1)
	for i, h := range w.heads {
		next[i+1] = next[i] + h.lines
	}
	sorted := make([]int32, next[len(w.heads)])
	for _, p := range w.places {
		if p.basket >= 0 {
			sorted[next[p.basket]] = p.item
			next[p.basket]++
		}
	}
	w.places = nil
	seen := make([]int32, len(w.products)) // the basket after the one that last had the item
	w.items = make([]int32, 0, len(sorted))
	start := int32(0)
	for i := range w.heads {
		lines := sorted[start:next[i]]
		start = next[i]
		if len(lines) > 0 {
			w.basket(int32(i), lines, seen)
		}
	}
}

func (w *gatherer) basket(i int32, lines, seen []int32) {
	h := &w.heads[i]
	if h.customer < 0 && w.rules.KnownCustomers {
		w.leave(NoCustomer, h.key, len(lines), 1, 0)
		return
	}
	start := len(w.items)
	for _, item := range lines {
		if seen[item] != i+1 {
			seen[item] = i + 1
			w.items = append(w.items, item)
		}
	}
	n := len(w.items) - start
	if n < len(lines) {
		w.leave(Repeated, h.key, len(lines)-n, 0, 0)
	}
	if n > w.rules.Longest {
		if w.rules.TooLong == LeaveOut {
			w.leave(TooLong, h.key, n, 1, n)
			w.items = w.items[:start]
			return
		}
		w.leave(Truncated, h.key, n-w.rules.Longest, 1, n)
		w.items = w.items[:start+w.rules.Longest]
	}
	w.out = append(w.out, run{i, int32(start), int32(len(w.items))})
}

// finish renumbers: products and customers by id, baskets by date, key, customer.
func (w *gatherer) finish() *Baskets {
	b := &Baskets{ends: make([]int32, 0, len(w.out)), items: make([]int32, 0, len(w.items)),
		customer: make([]int32, 0, len(w.out)), dates: make([]tandem.Date, 0, len(w.out))}
	uses, buyers := make([]int32, len(w.products)), make([]int32, len(w.customers))
	for _, item := range w.items {
		uses[item]++
	}
	for _, r := range w.out {
		if c := w.heads[r.head].customer; c >= 0 {
			buyers[c]++
		}
	}
	var product, customer []int32
	b.products, product = renumber(w.products, uses, tandem.ProductID.Compare)
	b.customers, customer = renumber(w.customers, buyers, tandem.PartyID.Compare)
	b.counts = make([]int32, len(b.products))
	for old, now := range product {
		if now >= 0 {
			b.counts[now] = uses[old]
		}
	}
	party := func(h *head) int32 {
		if h.customer < 0 {
			return -1
		}
		return customer[h.customer]
	}
	slices.SortFunc(w.out, func(x, y run) int {
		p, q := &w.heads[x.head], &w.heads[y.head]
		if c := p.date.Compare(q.date); c != 0 {
			return c
		}
		if c := strings.Compare(p.key, q.key); c != 0 {
			return c
		}
		return int(party(p)) - int(party(q))
	})
	for _, r := range w.out {
		start := len(b.items)
		for _, item := range w.items[r.start:r.end] {
			b.items = append(b.items, product[item])
		}
		slices.Sort(b.items[start:])
		h := &w.heads[r.head]
		b.ends, b.customer, b.dates = append(b.ends, int32(len(b.items))), append(b.customer, party(h)), append(b.dates, h.date)
	}
	for _, r := range Reasons() {
		if l := w.left[r]; l != nil {
			b.left = append(b.left, *l)
		}
	}
	return b
}

// renumber sorts the ids in use and maps the old numbers to the new ones, -1 for
// none.
func renumber[T any](ids []T, uses []int32, compare func(a, b T) int) (sorted []T, now []int32) {
	order := make([]int32, 0, len(ids))
	for i := range ids {
		if uses[i] > 0 {
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(x, y int32) int { return compare(ids[x], ids[y]) })
	sorted, now = make([]T, len(order)), make([]int32, len(ids))
	for i := range now {
		now[i] = -1
	}
	for i, old := range order {
		sorted[i], now[old] = ids[old], int32(i)
	}
	return sorted, now
}
