package ordertocash

import (
	"context"
	"errors"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// ReceivePayment records money from a customer and applies it to invoices: to
// those named, the earliest due first, or with Oldest to all that are open; to refunds
// that are owed back before them. What is left over stays the customer's credit.
type ReceivePayment struct {
	work.Header
	Customer  tandem.PartyID      `json:"customer"`
	Amount    tandem.Money        `json:"amount"`
	Date      tandem.Date         `json:"date,omitzero"` // value date; default today
	Method    payment.Method      `json:"method"`
	Reference string              `json:"reference,omitempty"`
	Invoices  []billing.InvoiceID `json:"invoices,omitempty"`
	Refunds   []payment.ID        `json:"refunds,omitempty"` // that are owed back, since what they were of bounced
	Oldest    bool                `json:"oldest,omitempty"`
	Advance   bool                `json:"advance,omitempty"` // before anything is owed: a liability of its own until it is applied
	Order     sales.OrderID       `json:"order,omitzero"`    // that an advance is for: VAT is due on it, and its invoices take it up
}

// CommandName is stable.
func (ReceivePayment) CommandName() string { return "ordertocash.receive_payment" }

// Access is what the authoriser is asked.
func (c ReceivePayment) Access() work.Access {
	return work.Access{Party: c.Customer, Amount: c.Amount}
}

// AppendJSON writes the business fields.
func (c ReceivePayment) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "customer", c.Customer)
	jsonw.Text(&o, "amount", c.Amount)
	jsonw.TextOmit(&o, "date", c.Date)
	o.String("method", string(c.Method))
	o.StringOmit("reference", c.Reference)
	if len(c.Invoices) > 0 {
		o.BeginArray("invoices")
		for _, id := range c.Invoices {
			jsonw.TextItem(&o, id)
		}
		o.EndArray()
	}
	if len(c.Refunds) > 0 {
		o.BeginArray("refunds")
		for _, id := range c.Refunds {
			jsonw.TextItem(&o, id)
		}
		o.EndArray()
	}
	o.BoolOmit("oldest", c.Oldest)
	o.BoolOmit("advance", c.Advance)
	jsonw.TextOmit(&o, "order", c.Order)
	return o.Close()
}

func (c ReceivePayment) reads(n *reads) {
	n.account(c.Customer)
	n.customer(c.Customer)
	n.paid(c.Customer, c.Invoices, c.Refunds, c.Oldest, n.day(c.Date))
	if c.Advance {
		n.order(c.Order)
	}
}

// paid adds what a payment may be applied to.
func (n *reads) paid(customer tandem.PartyID, invoices []billing.InvoiceID, refunds []payment.ID, oldest bool, on tandem.Date) {
	for _, id := range invoices {
		n.invoice(id)
	}
	for _, id := range refunds {
		n.payment(id)
	}
	if oldest && !customer.IsZero() {
		n.query(openInvoicesOf(n.company(), customer, on))
	}
}

// Received is the result of [Service.Receive].
type Received struct {
	Payment   payment.ID   `json:"payment"`
	Number    string       `json:"number"`
	Applied   tandem.Money `json:"applied"`
	Discount  tandem.Money `json:"discount"` // early discount taken, gross
	Unapplied tandem.Money `json:"unapplied"`
	Tax       tandem.Money `json:"tax"` // VAT that is due on an advance, included in its amount
}

// AppendJSON writes the result.
func (p Received) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "payment", p.Payment)
	o.String("number", p.Number)
	jsonw.Text(&o, "applied", p.Applied)
	jsonw.Text(&o, "discount", p.Discount)
	jsonw.Text(&o, "unapplied", p.Unapplied)
	jsonw.Text(&o, "tax", p.Tax)
	return o.Close()
}

