package store

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/work"
)

// Driver is an engine: what a host writes that brings its own. It is safe for
// concurrent use.
type Driver interface {
	// Begin opens a transaction of one tenant. A read-only one sees one snapshot
	// for as long as it lives. A writing one sees committed data at each read
	// (read committed) or better. The driver may finish a transaction whose
	// context has ended.
	Begin(ctx context.Context, tenant string, readOnly bool) (Tx, error)
}

// EventForgetter is what a driver may be besides: one whose outbox lets go of
// the events of a tenant up to a position. None of them is read any more; the
// positions of the others stay. A driver that is an [EventRelayer] keeps what a dead
// letter still needs.
type EventForgetter interface {
	ForgetEvents(ctx context.Context, tenant string, upTo int64) error
}

// EventRelayer is what a driver may be besides: one whose outbox relays read, lane
// by lane. The methods are those of work.EventRelay for a tenant; what they are
// given is valid ([work.EventClaim.Validate], [work.EventSettlement.Validate]).
type EventRelayer interface {
	ClaimEvents(ctx context.Context, tenant string, claim work.EventClaim) ([]work.ClaimedLane, error)
	SettleEvents(ctx context.Context, tenant string, s work.EventSettlement) error
	DeadLetters(ctx context.Context, tenant, relay string, after int64, limit int) ([]work.DeadLetter, error)
	ClaimDeadLetter(ctx context.Context, tenant string, claim work.EventClaim, position int64) (work.ClaimedLane, error)
}

// CommandForgetter is what a driver may be besides: one whose command log lets go
// of a tenant's records of commands before an instant, in the order of commits, up
// to the first that is not older.
type CommandForgetter interface {
	ForgetCommands(ctx context.Context, tenant string, before tandem.Instant) error
}

// Tx is a transaction. It belongs to one goroutine and is ended by exactly one
// Commit or Rollback, after which nothing of it is used any more.
type Tx interface {
	// Get fills out[i] with the record of keys[i]; an absent record has no Value.
	Get(ctx context.Context, kind *Kind, keys []Key, out []Record) error
	// Scan appends to out at most scan.Limit records in the order of the index. What
	// lies in out beyond its length is of earlier pages of this driver that nobody
	// reads any more: it may use the memory of their Values and Places again.
	Scan(ctx context.Context, scan *Scan, out []Record) ([]Record, error)
	// Levels fills out[i] with the level of keys[i]; an absent row is nought.
	Levels(ctx context.Context, keys []inventory.LevelKey, out []inventory.Level) error
	// ScanLevels appends to out at most scan.Limit levels in the order of their keys.
	ScanLevels(ctx context.Context, scan *LevelScan, out []inventory.Level) ([]inventory.Level, error)
	// Next gives the number after the last committed one of a series, and counts
	// on within the transaction. The number is taken by Commit: of two
	// transactions that want the same number, one waits in Next or fails with a
	// conflict, at Next or at Commit.
	// The series keeps the latest date it was drawn for.
	Next(ctx context.Context, company tandem.CompanyID, series string, date tandem.Date) (work.Number, error)
	// Command looks a command key up.
	Command(ctx context.Context, key string) (record work.CommandRecord, found bool, err error)
	// Events gives committed events behind a position in the order of commits,
	// at most limit. An event never appears behind a later one.
	Events(ctx context.Context, after int64, limit int) ([]work.Event, error)
	// Commit writes the batch, all of it or nothing, and ends the transaction. It
	// compares revisions, keeps unique indexes, level bounds and command keys,
	// and takes the numbers. Slices in the batch are reused afterwards; Values
	// are handed over and are never changed again by anyone.
	Commit(ctx context.Context, batch *Batch) error
	// Rollback ends the transaction without a trace.
	Rollback()
}

// Prefetcher is what a [Tx] may be besides: one that answers several reads in one
// round trip. Without it they are made one after the other, when they are needed.
type Prefetcher interface {
	// Prefetch answers the reads in their order, each as the method of the Tx would
	// that it stands for. Draws stand before all others, which see no older data
	// than the draws do. Slices of the reads are the caller's; what it puts into
	// them is not used again by the driver.
	Prefetch(ctx context.Context, reads []Read) error
}

