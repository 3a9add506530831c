package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/work"
)

// No check has the database to itself: there is another tenant in it, and another
// company in the check's tenant. Both have the ids, numbers, codes and series that
// the checks use, the tenant its command keys and events too, with other values.
// So whatever leaves the tenant or the company out of a key meets them in every
// check that writes there, and not in those alone that are about tenants.

// neighbour is one of the two, or what a check adds.
type neighbour[R Repos] struct {
	tenant  string
	company tandem.CompanyID
	alone   bool // it is the only one in its tenant: shared records, commands and events are its own
	store   work.Store[R]
	series  []work.Number // of neighbourSeries: what is next
	before  []trace
}

// trace is something that was read of a neighbour.
type trace struct {
	what  string
	state any
}

func (n *neighbour[R]) String() string {
	if n.alone {
		return fmt.Sprintf("the other tenant %q", n.tenant)
	}
	return fmt.Sprintf("the other company of tenant %q", n.tenant)
}

const neighbourTenant = "neighbour"

// The checks' own small numbers, series and keys.
var (
	neighbourNumbers = [...]int{0, 1, 2, 3}
	neighbourSeries  = [...]string{"A", "B", "INV", "JE", "inv"} // in the order in which they are drawn
	neighbourKeys    = [...]string{"bare", "k0-0", "k1", "k2", "k9"}
)

// neighboursOf lets the neighbours move in. Who skips the checks of tenants has one
// tenant, and who skips that of companies one company.
func (e *env[R]) neighboursOf() {
	if e.h.alone {
		return
	}
	if !e.skips("TENANT-01", "TENANT-02", "TENANT-03") {
		e.moveIn(&neighbour[R]{tenant: neighbourTenant, company: company(), alone: true})
	}
	e.companyIn(e.tenant)
}

// companyIn lets another company move into a tenant.
func (e *env[R]) companyIn(tenant string) {
	if !e.h.alone && !e.skips("COMPANY-01") {
		e.moveIn(&neighbour[R]{tenant: tenant, company: companyNamed("neighbour")})
	}
}

func (e *env[R]) skips(ids ...string) bool {
	return slices.ContainsFunc(ids, func(id string) bool { _, skip := e.h.Skip[id]; return skip })
}

// moveIn fills a neighbour in one Update, and reads it as it must stay.
func (e *env[R]) moveIn(n *neighbour[R]) {
	n.store = e.open(n.tenant)
	if e.h.table == nil {
		e.must(n.store.Update(e.ctx, func(ctx context.Context, r R) error { return n.fill(ctx, r, e.kinds) }), "filling %s", n)
	} else if states := n.states(*e.h.table); e.h.table.insert != nil {
		e.must(e.h.table.insert(e.ctx, n.tenant, states), "filling %s", n)
	} else {
		e.must(n.store.Update(e.ctx, func(ctx context.Context, r R) error { return e.h.table.put(ctx, r, states...) }), "filling %s", n)
	}
	var err error
	n.before, err = n.traces(e)
	e.must(err, "reading %s", n)
	e.neighbours = append(e.neighbours, n)
}

// states gives what the neighbour has of a kind.
func (n *neighbour[R]) states(k kind[R]) (out []any) {
	if k.shared && !n.alone {
		return nil
	}
	for _, number := range neighbourNumbers {
		for _, s := range k.states(n.company, number) {
			if k.count != nil {
				k.setCount(s, int64(7000+number))
			}
			out = append(out, s)
		}
	}
	return out
}

func (n *neighbour[R]) fill(ctx context.Context, r R, kinds []kind[R]) error {
	for _, k := range kinds {
		if err := k.put(ctx, r, n.states(k)...); err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
	}
	var levels []inventory.LevelChange
	for i, number := range neighbourNumbers {
		key := stockLevel(number)
		key.Company = n.company
		levels = append(levels, inventory.LevelChange{Key: key, OnHand: int64(1000 + i), Reserved: int64(500 + i)})
	}
	if err := r.StockLevels().Apply(ctx, levels...); err != nil {
		return err
	}
	if n.alone {
		if err := n.send(ctx, r); err != nil {
			return err
		}
	}
	n.series = nil
	for i, series := range neighbourSeries {
		var last work.Number
		for range i + 2 {
			var err error
			if last, err = r.Numbers().Next(ctx, n.company, series, day(40)); err != nil {
				return err
			}
		}
		n.series = append(n.series, work.Number{Value: last.Value + 1, LastDate: day(40)})
	}
	return nil
}

// send has the commands and events.
func (n *neighbour[R]) send(ctx context.Context, r R) error {
	for _, number := range neighbourNumbers {
		theirs := command(number)
		theirs.Actor = n.tenant
		if err := errors.Join(r.Commands().Record(ctx, theirs), r.Outbox().Append(ctx, event(number, 1))); err != nil {
			return err
		}
	}
	for _, key := range neighbourKeys {
		if err := r.Commands().Record(ctx, work.CommandRecord{Key: key, Name: "test.neighbour", Actor: n.tenant, At: at(0)}); err != nil {
			return err
		}
	}
	heard := event(1, 1)
	_, err := work.Once(ctx, work.Join(r), "counter", &heard, func(context.Context, R) error { return nil })
	return err
}

