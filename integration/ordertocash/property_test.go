package ordertocash_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/pricing"
)

// trade is a shop under random commands. What it remembers are ids alone.
type trade struct {
	*shop
	r          *rapid.T
	orders     []sales.OrderID
	deliveries []delivery.ID
	drafts     []billing.InvoiceID
	invoices   []billing.InvoiceID
	notes      []billing.InvoiceID
	payments   []payment.ID
	refunds    []payment.ID
	returns    []returns.ID
	quotes     []quotation.ID
}

// Whatever is commanded, and whatever of it is refused: the books balance, every
// sub-ledger equals its account, stock, reservations and backorders agree, and the
// credit accounts are what the documents say.
func TestRandomTradeKeepsEverythingEqual(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := &trade{r: r, shop: newShop(r, func(c *ordertocash.Config) {
			if rapid.Bool().Draw(r, "limited") {
				policy := rapid.SampledFrom(credit.Policies()).Draw(r, "credit")
				c.Credit = ordertocash.CreditTerms{Limit: money(30000), Policy: policy}
			}
			if rapid.Bool().Draw(r, "at_invoice") {
				c.Books.Revenue = posting.AtInvoice
			} else if rapid.Bool().Draw(r, "returns expected") {
				c.Returns = comeBack{tandem.Percent(15)}
			}
			c.Tax.Point = rapid.SampledFrom(tax.PointPolicies()).Draw(r, "tax point")
			if rapid.Bool().Draw(r, "no place for returns") {
				c.Places.Returns = tandem.LocationID{}
			}
		})}
		w.day("2010-12-30")
		steps := map[string]func(*rapid.T){"": func(*rapid.T) { w.check() }}
		for name, step := range w.steps() {
			steps[name] = func(r *rapid.T) { w.typed(step()) }
		}
		r.Repeat(steps)
	})
}

// typed accepts success and a typed refusal; anything else is a fault of ours.
func (w *trade) typed(err error) {
	if err == nil {
		return
	}
	known := errors.Is(err, tandem.ErrNotAllowed) || errors.Is(err, tandem.ErrInvalid) || errors.Is(err, tandem.ErrInsufficient)
	require.True(w.r, known, "%v", err)
	require.NotErrorIs(w.r, err, store.ErrFindAfterSave)
	require.NotErrorIs(w.r, err, tandem.ErrCurrency)
	require.NotErrorIs(w.r, err, tandem.ErrUnit)
	var no *tandem.RefusedError
	if errors.As(err, &no) {
		require.NotContains(w.r, []string{"credit_negative", "no_scrap", "other_customer", "tax_exceeded"}, no.Code)
	}
}

func (w *trade) steps() map[string]func() error {
	return map[string]func() error{
		"place": w.doPlace, "place2": w.doPlace, "ship": w.doShip, "ship2": w.doShip, "invoice": w.doInvoice, "invoice2": w.doInvoice, "post": w.doPost, "discard": w.doDiscard, "release_expected": w.doReleaseExpected,
		"pay": w.doPay, "pay_invoice": w.doPayInvoice, "cancel": w.doCancel, "cancel_lines": w.doCancelLines, "short_close": w.doShortClose, "hold": w.doHold, "release": w.doRelease,
		"amend": w.doAmend, "return": w.doReturn, "authorise": w.doAuthorise, "receive": w.doReceive, "inspect": w.doInspect, "credit": w.doCredit,
		"replace": w.doReplace, "allow": w.doAllow, "apply": w.doApply, "apply_credit": w.doApplyCredit, "unallocate": w.doUnallocate,
		"bounce": w.doBounce, "refund": w.doRefund, "quote": w.doQuote, "accept": w.doAccept, "tomorrow": w.doTomorrow,
	}
}

// one draws one of what there is, the zero value for nothing.
func one[T any](w *trade, from []T, name string) (T, bool) {
	var none T
	if len(from) == 0 {
		return none, false
	}
	return rapid.SampledFrom(from).Draw(w.r, name), true
}

func (w *trade) who() tandem.PartyID {
	return customer(rapid.SampledFrom([]string{"ann", "ben"}).Draw(w.r, "customer"))
}

func (w *trade) n(low, high int64, name string) int64 {
	return rapid.Int64Range(low, high).Draw(w.r, name)
}

func (w *trade) someLines() []ordertocash.OrderLine {
	out := make([]ordertocash.OrderLine, w.n(1, 3, "lines"))
	for i := range out {
		key := rapid.SampledFrom([]string{"mug", "card", "candle", "carriage"}).Draw(w.r, "product")
		out[i] = ordertocash.OrderLine{Product: product(key), Quantity: pieces(w.n(1, 45, "pieces")), NoReserve: w.n(0, 6, "waits") == 0}
		if w.n(0, 5, "agreed") == 0 {
			out[i].Agreed = &pricing.Override{Price: price(w.r, w.n(0, 3_000_000, "price")), Reason: "agreed"}
		}
	}
	return out
}

