package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/redemption"
)

// contracts gives ann ten mugs at 8.00 and, under a second contract, five at 8.50.
func contracts(b *pricing.Book) {
	contract(pricing.CapShipped)(b)
	b.Lists[len(b.Lists)-1].Priority = 1 // it comes first
	b.Lists = append(b.Lists, pricing.List{ID: "ann/more", Source: pricing.SourceContract, Customers: []tandem.PartyID{customer("ann")},
		Cap: &pricing.Cap{Quantity: pieces(5), Counts: pricing.CapShipped}})
	b.Rows = append(b.Rows, row("ann/more/mug", "ann/more", "mug", "8.50 GBP/EA", 0))
}

// parted is a shop with the two contracts.
type parted struct {
	*shop
	first, second, budget redemption.ID
}

func newParted(t *testing.T, edit ...func(*pricing.Book)) parted {
	w := parted{shop: newShop(t, offers(append(edit, contracts)...))}
	w.first, w.second = redemption.IDOf(company, redemption.ForContract, "ann"), redemption.IDOf(company, redemption.ForContract, "ann/more")
	return w
}

// holds asks for what is held and used together of the contracts.
func (w parted) holds(first, second int64) {
	w.t.Helper()
	w.check()
	for id, n := range map[redemption.ID]int64{w.first: first, w.second: second} {
		held, used := w.uses(id)
		require.Equal(w.t, pieces(n).Micro(), held.Quantity.Micro()+used.Quantity.Micro())
	}
}

// costs asks for what is held and used together of the budget, and for how many mugs.
func (w parted) costs(minor, n int64) {
	w.t.Helper()
	held, used := w.uses(w.budget)
	require.Equal(w.t, [2]int64{minor, pieces(n).Micro()}, [2]int64{held.Value.Minor() + used.Value.Minor(), held.Quantity.Micro() + used.Quantity.Micro()})
}

func (w parted) cancels(order sales.OrderID, line int, n int64) {
	w.t.Helper()
	_, err := w.service.CancelLines(w.ctx, ordertocash.CancelLines{Header: w.header(), Order: order, Reason: "fewer",
		Lines: []ordertocash.LineQuantity{{Line: line, Quantity: pieces(n)}}})
	require.NoError(w.t, err)
}

// 20 mugs are 10 × 8.00, 5 × 8.50 and 5 × 9.00, less 10 %: 72.00 + 38.25 + 40.50. Each part
// holds what is its own of its contract and of the budget, and gives it back.
func TestALineIsPartedAtTheCapsOfTwoContracts(t *testing.T) {
	w := newParted(t, spring)
	w.budget = w.limit(redemption.ForPromotion, "spring", redemption.ID{}, redemption.Terms{Value: money(10000), Quantity: pieces(100), Moment: redemption.Shipped})
	placed, err := w.buy("ann", nil, want{"card", 1}, want{"mug", 20})
	require.NoError(t, err)
	require.Equal(t, money(333+7200+3825+4050), placed.Net)
	o := w.orderState(placed.Order)
	require.Len(t, o.Lines, 4)
	for i, l := range []struct{ of, pieces, net int64 }{{0, 1, 333}, {0, 10, 7200}, {2, 5, 3825}, {2, 5, 4050}} {
		require.EqualValues(t, l.of, o.Lines[i].Of)
		require.Equal(t, pieces(l.pieces), o.Lines[i].Quantity)
		require.Equal(t, pieces(l.pieces), o.Lines[i].Reserved)
		require.Equal(t, money(l.net), o.Lines[i].Net)
	}
	w.holds(10, 5)
	w.costs(1675, 20)
	w.cancels(placed.Order, 3, 2)
	w.holds(10, 3)
	w.costs(1675-170, 18)
	_, err = w.change(placed.Order, 2, 6)
	require.NoError(t, err)
	w.holds(6, 3)
	w.costs(1675-170-320, 14)
	out, err := w.change(placed.Order, 4, 3)
	require.NoError(t, err)
	require.Equal(t, money(333+4320+2295+2430), out.Net)
	w.holds(6, 3)
	w.costs(1005, 12)
	parcel := w.ship(placed.Order).Delivery
	w.invoice(placed.Order)
	w.holds(6, 3)
	w.costs(1005, 12)
	w.takeBack("ann", back(parcel, 3, 1))
	w.holds(6, 2)
	w.costs(1005-85, 11)
	w.takeBack("ann", back(parcel, 2, 1), back(parcel, 4, 1))
	w.holds(5, 2)
	w.costs(1005-85-80-90, 9)
}

// Without a promotion the parts are priced anew: 2 of the 5 of the second contract are
// 17.00; without the first part ten are free of the first contract, and the third part,
// when it becomes 12, takes ten of them and 2 of the 3 that are free of the second.
func TestTheChangedPartsOfALineDrawOnTheirContractsAnew(t *testing.T) {
	w := newParted(t)
	placed, err := w.buy("ann", nil, want{"mug", 20})
	require.NoError(t, err)
	require.Equal(t, money(8000+4250+4500), placed.Net)
	out, err := w.change(placed.Order, 2, 2)
	require.NoError(t, err)
	require.Equal(t, money(8000+1700+4500), out.Net)
	w.holds(10, 2)
	out, err = w.amend(ordertocash.AmendOrder{Order: placed.Order, Remove: []int{1}})
	require.NoError(t, err)
	require.Equal(t, money(1700+4500), out.Net)
	w.holds(0, 2)
	out, err = w.change(placed.Order, 3, 12)
	require.NoError(t, err)
	require.Equal(t, money(1700+8000+1700), out.Net)
	w.holds(10, 4)
	w.cancels(placed.Order, 2, 1)
	w.holds(10, 3)
	_, err = w.service.Cancel(w.ctx, ordertocash.CancelOrder{Header: w.header(), Order: placed.Order, Reason: "changed"})
	require.NoError(t, err)
	w.holds(0, 0)
}
