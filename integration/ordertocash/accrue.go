package ordertocash

import (
	"context"
	"errors"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// AccrueRevenue books, under the policy at_invoice, the revenue of what is
// delivered and not invoiced at a month end, and its reversal on day one.
type AccrueRevenue struct {
	work.Header
	Date tandem.Date `json:"date"` // the last day of a month
}

// CommandName is stable.
func (AccrueRevenue) CommandName() string { return "ordertocash.accrue_revenue" }

// Access is what the authoriser is asked.
func (AccrueRevenue) Access() work.Access { return work.Access{} }

// AppendJSON writes the business fields.
func (c AccrueRevenue) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "date", c.Date)
	return o.Close()
}

// Accrued is the result of [Service.Accrue].
type Accrued struct {
	Entry  ledger.EntryID `json:"entry,omitzero"` // none: the month end had been accrued as it is known now
	Number string         `json:"number,omitempty"`
	Amount tandem.Money   `json:"amount"` // what the run added; negative: less is unbilled than an earlier run had booked
	Total  tandem.Money   `json:"total"`  // of the month end, by all its runs
}

// AppendJSON writes the result.
func (p Accrued) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.TextOmit(&o, "entry", p.Entry)
	o.StringOmit("number", p.Number)
	jsonw.Text(&o, "amount", p.Amount)
	jsonw.Text(&o, "total", p.Total)
	return o.Close()
}

// Accrue accrues a month end, whenever it is run: what was dispatched until then,
// less what came back uninvoiced until then, and has no invoice dated until then, by
// customer. It may be run again: it books what has become known since, deliveries,
// returns and invoices that were entered later with a date until then, as a
// difference of either sign with its own reversal on day one, so that all runs
// together are what is unbilled at that month end as it is known at the last one.
// Where there is no difference, nothing is booked. Refused: another policy, a day
// inside a month or in the future, a closed period.
func (s *Service[R]) Accrue(ctx context.Context, cmd AccrueRevenue) (Accrued, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Accrued, error) {
		if _, err := s.day(cmd.Date, scope.Now); err != nil { // too early, and later runs would have to mend it
			return Accrued{}, err
		}
		u, err := s.unbilled(ctx, r, cmd.Date)
		if err != nil {
			return Accrued{}, err
		}
		total, err := u.sum()
		if err != nil {
			return Accrued{}, err
		}
		run, err := s.accruedBefore(ctx, r, cmd.Date, &u)
		if err != nil {
			return Accrued{}, err
		}
		more, err := u.list()
		if err != nil {
			return Accrued{}, err
		}
		entry, err := s.accrue(ctx, r, scope, cmd.Date, run, more)
		out := Accrued{Entry: entry.ID, Number: entry.Number, Amount: tandem.MoneyFromMinor(0, total.Currency()), Total: total}
		for i := range more {
			if err == nil {
				out.Amount, err = out.Amount.Add(more[i].Net)
			}
		}
		return out, err
	})
}

// accrualID names the entries of a month end: the accrual and the reversal of its
// first run are 0 and 1, those of its second 2 and 3, and so on.
func (s *Service[R]) accrualID(monthEnd tandem.Date, n int) ledger.EntryID {
	return accrualID(s.company(), monthEnd, n)
}

func accrualID(company tandem.CompanyID, monthEnd tandem.Date, n int) ledger.EntryID {
	return tandem.IDFromBytes[ledger.EntryID](work.ChildUUID(company.Bytes(), 'u', monthEnd.DayNumber(), n))
}

// accruedBefore takes off what earlier runs booked, and gives their number.
func (s *Service[R]) accruedBefore(ctx context.Context, r R, monthEnd tandem.Date, u *unbilled) (int, error) {
	for run := 0; ; run++ {
		e, err := r.JournalEntries().Get(ctx, s.company(), s.accrualID(monthEnd, 2*run))
		if errors.Is(err, tandem.ErrNotFound) {
			return run, nil
		}
		if err != nil {
			return run, err
		}
		for i := range e.Lines {
			if l := &e.Lines[i]; !l.Party.IsZero() { // unbilled receivables are by customer, revenue is not
				u.add(l.Party, l.Amount.Neg())
			}
		}
	}
}

// accrue books one run; nothing at all where there is no difference.
func (s *Service[R]) accrue(ctx context.Context, r R, scope *work.Scope, date tandem.Date, run int, more []posting.Unbilled) (ledger.Entry, error) {
	h := posting.Header{ID: s.accrualID(date, 2*run), Date: date, Recorded: scope.Now, Text: "accrued revenue"}
	next := ledger.Reversal{ID: s.accrualID(date, 2*run+1), Date: date.AddDays(1), Recorded: scope.Now, Text: "accrued revenue, reversed"}
	if len(more) == 0 { // takes no numbers, and is asked for policy and day alone
		entry, _, err := s.books.Accrue(h, nil, next, nil)
		return entry, err
	}
	w := s.writing(r, scope, date)
	if w.behind.period(next.Date); w.behind.on {
		w.behind.add(work.OfJournalEntries, h.ID)
	}
	if err := w.draw(ctx, 2); err != nil {
		return ledger.Entry{}, err
	}
	switch _, err := r.JournalEntries().Get(ctx, s.company(), h.ID); {
	case err == nil: // another run booked it while this one waited for its numbers
		return ledger.Entry{}, &tandem.ConflictError{Kind: "accrual", Key: date.String(), Want: int64(run), Got: int64(run + 1)}
	case !errors.Is(err, tandem.ErrNotFound):
		return ledger.Entry{}, err
	}
	in, err := s.period(ctx, r, next.Date)
	if err != nil {
		return ledger.Entry{}, err
	}
	h.Number, h.Period, next.Number = w.numbers[0], w.period, w.numbers[1]
	accrual, reversal, err := s.books.Accrue(h, more, next, in)
	if err != nil {
		return ledger.Entry{}, err
	}
	return accrual, r.JournalEntries().Append(ctx, accrual, reversal)
}

