package quality

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/integration/insight/signal"
	"github.com/tandem-go/tandem/integration/insight/signal/internal/row"
	"github.com/tandem-go/tandem/internal/float"
)

// The limits of an analysis.
const (
	MaxShipments = 5_000_000
	MaxClaims    = 2_000_000
	MaxLags      = 1_000
)

// ClaimKind says what a customer did. The names are stable.
type ClaimKind string

// The kinds of claims; each has its own delays and rates.
const (
	Return    ClaimKind = "return"
	Complaint ClaimKind = "complaint"
)

// ClaimKinds lists the kinds.
func ClaimKinds() []ClaimKind { return []ClaimKind{Return, Complaint} }

// Valid says whether the kind is one of [ClaimKinds].
func (k ClaimKind) Valid() bool { return slices.Contains(ClaimKinds(), k) }

// UnmarshalText reads exactly the names of [ClaimKinds].
func (k *ClaimKind) UnmarshalText(text []byte) error {
	return enum.Decode(k, text, "kind", ClaimKinds())
}

// Shipment is what was delivered of a product, and of a lot where it has one, on a
// day, or in a month if that is all that is known (then its first day).
type Shipment struct {
	Product  tandem.ProductID `json:"product"`
	Lot      tandem.LotID     `json:"lot,omitzero"`
	Date     tandem.Date      `json:"date"`
	Quantity tandem.Quantity  `json:"quantity"` // in the product's base unit
}

// Claim is what came back, or was complained of.
type Claim struct {
	Kind    ClaimKind          `json:"kind"`
	Ref     tandem.DocumentRef `json:"ref,omitzero"` // the return or case; empty = unknown
	Line    int                `json:"line,omitzero"`
	Product tandem.ProductID   `json:"product"`
	Lot     tandem.LotID       `json:"lot,omitzero"`
	Shipped tandem.Date        `json:"shipped"` // when the units had been delivered
	Date    tandem.Date        `json:"date"`    // of the claim
	// Quantity is in the product's base unit, positive.
	Quantity  tandem.Quantity `json:"quantity"`
	Cause     string          `json:"cause,omitempty"`
	Restocked bool            `json:"restocked,omitzero"` // the units went back to stock
	Replaced  bool            `json:"replaced,omitzero"`  // others were sent for them
}

// Correction says how the number of tests is accounted for.
type Correction string

// The corrections.
const (
	FalseDiscovery Correction = "false_discovery" // Benjamini and Hochberg: the default
	FamilyWise     Correction = "family_wise"     // Holm
)

// Corrections lists the corrections.
func Corrections() []Correction { return []Correction{FalseDiscovery, FamilyWise} }

// Valid says whether the correction is one of [Corrections].
func (c Correction) Valid() bool { return slices.Contains(Corrections(), c) }

// UnmarshalText reads exactly the names of [Corrections].
func (c *Correction) UnmarshalText(text []byte) error {
	return enum.Decode(c, text, "correction", Corrections())
}

// Config says how claims are judged. At is needed; the rest has a default.
type Config struct {
	// At is the last day of what was recorded. A bucket that it does not close is
	// broken and left out.
	At      tandem.Date     `json:"at"`
	Bucket  forecast.Bucket `json:"bucket,omitempty"`  // of a cohort; empty = month
	MaxLag  int             `json:"max_lag,omitzero"`  // buckets after which claims are no longer counted; 0 = 12
	Minimum float64         `json:"minimum,omitzero"`  // exposed units (in clumps) under which the answer is "too few"; 0 = 30
	Events  float64         `json:"events,omitzero"`   // claims (in clumps) under which nothing is high; 0 = 3
	Level   float64         `json:"level,omitzero"`    // of intervals; 0 = 0.95
	Alpha   float64         `json:"alpha,omitzero"`    // corrected p-value up to which a rate is high; 0 = 0.05
	Target  tandem.Rate     `json:"target,omitzero"`   // what rates are compared with; 0 = with the others
	Prior   float64         `json:"prior,omitzero"`    // claims that an even delay counts for beside those seen; 0 = 1
	Correct Correction      `json:"correct,omitempty"` // empty = false_discovery
}

