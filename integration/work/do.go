package work

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"sync"
	"unicode/utf8"

	"github.com/tandem-go/tandem"
)

// Header is what every command carries beside its business fields: embed it.
type Header struct {
	Key   string `json:"key"` // chosen by the client, once per intention; kept with the effect
	Actor Actor  `json:"actor"`

	inner bool // the key is of Reaction's making
}

// Reaction gives the header of a command that a consumer runs because of an event,
// in the name of the event's actor: its key is one that no client can use up.
func Reaction(consumer string, event *Event) Header {
	return Header{Key: "\x1fdo/" + consumer + "/" + event.Identity(), Actor: Actor{ID: event.Actor}, inner: true}
}

// CommandHeader gives the header.
func (h Header) CommandHeader() Header { return h }

// Command is a request to change something: business fields, a key and an
// actor; no time and no new ids, so that a client's retry has the same payload.
type Command interface {
	CommandHeader() Header
	CommandName() string          // stable, `ordertocash.place_order`
	AppendJSON(dst []byte) []byte // the business fields, without the header
	Access() Access               // what the authoriser is asked; actor, action and the runner's company are filled in
}

// Result is what a command answers, kept with its key.
type Result interface {
	AppendJSON(dst []byte) []byte
}

// KeyConflictError says that a command key was used before with another
// payload. It matches [tandem.ErrDuplicate].
type KeyConflictError struct {
	Key  string
	Name string // of the command that used the key first
}

func (e *KeyConflictError) Error() string {
	return fmt.Sprintf("command key %q was used for another %s, or by another actor or company", e.Key, e.Name)
}

// Is reports whether target is [tandem.ErrDuplicate].
func (e *KeyConflictError) Is(target error) bool { return target == tandem.ErrDuplicate }

// Runner runs the commands of one process on one store. It is immutable and
// safe for concurrent use.
type Runner[R Repos] struct {
	store   Store[R]
	cfg     Config
	company tandem.CompanyID
	ahead   Ahead // nil: nothing is known ahead
}

// Ahead appends to refs what a command will read, as far as its fields and its time
// tell: it is read in one round trip with the lookup of its key ([Prefetch]).
type Ahead func(refs []Ref, cmd Command, now tandem.Instant) []Ref

// NewRunner checks the config and wraps the store in [Retry].
func NewRunner[R Repos](store Store[R], cfg Config) (*Runner[R], error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if store == nil {
		var c tandem.Check
		c.Add("store_missing", "store", "must be given")
		return nil, c.Err("work runner")
	}
	if cfg.Clock == nil {
		cfg.Clock = SystemClock{}
	}
	if cfg.IDs == nil {
		cfg.IDs = UUIDs()
	}
	return &Runner[R]{store: Retry(store, cfg.Retry), cfg: cfg}, nil
}

// On gives the same runner on another store, such as a joined one.
func (r *Runner[R]) On(store Store[R]) *Runner[R] {
	return &Runner[R]{Retry(store, r.cfg.Retry), r.cfg, r.company, r.ahead}
}

// For gives the same runner for the process of one company: the authoriser is told it
// with every command, and with whatever else is asked of it.
func (r *Runner[R]) For(company tandem.CompanyID) *Runner[R] {
	return &Runner[R]{r.store, r.cfg, company, r.ahead}
}

// Ahead gives the same runner that prefetches what commands tell of their reads. It is
// asked only on a store that saves round trips by it.
func (r *Runner[R]) Ahead(ahead Ahead) *Runner[R] {
	return &Runner[R]{r.store, r.cfg, r.company, ahead}
}

// Store gives the store, with Retry.
func (r *Runner[R]) Store() Store[R] { return r.store }

// Now gives the process's time.
func (r *Runner[R]) Now() tandem.Instant { return r.cfg.Clock.Now() }

// Scope is what a command's closure is given beside the repositories: the one
// time of the command, new ids, and where recorded events go. It is valid inside
// the closure only: the next command uses it again.
type Scope struct {
	ctx     context.Context
	Now     tandem.Instant
	Actor   Actor
	Key     string
	company tandem.CompanyID // none: a command names its own
	ids     IDSource
	auth    Authorizer
	events  []Event
	buffer  []byte
	marks   []int // end of each event's payload in buffer
	cmd     Command
}

// NewUUID gives a new id: tandem.IDFromBytes[sales.OrderID](s.NewUUID()).
func (s *Scope) NewUUID() [16]byte { return s.ids.NewUUID() }

// Authorize asks the authoriser about something that is known only inside the
// command: an amount, an approval. The actor and the runner's company are filled in.
func (s *Scope) Authorize(access Access) error {
	access.Actor = s.Actor
	if !s.company.IsZero() {
		access.Company = s.company
	}
	return s.auth.Authorize(s.ctx, access)
}

// Emit takes what an aggregate has recorded: `scope.Emit(order.Drain())`.
func (s *Scope) Emit(recorded tandem.Recorded) {
	first := recorded.Last - int64(len(recorded.Events)) + 1
	for i, ev := range recorded.Events {
		s.buffer = ev.AppendJSON(s.buffer)
		s.marks = append(s.marks, len(s.buffer))
		s.events = append(s.events, Event{
			Name: ev.EventName(), Kind: recorded.Kind, ID: recorded.ID, Company: recorded.Company,
			Sequence: first + int64(i), At: s.Now, Actor: s.Actor.ID, Cause: s.Key,
		})
	}
}

