package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// Table is one table of a host's own under test: the repository whose rows are S,
// such as catalog.Product or billing.Terms (an aggregate's S is its State), in a
// bundle that takes everything else from the library. It is made anew, and empty,
// for each check. What it claims decides what is checked; see [Table.Checks].
type Table[R Repos, S any] struct {
	// Open gives the handle of a tenant. Required.
	Open func(tenant string) (work.Store[R], error)
	// Insert puts rows into a tenant's table by a way of the host's own, where
	// processes only read it. nil: rows get in by the repository's Save. The rows
	// have no revision, and none is asked for.
	Insert func(ctx context.Context, tenant string, rows []S) error
	// Joins claims that the table belongs to the unit of work: what it saves
	// commits with everything else, or not at all.
	Joins bool
	// Keep gives what the table keeps of a row, where it has not all the fields of
	// the library: the others empty. nil: it keeps all. Keys are always kept.
	Keep func(row S) S
	// Skip names checks that are left out, each with its reason, which is printed.
	Skip map[string]string

	library bool // may be the library's own, which this package's tests judge
}

// claim is what a table must claim for a check to be about it.
type claim int

const (
	whole claim = iota // of the whole store: no check of one table
	reads
	saves
	joins
)

func claimOf(id string) claim {
	switch id {
	case "ROUND-01", "ROUND-02", "NOTFOUND-01", "CONCURRENT-01", "ISOLATION-02", "QUERY-01", "QUERY-02", "QUERY-03", "QUERY-04", "QUERY-05", "QUERY-06",
		"QUERY-07", "TENANT-03", "COMPANY-01":
		return reads
	case "ROUND-03", "DUPLICATE-01", "DUPLICATE-02", "REVISION-01", "REVISION-04", "ISOLATION-01":
		return saves
	case "REVISION-02", "REVISION-03", "ROLLBACK-01", "ROLLBACK-02", "ROLLBACK-03", "ROLLBACK-04", "ATOMIC-01", "DUPLICATE-03",
		"UNIT-01", "UNIT-02", "UNIT-03", "UNIT-04", "UNIT-05", "UNIT-06", "TENANT-01", "TENANT-02":
		return joins
	}
	return whole
}

// Checks lists what the table is held to: reading and paging always; saving and
// revisions unless rows are inserted; rollback, own writes and snapshots if it
// joins. The ids are those of [Checks].
func (t Table[R, S]) Checks() []Check {
	k, err := kindOf[R, S]()
	if err != nil {
		return nil
	}
	var out []Check
	for _, c := range t.checks(k) {
		out = append(out, c.Check)
	}
	return out
}

func (t Table[R, S]) checks(k kind[R]) (out []check[R]) {
	most := reads
	if t.Insert == nil {
		most = saves
		if t.Joins {
			most = joins
		}
	}
	for _, c := range allChecks[R]() {
		if claim := claimOf(c.ID); claim != whole && claim <= most && k.meets(c.ID) {
			out = append(out, c)
		}
	}
	return out
}

// meets reports whether a check has anything to do with the kind.
func (k kind[R]) meets(id string) bool {
	switch id {
	case "QUERY-01", "QUERY-02", "QUERY-03", "QUERY-04", "QUERY-05", "QUERY-06", "QUERY-07", "UNIT-03", "UNIT-06", "TENANT-03":
		return k.find != nil
	case "NOTFOUND-01", "UNIT-01":
		return k.get != nil
	case "ROUND-03", "REVISION-01", "REVISION-02", "REVISION-03", "REVISION-04", "UNIT-02":
		return !k.fact
	case "DUPLICATE-02":
		return k.clash != nil
	case "COMPANY-01":
		return !k.shared
	}
	return true
}

// kindOf gives the kind whose rows are S.
func kindOf[R Repos, S any]() (kind[R], error) {
	for _, k := range kinds[R]() {
		if _, found := k.row.(*S); found {
			return k, nil
		}
	}
	return kind[R]{}, fmt.Errorf("storetest: no repository keeps %T", *new(S))
}

// RunTable runs the checks of one table as parallel subtests, each on a store and
// a table of its own:
//
//	storetest.RunTable(t, func(t *testing.T) storetest.Table[Repos, catalog.Product] { … })
func RunTable[R Repos, S any](t *testing.T, open func(t *testing.T) Table[R, S]) {
	t.Helper()
	k, err := kindOf[R, S]()
	if err != nil {
		t.Fatal(err)
	}
	judged := open(t)
	if err := judged.shadows(t.Context(), k); err != nil {
		t.Fatal(err)
	}
	for _, c := range judged.checks(k) {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			table := open(t)
			h, err := table.harness(k)
			if err != nil {
				t.Fatal(err)
			}
			if reason, skip := table.Skip[c.ID]; skip {
				t.Skip(reason)
			}
			if err := c.run(t.Context(), h); err != nil {
				t.Error(err)
			}
		})
	}
}

