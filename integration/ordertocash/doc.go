// Package ordertocash is the process from a customer's question to the money in
// the bank: quote, place with credit check, reserve, ship in part or in whole,
// invoice, post, receive payment; cancel, amend, short-close; return, credit.
//
// A [Service] is built from any store whose bundle has the repositories of
// [Repos]. Each command is one Update: it runs once per key, writes documents,
// stock, cost, journal and events together or not at all, and answers a
// repetition of its key with the first result. Rules live in the rooms; here
// they meet.
//
// What a command does to the books is told by package posting, what it refuses by
// its own comment. Amounts of a customer's credit move at the tax rates of the
// order's date, so that each document takes away to the penny what an earlier one
// added. Goods come back at the value at which they left; credits take their part
// of the original invoice's price and tax, so that all parts sum to the whole.
//
// VAT is registered once, at its tax point: of each delivery that an invoice is of,
// and of what is paid in advance for an order when it is received, at the rate of that
// day; the order's invoices take the advance up and the declared VAT off. A command
// draws its journal number before it reads the accounting period, so that nothing is
// booked behind a closing (package recordtoreport).
//
// A line's tax code is decided when it is ordered, from its product, the customer and
// the address, unless the line names one. It is decided anew by two things: a quotation
// that is accepted for another country, and a delivery on a day on which the tax union
// has other members than on the day of the order: what goes out is treated as on that
// day. What else changes meanwhile, such as a VAT number of the customer or the category
// of a product, changes no order: remove the line and add it anew ([Service.Amend]), and
// its code is decided as of that day. Rates are always those of the tax point.
//
// What prices an order is the price book of a date that a policy names ([sales.PricedOn]),
// kept with the order. What a promotion saves, a coupon opens and the cap of a contract
// prices is reserved of the limits that there are for it (package redemption), with the
// order and in its unit of work: a promotion without a limit is free, the cap of a contract
// opens one for itself. What is reserved is used at the moment that the terms of the limit
// name, ordered, shipped or invoiced, so that a budget follows what the company calls spent;
// it is freed as lines are cancelled and given back as goods come back, in proportion of
// the quantity. A use is one: freed or given back when all is. How much of each is due is
// told by the lines alone, so that a command that runs again changes nothing. A draft of an
// invoice that is discarded leaves used what was used.
//
// A line that a cap splits keeps the number that the customer gave it for what is within,
// and the rest is a line behind the others that names it ([sales.Item] Of). Goods that a
// promotion gives are lines at nought.
//
// What becomes of a price when less is left of a line than it was ordered at is a policy,
// too ([BreakPolicy]): it stays; what is open is priced at its own quantity; or what a
// customer keeps of goods that come back is, besides. 12 at 9.00, from ten on, are 108.00. If
// 8 come back, 72.00 less 4.00 are credited, so that the 4 cost 10.00 each, on a line of the
// credit note at the line's VAT rate; it is given back as these come back. What is kept is
// all that is neither cancelled, credited nor withdrawn before its invoice; the notes tell
// what was charged. Without a note, where all comes back before its invoice, nothing is
// charged or given back until the next.
//
// Goods given away (a line at no price) bear no output VAT: gifts of little value and
// samples are no supply (Directive 2006/112/EC Art. 16, VAT Act 1994 Sch. 4 para. 5).
// What is due on other gifts, on their cost, is for the host to register and book.
//
// The date of a command is that of its document, in the company's zone: a day after
// the command's own is refused (`future`), since numbers and dates run together and
// one invoice of next year would be in the way of all until then.
//
// A command reads a level at a time: what it needs is read in one round trip for each
// level of reads that depend on one another, on a store that can, and the number of lines
// changes nothing (ROUNDTRIPS.md has the table).
//
// What the CRM learns of all this, it learns from the events.
package ordertocash
