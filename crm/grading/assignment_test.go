package grading_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
)

func newAssignment(t require.TestingT) *grading.GradeAssignment {
	a, err := grading.NewGradeAssignment(company, customer("a"))
	require.NoError(t, err)
	return a
}

func review(t require.TestingT, a *grading.GradeAssignment, on string, sum int) grading.Decision {
	d, err := a.Review(grading.StandardPolicy(), grading.Score{Party: customer("a"), Sum: sum}, day(t, on), at)
	require.NoError(t, err)
	return d
}

func refusedAs(t *testing.T, err error, code string) {
	t.Helper()
	var refused *tandem.RefusedError
	require.True(t, errors.As(err, &refused), "%v", err)
	assert.Equal(t, code, refused.Code)
	assert.ErrorIs(t, err, tandem.ErrNotAllowed)
}

func changes(a *grading.GradeAssignment) (out []string) {
	for _, e := range a.Drain().Events {
		c := e.(grading.GradeChanged)
		out = append(out, c.Effective.String()+" "+string(c.From)+">"+string(c.To)+" "+string(c.Reason))
	}
	return out
}

func TestGradesByDay(t *testing.T) {
	a := newAssignment(t)
	assert.Equal(t, tandem.GradeCode(""), a.GradeOn(day(t, "2011-06-01")))
	review(t, a, "2011-06-01", 13)
	review(t, a, "2011-07-01", 5)
	review(t, a, "2011-08-01", 5)
	review(t, a, "2011-09-01", 5)
	d := review(t, a, "2011-10-01", 5)
	assert.Equal(t, grading.ReasonDown, d.Reason)
	for on, want := range map[string]tandem.GradeCode{"2011-05-31": "", "2011-06-01": "gold", "2011-07-31": "gold",
		"2011-08-01": "silver", "2011-09-30": "silver", "2011-10-01": "bronze", "2030-01-01": "bronze"} {
		assert.Equal(t, want, a.GradeOn(day(t, on)), on)
	}
	why, found := a.EarnedOn(day(t, "2011-09-15"))
	assert.True(t, found)
	assert.Equal(t, grading.Change{Grade: "silver", From: day(t, "2011-08-01"), Reason: grading.ReasonDown, Policy: "standard-1",
		Sum: 5, Threshold: 13, At: at}, why)
	assert.Equal(t, []string{"2011-06-01 >gold first", "2011-08-01 gold>silver down", "2011-10-01 silver>bronze down"}, changes(a))
	assert.Empty(t, a.Drain().Events)
}

func TestPinStandsAboveReviews(t *testing.T) {
	a := newAssignment(t)
	review(t, a, "2011-06-01", 7)
	pin := grading.PinRequest{Grade: "gold", From: day(t, "2011-06-10"), Until: day(t, "2011-08-10"), Reason: "key account", By: "ann"}
	require.NoError(t, a.Pin(pin, at))
	d := review(t, a, "2011-07-01", 10)
	assert.True(t, d.Pinned)
	assert.Equal(t, tandem.GradeCode("silver"), d.Grade)
	for on, want := range map[string]tandem.GradeCode{"2011-06-09": "bronze", "2011-06-10": "gold", "2011-07-15": "gold",
		"2011-08-09": "gold", "2011-08-10": "silver"} {
		assert.Equal(t, want, a.GradeOn(day(t, on)), on)
	}
	held, found := a.PinOn(day(t, "2011-07-15"))
	assert.True(t, found)
	assert.Equal(t, "key account", held.Reason)
	// The lapse is told by the next command, with effect from the day it lapsed.
	review(t, a, "2011-09-01", 13)
	assert.Equal(t, []string{"2011-06-01 >bronze first", "2011-06-10 bronze>gold pinned", "2011-08-10 gold>silver pin_lapsed",
		"2011-09-01 silver>gold up"}, changes(a))
	// and only once
	told, err := a.Refresh(day(t, "2011-09-02"), at)
	require.NoError(t, err)
	assert.False(t, told)
}

