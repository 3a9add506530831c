package law

import (
	"math"
	"sort"

	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// curve answers for a distribution of demand in logarithmic time: the probability
// above a stock, the loss function and the sum of losses (the second loss
// function). step is the span of the lattice on which demand lies, 0 where it is
// continuous.
type curve struct {
	samples     []float64 // ascending
	sum, square []float64 // of the samples from an index on
	step        float64
	size        float64 // number of samples, at least 1
}

func newCurve(d forecast.Distribution, step float64) curve {
	n := len(d.Samples)
	c := curve{samples: d.Samples, sum: make([]float64, n+1), square: make([]float64, n+1), step: step, size: float64(max(n, 1))}
	for i := n - 1; i >= 0; i-- {
		v := d.Samples[i]
		c.sum[i] = c.sum[i+1] + v
		c.square[i] = c.square[i+1] + float64(v*v)
	}
	return c
}

func (c *curve) mean() float64 { return c.sum[0] / c.size }

// beyond gives the first sample above x.
func (c *curve) beyond(x float64) int {
	return sort.Search(len(c.samples), func(i int) bool { return c.samples[i] > x })
}

// above gives P(D > x).
func (c *curve) above(x float64) float64 { return c.aboveAt(c.beyond(x)) }

// loss gives E(D − x)⁺.
func (c *curve) loss(x float64) float64 { return c.lossAt(c.beyond(x), x) }

// below gives the first sample above x, which is not beyond at, for a walk down the
// stocks: that is mostly at itself or the next.
func (c *curve) below(at int, x float64) int {
	for range 8 {
		if at == 0 || c.samples[at-1] <= x {
			return at
		}
		at--
	}
	return sort.Search(at, func(i int) bool { return c.samples[i] > x })
}

// aboveAt and lossAt are above and loss where the first sample above x is known.
func (c *curve) aboveAt(i int) float64 { return float64(len(c.samples)-i) / c.size }

func (c *curve) lossAt(i int, x float64) float64 {
	n := float64(len(c.samples) - i)
	return max(c.sum[i]-float64(n*x), 0) / c.size
}

// losses gives the sum of the losses of all stocks above x, ∫ E(D − y)⁺ dy over y >
// x: ½·E((D − x)⁺)², and on a lattice of span h, times h, ½·E(X·(X − h)) with X =
// (D − x)⁺.
func (c *curve) losses(x float64) float64 {
	i := c.beyond(x)
	n := float64(len(c.samples) - i)
	first := c.sum[i] - float64(n*x)
	second := c.square[i] - float64(2*x*c.sum[i]) + float64(n*x*x)
	return max(second-float64(c.step*first), 0) / 2 / c.size
}

// latticed says that all samples are whole numbers but for the error of arithmetic,
// and makes them so.
func latticed(list ...forecast.Distribution) bool {
	for _, d := range list {
		for _, v := range d.Samples {
			if math.Abs(v-math.Round(v)) > 1e-6 || math.Abs(v) > 1<<50 {
				return false
			}
		}
	}
	for _, d := range list {
		for i, v := range d.Samples {
			d.Samples[i] = math.Round(v)
		}
	}
	return true
}
