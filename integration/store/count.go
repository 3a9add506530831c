package store

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory/count"
)

// StockCounts gives the stock counts.
func (b *Bundle) StockCounts() count.Repository { return (*stockCounts)(b) }

var countAggregate = described(&Kind{
	Name:    "stock_count",
	Columns: []Column{{"company", TypeID}, {"location", TypeID}, {"at", TypeInstant}, {"status", TypeText}},
	Indexes: []Index{
		{Name: "at", Columns: []string{"company", "at"}},
		{Name: "location", Columns: []string{"company", "location", "at"}},
	},
	Values: func(dst []Value, value any) []Value {
		c := value.(*count.Count)
		return append(dst, idOf(c.Company()), idOf(c.Location()), instantOf(c.At()), textOf(c.Status()))
	},
}, (*count.Count).State, count.Restore, (*count.Count).Copy,
	func(c *count.Count) (Key, int64) { return companyKey(c.Company(), c.ID()), c.Revision() })

type stockCounts Bundle

func (r *stockCounts) Get(ctx context.Context, company tandem.CompanyID, id count.ID) (*count.Count, error) {
	return get(ctx, (*Bundle)(r), countAggregate, NewKey(company, id.Bytes(), [16]byte{}))
}

func (r *stockCounts) Save(_ context.Context, c *count.Count) error {
	return save((*Bundle)(r), countAggregate, c)
}

func (r *stockCounts) Find(ctx context.Context, q count.Query) iter.Seq2[*count.Count, error] {
	find := query[count.Count]{index: "at", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page), keep: q.Matches}
	if !q.Location.IsZero() {
		find.index, find.prefix = "location", append(find.prefix, idOf(q.Location))
	}
	return findAggregates(ctx, (*Bundle)(r), countAggregate, find)
}
