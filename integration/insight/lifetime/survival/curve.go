package survival

import (
	"fmt"
	"sort"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/internal/float"
)

// Point is a time with an event.
type Point struct {
	Time     float64 `json:"time"`
	AtRisk   int     `json:"at_risk"` // just before
	Events   int     `json:"events"`
	Censored int     `json:"censored"` // from the point before to just before this one
	// Survival is the chance to live longer (Kaplan-Meier).
	Survival float64 `json:"survival"`
	// Error is its standard error by Greenwood's formula.
	Error float64 `json:"error"`
	// Lower and Upper are the log-log limits (Borgan and Liestøl 1990), which stay
	// within 0 and 1. Where nobody is left they are 0 and the upper one before.
	Lower float64 `json:"lower"`
	Upper float64 `json:"upper"`
	// Hazard is the cumulative hazard (Nelson-Aalen), HazardError its standard error by
	// Aalen's formula.
	Hazard      float64 `json:"hazard"`
	HazardError float64 `json:"hazard_error"`
}

// Quantile is a time that the curve may not reach.
type Quantile struct {
	Time    float64 `json:"time"`
	Reached bool    `json:"reached"`
}

// Mean is that of a life, cut at a time.
type Mean struct {
	Until float64 `json:"until"`
	Value float64 `json:"value"`
	Error float64 `json:"error"` // standard error
}

// Curve is how long lives last.
type Curve struct {
	Lives    int     `json:"lives"` // that were taken
	Events   int     `json:"events"`
	Level    float64 `json:"level"` // of the limits
	LastSeen float64 `json:"last_seen"`
	Points   []Point `json:"points"`
	// Median is the first time at which the curve is at a half or below, its limits the
	// first times of the curves of the limits (Brookmeyer and Crowley 1982).
	Median      Quantile          `json:"median"`
	MedianLower Quantile          `json:"median_lower"`
	MedianUpper Quantile          `json:"median_upper"`
	Mean        Mean              `json:"mean"`
	LeftOut     []insight.LeftOut `json:"left_out,omitempty"`
	Warnings    []insight.Warning `json:"warnings,omitempty"`
}

// Estimate makes the curve of lives, in any order.
func Estimate(lives []Life, c Config) (Curve, error) {
	var check tandem.Check
	check.Require(len(lives) <= MaxLives, "too_many", "lives", "at most 20,000,000")
	check.Nested("config", c.Validate())
	if err := check.Err("survival"); err != nil {
		return Curve{}, err
	}
	s := sample{exits: make([]exit, 0, len(lives))}
	s.add(lives, 0)
	s.sort()
	out := Curve{Lives: len(s.exits), Level: c.Level, LeftOut: s.leftOut}
	if c.Level == 0 {
		out.Level = 0.95
	}
	if n := len(s.exits); n > 0 {
		out.LastSeen = s.exits[n-1].time
	}
	out.estimate(&s, c.quantile())
	out.middle()
	out.mean(c.Restriction)
	out.notes(&s)
	return out, nil
}

func (c *Curve) warn(code insight.WarningCode, text string) {
	c.Warnings = append(c.Warnings, insight.Warning{Code: code, Text: text})
}

// estimate multiplies the shares that outlive each event.
func (c *Curve) estimate(s *sample, z float64) {
	p := Point{Survival: 1, Upper: 1, Lower: 1}
	greenwood, aalen, censored := 0.0, 0.0, 0
	s.walk(1, func(m moment) {
		d, n := m.events[0], m.atRisk[0]
		if d > 0 {
			p.Time, p.AtRisk, p.Events, p.Censored = m.time, int(n), int(d), censored
			p.Survival *= (n - d) / n
			p.Hazard += d / n
			aalen += d / float64(n*n)
			p.HazardError = root(aalen)
			if n > d {
				greenwood += d / float64(n*(n-d))
			}
			p.limits(greenwood, z)
			c.Points = append(c.Points, p)
			c.Events += int(d)
			censored = 0
		}
		censored += int(m.censored[0])
	})
}

