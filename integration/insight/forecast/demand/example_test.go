package demand_test

import (
	"fmt"
	"time"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/forecast/demand"
)

// Records until the ninth of March: March is no bucket yet.
func Example() {
	lines := []demand.Line{
		{Date: day(2024, time.January, 8), Ordered: 5},
		{Date: day(2024, time.January, 30), Ordered: 7, Cancelled: 2},
		{Date: day(2024, time.February, 12), Ordered: 9},
		{Date: day(2024, time.March, 4), Ordered: 1},
	}
	g, err := demand.Gather(lines, demand.Gathering{Bucket: forecast.Month, From: day(2024, time.January, 1), Until: day(2024, time.March, 9)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(g.Series.Start, g.Series.Values)
	fmt.Println(g.Warnings[0].Text)
	// Output:
	// 2024-01-01 [10 9]
	// the last bucket is not whole and was left out
}
