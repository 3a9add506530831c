package erptest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

// Goods gives the four products that a company has by default, those of
// pricingtest.Small, with their stock: 480 of 85123A, 60 of 22423, 240 of 84879,
// 1,200 of 21212. They are kept in pieces and traded in dozens too. The service
// POST has no stock.
func Goods(tb testing.TB) []Good {
	tb.Helper()
	return GoodsIn(tb, tandem.GBP)
}

// GoodsIn gives [Goods] with the values of their stock in another currency: the
// same numbers, rounded to its minor unit.
func GoodsIn(tb testing.TB, currency tandem.Currency) []Good {
	tb.Helper()
	stock := func(key string, pieces int64, value string) Good {
		pounds := GBP(tb, value)
		m, err := tandem.NewMoneyRounded(pounds.Decimal(), currency, tandem.HalfAwayFromZero)
		return Good{Product: Product(key), Stock: Pieces(tb, pieces), Value: must(tb, m, err)}
	}
	return []Good{stock("85123A", 480, "777.77"), stock("22423", 60, "420.00"), stock("84879", 240, "223.20"),
		stock("21212", 1200, "363.63"), {Product: ServiceProduct("POST")}}
}

func defaultPrices(tb testing.TB, currency tandem.Currency) *pricing.Snapshot {
	tb.Helper()
	book := pricing.NewBook("test", 1)
	book.Lists = []pricing.List{{ID: "list", Source: pricing.SourceDefault}}
	for _, p := range []struct {
		key   string
		from  int64
		price string
	}{{"85123A", 0, "2.95"}, {"85123A", 32, "2.55"}, {"22423", 0, "12.75"}, {"22423", 16, "10.95"}, {"84879", 0, "1.69"},
		{"21212", 0, "0.55"}, {"POST", 0, "18.00"}} {
		row := pricing.Row{ID: "list/" + p.key, List: "list", Product: ProductID(p.key), Price: Price(tb, p.price+" "+currency.String()+"/EA")}
		if p.from > 0 {
			row.From = Pieces(tb, p.from)
			row.ID += "/" + row.From.Decimal().String()
		}
		book.Rows = append(book.Rows, row)
	}
	for _, g := range []struct{ code, discount string }{{"gold", "0.05"}, {"silver", "0.03"}, {"bronze", "0.01"}} {
		code := tandem.GradeCode(g.code)
		book.Grades = append(book.Grades, code)
		book.Lists = append(book.Lists, pricing.List{ID: g.code, Source: pricing.SourceGrade, Base: "list",
			Grades: []tandem.GradeCode{code}, Discount: Rate(tb, g.discount)})
	}
	snapshot, err := pricing.Compile(book)
	return must(tb, snapshot, err)
}

// Customer gives a party that is a customer in a country; a VAT number may be "".
func Customer(tb testing.TB, key string, country tandem.Country, vat string) *party.Party {
	tb.Helper()
	since := Start().AddDays(-182)
	at := since.At(9, 0, time.UTC)
	p, err := party.NewParty(CustomerID(key), party.Organisation, tandem.Personal("Customer "+key), party.Customer, since, at)
	if err == nil {
		err = p.SetLocation(party.Location{Code: "seat", Kind: party.Registered, Address: tandem.Address{
			Lines: []tandem.Personal{"1 High Street"}, City: "Anytown", PostalCode: "12345", Country: country}}, at)
	}
	if err == nil && vat != "" {
		err = p.RegisterTax(party.TaxRegistration{Country: country, Number: vat}, at)
	}
	return must(tb, p, err)
}

func defaultCustomers(tb testing.TB, home tandem.Country) []*party.Party {
	tb.Helper()
	union, number, abroad := tandem.Country("DE"), "DE123456788", tandem.Country("NO")
	if home == union {
		union, number = "FR", "FR12123456789"
	}
	if home == abroad {
		abroad = "CH"
	}
	return []*party.Party{Customer(tb, "12346", home, ""), Customer(tb, "12347", union, number), Customer(tb, "12348", abroad, "")}
}

// storedCustomers reads the store's parties and grades: terms are net30, and
// every organisation buys as a business.
type storedCustomers[R CompanyRepos] struct{ store work.Store[R] }

