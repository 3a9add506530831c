package quality

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/signal"
	"github.com/tandem-go/tandem/integration/insight/signal/internal/row"
)

// Analyze judges claims per unit exposed. The order of the arguments does not matter.
// Errors are faults of the arguments, all at once, those of the configuration below
// `config`: units that differ within a product, rows without a product, claims given
// twice that contradict each other.
func Analyze(shipments []Shipment, claims []Claim, c Config) (Report, error) {
	var k tandem.Check
	k.Nested("config", c.Validate())
	k.Nested("", check(shipments, claims))
	if err := k.Err("quality"); err != nil {
		return Report{}, err
	}
	a := analysis{config: c.filled(), place: map[cellKey]bool{}, sold: map[cellKey]bool{}, exposed: map[ClaimKind]float64{}}
	a.end = a.config.Bucket.Begin(c.At.AddDays(1))
	a.report = Report{At: c.At, Until: a.end.AddDays(-1)}
	a.ship(shipments)
	kept := a.admit(claims)
	for _, kind := range ClaimKinds() {
		a.judge(kind, slices.DeleteFunc(slices.Clone(kept), func(m claim) bool { return m.Kind != kind }))
	}
	list := make([]Claim, len(kept))
	for i, m := range kept {
		list[i] = m.Claim
	}
	a.report.Causes = Pareto(list)
	for i := range a.report.Causes {
		k := &a.report.Causes[i]
		if e := a.exposed[k.Kind]; e > 0 {
			k.Rate = min(k.Units/e, 1)
		}
	}
	return a.report, nil
}

type cellKey struct {
	product tandem.ProductID
	lot     tandem.LotID
	cohort  int
}

// cell is what was shipped of a product and lot in a bucket.
type cell struct {
	cellKey
	shipped float64
}

// claim is one that counts, with its cohort and its lag.
type claim struct {
	Claim
	cohort, lag int
	units       float64
	byLot       bool // its lot was shipped in the cohort
}

// analysis is one run.
type analysis struct {
	config Config
	end    tandem.Date // first day of the first bucket that is not whole
	first  tandem.Date // of the oldest cohort
	last   int         // the youngest cohort
	cells  []cell      // by product, lot and cohort
	place  map[cellKey]bool
	sold   map[cellKey]bool // of any lot: the lot is left empty
	report Report
	// exposed has the units of all products, by kind: each has its own delays.
	exposed map[ClaimKind]float64
}

// remark counts a row and says true, so that it can be left out.
func (a *analysis) remark(k ClaimKind, r insight.Reason, units float64) bool {
	for i := range a.report.Remarks {
		if m := &a.report.Remarks[i]; m.Kind == k && m.Reason == r {
			m.Rows++
			m.Units += units
			return true
		}
	}
	a.report.Remarks = append(a.report.Remarks, Remark{k, r, 1, units})
	return true
}

// ship sums the shipments of whole buckets into cells.
func (a *analysis) ship(shipments []Shipment) {
	sorted := slices.Clone(shipments)
	slices.SortFunc(sorted, Shipment.compare) // a total order: what is equal is the same
	sorted = slices.DeleteFunc(sorted, func(s Shipment) bool {
		switch {
		case s.Quantity.Sign() <= 0:
			return a.remark("", signal.NotPositive, row.Units(s.Quantity))
		case !a.whole(s.Date):
			return a.remark("", BrokenBucket, row.Units(s.Quantity))
		}
		return false
	})
	for i, s := range sorted {
		if begin := a.config.Bucket.Begin(s.Date); i == 0 || begin.Before(a.first) {
			a.first = begin
		}
	}
	if len(sorted) == 0 {
		return
	}
	a.last = a.config.Bucket.Between(a.first, a.end) - 1
	for _, s := range sorted {
		key := cellKey{s.Product, s.Lot, a.cohort(s.Date)}
		if n := len(a.cells); n == 0 || a.cells[n-1].cellKey != key {
			a.place[key], a.sold[cellKey{s.Product, tandem.LotID{}, key.cohort}] = true, true
			a.cells = append(a.cells, cell{cellKey: key})
		}
		a.cells[len(a.cells)-1].shipped += row.Units(s.Quantity)
	}
}

func (a *analysis) whole(d tandem.Date) bool { return d.Before(a.end) }

