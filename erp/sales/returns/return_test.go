package returns_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales/internal/documenttest"
	"github.com/tandem-go/tandem/erp/sales/returns"
)

var (
	gbp, each, date, at   = documenttest.GBP, documenttest.Each, documenttest.Date, documenttest.At
	code, names, document = documenttest.Code, documenttest.Names, documenttest.Document
)

func input() returns.Input {
	order, delivery := documenttest.Document("sales_order"), documenttest.Document("sales_delivery")
	in := returns.Input{ID: tandem.DeriveID[returns.ID]("return", "1"), Company: documenttest.Company(), Number: "RMA-1",
		Customer: documenttest.Customer(), Date: date("2011-06-10"), Currency: tandem.GBP, Reason: "broken"}
	for i, quantity := range []int64{3, 2} {
		in.Lines = append(in.Lines, returns.Item{Line: i + 1, Order: tandem.LineRef{Document: order, Line: i + 1},
			Delivery: tandem.LineRef{Document: delivery, Line: i + 1}, Product: documenttest.Item(i+1, 1, 1).Product, Quantity: each(quantity)})
	}
	return in
}

func authorised(t documenttest.T) *returns.Return {
	t.Helper()
	r, err := returns.Authorise(input(), at(4))
	if err != nil {
		t.Fatalf("authorise: %v", err)
	}
	return r
}

func received(line int, n int64) returns.ReceivedLine {
	return returns.ReceivedLine{Line: line, Quantity: each(n), Net: gbp(34 * n), Value: gbp(17 * n)}
}

func verdict(line int, restock, scrap int64, remedy returns.Remedy) returns.Inspection {
	return returns.Inspection{Line: line, Restock: each(restock), Scrap: each(scrap), Remedy: remedy}
}

func TestReturnFromAuthorisationToCredit(t *testing.T) {
	r := authorised(t)
	require.NoError(t, r.Receive([]returns.ReceivedLine{received(1, 2)}, date("2011-06-12"), at(5)))
	require.NoError(t, r.Receive([]returns.ReceivedLine{received(1, 1), received(2, 1)}, date("2011-06-13"), at(6)))
	assert.Equal(t, "over_receipt", code(r.Receive([]returns.ReceivedLine{received(1, 1)}, date("2011-06-13"), at(6))))
	assert.Equal(t, "fault inspection", code(r.Inspect([]returns.Inspection{verdict(1, 3, 0, returns.RemedyCredit)}, at(7))), "line 2 was received too")
	assert.Equal(t, "fault inspection", code(r.Inspect([]returns.Inspection{verdict(1, 1, 1, returns.RemedyCredit), verdict(2, 1, 0, returns.RemedyReplace)}, at(7))))
	require.NoError(t, r.Inspect([]returns.Inspection{verdict(1, 2, 1, returns.RemedyCredit), verdict(2, 0, 1, returns.RemedyReplace)}, at(7)))
	l := r.LineAt(0)
	assert.Equal(t, []tandem.Money{gbp(51), gbp(34), gbp(17)}, []tandem.Money{l.Value, l.RestockValue, l.ScrapValue})
	assert.Equal(t, gbp(102), l.Net)
	assert.Equal(t, "due", code(func() error {
		require.NoError(t, r.Credit(document("credit_note"), date("2011-06-01"), at(8)))
		return r.Close(at(8))
	}()))
	require.NoError(t, r.Replace(document("sales_order"), date("2011-06-01"), at(9)))
	assert.Equal(t, "done", code(r.Credit(document("credit_note"), date("2011-06-01"), at(9))))
	require.NoError(t, r.Close(at(10)))
	assert.Equal(t, []string{"sales.return.authorised", "sales.return.received", "sales.return.received", "sales.return.inspected",
		"sales.return.credited", "sales.return.replaced", "sales.return.closed"}, names(r.Drain()))
	documenttest.RoundTrip(t, r, (*returns.Return).State, returns.Restore)
}

