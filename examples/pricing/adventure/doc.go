// Package adventure makes a price book of AdventureWorks and prices lines from it.
//
// [Read] takes the tables as they are and [Data.Contradictions] says where they
// disagree among themselves. [Open] builds the book:
//
//   - the list price history is the default list. EndDate is the last day in their
//     tables and is not in the range here: it becomes the day before Until;
//   - "Volume Discount 11 to 14" and its like are breaks of that list, from MinQty.
//     MaxQty is dropped: the next break ends a break, and where their tables name no
//     next one the discount goes on;
//   - resellers are a grade, whose list takes 28 % off bikes, 26 % off components,
//     35 % off clothing and 40 % off accessories. These rates stand in no table: they
//     are what the sales of resellers were booked at (see [Data.Sales]);
//   - offers are for resellers or for customers. A break of a default list is for
//     everybody, so that a list for customers states the prices without the breaks;
//   - the other special offers are promotions;
//   - the cost history is the cost of the lines, and the floor of every line.
//
// A contract, a coupon, and a rebate at the end of the year are invented.
package adventure
