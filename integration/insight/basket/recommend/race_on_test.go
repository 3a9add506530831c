//go:build race

package recommend_test

// each says which share of the customers of Online Retail is tested: the race
// detector makes arithmetic many times slower.
const each = 8