func (a *analysis) cohort(d tandem.Date) int {
	return a.config.Bucket.Between(a.first, a.config.Bucket.Begin(d))
}

// admit gives the claims that count, sorted.
func (a *analysis) admit(claims []Claim) []claim {
	sorted := slices.Clone(claims)
	slices.SortStableFunc(sorted, Claim.compare)
	sorted = slices.CompactFunc(sorted, func(x, y Claim) bool {
		return !x.Ref.IsZero() && x.key() == y.key() && a.remark(y.Kind, signal.CountedOnce, row.Units(y.Quantity))
	})
	kept := make([]claim, 0, len(sorted))
	for _, m := range sorted {
		q := row.Units(m.Quantity)
		out := claim{Claim: m, units: q}
		reason, ok := a.locate(&out)
		if !ok {
			a.remark(m.Kind, reason, q)
			continue
		}
		if m.Cause == "" {
			a.remark(m.Kind, WithoutCause, q)
		}
		if !out.byLot {
			a.remark(m.Kind, OtherLot, q)
		}
		kept = append(kept, out)
	}
	return kept
}

// locate finds the cell and lag of a claim, or why it has none.
func (a *analysis) locate(m *claim) (insight.Reason, bool) {
	switch {
	case m.Quantity.Sign() <= 0:
		return signal.NotPositive, false
	case m.Shipped.IsZero() || m.Date.IsZero():
		return WithoutDate, false
	case m.Date.Before(m.Shipped):
		return BeforeShipment, false
	case !a.whole(m.Date):
		return BrokenBucket, false
	}
	m.cohort = a.cohort(m.Shipped)
	if !a.sold[cellKey{m.Product, tandem.LotID{}, m.cohort}] {
		return NotShipped, false
	}
	m.byLot = a.place[cellKey{m.Product, m.Lot, m.cohort}]
	m.lag = a.config.Bucket.Between(a.config.Bucket.Begin(m.Shipped), a.config.Bucket.Begin(m.Date))
	if m.lag > a.config.MaxLag {
		return TooLate, false
	}
	return "", true
}

// fewClaims is the number of units under which a curve of delays is rough.
const fewClaims = 20

// delays develops the claims of one kind, all products together.
func (a *analysis) delays(kind ClaimKind, claims []claim) Development {
	reach := min(a.config.MaxLag, a.last)
	byCohort := make([][]float64, a.last+1)
	for _, m := range claims {
		list := &byCohort[m.cohort]
		for len(*list) <= m.lag {
			*list = append(*list, 0)
		}
		(*list)[m.lag] += m.units
	}
	cohorts := make([]Cohort, 0, len(byCohort))
	for i, list := range byCohort {
		if list != nil {
			cohorts = append(cohorts, Cohort{Age: a.last - i, Claimed: list})
		}
	}
	d := Develop(cohorts, reach, a.config.Prior)
	a.report.Delays = append(a.report.Delays, Delay{kind, d})
	if reach < a.config.MaxLag {
		a.report.Remarks = append(a.report.Remarks, Remark{Kind: kind, Reason: ShortHistory})
	}
	if d.Claimed < fewClaims {
		a.report.Remarks = append(a.report.Remarks, Remark{Kind: kind, Reason: FewClaims, Units: d.Claimed})
	}
	return d
}

// judge fills the groups, and for returns the stocks, of one kind; of a kind without
// any claim there is nothing to say.
func (a *analysis) judge(kind ClaimKind, claims []claim) {
	if len(claims) == 0 || len(a.cells) == 0 {
		return
	}
	d := a.delays(kind, claims)
	var products []family
	for i := 0; i < len(a.cells); {
		j := i
		for j < len(a.cells) && a.cells[j].product == a.cells[i].product {
			j++
		}
		n := 0
		for n < len(claims) && claims[n].Product == a.cells[i].product {
			n++
		}
		products = append(products, a.family(kind, d, a.cells[i:j], claims[:n]))
		claims, i = claims[n:], j
	}
	for _, f := range products {
		a.exposed[kind] += f.whole.Exposed
	}
	a.compare(products)
	if kind == Return {
		a.stocks(products)
	}
	for _, f := range products {
		for _, t := range f.tallies() {
			a.report.Groups = append(a.report.Groups, t.Group)
		}
	}
}

