// Package crmtest makes customers for tests in a few lines. Everything is
// deterministic: ids are derived from the keys given ([ID]), days count from
// [Start], and nothing reads a clock. Faults of a customer fail the test through
// its testing.TB, or come out of [Builder.Customer] as an error.
//
//	gold := crmtest.New("12347").Named("Käthe Wohlfahrt KG").In("DE").VAT("DE123456788").
//		Email("einkauf@example.org").Agrees(party.Newsletter, party.Email).
//		Buys(10, "180.00").Buys(40, "320.50").Credits(45, "20.00").
//		Delivered(10, 12, 2, 2).
//		Build(t)
//
// [Small] gives a few customers that differ in all of that, and [Save] puts
// customers into the repositories of any store.
package crmtest
