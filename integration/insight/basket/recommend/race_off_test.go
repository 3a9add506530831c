//go:build !race

package recommend_test

// each says which share of the customers of Online Retail is tested.
const each = 1
