// Package tax is the room of taxes on sales and purchases: which code a line has,
// when the tax is due, and how much it is.
//
// A [Code] has a category of UNTDID 5305 and dated rates. A [Table] decides by
// plain rules which code a line has: at home, to a business in another member of
// the union (only with its VAT number), or outside. [Points] gives the tax points
// of a supply from its delivery, invoices and payments; goods for another member have
// a rule of their own. [Compute] gives the tax of
// a document by the rates of its tax point and a named [Rounding]; the result is
// kept with the document and never computed again ([ComputeParts] is for a document of
// several tax points, [Retax] for what is left beside taxes that were declared before): [CreditAt] takes the rates of
// a credit from the original's tax lines, and all partial credits of an invoice
// sum to its tax. An [Entry] is a line of the tax register, by which taxes are
// reported.
//
// All are pure functions of their arguments.
package tax
