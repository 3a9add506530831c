package store

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/costing"
)

// CostPools gives the cost pools.
func (b *Bundle) CostPools() costing.CostPoolRepository { return (*costPools)(b) }

var costPoolAggregate = described(&Kind{
	Name:       "cost_pool",
	KeyColumns: [3]string{"company", "product"},
	Columns: []Column{{"company", TypeID}, {"product", TypeID}, {"quantity_micro", TypeInt}, {"unit", TypeText},
		{"value_minor", TypeInt}, {"currency", TypeText}, {"method", TypeText}},
	Indexes: []Index{{Name: "product", Columns: []string{"company", "product"}}},
	Values: func(dst []Value, value any) []Value {
		s := value.(*costing.CostPool).State()
		dst = append(dst, idOf(s.Company), idOf(s.Product))
		dst = moneyOf(quantityOf(dst, s.Quantity), s.Value)
		return append(dst, textOf(s.Method))
	},
}, (*costing.CostPool).State, costing.RestoreCostPool, (*costing.CostPool).Copy,
	func(p *costing.CostPool) (Key, int64) { return companyKey(p.Company(), p.Product()), p.Revision() })

type costPools Bundle

func (r *costPools) Get(ctx context.Context, company tandem.CompanyID, product tandem.ProductID) (*costing.CostPool, error) {
	return get(ctx, (*Bundle)(r), costPoolAggregate, NewKey(company, product.Bytes(), [16]byte{}))
}

func (r *costPools) Save(_ context.Context, p *costing.CostPool) error {
	return save((*Bundle)(r), costPoolAggregate, p)
}

func (r *costPools) Find(ctx context.Context, q costing.CostPoolQuery) iter.Seq2[*costing.CostPool, error] {
	find := query[costing.CostPool]{index: "product", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page), keep: q.Matches}
	if !q.Product.IsZero() {
		find.prefix = append(find.prefix, idOf(q.Product))
	}
	return findAggregates(ctx, (*Bundle)(r), costPoolAggregate, find)
}
