package diffusion

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/internal/regression"
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

// Validate reports every fault of a model that was not made by [FitBass].
func (b *Bass) Validate() error {
	var k tandem.Check
	within := func(v, least, most float64, path string) {
		k.Require(v >= least && v <= most, "value", path, "is outside of the model's range")
	}
	within(b.Innovation, leastRate/2, 2*mostRate, "innovation")
	within(b.Imitation, leastRate/2, 2*mostRate, "imitation")
	within(b.Potential, 0, mostSales, "potential")
	within(b.Sold, -mostSales, mostSales, "sold")
	within(b.Deviation, 0, mostSales, "deviation")
	within(b.Level, 0.5, math.Nextafter(1, 0), "level")
	k.Require(b.Bucket.Valid(), "bucket", "bucket", "must be one of the buckets")
	k.Require(b.Length >= 0 && b.Length <= forecast.MaxValues, "length", "length", "must be 0 to 100,000")
	k.Require(b.Freedom >= 0 && b.Freedom <= forecast.MaxValues, "freedom", "freedom", "must be 0 to 100,000")
	size := 0
	if b.Fitted {
		size = 3
		if b.Given {
			size = 2
		}
	}
	good := len(b.Covariance) == size
	for _, row := range b.Covariance {
		good = good && len(row) == size && !slices.ContainsFunc(row, func(v float64) bool { return !float.Finite(v) })
	}
	k.Require(good, "covariance", "covariance", "must be a square of finite numbers, with a row for each parameter that was fitted")
	return k.Err("diffusion")
}

// mostSales is above all potentials of the longest series with the largest values.
const mostSales = forecast.MaxSize * forecast.MaxValues * MaxPotential * 10

// Forecast gives the next buckets. The intervals hold the uncertainty of the parameters,
// made linear, and that of a single bucket; those of typical rates, which have none of
// their own, take 70 % of the point as its deviation. A horizon is 1 to
// [forecast.MaxHorizon].
func (b *Bass) Forecast(horizon int) (Forecast, error) {
	var k tandem.Check
	k.Nested("", b.Validate())
	k.Require(horizon >= 1 && horizon <= forecast.MaxHorizon, "horizon", "horizon", "must be 1 to 10,000")
	if err := k.Err("diffusion"); err != nil {
		return Forecast{}, err
	}
	f := Forecast{Start: b.Next, Bucket: b.Bucket, Points: make([]float64, horizon), Cumulative: make([]float64, horizon)}
	f.Interval = forecast.Interval{Level: b.Level, Lower: make([]float64, horizon), Upper: make([]float64, horizon)}
	f.Total = forecast.Interval{Level: b.Level, Lower: make([]float64, horizon), Upper: make([]float64, horizon)}
	wide := float.NormalQuantile((1 + b.Level) / 2)
	if b.Fitted && b.Freedom > 0 {
		wide = regression.StudentQuantile((1+b.Level)/2, b.Freedom)
	}
	parameters := regression.Fit{Covariance: b.Covariance}
	sold, sum := b.Sold, make([]float64, 3)
	for h := range f.Points {
		t := float64(b.Length + h + 1)
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
			n := len(b.Covariance)
			one = math.Sqrt(parameters.Variance(g[:n]) + noise)
			all = math.Sqrt(parameters.Variance(sum[:n]) + float64(float64(h+1)*noise))
		}
		f.Interval.Lower[h], f.Interval.Upper[h] = bounded(point, float64(wide*one), 0)
		f.Total.Lower[h], f.Total.Upper[h] = bounded(sold, float64(wide*all), max(b.Sold, 0))
	}
	return f, nil
}

func bounded(v, half, least float64) (low, high float64) {
	if !float.Finite(half) {
		return least, forecast.MaxSize
	}
	return max(v-half, least), min(v+half, forecast.MaxSize)
}
