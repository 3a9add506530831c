package pricing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

// A snapshot that was changed step by step prices as the book compiled at once, and
// the one before it stays as it was.
func TestAChangedSnapshotIsTheChangedBook(t *testing.T) {
	random := pricingtest.NewRandom(7, pricingtest.Size{Rows: 3000, Customers: 60})
	old, err := pricing.Compile(random.Book)
	require.NoError(t, err)
	orders := make([]pricing.Request, 60)
	for i := range orders {
		orders[i] = random.Order(random.Day(i*6), 5)
	}
	before := pricesOf(t, old, orders)
	rows := map[string]pricing.Row{}
	for _, r := range random.Book.Rows {
		rows[r.ID] = r
	}
	s := old
	for version := int64(2); version < 12; version++ {
		c := pricing.Change{Version: version}
		for n := range 20 {
			row := random.Row()
			switch {
			case n < 12: // in the place of another, or somewhere else altogether
				if n%2 == 0 {
					row.ID = fmt.Sprintf("r%07d", int(version)*131+n)
				}
			case n < 16:
				row.From = tandem.QuantityFromMicro(int64(version)*1_000_000+int64(n), tandem.Each) // no label yet
			default:
				row.Product, row.Category = tandem.DeriveID[tandem.ProductID]("new", fmt.Sprint(version, n)), ""
			}
			c.Put = append(c.Put, row)
			rows[row.ID] = row
		}
		gone := fmt.Sprintf("r%07d", int(version)*97+1000)
		c.Remove = []string{gone}
		delete(rows, gone)
		if version%4 == 0 {
			terms := s.Book()
			for i := range terms.Lists {
				terms.Lists[i].Discount = tandem.Rate{}
				if terms.Lists[i].Base != "" {
					terms.Lists[i].Discount = tandem.Percent(version)
				}
			}
			c.Terms = &terms
		}
		next, err := s.Change(c)
		require.NoError(t, err)
		s = next
	}
	assert.Equal(t, len(rows), s.Len())
	book := s.Book()
	assert.Equal(t, int64(11), book.Version)
	for _, r := range book.Rows {
		want := rows[r.ID]
		if want.From.IsZero() {
			want.From = tandem.Quantity{}
		}
		assert.Equal(t, want, r)
		delete(rows, r.ID)
	}
	assert.Empty(t, rows)
	fresh, err := pricing.Compile(book)
	require.NoError(t, err)
	assert.Equal(t, pricesOf(t, fresh, orders), pricesOf(t, s, orders))
	assert.Equal(t, before, pricesOf(t, old, orders))
}

// pricesOf prices orders; where one has faults, they stand for it.
func pricesOf(t *testing.T, s *pricing.Snapshot, orders []pricing.Request) []string {
	t.Helper()
	var all []string
	for i := range orders {
		var res pricing.Result
		if err := s.Price(&orders[i], &res); err != nil {
			all = append(all, err.Error())
			continue
		}
		for _, l := range res.Lines {
			all = append(all, fmt.Sprint(l.Price, l.Amount, l.Ref.Rule, l.Breakdown))
		}
	}
	return all
}

func TestAChangeWithFaults(t *testing.T) {
	s := pricingtest.Small().Snapshot(t)
	row := s.Book().Rows[0]
	wrong := row
	wrong.ID, wrong.List = "", "x"
	_, err := s.Change(pricing.Change{Version: 1, Put: []pricing.Row{row, row, wrong}, Remove: []string{"x"}})
	assert.Equal(t, []string{"version:version", "remove[0]:row_unknown", "put[1].id:duplicate", "put[2].id:id", "put[2].list:list_unknown"}, codes(t, err))
	got, err := s.Row(row.ID)
	require.NoError(t, err)
	assert.Equal(t, row, got)
	_, err = s.Row("x")
	assert.ErrorIs(t, err, tandem.ErrNotFound)
}