// The order of the replacement is cancelled: it is replaced by another, or credited.
func TestACancelledReplacementIsDueAgain(t *testing.T) {
	for _, again := range []bool{true, false} {
		r := authorised(t)
		require.NoError(t, r.Receive([]returns.ReceivedLine{received(1, 3)}, date("2011-06-12"), at(5)))
		require.NoError(t, r.Inspect([]returns.Inspection{verdict(1, 2, 1, returns.RemedyReplace)}, at(7)))
		assert.Equal(t, "nothing_due", code(r.Credit(document("credit_note"), date("2011-06-13"), at(8))))
		require.NoError(t, r.Replace(document("sales_order"), date("2011-06-13"), at(8)))
		require.NoError(t, r.Close(at(8)))
		assert.Equal(t, "other_replacement", code(r.Reopen(document("credit_note"), at(9))))
		require.NoError(t, r.Reopen(document("sales_order"), at(9)))
		assert.Equal(t, returns.StatusInspected, r.Status())
		assert.Equal(t, "due", code(r.Close(at(9))))
		documenttest.RoundTrip(t, r, (*returns.Return).State, returns.Restore)
		if again {
			require.NoError(t, r.Replace(document("sales_order"), date("2011-06-14"), at(9)))
			assert.False(t, r.Credits(0))
			assert.Equal(t, "nothing_due", code(r.Credit(document("credit_note"), date("2011-06-14"), at(9))))
		} else {
			assert.True(t, r.Credits(0))
			require.NoError(t, r.Credit(document("credit_note"), date("2011-06-14"), at(9)))
			assert.Equal(t, returns.RemedyCredit, r.LineAt(0).Remedy)
			assert.Equal(t, "nothing_due", code(r.Replace(document("sales_order"), date("2011-06-14"), at(9))))
		}
		require.NoError(t, r.Close(at(10)))
	}
}

