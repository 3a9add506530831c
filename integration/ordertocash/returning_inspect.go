package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/posting"
)

// inspect judges what came back: to the shelf or to the scrap. What will not be
// credited is no refund liability any more.
func (t *returning[R]) inspect(ctx context.Context, verdicts []returns.Inspection) error {
	if err := t.ret.Inspect(verdicts, t.w.scope.Now); err != nil {
		return err
	}
	if len(t.w.numbers) == 0 {
		if err := t.sources(ctx); err != nil {
			return err
		}
	}
	var scrapped []posting.Goods
	kept := t.zero()
	for i := range t.ret.NumLines() {
		l := t.ret.LineAt(i)
		if l.Received.Sign() == 0 {
			continue
		}
		var err error
		if l.Remedy != returns.RemedyCredit {
			if kept, err = kept.Add(l.Net); err != nil {
				return err
			}
		}
		if l.Value.Currency() == 0 {
			continue
		}
		goods, err := t.place(ctx, i, &l)
		if err != nil {
			return err
		}
		scrapped = append(scrapped, goods...)
	}
	if err := t.bookInspection(ctx, scrapped, kept); err != nil {
		return err
	}
	return t.close()
}

// place moves inspected goods to where they belong, and gives what is written off.
func (t *returning[R]) place(ctx context.Context, i int, l *returns.Line) ([]posting.Goods, error) {
	order, _, _, err := t.source(ctx, i)
	if err != nil {
		return nil, err
	}
	waiting, scrap := t.waiting(order), t.w.s.c.Places.Scrap
	if l.Restocked.Sign() > 0 && waiting != order.Warehouse() {
		t.move(l.Line, l.Product, waiting, order.Warehouse(), l.Restocked, inventory.ReasonTransfer)
	}
	if l.Scrapped.Sign() == 0 {
		return nil, nil
	}
	if scrap.IsZero() {
		return nil, refuseReturn("inspect", t.ret.ID(), "no_scrap", "the process has no place for scrap")
	}
	t.move(l.Line, l.Product, waiting, scrap, l.Scrapped, inventory.ReasonScrap)
	value, err := t.revalue(ctx, l.Product, func(pool *costing.CostPool) (costing.Valuation, error) {
		return pool.ReturnOut(l.Scrapped, l.ScrapValue)
	})
	return []posting.Goods{{Product: l.Product, Value: value}}, err
}

func (t *returning[R]) bookInspection(ctx context.Context, scrapped []posting.Goods, kept tandem.Money) error {
	t.movesBehind()
	if len(scrapped) > 0 && !kept.IsZero() && len(t.w.numbers) == 0 {
		if err := t.w.draw(ctx, 2); err != nil {
			return err
		}
	}
	if len(scrapped) > 0 {
		err := t.w.write(ctx, t.ret.Ref(), func(h posting.Header) (ledger.Entry, error) { return t.w.s.books.Scrap(h, scrapped) })
		if err != nil {
			return err
		}
	}
	if kept.IsZero() {
		return nil
	}
	return t.w.write(ctx, t.ret.Ref(), func(h posting.Header) (ledger.Entry, error) {
		return t.w.s.books.TakeBack(h, posting.ReturnedGoods{Customer: t.ret.Customer(), Refund: kept.Neg()})
	})
}

// close ends the return if neither a credit nor a replacement is due.
func (t *returning[R]) close() error {
	err := t.ret.Close(t.w.scope.Now)
	if refused := (*tandem.RefusedError)(nil); errors.As(err, &refused) && refused.Code == "due" {
		return nil
	}
	return err
}
