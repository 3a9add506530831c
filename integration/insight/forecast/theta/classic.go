package theta

import (
	"math"

	"github.com/tandem-go/tandem/integration/insight/forecast/ets"
	"github.com/tandem-go/tandem/internal/float"
)

// Classic is the classic method.
type Classic struct {
	Smoothing *ets.Model // simple exponential smoothing
	Drift     float64    // half the slope of the line
	n         int
}

// Fit fits the classic method to finite values, at least five.
func Fit(y []float64, config ets.Config) (*Classic, error) {
	fit, err := ets.Fit(y, 1, ets.Kind{Error: ets.Additive, Trend: ets.None, Season: ets.None}, config)
	if err != nil {
		return nil, err
	}
	_, slope := float.Line(y)
	return &Classic{fit, slope / 2, len(y)}, nil
}

// Points gives the forecasts of the next h values.
func (c *Classic) Points(h int) []float64 {
	out := make([]float64, h)
	alpha := c.Smoothing.Alpha
	start := (1 - power(1-alpha, c.n)) / alpha
	for i := range out {
		out[i] = c.Smoothing.Level + float64(c.Drift*(float64(i)+start))
	}
	return out
}

// Variances gives those of the forecasts by step (Hyndman and Billah, 2003).
func (c *Classic) Variances(h int) []float64 {
	return variances(c.Smoothing.Variance, c.Smoothing.Alpha, h)
}

func variances(sigma2, alpha float64, h int) []float64 {
	out := make([]float64, h)
	for i := range out {
		out[i] = sigma2 * (1 + float64(float64(i)*float64(alpha*alpha)))
	}
	return out
}

// Path writes one possible future with normal errors.
func (c *Classic) Path(out []float64, random *float.Random) {
	sigma, shift := math.Sqrt(c.Smoothing.Variance), 0.0
	for i, p := range c.Points(len(out)) {
		e := float64(sigma * random.Normal())
		out[i] = p + shift + e
		shift += float64(c.Smoothing.Alpha * e)
	}
}

// Fitted gives the forecasts one step ahead of each value.
func (c *Classic) Fitted() []float64 {
	out, decay := make([]float64, c.n), 1.0
	for i := range out {
		out[i] = c.Smoothing.Fitted[i] + float64(c.Drift*(1-decay)/c.Smoothing.Alpha)
		decay = float64(decay * (1 - c.Smoothing.Alpha))
	}
	return out
}

// power gives x to a whole power, by squaring.
func power(x float64, n int) float64 {
	out := 1.0
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			out *= x
		}
		x *= x
	}
	return out
}
