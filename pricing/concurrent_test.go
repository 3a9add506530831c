package pricing_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

// Several drafts are made of one snapshot at the same time, and priced, while it is
// priced itself: -race tells whether they share what they write.
func TestDraftsOfOneSnapshotAtTheSameTime(t *testing.T) {
	random := pricingtest.NewRandom(7, pricingtest.Size{Rows: 2000, Customers: 30})
	s, err := pricing.Compile(random.Book)
	require.NoError(t, err)
	orders := make([]pricing.Request, 80)
	for i := range orders {
		orders[i] = random.Order(random.Day(i*4), 3)
	}
	want := pricesOf(t, s, orders)
	rows := make([]pricing.Row, 40)
	for i := range rows {
		rows[i] = random.Row()
		rows[i].ID = fmt.Sprint("new", i)
	}
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for range 2 {
				assert.Equal(t, want, pricesOf(t, s, orders))
			}
		})
		wg.Go(func() {
			c := pricing.Change{Version: int64(w + 2), Put: rows[w*10 : w*10+10]}
			if w%2 == 0 {
				terms := s.Book()
				c.Terms = &terms
			}
			draft, err := s.Change(c)
			if !assert.NoError(t, err) {
				return
			}
			fresh, err := pricing.Compile(draft.Book())
			if assert.NoError(t, err) {
				assert.Equal(t, pricesOf(t, fresh, orders), pricesOf(t, draft, orders))
			}
		})
	}
	wg.Wait()
	assert.Equal(t, want, pricesOf(t, s, orders))
}
