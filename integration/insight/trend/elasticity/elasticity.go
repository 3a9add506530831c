package elasticity

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/internal/regression"
	"github.com/tandem-go/tandem/internal/float"
)

// MaxRows is how many rows a call takes.
const MaxRows = 5_000_000

// The warnings.
const (
	OnePrice     insight.WarningCode = "one_price"      // nothing to compare
	FewPrices    insight.WarningCode = "few_prices"     // two prices, or fewer than four changes
	FewBuckets   insight.WarningCode = "few_buckets"    // not enough degrees of freedom
	MixedTiers   insight.WarningCode = "mixed_tiers"    // prices of several breaks side by side
	Pooled       insight.WarningCode = "pooled"         // across tiers, against advice
	NotTold      insight.WarningCode = "not_told"       // the interval holds nought
	RisesByPrice insight.WarningCode = "rises_by_price" // more units at a higher price: something else is at work
)

// WarningCodes lists the codes.
func WarningCodes() []insight.WarningCode {
	return []insight.WarningCode{insight.RowsLeftOut, OnePrice, FewPrices, FewBuckets, MixedTiers, Pooled, NotTold, RisesByPrice}
}

// The reasons why rows are left out, in the order in which they are looked at.
const (
	NoPrice insight.Reason = "no_price"
	NoUnits insight.Reason = "no_units" // none, or less than none: a return
)

// Reasons lists the reasons.
func Reasons() []insight.Reason { return []insight.Reason{NoPrice, NoUnits} }

// Row is what was sold of one product at one price: an order line, or a sum of them.
type Row struct {
	Date      tandem.Date `json:"date"`
	Price     float64     `json:"price"` // of one unit
	Units     float64     `json:"units"`
	Tier      string      `json:"tier,omitempty"` // the price break that applied, such as "16+"
	Promotion bool        `json:"promotion,omitzero"`
}

// Config are the choices; the zero Config is the default.
type Config struct {
	// Bucket is what rows of a tier are summed over; "" = week. The price is then the mean
	// by units.
	Bucket forecast.Bucket `json:"bucket,omitzero"`
	Level  float64         `json:"level,omitzero"`  // of the interval; 0 = 0.95
	Trend  bool            `json:"trend,omitzero"`  // a straight one, of the logarithm
	Season bool            `json:"season,omitzero"` // by quarter of the year
	// Promotion tells the lift of promotions from that of the price.
	Promotion bool `json:"promotion,omitzero"`
	// Pool puts all tiers into one estimate, which is not a response to the price; it is
	// there to show that.
	Pool bool `json:"pool,omitzero"`
}

// Validate reports every fault.
func (c Config) Validate() error {
	var k tandem.Check
	k.Require(c.Bucket == "" || c.Bucket.Valid() && c.Bucket != forecast.Hour, "bucket", "bucket",
		"must be day, week, month, quarter or year")
	k.Require(c.Level == 0 || c.Level >= 0.5 && c.Level < 1, "level", "level", "must be 0.5 to below 1")
	return k.Err("elasticity")
}

// Result is the answer for a tier.
type Result struct {
	Tier string `json:"tier"`
	// Usable says that there is an estimate; without it Elasticity and all that follows
	// from it are nought, and Reason says why.
	Usable     bool              `json:"usable"`
	Reason     string            `json:"reason"`     // what the estimate means, in words, and what it comes of
	Elasticity float64           `json:"elasticity"` // per cent of units for one per cent of price
	Error      float64           `json:"error"`      // standard error
	Lower      float64           `json:"lower"`
	Upper      float64           `json:"upper"`
	Level      float64           `json:"level"`
	P          float64           `json:"p"` // two-sided, of no response
	Freedom    int               `json:"freedom"`
	RSquared   float64           `json:"r_squared"`
	Rows       int               `json:"rows"`
	LeftOut    []insight.LeftOut `json:"left_out,omitempty"` // rows, by one of [Reasons]
	Buckets    int               `json:"buckets"`            // with sales
	Silent     int               `json:"silent"`             // buckets between them without sales: their price is not known
	Prices     int               `json:"prices"`             // distinct ones, of the rows
	Changes    int               `json:"changes"`            // of the price from bucket to bucket, by more than a per cent
	Lowest     float64           `json:"lowest"`             // price
	Highest    float64           `json:"highest"`
	Controls   []string          `json:"controls,omitempty"`
	Warnings   []insight.Warning `json:"warnings,omitempty"`
}

