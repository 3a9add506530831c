package storetest_test

import (
	"context"
	"maps"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/work"
)

// host is an application with a table of its own, depth (b): payment terms are
// in its map, everything else in the library's store. Its bundle embeds the
// library's and shadows one accessor.
type host struct {
	work.Store[*store.Bundle]
	table *termsTable
	alias bool // hands out what it keeps: a fault
}

type termsTable struct {
	mu   sync.RWMutex
	rows map[termsKey]billing.Terms
}

type termsKey struct {
	company tandem.CompanyID
	code    tandem.TermsCode
}

type hostBundle struct {
	*store.Bundle
	terms *hostTerms
}

func (b *hostBundle) PaymentTerms() billing.TermsRepository { return b.terms }

// hostTerms is the repository for one closure.
type hostTerms struct {
	rows            map[termsKey]billing.Terms // as the closure sees them
	found           map[termsKey]int64         // revisions of what it saves
	readOnly, ended bool
	alias           bool
}

func (t *hostTerms) PaymentTerms(_ context.Context, company tandem.CompanyID, code tandem.TermsCode) (billing.Terms, error) {
	if t.ended {
		return billing.Terms{}, store.ErrClosed
	}
	terms, ok := t.rows[termsKey{company, code}]
	if !ok {
		return terms, &tandem.NotFoundError{Kind: "payment_terms", Key: string(code)}
	}
	return t.own(terms), nil
}

func (t *hostTerms) own(terms billing.Terms) billing.Terms {
	if t.alias {
		return terms
	}
	return terms.Clone()
}

func (t *hostTerms) Save(_ context.Context, terms billing.Terms) error {
	key := termsKey{terms.Company, terms.Code}
	switch {
	case t.ended:
		return store.ErrClosed
	case t.readOnly:
		return store.ErrReadOnly
	}
	terms = t.own(terms)
	if found, again := t.found[key]; again {
		if terms.Revision != found && terms.Revision != found+1 {
			return &tandem.ConflictError{Kind: "payment_terms", Key: string(terms.Code), Want: terms.Revision, Got: found + 1}
		}
		terms.Revision = found + 1
	} else {
		t.found[key] = terms.Revision
		terms.Revision++
	}
	t.rows[key] = terms
	return nil
}

func (h host) View(ctx context.Context, fn func(context.Context, *hostBundle) error) error {
	h.table.mu.RLock() // no commit between the library's snapshot and ours
	unlock := sync.OnceFunc(h.table.mu.RUnlock)
	defer unlock()
	return h.Store.View(ctx, func(ctx context.Context, b *store.Bundle) error {
		terms := &hostTerms{rows: maps.Clone(h.table.rows), readOnly: true, alias: h.alias}
		unlock()
		defer func() { terms.ended = true }()
		return fn(ctx, &hostBundle{b, terms})
	})
}

func (h host) Update(ctx context.Context, fn func(context.Context, *hostBundle) error) error {
	terms := &hostTerms{found: map[termsKey]int64{}, alias: h.alias}
	locked := false
	defer func() {
		if locked {
			h.table.mu.Unlock()
		}
	}()
	err := h.Store.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
		h.table.mu.RLock()
		terms.rows = maps.Clone(h.table.rows)
		h.table.mu.RUnlock()
		defer func() { terms.ended = true }()
		if err := fn(ctx, &hostBundle{b, terms}); err != nil {
			return err
		}
		h.table.mu.Lock() // held until the library has committed
		locked = true
		return terms.check(h.table.rows)
	})
	if err == nil {
		for key := range terms.found {
			h.table.rows[key] = terms.rows[key]
		}
	}
	return err
}

// check compares revisions at the commit.
func (t *hostTerms) check(rows map[termsKey]billing.Terms) error {
	for key, found := range t.found {
		switch now := rows[key].Revision; {
		case now == found:
		case found == 0:
			return &tandem.DuplicateError{Kind: "payment_terms", Index: "key", Key: string(key.code), Raced: true}
		default:
			return &tandem.ConflictError{Kind: "payment_terms", Key: string(key.code), Want: found, Got: now}
		}
	}
	return nil
}

func hostHarness(alias bool) storetest.Harness[*hostBundle] {
	return hostHarnessOver(memory.New(), alias)
}

func hostHarnessOver(driver store.Driver, alias bool) storetest.Harness[*hostBundle] {
	db := over(driver)
	var mu sync.Mutex
	tables := map[string]*termsTable{}
	return storetest.Harness[*hostBundle]{Open: func(tenant string) (work.Store[*hostBundle], error) {
		s, err := db.Open(tenant)
		if err != nil {
			return nil, err
		}
		mu.Lock()
		defer mu.Unlock()
		if tables[tenant] == nil {
			tables[tenant] = &termsTable{rows: map[termsKey]billing.Terms{}}
		}
		return host{s, tables[tenant], alias}, nil
	}}
}

func TestAHostWithOneTableOfItsOwnKeepsTheContract(t *testing.T) {
	storetest.Run(t, func(*testing.T) storetest.Harness[*hostBundle] { return hostHarness(false) })
}

func TestAHostThatHandsOutWhatItKeepsFailsTheChecksOfIsolation(t *testing.T) {
	require.Equal(t, []string{"ISOLATION-01", "ISOLATION-02"}, failed(t, func() storetest.Harness[*hostBundle] { return hostHarness(true) }))
}

// A part of the host needs the terms alone, and does not know of the library's bundle.
type termsOnly interface {
	PaymentTerms() billing.TermsRepository
}

func TestAPartOfTheHostWorksOnANarrowedStore(t *testing.T) {
	s, err := hostHarness(false).Open("acme")
	require.NoError(t, err)
	part := work.Narrow(s, func(b *hostBundle) termsOnly { return b })
	company := tandem.DeriveID[tandem.CompanyID]("company", "acme")
	require.NoError(t, part.Update(t.Context(), func(ctx context.Context, r termsOnly) error {
		return r.PaymentTerms().Save(ctx, billing.Terms{Company: company, Code: "net30"})
	}))
	require.NoError(t, s.View(t.Context(), func(ctx context.Context, b *hostBundle) error {
		terms, err := b.PaymentTerms().PaymentTerms(ctx, company, "net30")
		require.EqualValues(t, 1, terms.Revision)
		return err
	}))
}
