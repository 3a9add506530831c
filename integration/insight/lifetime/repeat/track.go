package repeat

import "math"

// Outcome is a customer at the end of the calibration, and the days on which he
// bought in the holdout after it.
type Outcome struct {
	History
	Later int `json:"later"`
}

// TrackedFrequencies is the number of classes of [Tracking]: 0, 1, … and the last
// with all above.
const TrackedFrequencies = 8

// Tracking holds expected purchases against those that came.
type Tracking struct {
	Time     float64 `json:"time"` // length of the holdout
	Expected float64 `json:"expected"`
	Actual   float64 `json:"actual"`
	// AbsoluteError is the mean over customers of the distance of expected from actual.
	AbsoluteError float64 `json:"absolute_error"`
	// Distance is the sum over the frequencies of the distance of expected from actual, over
	// what came: 0 is perfect. Without any purchase it is over one.
	Distance float64 `json:"distance"`
	// Noise is the standard error of what came, over what came, with customers independent of
	// each other: distances that differ by less do not tell models apart.
	Noise       float64          `json:"noise"`
	Customers   int              `json:"customers"`
	Frequencies []FrequencyTrack `json:"frequencies"`
}

// FrequencyTrack is the part of the customers with a frequency in the calibration.
type FrequencyTrack struct {
	Frequency int     `json:"frequency"` // the last one includes all above
	Customers int     `json:"customers"`
	Expected  float64 `json:"expected"`
	Actual    float64 `json:"actual"`
}

// Track compares with a holdout of length t. Histories that cannot be are skipped.
func (f Fit) Track(outcomes []Outcome, t float64) Tracking {
	out := Tracking{Time: span(t), Frequencies: make([]FrequencyTrack, TrackedFrequencies)}
	for i := range out.Frequencies {
		out.Frequencies[i].Frequency = i
	}
	outlook, squares := f.Outlook(t, 0, 0), 0.0
	for _, o := range outcomes {
		if o.fault() != "" {
			continue
		}
		expected, later := outlook.Of(o.History).Purchases, float64(max(o.Later, 0))
		class := &out.Frequencies[min(o.Frequency, TrackedFrequencies-1)]
		class.Customers++
		class.Expected += expected
		class.Actual += later
		out.Customers++
		squares += float64(later * later)
		out.AbsoluteError += math.Abs(expected - later)
	}
	for _, class := range out.Frequencies {
		out.Expected += class.Expected
		out.Actual += class.Actual
		out.Distance += math.Abs(class.Expected - class.Actual)
	}
	out.AbsoluteError /= float64(max(out.Customers, 1))
	out.Distance /= max(out.Actual, 1)
	out.Noise = math.Sqrt(squares) / max(out.Actual, 1)
	return out
}
