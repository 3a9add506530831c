package ordertocash_test

import (
	"iter"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/ageing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/store"
)

// books are the sums of the journal.
type sums struct {
	byAccount  map[ledger.AccountCode]int64
	receivable map[tandem.PartyID]int64
	unbilled   map[tandem.PartyID]int64
	advances   map[tandem.PartyID]int64
	stock      map[tandem.ProductID]int64
}

// moment is a day, and when it is looked back at.
type moment struct {
	date tandem.Date
	at   tandem.Instant
}

// check asserts what must hold after every command, whatever it was.
func (w *shop) check() {
	w.t.Helper()
	w.view(func(b *store.Bundle) {
		books := w.checkJournal(b)
		w.checkReceivables(b, books)
		w.checkCredit(b, books)
		w.checkStock(b, books)
		w.checkLines(b)
		w.checkReturns(b, books)
		w.checkTax(b, books)
		w.checkAdvanceTax(b, books)
	})
}

func (w *shop) checkJournal(b *store.Bundle) sums {
	w.t.Helper()
	s := sums{map[ledger.AccountCode]int64{}, map[tandem.PartyID]int64{}, map[tandem.PartyID]int64{}, map[tandem.PartyID]int64{}, map[tandem.ProductID]int64{}}
	for e, err := range b.JournalEntries().Find(w.ctx, ledger.EntryQuery{Company: company}) {
		require.NoError(w.t, err)
		require.NoError(w.t, e.Validate())
		sum := int64(0)
		for _, l := range e.Lines {
			n := l.Amount.Minor()
			sum += n
			s.byAccount[l.Account] += n
			switch l.Account {
			case "1100":
				s.receivable[l.Party] += n
			case "1150":
				s.unbilled[l.Party] += n
			case "2150":
				s.advances[l.Party] -= n
			case "1200":
				s.stock[l.Product] += n
			}
		}
		require.Zero(w.t, sum, "entry %s balances", e.Number)
	}
	total := int64(0)
	for _, n := range s.byAccount {
		total += n
	}
	require.Zero(w.t, total)
	return s
}

func same[K comparable](w *shop, want, got map[K]int64, what string) {
	w.t.Helper()
	for k, n := range want {
		require.Equal(w.t, n, got[k], "%s of %v", what, k)
	}
	for k, n := range got {
		require.Equal(w.t, want[k], n, "%s of %v", what, k)
	}
}

// checkReceivables: what is open by customer = account 1100, advances = 2150, and
// the ageing, which reads facts alone, says the same.
func (w *shop) checkReceivables(b *store.Bundle, books sums) {
	w.t.Helper()
	open, advances, owed := map[tandem.PartyID]int64{}, map[tandem.PartyID]int64{}, map[tandem.PartyID]int64{}
	for i, err := range b.CustomerInvoices().Find(w.ctx, billing.InvoiceQuery{Company: company}) {
		require.NoError(w.t, err)
		if i.Type() == billing.CreditNote {
			open[i.Customer()] -= i.Open().Minor()
		} else {
			open[i.Customer()] += i.Open().Minor()
		}
		if i.Open().Sign() > 0 && i.Type() == billing.CommercialInvoice {
			require.Empty(w.t, i.Discounted(), "a discount on what is not paid in full")
		}
		_, err := billing.RestoreInvoice(i.State())
		require.NoError(w.t, err)
	}
	for p, err := range b.Payments().Find(w.ctx, payment.Query{Company: company}) {
		require.NoError(w.t, err)
		switch {
		case p.Status() == payment.StatusReturned:
		case p.Refund():
			if open[p.Customer()] += p.Unapplied().Minor(); p.Status().Open() {
				owed[p.Customer()]++
			}
		case p.Advance():
			advances[p.Customer()] += p.Unapplied().Minor()
		default:
			open[p.Customer()] -= p.Unapplied().Minor()
		}
	}
	same(w, open, books.receivable, "receivables")
	same(w, advances, books.advances, "advances")
	counted := map[tandem.PartyID]int64{}
	for a, err := range b.CreditAccounts().Find(w.ctx, credit.Query{Company: company}) {
		require.NoError(w.t, err)
		counted[a.Party()] = int64(a.State().RefundsOwed)
	}
	same(w, owed, counted, "refunds owed")
	aged, err := ageing.Compute(ageing.Query{Currency: tandem.GBP, AsOf: w.date("2012-12-31"), Limits: []int{30, 60}},
		b.CustomerInvoices().Find(w.ctx, billing.InvoiceQuery{Company: company}), b.Payments().Find(w.ctx, payment.Query{Company: company}),
		b.Allocations().Find(w.ctx, billing.AllocationQuery{Company: company}))
	require.NoError(w.t, err)
	require.Equal(w.t, books.byAccount["1100"], aged.Total.Total.Minor(), "ageing = control account")
	w.checkAgeing(b)
}