func TestReturnRefuses(t *testing.T) {
	_, err := returns.Authorise(returns.Input{}, tandem.Instant{})
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	for name, change := range map[string]func(*returns.Input){
		"no delivery line":      func(in *returns.Input) { in.Lines[0].Delivery = tandem.LineRef{} },
		"no order line":         func(in *returns.Input) { in.Lines[0].Order.Line = 0 },
		"nothing":               func(in *returns.Input) { in.Lines[0].Quantity = each(0) },
		"lines count otherwise": func(in *returns.Input) { in.Lines[0].Line = 2 },
		"a line twice": func(in *returns.Input) {
			in.Lines = append(in.Lines, in.Lines[0])
			in.Lines[1].Line = 2
		},
	} {
		in := input()
		change(&in)
		_, err := returns.Authorise(in, at(4))
		assert.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
	on := date("2011-06-12")
	euro, err := tandem.ParseMoney("1.00 EUR")
	require.NoError(t, err)
	for want, lines := range map[string][]returns.ReceivedLine{
		"unknown_line":    {received(3, 1)},
		"over_receipt":    {received(1, 4)},
		"fault quantity":  {received(1, 0)},
		"fault required":  nil,
		"fault duplicate": {received(1, 1), received(1, 1)},
		"fault net":       {{Line: 1, Quantity: each(1), Net: euro, Value: gbp(1)}},
		"fault value":     {{Line: 1, Quantity: each(1), Net: gbp(1), Value: gbp(-1)}},
	} {
		r := authorised(t)
		before := r.State()
		assert.Equal(t, want, code(r.Receive(lines, on, at(5))))
		assert.Equal(t, before, r.State())
	}
	r := authorised(t)
	require.NoError(t, r.Receive([]returns.ReceivedLine{received(1, 1)}, on, at(5)))
	assert.Equal(t, "fault remedy", code(r.Inspect([]returns.Inspection{verdict(1, 1, 0, "kiss")}, at(6))))
	assert.Equal(t, "fault duplicate", code(r.Inspect([]returns.Inspection{verdict(1, 1, 0, "credit"), verdict(1, 1, 0, "credit")}, at(6))))
	assert.Equal(t, "unknown_line", code(r.Inspect([]returns.Inspection{verdict(7, 1, 0, "credit")}, at(6))))
	assert.Equal(t, "fault inspection", code(r.Inspect([]returns.Inspection{verdict(1, 1, 0, "credit"), verdict(2, 1, 0, "credit")}, at(6))), "nothing of line 2 came")
	require.NoError(t, r.Inspect([]returns.Inspection{verdict(1, 0, 1, returns.RemedyReject)}, at(6)))
	assert.Equal(t, "nothing_due", code(r.Credit(document("credit_note"), date("2011-06-01"), at(7))))
	documenttest.RoundTrip(t, r, (*returns.Return).State, returns.Restore)
	require.NoError(t, r.Close(at(8)))
	_, err = returns.Restore(returns.State{})
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	s := r.State()
	s.Lines[0].Scrapped = each(0)
	_, err = returns.Restore(s)
	assert.ErrorIs(t, err, tandem.ErrInvalid)
}

func TestReturnStateTimesCommand(t *testing.T) {
	on := date("2011-06-12")
	commands := map[string]func(*returns.Return) error{
		"receive": func(r *returns.Return) error { return r.Receive([]returns.ReceivedLine{received(1, 1)}, on, at(5)) },
		"inspect": func(r *returns.Return) error {
			return r.Inspect([]returns.Inspection{verdict(1, 1, 0, returns.RemedyCredit), verdict(2, 1, 0, returns.RemedyReplace)}, at(5))
		},
		"credit":  func(r *returns.Return) error { return r.Credit(document("credit_note"), date("2011-06-01"), at(5)) },
		"replace": func(r *returns.Return) error { return r.Replace(document("sales_order"), date("2011-06-01"), at(5)) },
		"close":   func(r *returns.Return) error { return r.Close(at(5)) },
		"reopen":  func(r *returns.Return) error { return r.Reopen(document("sales_order"), at(5)) },
		"cancel":  func(r *returns.Return) error { return r.Cancel("nothing came", at(5)) },
	}
	path := map[returns.Status][]string{returns.StatusAuthorised: {}, returns.StatusReceived: {"first"}, returns.StatusInspected: {"first", "inspect"},
		returns.StatusCredited: {"first", "inspect", "credit"}, returns.StatusReplaced: {"first", "inspect", "replace"},
		returns.StatusClosed: {"first", "inspect", "credit", "replace", "close"}, returns.StatusCancelled: {"cancel"}}
	allowed := map[[2]string]returns.Status{}
	for _, tr := range returns.Transitions() {
		require.NotNil(t, commands[tr.Command])
		allowed[[2]string{string(tr.From), tr.Command}] = tr.To
	}
	for _, status := range returns.Statuses() {
		for command, run := range commands {
			r := authorised(t)
			for _, step := range path[status] {
				if step == "first" {
					require.NoError(t, r.Receive([]returns.ReceivedLine{received(1, 1), received(2, 1)}, on, at(5)))
					continue
				}
				require.NoError(t, commands[step](r))
			}
			require.Equal(t, status, r.Status())
			to, ok := allowed[[2]string{string(status), command}]
			err := run(r)
			switch {
			case !ok:
				assert.Equal(t, "status", code(err), "%s of %s", command, status)
				assert.Equal(t, status, r.Status())
			case command == "reopen" && status == returns.StatusCredited:
				assert.Equal(t, "other_replacement", code(err), "nothing replaces it")
			case command == "close": // both remedies are due, and one at most is done
				assert.Equal(t, "due", code(err))
			default:
				require.NoError(t, err, "%s of %s", command, status)
				assert.Equal(t, to, r.Status())
			}
			documenttest.RoundTrip(t, r, (*returns.Return).State, returns.Restore)
		}
	}
}

func TestInspectedValueSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := authorised(t)
		n := rapid.Int64Range(1, 3).Draw(t, "received")
		in := received(1, n)
		in.Value = gbp(rapid.Int64Range(0, 1000).Draw(t, "value"))
		if rapid.Bool().Draw(t, "service") {
			in.Value = tandem.Money{}
		}
		require.NoError(t, r.Receive([]returns.ReceivedLine{in}, date("2011-06-12"), at(5)))
		restock := rapid.Int64Range(0, n).Draw(t, "restock")
		require.NoError(t, r.Inspect([]returns.Inspection{verdict(1, restock, n-restock, returns.RemedyCredit)}, at(6)))
		l := r.LineAt(0)
		require.Equal(t, in.Value.Minor(), l.RestockValue.Minor()+l.ScrapValue.Minor())
		require.True(t, restock > 0 || l.RestockValue.IsZero())
		require.True(t, restock < n || l.ScrapValue.IsZero())
		documenttest.RoundTrip(t, r, (*returns.Return).State, returns.Restore)
	})
}