func TestPinReplacedUnpinnedRefreshed(t *testing.T) {
	a := newAssignment(t)
	gold := grading.PinRequest{Grade: "gold", From: day(t, "2011-06-10"), Until: day(t, "2011-08-10"), Reason: "key account", By: "ann"}
	require.NoError(t, a.Pin(gold, at))
	silver := gold
	silver.Grade, silver.From = "silver", day(t, "2011-07-01")
	require.NoError(t, a.Pin(silver, at))
	assert.Equal(t, tandem.GradeCode("gold"), a.GradeOn(day(t, "2011-06-30")))
	assert.Equal(t, tandem.GradeCode("silver"), a.GradeOn(day(t, "2011-07-01")))
	refusedAs(t, a.Pin(gold, at), "day_order")
	require.NoError(t, a.Unpin(day(t, "2011-07-01"), "a mistake", at), "on the day it began")
	refusedAs(t, a.Unpin(day(t, "2011-07-01"), "again", at), "not_pinned")
	require.NoError(t, a.Pin(silver, at))
	told, err := a.Refresh(day(t, "2011-08-10"), at)
	require.NoError(t, err)
	assert.True(t, told)
	assert.Equal(t, []string{"2011-06-10 >gold pinned", "2011-07-01 gold>silver pinned", "2011-07-01 silver> unpinned",
		"2011-07-01 >silver pinned", "2011-08-10 silver> pin_lapsed"}, changes(a))
	assert.Len(t, a.State().Pins, 3)
	restored, err := grading.RestoreGradeAssignment(a.State())
	require.NoError(t, err)
	assert.Equal(t, a.State(), restored.State())
}

func TestCommandsRefuse(t *testing.T) {
	a := newAssignment(t)
	review(t, a, "2011-06-01", 13)
	p := grading.StandardPolicy()
	mine := grading.Score{Party: customer("a"), Sum: 10}
	_, err := a.Review(p, mine, day(t, "2011-06-01"), at)
	refusedAs(t, err, "review_order")
	_, err = a.Review(p, mine, day(t, "2011-05-01"), at)
	refusedAs(t, err, "day_order")
	_, err = a.Refresh(day(t, "2011-05-01"), at)
	refusedAs(t, err, "day_order")
	_, err = a.Review(p, grading.Score{Party: customer("b")}, day(t, "2011-07-01"), at)
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	_, err = a.Review(grading.Policy{}, mine, day(t, "2011-07-01"), at)
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	_, err = a.Review(p, mine, tandem.Date{}, at)
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	var invalid *tandem.InvalidError
	require.ErrorAs(t, a.Pin(grading.PinRequest{}, tandem.Instant{}), &invalid)
	assert.Len(t, invalid.Faults, 6)
	assert.ErrorIs(t, a.Unpin(tandem.Date{}, "", at), tandem.ErrInvalid)
	before := a.State()
	assert.Equal(t, before, a.State(), "a refusal changes nothing")
	_, err = grading.NewGradeAssignment(company, tandem.PartyID{})
	assert.ErrorIs(t, err, tandem.ErrInvalid)
}

