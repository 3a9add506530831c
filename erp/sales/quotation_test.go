package sales_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
)

func quotation(t require.TestingT) *sales.Quotation {
	i := item(1, 10, 100)
	i.Waterfall = `{"steps":[1,2]}`
	q, err := sales.NewQuotation(sales.QuotationInput{ID: tandem.DeriveID[sales.QuotationID]("quotation", "1"), Company: company(), Number: "QU-1",
		Customer: customer(), Date: date("2011-06-01"), ValidUntil: date("2011-06-30"), Currency: gbpCode(), Grade: "gold", Terms: "net30",
		Lines: []sales.Item{i}}, at(0))
	require.NoError(t, err)
	return q
}

func TestASentQuotationKeepsItsPrices(t *testing.T) {
	q := quotation(t)
	require.NoError(t, q.Revise([]sales.Item{item(1, 10, 95)}, "gold", tandem.Date{}))
	require.NoError(t, q.Send(date("2011-06-01"), at(1)))
	want := q.State()
	err := q.Revise([]sales.Item{item(1, 10, 90)}, "platinum", tandem.Date{})
	assert.Equal(t, "price_locked", code(err))
	assert.ErrorIs(t, err, tandem.ErrNotAllowed)
	assert.Equal(t, want, q.State())
	assert.True(t, q.Locked(date("2011-06-30")))
	assert.False(t, q.Locked(date("2011-07-01")))
	q = roundTrip(t, q, (*sales.Quotation).State, sales.RestoreQuotation)

	in := q.OrderInput(tandem.DeriveID[sales.OrderID]("order", "1"), "SO-1", date("2011-06-30"))
	o, err := sales.NewOrder(in, at(2))
	require.NoError(t, err)
	assert.Equal(t, gbp(950), o.Net())
	assert.Equal(t, tandem.GradeCode("gold"), o.Grade())
	assert.Equal(t, "fault required", code(q.Accept(tandem.DocumentRef{}, date("2011-06-30"), at(2))))
	require.NoError(t, q.Accept(o.Ref(), date("2011-06-30"), at(2)), "the last day counts")
	roundTrip(t, q, (*sales.Quotation).State, sales.RestoreQuotation)
}

func TestQuotationsExpire(t *testing.T) {
	q := quotation(t)
	assert.Equal(t, "expired", code(q.Send(date("2011-07-01"), at(1))))
	require.NoError(t, q.Send(date("2011-06-30"), at(1)))
	assert.Equal(t, "not_due", code(q.Expire(date("2011-06-30"), at(2))))
	assert.Equal(t, "expired", code(q.Accept(document("sales_order"), date("2011-07-01"), at(2))))
	require.NoError(t, q.Expire(date("2011-07-01"), at(2)))
	assert.Equal(t, "fault reason", code(quotation(t).Decline("", at(2))))
}

func TestQuotationStateTimesCommand(t *testing.T) {
	today, later := date("2011-06-10"), date("2011-07-10")
	commands := map[string]func(*sales.Quotation) error{
		"revise":  func(q *sales.Quotation) error { return q.Revise([]sales.Item{item(1, 1, 1)}, "gold", later) },
		"send":    func(q *sales.Quotation) error { return q.Send(today, at(1)) },
		"accept":  func(q *sales.Quotation) error { return q.Accept(document("sales_order"), today, at(1)) },
		"decline": func(q *sales.Quotation) error { return q.Decline("too dear", at(1)) },
		"expire":  func(q *sales.Quotation) error { return q.Expire(later, at(1)) },
	}
	path := map[sales.QuotationStatus][]string{sales.QuotationStatusDraft: {}, sales.QuotationStatusSent: {"send"},
		sales.QuotationStatusAccepted: {"send", "accept"}, sales.QuotationStatusDeclined: {"decline"}, sales.QuotationStatusExpired: {"send", "expire"}}
	allowed := map[[2]string]sales.QuotationStatus{}
	for _, tr := range sales.QuotationTransitions() {
		allowed[[2]string{string(tr.From), tr.Command}] = tr.To
	}
	for _, status := range sales.QuotationStatuses() {
		for command, run := range commands {
			q := quotation(t)
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
			roundTrip(t, q, (*sales.Quotation).State, sales.RestoreQuotation)
		}
	}
}

