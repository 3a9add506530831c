package storetest

import (
	"cmp"
	"context"
	"iter"
	"strconv"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/costing"
)

func category(n int) catalog.CategoryID {
	return tandem.DeriveID[catalog.CategoryID]("storetest", "category "+strconv.Itoa(n))
}

func catalogKinds[R Repos]() []kind[R] {
	return []kind[R]{
		plain(records[R, catalog.Product, catalog.Product, catalog.ProductQuery]{
			name: "product", shared: true, states: productStates,
			table: func(r R) any { return r.Products() },
			save:  func(ctx context.Context, r R, p catalog.Product) error { return r.Products().Save(ctx, p) },
			get: func(ctx context.Context, r R, p *catalog.Product) (catalog.Product, error) {
				return r.Products().Get(ctx, p.ID)
			},
			find: func(ctx context.Context, r R, q catalog.ProductQuery) iter.Seq2[catalog.Product, error] {
				return r.Products().Find(ctx, q)
			},
			queries: func(p *catalog.Product) []catalog.ProductQuery {
				return []catalog.ProductQuery{{}, {Code: p.Code}, {Category: p.Category}, {Kind: p.Kind}, {Active: p.Active.From},
					{Category: p.Category, Kind: p.Kind}, {Code: p.Code + "x"}}
			},
			page:     func(q *catalog.ProductQuery) *tandem.Page { return &q.Page },
			matches:  catalog.ProductQuery.Matches,
			order:    func(a, b *catalog.Product) int { return cmp.Compare(a.Code, b.Code) },
			key:      func(p *catalog.Product) string { return idText(p.ID.Bytes()) },
			revision: func(p *catalog.Product) *int64 { return &p.Revision },
			label:    func(p *catalog.Product) *string { return &p.Name },
			clash:    func(p, other *catalog.Product) { p.Code = other.Code },
		}),
		plain(records[R, catalog.Category, catalog.Category, catalog.CategoryQuery]{
			name: "category", shared: true, states: categoryStates,
			table: func(r R) any { return r.Categories() },
			save:  func(ctx context.Context, r R, c catalog.Category) error { return r.Categories().Save(ctx, c) },
			get: func(ctx context.Context, r R, c *catalog.Category) (catalog.Category, error) {
				return r.Categories().Get(ctx, c.ID)
			},
			find: func(ctx context.Context, r R, q catalog.CategoryQuery) iter.Seq2[catalog.Category, error] {
				return r.Categories().Find(ctx, q)
			},
			queries: func(c *catalog.Category) []catalog.CategoryQuery {
				return []catalog.CategoryQuery{{}, {Code: c.Code}, {Parent: c.Parent}, {Code: "none"}}
			},
			page:     func(q *catalog.CategoryQuery) *tandem.Page { return &q.Page },
			matches:  catalog.CategoryQuery.Matches,
			order:    func(a, b *catalog.Category) int { return cmp.Compare(a.Code, b.Code) },
			key:      func(c *catalog.Category) string { return idText(c.ID.Bytes()) },
			revision: func(c *catalog.Category) *int64 { return &c.Revision },
			label:    func(c *catalog.Category) *string { return &c.Name },
			clash:    func(c, other *catalog.Category) { c.Code = other.Code },
		}),
	}
}

func productStates(_ tandem.CompanyID, n int) []catalog.Product {
	factor, _ := tandem.NewRatio(12, 1)
	kind := catalog.Goods
	if n%2 == 1 {
		kind = catalog.Service
	}
	return []catalog.Product{{
		ID: product(n), Code: "P" + strconv.Itoa(n) + " ü", Name: text("product", n), Category: category(n % 3), Kind: kind, Unit: tandem.Each,
		Conversions: []tandem.UnitConversion{{From: tandem.Dozen, To: tandem.Each, Factor: factor}},
		Whole:       true, TaxCategory: tandem.TaxReduced, Carriage: kind == catalog.Service, Active: tandem.Validity{From: day(n), Until: day(n + 3)},
	}}
}

func categoryStates(_ tandem.CompanyID, n int) []catalog.Category {
	return []catalog.Category{{ID: category(n), Parent: category(1000 + n%2), Code: "C" + strconv.Itoa(n), Name: text("category", n)}}
}

func costingKinds[R Repos]() []kind[R] {
	return []kind[R]{records[R, *costing.CostPool, costing.CostPoolState, costing.CostPoolQuery]{
		name: "cost pool", states: poolStates, restore: costing.RestoreCostPool, state: (*costing.CostPool).State,
		table: func(r R) any { return r.CostPools() },
		save:  func(ctx context.Context, r R, p *costing.CostPool) error { return r.CostPools().Save(ctx, p) },
		get: func(ctx context.Context, r R, s *costing.CostPoolState) (*costing.CostPool, error) {
			return r.CostPools().Get(ctx, s.Company, s.Product)
		},
		find: func(ctx context.Context, r R, q costing.CostPoolQuery) iter.Seq2[*costing.CostPool, error] {
			return r.CostPools().Find(ctx, q)
		},
		queries: func(s *costing.CostPoolState) []costing.CostPoolQuery {
			c := s.Company
			return []costing.CostPoolQuery{{Company: c}, {Company: c, Product: s.Product}, {Company: c, NonEmpty: true}, {Company: c, Product: product(-1)}}
		},
		page:     func(q *costing.CostPoolQuery) *tandem.Page { return &q.Page },
		matches:  costing.CostPoolQuery.Matches,
		order:    func(a, b *costing.CostPoolState) int { return a.Product.Compare(b.Product) },
		key:      func(s *costing.CostPoolState) string { return idText(s.Product.Bytes()) },
		revision: func(s *costing.CostPoolState) *int64 { return &s.Revision },
		sequence: func(s *costing.CostPoolState) *int64 { return &s.Sequence },
	}.kind()}
}

func poolStates(c tandem.CompanyID, n int) []costing.CostPoolState {
	empty := costing.CostPoolState{ID: costing.PoolIDOf(c, product(n+5000)), Company: c, Sequence: 1, Product: product(n + 5000),
		Method: costing.Average, Quantity: each(0), Value: pounds(0)}
	return []costing.CostPoolState{{
		ID: costing.PoolIDOf(c, product(n)), Company: c, Sequence: int64(n + 1), Product: product(n), Method: costing.Standard,
		Quantity: each(int64(7 + n)), Value: pounds(12_345), Standard: price(1_234_567, tandem.Each),
	}, empty}
}
