package repeat_test

import (
	"math"

	"github.com/tandem-go/tandem/integration/insight/lifetime/repeat"
	"github.com/tandem-go/tandem/internal/float"
)

// gamma draws by Marsaglia and Tsang (ACM Transactions on Mathematical Software 26, 2000).
func gamma(r *float.Random, shape float64) float64 {
	if shape < 1 {
		return gamma(r, shape+1) * math.Pow(r.Uniform(), 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		z := r.Normal()
		v := math.Pow(1+c*z, 3)
		if v > 0 && math.Log(r.Uniform()) < z*z/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// simulate plays a customer of a model for age days, and later days more, which it
// counts. Purchases of a day are one, so that times are whole days; continuous keeps them as they are.
func simulate(r *float.Random, m repeat.Model, p [4]float64, age, later float64, continuous bool) (h repeat.History, after int) {
	rate := gamma(r, p[0]) / p[1]
	leave, end := 0.0, math.Inf(1)
	if m == repeat.ParetoNBD {
		end = -math.Log(r.Uniform()) / (gamma(r, p[2]) / p[3])
	} else {
		a, b := gamma(r, p[2]), gamma(r, p[3])
		leave = a / (a + b)
	}
	h.Age = age
	t, last := 0.0, 0.0
	if m == repeat.MBGNBD && r.Uniform() < leave {
		return h, 0
	}
	for {
		t -= math.Log(r.Uniform()) / rate
		if t > age+later || t > end {
			return h, after
		}
		day := t
		if !continuous {
			day = math.Ceil(t)
		}
		if day > last {
			last = day
			if day <= age {
				h.Frequency++
				h.Recency = day
			} else {
				after++
			}
		}
		if r.Uniform() < leave {
			return h, after
		}
	}
}
