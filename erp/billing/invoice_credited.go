package billing

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// CreditedTax is what credit notes took of one tax code of an invoice: of its
// lines, of the base that was taxed, and of the tax. It is kept with the invoice,
// so that partial credits end at the penny and nothing is credited twice.
type CreditedTax struct {
	Code tandem.TaxCode `json:"code"`
	Net  tandem.Money   `json:"net"`
	Base tandem.Money   `json:"base"`
	Tax  tandem.Money   `json:"tax"`
}

// Creditable gives the invoice's net, base and tax of a code that no credit note
// has taken yet, and the tax line that it is of; false for a code that the
// invoice does not have.
func (i *Invoice) Creditable(code tandem.TaxCode) (left CreditedTax, of tandem.TaxLine, found bool) {
	at := slices.IndexFunc(i.s.TaxLines, func(l tandem.TaxLine) bool { return l.Code == code })
	if at < 0 {
		return left, of, false
	}
	of = i.s.TaxLines[at]
	left = CreditedTax{Code: code, Net: tandem.MoneyFromMinor(minorOfLines(i.s.Lines, code), i.s.Currency), Base: of.Base, Tax: of.Tax}
	if taken := i.s.credited(code); taken != nil {
		left = left.plus(*taken, -1)
	}
	return left, of, true
}

// Credited gives what credit notes took, by code.
func (i *Invoice) Credited() []CreditedTax { return slices.Clone(i.s.Credited) }

// RecordCredited books what a credit note takes of the invoice; save both in one
// unit of work. Refused: an invoice that is not posted, more than is left of a
// code (`credit_exceeded`). It records no event, since the credit note does.
func (i *Invoice) RecordCredited(taken []CreditedTax) error {
	if i.s.Type != CommercialInvoice || i.s.Number == "" {
		return i.refuse("credit", "invoice_state", "only a posted invoice is credited")
	}
	next := InvoiceState{TaxLines: i.s.TaxLines, Lines: i.s.Lines, Currency: i.s.Currency, Credited: slices.Clone(i.s.Credited)}
	for _, t := range taken {
		if t.Net.Currency() != i.s.Currency || t.Base.Currency() != i.s.Currency || t.Tax.Currency() != i.s.Currency {
			return tandem.ErrCurrency
		}
		if sum := next.credited(t.Code); sum != nil {
			*sum = sum.plus(t, 1)
		} else {
			next.Credited = append(next.Credited, t)
		}
		if !next.creditFits(next.credited(t.Code)) {
			return i.refuse("credit", "credit_exceeded", "less is left of the tax code")
		}
	}
	i.s.Credited = next.Credited
	return nil
}

func (s *InvoiceState) credited(code tandem.TaxCode) *CreditedTax {
	for i := range s.Credited {
		if s.Credited[i].Code == code {
			return &s.Credited[i]
		}
	}
	return nil
}

// creditFits reports whether a sum of credits lies within what was invoiced.
func (s *InvoiceState) creditFits(t *CreditedTax) bool {
	at := slices.IndexFunc(s.TaxLines, func(l tandem.TaxLine) bool { return l.Code == t.Code })
	if at < 0 || t.Net.Currency() != s.Currency || t.Base.Currency() != s.Currency || t.Tax.Currency() != s.Currency {
		return false
	}
	within := func(part, whole int64) bool { return part >= 0 && part <= whole || whole <= 0 && part == 0 }
	return within(t.Net.Minor(), minorOfLines(s.Lines, t.Code)) && within(t.Base.Minor(), s.TaxLines[at].Base.Minor()) &&
		within(t.Tax.Minor(), s.TaxLines[at].Tax.Minor())
}

// plus adds sign times o; both are of one currency and within an invoice.
func (t CreditedTax) plus(o CreditedTax, sign int64) CreditedTax {
	c := t.Net.Currency()
	return CreditedTax{Code: t.Code, Net: tandem.MoneyFromMinor(t.Net.Minor()+sign*o.Net.Minor(), c),
		Base: tandem.MoneyFromMinor(t.Base.Minor()+sign*o.Base.Minor(), c), Tax: tandem.MoneyFromMinor(t.Tax.Minor()+sign*o.Tax.Minor(), c)}
}

// discounted reports whether the bases of one of the invoices were lowered by
// their early discount.
func discounted(originals []*Invoice) bool {
	return slices.ContainsFunc(originals, func(o *Invoice) bool { return o.s.Discount.Policy == DiscountedBase })
}
