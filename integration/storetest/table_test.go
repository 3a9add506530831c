package storetest_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/work"
)

// catalogue is a host's table of products that processes only read, as in the
// README. Each fault breaks it in one way.
type catalogue struct {
	db     *store.Store
	mu     sync.RWMutex
	rows   []catalog.Product // in the order in which they came
	faults catalogueFaults
	inside atomic.Int32
}

type catalogueFaults struct {
	noPages       bool // Limit, After, Descending and Next are ignored
	byCount       bool // cursors count rows
	openCursors   bool // cursors say where, and nothing of what they came from
	byID          bool // not the documented order
	noFilter      bool // a query gives everything
	foundNothing  bool // Get of nothing is an empty product
	otherError    bool // Get of nothing is an error of the host's
	alias         bool // hands out what it keeps
	forgetsFactor bool // of unit conversions
	unlocked      bool // what an unlocked map does, in so far as a test may see it end: fails where two meet
}

// errMet is what -race says of an unlocked table.
var errMet = errors.New("two goroutines met in a table that has no lock")

// meet notes that two are in the table at the same time.
func (c *catalogue) meet() error {
	if !c.faults.unlocked {
		return nil
	}
	defer c.inside.Add(-1)
	if c.inside.Add(1) > 1 {
		return errMet
	}
	time.Sleep(time.Millisecond)
	return nil
}

func (c *catalogue) own(p catalog.Product) catalog.Product {
	if !c.faults.alias {
		p = p.Clone()
	}
	for i := range p.Conversions {
		if c.faults.forgetsFactor {
			p.Conversions[i].Factor = tandem.Ratio{}
		}
	}
	return p
}

func (c *catalogue) Get(_ context.Context, id tandem.ProductID) (catalog.Product, error) {
	if err := c.meet(); err != nil {
		return catalog.Product{}, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, p := range c.rows {
		if p.ID == id {
			return c.own(p), nil
		}
	}
	switch {
	case c.faults.foundNothing:
		return catalog.Product{}, nil
	case c.faults.otherError:
		return catalog.Product{}, errors.New("no such row")
	}
	return catalog.Product{}, &tandem.NotFoundError{Kind: "product", Key: id.String()}
}

func (c *catalogue) Save(context.Context, catalog.Product) error { return tandem.ErrUnsupported }

func (c *catalogue) Find(_ context.Context, q catalog.ProductQuery) iter.Seq2[catalog.Product, error] {
	var rows []catalog.Product
	c.mu.RLock()
	for _, p := range c.rows {
		if c.faults.noFilter || q.Matches(p) {
			rows = append(rows, c.own(p))
		}
	}
	c.mu.RUnlock()
	place := func(p catalog.Product) string { return p.Code }
	switch {
	case c.faults.byID:
		place = func(p catalog.Product) string { return p.ID.String() }
	case c.faults.noPages:
		q.Page = tandem.Page{}
	case c.faults.byCount, c.faults.openCursors:
		return c.badly(q.Page, rows)
	}
	return store.Paged(c.db, &q, &q.Page, rows, place)
}

// badly pages as one does who has not read the contract.
func (c *catalogue) badly(page tandem.Page, rows []catalog.Product) iter.Seq2[catalog.Product, error] {
	slices.SortFunc(rows, func(a, b catalog.Product) int { return cmp.Compare(a.Code, b.Code) })
	if page.Descending {
		slices.Reverse(rows)
	}
	return func(yield func(catalog.Product, error) bool) {
		left := page.Limit
		if left < 0 {
			yield(catalog.Product{}, fmt.Errorf("limit %d: %w", left, tandem.ErrInvalid))
			return
		}
		skip, _ := strconv.Atoi(string(page.After))
		for i, p := range rows {
			mark := p.Code
			switch {
			case c.faults.byCount:
				if mark = strconv.Itoa(i + 1); i < skip {
					continue
				}
			case page.After != "" && (!page.Descending && mark <= string(page.After) || page.Descending && mark >= string(page.After)):
				continue
			}
			if page.Next != nil {
				*page.Next = tandem.Cursor(mark)
			}
			if left--; !yield(p, nil) || left == 0 {
				return
			}
		}
	}
}

// catalogueBundle is the library's bundle with the host's products.
type catalogueBundle struct {
	*store.Bundle
	catalogue *catalogue
}

func (b catalogueBundle) Products() catalog.ProductRepository { return b.catalogue }

type catalogueTable = storetest.Table[catalogueBundle, catalog.Product]

func catalogueUnderTest(f catalogueFaults, oneTenant bool) catalogueTable {
	engine, tables := memory.New(), map[string]*catalogue{}
	of := func(tenant string) *catalogue {
		if oneTenant {
			tenant = "all"
		}
		if tables[tenant] == nil {
			tables[tenant] = &catalogue{faults: f}
		}
		return tables[tenant]
	}
	return catalogueTable{
		Open: func(tenant string) (work.Store[catalogueBundle], error) {
			db, err := store.Open(engine, tenant, store.Options{CursorSecret: []byte(secret)})
			if err != nil {
				return nil, err
			}
			c := of(tenant)
			c.db = db
			return work.Narrow(db, func(b *store.Bundle) catalogueBundle { return catalogueBundle{b, c} }), nil
		},
		Insert: func(_ context.Context, tenant string, rows []catalog.Product) error {
			c := of(tenant)
			c.mu.Lock()
			defer c.mu.Unlock()
			c.rows = append(c.rows, rows...)
			return nil
		},
	}
}

func TestATableThatIsOnlyReadKeepsTheContract(t *testing.T) {
	storetest.RunTable(t, func(*testing.T) catalogueTable { return catalogueUnderTest(catalogueFaults{}, false) })
}

// failedTable gives the ids of the checks that a table fails.
func failedTable[R storetest.Repos, S any](t *testing.T, open func() storetest.Table[R, S]) (ids []string) {
	t.Helper()
	err := storetest.ReportTable(t.Context(), func() (storetest.Table[R, S], error) { return open(), nil })
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok, "ReportTable joins its failures: %v", err)
	for _, err := range joined.Unwrap() {
		var failure *storetest.Failure
		require.ErrorAs(t, err, &failure)
		require.NotContains(t, err.Error(), "the store panicked")
		ids = append(ids, failure.Check.ID)
	}
	slices.Sort(ids)
	return ids
}

