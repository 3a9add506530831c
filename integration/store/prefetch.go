package store

import (
	"context"
	"errors"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/work"
)

var (
	_ work.Prefetcher = (*Bundle)(nil)
	_ work.Drawer     = (*numbers)(nil)
)

// ahead is what a unit of work has read in advance, and what it is asked to. It keeps
// what the driver answered, as it was: own writes are looked at before it.
type ahead struct {
	asking bool // reads are noted, and not made

	keys    []askedKey
	levels  []inventory.LevelKey
	scans   []*Scan
	command []string

	records  map[pendingKey]Record
	levelsOf map[inventory.LevelKey]inventory.Level
	commands map[string]foundCommand
	pages    []scanned
}

type askedKey struct {
	kind *Kind
	key  Key
}

type foundCommand struct {
	record work.CommandRecord
	found  bool
}

type scanned struct {
	scan    *Scan
	records []Record
}

// errAsked is what a read gives that was noted and not made.
var errAsked = errors.New("store: the read is only asked for")

// Prefetches reports whether the driver answers several reads in one round trip.
func (b *Bundle) Prefetches() bool { return b.unit != nil && b.unit.prefetcher != nil }

// Prefetch reads what the refs name in one round trip (see [work.Prefetch]). It does
// nothing on a driver that is no [Prefetcher].
func (b *Bundle) Prefetch(ctx context.Context, refs []work.Ref) error {
	u, err := b.open()
	if err != nil || u.prefetcher == nil {
		return err
	}
	b.ask(ctx, refs)
	return u.readAhead(ctx, nil)
}

// Forget drops what was prefetched.
func (b *Bundle) Forget() {
	if b.unit != nil {
		b.unit.forget()
	}
}

// Draw draws numbers in their order and reads ahead what follows (see [work.Drawer]).
func (n *numbers) Draw(ctx context.Context, company tandem.CompanyID, draws []work.Draw, refs []work.Ref) error {
	u, err := (*Bundle)(n).writable()
	if err != nil {
		return err
	}
	for i := range draws {
		if err := checkSeries(company, draws[i].Series); err != nil {
			return err
		}
	}
	if u.prefetcher != nil && len(draws) > 0 {
		u.forget()
		(*Bundle)(n).ask(ctx, refs)
		u.drawn = true
		return u.readAhead(ctx, &Read{Company: company, Draws: draws})
	}
	for i := range draws {
		if draws[i].Number, err = n.Next(ctx, company, draws[i].Series, draws[i].Date); err != nil {
			return err
		}
	}
	return (*Bundle)(n).Prefetch(ctx, refs)
}

// ask notes the reads that the refs name: their repositories make them, as they do
// when a process calls them.
func (b *Bundle) ask(ctx context.Context, refs []work.Ref) {
	u := b.unit
	if u.ahead == nil {
		u.ahead = &ahead{records: map[pendingKey]Record{}, levelsOf: map[inventory.LevelKey]inventory.Level{}, commands: map[string]foundCommand{}}
	}
	u.ahead.asking = true
	defer func() { u.ahead.asking = false }()
	for i := range refs {
		b.askRef(ctx, &refs[i])
	}
}

// readAhead makes the reads that were noted, behind first, in one call of the driver.
func (u *unit) readAhead(ctx context.Context, first *Read) error {
	a := u.ahead
	defer a.asked()
	var reads []Read
	if first != nil {
		reads = append(reads, *first)
	}
	for _, key := range a.command {
		reads = append(reads, Read{Command: key})
	}
	reads = a.keyReads(reads)
	if len(a.levels) > 0 {
		reads = append(reads, Read{LevelKeys: a.levels, Levels: make([]inventory.Level, len(a.levels))})
	}
	for _, scan := range a.scans {
		reads = append(reads, Read{Scan: scan})
	}
	if len(reads) == 0 {
		return nil
	}
	if err := u.prefetcher.Prefetch(ctx, reads); err != nil {
		return err
	}
	for i := range reads {
		a.keep(&reads[i])
	}
	return nil
}

// keyReads appends one read for each kind.
func (a *ahead) keyReads(reads []Read) []Read {
	slices.SortStableFunc(a.keys, func(x, y askedKey) int { return x.kind.Ordinal - y.kind.Ordinal })
	for i := 0; i < len(a.keys); {
		end := i + 1
		for end < len(a.keys) && a.keys[end].kind == a.keys[i].kind {
			end++
		}
		keys := make([]Key, 0, end-i)
		for _, k := range a.keys[i:end] {
			keys = append(keys, k.key)
		}
		reads = append(reads, Read{Kind: a.keys[i].kind, Keys: keys, Records: make([]Record, len(keys))})
		i = end
	}
	return reads
}

