package similarity

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/basket"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/internal/float"
)

// Kind says how two products belong together.
type Kind string

// The kinds.
const (
	Complement Kind = "complement" // in one basket more often than chance
	Substitute Kind = "substitute" // of the same customers, but not in one basket
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{Complement, Substitute} }

// Valid says whether the kind is one of [Kinds].
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// UnmarshalText reads exactly the names of [Kinds].
func (k *Kind) UnmarshalText(text []byte) error { return enum.Decode(k, text, "kind", Kinds()) }

// Relating says which relations are sought. The zero Relating is the default.
type Relating struct {
	// MinCustomers is how many must have bought both products of substitutes, and in how
	// many strata the two could have been together or apart; 0 = 10.
	MinCustomers int `json:"min_customers,omitzero"`
	MinBaskets   int `json:"min_baskets,omitzero"` // with both products of complements; 0 = 10
	// Ratio is from how far above (complements) or below (substitutes, by division) the
	// expected number of baskets the one found must be; 0 = 1.5.
	Ratio float64 `json:"ratio,omitzero"`
	// Period is how many days baskets are compared within, so that what sells in
	// different seasons is not taken for substitutes; 0 = 91.
	Period       int     `json:"period,omitzero"`
	Significance float64 `json:"significance,omitzero"` // level after the correction for the pairs tested; 0 = 0.05
	Limit        int     `json:"limit,omitzero"`        // relations of each kind; 0 = 1,000
	Longest      int     `json:"longest,omitzero"`      // items of a customer that is looked at, at most; 0 = 1,000
	// MaxSteps bounds the work as that of [Config]; where Longest is lowered, it counts
	// for baskets without customer, too. 0 = 10,000,000,000.
	MaxSteps int `json:"max_steps,omitzero"`
}

// Validate reports every fault of the relating.
func (r Relating) Validate() error {
	var k tandem.Check
	k.Require(r.MinCustomers >= 0, "min_customers", "min_customers", "must not be negative")
	k.Require(r.MinBaskets >= 0, "min_baskets", "min_baskets", "must not be negative")
	k.Require(r.Ratio == 0 || r.Ratio >= 1 && float.Finite(r.Ratio), "ratio", "ratio", "must be 1 or more")
	k.Require(r.Period == 0 || r.Period >= MinPeriod && r.Period <= MaxPeriod, "period", "period", "must be 0 or 7 to 1,000,000")
	k.Require(r.Significance >= 0 && r.Significance < 1, "significance", "significance", "must be 0 or more, below 1")
	k.Require(r.Limit >= 0 && r.Limit <= MaxRelations, "limit", "limit", "must be 0 to 1,000,000")
	k.Require(r.Longest >= 0 && r.Longest <= MaxLength, "longest", "longest", "must be 0 to 100,000")
	k.Require(r.MaxSteps >= 0 && r.MaxSteps <= MaxSteps, "max_steps", "max_steps", "must be 0 to 1,000,000,000,000")
	return k.Err("similarity relating")
}

func (r Relating) filled() Relating {
	if r.MinCustomers == 0 {
		r.MinCustomers = 10
	}
	if r.MinBaskets == 0 {
		r.MinBaskets = 10
	}
	if r.Ratio == 0 {
		r.Ratio = 1.5
	}
	if r.Period == 0 {
		r.Period = 91
	}
	if r.Significance == 0 {
		r.Significance = 0.05
	}
	if r.Limit == 0 {
		r.Limit = 1000
	}
	if r.Longest == 0 {
		r.Longest = 1000
	}
	if r.MaxSteps == 0 {
		r.MaxSteps = defaultSteps
	}
	return r
}

// Relation is a pair of products that are complements or substitutes.
type Relation struct {
	Kind      Kind             `json:"kind"`
	First     tandem.ProductID `json:"first"`
	Second    tandem.ProductID `json:"second"`
	Customers int              `json:"customers"` // that have bought both
	// ExpectedCustomers is how many would have, were the products independent.
	ExpectedCustomers float64 `json:"expected_customers"`
	Baskets           int     `json:"baskets"` // with both
	// ExpectedBaskets is how many there would be if each customer spread what he buys
	// in a period over his baskets by chance.
	ExpectedBaskets float64 `json:"expected_baskets"`
	// Strata are the customers in a period whose baskets could hold the two together or
	// apart: the others say nothing.
	Strata     int     `json:"strata"`
	ChiSquared float64 `json:"chi_squared"` // of Cochran, Mantel and Haenszel, one degree of freedom
	PValue     float64 `json:"p_value"`
	Adjusted   float64 `json:"adjusted"` // for the pairs tested (Benjamini and Hochberg, 1995)
	Reason     string  `json:"reason"`
}

