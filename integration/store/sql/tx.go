package sqlstore

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// tx is a transaction of one tenant. It opens lazily: BEGIN and the tenant's setting
// travel with its first statements.
type tx struct {
	db     *DB
	tenant string
	view   bool
	host   wire // of a bound store: the host's transaction, which it never ends
	reader bool // of a bound store: the host's transaction holds no writer
	wire   wire
	begun  bool
	series []drawn
	set    bool   // of a bound store: the host's setting was replaced
	was    string // by this
}

// drawn is a number series that this transaction keeps to itself.
type drawn struct {
	company tandem.CompanyID
	name    string
	last    work.Number
	found   int64 // the last number when it was read
}

func (t *tx) id(b [16]byte) any { return t.db.d.encode(store.Value{Type: store.TypeID, ID: b}) }

func (t *tx) of(v store.Value) any { return t.db.d.encode(v) }

// lazy says that an Update reads without a transaction until it locks or writes: each
// statement sees committed data all the same.
func (t *tx) lazy() bool { return !t.db.d.eager || t.db.gatherer != nil && !t.db.secured }

// connect takes a connection. Who writes needs one that may.
func (t *tx) connect(ctx context.Context, writes bool) (err error) {
	if t.host != nil {
		t.wire = t.host
		return nil
	}
	if t.wire != nil && (t.begun || !writes) {
		return nil
	}
	t.disconnect()
	t.wire, err = t.db.engine.acquire(ctx, writes)
	return t.db.engine.fault(err, false)
}

func (t *tx) disconnect() {
	if t.wire != nil && t.host == nil {
		t.wire.release()
	}
	t.wire, t.begun = nil, false
}

// do runs statements that read, or that lock.
func (t *tx) do(ctx context.Context, locks bool, list ...statement) error {
	if g := t.db.gatherer; g != nil && !t.begun && !t.view && !locks && t.host == nil && t.lazy() {
		return g.read(ctx, list)
	}
	if err := t.connect(ctx, locks && !t.db.d.eager); err != nil {
		return err
	}
	all := t.opening(locks)
	opened := len(all)
	if opened == 0 {
		all = list
	} else {
		all = append(all, list...)
	}
	err := t.wire.roundTrip(ctx, all)
	t.begun = t.begun || opened > 0 // also where it failed: whatever it is now, it is to be rolled back
	if err == nil {
		return nil
	}
	return t.db.engine.fault(cause(err), false)
}

// cause gives the engine's error of a statement that failed.
func cause(err error) error {
	var at *failure
	if errors.As(err, &at) {
		return at.err
	}
	return err
}

// opening gives what a transaction begins with.
func (t *tx) opening(locks bool) []statement {
	d := t.db.d
	if t.host != nil {
		return t.hostOpening()
	}
	if t.begun {
		return nil
	}
	begin := d.begin
	switch {
	case t.view:
		begin = d.view
	case !locks && t.lazy():
		return nil // reads committed data, a statement at a time
	}
	list := make([]statement, 0, 8)
	list = append(list, statement{text: begin})
	if t.db.secured {
		list = append(list, t.setTenant(t.tenant))
	}
	return list
}

const endTime = 5 * time.Second // for a ROLLBACK whose caller's context has ended

// Rollback ends the transaction without a trace.
func (t *tx) Rollback() {
	if t.host != nil {
		t.restoreHost()
		return
	}
	if t.wire == nil {
		return
	}
	if t.begun {
		ctx, cancel := context.WithTimeout(context.Background(), endTime)
		_ = t.wire.control(ctx, "ROLLBACK") // where it fails the connection is given up, and the engine rolls back
		cancel()
	}
	t.disconnect()
}

// keyArgs appends the arguments of a key.
func (t *tx) keyArgs(args []any, s *shelf, key *store.Key) []any {
	for _, part := range s.parts {
		args = append(args, t.id([16]byte(key[16*part:16*part+16])))
	}
	return args
}

