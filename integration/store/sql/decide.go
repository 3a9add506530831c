package sqlstore

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
)

// decision is what the group is judged on: locked, and changed by each that is accepted.
type decision struct {
	levels    map[inventory.LevelKey]inventory.Level
	touched   map[inventory.LevelKey]bool
	made      map[inventory.LevelKey]bool // rows that were not there
	revisions map[recordKey]int64
	commands  map[string]bool
}

type recordKey struct {
	kind int
	key  store.Key
}

// decide locks and reads what the batches change, the contended levels last. A level
// that has no row gets one first: what is not there cannot be locked. The levels come
// one after the other in the order of their keys, so that no two groups wait for each other.
func decide(ctx context.Context, t *tx, group []*member) (*decision, error) {
	d := &decision{levels: map[inventory.LevelKey]inventory.Level{}, touched: map[inventory.LevelKey]bool{},
		made: map[inventory.LevelKey]bool{}, revisions: map[recordKey]int64{}, commands: map[string]bool{}}
	for _, m := range group {
		for i := range m.batch.Levels {
			d.levels[m.batch.Levels[i].Key] = inventory.Level{Key: m.batch.Levels[i].Key}
		}
		for i := range m.batch.Puts {
			if p := &m.batch.Puts[i]; p.Expect > 0 {
				d.revisions[recordKey{p.Kind.Ordinal, p.Key}] = 0
			}
		}
		for i := range m.batch.Commands {
			d.commands[m.batch.Commands[i].Key] = false
		}
	}
	list := []statement{waitsFor(groupLock)}
	for _, of := range slices.SortedFunc(maps.Keys(d.revisions), func(a, b recordKey) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), slices.Compare(a.key[:], b.key[:]))
	}) {
		s := t.db.shelves[of.kind]
		list = append(list, statement{text: s.hold, args: t.keyArgs([]any{t.tenant}, s, &of.key), row: func(r row) (err error) {
			d.revisions[of], err = readInt(r, 0)
			return err
		}})
	}
	list = append(list, statement{text: t.db.texts.commandsTaken, args: []any{t.tenant, slices.Collect(maps.Keys(d.commands))}, row: func(r row) error {
		key, err := readText(r, 0)
		d.commands[key] = true
		return err
	}})
	for _, key := range slices.SortedFunc(maps.Keys(d.levels), inventory.LevelKey.Compare) {
		list = append(list, statement{text: t.db.texts.levelMake, args: t.levelArgs(&key), row: func(row) error {
			d.made[key] = true
			return nil
		}}, statement{text: t.db.texts.levelHold, args: t.levelArgs(&key), row: func(r row) (err error) {
			level := inventory.Level{Key: key}
			if level.OnHand, err = readInt(r, 0); err == nil {
				level.Reserved, err = readInt(r, 1)
			}
			d.levels[key] = level
			return err
		}})
	}
	return d, t.do(ctx, true, list...)
}

// judge accepts a batch and counts it in, or tells why not and changes nothing.
func (d *decision) judge(m *member) error {
	if err := m.ctx.Err(); err != nil {
		return err
	}
	b := m.batch
	for i := range b.Commands {
		if d.commands[b.Commands[i].Key] {
			return &tandem.DuplicateError{Kind: "command", Index: "key", Key: b.Commands[i].Key, Raced: true}
		}
	}
	for i := range b.Puts {
		p := &b.Puts[i]
		if found := d.revisions[recordKey{p.Kind.Ordinal, p.Key}]; p.Expect > 0 && found != p.Expect {
			return &tandem.ConflictError{Kind: p.Kind.Name, Key: p.Key.String(), Want: p.Expect, Got: found}
		} else if p.Expect == 0 && found > 0 {
			return &tandem.DuplicateError{Kind: p.Kind.Name, Index: "key", Key: p.Key.String(), Raced: true}
		}
	}
	after := make([]inventory.Level, len(b.Levels)) // one for each key
	for i := range b.Levels {
		var err error
		if after[i], err = d.levels[b.Levels[i].Key].Apply(b.Levels[i]); err != nil {
			if insufficient, ok := err.(*inventory.InsufficientError); ok {
				insufficient.Raced = true
			}
			return err
		}
	}
	for i := range b.Commands {
		d.commands[b.Commands[i].Key] = true
	}
	for i := range b.Puts {
		d.revisions[recordKey{b.Puts[i].Kind.Ordinal, b.Puts[i].Key}] = b.Puts[i].Expect + 1
	}
	for i := range after {
		d.levels[after[i].Key], d.touched[after[i].Key] = after[i], true
	}
	return nil
}

// writes gives the statements of all that are accepted: new rows by the table, the
// levels as they are in the end. Of a level whose changes were all refused no row is left.
func (d *decision) writes(t *tx, accepted []*member) ([]statement, error) {
	w := newBulk(t)
	for _, m := range accepted {
		if err := w.batch(m.batch); err != nil {
			return nil, err
		}
	}
	list := w.statements()
	for _, key := range slices.SortedFunc(maps.Keys(d.levels), inventory.LevelKey.Compare) {
		level := d.levels[key]
		switch {
		case d.touched[key]:
			list = append(list, statement{text: t.db.texts.levelIs, one: true, args: append(t.levelArgs(&key), level.OnHand, level.Reserved)})
		case d.made[key]:
			list = append(list, statement{text: t.db.texts.levelDrop, args: t.levelArgs(&key)})
		}
	}
	return list, nil
}
