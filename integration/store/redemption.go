package store

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/redemption"
)

// RedemptionLimits gives the limits of coupons, promotions, budgets and contracts.
func (b *Bundle) RedemptionLimits() redemption.Repository { return (*redemptionLimits)(b) }

var redemptionAggregate = described(&Kind{
	Name: "redemption_limit",
	Columns: []Column{{"company", TypeID}, {"kind", TypeText}, {"subject", TypeText}, {"parent", TypeID}, {"customer", TypeID},
		{"status", TypeText}, {"reserved_uses", TypeInt}, {"committed_uses", TypeInt}, {"reserved_quantity_micro", TypeInt},
		{"committed_quantity_micro", TypeInt}, {"unit", TypeText}, {"reserved_value_minor", TypeInt}, {"committed_value_minor", TypeInt},
		{"currency", TypeText}, {"next_expiry", TypeInstant}, {"expiring", TypeBool}},
	Indexes: []Index{
		{Name: "subject", Columns: []string{"company", "kind", "subject"}},
		{Name: "parent", Columns: []string{"company", "parent", "kind", "subject"}},
		{Name: "expiring", Columns: []string{"company", "kind", "subject"}, Where: "expiring"},
	},
	Values: func(dst []Value, value any) []Value {
		l := value.(*redemption.Limit)
		reserved, committed := l.Reserved(), l.Committed()
		return append(dst, idOf(l.Company()), textOf(l.Kind()), textOf(l.Subject()), idOf(l.Parent()), idOf(l.Customer()),
			textOf(l.Status()), intOf(reserved.Uses), intOf(committed.Uses), intOf(reserved.Quantity.Micro()),
			intOf(committed.Quantity.Micro()), textOf(reserved.Quantity.Unit().String()), intOf(reserved.Value.Minor()),
			intOf(committed.Value.Minor()), textOf(reserved.Value.Currency().String()), instantOf(l.NextExpiry()),
			boolOf(!l.NextExpiry().IsZero()))
	},
}, (*redemption.Limit).State, redemption.Restore, (*redemption.Limit).Copy,
	func(l *redemption.Limit) (Key, int64) { return companyKey(l.Company(), l.ID()), l.Revision() })

type redemptionLimits Bundle

func (r *redemptionLimits) Get(ctx context.Context, company tandem.CompanyID, id redemption.ID) (*redemption.Limit, error) {
	return get(ctx, (*Bundle)(r), redemptionAggregate, companyKey(company, id))
}

func (r *redemptionLimits) Save(_ context.Context, l *redemption.Limit) error {
	return save((*Bundle)(r), redemptionAggregate, l)
}

func (r *redemptionLimits) Find(ctx context.Context, q redemption.Query) iter.Seq2[*redemption.Limit, error] {
	find := query[redemption.Limit]{index: "subject", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page), keep: q.Matches}
	switch {
	case !q.Parent.IsZero():
		find.index, find.prefix = "parent", append(find.prefix, idOf(q.Parent))
	case !q.OverdueAt.IsZero() && q.Subject == "":
		find.index = "expiring"
	}
	if q.Kind != "" {
		find.prefix = append(find.prefix, textOf(q.Kind))
		if q.Subject != "" {
			find.prefix = append(find.prefix, textOf(q.Subject))
		}
	}
	return findAggregates(ctx, (*Bundle)(r), redemptionAggregate, find)
}
