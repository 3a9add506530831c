package inventory

import (
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/forest"
)

// Limits of locations.
const (
	MaxLocationDepth = 32 // how deep locations may be nested
	MaxCode          = 64 // bytes of a location code
)

// LocationKind says what a location is for.
type LocationKind string

// The kinds of location. A view groups others and holds nothing. Only stock
// locations have levels. The rest are counter-locations: virtual places outside
// the stock, so that every move leads from one place to another and the moves of
// all places sum to nought.
const (
	Stock      LocationKind = "stock"      // holds stock of the company
	View       LocationKind = "view"       // groups locations
	Supplier   LocationKind = "supplier"   // where receipts come from
	Customer   LocationKind = "customer"   // where deliveries go to
	Adjustment LocationKind = "adjustment" // counts and corrections: lost and found
	Production LocationKind = "production" // consumed by and made in production
	Scrap      LocationKind = "scrap"      // thrown away
	Transit    LocationKind = "transit"    // between two places of the company
)

// LocationKinds lists the kinds.
func LocationKinds() []LocationKind {
	return []LocationKind{Stock, View, Supplier, Customer, Adjustment, Production, Scrap, Transit}
}

// Valid reports whether k is one of [LocationKinds].
func (k LocationKind) Valid() bool {
	switch k {
	case Stock, View, Supplier, Customer, Adjustment, Production, Scrap, Transit:
		return true
	}
	return false
}

// Virtual reports whether k is a counter-location, which has no level.
func (k LocationKind) Virtual() bool { return k.Valid() && k != Stock && k != View }

// UnmarshalText reads a kind and refuses anything else.
func (k *LocationKind) UnmarshalText(text []byte) error {
	parsed := LocationKind(text)
	if !parsed.Valid() {
		return fault("location kind", "kind", "kind", "unknown kind of location")
	}
	*k = parsed
	return nil
}

func fault(subject, code, path, message string) error {
	var c tandem.Check
	c.Add(code, path, message)
	return c.Err(subject)
}

// Location is a place that holds stock, groups such places, or stands on the
// other side of a move.
type Location struct {
	ID       tandem.LocationID `json:"id"`
	Company  tandem.CompanyID  `json:"company"`
	Revision int64             `json:"revision"` // kept by the store, compared on Save
	Parent   tandem.LocationID `json:"parent,omitzero"`
	Code     string            `json:"code"` // unique within the company
	Name     string            `json:"name"`
	Kind     LocationKind      `json:"kind"`
	// AllowNegative is the policy of a stock location that may issue and reserve
	// more than it has. Forbidden unless it is set.
	AllowNegative bool `json:"allow_negative,omitempty"`
}

// Validate reports every fault of the location alone; [NewLocationTree] judges its place.
func (l Location) Validate() error {
	var c tandem.Check
	c.Require(!l.ID.IsZero(), "required", "id", "must be given")
	c.Require(!l.Company.IsZero(), "required", "company", "must be given")
	c.Require(l.Parent.IsZero() || l.Parent != l.ID, "cycle", "parent", "must be another location")
	c.Require(l.Code != "" && len(l.Code) <= MaxCode, "code", "code", "must have 1 to 64 bytes")
	c.Require(l.Name != "" && len(l.Name) <= tandem.MaxName, "name", "name", "must have 1 to 256 bytes")
	c.Require(l.Kind.Valid(), "kind", "kind", "unknown kind of location")
	c.Require(!l.AllowNegative || l.Kind == Stock, "allow_negative", "allow_negative", "only a stock location has levels")
	return c.Err("location")
}

// LocationCycleError names the locations of a cycle, each followed by its
// parent. It matches [tandem.ErrInvalid].
type LocationCycleError struct{ Path []tandem.LocationID }

func (e *LocationCycleError) Error() string {
	names := make([]string, len(e.Path))
	for i, id := range e.Path {
		names[i] = id.String()
	}
	return "locations form a cycle: " + strings.Join(names, " under ")
}

// Is reports whether target is [tandem.ErrInvalid].
func (e *LocationCycleError) Is(target error) bool { return target == tandem.ErrInvalid }

// LocationTree is an immutable view of all locations of a company. It is safe
// for any number of goroutines.
type LocationTree struct {
	nodes map[tandem.LocationID]Location
	f     forest.Forest[tandem.LocationID]
}

// NewLocationTree checks the locations as a whole: one company, no id twice,
// every parent present and a view or, above stock alone, a stock location; no
// cycle ([*LocationCycleError]), no deeper than [MaxLocationDepth].
func NewLocationTree(locations []Location) (*LocationTree, error) {
	t := &LocationTree{nodes: make(map[tandem.LocationID]Location, len(locations))}
	var check tandem.Check
	for i, l := range locations {
		path := tandem.Path("locations", i)
		check.Nested(path, l.Validate())
		_, twice := t.nodes[l.ID]
		check.Require(!twice, "duplicate", path+".id", "given twice")
		check.Require(l.Company == locations[0].Company, "company", path+".company", "must be of one company")
		t.nodes[l.ID] = l
	}
	t.f = forest.Build(len(locations), func(i int) (_, _ tandem.LocationID) { return locations[i].ID, locations[i].Parent })
	for i, l := range locations {
		if l.Parent.IsZero() {
			continue
		}
		parent, known := t.nodes[l.Parent]
		fits := parent.Kind == View || (parent.Kind == Stock && l.Kind == Stock)
		check.Require(known && fits, "parent", tandem.Path("locations", i)+".parent", "must be a known view, or stock above stock")
	}
	if err := check.Err("location tree"); err != nil {
		return nil, err
	}
	if cycle := t.f.Cycle(); cycle != nil {
		return nil, &LocationCycleError{Path: cycle}
	}
	for i, l := range locations {
		check.Require(t.f.Depth(l.ID) <= MaxLocationDepth, "too_deep", tandem.Path("locations", i), "nested deeper than 32")
	}
	return t, check.Err("location tree")
}

// Location gives the location with that id. It has the form that
// [MovesToChanges] asks for.
func (t *LocationTree) Location(id tandem.LocationID) (Location, error) {
	l, ok := t.nodes[id]
	if !ok {
		return Location{}, &tandem.NotFoundError{Kind: "location", Key: id.String()}
	}
	return l, nil
}

// Path gives the locations from the root down to id, id included; nil if there is no such location.
func (t *LocationTree) Path(id tandem.LocationID) []tandem.LocationID { return t.f.Path(id) }

// Under gives id and everything below it, parents before children; nil if there is no such location.
func (t *LocationTree) Under(id tandem.LocationID) []tandem.LocationID { return t.f.Below(id) }

// Within reports whether id is ancestor or lies under it.
func (t *LocationTree) Within(id, ancestor tandem.LocationID) bool { return t.f.Within(id, ancestor) }

// RollUp sums the levels of root and everything under it into one level for
// each product and lot, at root, in the order of the keys.
func (t *LocationTree) RollUp(root tandem.LocationID, levels []Level) ([]Level, error) {
	var changes []LevelChange
	for _, l := range levels {
		if !t.Within(l.Key.Location, root) {
			continue
		}
		key := l.Key
		key.Location = root
		changes = append(changes, LevelChange{Key: key, OnHand: l.OnHand, Reserved: l.Reserved})
	}
	merged, err := MergeChanges(changes)
	if err != nil {
		return nil, err
	}
	out := make([]Level, 0, len(merged))
	for _, c := range merged {
		out = append(out, Level{Key: c.Key, OnHand: c.OnHand, Reserved: c.Reserved})
	}
	return slices.Clip(out), nil
}
