package work

import (
	"context"

	"github.com/tandem-go/tandem"
)

// Repos is what [Do] needs of every bundle. A process's own Repos embeds it
// beside those of its rooms.
type Repos interface {
	Unit
	Commands() CommandLog
	Outbox() Outbox
	Numbers() Numbers
}

// Numbers gives document numbers. Next is never buffered: it is the last read
// before the document is built, and the number is taken when the Update
// commits, so that a rolled-back Update leaves no gap and two concurrent ones
// never have the same. Numbers of a series start at 1 and are unique and
// sequential. A series also keeps the latest date that a number was drawn for,
// so that dates can be kept monotone in numbers; an undated series is drawn with
// the zero Date. Who needs numbers of several series draws them in the order of
// their names: a store may hold a series until the end of the Update.
type Numbers interface {
	Next(ctx context.Context, company tandem.CompanyID, series string, date tandem.Date) (Number, error)
}

// Number is a drawn number, with the latest date that the series was drawn for
// before: none for the first.
type Number struct {
	Value    int64
	LastDate tandem.Date
}

// CommandRecord keeps what a command key was used for.
type CommandRecord struct {
	Key    string
	Name   string   // of the command
	Digest [32]byte // SHA-256 over name, actor and payload
	Result []byte   // JSON
	Actor  string
	At     tandem.Instant
}

// CommandLog keeps the keys of the commands that took effect, in the same
// Update as the effect. Recording a key that another Update has recorded in
// between is a conflict at the flush. The record's Result may be reused by the
// caller after Record returns.
type CommandLog interface {
	Lookup(ctx context.Context, key string) (record CommandRecord, found bool, err error)
	Record(ctx context.Context, record CommandRecord) error
}

// Event is a recorded fact with its envelope. Its identity is the aggregate, of its
// company, and the sequence number within it.
type Event struct {
	Name     string // stable, `sales.order.confirmed`
	Kind     tandem.DocumentKind
	ID       [16]byte // of the aggregate
	Company  tandem.CompanyID
	Sequence int64 // within the aggregate, from 1 without a gap
	At       tandem.Instant
	Actor    string
	Cause    string // key of the command that recorded it
	Payload  []byte // JSON of the event
	Position int64  // in the tenant's outbox, from 1 in the order of commits; given by the store
}

// Identity gives the event's identity as a text: company/kind/id/sequence, without the
// company where the aggregate is of none. Ids are unique in a company only.
func (e *Event) Identity() string {
	dst := make([]byte, 0, 128)
	if !e.Company.IsZero() {
		dst = tandem.AppendUUID(dst, e.Company.Bytes())
		dst = append(dst, '/')
	}
	dst = append(dst, e.Kind...)
	dst = append(dst, '/')
	dst = tandem.AppendUUID(dst, e.ID)
	dst = append(dst, '/')
	return string(appendInt(dst, e.Sequence))
}

// Outbox keeps events beside the change that they tell of. The payloads given
// to Append may be reused by the caller after it returns.
type Outbox interface {
	Append(ctx context.Context, events ...Event) error
	// Read gives committed events behind a position, in order, at most limit.
	Read(ctx context.Context, after int64, limit int) ([]Event, error)
}

// EventForgetter is what a store may be besides: one whose outbox lets go of the
// events up to a position, which all that listen have had. Read gives none of
// them any more; the positions of the others stay. [Dispatcher.Position] says how
// far a dispatcher is. A store that is an [EventRelay] as well keeps what its relays
// still need: the events behind the settled position of their lanes, and of a dead
// letter the events of its aggregate from its own on; with them, where that is simpler,
// all events from the first of these on. It knows a relay from its first claim on, and
// for ever: the lanes of one that is given up are claimed and settled to their ends.
type EventForgetter interface {
	ForgetEvents(ctx context.Context, upTo int64) error
}

// CommandForgetter is what a store may be besides: one whose command log lets go
// of the records of commands before an instant; where it keeps them in the order of
// commits, perhaps only of those before the first that is not older. A key that is
// forgotten takes effect again, so keep records for as long as a client may still
// repeat a command or a bus an event. [Once] keeps its records there, too, of the time
// of the event: an event from before that instant, replayed from an archive and given
// twice, takes effect twice.
type CommandForgetter interface {
	ForgetCommands(ctx context.Context, before tandem.Instant) error
}
