package sales_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/internal/documenttest"
)

func TestEventsAreWrittenAsEncodingJSONDoes(t *testing.T) {
	documenttest.Events(t, "sales.", &sales.OrderConfirmed{}, &sales.OrderLinesCancelled{}, &sales.OrderCancelled{}, &sales.OrderShortClosed{},
		&sales.OrderClosed{}, &sales.OrderHeld{}, &sales.OrderHoldReleased{}, &sales.OrderAmended{}, &sales.DeliveryDispatched{})
}

func TestQueries(t *testing.T) {
	o, d := delivered(t)
	from, until := date("2011-06-01"), date("2011-06-02")
	for i, match := range []bool{sales.OrderQuery{}.Matches(o), sales.OrderQuery{Company: company(), Customer: customer(), Status: sales.OrderStatusShipped,
		Number: "SO-1", From: from, Until: until}.Matches(o), sales.DeliveryQuery{Order: o.ID(), Uninvoiced: true, Customer: customer()}.Matches(d)} {
		assert.True(t, match, fmt.Sprint(i))
	}
	for i, match := range []bool{sales.OrderQuery{Open: true}.Matches(o), sales.OrderQuery{Held: true}.Matches(o), sales.OrderQuery{From: until}.Matches(o),
		sales.OrderQuery{Until: from}.Matches(o), sales.DeliveryQuery{Status: sales.DeliveryStatusInvoiced}.Matches(d),
		sales.DeliveryQuery{Order: tandem.DeriveID[sales.OrderID]("order", "2")}.Matches(d)} {
		assert.False(t, match, fmt.Sprint(i))
	}
}

func TestEnumerationsRefuseAnythingElse(t *testing.T) {
	for _, text := range []string{`"nonsense"`} {
		for _, target := range []any{new(sales.OrderStatus), new(sales.DeliveryStatus),
			new(sales.LineChange), new(sales.InvoicePolicy)} {
			assert.Error(t, json.Unmarshal([]byte(text), target), "%T", target)
		}
	}
	for _, c := range sales.LineChanges() {
		assert.True(t, c.Valid())
	}
	for _, p := range sales.InvoicePolicies() {
		assert.True(t, p.Valid())
	}
	for _, s := range sales.DeliveryStatuses() {
		assert.NoError(t, json.Unmarshal([]byte(`"`+string(s)+`"`), new(sales.DeliveryStatus)))
	}
}
