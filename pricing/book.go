package pricing

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/condition"
)

// Limits of a book.
const (
	MaxGrades         = 1024      // grades of one book
	MaxLists          = 1 << 20   // lists of one book, contracts included
	MaxRows           = 1 << 24   // rows of one book
	MaxBreaks         = 1<<20 - 1 // different quantities-from in one book
	MaxPriority       = 2047      // of a list; the least is -MaxPriority
	MaxCategoryDepth  = 60        // parts of a category path
	MaxItems          = 1 << 24   // products whose place the book states
	MaxClasses        = 1<<16 - 1 // different audiences of lists
	MaxFrames         = 1 << 12   // different currencies, units, tax modes and ways of counting
	MaxOrderDiscounts = 64        // of one request
	MaxCandidates     = 64        // losing candidates kept in one waterfall
)

// Book is everything that prices are made from: plain data, compiled before use.
// Start from [NewBook], which states the usual policies.
type Book struct {
	ID      string           `json:"id,omitempty"` // the book's name in every [tandem.PriceRef]
	Version int64            `json:"version"`      // from 1; the host gives each published book a new one
	Company tandem.CompanyID `json:"company,omitzero"`

	Grades []tandem.GradeCode `json:"grades,omitempty"` // from best to worst
	// Attributes are the host's own, beside the standard ones, for conditions.
	Attributes []condition.Attribute `json:"attributes,omitempty"`
	Items      []Item                `json:"items,omitempty"` // where products stand; those that are not named state it in the line
	Lists      []List                `json:"lists,omitempty"` // their order counts under FirstHit
	Rows       []Row                 `json:"rows,omitempty"`
	Floors     []Floor               `json:"floors,omitempty"`

	Policy   Policy          `json:"policy"`
	Contract ContractPolicy  `json:"contract"`
	Rounding tandem.Rounding `json:"rounding"` // of derived prices and of amounts
	// PriceDigits is the number of digits behind the point to which a derived price
	// is rounded, 1 to 6. Nought stands for the digits of the currency, or those of
	// the price that it is derived from where these are more: 0.0176 is one of four.
	PriceDigits int `json:"price_digits,omitempty"`
}

// NewBook gives an empty book with the policies that trade between companies
// expects: most specific, contract final, half away from zero.
func NewBook(id string, version int64) Book {
	return Book{ID: id, Version: version, Policy: MostSpecific, Contract: ContractFinal, Rounding: tandem.HalfAwayFromZero}
}

// List is a price list. Its rows may be in several currencies and units.
type List struct {
	ID     string `json:"id"`
	Source Source `json:"source"`
	// Grades are those that a grade list is bound to, Customers those of a customer
	// list, personal offer or contract.
	Grades    []tandem.GradeCode `json:"grades,omitempty"`
	Customers []tandem.PartyID   `json:"customers,omitempty"`
	// When says of which orders the list is, beside the grades: by segment, region,
	// channel, coupon, date or the book's own attributes, but not by what is ordered.
	When *condition.Node `json:"when,omitempty"`
	// Base names the default list that a grade list or contract derives from, row by
	// row with its breaks, at Discount (0 to 1) off, rounded. Rows of the derived list
	// stand beside the derived prices: at one scope and quantity-from a row wins.
	Base     string      `json:"base,omitempty"`
	Discount tandem.Rate `json:"discount,omitzero"`
	// Inclusive: the prices include the tax (a gross list). Gross and net prices are
	// never compared: a request asks for one or the other.
	Inclusive bool `json:"inclusive,omitempty"`
	// Breaks says what is counted for the quantity-from of its rows; empty: the line.
	Breaks BreakCount `json:"breaks,omitempty"`
	// Priority comes before everything else in the rank; usually nought.
	Priority int             `json:"priority,omitempty"`
	Valid    tandem.Validity `json:"valid,omitzero"` // a row holds where both it and its list do
}

// Item says where a product stands, so that rows for wider scopes find it: the
// product that it is a variant of, its category (path, `gifts/candles`), its brand,
// and the family in which breaks may be counted together.
type Item struct {
	Product  tandem.ProductID `json:"product"`
	Parent   tandem.ProductID `json:"parent,omitzero"`
	Category string           `json:"category,omitempty"`
	Brand    string           `json:"brand,omitempty"`
	Family   string           `json:"family,omitempty"`
}

