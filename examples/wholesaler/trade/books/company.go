package books

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// house is the id of the one company whose books these are.
var house = tandem.DeriveID[tandem.CompanyID]("company", "wholesaler")

func company() tandem.CompanyID { return house }

// mainStore is where the goods lie.
var mainStore = place("warehouse")

func supplier() tandem.PartyID { return tandem.DeriveID[tandem.PartyID]("suppliers", "all") }

func place(name string) tandem.LocationID {
	return tandem.DeriveID[tandem.LocationID]("places", name)
}

const (
	net30 tandem.TermsCode = "net30"
	// creditLimit in pence; to exceed it warns.
	creditLimit = 5_000_00
)

func chart() posting.Chart {
	return posting.Chart{
		Bank: "1000", Receivables: "1100", Unbilled: "1150", Stock: "1200", InputTax: "1250", ReturnAsset: "1300",
		GoodsReceived: "2100", CustomerAdvances: "2150", OutputTax: "2200", RefundLiability: "2300", OpeningBalance: "3000",
		Revenue: "4000", Returns: "4100", Allowances: "4200", EarlyDiscount: "4300", CostOfSales: "5000", PriceVariance: "5100",
		WriteOff: "5200", CountDifference: "5300", Expenses: "6000", Promotion: "6100",
	}
}

// The tax codes.
const (
	codeHome   tandem.TaxCode = "GB-S"
	codeUnion  tandem.TaxCode = "GB-K"
	codeExport tandem.TaxCode = "GB-G"
)

// taxes gives the UK's tax policy: who buys elsewhere in the Union with a VAT number buys without tax, who lives
// outside too, everybody else with UK VAT. On the change of the rate the delivery decides (VAT Act 1994 s.88).
func taxes() ordertocash.TaxPolicy {
	return ordertocash.TaxPolicy{Point: tax.PointUKElectDelivery, Table: tax.Table{
		Seller: "GB", Union: append(tax.EuropeanUnion(), tax.Member{Country: "EU"}), // "European Community" names no member
		Rules: []tax.Rule{
			{ID: "domestic", Zone: tax.ZoneDomestic, Treatment: tandem.TaxStandard, Code: codeHome},
			{ID: "intra-community", Zone: tax.ZoneUnion, Buyer: tax.BuyerUnionVAT, Goods: true, Treatment: tandem.TaxIntraCommunity, Code: codeUnion},
			{ID: "export", Zone: tax.ZoneOutside, Goods: true, Treatment: tandem.TaxExport, Code: codeExport},
			{ID: "other", Treatment: tandem.TaxStandard, Code: codeHome},
		},
	}}
}

// taxCode gives the code of what goes with goods, carriage above all: it is taxed as they are.
func taxCode(t retail.Territory) tandem.TaxCode {
	switch t {
	case retail.Union:
		return codeUnion
	case retail.Export:
		return codeExport
	}
	return codeHome
}

// vatChange is the day from which the standard rate is 20 %.
func vatChange() tandem.Date { return day(2011, time.January, 4) }

func day(year int, month time.Month, d int) tandem.Date {
	date, err := tandem.NewDate(year, month, d)
	if err != nil {
		return tandem.Date{}
	}
	return date
}

func taxCodes() []tax.Code {
	change := vatChange()
	return []tax.Code{
		{ID: codeHome, Company: company(), Country: "GB", Category: tandem.TaxStandard, Rates: []tax.DatedRate{
			{Validity: tandem.Validity{Until: change}, Rate: tandem.BasisPoints(1750)},
			{Validity: tandem.Validity{From: change}, Rate: tandem.Percent(20)},
		}},
		{ID: codeUnion, Company: company(), Country: "GB", Category: tandem.TaxIntraCommunity, Rates: []tax.DatedRate{{}}, Reason: "Intra-Community supply"},
		{ID: codeExport, Company: company(), Country: "GB", Category: tandem.TaxExport, Rates: []tax.DatedRate{{}}, Reason: "Export"},
	}
}

