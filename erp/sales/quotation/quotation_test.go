package quotation_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/internal/documenttest"
	"github.com/tandem-go/tandem/erp/sales/quotation"
)

var (
	gbp, date, at, item = documenttest.GBP, documenttest.Date, documenttest.At, documenttest.Item
	company, customer   = documenttest.Company, documenttest.Customer
	code                = documenttest.Code
)

func offer(t testing.TB) *quotation.Quotation {
	i := item(1, 10, 100)
	i.Waterfall = `{"steps":[1,2]}`
	q, err := quotation.New(quotation.Input{ID: tandem.DeriveID[quotation.ID]("quotation", "1"), Company: company(), Number: "QU-1",
		Customer: customer(), Date: date("2011-06-01"), ValidUntil: date("2011-06-30"), Currency: tandem.GBP, Grade: "gold", Terms: "net30",
		Lines: []sales.Item{i}}, at(0))
	require.NoError(t, err)
	return q
}

func TestASentQuotationKeepsItsPrices(t *testing.T) {
	q := offer(t)
	require.NoError(t, q.Revise([]sales.Item{item(1, 10, 95)}, "gold", tandem.Date{}))
	require.NoError(t, q.Send(date("2011-06-01"), at(1)))
	want := q.State()
	err := q.Revise([]sales.Item{item(1, 10, 90)}, "platinum", tandem.Date{})
	assert.Equal(t, "price_locked", code(err))
	assert.ErrorIs(t, err, tandem.ErrNotAllowed)
	assert.Equal(t, want, q.State())
	assert.True(t, q.Locked(date("2011-06-30")))
	assert.False(t, q.Locked(date("2011-07-01")))
	q = documenttest.RoundTrip(t, q, (*quotation.Quotation).State, quotation.Restore)

	in := q.OrderInput(tandem.DeriveID[sales.OrderID]("order", "1"), "SO-1", date("2011-06-30"))
	o, err := sales.NewOrder(in, at(2))
	require.NoError(t, err)
	assert.Equal(t, gbp(950), o.Net())
	assert.Equal(t, tandem.GradeCode("gold"), o.Grade())
	assert.Equal(t, "fault required", code(q.Accept(tandem.DocumentRef{}, date("2011-06-30"), at(2))))
	require.NoError(t, q.Accept(o.Ref(), date("2011-06-30"), at(2)), "the last day counts")
	documenttest.RoundTrip(t, q, (*quotation.Quotation).State, quotation.Restore)
}

func TestQuotationsExpire(t *testing.T) {
	q := offer(t)
	assert.Equal(t, "expired", code(q.Send(date("2011-07-01"), at(1))))
	require.NoError(t, q.Send(date("2011-06-30"), at(1)))
	assert.Equal(t, "not_due", code(q.Expire(date("2011-06-30"), at(2))))
	assert.Equal(t, "expired", code(q.Accept(documenttest.Document(sales.KindOrder), date("2011-07-01"), at(2))))
	require.NoError(t, q.Expire(date("2011-07-01"), at(2)))
	assert.Equal(t, "fault reason", code(offer(t).Decline("", at(2))))
}

func TestQuotationStateTimesCommand(t *testing.T) {
	today, later := date("2011-06-10"), date("2011-07-10")
	commands := map[string]func(*quotation.Quotation) error{
		"revise": func(q *quotation.Quotation) error { return q.Revise([]sales.Item{item(1, 1, 1)}, "gold", later) },
		"send":   func(q *quotation.Quotation) error { return q.Send(today, at(1)) },
		"accept": func(q *quotation.Quotation) error {
			return q.Accept(documenttest.Document(sales.KindOrder), today, at(1))
		},
		"decline": func(q *quotation.Quotation) error { return q.Decline("too dear", at(1)) },
		"expire":  func(q *quotation.Quotation) error { return q.Expire(later, at(1)) },
	}
	path := map[quotation.Status][]string{quotation.StatusDraft: {}, quotation.StatusSent: {"send"},
		quotation.StatusAccepted: {"send", "accept"}, quotation.StatusDeclined: {"decline"}, quotation.StatusExpired: {"send", "expire"}}
	allowed := map[[2]string]quotation.Status{}
	for _, tr := range quotation.Transitions() {
		allowed[[2]string{string(tr.From), tr.Command}] = tr.To
	}
	for _, status := range quotation.Statuses() {
		for command, run := range commands {
			q := offer(t)
			for _, step := range path[status] {
				require.NoError(t, commands[step](q))
			}
			require.Equal(t, status, q.Status())
			err := run(q)
			if to, ok := allowed[[2]string{string(status), command}]; ok {
				require.NoError(t, err, "%s of %s", command, status)
				assert.Equal(t, to, q.Status())
			} else {
				assert.Contains(t, []string{"status", "price_locked"}, code(err), "%s of %s", command, status)
				assert.Equal(t, status, q.Status())
			}
			documenttest.RoundTrip(t, q, (*quotation.Quotation).State, quotation.Restore)
		}
	}
}

