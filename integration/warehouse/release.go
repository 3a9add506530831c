package warehouse

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/sales"
)

// Release says what a document line had to give up, since its stock is gone. It
// waits for it again.
type Release struct {
	Line        tandem.LineRef          `json:"line"`
	Reservation inventory.ReservationID `json:"reservation"`
	Product     tandem.ProductID        `json:"product"`
	Location    tandem.LocationID       `json:"location"`
	Quantity    tandem.Quantity         `json:"quantity"`
}

// lineQuantity is a quantity of a line of any document.
type lineQuantity struct {
	line     tandem.LineRef
	quantity tandem.Quantity
}

// release gives up reservations, the latest promises first, where the changes
// would leave less at hand than is reserved, and adds their changes.
func (t *task[R]) release(ctx context.Context, changes []inventory.LevelChange) ([]Release, []inventory.LevelChange, error) {
	levels, err := t.enough(ctx, changes)
	if err != nil {
		return nil, nil, err
	}
	if err := t.cutting(ctx, changes, levels); err != nil {
		return nil, nil, err
	}
	var cuts []inventory.Cut
	for i, c := range changes { // every search comes before the first save
		short := levels[i].Reserved - levels[i].OnHand - c.OnHand
		if c.OnHand >= 0 || c.AllowNegative || short <= 0 {
			continue
		}
		if cuts, err = t.cut(ctx, cuts, c.Key, short); err != nil {
			return nil, nil, err
		}
	}
	if err := t.givingUp(ctx, cuts); err != nil {
		return nil, nil, err
	}
	var out []Release
	var lines []lineQuantity
	for _, cut := range cuts {
		change, err := t.giveUp(ctx, cut)
		if err != nil {
			return nil, nil, err
		}
		changes = append(changes, change)
		r := cut.Reservation
		out = append(out, Release{Line: r.Line(), Reservation: r.ID(), Product: r.Key().Product, Location: r.Key().Location, Quantity: cut.Quantity})
		lines = append(lines, lineQuantity{r.Line(), cut.Quantity})
	}
	return out, changes, t.record(ctx, lines, (*sales.Order).RecordReleased)
}

// enough gives the levels of the changes, and refuses what takes more than is at hand.
func (t *task[R]) enough(ctx context.Context, changes []inventory.LevelChange) ([]inventory.Level, error) {
	keys := make([]inventory.LevelKey, len(changes))
	for i := range changes {
		keys[i] = changes[i].Key
	}
	levels, err := t.r.StockLevels().Get(ctx, keys...)
	if err != nil {
		return nil, err
	}
	for i, c := range changes {
		if c.OnHand < 0 && !c.AllowNegative && levels[i].OnHand < -c.OnHand {
			return nil, &inventory.InsufficientError{Key: c.Key, Wanted: -c.OnHand, Available: levels[i].OnHand}
		}
	}
	return levels, nil
}

// cut chooses what is released of one level.
func (t *task[R]) cut(ctx context.Context, cuts []inventory.Cut, key inventory.LevelKey, short int64) ([]inventory.Cut, error) {
	var held []*inventory.Reservation
	for r, err := range t.r.Reservations().Find(ctx, heldOf(key)) {
		if err != nil {
			return nil, err
		}
		if r.Key() == key {
			held = append(held, r)
		}
	}
	if len(held) == 0 {
		return cuts, nil // reserved by nobody: the level refuses
	}
	chosen, _, err := inventory.ReleaseLatest(held, tandem.QuantityFromMicro(short, held[0].Open().Unit()))
	return append(cuts, chosen...), err
}

// giveUp releases a part of a reservation, and puts its line back in the queue
// at the place that it had.
func (t *task[R]) giveUp(ctx context.Context, cut inventory.Cut) (inventory.LevelChange, error) {
	r := cut.Reservation
	change, err := r.Release(cut.Quantity, string(t.doc.Kind), t.scope.Now)
	if err != nil {
		return change, err
	}
	t.scope.Emit(r.Drain())
	if err := t.r.Reservations().Save(ctx, r); err != nil {
		return change, err
	}
	waiting, err := t.r.Backorders().Get(ctx, t.s.company(), r.Line())
	switch {
	case errors.Is(err, tandem.ErrNotFound):
		waiting = inventory.Backorder{Company: t.s.company(), Line: r.Line()}
	case err != nil:
		return change, err
	}
	if waiting.Quantity.Sign() > 0 {
		if waiting.Quantity, err = waiting.Quantity.Add(cut.Quantity); err != nil {
			return change, err
		}
	} else {
		waiting.Product, waiting.Location, waiting.Quantity = r.Key().Product, r.Key().Location, cut.Quantity
		waiting.Promise, waiting.Asked = r.Promise(), r.State().Made
	}
	return change, t.r.Backorders().Save(ctx, waiting)
}

// record tells the sales orders among the lines' documents what is held for
// them now: each order is read and saved once.
func (t *task[R]) record(ctx context.Context, lines []lineQuantity, tell func(*sales.Order, []sales.LineQuantity) error) error {
	told := map[tandem.ID[any]]bool{}
	for i := range lines {
		doc := lines[i].line.Document
		if doc.Kind != sales.KindOrder || told[doc.ID] {
			continue
		}
		told[doc.ID] = true
		order, err := t.r.SalesOrders().Get(ctx, t.s.company(), tandem.IDFromBytes[sales.OrderID](doc.ID.Bytes()))
		if err != nil {
			return err
		}
		var own []sales.LineQuantity
		for _, l := range lines[i:] {
			if l.line.Document.Same(doc) {
				own = append(own, sales.LineQuantity{Line: l.line.Line, Quantity: l.quantity})
			}
		}
		if err := tell(order, own); err != nil {
			return raced(err, sales.KindOrder, order.ID().String())
		}
		t.scope.Emit(order.Drain())
		if err := t.r.SalesOrders().Save(ctx, order); err != nil {
			return err
		}
	}
	return nil
}
