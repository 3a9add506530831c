// Package formula makes a price from another price or from cost, and says what a
// quantity costs by tiers. It is pure: its results follow from its arguments.
//
// A [Formula] runs through one fixed order, that of Odoo's price lists:
//
//		base → currency → discount → round → fee → clamp → final rounding
//
//	  - base: the price of another list, or the cost. A missing cost is [ErrCostMissing];
//	  - currency: at the exchange rate of the [Input], unrounded;
//	  - discount: a [Discount], a [Markup] or a [Margin], which are three things;
//	  - round: a [Charm] gives the price an ending that the list likes;
//	  - fee: an amount per unit, up or down;
//	  - clamp: not below nought, not below cost where the charm says so, and between
//	    the least and the greatest margin, over the base or over cost. A price that a
//	    bound has moved gets its ending again, to the side that keeps the bound, or
//	    gives it up ([EndingPolicy]);
//	  - final rounding, which keeps the bounds as well.
//
// Prices in between are exact fractions of 128 bits: 19.99 that changes its
// currency and is discounted is rounded once. [Formula.Apply] allocates nothing;
// [Formula.Explain] gives the same numbers with every step.
//
// Amounts per unit are per one unit, whatever the basis of the price; a charm
// works on the amount as it is printed. Neither knows taxes: a formula for a list
// with tax works on prices with tax.
//
// [Tiers] price a whole quantity: by volume, graduated or in packages. [Compile]
// sums up what is below each tier, so that any quantity, fractions included, is
// one binary search. Their amount is authoritative; the effective unit price is
// for display. Whether a flat amount is due where nothing was used, on which
// Lago and OpenMeter differ, is a flag.
package formula
