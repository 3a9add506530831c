package warehouse

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/inventory/count"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/work"
)

// reads is what a step reads next: one level of dependent reads, which is one round
// trip ([work.Prefetch]). On a store that saves no trips by that it is off, and
// collects nothing. What a port of the host gives is left to the port.
type reads struct {
	c          *Config
	lastPeriod *atomic.Pointer[knownPeriod]
	now        tandem.Instant // of a command that is about to begin
	on         bool
	refs       []work.Ref
}

func (t *task[R]) reads() reads {
	return reads{c: t.s.c, lastPeriod: t.s.lastPeriod, on: work.Prefetches(t.r)}
}

// fetch reads what was collected.
func (t *task[R]) fetch(ctx context.Context, n *reads) error {
	if len(n.refs) == 0 {
		return nil
	}
	refs := n.refs
	n.refs = nil
	return work.Prefetch(ctx, t.r, refs...)
}

// ahead is a [work.Ahead]: what a command is known to read before anything is read.
func (n reads) ahead(refs []work.Ref, cmd work.Command, now tandem.Instant) []work.Ref {
	knows, ok := cmd.(interface{ reads(*reads) })
	if !ok {
		return refs
	}
	n.on, n.refs, n.now = true, refs, now
	knows.reads(&n)
	return n.refs
}

func (n *reads) company() tandem.CompanyID { return n.c.Books.Company }

func (n *reads) add(of work.Accessor, key any) {
	if n.on {
		n.refs = append(n.refs, work.Ref{Of: of, Company: n.company(), Key: key})
	}
}

func (n *reads) query(q any) {
	if n.on {
		n.refs = append(n.refs, work.Ref{Of: work.OfQueries, Key: q})
	}
}

// places adds locations.
func (n *reads) places(ids ...tandem.LocationID) {
	for _, id := range ids {
		if n.c.Locations == nil && !id.IsZero() {
			n.add(work.OfLocations, id)
		}
	}
}

func (n *reads) product(id tandem.ProductID) {
	if n.on && n.c.Products == nil {
		n.refs = append(n.refs, work.Ref{Of: work.OfProducts, Key: id})
	}
}

// goods adds a product with its cost pool and its level at a place.
func (n *reads) goods(at tandem.LocationID, product tandem.ProductID, lot tandem.LotID) {
	n.product(product)
	n.add(work.OfCostPools, product)
	n.level(inventory.LevelKey{Company: n.company(), Location: at, Product: product, Lot: lot})
}

func (n *reads) level(key inventory.LevelKey) {
	if n.on {
		n.refs = append(n.refs, work.Ref{Of: work.OfStockLevels, Key: key})
	}
}

// counts adds the counts of places that goods move at on a day that is over.
func (n *reads) counts(date tandem.Date, places ...tandem.LocationID) {
	if date.IsZero() || date == tandem.DateIn(n.now, n.c.Zone) {
		return
	}
	for _, id := range places {
		n.query(count.Query{Company: n.company(), Location: id})
	}
}

func (n *reads) orWarehouse(id tandem.LocationID) tandem.LocationID {
	if id.IsZero() {
		return n.c.Places.Warehouse
	}
	return id
}

// period adds the accounting period of a date, which is read behind a journal number.
func (n *reads) period(date tandem.Date) {
	if !n.on || n.c.Periods != nil {
		return
	}
	if last := n.lastPeriod.Load(); last != nil && last.dates.Contains(date) {
		n.add(work.OfPeriods, last.id)
		return
	}
	n.query(periodOf(n.company(), date))
}

func periodOf(company tandem.CompanyID, date tandem.Date) ledger.PeriodQuery {
	return ledger.PeriodQuery{Company: company, Contains: date, Page: tandem.Page{Limit: 1}}
}

func waitingFor(company tandem.CompanyID, product tandem.ProductID, at tandem.LocationID) inventory.BackorderQuery {
	return inventory.BackorderQuery{Company: company, Product: product, Location: at}
}

func heldOf(key inventory.LevelKey) inventory.ReservationQuery {
	return inventory.ReservationQuery{Company: key.Company, Product: key.Product, Location: key.Location, Status: inventory.ReservationStatusOpen}
}

func reservationID(line tandem.LineRef, n int) inventory.ReservationID {
	return tandem.IDFromBytes[inventory.ReservationID](work.ChildUUID(line.Document.ID.Bytes(), 'r', line.Line, n))
}

func (n *reads) order(line tandem.LineRef) {
	if line.Document.Kind == sales.KindOrder {
		n.add(work.OfSalesOrders, tandem.IDFromBytes[sales.OrderID](line.Document.ID.Bytes()))
	}
}

func (c Receive) reads(n *reads) {
	at := n.orWarehouse(c.Location)
	n.places(at, n.c.Places.Supplier)
	n.counts(c.Date, at)
	if !c.Receipt.IsZero() {
		n.add(work.OfJournalEntries, receiptEntry(c.Receipt))
	}
	for i := range c.Lines {
		l := &c.Lines[i]
		if n.goods(at, l.Product, l.Lot); c.Reserve {
			n.query(waitingFor(n.company(), l.Product, at))
		}
	}
}

