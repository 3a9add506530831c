package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

func (c CreditAllowance) reads(n *reads) {
	n.account(c.Customer)
	n.customer(c.Customer)
	for i := range c.Lines {
		n.invoice(c.Lines[i].Invoice)
	}
}

// CreditAllowance credits a customer without goods coming back: an allowance on
// invoices, which its lines name, or, where the sale is not in the books, an
// unreferenced credit, whose lines name a tax code.
type CreditAllowance struct {
	work.Header
	CreditNote billing.InvoiceID `json:"credit_note,omitzero"` // default: a new id
	Customer   tandem.PartyID    `json:"customer"`
	Date       tandem.Date       `json:"date,omitzero"`      // default today
	RateDate   tandem.Date       `json:"rate_date,omitzero"` // of an unreferenced credit: the tax point of the sale, whose rates hold; default the date
	Reference  string            `json:"reference,omitempty"`
	Lines      []CreditLine      `json:"lines"`
	Approval   billing.Approval  `json:"approval"` // required
}

// CommandName is stable.
func (CreditAllowance) CommandName() string { return "ordertocash.credit_allowance" }

// Access is what the authoriser is asked.
func (c CreditAllowance) Access() work.Access { return work.Access{Party: c.Customer} }

// AppendJSON writes the business fields.
func (c CreditAllowance) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.TextOmit(&o, "credit_note", c.CreditNote)
	jsonw.Text(&o, "customer", c.Customer)
	jsonw.TextOmit(&o, "date", c.Date)
	jsonw.TextOmit(&o, "rate_date", c.RateDate)
	o.StringOmit("reference", c.Reference)
	appendLines(&o, "lines", c.Lines, (*CreditLine).appendJSON)
	appendApproval(&o, c.Approval)
	return o.Close()
}

// CreditAllowance writes and posts a credit note without goods. An allowance has
// the tax rate of the invoice that it lowers and is applied to what is open of it;
// together with the other credits of the invoice it cannot exceed the invoice, nor, on
// one line, what has not come back of it. Goods that come back afterwards are credited
// at what is left of their price ([Service.CreditReturn]). The
// authoriser is asked about the amount (`ordertocash.approve_credit_note`).
// Refused: no approval, a mixture of lines with and without an invoice.
func (s *Service[R]) CreditAllowance(ctx context.Context, cmd CreditAllowance) (Credited, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Credited, error) {
		date, err := s.day(cmd.Date, scope.Now)
		if err != nil {
			return Credited{}, err
		}
		w := s.writing(r, scope, date)
		account, err := s.accountOfKnown(ctx, r, cmd.Customer, w.date)
		if err != nil {
			return Credited{}, err
		}
		c := crediting[R]{w: &w, account: account, rateDate: cmd.RateDate, draft: billing.InvoiceDraft{ID: cmd.CreditNote, Company: s.company(),
			Customer: cmd.Customer, Currency: s.c.Books.Currency, Reference: cmd.Reference, Approval: cmd.Approval, TaxPoint: w.date,
			Basis: billing.CreditUnreferenced}}
		if c.rateDate.IsZero() {
			c.rateDate = w.date
		}
		for i := range cmd.Lines {
			if err := c.addWithoutGoods(ctx, &cmd.Lines[i]); err != nil {
				return Credited{}, err
			}
		}
		if c.draft.RateDate = c.rateDate; len(c.originals) > 0 {
			c.draft.Basis, c.draft.RateDate = billing.CreditAllowance, tandem.Date{}
		}
		for _, of := range c.of {
			if (of == nil) != (len(c.originals) == 0) {
				return Credited{}, c.refuse("mixed", "lines with and without an invoice: credit them apart")
			}
		}
		c.limited = true
		w.behind.customer(cmd.Customer)
		for i := range c.draft.Lines {
			if c.of[i] == nil {
				w.behind.taxCode(c.draft.Lines[i].TaxCode)
			}
		}
		if err := w.draw(ctx, 1, c.begin()); err != nil {
			return Credited{}, err
		}
		out, err := c.finish(ctx, "")
		return out, errors.Join(err, r.CreditAccounts().Save(ctx, account))
	})
}