func (p *Point) limits(greenwood, z float64) {
	if p.Survival <= 0 {
		p.Error, p.Lower = 0, 0
		return
	}
	p.Error = float64(p.Survival * root(greenwood))
	log := float.Log(p.Survival)
	if log >= 0 {
		return
	}
	factor := float.Exp(z * root(greenwood) / -log)
	p.Lower, p.Upper = float.Exp(log*factor), float.Exp(log/factor)
}

// rounding is how far above a half a product of shares may come to lie that is one.
const rounding = 1e-12

func (c *Curve) middle() {
	first := func(value func(Point) float64) Quantile {
		at := sort.Search(len(c.Points), func(i int) bool { return value(c.Points[i]) <= 0.5+rounding })
		if at == len(c.Points) {
			return Quantile{}
		}
		return Quantile{c.Points[at].Time, true}
	}
	c.Median = first(func(p Point) float64 { return p.Survival })
	for _, p := range c.Points { // the limits may rise again
		if p.Lower <= 0.5+rounding && !c.MedianLower.Reached {
			c.MedianLower = Quantile{p.Time, true}
		}
		if p.Upper <= 0.5+rounding && !c.MedianUpper.Reached {
			c.MedianUpper = Quantile{p.Time, true}
		}
	}
}

// mean is the area below the curve up to a time; its variance sums the squared area
// to the right of each event by d/(n(n-d)) (Klein and Moeschberger, 4.5.2).
func (c *Curve) mean(until float64) {
	if until == 0 {
		until = c.LastSeen
	}
	c.Mean = Mean{Until: until}
	if c.Lives == 0 {
		return
	}
	if until > c.LastSeen && c.chance(c.LastSeen) > 0 {
		c.warn(BeyondLast, "the mean goes on beyond the last exit, where the curve was held")
	}
	right, variance := 0.0, 0.0
	end := until
	for i := len(c.Points) - 1; i >= 0; i-- {
		p := c.Points[i]
		if p.Time >= until {
			continue
		}
		right += float64(p.Survival * (end - p.Time))
		end = p.Time
		if n, d := float64(p.AtRisk), float64(p.Events); n > d {
			variance += float64(right*right) * d / float64(n*(n-d))
		}
	}
	c.Mean.Value, c.Mean.Error = right+end, root(variance)
}

func (c *Curve) notes(s *sample) {
	c.Warnings = append(c.Warnings, s.leaving()...)
	if c.Lives == 0 {
		c.warn(NoLives, "no lives: nobody is known to leave")
		return
	}
	if len(s.entries) > 0 {
		c.warn(LateEntry, fmt.Sprintf("%d lives came under observation late and count from then on", len(s.entries)))
	}
	if c.Events == 0 {
		c.warn(NoEvents, "no event was seen: the curve stays at 1")
		return
	}
	for i, p := range c.Points {
		if p.AtRisk == p.Events && i < len(c.Points)-1 {
			c.warn(EmptyRisk, fmt.Sprintf("all at risk ended at %g while others had still to enter: the curve is 0 from then on", p.Time))
			break
		}
	}
	if !c.Median.Reached {
		c.warn(MedianUnknown, "the curve does not come down to a half")
		return
	}
	at := sort.Search(len(c.Points), func(i int) bool { return c.Points[i].Time >= c.Median.Time })
	if c.Points[at].AtRisk < 10 {
		c.warn(FewAtRisk, "fewer than ten were at risk at the median")
	}
}

// at gives the last point up to a time, nil before the first.
func (c *Curve) at(time float64) *Point {
	k := sort.Search(len(c.Points), func(i int) bool { return c.Points[i].Time > time })
	if k == 0 {
		return nil
	}
	return &c.Points[k-1]
}

func (c *Curve) chance(time float64) float64 {
	if p := c.at(time); p != nil {
		return p.Survival
	}
	return 1
}

// Survival gives the chance to live longer than a time, as the curve has it: 1 before
// the first event, and its last value beyond the last.
func (c Curve) Survival(time float64) float64 { return c.chance(time) }

// Remaining gives the chance that one who has lived to a time lives longer than
// another that follows it; 0 where nobody lived so long.
func (c Curve) Remaining(lived, until float64) float64 {
	before := c.chance(lived)
	if before <= 0 {
		return 0
	}
	return c.chance(max(lived, until)) / before
}