// receiptEntry is the id of the first entry that books a receipt.
func receiptEntry(id ReceiptID) ledger.EntryID {
	return tandem.IDFromBytes[ledger.EntryID](work.ChildUUID(id.Bytes(), 'e', 0, 0))
}

func (c Open) reads(n *reads) {
	at := n.orWarehouse(c.Location)
	n.places(at, n.c.Places.Adjustment)
	n.query(count.Query{Company: n.company(), Location: at}) // it was there at the start of the day
	for i := range c.Lines {
		n.goods(at, c.Lines[i].Product, c.Lines[i].Lot)
	}
}

func (c Adjust) reads(n *reads) {
	at := n.orWarehouse(c.Location)
	n.places(at, n.c.Places.Adjustment, n.c.Places.Scrap)
	n.counts(c.Date, at)
	for i := range c.Lines {
		n.goods(at, c.Lines[i].Product, c.Lines[i].Lot)
	}
}

func (c Transfer) reads(n *reads) {
	from, to := n.orWarehouse(c.From), n.orWarehouse(c.To)
	n.places(from, to)
	n.counts(c.Date, from, to)
	for i := range c.Lines {
		l := &c.Lines[i]
		n.product(l.Product)
		n.level(inventory.LevelKey{Company: n.company(), Location: from, Product: l.Product, Lot: l.Lot})
		n.level(inventory.LevelKey{Company: n.company(), Location: to, Product: l.Product, Lot: l.Lot})
	}
}

func (c ReserveBackorders) reads(n *reads) {
	at := n.orWarehouse(c.Location)
	n.places(at)
	n.query(waitingFor(n.company(), c.Product, at))
}

func (c OpenCount) reads(n *reads) {
	n.places(n.orWarehouse(c.Location))
	if !c.Count.IsZero() {
		n.add(work.OfStockCounts, c.Count)
	}
	for _, id := range c.Products {
		n.product(id)
	}
}

func (c RecordCount) reads(n *reads) {
	n.add(work.OfStockCounts, c.Count)
	for i := range c.Lines {
		n.product(c.Lines[i].Product)
	}
}

func (c PostCount) reads(n *reads) { n.add(work.OfStockCounts, c.Count) }

func (c CancelCount) reads(n *reads) { n.add(work.OfStockCounts, c.Count) }

// counted reads what the posting of a count needs of its lines that differ.
func (t *task[R]) counted(ctx context.Context, c *count.Count, found []count.Difference) error {
	n := t.reads()
	if !n.on {
		return nil
	}
	at := c.State().Location
	n.places(at, n.c.Places.Adjustment)
	n.query(count.Query{Company: n.company(), Location: at})
	for _, d := range found {
		n.goods(at, d.Product, d.Lot)
	}
	return t.fetch(ctx, &n)
}

// granting reads what lines that get something need: their orders, and the
// reservations that they have had, the n-th of each at a time.
func (t *task[R]) granting(ctx context.Context, waiting []inventory.Backorder, grants []inventory.Grant) error {
	n := t.reads()
	if !n.on {
		return nil
	}
	var lines []tandem.LineRef
	for i := range grants {
		if grants[i].Granted.Sign() > 0 {
			lines = append(lines, waiting[i].Line)
			n.order(waiting[i].Line)
		}
	}
	for nth := 0; len(lines) > 0; nth++ {
		for _, line := range lines {
			n.add(work.OfReservations, reservationID(line, nth))
		}
		if err := t.fetch(ctx, &n); err != nil {
			return err
		}
		had := lines[:0]
		for _, line := range lines {
			if _, err := t.r.Reservations().Get(ctx, t.s.company(), reservationID(line, nth)); err == nil {
				had = append(had, line)
			} else if !errors.Is(err, tandem.ErrNotFound) {
				return err
			}
		}
		lines = had
	}
	return nil
}

// cutting reads what is held of the levels that come short.
func (t *task[R]) cutting(ctx context.Context, changes []inventory.LevelChange, levels []inventory.Level) error {
	n := t.reads()
	for i, c := range changes {
		if short := levels[i].Reserved - levels[i].OnHand - c.OnHand; c.OnHand < 0 && !c.AllowNegative && short > 0 {
			n.query(heldOf(c.Key))
		}
	}
	return t.fetch(ctx, &n)
}

// givingUp reads the orders and backorders of the lines that give something up.
func (t *task[R]) givingUp(ctx context.Context, cuts []inventory.Cut) error {
	n := t.reads()
	for _, cut := range cuts {
		n.order(cut.Reservation.Line())
		n.add(work.OfBackorders, cut.Reservation.Line())
	}
	return t.fetch(ctx, &n)
}
