package replay_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/policy/replay"
)

// Two rules on the same demand, each at several heights: the capital that each binds
// for a fill rate of 95 %.
func Example() {
	item := replay.Item{Opening: 30, Value: 10}
	for day := range 300 {
		item.Lines = append(item.Lines, replay.Line{Bucket: day, Units: float64(2 + day*7%5)})
	}
	lead := func(_, bucket, _ int) int { return 3 + bucket%3 }
	frontier := func(quantity float64) (f replay.Frontier) {
		for point := 0.0; point <= 60; point += 2 {
			rule := func(replay.State) replay.Level { return replay.Level{ReorderPoint: point, Quantity: quantity} }
			results, err := replay.Run([]replay.Item{item}, replay.Config{Buckets: 300, Warmup: 30}, rule, lead)
			if err != nil {
				fmt.Println(err)
				return nil
			}
			f = append(f, results[0].Point())
		}
		return f
	}
	large, _ := frontier(60).Capital(0.95)
	small, _ := frontier(20).Capital(0.95)
	fmt.Printf("%.0f by lots of 60, %.0f by lots of 20\n", large, small)
	// Output:
	// 278 by lots of 60, 123 by lots of 20
}
