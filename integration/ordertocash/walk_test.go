package ordertocash_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/ageing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

// walk is a clerk who does this and that, mostly sensible, over the change of the
// VAT rate on 2011-01-04.
type walk struct {
	*shop
	rand       *rand.Rand
	today      tandem.Date
	orders     []sales.OrderID
	deliveries []delivery.ID
	drafts     []billing.InvoiceID
	invoices   []billing.InvoiceID
	payments   []payment.ID
	refunds    []payment.ID
	notes      []billing.InvoiceID
	done       map[string]int
	refusals   map[string]int
}

func pick[T any](w *walk, from []T) (out T) {
	if len(from) == 0 {
		return out
	}
	return from[w.rand.IntN(len(from))]
}

func (w *walk) n(below int) int64 { return int64(w.rand.IntN(below)) + 1 }

// did counts a command. Rules may refuse it; that books do not meet is no rule.
func (w *walk) did(what string, err error) bool {
	if err == nil {
		w.done[what]++
		return true
	}
	refused := (*tandem.RefusedError)(nil)
	if errors.As(err, &refused) {
		require.NotContains(w.t, []string{"credit_negative", "tax_exceeded"}, refused.Code, "%s: %v", what, err)
		w.refusals[what+": "+refused.Code]++
		return false
	}
	known := errors.Is(err, tandem.ErrInsufficient) || errors.Is(err, tandem.ErrNotFound) || errors.Is(err, tandem.ErrInvalid) || errors.Is(err, tandem.ErrNotAllowed)
	require.True(w.t, known, "%s: %v", what, err)
	w.refusals[what+": "+err.Error()]++
	return false
}

func (w *walk) line() ordertocash.OrderLine {
	out := ordertocash.OrderLine{Product: product(pick(w, []string{"mug", "card", "candle", "carriage"})), Quantity: pieces(w.n(12))}
	switch w.rand.IntN(6) {
	case 0:
		price := tandem.MoneyFromMinor(int64(w.rand.IntN(300)), tandem.GBP)
		agreed, err := price.PricePer(pieces(w.n(7)), 1, tandem.HalfAwayFromZero)
		require.NoError(w.t, err)
		out.Agreed = &pricing.Override{Price: agreed, Reason: "agreed", Actor: "clerk"}
	case 1:
		out.NoReserve = true
	}
	return out
}

func (w *walk) lines() []ordertocash.OrderLine {
	var out []ordertocash.OrderLine
	for range w.n(4) {
		out = append(out, w.line())
	}
	return out
}

func (w *walk) order() sales.OrderState {
	id := pick(w, w.orders[max(0, len(w.orders)-6):])
	if id.IsZero() {
		return sales.OrderState{}
	}
	return w.orderState(id)
}

func (w *walk) step() {
	h, who := w.header(), customer(pick(w, []string{"a", "b"}))
	approval := billing.Approval{Actor: "boss", Reason: "yes"}
	switch w.rand.IntN(20) {
	case 0, 1:
		out, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: h, Customer: who, Lines: w.lines(), Approval: approval,
			Terms: pick(w, []tandem.TermsCode{"net30", "base2", "adjust2", "none2"})})
		if w.did("place", err) {
			w.orders = append(w.orders, out.Order)
		}
	case 2, 3, 18, 19:
		w.ship(h)
	case 4, 16, 17:
		o := w.order()
		out, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: h, Order: o.ID})
		if w.did("invoice", err) {
			w.drafts = append(w.drafts, out.Invoice)
		}
	case 5, 6:
		id := pick(w, w.drafts)
		if w.rand.IntN(6) == 0 {
			if w.did("discard", w.discard(id)) {
				w.drafts = slices.DeleteFunc(w.drafts, func(d billing.InvoiceID) bool { return d == id })
			}
			return
		}
		w.drafts = slices.DeleteFunc(w.drafts, func(d billing.InvoiceID) bool { return d == id && w.rand.IntN(5) > 0 })
		if _, err := w.service.Post(w.ctx, ordertocash.PostInvoice{Header: h, Invoice: id}); w.did("post", err) {
			w.invoices = append(w.invoices, id)
		}
	case 7, 8:
		cmd := ordertocash.ReceivePayment{Header: h, Customer: who, Amount: money(w.n(8000)), Method: payment.BankTransfer,
			Date: w.today.AddDays(-w.rand.IntN(5)), Oldest: w.rand.IntN(3) > 0, Advance: w.rand.IntN(4) == 0}
		if o := w.order(); w.rand.IntN(2) == 0 && !o.ID.IsZero() {
			cmd.Customer, cmd.Order, cmd.Advance, cmd.Oldest = o.Customer, o.ID, true, w.rand.IntN(4) == 0
		}
		out, err := w.service.Receive(w.ctx, cmd)
		if w.did("receive", err) {
			w.payments = append(w.payments, out.Payment)
			if !out.Tax.IsZero() {
				w.done["tax on an advance"]++
			}
		}
	case 9:
		_, err := w.service.ApplyPayment(w.ctx, ordertocash.ApplyPayment{Header: h, Payment: pick(w, w.payments), Oldest: true})
		w.did("apply", err)
	case 10:
		cmd := ordertocash.UnallocatePayment{Header: h, Payment: pick(w, w.payments), Reason: "wrong"}
		if len(w.notes) > 0 && w.rand.IntN(2) == 0 {
			cmd.Payment, cmd.CreditNote = payment.ID{}, pick(w, w.notes)
		}
		_, err := w.service.Unallocate(w.ctx, cmd)
		w.did("unallocate", err)
	case 11:
		w.moneyBack(h)
	case 12, 13:
		w.back(h)
	case 14:
		w.less(h)
	case 15:
		w.amend(h)
	}
	if w.rand.IntN(3) == 0 {
		w.today = w.today.AddDays(int(w.n(4)))
		w.day(w.today.String())
	}
}

