// Package warehouse is the process of the stock keeper: receive what suppliers
// bring, open the stock that was there before the books, adjust what is lost and
// found, move goods between places, count, and give what came in to the orders
// that wait for it.
//
// A [Service] is built from any store whose bundle has the repositories of
// [Repos]. Each command is one Update: moves, levels, cost pools, journal and
// events are written together or not at all, and a repetition of its key is
// answered with the first result. Whatever the commands, on hand is the sum of
// the moves, `0 ≤ reserved ≤ on hand` holds, and the value of the stock of each
// product is its balance on the stock account.
//
// Stock that turns out to be gone is taken from the orders with the latest
// promises: their reservations are released, and they wait again, where they
// stood in the queue. Stock that becomes free goes to who waits: what a receipt brings
// at once, what cancellations and returns free once [Service.Consumer] has heard of
// it, or the next time that [Service.ReserveBackorders] runs. A posted count is an anchor: what becomes known later of a
// time before it does not change what was seen.
//
// Rules live in the rooms (erp/inventory, erp/inventory/count, erp/costing,
// erp/sales, erp/ledger); here they meet.
package warehouse
