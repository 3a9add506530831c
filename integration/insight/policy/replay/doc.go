// Package replay runs a rule of replenishment against demand as it came, to see what
// it would have kept and served: two rules are compared by the capital they bind at
// the same fill rate.
//
// [Run] goes through the buckets of every item, line by line. In a bucket, receipts
// come first and serve backorders, then demand, then, where it is a review, the
// order. An order at the end of bucket t with a lead time of L buckets is there
// before the demand of bucket t+L+1. The levels are asked for at each review, so that
// they may follow a forecast; lead times are what the caller's function says.
//
// A run is a function of its arguments: it draws nothing itself, and any number of
// goroutines gives the same bits. [Frontier.Capital] reads the capital at a fill rate
// off several runs.
package replay