// Read is one read of several, with room for its answer: exactly one of the groups
// is given.
type Read struct {
	Kind    *Kind    // [Tx.Get]
	Keys    []Key    // of the kind, each once
	Records []Record // as long as Keys, to be filled in; of a Scan: nil, becomes its page

	Scan *Scan // [Tx.Scan]

	LevelKeys []inventory.LevelKey // [Tx.Levels], each once
	Levels    []inventory.Level    // as long as LevelKeys, to be filled in

	Command       string // [Tx.Command], a key
	CommandRecord work.CommandRecord
	Found         bool

	Company tandem.CompanyID // [Tx.Next], of its series
	Draws   []work.Draw      // Number is to be filled in, in their order
}

// OneByOne answers reads by the methods of the transaction, one after the other:
// what a Prefetch must give, and all that it is where reads cost no round trip.
func OneByOne(ctx context.Context, tx Tx, reads []Read) (err error) {
	for i := range reads {
		r := &reads[i]
		switch {
		case len(r.Draws) > 0:
			for j := range r.Draws {
				d := &r.Draws[j]
				if d.Number, err = tx.Next(ctx, r.Company, d.Series, d.Date); err != nil {
					return err
				}
			}
		case r.Kind != nil:
			err = tx.Get(ctx, r.Kind, r.Keys, r.Records)
		case r.Scan != nil:
			r.Records, err = tx.Scan(ctx, r.Scan, nil)
		case r.Command != "":
			r.CommandRecord, r.Found, err = tx.Command(ctx, r.Command)
		default:
			err = tx.Levels(ctx, r.LevelKeys, r.Levels)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Record is a stored state with its revision, or a stored fact.
type Record struct {
	Key      Key
	Revision int64   // of a state; nought for facts
	Value    any     // what [Kind.Decode] gives, immutable; nil where absent and for facts
	Values   []Value // columns of a fact, header first, then its lines
	Place    []byte  // set by Scan: the record's place in the index, for Scan.After
}

// Scan asks for a range of an index.
type Scan struct {
	Kind       *Kind
	Index      int
	Prefix     []Value // the index's first columns are equal to these
	Low, High  *Value  // the next column lies in [Low, High); nil = unbounded
	Descending bool
	After      []byte // continue behind this Place; nil = from the start
	Limit      int
}

// LevelScan asks for a range of a company's levels.
type LevelScan struct {
	Company    tandem.CompanyID
	Descending bool
	After      *inventory.LevelKey // continue behind this key; nil = from the start
	Limit      int
}

// Put is a state to be written.
type Put struct {
	Kind   *Kind
	Key    Key
	Expect int64 // revision found; nought for a new record. The new revision is Expect + 1
	Value  any   // what [Kind.Encode] takes, under the revision Expect + 1; immutable
}

// FactWrite is a fact to be appended.
type FactWrite struct {
	Kind   *Kind
	Key    Key
	Values []Value // valid until Commit returns
}

// Batch is what an Update wants to write. A driver writes it in this order:
// puts, facts, commands, events, and the contended level rows last.
type Batch struct {
	Puts     []Put
	Facts    []FactWrite
	Commands []work.CommandRecord
	Events   []work.Event
	Levels   []inventory.LevelChange // one for each key, in the order of the keys

	values []Value // arena of the facts
	bytes  []byte  // arena of payloads and results
}

// Empty reports whether there is nothing to write.
func (b *Batch) Empty() bool {
	return len(b.Puts) == 0 && len(b.Facts) == 0 && len(b.Commands) == 0 && len(b.Events) == 0 && len(b.Levels) == 0
}

// Writes reports whether the batch has a state of this key.
func (b *Batch) Writes(kind *Kind, key Key) bool {
	for i := range b.Puts {
		if b.Puts[i].Kind == kind && b.Puts[i].Key == key {
			return true
		}
	}
	return false
}
