package diffusion_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/diffusion"
)

// Six years of a new machine: when is its peak, and how many will be sold?
func Example() {
	sales := forecast.Series{Bucket: forecast.Year, Values: []float64{30, 55, 92, 140, 178, 180, 141}}
	b, _ := diffusion.FitBass(sales, diffusion.Config{})
	f, _ := b.Forecast(2)
	fmt.Printf("p %.3f, q %.2f, m %.0f, peak in year %.1f\n", b.Innovation, b.Imitation, b.Potential, b.Peak)
	fmt.Printf("next: %.0f (%.0f to %.0f)\n", f.Points[0], f.Interval.Lower[0], f.Interval.Upper[0])
	// Output:
	// p 0.020, q 0.68, m 1023, peak in year 5.0
	// next: 94 (89 to 98)
}
