package quality

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/integration/insight/signal"
	"github.com/tandem-go/tandem/integration/insight/signal/internal/row"
)

// Verdict says what a rate is. The names are stable.
type Verdict string

// The verdicts.
const (
	TooFew Verdict = "too_few" // exposed units, here or in what it is compared with
	Usual  Verdict = "usual"   // nothing proves that it is higher than elsewhere
	High   Verdict = "high"    // higher than elsewhere, beyond chance and the number of tests
)

// Verdicts lists the verdicts.
func Verdicts() []Verdict { return []Verdict{TooFew, Usual, High} }

// Valid says whether the verdict is one of [Verdicts].
func (v Verdict) Valid() bool { return slices.Contains(Verdicts(), v) }

// UnmarshalText reads exactly the names of [Verdicts].
func (v *Verdict) UnmarshalText(text []byte) error {
	return enum.Decode(v, text, "verdict", Verdicts())
}

// Comparison says what a rate is compared with. The names are stable.
type Comparison string

// The comparisons, the first that has enough exposed units.
const (
	WithTarget        Comparison = "target" // the stated one
	WithOtherLots     Comparison = "other_lots"
	WithOtherProducts Comparison = "other_products"
	WithNothing       Comparison = "nothing" // too few
)

// Comparisons lists the comparisons.
func Comparisons() []Comparison {
	return []Comparison{WithTarget, WithOtherLots, WithOtherProducts, WithNothing}
}

// Valid says whether the comparison is one of [Comparisons].
func (c Comparison) Valid() bool { return slices.Contains(Comparisons(), c) }

// UnmarshalText reads exactly the names of [Comparisons].
func (c *Comparison) UnmarshalText(text []byte) error {
	return enum.Decode(c, text, "comparison", Comparisons())
}

// The reasons why a row was left out, or what is odd, besides [signal.NotPositive] and
// [signal.CountedOnce].
const (
	BrokenBucket   insight.Reason = "broken_bucket"   // in a bucket that At does not close
	WithoutDate    insight.Reason = "without_date"    // of the claim or of its shipment
	BeforeShipment insight.Reason = "before_shipment" // claimed before it was shipped
	NotShipped     insight.Reason = "not_shipped"     // nothing of the product was shipped in that bucket
	TooLate        insight.Reason = "too_late"        // later than MaxLag
	ShortHistory   insight.Reason = "short_history"   // claims later than the oldest cohort's age cannot be known
	FewClaims      insight.Reason = "few_claims"      // the delays come of fewer than 20 units
	BeyondShipped  insight.Reason = "beyond_shipped"  // more claimed than shipped
	WithoutCause   insight.Reason = "without_cause"   // claims with an empty cause
	OtherLot       insight.Reason = "other_lot"       // the claim's lot was not shipped in that bucket: it counts for the product, neither for a lot nor for what lots are compared with
)

// Reasons lists the reasons.
func Reasons() []insight.Reason {
	return []insight.Reason{
		BrokenBucket, signal.NotPositive, WithoutDate, BeforeShipment, NotShipped, TooLate, signal.CountedOnce, ShortHistory,
		FewClaims, BeyondShipped, WithoutCause, OtherLot,
	}
}

// Remark counts rows that were left out, or that are odd.
type Remark struct {
	Kind   ClaimKind      `json:"kind,omitempty"` // empty for shipments
	Reason insight.Reason `json:"reason"`
	Rows   int            `json:"rows,omitzero"`
	Units  float64        `json:"units,omitzero"`
}

