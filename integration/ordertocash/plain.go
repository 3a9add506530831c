package ordertocash

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
)

// PlainPlaces are the places of a company whose locations are [inventory.PlainLocations].
func PlainPlaces(company tandem.CompanyID) Places {
	return Places{
		Warehouse: inventory.PlainLocationID(company, inventory.Stock),
		Customer:  inventory.PlainLocationID(company, inventory.Customer),
		Scrap:     inventory.PlainLocationID(company, inventory.Scrap),
	}
}

// FixedCustomers is a CustomerSource that says the same of every customer; only
// Party differs. It knows nobody, and so it refuses nobody.
func FixedCustomers(c Customer) CustomerSource { return fixedCustomers{c} }

type fixedCustomers struct{ c Customer }

func (f fixedCustomers) Customer(_ context.Context, _ tandem.CompanyID, party tandem.PartyID, _ tandem.Date) (Customer, error) {
	f.c.Party = party
	return f.c, nil
}
