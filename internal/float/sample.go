package float

import "slices"

// Variance gives the sample variance, with n - 1 below; 0 of fewer than two.
func Variance(x []float64) float64 {
	if len(x) < 2 {
		return 0
	}
	mean, sum := Mean(x), 0.0
	for _, v := range x {
		sum += float64((v - mean) * (v - mean))
	}
	return sum / float64(len(x)-1)
}

// Median sorts x and gives its median, 0 of nothing.
func Median(x []float64) float64 {
	n := len(x)
	if n == 0 {
		return 0
	}
	slices.Sort(x)
	return float64((x[(n-1)/2] + x[n/2]) / 2)
}