// Group is a product, a lot of one, or one cause of its claims, with its rate.
type Group struct {
	Kind    ClaimKind        `json:"kind"`
	Product tandem.ProductID `json:"product"`
	Lot     tandem.LotID     `json:"lot,omitzero"`   // empty for the whole product
	Only    string           `json:"only,omitempty"` // the cause whose claims alone count; empty = all
	Shipped float64          `json:"shipped"`        // units
	// Exposed is Shipped by the share of claims that is in by each cohort's age.
	Exposed  float64         `json:"exposed"`
	Claimed  float64         `json:"claimed"`  // units
	Claims   int             `json:"claims"`   // rows
	Clump    float64         `json:"clump"`    // units that count as one event: Σq²/Σq over the product's claims, for a lot over those of all its lots
	Rate     float64         `json:"rate"`     // claimed of exposed, at most 1; 0 without exposure
	Interval signal.Interval `json:"interval"` // Clopper and Pearson's, by clumps; the delays are taken as known
	// With, Baseline and BaselineExposed are what it is compared with.
	With            Comparison           `json:"with"`
	Baseline        float64              `json:"baseline"`
	BaselineExposed float64              `json:"baseline_exposed,omitzero"`
	P               float64              `json:"p"`         // chance of so many claims if the rate were the baseline
	Corrected       float64              `json:"corrected"` // for the number of tests; 1 where none was made
	Verdict         Verdict              `json:"verdict"`
	Cause           string               `json:"cause,omitempty"` // the most frequent one
	CauseUnits      float64              `json:"cause_units,omitzero"`
	Notes           []insight.Reason     `json:"notes,omitempty"`
	Evidence        []tandem.DocumentRef `json:"evidence,omitempty"` // at most signal.MaxEvidence
}

// Stock is what the returns of a product do to the demand that stock has to cover.
type Stock struct {
	Product tandem.ProductID `json:"product"`
	Rate    float64          `json:"rate"`   // of returns
	Demand  float64          `json:"demand"` // mean units shipped in a bucket, from the first one shipped on
	// Restocked and Replaced are shares of the units returned.
	Restocked float64 `json:"restocked"`
	Replaced  float64 `json:"replaced"`
	// Factor on the demand to cover: 1 + rate·(replaced - restocked).
	Factor float64 `json:"factor"`
	// AddedVariance of the demand in a bucket, in squared units: returns come by chance,
	// clump by clump: rate × demand × clump × share that moves stock.
	AddedVariance float64 `json:"added_variance"`
	Verdict       Verdict `json:"verdict"` // of the product's rate
}

// Cause is a cause in Pareto's order.
type Cause struct {
	Kind    ClaimKind `json:"kind"`
	Cause   string    `json:"cause"` // empty = not given
	Claims  int       `json:"claims"`
	Units   float64   `json:"units"`
	Share   float64   `json:"share"`
	Running float64   `json:"running"` // share of this and all before
	Vital   bool      `json:"vital"`   // one of the few that make up 80 % (J. M. Juran's vital few)
	Rate    float64   `json:"rate"`    // units of all units exposed, where [Analyze] knows them
}

// Delay is the development of a kind of claims.
type Delay struct {
	Kind        ClaimKind   `json:"kind"`
	Development Development `json:"development"`
}

// Report is the answer of [Analyze].
type Report struct {
	At      tandem.Date `json:"at"`
	Until   tandem.Date `json:"until"` // last day of the last whole bucket
	Delays  []Delay     `json:"delays,omitempty"`
	Groups  []Group     `json:"groups,omitempty"` // by kind and product: the whole product, its lots, its causes
	Causes  []Cause     `json:"causes,omitempty"` // by kind, the largest first
	Stocks  []Stock     `json:"stocks,omitempty"` // by product
	Remarks []Remark    `json:"remarks,omitempty"`
}

// Pareto gives the causes of claims by kind, the largest first, equal ones by name.
// Quantities of nought or less do not count.
func Pareto(claims []Claim) []Cause {
	sorted := slices.DeleteFunc(slices.Clone(claims), func(c Claim) bool { return c.Quantity.Sign() <= 0 })
	slices.SortStableFunc(sorted, func(a, b Claim) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Cause, b.Cause), a.compare(b))
	})
	var out []Cause
	sums := map[ClaimKind]float64{}
	for _, c := range sorted {
		if n := len(out); n == 0 || out[n-1].Kind != c.Kind || out[n-1].Cause != c.Cause {
			out = append(out, Cause{Kind: c.Kind, Cause: c.Cause})
		}
		last := &out[len(out)-1]
		last.Claims++
		last.Units += row.Units(c.Quantity)
		sums[c.Kind] += row.Units(c.Quantity)
	}
	slices.SortStableFunc(out, func(a, b Cause) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(b.Units, a.Units), cmp.Compare(a.Cause, b.Cause))
	})
	running := 0.0
	for i := range out {
		if i > 0 && out[i].Kind != out[i-1].Kind {
			running = 0
		}
		out[i].Vital = running < 0.8*sums[out[i].Kind]
		running += out[i].Units
		out[i].Share, out[i].Running = out[i].Units/sums[out[i].Kind], min(running/sums[out[i].Kind], 1)
	}
	return out
}