func (s storedCustomers[R]) Customer(ctx context.Context, company tandem.CompanyID, id tandem.PartyID, on tandem.Date) (ordertocash.Customer, error) {
	out := ordertocash.Customer{Party: id, Terms: "net30"}
	err := s.store.View(ctx, func(ctx context.Context, b R) error {
		p, err := b.Parties().Get(ctx, id)
		if err != nil {
			return err
		}
		address, found := p.Address(party.Delivery, on)
		if !found {
			return &tandem.NotFoundError{Kind: "address of party", Key: id.String()}
		}
		out.Country, out.Business = address.Country, p.Kind() == party.Organisation
		out.VATNumber, _ = p.TaxNumber(address.Country, on)
		graded, err := b.GradeAssignments().Get(ctx, company, id)
		if errors.Is(err, tandem.ErrNotFound) {
			return nil
		}
		if err == nil {
			out.Grade = graded.GradeOn(on)
		}
		return err
	})
	return out, err
}

// TaxTable gives the rules of a British seller: those of the European Union,
// which the United Kingdom is in until the end of 2020.
func TaxTable() tax.Table { return taxTableOf("GB") }

func taxTableOf(seller tandem.Country) tax.Table {
	code := func(suffix tandem.TaxCode) tandem.TaxCode { return tandem.TaxCode(seller) + "-" + suffix }
	return tax.EuropeanTable(seller, tax.Codes{Standard: code("S"), Reduced: code("R"), Zero: code("Z"), Exempt: code("E"),
		IntraCommunity: code("K"), Export: code("G"), ReverseCharge: code("AE"), OutOfScope: code("O")})
}

// TaxCodes gives the tax codes of the company. The standard rate is 17.5 % until
// 2011-01-03 and 20 % from then on (Finance (No. 2) Act 2010 s. 3), the reduced
// rate 5 %.
func TaxCodes() []tax.Code {
	raised, _ := tandem.NewDate(2011, time.January, 4) // is in the calendar
	codes := TaxCodesOf("GB", tandem.Percent(20), tandem.Percent(5))
	codes[0].Rates = []tax.DatedRate{{Validity: tandem.Validity{Until: raised}, Rate: tandem.BasisPoints(1750)},
		{Validity: tandem.Validity{From: raised}, Rate: tandem.Percent(20)}}
	return codes
}

// TaxCodesOf gives the tax codes of the company in a country: S at the standard
// rate, R at the reduced one, Z, E, K, G, AE and O without tax, each behind the
// country and a dash, `DE-S`.
func TaxCodesOf(country tandem.Country, standard, reduced tandem.Rate) []tax.Code {
	code := func(suffix string, category tandem.TaxCategory, reason string, rate tandem.Rate) tax.Code {
		return tax.Code{ID: tandem.TaxCode(string(country) + "-" + suffix), Company: CompanyID(), Country: country, Category: category,
			Rates: []tax.DatedRate{{Rate: rate}}, Reason: reason}
	}
	none := tandem.Rate{}
	return []tax.Code{
		code("S", tandem.TaxStandard, "", standard),
		code("R", tandem.TaxReduced, "", reduced),
		code("Z", tandem.TaxZero, "", none),
		code("E", tandem.TaxExempt, "exempt supply", none),
		code("K", tandem.TaxIntraCommunity, "intra-Community supply", none),
		code("G", tandem.TaxExport, "export outside the union", none),
		code("AE", tandem.TaxReverseCharge, "reverse charge", none),
		code("O", tandem.TaxOutOfScope, "outside the scope of VAT", none),
	}
}

// PaymentTerms gives the terms of the company: `now`, `net30`, `thirds` (at once,
// after 30 and after 60 days) and `prompt` (30 days, 2 % within 10 days, its VAT
// adjusted on payment).
func PaymentTerms() []billing.Terms {
	last := func(days int) billing.TermsInstalment {
		return billing.TermsInstalment{Kind: billing.Remainder, Days: days}
	}
	third := func(days int) billing.TermsInstalment {
		return billing.TermsInstalment{Kind: billing.ShareOfTotal, Share: tandem.BasisPoints(3333), Days: days}
	}
	return []billing.Terms{
		{Company: CompanyID(), Code: "now", Instalments: []billing.TermsInstalment{last(0)}},
		{Company: CompanyID(), Code: "net30", Instalments: []billing.TermsInstalment{last(30)}},
		{Company: CompanyID(), Code: "thirds", Instalments: []billing.TermsInstalment{third(0), third(30), last(60)}},
		{Company: CompanyID(), Code: "prompt", Instalments: []billing.TermsInstalment{last(30)},
			Discount: billing.EarlyDiscount{Rate: tandem.Percent(2), Days: 10, Policy: billing.AdjustOnPayment}},
	}
}

