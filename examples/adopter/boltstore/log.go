package boltstore

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

func levelKey(k inventory.LevelKey) []byte {
	company, location, product, lot := k.Company.Bytes(), k.Location.Bytes(), k.Product.Bytes(), k.Lot.Bytes()
	out := append(make([]byte, 0, 64), company[:]...)
	return append(append(append(out, location[:]...), product[:]...), lot[:]...)
}

// level reads a row; one that is absent is nought.
func level(key inventory.LevelKey, row []byte) inventory.Level {
	out := inventory.Level{Key: key}
	if len(row) == 16 {
		out.OnHand, out.Reserved = number(row), number(row[8:])
	}
	return out
}

// Levels gives the levels of keys.
func (t *tx) Levels(_ context.Context, keys []inventory.LevelKey, out []inventory.Level) error {
	for i := range keys {
		out[i] = level(keys[i], nil)
	}
	return t.read(levelBucket, func(levels *bbolt.Bucket) error {
		for i := range keys {
			out[i] = level(keys[i], levels.Get(levelKey(keys[i])))
		}
		return nil
	})
}

// ScanLevels walks the levels of a company, in the order of their keys.
func (t *tx) ScanLevels(_ context.Context, scan *store.LevelScan, out []inventory.Level) ([]inventory.Level, error) {
	company := scan.Company.Bytes()
	var after []byte
	if scan.After != nil {
		after = levelKey(*scan.After)
	}
	err := t.read(levelBucket, func(levels *bbolt.Bucket) error {
		return walk(levels.Cursor(), company[:], behind(company[:]), after, scan.Descending, func(k, row []byte) (more bool, err error) {
			if len(out) >= scan.Limit {
				return false, nil
			}
			if len(k) != 64 {
				return false, fmt.Errorf("boltstore: damaged level %x: %w", k, tandem.ErrInvalid)
			}
			out = append(out, level(inventory.LevelKey{
				Company:  scan.Company,
				Location: tandem.IDFromBytes[tandem.LocationID]([16]byte(k[16:])),
				Product:  tandem.IDFromBytes[tandem.ProductID]([16]byte(k[32:])),
				Lot:      tandem.IDFromBytes[tandem.LotID]([16]byte(k[48:])),
			}, row))
			return true, nil
		})
	})
	return out, err
}

// Next gives the number after the last committed one, and counts on. Commit takes
// the numbers, unless somebody else has by then: that is a conflict, and no gap.
func (t *tx) Next(_ context.Context, company tandem.CompanyID, series string, date tandem.Date) (work.Number, error) {
	id := company.Bytes()
	key := string(id[:]) + series
	d := t.drawn[key]
	if d == nil {
		d = &drawn{}
		if err := t.read(seriesBucket, func(b *bbolt.Bucket) (err error) { d.found, err = seriesOf(b.Get([]byte(key))); return err }); err != nil {
			return work.Number{}, err
		}
		d.next, t.drawn[key] = d.found, d
	}
	d.next.Value++
	n := d.next
	if date.After(d.next.LastDate) {
		d.next.LastDate = date
	}
	return n, nil
}

// seriesOf reads the last number of a series and the latest date it was drawn for.
func seriesOf(row []byte) (n work.Number, err error) {
	if len(row) == 16 {
		n.Value = number(row)
		n.LastDate, err = tandem.DateOfDayNumber(int(number(row[8:])))
	}
	return n, err
}

// Command looks a key up.
func (t *tx) Command(_ context.Context, key string) (record work.CommandRecord, found bool, err error) {
	err = t.read(commandBucket, func(b *bbolt.Bucket) error {
		row := b.Get([]byte(key))
		if row == nil {
			return nil
		}
		found = true
		record, err = commandOf(key, row)
		return err
	})
	return record, found, err
}

// Events gives what was committed behind a position. There is one writer, which gives
// the positions: none appears behind a later one.
func (t *tx) Events(_ context.Context, after int64, limit int) (out []work.Event, err error) {
	err = t.read(eventBucket, func(b *bbolt.Bucket) error {
		return walk(b.Cursor(), appendNumber(nil, max(after, 0)+1), nil, nil, false, func(k, row []byte) (more bool, err error) {
			if len(out) >= limit {
				return false, nil
			}
			event, err := eventOf(number(k), row)
			out = append(out, event)
			return true, err
		})
	})
	return out, err
}

// Commands and events are kept as lists of values, in the library's binary form.

func text(s string) store.Value { return store.Value{Type: store.TypeText, Text: s} }

func integer(n int64) store.Value { return store.Value{Type: store.TypeInt, Int: n} }

func id(b [16]byte) store.Value { return store.Value{Type: store.TypeID, ID: b} }

func values(row []byte, n int) ([]store.Value, error) {
	out, err := store.DecodeValues(nil, row)
	if err == nil && len(out) != n {
		err = fmt.Errorf("boltstore: damaged row: %d values, want %d: %w", len(out), n, tandem.ErrInvalid)
	}
	return out, err
}

func commandRow(c *work.CommandRecord) []byte {
	return store.AppendValues(nil, []store.Value{text(c.Name), text(string(c.Digest[:])), text(string(c.Result)), text(c.Actor), integer(c.At.UnixMicro())})
}

func commandOf(key string, row []byte) (work.CommandRecord, error) {
	v, err := values(row, 5)
	if err != nil {
		return work.CommandRecord{}, err
	}
	c := work.CommandRecord{Key: key, Name: v[0].Text, Result: []byte(v[2].Text), Actor: v[3].Text, At: tandem.InstantOfUnixMicro(v[4].Int)}
	copy(c.Digest[:], v[1].Text)
	return c, nil
}

func eventRow(e *work.Event) []byte {
	return store.AppendValues(nil, []store.Value{text(e.Name), text(string(e.Kind)), id(e.ID), id(e.Company.Bytes()), integer(e.Sequence),
		integer(e.At.UnixMicro()), text(e.Actor), text(e.Cause), text(string(e.Payload))})
}

func eventOf(position int64, row []byte) (work.Event, error) {
	v, err := values(row, 9)
	if err != nil {
		return work.Event{}, err
	}
	return work.Event{Name: v[0].Text, Kind: tandem.DocumentKind(v[1].Text), ID: v[2].ID, Company: tandem.IDFromBytes[tandem.CompanyID](v[3].ID),
		Sequence: v[4].Int, At: tandem.InstantOfUnixMicro(v[5].Int), Actor: v[6].Text, Cause: v[7].Text, Payload: []byte(v[8].Text), Position: position}, nil
}
