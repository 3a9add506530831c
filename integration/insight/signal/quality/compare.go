package quality

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/signal"
	"github.com/tandem-go/tandem/internal/float"
)

// pool is units and events that a group is compared with.
type pool struct{ claimed, exposed, events, exposure float64 }

func (p pool) plus(t *tally) pool {
	return pool{p.claimed + t.Claimed, p.exposed + t.Exposed, p.events + t.Claimed/t.Clump, p.exposure + t.Exposed/t.Clump}
}

func (p pool) minus(t *tally) pool {
	return pool{
		max(p.claimed-t.Claimed, 0), max(p.exposed-t.Exposed, 0), max(p.events-t.Claimed/t.Clump, 0), max(p.exposure-t.Exposed/t.Clump, 0),
	}
}

// compare tests each product, each lot and each cause, and corrects each of the three
// families for its number of tests.
func (a *analysis) compare(products []family) {
	var all pool
	byCause := map[string]pool{}
	for i := range products {
		all = all.plus(&products[i].whole)
		for k := range products[i].causes {
			t := &products[i].causes[k]
			byCause[t.Only] = byCause[t.Only].plus(t)
		}
	}
	var wholes, lots, causes []*tally
	for i := range products {
		f := &products[i]
		others := all.minus(&f.whole)
		a.test(&f.whole, pool{}, others)
		wholes = append(wholes, &f.whole)
		// Of claims without a lot, and units shipped without one, a lot has its part in
		// neither number: among the others alone they would make it look better than it is.
		var own pool
		for k := range f.lots {
			own = own.plus(&f.lots[k])
		}
		for k := range f.lots {
			a.test(&f.lots[k], own.minus(&f.lots[k]), others)
			lots = append(lots, &f.lots[k])
		}
		for k := range f.causes {
			t := &f.causes[k]
			// Others are exposed to the cause whether or not they had a claim of it.
			same := byCause[t.Only].minus(t)
			same.exposed, same.exposure = others.exposed, others.exposure
			a.test(t, pool{}, same)
			causes = append(causes, t)
		}
	}
	a.correct(wholes)
	a.correct(lots)
	a.correct(causes)
}

// test compares with the target, else with the other lots, else with the other
// products, as far as they have enough exposed units.
func (a *analysis) test(t *tally, lots, products pool) {
	events, exposure := t.Claimed/t.Clump, t.Exposed/t.Clump
	target := float64(a.config.Target.Nano()) / 1e9
	var with pool
	switch {
	case target > 0 && t.Only == "": // the target is for all causes together
		t.With, t.Baseline = WithTarget, target
	case lots.exposure >= a.config.Minimum:
		t.With, with = WithOtherLots, lots
	case products.exposure >= a.config.Minimum:
		t.With, with = WithOtherProducts, products
	}
	if with.exposed > 0 {
		t.Baseline, t.BaselineExposed = min(with.claimed/with.exposed, 1), with.exposed
	}
	if t.With == WithNothing || exposure < a.config.Minimum {
		t.Verdict = TooFew
		return
	}
	t.test = true
	if t.With == WithTarget {
		t.P = signal.MoreThan(events, float64(exposure*target))
		return
	}
	t.P = signal.MoreThanOther(events, exposure, with.events, with.exposure)
}

func (a *analysis) correct(list []*tally) {
	var tested []*tally
	var p []float64
	for _, t := range list {
		if t.test {
			tested, p = append(tested, t), append(p, t.P)
		}
	}
	corrected := float.BenjaminiHochberg(p, len(p))
	if a.config.Correct == FamilyWise {
		corrected = float.Holm(p)
	}
	for i, t := range tested {
		t.Corrected, t.Verdict = corrected[i], Usual
		if t.Corrected <= a.config.Alpha && t.Claimed/t.Clump >= a.config.Events && t.Rate > t.Baseline {
			t.Verdict = High
		}
	}
}