// RelationSet is what [Relations] finds.
type RelationSet struct {
	Tested      int        `json:"tested"`                // pairs
	Complements int        `json:"complements"`           // found
	Substitutes int        `json:"substitutes"`           // found
	Cut         bool       `json:"cut,omitzero"`          // there are more than the limit
	NoCustomers bool       `json:"no_customers,omitzero"` // no basket has one, so that there are no substitutes
	Longest     int        `json:"longest"`               // that was used
	Relations   []Relation `json:"relations"`

	LeftOut  []insight.LeftOut `json:"left_out,omitempty"` // customers and baskets with too many items, by one of [Reasons]
	Warnings []insight.Warning `json:"warnings,omitempty"`
}

// Relations finds complements and substitutes. Two products are compared within the
// baskets of each customer and period, as a customer who buys much has both more often
// anyway: the test is that of Cochran (1954) and Mantel and Haenszel (1959), with a
// stratum for each customer and period, and for all baskets of a period without one. Complements are together
// significantly more often than expected; substitutes significantly less, while
// significantly many customers have bought both (the log-likelihood ratio).
// Complements come first, then by chi-squared (the highest first), then by product.
func Relations(b *basket.Baskets, r Relating) (RelationSet, error) {
	var k tandem.Check
	k.Require(b != nil, "required", "baskets", "must be given")
	k.Nested("", r.Validate())
	if err := k.Err("similarity relating"); err != nil {
		return RelationSet{}, err
	}
	r = r.filled()
	f := newFinder(b, r, math.MaxInt)
	var warnings []insight.Warning
	if fits := longest(f.loads(), r.Longest, r.MaxSteps); fits < r.Longest {
		warnings = []insight.Warning{lowered(r.Longest, fits)}
		r.Longest = fits
		f = newFinder(b, r, fits)
	}
	for i := range int32(b.Products()) {
		f.pairs(i)
	}
	left := insight.Leave(insight.Leave(nil, LongCustomer, f.customers.left), LongBasket, f.strange)
	out := RelationSet{LeftOut: left, Warnings: append(warnings, tooMany(left, r.Longest)...), Longest: r.Longest, Tested: f.tested,
		NoCustomers: b.Customers() == 0, Relations: []Relation{}}
	p := make([]float64, len(f.found))
	for i, x := range f.found {
		p[i] = chiSquaredTail(x.chi)
	}
	// Pairs that were tested and not found count as the largest p-values: the safe side.
	adjusted := float.BenjaminiHochberg(p, f.tested)
	var kept []Relation
	for i, x := range f.found {
		if adjusted[i] <= f.rules.Significance {
			kept = append(kept, f.relation(x, p[i], adjusted[i]))
		}
	}
	slices.SortFunc(kept, func(x, y Relation) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(y.ChiSquared, x.ChiSquared), x.First.Compare(y.First), x.Second.Compare(y.Second))
	})
	for _, x := range kept {
		n := &out.Complements
		if x.Kind == Substitute {
			n = &out.Substitutes
		}
		if *n++; *n <= f.rules.Limit {
			out.Relations = append(out.Relations, x)
		} else {
			out.Cut = true
		}
	}
	return out, nil
}

// relation says in words and numbers what a pair has shown.
func (f *finder) relation(x pair, p, adjusted float64) Relation {
	n := f.size()
	out := Relation{Kind: Complement, First: f.baskets.Product(x.first), Second: f.baskets.Product(x.second),
		Customers: int(x.shared), Baskets: int(x.both), Strata: int(x.telling), ExpectedBaskets: x.expected,
		ChiSquared: x.chi, PValue: p, Adjusted: adjusted}
	if n > 0 {
		out.ExpectedCustomers = float64(f.buyers(x.first)) * float64(f.buyers(x.second)) / float64(n)
	}
	if float64(x.both) > x.expected {
		out.Reason = fmt.Sprintf("together in %d baskets where the habits of their customers explain %.1f", x.both, x.expected)
		return out
	}
	out.Kind = Substitute
	out.Reason = fmt.Sprintf("%d customers bought both where chance explains %.1f, but in %d baskets together where their habits explain %.1f",
		x.shared, out.ExpectedCustomers, x.both, x.expected)
	return out
}

func chiSquaredTail(chi float64) float64 { return float.GammaTail(0.5, chi/2) }
