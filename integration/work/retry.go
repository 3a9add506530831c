package work

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/tandem-go/tandem"
)

// RetryPolicy bounds how often and how long a conflict is tried again. The zero
// value is the documented default.
type RetryPolicy struct {
	Tries   int           // runs of the closure at most; default 20
	Elapsed time.Duration // no further run begins so long after the first one failed; default 10 s
	Pause   time.Duration // upper bound of the first random pause, doubled each time up to 50 ms where it is below; default 200 µs
}

// Validate reports values out of range.
func (p RetryPolicy) Validate() error {
	var c tandem.Check
	c.Require(p.Tries >= 0 && p.Tries <= 1000, "retry_tries", "tries", "must be between 0 and 1,000")
	c.Require(p.Elapsed >= 0 && p.Elapsed <= time.Hour, "retry_elapsed", "elapsed", "must be between 0 and one hour")
	c.Require(p.Pause >= 0 && p.Pause <= time.Second, "retry_pause", "pause", "must be between 0 and one second")
	return c.Err("retry policy")
}

func (p RetryPolicy) withDefaults() RetryPolicy {
	if p.Tries == 0 {
		p.Tries = 20
	}
	if p.Elapsed == 0 {
		p.Elapsed = 10 * time.Second
	}
	if p.Pause == 0 {
		p.Pause = 200 * time.Microsecond
	}
	return p
}

// Retry gives a Store whose closures are run again after a conflict
// ([tandem.ErrConflict]: nothing happened), within the policy and the context.
// It never repeats after a refusal, after [tandem.ErrUnknown] (the commit's
// answer was lost: the caller sends the same command key again), and never on a
// joined store, whose outer Update owns the decision. A closure that runs into
// the same taken key twice does not look for it, and is not run again. When the
// policy is exhausted the last error is returned as it is.
func Retry[R any](store Store[R], policy RetryPolicy) Store[R] {
	if isJoined(store) {
		return store
	}
	if r, ok := store.(retrying[R]); ok {
		store = r.once()
	}
	return retry[R]{store, policy.withDefaults()}
}

// retrying is a store that repeats, or is wrapped around one: tries do not multiply.
type retrying[R any] interface{ once() Store[R] }

func (r retry[R]) once() Store[R] { return r.store }

type retry[R any] struct {
	store  Store[R]
	policy RetryPolicy
}

func (r retry[R]) View(ctx context.Context, fn func(ctx context.Context, r R) error) error {
	return r.run(ctx, func() error { return r.store.View(ctx, fn) })
}

func (r retry[R]) Update(ctx context.Context, fn func(ctx context.Context, r R) error) error {
	err := r.store.Update(ctx, fn)
	if err == nil || !retryable(err) {
		return err
	}
	return r.again(ctx, err, func() error { return r.store.Update(ctx, fn) })
}

func retryable(err error) bool {
	return errors.Is(err, tandem.ErrConflict) && !errors.Is(err, tandem.ErrUnknown)
}

func sameDuplicate(a, b error) bool {
	var x, y *tandem.DuplicateError
	return errors.As(a, &x) && errors.As(b, &y) && *x == *y
}

func (r retry[R]) run(ctx context.Context, attempt func() error) error {
	err := attempt()
	if err == nil || !retryable(err) {
		return err
	}
	return r.again(ctx, err, attempt)
}

func (r retry[R]) again(ctx context.Context, err error, attempt func() error) error {
	start, pause := time.Now(), r.policy.Pause
	for try := 1; try < r.policy.Tries && time.Since(start) < r.policy.Elapsed; try++ {
		if try < 3 {
			runtime.Gosched() // the first conflicts are over as soon as the other has committed
		} else {
			select {
			case <-ctx.Done():
				return errors.Join(ctx.Err(), err)
			case <-time.After(rand.N(pause) + 1):
			}
			pause = max(pause, min(2*pause, 50*time.Millisecond))
		}
		if ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
		before := err
		if err = attempt(); err == nil || !retryable(err) || sameDuplicate(before, err) {
			return err
		}
	}
	return err
}