func TestBrokenTablesFailTheirChecks(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults catalogueFaults
		want   []string
	}{
		{"a whole one", catalogueFaults{}, nil},
		{"pages are ignored", catalogueFaults{noPages: true}, []string{"QUERY-01", "QUERY-02", "QUERY-03", "QUERY-04", "QUERY-05", "QUERY-06"}},
		{"cursors count rows", catalogueFaults{byCount: true}, []string{"QUERY-03", "QUERY-04", "QUERY-05"}},
		{"cursors are bound to nothing", catalogueFaults{openCursors: true}, []string{"QUERY-04", "QUERY-05"}},
		{"another order", catalogueFaults{byID: true}, []string{"QUERY-01", "QUERY-02", "QUERY-03"}},
		{"nothing is selected", catalogueFaults{noFilter: true}, []string{"QUERY-01", "QUERY-02", "TENANT-03"}},
		{"nothing is found", catalogueFaults{foundNothing: true}, []string{"NOTFOUND-01"}},
		{"not found is another error", catalogueFaults{otherError: true}, []string{"NOTFOUND-01"}},
		{"what is kept is handed out", catalogueFaults{alias: true}, []string{"ISOLATION-02"}},
		{"nothing is locked", catalogueFaults{unlocked: true}, []string{"CONCURRENT-01"}},
		{"a field is dropped", catalogueFaults{forgetsFactor: true},
			[]string{"ISOLATION-02", "QUERY-01", "QUERY-02", "QUERY-03", "ROUND-01", "ROUND-02", "TENANT-03"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, failedTable(t, func() catalogueTable { return catalogueUnderTest(c.faults, false) }))
		})
	}
	require.Equal(t, []string{"CONCURRENT-01", "ISOLATION-02", "NOTFOUND-01", "QUERY-01", "QUERY-02", "QUERY-03", "QUERY-04", "QUERY-05", "QUERY-07", "ROUND-01",
		"ROUND-02", "TENANT-03"}, failedTable(t, func() catalogueTable { return catalogueUnderTest(catalogueFaults{}, true) }),
		"one table for all tenants")
}

// A table that has not all the fields says what it keeps.
func TestATableMayKeepLess(t *testing.T) {
	require.Empty(t, failedTable(t, func() catalogueTable {
		table := catalogueUnderTest(catalogueFaults{forgetsFactor: true}, false)
		table.Keep = func(p catalog.Product) catalog.Product {
			p = p.Clone()
			for i := range p.Conversions {
				p.Conversions[i].Factor = tandem.Ratio{}
			}
			return p
		}
		return table
	}))
}

// misspelt is a bundle that means to shadow Products, and does not.
type misspelt struct {
	*store.Bundle
	catalogue *catalogue
}

func (b misspelt) Product() catalog.ProductRepository { return b.catalogue }

func TestATableThatIsNotShadowedIsRefused(t *testing.T) {
	err := storetest.ReportTable(t.Context(), func() (storetest.Table[misspelt, catalog.Product], error) {
		engine := memory.New()
		return storetest.Table[misspelt, catalog.Product]{Open: func(tenant string) (work.Store[misspelt], error) {
			db, err := store.Open(engine, tenant, store.Options{})
			return work.Narrow(db, func(b *store.Bundle) misspelt { return misspelt{b, &catalogue{db: db}} }), err
		}}, nil
	})
	require.ErrorContains(t, err, "the bundle storetest_test.misspelt takes the table of kind product from the library")
	require.ErrorContains(t, err, "shadow the accessor")
}

type termsTableUnderTest = storetest.Table[*hostBundle, billing.Terms]

func termsUnderTest(joins, alias bool) termsTableUnderTest {
	return termsTableUnderTest{Open: hostHarness(alias).Open, Joins: joins}
}

