package float

import "math"

// SolveSymmetric solves a·x = b for a symmetric, positive (semi-)definite a of n
// rows by Cholesky's method, with a ridge of 1e-12 of the trace where the matrix
// is singular. It overwrites a, and b with the solution; false says that there is
// none.
func SolveSymmetric(a, b []float64) bool {
	n := len(b)
	trace := 0.0
	for i := range n {
		trace += a[i*n+i]
	}
	if !Finite(trace) || trace <= 0 {
		return false
	}
	ridge := trace / float64(n) * 1e-12
	for j := range n {
		sum := a[j*n+j]
		for k := range j {
			sum -= float64(a[j*n+k] * a[j*n+k])
		}
		if !(sum > ridge) {
			sum = ridge
		}
		root := math.Sqrt(sum)
		a[j*n+j] = root
		for i := j + 1; i < n; i++ {
			sum := a[i*n+j]
			for k := range j {
				sum -= float64(a[i*n+k] * a[j*n+k])
			}
			a[i*n+j] = sum / root
		}
	}
	for i := range n {
		for k := range i {
			b[i] -= float64(a[i*n+k] * b[k])
		}
		b[i] /= a[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= float64(a[k*n+i] * b[k])
		}
		b[i] /= a[i*n+i]
		if !Finite(b[i]) {
			return false
		}
	}
	return true
}

// LeastSquares fits y by the columns (each as long as y) and gives their
// coefficients, with ridge·(mean square of the column) on the diagonal. False
// says that there are no finite ones.
func LeastSquares(y []float64, columns [][]float64, ridge float64) ([]float64, bool) {
	k := len(columns)
	a, b := make([]float64, k*k), make([]float64, k)
	for i := range k {
		for j := range k {
			a[i*k+j] = Dot(columns[i], columns[j])
		}
		a[i*k+i] += float64(ridge * a[i*k+i])
		b[i] = Dot(columns[i], y)
	}
	return b, SolveSymmetric(a, b)
}

// Line fits a straight line over 1, 2, … and gives its intercept (at 0) and slope.
func Line(y []float64) (intercept, slope float64) {
	n := float64(len(y))
	if len(y) == 0 {
		return 0, 0
	}
	mean, middle := Mean(y), float64((n+1)/2)
	sxy, sxx := 0.0, 0.0
	for i, v := range y {
		d := float64(i+1) - middle
		sxy += float64(d * (v - mean))
		sxx += float64(d * d)
	}
	if sxx > 0 {
		slope = sxy / sxx
	}
	return mean - float64(slope*middle), slope
}
