package warehouse

import (
	"context"
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/work"
)

// Consumer gives what a host subscribes to its dispatcher so that stock that
// becomes free goes to the lines that wait for it, the earliest promise first: what
// reservations give back (orders that are cancelled, amended or out of time) and what
// returns bring back to the shelf. What a receipt brings it can give them itself
// ([Receive]). It runs [Service.ReserveBackorders] in the name of the event's actor,
// in the consumer's unit of work. Each company's service has a consumer of its own.
// A host that dispatches no events runs that command from time to time.
func (s *Service[R]) Consumer() work.Consumer[R] {
	return work.Consumer[R]{Name: s.consumer(), Handlers: map[string]work.Handler[R]{
		"inventory.reservation.released": freed(s, func(ctx context.Context, r R, e *inventory.ReservationReleased) (freedStock, error) {
			return heldAt(ctx, r, e.Company, e.ID)
		}),
		"inventory.reservation.expired": freed(s, func(ctx context.Context, r R, e *inventory.ReservationExpired) (freedStock, error) {
			return heldAt(ctx, r, e.Company, e.ID)
		}),
		"sales.return.inspected": freed(s, func(_ context.Context, _ R, e *returns.Inspected) (freedStock, error) {
			return restocked(s.c.Places.Warehouse, e.Lines), nil
		}),
	}}
}

// consumer is the name under which [work.Once] keeps what was consumed: events that
// one company passes over must not be lost to another.
func (s *Service[R]) consumer() string { return "warehouse/" + s.company().String() }

// freedStock says what became free: nothing where there is no location.
type freedStock struct {
	location tandem.LocationID
	product  tandem.ProductID // none: of several products
}

// heldAt gives what a reservation held: its event does not tell where.
func heldAt[R Repos](ctx context.Context, r R, company tandem.CompanyID, id inventory.ReservationID) (freedStock, error) {
	held, err := r.Reservations().Get(ctx, company, id)
	if err != nil {
		return freedStock{}, err
	}
	return freedStock{held.Key().Location, held.Key().Product}, nil
}

// restocked gives what a return brought to the shelf.
func restocked(warehouse tandem.LocationID, lines []returns.InspectedLine) (out freedStock) {
	for i := range lines {
		if l := &lines[i]; l.Restocked.Sign() > 0 {
			if out.product = l.Product; out.location == warehouse {
				out.product = tandem.ProductID{}
			}
			out.location = warehouse
		}
	}
	return out
}

// freed makes a handler of a function that says what an event E made free. Events of
// other companies are for the consumers of their services.
func freed[R Repos, E any](s *Service[R], of func(context.Context, R, *E) (freedStock, error)) work.Handler[R] {
	return func(ctx context.Context, r R, event *work.Event) error {
		if event.Company != s.company() {
			return nil
		}
		e := new(E)
		err := tandem.DecodeJSON(event.Payload, e)
		if err != nil {
			return fmt.Errorf("warehouse: %w", err)
		}
		stock, err := of(ctx, r, e)
		if err == nil && !stock.location.IsZero() {
			_, err = s.On(work.Join(r)).ReserveBackorders(ctx, ReserveBackorders{Product: stock.product, Location: stock.location,
				Header: work.Reaction(s.consumer(), event)})
		}
		if err != nil {
			return fmt.Errorf("warehouse: %w", err)
		}
		return nil
	}
}
