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
			if entries, err = s.discountEntries(entries, scope, source, invoice.TaxLines(), fact); err != nil {
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

// discountEntries splits the discount of an allocation between the taxes of its
// invoice: its net in proportion to their bases, its tax to the taxes.
func (s *Service[R]) discountEntries(dst []tax.Entry, scope *work.Scope, source tandem.DocumentRef, lines []tandem.TaxLine,
	fact *billing.Allocation) ([]tax.Entry, error) {
	bases, due := make([]int64, len(lines)), make([]int64, len(lines))
	for i := range lines {
		bases[i], due[i] = lines[i].Base.Minor(), lines[i].Tax.Minor()
	}
	nets, err := tandem.Allocate(nil, fact.DiscountNet, bases)
	if err != nil {
		return dst, err
	}
	taxes, err := tandem.Allocate(nil, fact.DiscountTax, due)
	if err != nil {
		return dst, err
	}
	kept := make([]tandem.TaxLine, 0, len(lines))
	for i, l := range lines {
		if l.Base, l.Tax = nets[i].Neg(), taxes[i].Neg(); !l.Tax.IsZero() || !l.Base.IsZero() {
			kept = append(kept, l)
		}
	}
	more, err := tax.Register{Company: s.company(), Document: source, Direction: tax.Output, TaxPoint: fact.Date, Recorded: scope.Now,
		Party: fact.Customer}.Entries(kept, func(line int) tax.EntryID {
		return tandem.IDFromBytes[tax.EntryID](childID(fact.ID.Bytes(), 't', line, 0))
	})
	return append(dst, more...), err
}