// Estimate gives the elasticity of each tier, in order of their names. There is always an
// answer, though it may say that there is no estimate; only faults of the arguments are
// errors.
func Estimate(rows []Row, c Config) ([]Result, error) {
	var k tandem.Check
	k.Nested("config", c.Validate())
	k.Require(len(rows) <= MaxRows, "too_many", "rows", "at most 5,000,000")
	for i, r := range rows {
		if !(math.Abs(r.Price) <= forecast.MaxSize) || !(math.Abs(r.Units) <= forecast.MaxSize) {
			k.Add("value", tandem.Path("rows", i), "price and units must be finite, at most 1e15")
		}
		if r.Date.IsZero() {
			k.Add("required", tandem.Path("rows", i)+".date", "is required")
		}
	}
	if err := k.Err("elasticity"); err != nil {
		return nil, err
	}
	if c.Bucket == "" {
		c.Bucket = forecast.Week
	}
	if c.Level == 0 {
		c.Level = 0.95
	}
	sorted := slices.Clone(rows)
	pooled := 0
	if c.Pool {
		tiers := map[string]bool{}
		for i := range sorted {
			tiers[sorted[i].Tier] = true
			sorted[i].Tier = ""
		}
		pooled = len(tiers)
	}
	slices.SortStableFunc(sorted, compare)
	out := []Result{}
	for i := 0; i < len(sorted); {
		j := i
		for j < len(sorted) && sorted[j].Tier == sorted[i].Tier {
			j++
		}
		out = append(out, estimate(sorted[i:j], c, pooled))
		i = j
	}
	return out, nil
}

// compare orders rows so that sums do not depend on how they were given.
func compare(a, b Row) int {
	return cmp.Or(strings.Compare(a.Tier, b.Tier), a.Date.Compare(b.Date), cmp.Compare(a.Price, b.Price), cmp.Compare(a.Units, b.Units))
}

// refuse says why there is no estimate.
func (r *Result) refuse(code insight.WarningCode, text string) Result {
	r.Reason = text
	r.Warnings = append(r.Warnings, insight.Warn(code, "%s", text))
	return *r
}

// estimate works on the rows of a tier, by date.
func estimate(rows []Row, c Config, pooled int) Result {
	r := Result{Tier: rows[0].Tier, Level: c.Level}
	rows = slices.DeleteFunc(slices.Clone(rows), func(x Row) bool {
		switch {
		case !(x.Price > 0):
			r.LeftOut = insight.Leave(r.LeftOut, NoPrice, 1)
		case !(x.Units > 0):
			r.LeftOut = insight.Leave(r.LeftOut, NoUnits, 1)
		default:
			return false
		}
		return true
	})
	r.Rows = len(rows)
	if n := insight.Left(r.LeftOut); n > 0 {
		r.Warnings = append(r.Warnings, insight.Warn(insight.RowsLeftOut, "%d rows without a price or units, such as returns, were left out", n))
	}
	if len(rows) == 0 {
		return r.refuse(forecast.NoHistory, "no rows with a price and units")
	}
	if pooled > 1 {
		r.Warnings = append(r.Warnings, insight.Warn(Pooled, "several tiers in one: the figure is that of the price list, not of a response to the price"))
	}
	buckets := gather(rows, c.Bucket)
	r.prices(rows, buckets, c.Bucket)
	if r.Prices == 1 {
		return r.refuse(OnePrice, fmt.Sprintf("one price, %.4g: there is nothing to compare", r.Lowest))
	}
	if text := mixed(rows, c.Bucket); text != "" {
		if !c.Pool {
			return r.refuse(MixedTiers, text)
		}
		r.Warnings = append(r.Warnings, insight.Warn(MixedTiers, "%s", text))
	}
	return r.regress(buckets, c)
}

// bucket is what was sold in one, at the mean price.
type bucket struct {
	start        tandem.Date
	units, price float64
	promotion    float64 // share of the units
}

func gather(rows []Row, width forecast.Bucket) []bucket {
	var out []bucket
	for _, x := range rows {
		start := width.Begin(x.Date)
		if len(out) == 0 || out[len(out)-1].start != start {
			out = append(out, bucket{start: start})
		}
		b := &out[len(out)-1]
		b.units += x.Units
		b.price += float64(x.Price * x.Units)
		if x.Promotion {
			b.promotion += x.Units
		}
	}
	for i := range out {
		out[i].price /= out[i].units
		out[i].promotion /= out[i].units
	}
	return out
}

// same says that two prices differ by no more than rounding.
func same(a, b, part float64) bool { return math.Abs(a-b) <= float64(part*max(a, b)) }

func (r *Result) prices(rows []Row, buckets []bucket, width forecast.Bucket) {
	list := make([]float64, len(rows))
	for i, x := range rows {
		list[i] = x.Price
	}
	slices.Sort(list)
	r.Lowest, r.Highest, r.Prices = list[0], list[len(list)-1], 1
	for i := 1; i < len(list); i++ {
		if !same(list[i], list[i-1], 1e-4) {
			r.Prices++
		}
	}
	for i := 1; i < len(buckets); i++ {
		if !same(buckets[i].price, buckets[i-1].price, 0.01) {
			r.Changes++
		}
	}
	r.Buckets = len(buckets)
	r.Silent = width.Between(buckets[0].start, buckets[len(buckets)-1].start) + 1 - len(buckets)
}

