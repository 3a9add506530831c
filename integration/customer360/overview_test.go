package customer360_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/customer360"
	"github.com/tandem-go/tandem/integration/store"
)

func amendTo(n int64) sales.Amendment {
	return sales.Amendment{Reason: "more", Change: []sales.LineAmendment{{Line: 1, Ordered: each(n)}}}
}

func (c *crm) overview(q customer360.OverviewQuery) (out customer360.Overview) {
	c.t.Helper()
	require.NoError(c.t, c.store.View(context.Background(), func(ctx context.Context, b *store.Bundle) (err error) {
		out, err = customer360.ReadOverview(ctx, b, q)
		return err
	}))
	return out
}

func TestAnOverviewShowsGradeTradeTimelineAndSatisfaction(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	fiveOrders(t, c)
	o := placed(t, "7", "ann", "2011-06-15", nil, item(1, 3, "2011-06-20"))
	_, err := o.Amend(amendTo(4), noon("2011-06-16"))
	require.NoError(t, err)
	c.tell(o.Drain())
	c.update(func(ctx context.Context, b *store.Bundle) error {
		p, err := party.NewParty(customer("ann"), party.Organisation, "Ann & Co", party.Customer, date("2011-01-01"), noon("2011-01-01"))
		require.NoError(t, err)
		return b.Parties().Save(ctx, p)
	})
	_, err = service(t, c.store, nil).ReviewGrades(t.Context(), command("june", "2011-06-25"))
	require.NoError(t, err)
	_, err = c.dispatcher.Deliver(t.Context())
	require.NoError(t, err)

	q := customer360.OverviewQuery{Company: company(), Party: customer("ann"), AsOf: date("2011-06-30"), Orders: 2, Timeline: tandem.Page{Limit: 4}}
	got := c.overview(q)
	require.Equal(t, tandem.Personal("Ann & Co"), got.Profile.Name)
	require.Equal(t, date("2011-06-25"), got.Grade.Reviewed)
	require.Equal(t, grading.ReasonFirst, got.Grade.Earned.Reason)
	require.Equal(t, 3, got.Grade.Earned.Sum, "alone, better than nobody")
	require.Equal(t, customer360.Trade{Sales: 7, Days: 3, Net: gbp(5400), LastSale: date("2011-06-16")}, got.Trade)
	require.Len(t, got.Orders, 2)
	require.Equal(t, []string{"SO-7", "amended: more"}, []string{got.Orders[0].Document.Number, got.Orders[0].Text.Reveal()}, "each order once, as it is now")
	require.NotEqual(t, "SO-7", got.Orders[1].Document.Number)
	require.InDelta(t, 80-24+30*4.0/6-40+50*4.0/6, *got.Satisfaction.Score.Score, 1e-5, "a sixth order that was not at hand, and is late")
	require.Equal(t, 6, got.Satisfaction.Performance.Lines)

	// The timeline in pages is the timeline, latest first.
	var texts []string
	for pages := 0; ; pages++ {
		require.Less(t, pages, 10)
		require.LessOrEqual(t, len(got.Timeline), 4)
		texts = append(texts, all{Timeline: got.Timeline}.entries()...)
		if got.Next == "" {
			break
		}
		q.Timeline.After = got.Next
		got = c.overview(q)
	}
	whole := c.overview(customer360.OverviewQuery{Company: company(), Party: customer("ann"), AsOf: date("2011-06-30")})
	require.Empty(t, whole.Next)
	require.Equal(t, all{Timeline: whole.Timeline}.entries(), texts)
	require.Len(t, texts, 14) // 5 orders, 5 deliveries, 2 of the return, an order and its amendment; no grade is no news
	require.Equal(t, "2011-06-20 return RA-1 2.00 GBP received", texts[0])
}

func TestAnOverviewEndsWithItsDay(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	for n, day := range []string{"2010-06-30", "2010-07-01", "2011-06-30", "2011-07-01"} {
		c.tell(placed(t, fmt.Sprint(n), "ann", day, nil, item(1, 3, day)).Drain())
	}
	got := c.overview(customer360.OverviewQuery{Company: company(), Party: customer("ann"), AsOf: date("2011-06-30")})
	require.Equal(t, tandem.Validity{From: date("2010-07-01"), Until: date("2011-07-01")}, got.Period)
	require.Equal(t, customer360.Trade{Sales: 2, Days: 2, Net: gbp(600), LastSale: date("2011-06-30")}, got.Trade)
	require.Len(t, got.Timeline, 3, "the timeline goes back beyond the period")
	require.Nil(t, got.Profile)
}

func TestAnOverviewSaysWhereTheGradeComesFrom(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	c.update(func(ctx context.Context, b *store.Bundle) error {
		for who, parent := range map[string]party.Parent{"group": {}, "shop": {Party: customer("group"), Inherits: []party.Attribute{party.InheritGrade}}} {
			p, err := party.NewParty(customer(who), party.Organisation, "x", party.Customer, date("2011-01-01"), noon("2011-01-01"))
			require.NoError(t, err)
			if !parent.IsZero() {
				require.NoError(t, p.SetParent(parent, noon("2011-01-01")))
			}
			require.NoError(t, b.Parties().Save(ctx, p))
		}
		a, err := grading.NewGradeAssignment(company(), customer("group"))
		require.NoError(t, err)
		require.NoError(t, a.Pin(grading.PinRequest{Grade: grading.Gold, From: date("2011-06-01"), Until: date("2011-07-01"), Reason: "group contract", By: "boss"}, noon("2011-06-01")))
		return b.GradeAssignments().Save(ctx, a)
	})
	group := c.overview(customer360.OverviewQuery{Company: company(), Party: customer("group"), AsOf: date("2011-06-10")}).Grade
	require.Equal(t, []any{grading.Gold, false, "group contract"}, []any{group.Grade, group.Inherited, group.Pin.Reason})
	shop := c.overview(customer360.OverviewQuery{Company: company(), Party: customer("shop"), AsOf: date("2011-06-10")}).Grade
	require.Equal(t, customer360.GradeReason{Grade: grading.Gold, Inherited: true}, shop)
}

func TestAnOverviewOfNobodyIsEmpty(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	got := c.overview(customer360.OverviewQuery{Company: company(), Party: customer("nobody"), AsOf: date("2011-06-30")})
	require.Empty(t, got.Timeline)
	require.Empty(t, got.Orders)
	require.False(t, got.Satisfaction.Score.Data())
	text, err := json.Marshal(got)
	require.NoError(t, err)
	var back customer360.Overview
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, got, back)

	require.NoError(t, c.store.View(t.Context(), func(ctx context.Context, b *store.Bundle) error {
		for _, q := range []customer360.OverviewQuery{{}, {Company: company(), Party: customer("ann")},
			{Company: company(), Party: customer("ann"), AsOf: date("2011-06-30"), Days: -1},
			{Company: company(), Party: customer("ann"), AsOf: date("2011-06-30"), Timeline: tandem.Page{Limit: tandem.MaxPage}}} {
			_, err := customer360.ReadOverview(ctx, b, q)
			require.ErrorIs(t, err, tandem.ErrInvalid)
		}
		return nil
	}))
}
