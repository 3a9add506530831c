package inventory_test

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
)

func Example() {
	locations, _ := inventory.NewLocationTree(warehouse())

	// Ten pieces come in.
	changes, _ := inventory.MovesToChanges([]inventory.Move{move("receipt", "supplier", "main", 10)}, locations.Location)
	stock, _ := level("main", 0, 0).Apply(changes[0])

	// Eight of them are promised to an order, and three are shipped.
	held, change, _ := inventory.NewReservation(inventory.Hold{
		ID: heldID("a"), Line: line("order", 1), Key: stock.Key, Quantity: pieces(8), Promise: day(12)}, instant(1))
	stock, _ = stock.Apply(change)
	change, _ = held.Consume(pieces(3), instant(2))
	out, _ := inventory.MovesToChanges([]inventory.Move{move("delivery", "main", "customer", 3)}, locations.Location)
	both, _ := inventory.MergeChanges(append(out, change))
	stock, _ = stock.Apply(both[0])
	fmt.Println("on hand", stock.OnHand/1_000_000, "reserved", stock.Reserved/1_000_000)

	// Nobody gets what is reserved. More is on its way.
	_, err := stock.Apply(inventory.LevelChange{Key: stock.Key, Reserved: 5_000_000})
	fmt.Println("refused:", err != nil)
	onHand := tandem.QuantityFromMicro(stock.OnHand, tandem.Each)
	commitments := []inventory.Commitment{held.Commitment()}
	supplies := []inventory.Supply{{Date: day(20), Quantity: pieces(50)}}
	when, _, _ := inventory.EarliestFor(pieces(5), onHand, supplies, commitments, day(2), tandem.DocumentRef{})
	fmt.Println("five can be had on", when)
	// Output:
	// on hand 7 reserved 5
	// refused: true
	// five can be had on 2026-03-20
}