// Receive records and applies a payment. An advance that names its order is a tax
// point: VAT is due on what it covers of the order's open lines, at the rates of its
// date ([payment.AdvancePolicy]). Refused: another customer's invoice or order, an
// invoice that is not posted, a closed period, a customer whom nobody knows ([tandem.ErrNotFound]).
func (s *Service[R]) Receive(ctx context.Context, cmd ReceivePayment) (Received, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Received, error) {
		date, err := s.day(cmd.Date, scope.Now)
		if err != nil {
			return Received{}, err
		}
		asked := cmd
		asked.Date = date
		invoices, err := s.payable(ctx, r, &asked)
		if err != nil {
			return Received{}, err
		}
		account, err := s.accountOfKnown(ctx, r, cmd.Customer, date)
		if err != nil {
			return Received{}, err
		}
		refunds, err := s.refundsOwed(ctx, r, cmd.Refunds, cmd.Oldest, account, date)
		if err != nil {
			return Received{}, err
		}
		advance, err := s.advance(ctx, r, &asked, account, scope.Now)
		if err != nil {
			return Received{}, err
		}
		p := receipt[R]{s: s, r: r, scope: scope, date: date, account: account, refunds: refunds}
		numbers := [...]drawn{{series: seriesJournal}, {series: seriesPayment}}
		behind := s.reads(r)
		behind.period(date)
		if err = s.draw(ctx, r, numbers[:], &behind); err != nil {
			return Received{}, err
		}
		if p.period, err = s.openPeriod(ctx, r, date); err != nil {
			return Received{}, err
		}
		p.journal = numbers[0].text()
		p.payment, err = payment.Receive(payment.Input{ID: tandem.IDFromBytes[payment.ID](scope.NewUUID()),
			Company: s.company(), Number: numbers[1].text(), Customer: cmd.Customer, Date: date, Amount: cmd.Amount, Method: cmd.Method,
			Reference: cmd.Reference, Advance: cmd.Advance, Order: advance.order, Policy: advance.policy, Taxes: advance.taxes}, scope.Now)
		if err != nil {
			return Received{}, err
		}
		facts, err := p.apply(invoices)
		if err != nil {
			return Received{}, err
		}
		return p.finish(ctx, invoices, facts, cmd.Advance)
	})
}

// apply applies the payment to refunds that are owed, and then to invoices.
func (p *receipt[R]) apply(invoices []*billing.Invoice) ([]billing.Allocation, error) {
	next := func() billing.AllocationID {
		p.allocated++
		return tandem.IDFromBytes[billing.AllocationID](work.ChildUUID(p.payment.ID().Bytes(), 'a', p.allocated, 0))
	}
	settled, err := settleRefunds(p.payment, p.refunds, p.date, p.scope.Now, next)
	if err != nil {
		return nil, err
	}
	facts, err := payment.ApplyOldest(p.payment, invoices, p.date, p.scope.Now, next)
	if len(settled) > 0 {
		facts = append(settled, facts...)
	}
	return facts, err
}

// payable gives the invoices that a payment may be applied to.
func (s *Service[R]) payable(ctx context.Context, r R, cmd *ReceivePayment) ([]*billing.Invoice, error) {
	invoices := make([]*billing.Invoice, 0, len(cmd.Invoices))
	for _, id := range cmd.Invoices {
		invoice, err := r.CustomerInvoices().Get(ctx, s.company(), id)
		if err != nil {
			return nil, err
		}
		if invoice.Number() == "" {
			return nil, &tandem.RefusedError{Command: "apply", Subject: "customer_invoice " + id.String(), State: string(invoice.Status()), Code: "not_posted",
				Reason: "only a posted invoice is paid"}
		}
		invoices = append(invoices, invoice)
	}
	if !cmd.Oldest {
		return invoices, nil
	}
	return s.openInvoices(ctx, r, cmd.Customer, cmd.Date, invoices)
}

// openInvoices appends the open invoices of a customer that are not there yet and
// were open on a day: money is not applied to what was not owed yet, or was settled by
// what was undone later.
func (s *Service[R]) openInvoices(ctx context.Context, r R, customer tandem.PartyID, on tandem.Date, invoices []*billing.Invoice) ([]*billing.Invoice, error) {
	named := len(invoices)
	for invoice, err := range r.CustomerInvoices().Find(ctx, openInvoicesOf(s.company(), customer, on)) {
		if err != nil {
			return nil, err
		}
		if !on.Before(invoice.NotBefore()) && !slices.ContainsFunc(invoices[:named], func(i *billing.Invoice) bool { return i.ID() == invoice.ID() }) {
			invoices = append(invoices, invoice)
		}
	}
	return invoices, nil
}

// receipt is the work of booking one payment.
type receipt[R Repos] struct {
	s         *Service[R]
	r         R
	scope     *work.Scope
	date      tandem.Date
	period    *ledger.Period
	journal   string
	account   *credit.Account
	payment   *payment.Payment
	refunds   []owedRefund
	allocated int
	entries   int
}

