package elasticity

import "fmt"

// controls gives the columns beside the price.
func controls(buckets []bucket, c Config) (names []string, columns [][]float64) {
	add := func(name string, f func(b bucket) float64) {
		column := make([]float64, len(buckets))
		for i, b := range buckets {
			column[i] = f(b)
		}
		names, columns = append(names, name), append(columns, column)
	}
	if c.Trend {
		add("trend", func(b bucket) float64 { return float64(b.start.DaysSince(buckets[0].start)) / 365.25 })
	}
	if c.Season {
		for q := 2; q <= 4; q++ {
			add(fmt.Sprintf("quarter %d", q), func(b bucket) float64 {
				if (int(b.start.Month())+2)/3 == q {
					return 1
				}
				return 0
			})
		}
	}
	if c.Promotion {
		add("promotion", func(b bucket) float64 { return b.promotion })
	}
	return names, columns
}
