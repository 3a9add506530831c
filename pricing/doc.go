// Package pricing says what a customer pays for goods, and why, to the cent.
//
// A [Book] is plain data: price lists, their rows, the grades of customers from
// best to worst, promotions, floors and the policies. [Compile] turns it into a
// [Snapshot], which is immutable and safe for any number of goroutines; it refuses a
// book with faults, and [Snapshot.Lint] reports what its author should look at before
// it is published. [Snapshot.Change] gives the next version: a hundred rows of a
// million cost milliseconds, and what did not change both snapshots share, so that a
// draft is cheap; [Compare] tells what it would have done to orders. [Snapshot.Price]
// prices a [Request] into a [Result], without a clock, a store or an allocation; a
// [Pricer] and [PriceBatch] price single lines, millions a second.
//
// The price of a line is made in fixed steps, each of them separately visible:
//
//		list → break → channel → customer → offer → contract → grade → agreed →
//		promotion → order discount → floor
//
//	  - list: the row of a default list at its smallest quantity; of a default list that
//	    derives from another, its price for the quantity, breaks included;
//	  - break: the row of the same list for the quantity, counted as the list says
//	    ([BreakCount]): quantity-from is inclusive and compared exactly in whatever unit, and
//	    there is no quantity-to, so gaps and overlaps cannot exist. A row may have tiers
//	    instead of a price ([formula.Tiers]);
//	  - channel, customer, offer, contract: the list of an order's channel, region or
//	    segment ([List.When]), and those of the customer. A contract may have a [Cap], at
//	    which the line is split;
//	  - grade: the list bound to the customer's grade. A list that derives from a
//	    base list derives row by row, breaks included: it takes the row that wins for
//	    the quantity and takes its rate off that, or applies its [formula.Formula] (from
//	    cost, in another currency, with a charm ending), so that a graded customer never
//	    pays more than the base list's own break;
//	  - agreed: an override with a reason, up or down, final unless it says otherwise;
//	  - promotion: what package promotion gives, by its lanes;
//	  - order discount: shares of what is taken off the whole order, by
//	    [tandem.Allocate];
//	  - floor: what a hard [Floor] raises. A soft one asks for an [Approval], which is data:
//	    the package never blocks.
//
// Which candidate wins is said by the book's [Policy] and a rank that is worked out when
// the book is compiled: priority, source of the list, scope (variant, product, category
// from deep to shallow, brand, everything), quantity-from, start. A price in the currency
// that is asked comes before any that is converted; an explicit price of nought is a
// price. Rows hold on half-open ranges of dates, which are those of the seller's own
// calendar, and, where they say so, of instants ([Row.At]).
//
// The result names the rule and the book's version ([tandem.PriceRef]), the basis that
// is to be taxed (the package computes no tax), the change of money by step
// ([Breakdown]) and what is to be reserved: coupons, budgets, caps (package redemption).
// On request it explains itself with a [Waterfall] that sums exactly to the price, goes
// on to pocket and margin, and lists the losing candidates with the reason. The same
// request against the same version gives the same waterfall for ever; it is also stored
// with the document, so that a sent quotation keeps its price whatever is published later.
//
// Returns add up: [tandem.Part] gives each part of a line's amount, and all parts
// together are the amount. Where lists include the tax, [Request.Border] says what becomes
// of prices across a border, and [TotalPolicy] how a document is rounded.
//
// [Compile] has an example of a book with a break, a grade and a contract.
package pricing
