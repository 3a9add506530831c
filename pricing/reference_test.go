package pricing_test

import (
	"strings"

	"github.com/shopspring/decimal"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
)

// The reference: slow, plain and in decimals. It reads the rules of the package
// documentation row by row, without any index, rank or pruning of the engine.

// offer is one price that could win.
type offer struct {
	amount   decimal.Decimal
	rule     string
	list     int
	explicit bool
	keys     [6]int64 // priority, source, scope, quantity-from, explicit, start
}

func referencePrice(b *pricing.Book, req *pricing.Request, line *pricing.Line) (price decimal.Decimal, rule string, ok bool) {
	lists := map[string]int{}
	for i, l := range b.Lists {
		lists[l.ID] = i
	}
	var base, graded, contracts []offer
	for i := range b.Rows {
		r := &b.Rows[i]
		l := &b.Lists[lists[r.List]]
		if l.Source == pricing.SourceDefault && !r.Price.IsNone() && applies(b, req, line, r, l) {
			base = append(base, offerOf(r, l, lists[r.List]))
		}
	}
	defaultPrice, hasBase := choose(b, base)
	for i := range b.Lists {
		l := &b.Lists[i]
		found := fromReferenceList(b, req, line, i, defaultPrice, hasBase, lists)
		if l.Source == pricing.SourceGrade && bound(l.Grades, req.Grade) {
			graded = append(graded, found...)
		}
		if l.Source == pricing.SourceContract && bound(l.Customers, req.Customer) {
			contracts = append(contracts, found...)
		}
	}
	var finalists []offer
	for _, offers := range [][]offer{base, graded, contracts} {
		if winner, some := choose(b, offers); some {
			finalists = append(finalists, winner)
		}
	}
	winner, ok := choose(b, finalists)
	return winner.amount, winner.rule, ok
}

func bound[T comparable](all []T, one T) bool {
	for _, v := range all {
		if v == one {
			return true
		}
	}
	return false
}

func applies(b *pricing.Book, req *pricing.Request, line *pricing.Line, r *pricing.Row, l *pricing.List) bool {
	inScope := r.Product == line.Product
	if r.Product.IsZero() {
		inScope = r.Category == "" || line.Category == r.Category || strings.HasPrefix(line.Category, r.Category+"/")
	}
	enough := line.Quantity.Decimal().GreaterThanOrEqual(r.From.Decimal())
	inMarket := r.Price.Currency() == req.Currency && r.Price.Unit() == line.Quantity.Unit()
	if r.Price.IsNone() {
		inMarket = r.From.IsZero() || r.From.Unit() == line.Quantity.Unit()
	}
	return inScope && enough && inMarket && l.Inclusive == req.Inclusive && r.Valid.Contains(req.Date) && l.Valid.Contains(req.Date)
}

func offerOf(r *pricing.Row, l *pricing.List, list int) offer {
	scope := int64(0)
	switch {
	case !r.Product.IsZero():
		scope = 1000
	case r.Category != "":
		scope = int64(strings.Count(r.Category, "/") + 1)
	}
	source := map[pricing.Source]int64{pricing.SourceDefault: 1, pricing.SourceGrade: 2, pricing.SourceContract: 3}[l.Source]
	start := max(r.Valid.From.DayNumber(), l.Valid.From.DayNumber())
	return offer{amount: r.Price.Decimal().Div(decimal.NewFromInt(max(1, r.Price.Basis()))), rule: r.ID, list: list, explicit: true,
		keys: [6]int64{int64(l.Priority), source, scope, r.From.Micro(), 1, int64(start)}}
}

// fromReferenceList gives all offers of a grade list or contract: its rows, and
// the price that it derives from the base price.
func fromReferenceList(b *pricing.Book, req *pricing.Request, line *pricing.Line, list int, base offer, hasBase bool, lists map[string]int) []offer {
	l := &b.Lists[list]
	var offers, rates []offer
	var discounts []tandem.Rate
	for i := range b.Rows {
		r := &b.Rows[i]
		if r.List != l.ID || !applies(b, req, line, r, l) {
			continue
		}
		if r.Price.IsNone() {
			rates, discounts = append(rates, offerOf(r, l, list)), append(discounts, r.Discount)
		} else {
			offers = append(offers, offerOf(r, l, list))
		}
	}
	if l.Base == "" || !hasBase || base.list != lists[l.Base] || !l.Valid.Contains(req.Date) || l.Inclusive != req.Inclusive {
		return offers
	}
	derived := offer{rule: l.ID, list: list, keys: base.keys}
	discount := l.Discount
	best := -1
	for i := range rates {
		if best < 0 || before(rates[i], rates[best]) {
			best = i
		}
	}
	if best >= 0 {
		discount, derived.rule = discounts[best], rates[best].rule
		for _, k := range []int{2, 3, 5} {
			derived.keys[k] = max(derived.keys[k], rates[best].keys[k])
		}
	}
	own := offerOf(&pricing.Row{}, l, list)
	derived.keys[0], derived.keys[1], derived.keys[4] = own.keys[0], own.keys[1], 0
	derived.amount = base.amount
	if !discount.IsZero() {
		derived.amount = base.amount.Mul(decimal.NewFromInt(1).Sub(discount.Decimal())).Round(2) // half away from zero
	}
	return append(offers, derived)
}

// before reports whether a ranks before b, ids last.
func before(a, b offer) bool {
	for k := range a.keys {
		if a.keys[k] != b.keys[k] {
			return a.keys[k] > b.keys[k]
		}
	}
	return a.rule < b.rule
}

func choose(b *pricing.Book, offers []offer) (offer, bool) {
	best := -1
	for i := range offers {
		if best < 0 || wins(b, offers[i], offers[best]) {
			best = i
		}
	}
	if best < 0 {
		return offer{}, false
	}
	return offers[best], true
}

func wins(b *pricing.Book, a, o offer) bool {
	switch b.Policy {
	case pricing.Lowest:
		if !a.amount.Equal(o.amount) {
			return a.amount.LessThan(o.amount)
		}
	case pricing.FirstHit:
		if a.list != o.list {
			return a.list < o.list
		}
	}
	return before(a, o)
}
