// Package pricing says what a customer pays for goods, and why, to the cent.
//
// A [Book] is plain data: price lists, their rows, the grades of customers from
// best to worst, and the policies. [Compile] turns it into a [Snapshot], which is
// immutable and safe for any number of goroutines; [Snapshot.Lint] reports what
// its author should look at before it is published. [Snapshot.Price] then prices
// a [Request] into a [Result], without a clock, a store or an allocation.
//
// The price of a line is made in fixed steps, each of them separately visible:
//
//		list → break → contract → grade → agreed → order discount
//
//	  - list: the row of a default list at its smallest quantity;
//	  - break: the row of the same list for the quantity ordered (quantity-from is
//	    inclusive, there is no quantity-to, so gaps and overlaps cannot exist);
//	  - contract: what was agreed with this customer, by row or as a rate off the list;
//	  - grade: the list bound to the customer's grade. A list that derives from a
//	    base list derives row by row, breaks included: it takes the row that wins for
//	    the quantity and takes its rate off that, so that a graded customer never
//	    pays more than the base list's own break;
//	  - agreed: an override with a reason, up or down, final unless it says otherwise;
//	  - order discount: shares of what is taken off the whole order, by
//	    [tandem.Allocate].
//
// Which candidate wins is said by the book's [Policy]. The result names the rule
// and the book's version ([tandem.PriceRef]), the basis that is to be taxed (the
// package computes no tax), the change of money by step ([Breakdown]) and the
// approvals that the floors ask for, which are data: the package never blocks. On
// request it explains itself with a [Waterfall] that sums exactly to the price and
// lists the losing candidates with the reason. A waterfall is stored with the
// document, so that a sent quotation keeps its price whatever is published later.
//
// See the example of [Compile].
package pricing
