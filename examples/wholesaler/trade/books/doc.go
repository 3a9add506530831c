// Package books keeps the wholesaler's books on the library: it takes the
// commands of the story and gives them to order-to-cash and to the warehouse, on
// any store.
//
// What it adds to the processes is the host's own: price books that live with
// what customers last paid, a plain list of purchases as supply, and lines that
// are bought to order.
//
// # A story that goes on
//
// A process may end at any point. The next one tells the story from its
// beginning, with the same file, options and seed, and the store answers what it
// was asked before: each command has a key, under which its first answer is kept
// with its effect. So the whole state of the simulation comes back without a copy
// of it that could differ from the books, and the first command that was never
// acknowledged is the first that takes effect. This rests on five rules:
//
//   - Commands follow from the file, the options, and answers alone. What a
//     decision must read of the books (stock, what is reserved, what an invoice
//     still has open) is a command, too: a look, whose answer is kept. Without
//     one are read only what never changes (the lines of a delivery) and what is
//     known as of a day (the ageing of a month end).
//   - Refusals are not kept, so nothing follows from one. An advance that is used
//     up is known from the answer that used it up; no other command is given
//     where it may be refused.
//   - Ids and the time belong to the process: ids follow from the number of the
//     step, the time from the row that is told. Neither depends on what happened
//     in an earlier process.
//   - Consumers of events keep nothing in memory that the store does not tell
//     them again, since they may hear of days that the story has not come to yet.
//     [work.Once] passes over what they have had.
//   - Nothing of the command log is forgotten. Events are, once they were had.
//
// A copy of the simulation's state at the end of each day would save the way
// back, but not these rules: they would have to hold within the day all the same,
// and the copy would be a second truth. The way back writes nothing, and takes
// one lookup for what was a unit of work.
package books
