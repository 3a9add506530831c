package store

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/rebate"
)

// RebateAgreements gives the agreements of retroactive rebates.
func (b *Bundle) RebateAgreements() rebate.Repository { return (*rebateAgreements)(b) }

var rebateAggregate = described(&Kind{
	Name: "rebate_agreement",
	Columns: []Column{{"company", TypeID}, {"customer", TypeID}, {"status", TypeText}, {"period_from", TypeDate}, {"period_until", TypeDate},
		{"net_quantity_micro", TypeInt}, {"unit", TypeText}, {"net_value_minor", TypeInt}, {"accrued_minor", TypeInt},
		{"liability_minor", TypeInt}, {"currency", TypeText}},
	Indexes: []Index{
		{Name: "period", Columns: []string{"company", "period_until"}},
		{Name: "customer", Columns: []string{"company", "customer", "period_until"}},
		{Name: "status", Columns: []string{"company", "status", "period_until"}},
	},
	Values: func(dst []Value, value any) []Value {
		a := value.(*rebate.Agreement)
		period, net, accrued := a.Period(), a.Net(), a.Accrued()
		owed, _ := a.Liability() // an agreement that has none is not restored
		return append(dst, idOf(a.Company()), idOf(a.Customer()), textOf(a.Status()), dateOf(period.From), dateOf(period.Until),
			intOf(net.Quantity.Micro()), textOf(net.Quantity.Unit().String()), intOf(net.Value.Minor()), intOf(accrued.Minor()),
			intOf(owed.Minor()), textOf(accrued.Currency().String()))
	},
}, (*rebate.Agreement).State, rebate.RestoreAgreement, (*rebate.Agreement).Copy,
	func(a *rebate.Agreement) (Key, int64) { return companyKey(a.Company(), a.ID()), a.Revision() })

type rebateAgreements Bundle

func (r *rebateAgreements) Get(ctx context.Context, company tandem.CompanyID, id rebate.AgreementID) (*rebate.Agreement, error) {
	return get(ctx, (*Bundle)(r), rebateAggregate, companyKey(company, id))
}

func (r *rebateAgreements) Save(_ context.Context, a *rebate.Agreement) error {
	return save((*Bundle)(r), rebateAggregate, a)
}

func (r *rebateAgreements) Find(ctx context.Context, q rebate.Query) iter.Seq2[*rebate.Agreement, error] {
	find := query[rebate.Agreement]{index: "period", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page), keep: q.Matches}
	// A period ends with the first day that is not in it.
	find.low, find.high = dateBounds(tandem.Validity{From: q.On.AddDays(1), Until: q.EndedBy.AddDays(1)})
	switch {
	case !q.Customer.IsZero():
		find.index, find.prefix = "customer", append(find.prefix, idOf(q.Customer))
	case q.Status != "":
		find.index, find.prefix = "status", append(find.prefix, textOf(q.Status))
	}
	return findAggregates(ctx, (*Bundle)(r), rebateAggregate, find)
}
