package customer360

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/crm/survey"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/sales"
)

// goodsOf gives a function that tells goods from services.
func goodsOf(ctx context.Context, c *Config, r any) func(tandem.ProductID) (bool, error) {
	source := c.Products
	if source == nil {
		if bundle, ok := r.(catalog.Repos); ok {
			source = catalog.FromRepository(bundle.Products())
		}
	}
	return func(id tandem.ProductID) (bool, error) {
		if source == nil {
			return true, nil
		}
		product, err := source.Product(ctx, id)
		if errors.Is(err, tandem.ErrNotFound) {
			return true, nil
		}
		return product.Stocked(), err
	}
}

func (f *facts) orderConfirmed(e *sales.OrderConfirmed) error {
	if err := f.about(e.Company, e.Customer, e.Order.Bytes(), e.Number, e.Date, e.At); err != nil {
		return err
	}
	f.tell(party.InteractionOrder, e.Net, "confirmed")
	for i := range e.Lines {
		l := &e.Lines[i]
		if err := f.ordered(l.Line, l.Product, l.Quantity, l.Reserved, l.Promise); err != nil {
			return err
		}
	}
	if f.c.Purchases == BasisOrder {
		return f.purchase(e.Net)
	}
	return nil
}

// ordered adds what was ordered of goods, and how much of it was at hand.
func (f *facts) ordered(line int, product tandem.ProductID, quantity, filled tandem.Quantity, promise tandem.Date) error {
	if promise.IsZero() {
		if f.c.Unpromised == UnpromisedLeftOut {
			return nil
		}
		promise = f.date
	}
	if filled.Sign() <= 0 { // what is reserved is in stock, and so goods
		if goods, err := f.goods(product); err != nil || !goods {
			return err
		}
	}
	fact := f.line(f.document, line, survey.LineOrdered, quantity)
	fact.Filled, fact.Promise = filled, promise
	return nil
}

// orderAmended tells what an amendment added to lines and took from them. What
// it added was not at hand when the order was placed.
func (f *facts) orderAmended(e *sales.OrderAmended) error {
	if e.Draft {
		return nil // the confirmation will tell of all lines
	}
	if err := f.about(e.Company, e.Customer, e.Order.Bytes(), e.Number, e.Date, e.At); err != nil {
		return err
	}
	f.tell(party.InteractionOrder, e.Net, "amended: "+e.Reason)
	total, more := tandem.NewTotal(e.Net.Currency()), false
	for i := range e.Lines {
		l := &e.Lines[i]
		if err := f.resized(l); err != nil {
			return err
		}
		more = more || !l.After.IsNone() && l.After.Micro() > l.Before.Micro()
		if !l.Net.IsNone() { // an added line was nothing, a removed one is nothing
			total.Add(l.Net)
		}
		if !l.Was.IsNone() {
			total.Add(l.Was.Neg())
		}
	}
	change, err := total.Money(tandem.RoundDown)
	if err != nil || change.IsZero() || f.c.Purchases != BasisOrder {
		return err
	}
	if !more { // of what was bought before: a price was corrected
		return f.credit(change.Neg())
	}
	return f.purchase(change)
}

// resized adds what an amendment did to the quantity of a line.
func (f *facts) resized(l *sales.ChangedLine) error {
	change := l.After
	switch {
	case l.After.IsNone():
		change = l.Before.Neg()
	case !l.Before.IsNone():
		var err error
		if change, err = l.After.Sub(l.Before); err != nil {
			return err
		}
	}
	switch change.Sign() {
	case -1:
		f.line(f.document, l.Line, survey.LineCancelled, change.Neg())
		return nil
	case 0: // another price or promise
		return nil
	}
	return f.ordered(l.Line, l.Of, change, tandem.Quantity{}, l.First)
}

func (f *facts) orderLinesCancelled(e *sales.OrderLinesCancelled) error {
	if err := f.about(e.Company, e.Customer, e.Order.Bytes(), e.Number, tandem.Date{}, e.At); err != nil {
		return err
	}
	return f.cancelled(grading.Credit, "", e.Reason, e.Lines)
}

// orderCancelled takes back what was ordered. Nothing of it was delivered: what the order
// was told of before was no purchase.
func (f *facts) orderCancelled(e *sales.OrderCancelled) error {
	if e.Draft {
		return nil // nobody had ordered
	}
	if err := f.about(e.Company, e.Customer, e.Order.Bytes(), e.Number, tandem.Date{}, e.At); err != nil {
		return err
	}
	return f.cancelled(grading.Void, "", e.Reason, e.Lines)
}

func (f *facts) orderShortClosed(e *sales.OrderShortClosed) error {
	if err := f.about(e.Company, e.Customer, e.Order.Bytes(), e.Number, tandem.Date{}, e.At); err != nil {
		return err
	}
	return f.cancelled(grading.Credit, "short-closed: ", e.Reason, e.Lines)
}

func (f *facts) cancelled(kind grading.PurchaseKind, how, reason string, lines []sales.CancelledLine) error {
	var net tandem.Money
	for i := range lines {
		l := &lines[i]
		f.line(f.document, l.Line, survey.LineCancelled, l.Quantity)
		if err := add(&net, l.Net); err != nil {
			return err
		}
	}
	f.tell(party.InteractionCancel, net, how+reason)
	if f.c.Purchases != BasisOrder {
		return nil
	}
	if kind == grading.Void && !net.IsNone() {
		return f.traded(kind, net.Neg())
	}
	return f.credit(net)
}

// add adds to a sum that begins with no currency.
func add(sum *tandem.Money, m tandem.Money) (err error) {
	if sum.IsNone() {
		*sum = m
		return nil
	}
	*sum, err = sum.Add(m)
	return err
}
