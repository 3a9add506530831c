package pricing

import (
	"slices"
	"strings"
	"unicode"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/condition"
	"github.com/tandem-go/tandem/pricing/formula"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// cloneTerms copies all but the rows, so deeply that the snapshot shares nothing
// with the book's author.
func (b Book) cloneTerms() Book {
	b.Grades = slices.Clone(b.Grades)
	b.Lists = slices.Clone(b.Lists)
	for i := range b.Lists {
		l := &b.Lists[i]
		l.Grades, l.Customers = slices.Clone(l.Grades), slices.Clone(l.Customers)
		if l.Formula != nil {
			own := l.Formula.Clone()
			l.Formula = &own
		}
		if l.Cap != nil {
			own := *l.Cap
			l.Cap = &own
		}
		if l.When != nil {
			own := l.When.Clone()
			l.When = &own
		}
	}
	b.Exchange = slices.Clone(b.Exchange)
	b.Promotions = slices.Clone(b.Promotions)
	for i := range b.Promotions {
		b.Promotions[i] = b.Promotions[i].Clone()
	}
	if b.Stacking != nil {
		own := b.Stacking.Clone()
		b.Stacking = &own
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
	c.Require(b.Conversion == "" || b.Conversion.Valid(), "conversion", "conversion", "must be a conversion policy")
	c.Require(b.Totals == "" || b.Totals.Valid(), "totals", "totals", "must be a policy of totals")
	c.Require(len(b.Exchange) <= MaxExchange, "too_many", "exchange", "too many rates")
	c.Require(len(b.Floors) <= MaxFloors, "too_many", "floors", "too many floors")
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
	b.checkExchange(&c)
	b.checkFloors(&c)
	b.checkPromotions(&c)
	return c.Err("price book")
}

func (b Book) checkLists(c *tandem.Check, grades map[tandem.GradeCode]bool, schema *condition.Schema) map[string]*List {
	lists := make(map[string]*List, len(b.Lists))
	for i := range b.Lists {
		l, path := &b.Lists[i], tandem.Path("lists", i)
		c.Require(l.ID != "" && len(l.ID) <= tandem.MaxName, "id", path+".id", "must be given and short")
		checkText(c, path+".id", l.ID)
		c.Require(lists[l.ID] == nil, "duplicate", path+".id", "id stands twice")
		lists[l.ID] = l
		c.Require(l.Source.Valid(), "source", path+".source", "must be a source of lists")
		c.Require(l.Priority >= -MaxPriority && l.Priority <= MaxPriority, "priority", path+".priority", "out of range")
		c.Nested(path+".valid", l.Valid.Validate())
		c.Require((l.Source == SourceGrade) == (len(l.Grades) > 0), "grades", path+".grades", "a grade list, and no other, names its grades")
		c.Require(l.Source.personal() == (len(l.Customers) > 0), "customers", path+".customers", "a list of customers, and no other, names its customers")
		c.Require(len(l.Grades) <= MaxGrades, "too_many", path+".grades", "too many grades")
		c.Require(l.Breaks == "" || l.Breaks.Valid(), "breaks", path+".breaks", "must be a way of counting")
		for j, g := range l.Grades[:min(len(l.Grades), MaxGrades)] {
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
	b.checkCycles(c, lists)
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
	converts := l.Currency != 0 || l.BaseCurrency != 0
	if l.Formula != nil {
		c.Nested(path+".formula", l.Formula.Validate())
		c.Require(l.Discount.IsZero(), "discount", path+".discount", "a list has a discount or a formula")
	}
	c.Require(!l.BlocksPromotions || l.Source.personal(), "blocks_promotions", path+".blocks_promotions", "only a list of customers blocks promotions")
	l.checkCap(c, path+".cap")
	if l.Base == "" {
		c.Require(l.Discount.IsZero(), "discount", path+".discount", "only a list with a base has a discount")
		c.Require(l.Formula == nil || l.Formula.Of == formula.OfCost, "formula", path+".formula", "without a base a formula is of cost")
		c.Require(!converts, "currency", path+".currency", "only a list with a base has a currency of its own")
		return
	}
	if base := lists[l.Base]; c.Require(base != nil, "base", path+".base", "must be a list of the book") {
		c.Require(base.Inclusive == l.Inclusive, "tax_mode", path+".inclusive", "must be as in the base")
	}
	c.Require(validDiscount(l.Discount), "discount", path+".discount", "must be from 0 to 1")
	if converts {
		c.Require(l.Currency.Valid() && l.BaseCurrency.Valid() && l.Currency != l.BaseCurrency, "currency", path+".currency",
			"the currencies of a list that converts are given both, and differ")
	}
}

func (l *List) checkCap(c *tandem.Check, path string) {
	if l.Cap == nil {
		return
	}
	c.Require(l.Source.personal(), "cap", path, "only a list of customers has a cap")
	c.Require(!l.Cap.Quantity.IsNone() || !l.Cap.Value.IsNone(), "cap", path, "bounds the quantity or the value")
	c.Require(l.Cap.Quantity.Sign() >= 0 && l.Cap.Value.Sign() >= 0, "cap", path, "must not be negative")
	c.Require(l.Cap.Counts.Valid(), "counts", path+".counts", "says when it is consumed")
}

// checkCycles refuses lists that derive from one another in a circle, by its path.
func (b Book) checkCycles(c *tandem.Check, lists map[string]*List) {
	cyclic := map[string]bool{}
	for i := range b.Lists {
		path := []string{}
		for l := &b.Lists[i]; l != nil && l.Base != "" && !cyclic[l.ID]; l = lists[l.Base] {
			if at := slices.Index(path, l.ID); at >= 0 {
				for _, id := range path[at:] {
					cyclic[id] = true
				}
				c.Add("cycle", tandem.Path("lists", i)+".base", strings.Join(append(path[at:], l.ID), " → "))
				break
			}
			if path = append(path, l.ID); len(path) > MaxDerivation {
				c.Add("too_deep", tandem.Path("lists", i)+".base", "derives through too many lists")
				break
			}
		}
	}
}

func (b Book) checkExchange(c *tandem.Check) {
	for i := range b.Exchange {
		x, path := &b.Exchange[i], tandem.Path("exchange", i)
		c.Require(x.From.Valid(), "currency", path+".from", "must be a currency")
		c.Require(x.To.Valid() && x.To != x.From, "currency", path+".to", "must be another currency")
		c.Require(x.Rate.Sign() > 0, "rate", path+".rate", "must be positive")
		c.Nested(path+".valid", x.Valid.Validate())
	}
}

func (b Book) checkPromotions(c *tandem.Check) {
	if len(b.Promotions) == 0 && b.Stacking == nil {
		return
	}
	_, err := promotion.Compile(b.Promotions, b.stacking())
	c.Nested("", err)
}

// stacking gives how promotions stand together, with the book's own attributes for
// their conditions.
func (b Book) stacking() promotion.Config {
	config := promotion.NewConfig()
	if b.Stacking != nil {
		config = *b.Stacking
	}
	for _, a := range b.Attributes {
		if !slices.ContainsFunc(config.Attributes, func(o condition.Attribute) bool { return o.Name == a.Name }) {
			config.Attributes = append(slices.Clip(config.Attributes), a)
		}
	}
	return config
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
		(r.Valid.Until.IsZero() || r.Valid.Validate() == nil) && r.Tiers == nil && r.Formula == nil && r.At == nil
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
	checkText(c, path+".category", r.Category)
	checkText(c, path+".brand", r.Brand)
	c.Require(r.From.Sign() >= 0, "from", path+".from", "must not be negative")
	c.Nested(path+".valid", r.Valid.Validate())
	if r.At != nil {
		c.Require(r.At.Until.IsZero() || r.At.From.Before(r.At.Until), "at", path+".at", "must begin before it ends")
	}
	unit := r.Price.Unit()
	switch {
	case !r.Price.IsNone():
		c.Require(r.Price.Sign() >= 0, "price", path+".price", "must not be negative")
		c.Require(r.Discount.IsZero() && r.Tiers == nil && r.Formula == nil, "discount", path+".discount", "a row states a price or how to make one")
	case r.Tiers != nil:
		c.Nested(path+".tiers", r.Tiers.Validate())
		c.Require(r.Discount.IsZero() && r.Formula == nil, "discount", path+".discount", "a row states tiers or how to make a price")
		unit = r.Tiers.Unit
	default:
		c.Require(l != nil && (l.Base != "" || l.Formula != nil), "price", path+".price", "must be given, unless the list derives from another")
		c.Require(validDiscount(r.Discount), "discount", path+".discount", "must be from 0 to 1")
		if r.Formula != nil {
			c.Nested(path+".formula", r.Formula.Validate())
			c.Require(r.Discount.IsZero(), "discount", path+".discount", "a row states a discount or a formula")
			c.Require(l == nil || l.Base != "" || r.Formula.Of == formula.OfCost, "formula", path+".formula", "without a base a formula is of cost")
		}
		return
	}
	c.Require(r.From.Unit() == 0 || r.From.Unit() == unit, "unit", path+".from", "must be in the unit of the price")
}

// checkItems reports the faults of the items. A variant's parent is no variant.
func (b Book) checkItems(c *tandem.Check) {
	variants := map[tandem.ProductID]bool{}
	seen := make(map[tandem.ProductID]bool, len(b.Items))
	for i := range b.Items {
		it := &b.Items[i]
		if it.Product.IsZero() || seen[it.Product] || !validCategory(it.Category) || len(it.Brand) > tandem.MaxName || len(it.Family) > tandem.MaxName ||
			!validText(it.Category) || !validText(it.Brand) || !validText(it.Family) {
			path := tandem.Path("items", i)
			c.Require(!it.Product.IsZero(), "product", path+".product", "must be given")
			c.Require(!seen[it.Product], "duplicate", path+".product", "product stands twice")
			c.Require(validCategory(it.Category), "category", path+".category", "must be a path without empty parts, of limited depth")
			c.Require(len(it.Brand) <= tandem.MaxName, "too_long", path+".brand", "too long")
			c.Require(len(it.Family) <= tandem.MaxName, "too_long", path+".family", "too long")
			checkText(c, path+".category", it.Category)
			checkText(c, path+".brand", it.Brand)
			checkText(c, path+".family", it.Family)
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

// validText reports whether a name is without control characters: the parts of the keys
// of scopes are parted by them.
func validText(name string) bool { return strings.IndexFunc(name, unicode.IsControl) < 0 }

func checkText(c *tandem.Check, path, name string) {
	c.Require(validText(name), "control", path, "must not have control characters")
}

func (b Book) checkFloors(c *tandem.Check) {
	seen := make(map[string]bool, len(b.Floors))
	for i, f := range b.Floors {
		path := tandem.Path("floors", i)
		c.Require(f.ID != "" && len(f.ID) <= tandem.MaxName, "id", path+".id", "must be given and short")
		c.Require(!seen[f.ID], "duplicate", path+".id", "id stands twice")
		seen[f.ID] = true
		c.Require(f.Basis.Valid(), "basis", path+".basis", "must be a basis of floors")
		c.Require(f.Rate.Sign() > 0, "rate", path+".rate", "must be positive")
		c.Require(len(f.Role) <= tandem.MaxName, "too_long", path+".role", "too long")
		c.Require(f.Level == "" || f.Level.Valid(), "level", path+".level", "must be a level of floors")
		c.Require(f.Of == "" || f.Of.Valid(), "of", path+".of", "must say what is judged")
	}
}
