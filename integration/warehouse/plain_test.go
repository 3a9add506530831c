package warehouse_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/warehouse"
)

func TestPlainPlacesAreThePlainLocations(t *testing.T) {
	owner := tandem.DeriveID[tandem.CompanyID]("company", "plain")
	kinds := map[tandem.LocationID]inventory.LocationKind{}
	for _, l := range inventory.PlainLocations(owner) {
		kinds[l.ID] = l.Kind
	}
	p := warehouse.PlainPlaces(owner)
	assert.Equal(t, []inventory.LocationKind{inventory.Stock, inventory.Supplier, inventory.Adjustment, inventory.Scrap},
		[]inventory.LocationKind{kinds[p.Warehouse], kinds[p.Supplier], kinds[p.Adjustment], kinds[p.Scrap]})
}
