// Package erptest gives tests a small company that trades, in a few lines:
//
//	c := erptest.New(t, erptest.WithGrade("12346", "gold"))
//	sale := c.Sell(t, "12346", erptest.Line("85123A", 31))
//	c.AssertBooks(t)
//
// [New] has master data, prices, open periods and stock in a memory store, and
// the processes ready on it. Everything is deterministic: ids follow from the
// keys given or are counted, and the [Clock] stands still until it is moved. A
// fault ends the test through its testing.TB.
//
// The ids of products, customers and the company are those of
// [github.com/tandem-go/tandem/pricing/pricingtest] and
// [github.com/tandem-go/tandem/crm/crmtest], so that the three go together:
//
//	c := erptest.New(t,
//		erptest.WithCustomers(crmtest.New("12400").In("FR").Build(t).Party),
//		erptest.WithPrices(pricingtest.Small().Contract("12400", "22423", "9.95").Snapshot(t)))
//
// The company is British unless [WithCountry] says otherwise, and stands on the
// library's bundle unless a host brings its own to [On].
//
// For tests of one room there is a builder of each aggregate and record, with
// valid defaults: functions that end in Input, Draft or are named after a plain
// struct give data to be changed and used; those named after an aggregate give it
// built ([Order], [Delivery], [Invoice], [Payment], [Reservation] …), its events drained.
//
// [Audit] checks the books of any store after any test: a host with tables of its
// own gives it its own bundle.
package erptest