// moneyBack pays something back, takes that back, or has a payment bounce.
func (w *walk) moneyBack(h work.Header) {
	if cmd := (ordertocash.RefundCustomer{Header: h, Method: payment.BankTransfer, Payment: pick(w, w.payments)}); w.rand.IntN(3) > 0 {
		if len(w.notes) > 0 && w.rand.IntN(2) == 0 {
			cmd.Payment, cmd.CreditNote = payment.ID{}, pick(w, w.notes)
		}
		if w.rand.IntN(2) == 0 {
			cmd.Amount = money(w.n(2000))
		}
		if out, err := w.service.Refund(w.ctx, cmd); w.did("refund", err) {
			w.payments, w.refunds = append(w.payments, out.Refund), append(w.refunds, out.Refund)
		}
	} else if w.rand.IntN(3) == 0 && len(w.refunds) > 0 {
		_, err := w.service.ReturnPayment(w.ctx, ordertocash.ReturnPayment{Header: h, Payment: pick(w, w.refunds), Reason: "no such account"})
		w.did("take back a refund", err)
	} else {
		_, err := w.service.ReturnPayment(w.ctx, ordertocash.ReturnPayment{Header: h, Payment: pick(w, w.payments), Reason: "bounced"})
		w.did("bounce", err)
	}
}

func (w *walk) ship(h work.Header) {
	o := w.order()
	cmd := ordertocash.ShipOrder{Header: h, Order: o.ID}
	if len(o.Lines) > 0 && w.rand.IntN(2) == 0 {
		l := pick(w, o.Lines)
		if open := (l.Reserved.Micro() + l.Unreserved().Micro()) / 1_000_000; open > 0 {
			cmd.Lines = []ordertocash.ShipLine{{Line: l.Line, Quantity: pieces(w.n(int(open)))}}
		}
	}
	out, err := w.service.Ship(w.ctx, cmd)
	if w.did("ship", err) {
		w.deliveries = append(w.deliveries, out.Delivery)
	}
}

// back returns something of a delivery, and credits it.
func (w *walk) back(h work.Header) {
	id := pick(w, w.deliveries)
	if id.IsZero() {
		return
	}
	var d delivery.State
	w.view(func(b *store.Bundle) {
		got, err := b.Deliveries().Get(w.ctx, company, id)
		require.NoError(w.t, err)
		d = got.State()
	})
	cmd := ordertocash.ReturnGoods{Header: h, Customer: d.Customer, Reason: "test"}
	for _, l := range d.Lines {
		if left := (l.Quantity.Micro() - l.Returned.Micro()) / 1_000_000; left > 0 && w.rand.IntN(2) == 0 {
			cmd.Lines = append(cmd.Lines, ordertocash.ReturnedLine{Delivery: id, Line: l.Line, Quantity: pieces(w.n(int(left))), Scrap: w.rand.IntN(4) == 0})
		}
	}
	if len(cmd.Lines) == 0 {
		return
	}
	out, err := w.service.Return(w.ctx, cmd)
	if w.did("return", err) && !out.CreditNote.IsZero() {
		w.notes = append(w.notes, out.CreditNote)
	}
}

