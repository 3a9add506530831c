package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/work"
)

// Bundle has the repositories of all rooms for one closure. A host that brings
// a table of its own embeds *Bundle and shadows an accessor. It is valid inside
// its closure and in one goroutine only.
type Bundle struct{ unit *unit }

var _ work.Repos = (*Bundle)(nil)

// Commands gives the command log.
func (b *Bundle) Commands() work.CommandLog { return (*commands)(b) }

// Outbox gives the outbox.
func (b *Bundle) Outbox() work.Outbox { return (*outbox)(b) }

// Numbers gives the document numbers.
func (b *Bundle) Numbers() work.Numbers { return (*numbers)(b) }

// StockLevels gives the stock levels.
func (b *Bundle) StockLevels() inventory.Levels { return (*levels)(b) }

type commands Bundle

func (c *commands) Lookup(ctx context.Context, key string) (work.CommandRecord, bool, error) {
	u, err := (*Bundle)(c).open()
	if err != nil {
		return work.CommandRecord{}, false, err
	}
	for i := range u.batch.Commands {
		if u.batch.Commands[i].Key == key {
			found := u.batch.Commands[i]
			found.Result = bytes.Clone(found.Result)
			return found, true, nil
		}
	}
	return u.readCommand(ctx, key)
}

func (c *commands) Record(_ context.Context, record work.CommandRecord) error {
	u, err := (*Bundle)(c).writable()
	if err != nil {
		return err
	}
	if record.Key == "" || len(record.Key) > 4*tandem.MaxName {
		return fmt.Errorf("store: command key of %d bytes: %w", len(record.Key), tandem.ErrInvalid)
	}
	for i := range u.batch.Commands {
		if u.batch.Commands[i].Key == record.Key {
			return &tandem.DuplicateError{Kind: "command", Index: "key", Key: record.Key}
		}
	}
	record.Result = u.batch.keep(record.Result)
	u.batch.Commands = append(u.batch.Commands, record)
	return nil
}

// keep copies what the caller may reuse after the call: a joined part has ended
// long before the flush.
func (b *Batch) keep(data []byte) []byte {
	if len(data) == 0 {
		return nil
	}
	start := len(b.bytes)
	b.bytes = append(b.bytes, data...)
	return b.bytes[start:len(b.bytes):len(b.bytes)]
}

type outbox Bundle

func (o *outbox) Append(_ context.Context, events ...work.Event) error {
	u, err := (*Bundle)(o).writable()
	if err != nil {
		return err
	}
	for i := range events {
		u.batch.Events = append(u.batch.Events, events[i])
		last := &u.batch.Events[len(u.batch.Events)-1]
		last.Payload = u.batch.keep(last.Payload)
	}
	return nil
}

func (o *outbox) Read(ctx context.Context, after int64, limit int) ([]work.Event, error) {
	u, err := (*Bundle)(o).open()
	if err != nil {
		return nil, err
	}
	if limit < 1 || limit > tandem.MaxPage {
		return nil, fmt.Errorf("store: limit of %d events: %w", limit, tandem.ErrInvalid)
	}
	return u.tx.Events(ctx, after, limit)
}

type numbers Bundle

func (n *numbers) Next(ctx context.Context, company tandem.CompanyID, series string, date tandem.Date) (work.Number, error) {
	u, err := (*Bundle)(n).writable()
	if err != nil {
		return work.Number{}, err
	}
	if err := checkSeries(company, series); err != nil {
		return work.Number{}, err
	}
	u.forget() // what is read behind a number is not older than it
	u.drawn = true
	return u.tx.Next(ctx, company, series, date)
}

func checkSeries(company tandem.CompanyID, series string) error {
	if series == "" || len(series) > tandem.MaxName || company.IsZero() {
		return fmt.Errorf("store: number series %q needs a company and a name: %w", series, tandem.ErrInvalid)
	}
	return nil
}

type levels Bundle

