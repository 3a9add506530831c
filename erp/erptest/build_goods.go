package erptest

import (
	"testing"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/inventory"
)

// Product gives goods that are kept in whole pieces, traded in dozens too, and
// taxed at the standard rate. The key is its code.
func Product(key string) catalog.Product {
	return catalog.Product{ID: ProductID(key), Code: key, Name: "Product " + key, Kind: catalog.Goods, Unit: tandem.Each, Whole: true,
		Conversions: []tandem.UnitConversion{{From: tandem.Dozen, To: tandem.Each, Factor: tandem.IntRatio(12)}},
		TaxCategory: tandem.TaxStandard}
}

// ServiceProduct gives a service, taxed at the standard rate.
func ServiceProduct(key string) catalog.Product {
	return catalog.Product{ID: ProductID(key), Code: key, Name: "Service " + key, Kind: catalog.Service, Unit: tandem.Each,
		TaxCategory: tandem.TaxStandard}
}

// Level names the level of a product in the warehouse.
func Level(product string) inventory.LevelKey {
	return inventory.LevelKey{Company: CompanyID(), Location: LocationID("WH"), Product: ProductID(product)}
}

// Move gives a move of pieces between two locations, by their codes, on the
// first day. The key makes its id.
func Move(tb testing.TB, key, product, from, to string, pieces int64) inventory.Move {
	tb.Helper()
	return inventory.Move{ID: tandem.DeriveID[inventory.MoveID]("move", key), Company: CompanyID(), Product: ProductID(product),
		From: LocationID(from), To: LocationID(to), Quantity: Pieces(tb, pieces), Effective: At(0), Recorded: At(0),
		Reason: inventory.ReasonTransfer, Source: tandem.LineRef{Document: OrderRef(key), Line: 1}}
}

// Hold gives what a reservation of pieces in the warehouse is made from, for the
// first line of an order.
func Hold(tb testing.TB, order, product string, pieces int64) inventory.Hold {
	tb.Helper()
	return inventory.Hold{ID: tandem.DeriveID[inventory.ReservationID]("reservation", order+"/"+product),
		Line: tandem.LineRef{Document: OrderRef(order), Line: 1}, Key: Level(product), Quantity: Pieces(tb, pieces), Promise: Day(2)}
}

// Reservation gives an open reservation of [Hold], and the change that it asks
// of the level.
func Reservation(tb testing.TB, order, product string, pieces int64) (*inventory.Reservation, inventory.LevelChange) {
	tb.Helper()
	r, change, err := inventory.NewReservation(Hold(tb, order, product, pieces), At(0))
	return must(tb, r, err), change
}

// Backorder gives pieces of the first line of an order that wait in the warehouse.
func Backorder(tb testing.TB, order, product string, pieces int64) inventory.Backorder {
	tb.Helper()
	return inventory.Backorder{Company: CompanyID(), Line: tandem.LineRef{Document: OrderRef(order), Line: 1}, Product: ProductID(product),
		Location: LocationID("WH"), Quantity: Pieces(tb, pieces), Promise: Day(7), Asked: At(0)}
}

// CostPool gives an average pool with pieces of a value in pounds, `120.00`; no
// pieces: an empty one.
func CostPool(tb testing.TB, product string, pieces int64, value string) *costing.CostPool {
	tb.Helper()
	p, err := costing.NewCostPool(CompanyID(), ProductID(product), tandem.Each, tandem.GBP, At(0))
	must(tb, p, err)
	if pieces > 0 {
		if _, err := p.Receive(Pieces(tb, pieces), GBP(tb, value)); err != nil {
			tb.Fatalf("erptest: %v", err)
		}
	}
	p.Drain()
	return p
}
