package index_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/promotion/internal/bitset"
	"github.com/tandem-go/tandem/pricing/promotion/internal/index"
)

// Gifts but candles for gold, and one brand for whoever has a coupon.
func Example() {
	x := index.New(2)
	x.AddScope(0, index.Scope{Categories: []string{"gifts"}, ExceptCategories: []string{"gifts/candles"}})
	x.AddPromotion(index.Audience{Grades: []tandem.GradeCode{"gold"}}, nil)
	x.AddScope(1, index.Scope{Brands: []string{"acme"}})
	x.AddPromotion(index.Audience{}, []string{"HELLO"})
	x.Seal(make([]tandem.Validity, 2))

	row := make([]uint64, x.Width())
	x.Live(&index.Facts{Grade: "gold"}, row)
	fmt.Printf("%02b\n", row[0])
	x.Pools(tandem.ProductID{}, "gifts/mugs/large", "acme", row)
	fmt.Printf("%02b\n", row[0])
	x.Pools(tandem.ProductID{}, "gifts/candles/red", "acme", row)
	fmt.Printf("%02b\n", row[0])
	// Output:
	// 01
	// 11
	// 10
}

// Many windows of dates, against the windows themselves.
func TestDatesAreThoseOfTheWindows(t *testing.T) {
	first, _ := tandem.ParseDate("2026-11-20")
	const many = 100
	x, valid := index.New(many), make([]tandem.Validity, many)
	for i := range valid {
		x.AddScope(i, index.Scope{})
		x.AddPromotion(index.Audience{}, nil)
		if i%3 > 0 {
			valid[i].From = first.AddDays(i * 7 % 40)
		}
		if i%4 > 0 {
			valid[i].Until = first.AddDays(41 + i*11%40)
		}
	}
	assert.True(t, x.Seal(valid))
	row := make([]uint64, x.Width())
	for day := -1; day < 90; day++ {
		date := first.AddDays(day)
		x.Live(&index.Facts{Date: date}, row)
		for i, v := range valid {
			assert.Equal(t, v.Contains(date), bitset.Has(row, i), "%d on %s", i, date)
			assert.Equal(t, v.Contains(date), x.OnDate(i, date))
		}
	}
}

func TestAHostileIndexIsRefused(t *testing.T) {
	x := index.New(1 << 20) // 16,384 words a row
	var s index.Scope
	for i := range 1 << 10 {
		s.Brands = append(s.Brands, fmt.Sprint(i))
	}
	x.AddScope(0, s)
	assert.False(t, x.Seal(make([]tandem.Validity, 1)))
}