// keep keeps an answer.
func (a *ahead) keep(r *Read) {
	switch {
	case r.Kind != nil:
		for i := range r.Keys {
			a.records[pendingKey{r.Kind, r.Keys[i]}] = r.Records[i]
		}
	case r.Scan != nil:
		a.pages = append(a.pages, scanned{r.Scan, r.Records})
		for i := range r.Records {
			if record := &r.Records[i]; record.Value != nil {
				a.records[pendingKey{r.Scan.Kind, record.Key}] = *record // a page has them whole
			}
		}
	case r.Command != "":
		a.commands[r.Command] = foundCommand{r.CommandRecord, r.Found}
	default: // levels; of draws none
		for i := range r.LevelKeys {
			a.levelsOf[r.LevelKeys[i]] = r.Levels[i]
		}
	}
}

// asked clears what was noted.
func (a *ahead) asked() {
	clear(a.keys)
	clear(a.scans)
	clear(a.command)
	a.keys, a.levels, a.scans, a.command = a.keys[:0], a.levels[:0], a.scans[:0], a.command[:0]
}

func (u *unit) forget() {
	if a := u.ahead; a != nil {
		clear(a.records)
		clear(a.levelsOf)
		clear(a.commands)
		clear(a.pages)
		a.pages = a.pages[:0]
	}
}

const keepAhead = 1024 // answers: the maps of one big unit of work are not kept for small ones

// recycle gives what of it another unit may use.
func (u *unit) recycleAhead() {
	if u.prefetcher = nil; u.ahead == nil {
		return
	}
	if a := u.ahead; len(a.records) > keepAhead || len(a.levelsOf) > keepAhead || cap(a.keys) > keepAhead || cap(a.levels) > keepAhead {
		u.ahead = nil
		return
	}
	u.forget()
	u.ahead.asked()
}

func (u *unit) asking() bool { return u.ahead != nil && u.ahead.asking }

// get reads a record: of what was prefetched, or of the driver.
func (u *unit) get(ctx context.Context, kind *Kind, key Key) (*Record, error) {
	if a := u.ahead; a != nil {
		record, found := a.records[pendingKey{kind, key}]
		switch {
		case a.asking:
			if k := (askedKey{kind, key}); !found && !slices.Contains(a.keys, k) {
				a.keys = append(a.keys, k)
			}
			return nil, errAsked
		case found:
			u.records[0] = record
			return &u.records[0], nil
		}
	}
	u.keys[0], u.records[0] = key, Record{}
	return &u.records[0], u.tx.Get(ctx, kind, u.keys[:1], u.records[:1])
}

// readLevels reads levels: of what was prefetched, if it has all of them, or of the driver.
func (u *unit) readLevels(ctx context.Context, keys []inventory.LevelKey, out []inventory.Level) error {
	a := u.ahead
	if a == nil {
		return u.tx.Levels(ctx, keys, out)
	}
	known := true
	for i := range keys {
		level, found := a.levelsOf[keys[i]]
		if out[i], known = level, known && found; a.asking && !found && !slices.Contains(a.levels, keys[i]) {
			a.levels = append(a.levels, keys[i])
		}
	}
	switch {
	case a.asking:
		return errAsked
	case known:
		return nil
	}
	return u.tx.Levels(ctx, keys, out)
}

// readCommand looks a command key up.
func (u *unit) readCommand(ctx context.Context, key string) (work.CommandRecord, bool, error) {
	if a := u.ahead; a != nil {
		answer, found := a.commands[key]
		switch {
		case a.asking:
			if !found && key != "" {
				a.command = append(a.command, key)
			}
			return work.CommandRecord{}, false, errAsked
		case found:
			answer.record.Result = slices.Clone(answer.record.Result)
			return answer.record, answer.found, nil
		}
	}
	return u.tx.Command(ctx, key)
}

// prefetched gives the page of a scan that was read ahead.
func (u *unit) prefetched(scan *Scan) (page []Record, found bool, err error) {
	a := u.ahead
	if a == nil || !a.asking && len(a.pages) == 0 {
		return nil, false, nil
	}
	for i := range a.pages {
		if sameScan(a.pages[i].scan, scan) {
			page, found = a.pages[i].records, true
		}
	}
	if !a.asking {
		return page, found, nil
	}
	if !found && !slices.ContainsFunc(a.scans, func(s *Scan) bool { return sameScan(s, scan) }) {
		again := *scan
		a.scans = append(a.scans, &again)
	}
	return nil, false, errAsked
}

func sameScan(a, b *Scan) bool {
	same := func(x, y *Value) bool { return x == y || x != nil && y != nil && *x == *y }
	return a.Kind == b.Kind && a.Index == b.Index && a.Descending == b.Descending && a.Limit == b.Limit &&
		slices.Equal(a.Prefix, b.Prefix) && same(a.Low, b.Low) && same(a.High, b.High) && string(a.After) == string(b.After)
}
