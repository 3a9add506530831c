package memory

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
)

// pair is a level as one commit left it.
type pair struct {
	seq              uint64
	onHand, reserved int64
}

// levelRow has the two newest pairs in place, which is all that Updates need,
// and older ones only while a view may read them.
type levelRow struct {
	current, previous pair
	older             []pair // ascending
}

type levelTable struct {
	mu   latch
	rows map[inventory.LevelKey]*levelRow
	keys []inventory.LevelKey // ordered up to sorted, then as they came
	done int                  // how many of keys are in order
}

// at gives the newest pair up to a commit: one of the two in place for whoever
// reads the published state, an older one for a view that is held.
func (r *levelRow) at(seen uint64) pair {
	switch {
	case r.current.seq <= seen:
		return r.current
	case r.previous.seq <= seen:
		return r.previous
	}
	for i := len(r.older) - 1; i >= 0; i-- {
		if r.older[i].seq <= seen {
			return r.older[i]
		}
	}
	return pair{}
}

func (t *levelTable) read(tx *tx, keys []inventory.LevelKey, out []inventory.Level) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	seen := tx.seen() // inside the lock: at most one commit is ahead of what is published
	for i := range keys {
		out[i] = inventory.Level{Key: keys[i]}
		if r := t.rows[keys[i]]; r != nil {
			p := r.at(seen)
			out[i].OnHand, out[i].Reserved = p.onHand, p.reserved
		}
	}
}

// scan gives a page of a company's levels in the order of their keys. Keys that
// came since the last scan are sorted in first.
func (t *levelTable) scan(tx *tx, scan *store.LevelScan, out []inventory.Level) []inventory.Level {
	t.mu.Lock()
	defer t.mu.Unlock()
	seen := tx.seen()
	if t.done < len(t.keys) {
		slices.SortFunc(t.keys, inventory.LevelKey.Compare)
		t.done = len(t.keys)
	}
	low, high := t.companyRange(scan.Company)
	if scan.After != nil {
		at, exact := slices.BinarySearchFunc(t.keys, *scan.After, inventory.LevelKey.Compare)
		if scan.Descending {
			high = min(high, at)
		} else {
			if exact {
				at++
			}
			low = max(low, at)
		}
	}
	for n := low; n < high && len(out) < scan.Limit; n++ {
		key := t.keys[n]
		if scan.Descending {
			key = t.keys[high-1-(n-low)]
		}
		if p := t.rows[key].at(seen); p.seq > 0 { // else the row is younger than the snapshot
			out = append(out, inventory.Level{Key: key, OnHand: p.onHand, Reserved: p.reserved})
		}
	}
	return out
}

// companyRange gives the places [low, high) of a company's keys.
func (t *levelTable) companyRange(company tandem.CompanyID) (low, high int) {
	low, _ = slices.BinarySearchFunc(t.keys, company, func(k inventory.LevelKey, c tandem.CompanyID) int { return k.Company.Compare(c) })
	n, _ := slices.BinarySearchFunc(t.keys[low:], company, func(k inventory.LevelKey, c tandem.CompanyID) int {
		if k.Company == c {
			return -1
		}
		return k.Company.Compare(c)
	})
	return low, low + n
}

// check applies the changes to the newest levels without writing them.
func (t *levelTable) check(changes []inventory.LevelChange) error {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for i := range changes {
		level := inventory.Level{Key: changes[i].Key}
		if r := t.rows[changes[i].Key]; r != nil {
			level.OnHand, level.Reserved = r.current.onHand, r.current.reserved
		}
		if _, err := level.Apply(changes[i]); err != nil {
			return raced(err)
		}
	}
	return nil
}

// raced marks a refusal at the flush: enough was there when the closure looked,
// so the closure runs again and decides anew.
func raced(err error) error {
	if insufficient, ok := err.(*inventory.InsufficientError); ok {
		insufficient.Raced = true
	}
	return err
}

// write adds changes that check has passed, in the same commit section.
func (t *levelTable) write(changes []inventory.LevelChange, seq, oldest uint64) {
	if len(changes) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range changes {
		change := &changes[i]
		r := t.rows[change.Key]
		if r == nil {
			r = &levelRow{}
			t.rows[change.Key] = r
			t.keys = append(t.keys, change.Key)
		}
		r.keep(oldest)
		r.previous = r.current
		r.current = pair{seq, r.current.onHand + change.OnHand, r.current.reserved + change.Reserved}
	}
}

// keep makes room for a new pair: the previous one moves to the older ones if a
// snapshot from oldest on may read it or one below; else all older ones go.
func (r *levelRow) keep(oldest uint64) {
	if r.current.seq <= oldest {
		r.older = nil
		return
	}
	r.older = append(r.older, r.previous)
	first := 0
	for first+1 < len(r.older) && r.older[first+1].seq <= oldest {
		first++
	}
	r.older = r.older[first:]
}
