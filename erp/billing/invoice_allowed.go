package billing

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// CreditedLine is what credit notes took of one line of an invoice: the goods that
// came back, at the prices of the invoice, and what is open of the allowances that
// named the line: granted, and not given up with goods.
type CreditedLine struct {
	Line      int          `json:"line"`
	Goods     tandem.Money `json:"goods"`
	Allowance tandem.Money `json:"allowance"`
}

// CreditedLines gives what credit notes took, by line.
func (i *Invoice) CreditedLines() []CreditedLine { return slices.Clone(i.s.CreditedLines) }

// AllowanceOn gives the part of the allowances on a line that falls upon goods of it
// that come back, worth an amount at the price of the invoice: in proportion to what
// has not come back, by [tandem.Allocate].
func (i *Invoice) AllowanceOn(line int, goods tandem.Money) (tandem.Money, error) {
	l := i.s.creditedLine(line)
	if l == nil || l.Allowance.IsZero() || goods.Sign() <= 0 {
		return tandem.MoneyFromMinor(0, i.s.Currency), nil
	}
	part, err := tandem.Part(l.Allowance, goods.Minor(), max(i.s.Lines[line-1].Net.Minor()-l.Goods.Minor()-goods.Minor(), 0))
	if err == nil && part.Minor() > goods.Minor() {
		return goods, nil
	}
	return part, err
}

// GivenUp tells what is taken off the price of goods that come back, of the n-th tax
// line, counted from nought, worth an amount at the prices of the invoice:
//
//   - their part of the early discounts that were taken, and of the allowances that
//     named no line, in proportion to what has not come back, each less what was
//     allowed on its own line;
//   - with named, what [Invoice.AllowanceOn] gave of their own lines, and
//     [Invoice.RecordCreditedLines] has booked.
//
// So goods whose price was lowered by an allowance are credited at what is left of
// it: never below nought, never beyond what is left of the tax line, and the last of
// them take all that is left.
func (i *Invoice) GivenUp(n int, goods, named tandem.Money) (discount, allowance tandem.Money, err error) {
	left, nought := i.s.creditable(n), tandem.MoneyFromMinor(0, i.s.Currency)
	if goods.Sign() <= 0 {
		return nought, nought, nil
	}
	lines := i.s.namedAllowances(n) + named.Minor() // before this credit
	worth := max(goods.Minor()-named.Minor(), 0)
	rest := max(left.Goods.Minor()-lines-worth, 0)
	if worth+rest == 0 { // allowed in full, each on its own line
		worth, rest = goods.Minor(), max(left.Goods.Minor()-goods.Minor(), 0)
	}
	part := func(whole int64) int64 {
		var p tandem.Money
		if whole != 0 && err == nil {
			p, err = tandem.Part(tandem.MoneyFromMinor(whole, i.s.Currency), worth, rest)
		}
		return p.Minor()
	}
	off := part(left.Discount.Minor())
	given := named.Minor() + part(max(left.Allowance.Minor()-lines, 0))
	if left.Allowance.Sign() > 0 || given > 0 || left.Net.Minor() < left.Goods.Minor()-left.Discount.Minor() {
		given = min(max(given, goods.Minor()-off-left.Net.Minor()), goods.Minor()-off)
	}
	return tandem.MoneyFromMinor(off, i.s.Currency), tandem.MoneyFromMinor(max(given, 0), i.s.Currency), err
}

// RecordCreditedLines books what a credit note takes of the lines of the invoice;
// save both in one unit of work. Refused: an invoice that is not posted, a line that
// it does not have, more goods than a line has, more allowances than its goods that
// have not come back are worth, or less than none (`credit_exceeded`).
func (i *Invoice) RecordCreditedLines(taken []CreditedLine) error {
	if i.s.Type != CommercialInvoice || i.s.Number == "" {
		return i.refuse("credit", "invoice_state", "only a posted invoice is credited")
	}
	next := i.s
	next.CreditedLines = slices.Clone(i.s.CreditedLines)
	for _, t := range taken {
		if t.Goods.Currency() != i.s.Currency || t.Allowance.Currency() != i.s.Currency {
			return tandem.ErrCurrency
		}
		l := next.creditedLine(t.Line)
		if l == nil {
			nought := tandem.MoneyFromMinor(0, i.s.Currency)
			next.CreditedLines = append(next.CreditedLines, CreditedLine{t.Line, nought, nought})
			l = &next.CreditedLines[len(next.CreditedLines)-1]
		}
		goods, errGoods := l.Goods.Add(t.Goods)
		allowance, errAllowance := l.Allowance.Add(t.Allowance)
		l.Goods, l.Allowance = goods, allowance
		if errGoods != nil || errAllowance != nil || !next.lineFits(l) {
			return i.refuse("credit", "credit_exceeded", "less is left of the line")
		}
	}
	i.s.CreditedLines = next.CreditedLines
	return nil
}

func (s *InvoiceState) creditedLine(line int) *CreditedLine {
	for i := range s.CreditedLines {
		if s.CreditedLines[i].Line == line {
			return &s.CreditedLines[i]
		}
	}
	return nil
}

// lineFits reports whether goods and allowances lie within a line.
func (s *InvoiceState) lineFits(l *CreditedLine) bool {
	if l.Line < 1 || l.Line > len(s.Lines) || l.Goods.Currency() != s.Currency || l.Allowance.Currency() != s.Currency {
		return false
	}
	net := max(s.Lines[l.Line-1].Net.Minor(), 0)
	return l.Goods.Sign() >= 0 && l.Allowance.Sign() >= 0 && l.Goods.Minor() <= net && l.Allowance.Minor() <= net-l.Goods.Minor()
}

// namedAllowances sums up what is open of the allowances on lines of a tax line; of
// a code that several rates tax at one point, its share by the bases.
func (s *InvoiceState) namedAllowances(at int) (sum int64) {
	if len(s.CreditedLines) == 0 {
		return 0
	}
	code, point := s.TaxLines[at].Code, s.pointOf(at)
	for i := range s.CreditedLines {
		l := &s.CreditedLines[i]
		if of := &s.Lines[l.Line-1]; of.TaxCode == code && of.Point == point {
			sum += l.Allowance.Minor()
		}
	}
	return s.shareOf(at, sum)
}

// openAllowance gives what is open of allowances: granted, and not given up with
// goods. What was kept before it was counted is told from the rest: what was credited
// beyond the goods less their discount.
func (t *CreditedTax) openAllowance() int64 {
	if !t.Allowance.IsNone() {
		return t.Allowance.Minor()
	}
	return max(t.Net.Minor()-t.Goods.Minor()+t.Discount.Minor(), 0)
}
