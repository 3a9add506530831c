package retail

import "github.com/tandem-go/tandem"

// Territory is how a delivery is taxed. It comes from the document: a customer may have two countries.
type Territory string

// The territories.
const (
	Home   Territory = "uk"     // UK VAT
	Union  Territory = "eu"     // intra-Community supply, zero-rated: the VAT number is assumed
	Export Territory = "export" // the rest of the world and the Channel Islands
)

// TerritoryOf gives the territory of a country as the file names it. Without a customer there is no VAT number, so a
// sale to another country of the EU bears UK VAT.
func TerritoryOf(country string, cash bool) Territory {
	code, union := CountryCode(country)
	switch {
	case code == "GB":
		return Home
	case union && cash:
		return Home
	case union:
		return Union
	}
	return Export
}

// CountryCode gives the ISO 3166-1 code of a country as the file names it, and whether it was another member of the
// European Union in 2011. An unknown name is ZZ, outside the Union. "Unspecified" counts as the UK, "European
// Community" has the reserved code EU.
func CountryCode(name string) (code tandem.Country, union bool) {
	switch name {
	case "United Kingdom", "Unspecified":
		return "GB", false
	case "Channel Islands":
		return "JE", false
	}
	if code := memberCode(name); code != "" {
		return code, true
	}
	return otherCode(name), false
}

func memberCode(name string) tandem.Country {
	names := [...]struct {
		name string
		code tandem.Country
	}{
		{"Germany", "DE"}, {"France", "FR"}, {"EIRE", "IE"}, {"Spain", "ES"}, {"Belgium", "BE"}, {"Netherlands", "NL"},
		{"Portugal", "PT"}, {"Italy", "IT"}, {"Finland", "FI"}, {"Austria", "AT"}, {"Cyprus", "CY"}, {"Denmark", "DK"},
		{"Sweden", "SE"}, {"Poland", "PL"}, {"Greece", "GR"}, {"Malta", "MT"}, {"Lithuania", "LT"},
		{"Czech Republic", "CZ"}, {"European Community", "EU"}, {"Ireland", "IE"}, {"Bulgaria", "BG"}, {"Estonia", "EE"},
		{"Hungary", "HU"}, {"Latvia", "LV"}, {"Luxembourg", "LU"}, {"Romania", "RO"}, {"Slovakia", "SK"}, {"Slovenia", "SI"},
	}
	for _, n := range names {
		if n.name == name {
			return n.code
		}
	}
	return ""
}

func otherCode(name string) tandem.Country {
	names := [...]struct {
		name string
		code tandem.Country
	}{
		{"Switzerland", "CH"}, {"Norway", "NO"}, {"Australia", "AU"}, {"Iceland", "IS"}, {"Japan", "JP"}, {"USA", "US"},
		{"Israel", "IL"}, {"Singapore", "SG"}, {"Hong Kong", "HK"}, {"Canada", "CA"}, {"Bahrain", "BH"}, {"Brazil", "BR"},
		{"Lebanon", "LB"}, {"RSA", "ZA"}, {"Saudi Arabia", "SA"}, {"United Arab Emirates", "AE"},
	}
	for _, n := range names {
		if n.name == name {
			return n.code
		}
	}
	return "ZZ"
}
