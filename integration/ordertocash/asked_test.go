package ordertocash_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
)

func part(micro int64) tandem.Quantity { return tandem.QuantityFromMicro(micro, tandem.Each) }

// faulty runs a command that must be refused for its lines, and leave nothing behind.
func (w *shop) faulty(want []tandem.Fault, command func() error) {
	w.t.Helper()
	before := w.dump()
	err := command()
	var invalid *tandem.InvalidError
	var no *tandem.RefusedError
	switch {
	case errors.As(err, &no):
		require.Equal(w.t, want, no.Faults)
	case errors.As(err, &invalid):
		require.Equal(w.t, want, invalid.Faults)
	default:
		require.Fail(w.t, "not refused for its lines", "%v", err)
	}
	for _, f := range want {
		require.ErrorContains(w.t, err, f.String())
	}
	require.Equal(w.t, before, w.dump(), "a refusal leaves nothing behind")
}

// A mug is whole: none of it is shipped, sent back, cancelled or ordered in part.
func TestAPartOfWhatCannotBeDividedIsRefusedEverywhere(t *testing.T) {
	w := newShop(t)
	s := w.sell("ann", want{"mug", 10})
	open := w.place("ben", want{"mug", 10})
	notWhole := func(path, q string) []tandem.Fault {
		return []tandem.Fault{{Code: "not_whole", Path: path, Message: "is " + q + " EA, and product " + product("mug").String() + " cannot be divided: " + q + " EA"}}
	}
	w.faulty(notWhole("lines[0].quantity", "0.5"), func() error {
		_, err := w.service.Ship(w.ctx, ordertocash.ShipOrder{Header: w.header(), Order: open.Order, Lines: []ordertocash.ShipLine{{Line: 1, Quantity: part(500_000)}}})
		return err
	})
	w.faulty(notWhole("lines[0].quantity", "2.000001"), func() error {
		_, err := w.service.CancelLines(w.ctx, ordertocash.CancelLines{Header: w.header(), Order: open.Order, Reason: "x",
			Lines: []ordertocash.LineQuantity{{Line: 1, Quantity: part(2_000_001)}}})
		return err
	})
	w.faulty(notWhole("change[0].quantity", "7.5"), func() error {
		_, err := w.service.Amend(w.ctx, ordertocash.AmendOrder{Header: w.header(), Order: open.Order, Reason: "x",
			Change: []ordertocash.LineChange{{Line: 1, Quantity: part(7_500_000)}}})
		return err
	})
	back := []ordertocash.ReturnedLine{{Delivery: s.delivery, Line: 1, Quantity: part(250_000)}}
	w.faulty(notWhole("lines[0].quantity", "0.25"), func() error {
		_, err := w.service.Return(w.ctx, ordertocash.ReturnGoods{Header: w.header(), Customer: customer("ann"), Lines: back})
		return err
	})
	w.faulty(notWhole("lines[0].quantity", "0.25"), func() error {
		_, err := w.service.AuthoriseReturn(w.ctx, ordertocash.AuthoriseReturn{Header: w.header(), Customer: customer("ann"), Lines: back})
		return err
	})
	back[0].Quantity = pieces(3)
	allowed, err := w.service.AuthoriseReturn(w.ctx, ordertocash.AuthoriseReturn{Header: w.header(), Customer: customer("ann"), Lines: back})
	require.NoError(t, err)
	w.faulty(notWhole("lines[0].quantity", "1.5"), func() error {
		_, err := w.service.ReceiveReturn(w.ctx, ordertocash.ReceiveReturn{Header: w.header(), Return: allowed.Return,
			Lines: []ordertocash.LineQuantity{{Line: 1, Quantity: part(1_500_000)}}})
		return err
	})
}

// What can be divided is: half a metre of a ribbon is ordered, cut off and sent back.
func TestAPartOfWhatCanBeDividedIsShippedAndReturned(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) { c.Products = ribbons{} })
	placed := w.place("ann", want{"mug", 3})
	shipped := w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: part(500_000)})
	_, err := w.service.Return(w.ctx, ordertocash.ReturnGoods{Header: w.header(), Customer: customer("ann"),
		Lines: []ordertocash.ReturnedLine{{Delivery: shipped.Delivery, Line: 1, Quantity: part(250_000)}}})
	require.NoError(t, err)
	w.check()
	w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: part(2_500_000)})
}

type ribbons struct{}

func (ribbons) Product(_ context.Context, id tandem.ProductID) (catalog.Product, error) {
	return catalog.Product{ID: id, Code: "ribbon", Name: "ribbon", Kind: catalog.Goods, Unit: tandem.Each, TaxCategory: tandem.TaxStandard}, nil
}

// looks counts who asks for products.
type looks struct {
	ribbons
	n *int
}

func (l looks) Product(ctx context.Context, id tandem.ProductID) (catalog.Product, error) {
	*l.n++
	p, err := l.ribbons.Product(ctx, id)
	p.Whole = true
	return p, err
}

// All that is ready, and whole quantities that are named, ask for no product.
func TestAWholeShipmentAsksForNoProduct(t *testing.T) {
	var n int
	w := newShop(t, func(c *ordertocash.Config) { c.Products = looks{n: &n} })
	all, named := w.place("ann", want{"mug", 3}), w.place("ann", want{"mug", 3})
	n = 0
	w.ship(all.Order)
	w.ship(named.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(2)})
	require.Zero(t, n)
}