func TestRestoreRefuses(t *testing.T) {
	a := newAssignment(t)
	review(t, a, "2011-06-01", 13)
	review(t, a, "2011-07-01", 15)
	for name, damage := range map[string]func(*grading.GradeAssignmentState){
		"id": func(s *grading.GradeAssignmentState) {
			s.ID = grading.GradeAssignmentIDOf(company, customer("b"))
		},
		"reason":   func(s *grading.GradeAssignmentState) { s.History[0].Reason = "" },
		"day":      func(s *grading.GradeAssignmentState) { s.History[0].From = tandem.Date{} },
		"later":    func(s *grading.GradeAssignmentState) { s.History = append(s.History, s.History[0]) },
		"reviewed": func(s *grading.GradeAssignmentState) { s.Reviewed = tandem.Date{} },
		"revision": func(s *grading.GradeAssignmentState) { s.Revision = -1 },
		"pin":      func(s *grading.GradeAssignmentState) { s.Pins = []grading.Pin{{Grade: "gold"}} },
	} {
		s := a.State()
		damage(&s)
		_, err := grading.RestoreGradeAssignment(s)
		assert.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
}

// Any run of commands: the events replay to the grade of each day, the state
// survives JSON, and what was handed out shares nothing with the aggregate.
func TestAssignmentProperties(t *testing.T) {
	start := day(t, "2011-01-01")
	rapid.Check(t, func(t *rapid.T) {
		a := newAssignment(t)
		on := start
		var events []tandem.Event
		for range rapid.IntRange(1, 25).Draw(t, "commands") {
			on = on.AddDays(rapid.IntRange(0, 40).Draw(t, "days"))
			switch rapid.IntRange(0, 3).Draw(t, "command") {
			case 0:
				_, _ = a.Review(grading.StandardPolicy(), grading.Score{Party: customer("a"), Sum: rapid.IntRange(0, 15).Draw(t, "sum")}, on, at)
			case 1:
				_ = a.Pin(grading.PinRequest{Grade: rapid.SampledFrom([]tandem.GradeCode{"gold", "silver"}).Draw(t, "grade"), From: on,
					Until: on.AddDays(rapid.IntRange(1, 60).Draw(t, "length")), Reason: "r", By: "b"}, at)
			case 2:
				_ = a.Unpin(on, "r", at)
			case 3:
				_, err := a.Refresh(on, at)
				assert.NoError(t, err)
			}
			events = append(events, a.Drain().Events...)
		}
		_, err := a.Refresh(on, at)
		assert.NoError(t, err)
		events = append(events, a.Drain().Events...)
		assert.Equal(t, int64(len(events)), a.State().Sequence)
		for d := start; !d.After(on); d = d.AddDays(1) {
			var told tandem.GradeCode
			for _, e := range events {
				if c := e.(grading.GradeChanged); !c.Effective.After(d) {
					told = c.To
				}
			}
			assert.Equal(t, a.GradeOn(d), told, d)
		}
		data, err := json.Marshal(a.State())
		assert.NoError(t, err)
		var s grading.GradeAssignmentState
		assert.NoError(t, json.Unmarshal(data, &s))
		assert.Equal(t, a.State(), s)
		if len(s.History) > 0 {
			restored, err := grading.RestoreGradeAssignment(s)
			assert.NoError(t, err)
			s.History[0].Grade = "changed"
			assert.Equal(t, a.State(), restored.State())
		}
	})
}

func TestEventIsThatOfEncodingJSON(t *testing.T) {
	for _, e := range []grading.GradeChanged{{}, {Company: company, Party: customer("a"), From: "silver", To: "gold",
		Effective: day(t, "2011-06-01"), Until: day(t, "2011-07-01"), Reason: grading.ReasonPinned, Note: "a <note>", Policy: "p", Sum: 13,
		Threshold: 10, At: at}} {
		want, err := json.Marshal(e)
		require.NoError(t, err)
		assert.Equal(t, string(want), string(e.AppendJSON(nil)))
	}
	assert.Equal(t, "grading.grade.changed", grading.GradeChanged{}.EventName())
}

func TestEnumerationsAreClosed(t *testing.T) {
	for _, r := range grading.Reasons() {
		var got grading.Reason
		require.NoError(t, got.UnmarshalText([]byte(r)))
		assert.True(t, r.Valid() && got == r)
	}
	var (
		r grading.Reason
		k grading.PurchaseKind
		p grading.Population
	)
	for _, bad := range []string{"", "Sale", "x"} {
		assert.ErrorIs(t, r.UnmarshalText([]byte(bad)), tandem.ErrInvalid)
		assert.ErrorIs(t, k.UnmarshalText([]byte(bad)), tandem.ErrInvalid)
		assert.ErrorIs(t, p.UnmarshalText([]byte(bad)), tandem.ErrInvalid)
	}
	assert.NoError(t, k.UnmarshalText([]byte("credit")))
	assert.NoError(t, p.UnmarshalText([]byte("buyers")))
	assert.False(t, r.Valid() || grading.PurchaseKind("").Valid() || grading.Population("").Valid())
}

func TestQueriesMatch(t *testing.T) {
	p := fact(grading.Sale, "a", day(t, "2011-05-31"), 100)
	other := fact(grading.Sale, "b", day(t, "2011-06-01"), 100)
	for name, q := range map[string]grading.PurchaseQuery{
		"party": {Party: p.Party}, "dates": {Dates: tandem.Validity{Until: day(t, "2011-06-01")}}, "document": {Document: p.Document},
	} {
		assert.True(t, q.Matches(p) && !q.Matches(other), name)
	}
	assert.False(t, grading.PurchaseQuery{Company: tandem.DeriveID[tandem.CompanyID]("company", "x")}.Matches(p))
	a, b := newAssignment(t), newAssignment(t)
	review(t, a, "2011-06-01", 13)
	for name, q := range map[string]grading.GradeAssignmentQuery{"grade": {Grade: "gold"}} {
		assert.True(t, q.Matches(a) && !q.Matches(b), name)
	}
	due := grading.GradeAssignmentQuery{Company: company, Party: customer("a"), ReviewedBefore: day(t, "2011-06-01")}
	assert.True(t, due.Matches(b) && !due.Matches(a))
}
