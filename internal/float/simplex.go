package float

import "math"

// Simplex minimises f from x by the method of Nelder and Mead as Nash (Compact
// Numerical Methods for Computers, 1990, algorithm 19) states it: reflection 1,
// contraction ½, expansion 2, and a first simplex whose edges are a tenth of the
// largest variable. It needs no gradient and takes +Inf for what is not allowed.
// The search ends after that many evaluations, or when the values at the corners
// differ by less than the relative tolerance.
func Simplex(f func(x []float64) float64, x []float64, evaluations int, tolerance float64) (value float64, used int) {
	s := simplex{f: f, n: len(x)}
	value = s.at(x)
	if !Finite(value) || len(x) == 0 {
		return value, s.used
	}
	end := tolerance * (math.Abs(value) + tolerance)
	s.begin(x, value)
	for s.used <= evaluations && s.step(end) {
	}
	low, _ := s.extremes()
	copy(x, s.corner[low])
	return s.value[low], s.used
}

const forbidden = 1e35

type simplex struct {
	f       func([]float64) float64
	n, used int
	corner  [][]float64
	value   []float64
	centre  []float64
	try     []float64
	further []float64
	size    float64
}

func (s *simplex) at(x []float64) float64 {
	s.used++
	if v := s.f(x); Finite(v) {
		return v
	}
	return math.Inf(1)
}

func (s *simplex) bounded(x []float64) float64 { return min(s.at(x), forbidden) }

func (s *simplex) begin(x []float64, value float64) {
	edge := 0.0
	for _, v := range x {
		edge = max(edge, 0.1*math.Abs(v))
	}
	if edge == 0 {
		edge = 0.1
	}
	buffer := make([]float64, (s.n+4)*s.n)
	take := func() []float64 {
		part := buffer[:s.n:s.n]
		buffer = buffer[s.n:]
		return part
	}
	s.centre, s.try, s.further = take(), take(), take()
	for j := range s.n + 1 {
		corner, v := take(), value
		copy(corner, x)
		if j > 0 {
			corner[j-1] += edge
			v = s.bounded(corner)
			s.size += edge
		}
		s.corner, s.value = append(s.corner, corner), append(s.value, v)
	}
}

func (s *simplex) extremes() (low, high int) {
	for j, v := range s.value {
		if v < s.value[low] {
			low = j
		}
		if v > s.value[high] {
			high = j
		}
	}
	return low, high
}

// step replaces the highest corner, or draws all towards the lowest; false says
// that the search is over.
func (s *simplex) step(end float64) bool {
	low, high := s.extremes()
	if s.value[high] <= s.value[low]+end {
		return false
	}
	worst := s.corner[high]
	for i := range s.centre {
		sum := -worst[i]
		for _, c := range s.corner {
			sum += c[i]
		}
		s.centre[i] = sum / float64(s.n)
		s.try[i] = 2*s.centre[i] - worst[i]
	}
	reflected := s.bounded(s.try)
	if reflected < s.value[low] {
		for i := range s.further {
			s.further[i] = 2*s.try[i] - s.centre[i]
		}
		if v := s.bounded(s.further); v < reflected {
			copy(worst, s.further)
			s.value[high] = v
		} else {
			copy(worst, s.try)
			s.value[high] = reflected
		}
		return true
	}
	better := reflected < s.value[high]
	if better {
		copy(worst, s.try)
		s.value[high] = reflected
	}
	for i := range s.try {
		s.try[i] = (worst[i] + s.centre[i]) / 2
	}
	if v := s.bounded(s.try); v < s.value[high] {
		copy(worst, s.try)
		s.value[high] = v
		return true
	}
	return better || s.shrink(low)
}

func (s *simplex) shrink(low int) bool {
	size := 0.0
	for j, c := range s.corner {
		if j == low {
			continue
		}
		for i := range c {
			c[i] = float64((c[i] + s.corner[low][i]) / 2)
			size += math.Abs(c[i] - s.corner[low][i])
		}
		s.value[j] = s.bounded(c)
	}
	if size >= s.size {
		return false
	}
	s.size = size
	return true
}