// less cancels, short-closes or cancels a part.
func (w *walk) less(h work.Header) {
	o := w.order()
	switch w.rand.IntN(3) {
	case 0:
		_, err := w.service.Cancel(w.ctx, ordertocash.CancelOrder{Header: h, Order: o.ID, Reason: "test"})
		w.did("cancel", err)
	case 1:
		_, err := w.service.ShortClose(w.ctx, ordertocash.ShortCloseOrder{Header: h, Order: o.ID, Reason: "test"})
		w.did("short-close", err)
	default:
		l := pick(w, o.Lines)
		_, err := w.service.CancelLines(w.ctx, ordertocash.CancelLines{Header: h, Order: o.ID, Reason: "test",
			Lines: []ordertocash.LineQuantity{{Line: l.Line, Quantity: pieces(w.n(3))}}})
		w.did("cancel lines", err)
	}
}

func (w *walk) amend(h work.Header) {
	o := w.order()
	cmd := ordertocash.AmendOrder{Header: h, Order: o.ID, Reason: "test"}
	if w.rand.IntN(2) == 0 {
		cmd.Add = w.lines()
	}
	for _, l := range o.Lines {
		switch w.rand.IntN(4) {
		case 0:
			cmd.Change = append(cmd.Change, ordertocash.LineChange{Line: l.Line, Quantity: pieces(w.n(14))})
		case 1:
			cmd.Change = append(cmd.Change, ordertocash.LineChange{Line: l.Line, Quantity: l.Shipped})
		case 2:
			cmd.Remove = append(cmd.Remove, l.Line)
		}
	}
	_, err := w.service.Amend(w.ctx, cmd)
	w.did("amend", err)
}

// checkDays compares the ageing of every day, as it was known then, with the
// control account of that day.
func (w *walk) checkDays(from tandem.Date) {
	w.view(func(b *store.Bundle) {
		for day := from; !day.After(w.today); day = day.AddDays(1) {
			for _, known := range [...]tandem.Instant{{}, mustInstant(w.t, day.String()+"T23:00:00Z")} {
				aged, err := ageing.Compute(ageing.Query{Currency: tandem.GBP, AsOf: day, KnownAt: known, Limits: []int{30}},
					b.CustomerInvoices().Find(w.ctx, billing.InvoiceQuery{Company: company}), b.Payments().Find(w.ctx, payment.Query{Company: company}),
					b.Allocations().Find(w.ctx, billing.AllocationQuery{Company: company}))
				require.NoError(w.t, err)
				trial, err := ledger.TrialBalance(b.JournalEntries().Find(w.ctx, ledger.EntryQuery{Company: company}),
					ledger.BalanceQuery{Currency: tandem.GBP, AsOf: day, KnownAt: known})
				require.NoError(w.t, err)
				require.True(w.t, trial.Balanced())
				require.Equal(w.t, trial.Closing("1100"), aged.Total.Total, "receivables on %s known at %s", day, known)
				due := tandem.NewTotal(tandem.GBP)
				for e, err := range b.TaxEntries().Find(w.ctx, tax.EntryQuery{Company: company}) {
					require.NoError(w.t, err)
					due.Add(e.Tax)
				}
				if whole, err := due.Money(tandem.HalfAwayFromZero); known.IsZero() && day == w.today {
					require.NoError(w.t, err)
					require.Equal(w.t, trial.Closing("2200").Neg(), whole, "tax")
				}
				require.Equal(w.t, trial.Closing("2150").Neg(), aged.Total.Advances, "advances on %s known at %s", day, known)
			}
		}
	})
}

func mustInstant(t require.TestingT, s string) tandem.Instant {
	at, err := tandem.ParseInstant(s)
	require.NoError(t, err)
	return at
}

// Whatever a clerk does, the books meet the documents after every command, and on
// every day, as it is known now and as it was known then.
func TestBooksMeetDocumentsWhateverIsDone(t *testing.T) {
	done := map[string]int{}
	for seed := range uint64(4) {
		revenue := posting.AtDelivery
		if seed%3 == 2 {
			revenue = posting.AtInvoice
		}
		w := &walk{shop: newShop(t, func(c *ordertocash.Config) { c.Books.Revenue = revenue }), rand: rand.New(rand.NewPCG(seed, 3)),
			today: date(t, "2010-12-20"), done: done, refusals: map[string]int{}}
		w.day("2010-12-20")
		for i := range 150 {
			w.step()
			if t.Failed() {
				t.Fatalf("seed %d, step %d", seed, i)
			}
			w.check()
		}
		w.checkDays(date(t, "2010-12-20"))
	}
	for _, what := range []string{"place", "ship", "invoice", "post", "receive", "apply", "unallocate", "bounce", "return", "discard", "cancel",
		"cancel lines", "short-close", "amend", "tax on an advance", "refund", "take back a refund"} {
		require.Positive(t, done[what], "the walk never got to %s", what)
	}
}