func (w *trade) doPlace() error {
	terms := rapid.SampledFrom([]tandem.TermsCode{"net30", "base2", "adjust2", "none2"}).Draw(w.r, "terms")
	cmd := ordertocash.PlaceOrder{Header: w.header(), Customer: w.who(), Terms: terms, Lines: w.someLines()}
	if w.n(0, 3, "discount") == 0 {
		cmd.Discounts = discount10()
	}
	out, err := w.service.Place(w.ctx, cmd)
	if err == nil {
		w.orders = append(w.orders, out.Order)
	}
	return err
}

func (w *trade) doShip() error {
	order, ok := one(w, w.orders, "order")
	if !ok {
		return nil
	}
	cmd := ordertocash.ShipOrder{Header: w.header(), Order: order}
	for _, l := range w.orderState(order).Lines {
		if w.n(0, 1, "some") == 1 {
			cmd.Lines = append(cmd.Lines, ordertocash.ShipLine{Line: l.Line, Quantity: pieces(w.n(1, 10, "pieces"))})
		}
	}
	out, err := w.service.Ship(w.ctx, cmd)
	if err == nil {
		w.deliveries = append(w.deliveries, out.Delivery)
	}
	return err
}

func (w *trade) doInvoice() error {
	order, ok := one(w, w.orders, "order")
	if !ok {
		return nil
	}
	out, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: order})
	if err != nil {
		return err
	}
	w.drafts = append(w.drafts, out.Invoice)
	if w.n(0, 3, "later") == 0 {
		return nil
	}
	return w.doPost()
}

func (w *trade) doPost() error {
	if len(w.drafts) == 0 {
		return nil
	}
	last := len(w.drafts) - 1
	_, err := w.service.Post(w.ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: w.drafts[last]})
	if err == nil {
		w.invoices, w.drafts = append(w.invoices, w.drafts[last]), w.drafts[:last]
	}
	return err
}

func (w *trade) doReleaseExpected() error {
	delivery, ok := one(w, w.deliveries, "delivery")
	if !ok {
		return nil
	}
	_, err := w.service.ReleaseExpected(w.ctx, ordertocash.ReleaseExpectedReturns{Header: w.header(), Delivery: delivery})
	return err
}

func (w *trade) doDiscard() error {
	if len(w.drafts) == 0 {
		return nil
	}
	last := len(w.drafts) - 1
	err := w.discard(w.drafts[last])
	if err == nil {
		w.drafts = w.drafts[:last]
	}
	return err
}

func (w *trade) doPay() error {
	cmd := ordertocash.ReceivePayment{Header: w.header(), Customer: w.who(), Amount: money(w.n(1, 60000, "pence")),
		Method: payment.BankTransfer, Oldest: rapid.Bool().Draw(w.r, "apply"), Advance: w.n(0, 4, "advance") == 0}
	if order, ok := one(w, w.orders, "order"); ok && w.n(0, 2, "for an order") == 0 {
		cmd.Advance, cmd.Order, cmd.Customer = true, order, w.orderState(order).Customer
	}
	cmd.Date = w.booked()
	out, err := w.service.Receive(w.ctx, cmd)
	if err == nil {
		w.payments = append(w.payments, out.Payment)
	}
	return err
}

// doPayInvoice pays what an invoice needs to be paid in full that day, or a part of it.
func (w *trade) doPayInvoice() error {
	invoice, ok := one(w, w.invoices, "invoice")
	if !ok {
		return nil
	}
	i, err := billing.RestoreInvoice(w.invoiceState(invoice))
	require.NoError(w.r, err)
	payables := i.Payables(w.today())
	if len(payables) == 0 {
		return nil
	}
	pay := payables[0].Pay.Minor()
	if pay > 1 && w.n(0, 1, "part") == 1 {
		pay = w.n(1, pay-1, "pence")
	}
	out, err := w.service.Receive(w.ctx, ordertocash.ReceivePayment{Header: w.header(), Customer: i.Customer(), Amount: money(pay), Method: payment.Card,
		Invoices: []billing.InvoiceID{invoice}})
	if err == nil {
		w.payments = append(w.payments, out.Payment)
	}
	return err
}

func (w *trade) doCancel() error {
	order, ok := one(w, w.orders, "order")
	if !ok {
		return nil
	}
	_, err := w.service.Cancel(w.ctx, ordertocash.CancelOrder{Header: w.header(), Order: order, Reason: "x"})
	return err
}

func (w *trade) doCancelLines() error {
	order, ok := one(w, w.orders, "order")
	if !ok {
		return nil
	}
	_, err := w.service.CancelLines(w.ctx, ordertocash.CancelLines{Header: w.header(), Order: order, Reason: "x",
		Lines: []ordertocash.LineQuantity{{Line: int(w.n(1, 3, "line")), Quantity: pieces(w.n(1, 12, "pieces"))}}})
	return err
}

func (w *trade) doShortClose() error {
	order, ok := one(w, w.orders, "order")
	if !ok {
		return nil
	}
	_, err := w.service.ShortClose(w.ctx, ordertocash.ShortCloseOrder{Header: w.header(), Order: order, Reason: "x"})
	return err
}

