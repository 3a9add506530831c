package diffusion

import (
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/regression"
	"github.com/tandem-go/tandem/internal/float"
)

// Forecast is what is yet to be sold.
type Forecast struct {
	Start      tandem.Date       `json:"start,omitzero"`
	Bucket     forecast.Bucket   `json:"bucket"`
	Points     []float64         `json:"points"`
	Cumulative []float64         `json:"cumulative"` // sold so far and by then
	Interval   forecast.Interval `json:"interval"`   // of the points
	Total      forecast.Interval `json:"total"`      // of the cumulative ones
}

// Forecast gives the next buckets. The intervals hold the uncertainty of the parameters,
// made linear, and that of a single bucket; those of typical rates, which have none of
// their own, take 70 % of the point as its deviation. A horizon is 1 to
// [forecast.MaxHorizon].
func (b *Bass) Forecast(horizon int) (Forecast, error) {
	var k tandem.Check
	k.Require(horizon >= 1 && horizon <= forecast.MaxHorizon, "horizon", "horizon", "must be 1 to 10,000")
	if err := k.Err("diffusion"); err != nil {
		return Forecast{}, err
	}
	f := Forecast{Bucket: b.series.Bucket, Points: make([]float64, horizon), Cumulative: make([]float64, horizon)}
	if !b.series.Start.IsZero() {
		f.Start = b.series.Bucket.Add(b.series.Start, len(b.series.Values))
	}
	f.Interval = forecast.Interval{Level: b.config.Level, Lower: make([]float64, horizon), Upper: make([]float64, horizon)}
	f.Total = forecast.Interval{Level: b.config.Level, Lower: make([]float64, horizon), Upper: make([]float64, horizon)}
	wide := float.NormalQuantile((1 + b.config.Level) / 2)
	if b.Fitted && b.fit.Freedom > 0 {
		wide = regression.StudentQuantile((1+b.config.Level)/2, b.fit.Freedom)
	}
	sold, sum := b.Sold, make([]float64, 3)
	for h := range f.Points {
		t := float64(b.length + h + 1)
		point := float64(b.Potential * b.curve(b.Innovation, b.Imitation, t))
		sold += point
		f.Points[h], f.Cumulative[h] = point, sold
		one, all := float64(0.7*point), float64(0.7*(sold-b.Sold))
		if b.Fitted {
			g := b.gradient(func(p, q, m float64) float64 { return float64(m * b.curve(p, q, t)) })
			for i := range sum {
				sum[i] += g[i]
			}
			noise := float64(b.Deviation * b.Deviation)
			n := len(b.fit.Coefficients)
			one = math.Sqrt(b.fit.Variance(g[:n]) + noise)
			all = math.Sqrt(b.fit.Variance(sum[:n]) + float64(float64(h+1)*noise))
		}
		f.Interval.Lower[h], f.Interval.Upper[h] = bounded(point, float64(wide*one), 0)
		f.Total.Lower[h], f.Total.Upper[h] = bounded(sold, float64(wide*all), max(b.Sold, 0))
	}
	return f, nil
}

func bounded(v, half, least float64) (low, high float64) {
	return max(v-half, least), min(v+half, forecast.MaxSize)
}
