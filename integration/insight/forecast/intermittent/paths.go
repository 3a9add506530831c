package intermittent

import (
	"math"

	"github.com/tandem-go/tandem/internal/float"
)

// Uncertainty gives the squared relative error of the demand that is expected over a horizon: the rate rests on few
// demands (Harvey and Fernandes, 1989, whose discounted rate of counts has a gamma distribution), and wanders on: as the
// smoothing weight says it did, or, if that is more, as blocks of a sixth of the history differ beyond what independent
// buckets would.
func (m *Model) Uncertainty(horizon int) float64 {
	p := m.Paths()
	return p.uncertainty(horizon)
}

const maxUncertainty = 4 // beyond, half of the futures would have no demand at all

// Path writes one possible future: a rate around the one estimated that wanders, and in each bucket a demand by that rate,
// of a size that was seen. For many of them, [Model.Paths] is faster.
func (m *Model) Path(out []float64, random *float.Random) {
	p := m.Paths()
	p.Next(out, random)
}

// Paths writes possible futures of a model.
type Paths struct {
	model      *Model
	sizes      []float64
	doubt      float64 // squared relative error of the rate now
	drift      float64 // what a bucket adds to it
	perBuckets float64 // demand per bucket over the mean size
}

// Paths gives what writes futures of the model as it is.
func (m *Model) Paths() Paths {
	p := Paths{model: m, sizes: m.sizes()}
	if !(m.Rate > 0) || !(m.MeanSize > 0) {
		return p
	}
	p.perBuckets = m.Rate / m.MeanSize
	demands := max(float64(m.Memory*min(m.Probability, 1)), 1)
	step := 2 / (m.Memory + 1)
	// A bucket has one demand or none: its count varies by p(1-p), less than Poisson's.
	p.doubt = (1 + m.Variability - min(m.Probability, 1)) / min(demands, float64(len(p.sizes)))
	p.drift = float64(step*step) / 3 * (m.Variance() / m.Rate / m.Rate)
	return p
}

// wandering compares the variance of the sums of blocks, wherever they start, with that of as many independent buckets.
func wandering(y []float64) float64 {
	const blocks = 6
	n := len(y)
	h, mean := max(n/blocks, 1), float.Mean(y)
	if n < 2*blocks || !(mean > 0) {
		return 0
	}
	one, all, sum := 0.0, 0.0, 0.0
	for i, v := range y {
		d := v/mean - 1
		one += float64(d*d) / float64(n)
		if sum += d; i >= h {
			sum -= y[i-h]/mean - 1
		}
		if i >= h-1 {
			all += float64(sum*sum) / float64(n-h+1)
		}
	}
	k := float64(n) / float64(h)
	return max(float64(all*k/(k-1))-float64(one*float64(h)), 0) / float64(h*h)
}

func (p *Paths) uncertainty(horizon int) float64 {
	return min(p.doubt+max(float64(p.drift*float64(horizon)), p.model.Wandering), maxUncertainty)
}

// Next writes one future, as [Model.Path] does. The first steps are the same however
// many are asked for: the rate begins with what is in doubt now and wandered in the
// history, and wanders on once that is more. The mean of a walk over h steps has a
// third of the variance at its end, whence the 3.
func (p *Paths) Next(out []float64, random *float.Random) {
	rate, sizes := p.perBuckets, p.sizes
	u, walk, up := p.uncertainty(0), float64(3*p.drift), uint64(0)
	if u > 0 {
		rate *= random.Gamma(1/u) * u
	}
	for i := range out {
		if i%64 == 0 && walk > 0 {
			up = random.Uint64()
		}
		if float64(walk*float64(i)) > p.model.Wandering && u < maxUncertainty {
			// Up or down by as much keeps the mean.
			step := min(walk/(1+u), 0.5)
			u += float64(step * (1 + u))
			step = math.Sqrt(step)
			if up>>(i%64)&1 == 0 {
				step = -step
			}
			rate += float64(rate * step)
		}
		out[i] = 0
		if random.Uniform() < rate {
			out[i] = sizes[random.Below(len(sizes))] * max(rate, 1)
		}
	}
}