// traces reads all that the neighbour has, in one View.
func (n *neighbour[R]) traces(e *env[R]) (all []trace, err error) {
	err = n.store.View(e.ctx, func(ctx context.Context, r R) error {
		all = nil
		for _, k := range e.kinds {
			found, err := n.records(ctx, r, k)
			if err != nil {
				return fmt.Errorf("%s: %w", k.name, err)
			}
			all = append(all, found...)
		}
		if e.h.table != nil {
			return nil
		}
		for l, err := range r.StockLevels().Find(ctx, inventory.LevelQuery{Company: n.company}) {
			if err != nil {
				return err
			}
			all = append(all, trace{"level " + l.Key.String(), &l})
		}
		if !n.alone {
			return nil
		}
		found, err := n.sent(ctx, r)
		all = append(all, found...)
		return err
	})
	return all, err
}

func (n *neighbour[R]) records(ctx context.Context, r R, k kind[R]) (found []trace, err error) {
	states := n.states(k)
	if len(states) == 0 {
		return nil, nil
	}
	add := func(s any) { found = append(found, trace{fmt.Sprintf("%s %x", k.name, k.key(s)), s}) }
	if k.find == nil {
		for _, s := range states {
			got, err := k.load(ctx, r, s)
			if err == nil {
				add(got)
			} else if !errors.Is(err, tandem.ErrNotFound) {
				return nil, err
			}
		}
		return found, nil
	}
	for h, err := range k.find(ctx, r, k.queries(k.states(n.company, 0))[0]) {
		if err != nil {
			return nil, err
		}
		add(k.state(h))
	}
	return found, nil
}

// sent reads the commands and events.
func (n *neighbour[R]) sent(ctx context.Context, r R) (found []trace, err error) {
	keys := neighbourKeys[:]
	for _, number := range neighbourNumbers {
		keys = append(slices.Clip(keys), command(number).Key)
	}
	for _, key := range keys {
		record, there, err := r.Commands().Lookup(ctx, key)
		if err != nil {
			return nil, err
		}
		if there {
			found = append(found, trace{"command " + key, &record})
		}
	}
	events, err := r.Outbox().Read(ctx, 0, tandem.MaxPage)
	for i := range events {
		found = append(found, trace{"event " + events[i].Identity(), &events[i]})
	}
	return found, err
}

// undisturbed notes which neighbour a check has touched, and what of it.
func (e *env[R]) undisturbed() {
	for _, n := range e.neighbours {
		if e.reopened { // what was opened before is closed
			var err error
			n.store, err = e.h.Reopen(n.tenant)
			e.must(err, "opening %s again", n)
		}
		after, err := n.traces(e)
		e.must(err, "reading %s after the check", n)
		if changes := changed(n.before, after); len(changes) > 0 {
			e.fail("the check did not touch %s, and yet there:\n    %s", n, strings.Join(changes, "\n    "))
		}
		if e.h.table == nil {
			e.undrawn(n)
		}
	}
}

// undrawn looks at the next numbers without taking them.
func (e *env[R]) undrawn(n *neighbour[R]) {
	var next []work.Number
	err := n.store.Update(e.ctx, func(ctx context.Context, r R) error {
		next = nil
		for _, series := range neighbourSeries {
			got, err := r.Numbers().Next(ctx, n.company, series, tandem.Date{})
			if err != nil {
				return err
			}
			next = append(next, got)
		}
		return errRollback
	})
	if len(next) < len(neighbourSeries) {
		e.must(err, "looking at the next numbers of %s", n)
	}
	for i, got := range next {
		if want := n.series[i]; got != want {
			e.fail("the check did not touch %s, and yet there: series %s has %d with the last date %s as its next, want %d with %s",
				n, neighbourSeries[i], got.Value, got.LastDate, want.Value, want.LastDate)
		}
	}
}

// changed lists what differs between two readings: at most a few.
func changed(before, after []trace) (out []string) {
	found := map[string]any{}
	for _, t := range after {
		found[t.what] = t.state
	}
	for _, t := range before {
		switch now, there := found[t.what]; {
		case !there:
			out = append(out, t.what+" is gone")
		case !same(now, t.state):
			out = append(out, t.what+" has changed:\n"+difference(now, t.state))
		}
		delete(found, t.what)
	}
	for what := range found {
		out = append(out, what+" is new")
	}
	slices.Sort(out)
	const most = 4
	if len(out) > most {
		out = append(out[:most], fmt.Sprintf("and %d more", len(out)-most))
	}
	if len(out) == 0 && !slices.EqualFunc(before, after, func(a, b trace) bool { return a.what == b.what }) {
		out = []string{"the order of what is found has changed"}
	}
	return out
}
