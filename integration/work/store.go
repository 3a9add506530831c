package work

import (
	"context"
	"fmt"
)

// Store runs fn atomically over the repositories in R.
//
// Update makes the writes of fn visible together when fn returns nil, or not at
// all when fn returns an error or panics. fn may run several times (see
// [Retry]): it loads all that it needs, has no effect outside r, and only
// assigns results. View is one snapshot; a write inside it is an error. r and
// what its queries yield are valid inside fn only, and in one goroutine.
type Store[R any] interface {
	View(ctx context.Context, fn func(ctx context.Context, r R) error) error
	Update(ctx context.Context, fn func(ctx context.Context, r R) error) error
}

// Unit is the open unit of work behind a bundle. Every bundle of the library
// has it; a host's bundle gets it by embedding one.
type Unit interface {
	// Poison dooms the unit of work: whatever its closure returns, nothing is
	// committed and the outer Update fails with an error that wraps err.
	Poison(err error)
}

// Joined is what a store is besides that runs its closures inside a transaction of
// somebody else: [Retry] must not repeat there, since the owner decides.
type Joined interface{ Joined() bool }

func isJoined(store any) bool {
	j, ok := store.(Joined)
	return ok && j.Joined()
}

// Join gives a Store on an open bundle: its closures run in the unit of work
// that r belongs to and commit with it. An error or a panic inside poisons the
// outer Update, even if the outer closure swallows it; Retry never repeats inside.
// A View takes no writes, if the bundle has ReadOnly, as those of the library have.
func Join[R Unit](r R) Store[R] { return join[R]{r} }

type join[R Unit] struct{ r R }

// Joined says so.
func (join[R]) Joined() bool { return true }

func (j join[R]) View(ctx context.Context, fn func(ctx context.Context, r R) error) error {
	if u, ok := any(j.r).(interface{ ReadOnly(func() error) error }); ok {
		return u.ReadOnly(func() error { return fn(ctx, j.r) })
	}
	return fn(ctx, j.r)
}

func (j join[R]) Update(ctx context.Context, fn func(ctx context.Context, r R) error) (err error) {
	returned := false
	defer func() {
		if !returned {
			j.r.Poison(fmt.Errorf("work: panic in a joined unit of work"))
		}
	}()
	err = fn(ctx, j.r)
	returned = true
	if err != nil {
		j.r.Poison(err)
	}
	return err
}

// Narrow hands a part of the host a smaller (or a richer, wrapped) bundle of
// the same store: f is called once for each closure.
func Narrow[R, S any](store Store[R], f func(R) S) Store[S] { return narrow[R, S]{store, f} }

type narrow[R, S any] struct {
	store Store[R]
	f     func(R) S
}

// Joined tells of the store below.
func (n narrow[R, S]) Joined() bool { return isJoined(n.store) }

func (n narrow[R, S]) once() Store[S] {
	if r, ok := n.store.(retrying[R]); ok {
		return narrow[R, S]{r.once(), n.f}
	}
	return n
}

func (n narrow[R, S]) View(ctx context.Context, fn func(ctx context.Context, s S) error) error {
	return n.store.View(ctx, func(ctx context.Context, r R) error { return fn(ctx, n.f(r)) })
}

func (n narrow[R, S]) Update(ctx context.Context, fn func(ctx context.Context, s S) error) error {
	return n.store.Update(ctx, func(ctx context.Context, r R) error { return fn(ctx, n.f(r)) })
}
