package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/pricing"
)

// rate tells pricing which rate is due on a line: that of its tax code on the day of the
// document, which stands for the tax point that nobody knows yet, as for what the customer
// is told with tax. A code that is unknown or has no rate then is refused by who books it.
func (p *placement[R]) rate(ctx context.Context, line *pricing.Line) error {
	if line.TaxCode == "" { // carriage is taxed as the goods are, whose prices come first
		return nil
	}
	code, found := findCode(p.codes, line.TaxCode)
	if !found {
		read, err := p.s.code(ctx, p.r, line.TaxCode)
		if err != nil && !errors.Is(err, tandem.ErrNotFound) {
			return err
		}
		if read.ID = line.TaxCode; err != nil {
			read = tax.Code{ID: line.TaxCode}
		}
		p.codes = append(p.codes, read)
		code = &p.codes[len(p.codes)-1]
	}
	if rate, err := code.RateOn(p.date); err == nil {
		line.TaxRate = rate
	}
	return nil
}

// surround tells pricing of the order's other lines what the books ask for: they count
// for thresholds.
func (p *placement[R]) surround(ctx context.Context) error {
	_, categories, rates := p.asked()
	for i := range p.around {
		line := &p.around[i]
		if rates {
			if err := p.rate(ctx, line); err != nil {
				return err
			}
		}
		if !categories || p.books[0].snapshot.HasItem(line.Product) {
			continue
		}
		product, err := p.s.product(ctx, p.r, line.Product)
		if err != nil {
			return err
		}
		if line.Category, err = p.category(ctx, product.Category); err != nil {
			return err
		}
	}
	return nil
}

// asked says what one of the books or another asks for.
func (p *placement[R]) asked() (cost, categories, rates bool) {
	for i := range p.books {
		b := &p.books[i]
		cost, categories, rates = cost || b.cost, categories || b.categories, rates || b.rates
	}
	return cost, categories, rates
}

// codesOf adds the tax codes of lines as far as they are known.
func (p *placement[R]) codesOf(ctx context.Context, n *reads, lines []OrderLine) {
	for i := range lines {
		code := lines[i].TaxCode
		if code == "" {
			product, err := p.s.product(ctx, p.r, lines[i].Product)
			if err != nil || product.Carriage {
				continue // told by the line that asks for it
			}
			if code, err = p.taxCode(product); err != nil {
				continue
			}
		}
		n.taxCode(code)
	}
	for i := range p.around {
		n.taxCode(p.around[i].TaxCode)
	}
}