// setUp saves accounts, places, taxes, terms and the periods, month by month. Its key is that of the books: whoever tells
// another story finds it taken.
func (b *Books) setUp(ctx context.Context) error {
	first := day(2009, time.January, 1)
	b.at(first.At(0, 0, b.cfg.Zone))
	err := b.keep(ctx, "books", b.cfg.Story, func(ctx context.Context, r *store.Bundle) error {
		var errs []error
		for _, a := range chart().Accounts(company()) {
			errs = append(errs, r.Accounts().Save(ctx, a))
		}
		for _, c := range taxCodes() {
			errs = append(errs, r.TaxCodes().Save(ctx, c))
		}
		for _, l := range locations() {
			errs = append(errs, r.Locations().Save(ctx, l))
		}
		errs = append(errs, r.PaymentTerms().Save(ctx, billing.Terms{Company: company(), Code: net30, Name: "30 days net",
			Instalments: []billing.TermsInstalment{{Kind: billing.Remainder, Days: 30}}}))
		for n := range 60 {
			from := first.AddMonths(n)
			name := strconv.Itoa(from.Year()) + "-" + strconv.Itoa(int(from.Month()))
			p, err := ledger.NewPeriod(tandem.DeriveID[ledger.PeriodID]("periods", name), company(), name,
				tandem.Validity{From: from, Until: from.AddMonths(1)}, b.clock.now)
			if err != nil {
				return err
			}
			errs = append(errs, r.Periods().Save(ctx, p))
		}
		return errors.Join(errs...)
	})
	var taken *work.KeyConflictError
	if errors.As(err, &taken) {
		return &OtherStoryError{b.cfg.Story}
	}
	return err
}

func locations() (out []inventory.Location) {
	for _, l := range [...]struct {
		name string
		kind inventory.LocationKind
	}{
		{"warehouse", inventory.Stock}, {"customers", inventory.Customer}, {"suppliers", inventory.Supplier},
		{"lost and found", inventory.Adjustment}, {"scrap", inventory.Scrap},
	} {
		out = append(out, inventory.Location{ID: place(l.name), Company: company(), Code: l.name, Name: l.name, Kind: l.kind})
	}
	return out
}

// A cash customer is known by how it pays.
const (
	paysBy = "pays by"
	inCash = "cash"
)

// register keeps a customer as a party.
func (b *Books) register(ctx context.Context, id tandem.PartyID, c story.Customer) error {
	p, err := party.NewParty(id, party.Organisation, tandem.Personal("Customer "+c.Account), party.Customer, c.Since, b.clock.now)
	if err != nil {
		return err
	}
	if c.Cash {
		if err := p.SetPreference(paysBy, inCash, b.clock.now); err != nil {
			return err
		}
	}
	return b.keep(ctx, "customer/"+id.String(), c.Account, func(ctx context.Context, r *store.Bundle) error { return r.Parties().Save(ctx, p) })
}

// buyerOf says who buys: country and VAT number are those of the document.
func (b *Books) buyerOf(account string, country tandem.Country, t retail.Territory) ordertocash.Customer {
	id := b.accounts[account]
	buyer := ordertocash.Customer{Party: id, Country: country, Terms: net30, Grade: b.grades[id]}
	if t == retail.Union { // the file has no VAT numbers: they are assumed
		buyer.Business, buyer.VATNumber = true, vatPrefix(country)+account
	}
	return buyer
}

func vatPrefix(country tandem.Country) string {
	if country == "GR" {
		return "EL"
	}
	return string(country)
}

// customers tells the process about the buyer of the document at hand.
type customers struct{ b *Books }

// Customer gives the buyer.
func (c customers) Customer(_ context.Context, _ tandem.CompanyID, id tandem.PartyID, _ tandem.Date) (ordertocash.Customer, error) {
	if c.b.buyer.Party != id {
		return ordertocash.Customer{}, &tandem.NotFoundError{Kind: "customer", Key: id.String()}
	}
	return c.b.buyer, nil
}
