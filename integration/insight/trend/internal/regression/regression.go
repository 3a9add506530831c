package regression

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem/internal/float"
)

// Fit is a fitted regression.
type Fit struct {
	Coefficients []float64   // by column; 0 for one left out
	Errors       []float64   // standard errors; 0 for one left out, or without degrees of freedom
	Covariance   [][]float64 // of the coefficients
	Dropped      []int       // columns that are combinations of earlier ones
	Freedom      int         // values less columns kept
	Deviation    float64     // of what is left, over the degrees of freedom
	RSquared     float64     // share of the squares around the mean that is explained; 0 where there are none
	Residuals    []float64
}

// dependent is the part of its length that a column must keep beside those before it.
const dependent = 1e-7

// LeastSquares fits y by the columns, each as long as y (others are a mistake of the
// package that calls), none of which is added: a
// constant is a column of ones. It works by orthogonal columns, each made so twice.
func LeastSquares(y []float64, columns [][]float64) Fit {
	k := len(columns)
	f := Fit{Coefficients: make([]float64, k), Errors: make([]float64, k), Covariance: make([][]float64, k)}
	var kept []int
	var base [][]float64
	upper := make([][]float64, k) // by column: what it has of each base
	for j, c := range columns {
		f.Covariance[j] = make([]float64, k)
		v := slices.Clone(c)
		length := norm(v)
		parts := make([]float64, len(base)+1)
		for range 2 {
			for i, b := range base {
				part := float.Dot(b, v)
				parts[i] += part
				for t := range v {
					v[t] -= float64(part * b[t])
				}
			}
		}
		left := norm(v)
		if !(left > float64(dependent*length)) || len(base) >= len(y) {
			f.Dropped = append(f.Dropped, j)
			continue
		}
		for t := range v {
			v[t] /= left
		}
		parts[len(base)] = left
		upper[j] = parts
		kept, base = append(kept, j), append(base, v)
	}
	f.Freedom = len(y) - len(kept)
	f.Residuals = slices.Clone(y)
	for i, b := range base {
		part := float.Dot(b, f.Residuals)
		f.Coefficients[kept[i]] = part
		for t := range b {
			f.Residuals[t] -= float64(part * b[t])
		}
	}
	f.solve(kept, upper)
	f.judge(y, kept, upper)
	return f
}

func norm(v []float64) float64 { return math.Sqrt(float.Dot(v, v)) }

// solve turns the parts by base into coefficients, from the last column to the first.
func (f *Fit) solve(kept []int, upper [][]float64) {
	for i := len(kept) - 1; i >= 0; i-- {
		for j := i + 1; j < len(kept); j++ {
			f.Coefficients[kept[i]] -= float64(upper[kept[j]][i] * f.Coefficients[kept[j]])
		}
		f.Coefficients[kept[i]] /= upper[kept[i]][i]
	}
}

// judge fills what is left, and the covariance: s² times the inverse of the upper
// triangle times its transpose.
func (f *Fit) judge(y []float64, kept []int, upper [][]float64) {
	left := float.Dot(f.Residuals, f.Residuals)
	mean, around := float.Mean(y), 0.0
	for _, v := range y {
		around += float64((v - mean) * (v - mean))
	}
	if around > 0 {
		f.RSquared = min(max(1-left/around, 0), 1)
	}
	if f.Freedom <= 0 {
		return
	}
	square := left / float64(f.Freedom)
	f.Deviation = math.Sqrt(square)
	n := len(kept)
	inverse := make([][]float64, n)
	for i := range n {
		inverse[i] = make([]float64, n)
	}
	for c := range n {
		inverse[c][c] = 1 / upper[kept[c]][c]
		for r := c - 1; r >= 0; r-- {
			sum := 0.0
			for j := r + 1; j <= c; j++ {
				sum += float64(upper[kept[j]][r] * inverse[j][c])
			}
			inverse[r][c] = -sum / upper[kept[r]][r]
		}
	}
	for i, a := range kept {
		for j, b := range kept {
			f.Covariance[a][b] = float64(square * float.Dot(inverse[i], inverse[j]))
		}
		f.Errors[a] = math.Sqrt(f.Covariance[a][a])
	}
}

// Variance gives that of a linear combination of the coefficients.
func (f Fit) Variance(weights []float64) float64 {
	sum := 0.0
	for i, row := range f.Covariance {
		sum += float64(weights[i] * float.Dot(row, weights))
	}
	return max(sum, 0)
}

// StudentTail gives the chance that Student's t with that many degrees of freedom, one
// or more, is above t.
func StudentTail(t float64, freedom int) float64 {
	k := float64(freedom)
	tail := float64(0.5 * (1 - float.BetaTail(k/2, 0.5, k/(k+float64(t*t)))))
	if t < 0 {
		return 1 - tail
	}
	return tail
}

// StudentQuantile gives the value that Student's t with that many degrees of freedom, one
// or more, does not exceed with the chance p, from 0.5 to below 1.
func StudentQuantile(p float64, freedom int) float64 {
	low, high := 0.0, 1.0
	for high < 1e12 && StudentTail(high, freedom) > 1-p {
		low, high = high, 2*high
	}
	for range 60 {
		middle := low + float64((high-low)/2)
		if StudentTail(middle, freedom) > 1-p {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}
