package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/tax"
)

// TaxPolicy says how the company's sales are taxed. When the codes of the Table are
// decided, and when again, is told by the documentation of the package, as is that
// goods given away bear no output VAT.
type TaxPolicy struct {
	Table    tax.Table       // which code applies; required unless ByLine
	ByLine   bool            // every line of an order names its tax code, and there is no table
	Codes    tax.CodeSource  // default: the store's tax codes
	Rounding tax.Rounding    // default per rate (EN 16931)
	Point    tax.PointPolicy // default the United Kingdom's
	// Advances says whether an advance is a tax point; default where it names its
	// order. What is due on it is booked on the chart's account AdvanceTax.
	Advances payment.AdvancePolicy
}

func (p *TaxPolicy) validate() error {
	var c tandem.Check
	switch {
	case len(p.Table.Rules) > 0:
		c.Nested("table", p.Table.Validate())
	case !p.ByLine:
		c.Add("tax_table", "table", "has no rules: give those of tax.EuropeanTable or your own, or say ByLine where every line names its tax code")
	}
	c.Require(p.Rounding == "" || p.Rounding.Valid(), "tax_rounding", "rounding", "unknown policy")
	c.Require(p.Point == "" || p.Point.Valid(), "tax_point", "point", "unknown policy")
	c.Require(p.Advances == "" || p.Advances.Valid(), "advance_policy", "advances", "unknown policy")
	return c.Err("tax policy")
}

var errNoTable = errors.New("must be given: the company has no tax table that decides")

// taxCode decides the code of a product for a customer.
func (s *Service[R]) taxCode(customer Customer, shipTo tandem.Country, product catalog.Product, on tandem.Date) (tandem.TaxCode, error) {
	table := &s.c.Tax.Table
	if len(table.Rules) == 0 {
		return "", errNoTable
	}
	decision, err := table.Decide(tax.Case{On: on, Seller: table.Seller, Buyer: customer.Country, ShipTo: shipTo,
		Business: customer.Business, VATNumber: customer.VATNumber, Category: product.TaxCategory, Service: !product.Stocked()})
	return decision.Code, err
}

// codes gives each tax code of the bases once.
func (s *Service[R]) codes(ctx context.Context, r R, bases []tandem.TaxBase) ([]tax.Code, error) {
	codes := make([]tax.Code, 0, 2)
	for i := range bases {
		if _, found := findCode(codes, bases[i].Code); found {
			continue
		}
		code, err := s.code(ctx, r, bases[i].Code)
		if err != nil {
			return nil, err
		}
		codes = append(codes, code)
	}
	return codes, nil
}

func findCode(codes []tax.Code, id tandem.TaxCode) (*tax.Code, bool) {
	for i := range codes {
		if codes[i].ID == id {
			return &codes[i], true
		}
	}
	return nil, false
}

func (s *Service[R]) code(ctx context.Context, r R, id tandem.TaxCode) (tax.Code, error) {
	if s.c.Tax.Codes != nil {
		return s.c.Tax.Codes.TaxCode(ctx, s.company(), id)
	}
	return r.TaxCodes().Get(ctx, s.company(), id)
}

// grosser turns nets of an order's lines into gross amounts for its credit, at
// the rates of the order's date, whatever happens to rates meanwhile.
type grosser struct {
	codes    []tax.Code
	on       tandem.Date
	rounding tax.Rounding
	bases    []tandem.TaxBase // a buffer
}

func (s *Service[R]) grosser(ctx context.Context, r R, order *sales.Order) (grosser, error) {
	bases := make([]tandem.TaxBase, 0, 4)
	for i := range order.NumLines() {
		l := order.LineAt(i)
		if n := len(bases); n == 0 || bases[n-1].Code != l.TaxCode {
			bases = append(bases, tandem.TaxBase{Code: l.TaxCode})
		}
	}
	codes, err := s.codes(ctx, r, bases)
	return grosser{codes, order.Date(), s.c.Tax.Rounding, bases}, err
}

func (g *grosser) gross(net tandem.Money, id tandem.TaxCode) (tandem.Money, error) {
	code, found := findCode(g.codes, id)
	if !found {
		return tandem.Money{}, &tax.NoRateError{Code: id, On: g.on}
	}
	rate, err := code.RateOn(g.on)
	if err != nil {
		return tandem.Money{}, err
	}
	due, err := net.MulRate(rate, tandem.HalfAwayFromZero)
	if err != nil {
		return tandem.Money{}, err
	}
	return net.Add(due)
}

// open gives the gross amount of what is confirmed and not delivered, rounded as
// one invoice of it all would be: it is also what the customer is told.
func (g *grosser) open(order *sales.Order) (tandem.Money, error) {
	g.bases = g.bases[:0]
	for i := range order.NumLines() {
		if l := order.LineAt(i); !l.OpenNet().IsZero() {
			g.bases = append(g.bases, tandem.TaxBase{Line: l.Line, Code: l.TaxCode, Amount: l.OpenNet()})
		}
	}
	if len(g.bases) == 0 {
		return tandem.MoneyFromMinor(0, order.Currency()), nil
	}
	due, err := tax.Compute(g.bases, g.codes, g.on, g.rounding)
	return due.Gross, err
}

// billed gives the gross amount of parts that were delivered or invoiced, each
// rounded on its own, so that what one document adds another takes away to the penny.
func (g *grosser) billed(order *sales.Order, parts []sales.BilledLine) (tandem.Money, error) {
	sum := tandem.MoneyFromMinor(0, order.Currency())
	for i := range parts {
		l, _ := order.Line(parts[i].Line)
		gross, err := g.gross(parts[i].Net, l.TaxCode)
		if err != nil {
			return sum, err
		}
		if sum, err = sum.Add(gross); err != nil {
			return sum, err
		}
	}
	return sum, nil
}
