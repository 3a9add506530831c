package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

// A script is a list of units of work, made of operations. It is data: the same
// script is played on both stores, and shrunk when they differ.

type operation struct {
	do   string
	kind int
	n    int
	a, b int64
}

func (o operation) String() string {
	return fmt.Sprintf("%s(kind %d, n %d, %d, %d)", o.do, o.kind, o.n, o.a, o.b)
}

type scriptUnit struct {
	operations []operation
	end        string // commit, error, panic, joined
}

func (u scriptUnit) String() string { return fmt.Sprintf("%s %v", u.end, u.operations) }

func newScript(seed uint64, units, kinds int) []scriptUnit {
	r := rand.New(rand.NewPCG(seed, 1))
	var script []scriptUnit
	few := r.Perm(kinds)[:6] // so that they meet one another
	does := []string{"new", "new", "new", "change", "change", "change", "stale", "clash", "page", "page", "level", "level", "number", "event", "command", "read"}
	for range units {
		u := scriptUnit{end: []string{"commit", "commit", "commit", "commit", "joined", "error", "panic"}[r.IntN(7)]}
		for range 1 + r.IntN(4)*r.IntN(2) {
			u.operations = append(u.operations, operation{does[r.IntN(len(does))], few[r.IntN(len(few))], r.IntN(4), r.Int64N(20) - 6, r.Int64N(12) - 4})
		}
		script = append(script, u)
	}
	return script
}

// player plays scripts on a store.
type player[R Repos] struct {
	ctx   context.Context
	store work.Store[R]
	kinds []kind[R]
}

// play runs a unit and gives its outcome as a text that must be the same for
// every store.
func (p *player[R]) play(u scriptUnit) (outcome string) {
	var notes []string
	run := func(ctx context.Context, r R) error {
		notes = nil
		for _, op := range u.operations {
			note, err := p.operate(ctx, r, op)
			if err != nil {
				return err
			}
			notes = append(notes, note)
		}
		switch u.end {
		case "error":
			return errRollback
		case "panic":
			panic(stop{})
		}
		return nil
	}
	if u.end == "joined" {
		inner := run
		run = func(ctx context.Context, r R) error { return work.Join(r).Update(ctx, inner) }
	}
	defer func() {
		if recover() != nil {
			outcome = "panic"
		}
	}()
	err := p.store.Update(p.ctx, run)
	switch {
	case err == nil:
		return strings.Join(notes, "; ")
	case errors.Is(err, errRollback):
		return "rolled back: " + strings.Join(notes, "; ")
	case len(u.operations) > 1:
		return "refused" // which of several faults is met first is the store's affair
	}
	for _, sentinel := range []error{tandem.ErrNotFound, tandem.ErrDuplicate, tandem.ErrInsufficient, tandem.ErrConflict, tandem.ErrInvalid} {
		if errors.Is(err, sentinel) {
			return "refused: " + sentinel.Error()
		}
	}
	return "failed: " + err.Error()
}

// operate does one operation and notes what it saw.
func (p *player[R]) operate(ctx context.Context, r R, op operation) (string, error) {
	k := p.kinds[op.kind]
	states := k.states(company(), op.n)
	s := states[int(op.a+100)%len(states)]
	switch op.do {
	case "new":
		return "saved", k.put(ctx, r, s)
	case "change", "stale", "clash":
		return p.change(ctx, r, k, s, op)
	case "page":
		return p.page(ctx, r, k, op)
	case "level":
		key := stockLevel(op.n)
		err := r.StockLevels().Apply(ctx, inventory.LevelChange{Key: key, OnHand: op.a, Reserved: op.b, AllowNegative: op.n == 0})
		if err != nil {
			return "", err
		}
		levels, err := r.StockLevels().Get(ctx, key)
		return fmt.Sprint(levels), err
	case "number":
		n, err := r.Numbers().Next(ctx, company(), []string{"A", "B"}[op.n%2], day(int(op.a)))
		return fmt.Sprint(n), err
	case "event":
		return "event", r.Outbox().Append(ctx, event(op.n, op.a))
	case "command":
		record, found, err := r.Commands().Lookup(ctx, command(op.n).Key)
		if err != nil || found {
			return fmt.Sprintf("found %s", record.Result), err
		}
		return "recorded", r.Commands().Record(ctx, command(op.n))
	}
	events, err := r.Outbox().Read(ctx, max(op.a, 0), 3)
	return fmt.Sprintf("%+v", events), err
}

func (p *player[R]) change(ctx context.Context, r R, k kind[R], s any, op operation) (string, error) {
	if k.fact || k.get == nil {
		return "no change", nil
	}
	got, err := k.load(ctx, r, s)
	if err != nil {
		return "", err
	}
	if op.do == "stale" && *k.revision(got) > 0 {
		*k.revision(got)--
	}
	if op.do == "clash" && k.clash != nil && !k.given {
		k.clash(got, k.states(company(), (op.n+1)%5)[0])
	}
	k.setCount(got, op.b+10)
	return fmt.Sprintf("changed %d", *k.revision(got)), k.put(ctx, r, got)
}

