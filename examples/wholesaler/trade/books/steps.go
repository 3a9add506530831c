package books

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// steps is the store as the commands of the story see it. Each Update is a step with a number of its own, also where
// the command has been answered before: told again, the story counts the same steps.
type steps struct {
	work.Store[*store.Bundle] // that repeats after a conflict
	ids                       *ids
}

// Update runs a step.
func (s steps) Update(ctx context.Context, fn func(ctx context.Context, r *store.Bundle) error) error {
	s.ids.step++
	return resend(func() error {
		return s.Store.Update(ctx, func(ctx context.Context, r *store.Bundle) error {
			s.ids.n = 0 // a run that lost against another has drawn some
			return fn(ctx, r)
		})
	})
}

// sends is how often a command is sent at most.
const sends = 3

// resend sends again what ended without a reply: all that the books send has a key, so that it takes effect once.
func resend(send func() error) error {
	err := send()
	for n := 1; n < sends && errors.Is(err, tandem.ErrUnknown); n++ {
		err = send()
	}
	return err
}

// once is the policy of the services above: a step repeats by itself.
func once() work.RetryPolicy { return work.RetryPolicy{Tries: 1} }

// ids gives the ids of a step, which follow from its number alone: whatever was drawn before a process ended, the
// next one draws the same. They ascend, as the steps do.
type ids struct {
	step uint32
	n    uint64 // drawn in this step
}

// NewUUID gives the next id of the step, a UUID of version 8 (RFC 9562 §5.8).
func (s *ids) NewUUID() (id [16]byte) {
	s.n++
	binary.BigEndian.PutUint32(id[0:], s.step)
	binary.BigEndian.PutUint64(id[8:], s.n)
	id[6] = 0x80
	id[8] |= 0x80
	return id
}
