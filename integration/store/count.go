package store

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory/count"
)

// StockCounts gives the stock counts.
func (b *Bundle) StockCounts() count.Repository { return (*stockCounts)(b) }

var countAggregate = &aggregate[count.Count, count.State]{
	kind: &Kind{
		Name:    "stock_count",
		Columns: []Column{{"company", TypeID}, {"location", TypeID}, {"at", TypeInstant}, {"status", TypeText}},
		Indexes: []Index{
			{Name: "at", Columns: []string{"company", "at"}},
			{Name: "location", Columns: []string{"company", "location", "at"}},
		},
		Values: func(dst []Value, state any) []Value {
			s := state.(*count.State)
			return append(dst, idOf(s.Company), idOf(s.Location), instantOf(s.At), textOf(s.Status))
		},
		Encode: encodeJSON[count.State], Decode: decodeJSON[count.State],
	},
	state:   (*count.Count).State,
	restore: count.Restore,
	meta: func(s *count.State) (Key, *int64) {
		return NewKey(s.Company, s.ID.Bytes(), [16]byte{}), &s.Revision
	},
}

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
