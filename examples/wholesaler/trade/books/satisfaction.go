package books

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/survey"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/integration/customer360"
	"github.com/tandem-go/tandem/integration/store"
)

// formula is that of deliveries and returns, counted over lines.
func formula() survey.Formula {
	f := survey.DeliveryFormula()
	f.Version, f.CompleteBasis = "wholesaler-1", survey.ByLine
	return f
}

// satisfaction gives the distribution of the customers' scores for phase 2; cash customers have none. Customers are
// scored side by side: a distribution does not depend on their order.
func (b *Books) satisfaction(ctx context.Context) (report.Satisfaction, error) {
	if !story.Cut().Before(b.today()) {
		return distribution(nil), nil
	}
	customers := make([]tandem.PartyID, 0, len(b.accounts))
	for _, id := range b.accounts {
		if !b.cash[id] {
			customers = append(customers, id)
		}
	}
	share := len(customers)/runtime.GOMAXPROCS(0) + 1
	parts := slices.Collect(slices.Chunk(customers, share))
	scores, errs := make([][]int, len(parts)), make([]error, len(parts))
	var wait sync.WaitGroup
	for i, part := range parts {
		wait.Go(func() { scores[i], errs[i] = b.scores(ctx, part) })
	}
	wait.Wait()
	return distribution(slices.Concat(scores...)), errors.Join(errs...)
}

// scores gives the scores of those among some customers who have one.
func (b *Books) scores(ctx context.Context, customers []tandem.PartyID) (scores []int, err error) {
	today := b.today()
	query := customer360.SatisfactionQuery{Company: company(), Zone: b.cfg.Zone, AsOf: today,
		Ordered: tandem.Validity{From: story.Cut(), Until: today.AddDays(1)}, Formula: formula()}
	err = b.store.View(ctx, func(ctx context.Context, r *store.Bundle) error {
		for _, query.Party = range customers {
			found, err := customer360.Satisfaction(ctx, r, query)
			if err != nil {
				return err
			}
			for i := range found {
				if s := found[i].Score.Score; s != nil {
					scores = append(scores, int(*s+0.5))
				}
			}
		}
		return nil
	})
	return scores, err
}

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