func (w *trade) doHold() error {
	order, ok := one(w, w.orders, "order")
	if !ok {
		return nil
	}
	_, err := w.service.Hold(w.ctx, ordertocash.HoldOrder{Header: w.header(), Order: order, Reason: "wait"})
	return err
}

func (w *trade) boss() billing.Approval { return billing.Approval{Actor: "boss", Reason: "fair"} }

func (w *trade) doRelease() error {
	order, ok := one(w, w.orders, "order")
	if !ok {
		return nil
	}
	_, err := w.service.ReleaseHold(w.ctx, ordertocash.ReleaseOrder{Header: w.header(), Order: order, Approval: w.boss()})
	return err
}

func (w *trade) doAmend() error {
	order, ok := one(w, w.orders, "order")
	if !ok {
		return nil
	}
	cmd := ordertocash.AmendOrder{Header: w.header(), Order: order, Reason: "x"}
	for _, l := range w.orderState(order).Lines {
		switch w.n(0, 4, "change") {
		case 0:
			cmd.Remove = append(cmd.Remove, l.Line)
		case 1, 2:
			cmd.Change = append(cmd.Change, ordertocash.LineChange{Line: l.Line, Quantity: pieces(w.n(1, 60, "pieces"))})
		}
	}
	if w.n(0, 2, "add") == 0 {
		cmd.Add = w.someLines()
	}
	_, err := w.service.Amend(w.ctx, cmd)
	return err
}

func (w *trade) doApply() error {
	paid, ok := one(w, w.payments, "payment")
	if !ok {
		return nil
	}
	cmd := ordertocash.ApplyPayment{Header: w.header(), Payment: paid, Oldest: true, Date: w.booked()}
	if refund, ok := one(w, w.refunds, "refund"); ok && w.shop.payment(refund).Customer == w.shop.payment(paid).Customer && w.n(0, 2, "named") == 0 {
		cmd.Refunds = []payment.ID{refund}
	}
	_, err := w.service.ApplyPayment(w.ctx, cmd)
	return err
}

func (w *trade) doApplyCredit() error {
	note, ok := one(w, w.notes, "note")
	if !ok {
		return nil
	}
	_, err := w.service.ApplyCreditNote(w.ctx, ordertocash.ApplyCreditNote{Header: w.header(), CreditNote: note, Oldest: true, Date: w.booked()})
	return err
}

func (w *trade) doUnallocate() error {
	cmd := ordertocash.UnallocatePayment{Header: w.header(), Reason: "x", Date: w.booked()}
	var ok bool
	if rapid.Bool().Draw(w.r, "note") {
		cmd.CreditNote, ok = one(w, w.notes, "note")
	} else {
		cmd.Payment, ok = one(w, w.payments, "payment")
	}
	if !ok {
		return nil
	}
	_, err := w.service.Unallocate(w.ctx, cmd)
	return err
}

func (w *trade) doBounce() error {
	paid, ok := one(w, w.payments, "payment")
	if !ok {
		return nil
	}
	_, err := w.service.ReturnPayment(w.ctx, ordertocash.ReturnPayment{Header: w.header(), Payment: paid, Reason: "no funds", Date: w.booked()})
	return err
}

func (w *trade) doRefund() error {
	cmd := ordertocash.RefundCustomer{Header: w.header(), Method: payment.BankTransfer, Date: w.booked()}
	var ok bool
	if rapid.Bool().Draw(w.r, "note") {
		cmd.CreditNote, ok = one(w, w.notes, "note")
	} else {
		cmd.Payment, ok = one(w, w.payments, "payment")
	}
	if !ok {
		return nil
	}
	if rapid.Bool().Draw(w.r, "part") {
		cmd.Amount = money(w.n(1, 3000, "pence"))
	}
	out, err := w.service.Refund(w.ctx, cmd)
	if err == nil {
		w.payments, w.refunds = append(w.payments, out.Refund), append(w.refunds, out.Refund)
	}
	return err
}

func (w *trade) doQuote() error {
	out, err := w.service.Quote(w.ctx, ordertocash.QuoteOrder{Header: w.header(), Customer: w.who(), ValidUntil: w.today().AddDays(int(w.n(0, 9, "days"))), Lines: w.someLines()})
	if err == nil {
		w.quotes = append(w.quotes, out.Quotation)
	}
	return err
}

func (w *trade) doAccept() error {
	quote, ok := one(w, w.quotes, "quote")
	if !ok {
		return nil
	}
	out, err := w.service.AcceptQuote(w.ctx, ordertocash.AcceptQuote{Header: w.header(), Quotation: quote})
	if err == nil {
		w.orders = append(w.orders, out.Order)
	}
	return err
}

func (w *trade) today() tandem.Date { return tandem.DateIn(w.clock.at, nil) }

func (w *trade) doTomorrow() error {
	w.day(w.today().AddDays(int(w.n(1, 9, "days"))).String())
	_, err := w.service.ExpireQuotes(w.ctx, ordertocash.ExpireQuotes{Header: w.header()})
	return err
}
