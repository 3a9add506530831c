package sqlstore_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/integration/ordertocash"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
)

// The commands of a sale cost on PostgreSQL what the table in package ordertocash says,
// with one line or with three: BEGIN, the tenant's setting and COMMIT travel with others.
func TestRoundTripsOnPostgres(t *testing.T) {
	for name, cfg := range map[string]sqlstore.Config{"plain": {}, "buckets": {Stock: sqlstore.Stock{Buckets: 4}}} {
		t.Run(name, func(t *testing.T) {
			db, _ := openPostgres(t, cfg)
			c := erptest.On(t, db.Tenant("acme"), erptest.WithSales(func(c *ordertocash.Config) { c.Customers, c.DefaultTerms = everybody{}, "net30" })) // the kit looks its own customers up
			c.Sell(t, "12346", erptest.Line("85123A", 1), erptest.Line("22423", 1), erptest.Line("21212", 1))                                            // every series and level is there
			tape := db.Record()
			sale := func(lines ...ordertocash.OrderLine) map[string]int64 {
				counts, before := map[string]int64{}, tape.Trips()
				count := func(step string) { counts[step], before = tape.Trips()-before, tape.Trips() }
				placed, err := c.Sales.Place(t.Context(), ordertocash.PlaceOrder{Header: c.Header(), Customer: erptest.CustomerID("12346"), Lines: lines})
				require.NoError(t, err)
				count("place")
				shipped, err := c.Sales.Ship(t.Context(), ordertocash.ShipOrder{Header: c.Header(), Order: placed.Order})
				require.NoError(t, err)
				count("ship")
				order := ordertocash.InvoiceOrder{Header: c.Header(), Order: placed.Order}
				order.Deliveries = append(order.Deliveries, shipped.Delivery)
				draft, err := c.Sales.Invoice(t.Context(), order)
				require.NoError(t, err)
				count("invoice")
				posted, err := c.Sales.Post(t.Context(), ordertocash.PostInvoice{Header: c.Header(), Invoice: draft.Invoice})
				require.NoError(t, err)
				count("post")
				_, err = c.Sales.Receive(t.Context(), ordertocash.ReceivePayment{Header: c.Header(), Customer: erptest.CustomerID("12346"), Amount: posted.Gross,
					Method: payment.BankTransfer, Invoices: []billing.InvoiceID{posted.Invoice}})
				require.NoError(t, err)
				count("receive")
				return counts
			}
			want := map[string]int64{"place": 3, "ship": 4, "invoice": 3, "post": 4, "receive": 3}
			require.Equal(t, want, sale(erptest.Line("85123A", 1)))
			require.Equal(t, want, sale(erptest.Line("85123A", 2), erptest.Line("22423", 1), erptest.Line("21212", 1)))
		})
	}
}
