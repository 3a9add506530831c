package sensing

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/integration/insight/signal"
	"github.com/tandem-go/tandem/integration/insight/signal/internal/row"
	"github.com/tandem-go/tandem/internal/float"
)

// Outcome is an opportunity that has been won or lost, with what was said of it in a
// stage.
type Outcome struct {
	Ref         tandem.DocumentRef `json:"ref"`
	Stage       string             `json:"stage"`
	Probability tandem.Rate        `json:"probability"` // stated while it was there
	Won         bool               `json:"won"`
}

// Verdict says what history says of stated probabilities. The names are stable.
type Verdict string

// The verdicts.
const (
	TooFew      Verdict = "too_few"     // fewer outcomes than the minimum
	Calibrated  Verdict = "calibrated"  // the mean of what was stated lies in the interval
	Optimistic  Verdict = "optimistic"  // more was stated than won
	Pessimistic Verdict = "pessimistic" // less was
)

// Verdicts lists the verdicts.
func Verdicts() []Verdict { return []Verdict{TooFew, Calibrated, Optimistic, Pessimistic} }

// Valid says whether the verdict is one of [Verdicts].
func (v Verdict) Valid() bool { return slices.Contains(Verdicts(), v) }

// UnmarshalText reads exactly the names of [Verdicts].
func (v *Verdict) UnmarshalText(text []byte) error {
	return enum.Decode(v, text, "verdict", Verdicts())
}

// Stage is how a stage ended.
type Stage struct {
	Stage    string          `json:"stage"`
	Outcomes int             `json:"outcomes"` // each opportunity once
	Won      int             `json:"won"`
	Share    float64         `json:"share"`    // won of outcomes
	Interval signal.Interval `json:"interval"` // Wilson's
	Stated   float64         `json:"stated"`   // mean probability
	// Brier is the mean squared distance of the stated probability from the outcome (G.
	// W. Brier, Monthly Weather Review 78, 1950, 1-3): 0 is perfect, 0.25 a coin.
	Brier   float64 `json:"brier"`
	Verdict Verdict `json:"verdict"`
}

// Calibration is how the stages ended, by name.
type Calibration struct {
	Stages []Stage `json:"stages"`
	// Repeated counts outcomes of one opportunity in one stage beyond its first.
	Repeated int `json:"repeated,omitzero"`
}

// Calibrate compares what was stated with what was won, by stage. An opportunity whose
// probability was revised while it was in a stage counts there once, with the mean of the
// probabilities stated, each value once, and as won if any of its outcomes says so; one
// without a reference is one of its own. A verdict needs at
// least minimum outcomes, 0 meaning 20; level is that of the intervals, 0 meaning
// [signal.DefaultLevel].
func Calibrate(history []Outcome, minimum int, level float64) (Calibration, error) {
	var c tandem.Check
	c.Require(len(history) <= MaxOutcomes, "too_many", "history", "at most 1,000,000")
	c.Require(minimum >= 0, "minimum", "minimum", "must not be negative")
	c.Require(level >= 0 && level < 1, "level", "level", "must be 0 to below 1")
	for i, o := range history {
		if !row.Share(o.Probability) {
			c.Add("probability", tandem.Path("history", i)+".probability", "must be 0 to 1")
		}
	}
	if !c.OK() {
		return Calibration{}, c.Err("calibration")
	}
	list := slices.Clone(history)
	slices.SortStableFunc(list, Outcome.compare)
	var out Calibration
	kept := list[:0:0]
	for i := 0; i < len(list); {
		j := i + 1
		for j < len(list) && list[j].Stage == list[i].Stage && !list[i].Ref.IsZero() && list[j].Ref.Same(list[i].Ref) {
			j++
		}
		kept = append(kept, mean(list[i:j]))
		out.Repeated += j - i - 1
		i = j
	}
	for i := 0; i < len(kept); {
		j := i
		for j < len(kept) && kept[j].Stage == kept[i].Stage {
			j++
		}
		out.Stages = append(out.Stages, stage(kept[i:j], cmp.Or(minimum, 20), level))
		i = j
	}
	return out, nil
}