// Row is one price of a list: for one product and its variants, for a category and
// all below it (`gifts/candles`), for a brand or, with none of them, for everything.
// A missing row is no price; a price of nought is a price.
type Row struct {
	ID       string           `json:"id"` // unique in the book
	List     string           `json:"list"`
	Product  tandem.ProductID `json:"product,omitzero"`
	Category string           `json:"category,omitempty"`
	Brand    string           `json:"brand,omitempty"`
	// From is the smallest quantity, inclusive, in the unit of the price. None stands
	// for any quantity.
	From tandem.Quantity `json:"from"`
	// Price is the price (nought is a price), or none in a row of a derived list that states a Discount
	// (0 to 1) of its own, in place of the list's.
	Price    tandem.Price    `json:"price"`
	Discount tandem.Rate     `json:"discount,omitzero"`
	Valid    tandem.Validity `json:"valid,omitzero"` // half-open dates
}

// Floor asks for an approval where the final amount of a line, order discounts
// included, is below Rate × basis. Nothing is blocked: see [Approval]. A line
// without the basis (no cost stated, no engine price) is not judged by it.
type Floor struct {
	ID    string      `json:"id"`
	Basis FloorBasis  `json:"basis"`
	Rate  tandem.Rate `json:"rate"`           // 0.75 of the engine's price; 1 of the cost, or 1.1
	Role  string      `json:"role,omitempty"` // who may approve, in the host's own words
}

// cloneTerms copies all but the rows, so deeply that the snapshot shares nothing
// with the book's author.
func (b Book) cloneTerms() Book {
	b.Grades = slices.Clone(b.Grades)
	b.Lists = slices.Clone(b.Lists)
	for i := range b.Lists {
		b.Lists[i].Grades = slices.Clone(b.Lists[i].Grades)
		b.Lists[i].Customers = slices.Clone(b.Lists[i].Customers)
	}
	b.Items = slices.Clone(b.Items)
	b.Attributes = slices.Clone(b.Attributes)
	b.Rows = nil
	b.Floors = slices.Clone(b.Floors)
	return b
}

// Validate reports every fault of the book; [Compile] calls it.
func (b Book) Validate() error {
	var c tandem.Check
	c.Require(len(b.ID) <= tandem.MaxName, "too_long", "id", "too long")
	c.Require(b.Version > 0, "version", "version", "must be positive")
	c.Require(b.Policy.Valid(), "policy", "policy", "must be a best-price policy")
	c.Require(b.Contract.Valid(), "contract_policy", "contract", "must be a contract policy")
	c.Require(b.Rounding.Valid(), "rounding", "rounding", "must be a rounding mode")
	c.Require(b.PriceDigits >= 0 && b.PriceDigits <= 6, "price_digits", "price_digits", "must be from 0 to 6")
	c.Require(len(b.Grades) <= MaxGrades, "too_many", "grades", "too many grades")
	c.Require(len(b.Lists) <= MaxLists, "too_many", "lists", "too many lists")
	c.Require(len(b.Rows) <= MaxRows, "too_many", "rows", "too many rows")
	c.Require(len(b.Items) <= MaxItems, "too_many", "items", "too many items")
	if !c.OK() {
		return c.Err("price book")
	}
	grades := map[tandem.GradeCode]bool{}
	for i, g := range b.Grades {
		c.Require(g != "" && len(g) <= tandem.MaxName, "grade", tandem.Path("grades", i), "must be given and short")
		c.Require(!grades[g], "duplicate", tandem.Path("grades", i), "grade stands twice")
		grades[g] = true
	}
	schema, err := condition.Standard(b.Attributes...)
	c.Nested("attributes", err)
	if schema == nil {
		return c.Err("price book")
	}
	lists := b.checkLists(&c, grades, schema)
	b.checkItems(&c)
	b.checkRows(&c, lists)
	b.checkFloors(&c)
	return c.Err("price book")
}

