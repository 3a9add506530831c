package delivery_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/internal/documenttest"
)

var (
	gbp, each, lq, date, at = documenttest.GBP, documenttest.Each, documenttest.Lines, documenttest.Date, documenttest.At
	item, code              = documenttest.Item, documenttest.Code
)

// delivered gives an order of 3 pieces for 1.00, delivered at an issue value of 0.50.
func delivered(t documenttest.T) (*sales.Order, *delivery.Delivery) {
	o := documenttest.Order(t, documenttest.Three())
	in := documenttest.Shipment("1", lq(1, 3))
	in.Lines[0].Cost = gbp(50)
	d, err := delivery.Dispatch(o, in, at(2))
	require.NoError(t, err)
	return o, d
}

func trip(t documenttest.T, d *delivery.Delivery) *delivery.Delivery {
	t.Helper()
	return documenttest.RoundTrip(t, d, (*delivery.Delivery).State, delivery.Restore)
}

func TestDispatchRefuses(t *testing.T) {
	o := documenttest.Order(t, item(1, 10, 100))
	before := o.State()
	for name, change := range map[string]func(*delivery.Shipment){
		"no id":     func(s *delivery.Shipment) { s.ID = delivery.ID{} },
		"no number": func(s *delivery.Shipment) { s.Number = "" },
		"no date":   func(s *delivery.Shipment) { s.Date = tandem.Date{} },
		"cost":      func(s *delivery.Shipment) { s.Lines[0].Cost = gbp(-1) },
	} {
		in := documenttest.Shipment("1", lq(1, 1))
		change(&in)
		_, err := delivery.Dispatch(o, in, at(2))
		assert.ErrorIs(t, err, tandem.ErrInvalid, name)
		assert.Equal(t, before, o.State(), name)
	}
	_, err := delivery.Dispatch(o, documenttest.Shipment("1", lq(1, 11)), at(2))
	assert.Equal(t, "over_shipment", code(err))
	_, err = delivery.Dispatch(o, documenttest.Shipment("1", lq(1, 1)), tandem.Instant{})
	assert.Equal(t, "fault required", code(err))
	_, err = delivery.Dispatch(o, documenttest.Shipment("1"), at(2))
	assert.Equal(t, "fault required", code(err))
	_, err = delivery.Dispatch(o, delivery.Shipment{ID: documenttest.Shipment("1").ID, Number: "DN", Date: date("2011-06-02"),
		Lines: make([]delivery.ShipLine, tandem.MaxLines+1)}, at(2))
	assert.Equal(t, "fault too_many", code(err))
	assert.Equal(t, before, o.State())
}

// One order line in two lots is two lines of the delivery; both say that it is complete.
func TestOneLineInTwoLots(t *testing.T) {
	o := documenttest.Order(t, documenttest.Three())
	in := documenttest.Shipment("1", lq(1, 1), lq(1, 2))
	in.Lines[0].Lot, in.Lines[1].Lot = tandem.DeriveID[tandem.LotID]("lot", "1"), tandem.DeriveID[tandem.LotID]("lot", "2")
	d, err := delivery.Dispatch(o, in, at(2))
	require.NoError(t, err)
	trip(t, d)
	e := d.Drain().Events[0].(*delivery.Dispatched)
	for i, net := range []int64{33, 67} {
		l := d.LineAt(i)
		assert.Equal(t, in.Lines[i].Lot, l.Lot)
		assert.Equal(t, in.Lines[i].Cost, l.Cost)
		assert.Equal(t, gbp(net), l.Net)
		assert.Equal(t, sales.ShippedLine{Line: i + 1, OrderLine: 1, Product: l.Product, Quantity: each(int64(i + 1)), Net: gbp(net),
			FirstPromise: date("2011-06-03"), Complete: true}, e.Lines[i])
	}
	assert.Equal(t, gbp(100), d.Net())
}