// Get fills out with the records of the keys.
func (t *tx) Get(ctx context.Context, kind *store.Kind, keys []store.Key, out []store.Record) error {
	list := make([]statement, len(keys))
	s := t.db.shelves[kind.Ordinal]
	for i := range keys {
		list[i] = t.get(s, &keys[i], &out[i])
	}
	if len(list) == 0 {
		return nil
	}
	return t.do(ctx, false, list...)
}

// get reads one record.
func (t *tx) get(s *shelf, key *store.Key, out *store.Record) statement {
	*out = store.Record{Key: *key}
	return statement{text: s.byKey, args: t.keyArgs(append(make([]any, 0, 4), t.tenant), s, key), row: func(r row) error {
		if !s.kind.Fact {
			return readState(s.kind, r, out)
		}
		if out.Values == nil {
			var err error
			if out.Values, err = readColumns(make([]store.Value, 0, len(s.kind.Columns)+4*len(s.kind.LineColumns)), s.kind.Columns, r, 0); err != nil {
				return err
			}
		}
		return readLine(s, r, len(s.kind.Columns), out)
	}}
}

func readState(kind *store.Kind, r row, out *store.Record) (err error) {
	if out.Revision, err = readInt(r, 0); err != nil {
		return err
	}
	state, err := r.bytes(1)
	if err != nil {
		return err
	}
	out.Value, err = kind.Decode(state)
	return err
}

func readColumns(dst []store.Value, columns []store.Column, r row, from int) ([]store.Value, error) {
	for i, c := range columns {
		v, err := r.value(from+i, c.Type)
		if err != nil {
			return dst, err
		}
		dst = append(dst, v)
	}
	return dst, nil
}

// readLine appends the columns of a line, if the row has one.
func readLine(s *shelf, r row, from int, out *store.Record) (err error) {
	if s.lines == "" {
		return nil
	}
	if first, err := r.bytes(from); err != nil || first == nil {
		return err
	}
	out.Values, err = readColumns(out.Values, s.kind.LineColumns, r, from)
	return err
}

// Levels fills out with the levels of the keys.
func (t *tx) Levels(ctx context.Context, keys []inventory.LevelKey, out []inventory.Level) error {
	list := make([]statement, len(keys))
	for i := range keys {
		list[i] = t.level(&keys[i], &out[i])
	}
	if len(list) == 0 {
		return nil
	}
	return t.do(ctx, false, list...)
}

func (t *tx) level(key *inventory.LevelKey, out *inventory.Level) statement {
	*out = inventory.Level{Key: *key}
	return statement{text: t.db.texts.levels, args: t.levelArgs(key), row: func(r row) (err error) {
		if sum, err := r.bytes(0); err != nil || sum == nil {
			return err // of no buckets
		}
		if out.OnHand, err = readInt(r, 0); err == nil {
			out.Reserved, err = readInt(r, 1)
		}
		return err
	}}
}

func (t *tx) levelArgs(key *inventory.LevelKey) []any {
	return append(make([]any, 0, 8), t.tenant, t.id(key.Company.Bytes()), t.id(key.Location.Bytes()), t.id(key.Product.Bytes()), t.id(key.Lot.Bytes()))
}

// ScanLevels appends a page of levels in the order of their keys.
func (t *tx) ScanLevels(ctx context.Context, scan *store.LevelScan, out []inventory.Level) ([]inventory.Level, error) {
	args := []any{t.tenant, t.id(scan.Company.Bytes())}
	if scan.After != nil {
		args = append(args, t.id(scan.After.Location.Bytes()), t.id(scan.After.Product.Bytes()), t.id(scan.After.Lot.Bytes()))
	}
	return out, t.do(ctx, false, statement{
		text: t.db.texts.levelScan[[2]bool{scan.Descending, scan.After != nil}], args: append(args, int64(scan.Limit)),
		row: func(r row) error {
			l, err := readLevel(r, scan.Company)
			out = append(out, l)
			return err
		},
	})
}

