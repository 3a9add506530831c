package tax

import (
	"time"

	"github.com/tandem-go/tandem"
)

// Codes names the codes of a seller for [EuropeanTable]. A case that needs one
// that is "" is not decided: an [*UndeterminedError] names the rule.
type Codes struct {
	Standard       tandem.TaxCode
	Reduced        tandem.TaxCode
	Zero           tandem.TaxCode
	Exempt         tandem.TaxCode
	IntraCommunity tandem.TaxCode
	Export         tandem.TaxCode
	ReverseCharge  tandem.TaxCode
	OutOfScope     tandem.TaxCode
}

// EuropeanTable gives the rules of the EU's VAT Directive (2006/112/EC) for a
// seller, which are those of the UK too: exempt stays exempt (Art. 132, 135);
// goods to a business in another member with a VAT number there are an
// intra-Community supply (Art. 138), goods that leave the union an export
// (Art. 146); services to a business elsewhere are taxed there by reverse charge
// (Art. 44, 196), outside the union they are out of scope; what is left is taxed
// as at home. The Isle of Man, Monaco and Northern Ireland are those of
// [EuropeanTerritories]. The thresholds of distance sales are not looked at. Carriage that is
// sold with goods is no case of its own: it has the code of the goods ([Principal]).
func EuropeanTable(seller tandem.Country, codes Codes) Table {
	t := Table{Seller: seller, Union: EuropeanUnion(), Territories: EuropeanTerritories(), Rules: []Rule{
		{ID: "exempt", Category: tandem.TaxExempt, Treatment: tandem.TaxExempt, Code: codes.Exempt},
		{ID: "out_of_scope", Category: tandem.TaxOutOfScope, Treatment: tandem.TaxOutOfScope, Code: codes.OutOfScope},
		{ID: "intra_community", Zone: ZoneUnion, Buyer: BuyerUnionVAT, Goods: true, Treatment: tandem.TaxIntraCommunity, Code: codes.IntraCommunity},
		{ID: "export", Zone: ZoneOutside, Goods: true, Treatment: tandem.TaxExport, Code: codes.Export},
		{ID: "service_to_union_business", Zone: ZoneUnion, Buyer: BuyerUnionVAT, Service: true, Treatment: tandem.TaxReverseCharge, Code: codes.ReverseCharge},
		{ID: "service_to_outside_business", Zone: ZoneOutside, Buyer: BuyerBusiness, Service: true, Treatment: tandem.TaxOutOfScope, Code: codes.OutOfScope},
		{ID: "domestic_reverse_charge", Zone: ZoneDomestic, Category: tandem.TaxReverseCharge, Buyer: BuyerBusiness, Treatment: tandem.TaxReverseCharge, Code: codes.ReverseCharge},
		{ID: "reverse_charge_not_due", Category: tandem.TaxReverseCharge, Treatment: tandem.TaxStandard, Code: codes.Standard},
		{ID: "standard", Category: tandem.TaxStandard, Treatment: tandem.TaxStandard, Code: codes.Standard},
		{ID: "reduced", Category: tandem.TaxReduced, Treatment: tandem.TaxReduced, Code: codes.Reduced},
		{ID: "zero", Category: tandem.TaxZero, Treatment: tandem.TaxZero, Code: codes.Zero},
	}}
	for i := range t.Rules {
		t.Rules[i].Refuse = t.Rules[i].Code == ""
	}
	return t
}

// EuropeanUnion lists the members of the EU's VAT territory and the days of their
// membership, from the internal market of 1993-01-01 on (Directive 91/680/EEC and
// the treaties of accession). The United Kingdom counts to the end of its
// transition (2020-12-31); from then on Northern Ireland counts, for goods alone, under
// the code XI (Windsor Framework Art. 8). The Channel Islands never did.
func EuropeanUnion() []Member {
	waves := [...]struct {
		from, until tandem.Date
		countries   []tandem.Country
	}{
		{from: day(1993, 1, 1), countries: []tandem.Country{"BE", "DE", "DK", "ES", "FR", "GR", "IE", "IT", "LU", "NL", "PT"}},
		{from: day(1993, 1, 1), until: day(2021, 1, 1), countries: []tandem.Country{"GB"}},
		{from: day(1995, 1, 1), countries: []tandem.Country{"AT", "FI", "SE"}},
		{from: day(2004, 5, 1), countries: []tandem.Country{"CY", "CZ", "EE", "HU", "LT", "LV", "MT", "PL", "SI", "SK"}},
		{from: day(2007, 1, 1), countries: []tandem.Country{"BG", "RO"}},
		{from: day(2013, 7, 1), countries: []tandem.Country{"HR"}},
		{from: day(2021, 1, 1), countries: []tandem.Country{"XI"}},
	}
	var out []Member
	for _, w := range waves {
		for _, c := range w.countries {
			out = append(out, Member{Country: c, Goods: c == "XI", Validity: tandem.Validity{From: w.from, Until: w.until}})
		}
	}
	return out
}

// EuropeanTerritories gives the places of a code of their own that are a part of a
// country for VAT: the Isle of Man and Monaco (Directive 2006/112/EC Art. 7; the first
// is in the UK's VAT area still), and Northern Ireland, which is the United Kingdom for
// services, and between which and Great Britain goods are sold as at home (HMRC,
// "Accounting for VAT on goods moving between Great Britain and Northern Ireland").
//
// What has no code cannot be told from its country: the bases of Akrotiri and Dhekelia
// count to Cyprus (Art. 7), as their addresses say. The Canary Islands, Ceuta, Melilla,
// Büsingen, Heligoland, Livigno, Campione d'Italia and Mount Athos are outside of the
// VAT area (Art. 6): name the tax code of such a line, or give the address a code that
// ISO 3166-1 keeps for them (IC, EA). Åland (AX) and the overseas departments of France
// (GF, GP, MQ, RE, YT) have codes, and are outside as they ought to be.
func EuropeanTerritories() []Territory {
	return []Territory{{Code: "IM", Of: "GB"}, {Code: "MC", Of: "FR"}, {Code: "XI", Of: "GB"}}
}

func day(year, month, dayOfMonth int) tandem.Date {
	d, _ := tandem.NewDate(year, time.Month(month), dayOfMonth) // the dates above exist
	return d
}
