package inventory_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
)

func TestPlainLocationsAreATreeOfTheirCompany(t *testing.T) {
	one, other := tandem.DeriveID[tandem.CompanyID]("company", "1"), tandem.DeriveID[tandem.CompanyID]("company", "2")
	locations := inventory.PlainLocations(one)
	_, err := inventory.NewLocationTree(locations)
	require.NoError(t, err)
	assert.NotEqual(t, inventory.PlainLocationID(other, inventory.Stock), locations[0].ID, "ids do not collide")
	stock := 0
	for _, l := range locations {
		assert.Equal(t, inventory.PlainLocationID(one, l.Kind), l.ID)
		assert.Equal(t, one, l.Company)
		if !l.Kind.Virtual() {
			stock++
		}
	}
	assert.Equal(t, 1, stock)
	assert.Len(t, locations, 5)
}
