package promotion

import (
	"slices"
	"strconv"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/condition"
	"github.com/tandem-go/tandem/pricing/promotion/internal/stacking"
)

// Limits of promotions.
const (
	MaxPromotions    = stacking.MaxOffers     // of one set
	MaxLanes         = stacking.MaxLanes      // of one set
	MaxExact         = stacking.MaxExact      // conflicting promotions among which every combination is tried
	MaxPools         = 8192                   // scopes of one set: of promotions, get units and components
	MaxForbidden     = 1024                   // pairs of the combine matrix
	MaxSearch        = stacking.MaxSearch     // combinations × steps × lines ÷ 64 that are tried in one stage
	MaxCoupons       = 1 << 20                // codes of one set
	MaxBasketCoupons = 64                     // codes of one basket
	MaxSegments      = 256                    // of one basket
	MaxWithout       = 256                    // promotions that one basket leaves out
	MaxScope         = 1 << 16                // products, categories and brands of one scope, exclusions included
	MaxComponents    = stacking.MaxComponents // of one bundle
	MaxNames         = 256                    // tags of one promotion, values of one audience dimension
	MaxPriority      = 1 << 20                // the least is -MaxPriority
	MaxSetUnits      = 1 << 20                // units of one set, buys or gets
)

// Promotion is one promotion: plain data. It holds on lines of its Scope for
// baskets that meet all that it asks for, and has exactly one benefit.
type Promotion struct {
	ID   string `json:"id"` // unique in its set
	Name string `json:"name,omitempty"`
	Lane string `json:"lane"`
	// Priority orders the promotions of a lane, higher first, ties by id.
	Priority int `json:"priority,omitempty"`

	// Class is looked up in the combine matrix of the set.
	Class string `json:"class,omitempty"`
	// Tags is what the promotion is, CombinesWith what it bears beside it on a line:
	// none is everything. Two share a line only if both bear the other (Shopify).
	Tags         []string `json:"tags,omitempty"`
	CombinesWith []string `json:"combines_with,omitempty"`
	// Group: at most one promotion of an exclusivity group is applied to an order, in whatever lane.
	Group string `json:"group,omitempty"`
	Stop  Stop   `json:"stop,omitempty"` // in sequential lanes only

	Valid tandem.Validity `json:"valid,omitzero"` // half-open dates
	From  tandem.Instant  `json:"from,omitzero"`  // and, where given, half-open instants
	Until tandem.Instant  `json:"until,omitzero"`

	Coupons   []string   `json:"coupons,omitempty"` // one of them is needed
	Scope     Scope      `json:"scope,omitzero"`
	Audience  Audience   `json:"audience,omitzero"`
	Threshold *Threshold `json:"threshold,omitempty"`
	// When says further when it holds. A part that asks for attributes of the line
	// narrows the scope to the lines for which it holds.
	When    *condition.Node `json:"when,omitempty"`
	Benefit Benefit         `json:"benefit"`
}

// Clone gives a copy that shares nothing with p.
func (p *Promotion) Clone() Promotion {
	out := *p
	out.Tags, out.CombinesWith, out.Coupons = slices.Clone(p.Tags), slices.Clone(p.CombinesWith), slices.Clone(p.Coupons)
	out.Scope, out.Audience, out.Benefit = p.Scope.Clone(), p.Audience.Clone(), p.Benefit.Clone()
	out.Threshold = copied(p.Threshold)
	if p.When != nil {
		own := p.When.Clone()
		out.When = &own
	}
	return out
}

// copied gives a pointer to a copy, nil for nil.
func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	own := *p
	return &own
}

// Scope names lines: those of any of the products, categories (with all below
// them) and brands, or all lines where none is named; less the exceptions.
type Scope struct {
	Products   []tandem.ProductID `json:"products,omitempty"`
	Categories []string           `json:"categories,omitempty"` // paths, `gifts/candles`
	Brands     []string           `json:"brands,omitempty"`

	ExceptProducts   []tandem.ProductID `json:"except_products,omitempty"`
	ExceptCategories []string           `json:"except_categories,omitempty"`
	ExceptBrands     []string           `json:"except_brands,omitempty"`
}

