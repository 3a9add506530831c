package survey

import "github.com/tandem-go/tandem"

// Part is one part of the satisfaction score.
type Part string

// The parts.
const (
	PartOnTime   Part = "on_time"          // lines complete by the first promise ÷ lines
	PartComplete Part = "complete_at_once" // orders, or lines, filled when placed
	PartReturns  Part = "returns"          // 1 − min(1, factor × returned share)
	PartComplain Part = "complaints"       // 1 − min(1, factor × complaints per order)
	PartAnswers  Part = "answers"          // mean of the answers on their scales
)

// Parts lists the parts, in the order in which results have them.
func Parts() []Part {
	return []Part{PartOnTime, PartComplete, PartReturns, PartComplain, PartAnswers}
}

// Valid reports whether p is one of [Parts].
func (p Part) Valid() bool {
	switch p {
	case PartOnTime, PartComplete, PartReturns, PartComplain, PartAnswers:
		return true
	}
	return false
}

// UnmarshalText reads a part and refuses anything else.
func (p *Part) UnmarshalText(text []byte) error {
	parsed := Part(text)
	if !parsed.Valid() {
		return fault("satisfaction part", "part", "part", "unknown part")
	}
	*p = parsed
	return nil
}

// Basis says what a rate is counted over.
type Basis string

// The bases.
const (
	ByOrder    Basis = "order"    // orders of which every line fits
	ByLine     Basis = "line"     // lines
	ByQuantity Basis = "quantity" // quantities, for returns
)

// Bases lists the bases.
func Bases() []Basis { return []Basis{ByOrder, ByLine, ByQuantity} }

// Valid reports whether b is one of [Bases].
func (b Basis) Valid() bool { return b == ByOrder || b == ByLine || b == ByQuantity }

// UnmarshalText reads a basis and refuses anything else.
func (b *Basis) UnmarshalText(text []byte) error {
	parsed := Basis(text)
	if !parsed.Valid() {
		return fault("satisfaction basis", "basis", "basis", "must be order, line or quantity")
	}
	*b = parsed
	return nil
}

// Weights are the points of each part; a part of 0 points is not wanted.
type Weights struct {
	OnTime     int `json:"on_time"`
	Complete   int `json:"complete_at_once"`
	Returns    int `json:"returns"`
	Complaints int `json:"complaints"`
	Answers    int `json:"answers"`
}

func (w Weights) of(p Part) int {
	switch p {
	case PartOnTime:
		return w.OnTime
	case PartComplete:
		return w.Complete
	case PartReturns:
		return w.Returns
	case PartComplain:
		return w.Complaints
	case PartAnswers:
		return w.Answers
	}
	return 0
}

// Formula says how the satisfaction score is put together.
type Formula struct {
	Version         string  `json:"version"`
	Weights         Weights `json:"weights"`
	CompleteBasis   Basis   `json:"complete_basis"`   // ByOrder or ByLine
	ReturnsBasis    Basis   `json:"returns_basis"`    // ByLine or ByQuantity
	ReturnsFactor   int     `json:"returns_factor"`   // 5: a fifth returned leaves nothing of the part
	ComplaintFactor int     `json:"complaint_factor"` // 5: one complaint in five orders leaves nothing of the part
	MinimumLines    int     `json:"minimum_lines"`    // fewer decided lines: parts that come of deliveries are left out
	MinimumAnswers  int     `json:"minimum_answers"`  // fewer answers: the part is left out
}

// DeliveryFormula gives 50 on time + 30 complete at once, by order + 20 returns,
// from 5 lines on: what is known without asking anyone.
func DeliveryFormula() Formula {
	return Formula{Version: "delivery-1", Weights: Weights{OnTime: 50, Complete: 30, Returns: 20},
		CompleteBasis: ByOrder, ReturnsBasis: ByQuantity, ReturnsFactor: 5, ComplaintFactor: 5, MinimumLines: 5, MinimumAnswers: 1}
}

// FullFormula gives all five parts: 30 on time, 20 complete at once by order,
// 15 returns, 15 complaints, 20 answers. Parts without data are left out.
func FullFormula() Formula {
	f := DeliveryFormula()
	f.Version, f.Weights = "full-1", Weights{OnTime: 30, Complete: 20, Returns: 15, Complaints: 15, Answers: 20}
	return f
}

// Validate reports every fault of the formula.
func (f Formula) Validate() error {
	var c tandem.Check
	c.Require(f.Version != "" && len(f.Version) <= tandem.MaxName, "version", "version", "must have 1 to 256 bytes")
	total := 0
	for _, p := range Parts() {
		w := f.Weights.of(p)
		c.Require(w >= 0 && w <= 1000, "weight", "weights."+string(p), "must be 0 to 1000")
		total += w
	}
	c.Require(total > 0, "weight", "weights", "some part must have a weight")
	c.Require(f.CompleteBasis == ByOrder || f.CompleteBasis == ByLine, "basis", "complete_basis", "must be order or line")
	c.Require(f.ReturnsBasis == ByLine || f.ReturnsBasis == ByQuantity, "basis", "returns_basis", "must be line or quantity")
	c.Require(f.ReturnsFactor >= 1 && f.ReturnsFactor <= 1000, "factor", "returns_factor", "must be 1 to 1000")
	c.Require(f.ComplaintFactor >= 1 && f.ComplaintFactor <= 1000, "factor", "complaint_factor", "must be 1 to 1000")
	c.Require(f.MinimumLines >= 1, "minimum", "minimum_lines", "must be at least 1")
	c.Require(f.MinimumAnswers >= 1, "minimum", "minimum_answers", "must be at least 1")
	return c.Err("satisfaction formula")
}