// ReportTable runs the checks of one table without a test and gives nil, or the
// [Failure] of each violated sentence, joined by [errors.Join].
func ReportTable[R Repos, S any](ctx context.Context, open func() (Table[R, S], error)) error {
	k, err := kindOf[R, S]()
	if err != nil {
		return err
	}
	table, err := open()
	if err != nil {
		return fmt.Errorf("storetest: no table: %w", err)
	}
	if err := table.shadows(ctx, k); err != nil {
		return err
	}
	var failures []error
	for _, c := range table.checks(k) {
		table, err := open()
		var h Harness[R]
		if err == nil {
			h, err = table.harness(k)
		}
		if err != nil {
			return errors.Join(append(failures, fmt.Errorf("storetest: no table for %s: %w", c.ID, err))...)
		}
		if _, skip := table.Skip[c.ID]; skip {
			continue
		}
		if err := c.run(ctx, h); err != nil {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

// shadows refuses a bundle that takes the table from the library: the checks would
// judge the library's own, and pass.
func (t Table[R, S]) shadows(ctx context.Context, k kind[R]) error {
	if _, err := t.harness(k); err != nil {
		return err
	}
	db, err := t.Open("alpha")
	if err != nil || db == nil {
		return errors.Join(errors.New("storetest: Table.Open gives no store"), err)
	}
	return db.View(ctx, func(_ context.Context, r R) error {
		repository := reflect.TypeOf(k.table(r))
		if repository == nil {
			return fmt.Errorf("storetest: %T gives no repository of kind %s", r, k.name)
		}
		own := repository
		for own.Kind() == reflect.Pointer {
			own = own.Elem()
		}
		if t.library || own.PkgPath() != reflect.TypeFor[store.Bundle]().PkgPath() {
			return nil
		}
		return fmt.Errorf("storetest: the bundle %T takes the table of kind %s from the library (its repository is a %v), so that nothing of yours would be judged: "+
			"shadow the accessor, by its name and with its result", r, k.name, repository)
	})
}

// harness checks the table and gives what its checks run on.
func (t Table[R, S]) harness(k kind[R]) (Harness[R], error) {
	switch {
	case t.Open == nil:
		return Harness[R]{}, errors.New("storetest: Table.Open must be given")
	case t.Insert != nil && t.Joins:
		return Harness[R]{}, errors.New("storetest: Table.Insert is of a table that is only read, and Table.Joins of one that saves")
	}
	for id, reason := range t.Skip {
		if !slices.ContainsFunc(t.checks(k), func(c check[R]) bool { return c.ID == id }) {
			return Harness[R]{}, fmt.Errorf("storetest: Table.Skip names %s, which is no check of this table", id)
		}
		if reason == "" {
			return Harness[R]{}, fmt.Errorf("storetest: Table.Skip of %s gives no reason", id)
		}
	}
	if t.Keep != nil {
		k = k.keeping(func(state any) {
			row := state.(*S)
			*row = t.Keep(*row)
		})
	}
	if t.Insert != nil {
		k = k.inserting(func(ctx context.Context, tenant string, states []any) error {
			rows := make([]S, len(states))
			for i := range states {
				rows[i] = *k.copyOf(states[i]).(*S)
			}
			return t.Insert(ctx, tenant, rows)
		})
	}
	return Harness[R]{Open: t.Open, Skip: t.Skip, table: &k}, nil
}

// keeping gives the kind with rows of which only a part is kept.
func (k kind[R]) keeping(keep func(state any)) kind[R] {
	states := k.states
	k.keep = keep
	k.states = func(c tandem.CompanyID, n int) []any {
		out := states(c, n)
		for _, s := range out {
			keep(s)
		}
		return out
	}
	return k
}

// inserting gives the kind with rows that the host puts in: they have no revision.
func (k kind[R]) inserting(insert func(ctx context.Context, tenant string, rows []any) error) kind[R] {
	k.insert = insert
	if state, revision := k.state, k.revision; revision != nil {
		k.revision = nil
		k.state = func(handle any) any {
			s := state(handle)
			*revision(s) = 0
			return s
		}
	}
	return k
}
