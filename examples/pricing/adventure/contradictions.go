package adventure

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/tandem-go/tandem"
)

// Contradiction is something on which the tables disagree.
type Contradiction struct {
	Kind string `json:"kind"`
	Says string `json:"says"`
	Does string `json:"does"` // what the book makes of it
}

// Contradictions lists where the tables disagree among themselves, in a stable order.
func (d *Data) Contradictions() []Contradiction {
	var all []Contradiction
	all = append(all, d.unpriced()...)
	all = append(all, d.deadOffers()...)
	all = append(all, d.misnamed()...)
	all = append(all, d.openLadders()...)
	return append(all, d.idleRows()...)
}

// unpriced finds products with a list price of which no history tells since when.
func (d *Data) unpriced() []Contradiction {
	var numbers []string
	for _, p := range d.Products {
		if prices, _ := d.History(p.Number); len(prices) == 0 {
			numbers = append(numbers, p.Number)
		}
	}
	if len(numbers) == 0 {
		return nil
	}
	return []Contradiction{{"price without history",
		fmt.Sprintf("%d products have a ListPrice and no row in ProductListPriceHistory: %s", len(numbers), strings.Join(numbers, ", ")),
		"they have no price"}}
}

// deadOffers finds offers without a product, and offers for products that have no
// price on any day of the offer.
func (d *Data) deadOffers() (all []Contradiction) {
	for i := range d.Offers {
		o := &d.Offers[i]
		if len(o.Products) == 0 {
			all = append(all, Contradiction{"offer without products",
				fmt.Sprintf("offer %s, %s, names no product", o.Number, o.Name), "it makes no row"})
			continue
		}
		var never []string
		for _, number := range o.Products {
			prices, _ := d.History(number)
			if !slices.ContainsFunc(prices, func(p Period) bool { return p.Valid.Overlaps(o.Valid) }) {
				never = append(never, number)
			}
		}
		if len(never) > 0 {
			all = append(all, Contradiction{"offer after the last price",
				fmt.Sprintf("offer %s, %s, begins on %s for %s, whose last price ended before", o.Number, o.Name, o.Valid.From, strings.Join(never, ", ")),
				"it stays in the promotion's scope and never falls on them"})
		}
	}
	return all
}

// misnamed finds offers named after a model that name products of another, and offers
// named after a year in which they do not hold.
func (d *Data) misnamed() (all []Contradiction) {
	for i := range d.Offers {
		o := &d.Offers[i]
		model, _, _ := strings.Cut(o.Name, " ")
		if _, number, ok := strings.Cut(model, "-"); ok && isNumber(number) {
			var others []string
			for _, number := range o.Products {
				if p, _ := d.Product(number); !strings.HasPrefix(p.Name, model) {
					others = append(others, number+" "+p.Name)
				}
			}
			if len(others) > 0 {
				all = append(all, Contradiction{"offer of another model",
					fmt.Sprintf("offer %s, %s, is for %s, too", o.Number, o.Name, strings.Join(others, " and ")), "the row counts, not the name"})
			}
		}
		at := strings.LastIndex(o.Name, "-")
		if year := o.Name[at+1:]; at >= 0 && len(year) == 4 && isNumber(year) && year != fmt.Sprint(o.Valid.From.Year()) {
			all = append(all, Contradiction{"offer of another year",
				fmt.Sprintf("offer %s is named %s and begins on %s", o.Number, o.Name, o.Valid.From), "the date counts, not the name"})
		}
	}
	return all
}

func isNumber(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsDigit(r) }) < 0
}

// openLadders finds products whose volume discount ends at a MaxQty behind which the
// tables name no other discount, so that one piece more costs the full price again.
func (d *Data) openLadders() []Contradiction {
	ends := map[int64]int{}
	holes := map[int64]int{}
	for i := range d.Products {
		steps := d.ladder(d.Products[i].Number)
		for j, o := range steps {
			switch {
			case o.Max == 0:
			case j+1 == len(steps):
				ends[o.Max]++
			case steps[j+1].Min > o.Max+1:
				holes[o.Max]++
			}
		}
	}
	var all []Contradiction
	for _, o := range d.Offers {
		if n := ends[o.Max]; o.Volume() && n > 0 {
			all = append(all, Contradiction{"volume discount that stops",
				fmt.Sprintf("of %d products the discount of %s ends at %d pieces: by MaxQty the piece after it costs the full price again", n, o.Discount.PercentString(), o.Max),
				fmt.Sprintf("the discount goes on from %d", o.Min)})
		}
		if n := holes[o.Max]; o.Volume() && n > 0 {
			all = append(all, Contradiction{"volume discount with a gap",
				fmt.Sprintf("of %d products the discount of %s ends at %d pieces, and the next begins later than at %d", n, o.Discount.PercentString(), o.Max, o.Max+1),
				"the discount goes on until the next"})
		}
	}
	return all
}

// idleRows counts rows of the price history that change nothing.
func (d *Data) idleRows() []Contradiction {
	n := 0
	for i, p := range d.Prices[1:] {
		before := d.Prices[i]
		if p.Product == before.Product && p.Price == before.Price && p.Valid.From == before.Valid.Until {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return []Contradiction{{"price change without a change",
		fmt.Sprintf("%d rows of ProductListPriceHistory state the price of the row before", n), "both rows stand in the book, for the trail"}}
}

// ladder gives the volume discounts of a product, from the smallest quantity.
func (d *Data) ladder(number string) (steps []Offer) {
	for _, o := range d.Offers {
		if o.Volume() && slices.Contains(o.Products, number) {
			steps = append(steps, o)
		}
	}
	slices.SortFunc(steps, func(a, b Offer) int { return int(a.Min - b.Min) })
	return steps
}

// Breaks gives the quantities at which the volume discounts of a product begin.
func (d *Data) Breaks(number string) (from []int64) {
	for _, o := range d.ladder(number) {
		from = append(from, o.Min)
	}
	return from
}

// meet gives the days that are in both ranges, ok being false where there are none.
func meet(a, b tandem.Validity) (v tandem.Validity, ok bool) {
	v = a
	if v.From.Before(b.From) {
		v.From = b.From
	}
	if v.Until.IsZero() || !b.Until.IsZero() && b.Until.Before(v.Until) {
		v.Until = b.Until
	}
	return v, a.Overlaps(b)
}
