package recommend

import (
	"fmt"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/internal/float"
)

// The limits of what is asked.
const (
	MaxTop      = 1_000
	MaxProducts = 1_000_000
	MaxFacts    = 1_000_000 // of each kind about a customer
	MaxDays     = 100_000
)

// Product is what is known of a product that may be recommended. What is not said is
// a no: a product without stock is out of stock.
type Product struct {
	ID        tandem.ProductID `json:"id"`
	Name      string           `json:"name,omitzero"`     // for the reasons; none = the id
	Category  string           `json:"category,omitzero"` // for diversity
	Sellable  bool             `json:"sellable"`          // it is on sale
	Available float64          `json:"available"`         // units that can be promised
}

// Event is a day on which a customer bought a product or gave it back.
type Event struct {
	Product tandem.ProductID `json:"product"`
	Date    tandem.Date      `json:"date"`
}

// Showing is how often a product was shown to a customer, in the period that the host
// counts over.
type Showing struct {
	Product tandem.ProductID `json:"product"`
	Times   int              `json:"times"`
}

// Customer is what is known of whom products are recommended to.
type Customer struct {
	ID       tandem.PartyID     `json:"id,omitzero"`        // whose baskets are known; none = somebody new
	Consent  bool               `json:"consent"`            // to recommendations
	Barred   []tandem.ProductID `json:"barred,omitempty"`   // may not be sold to this customer
	Basket   []tandem.ProductID `json:"basket,omitempty"`   // what is being bought now
	Bought   []Event            `json:"bought,omitempty"`   // what the model's baskets do not have yet
	Returned []Event            `json:"returned,omitempty"` // given back
	Shown    []Showing          `json:"shown,omitempty"`
}

// Request says what is asked for.
type Request struct {
	Today tandem.Date `json:"today"`
	Top   int         `json:"top,omitzero"` // recommendations at most; 0 = 10
	// BoughtDays: nothing bought in so many days, today included; 0 = 30. Baskets of the
	// model without a date count as bought before.
	BoughtDays   int  `json:"bought_days,omitzero"`
	Repeats      bool `json:"repeats,omitzero"`       // what was just bought may be recommended again
	ReturnedDays int  `json:"returned_days,omitzero"` // nothing returned in so many days, today included; 0 = 180
	FrequencyCap int  `json:"frequency_cap,omitzero"` // nothing shown so often; 0 = 5
	PerCategory  int  `json:"per_category,omitzero"`  // at most so many of a category; 0 = no limit
}

func (r Request) filled() Request {
	if r.Top == 0 {
		r.Top = 10
	}
	if r.BoughtDays == 0 {
		r.BoughtDays = 30
	}
	if r.ReturnedDays == 0 {
		r.ReturnedDays = 180
	}
	if r.FrequencyCap == 0 {
		r.FrequencyCap = 5
	}
	return r
}

// Validate reports every fault of the request.
func (r Request) Validate() error {
	var k tandem.Check
	days := func(n int, path string) { k.Require(n >= 0 && n <= MaxDays, "days", path, "must be 0 to 100,000") }
	k.Require(!r.Today.IsZero(), "date", "today", "is needed")
	k.Require(r.Top >= 0 && r.Top <= MaxTop, "top", "top", "must be 0 to 1,000")
	days(r.BoughtDays, "bought_days")
	days(r.ReturnedDays, "returned_days")
	k.Require(r.FrequencyCap >= 0, "frequency_cap", "frequency_cap", "must not be negative")
	k.Require(r.PerCategory >= 0, "per_category", "per_category", "must not be negative")
	return k.Err("recommend request")
}

// Rule says why a product is not recommended. The names are stable.
type Rule string

// The rules, in the order in which they are asked: the first that holds is given.
const (
	NoConsent    Rule = "no_consent"
	NotSellable  Rule = "not_sellable" // not on sale
	Barred       Rule = "barred"       // may not be sold to this customer
	OutOfStock   Rule = "out_of_stock"
	InBasket     Rule = "in_basket" // being bought now
	JustBought   Rule = "just_bought"
	JustReturned Rule = "just_returned"
	ShownOften   Rule = "shown_often"   // the frequency cap
	NeverBought  Rule = "never_bought"  // by anybody: nothing is known of it
	CategoryFull Rule = "category_full" // it would have been among the first, but for diversity
)

// Rules lists the rules.
func Rules() []Rule {
	return []Rule{NoConsent, NotSellable, Barred, OutOfStock, InBasket, JustBought, JustReturned, ShownOften, NeverBought, CategoryFull}
}

// Valid says whether the rule is one of [Rules].
func (r Rule) Valid() bool { return slices.Contains(Rules(), r) }

// UnmarshalText reads exactly the names of [Rules].
func (r *Rule) UnmarshalText(text []byte) error { return enum.Decode(r, text, "rule", Rules()) }

// facts are what excludes products from one request.
type facts struct {
	customer Customer
	request  Request
	barred   map[tandem.ProductID]bool
	basket   map[tandem.ProductID]bool
	bought   map[tandem.ProductID]tandem.Date // last day
	returned map[tandem.ProductID]tandem.Date
	shown    map[tandem.ProductID]int
}

