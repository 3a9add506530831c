package stl

import "slices"

// decomposition is the work of the passes.
type decomposition struct {
	y, known []float64
	season   int
	config   Config
	never    []bool // by place in the cycle: no value of it is known

	trend, seasonal, weights []float64

	detrended, cycles, low, work, spare []float64
	part, partWeights, partOut          []float64
}

// run makes the inner passes, and the robust ones around them.
func (d *decomposition) run() {
	n := len(d.y)
	d.trend, d.seasonal, d.weights = make([]float64, n), make([]float64, n), slices.Clone(d.known)
	if n == 0 {
		return
	}
	long := n + 2*d.season
	d.detrended, d.cycles, d.low, d.work = make([]float64, n), make([]float64, long), make([]float64, long), make([]float64, long)
	d.spare = make([]float64, long)
	length := n/d.season + 3
	d.part, d.partWeights, d.partOut = make([]float64, length), make([]float64, length), make([]float64, length)
	d.unknown()
	for pass := 0; ; pass++ {
		for range d.config.Inner {
			d.inner()
		}
		if d.config.SeasonWindow == 0 && pass >= d.config.Outer {
			d.periodic()
		}
		if pass >= d.config.Outer {
			d.level()
			return
		}
		for i := range d.detrended {
			d.detrended[i] = d.y[i] - d.trend[i] - d.seasonal[i]
		}
		robustness(d.detrended, d.known, d.weights)
	}
}

// inner updates the season, then the trend.
func (d *decomposition) inner() {
	n, m := len(d.y), d.season
	if m > 1 {
		for i := range d.detrended {
			d.detrended[i] = d.y[i] - d.trend[i]
		}
		for j := range m {
			d.cycle(j)
		}
		d.standIn()
		low := d.lowPass()
		for i := range n {
			d.seasonal[i] = d.cycles[m+i] - low[i]
		}
	}
	for i := range d.detrended {
		d.detrended[i] = d.y[i] - d.seasonal[i]
	}
	loess(d.detrended, d.weights, d.config.TrendWindow, 1, step(d.config.TrendWindow), d.trend, d.spare)
}

// unknown finds the places in the cycle without a value that is known.
func (d *decomposition) unknown() {
	d.never = make([]bool, d.season)
	for j := range d.never {
		d.never[j] = true
	}
	for i, w := range d.known {
		if w > 0 {
			d.never[i%d.season] = false
		}
	}
}

// standIn gives a place that is never known, such as the day on which a shop is closed,
// the mean of the other places of its cycle, so that it moves neither their centre nor
// the trend.
func (d *decomposition) standIn() {
	m := d.season
	if !slices.Contains(d.never, true) {
		return
	}
	for from := 0; from < len(d.cycles); from += m {
		cycle := d.cycles[from:min(from+m, len(d.cycles))]
		sum, count := 0.0, 0
		for j, v := range cycle {
			if !d.never[j] {
				sum, count = sum+v, count+1
			}
		}
		for j := range cycle {
			if d.never[j] {
				cycle[j] = sum / float64(max(count, 1))
			}
		}
	}
}

// level takes what is left of a season off the places that are never known.
func (d *decomposition) level() {
	for i := range d.seasonal {
		if d.season > 1 && d.never[i%d.season] {
			d.seasonal[i] = 0
		}
	}
}

// step is how far apart the places are at which a curve is evaluated.
func step(window int) int { return (window + 9) / 10 }

// cycle smooths one place of the season over the cycles, one cycle longer at each end.
func (d *decomposition) cycle(j int) {
	m, k := d.season, 0
	for i := j; i < len(d.y); i += m {
		d.part[k], d.partWeights[k] = d.detrended[i], d.weights[i]
		k++
	}
	window := d.config.SeasonWindow
	if window == 0 {
		window = 10*len(d.y) + 1
	}
	part, weights, out := d.part[:k], d.partWeights[:k], d.partOut[:k+2]
	loess(part, weights, window, 0, step(window), out[1:k+1], d.spare)
	var ok bool
	if out[0], ok = local(part, weights, window, 0, 0, d.spare); !ok {
		out[0] = out[1]
	}
	if out[k+1], ok = local(part, weights, window, 0, float64(k+1), d.spare); !ok {
		out[k+1] = out[k]
	}
	for i, v := range out {
		d.cycles[i*m+j] = v
	}
}

// lowPass takes what is no season out of the smoothed cycles: moving averages over a
// cycle, a cycle and three, then local regression.
func (d *decomposition) lowPass() []float64 {
	n, m := len(d.y), d.season
	average(d.cycles, m, d.work)
	average(d.work[:n+m+1], m, d.low)
	average(d.low[:n+2], 3, d.work)
	loess(d.work[:n], nil, odd(m), 1, step(odd(m)), d.low[:n], d.spare)
	return d.low
}

// average writes the moving average, which has length - 1 values less.
func average(x []float64, length int, out []float64) {
	sum := 0.0
	for i, v := range x {
		sum += v
		if i >= length {
			sum -= x[i-length]
		}
		if i >= length-1 {
			out[i-length+1] = sum / float64(length)
		}
	}
}

// periodic makes each place of the season its mean.
func (d *decomposition) periodic() {
	m := d.season
	if m < 2 {
		return
	}
	for j := range m {
		sum, count := 0.0, 0
		for i := j; i < len(d.y); i += m {
			sum += d.seasonal[i]
			count++
		}
		for i := j; i < len(d.y); i += m {
			d.seasonal[i] = sum / float64(count)
		}
	}
}
