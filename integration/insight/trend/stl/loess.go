package stl

import "math"

// loess smooths y, at 1 to n, by local regression of degree 0 or 1 over the window's
// nearest values; weights may be nil. It is evaluated every step-th place, the last
// included, and on lines between.
func loess(y, weights []float64, window, degree, step int, out, spare []float64) {
	n := len(y)
	if n < 2 {
		copy(out, y)
		return
	}
	step = min(step, n-1)
	at := func(i int) {
		v, ok := local(y, weights, window, degree, float64(i+1), spare)
		if !ok {
			v = y[i]
		}
		out[i] = v
	}
	last := 0
	for i := 0; i < n; i += step {
		at(i)
		between(out, last, i)
		last = i
	}
	if last != n-1 {
		at(n - 1)
		between(out, last, n-1)
	}
}

func between(out []float64, from, to int) {
	if to-from < 2 {
		return
	}
	slope := (out[to] - out[from]) / float64(to-from)
	for i := from + 1; i < to; i++ {
		out[i] = out[from] + float64(slope*float64(i-from))
	}
}

// nearest gives the first of the window's values around a place, which may be outside.
func nearest(n, window int, x float64) (first, last int) {
	if window >= n {
		return 0, n - 1
	}
	first = min(max(int(x)-1-(window-1)/2, 0), n-window)
	return first, first + window - 1
}

// local is the regression at x, with tricube weights of the distance; a window wider
// than the series makes the distances count for less. False says that no value has a
// weight.
func local(y, weights []float64, window, degree int, x float64, spare []float64) (float64, bool) {
	n := len(y)
	first, last := nearest(n, window, x)
	reach := max(x-float64(first+1), float64(last+1)-x)
	if window > n {
		reach += float64((window - n) / 2)
	}
	near, far, total := 0.001*reach, 0.999*reach, 0.0
	w := spare[:last-first+1]
	for i := range w {
		distance := math.Abs(float64(first+i+1) - x)
		w[i] = 0
		if distance > far {
			continue
		}
		w[i] = 1
		if distance > near {
			part := distance / reach
			part = 1 - float64(float64(part*part)*part)
			w[i] = float64(float64(part*part) * part)
		}
		if weights != nil {
			w[i] = float64(w[i] * weights[first+i])
		}
		total += w[i]
	}
	if !(total > 0) {
		return 0, false
	}
	centre := 0.0
	for i := range w {
		w[i] /= total
		centre += float64(w[i] * float64(first+i+1))
	}
	if degree > 0 {
		tilt(w, centre, x-centre, first, n)
	}
	sum := 0.0
	for i, v := range w {
		sum += float64(v * y[first+i])
	}
	return sum, true
}

// tilt turns the weights of a mean into those of a line, where the values are far
// enough apart to have one.
func tilt(w []float64, centre, away float64, first, n int) {
	square := 0.0
	for i, v := range w {
		d := float64(first+i+1) - centre
		square += float64(v * float64(d*d))
	}
	if math.Sqrt(square) <= 0.001*float64(n-1) {
		return
	}
	away /= square
	for i := range w {
		w[i] = float64(w[i] * (1 + float64(away*(float64(first+i+1)-centre))))
	}
}
