package delivery_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/internal/documenttest"
)

// twins gives two copies of a delivery of 3 pieces for 1.00, of which 2 are expected
// back and 1 was withdrawn and another invoiced, and the delivery itself.
func twins(t *testing.T) [3]*delivery.Delivery {
	_, d := delivered(t)
	_, err := d.Expect([]sales.LineQuantity{lq(1, 2)})
	require.NoError(t, err)
	_, err = d.Withdraw([]sales.LineQuantity{lq(1, 1)}, date("2011-06-03"))
	require.NoError(t, err)
	_, err = d.Invoice([]sales.LineQuantity{lq(1, 1)})
	require.NoError(t, err)
	first := d.Copy(1)
	return [3]*delivery.Delivery{d, first, first.Copy(1)}
}

// Whatever one copy does with what is expected and was withdrawn, the others are as
// they were, and do their own.
func TestCopiesOfADeliveryAreIndependent(t *testing.T) {
	for name, command := range map[string]func(*delivery.Delivery) error{
		"a part of what is expected comes back": func(d *delivery.Delivery) error {
			back, err := d.RecordReturned([]sales.LineQuantity{lq(1, 1)})
			if err == nil {
				require.Equal(t, gbp(34), back[0].ProvidedNet)
				require.Equal(t, []delivery.Expectation{{Line: 1, Quantity: each(1), Net: gbp(33), Cost: gbp(16)}}, d.Expected())
			}
			return err
		},
		"all that is expected comes back": func(d *delivery.Delivery) error {
			_, err := d.RecordReturned([]sales.LineQuantity{lq(1, 2)})
			require.Empty(t, d.Expected())
			return err
		},
		"what is expected is released": func(d *delivery.Delivery) error { _, err := d.ReleaseExpected(); return err },
		"a second is withdrawn": func(d *delivery.Delivery) error {
			_, err := d.Withdraw([]sales.LineQuantity{lq(1, 1)}, date("2011-06-04"))
			require.Len(t, d.Withdrawn(), 2)
			return err
		},
		"a draft invoice is given up": func(d *delivery.Delivery) error {
			l := d.LineAt(0)
			return d.Uninvoice([]sales.BilledLine{{DeliveryLine: 1, Line: 1, Quantity: each(1), Net: gbp(l.NetInvoiced.Minor() - d.Withdrawn()[0].Net.Minor())}})
		},
	} {
		for first := range 3 {
			all := twins(t)
			var was [3]delivery.State
			for i, d := range all {
				was[i] = d.State()
			}
			require.NoError(t, command(all[first]), name)
			done := all[first].State()
			require.NotEqual(t, was[first], done, name)
			for i, d := range all {
				if i != first {
					require.Equal(t, was[i], d.State(), "%s, of %d: %d is its own", name, first, i)
				}
			}
			for i, d := range all {
				if i != first {
					require.NoError(t, command(d), name)
				}
			}
			require.Equal(t, done, all[first].State(), name)
		}
	}
}

// Three withdrawals have room for a fourth behind them, which copies would share: each
// writes its own.
func TestCopiesOfADeliveryWithdrawEachTheirOwn(t *testing.T) {
	d, err := delivery.Dispatch(documenttest.Order(t, item(1, 10, 100)), documenttest.Shipment("1", lq(1, 10)), at(2))
	require.NoError(t, err)
	withdraw := func(d *delivery.Delivery, day string) {
		t.Helper()
		_, err := d.Withdraw([]sales.LineQuantity{lq(1, 1)}, date(day))
		require.NoError(t, err)
	}
	for range 3 {
		withdraw(d, "2011-06-03")
	}
	left := d.Copy(1)
	all, days := []*delivery.Delivery{d, left, left.Copy(1)}, []string{"2011-06-04", "2011-06-05", "2011-06-06"}
	for i, day := range days {
		withdraw(all[i], day)
	}
	for i, day := range days {
		withdrawn := all[i].Withdrawn()
		require.Len(t, withdrawn, 4)
		require.Equal(t, date("2011-06-03"), withdrawn[2].Date)
		require.Equal(t, date(day), withdrawn[3].Date)
	}
}
