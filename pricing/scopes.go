package pricing

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// Depths of scopes, as they enter the rank: everything, a brand, categories by
// their number of parts, a product, a variant.
const (
	depthAll     = 0
	depthBrand   = 1
	depthProduct = rows.MaxDepth - 1
	depthVariant = rows.MaxDepth
)

// scopes gives numbers to what rows are for: 0 is everything. Numbers are given in
// the order of appearance, so that those of a version hold in the next.
type scopes struct {
	categories map[string]int32
	brands     map[string]int32
	families   map[string]int32
	places     *rows.Places
	subjects   []subject // by scope
	// chains has the wider scopes of products, from the narrowest to everything, one chain
	// behind the other, each after its length: it is small, and every line looks at it.
	chains   []int32
	chainOf  map[standing]int32 // by category and brand
	chainHas map[string]int32   // by content
	// variants has a bit for each place of a variant. It is noted apart from the parent,
	// which is not known where it has no rows. The items stay, and so does this.
	variants []uint64
}

// standing is where an item stands.
type standing struct{ category, brand string }

// subject says what a scope is.
type subject struct {
	place int32  // of a product, or none
	name  string // of a category or brand
	depth uint8
}

const none = rows.None

func newScopes(products int) *scopes {
	s := &scopes{categories: map[string]int32{}, brands: map[string]int32{}, families: map[string]int32{},
		places: rows.NewPlaces(products), chainOf: map[standing]int32{}, chainHas: map[string]int32{}}
	s.subjects = append(s.subjects, subject{place: none})
	return s
}

// clone gives scopes that may be added to. Their chains must be made anew.
func (s *scopes) clone() *scopes {
	return &scopes{categories: maps.Clone(s.categories), brands: maps.Clone(s.brands), families: maps.Clone(s.families),
		places: s.places.Clone(), subjects: slices.Clone(s.subjects), variants: s.variants}
}

// replace says anew where products stand.
func (s *scopes) replace(items []Item) {
	s.chains, s.chainOf, s.chainHas = nil, map[standing]int32{}, map[string]int32{}
	for i := range s.places.All() {
		p := s.places.At(int32(i))
		p.Tail, p.Parent, p.Family = none, none, none
	}
	s.placeItems(items)
}

// knows reports whether rows of the scope are known already.
func (s *scopes) knows(r *Row) (known bool) {
	switch {
	case !r.Product.IsZero():
		n := s.places.Find(r.Product.Bytes())
		return n != none && s.places.At(n).Scope != none
	case r.Category != "":
		_, known = s.categories[r.Category]
	case r.Brand != "":
		_, known = s.brands[r.Brand]
	default:
		return true
	}
	return known
}

// add gives the scope of a row, a new one if it is the first of its scope.
func (s *scopes) add(r *Row) int32 {
	switch {
	case !r.Product.IsZero():
		n := s.places.Add(r.Product.Bytes())
		p := s.places.At(n)
		if p.Scope == none {
			p.Scope = int32(len(s.subjects))
			depth := uint8(depthProduct)
			if s.variant(n) {
				depth = depthVariant
			}
			s.subjects = append(s.subjects, subject{place: n, depth: depth})
		}
		return p.Scope
	case r.Category != "":
		return s.named(s.categories, r.Category, uint8(categoryDepth(r.Category)+depthBrand))
	case r.Brand != "":
		return s.named(s.brands, r.Brand, depthBrand)
	}
	return 0
}

func (s *scopes) named(in map[string]int32, name string, depth uint8) int32 {
	scope, known := in[name]
	if !known {
		scope = int32(len(s.subjects))
		in[name] = scope
		s.subjects = append(s.subjects, subject{place: none, name: name, depth: depth})
	}
	return scope
}

// placeVariants notes which products are variants: it must be known before their rows.
func (s *scopes) placeVariants(items []Item) {
	for i := range items {
		if it := &items[i]; !it.Parent.IsZero() {
			n := s.places.Add(it.Product.Bytes())
			for int(n>>6) >= len(s.variants) {
				s.variants = append(s.variants, 0)
			}
			s.variants[n>>6] |= 1 << (n & 63)
		}
	}
}

// variant reports whether the product at a place is a variant.
func (s *scopes) variant(n int32) bool {
	return int(n>>6) < len(s.variants) && s.variants[n>>6]>>(n&63)&1 != 0
}

// placeItems gives each item its parent, family and chain of wider scopes.
func (s *scopes) placeItems(items []Item) {
	for i := range items {
		it := &items[i]
		parent, family := none, none
		if !it.Parent.IsZero() {
			if n := s.places.Find(it.Parent.Bytes()); n != none {
				parent = s.places.At(n).Scope
			}
		}
		if it.Family != "" {
			n, known := s.families[it.Family]
			if !known {
				n = int32(len(s.families))
				s.families[it.Family] = n
			}
			family = n
		}
		tail := s.tailOf(it.Category, it.Brand)
		p := s.places.At(s.places.Add(it.Product.Bytes()))
		p.Parent, p.Family, p.Tail = parent, family, tail
	}
}

// tailOf gives the place of the chain of a category and brand: the category, those
// above it, the brand, everything; those only that have rows.
func (s *scopes) tailOf(category, brand string) int32 {
	key := standing{category, brand}
	if at, known := s.chainOf[key]; known {
		return at
	}
	chain := s.appendCategories(nil, category)
	if scope, known := s.brands[brand]; known {
		chain = append(chain, scope)
	}
	chain = append(chain, 0)
	content := ""
	for _, scope := range chain {
		content += strconv.Itoa(int(scope)) + " "
	}
	at, known := s.chainHas[content]
	if !known {
		at = int32(len(s.chains))
		s.chains = append(append(s.chains, int32(len(chain))), chain...)
		s.chainHas[content] = at
	}
	s.chainOf[key] = at
	return at
}

// chain gives the chain at a place.
func (s *scopes) chain(at int32) []int32 {
	return s.chains[at+1 : at+1+s.chains[at]]
}

// appendCategories appends the scopes of a category and those above it.
func (s *scopes) appendCategories(chain []int32, category string) []int32 {
	if len(s.categories) == 0 {
		return chain
	}
	for path := category; path != ""; path = path[:max(0, strings.LastIndexByte(path, '/'))] {
		if scope, known := s.categories[path]; known {
			chain = append(chain, scope)
		}
	}
	return chain
}

// brandOf gives the scope of the brand in a chain, none if there is none.
func (s *scopes) brandOf(tail int32) int32 {
	if tail == none {
		return none
	}
	chain := s.chain(tail)
	if len(chain) < 2 {
		return none
	}
	last := chain[len(chain)-2]
	if s.subjects[last].depth != depthBrand {
		return none
	}
	return last
}

// product gives the product of a scope, none where it is for something wider.
func (s *scopes) product(scope int32) tandem.ProductID {
	if place := s.subjects[scope].place; place != none {
		return tandem.IDFromBytes[tandem.ProductID](s.places.At(place).ID)
	}
	return tandem.ProductID{}
}

// name fills in what a row of the scope is for.
func (s *scopes) name(scope int32, r *Row) {
	switch of := &s.subjects[scope]; {
	case of.place != none:
		r.Product = s.product(scope)
	case of.depth == depthBrand:
		r.Brand = of.name
	default:
		r.Category = of.name
	}
}

func categoryDepth(path string) int {
	if path == "" {
		return 0
	}
	return 1 + strings.Count(path, "/")
}