func TestEventsAreWrittenAsEncodingJSONDoes(t *testing.T) {
	documenttest.Events(t, "sales.return.", &returns.Authorised{}, &returns.Received{}, &returns.Inspected{}, &returns.Credited{},
		&returns.Replaced{}, &returns.Reopened{}, &returns.Closed{}, &returns.Cancelled{})
}

func TestQueries(t *testing.T) {
	r := authorised(t)
	for name, query := range map[string]returns.Query{
		"any":           {},
		"authorised":    {Status: returns.StatusAuthorised, Customer: documenttest.Customer(), Company: documenttest.Company()},
		"by its number": {Number: "RMA-1"},
		"of that day":   {From: date("2011-06-10"), Until: date("2011-06-11")},
	} {
		assert.True(t, query.Matches(r), name)
	}
	for name, query := range map[string]returns.Query{
		"received":            {Status: returns.StatusReceived},
		"by another number":   {Number: "RMA-2"},
		"of another customer": {Customer: tandem.DeriveID[tandem.PartyID]("customer", "2")},
		"of another company":  {Company: tandem.DeriveID[tandem.CompanyID]("company", "2")},
		"later":               {From: date("2011-06-11")},
		"earlier":             {Until: date("2011-06-10")},
	} {
		assert.False(t, query.Matches(r), name)
	}
}

func TestEnumerationsRefuseAnythingElse(t *testing.T) {
	for _, target := range []any{new(returns.Status), new(returns.Remedy)} {
		assert.ErrorIs(t, json.Unmarshal([]byte(`"nonsense"`), target), tandem.ErrInvalid, "%T", target)
	}
	for _, r := range returns.Remedies() {
		assert.True(t, r.Valid())
	}
	for _, s := range returns.Statuses() {
		assert.NoError(t, json.Unmarshal([]byte(`"`+string(s)+`"`), new(returns.Status)))
	}
}

// Three pieces come back that were sold for 1.02 and had cost 0.50; one of them is broken.
func Example() {
	r, err := returns.Authorise(input(), at(4))
	if err != nil {
		fmt.Println(err)
		return
	}
	back := returns.ReceivedLine{Line: 1, Quantity: each(3), Net: gbp(102), Value: gbp(50)}
	fmt.Println(r.Receive([]returns.ReceivedLine{back}, date("2011-06-12"), at(5)))
	fmt.Println(r.Inspect([]returns.Inspection{{Line: 1, Restock: each(2), Scrap: each(1), Remedy: returns.RemedyCredit}}, at(6)))
	l := r.LineAt(0)
	fmt.Println("restocked at", l.RestockValue, "and scrapped at", l.ScrapValue)
	fmt.Println(code(r.Close(at(7))))
	fmt.Println(r.Credit(document("credit_note"), date("2011-06-01"), at(8)), r.Close(at(9)), r.Status())
	// Output:
	// <nil>
	// <nil>
	// restocked at 0.33 GBP and scrapped at 0.17 GBP
	// due
	// <nil> <nil> closed
}
