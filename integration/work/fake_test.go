package work_test

import (
	"context"
	"maps"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

// fake is a store of one goroutine: what an Update writes is taken if it commits.
// It fails its next commits with the errors in fails.
type fake struct {
	commands map[string]work.CommandRecord
	events   []work.Event
	number   int64
	fails    []error
	runs     int
	views    int
}

func newFake() *fake { return &fake{commands: map[string]work.CommandRecord{}} }

func (f *fake) View(ctx context.Context, fn func(context.Context, *fakeBundle) error) error {
	f.views++
	return fn(ctx, &fakeBundle{commands: maps.Clone(f.commands), events: slices.Clone(f.events)})
}

func (f *fake) Update(ctx context.Context, fn func(context.Context, *fakeBundle) error) error {
	f.runs++
	b := &fakeBundle{commands: maps.Clone(f.commands), events: slices.Clone(f.events), number: f.number}
	if err := fn(ctx, b); err != nil {
		return err
	}
	if b.poison != nil {
		return b.poison
	}
	if len(f.fails) > 0 {
		err := f.fails[0]
		f.fails = f.fails[1:]
		if err != nil {
			return err
		}
	}
	f.commands, f.events, f.number = b.commands, b.events, b.number
	return nil
}

type fakeBundle struct {
	commands map[string]work.CommandRecord
	events   []work.Event
	number   int64
	poison   error
}

func (b *fakeBundle) Poison(err error)          { b.poison = err }
func (b *fakeBundle) Commands() work.CommandLog { return b }
func (b *fakeBundle) Outbox() work.Outbox       { return b }
func (b *fakeBundle) Numbers() work.Numbers     { return b }

func (b *fakeBundle) Next(context.Context, tandem.CompanyID, string, tandem.Date) (work.Number, error) {
	b.number++
	return work.Number{Value: b.number}, nil
}

func (b *fakeBundle) Lookup(_ context.Context, key string) (work.CommandRecord, bool, error) {
	r, ok := b.commands[key]
	return r, ok, nil
}

func (b *fakeBundle) Record(_ context.Context, r work.CommandRecord) error {
	r.Result = slices.Clone(r.Result)
	b.commands[r.Key] = r
	return nil
}

func (b *fakeBundle) Append(_ context.Context, events ...work.Event) error {
	for _, e := range events {
		e.Payload, e.Position = slices.Clone(e.Payload), int64(len(b.events))+1
		b.events = append(b.events, e)
	}
	return nil
}

func (b *fakeBundle) Read(_ context.Context, after int64, limit int) ([]work.Event, error) {
	rest := b.events[min(after, int64(len(b.events))):]
	return rest[:min(limit, len(rest))], nil
}
