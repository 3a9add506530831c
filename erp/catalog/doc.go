// Package catalog says what is bought, stocked and sold: products, the tree of
// their categories, and the units in which they are traded.
//
// A [Product] has a base unit, in which stock, reservations and the progress of
// document lines are kept, and exact conversions from other units. [Product.Order]
// turns an ordered quantity into an [Ordered] one, which keeps the ordered unit
// and the factor beside the base quantity, so that a line keeps its meaning when
// the product's conversions change, and its parts sum to the whole
// ([Ordered.Step]). Rounding depends on the use ([Use]): up to buy, half away
// from zero to consume, as stated to sell.
//
// Products and categories are records of the tenant, shared by its companies.
// Processes read them through [ProductSource].
package catalog