// tally is a group with what it is judged by.
type tally struct {
	Group
	claims []claim
	test   bool
}

// family is a product with its lots and causes.
type family struct {
	whole  tally
	lots   []tally
	causes []tally
	cells  []cell
}

func (f *family) tallies() []*tally {
	out := []*tally{&f.whole}
	for i := range f.lots {
		out = append(out, &f.lots[i])
	}
	for i := range f.causes {
		out = append(out, &f.causes[i])
	}
	return out
}

// family sums a product's cells. Claims are sorted by lot, as cells are.
func (a *analysis) family(kind ClaimKind, d Development, cells []cell, claims []claim) family {
	f := family{cells: cells, whole: tally{Group: Group{Kind: kind, Product: cells[0].product, Clump: 1}}}
	f.whole.count(claims)
	f.whole.Clump = clump(claims, func(claim) bool { return true })
	together, next := clump(claims, claim.ofLot), 0
	for i, c := range cells {
		exposed := float64(c.shipped * d.At(a.last-c.cohort))
		f.whole.add(c, exposed)
		if c.lot.IsZero() {
			continue
		}
		if i == 0 || cells[i-1].lot != c.lot {
			lot := tally{Group: Group{Kind: kind, Product: c.product, Lot: c.lot, Clump: together}}
			for next < len(claims) && claims[next].Lot.Compare(c.lot) < 0 {
				next++
			}
			from := next
			for next < len(claims) && claims[next].Lot == c.lot {
				next++
			}
			lot.count(slices.DeleteFunc(slices.Clone(claims[from:next]), func(m claim) bool { return !m.ofLot() }))
			f.lots = append(f.lots, lot)
		}
		f.lots[len(f.lots)-1].add(c, exposed)
	}
	f.part()
	for _, t := range f.tallies() {
		t.finish(a.config.Level)
	}
	return f
}

// ofLot says whether a claim counts for a lot.
func (m claim) ofLot() bool { return m.byLot && !m.Lot.IsZero() }

// clump gives the units that come together in the mean, Σq²/Σq, of the claims that count;
// 1 where none does.
func clump(claims []claim, counts func(claim) bool) float64 {
	squares, sum := 0.0, 0.0
	for _, m := range claims {
		if counts(m) {
			squares += float64(m.units * m.units)
			sum += m.units
		}
	}
	if sum <= 0 {
		return 1
	}
	return squares / sum
}

// part gives each cause that was named a group of its own: all the product's units
// were exposed to it.
func (f *family) part() {
	named := slices.DeleteFunc(slices.Clone(f.whole.claims), func(m claim) bool { return m.Cause == "" })
	slices.SortStableFunc(named, func(a, b claim) int { return cmp.Compare(a.Cause, b.Cause) })
	for i := 0; i < len(named); {
		t := tally{Group: f.whole.Group}
		t.Only, t.Claimed = named[i].Cause, 0
		j := i
		for j < len(named) && named[j].Cause == t.Only {
			j++
		}
		t.count(named[i:j])
		f.causes = append(f.causes, t)
		i = j
	}
}

func (t *tally) add(c cell, exposed float64) {
	t.Shipped += c.shipped
	t.Exposed += exposed
}

func (t *tally) count(claims []claim) {
	t.claims = claims
	for _, m := range claims {
		t.Claimed += m.units
	}
}

// finish gives the rate with its interval, the most frequent cause and the documents.
func (t *tally) finish(level float64) {
	t.Claims, t.P, t.Corrected, t.With = len(t.claims), 1, 1, WithNothing
	if t.Exposed > 0 {
		t.Rate = min(t.Claimed/t.Exposed, 1)
	}
	if t.Claimed > t.Shipped {
		t.Notes = append(t.Notes, BeyondShipped)
	}
	t.Interval = signal.ClopperPearson(t.Claimed/t.Clump, t.Exposed/t.Clump, level)
	list := make([]Claim, len(t.claims))
	var documents signal.Signal
	refs := make([]tandem.DocumentRef, len(t.claims))
	for i, m := range t.claims {
		list[i], refs[i] = m.Claim, m.Ref
	}
	documents.Attach(refs)
	t.Evidence = documents.Evidence
	for _, c := range Pareto(list) {
		if c.Cause != "" {
			t.Cause, t.CauseUnits = c.Cause, c.Units
			break
		}
	}
}