func (s *Scope) drain() []Event {
	start := 0
	for i, end := range s.marks {
		s.events[i].Payload = s.buffer[start:end:end]
		start = end
	}
	return s.events
}

func (s *Scope) reset() {
	clear(s.events)
	s.events, s.buffer, s.marks = s.events[:0], s.buffer[:0], s.marks[:0]
}

// scopes keeps the buffers of finished commands; it holds no state that a
// command could see.
var scopes = sync.Pool{New: func() any { return new(Scope) }}

// Do runs a command: authorise → key (same key and payload → the first result;
// another payload → [KeyConflictError]; refusals are not kept) → fn → result →
// events, in one Update. An error of fn, or of the commit, leaves nothing
// behind, the key included. After [tandem.ErrUnknown] send the same command again.
func Do[R Repos, T Result](ctx context.Context, runner *Runner[R], cmd Command,
	fn func(ctx context.Context, r R, s *Scope) (T, error)) (T, error) {
	var result T
	header := cmd.CommandHeader()
	if err := CheckHeader(header); err != nil {
		return result, err
	}
	access := cmd.Access()
	access.Actor, access.Action = header.Actor, cmd.CommandName()
	if !runner.company.IsZero() {
		access.Company = runner.company
	}
	if err := runner.cfg.Authorizer.Authorize(ctx, access); err != nil {
		return result, err
	}
	s := scopes.Get().(*Scope)
	defer func() {
		buffer, events, marks := s.buffer[:0], s.events[:0], s.marks[:0]
		clear(s.events)
		*s = Scope{buffer: buffer, events: events, marks: marks}
		scopes.Put(s)
	}()
	*s = Scope{ctx: ctx, Now: runner.cfg.Clock.Now(), Actor: header.Actor, Key: header.Key, company: runner.company,
		ids: runner.cfg.IDs, auth: runner.cfg.Authorizer, buffer: s.buffer, events: s.events, marks: s.marks, cmd: cmd}
	digest := s.digest(cmd, header, runner.company)
	err := runner.store.Update(ctx, func(ctx context.Context, r R) error {
		s.reset()
		if err := runner.prefetch(ctx, r, s); err != nil {
			return err
		}
		commands := r.Commands()
		record, found, err := commands.Lookup(ctx, header.Key)
		if err != nil {
			return err
		}
		if found {
			return replay(record, digest, &result)
		}
		if result, err = fn(ctx, r, s); err != nil {
			return err
		}
		if events := s.drain(); len(events) > 0 {
			if err := r.Outbox().Append(ctx, events...); err != nil {
				return err
			}
		}
		start := len(s.buffer)
		s.buffer = result.AppendJSON(s.buffer)
		return commands.Record(ctx, CommandRecord{Key: header.Key, Name: access.Action, Digest: digest,
			Result: s.buffer[start:], Actor: header.Actor.ID, At: s.Now})
	})
	if err != nil {
		var none T
		return none, err
	}
	return result, nil
}

// prefetch reads the key of a command and what the command is known to read.
func (r *Runner[R]) prefetch(ctx context.Context, repos R, s *Scope) error {
	if !Prefetches(repos) {
		return nil
	}
	refs := []Ref{{Of: OfCommands, Key: s.Key}}
	if r.ahead != nil {
		refs = r.ahead(refs, s.cmd, s.Now)
	}
	return Prefetch(ctx, repos, refs...)
}

// CheckHeader reports a missing, too long or unreadable key or actor. [Do] checks
// it, too; a process that has checks of its own names all faults at once.
func CheckHeader(h Header) error {
	key := h.Key
	if h.inner {
		key = key[1:]
	}
	if cleanName(key) && cleanName(h.Actor.ID) {
		return nil
	}
	var c tandem.Check
	c.Require(cleanName(key), "command_key", "key", "must be 1 to 256 bytes of UTF-8 without control characters")
	c.Require(cleanName(h.Actor.ID), "actor", "actor.id", "must be 1 to 256 bytes of UTF-8 without control characters")
	return c.Err("command")
}

func cleanName(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] == 0x7f {
			return false
		}
	}
	return len(s) > 0 && len(s) <= tandem.MaxName && utf8.ValidString(s)
}

// digest is over name, actor, company and payload, each closed by its length or of
// fixed length.
func (s *Scope) digest(cmd Command, h Header, company tandem.CompanyID) [32]byte {
	name, of := cmd.CommandName(), company.Bytes()
	s.buffer = append(append(s.buffer[:0], of[:]...), name...)
	s.buffer = append(s.buffer, h.Actor.ID...)
	s.buffer = appendInt(append(s.buffer, 0), int64(len(name)))
	s.buffer = appendInt(append(s.buffer, 0), int64(len(h.Actor.ID)))
	s.buffer = cmd.AppendJSON(append(s.buffer, 0))
	return sha256.Sum256(s.buffer)
}

func replay[T any](record CommandRecord, digest [32]byte, result *T) error {
	if record.Digest != digest {
		return &KeyConflictError{Key: record.Key, Name: record.Name}
	}
	var first T // a run that lost may have filled result
	if err := json.Unmarshal(record.Result, &first); err != nil {
		return fmt.Errorf("work: the kept result of command %q cannot be read: %w", record.Key, err)
	}
	*result = first
	return nil
}
