package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/ordertocash"
)

var manager = billing.Approval{Actor: "manager", Reason: "late"}

// allow grants an allowance on an invoice, or on a line of it.
func (w *shop) allow(s sold, line int, pence int64) (ordertocash.Credited, error) {
	w.t.Helper()
	defer w.check()
	return w.service.CreditAllowance(w.ctx, ordertocash.CreditAllowance{Header: w.header(), Customer: customer("ann"), Approval: manager,
		Lines: []ordertocash.CreditLine{{Invoice: s.invoice, Line: line, Net: money(pence)}}})
}

// tens sells mugs at 10.00 (cost 6.00), a line for each number.
func (w *shop) tens(numbers ...int64) sold {
	w.t.Helper()
	var lines []ordertocash.OrderLine
	for _, n := range numbers {
		lines = append(lines, priced(w.t, "mug", n, 10_000_000))
	}
	placed := w.placeLines("ann", lines...)
	shipped := w.ship(placed.Order)
	invoiced := w.invoice(placed.Order)
	return sold{placed.Order, shipped.Delivery, invoiced.Invoice, invoiced.Gross}
}

func figures(c ordertocash.Credited) [2]int64 { return [2]int64{c.Net.Minor(), c.Tax.Minor()} }

// 100.00 + 20.00 are invoiced and 30.00 + 6.00 allowed. Then all comes back: 70.00 +
// 14.00 are credited, the goods are in stock at their whole cost of 60.00, and neither
// revenue nor allowance nor tax is left. It is the same where it was paid before.
func TestGoodsWithAnAllowanceComeBackAtWhatIsLeft(t *testing.T) {
	for _, paid := range []bool{false, true} {
		w := newShop(t)
		s := w.tens(10)
		require.Equal(t, money(12000), s.gross)
		_, err := w.allow(s, 0, 3000)
		require.NoError(t, err)
		if paid {
			w.pay("ann", 8400, s.invoice)
		}
		out := w.takeBack("ann", back(s.delivery, 1, 10))
		require.Equal(t, [2]int64{7000, 1400}, figures(out))
		require.Equal(t, map[bool]int64{false: 8400, true: 0}[paid], out.Applied.Minor())
		note := w.invoiceState(out.CreditNote)
		require.Len(t, note.Lines, 2)
		require.Equal(t, [2]tandem.Money{money(10000), money(-3000)}, [2]tandem.Money{note.Lines[0].Net, note.Lines[1].Net})
		require.True(t, note.Lines[1].Allowance)
		require.Equal(t, [2]int64{0, 0}, w.register())
		for account, want := range map[ledger.AccountCode]int64{"4100": 10000, "4200": 0, "2200": 0, "1100": map[bool]int64{false: 0, true: -8400}[paid], "5000": 0, "1200": 720000} {
			require.Equal(t, want, w.balance(account), account)
		}
		onHand, _ := w.level("mug", warehouse)
		require.Equal(t, int64(100), onHand)
		w.refused("over_return", func() error {
			_, err := w.service.Return(w.ctx, ordertocash.ReturnGoods{Header: w.header(), Customer: customer("ann"), Lines: []ordertocash.ReturnedLine{back(s.delivery, 1, 1)}})
			return err
		})
		_, err = w.allow(s, 0, 1)
		require.ErrorIs(t, err, tandem.ErrNotAllowed, "nothing is left of the invoice")
	}
}