// Get gives the committed levels with the Update's own changes added.
func (l *levels) Get(ctx context.Context, keys ...inventory.LevelKey) ([]inventory.Level, error) {
	u, err := (*Bundle)(l).open()
	if err != nil {
		return nil, err
	}
	out := make([]inventory.Level, len(keys))
	if err := u.readLevels(ctx, keys, out); err != nil {
		return nil, err
	}
	if !u.readOnly {
		u.see(out)
	}
	for i := range out {
		if at, found := u.levelChange(&keys[i]); found {
			change := &u.batch.Levels[at]
			out[i].OnHand += change.OnHand
			out[i].Reserved += change.Reserved
		}
	}
	return out, nil
}

// levelChange gives the place of a key in the batch's changes, which are put in
// order before the commit.
func (u *unit) levelChange(key *inventory.LevelKey) (at int, found bool) {
	if u.levelAt != nil {
		at, found = u.levelAt[*key]
		return at, found
	}
	for i := range u.batch.Levels {
		if u.batch.Levels[i].Key == *key {
			return i, true
		}
	}
	return 0, false
}

// addLevel merges a change that was checked into the batch.
func (u *unit) addLevel(change inventory.LevelChange) {
	if at, found := u.levelChange(&change.Key); found {
		old := &u.batch.Levels[at]
		old.OnHand += change.OnHand // the sums were checked against the level
		old.Reserved += change.Reserved
		old.AllowNegative = old.AllowNegative && change.AllowNegative
		return
	}
	u.batch.Levels = append(u.batch.Levels, change)
	n := len(u.batch.Levels)
	if u.levelAt != nil {
		u.levelAt[change.Key] = n - 1
	} else if n > manyPuts {
		u.levelAt = make(map[inventory.LevelKey]int, 4*n)
		for i := range u.batch.Levels {
			u.levelAt[u.batch.Levels[i].Key] = i
		}
	}
}

// Apply refuses at once what the visible level forbids, all of the call or
// nothing, and merges changes of equal keys; the bounds are checked again at the
// flush.
func (l *levels) Apply(ctx context.Context, changes ...inventory.LevelChange) error {
	u, err := (*Bundle)(l).writable()
	if err != nil {
		return err
	}
	u.merged = append(u.merged[:0], changes...)
	if u.merged, err = inventory.MergeChanges(u.merged); err != nil {
		return err
	}
	u.levelKeys, u.levels = u.levelKeys[:0], u.levels[:0]
	for i := range u.merged {
		u.levelKeys = append(u.levelKeys, u.merged[i].Key)
		u.levels = append(u.levels, inventory.Level{})
	}
	if err := u.readLevels(ctx, u.levelKeys, u.levels); err != nil {
		return err
	}
	for i := range u.merged {
		moved := u.movedOn(&u.levels[i])
		if at, found := u.levelChange(&u.merged[i].Key); found {
			u.levels[i].OnHand += u.batch.Levels[at].OnHand
			u.levels[i].Reserved += u.batch.Levels[at].Reserved
		}
		if _, err := u.levels[i].Apply(u.merged[i]); err != nil {
			var insufficient *inventory.InsufficientError
			if moved && errors.As(err, &insufficient) {
				insufficient.Raced = true
			}
			return err
		}
	}
	for i := range u.merged {
		u.addLevel(u.merged[i])
	}
	return nil
}

// seenLevel is what Get gave of a level first, and whether it gave another later.
type seenLevel struct {
	inventory.Level
	moved bool
}

// see notes what Get gave.
func (u *unit) see(levels []inventory.Level) {
	for i := range levels {
		if was := u.seenOf(&levels[i].Key); was != nil {
			was.moved = was.moved || was.Level != levels[i]
			continue
		}
		u.seen = append(u.seen, seenLevel{Level: levels[i]})
		switch n := len(u.seen); {
		case u.seenAt != nil:
			u.seenAt[levels[i].Key] = n - 1
		case n > manyPuts:
			u.seenAt = make(map[inventory.LevelKey]int, 4*n)
			for j := range u.seen {
				u.seenAt[u.seen[j].Key] = j
			}
		}
	}
}