// Every line that is wrong is named at once, with what was asked, what there is, and the units.
func TestAllFaultyLinesAreNamedAtOnce(t *testing.T) {
	w := newShop(t)
	s := w.sell("ann", want{"mug", 10}, want{"card", 5})
	placed := w.place("ben", want{"mug", 10}, want{"card", 5})
	dozen := tandem.QuantityFromMicro(1_000_000, tandem.Dozen)
	over := func(i int, code, q, left string) tandem.Fault {
		return tandem.Fault{Code: code, Path: tandem.Path("lines", i) + ".quantity", Message: "is " + q + ", of which " + left + " can be"}
	}
	unit := tandem.Fault{Code: "unit", Path: "lines[0].quantity", Message: "is 1 DZN, and must be in EA, the base unit of the product"}
	unknown := tandem.Fault{Code: "unknown_line", Path: "lines[1].line", Message: "the order has no such line"}

	ship := func(lines ...ordertocash.ShipLine) func() error {
		return func() error {
			_, err := w.service.Ship(w.ctx, ordertocash.ShipOrder{Header: w.header(), Order: placed.Order, Lines: lines})
			return err
		}
	}
	wrong := ship(ordertocash.ShipLine{Line: 2, Quantity: dozen}, ordertocash.ShipLine{Line: 9, Quantity: pieces(1)},
		ordertocash.ShipLine{Line: 1, Quantity: pieces(7)}, ordertocash.ShipLine{Line: 1, Quantity: pieces(4)})
	w.faulty([]tandem.Fault{unit, unknown, over(3, "over_shipment", "4 EA", "3 EA")}, wrong)
	w.refused("unknown_line", wrong)
	w.faulty([]tandem.Fault{unit}, ship(ordertocash.ShipLine{Line: 2, Quantity: dozen}))
	w.fails(tandem.ErrInvalid, ship(ordertocash.ShipLine{Line: 2, Quantity: dozen}))

	w.faulty([]tandem.Fault{unit, unknown, over(2, "over_cancel", "11 EA", "10 EA")}, func() error {
		_, err := w.service.CancelLines(w.ctx, ordertocash.CancelLines{Header: w.header(), Order: placed.Order, Reason: "x", Lines: []ordertocash.LineQuantity{
			{Line: 2, Quantity: dozen}, {Line: 9, Quantity: pieces(1)}, {Line: 1, Quantity: pieces(11)}}})
		return err
	})
	unknown.Message = "the delivery has no such line"
	w.faulty([]tandem.Fault{unit, unknown, over(2, "over_return", "11 EA", "10 EA")}, func() error {
		_, err := w.service.Return(w.ctx, ordertocash.ReturnGoods{Header: w.header(), Customer: customer("ann"), Lines: []ordertocash.ReturnedLine{
			{Delivery: s.delivery, Line: 2, Quantity: dozen}, {Delivery: s.delivery, Line: 7, Quantity: pieces(1)},
			{Delivery: s.delivery, Line: 1, Quantity: pieces(11)}}})
		return err
	})
	w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(4)})
	w.faulty([]tandem.Fault{
		{Code: "unit", Path: "change[0].quantity", Message: "is 1 DZN, and must be in EA, the unit of the line"},
		{Code: "shipped", Path: "change[1].quantity", Message: "is 3 EA, of which 4 EA are shipped or cancelled"},
		{Code: "unknown_line", Path: "change[2].line", Message: "the order has no such line"},
		{Code: "unknown_line", Path: "remove[0]", Message: "the order has no such line"},
	}, func() error {
		_, err := w.service.Amend(w.ctx, ordertocash.AmendOrder{Header: w.header(), Order: placed.Order, Reason: "x", Remove: []int{8},
			Change: []ordertocash.LineChange{{Line: 2, Quantity: dozen}, {Line: 1, Quantity: pieces(3)}, {Line: 9, Quantity: pieces(1)}}})
		return err
	})
}

// An order from a place that nobody knows, or where no goods lie, would wait for ever.
func TestAnOrderFromNoWarehouseIsRefused(t *testing.T) {
	w := newShop(t)
	other, virtual := tandem.DeriveID[tandem.LocationID]("location", "second"), tandem.DeriveID[tandem.LocationID]("location", "virtual")
	require.NoError(t, w.store.Update(w.ctx, func(ctx context.Context, b *store.Bundle) error {
		return errors.Join(b.Locations().Save(ctx, inventory.Location{ID: other, Company: company, Code: "second", Name: "second", Kind: inventory.Stock}),
			b.Locations().Save(ctx, inventory.Location{ID: virtual, Company: company, Code: "virtual", Name: "virtual", Kind: inventory.Customer}))
	}))
	from := func(place tandem.LocationID) func() error {
		return func() error {
			_, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Warehouse: place, Lines: lines(want{"mug", 1})})
			return err
		}
	}
	nowhere := tandem.DeriveID[tandem.LocationID]("location", "nowhere")
	w.faulty([]tandem.Fault{{Code: "not_found", Path: "warehouse", Message: "location " + company.String() + "/" + nowhere.String() + " not found"}}, from(nowhere))
	w.faulty([]tandem.Fault{{Code: "not_stock", Path: "warehouse", Message: "must be a stock location of the company"}}, from(virtual))
	require.NoError(t, from(other)())
	require.NoError(t, from(warehouse)())
	w.check()
}