// Locations gives the company's places: WH and SHOP hold stock; SUPP, CUST, ADJ
// and SCRAP are the other sides of moves.
func Locations() []inventory.Location {
	var out []inventory.Location
	for _, l := range [...]struct {
		code, name string
		kind       inventory.LocationKind
	}{{"WH", "Warehouse", inventory.Stock}, {"SHOP", "Shop", inventory.Stock}, {"SUPP", "Suppliers", inventory.Supplier},
		{"CUST", "Customers", inventory.Customer}, {"ADJ", "Differences", inventory.Adjustment}, {"SCRAP", "Scrap", inventory.Scrap}} {
		out = append(out, inventory.Location{ID: LocationID(l.code), Company: CompanyID(), Code: l.code, Name: l.name, Kind: l.kind})
	}
	return out
}

// Period gives the open accounting period of a month, `2011-06`.
func Period(tb testing.TB, month string) *ledger.Period {
	tb.Helper()
	first := Date(tb, month+"-01")
	p, err := ledger.NewPeriod(tandem.DeriveID[ledger.PeriodID]("period", month), CompanyID(), month,
		tandem.Validity{From: first, Until: first.AddMonths(1)}, first.At(0, 0, time.UTC))
	return must(tb, p, err)
}

// save writes the master data, with three years of open periods.
func save[R CompanyRepos](ctx context.Context, b R, s *setup) error {
	var errs []error
	keep := func(err error, look func() error) { errs = append(errs, kept(err, look)) }
	company := s.sales.Books.Company
	for _, a := range s.sales.Books.Chart.Accounts(company) {
		keep(b.Accounts().Save(ctx, a), func() error { _, err := b.Accounts().Get(ctx, company, a.Code); return err })
	}
	for first := Start().AddMonths(-17); first.Year() < 2013; first = first.AddMonths(1) {
		p, err := ledger.NewPeriod(tandem.DeriveID[ledger.PeriodID]("period", first.String()[:7]), CompanyID(), first.String()[:7],
			tandem.Validity{From: first, Until: first.AddMonths(1)}, first.At(0, 0, time.UTC))
		if err == nil {
			err = b.Periods().Save(ctx, p)
		}
		keep(err, func() error { _, err := b.Periods().Get(ctx, CompanyID(), p.ID()); return err })
	}
	for _, l := range Locations() {
		keep(b.Locations().Save(ctx, l), func() error { _, err := b.Locations().Get(ctx, CompanyID(), l.ID); return err })
	}
	for _, c := range s.codes {
		keep(b.TaxCodes().Save(ctx, c), func() error { _, err := b.TaxCodes().Get(ctx, CompanyID(), c.ID); return err })
	}
	for _, t := range PaymentTerms() {
		keep(b.PaymentTerms().Save(ctx, t), func() error { _, err := b.PaymentTerms().PaymentTerms(ctx, CompanyID(), t.Code); return err })
	}
	for _, g := range s.goods {
		keep(b.Products().Save(ctx, g.Product), func() error { _, err := b.Products().Get(ctx, g.Product.ID); return err })
	}
	for _, p := range s.customers {
		keep(b.Parties().Save(ctx, p), func() error { _, err := b.Parties().Get(ctx, p.ID()); return err })
	}
	return errors.Join(append(errs, pin(ctx, b, s))...)
}

// kept lets a table of the host's refuse what it has already.
func kept(err error, look func() error) error {
	if !errors.Is(err, tandem.ErrUnsupported) {
		return err
	}
	if err := look(); err != nil {
		return fmt.Errorf("a table that is filled by the host: %w", err)
	}
	return nil
}

// pin gives customers their grades.
func pin[R CompanyRepos](ctx context.Context, b R, s *setup) error {
	now := s.clock.Now()
	today := s.clock.Today()
	for _, g := range s.grades {
		a, err := grading.NewGradeAssignment(CompanyID(), CustomerID(g.customer))
		if err != nil {
			return err
		}
		if err := a.Pin(grading.PinRequest{Grade: g.code, From: today, Until: today.AddMonths(12), Reason: "given by a test", By: "test"}, now); err != nil {
			return err
		}
		a.Drain()
		if err := b.GradeAssignments().Save(ctx, a); err != nil {
			return err
		}
	}
	return nil
}
