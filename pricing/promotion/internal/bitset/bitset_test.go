package bitset_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tandem-go/tandem/pricing/promotion/internal/bitset"
)

// The lines of two scopes: 3 and 70, and 70 alone.
func Example() {
	a, b := make([]uint64, bitset.Words(100)), make([]uint64, bitset.Words(100))
	bitset.Set(a, 3)
	bitset.Set(a, 70)
	bitset.Set(b, 70)
	fmt.Println(bitset.Overlap(a, b))
	bitset.Except(a, b)
	fmt.Println(bitset.Has(a, 3), bitset.Has(a, 70))
	// Output:
	// true
	// true false
}

func TestRows(t *testing.T) {
	row, other := bitset.Cleared([]uint64{7, 7}, 2), []uint64{6, 1}
	assert.False(t, bitset.Any(row))
	bitset.Join(row, other)
	bitset.Clear(row, 1)
	bitset.Meet(row, []uint64{4, 0})
	assert.Equal(t, []uint64{4, 0}, row)
	at, rest := bitset.Lowest(row[0])
	assert.Equal(t, 2, at)
	assert.Zero(t, rest)
	assert.Len(t, bitset.Grow(row, 1), 1)
}
