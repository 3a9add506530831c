package books

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// charge invoices what the shop keeps of a credit: the cancellation's price is below the sale's. No delivery stands
// behind it, so that order-to-cash has no command for it.
func (b *Books) charge(ctx context.Context, c *story.Credit, kept story.Allowance) error {
	var draft billing.InvoiceDraft
	line, err := b.creditLine(ctx, c, kept)
	if err != nil {
		return err
	}
	price, err := kept.Amount.PricePer(pieces(1), 1, tandem.HalfAwayFromZero)
	if err != nil {
		return err
	}
	draft = billing.InvoiceDraft{Company: company(), Customer: b.buyer.Party, Currency: tandem.GBP, Reference: c.Invoice, Terms: net30, TaxPoint: kept.TaxDay,
		Lines: []billing.InvoiceLine{{Line: 1, Product: line.Product, Text: line.Text, Quantity: pieces(1), Price: price, Net: kept.Amount, TaxCode: line.TaxCode}}}
	posted, err := work.Do(ctx, b.own, own{Header: b.next("charge"), Name: "wholesaler.charge", Of: c.Invoice},
		func(ctx context.Context, r *store.Bundle, scope *work.Scope) (charged, error) {
			return b.postCharge(ctx, r, scope, draft)
		})
	if err != nil {
		return err
	}
	b.byInvoice[posted.Number] = posted.Invoice
	b.early = append(b.early, story.Invoiced{Number: posted.Number, Account: c.Account, Day: b.today(), Gross: posted.Gross, Open: posted.Gross})
	return nil
}

type charged struct {
	Invoice billing.InvoiceID `json:"invoice"`
	Number  string            `json:"number"`
	Gross   tandem.Money      `json:"gross"`
}

// AppendJSON writes the result.
func (c charged) AppendJSON(dst []byte) []byte { return appendJSON(dst, c) }

func (b *Books) postCharge(ctx context.Context, r *store.Bundle, scope *work.Scope, draft billing.InvoiceDraft) (out charged, err error) {
	code, err := r.TaxCodes().Get(ctx, company(), draft.Lines[0].TaxCode)
	if err != nil {
		return out, err
	}
	taxed, err := tax.Compute([]tandem.TaxBase{{Line: 1, Code: code.ID, Amount: draft.Lines[0].Net}}, []tax.Code{code}, draft.TaxPoint, tax.PerRate)
	if err != nil {
		return out, err
	}
	draft.ID, draft.TaxLines = tandem.IDFromBytes[billing.InvoiceID](scope.NewUUID()), taxed.Lines
	invoice, err := billing.DraftInvoice(draft, scope.Now)
	if err != nil {
		return out, err
	}
	terms, err := r.PaymentTerms().PaymentTerms(ctx, company(), net30)
	if err != nil {
		return out, err
	}
	account, err := r.CreditAccounts().Get(ctx, company(), draft.Customer)
	if err != nil {
		return out, err
	}
	var policy billing.SeriesPolicy
	series := policy.InvoiceSeries(billing.CommercialInvoice, b.today())
	number, err := r.Numbers().Next(ctx, company(), series, b.today())
	if err != nil {
		return out, err
	}
	out = charged{Invoice: draft.ID, Number: policy.Number(series, number.Value), Gross: invoice.Gross()}
	if err := invoice.Post(billing.PostInvoice{Series: series, Number: out.Number, Date: b.today(), LastDate: number.LastDate, Terms: terms, At: scope.Now}); err != nil {
		return out, err
	}
	register, err := tax.Register{Company: company(), Document: invoice.Ref(), Direction: tax.Output, TaxPoint: draft.TaxPoint, Recorded: scope.Now,
		Party: draft.Customer, Country: b.buyer.Country, VATNumber: tandem.Personal(b.buyer.VATNumber)}.Entries(taxed.Lines, func(int) tax.EntryID {
		return tandem.IDFromBytes[tax.EntryID](scope.NewUUID())
	})
	if err != nil {
		return out, err
	}
	err = b.journal(ctx, r, scope, invoice.Ref(), func(h posting.Header) (ledger.Entry, error) {
		return b.posting.Invoice(h, posting.Invoice{Customer: draft.Customer, Sales: []posting.InvoicedSale{{Product: draft.Lines[0].Product, Net: draft.Lines[0].Net}}, Taxes: taxed.Lines})
	})
	scope.Emit(invoice.Drain())
	return out, errors.Join(err, account.Invoice(tandem.MoneyFromMinor(0, tandem.GBP), out.Gross), r.CustomerInvoices().Save(ctx, invoice),
		r.CreditAccounts().Save(ctx, account), r.TaxEntries().Append(ctx, register...))
}