func TestATableThatJoinsKeepsTheContract(t *testing.T) {
	storetest.RunTable(t, func(*testing.T) termsTableUnderTest { return termsUnderTest(true, false) })
}

// autoTerms saves at once, whatever becomes of the unit of work: fine for a table
// that claims no more than to save.
type autoTerms struct {
	*store.Bundle
	db *store.Store
}

func (b autoTerms) PaymentTerms() billing.TermsRepository { return autoRepository{b.db} }

type autoRepository struct{ db *store.Store }

func (r autoRepository) PaymentTerms(ctx context.Context, company tandem.CompanyID, code tandem.TermsCode) (out billing.Terms, err error) {
	err = r.db.View(ctx, func(ctx context.Context, b *store.Bundle) error {
		out, err = b.PaymentTerms().PaymentTerms(ctx, company, code)
		return err
	})
	return out, err
}

func (r autoRepository) Save(ctx context.Context, row billing.Terms) error {
	return r.db.Update(ctx, func(ctx context.Context, b *store.Bundle) error { return b.PaymentTerms().Save(ctx, row) })
}

func TestATableThatSavesAtOnceMustNotClaimToJoin(t *testing.T) {
	under := func(joins bool) func() storetest.Table[autoTerms, billing.Terms] {
		return func() storetest.Table[autoTerms, billing.Terms] {
			engine := memory.New()
			return storetest.Table[autoTerms, billing.Terms]{Joins: joins, Open: func(tenant string) (work.Store[autoTerms], error) {
				db, err := store.Open(engine, tenant, store.Options{})
				if err != nil {
					return nil, err
				}
				return work.Narrow(db, func(b *store.Bundle) autoTerms { return autoTerms{b, db} }), nil
			}}
		}
	}
	require.Empty(t, failedTable(t, under(false)))
	require.Equal(t, []string{"ATOMIC-01", "ROLLBACK-01", "ROLLBACK-02", "ROLLBACK-03", "ROLLBACK-04", "UNIT-01", "UNIT-02", "UNIT-04", "UNIT-05"},
		failedTable(t, under(true)))
}

func TestATableThatHandsOutWhatItKeepsFails(t *testing.T) {
	require.Equal(t, []string{"ISOLATION-01", "ISOLATION-02"}, failedTable(t, func() termsTableUnderTest { return termsUnderTest(true, true) }))
}

func TestTheChecksOfATableAreStable(t *testing.T) {
	ids := func(checks []storetest.Check) (out []string) {
		for _, c := range checks {
			out = append(out, c.ID)
		}
		return out
	}
	read := catalogueUnderTest(catalogueFaults{}, false)
	require.Equal(t, []string{"ROUND-01", "ROUND-02", "NOTFOUND-01", "ISOLATION-02", "CONCURRENT-01", "QUERY-01", "QUERY-02", "QUERY-03", "QUERY-04", "QUERY-05",
		"QUERY-06", "QUERY-07", "TENANT-03"}, ids(read.Checks()))
	require.Equal(t, []string{"ROUND-01", "ROUND-02", "ROUND-03", "NOTFOUND-01", "DUPLICATE-01", "REVISION-01", "REVISION-04", "ISOLATION-01",
		"ISOLATION-02", "CONCURRENT-01", "COMPANY-01"}, ids(termsUnderTest(false, false).Checks()))
	require.Equal(t, []string{"ROUND-01", "ROUND-02", "ROUND-03", "NOTFOUND-01", "DUPLICATE-01", "DUPLICATE-03", "REVISION-01", "REVISION-02", "REVISION-03",
		"REVISION-04", "ROLLBACK-01", "ROLLBACK-02", "ROLLBACK-03", "ROLLBACK-04", "ATOMIC-01", "ISOLATION-01", "ISOLATION-02", "CONCURRENT-01", "UNIT-01",
		"UNIT-02", "UNIT-04", "UNIT-05", "TENANT-01", "TENANT-02", "COMPANY-01"}, ids(termsUnderTest(true, false).Checks()))
}

func TestATableIsChecked(t *testing.T) {
	report := func(change func(table *catalogueTable)) error {
		return storetest.ReportTable(t.Context(), func() (catalogueTable, error) {
			table := catalogueUnderTest(catalogueFaults{}, false)
			change(&table)
			return table, nil
		})
	}
	require.ErrorContains(t, report(func(table *catalogueTable) { table.Open = nil }), "Open must be given")
	require.ErrorContains(t, report(func(table *catalogueTable) { table.Joins = true }), "only read")
	require.ErrorContains(t, report(func(table *catalogueTable) { table.Skip = map[string]string{"QUERY-02": ""} }), "gives no reason")
	require.ErrorContains(t, report(func(table *catalogueTable) { table.Skip = map[string]string{"LEVEL-01": "x"} }), "no check of this table")
	require.NoError(t, report(func(table *catalogueTable) { table.Skip = map[string]string{"QUERY-02": "x"} }))
	err := storetest.ReportTable(t.Context(), func() (storetest.Table[catalogueBundle, string], error) {
		return storetest.Table[catalogueBundle, string]{}, nil
	})
	require.ErrorContains(t, err, "no repository keeps string")
}
