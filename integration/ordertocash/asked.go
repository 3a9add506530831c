package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/sales"
)

// asked judges the lines and quantities that a command names of a document, all of
// them before anything is changed. Faults are made for what is wrong alone.
type asked[R Repos] struct {
	s      *Service[R]
	r      R
	faults tandem.Check
	code   string // of the first that the document's state refuses
	reason string
}

// refuse adds a fault that is not in what the command says, but in what there is.
func (a *asked[R]) refuse(code, path, reason, message string) {
	if a.code == "" {
		a.code, a.reason = code, reason
	}
	a.faults.Add(code, path, message)
}

// unknown adds a line that the document does not have.
func (a *asked[R]) unknown(path, reason string) { a.refuse("unknown_line", path, reason, reason) }

// quantity judges a quantity of a line of which left is open. What is neither all
// of that nor a whole number is asked about at the product: others cost no read.
func (a *asked[R]) quantity(ctx context.Context, i int, id tandem.ProductID, q, left tandem.Quantity, over, reason string) error {
	switch {
	case q.Unit() != left.Unit():
		a.faults.Add("unit", at("lines", i, "quantity"), "is "+q.String()+", and must be in "+left.Unit().String()+", the base unit of the product")
	case q.Micro() > left.Micro():
		a.refuse(over, at("lines", i, "quantity"), reason, "is "+q.String()+", of which "+left.String()+" can be")
	case q.Micro()%1_000_000 != 0 && q != left:
		return a.whole(ctx, at("lines", i, "quantity"), id, q, tandem.IntRatio(1))
	}
	return nil
}

// whole refuses a part of a product that cannot be divided.
func (a *asked[R]) whole(ctx context.Context, path string, id tandem.ProductID, q tandem.Quantity, factor tandem.Ratio) error {
	product, err := a.s.product(ctx, a.r, id)
	if err != nil {
		return err
	}
	var part *catalog.NotWholeError
	if err = product.RequireWhole(q, factor); errors.As(err, &part) {
		a.faults.Add("not_whole", path, "is "+q.String()+", and "+part.Error())
		return nil
	}
	return err
}

// err gives all that was found: as a refusal where the document's state is why,
// else as what is wrong with the command.
func (a *asked[R]) err(name, command, subject string, state sales.OrderStatus) error {
	err := a.faults.Err(name)
	var invalid *tandem.InvalidError
	if a.code == "" || !errors.As(err, &invalid) {
		return err
	}
	return &tandem.RefusedError{Command: command, Subject: subject, State: string(state), Code: a.code, Reason: a.reason, Faults: invalid.Faults}
}

// askedOf judges quantities of open lines of an order. One that is not open at all
// refuses for itself.
func (s *Service[R]) askedOf(ctx context.Context, r R, order *sales.Order, n int, ask func(i int) (int, tandem.Quantity), name, command, over string) error {
	if !order.Status().Open() || command == "ship" && order.Held() != "" {
		return nil
	}
	a := asked[R]{s: s, r: r}
	for i := range n {
		line, q := ask(i)
		l, found := order.Line(line)
		if !found {
			a.unknown(at("lines", i, "line"), "the order has no such line")
			continue
		}
		left := l.Open()
		for j := range i { // named before
			if other, before := ask(j); other == line && before.Unit() == left.Unit() {
				left = tandem.QuantityFromMicro(max(0, left.Micro()-before.Micro()), left.Unit())
			}
		}
		if err := a.quantity(ctx, i, l.Product, q, left, over, "more than is open"); err != nil {
			return err
		}
	}
	return a.err(name, command, "sales order "+order.ID().String(), order.Status())
}