func (u *unit) seenOf(key *inventory.LevelKey) *seenLevel {
	if u.seenAt != nil {
		if at, found := u.seenAt[*key]; found {
			return &u.seen[at]
		}
		return nil
	}
	for i := range u.seen {
		if u.seen[i].Key == *key {
			return &u.seen[i]
		}
	}
	return nil
}

// movedOn reports whether a level is no longer all that Get gave in this Update: a
// decision that was made on it is then a lost race, not a refusal.
func (u *unit) movedOn(now *inventory.Level) bool {
	was := u.seenOf(&now.Key)
	return was != nil && (was.moved || was.Level != *now)
}

func (l *levels) Find(ctx context.Context, q inventory.LevelQuery) iter.Seq2[inventory.Level, error] {
	return func(yield func(inventory.Level, error) bool) {
		if err := (*Bundle)(l).eachLevel(ctx, q, yield); err != nil {
			yield(inventory.Level{}, err)
		}
	}
}

func (b *Bundle) eachLevel(ctx context.Context, q inventory.LevelQuery, yield func(inventory.Level, error) bool) error {
	u, err := b.open()
	if err != nil {
		return err
	}
	if len(u.batch.Levels) > 0 {
		return ErrFindAfterSave
	}
	scan, bound, err := u.levelScan(&q)
	if err != nil {
		return err
	}
	for left := q.Page.Limit; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		page, err := u.tx.ScanLevels(ctx, scan, nil)
		if err != nil {
			return err
		}
		for i := range page {
			if !q.Matches(page[i]) {
				continue
			}
			if q.Page.Next != nil {
				*q.Page.Next = u.store.sealPlace(bound, appendLevelKey(nil, page[i].Key))
			}
			if left--; !yield(page[i], nil) || left == 0 {
				return nil
			}
			if b.unit != u {
				return ErrClosed
			}
		}
		if len(page) < scan.Limit {
			return nil
		}
		last := page[len(page)-1].Key
		scan.After = &last
	}
}

// levelScan prepares a scan, and what its cursors are bound to.
func (u *unit) levelScan(q *inventory.LevelQuery) (*LevelScan, []byte, error) {
	if err := checkPage(q.Page, !q.Company.IsZero()); err != nil {
		return nil, nil, err
	}
	scan := &LevelScan{Company: q.Company, Descending: q.Page.Descending, Limit: scanPage}
	bound := u.store.bound("stock_level", "key", scan.Descending, binding(q, &q.Page))
	if q.Page.After != "" {
		place, err := u.store.unsealPlace(bound, q.Page.After)
		if err != nil {
			return nil, nil, err
		}
		key, err := decodeLevelKey(place)
		if err != nil {
			return nil, nil, err
		}
		scan.After = &key
	}
	return scan, bound, nil
}

func appendLevelKey(dst []byte, k inventory.LevelKey) []byte {
	for _, part := range [...][16]byte{k.Company.Bytes(), k.Location.Bytes(), k.Product.Bytes(), k.Lot.Bytes()} {
		dst = append(dst, part[:]...)
	}
	return dst
}

func decodeLevelKey(b []byte) (k inventory.LevelKey, err error) {
	if len(b) != 64 {
		return k, ErrCursor
	}
	return inventory.LevelKey{
		Company:  tandem.IDFromBytes[tandem.CompanyID]([16]byte(b[0:16])),
		Location: tandem.IDFromBytes[tandem.LocationID]([16]byte(b[16:32])),
		Product:  tandem.IDFromBytes[tandem.ProductID]([16]byte(b[32:48])),
		Lot:      tandem.IDFromBytes[tandem.LotID]([16]byte(b[48:64])),
	}, nil
}