func TestRestoreQuotationRefuses(t *testing.T) {
	for name, change := range map[string]func(*quotation.State){
		"no id":            func(s *quotation.State) { s.ID = quotation.ID{} },
		"no lines":         func(s *quotation.State) { s.Lines = nil },
		"sent at no time":  func(s *quotation.State) { s.Status = quotation.StatusSent },
		"unknown status":   func(s *quotation.State) { s.Status = "lost" },
		"over at its date": func(s *quotation.State) { s.ValidUntil = date("2011-05-31") },
	} {
		s := offer(t).State()
		change(&s)
		_, err := quotation.Restore(s)
		assert.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
}

func TestEventsAreWrittenAsEncodingJSONDoes(t *testing.T) {
	documenttest.Events(t, "sales.quotation.", &quotation.Sent{}, &quotation.Accepted{}, &quotation.Declined{}, &quotation.Expired{})
}

func TestQueries(t *testing.T) {
	q := offer(t)
	for name, query := range map[string]quotation.Query{
		"any":            {},
		"of the company": {Company: company()},
		"a draft":        {Status: quotation.StatusDraft, Customer: customer()},
		"by its number":  {Number: "QU-1"},
		"of that day":    {From: date("2011-06-01"), Until: date("2011-06-02")},
		"over in July":   {ValidBefore: date("2011-07-01")},
	} {
		assert.True(t, query.Matches(q), name)
	}
	for name, query := range map[string]quotation.Query{
		"of another company":  {Company: tandem.DeriveID[tandem.CompanyID]("company", "2")},
		"of another customer": {Customer: tandem.DeriveID[tandem.PartyID]("customer", "2")},
		"sent":                {Status: quotation.StatusSent},
		"by another number":   {Number: "QU-2"},
		"later":               {From: date("2011-06-02")},
		"earlier":             {Until: date("2011-06-01")},
		"over before its day": {ValidBefore: date("2011-06-30")},
	} {
		assert.False(t, query.Matches(q), name)
	}
}

func TestStatusRefusesAnythingElse(t *testing.T) {
	assert.ErrorIs(t, json.Unmarshal([]byte(`"lost"`), new(quotation.Status)), tandem.ErrInvalid)
	for _, status := range quotation.Statuses() {
		var read quotation.Status
		assert.NoError(t, json.Unmarshal([]byte(`"`+string(status)+`"`), &read))
		assert.Equal(t, status, read)
	}
}

// Ten pieces at 1.00 are offered until the end of June, and ordered in time.
func Example() {
	q, err := quotation.New(quotation.Input{ID: tandem.DeriveID[quotation.ID]("quotation", "1"), Company: company(), Number: "QU-1",
		Customer: customer(), Date: date("2011-06-01"), ValidUntil: date("2011-06-30"), Currency: tandem.GBP, Grade: "gold",
		Lines: []sales.Item{item(1, 10, 100)}}, at(0))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(q.Send(date("2011-06-01"), at(1)), q.Locked(date("2011-06-15")))
	fmt.Println(documenttest.Code(q.Revise([]sales.Item{item(1, 10, 120)}, "", tandem.Date{})))
	order, err := sales.NewOrder(q.OrderInput(tandem.DeriveID[sales.OrderID]("order", "1"), "SO-1", date("2011-06-30")), at(2))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(q.Accept(order.Ref(), date("2011-06-30"), at(2)))
	fmt.Println(q.Status(), order.Net())
	// Output:
	// <nil> true
	// price_locked
	// <nil>
	// accepted 10.00 GBP
}

// The order goes where the quotation's taxes were decided for; a state without an
// address, as it was written before one was kept, still restores.
func TestAQuotationKeepsItsAddress(t *testing.T) {
	in := quotation.Input{ID: tandem.DeriveID[quotation.ID]("quotation", "1"), Company: company(), Number: "QU-1", Customer: customer(),
		Date: date("2011-06-01"), ValidUntil: date("2011-06-30"), Currency: tandem.GBP, Lines: []sales.Item{item(1, 10, 100)},
		ShipTo: tandem.Address{Country: "NO", Lines: []tandem.Personal{"1 High Street"}}}
	q, err := quotation.New(in, at(0))
	require.NoError(t, err)
	in.ShipTo.Lines[0] = "elsewhere"
	q = documenttest.RoundTrip(t, q, (*quotation.Quotation).State, quotation.Restore)
	assert.Equal(t, tandem.Country("NO"), q.ShipToCountry())
	order := q.OrderInput(tandem.DeriveID[sales.OrderID]("order", "1"), "SO-1", date("2011-06-30"))
	assert.Equal(t, tandem.Address{Country: "NO", Lines: []tandem.Personal{"1 High Street"}}, order.ShipTo)
	order.ShipTo.Lines[0] = "elsewhere"
	assert.Equal(t, tandem.Personal("1 High Street"), q.State().ShipTo.Lines[0])
	in.ShipTo.Country = "Norway"
	_, err = quotation.New(in, at(0))
	assert.Equal(t, "fault country", code(err))

	text, err := json.Marshal(offer(t).State())
	require.NoError(t, err)
	assert.NotContains(t, string(text), "ship_to")
	var old quotation.State
	require.NoError(t, json.Unmarshal(text, &old))
	_, err = quotation.Restore(old)
	assert.NoError(t, err)
}
