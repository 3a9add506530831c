package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// ReplaceReturn orders the replacement of the lines of an inspected return whose
// remedy is replace, at no charge.
type ReplaceReturn struct {
	work.Header
	Return returns.ID    `json:"return"`
	Order  sales.OrderID `json:"order,omitzero"` // default: a new id
	Date   tandem.Date   `json:"date,omitzero"`  // default today
}

// CommandName is stable.
func (ReplaceReturn) CommandName() string { return "ordertocash.replace_return" }

// Access is what the authoriser is asked.
func (c ReplaceReturn) Access() work.Access { return returnAccess(c.Return) }

// AppendJSON writes the business fields.
func (c ReplaceReturn) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "return", c.Return)
	jsonw.TextOmit(&o, "order", c.Order)
	jsonw.TextOmit(&o, "date", c.Date)
	return o.Close()
}

func (c ReplaceReturn) reads(n *reads) { n.ret(c.Return) }

// ruleReplacement is the price rule of a replacement: no price, since it was paid
// with the goods that came back. Its book is their return, and its version the line
// there. Its cost is a cost of sales, not a gift.
const ruleReplacement = "replacement"

// Replace places the order of a replacement: its lines cost nothing, and it is
// shipped like any other. The exchange is no return of revenue (IFRS 15.B26): a
// replacement that comes back is credited as the goods that were paid. If its order is
// cancelled as a whole the return is open again; what of it is given up in part is
// credited by [Service.CreditAllowance].
// Refused: nothing is to be replaced, or it is replaced already.
func (s *Service[R]) Replace(ctx context.Context, cmd ReplaceReturn) (Placed, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Placed, error) {
		t, err := s.returning(ctx, r, scope, cmd.Date, cmd.Return)
		if err != nil {
			return Placed{}, err
		}
		p := placement[R]{s: s, r: r, scope: scope, date: t.w.date, desk: takeDesk()}
		defer p.desk.clear()
		in, err := t.replacement(ctx, &p)
		if err != nil {
			return Placed{}, err
		}
		in.ID = cmd.Order
		out, err := p.place(ctx, in)
		if err != nil {
			return Placed{}, err
		}
		if err := t.ret.Replace(tandem.RefTo(sales.KindOrder, out.Order, out.Number), t.w.date, scope.Now); err != nil {
			return Placed{}, err
		}
		if err := t.close(); err != nil {
			return Placed{}, err
		}
		scope.Emit(t.ret.Drain())
		return out, r.SalesReturns().Save(ctx, t.ret)
	})
}

// replacement gives the order of what is to be replaced, from where the first of
// the goods was shipped.
func (t *returning[R]) replacement(ctx context.Context, p *placement[R]) (sales.OrderInput, error) {
	s := t.w.s
	in := sales.OrderInput{Company: s.company(), Customer: t.ret.Customer(), Reference: t.ret.Ref().Number, Date: t.w.date, Currency: s.c.Books.Currency}
	if err := t.sources(ctx); err != nil {
		return in, err
	}
	for i := range t.ret.NumLines() {
		l := t.ret.LineAt(i)
		if l.Remedy != returns.RemedyReplace {
			continue
		}
		order, _, shipped, err := t.source(ctx, i)
		if err != nil {
			return in, err
		}
		old, _ := order.Line(shipped.OrderLine)
		product, err := s.product(ctx, t.w.r, l.Product)
		if err != nil {
			return in, err
		}
		if len(in.Lines) == 0 {
			state := order.State()
			in.Warehouse, in.ShipTo, in.Terms, in.Grade = state.Warehouse, state.ShipTo, state.Terms, state.Grade
			p.warehouse = state.Warehouse
		}
		item, err := free(len(in.Lines)+1, &old.Item, l.Received, tandem.PriceRef{Book: t.ret.ID().String(), Version: int64(l.Line), Rule: ruleReplacement})
		if err != nil {
			return in, err
		}
		in.Lines = append(in.Lines, item)
		p.stocked, p.waits = append(p.stocked, product.Stocked()), append(p.waits, false)
	}
	if len(in.Lines) == 0 {
		return in, refuseReturn("replace", t.ret.ID(), "nothing_due", "no line is to be replaced")
	}
	return in, nil
}

// free gives an item of the same goods at no charge, in their base unit.
func free(line int, old *sales.Item, q tandem.Quantity, ref tandem.PriceRef) (sales.Item, error) {
	currency := old.Net.Currency()
	none := tandem.MoneyFromMinor(0, currency)
	nought, errPrice := tandem.PriceFromMicro(0, currency, 1, q.Unit())
	factor, errFactor := tandem.NewRatio(1, 1)
	return sales.Item{Line: line, Product: old.Product, Text: old.Text, Ordered: q, Factor: factor, Quantity: q, Price: nought,
		PriceRef: ref, Discount: none, Net: none, TaxCode: old.TaxCode, TaxCategory: old.TaxCategory}, errors.Join(errPrice, errFactor)
}
