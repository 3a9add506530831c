package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/tax"
)

// group is what is credited of one tax line of one invoice; while lines are
// gathered, of a code and a tax point of it, or of a code alone (−1).
type group struct {
	of            *billing.Invoice
	code          tandem.TaxCode
	at            int
	goods, others int64
	named         int64 // of goods: what had been allowed on their own lines
}

// taxes finds the taxes of the note: at the rates of the original invoices, from
// their own tax lines; of lines that name none, at the rates of the rate date.
func (c *crediting[R]) taxes(ctx context.Context) error {
	var groups []group
	var bases []tandem.TaxBase
	for i := range c.draft.Lines {
		l := &c.draft.Lines[i]
		if c.of[i] == nil {
			bases = append(bases, tandem.TaxBase{Line: l.Line, Code: l.TaxCode, Amount: l.Net})
			continue
		}
		if l.Delivery.IsZero() {
			if err := c.allowedLine(i); err != nil {
				return err
			}
			findGroup(&groups, c.of[i], l.TaxCode, c.othersPoint(i)).others += l.Net.Minor()
		} else {
			g := findGroup(&groups, c.of[i], l.TaxCode, c.goodsPoint(i))
			named, err := c.goodsLine(i)
			if err != nil {
				return err
			}
			g.goods, g.named = g.goods+l.Net.Minor(), g.named+named.Minor()
		}
	}
	groups, err := c.byTaxLine(groups)
	if err != nil {
		return err
	}
	for i := range groups {
		line, err := c.taxOf(&groups[i])
		if err != nil {
			return err
		}
		if err := c.merge(line); err != nil {
			return err
		}
	}
	if len(bases) == 0 {
		return nil
	}
	codes, err := c.w.s.codes(ctx, c.w.r, bases)
	if err != nil {
		return err
	}
	result, err := tax.Compute(bases, codes, c.rateDate, c.w.s.c.Tax.Rounding)
	for i := range result.Lines {
		err = errors.Join(err, c.merge(result.Lines[i]))
	}
	return err
}

func findGroup(groups *[]group, of *billing.Invoice, code tandem.TaxCode, at int) *group {
	for i := range *groups {
		if g := &(*groups)[i]; g.of == of && g.code == code && g.at == at {
			return g
		}
	}
	*groups = append(*groups, group{of: of, code: code, at: at})
	return &(*groups)[len(*groups)-1]
}

// taxOf gives the tax of a group: its part of what is left of the invoice's, by
// [tax.CreditAt], and books it there. The early discount that was taken on goods, and
// what had been allowed on them, are given up with them, on lines of their own. What lines without goods credit beyond
// what was invoiced (goods taken back at a better price) is taxed at the same rate.
func (c *crediting[R]) taxOf(g *group) (tandem.TaxLine, error) {
	left, of := g.of.CreditableOf(g.at)
	currency := left.Net.Currency()
	goods := tandem.MoneyFromMinor(g.goods, currency)
	discount, allowance, err := g.of.GivenUp(g.at, goods, tandem.MoneyFromMinor(g.named, currency))
	if err != nil {
		return of, err
	}
	if err := c.giveUp(g, billing.InvoiceLine{Text: "early discount", Net: discount.Neg(), Discount: true}); err != nil {
		return of, err
	}
	if err := c.giveUp(g, billing.InvoiceLine{Text: "allowance", Net: allowance.Neg(), Allowance: true}); err != nil {
		return of, err
	}
	want := g.goods - discount.Minor() - allowance.Minor() + g.others
	over := min(max(want-left.Net.Minor(), 0), max(g.others, 0))
	if c.limited {
		over = 0
	}
	inner := want - over
	if inner < 0 {
		return of, c.refuse("kept_exceeds_credit", "more is kept back than is credited of the invoice "+g.of.Number()+" and the tax code "+string(g.code)+": invoice the rest")
	}
	if inner > left.Net.Minor() {
		return of, &tax.ExcessError{Code: g.code, Left: left.Net, Want: tandem.MoneyFromMinor(inner, currency)}
	}
	line, err := creditAt(of, left, inner)
	if err != nil {
		return of, err
	}
	taken := billing.CreditedTax{Code: g.code, TaxLine: left.TaxLine, Net: tandem.MoneyFromMinor(inner, currency), Base: line.Base, Tax: line.Tax,
		Goods: goods, Discount: discount, Allowance: allowance.Neg()}
	if c.draft.Basis == billing.CreditAllowance { // with a return it is on what came back
		taken.Allowance = taken.Net
	}
	if err := g.of.RecordCredited([]billing.CreditedTax{taken}); err != nil || over == 0 {
		return line, err
	}
	beyond := tandem.MoneyFromMinor(over, currency)
	due, err := beyond.MulRate(of.Rate, tandem.HalfAwayFromZero)
	if err != nil {
		return of, err
	}
	return sumTax(line, beyond, due)
}

// creditAt gives base and tax of a part of what is left of a tax line.
func creditAt(of tandem.TaxLine, left billing.CreditedTax, part int64) (tandem.TaxLine, error) {
	base := left.Base
	if part < left.Net.Minor() {
		var err error
		if base, err = tandem.Part(left.Base, part, left.Net.Minor()-part); err != nil {
			return of, err
		}
	}
	rest := of
	rest.Base, rest.Tax = left.Base, left.Tax
	lines, err := tax.CreditAt([]tandem.TaxLine{rest}, nil, []tandem.TaxBase{{Code: of.Code, Amount: base}})
	if err != nil {
		return of, err
	}
	return lines[0], nil
}

// giveUp adds a line by which something is taken off the price of a group's goods.
func (c *crediting[R]) giveUp(g *group, l billing.InvoiceLine) error {
	if l.Net.IsZero() {
		return nil
	}
	one, err := tandem.QuantityOf(1, tandem.Each)
	if err != nil {
		return err
	}
	l.Quantity, l.Origin, l.TaxCode = one, tandem.LineRef{Document: g.of.Ref()}, g.code
	if l.Price, err = l.Net.PricePer(one, 1, tandem.HalfAwayFromZero); err != nil {
		return err
	}
	c.add(l, g.of, tandem.Money{})
	return nil
}

func sumTax(l tandem.TaxLine, base, due tandem.Money) (tandem.TaxLine, error) {
	var errs [2]error
	l.Base, errs[0] = l.Base.Add(base)
	l.Tax, errs[1] = l.Tax.Add(due)
	return l, errors.Join(errs[:]...)
}

// merge adds a tax to the line of its code, category and rate.
func (c *crediting[R]) merge(l tandem.TaxLine) error {
	for i := range c.draft.TaxLines {
		t := &c.draft.TaxLines[i]
		if t.Code == l.Code && t.Category == l.Category && t.Rate == l.Rate {
			sum, err := sumTax(*t, l.Base, l.Tax)
			*t = sum
			return err
		}
	}
	c.draft.TaxLines = append(c.draft.TaxLines, l)
	return nil
}