func TestRestoreQuotationRefuses(t *testing.T) {
	for name, change := range map[string]func(*sales.QuotationState){
		"no id":            func(s *sales.QuotationState) { s.ID = sales.QuotationID{} },
		"no lines":         func(s *sales.QuotationState) { s.Lines = nil },
		"sent at no time":  func(s *sales.QuotationState) { s.Status = sales.QuotationStatusSent },
		"unknown status":   func(s *sales.QuotationState) { s.Status = "lost" },
		"over at its date": func(s *sales.QuotationState) { s.ValidUntil = date("2011-05-31") },
	} {
		s := quotation(t).State()
		change(&s)
		_, err := sales.RestoreQuotation(s)
		assert.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
}

// fill sets every field of v to something that is not zero.
func fill(t *testing.T, v reflect.Value) {
	t.Helper()
	if u, ok := v.Addr().Interface().(interface{ UnmarshalText([]byte) error }); ok {
		for _, text := range []string{"3 EA", "1.23 GBP", "2011-06-01", "2011-06-01T09:00:00Z", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "added", "credit"} {
			if u.UnmarshalText([]byte(text)) == nil && !v.IsZero() {
				return
			}
		}
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("a<b>\"é\u2028")
	case reflect.Int:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(t, v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	default:
		t.Fatalf("cannot fill %s", v.Type())
	}
	require.False(t, v.IsZero())
}

func TestEventsAreWrittenAsEncodingJSONDoes(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range []tandem.Event{&sales.OrderConfirmed{}, &sales.OrderLinesCancelled{}, &sales.OrderCancelled{}, &sales.OrderShortClosed{},
		&sales.OrderClosed{}, &sales.OrderHeld{}, &sales.OrderHoldReleased{}, &sales.OrderAmended{}, &sales.DeliveryDispatched{},
		&sales.QuotationSent{}, &sales.QuotationAccepted{}, &sales.QuotationDeclined{}, &sales.QuotationExpired{}, &sales.ReturnAuthorised{},
		&sales.ReturnReceived{}, &sales.ReturnInspected{}, &sales.ReturnCredited{}, &sales.ReturnReplaced{}, &sales.ReturnClosed{}, &sales.ReturnCancelled{}} {
		for _, kind := range []string{"zero", "full"} {
			if kind == "full" {
				fill(t, reflect.ValueOf(e).Elem())
			}
			want, err := json.Marshal(e)
			require.NoError(t, err)
			assert.Equal(t, string(want), string(e.AppendJSON(nil)), "%s %T", kind, e)
		}
		assert.False(t, seen[e.EventName()], e.EventName())
		seen[e.EventName()] = true
	}
}

func TestQueries(t *testing.T) {
	o, d := delivered(t)
	q := quotation(t)
	r := authorised(t)
	from, until := date("2011-06-01"), date("2011-06-02")
	for i, match := range []bool{sales.OrderQuery{}.Matches(o), sales.OrderQuery{Company: company(), Customer: customer(), Status: sales.OrderStatusShipped,
		Number: "SO-1", From: from, Until: until}.Matches(o), sales.DeliveryQuery{Order: o.ID(), Uninvoiced: true, Customer: customer()}.Matches(d),
		sales.QuotationQuery{Status: sales.QuotationStatusDraft, ValidBefore: date("2011-07-01")}.Matches(q),
		sales.ReturnQuery{Status: sales.ReturnStatusAuthorised, Number: "RMA-1"}.Matches(r)} {
		assert.True(t, match, fmt.Sprint(i))
	}
	for i, match := range []bool{sales.OrderQuery{Open: true}.Matches(o), sales.OrderQuery{Held: true}.Matches(o), sales.OrderQuery{From: until}.Matches(o),
		sales.OrderQuery{Until: from}.Matches(o), sales.DeliveryQuery{Status: sales.DeliveryStatusInvoiced}.Matches(d),
		sales.DeliveryQuery{Order: tandem.DeriveID[sales.OrderID]("order", "2")}.Matches(d), sales.QuotationQuery{ValidBefore: date("2011-06-30")}.Matches(q),
		sales.ReturnQuery{Number: "RMA-2"}.Matches(r), sales.ReturnQuery{Customer: tandem.DeriveID[tandem.PartyID]("customer", "2")}.Matches(r)} {
		assert.False(t, match, fmt.Sprint(i))
	}
}

func TestEnumerationsRefuseAnythingElse(t *testing.T) {
	for _, text := range []string{`"nonsense"`} {
		for _, target := range []any{new(sales.OrderStatus), new(sales.DeliveryStatus), new(sales.ReturnStatus), new(sales.QuotationStatus),
			new(sales.Remedy), new(sales.LineChange), new(sales.InvoicePolicy)} {
			assert.Error(t, json.Unmarshal([]byte(text), target), "%T", target)
		}
	}
	for _, c := range sales.LineChanges() {
		assert.True(t, c.Valid())
	}
	for _, r := range sales.Remedies() {
		assert.True(t, r.Valid())
	}
	for _, p := range sales.InvoicePolicies() {
		assert.True(t, p.Valid())
	}
	for _, s := range sales.DeliveryStatuses() {
		assert.NoError(t, json.Unmarshal([]byte(`"`+string(s)+`"`), new(sales.DeliveryStatus)))
	}
}
