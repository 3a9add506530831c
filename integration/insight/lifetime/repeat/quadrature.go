package repeat

// The rule of Gauss and Legendre with ten points on [-1, 1] (Abramowitz and Stegun,
// table 25.4), the half above zero.
const points = 10

func abscissa(i int) (x, weight float64) {
	switch i / 2 {
	case 0:
		x, weight = 0.1488743389816312, 0.2955242247147529
	case 1:
		x, weight = 0.4333953941292472, 0.2692667193099963
	case 2:
		x, weight = 0.6794095682990244, 0.2190863625159820
	case 3:
		x, weight = 0.8650633666889845, 0.1494513491505806
	default:
		x, weight = 0.9739065285171717, 0.0666713443086881
	}
	if i%2 == 0 {
		x = -x
	}
	return x, weight
}

// panel gives the integral of a smooth f from low to high.
func panel(f func(t float64) float64, low, high float64) float64 {
	sum, middle, half := 0.0, float64((low+high)/2), float64((high-low)/2)
	for i := range points {
		x, weight := abscissa(i)
		sum += float64(weight * f(middle+float64(half*x)))
	}
	return float64(sum * half)
}

// integrate gives the integral of a smooth f that does not grow from 0 to end, by panels
// that double from first on, until they add nothing.
func integrate(f func(t float64) float64, first, end float64) float64 {
	sum := 0.0
	for low, high := 0.0, min(first, end); low < end; low, high = high, min(2*high, end) {
		part := panel(f, low, high)
		sum += part
		if part <= 1e-15*sum && low > 0 || high == low {
			break
		}
	}
	return sum
}