// stocks gives what returns do to the demand of each product.
func (a *analysis) stocks(products []family) {
	for i := range products {
		f := &products[i]
		t := &f.whole
		first := a.last
		for _, c := range f.cells {
			first = min(first, c.cohort)
		}
		s := Stock{Product: t.Product, Rate: t.Rate, Demand: t.Shipped / float64(a.last-first+1), Factor: 1, Verdict: t.Verdict}
		moved := 0.0
		for _, m := range t.claims {
			if m.Restocked {
				s.Restocked += m.units / t.Claimed
			}
			if m.Replaced {
				s.Replaced += m.units / t.Claimed
			}
			if m.Restocked != m.Replaced {
				moved += m.units / t.Claimed
			}
		}
		s.Restocked, s.Replaced, moved = min(s.Restocked, 1), min(s.Replaced, 1), min(moved, 1)
		s.Factor += float64(t.Rate * (s.Replaced - s.Restocked))
		s.AddedVariance = float64(t.Rate * s.Demand * t.Clump * moved)
		a.report.Stocks = append(a.report.Stocks, s)
	}
}

// stockThreshold is the change of demand from which a signal is worth reading.
const stockThreshold = 0.01

// Signals tells of high lots and products, and of products whose returns change the
// demand to cover by 1 % or more. The strength of a high rate is the share of its
// claims that the baseline does not explain, that of stock the change of the factor.
func (r Report) Signals() []signal.Signal {
	var out []signal.Signal
	for _, g := range r.Groups {
		if g.Verdict == High {
			out = append(out, g.signal(r.At))
		}
	}
	for _, s := range r.Stocks {
		change := s.Factor - 1
		if s.Verdict == TooFew || max(change, -change) < stockThreshold {
			continue
		}
		out = append(out, signal.Signal{
			Kind: signal.SafetyStock, Subject: signal.Subject{Product: s.Product}, At: r.At, Strength: min(max(change, -change), 1), Value: s.Factor,
			Reason: fmt.Sprintf("%s of what is shipped comes back, %.0f %% of it to stock, %.0f %% replaced: "+
				"%s of demand in each bucket, variance +%.4g", percent(s.Rate), 100*s.Restocked, 100*s.Replaced, signed(change), s.AddedVariance),
			Suggestion: signal.Suggestion{Action: signal.ReviewStock, Text: "review demand and variance that safety stock covers", Value: s.Factor},
		})
	}
	signal.Sort(out)
	return out
}

func (g Group) signal(at tandem.Date) signal.Signal {
	interval := g.Interval
	s := signal.Signal{
		Kind: signal.ProductQuality, Subject: signal.Subject{Product: g.Product, Lot: g.Lot, Code: g.Only}, At: at,
		Value: g.Rate, Interval: &interval,
		Strength: min(max(1-g.Baseline/g.Rate, 0), 1), Suggestion: signal.Suggestion{Action: signal.Investigate, Text: "investigate the product"},
	}
	if !g.Lot.IsZero() {
		s.Kind, s.Suggestion.Text = signal.LotQuality, "investigate the lot"
	}
	if g.Cause != "" {
		s.Suggestion.Text += fmt.Sprintf(", first for %q", g.Cause)
	}
	what := map[ClaimKind]string{Return: "returned", Complaint: "complained of"}[g.Kind]
	against := map[Comparison]string{WithTarget: "the target", WithOtherLots: "the other lots", WithOtherProducts: "other products"}[g.With]
	if g.Only != "" {
		what += fmt.Sprintf(" for %q", g.Only)
	}
	s.Reason = fmt.Sprintf("%.5g of %.5g units %s (%s, between %s and %s) against %s of %s", g.Claimed, g.Shipped, what,
		percent(g.Rate), percent(g.Interval.Lower), percent(g.Interval.Upper), percent(g.Baseline), against)
	if g.Exposed < 0.995*g.Shipped {
		s.Reason += fmt.Sprintf("; %.5g units have had the time to", g.Exposed)
	}
	if g.CauseUnits > 0 && g.Only == "" {
		s.Reason += fmt.Sprintf("; %.5g for %q", g.CauseUnits, g.Cause)
	}
	s.Attach(g.Evidence)
	return s
}

func percent(share float64) string { return fmt.Sprintf("%.1f %%", 100*share) }

func signed(change float64) string { return fmt.Sprintf("%+.1f %%", 100*change) }
