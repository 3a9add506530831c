package inventory_test

import (
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
)

// name sets *id to one derived from key.
func name[K any](key string, _ *tandem.ID[K]) tandem.ID[K] {
	return tandem.DeriveID[tandem.ID[K]]("test", key)
}

func company() tandem.CompanyID                 { return name("acme", new(tandem.CompanyID)) }
func product(key string) tandem.ProductID       { return name(key, new(tandem.ProductID)) }
func place(key string) tandem.LocationID        { return name(key, new(tandem.LocationID)) }
func moveID(key string) inventory.MoveID        { return name(key, new(inventory.MoveID)) }
func heldID(key string) inventory.ReservationID { return name(key, new(inventory.ReservationID)) }
func document(key string) tandem.DocumentRef {
	return tandem.RefTo("sales_order", name(key, new(tandem.ID[any])), "")
}

func line(key string, n int) tandem.LineRef { return tandem.LineRef{Document: document(key), Line: n} }

func pieces(n int64) tandem.Quantity { return tandem.QuantityFromMicro(n*1_000_000, tandem.Each) }

func day(n int) tandem.Date {
	d, _ := tandem.ParseDate("2026-03-01")
	return d.AddDays(n - 1)
}

func instant(n int64) tandem.Instant {
	return tandem.InstantOfUnixMicro(1_700_000_000_000_000 + n*1_000_000)
}

func key(at string) inventory.LevelKey {
	return inventory.LevelKey{Company: company(), Location: place(at), Product: product("mug")}
}

func level(at string, onHand, reserved int64) inventory.Level {
	return inventory.Level{Key: key(at), OnHand: onHand * 1_000_000, Reserved: reserved * 1_000_000}
}

func change(at string, onHand, reserved int64) inventory.LevelChange {
	return inventory.LevelChange{Key: key(at), OnHand: onHand * 1_000_000, Reserved: reserved * 1_000_000}
}

func location(code, parent string, kind inventory.LocationKind) inventory.Location {
	l := inventory.Location{ID: place(code), Company: company(), Code: code, Name: code, Kind: kind}
	if parent != "" {
		l.Parent = place(parent)
	}
	return l
}

// warehouse is a small company: two stock locations under a view, one bin, and a
// counter-location of each kind.
func warehouse() []inventory.Location {
	return []inventory.Location{
		location("house", "", inventory.View), location("main", "house", inventory.Stock),
		location("bin", "main", inventory.Stock), location("shop", "house", inventory.Stock),
		location("supplier", "", inventory.Supplier), location("customer", "", inventory.Customer),
		location("adjustment", "", inventory.Adjustment), location("production", "", inventory.Production),
		location("scrap", "", inventory.Scrap), location("transit", "", inventory.Transit),
	}
}

func tree(t require.TestingT) *inventory.LocationTree {
	tr, err := inventory.NewLocationTree(warehouse())
	require.NoError(t, err)
	return tr
}

func move(id, from, to string, n int64) inventory.Move {
	return inventory.Move{ID: moveID(id), Company: company(), Product: product("mug"), From: place(from), To: place(to),
		Quantity: pieces(n), Effective: instant(1), Recorded: instant(2), Source: line("order", 1), Reason: inventory.ReasonReceipt}
}
