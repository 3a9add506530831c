package ordertocash

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/integration/work"
)

// A sound command costs no memory to check.
func TestSoundCommandsAreCheckedForNothing(t *testing.T) {
	one := tandem.QuantityFromMicro(1_000_000, tandem.Each)
	header := work.Header{Key: "k", Actor: work.Actor{ID: "clerk"}}
	order, customer := tandem.DeriveID[sales.OrderID]("o", "1"), tandem.DeriveID[tandem.PartyID]("c", "1")
	lines := []OrderLine{{Product: tandem.DeriveID[tandem.ProductID]("p", "1"), Quantity: one}, {Product: tandem.DeriveID[tandem.ProductID]("p", "2"), Quantity: one}}
	returned := []ReturnedLine{{Delivery: tandem.DeriveID[delivery.ID]("d", "1"), Line: 1, Quantity: one}}
	invoices := []billing.InvoiceID{tandem.DeriveID[billing.InvoiceID]("i", "1"), tandem.DeriveID[billing.InvoiceID]("i", "2")}
	for name, cmd := range map[string]command{
		"place":   PlaceOrder{Customer: customer, Lines: lines},
		"ship":    ShipOrder{Order: order, Lines: []ShipLine{{Line: 1, Quantity: one}}},
		"invoice": InvoiceOrder{Order: order, Deliveries: []delivery.ID{tandem.DeriveID[delivery.ID]("d", "1")}},
		"post":    PostInvoice{Invoice: invoices[0]},
		"receive": ReceivePayment{Customer: customer, Amount: tandem.MoneyFromMinor(5, tandem.GBP), Method: payment.Cash, Invoices: invoices},
		"return":  ReturnGoods{Customer: customer, Lines: returned},
		"cancel":  CancelOrder{Order: order, Reason: "r"},
	} {
		require.Zero(t, testing.AllocsPerRun(100, func() {
			f := faults{currency: tandem.GBP}
			f.Nested("", work.CheckHeader(header))
			if f = cmd.check(f); !f.OK() {
				t.Error(f.Err(name))
			}
		}), name)
	}
}

// counting gives 1 of every series.
type counting struct {
	Repos
	drawn *[]string
}

func (c *counting) Numbers() work.Numbers { return c }

func (c *counting) Next(_ context.Context, _ tandem.CompanyID, series string, _ tandem.Date) (work.Number, error) {
	*c.drawn = append(*c.drawn, series)
	return work.Number{Value: 1}, nil
}

// Numbers are drawn by the names of their series, and that costs no memory.
func TestSeriesAreSortedForNothing(t *testing.T) {
	order := make([]string, 0, 8)
	s, r := &Service[*counting]{c: &Config{}}, &counting{drawn: &order}
	require.Zero(t, testing.AllocsPerRun(100, func() {
		order = order[:0]
		numbers := [...]drawn{{series: "RK-2011"}, {series: seriesReturn}, {series: seriesJournal}, {series: seriesJournal}, {series: "AG"}}
		if err := s.draw(context.Background(), r, numbers[:], &reads{}); err != nil {
			t.Error(err)
		}
		if slices.ContainsFunc(numbers[:], func(d drawn) bool { return !d.done || d.Value != 1 }) {
			t.Error("a number is missing")
		}
	}))
	require.Equal(t, []string{"AG", "JE", "JE", "RA", "RK-2011"}, order)
}