func readLevel(r row, company tandem.CompanyID) (l inventory.Level, err error) {
	var ids [3][16]byte
	for i := range ids {
		v, err := r.value(i, store.TypeID)
		if err != nil {
			return l, err
		}
		ids[i] = v.ID
	}
	l.Key = inventory.LevelKey{Company: company, Location: tandem.IDFromBytes[tandem.LocationID](ids[0]),
		Product: tandem.IDFromBytes[tandem.ProductID](ids[1]), Lot: tandem.IDFromBytes[tandem.LotID](ids[2])}
	if l.OnHand, err = readInt(r, 3); err == nil {
		l.Reserved, err = readInt(r, 4)
	}
	return l, err
}

// Next gives the next number of a series and keeps the series until the end of the
// transaction: Commit takes what was drawn.
func (t *tx) Next(ctx context.Context, company tandem.CompanyID, series string, date tandem.Date) (work.Number, error) {
	at := slices.IndexFunc(t.series, func(d drawn) bool { return d.company == company && d.name == series })
	if at < 0 {
		last, err := t.keep(ctx, company, series)
		if err != nil {
			return work.Number{}, err
		}
		at, t.series = len(t.series), append(t.series, drawn{company, series, last, last.Value})
	}
	d := &t.series[at]
	n := work.Number{Value: d.last.Value + 1, LastDate: d.last.LastDate}
	d.last.Value++
	if date.After(d.last.LastDate) {
		d.last.LastDate = date
	}
	return n, nil
}

// keep reads a series and locks its row, which it makes for the first number.
func (t *tx) keep(ctx context.Context, company tandem.CompanyID, series string) (last work.Number, err error) {
	found, text := false, t.db.texts.series
	if t.holdsBehind(company, series) {
		text = t.db.texts.seriesNow // out of order: whoever holds it may wait for this one
	}
	args := []any{t.tenant, t.id(company.Bytes()), series}
	read := statement{text: text, args: args, row: func(r row) error {
		found = true
		return readNumber(r, &last)
	}}
	if err := t.do(ctx, true, read); err != nil || found {
		return last, err
	}
	return last, t.do(ctx, true, t.makeSeries(company, series), read)
}

// holdsBehind reports whether a series behind another one is held already.
func (t *tx) holdsBehind(company tandem.CompanyID, series string) bool {
	return slices.ContainsFunc(t.series, func(d drawn) bool { return cmp.Or(company.Compare(d.company), cmp.Compare(series, d.name)) < 0 })
}

// makeSeries makes the row of a series, if it is not there.
func (t *tx) makeSeries(company tandem.CompanyID, series string) statement {
	return statement{text: t.db.texts.seriesMake,
		args: []any{t.tenant, t.id(company.Bytes()), series, int64(0), t.of(store.Value{Type: store.TypeDate})}}
}

func readNumber(r row, n *work.Number) (err error) {
	if n.Value, err = readInt(r, 0); err != nil {
		return err
	}
	on, err := r.value(1, store.TypeDate)
	if err != nil {
		return err
	}
	n.LastDate, err = tandem.DateOfDayNumber(int(on.Int))
	return err
}

// Command looks a command key up.
func (t *tx) Command(ctx context.Context, key string) (record work.CommandRecord, found bool, err error) {
	err = t.do(ctx, false, t.lookup(key, &record, &found))
	return record, found, err
}

func (t *tx) lookup(key string, record *work.CommandRecord, found *bool) statement {
	return statement{text: t.db.texts.command, args: []any{t.tenant, key}, row: func(r row) (err error) {
		*found, record.Key = true, key
		if record.Name, err = readText(r, 0); err != nil {
			return err
		}
		digest, err := r.bytes(1)
		if err != nil {
			return err
		}
		copy(record.Digest[:], digest)
		result, err := r.bytes(2)
		if err != nil {
			return err
		}
		record.Result = slices.Clone(result)
		if record.Actor, err = readText(r, 3); err == nil {
			record.At, err = readInstant(r, 4)
		}
		return err
	}}
}

func readInstant(r row, column int) (tandem.Instant, error) {
	v, err := r.value(column, store.TypeInstant)
	if err != nil || v == none {
		return tandem.Instant{}, err
	}
	return tandem.InstantOfUnixMicro(v.Int), nil
}