// checkAgeing: at the end of each day, and as it was known at each time, the ageing is
// accounts 1100 and 2150 of that day.
func (w *shop) checkAgeing(b *store.Bundle) {
	w.t.Helper()
	invoices := all(w, b.CustomerInvoices().Find(w.ctx, billing.InvoiceQuery{Company: company}))
	payments := all(w, b.Payments().Find(w.ctx, payment.Query{Company: company}))
	allocations := all(w, b.Allocations().Find(w.ctx, billing.AllocationQuery{Company: company}))
	last, books := w.date("2012-12-31"), map[moment][2]int64{}
	entries := all(w, b.JournalEntries().Find(w.ctx, ledger.EntryQuery{Company: company}))
	for _, e := range entries {
		books[moment{e.Date, tandem.Instant{}}], books[moment{last, e.Recorded}] = [2]int64{}, [2]int64{}
	}
	for q, sum := range books {
		for _, e := range entries {
			if e.Date.After(q.date) || !q.at.IsZero() && e.Recorded.After(q.at) {
				continue
			}
			for _, l := range e.Lines {
				switch l.Account {
				case "1100":
					sum[0] += l.Amount.Minor()
				case "2150":
					sum[1] -= l.Amount.Minor()
				}
			}
		}
		aged, err := ageing.Compute(ageing.Query{Currency: tandem.GBP, AsOf: q.date, KnownAt: q.at, Items: true}, each(invoices), each(payments), each(allocations))
		require.NoError(w.t, err)
		require.Equal(w.t, sum, [2]int64{aged.Total.Total.Minor(), aged.Total.Advances.Minor()}, "ageing as of %v, as known at %v", q.date, q.at)
		for _, item := range aged.Items {
			require.Equal(w.t, item.Bucket >= 0, item.Open.Sign() > 0, "as of %v, as known at %v, %+v is used twice", q.date, q.at, item)
		}
		for _, row := range aged.Rows {
			require.GreaterOrEqual(w.t, row.Advances.Minor(), int64(0), "as of %v, as known at %v, an advance is used twice", q.date, q.at)
		}
	}
}

func all[T any](w *shop, from iter.Seq2[T, error]) (out []T) {
	w.t.Helper()
	for x, err := range from {
		require.NoError(w.t, err)
		out = append(out, x)
	}
	return out
}

func each[T any](of []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, x := range of {
			if !yield(x, nil) {
				return
			}
		}
	}
}

// grossAt is the tax that counts against credit: at the rate of the order's date,
// each part rounded half up.
func (w *shop) grossAt(b *store.Bundle, net tandem.Money, code tandem.TaxCode, on tandem.Date) int64 {
	c, err := b.TaxCodes().Get(w.ctx, company, code)
	require.NoError(w.t, err)
	rate, err := c.RateOn(on)
	require.NoError(w.t, err)
	due, err := net.MulRate(rate, tandem.HalfAwayFromZero)
	require.NoError(w.t, err)
	return net.Minor() + due.Minor()
}

