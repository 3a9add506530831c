package ordertocash

import (
	"context"
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

// Accrue accrues a month end, whenever it is run: what was dispatched until then,
// less what came back uninvoiced until then, and has no invoice dated until then, by
// customer. A month end is accrued once: a second time is
// [tandem.ErrDuplicate]. Refused: another policy, a day inside a month or in the
// future, a closed period.
func (s *Service[R]) Accrue(ctx context.Context, cmd AccrueRevenue) (Booked, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Booked, error) {
		if _, err := s.day(cmd.Date, scope.Now); err != nil { // too early, and then the only one
			return Booked{}, err
		}
		open, err := s.unbilled(ctx, r, cmd.Date)
		if err != nil {
			return Booked{}, err
		}
		w := s.writing(r, scope, cmd.Date)
		if err := w.draw(ctx, 2); err != nil {
			return Booked{}, err
		}
		first := cmd.Date.AddDays(1)
		next, err := s.period(ctx, r, first)
		if err != nil {
			return Booked{}, err
		}
		id := func(n int) ledger.EntryID {
			return tandem.IDFromBytes[ledger.EntryID](work.ChildUUID(s.company().Bytes(), 'u', cmd.Date.DayNumber(), n))
		}
		accrual, reversal, err := s.books.Accrue(posting.Header{ID: id(0), Number: w.numbers[0], Date: cmd.Date, Recorded: scope.Now,
			Text: "accrued revenue", Period: w.period}, open,
			ledger.Reversal{ID: id(1), Number: w.numbers[1], Date: first, Recorded: scope.Now, Text: "accrued revenue, reversed"}, next)
		if err != nil || accrual.IsZero() {
			return Booked{Amount: tandem.MoneyFromMinor(0, s.c.Books.Currency)}, err
		}
		if err := r.JournalEntries().Append(ctx, accrual, reversal); err != nil {
			return Booked{}, err
		}
		return s.booked(accrual)
	})
}

// unbilled gives what was dispatched until a day and is not on a posted invoice
// dated until that day: what has no invoice at all, what is on a draft, what was
// invoiced later, and what came back uninvoiced later.
func (s *Service[R]) unbilled(ctx context.Context, r R, until tandem.Date) ([]posting.Unbilled, error) {
	u := unbilled{nets: make(map[tandem.PartyID]*tandem.Total), currency: s.c.Books.Currency, dispatched: make(map[tandem.ID[any]]tandem.Date)}
	for d, err := range r.Deliveries().Find(ctx, delivery.Query{Company: s.company(), Uninvoiced: true, Until: until.AddDays(1)}) {
		if err != nil {
			return nil, err
		}
		for i := range d.NumLines() {
			l := d.LineAt(i)
			u.add(d.Customer(), tandem.MoneyFromMinor(l.Net.Minor()-l.NetInvoiced.Minor(), u.currency))
		}
	}
	for d, err := range r.Deliveries().Find(ctx, delivery.Query{Company: s.company(), Withdrawn: true, Until: until.AddDays(1)}) {
		if err != nil {
			return nil, err
		}
		for _, w := range d.Withdrawn() {
			if w.Date.After(until) {
				u.add(d.Customer(), w.Net)
			}
		}
	}
	for _, q := range [...]billing.InvoiceQuery{{Status: billing.InvoiceDrafted}, {Dates: tandem.Validity{From: until.AddDays(1)}}} {
		q.Company, q.Type = s.company(), billing.CommercialInvoice
		for invoice, err := range r.CustomerInvoices().Find(ctx, q) {
			if err != nil {
				return nil, err
			}
			for i := range invoice.LineCount() {
				l := invoice.LineAt(i)
				if l.Delivery.IsZero() {
					continue
				}
				on, err := s.dispatchedOn(ctx, r, &u, l.Delivery.Document)
				if err != nil {
					return nil, err
				}
				if !on.After(until) {
					u.add(invoice.Customer(), l.Net)
				}
			}
		}
	}
	return u.list()
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