// An allowance that names no line lowers the price of all goods alike: half of them
// come back at 50.00 − 15.00, twice. Pence go by the largest remainder: of 9.99 less
// 1.00, cards at 3.33 come back at 3.00, 2.99 and 3.00.
func TestAnAllowanceIsSharedByTheGoods(t *testing.T) {
	w := newShop(t)
	s := w.tens(10)
	_, err := w.allow(s, 0, 3000)
	require.NoError(t, err)
	require.Equal(t, [2]int64{3500, 700}, figures(w.takeBack("ann", back(s.delivery, 1, 5))))
	require.Equal(t, [2]int64{3500, 700}, figures(w.takeBack("ann", back(s.delivery, 1, 5))))

	cards := w.sell("ann", want{"card", 3})
	_, err = w.allow(cards, 0, 100)
	require.NoError(t, err)
	for _, net := range []int64{300, 299, 300} {
		require.Equal(t, net, w.takeBack("ann", back(cards.delivery, 1, 1)).Net.Minor())
	}
	require.Equal(t, [2]int64{0, 0}, w.register())
	require.Zero(t, w.balance("1100"))
	require.Zero(t, w.balance("4200"))
}

// Lines of 60.00 and 40.00; 12.00 are allowed on the first, and 8.80 on all, a tenth
// of the 88.00 that are left: 4.80 and 4.00. The second comes back at 36.00, half of
// the first at 30.00 − 6.00 − 2.40, twice: 12.00 + 8.80 + 36.00 + 2 × 21.60 = 100.00.
func TestAnAllowanceOnALineIsOfItsGoods(t *testing.T) {
	w := newShop(t)
	s := w.tens(6, 4)
	_, err := w.allow(s, 1, 1200)
	require.NoError(t, err)
	_, err = w.allow(s, 0, 880)
	require.NoError(t, err)
	require.Equal(t, [2]int64{3600, 720}, figures(w.takeBack("ann", back(s.delivery, 2, 4))))
	require.Equal(t, [2]int64{2160, 432}, figures(w.takeBack("ann", back(s.delivery, 1, 3))))
	require.Equal(t, [2]int64{2160, 432}, figures(w.takeBack("ann", back(s.delivery, 1, 3))))
	require.Equal(t, [2]int64{0, 0}, w.register())
	require.Zero(t, w.balance("1100"))
	require.Zero(t, w.balance("4200"))
}

// All of the first line is allowed: its goods come back for nothing, and an allowance
// of 10.00 on the invoice is of the second line alone. No penny more is allowed on it.
func TestALineIsNeverCreditedTwice(t *testing.T) {
	w := newShop(t)
	s := w.tens(6, 4)
	w.refused("credit_exceeded", func() error { _, err := w.allow(s, 1, 6001); return err })
	_, err := w.allow(s, 1, 6000)
	require.NoError(t, err)
	w.refused("credit_exceeded", func() error { _, err := w.allow(s, 1, 1); return err })
	w.refused("unknown_line", func() error { _, err := w.allow(s, 3, 1); return err })
	_, err = w.allow(s, -1, 1)
	require.ErrorIs(t, err, tandem.ErrInvalid)
	_, err = w.allow(s, 0, 1000)
	require.NoError(t, err)
	require.Equal(t, [2]int64{0, 0}, figures(w.takeBack("ann", back(s.delivery, 1, 6))))
	require.Equal(t, [2]int64{3000, 600}, figures(w.takeBack("ann", back(s.delivery, 2, 4))))
	require.Zero(t, w.balance("1100"))
	require.Equal(t, [2]int64{0, 0}, w.register())
}

// What is kept of a return for restocking is no allowance: of 100.00, half comes back
// less 5.00; 20.00 are allowed on the other half, which then comes back at 30.00. The
// 5.00 stay.
func TestWhatIsKeptStaysKept(t *testing.T) {
	w := newShop(t)
	s := w.tens(10)
	kept, err := w.service.Return(w.ctx, ordertocash.ReturnGoods{Header: w.header(), Customer: customer("ann"), Approval: manager,
		Lines: []ordertocash.ReturnedLine{back(s.delivery, 1, 5)}, Allowances: []ordertocash.CreditLine{{Text: "restocking", Net: money(-500)}}})
	require.NoError(t, err)
	require.Equal(t, [2]int64{4500, 900}, figures(kept))
	_, err = w.allow(s, 0, 2000)
	require.NoError(t, err)
	require.Equal(t, [2]int64{3000, 600}, figures(w.takeBack("ann", back(s.delivery, 1, 5))))
	require.Equal(t, int64(600), w.balance("1100"))
}