// checkCredit: unbilled by customer = account 1150, and every component of the
// credit accounts = its sum over the documents.
func (w *shop) checkCredit(b *store.Bundle, books sums) {
	w.t.Helper()
	orders := map[tandem.ID[any]]*sales.Order{}
	confirmed, delivered, unbilled := map[tandem.PartyID]int64{}, map[tandem.PartyID]int64{}, map[tandem.PartyID]int64{}
	for o, err := range b.SalesOrders().Find(w.ctx, sales.OrderQuery{Company: company}) {
		require.NoError(w.t, err)
		orders[o.Ref().ID] = o
		if o.Held() == "credit limit exceeded" {
			continue
		}
		open := map[tandem.TaxCode]int64{}
		for i := range o.NumLines() {
			l := o.LineAt(i)
			open[l.TaxCode] += l.OpenNet().Minor()
		}
		for code, net := range open {
			confirmed[o.Customer()] += w.grossAt(b, money(net), code, o.Date())
		}
	}
	for d, err := range b.Deliveries().Find(w.ctx, delivery.Query{Company: company}) {
		require.NoError(w.t, err)
		o := orders[d.Order().ID]
		for i := range d.NumLines() {
			l := d.LineAt(i)
			line, _ := o.Line(l.OrderLine)
			open := money(l.Net.Minor() - l.NetInvoiced.Minor())
			unbilled[d.Customer()] += open.Minor()
			delivered[d.Customer()] += w.grossAt(b, open, line.TaxCode, o.Date())
		}
	}
	for i, err := range b.CustomerInvoices().Find(w.ctx, billing.InvoiceQuery{Company: company, Status: billing.InvoiceDrafted}) {
		require.NoError(w.t, err)
		for n := range i.LineCount() {
			l := i.LineAt(n)
			unbilled[i.Customer()] += l.Net.Minor()
			delivered[i.Customer()] += w.grossAt(b, l.Net, l.TaxCode, orders[l.Order.Document.ID].Date())
		}
	}
	if w.config.Books.Revenue != "at_invoice" {
		same(w, unbilled, books.unbilled, "unbilled")
	}
	got := [4]map[tandem.PartyID]int64{{}, {}, {}, {}}
	for a, err := range b.CreditAccounts().Find(w.ctx, credit.Query{Company: company}) {
		require.NoError(w.t, err)
		s := a.State()
		got[0][s.Party], got[1][s.Party] = s.Receivables.Minor(), s.DeliveredNotInvoiced.Minor()
		got[2][s.Party], got[3][s.Party] = s.ConfirmedNotDelivered.Minor(), s.Advances.Minor()
	}
	same(w, books.receivable, got[0], "credit: receivables")
	same(w, delivered, got[1], "credit: delivered not invoiced")
	same(w, confirmed, got[2], "credit: confirmed not delivered")
	same(w, books.advances, got[3], "credit: advances")
}

// checkStock: value by product = account 1200, on hand = Σ moves = the pools'
// quantities, 0 ≤ reserved ≤ on hand, Σ reservations = reserved.
func (w *shop) checkStock(b *store.Bundle, books sums) {
	w.t.Helper()
	value, pooled, moved := map[tandem.ProductID]int64{}, map[tandem.ProductID]int64{}, map[inventory.LevelKey]int64{}
	for p, err := range b.CostPools().Find(w.ctx, costing.CostPoolQuery{Company: company}) {
		require.NoError(w.t, err)
		value[p.Product()], pooled[p.Product()] = p.Value().Minor(), p.Quantity().Micro()
	}
	same(w, value, books.stock, "stock value")
	for m, err := range b.StockMoves().Find(w.ctx, inventory.MoveQuery{Company: company}) {
		require.NoError(w.t, err)
		require.NoError(w.t, m.Validate())
		moved[inventory.LevelKey{Company: company, Location: m.From, Product: m.Product}] -= m.Quantity.Micro()
		moved[inventory.LevelKey{Company: company, Location: m.To, Product: m.Product}] += m.Quantity.Micro()
	}
	reserved, there := map[inventory.LevelKey]int64{}, map[tandem.ProductID]int64{}
	for r, err := range b.Reservations().Find(w.ctx, inventory.ReservationQuery{Company: company}) {
		require.NoError(w.t, err)
		reserved[r.Key()] += r.Open().Micro()
	}
	for l, err := range b.StockLevels().Find(w.ctx, inventory.LevelQuery{Company: company}) {
		require.NoError(w.t, err)
		require.Equal(w.t, moved[l.Key], l.OnHand, "on hand = moves at %s", l.Key)
		require.True(w.t, 0 <= l.Reserved && l.Reserved <= l.OnHand, "0 ≤ reserved ≤ on hand at %s: %d of %d", l.Key, l.Reserved, l.OnHand)
		require.Equal(w.t, reserved[l.Key], l.Reserved, "reservations = reserved at %s", l.Key)
		delete(reserved, l.Key)
		there[l.Key.Product] += l.OnHand
	}
	for key, n := range reserved {
		require.Zero(w.t, n, "reserved without a level at %s", key)
	}
	same(w, pooled, there, "quantity of the pool")
}

