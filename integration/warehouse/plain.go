package warehouse

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
)

// PlainPlaces are the places of a company whose locations are [inventory.PlainLocations].
func PlainPlaces(company tandem.CompanyID) Places {
	return Places{
		Warehouse:  inventory.PlainLocationID(company, inventory.Stock),
		Supplier:   inventory.PlainLocationID(company, inventory.Supplier),
		Adjustment: inventory.PlainLocationID(company, inventory.Adjustment),
		Scrap:      inventory.PlainLocationID(company, inventory.Scrap),
	}
}