// mixed says whether breaks are mixed: in a third of the buckets or more two prices at
// least five per cent apart stand side by side, each with a tenth of the rows, and in most
// of those the cheaper rows are at least twice as large.
func mixed(rows []Row, width forecast.Bucket) string {
	side, ordered, all := 0, 0, 0
	for i := 0; i < len(rows); {
		j, start := i, width.Begin(rows[i].Date)
		for j < len(rows) && width.Begin(rows[j].Date) == start {
			j++
		}
		all++
		low, high := split(rows[i:j])
		if len(low) > 0 {
			side++
			if float.Median(low) >= 2*float.Median(high) {
				ordered++
			}
		}
		i = j
	}
	if 3*side < all || 2*ordered < side || side < 3 {
		return ""
	}
	return fmt.Sprintf("in %d of %d buckets several prices stand side by side, and in %d of them the cheaper lines are at least twice "+
		"as large: these are price breaks, not a response to the price; name the tier of each row", side, all, ordered)
}

// split parts the rows at the widest gap of prices and gives the units of the cheaper and
// the dearer ones; none where the prices are alike.
func split(rows []Row) (low, high []float64) {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(a.Price, b.Price) })
	gap, at := 1.05, 0
	for i := 1; i < len(rows); i++ {
		few := 10*i < len(rows) || 10*(len(rows)-i) < len(rows)
		if g := rows[i].Price / rows[i-1].Price; g >= gap && !few {
			gap, at = g, i
		}
	}
	if at == 0 {
		return nil, nil
	}
	for i, x := range rows {
		if i < at {
			low = append(low, x.Units)
		} else {
			high = append(high, x.Units)
		}
	}
	return low, high
}

// regress fits the logarithm of the units; the price comes last, so that what the controls
// explain alone is not said of it.
func (r *Result) regress(buckets []bucket, c Config) Result {
	n := len(buckets)
	y, one, price := make([]float64, n), make([]float64, n), make([]float64, n)
	for i, b := range buckets {
		y[i], one[i], price[i] = float.Log(b.units), 1, float.Log(b.price)
	}
	names, columns := controls(buckets, c)
	columns = append([][]float64{one}, columns...)
	columns = append(columns, price)
	last := len(columns) - 1
	fit := regression.LeastSquares(y, columns)
	r.Freedom = fit.Freedom
	for i, name := range names {
		if !slices.Contains(fit.Dropped, i+1) {
			r.Controls = append(r.Controls, name)
		}
	}
	switch {
	case fit.Freedom < 3:
		return r.refuse(FewBuckets, fmt.Sprintf("%d buckets with sales are too few", n))
	case slices.Contains(fit.Dropped, last):
		return r.refuse(OnePrice, "the price does not vary by bucket, or only with the controls")
	}
	r.Usable, r.Elasticity, r.Error, r.RSquared = true, fit.Coefficients[last], fit.Errors[last], fit.RSquared
	half := float64(regression.StudentQuantile((1+c.Level)/2, fit.Freedom) * r.Error)
	r.Lower, r.Upper = r.Elasticity-half, r.Elasticity+half
	r.P = 1
	if r.Error > 0 {
		r.P = min(1, 2*regression.StudentTail(math.Abs(r.Elasticity)/r.Error, fit.Freedom))
	} else if r.Elasticity != 0 {
		r.P = 0
	}
	r.Reason = fmt.Sprintf("%s; %d buckets, prices from %.4g to %.4g", r.meaning(), n, r.Lowest, r.Highest)
	if r.Prices < 3 || r.Changes < 4 {
		r.Warnings = append(r.Warnings, insight.Warn(FewPrices, "%d prices and %d changes: whatever else happened then is in the figure", r.Prices, r.Changes))
	}
	if fit.Freedom < 10 {
		r.Warnings = append(r.Warnings, insight.Warn(FewBuckets, "%d degrees of freedom", fit.Freedom))
	}
	switch {
	case r.Lower > 0:
		r.Warnings = append(r.Warnings, insight.Warn(RisesByPrice, "more units at higher prices: something other than the price moves both"))
	case r.Upper >= 0:
		r.Warnings = append(r.Warnings, insight.Warn(NotTold, "the interval holds nought: no response can be told from chance"))
	}
	return *r
}

// meaning says the elasticity in words: "1 % dearer sells 1.9 % less (1.7 to 2.1)". A bound
// on the other side of nought is named with its side.
func (r *Result) meaning() string {
	side := func(v float64) string {
		if v < 0 {
			return "less"
		}
		return "more"
	}
	near, far := r.Upper, r.Lower
	if r.Elasticity >= 0 {
		near, far = far, near
	}
	text := fmt.Sprintf("1 %% dearer sells %.1f %% %s", math.Abs(r.Elasticity), side(r.Elasticity))
	if side(near) == side(far) {
		return fmt.Sprintf("%s (%.1f to %.1f)", text, math.Abs(near), math.Abs(far))
	}
	return fmt.Sprintf("%s (%.1f %% %s to %.1f %% %s)", text, math.Abs(near), side(near), math.Abs(far), side(far))
}
