package condition

import (
	"strings"
	"unicode/utf8"

	"github.com/tandem-go/tandem"
)

// The attributes of [Standard].
const (
	CustomerGrade   = "customer.grade"
	CustomerSegment = "customer.segment" // a set
	CustomerRegion  = "customer.region"
	OrderChannel    = "order.channel"
	OrderCurrency   = "order.currency" // the code, `GBP`
	OrderDate       = "order.date"     // the date that prices
	OrderAt         = "order.at"       // the instant that prices
	OrderCoupon     = "order.coupon"   // a set: the codes that were entered
	OrderQuantity   = "order.quantity"
	OrderAmount     = "order.amount"
	LineProduct     = "line.product"  // the id's text form
	LineCategory    = "line.category" // a path, `gifts/candles`
	LineBrand       = "line.brand"
	LineQuantity    = "line.quantity"
	LineAmount      = "line.amount"
	LinePrice       = "line.price" // the amount of one unit
)

// prefix of what hosts add.
const prefix = "attribute."

// Attribute is something that a condition may ask for.
type Attribute struct {
	Name  string `json:"name"` // a host's begins with `attribute.`
	Kind  Kind   `json:"kind"`
	Scope Scope  `json:"scope"`
	// Many: it is a set of texts, and equal asks whether it has one.
	Many bool `json:"many,omitempty"`
	// Path: it is a text of parts between slashes, and equal takes in all below.
	Path bool `json:"path,omitempty"`
}

// Validate reports the attribute's faults.
func (a Attribute) Validate() error {
	var c tandem.Check
	c.Require(a.Name != "" && len(a.Name) <= tandem.MaxName && utf8.ValidString(a.Name), "name", "name", "must have 1 to 256 bytes")
	c.Require(a.Kind.Valid(), "unknown", "kind", "no such kind")
	c.Require(a.Scope.Valid(), "unknown", "scope", "no such scope")
	c.Require(!a.Many || a.Kind == KindText, "many", "many", "only texts come in sets")
	c.Require(!a.Path || a.Kind == KindText && !a.Many, "path", "path", "only a single text is a path")
	return c.Err("attribute")
}

// Slot is the place of an attribute in [Facts]. The zero Slot is none.
type Slot struct {
	n     uint16 // 1 + the place among those of the same scope and of Many or not
	kind  Kind
	line  bool
	many  bool
	index uint16 // in the schema's list
}

// Schema has the attributes that conditions are checked and compiled against. It is
// immutable and safe for any number of goroutines.
type Schema struct {
	attributes []Attribute
	slots      map[string]Slot
	ones, sets [2]int // how many of the order and of a line
}

// Standard gives the schema of the standard attributes and those that a host adds,
// whose names begin with `attribute.`.
func Standard(extra ...Attribute) (*Schema, error) {
	s := &Schema{slots: map[string]Slot{}}
	for _, a := range standard() {
		s.add(a)
	}
	var c tandem.Check
	if !c.Require(len(s.attributes)+len(extra) <= MaxFields, "too_many", "", "has too many attributes") {
		return nil, c.Err("schema")
	}
	for i, a := range extra {
		at := tandem.Path("attributes", i)
		c.Nested(at, a.Validate())
		c.Require(strings.HasPrefix(a.Name, prefix), "name", at+".name", "must begin with attribute.")
		if _, taken := s.slots[a.Name]; c.Require(!taken, "duplicate", at+".name", "is there already") {
			s.add(a)
		}
	}
	if err := c.Err("schema"); err != nil {
		return nil, err
	}
	return s, nil
}

func standard() []Attribute {
	return []Attribute{
		{Name: CustomerGrade, Kind: KindText, Scope: ScopeOrder},
		{Name: CustomerSegment, Kind: KindText, Scope: ScopeOrder, Many: true},
		{Name: CustomerRegion, Kind: KindText, Scope: ScopeOrder},
		{Name: OrderChannel, Kind: KindText, Scope: ScopeOrder},
		{Name: OrderCurrency, Kind: KindText, Scope: ScopeOrder},
		{Name: OrderDate, Kind: KindDate, Scope: ScopeOrder},
		{Name: OrderAt, Kind: KindInstant, Scope: ScopeOrder},
		{Name: OrderCoupon, Kind: KindText, Scope: ScopeOrder, Many: true},
		{Name: OrderQuantity, Kind: KindQuantity, Scope: ScopeOrder},
		{Name: OrderAmount, Kind: KindMoney, Scope: ScopeOrder},
		{Name: LineProduct, Kind: KindText, Scope: ScopeLine},
		{Name: LineCategory, Kind: KindText, Scope: ScopeLine, Path: true},
		{Name: LineBrand, Kind: KindText, Scope: ScopeLine},
		{Name: LineQuantity, Kind: KindQuantity, Scope: ScopeLine},
		{Name: LineAmount, Kind: KindMoney, Scope: ScopeLine},
		{Name: LinePrice, Kind: KindMoney, Scope: ScopeLine},
	}
}

func (s *Schema) add(a Attribute) {
	scope := 0
	if a.Scope == ScopeLine {
		scope = 1
	}
	count := &s.ones[scope]
	if a.Many {
		count = &s.sets[scope]
	}
	*count++
	s.slots[a.Name] = Slot{n: uint16(*count), kind: a.Kind, line: scope == 1, many: a.Many, index: uint16(len(s.attributes))}
	s.attributes = append(s.attributes, a)
}

// Attributes lists the attributes.
func (s *Schema) Attributes() []Attribute { return append([]Attribute(nil), s.attributes...) }

// Slot gives the place of an attribute in [Facts], to be looked up once.
func (s *Schema) Slot(name string) (Slot, bool) {
	slot, ok := s.slots[name]
	return slot, ok
}