// Evidence is what is known of a customer.
type Evidence struct {
	Delivery Performance
	// Complaints counts complaints, where they are recorded at all: no record of
	// complaints is no data, and not nought complaints.
	ComplaintsKnown bool
	Complaints      int
	Answers         []Answer // facts; of each invitation the latest answer counts
}

// Missing says why a part was left out.
type Missing string

// The reasons.
const (
	MissingWeight  Missing = "no_weight" // the formula does not want it
	MissingData    Missing = "no_data"   // nothing is known
	MissingMinimum Missing = "minimum_n" // too little is known
)

// MissingReasons lists the reasons.
func MissingReasons() []Missing { return []Missing{MissingWeight, MissingData, MissingMinimum} }

// Valid reports whether m is one of [MissingReasons].
func (m Missing) Valid() bool { return m == MissingWeight || m == MissingData || m == MissingMinimum }

// UnmarshalText reads a reason and refuses anything else.
func (m *Missing) UnmarshalText(text []byte) error {
	if !Missing(text).Valid() {
		return &tandem.InvalidError{Subject: "missing part", Faults: []tandem.Fault{{Code: "missing", Path: "missing", Message: "unknown reason"}}}
	}
	*m = Missing(text)
	return nil
}

// Contribution is what one part adds.
type Contribution struct {
	Part    Part    `json:"part"`
	Weight  int     `json:"weight"`            // as stated
	Share   float64 `json:"share"`             // of the whole in percent, after parts that are missing were left out
	Basis   Basis   `json:"basis,omitempty"`   // what N counts; empty for complaints (orders) and answers
	N       int     `json:"n"`                 // lines, orders or answers
	Value   float64 `json:"value"`             // 0 to 1
	Points  float64 `json:"points"`            // Share × Value: what it adds to the score
	Missing Missing `json:"missing,omitempty"` // why it was left out; then Share, Value and Points are nought
}

// Satisfaction is the score of a customer and how it came about.
type Satisfaction struct {
	Formula string         `json:"formula"` // version
	AsOf    tandem.Date    `json:"as_of"`
	Score   *float64       `json:"score,omitempty"` // 0 to 100; nil = no data
	Parts   []Contribution `json:"parts"`           // all five, in the order of [Parts]
}

// Data reports whether there is a score.
func (s Satisfaction) Data() bool { return s.Score != nil }

// Satisfy computes the satisfaction score: the mean of the parts' values,
// weighted. A part without data, or with less than the minimum, is left out and
// the other weights are scaled up; it never counts as nought. The points of the
// parts add up to the score.
func (f Formula) Satisfy(e Evidence) (Satisfaction, error) {
	if err := f.Validate(); err != nil {
		return Satisfaction{}, err
	}
	if e.Complaints < 0 {
		return Satisfaction{}, fault("evidence", "complaints", "complaints", "must not be negative")
	}
	out := Satisfaction{Formula: f.Version, AsOf: e.Delivery.AsOf}
	total := 0
	for _, part := range Parts() {
		c := f.contribution(part, &e)
		c.Part, c.Weight = part, f.Weights.of(part)
		switch {
		case c.Weight == 0:
			c.Missing = MissingWeight
		case c.Missing == "":
			total += c.Weight
		}
		if c.Missing != "" {
			c.Value = 0
		}
		out.Parts = append(out.Parts, c)
	}
	if total == 0 {
		return out, nil
	}
	score := 0.0
	for i := range out.Parts {
		if c := &out.Parts[i]; c.Missing == "" {
			c.Share = round6(100 * float64(c.Weight) / float64(total))
			c.Points = round6(100 * float64(c.Weight) / float64(total) * c.Value)
			score += c.Points
		}
	}
	score = min(100, round6(score))
	out.Score = &score
	return out, nil
}

func (f Formula) contribution(part Part, e *Evidence) Contribution {
	d := &e.Delivery
	c := Contribution{}
	switch part {
	case PartOnTime:
		c.Basis, c.N = ByLine, d.Decided
		c.Value = ratio(d.OnTime, d.Decided)
	case PartComplete:
		c.Basis, c.N = f.CompleteBasis, d.Orders
		c.Value = ratio(d.OrdersAtOnce, d.Orders)
		if f.CompleteBasis == ByLine {
			c.N, c.Value = d.Lines, ratio(d.AtOnce, d.Lines)
		}
	case PartReturns:
		c.Basis, c.N = f.ReturnsBasis, d.Shipped
		share := d.ReturnedShare
		if f.ReturnsBasis == ByLine {
			share = ratio(d.Returned, d.Shipped)
		}
		c.Value = round6(1 - min(1, float64(f.ReturnsFactor)*share))
	case PartComplain:
		if e.ComplaintsKnown {
			c.N = d.Orders
			c.Value = round6(1 - min(1, float64(f.ComplaintFactor)*ratio(e.Complaints, d.Orders)))
		}
	case PartAnswers:
		c.N, c.Value = meanAnswer(e.Answers)
		c.Missing = missing(c.N, c.N, f.MinimumAnswers)
		return c
	}
	c.Missing = missing(c.N, d.Decided, f.MinimumLines)
	return c
}

// missing gives why a part with n cases is left out, of which known must be at
// least a minimum.
func missing(n, known, minimum int) Missing {
	switch {
	case n == 0:
		return MissingData
	case known < minimum:
		return MissingMinimum
	}
	return ""
}

func ratio(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// meanAnswer gives the mean of the answers, each on its scale from 0 to 1.
func meanAnswer(facts []Answer) (n int, mean float64) {
	sum := 0.0
	for _, a := range Latest(facts) {
		low, high := a.Measure.Scale()
		if high > low {
			sum += float64(a.Score-low) / float64(high-low)
			n++
		}
	}
	if n == 0 {
		return 0, 0
	}
	return n, round6(sum / float64(n))
}
