package ordertocash

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
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
		"receive": ReceivePayment{Customer: customer, Amount: tandem.MoneyFromMinor(5, tandem.GBP), Method: billing.Cash, Invoices: invoices},
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
