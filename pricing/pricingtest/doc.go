// Package pricingtest makes price books for tests in a few lines. Everything is
// deterministic: ids are derived from the keys given ([Product], [Customer]), and
// nothing reads a clock. Faults of a book come out of [Builder.Book] as an error,
// or fail the test through its testing.TB.
//
//	prices := pricingtest.New().
//		Price("85123A", "2.95").Break("85123A", 32, "2.55").
//		Grade("gold", "0.05").
//		Contract("12347", "85123A", "2.40").
//		Snapshot(t)
//
// [Small] is a whole small book: a base list with breaks, three grades, one contract.
// [NewIn], [SmallIn] and [OrderIn] are the same in another currency than GBP.
//
// [NewRandom] makes large books for benchmarks and, where its [Size] asks for it, rich
// ones with something of everything that a book can have. [Reference] prices a request
// slowly, row by row and in exact fractions, as the documentation of package pricing says:
// what the engine gives is compared with it.
package pricingtest