func TestDispatchedTellsWhatServiceIsMeasuredBy(t *testing.T) {
	o := documenttest.Order(t, item(1, 10, 100), item(2, 5, 50))
	_, err := o.Amend(sales.Amendment{Reason: "late", Change: []sales.LineAmendment{{Line: 1, Promise: date("2011-06-20")}}}, at(2))
	require.NoError(t, err)
	d := documenttest.Ship(t, o, "1", lq(1, 4), lq(2, 5))
	e := d.Drain().Events[0].(*delivery.Dispatched)
	assert.True(t, e.First)
	assert.False(t, e.OrderComplete)
	assert.False(t, e.Lines[0].Complete)
	assert.True(t, e.Lines[1].Complete)
	assert.Equal(t, date("2011-06-03"), e.Lines[0].FirstPromise, "the first promise stays")
	assert.Equal(t, gbp(400), e.Lines[0].Net)
	e = documenttest.Ship(t, o, "2", lq(1, 6)).Drain().Events[0].(*delivery.Dispatched)
	assert.False(t, e.First)
	assert.True(t, e.OrderComplete)
}

func TestReturnedValueIsThatOfTheIssue(t *testing.T) {
	o, d := delivered(t)
	var nets, costs []int64
	for range 3 {
		back, err := d.RecordReturned([]sales.LineQuantity{lq(1, 1)})
		require.NoError(t, err)
		require.NoError(t, o.RecordReturned([]sales.LineQuantity{{Line: back[0].OrderLine, Quantity: back[0].Quantity}}))
		nets, costs = append(nets, back[0].Net.Minor()), append(costs, back[0].Cost.Minor())
		d = trip(t, d)
	}
	assert.Equal(t, []int64{33, 34, 33}, nets)
	assert.Equal(t, []int64{17, 17, 16}, costs) // 50 over 1:2 is 16⅔, 33 over 1:1 is 16½ to the first
	_, err := d.RecordReturned([]sales.LineQuantity{lq(1, 1)})
	assert.Equal(t, "over_return", code(err))
	_, err = d.RecordReturned([]sales.LineQuantity{lq(2, 1)})
	assert.Equal(t, "unknown_line", code(err))
	_, err = d.RecordReturned(nil)
	assert.Equal(t, "fault required", code(err))
	_, err = d.RecordReturned([]sales.LineQuantity{lq(1, 0)})
	assert.Equal(t, "fault quantity", code(err))
}

func TestDeliveryStateTimesCommand(t *testing.T) {
	allowed := map[[2]string][]delivery.Status{}
	for _, tr := range delivery.Transitions() {
		key := [2]string{string(tr.From), tr.Command}
		allowed[key] = append(allowed[key], tr.To)
	}
	for n, status := range map[int64]delivery.Status{0: delivery.StatusDispatched, 1: delivery.StatusPartlyInvoiced, 3: delivery.StatusInvoiced} {
		for command, run := range map[string]func(*delivery.Delivery) error{
			"invoice":     func(d *delivery.Delivery) error { _, err := d.Invoice([]sales.LineQuantity{lq(1, 1)}); return err },
			"invoice all": func(d *delivery.Delivery) error { _, err := d.InvoiceAll(); return err },
			"expect": func(d *delivery.Delivery) error {
				_, err := d.Expect([]sales.LineQuantity{lq(1, 1)})
				return err
			},
			"release_expected": func(d *delivery.Delivery) error { _, err := d.ReleaseExpected(); return err },
			"withdraw": func(d *delivery.Delivery) error {
				_, err := d.Withdraw([]sales.LineQuantity{lq(1, 1)}, date("2011-06-03"))
				return err
			},
			"uninvoice": func(d *delivery.Delivery) error {
				l := d.LineAt(0)
				return d.Uninvoice([]sales.BilledLine{{DeliveryLine: 1, Line: 1, Quantity: l.Invoiced, Net: l.NetInvoiced}})
			},
			"return": func(d *delivery.Delivery) error {
				_, err := d.RecordReturned([]sales.LineQuantity{lq(1, 1)})
				return err
			},
		} {
			_, d := delivered(t)
			if command == "release_expected" {
				_, err := d.Expect([]sales.LineQuantity{lq(1, 1)})
				require.NoError(t, err)
			}
			if n > 0 {
				_, err := d.Invoice([]sales.LineQuantity{lq(1, n)})
				require.NoError(t, err)
			}
			require.Equal(t, status, d.Status())
			before, copied := d.State(), d.Copy(d.Revision())
			_ = run(d.Copy(d.Revision()))
			require.Equal(t, before, d.State(), "what is done to a copy, %s", command)
			err := run(d)
			require.Equal(t, before, copied.State(), "what is done beside a copy, %s", command)
			if command == "invoice all" {
				command = "invoice"
			}
			if to := allowed[[2]string{string(status), command}]; to != nil {
				require.NoError(t, err)
				assert.Contains(t, to, d.Status())
				trip(t, d)
			} else {
				assert.Equal(t, "status", code(err))
			}
		}
	}
	_, d := delivered(t)
	_, err := d.Invoice([]sales.LineQuantity{lq(1, 2), lq(1, 2)})
	assert.Equal(t, "over_invoice", code(err))
	s := d.State()
	s.Lines[0].NetInvoiced = gbp(1000)
	_, err = delivery.Restore(s)
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	s = d.State()
	s.Status = delivery.StatusInvoiced
	_, err = delivery.Restore(s)
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	_, err = delivery.Restore(delivery.State{})
	assert.ErrorIs(t, err, tandem.ErrInvalid)
}