type lineKey struct {
	document tandem.ID[any]
	line     int
}

// checkLines: what a line holds is what its reservations hold, and what it wants
// besides, its backorder waits for.
func (w *shop) checkLines(b *store.Bundle) {
	w.t.Helper()
	holds, waits := map[lineKey]int64{}, map[lineKey]int64{}
	for r, err := range b.Reservations().Find(w.ctx, inventory.ReservationQuery{Company: company}) {
		require.NoError(w.t, err)
		holds[lineKey{r.Line().Document.ID, r.Line().Line}] += r.Open().Micro()
	}
	for o, err := range b.Backorders().Find(w.ctx, inventory.BackorderQuery{Company: company}) {
		require.NoError(w.t, err)
		require.NoError(w.t, o.Validate())
		waits[lineKey{o.Line.Document.ID, o.Line.Line}] = o.Quantity.Micro()
	}
	for o, err := range b.SalesOrders().Find(w.ctx, sales.OrderQuery{Company: company}) {
		require.NoError(w.t, err)
		for i := range o.NumLines() {
			l, key := o.LineAt(i), lineKey{o.Ref().ID, o.LineAt(i).Line}
			require.Equal(w.t, l.Reserved.Micro(), holds[key], "reservations of %s line %d", o.Number(), l.Line)
			if l.Product != product("carriage") {
				require.Equal(w.t, l.Unreserved().Micro(), waits[key], "backorder of %s line %d", o.Number(), l.Line)
			}
			delete(holds, key)
			delete(waits, key)
		}
	}
	for key, n := range holds {
		require.Zero(w.t, n, "reservation of no line %v", key)
	}
	require.Empty(w.t, waits, "backorders of no line")
}

// checkReturns: the refund liability is what came back and is to be credited, and
// what is expected to come back, whose cost is the right of return.
func (w *shop) checkReturns(b *store.Bundle, books sums) {
	w.t.Helper()
	liability := int64(0)
	for r, err := range b.SalesReturns().Find(w.ctx, returns.Query{Company: company}) {
		require.NoError(w.t, err)
		s := r.State()
		for _, l := range s.Lines {
			if s.CreditNote.IsZero() && (s.Status == returns.StatusReceived || l.Remedy == returns.RemedyCredit) {
				liability += l.Net.Minor()
			}
		}
	}
	right := int64(0)
	for d, err := range b.Deliveries().Find(w.ctx, delivery.Query{Company: company, Expecting: true}) {
		require.NoError(w.t, err)
		for _, e := range d.Expected() {
			liability, right = liability+e.Net.Minor(), right+e.Cost.Minor()
		}
	}
	require.Equal(w.t, -liability, books.byAccount["2300"], "refund liability")
	require.Equal(w.t, right, books.byAccount["1300"], "right of return")
}

// checkTax: the tax register says what the account says.
func (w *shop) checkTax(b *store.Bundle, books sums) {
	w.t.Helper()
	due := int64(0)
	for e, err := range b.TaxEntries().Find(w.ctx, tax.EntryQuery{Company: company}) {
		require.NoError(w.t, err)
		due += e.Tax.Minor()
	}
	require.Equal(w.t, -due, books.byAccount["2200"], "output tax")
}
