package sales_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
)

// delivered gives an order of 3 pieces for 1.00, delivered at an issue value of 0.50.
func delivered(t require.TestingT) (*sales.Order, *sales.Delivery) {
	i := item(1, 3, 34)
	i.Discount, i.Net = gbp(2), gbp(100)
	o := confirmed(t, i)
	in := shipment("1", lq(1, 3))
	in.Lines[0].Cost = gbp(50)
	d, err := o.Ship(in, at(2))
	require.NoError(t, err)
	return o, d
}

func TestReturnedValueIsThatOfTheIssue(t *testing.T) {
	o, d := delivered(t)
	var nets, costs []int64
	for range 3 {
		back, err := d.RecordReturned([]sales.LineQuantity{lq(1, 1)})
		require.NoError(t, err)
		require.NoError(t, o.RecordReturned([]sales.LineQuantity{{Line: back[0].OrderLine, Quantity: back[0].Quantity}}))
		nets, costs = append(nets, back[0].Net.Minor()), append(costs, back[0].Cost.Minor())
		d = deliveryTrip(t, d)
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
	allowed := map[[2]string][]sales.DeliveryStatus{}
	for _, tr := range sales.DeliveryTransitions() {
		key := [2]string{string(tr.From), tr.Command}
		allowed[key] = append(allowed[key], tr.To)
	}
	for n, status := range map[int64]sales.DeliveryStatus{0: sales.DeliveryStatusDispatched, 1: sales.DeliveryStatusPartlyInvoiced, 3: sales.DeliveryStatusInvoiced} {
		for command, run := range map[string]func(*sales.Delivery) error{
			"invoice":          func(d *sales.Delivery) error { _, err := d.Invoice([]sales.LineQuantity{lq(1, 1)}); return err },
			"invoice all":      func(d *sales.Delivery) error { _, err := d.InvoiceAll(); return err },
			"expect":           func(d *sales.Delivery) error { _, err := d.Expect([]sales.LineQuantity{lq(1, 1)}); return err },
			"release_expected": func(d *sales.Delivery) error { _, err := d.ReleaseExpected(); return err },
			"withdraw": func(d *sales.Delivery) error {
				_, err := d.Withdraw([]sales.LineQuantity{lq(1, 1)}, date("2011-06-03"))
				return err
			},
			"uninvoice": func(d *sales.Delivery) error {
				l := d.LineAt(0)
				return d.Uninvoice([]sales.BilledLine{{DeliveryLine: 1, Line: 1, Quantity: l.Invoiced, Net: l.NetInvoiced}})
			},
			"return": func(d *sales.Delivery) error { _, err := d.RecordReturned([]sales.LineQuantity{lq(1, 1)}); return err },
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
			err := run(d)
			if command == "invoice all" {
				command = "invoice"
			}
			if to := allowed[[2]string{string(status), command}]; to != nil {
				require.NoError(t, err)
				assert.Contains(t, to, d.Status())
				deliveryTrip(t, d)
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
	_, err = sales.RestoreDelivery(s)
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	s = d.State()
	s.Status = sales.DeliveryStatusInvoiced
	_, err = sales.RestoreDelivery(s)
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	_, err = sales.RestoreDelivery(sales.DeliveryState{})
	assert.ErrorIs(t, err, tandem.ErrInvalid)
}

func returnInput(d *sales.Delivery) sales.ReturnInput {
	in := sales.ReturnInput{ID: tandem.DeriveID[sales.ReturnID]("return", "1"), Company: company(), Number: "RMA-1", Customer: customer(),
		Date: date("2011-06-10"), Currency: gbpCode(), Reason: "broken"}
	for i := range d.NumLines() {
		l := d.LineAt(i)
		in.Lines = append(in.Lines, sales.ReturnItem{Line: i + 1, Order: tandem.LineRef{Document: d.Order(), Line: l.OrderLine},
			Delivery: d.LineRef(l.Line), Product: l.Product, Quantity: l.Quantity})
	}
	return in
}

func authorised(t require.TestingT) *sales.Return {
	o := confirmed(t, item(1, 3, 34), item(2, 2, 10))
	r, err := sales.AuthoriseReturn(returnInput(ship(t, o, "1", lq(1, 3), lq(2, 2))), at(4))
	require.NoError(t, err)
	return r
}

func received(line int, n int64) sales.ReceivedLine {
	return sales.ReceivedLine{Line: line, Quantity: each(n), Net: gbp(34 * n), Value: gbp(17 * n)}
}

func verdict(line int, restock, scrap int64, remedy sales.Remedy) sales.Inspection {
	return sales.Inspection{Line: line, Restock: each(restock), Scrap: each(scrap), Remedy: remedy}
}

func document(kind tandem.DocumentKind) tandem.DocumentRef {
	return tandem.RefTo(kind, tandem.DeriveID[tandem.ID[int]](string(kind), "1"), "")
}

func TestReturnFromAuthorisationToCredit(t *testing.T) {
	r := authorised(t)
	require.NoError(t, r.Receive([]sales.ReceivedLine{received(1, 2)}, date("2011-06-12"), at(5)))
	require.NoError(t, r.Receive([]sales.ReceivedLine{received(1, 1), received(2, 1)}, date("2011-06-13"), at(6)))
	assert.Equal(t, "over_receipt", code(r.Receive([]sales.ReceivedLine{received(1, 1)}, date("2011-06-13"), at(6))))
	assert.Equal(t, "fault inspection", code(r.Inspect([]sales.Inspection{verdict(1, 3, 0, sales.RemedyCredit)}, at(7))), "line 2 was received too")
	assert.Equal(t, "fault inspection", code(r.Inspect([]sales.Inspection{verdict(1, 1, 1, sales.RemedyCredit), verdict(2, 1, 0, sales.RemedyReplace)}, at(7))))
	require.NoError(t, r.Inspect([]sales.Inspection{verdict(1, 2, 1, sales.RemedyCredit), verdict(2, 0, 1, sales.RemedyReplace)}, at(7)))
	l := r.LineAt(0)
	assert.Equal(t, []tandem.Money{gbp(51), gbp(34), gbp(17)}, []tandem.Money{l.Value, l.RestockValue, l.ScrapValue})
	assert.Equal(t, gbp(102), l.Net)
	assert.Equal(t, "due", code(func() error { require.NoError(t, r.Credit(document("credit_note"), at(8))); return r.Close(at(8)) }()))
	require.NoError(t, r.Replace(document("sales_order"), at(9)))
	assert.Equal(t, "done", code(r.Credit(document("credit_note"), at(9))))
	require.NoError(t, r.Close(at(10)))
	assert.Equal(t, []string{"sales.return.authorised", "sales.return.received", "sales.return.received", "sales.return.inspected",
		"sales.return.credited", "sales.return.replaced", "sales.return.closed"}, names(r.Drain()))
	roundTrip(t, r, (*sales.Return).State, sales.RestoreReturn)
}

func TestReturnRefuses(t *testing.T) {
	_, err := sales.AuthoriseReturn(sales.ReturnInput{}, tandem.Instant{})
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	_, d := delivered(t)
	for name, change := range map[string]func(*sales.ReturnInput){
		"no delivery line":      func(in *sales.ReturnInput) { in.Lines[0].Delivery = tandem.LineRef{} },
		"no order line":         func(in *sales.ReturnInput) { in.Lines[0].Order.Line = 0 },
		"nothing":               func(in *sales.ReturnInput) { in.Lines[0].Quantity = each(0) },
		"lines count otherwise": func(in *sales.ReturnInput) { in.Lines[0].Line = 2 },
		"a line twice": func(in *sales.ReturnInput) {
			in.Lines = append(in.Lines, in.Lines[0])
			in.Lines[1].Line = 2
		},
	} {
		in := returnInput(d)
		change(&in)
		_, err := sales.AuthoriseReturn(in, at(4))
		assert.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
	on := date("2011-06-12")
	euro, err := tandem.ParseMoney("1.00 EUR")
	require.NoError(t, err)
	for want, lines := range map[string][]sales.ReceivedLine{
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
	require.NoError(t, r.Receive([]sales.ReceivedLine{received(1, 1)}, on, at(5)))
	assert.Equal(t, "fault remedy", code(r.Inspect([]sales.Inspection{verdict(1, 1, 0, "kiss")}, at(6))))
	assert.Equal(t, "fault duplicate", code(r.Inspect([]sales.Inspection{verdict(1, 1, 0, "credit"), verdict(1, 1, 0, "credit")}, at(6))))
	assert.Equal(t, "unknown_line", code(r.Inspect([]sales.Inspection{verdict(7, 1, 0, "credit")}, at(6))))
	assert.Equal(t, "fault inspection", code(r.Inspect([]sales.Inspection{verdict(1, 1, 0, "credit"), verdict(2, 1, 0, "credit")}, at(6))), "nothing of line 2 came")
	require.NoError(t, r.Inspect([]sales.Inspection{verdict(1, 0, 1, sales.RemedyReject)}, at(6)))
	assert.Equal(t, "nothing_due", code(r.Credit(document("credit_note"), at(7))))
	roundTrip(t, r, (*sales.Return).State, sales.RestoreReturn)
	require.NoError(t, r.Close(at(8)))
	_, err = sales.RestoreReturn(sales.ReturnState{})
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	s := r.State()
	s.Lines[0].Scrapped = each(0)
	_, err = sales.RestoreReturn(s)
	assert.ErrorIs(t, err, tandem.ErrInvalid)
}

func TestReturnStateTimesCommand(t *testing.T) {
	on := date("2011-06-12")
	commands := map[string]func(*sales.Return) error{
		"receive": func(r *sales.Return) error { return r.Receive([]sales.ReceivedLine{received(1, 1)}, on, at(5)) },
		"inspect": func(r *sales.Return) error {
			return r.Inspect([]sales.Inspection{verdict(1, 1, 0, sales.RemedyCredit), verdict(2, 1, 0, sales.RemedyReplace)}, at(5))
		},
		"credit":  func(r *sales.Return) error { return r.Credit(document("credit_note"), at(5)) },
		"replace": func(r *sales.Return) error { return r.Replace(document("sales_order"), at(5)) },
		"close":   func(r *sales.Return) error { return r.Close(at(5)) },
		"cancel":  func(r *sales.Return) error { return r.Cancel("nothing came", at(5)) },
	}
	path := map[sales.ReturnStatus][]string{sales.ReturnStatusAuthorised: {}, sales.ReturnStatusReceived: {"first"}, sales.ReturnStatusInspected: {"first", "inspect"},
		sales.ReturnStatusCredited: {"first", "inspect", "credit"}, sales.ReturnStatusReplaced: {"first", "inspect", "replace"},
		sales.ReturnStatusClosed: {"first", "inspect", "credit", "replace", "close"}, sales.ReturnStatusCancelled: {"cancel"}}
	allowed := map[[2]string]sales.ReturnStatus{}
	for _, tr := range sales.ReturnTransitions() {
		require.NotNil(t, commands[tr.Command])
		allowed[[2]string{string(tr.From), tr.Command}] = tr.To
	}
	for _, status := range sales.ReturnStatuses() {
		for command, run := range commands {
			r := authorised(t)
			for _, step := range path[status] {
				if step == "first" {
					require.NoError(t, r.Receive([]sales.ReceivedLine{received(1, 1), received(2, 1)}, on, at(5)))
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
			case command == "close": // both remedies are due, and one at most is done
				assert.Equal(t, "due", code(err))
			default:
				require.NoError(t, err, "%s of %s", command, status)
				assert.Equal(t, to, r.Status())
			}
			roundTrip(t, r, (*sales.Return).State, sales.RestoreReturn)
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
		require.NoError(t, r.Receive([]sales.ReceivedLine{in}, date("2011-06-12"), at(5)))
		restock := rapid.Int64Range(0, n).Draw(t, "restock")
		require.NoError(t, r.Inspect([]sales.Inspection{verdict(1, restock, n-restock, sales.RemedyCredit)}, at(6)))
		l := r.LineAt(0)
		require.Equal(t, in.Value.Minor(), l.RestockValue.Minor()+l.ScrapValue.Minor())
		require.True(t, restock > 0 || l.RestockValue.IsZero())
		require.True(t, restock < n || l.ScrapValue.IsZero())
		roundTrip(t, r, (*sales.Return).State, sales.RestoreReturn)
	})
}
