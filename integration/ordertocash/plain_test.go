package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/ordertocash"
)

func TestPlainPlacesAreThePlainLocations(t *testing.T) {
	owner := tandem.DeriveID[tandem.CompanyID]("company", "plain")
	kinds := map[tandem.LocationID]inventory.LocationKind{}
	for _, l := range inventory.PlainLocations(owner) {
		kinds[l.ID] = l.Kind
	}
	p := ordertocash.PlainPlaces(owner)
	assert.Equal(t, []inventory.LocationKind{inventory.Stock, inventory.Customer, inventory.Scrap},
		[]inventory.LocationKind{kinds[p.Warehouse], kinds[p.Customer], kinds[p.Scrap]})
}

func TestFixedCustomers(t *testing.T) {
	source := ordertocash.FixedCustomers(ordertocash.Customer{Country: "GB", Grade: "gold", Terms: "net30"})
	for _, key := range []string{"1", "2"} {
		id := tandem.DeriveID[tandem.PartyID]("customer", key)
		got, err := source.Customer(t.Context(), tandem.CompanyID{}, id, tandem.Date{})
		require.NoError(t, err)
		assert.Equal(t, ordertocash.Customer{Party: id, Country: "GB", Grade: "gold", Terms: "net30"}, got)
	}
}