// Clone gives a copy that shares nothing with s.
func (s Scope) Clone() Scope {
	s.Products, s.Categories, s.Brands = slices.Clone(s.Products), slices.Clone(s.Categories), slices.Clone(s.Brands)
	s.ExceptProducts, s.ExceptCategories, s.ExceptBrands = slices.Clone(s.ExceptProducts), slices.Clone(s.ExceptCategories), slices.Clone(s.ExceptBrands)
	return s
}

// Everything reports whether the scope names no product, category or brand.
func (s Scope) Everything() bool {
	return len(s.Products)+len(s.Categories)+len(s.Brands) == 0
}

// IsZero reports whether the scope is all lines, without exception.
func (s Scope) IsZero() bool {
	return s.Everything() && len(s.ExceptProducts)+len(s.ExceptCategories)+len(s.ExceptBrands) == 0
}

func (s Scope) check(c *tandem.Check, path string) {
	n := len(s.Products) + len(s.Categories) + len(s.Brands) + len(s.ExceptProducts) + len(s.ExceptCategories) + len(s.ExceptBrands)
	if !c.Require(n <= MaxScope, "too_many", path, "too many products, categories and brands") {
		return
	}
	checkEach(c, path+".products", s.Products, func(id tandem.ProductID) bool { return !id.IsZero() })
	checkEach(c, path+".except_products", s.ExceptProducts, func(id tandem.ProductID) bool { return !id.IsZero() })
	checkEach(c, path+".categories", s.Categories, validCategory)
	checkEach(c, path+".except_categories", s.ExceptCategories, validCategory)
	checkEach(c, path+".brands", s.Brands, validName)
	checkEach(c, path+".except_brands", s.ExceptBrands, validName)
}

func checkEach[T any](c *tandem.Check, path string, values []T, valid func(T) bool) {
	for i, v := range values {
		if !valid(v) {
			c.Add("malformed", path+"["+strconv.Itoa(i)+"]", "must be given, short and well formed")
		}
	}
}

func validName(s string) bool { return s != "" && len(s) <= tandem.MaxName }

func validCategory(path string) bool {
	if path == "" || len(path) > tandem.MaxText || path[0] == '/' || path[len(path)-1] == '/' {
		return false
	}
	for i := 1; i < len(path); i++ {
		if path[i] == '/' && path[i-1] == '/' {
			return false
		}
	}
	return true
}

// Audience names customers and occasions. A dimension without values is open to
// all; otherwise the basket must have one of them, in every dimension.
type Audience struct {
	Grades   []tandem.GradeCode `json:"grades,omitempty"`
	Segments []string           `json:"segments,omitempty"`
	Channels []string           `json:"channels,omitempty"`
	Regions  []string           `json:"regions,omitempty"`
}

// Clone gives a copy that shares nothing with a.
func (a Audience) Clone() Audience {
	a.Grades, a.Segments, a.Channels, a.Regions = slices.Clone(a.Grades), slices.Clone(a.Segments), slices.Clone(a.Channels), slices.Clone(a.Regions)
	return a
}

// IsZero reports whether the audience is everybody.
func (a Audience) IsZero() bool {
	return len(a.Grades)+len(a.Segments)+len(a.Channels)+len(a.Regions) == 0
}

func (a Audience) check(c *tandem.Check) {
	if !c.Require(max(len(a.Grades), len(a.Segments), len(a.Channels), len(a.Regions)) <= MaxNames, "too_many", "audience", "too many values") {
		return
	}
	checkEach(c, "audience.grades", a.Grades, func(g tandem.GradeCode) bool { return validName(string(g)) })
	checkEach(c, "audience.segments", a.Segments, validName)
	checkEach(c, "audience.channels", a.Channels, validName)
	checkEach(c, "audience.regions", a.Regions, validName)
}

