package inventory

import "github.com/tandem-go/tandem"

// PlainLocations gives the places of a company to start with: one that holds
// stock, and the counter-locations for suppliers, customers, adjustments and
// scrap. Their codes are their kinds, their ids those of [PlainLocationID].
func PlainLocations(company tandem.CompanyID) []Location {
	kinds := [...]LocationKind{Stock, Supplier, Customer, Adjustment, Scrap}
	out := make([]Location, len(kinds))
	for i, kind := range kinds {
		out[i] = Location{ID: PlainLocationID(company, kind), Company: company, Code: string(kind), Name: string(kind), Kind: kind}
	}
	return out
}

// PlainLocationID gives the id of a company's only location of a kind, derived
// from both.
func PlainLocationID(company tandem.CompanyID, kind LocationKind) tandem.LocationID {
	return tandem.DeriveID[tandem.LocationID]("plain location", company.String()+"/"+string(kind))
}
