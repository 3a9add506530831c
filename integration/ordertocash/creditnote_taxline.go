package ordertocash

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/tax"
)

// goodsPoint gives the tax point, of the invoice, of the goods that a line credits.
func (c *crediting[R]) goodsPoint(i int) int {
	of, origin := c.of[i], c.draft.Lines[i].Origin
	if of.TaxPointCount() == 1 || !origin.Document.Same(of.Ref()) || origin.Line < 1 || origin.Line > of.LineCount() {
		return 0
	}
	return of.LineAt(origin.Line - 1).Point
}

// othersPoint: what is credited without goods lowers the code at all tax points,
// unless it is on one line.
func (c *crediting[R]) othersPoint(i int) int {
	if c.of[i].TaxPointCount() == 1 {
		return 0
	}
	if c.draft.Lines[i].Origin.Line > 0 {
		return c.goodsPoint(i)
	}
	return -1
}

// byTaxLine splits what is credited of a code and a tax point over the tax lines
// that it has there, in proportion to what is left of each: one line, unless a
// prepayment was taxed at another rate, or a code is credited without goods at
// several tax points.
func (c *crediting[R]) byTaxLine(groups []group) ([]group, error) {
	if plainGroups(groups) {
		return groups, nil
	}
	out := groups[:0:0]
	for i := range groups {
		g := &groups[i]
		var buffer [4]int
		lines := g.of.TaxLinesOf(buffer[:0], g.code, g.at)
		switch {
		case len(lines) == 0:
			return nil, &tax.NoRateError{Code: g.code, On: g.of.Date()}
		case len(lines) == 1:
			into := findGroup(&out, g.of, g.code, lines[0])
			into.goods, into.others, into.named = into.goods+g.goods, into.others+g.others, into.named+g.named
		default:
			if err := splitGroup(&out, g, lines); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// plainGroups gives each group its tax line, where all have one alone.
func plainGroups(groups []group) bool {
	for i := range groups {
		g := &groups[i]
		var buffer [2]int
		lines := g.of.TaxLinesOf(buffer[:0], g.code, -1)
		if len(lines) != 1 || g.of.TaxPointCount() > 1 {
			return false
		}
		g.at = lines[0]
	}
	return true
}

func splitGroup(out *[]group, g *group, lines []int) error {
	goods, others := make([]int64, len(lines)), make([]int64, len(lines))
	left := int64(0)
	for i, n := range lines {
		of, _ := g.of.CreditableOf(n)
		goods[i], others[i] = max(of.Goods.Minor(), 0), max(of.Net.Minor(), 0)
		left += others[i]
	}
	if left == 0 {
		others = goods // refused by each line, with what is left of it
	}
	currency := g.of.Currency()
	goodsParts, err := allocateAny(tandem.MoneyFromMinor(g.goods, currency), goods)
	if err != nil {
		return err
	}
	namedParts, err := allocateAny(tandem.MoneyFromMinor(g.named, currency), goods)
	if err != nil {
		return err
	}
	otherParts, err := allocateAny(tandem.MoneyFromMinor(g.others, currency), others)
	if err != nil {
		return err
	}
	for i, n := range lines {
		into := findGroup(out, g.of, g.code, n)
		into.goods, into.others = into.goods+goodsParts[i].Minor(), into.others+otherParts[i].Minor()
		into.named += namedParts[i].Minor()
	}
	return nil
}

// allocateAny is [tandem.Allocate] that gives all to the first where no part has a
// weight.
func allocateAny(whole tandem.Money, weights []int64) ([]tandem.Money, error) {
	for _, w := range weights {
		if w != 0 {
			return tandem.Allocate(nil, whole, weights)
		}
	}
	first := make([]int64, len(weights))
	first[0] = 1
	return tandem.Allocate(nil, whole, first)
}