func (o Outcome) compare(p Outcome) int {
	won := func(b bool) int {
		if b {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(o.Stage, p.Stage), signal.CompareDocuments(o.Ref, p.Ref),
		o.Probability.Cmp(p.Probability), won(o.Won)-won(p.Won))
}

// mean gives the one outcome of an opportunity in a stage, of those sorted by what was
// stated: the mean of the different probabilities, to a billionth.
func mean(list []Outcome) Outcome {
	out, sum, n := list[0], list[0].Probability.Nano(), int64(1)
	for i, o := range list[1:] {
		if out.Won = out.Won || o.Won; o.Probability != list[i].Probability {
			sum += o.Probability.Nano()
			n++
		}
	}
	out.Probability = tandem.RateFromNano(sum / n)
	return out
}

func stage(list []Outcome, minimum int, level float64) Stage {
	s := Stage{Stage: list[0].Stage, Outcomes: len(list), Verdict: Calibrated}
	n := float64(len(list))
	for _, o := range list {
		p, y := float64(o.Probability.Nano())/1e9, 0.0
		if o.Won {
			s.Won++
			y = 1
		}
		s.Stated += p / n
		s.Brier += float64((p-y)*(p-y)) / n
	}
	s.Share = float64(s.Won) / n
	s.Interval = signal.Wilson(float64(s.Won), n, level)
	switch {
	case s.Outcomes < minimum:
		s.Verdict = TooFew
	case s.Stated > s.Interval.Upper:
		s.Verdict = Optimistic
	case s.Stated < s.Interval.Lower:
		s.Verdict = Pessimistic
	}
	return s
}

// Signals tells of stages whose probabilities history contradicts. The strength is
// the distance between stated and won.
func (c Calibration) Signals(at tandem.Date) []signal.Signal {
	var out []signal.Signal
	for _, s := range c.Stages {
		if s.Verdict != Optimistic && s.Verdict != Pessimistic {
			continue
		}
		interval := s.Interval
		out = append(out, signal.Signal{
			Kind: signal.ProbabilityBiased, Subject: signal.Subject{Code: s.Stage}, At: at,
			Strength: min(math.Abs(s.Stated-s.Share), 1), Value: s.Share,
			Interval: &interval,
			Reason: fmt.Sprintf("%d of %d won (%.1f %%, between %.1f %% and %.1f %%), where %.1f %% was stated",
				s.Won, s.Outcomes, 100*s.Share, 100*s.Interval.Lower, 100*s.Interval.Upper, 100*s.Stated),
			Suggestion: signal.Suggestion{Action: signal.ReviewRate, Text: "review the probability of the stage", Value: s.Share},
		})
	}
	signal.Sort(out)
	return out
}

// Signals tells of the demand to expect by product and bucket, and of opportunities
// whose close date has passed. The strength of the first is E/(E + standard
// deviation), its interval normal within nothing and all that is open; that of the
// second is the probability still stated.
func (s Sensed) Signals() []signal.Signal {
	var out []signal.Signal
	for _, d := range s.Demands {
		pegs := make([][]int, len(d.Expected))
		for i, p := range d.Pegs {
			if p.Bucket >= 0 && p.Open.Sign() > 0 {
				pegs[p.Bucket] = append(pegs[p.Bucket], i)
			}
		}
		for b, q := range d.Expected {
			if q.Sign() > 0 {
				out = append(out, d.expect(s.At, b, pegs[b]))
			}
		}
	}
	out = append(out, s.overdue()...)
	signal.Sort(out)
	return out
}

func (d Demand) expect(at tandem.Date, b int, pegs []int) signal.Signal {
	mean, deviation, open := row.Units(d.Expected[b]), math.Sqrt(d.Variance[b]), 0.0
	var evidence []tandem.DocumentRef
	for _, i := range pegs {
		open += row.Units(d.Pegs[i].Open)
		evidence = append(evidence, d.Pegs[i].Opportunity)
	}
	half := float64(float.NormalQuantile(0.975) * deviation)
	start := d.Bucket.Add(d.Start, b)
	out := signal.Signal{
		Kind: signal.DemandExpected, Subject: signal.Subject{Product: d.Product, Date: start}, At: at,
		Strength: mean / (mean + deviation), Value: mean,
		Interval: &signal.Interval{Level: signal.DefaultLevel, Lower: max(mean-half, 0), Upper: max(min(mean+half, open), mean)},
		Suggestion: signal.Suggestion{
			Action: signal.Anticipate, Text: "let planning know; what history already holds of it must not count twice", Value: mean,
		},
	}
	out.Attach(evidence)
	n := len(out.Evidence) + out.More
	what := "opportunities"
	if n == 1 {
		what = "opportunity"
	}
	out.Reason = fmt.Sprintf("%s expected in the %s of %s from %d %s, standard deviation %.1f",
		d.Expected[b], d.Bucket, start, n, what, deviation)
	return out
}

// overdue gives one signal for each opportunity, with its likeliest line.
func (s Sensed) overdue() []signal.Signal {
	var late []Peg
	for _, d := range s.Demands {
		for _, p := range d.Pegs {
			if slices.Contains(p.Notes, ClosePassed) && p.Open.Sign() > 0 {
				late = append(late, p)
			}
		}
	}
	slices.SortStableFunc(late, func(a, b Peg) int {
		return cmp.Or(compareDeals(a, b), b.Probability.Cmp(a.Probability), a.Close.Compare(b.Close), a.Party.Compare(b.Party))
	})
	late = slices.CompactFunc(late, func(a, b Peg) bool { return compareDeals(a, b) == 0 })
	out := make([]signal.Signal, 0, len(late))
	for _, p := range late {
		days := s.At.DaysSince(p.Close)
		v := signal.Signal{
			Kind: signal.PipelineOverdue, Subject: signal.Subject{Party: p.Party, Document: p.Opportunity}, At: s.At,
			Strength: float64(p.Probability.Nano()) / 1e9, Value: float64(days),
			Reason:     fmt.Sprintf("the close date %s passed %d days ago, and no order has come of all of it", p.Close, days),
			Suggestion: signal.Suggestion{Action: signal.UpdateDate, Text: "set a new close date, or lose the opportunity"},
		}
		v.Attach([]tandem.DocumentRef{p.Opportunity})
		out = append(out, v)
	}
	return out
}
