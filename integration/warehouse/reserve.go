package warehouse

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/work"
)

// ReserveBackorders gives what is free at a location to the document lines that
// wait for it. Stock that is kept in lots is not given: who wants it names the lot.
type ReserveBackorders struct {
	work.Header
	Product  tandem.ProductID         `json:"product,omitzero"`  // none: all products
	Location tandem.LocationID        `json:"location,omitzero"` // default: the warehouse
	Rule     inventory.AllocationRule `json:"rule,omitempty"`    // default earliest first
}

// CommandName is stable.
func (ReserveBackorders) CommandName() string { return "warehouse.reserve_backorders" }

// Access is what the authoriser is asked.
func (ReserveBackorders) Access() work.Access { return work.Access{} }

// AppendJSON writes the business fields.
func (c ReserveBackorders) AppendJSON(dst []byte) []byte {
	c.Header = work.Header{}
	return work.AppendJSON(dst, c)
}

// ReservedLine is what a waiting line got.
type ReservedLine struct {
	Line        tandem.LineRef          `json:"line"`
	Reservation inventory.ReservationID `json:"reservation"`
	Product     tandem.ProductID        `json:"product"`
	Quantity    tandem.Quantity         `json:"quantity"`  // reserved now
	Backorder   tandem.Quantity         `json:"backorder"` // that it still waits for
}

// Reserved is the result of [Service.ReserveBackorders].
type Reserved struct {
	Lines []ReservedLine `json:"lines,omitempty"`
}

// AppendJSON writes the result.
func (r Reserved) AppendJSON(dst []byte) []byte { return work.AppendJSON(dst, r) }

// ReserveBackorders reserves free stock for waiting lines, the earliest promise
// first unless the command names another rule. It is no fault if nothing waits or
// nothing is free.
func (s *Service[R]) ReserveBackorders(ctx context.Context, cmd ReserveBackorders) (Reserved, error) {
	return do(ctx, s, cmd, func(ctx context.Context, t *task[R]) (Reserved, error) {
		rule := cmd.Rule
		if rule == "" {
			rule = inventory.EarliestFirst
		}
		location := s.orWarehouse(cmd.Location)
		if err := t.stockPlace(ctx, location, "location"); err != nil {
			return Reserved{}, err
		}
		lines, err := t.reserve(ctx, []tandem.ProductID{cmd.Product}, location, rule)
		return Reserved{lines}, err
	})
}

// reserve gives free stock of some products (or, of none, all) to the lines that wait.
func (t *task[R]) reserve(ctx context.Context, products []tandem.ProductID, location tandem.LocationID, rule inventory.AllocationRule) ([]ReservedLine, error) {
	var waiting []inventory.Backorder
	var demands []inventory.Demand
	var keys []inventory.LevelKey
	for _, product := range products {
		for b, err := range t.r.Backorders().Find(ctx, waitingFor(t.s.company(), product, location)) {
			if err != nil {
				return nil, err
			}
			if len(keys) == 0 || keys[len(keys)-1] != b.Key() { // they come by product
				keys = append(keys, b.Key())
			}
			waiting, demands = append(waiting, b), append(demands, b.Demand())
		}
	}
	if len(waiting) == 0 {
		return nil, nil
	}
	levels, err := t.r.StockLevels().Get(ctx, keys...)
	if err != nil {
		return nil, err
	}
	grants, err := inventory.Allocate(nil, rule, demands, levels)
	if err != nil {
		return nil, err
	}
	return t.grant(ctx, waiting, grants)
}

func (t *task[R]) grant(ctx context.Context, waiting []inventory.Backorder, grants []inventory.Grant) ([]ReservedLine, error) {
	if err := t.granting(ctx, waiting, grants); err != nil {
		return nil, err
	}
	var out []ReservedLine
	var changes []inventory.LevelChange
	var lines []lineQuantity
	for i := range grants {
		b, g := waiting[i], &grants[i]
		if g.Granted.Sign() <= 0 {
			continue
		}
		id, change, err := t.hold(ctx, &b, g.Granted)
		if err != nil {
			return nil, err
		}
		b.Quantity = g.Backorder
		if err := t.r.Backorders().Save(ctx, b); err != nil {
			return nil, err
		}
		changes = append(changes, change)
		lines = append(lines, lineQuantity{b.Line, g.Granted})
		out = append(out, ReservedLine{Line: b.Line, Reservation: id, Product: b.Product, Quantity: g.Granted, Backorder: g.Backorder})
	}
	if len(out) == 0 {
		return nil, nil
	}
	if err := t.r.StockLevels().Apply(ctx, changes...); err != nil {
		return nil, raced(err, "stock_level", out[0].Product.String())
	}
	return out, t.record(ctx, lines, (*sales.Order).RecordReserved)
}

// hold makes the next reservation of a document line.
func (t *task[R]) hold(ctx context.Context, b *inventory.Backorder, q tandem.Quantity) (inventory.ReservationID, inventory.LevelChange, error) {
	id, err := t.nextReservation(ctx, b.Line)
	if err != nil {
		return id, inventory.LevelChange{}, err
	}
	promise := b.Promise
	if promise.IsZero() {
		promise = t.s.day(t.scope.Now)
	}
	r, change, err := inventory.NewReservation(inventory.Hold{ID: id, Line: b.Line, Key: b.Key(), Quantity: q, Promise: promise}, t.scope.Now)
	if err != nil {
		return id, change, err
	}
	t.scope.Emit(r.Drain())
	return id, change, t.r.Reservations().Save(ctx, r)
}

// nextReservation gives the id of the first reservation that a line does not
// have yet: the ids of a line's reservations follow from its document.
func (t *task[R]) nextReservation(ctx context.Context, line tandem.LineRef) (inventory.ReservationID, error) {
	for n := 0; ; n++ {
		id := reservationID(line, n)
		_, err := t.r.Reservations().Get(ctx, t.s.company(), id)
		if errors.Is(err, tandem.ErrNotFound) {
			return id, nil
		}
		if err != nil {
			return id, err
		}
	}
}
