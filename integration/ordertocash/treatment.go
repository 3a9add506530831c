package ordertocash

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/tax"
)

// place is where a supply goes and when, by which the tax table decides: besides the
// customer and the product it is all that a treatment depends on.
type place struct {
	on     tandem.Date
	shipTo tandem.Country
}

// alike reports whether the tax table treats every supply at both places alike.
func (s *Service[R]) alike(a, b place) bool {
	return a.shipTo == b.shipTo && s.c.Tax.Table.SameMembers(a.on, b.on)
}

// coded is a line and its tax code.
type coded struct {
	line    int
	product tandem.ProductID
	code    tandem.TaxCode
	net     tandem.Money
}

// recode decides tax codes anew that the table decided at one place, for another: a
// line has a code that was decided if the table gives it there. Others stay, and the
// first that would have another code now is told, or −1: its code was named.
// Carriage goes with the goods whose code it has.
func (s *Service[R]) recode(ctx context.Context, r R, customer Customer, was, is place, lines []coded) (named int, err error) {
	named = -1
	products := make([]catalog.Product, len(lines))
	goods := make(map[tandem.TaxCode][]tandem.TaxBase) // by the code that they had
	for i := range lines {
		if products[i], err = s.product(ctx, r, lines[i].product); err != nil {
			return named, err
		}
	}
	for _, carriage := range [...]bool{false, true} {
		for i := range lines {
			l, old := &lines[i], lines[i].code
			if products[i].Carriage != carriage {
				continue
			}
			if code, found := tax.Principal(goods[old]); carriage && found {
				l.code = code
				continue
			}
			kept, err := s.recodeLine(customer, was, is, products[i], &l.code)
			if err != nil {
				return named, &tandem.InvalidError{Subject: "lines", Faults: []tandem.Fault{{Code: "tax_undetermined", Path: tandem.Path("lines", i) + ".tax_code", Message: err.Error()}}}
			}
			if kept && named < 0 {
				named = i
			}
			if products[i].Stocked() {
				goods[old] = append(goods[old], tandem.TaxBase{Code: l.code, Amount: l.net})
			}
		}
	}
	return named, nil
}

// recodeLine decides one code anew, or tells that it was named and would be another.
func (s *Service[R]) recodeLine(customer Customer, was, is place, product catalog.Product, code *tandem.TaxCode) (named bool, err error) {
	before, errBefore := s.taxCode(customer, was.shipTo, product, was.on)
	after, err := s.taxCode(customer, is.shipTo, product, is.on)
	switch {
	case errBefore == nil && err == nil && before == after:
		return false, nil
	case errBefore != nil || before != *code:
		return true, nil
	case err != nil:
		return false, err
	}
	*code = after
	return false, nil
}

// treatedLines are the lines of an order as they are taxed on the day of a delivery; nil
// as the order has them.
type treatedLines []coded

func (t treatedLines) code(l *sales.Line) tandem.TaxCode {
	for i := range t {
		if t[i].line == l.Line {
			return t[i].code
		}
	}
	return l.TaxCode
}

// treated decides the tax codes of an order anew for a delivery: whether goods go to
// another member or leave the union is a fact of the day on which they go (Directive
// 2006/112/EC Art. 63, 138, 146). Nothing is read unless the union has other members on
// that day than on the order's. A code that was named stays.
func (s *Service[R]) treated(ctx context.Context, r R, order *sales.Order, d *delivery.Delivery) (treatedLines, error) {
	was, is := place{on: order.Date(), shipTo: order.ShipToCountry()}, place{on: d.Date(), shipTo: order.ShipToCountry()}
	if s.alike(was, is) {
		return nil, nil
	}
	customer, err := s.customer(ctx, r, order.Customer(), d.Date())
	if err != nil {
		return nil, err
	}
	lines := make(treatedLines, order.NumLines())
	for i := range lines {
		l := order.LineAt(i)
		lines[i] = coded{line: l.Line, product: l.Product, code: l.TaxCode, net: l.Net}
	}
	_, err = s.recode(ctx, r, customer, was, is, lines)
	return lines, err
}

// codeOf gives a tax code of those that were read, or reads it.
func (s *Service[R]) codeOf(ctx context.Context, r R, codes *[]tax.Code, id tandem.TaxCode) (*tax.Code, error) {
	if code, found := findCode(*codes, id); found {
		return code, nil
	}
	code, err := s.code(ctx, r, id)
	if err != nil {
		return nil, err
	}
	*codes = append(*codes, code)
	return &(*codes)[len(*codes)-1], nil
}
