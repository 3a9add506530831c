package rebate

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
	"github.com/tandem-go/tandem/pricing/internal/enum"
)

// MaxOutcomes is the most outcomes of one estimate.
const MaxOutcomes = 32

// Method says how an expectation is made of outcomes (IFRS 15.53).
type Method string

// The methods.
const (
	// ExpectedValue is the sum of the outcomes weighted by probability: for many similar
	// contracts.
	ExpectedValue Method = "expected_value"
	// MostLikely is the single most likely outcome; of two equally likely ones that with
	// the larger rebate.
	MostLikely Method = "most_likely"
)

// Methods lists the methods.
func Methods() []Method { return []Method{ExpectedValue, MostLikely} }

// Valid reports whether m is one of [Methods].
func (m Method) Valid() bool { return slices.Contains(Methods(), m) }

// UnmarshalText reads a method and refuses anything else.
func (m *Method) UnmarshalText(text []byte) error { return enum.Decode(m, text, "method") }

// Outcome is a net volume of the whole period, returns included, that may come about.
type Outcome struct {
	Quantity    tandem.Quantity `json:"quantity"` // where the terms measure quantity
	Value       tandem.Money    `json:"value"`    // where they measure value
	Probability tandem.Rate     `json:"probability"`
}

// Estimate is what is expected of the period. The zero Estimate expects what was bought
// already, and no more.
type Estimate struct {
	Method   Method    `json:"method"`
	Outcomes []Outcome `json:"outcomes"`
	// Confidence is the constraint (IFRS 15.56-58): revenue is recognised only so far as
	// it is highly probable that it will not be reversed. The expected reward is raised to
	// the smallest one that is enough with at least this probability. 0 where the method's
	// answer is highly probable by itself.
	Confidence tandem.Rate `json:"confidence,omitzero"`
}

// Likely is the estimate of one outcome that is as good as certain.
func Likely(v Volume) Estimate {
	return Estimate{Method: MostLikely, Outcomes: []Outcome{{Quantity: v.Quantity, Value: v.Value, Probability: tandem.Percent(100)}}}
}

// Validate reports all faults of an estimate for these terms.
func (e Estimate) Validate(t Terms) error {
	var c tandem.Check
	one := tandem.Percent(100)
	c.Require(e.Method.Valid(), "unknown", "method", "no such method")
	c.Require(len(e.Outcomes) > 0 && len(e.Outcomes) <= MaxOutcomes, "outcomes", "outcomes", "must be 1 to 32")
	c.Require(e.Confidence.Sign() >= 0 && e.Confidence.Cmp(one) <= 0, "rate", "confidence", "must be 0 to 1")
	var sum int64
	for i, o := range e.Outcomes[:min(len(e.Outcomes), MaxOutcomes)] {
		at := tandem.Path("outcomes", i)
		if t.Measure == ByQuantity {
			c.Require(!o.Quantity.IsNone() && o.Quantity.Unit() == t.Unit, "volume", at+".quantity", "must be a quantity of the terms' unit")
		} else {
			c.Require(!o.Value.IsNone() && o.Value.Currency() == t.Currency, "volume", at+".value", "must be an amount of the terms' currency")
		}
		m := t.measure(Volume{Quantity: o.Quantity, Value: o.Value})
		c.Require(m >= 0 && m <= t.most(), "range", at, "must not be negative or too large")
		if c.Require(o.Probability.Sign() > 0 && o.Probability.Cmp(one) <= 0, "rate", at+".probability", "must be more than 0 and at most 1") {
			sum += o.Probability.Nano()
		}
	}
	c.Require(sum == one.Nano() || len(e.Outcomes) == 0, "probability", "outcomes", "their probabilities must sum to 1")
	return c.Err("estimate")
}

// chance is an outcome as the rule sees it.
type chance struct {
	probability int64      // thousand-millionths
	measure     int64      // of the whole period
	rebate      int128.Int // measure × reward, in their smallest units
	reward      int64      // rebate ÷ measure
}

// Expect gives the reward that is expected for each unit of what is bought: the expected
// rebate of the period over its expected volume, rounded to the precision of a rate or a
// price. Terms and estimate must be valid. An outcome below what was bought already
// (under [HighestReached], below the highest that it had reached) counts as that.
func (t Terms) Expect(e Estimate, net, reached Volume) (Reward, error) {
	if err := t.check(net, reached); err != nil {
		return Reward{}, err
	}
	return t.expect(&e, t.standing(t.measure(net), t.measure(reached)))
}

func (t *Terms) expect(e *Estimate, least int64) (Reward, error) {
	one := tandem.Percent(100).Nano()
	var buffer [MaxOutcomes]chance
	chances := buffer[:0]
	for _, o := range e.Outcomes {
		c := chance{probability: o.Probability.Nano(), measure: max(least, t.measure(Volume{Quantity: o.Quantity, Value: o.Value}))}
		chances = append(chances, c)
	}
	if len(chances) == 0 {
		chances = append(chances, chance{probability: one, measure: least})
	}
	for i := range chances {
		if err := t.outcome(&chances[i]); err != nil {
			return Reward{}, err
		}
	}
	slices.SortStableFunc(chances, func(a, b chance) int { return cmp.Compare(a.reward, b.reward) })
	size, err := expectation(e.Method, chances)
	if err != nil {
		return Reward{}, err
	}
	var sure int64
	for _, c := range chances {
		if sure >= e.Confidence.Nano() {
			break
		}
		sure += c.probability
		size = max(size, c.reward)
	}
	return t.reward(size), nil
}

// outcome works out the rebate of an outcome.
func (t *Terms) outcome(c *chance) error {
	ok := true
	add := func(part, reward int64) {
		sum, fits := c.rebate.Add(int128.Mul64(part, reward))
		c.rebate, ok = sum, ok && fits
	}
	if t.Scale == BackToFirstUnit {
		add(c.measure, t.rewardAt(c.measure).size())
	} else {
		t.slices(c.measure, func(tier *Tier, part int64) { add(part, tier.size()) })
	}
	if c.measure == 0 {
		c.reward = t.rewardAt(0).size()
	} else if ok {
		c.reward, ok = int128.QuoRound64(c.rebate, c.measure, int128.HalfAway)
	}
	if !ok {
		return tandem.ErrOverflow
	}
	return nil
}

// expectation is the method's answer; the chances ascend in their reward.
func expectation(m Method, chances []chance) (int64, error) {
	if m != ExpectedValue {
		likely := chances[0]
		for _, c := range chances[1:] {
			if c.probability >= likely.probability {
				likely = c
			}
		}
		return likely.reward, nil
	}
	var rebate, volume int128.Int
	for _, c := range chances {
		weighted, ok := int128.MulInt64(c.rebate, c.probability)
		sum, fits := rebate.Add(weighted)
		if !ok || !fits {
			return 0, tandem.ErrOverflow
		}
		rebate = sum
		if volume, fits = volume.Add(int128.Mul64(c.measure, c.probability)); !fits {
			return 0, tandem.ErrOverflow
		}
	}
	if volume.IsZero() {
		return chances[0].reward, nil
	}
	quotient, ok := int128.QuoRoundInt(rebate, volume, int128.HalfAway)
	size, fits := quotient.Int64()
	if !ok || !fits {
		return 0, tandem.ErrOverflow
	}
	return size, nil
}
