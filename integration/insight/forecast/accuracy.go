package forecast

import (
	"math"
)

// Accuracy measures a forecast against what came.
type Accuracy struct {
	SMAPE float64 `json:"smape"` // mean of 200·|e|/(|actual|+|forecast|), per cent (Makridakis and Hibon, 2000)
	MASE  float64 `json:"mase"`  // mean |e| over the mean seasonal change of the history (Hyndman and Koehler, 2006)
	RMSSE float64 `json:"rmsse"` // root of the mean e² over the mean squared change of the history (M5)
	Bias  float64 `json:"bias"`  // mean of actual less forecast
}

// Measure compares the points with the actual values; the history gives the scale.
// A history that never changes scales by one.
func Measure(history []float64, season int, actual, points []float64) Accuracy {
	n := min(len(actual), len(points))
	var a Accuracy
	if n == 0 {
		return a
	}
	square := 0.0
	for i := range n {
		e := actual[i] - points[i]
		if size := math.Abs(actual[i]) + math.Abs(points[i]); size > 0 {
			a.SMAPE += 200 * math.Abs(e) / size
		}
		a.MASE += math.Abs(e)
		a.Bias += e
		square += float64(e * e)
	}
	k := float64(n)
	a.SMAPE /= k
	a.MASE /= k * changeScale(history, season)
	a.RMSSE = math.Sqrt(square / k / squareScale(history))
	a.Bias /= k
	return a
}

// changeScale is the mean absolute change over one cycle.
func changeScale(y []float64, season int) float64 {
	season = max(season, 1)
	if len(y) <= season {
		season = 1
	}
	sum := 0.0
	for i := season; i < len(y); i++ {
		sum += math.Abs(y[i] - y[i-season])
	}
	if !(sum > 0) {
		return 1
	}
	return sum / float64(len(y)-season)
}

func squareScale(y []float64) float64 {
	sum := 0.0
	for i := 1; i < len(y); i++ {
		d := y[i] - y[i-1]
		sum += float64(d * d)
	}
	if !(sum > 0) {
		return 1
	}
	return sum / float64(len(y)-1)
}
