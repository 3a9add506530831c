package books

import (
	"context"
	"encoding/json"

	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// own is a command of the house, beside those of the processes.
type own struct {
	work.Header `json:"-"`
	Name        string `json:"-"`
	Of          string `json:"of"` // what it is about
}

// CommandName gives the name.
func (c own) CommandName() string { return c.Name }

// AppendJSON writes what it is about.
func (c own) AppendJSON(dst []byte) []byte { return appendJSON(dst, c) }

// Access asks for nothing in particular.
func (own) Access() work.Access { return work.Access{} }

// done is the answer of a command that has nothing to tell.
type done struct{}

// AppendJSON writes an empty object.
func (done) AppendJSON(dst []byte) []byte { return append(dst, "{}"...) }

// seen is the answer of a look.
type seen[T any] struct {
	Seen T `json:"seen"`
}

// AppendJSON writes what was seen.
func (s seen[T]) AppendJSON(dst []byte) []byte { return appendJSON(dst, s) }

func appendJSON(dst []byte, v any) []byte {
	data, err := json.Marshal(v)
	if err != nil { // plain structs of texts and numbers
		return append(dst, "null"...)
	}
	return append(dst, data...)
}

// look reads what a decision rests on, and keeps what it saw as a command does its answer: told again, the story
// decides as it did, though the books have moved on. What never changes once it is written may be read without it.
func look[T any](ctx context.Context, b *Books, of string, read func(ctx context.Context, r *store.Bundle) (T, error)) (T, error) {
	got, err := work.Do(ctx, b.own, own{Header: b.next("look"), Name: "wholesaler.look", Of: of},
		func(ctx context.Context, r *store.Bundle, _ *work.Scope) (s seen[T], err error) {
			s.Seen, err = read(ctx, r)
			return s, err
		})
	return got.Seen, err
}

// keep writes data that no process has a command for, once.
func (b *Books) keep(ctx context.Context, key, of string, write func(ctx context.Context, r *store.Bundle) error) error {
	_, err := work.Do(ctx, b.own, own{Header: header("%s", key), Name: "wholesaler.keep", Of: of},
		func(ctx context.Context, r *store.Bundle, _ *work.Scope) (done, error) { return done{}, write(ctx, r) })
	return err
}