func TestEventsAreWrittenAsEncodingJSONDoes(t *testing.T) {
	documenttest.Events(t, "sales.delivery.", &delivery.Dispatched{})
}

func TestQueries(t *testing.T) {
	o, d := delivered(t)
	for name, query := range map[string]delivery.Query{
		"any":           {},
		"of the order":  {Order: o.ID(), Uninvoiced: true, Customer: documenttest.Customer(), Company: documenttest.Company()},
		"by its number": {Number: "DN-1", Status: delivery.StatusDispatched},
		"of that day":   {From: date("2011-06-02"), Until: date("2011-06-03")},
	} {
		assert.True(t, query.Matches(d), name)
	}
	for name, query := range map[string]delivery.Query{
		"of another order":    {Order: tandem.DeriveID[sales.OrderID]("order", "2")},
		"of another company":  {Company: tandem.DeriveID[tandem.CompanyID]("company", "2")},
		"of another customer": {Customer: tandem.DeriveID[tandem.PartyID]("customer", "2")},
		"invoiced":            {Status: delivery.StatusInvoiced},
		"by another number":   {Number: "DN-2"},
		"later":               {From: date("2011-06-03")},
		"earlier":             {Until: date("2011-06-02")},
	} {
		assert.False(t, query.Matches(d), name)
	}
	_, err := d.InvoiceAll()
	require.NoError(t, err)
	assert.False(t, delivery.Query{Uninvoiced: true}.Matches(d))
}

func TestStatusRefusesAnythingElse(t *testing.T) {
	assert.ErrorIs(t, json.Unmarshal([]byte(`"lost"`), new(delivery.Status)), tandem.ErrInvalid)
	for _, s := range delivery.Statuses() {
		assert.NoError(t, json.Unmarshal([]byte(`"`+string(s)+`"`), new(delivery.Status)))
	}
}

// Three pieces were sold for 1.00 together; two are shipped today, and one of them is invoiced.
func Example() {
	o, err := sales.NewOrder(documenttest.OrderInput(documenttest.Three()), at(0))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(o.Confirm(at(1)))
	d, err := delivery.Dispatch(o, delivery.Shipment{ID: tandem.DeriveID[delivery.ID]("delivery", "1"), Number: "DN-1", Date: date("2011-06-02"),
		Lines: []delivery.ShipLine{{Line: 1, Quantity: each(2), Cost: gbp(20)}}}, at(2))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(o.Status(), d.Net(), "of", o.Net())
	billed, err := d.Invoice([]sales.LineQuantity{{Line: 1, Quantity: each(1)}})
	fmt.Println(d.Status(), billed[0].Net, err)
	fmt.Println(o.RecordInvoiced(billed), o.UnbilledNet())
	// Output:
	// <nil>
	// partly_shipped 0.67 GBP of 1.00 GBP
	// partly_invoiced 0.34 GBP <nil>
	// <nil> 0.33 GBP
}