// Threshold asks for an amount, a quantity, or both, on the promotion's scope or
// on the whole order. It is reached when it is met exactly.
type Threshold struct {
	Spend    tandem.Money    `json:"spend"`             // none: no amount is asked for
	Quantity tandem.Quantity `json:"quantity"`          // none: no quantity; lines of another unit do not count
	Counted  Counted         `json:"counted,omitempty"` // with Spend: says whether tax counts
	Order    bool            `json:"order,omitempty"`   // the whole order instead of the scope
	// Reduced counts what earlier lanes (in a sequential lane, earlier promotions)
	// have left, instead of the amounts before all promotions.
	Reduced bool `json:"reduced,omitempty"`
	// Blocked counts lines on which no promotion falls, too.
	Blocked bool `json:"blocked,omitempty"`
}

func (t *Threshold) check(c *tandem.Check) {
	if t == nil {
		return
	}
	c.Require(!t.Spend.IsNone() || !t.Quantity.IsNone(), "required", "threshold", "must ask for an amount or a quantity")
	c.Require(t.Spend.IsNone() || validAmount(t.Spend), "amount", "threshold.spend", "must be positive and in range")
	c.Require(t.Quantity.IsNone() || t.Quantity.Sign() > 0, "quantity", "threshold.quantity", "must be positive")
	c.Require(t.Spend.IsNone() == (t.Counted == ""), "counted", "threshold.counted", "an amount, and nothing else, says whether tax counts")
	c.Require(t.Counted == "" || t.Counted.Valid(), "counted", "threshold.counted", "must be a name of amounts")
}

func validAmount(m tandem.Money) bool {
	return !m.IsNone() && m.Sign() > 0 && m.Minor() <= tandem.MaxMinorUnits
}

// Validate reports every fault of the promotion but those of When, which
// [Compile] judges by the attributes of the set.
func (p *Promotion) Validate() error {
	var c tandem.Check
	c.Require(validName(p.ID), "id", "id", "must be given and short")
	c.Require(len(p.Name) <= tandem.MaxName, "too_long", "name", "too long")
	c.Require(validName(p.Lane), "lane", "lane", "must be given and short")
	c.Require(p.Priority >= -MaxPriority && p.Priority <= MaxPriority, "priority", "priority", "out of range")
	c.Require(len(p.Class) <= tandem.MaxName, "too_long", "class", "too long")
	c.Require(len(p.Group) <= tandem.MaxName, "too_long", "group", "too long")
	if c.Require(len(p.Tags) <= MaxNames && len(p.CombinesWith) <= MaxNames, "too_many", "tags", "too many tags") {
		checkEach(&c, "tags", p.Tags, validName)
		checkEach(&c, "combines_with", p.CombinesWith, validName)
	}
	c.Require(p.Stop == "" || p.Stop.Valid(), "stop", "stop", "must be a kind of stop")
	c.Nested("valid", p.Valid.Validate())
	c.Require(p.Until.IsZero() || p.From.Before(p.Until), "validity_empty", "until", "must be later than from")
	if c.Require(len(p.Coupons) <= MaxCoupons, "too_many", "coupons", "too many coupons") {
		checkEach(&c, "coupons", p.Coupons, validName)
	}
	p.Scope.check(&c, "scope")
	p.Audience.check(&c)
	p.Threshold.check(&c)
	p.Benefit.check(&c)
	_, ok := p.currency()
	c.Require(ok, "currency", "benefit", "all amounts must be of one currency")
	return c.Err("promotion")
}

// currency gives the one currency of all amounts, zero where there are none.
func (p *Promotion) currency() (currency tandem.Currency, ok bool) {
	amounts := p.Benefit.currencies()
	if p.Threshold != nil {
		amounts = append(amounts, p.Threshold.Spend.Currency())
	}
	for _, c := range amounts {
		if c.Valid() && currency.Valid() && c != currency {
			return 0, false
		}
		if c.Valid() {
			currency = c
		}
	}
	return currency, true
}