func (m *Model) facts(c Customer, r Request) facts {
	f := facts{customer: c, request: r, barred: set(c.Barred), basket: set(c.Basket),
		bought: latest(c.Bought), returned: latest(c.Returned), shown: make(map[tandem.ProductID]int, len(c.Shown))}
	for _, s := range c.Shown {
		f.shown[s.Product] += s.Times
	}
	if buyer, found := m.baskets.Buyer(c.ID); found {
		for _, i := range m.ofBuyer[buyer] {
			date := m.baskets.Date(int(i))
			for _, item := range m.baskets.Items(int(i)) {
				if id := m.baskets.Product(item); date.After(f.bought[id]) {
					f.bought[id] = date
				}
			}
		}
	}
	return f
}

func set(ids []tandem.ProductID) map[tandem.ProductID]bool {
	out := make(map[tandem.ProductID]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out
}

func latest(events []Event) map[tandem.ProductID]tandem.Date {
	out := make(map[tandem.ProductID]tandem.Date, len(events))
	for _, e := range events {
		if e.Date.After(out[e.Product]) {
			out[e.Product] = e.Date
		}
	}
	return out
}

// exclude gives the first rule against a product, "" if there is none.
func (f *facts) exclude(p *Product) (Rule, string) {
	just := func(day tandem.Date, days int) (int, bool) {
		ago := f.request.Today.DaysSince(day)
		return ago, !day.IsZero() && ago < days // a day to come counts as just now
	}
	switch {
	case !f.customer.Consent:
		return NoConsent, "the customer has not agreed to recommendations"
	case !p.Sellable:
		return NotSellable, "not on sale"
	case f.barred[p.ID]:
		return Barred, "may not be sold to this customer"
	case !(p.Available > 0):
		return OutOfStock, "out of stock"
	case f.basket[p.ID]:
		return InBasket, "already in the basket"
	}
	if ago, yes := just(f.bought[p.ID], f.request.BoughtDays); yes && !f.request.Repeats {
		return JustBought, "bought " + daysAgo(ago)
	}
	if ago, yes := just(f.returned[p.ID], f.request.ReturnedDays); yes {
		return JustReturned, "returned " + daysAgo(ago)
	}
	if n := f.shown[p.ID]; n >= f.request.FrequencyCap {
		return ShownOften, fmt.Sprintf("shown %d times, the cap is %d", n, f.request.FrequencyCap)
	}
	return "", ""
}

func daysAgo(n int) string {
	switch {
	case n <= 0:
		return "today"
	case n == 1:
		return "yesterday"
	}
	return fmt.Sprintf("%d days ago", n)
}

// Validate reports every fault of what is known of the customer. A fact without a product,
// or an event without a date, is one: it would exclude nothing, in silence.
func (c Customer) Validate() error {
	var k tandem.Check
	few := func(n int, list string) bool {
		return k.Require(n <= MaxFacts, "too_many", list, "at most 1,000,000")
	}
	named := func(ids []tandem.ProductID, list string) {
		if !few(len(ids), list) {
			return
		}
		for i, id := range ids {
			if id.IsZero() {
				k.Add("required", tandem.Path(list, i), "must be given")
			}
		}
	}
	dated := func(events []Event, list string) {
		if !few(len(events), list) {
			return
		}
		for i, e := range events {
			if e.Product.IsZero() {
				k.Add("required", tandem.Path(list, i)+".product", "must be given")
			}
			if e.Date.IsZero() {
				k.Add("required", tandem.Path(list, i)+".date", "must be given")
			}
		}
	}
	named(c.Barred, "barred")
	named(c.Basket, "basket")
	dated(c.Bought, "bought")
	dated(c.Returned, "returned")
	if few(len(c.Shown), "shown") {
		for i, s := range c.Shown {
			if s.Product.IsZero() {
				k.Add("required", tandem.Path("shown", i)+".product", "must be given")
			}
			if s.Times < 0 || s.Times > MaxFacts {
				k.Add("times", tandem.Path("shown", i)+".times", "must be 0 to 1,000,000")
			}
		}
	}
	return k.Err("recommend customer")
}

func validate(c Customer, products []Product, r Request) error {
	var k tandem.Check
	k.Nested("request", r.Validate())
	k.Nested("customer", c.Validate())
	if !k.Require(len(products) <= MaxProducts, "too_many", "products", "at most 1,000,000") {
		return k.Err("recommend")
	}
	order := make([]int, len(products))
	for i := range products {
		order[i] = i
		p := &products[i]
		if p.ID.IsZero() {
			k.Add("id", tandem.Path("products", i)+".id", "is needed")
		}
		if !float.Finite(p.Available) {
			k.Add("available", tandem.Path("products", i)+".available", "must be finite")
		}
	}
	slices.SortStableFunc(order, func(x, y int) int { return products[x].ID.Compare(products[y].ID) })
	for i := 1; i < len(order); i++ {
		if id := products[order[i]].ID; id == products[order[i-1]].ID && !id.IsZero() {
			k.Add("duplicate", tandem.Path("products", order[i])+".id", "each product once")
		}
	}
	return k.Err("recommend")
}
