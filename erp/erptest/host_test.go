package erptest_test

import (
	"context"
	"iter"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

// By hand: 10 × 2.95 = 29.50, 19 % of it 5.605; 100 × 0.55 = 55.00, 7 % of it 3.85.
func TestAGermanCompany(t *testing.T) {
	reduced := erptest.Product("21212")
	reduced.TaxCategory = tandem.TaxReduced
	c := erptest.New(t, erptest.WithCountry("DE", tandem.EUR, tandem.Percent(19), tandem.Percent(7)),
		erptest.WithGoods(erptest.Good{Product: erptest.Product("85123A"), Stock: erptest.Pieces(t, 480), Value: erptest.Money(t, "777.77 EUR")},
			erptest.Good{Product: reduced, Stock: erptest.Pieces(t, 1200), Value: erptest.Money(t, "363.63 EUR")}))
	assert.Equal(t, tandem.EUR, c.Books.Currency)
	sale := c.Sell(t, "12346", erptest.Line("85123A", 10), erptest.Line("21212", 100))
	assert.Equal(t, "84.50 EUR", sale.Placed.Net.String())
	assert.Equal(t, "93.96 EUR", sale.Invoiced.Gross.String(), "5.61 and 3.85 of tax")
	assert.Equal(t, sale.Invoiced.Gross, sale.Received.Applied)
	for customer, want := range map[string]string{
		"12347": "29.50 EUR", // France with a VAT number: intra-Community
		"12348": "29.50 EUR", // Norway: export
	} {
		assert.Equal(t, want, c.Place(t, customer, erptest.Line("85123A", 10)).Gross.String(), customer)
	}
	c.Buy(t, "85123A", 12, "24.00")
	assert.Equal(t, "12.50 EUR", c.Money(t, "12.50").String())
	c.AssertBooks(t)
	c.View(t, func(ctx context.Context, b erptest.Bundle) error {
		invoice, err := b.CustomerInvoices().Get(ctx, erptest.CompanyID(), sale.Invoiced.Invoice)
		require.NoError(t, err)
		var codes []tandem.TaxCode
		for _, l := range invoice.TaxLines() {
			codes = append(codes, l.Code)
		}
		assert.ElementsMatch(t, []tandem.TaxCode{"DE-S", "DE-R"}, codes)
		return nil
	})
}

// A currency without a minor unit has the default goods, too: 777.77 is 778 yen.
func TestACompanyAbroad(t *testing.T) {
	c := erptest.New(t, erptest.WithCountry("JP", tandem.JPY, tandem.Percent(10), tandem.Percent(8)))
	sale := c.Sell(t, "12346", erptest.Line("85123A", 10)) // 29.5, rounded to 30; tax 3
	assert.Equal(t, "30 JPY", sale.Placed.Net.String())
	assert.Equal(t, "33 JPY", sale.Invoiced.Gross.String())
	assert.Equal(t, "778 JPY", erptest.GoodsIn(t, tandem.JPY)[0].Value.String())
	c.AssertBooks(t)
}

func TestACompanyWithTaxesOfItsOwn(t *testing.T) {
	flat := tax.PlainCode(erptest.CompanyID(), "XX", "GB", tandem.Percent(50))
	table := tax.Table{Seller: "GB", Rules: []tax.Rule{{ID: "all", Code: "XX", Treatment: tandem.TaxStandard}}}
	c := erptest.New(t, erptest.WithTaxes(table, flat))
	assert.Equal(t, "44.25 GBP", c.Place(t, "12348", erptest.Line("85123A", 10)).Gross.String(), "29.50 and half of it")
	c.AssertBooks(t)
}

// shelf is a host's table of products, which it fills by itself.
type shelf struct {
	db   *store.Store
	rows map[tandem.ProductID]catalog.Product
}

func (s shelf) Get(_ context.Context, id tandem.ProductID) (catalog.Product, error) {
	if p, found := s.rows[id]; found {
		return p.Clone(), nil
	}
	return catalog.Product{}, &tandem.NotFoundError{Kind: "product", Key: id.String()}
}

func (s shelf) Save(context.Context, catalog.Product) error { return tandem.ErrUnsupported }

func (s shelf) Find(_ context.Context, q catalog.ProductQuery) iter.Seq2[catalog.Product, error] {
	rows := slices.DeleteFunc(slices.Collect(maps.Values(s.rows)), func(p catalog.Product) bool { return !q.Matches(p) })
	return store.Paged(s.db, &q, &q.Page, rows, func(p catalog.Product) string { return p.Code })
}

// terms is a host's table that saves: what New writes goes there.
type terms map[tandem.TermsCode]billing.Terms

func (t terms) PaymentTerms(_ context.Context, _ tandem.CompanyID, code tandem.TermsCode) (billing.Terms, error) {
	if row, found := t[code]; found {
		return row.Clone(), nil
	}
	return billing.Terms{}, &tandem.NotFoundError{Kind: "payment_terms", Key: string(code)}
}

func (t terms) Save(_ context.Context, row billing.Terms) error {
	t[row.Code] = row.Clone()
	return nil
}

type hostRepos struct {
	*store.Bundle
	shelf shelf
	terms terms
}

func (r hostRepos) Products() catalog.ProductRepository   { return r.shelf }
func (r hostRepos) PaymentTerms() billing.TermsRepository { return r.terms }

func hostStore(t *testing.T, goods []erptest.Good) (work.Store[hostRepos], hostRepos) {
	t.Helper()
	db := memory.Open()
	own := hostRepos{shelf: shelf{db, map[tandem.ProductID]catalog.Product{}}, terms: terms{}}
	for _, g := range goods {
		own.shelf.rows[g.Product.ID] = g.Product
	}
	return work.Narrow(db, func(b *store.Bundle) hostRepos { return hostRepos{b, own.shelf, own.terms} }), own
}

func TestACompanyOnAHostsTables(t *testing.T) {
	db, own := hostStore(t, erptest.Goods(t))
	c := erptest.On(t, db, erptest.WithGrade("12346", "gold"))
	sale := c.Sell(t, "12346", erptest.Line("22423", 10))
	assert.Equal(t, erptest.GBP(t, "121.10"), sale.Placed.Net)
	assert.Len(t, own.terms, len(erptest.PaymentTerms()), "the terms are in the host's table")
	c.AssertBooks(t)
	c.View(t, func(ctx context.Context, r hostRepos) error {
		var codes []string
		for p, err := range r.Products().Find(ctx, catalog.ProductQuery{Page: tandem.Page{Limit: 2, Descending: true}}) {
			require.NoError(t, err)
			codes = append(codes, p.Code)
		}
		assert.Equal(t, []string{"POST", "85123A"}, codes)
		for range r.Bundle.Products().Find(ctx, catalog.ProductQuery{}) {
			t.Error("a product is in the library's table")
		}
		return nil
	})
}

func TestWhatAHostHasNotFilledInIsNamed(t *testing.T) {
	db, _ := hostStore(t, erptest.Goods(t)[1:])
	f := &failing{TB: t}
	assert.Panics(t, func() { erptest.On(f, db) })
	assert.Contains(t, f.said, "filled by the host: product "+erptest.ProductID("85123A").String()+" not found")
	f = &failing{TB: t}
	assert.Panics(t, func() { erptest.On(f, work.Store[erptest.Bundle](memory.Open()), erptest.WithStore(memory.Open())) })
	assert.Contains(t, f.fatal, "WithStore is an option of New")
}
