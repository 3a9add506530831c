package ordertocash

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
)

// goodsLine books goods that a line credits with the line of the invoice that they
// are of, and gives what had been allowed on that line and falls upon them.
func (c *crediting[R]) goodsLine(i int) (tandem.Money, error) {
	l, of := &c.draft.Lines[i], c.of[i]
	if !l.Origin.Document.Same(of.Ref()) {
		return tandem.MoneyFromMinor(0, of.Currency()), nil
	}
	named, err := of.AllowanceOn(l.Origin.Line, l.Net)
	if err != nil {
		return named, err
	}
	return named, of.RecordCreditedLines([]billing.CreditedLine{{Line: l.Origin.Line, Goods: l.Net, Allowance: named.Neg()}})
}

// allowedLine books an allowance with the line of the invoice that it names. What is
// credited or kept together with goods is on those that came back.
func (c *crediting[R]) allowedLine(i int) error {
	l, of := &c.draft.Lines[i], c.of[i]
	if c.draft.Basis != billing.CreditAllowance || l.Origin.Line == 0 {
		return nil
	}
	nought := tandem.MoneyFromMinor(0, of.Currency())
	return of.RecordCreditedLines([]billing.CreditedLine{{Line: l.Origin.Line, Goods: nought, Allowance: l.Net}})
}