// page reads two pages of a query.
func (p *player[R]) page(ctx context.Context, r R, k kind[R], op operation) (string, error) {
	if k.find == nil {
		return "no query", nil
	}
	queries := k.queries(k.states(company(), op.n))
	var next tandem.Cursor
	page := tandem.Page{Limit: 1 + op.n, Descending: op.b%2 == 0, Next: &next}
	var got []any
	for range 2 {
		for h, err := range k.find(ctx, r, k.withPage(queries[int(op.a+100)%len(queries)], page)) {
			if err != nil {
				return "", err
			}
			got = append(got, k.state(h))
		}
		if page.After = next; next == "" {
			break
		}
	}
	return k.names(got), nil
}

// dump gives all that is stored.
func (p *player[R]) dump() (all []any, err error) {
	err = p.store.View(p.ctx, func(ctx context.Context, r R) error {
		for _, k := range p.kinds {
			if k.find == nil {
				for n := range 4 {
					if got, err := k.load(ctx, r, k.states(company(), n)[0]); err == nil {
						all = append(all, got)
					} else if !errors.Is(err, tandem.ErrNotFound) {
						return err
					}
				}
				continue
			}
			for h, err := range k.find(ctx, r, k.queries(k.states(company(), 0))[0]) {
				if err != nil {
					return err
				}
				all = append(all, k.state(h))
			}
		}
		for l, err := range r.StockLevels().Find(ctx, inventory.LevelQuery{Company: company(), NonZero: true}) {
			if err != nil {
				return err
			}
			all = append(all, &l)
		}
		events, err := r.Outbox().Read(ctx, 0, tandem.MaxPage)
		for i := range events {
			all = append(all, &events[i])
		}
		return err
	})
	return all, err
}

// replay plays a script on two fresh tenants and tells the first difference.
func replay[R Repos](ctx context.Context, under work.Store[R], other work.Store[*store.Bundle], script []scriptUnit) (difference string, at int) {
	mine := &player[R]{ctx, under, kinds[R]()}
	theirs := &player[*store.Bundle]{ctx, other, kinds[*store.Bundle]()}
	for i, u := range script {
		if got, want := mine.play(u), theirs.play(u); got != want {
			return fmt.Sprintf("unit %d, %v:\nthe store     %s\nmemory store  %s", i+1, u, got, want), i
		}
		if i%10 != 9 && i != len(script)-1 {
			continue
		}
		got, err1 := mine.dump()
		want, err2 := theirs.dump()
		if err1 != nil || err2 != nil {
			return fmt.Sprintf("after unit %d all is read with errors %v and %v", i+1, err1, err2), i
		}
		if !slices.EqualFunc(got, want, func(a, b any) bool { return same(a, b) }) {
			return fmt.Sprintf("after unit %d the stores differ:\n%s", i+1, firstDifference(got, want)), i
		}
	}
	return "", 0
}

func firstDifference(got, want []any) string {
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			return "only the memory store has " + sprint(want[i])
		case i >= len(want):
			return "only the store has " + sprint(got[i])
		case !same(got[i], want[i]):
			return fmt.Sprintf("the store has\n%s\nthe memory store\n%s", sprint(got[i]), sprint(want[i]))
		}
	}
	return ""
}

const shrinkRuns = 150

// simulate plays a script, and shrinks it if it fails.
func (e *env[R]) simulate(seed uint64, units int) {
	runs := 0
	attempt := func(script []scriptUnit) (string, int) {
		runs++
		tenant := fmt.Sprintf("model-%d", runs)
		other, err := store.Open(memory.New(), tenant, store.Options{})
		e.must(err, "opening the memory store")
		if runs == 1 {
			e.companyIn(tenant)
		}
		return replay(e.ctx, e.open(tenant), other, script)
	}
	script := newScript(seed, units, len(kinds[R]()))
	difference, at := attempt(script)
	if difference == "" {
		return
	}
	script = script[:at+1]
	for chunk := len(script) / 2; chunk > 0; chunk /= 2 {
		for i := 0; i+chunk <= len(script) && runs < shrinkRuns && e.ctx.Err() == nil; {
			shorter := slices.Delete(slices.Clone(script), i, i+chunk)
			if d, n := attempt(shorter); d != "" {
				difference, script = d, shorter[:n+1]
			} else {
				i += chunk
			}
		}
	}
	var lines strings.Builder
	for i, u := range script {
		fmt.Fprintf(&lines, "\n  %d. %v", i+1, u)
	}
	e.fail("seed %d (set it in Harness.Seed to run it again), %d units: %s\nscript:%s", seed, units, difference, lines.String())
}