func (b Book) checkLists(c *tandem.Check, grades map[tandem.GradeCode]bool, schema *condition.Schema) map[string]*List {
	lists := make(map[string]*List, len(b.Lists))
	for i := range b.Lists {
		l, path := &b.Lists[i], tandem.Path("lists", i)
		c.Require(l.ID != "" && len(l.ID) <= tandem.MaxName, "id", path+".id", "must be given and short")
		c.Require(lists[l.ID] == nil, "duplicate", path+".id", "id stands twice")
		lists[l.ID] = l
		c.Require(l.Source.Valid(), "source", path+".source", "must be a source of lists")
		c.Require(l.Priority >= -MaxPriority && l.Priority <= MaxPriority, "priority", path+".priority", "out of range")
		c.Nested(path+".valid", l.Valid.Validate())
		c.Require((l.Source == SourceGrade) == (len(l.Grades) > 0), "grades", path+".grades", "a grade list, and no other, names its grades")
		c.Require(l.Source.personal() == (len(l.Customers) > 0), "customers", path+".customers", "a list of customers, and no other, names its customers")
		c.Require(l.Breaks == "" || l.Breaks.Valid(), "breaks", path+".breaks", "must be a way of counting")
		for j, g := range l.Grades {
			c.Require(grades[g], "grade_unknown", path+"."+tandem.Path("grades", j), "not a grade of the book")
			c.Require(!slices.Contains(l.Grades[:j], g), "duplicate", path+"."+tandem.Path("grades", j), "grade stands twice")
		}
		c.Require((l.Source != SourceDefault || l.When == nil) && (l.Source != SourceChannel || l.When != nil), "when", path+".when",
			"a list of a channel, and no default list, says of which orders it is")
		if l.When != nil {
			c.Nested(path+".when", l.When.Validate(schema))
			c.Require(ofOrder(l.When, schema), "when", path+".when", "a list does not ask what is ordered")
		}
		for j, p := range l.Customers {
			c.Require(!p.IsZero(), "customer", path+"."+tandem.Path("customers", j), "must be given")
		}
	}
	for i := range b.Lists {
		b.checkBase(c, &b.Lists[i], tandem.Path("lists", i), lists)
	}
	return lists
}

// ofOrder reports whether a condition asks for nothing that is known only when the
// lines are priced.
func ofOrder(n *condition.Node, schema *condition.Schema) bool {
	switch n.Op {
	case condition.OpCount, condition.OpSum:
		return false
	}
	if n.Field == condition.OrderQuantity || n.Field == condition.OrderAmount {
		return false
	}
	for _, a := range schema.Attributes() {
		if n.Field == a.Name && a.Scope == condition.ScopeLine {
			return false
		}
	}
	for i := range n.Nodes {
		if !ofOrder(&n.Nodes[i], schema) {
			return false
		}
	}
	return true
}

func (b Book) checkBase(c *tandem.Check, l *List, path string, lists map[string]*List) {
	if l.Base == "" {
		c.Require(l.Discount.IsZero(), "discount", path+".discount", "only a list with a base has a discount")
		return
	}
	base := lists[l.Base]
	c.Require(l.Source != SourceDefault, "base", path+".base", "a default list has no base")
	if c.Require(base != nil && base.Source == SourceDefault, "base", path+".base", "must be a default list of the book") {
		c.Require(base.Inclusive == l.Inclusive, "tax_mode", path+".inclusive", "must be as in the base")
	}
	c.Require(validDiscount(l.Discount), "discount", path+".discount", "must be from 0 to 1")
}

func validDiscount(r tandem.Rate) bool { return r.Sign() >= 0 && r.Cmp(tandem.Percent(100)) <= 0 }

func (b Book) checkRows(c *tandem.Check, lists map[string]*List) {
	ids := newUnique(len(b.Rows), func(i int32) string { return b.Rows[i].ID })
	var list *List
	for i := range b.Rows {
		r := &b.Rows[i]
		if list == nil || list.ID != r.List {
			list = lists[r.List]
		}
		if !r.plain(list) {
			r.check(c, tandem.Path("rows", i), list)
		}
		if !ids.add(int32(i)) {
			c.Add("duplicate", tandem.Path("rows", i)+".id", "id stands twice")
		}
	}
}

// plain reports whether a row is without fault, in short: where it does not,
// [Row.check] says what is wrong, if anything is.
func (r *Row) plain(l *List) bool {
	return r.ID != "" && len(r.ID) <= tandem.MaxName && l != nil && (r.Category == "" && r.Brand == "") && !r.Price.IsNone() &&
		r.Price.Sign() >= 0 && r.From.Sign() >= 0 && r.Discount.IsZero() && (r.From.Unit() == 0 || r.From.Unit() == r.Price.Unit()) &&
		(r.Valid.Until.IsZero() || r.Valid.Validate() == nil)
}