func (c Config) filled() Config {
	c.Bucket = cmp.Or(c.Bucket, forecast.Month)
	c.MaxLag = cmp.Or(c.MaxLag, 12)
	c.Minimum = cmp.Or(c.Minimum, 30)
	c.Events = cmp.Or(c.Events, 3)
	c.Level = cmp.Or(c.Level, signal.DefaultLevel)
	c.Alpha = cmp.Or(c.Alpha, 0.05)
	c.Prior = cmp.Or(c.Prior, 1)
	c.Correct = cmp.Or(c.Correct, FalseDiscovery)
	return c
}

// Validate reports every fault of the configuration.
func (c Config) Validate() error {
	var k tandem.Check
	f := c.filled()
	k.Require(!c.At.IsZero(), "required", "at", "must be given")
	k.Require(f.Bucket.Valid() && f.Bucket != forecast.Hour, "bucket", "bucket", "must be day, week, month, quarter or year")
	k.Require(c.MaxLag >= 0 && c.MaxLag <= MaxLags, "max_lag", "max_lag", "must be 0 to 1,000")
	k.Require(c.Minimum >= 0 && float.Finite(c.Minimum), "minimum", "minimum", "must not be negative")
	k.Require(c.Events >= 0 && float.Finite(c.Events), "events", "events", "must not be negative")
	k.Require(c.Level >= 0 && c.Level < 1, "level", "level", "must be 0 to below 1")
	k.Require(c.Alpha >= 0 && c.Alpha < 1, "alpha", "alpha", "must be 0 to below 1")
	k.Require(c.Prior >= 0 && float.Finite(c.Prior), "prior", "prior", "must not be negative")
	k.Require(row.Share(c.Target), "target", "target", "must be 0 to 1")
	k.Require(f.Correct.Valid(), "correct", "correct", "must be false_discovery or family_wise")
	return k.Err("quality configuration")
}

// claimKey is what makes a claim one claim.
type claimKey struct {
	kind    ClaimKind
	doc     tandem.DocumentKind
	id      tandem.ID[any]
	line    int
	product tandem.ProductID
	lot     tandem.LotID
	shipped tandem.Date
	cause   string
}

func (c Claim) key() claimKey {
	return claimKey{c.Kind, c.Ref.Kind, c.Ref.ID, c.Line, c.Product, c.Lot, c.Shipped, c.Cause}
}

func (s Shipment) compare(o Shipment) int {
	return cmp.Or(s.Product.Compare(o.Product), s.Lot.Compare(o.Lot), s.Date.Compare(o.Date),
		cmp.Compare(s.Quantity.Micro(), o.Quantity.Micro()))
}

func (c Claim) compare(o Claim) int {
	return cmp.Or(cmp.Compare(c.Kind, o.Kind), c.Product.Compare(o.Product), c.Lot.Compare(o.Lot), c.Shipped.Compare(o.Shipped),
		c.Date.Compare(o.Date), signal.CompareDocuments(c.Ref, o.Ref), cmp.Compare(c.Line, o.Line), cmp.Compare(c.Cause, o.Cause),
		cmp.Compare(c.Quantity.Micro(), o.Quantity.Micro()), order(c.Restocked, o.Restocked), order(c.Replaced, o.Replaced))
}

func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// check reports the faults of the rows: units that differ within a product, and
// claims given twice that contradict each other.
func check(shipments []Shipment, claims []Claim) error {
	var c tandem.Check
	c.Require(len(shipments) <= MaxShipments, "too_many", "shipments", "at most 5,000,000")
	c.Require(len(claims) <= MaxClaims, "too_many", "claims", "at most 2,000,000")
	if !c.OK() {
		return c.Err("claims")
	}
	measures := row.Measures{}
	sound := func(p tandem.ProductID, q tandem.Quantity) bool { return measures.Fit(p, q) && !p.IsZero() }
	for i, s := range shipments {
		if !sound(s.Product, s.Quantity) || s.Date.IsZero() {
			c.Add("row", tandem.Path("shipments", i), "a product, a day and a quantity in the product's one unit are needed")
		}
	}
	seen := make(map[claimKey]Claim, len(claims))
	for i, m := range claims {
		if !m.Kind.Valid() || !sound(m.Product, m.Quantity) {
			c.Add("row", tandem.Path("claims", i), "a kind, a product and a quantity in the product's one unit are needed")
		}
		if m.Ref.IsZero() {
			continue
		}
		m.Ref.Number = ""
		if before, twice := seen[m.key()]; twice && before != m {
			c.Add("duplicate", tandem.Path("claims", i), "the same line was given before and says something else")
		}
		seen[m.key()] = m
	}
	return c.Err("claims")
}
