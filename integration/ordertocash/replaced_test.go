package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
)

// exchange takes broken goods back and orders others in their place.
func (w *shop) exchange(parcel ordertocash.ReturnedLine) (returns.ID, ordertocash.Placed) {
	w.t.Helper()
	ra := w.authorise("ann", parcel)
	w.receive(ra.Return)
	w.inspect(ra.Return, ordertocash.Verdict{Line: 1, Scrap: parcel.Quantity, Remedy: returns.RemedyReplace})
	return ra.Return, w.replace(ra.Return)
}

func (w *shop) replace(ret returns.ID) ordertocash.Placed {
	w.t.Helper()
	out, err := w.service.Replace(w.ctx, ordertocash.ReplaceReturn{Header: w.header(), Return: ret})
	require.NoError(w.t, err)
	w.check()
	return out
}

func (w *shop) shipAll(p ordertocash.Placed) delivery.ID {
	w.t.Helper()
	return w.ship(p.Order).Delivery
}

// Paid with 12.00, replaced twice, and then the second replacement comes back for credit:
// the exchanges were no sales (IFRS 15.B26), so 12.00 come back.
func TestAReplacementThatComesBackIsCreditedAsWhatWasPaid(t *testing.T) {
	for _, invoiced := range []bool{false, true} {
		w := newShop(t)
		s := w.sell("ann", want{"mug", 1})
		w.pay("ann", 1200, s.invoice)
		_, first := w.exchange(back(s.delivery, 1, 1))
		_, second := w.exchange(back(w.shipAll(first), 1, 1))
		parcel := back(w.shipAll(second), 1, 1)
		if invoiced {
			w.invoice(second.Order)
		}
		out := w.takeBack("ann", parcel)
		require.Equal(t, [3]tandem.Money{money(1000), money(200), money(1200)}, [3]tandem.Money{out.Net, out.Tax, out.Gross})
		require.Equal(t, money(0), out.Unbilled)
		require.Equal(t, [2]int64{-1200, 0}, [2]int64{w.balance("1100"), w.balance("2200")})
		w.view(func(b *store.Bundle) {
			d, err := b.Deliveries().Get(w.ctx, company, parcel.Delivery)
			require.NoError(t, err)
			require.Equal(t, delivery.StatusInvoiced, d.Status(), "nothing of it is to be invoiced")
		})
		w.refused("over_return", func() error {
			_, err := w.service.AuthoriseReturn(w.ctx, ordertocash.AuthoriseReturn{Header: w.header(), Customer: customer("ann"), Lines: []ordertocash.ReturnedLine{back(s.delivery, 1, 1)}})
			return err
		})
	}
}

// Three cards of 3.33 at 10 % off: 8.99. All are replaced; one comes back, worth a third
// (2.996… = 3.00), and then the other two with the rest, 5.99.
func TestPartsOfAReplacementComeBackToThePenny(t *testing.T) {
	w := newShop(t)
	placed, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: lines(want{"card", 3}), Discounts: discount10()})
	require.NoError(t, err)
	d := w.ship(placed.Order)
	require.Equal(t, money(899), w.invoice(placed.Order).Net)
	_, replaced := w.exchange(back(d.Delivery, 1, 3))
	again := w.shipAll(replaced)
	require.Equal(t, money(300), w.takeBack("ann", back(again, 1, 1)).Net)
	require.Equal(t, money(599), w.takeBack("ann", back(again, 1, 2)).Net)
	require.Equal(t, [2]int64{0, 0}, [2]int64{w.balance("1100"), w.balance("2200")})
}

// What was replaced was not invoiced yet: with the replacement it is never invoiced.
func TestAReplacementOfWhatIsNotInvoicedComesBack(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"mug", 2})
	d := w.ship(placed.Order)
	_, replaced := w.exchange(back(d.Delivery, 1, 1))
	out := w.takeBack("ann", back(w.shipAll(replaced), 1, 1))
	require.Equal(t, [2]tandem.Money{money(1000), money(0)}, [2]tandem.Money{out.Unbilled, out.Gross})
	require.Equal(t, money(1000), w.invoice(placed.Order).Net, "the other mug")
}

// The order of the replacement is cancelled, since there is none left: the customer, who
// paid 12.00, gets another or the money.
func TestACancelledReplacementIsReplacedAgainOrCredited(t *testing.T) {
	w := newShop(t)
	s := w.sell("ann", want{"mug", 1})
	w.pay("ann", 1200, s.invoice)
	ret, first := w.exchange(back(s.delivery, 1, 1))
	cancel := func(p ordertocash.Placed) {
		_, err := w.service.CancelLines(w.ctx, ordertocash.CancelLines{Header: w.header(), Order: p.Order, Reason: "none left",
			Lines: []ordertocash.LineQuantity{{Line: 1, Quantity: pieces(1)}}})
		require.NoError(t, err)
		w.check()
	}
	cancel(first)
	second := w.replace(ret)
	w.refused("status", func() error {
		_, err := w.service.CreditReturn(w.ctx, ordertocash.CreditReturn{Header: w.header(), Return: ret})
		return err
	})
	cancel(second)
	out, err := w.service.CreditReturn(w.ctx, ordertocash.CreditReturn{Header: w.header(), Return: ret})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(1200), out.Gross)
	require.Equal(t, [3]int64{-1200, 0, 0}, [3]int64{w.balance("1100"), w.balance("2200"), w.balance("2300")})
	w.refused("nothing_due", func() error {
		_, err := w.service.Replace(w.ctx, ordertocash.ReplaceReturn{Header: w.header(), Return: ret})
		return err
	})
}
