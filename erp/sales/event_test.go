package sales_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/internal/documenttest"
)

func TestEventsAreWrittenAsEncodingJSONDoes(t *testing.T) {
	documenttest.Events(t, "sales.order.", &sales.OrderConfirmed{}, &sales.OrderLinesCancelled{}, &sales.OrderCancelled{}, &sales.OrderShortClosed{},
		&sales.OrderClosed{}, &sales.OrderHeld{}, &sales.OrderHoldReleased{}, &sales.OrderAmended{})
}

func TestQueries(t *testing.T) {
	o := confirmed(t, item(1, 3, 34))
	ship(t, o, "1", lq(1, 3))
	for name, query := range map[string]sales.OrderQuery{
		"any":           {},
		"shipped":       {Company: company(), Customer: customer(), Status: sales.OrderStatusShipped},
		"by its number": {Number: "SO-1"},
		"of that day":   {From: date("2011-06-01"), Until: date("2011-06-02")},
	} {
		assert.True(t, query.Matches(o), name)
	}
	for name, query := range map[string]sales.OrderQuery{
		"open":                {Open: true},
		"held":                {Held: true},
		"confirmed":           {Status: sales.OrderStatusConfirmed},
		"by another number":   {Number: "SO-2"},
		"of another company":  {Company: tandem.DeriveID[tandem.CompanyID]("company", "2")},
		"of another customer": {Customer: tandem.DeriveID[tandem.PartyID]("customer", "2")},
		"later":               {From: date("2011-06-02")},
		"earlier":             {Until: date("2011-06-01")},
	} {
		assert.False(t, query.Matches(o), name)
	}
}

func TestEnumerationsRefuseAnythingElse(t *testing.T) {
	for _, target := range []any{new(sales.OrderStatus), new(sales.LineChange), new(sales.InvoicePolicy)} {
		assert.ErrorIs(t, json.Unmarshal([]byte(`"nonsense"`), target), tandem.ErrInvalid, "%T", target)
	}
	for _, c := range sales.LineChanges() {
		assert.True(t, c.Valid())
	}
	for _, p := range sales.InvoicePolicies() {
		assert.True(t, p.Valid())
	}
}
