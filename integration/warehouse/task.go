package warehouse

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
)

// task is the work of one command. It collects moves, values and entries, and
// writes them at the end, numbers last.
type task[R Repos] struct {
	s     *Service[R]
	r     R
	scope *work.Scope
	doc   tandem.DocumentRef // of the command; its number is drawn at the end
	date  tandem.Date        // on which it counts
	at    tandem.Instant     // when its goods move

	products map[tandem.ProductID]catalog.Product
	places   map[tandem.LocationID]inventory.Location
	pools    map[tandem.ProductID]*costing.CostPool
	touched  []*costing.CostPool                    // in the order of their first use
	issued   map[tandem.ProductID]costing.Valuation // the last that was lost of a product
	moves    []inventory.Move
	bookings []booking
	journal  []tandem.DocumentRef // entries as they were written
}

// booking is an entry to be written at the end.
type booking struct {
	source tandem.DocumentRef
	text   string
	build  func(h posting.Header) (ledger.Entry, error)
}

// Amounts of the same kind: what the pools took and gave of one purpose.
type values []posting.Goods

func (v *values) add(product tandem.ProductID, m tandem.Money) {
	if !m.IsZero() {
		*v = append(*v, posting.Goods{Product: product, Value: m})
	}
}

// book adds an entry, unless there is no value to be booked.
func (t *task[R]) book(source tandem.DocumentRef, text string, goods values, build func(h posting.Header, goods []posting.Goods) (ledger.Entry, error)) {
	if len(goods) > 0 {
		t.bookings = append(t.bookings, booking{source, text, func(h posting.Header) (ledger.Entry, error) { return build(h, goods) }})
	}
}

// move adds a move for a line of the command's document.
func (t *task[R]) move(line int, key inventory.LevelKey, from, to tandem.LocationID, q tandem.Quantity, reason inventory.Reason) {
	t.moves = append(t.moves, inventory.Move{
		ID: tandem.IDFromBytes[inventory.MoveID](work.ChildUUID(t.doc.ID.Bytes(), 'm', line, 0)), Company: t.s.company(),
		Product: key.Product, Lot: key.Lot, From: from, To: to, Quantity: q, Effective: t.at, Recorded: t.scope.Now,
		Source: tandem.LineRef{Document: t.doc, Line: line}, Reason: reason,
	})
}

// pool gives the cost pool of a product, a new one where there is none yet.
func (t *task[R]) pool(ctx context.Context, p *catalog.Product) (*costing.CostPool, error) {
	if pool, ok := t.pools[p.ID]; ok {
		return pool, nil
	}
	pool, err := t.r.CostPools().Get(ctx, t.s.company(), p.ID)
	if errors.Is(err, tandem.ErrNotFound) {
		pool, err = costing.NewCostPool(t.s.company(), p.ID, p.Unit, t.s.c.Books.Currency, t.scope.Now)
	}
	if err != nil {
		return nil, err
	}
	if t.pools == nil {
		t.pools = map[tandem.ProductID]*costing.CostPool{}
	}
	t.pools[p.ID] = pool
	t.touched = append(t.touched, pool)
	return pool, nil
}

// found takes goods in at a stated value or, where none is stated, at what the
// pool's goods are worth. It gives the value that the stock took up.
func (t *task[R]) found(ctx context.Context, p *catalog.Product, q tandem.Quantity, stated tandem.Money) (tandem.Money, error) {
	pool, err := t.pool(ctx, p)
	if err != nil {
		return tandem.Money{}, err
	}
	if stated.IsNone() {
		if stated, err = t.worth(pool, q); err != nil {
			return tandem.Money{}, err
		}
	}
	v, err := pool.Receive(q, stated)
	return v.Value, err
}

// lost takes goods out, which are at hand, and gives the value that goes with them.
func (t *task[R]) lost(ctx context.Context, p *catalog.Product, q tandem.Quantity) (tandem.Money, error) {
	pool, err := t.pool(ctx, p)
	if err != nil {
		return tandem.Money{}, err
	}
	v, err := pool.Issue(q)
	if err != nil {
		return tandem.Money{}, raced(err, costing.KindCostPool, pool.ID().String())
	}
	if t.issued == nil {
		t.issued = map[tandem.ProductID]costing.Valuation{}
	}
	t.issued[p.ID] = v
	return v.Value, nil
}

// worth gives what q more of the pool's goods are worth; where the command has
// just taken the last of them, what those were worth.
func (t *task[R]) worth(pool *costing.CostPool, q tandem.Quantity) (tandem.Money, error) {
	if pool.Method() == costing.Standard {
		return pool.State().Standard.Times(q, tandem.HalfAwayFromZero)
	}
	quantity, value := pool.Quantity(), pool.Value()
	if last, ok := t.issued[pool.Product()]; ok && quantity.IsZero() {
		quantity, value = last.Quantity, last.Value
	}
	if quantity.IsZero() {
		return tandem.Money{}, refused("find", "product "+pool.Product().String(), "no_value", "there is no stock to value it by: state a value")
	}
	share, err := q.Share(quantity)
	if err != nil {
		return tandem.Money{}, err
	}
	return value.MulRatio(share, tandem.HalfAwayFromZero)
}

