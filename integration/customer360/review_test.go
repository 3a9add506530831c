package customer360_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/integration/customer360"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

type clock struct{ at tandem.Instant }

func (c *clock) Now() tandem.Instant { return c.at }

type refuser struct{}

func (refuser) Authorize(_ context.Context, a work.Access) error {
	if a.Action == "customer360.review_grades" && a.Company == company() {
		return tandem.ErrNotAllowed
	}
	return nil
}

func service(t testing.TB, db *store.Store, excluded customer360.PartyFilter) *customer360.Service[*store.Bundle] {
	t.Helper()
	s, err := customer360.New(db, customer360.ServiceConfig{Work: work.Config{Authorizer: work.AllowAll{}, Clock: &clock{noon("2011-06-01")}}, Excluded: excluded})
	require.NoError(t, err)
	return s
}

func command(key, asOf string) customer360.ReviewGrades {
	return customer360.ReviewGrades{Header: work.Header{Key: key, Actor: work.Actor{ID: "job"}}, Company: company(), Currency: tandem.GBP, AsOf: date(asOf),
		Policy: grading.StandardPolicy()}
}

// sell appends sales of a customer: pence on each day.
func (c *crm) sell(who string, minor int64, days ...string) {
	c.t.Helper()
	c.update(func(ctx context.Context, b *store.Bundle) error {
		for i, day := range days {
			source := fmt.Sprint(who, day, i, minor)
			p := grading.Purchase{ID: grading.PurchaseIDOf(source, 0), Company: company(), Party: customer(who), Kind: grading.Sale, Date: date(day), Net: gbp(minor),
				Document: tandem.RefTo("invoice", tandem.DeriveID[tandem.CompanyID]("invoice", source), ""), Recorded: noon(day)}
			if minor < 0 {
				p.Kind = grading.Credit
			}
			if err := b.Purchases().Append(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// five customers, each better than the one before in every measure: of N = 5,
// the k-th has k − 1 worse, so scores 1 + ⌊5 (k − 1) ÷ 5⌋ = k in each: 3, 6, 9, 12, 15.
func (c *crm) five() {
	c.sell("a", 100, "2011-01-10")
	c.sell("b", 100, "2011-02-10", "2011-02-11")
	c.sell("c", 100, "2011-03-10", "2011-03-11", "2011-03-12")
	c.sell("d", 100, "2011-04-10", "2011-04-11", "2011-04-12", "2011-04-13")
	c.sell("e", 100, "2011-05-10", "2011-05-11", "2011-05-12", "2011-05-13", "2011-05-14")
}

func of(t testing.TB, r customer360.GradesReviewed, who string) grading.Decision {
	t.Helper()
	for _, d := range r.Decisions {
		if d.Score.Party == customer(who) {
			return d
		}
	}
	t.Fatalf("no decision for %s", who)
	return grading.Decision{}
}

func TestAReviewGradesAllCustomers(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	c.five()
	s := service(t, c.store, nil)
	got, err := s.ReviewGrades(t.Context(), command("june", "2011-06-01"))
	require.NoError(t, err)
	require.Equal(t, []customer360.GradeCount{{Grade: grading.Gold, Customers: 1}, {Grade: grading.Silver, Customers: 1}, {Grade: grading.Bronze, Customers: 1}, {Customers: 2}}, got.Grades)
	require.Equal(t, []int{5, 5, 5, 0, 0}, []int{got.Ranked, got.Reviewed, got.First, got.Up, got.Down})
	require.Empty(t, got.Moves)
	for who, sum := range map[string]int{"a": 3, "b": 6, "c": 9, "d": 12, "e": 15} {
		require.Equal(t, sum, of(t, got, who).Score.Sum, who)
	}
	d := of(t, got, "d")
	require.Equal(t, []any{grading.Silver, grading.ReasonFirst, 13, 1, 49, 4, gbp(400)}, // 1 June − 13 April
		[]any{d.Grade, d.Reason, d.Next, d.Missing, d.Score.Recency, d.Score.Frequency, d.Score.Monetary})

	_, err = c.dispatcher.Deliver(t.Context()) // its own events
	require.NoError(t, err)
	require.Len(t, c.read().Timeline, 3, "no grade is no news")

	source := customer360.Grades(c.store)
	grade, err := source.GradeOn(t.Context(), company(), customer("e"), date("2011-06-01"))
	require.NoError(t, err)
	require.Equal(t, grading.Gold, grade)
	grade, err = source.GradeOn(t.Context(), company(), customer("e"), date("2011-05-31"))
	require.NoError(t, err)
	require.Empty(t, grade, "not before the review")
}

func TestACustomerComesDownAfterTwoLowReviews(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	c.five()
	s := service(t, c.store, nil)
	for _, asOf := range []string{"2011-06-01", "2011-12-01"} {
		_, err := s.ReviewGrades(t.Context(), command(asOf, asOf))
		require.NoError(t, err)
	}
	// In December nobody has bought for 182 days: the first low review. In January
	// only a has, and is alone: scores 1 + 0 each, sum 3. The others are unranked.
	c.sell("a", 100, "2011-12-20")
	got, err := s.ReviewGrades(t.Context(), command("2012-01-01", "2012-01-01"))
	require.NoError(t, err)
	require.Equal(t, []int{1, 5, 0, 3}, []int{got.Ranked, got.Reviewed, got.Up, got.Down})
	moves := map[tandem.PartyID][2]tandem.GradeCode{}
	for _, m := range got.Moves {
		require.Equal(t, grading.ReasonDown, m.Reason)
		moves[m.Party] = [2]tandem.GradeCode{m.From, m.To}
	}
	require.Equal(t, map[tandem.PartyID][2]tandem.GradeCode{customer("c"): {grading.Bronze, ""}, customer("d"): {grading.Silver, grading.Bronze},
		customer("e"): {grading.Gold, grading.Silver}}, moves)
	require.Equal(t, []customer360.GradeCount{{Grade: grading.Gold}, {Grade: grading.Silver, Customers: 1}, {Grade: grading.Bronze, Customers: 1}, {Customers: 3}}, got.Grades)
}

// cash is a filter that knows one party.
type cash struct{ asked int }

func (f *cash) Excluded(_ context.Context, of tandem.CompanyID, id tandem.PartyID) (bool, error) {
	f.asked++
	return of == company() && id == customer("cash"), nil
}

func TestExcludedPartiesAreNotRanked(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	c.five()
	c.sell("cash", 1_000_000, "2011-05-31", "2011-05-31", "2011-05-30")
	c.sell("sister", 1_000_000, "2011-05-31")
	filter := &cash{}
	s := service(t, c.store, filter)
	cmd := command("june", "2011-06-01")
	cmd.Exclude = []tandem.PartyID{customer("sister")}
	got, err := s.ReviewGrades(t.Context(), cmd)
	require.NoError(t, err)
	require.Equal(t, 5, got.Ranked)
	require.Equal(t, 15, of(t, got, "e").Score.Sum)
	require.Equal(t, 6, filter.asked, "once for each party that the command does not name")
}

func TestTheSameReviewAgain(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	c.five()
	s := service(t, c.store, nil)
	first, err := s.ReviewGrades(t.Context(), command("june", "2011-06-01"))
	require.NoError(t, err)
	again, err := s.ReviewGrades(t.Context(), command("june", "2011-06-01"))
	require.NoError(t, err)
	require.Equal(t, first, again, "the same key gives the first result, decisions included")

	other, err := s.ReviewGrades(t.Context(), command("june again", "2011-06-01"))
	require.NoError(t, err)
	require.Zero(t, other.Reviewed)
	require.Len(t, other.Skipped, 5)
	require.Equal(t, "review_order", other.Skipped[0].Code)
	require.Equal(t, first.Grades, other.Grades)

	changed := command("june", "2011-06-01")
	changed.Policy.Tolerance = 0
	_, err = s.ReviewGrades(t.Context(), changed)
	require.ErrorIs(t, err, tandem.ErrDuplicate)
}

func TestAPinStandsAboveAReview(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	c.five()
	c.update(func(ctx context.Context, b *store.Bundle) error {
		a, err := grading.NewGradeAssignment(company(), customer("a"))
		require.NoError(t, err)
		require.NoError(t, a.Pin(grading.PinRequest{Grade: grading.Gold, From: date("2011-05-01"), Until: date("2011-07-01"), Reason: "promised", By: "boss"}, noon("2011-05-01")))
		return b.GradeAssignments().Save(ctx, a)
	})
	got, err := service(t, c.store, nil).ReviewGrades(t.Context(), command("june", "2011-06-01"))
	require.NoError(t, err)
	require.Equal(t, 2, got.Grades[0].Customers, "e, and a by its pin")
	require.True(t, of(t, got, "a").Pinned)
	grades := customer360.Grades(c.store)
	for day, want := range map[string]tandem.GradeCode{"2011-06-30": grading.Gold, "2011-07-01": ""} {
		grade, err := grades.GradeOn(t.Context(), company(), customer("a"), date(day))
		require.NoError(t, err)
		require.Equal(t, want, grade, day)
	}
}

func TestAChangedPolicyIsAMoveOfItsOwn(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	c.five()
	s := service(t, c.store, nil)
	_, err := s.ReviewGrades(t.Context(), command("june", "2011-06-01"))
	require.NoError(t, err)
	cmd := command("july", "2011-06-02")
	cmd.Policy.Version, cmd.Policy.Steps = "plain", []grading.Step{{Grade: "key", From: 10}}
	got, err := s.ReviewGrades(t.Context(), cmd)
	require.NoError(t, err)
	require.Equal(t, []customer360.GradeCount{{Grade: "key", Customers: 2}, {Customers: 3}}, got.Grades)
	require.Len(t, got.Moves, 3)
	require.Equal(t, []int{0, 0}, []int{got.Up, got.Down})
	require.Equal(t, grading.ReasonPolicyChanged, got.Moves[0].Reason)
}

func TestAReviewOfNobody(t *testing.T) {
	got, err := service(t, memory.Open(), nil).ReviewGrades(t.Context(), command("june", "2011-06-01"))
	require.NoError(t, err)
	require.Zero(t, got.Reviewed)
	require.Equal(t, []customer360.GradeCount{{Grade: grading.Gold}, {Grade: grading.Silver}, {Grade: grading.Bronze}, {}}, got.Grades)
}

func TestAReviewIsChecked(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	s := service(t, c.store, nil)
	for name, spoil := range map[string]func(*customer360.ReviewGrades){
		"company":  func(c *customer360.ReviewGrades) { c.Company = tandem.CompanyID{} },
		"currency": func(c *customer360.ReviewGrades) { c.Currency = 0 },
		"date":     func(c *customer360.ReviewGrades) { c.AsOf = tandem.Date{} },
		"policy":   func(c *customer360.ReviewGrades) { c.Policy.Steps = nil },
		"exclude":  func(c *customer360.ReviewGrades) { c.Exclude = make([]tandem.PartyID, customer360.MaxExcluded+1) },
	} {
		cmd := command(name, "2011-06-01")
		spoil(&cmd)
		_, err := s.ReviewGrades(t.Context(), cmd)
		require.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
	c.sell("a", 100, "2011-05-01")
	dollars := command("dollars", "2011-06-01")
	dollars.Currency = tandem.USD
	_, err := s.ReviewGrades(t.Context(), dollars)
	require.ErrorIs(t, err, tandem.ErrCurrency, "amounts of another currency cannot be ranked")

	_, err = customer360.New(c.store, customer360.ServiceConfig{})
	require.ErrorIs(t, err, tandem.ErrInvalid, "who may do it must be said")
	forbidden, err := customer360.New(c.store, customer360.ServiceConfig{Work: work.Config{Authorizer: refuser{}}})
	require.NoError(t, err)
	_, err = forbidden.ReviewGrades(t.Context(), command("june", "2011-06-01"))
	require.ErrorIs(t, err, tandem.ErrNotAllowed)
}

func TestAReviewJoinsTheHostsTransaction(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	c.five()
	s := service(t, c.store, nil)
	rollback := errors.New("the host thinks again")
	err := c.store.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
		_, err := s.On(work.Join(b)).ReviewGrades(ctx, command("june", "2011-06-01"))
		require.NoError(t, err)
		return rollback
	})
	require.ErrorIs(t, err, rollback)
	got, err := s.ReviewGrades(t.Context(), command("june", "2011-06-01"))
	require.NoError(t, err)
	require.Equal(t, 5, got.First)
}

func TestTheResultOfAReviewSurvivesJSON(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	c.five()
	got, err := service(t, c.store, nil).ReviewGrades(t.Context(), command("june", "2011-06-01"))
	require.NoError(t, err)
	var back customer360.GradesReviewed
	require.NoError(t, json.Unmarshal(got.AppendJSON(nil), &back))
	require.Equal(t, got, back)
}

func TestAGradeIsInheritedDownOnly(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	c.update(func(ctx context.Context, b *store.Bundle) error {
		for _, who := range []string{"group", "shop", "stranger"} {
			p, err := party.NewParty(customer(who), party.Organisation, "x", party.Customer, date("2011-01-01"), noon("2011-01-01"))
			require.NoError(t, err)
			switch who {
			case "shop":
				require.NoError(t, p.SetParent(party.Parent{Party: customer("group"), Inherits: []party.Attribute{party.InheritGrade}}, noon("2011-01-01")))
			case "stranger":
				require.NoError(t, p.SetParent(party.Parent{Party: customer("group")}, noon("2011-01-01")))
			}
			require.NoError(t, b.Parties().Save(ctx, p))
		}
		a, err := grading.NewGradeAssignment(company(), customer("group"))
		require.NoError(t, err)
		require.NoError(t, a.Pin(grading.PinRequest{Grade: grading.Gold, From: date("2011-06-01"), Until: date("2011-07-01"), Reason: "group contract", By: "boss"}, noon("2011-06-01")))
		return b.GradeAssignments().Save(ctx, a)
	})
	for who, want := range map[string]tandem.GradeCode{"group": grading.Gold, "shop": grading.Gold, "stranger": "", "unknown": ""} {
		grade, err := customer360.Grades(c.store).GradeOn(t.Context(), company(), customer(who), date("2011-06-10"))
		require.NoError(t, err)
		require.Equal(t, want, grade, who)
	}
}

// BenchmarkReviewGrades reviews 4,000 customers with a year of purchases, each
// time a month later.
func BenchmarkReviewGrades(b *testing.B) {
	c := &crm{t: b, store: memory.Open()}
	for month := range 12 {
		c.update(func(ctx context.Context, r *store.Bundle) error {
			for n := range 4000 {
				source := fmt.Sprint(n, "/", month)
				err := r.Purchases().Append(ctx, grading.Purchase{ID: grading.PurchaseIDOf(source, 0), Company: company(), Party: customer(fmt.Sprint(n)), Kind: grading.Sale,
					Date: date("2011-01-01").AddDays(month*30 + n%30), Net: gbp(int64(100 + n*month)), Document: tandem.RefTo("invoice", orderID(source), ""), Recorded: noon("2011-12-31")})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	s := service(b, c.store, nil)
	cmd := command("", "2012-01-01")
	cmd.Policy.Window = 365
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		cmd.Key, cmd.AsOf = fmt.Sprint("review", i), date("2012-01-01").AddDays(i)
		got, err := s.ReviewGrades(context.Background(), cmd)
		if err != nil || got.Reviewed != 4000 {
			b.Fatal(got.Reviewed, err)
		}
	}
}
