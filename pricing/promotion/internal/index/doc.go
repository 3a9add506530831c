// Package index finds the promotions that hold for an order and the scopes that its
// lines lie in, without looking at each promotion. A row of pools has a bit for each
// scope that the set of promotions knows: first the scope of each promotion, in
// pipeline order, then get pools and components of bundles. A line asks once for
// each of product, category and brand, whose rows are joined; an order asks once for
// each of date, grade, segment, channel, region and coupon, whose rows are
// intersected.
package index
