package ordertocash

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/work"
)

// registerDiscounts writes bases and taxes by which early discounts lowered
// invoices into the tax register, on the day on which they were taken: under
// adjust_on_payment the tax point of the reduction is the payment (HMRC VAT Notice
// 700 §7.3.2). A base without tax falls too. A reversed allocation takes its
// discount back.
func (s *Service[R]) registerDiscounts(ctx context.Context, r R, scope *work.Scope, source tandem.DocumentRef,
	invoices []*billing.Invoice, facts []billing.Allocation) error {
	var entries []tax.Entry
	for i := range facts {
		fact := &facts[i]
		if fact.DiscountNet.IsZero() && fact.DiscountTax.IsZero() {
			continue
		}
		for _, invoice := range invoices {
			if invoice.ID() != fact.Invoice || invoice.EarlyDiscount().Policy != billing.AdjustOnPayment {
				continue
			}
			var err error
			if entries, err = s.discountEntries(entries, scope, source, invoice, fact); err != nil {
				return err
			}
			break
		}
	}
	if len(entries) == 0 {
		return nil
	}
	return r.TaxEntries().Append(ctx, entries...)
}

// discountEntries gives the entries of the discount of one allocation.
func (s *Service[R]) discountEntries(dst []tax.Entry, scope *work.Scope, source tandem.DocumentRef, invoice *billing.Invoice,
	fact *billing.Allocation) ([]tax.Entry, error) {
	parts, err := invoice.DiscountOf(*fact)
	if err != nil {
		return dst, err
	}
	lines := invoice.TaxLines()
	kept := make([]tandem.TaxLine, 0, len(lines))
	for i, l := range lines {
		if l.Base, l.Tax = parts[i].Base.Neg(), parts[i].Tax.Neg(); !l.Tax.IsZero() || !l.Base.IsZero() {
			kept = append(kept, l)
		}
	}
	more, err := tax.Register{Company: s.company(), Document: source, Direction: tax.Output, TaxPoint: fact.Date, Recorded: scope.Now,
		Party: fact.Customer}.Entries(kept, func(line int) tax.EntryID {
		return tandem.IDFromBytes[tax.EntryID](work.ChildUUID(fact.ID.Bytes(), 't', line, 0))
	})
	return append(dst, more...), err
}
