// Package story replays the wholesaler's trade, day by day, from the rows of the file to the closed books. It decides
// what the file leaves open (supply, payment, which cancelled goods come back) by the stated rules, and hands every
// command to [Books], the ERP.
//
// A day goes: publish the price book and review the grades (on a first of a month), receive purchases, invoice what
// was delivered, receive payments, then the file's documents in its order, dispatch, buy what is missing.
//
// Whatever it decides follows from the file, the [Config] and the answers of [Books] alone, in the order in which they
// were given. So it can be told again: books that remember their answers give the same ones, and it goes on where an
// earlier telling was broken off.
package story
