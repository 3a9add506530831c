package books

import (
	"slices"

	"github.com/tandem-go/tandem/examples/wholesaler/internal/report"
)

// distribution sorts scores from 0 to 100 into bins. A percentile is the score nearest to its rank.
func distribution(scores []int) report.Satisfaction {
	out := report.Satisfaction{Customers: len(scores), MinLines: formula().MinimumLines}
	if len(scores) == 0 {
		return out
	}
	slices.Sort(scores)
	rank := func(percent int) int { return scores[(2*percent*(len(scores)-1)+100)/200] }
	out.Lowest, out.P5, out.Median = scores[0], rank(5), rank(50)
	for _, s := range scores {
		out.Bins[min(s/5, len(out.Bins)-1)]++
	}
	return out
}