// unbilled gives what was dispatched until a day and is not on a posted invoice
// dated until that day: what has no invoice at all, what is on a draft, what was
// invoiced later, and what came back uninvoiced later.
func (s *Service[R]) unbilled(ctx context.Context, r R, until tandem.Date) (unbilled, error) {
	u := unbilled{nets: make(map[tandem.PartyID]*tandem.Total), currency: s.c.Books.Currency, dispatched: make(map[tandem.ID[any]]tandem.Date)}
	for d, err := range r.Deliveries().Find(ctx, uninvoicedUntil(s.company(), until)) {
		if err != nil {
			return u, err
		}
		for i := range d.NumLines() {
			l := d.LineAt(i)
			u.add(d.Customer(), tandem.MoneyFromMinor(l.Net.Minor()-l.NetInvoiced.Minor(), u.currency))
		}
	}
	for d, err := range r.Deliveries().Find(ctx, withdrawnUntil(s.company(), until)) {
		if err != nil {
			return u, err
		}
		for _, w := range d.Withdrawn() {
			if w.Date.After(until) {
				u.add(d.Customer(), w.Net)
			}
		}
	}
	var some []*billing.Invoice // whose deliveries are read together
	for _, q := range invoicedLater(s.company(), until) {
		for invoice, err := range r.CustomerInvoices().Find(ctx, q) {
			if err != nil {
				return u, err
			}
			if some = append(some, invoice); len(some) < invoicesAtOnce {
				continue
			}
			if err := s.addInvoiced(ctx, r, &u, some, until); err != nil {
				return u, err
			}
			some = some[:0]
		}
	}
	return u, s.addInvoiced(ctx, r, &u, some, until)
}

// addInvoiced adds what of invoices was delivered until a day.
func (s *Service[R]) addInvoiced(ctx context.Context, r R, u *unbilled, invoices []*billing.Invoice, until tandem.Date) error {
	ahead := s.reads(r)
	for _, invoice := range invoices {
		ahead.delivered(invoice)
	}
	if err := s.fetch(ctx, r, &ahead); err != nil {
		return err
	}
	for _, invoice := range invoices {
		for i := range invoice.LineCount() {
			l := invoice.LineAt(i)
			if l.Delivery.IsZero() {
				continue
			}
			on, err := s.dispatchedOn(ctx, r, u, l.Delivery.Document)
			if err != nil {
				return err
			}
			if !on.After(until) {
				u.add(invoice.Customer(), l.Net)
			}
		}
	}
	return nil
}

type unbilled struct {
	nets       map[tandem.PartyID]*tandem.Total
	currency   tandem.Currency
	dispatched map[tandem.ID[any]]tandem.Date
}

func (u *unbilled) add(customer tandem.PartyID, net tandem.Money) {
	sum := u.nets[customer]
	if sum == nil {
		zero := tandem.NewTotal(u.currency)
		sum = &zero
		u.nets[customer] = sum
	}
	sum.Add(net)
}

func (u *unbilled) sum() (tandem.Money, error) {
	all := tandem.NewTotal(u.currency)
	for _, sum := range u.nets {
		all.AddTotal(*sum)
	}
	return all.Money(tandem.HalfAwayFromZero)
}

func (u *unbilled) list() ([]posting.Unbilled, error) {
	out := make([]posting.Unbilled, 0, len(u.nets))
	for customer, sum := range u.nets {
		net, err := sum.Money(tandem.HalfAwayFromZero)
		if err != nil {
			return nil, err
		}
		if !net.IsZero() {
			out = append(out, posting.Unbilled{Customer: customer, Net: net})
		}
	}
	slices.SortFunc(out, func(a, b posting.Unbilled) int { return a.Customer.Compare(b.Customer) })
	return out, nil
}

func (s *Service[R]) dispatchedOn(ctx context.Context, r R, u *unbilled, ref tandem.DocumentRef) (tandem.Date, error) {
	if on, found := u.dispatched[ref.ID]; found {
		return on, nil
	}
	d, err := r.Deliveries().Get(ctx, s.company(), tandem.IDFromBytes[delivery.ID](ref.ID.Bytes()))
	if err != nil {
		return tandem.Date{}, err
	}
	u.dispatched[ref.ID] = d.Date()
	return d.Date(), nil
}
