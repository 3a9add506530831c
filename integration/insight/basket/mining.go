package basket

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
)

// Limits of mining.
const (
	MaxItems = 10        // of a set
	MaxSets  = 5_000_000 // that may be asked for
	MaxRules = 1_000_000
	MaxSteps = 1_000_000_000_000
)

// Correction says how p-values account for the number of rules looked at.
type Correction string

// The corrections.
const (
	// BenjaminiHochberg bounds the share of false rules among those called significant
	// (Benjamini and Hochberg, 1995).
	BenjaminiHochberg Correction = "benjamini_hochberg"
	// Bonferroni bounds the chance of any false one.
	Bonferroni Correction = "bonferroni"
)

// Corrections lists the corrections.
func Corrections() []Correction { return []Correction{BenjaminiHochberg, Bonferroni} }

// Valid says whether the correction is one of [Corrections].
func (c Correction) Valid() bool { return slices.Contains(Corrections(), c) }

// UnmarshalText reads exactly the names of [Corrections].
func (c *Correction) UnmarshalText(text []byte) error {
	return enum.Decode(c, text, "correction", Corrections())
}

// Mining says which sets and rules are sought. The zero Mining is the default.
type Mining struct {
	// A set is frequent in at least MinCount baskets, and in at least the share
	// MinSupport of them: the smallest count with count/baskets ≥ MinSupport, which is
	// ⌈MinSupport·baskets⌉ as in the R package arules. Both nought = 1 %.
	MinCount   int     `json:"min_count,omitzero"`
	MinSupport float64 `json:"min_support,omitzero"`
	MaxItems   int     `json:"max_items,omitzero"` // of a set, both sides of a rule together; 0 = 10
	// MaxSets bounds the sets, and MaxSteps the work of a search, in visits of an item in
	// a basket. If either is exceeded, the minimum count is doubled until they fit (if no
	// count will do, MaxItems is lowered), and a warning says so: what is found is then
	// complete for it. Each basket is visited at least once, so that with no more steps
	// than baskets nothing is found, which is a warning, too.
	MaxSets       int        `json:"max_sets,omitzero"`       // 0 = 200,000
	MaxSteps      int        `json:"max_steps,omitzero"`      // 0 = 500,000,000
	MinConfidence float64    `json:"min_confidence,omitzero"` // of a rule; 0 = 0.5
	MaxRules      int        `json:"max_rules,omitzero"`      // the first of their order stay; 0 = 10,000
	Correction    Correction `json:"correction,omitzero"`     // none = Benjamini and Hochberg
	Significance  float64    `json:"significance,omitzero"`   // level; 0 = 0.05
}

// Validate reports every fault of the mining.
func (m Mining) Validate() error {
	var c tandem.Check
	share := func(v float64) bool { return v >= 0 && v <= 1 }
	c.Require(m.MinCount >= 0, "min_count", "min_count", "must not be negative")
	c.Require(share(m.MinSupport), "min_support", "min_support", "must be 0 to 1")
	c.Require(m.MaxItems >= 0 && m.MaxItems <= MaxItems, "max_items", "max_items", "must be 0 to 10")
	c.Require(m.MaxSets >= 0 && m.MaxSets <= MaxSets, "max_sets", "max_sets", "must be 0 to 5,000,000")
	c.Require(m.MaxSteps >= 0 && m.MaxSteps <= MaxSteps, "max_steps", "max_steps", "must be 0 to 1,000,000,000,000")
	c.Require(share(m.MinConfidence), "min_confidence", "min_confidence", "must be 0 to 1")
	c.Require(m.MaxRules >= 0 && m.MaxRules <= MaxRules, "max_rules", "max_rules", "must be 0 to 1,000,000")
	c.Require(m.Correction == "" || m.Correction.Valid(), "correction", "correction", "must be benjamini_hochberg or bonferroni")
	c.Require(share(m.Significance), "significance", "significance", "must be 0 to 1")
	return c.Err("basket mining")
}

// check reports every fault of what is mined and how.
func (b *Baskets) check(m Mining) error {
	var c tandem.Check
	c.Require(b != nil, "required", "baskets", "must be given")
	c.Nested("", m.Validate())
	return c.Err("basket mining")
}

func (m Mining) filled() Mining {
	if m.MinCount == 0 && m.MinSupport == 0 {
		m.MinSupport = 0.01
	}
	if m.MaxItems == 0 {
		m.MaxItems = MaxItems
	}
	if m.MaxSets == 0 {
		m.MaxSets = 200_000
	}
	if m.MaxSteps == 0 {
		m.MaxSteps = 500_000_000
	}
	if m.MinConfidence == 0 {
		m.MinConfidence = 0.5
	}
	if m.MaxRules == 0 {
		m.MaxRules = 10_000
	}
	if m.Correction == "" {
		m.Correction = BenjaminiHochberg
	}
	if m.Significance == 0 {
		m.Significance = 0.05
	}
	return m
}

// minimum gives the count from which a set in n baskets is frequent, at least 1.
func (m Mining) minimum(n int) int {
	count := int(math.Ceil(float64(m.MinSupport * float64(n))))
	// A share such as 0.07 of 100 is 7.000000000000001: the division decides.
	for count > 0 && float64(count-1)/float64(n) >= m.MinSupport {
		count--
	}
	return max(count, m.MinCount, 1)
}

// warnings tells of baskets from which little can be learned.
func (b *Baskets) warnings() []insight.Warning {
	if b.Len() == 0 {
		return []insight.Warning{insight.Warn(NoBaskets, "no baskets: there is nothing to find")}
	}
	single, same := true, true
	for i := range b.Len() {
		items := b.Items(i)
		single = single && len(items) == 1
		same = same && slices.Equal(items, b.Items(0))
	}
	var out []insight.Warning
	if single {
		out = append(out, insight.Warn(OneItemBaskets, "every basket has one item: nothing is bought together"))
	}
	if same {
		return append(out, insight.Warn(IdenticalBaskets, "every basket is the same: each lift is 1"))
	}
	for _, n := range b.counts {
		if int(n) == b.Len() {
			out = append(out, insight.Warn(ItemEverywhere, "an item is in every basket: rules with it on the right say nothing"))
			break
		}
	}
	return out
}
