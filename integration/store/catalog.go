package store

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
)

// Products gives the products of the tenant.
func (b *Bundle) Products() catalog.ProductRepository { return (*products)(b) }

// Categories gives the product categories of the tenant.
func (b *Bundle) Categories() catalog.CategoryRepository { return (*categories)(b) }

var productRecord = record(&Kind{
	Name:    "product",
	Columns: []Column{{"code", TypeText}, {"name", TypeText}, {"category", TypeID}, {"kind", TypeText}},
	Indexes: []Index{{Name: "code", Columns: []string{"code"}, Unique: true}},
	Values: func(dst []Value, value any) []Value {
		p := value.(*catalog.Product)
		return append(dst, textOf(p.Code), textOf(p.Name), idOf(p.Category), textOf(p.Kind))
	},
}, catalog.Product.Clone, func(p *catalog.Product) (Key, *int64) {
	return sharedKey(p.ID), &p.Revision
})

// sharedKey is the key of what the companies of a tenant share.
func sharedKey[K any](id tandem.ID[K]) Key { return NewKey(tandem.CompanyID{}, id.Bytes(), [16]byte{}) }

// companyKey is the key of what belongs to a company.
func companyKey[K any](company tandem.CompanyID, id tandem.ID[K]) Key {
	return NewKey(company, id.Bytes(), [16]byte{})
}

type products Bundle

func (r *products) Get(ctx context.Context, id tandem.ProductID) (catalog.Product, error) {
	return getRecord(ctx, (*Bundle)(r), productRecord, sharedKey(id))
}

func (r *products) Save(_ context.Context, p catalog.Product) error {
	return saveRecord((*Bundle)(r), productRecord, p)
}

func (r *products) Find(ctx context.Context, q catalog.ProductQuery) iter.Seq2[catalog.Product, error] {
	find := query[catalog.Product]{index: "code", page: q.Page, binding: binding(&q, &q.Page), keep: func(p *catalog.Product) bool { return q.Matches(*p) }}
	if q.Code != "" {
		find.prefix = append(find.prefix, textOf(q.Code))
	}
	return findRecords(ctx, (*Bundle)(r), productRecord, find)
}

var categoryRecord = record(&Kind{
	Name:    "category",
	Columns: []Column{{"code", TypeText}, {"name", TypeText}, {"parent", TypeID}},
	Indexes: []Index{{Name: "code", Columns: []string{"code"}, Unique: true}},
	Values: func(dst []Value, value any) []Value {
		c := value.(*catalog.Category)
		return append(dst, textOf(c.Code), textOf(c.Name), idOf(c.Parent))
	},
}, nil, func(c *catalog.Category) (Key, *int64) { return sharedKey(c.ID), &c.Revision })

type categories Bundle

func (r *categories) Get(ctx context.Context, id catalog.CategoryID) (catalog.Category, error) {
	return getRecord(ctx, (*Bundle)(r), categoryRecord, sharedKey(id))
}

func (r *categories) Save(_ context.Context, c catalog.Category) error {
	return saveRecord((*Bundle)(r), categoryRecord, c)
}

func (r *categories) Find(ctx context.Context, q catalog.CategoryQuery) iter.Seq2[catalog.Category, error] {
	find := query[catalog.Category]{index: "code", page: q.Page, binding: binding(&q, &q.Page), keep: func(c *catalog.Category) bool { return q.Matches(*c) }}
	if q.Code != "" {
		find.prefix = append(find.prefix, textOf(q.Code))
	}
	return findRecords(ctx, (*Bundle)(r), categoryRecord, find)
}