func (p *receipt[R]) finish(ctx context.Context, invoices []*billing.Invoice, facts []billing.Allocation, advance bool) (Received, error) {
	zero := tandem.MoneyFromMinor(0, p.payment.Amount().Currency())
	out := Received{Payment: p.payment.ID(), Number: p.payment.Ref().Number, Applied: zero, Discount: zero, Unapplied: p.payment.Unapplied(), Tax: zero}
	discount := posting.EarlyDiscount{Customer: p.payment.Customer(), Net: zero, Tax: zero}
	var errs [4]error
	for i := range facts {
		out.Applied, errs[0] = out.Applied.Add(facts[i].Amount)
		discount.Net, errs[1] = discount.Net.Add(facts[i].DiscountNet)
		discount.Tax, errs[2] = discount.Tax.Add(facts[i].DiscountTax)
		if err := errors.Join(errs[:]...); err != nil {
			return Received{}, err
		}
	}
	if out.Discount, errs[3] = discount.Net.Add(discount.Tax); errs[3] != nil {
		return Received{}, errs[3]
	}
	var released tandem.Money
	if advance {
		var err error
		if out.Tax, err = p.advanceTax(ctx); err != nil {
			return Received{}, err
		}
		if released, err = p.s.releaseTax(ctx, p.r, p.scope, p.payment, facts); err != nil {
			return Received{}, err
		}
	}
	if err := p.book(ctx, discount, out.Applied, released, out.Tax, advance); err != nil {
		return Received{}, err
	}
	if err := p.credit(out, advance); err != nil {
		return Received{}, err
	}
	p.scope.Emit(p.payment.Drain())
	if err := saveRefunds(ctx, p.r, p.scope, p.account, p.refunds); err != nil {
		return Received{}, err
	}
	for _, invoice := range invoices {
		if recorded := invoice.Drain(); len(recorded.Events) > 0 || touches(facts, invoice.ID()) {
			p.scope.Emit(recorded)
			if err := p.r.CustomerInvoices().Save(ctx, invoice); err != nil {
				return Received{}, err
			}
		}
	}
	if len(facts) > 0 {
		if err := errors.Join(p.r.Allocations().Append(ctx, facts...),
			p.s.registerDiscounts(ctx, p.r, p.scope, p.payment.Ref(), invoices, facts)); err != nil {
			return Received{}, err
		}
	}
	return out, errors.Join(p.r.Payments().Save(ctx, p.payment), p.r.CreditAccounts().Save(ctx, p.account))
}

func touches(facts []billing.Allocation, id billing.InvoiceID) bool {
	for i := range facts {
		if facts[i].Invoice == id {
			return true
		}
	}
	return false
}

// book writes the entries of a payment: the money, an advance that is applied at
// once, and the early discount that was taken with it.
func (p *receipt[R]) book(ctx context.Context, discount posting.EarlyDiscount, applied, released, due tandem.Money, advance bool) error {
	entry, err := p.s.books.Pay(p.header(p.journal), posting.Payment{Customer: p.payment.Customer(), Amount: p.payment.Amount(), Advance: advance, Tax: due})
	if err != nil {
		return err
	}
	if err := p.s.journal(ctx, p.r, entry); err != nil {
		return err
	}
	if advance && !applied.IsZero() {
		if err := p.further(ctx, func(h posting.Header) (ledger.Entry, error) {
			return p.s.books.ApplyAdvance(h, p.payment.Customer(), applied, released, posting.Exchange{})
		}); err != nil {
			return err
		}
	}
	if discount.Net.IsZero() && discount.Tax.IsZero() {
		return nil
	}
	return p.further(ctx, func(h posting.Header) (ledger.Entry, error) { return p.s.books.Discount(h, discount) })
}

func (p *receipt[R]) further(ctx context.Context, make func(posting.Header) (ledger.Entry, error)) error {
	behind := p.s.reads(p.r)
	number, err := p.s.number(ctx, p.r, seriesJournal, &behind)
	if err != nil {
		return err
	}
	entry, err := make(p.header(number))
	if err != nil {
		return err
	}
	return p.s.journal(ctx, p.r, entry)
}

func (p *receipt[R]) header(number string) posting.Header {
	p.entries++
	return posting.Header{ID: tandem.IDFromBytes[ledger.EntryID](work.ChildUUID(p.payment.ID().Bytes(), 'e', p.entries, 0)), Number: number,
		Date: p.date, Recorded: p.scope.Now, Source: p.payment.Ref(), Period: p.period}
}

// credit lowers what the customer owes.
func (p *receipt[R]) credit(out Received, advance bool) error {
	if !advance {
		settled, err := p.payment.Amount().Add(out.Discount)
		if err != nil {
			return err
		}
		return p.account.Settle(settled)
	}
	return errors.Join(p.account.Advance(p.payment.Amount()), p.account.ApplyAdvance(out.Applied), p.account.Settle(out.Discount))
}