// settle brings the levels up to date with the moves. Where the moves take what
// is reserved, release gives up the latest promises; without it the level refuses.
func (t *task[R]) settle(ctx context.Context, release bool) ([]Release, error) {
	if err := t.uphold(ctx); err != nil {
		return nil, err
	}
	changes, err := t.changes(ctx)
	if err != nil || len(changes) == 0 {
		return nil, err
	}
	if !release {
		return nil, t.r.StockLevels().Apply(ctx, changes...)
	}
	released, changes, err := t.release(ctx, changes)
	if err != nil { // the callers have seen enough
		return nil, raced(err, "stock_level", t.doc.ID.String())
	}
	return released, raced(t.r.StockLevels().Apply(ctx, changes...), "stock_level", t.doc.ID.String())
}

// changes gives what the moves change of the levels.
func (t *task[R]) changes(ctx context.Context) ([]inventory.LevelChange, error) {
	return inventory.MovesToChanges(t.moves, func(id tandem.LocationID) (inventory.Location, error) { return t.location(ctx, id) })
}

// finish draws the numbers, in the order of their series, and writes moves,
// pools and entries. It gives the number of the command's document; series is
// empty where it has none.
func (t *task[R]) finish(ctx context.Context, series string) (string, error) {
	numbers, err := t.numbers(ctx, series)
	if err != nil {
		return "", err
	}
	var period *ledger.Period
	if len(t.bookings) > 0 {
		if period, err = t.period(ctx, t.date); err != nil {
			return "", err
		}
	}
	if series != "" {
		t.doc.Number = numbers[len(numbers)-1]
		for i := range t.moves {
			if t.moves[i].Source.Document.Same(t.doc) {
				t.moves[i].Source.Document = t.doc
			}
		}
	}
	entries := make([]ledger.Entry, len(t.bookings))
	for i := range t.bookings {
		if entries[i], err = t.entry(i, numbers[i], period); err != nil {
			return "", err
		}
		t.journal = append(t.journal, entries[i].Ref())
	}
	return t.doc.Number, t.write(ctx, entries)
}

// numbers gives one journal number for each entry, and that of the document behind them.
func (t *task[R]) numbers(ctx context.Context, series string) (out []string, err error) {
	draws := make([]work.Draw, 0, 4)
	if series != "" && series < seriesJournal {
		draws = append(draws, work.Draw{Series: series})
	}
	for range t.bookings {
		draws = append(draws, work.Draw{Series: seriesJournal})
	}
	if series > seriesJournal {
		draws = append(draws, work.Draw{Series: series})
	}
	behind := t.reads()
	if len(t.bookings) > 0 {
		behind.period(t.date)
	}
	if len(draws) > 0 {
		if err := work.DrawNumbers(ctx, t.r, t.s.company(), draws, behind.refs...); err != nil {
			return nil, err
		}
	}
	own := ""
	for i := range draws {
		if draws[i].Series == seriesJournal {
			out = append(out, numbered(&draws[i]))
		} else {
			own = numbered(&draws[i])
		}
	}
	return append(out, own), nil
}

func (t *task[R]) entry(i int, number string, period *ledger.Period) (ledger.Entry, error) {
	b := &t.bookings[i]
	h := posting.Header{Number: number, Date: t.date, Recorded: t.scope.Now, Source: b.source, Text: b.text, Period: period}
	if b.source.Same(t.doc) {
		h.Source = t.doc
		h.ID = tandem.IDFromBytes[ledger.EntryID](work.ChildUUID(t.doc.ID.Bytes(), 'e', 0, i))
	} else {
		h.ID = tandem.IDFromBytes[ledger.EntryID](t.scope.NewUUID())
	}
	return b.build(h)
}

func (t *task[R]) write(ctx context.Context, entries []ledger.Entry) error {
	for _, pool := range t.touched {
		t.scope.Emit(pool.Drain())
		if err := t.r.CostPools().Save(ctx, pool); err != nil {
			return err
		}
	}
	if len(t.moves) > 0 {
		if err := t.r.StockMoves().Append(ctx, t.moves...); err != nil {
			return err
		}
	}
	if len(entries) > 0 {
		return t.r.JournalEntries().Append(ctx, entries...)
	}
	return nil
}

// emit tells that the command's document was written: its only event.
func (t *task[R]) emit(e tandem.Event) {
	t.scope.Emit(tandem.Recorded{Kind: t.doc.Kind, ID: t.doc.ID.Bytes(), Company: t.s.company(), Last: 1, Events: []tandem.Event{e}})
}