// check reports the faults of a row.
func (r *Row) check(c *tandem.Check, path string, l *List) {
	c.Require(r.ID != "" && len(r.ID) <= tandem.MaxName, "id", path+".id", "must be given and short")
	c.Require(l != nil, "list_unknown", path+".list", "not a list of the book")
	scopes := 0
	for _, given := range [3]bool{!r.Product.IsZero(), r.Category != "", r.Brand != ""} {
		if given {
			scopes++
		}
	}
	c.Require(scopes < 2, "scope", path+".category", "a row is for a product, for a category or for a brand")
	c.Require(validCategory(r.Category), "category", path+".category", "must be a path without empty parts, of limited depth")
	c.Require(len(r.Brand) <= tandem.MaxName, "too_long", path+".brand", "too long")
	c.Require(r.From.Sign() >= 0, "from", path+".from", "must not be negative")
	c.Nested(path+".valid", r.Valid.Validate())
	if r.Price.IsNone() {
		c.Require(l != nil && l.Base != "", "price", path+".price", "must be given, unless the list derives from another")
		c.Require(validDiscount(r.Discount), "discount", path+".discount", "must be from 0 to 1")
		return
	}
	c.Require(r.Price.Sign() >= 0, "price", path+".price", "must not be negative")
	c.Require(r.Discount.IsZero(), "discount", path+".discount", "a row states a price or a discount")
	c.Require(r.From.Unit() == 0 || r.From.Unit() == r.Price.Unit(), "unit", path+".from", "must be in the unit of the price")
}

// checkItems reports the faults of the items. A variant's parent is no variant.
func (b Book) checkItems(c *tandem.Check) {
	variants := map[tandem.ProductID]bool{}
	seen := make(map[tandem.ProductID]bool, len(b.Items))
	for i := range b.Items {
		it := &b.Items[i]
		if it.Product.IsZero() || seen[it.Product] || !validCategory(it.Category) || len(it.Brand) > tandem.MaxName || len(it.Family) > tandem.MaxName {
			path := tandem.Path("items", i)
			c.Require(!it.Product.IsZero(), "product", path+".product", "must be given")
			c.Require(!seen[it.Product], "duplicate", path+".product", "product stands twice")
			c.Require(validCategory(it.Category), "category", path+".category", "must be a path without empty parts, of limited depth")
			c.Require(len(it.Brand) <= tandem.MaxName, "too_long", path+".brand", "too long")
			c.Require(len(it.Family) <= tandem.MaxName, "too_long", path+".family", "too long")
		}
		seen[it.Product] = true
		if !it.Parent.IsZero() {
			variants[it.Product] = true
		}
	}
	for i := range b.Items {
		if it := &b.Items[i]; !it.Parent.IsZero() && variants[it.Parent] {
			c.Add("parent", tandem.Path("items", i)+".parent", "a variant's product is no variant itself")
		}
	}
}

func validCategory(path string) bool {
	if path == "" {
		return true
	}
	if len(path) > tandem.MaxText {
		return false
	}
	parts, length := 1, 0
	for i := range len(path) {
		if path[i] != '/' {
			length++
			continue
		}
		if length == 0 {
			return false
		}
		parts, length = parts+1, 0
	}
	return length > 0 && parts <= MaxCategoryDepth
}

func (b Book) checkFloors(c *tandem.Check) {
	for i, f := range b.Floors {
		path := tandem.Path("floors", i)
		c.Require(f.ID != "" && len(f.ID) <= tandem.MaxName, "id", path+".id", "must be given and short")
		c.Require(!slices.ContainsFunc(b.Floors[:i], func(o Floor) bool { return o.ID == f.ID }), "duplicate", path+".id", "id stands twice")
		c.Require(f.Basis.Valid(), "basis", path+".basis", "must be a basis of floors")
		c.Require(f.Rate.Sign() > 0, "rate", path+".rate", "must be positive")
		c.Require(len(f.Role) <= tandem.MaxName, "too_long", path+".role", "too long")
	}
}