// 100.00 less an allowance of 30.00, paid early less 2 %: 1.40 of 70.00. Goods worth
// half come back at 50.00 − 15.00 − 0.70, twice: 68.60 were paid, and 68.60 are credited.
func TestAllowanceAndEarlyDiscountAreBothGivenUp(t *testing.T) {
	w := newShop(t)
	out, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Terms: "adjust2", Lines: []ordertocash.OrderLine{priced(t, "mug", 10, 10_000_000)}})
	require.NoError(t, err)
	d := w.ship(out.Order)
	i := w.invoice(out.Order)
	s := sold{out.Order, d.Delivery, i.Invoice, i.Gross}
	_, err = w.allow(s, 0, 3000)
	require.NoError(t, err)
	require.Equal(t, money(168), w.pay("ann", 8232, s.invoice).Discount, "1.40 and its VAT 0.28")
	require.Equal(t, [2]int64{3430, 686}, figures(w.takeBack("ann", back(s.delivery, 1, 5))))
	require.Equal(t, [2]int64{3430, 686}, figures(w.takeBack("ann", back(s.delivery, 1, 5))))
	require.Equal(t, [2]int64{0, 0}, w.register())
	require.Equal(t, [2]int64{0, 0}, [2]int64{w.balance("4200"), w.balance("4300")})
	require.Equal(t, int64(-8232), w.balance("1100"), "all that was paid is the customer's credit")
}

// Whatever is allowed, on lines or not, and comes back in whatever parts: no credit is
// negative, and once all is back the credits sum to the invoice, net and tax.
func TestAllowancesAndReturnsSumToTheInvoice(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newShop(r)
		left := []int64{rapid.Int64Range(1, 7).Draw(r, "first"), rapid.Int64Range(1, 7).Draw(r, "second"), rapid.Int64Range(1, 5).Draw(r, "third")}
		placed := w.placeLines("ann", priced(r, "mug", left[0], rapid.Int64Range(10_000, 20_000_000).Draw(r, "price")),
			priced(r, "card", left[1], rapid.Int64Range(10_000, 3_000_000).Draw(r, "other")), priced(r, "mug", left[2], 990_000))
		d := w.ship(placed.Order)
		i := w.invoice(placed.Order)
		s := sold{placed.Order, d.Delivery, i.Invoice, i.Gross}
		sum := [2]int64{}
		add := func(c ordertocash.Credited) {
			require.GreaterOrEqual(r, c.Net.Sign(), 0)
			require.GreaterOrEqual(r, c.Tax.Sign(), 0)
			sum[0], sum[1] = sum[0]+c.Net.Minor(), sum[1]+c.Tax.Minor()
		}
		takeBack := func(line int, n int64) {
			left[line] -= n
			add(w.takeBack("ann", back(s.delivery, line+1, n)))
		}
		for range rapid.IntRange(0, 8).Draw(r, "steps") {
			if line := rapid.IntRange(0, 2).Draw(r, "line"); rapid.Bool().Draw(r, "back") && left[line] > 0 {
				takeBack(line, rapid.Int64Range(1, left[line]).Draw(r, "pieces"))
				continue
			}
			out, err := w.allow(s, rapid.IntRange(0, 3).Draw(r, "on"), rapid.Int64Range(1, 5000).Draw(r, "pence"))
			if err == nil {
				add(out)
			} else {
				require.ErrorIs(r, err, tandem.ErrNotAllowed)
			}
		}
		for line := range left {
			if left[line] > 0 {
				takeBack(line, left[line])
			}
		}
		require.Equal(r, [2]int64{i.Net.Minor(), i.Tax.Minor()}, sum)
		require.Equal(r, [2]int64{0, 0}, w.register())
		require.Zero(r, w.balance("1100"))
		require.Zero(r, w.balance("4200"))
	})
}
