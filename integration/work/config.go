package work

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/binary"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/tandem-go/tandem"
)

func appendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }

// Actor is who gives a command: a person or a system, named by the host. ID is
// kept with the command; it should be a key, not a name or an e-mail address.
type Actor struct {
	ID string `json:"id"`
}

// Access is what an [Authorizer] is asked.
type Access struct {
	Actor    Actor
	Action   string // name of the command, `ordertocash.place_order`
	Company  tandem.CompanyID
	Resource tandem.DocumentRef // where the command is about an existing document
	Party    tandem.PartyID
	Amount   tandem.Money // where a limit may apply
}

// Authorizer decides whether an actor may do something. An error refuses; it
// should match [tandem.ErrNotAllowed].
type Authorizer interface {
	Authorize(ctx context.Context, access Access) error
}

// AllowAll lets everybody do everything, and says so out loud.
type AllowAll struct{}

// Authorize allows.
func (AllowAll) Authorize(context.Context, Access) error { return nil }

// Clock tells the time to processes; rules never ask it.
type Clock interface{ Now() tandem.Instant }

// SystemClock is the machine's clock.
type SystemClock struct{}

// Now gives the present time.
func (SystemClock) Now() tandem.Instant { return tandem.InstantOf(time.Now()) }

// IDSource gives new UUIDs to processes.
type IDSource interface{ NewUUID() [16]byte }

// UUIDs gives UUIDs of version 7 (RFC 9562), safe for concurrent use.
func UUIDs() IDSource {
	return &uuids{random: bufio.NewReaderSize(rand.Reader, 4096)}
}

type uuids struct {
	mu     sync.Mutex
	random io.Reader
}

func (u *uuids) NewUUID() [16]byte {
	u.mu.Lock()
	defer u.mu.Unlock()
	id, err := uuid.NewV7FromReader(u.random)
	if err != nil { // crypto/rand does not fail on supported systems; Go 1.24+ ends the program there
		return uuid.New()
	}
	return id
}

// SequentialUUIDs gives the same UUIDs in every run, numbered from 1 under a
// seed: for simulations and tests. It is safe for concurrent use, but the order
// is deterministic only with one caller.
func SequentialUUIDs(seed uint32) IDSource { return &sequential{seed: seed} }

type sequential struct {
	mu   sync.Mutex
	seed uint32
	n    uint64
}

func (s *sequential) NewUUID() (id [16]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	binary.BigEndian.PutUint32(id[0:], s.seed)
	binary.BigEndian.PutUint64(id[8:], s.n)
	id[6] = 0x80 // version 8: a layout of our own (RFC 9562 §5.8)
	id[8] |= 0x80
	return id
}

// Config is what every process is built with. Authorizer is required; the rest
// has defaults.
type Config struct {
	Authorizer Authorizer  // required; AllowAll{} allows everything
	Clock      Clock       // default SystemClock
	IDs        IDSource    // default UUIDs()
	Retry      RetryPolicy // zero: see RetryPolicy
}

// Validate reports everything that is missing or out of range.
func (c Config) Validate() error {
	var check tandem.Check
	check.Require(c.Authorizer != nil, "authorizer_missing", "authorizer", "must be given; work.AllowAll{} allows everything")
	check.Nested("retry", c.Retry.Validate())
	return check.Err("work config")
}
