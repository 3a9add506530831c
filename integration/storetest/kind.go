package storetest

import (
	"context"
	"iter"
	"strconv"

	"github.com/tandem-go/tandem"
)

// kind is what the checks know of a kind of record or fact: a State is a *S, a
// handle what a repository takes and gives, a query a *Q.
type kind[R Repos] struct {
	name   string
	fact   bool
	shared bool // by the companies of a tenant: its queries take no company

	states   func(c tandem.CompanyID, n int) []any
	handle   func(state any) (any, error)
	state    func(handle any) any
	save     func(ctx context.Context, r R, handle any) error
	get      func(ctx context.Context, r R, state any) (any, error) // nil: there is none
	find     func(ctx context.Context, r R, query any) iter.Seq2[any, error]
	queries  func(states []any) []any // nil: it cannot be queried
	page     func(query any) *tandem.Page
	withPage func(query any, p tandem.Page) any
	matches  func(query, state any) bool
	order    func(a, b any) int
	key      func(state any) string
	count    func(state any) int64
	setCount func(state any, n int64)
	revision func(state any) *int64 // nil for facts
	clash    func(state, other any) // makes state want a unique column of other; nil: there is none
	given    bool                   // what is in the unique columns is given once, and never another: a legal number
	compare  func(a, b any) bool

	table  func(r R) any                                              // the repository
	row    any                                                        // a *S that is nil: what the kind keeps
	keep   func(state any)                                            // of a table that keeps less than the library; nil: it keeps all
	insert func(ctx context.Context, tenant string, rows []any) error // of a table that is only read; nil: rows get in by save
}

// records describes a kind with its types. A room adds one for each of its
// repositories.
type records[R Repos, A, S, Q any] struct {
	name   string
	fact   bool
	shared bool

	// states gives valid states of a company: together they set every field. Ids
	// depend on n alone, so that companies and tenants have equal ones.
	states  func(c tandem.CompanyID, n int) []S
	table   func(r R) any // the repository
	restore func(S) (A, error)
	state   func(A) S
	save    func(ctx context.Context, r R, a A) error
	get     func(ctx context.Context, r R, s *S) (A, error)
	find    func(ctx context.Context, r R, q Q) iter.Seq2[A, error]

	queries  func(s *S) []Q // each restricts by something of s; together they set every field
	page     func(*Q) *tandem.Page
	matches  func(q Q, a A) bool
	order    func(a, b *S) int // documented order; ties are in the order of the keys, facts' in that of appending
	key      func(*S) string   // orders as the key does
	revision func(*S) *int64
	sequence func(*S) *int64 // a number that may be anything from 0
	label    func(*S) *string
	count    func(*S) int64 // where there is neither: any number, and setting it
	setCount func(*S, int64)
	clash    func(s, other *S)
	given    bool
}

// plain fills in restore and state of a record that is its own state.
func plain[R Repos, S, Q any](d records[R, S, S, Q]) kind[R] {
	d.restore = func(s S) (S, error) { return s, nil }
	d.state = func(s S) S { return s }
	return d.kind()
}

func (d records[R, A, S, Q]) kind() kind[R] {
	k := kind[R]{name: d.name, fact: d.fact, shared: d.shared, given: d.given, table: d.table, row: (*S)(nil)}
	k.states = func(c tandem.CompanyID, n int) (out []any) {
		for _, s := range d.states(c, n) {
			out = append(out, &s)
		}
		return out
	}
	k.handle = func(state any) (any, error) {
		a, err := d.restore(*state.(*S))
		return &a, err
	}
	k.state = func(handle any) any {
		s := d.state(*handle.(*A))
		return &s
	}
	k.save = func(ctx context.Context, r R, handle any) error { return d.save(ctx, r, *handle.(*A)) }
	if d.get != nil {
		k.get = func(ctx context.Context, r R, state any) (any, error) {
			a, err := d.get(ctx, r, state.(*S))
			return &a, err
		}
	}
	k.key = func(state any) string { return d.key(state.(*S)) }
	if d.revision != nil {
		k.revision = func(state any) *int64 { return d.revision(state.(*S)) }
	}
	if d.clash != nil {
		k.clash = func(state, other any) { d.clash(state.(*S), other.(*S)) }
	}
	k.compare = func(a, b any) bool { return same(a.(*S), b.(*S)) }
	d.counters(&k)
	d.querying(&k)
	return k
}

// counters gives every record something to count with.
func (d records[R, A, S, Q]) counters(k *kind[R]) {
	if d.count != nil {
		k.count = func(state any) int64 { return d.count(state.(*S)) }
		k.setCount = func(state any, n int64) { d.setCount(state.(*S), n) }
	}
	if d.sequence != nil {
		k.count = func(state any) int64 { return *d.sequence(state.(*S)) }
		k.setCount = func(state any, n int64) { *d.sequence(state.(*S)) = n }
	}
	if d.label != nil {
		k.count = func(state any) int64 {
			n, _ := strconv.ParseInt(*d.label(state.(*S)), 10, 64)
			return n
		}
		k.setCount = func(state any, n int64) { *d.label(state.(*S)) = strconv.FormatInt(n, 10) }
	}
}

func (d records[R, A, S, Q]) querying(k *kind[R]) {
	if d.find == nil {
		return
	}
	k.find = func(ctx context.Context, r R, query any) iter.Seq2[any, error] {
		return func(yield func(any, error) bool) {
			for a, err := range d.find(ctx, r, *query.(*Q)) {
				if !yield(&a, err) {
					return
				}
			}
		}
	}
	k.queries = func(states []any) (out []any) {
		for _, s := range states {
			for _, q := range d.queries(s.(*S)) {
				out = append(out, &q)
			}
		}
		return out
	}
	k.page = func(query any) *tandem.Page { return d.page(query.(*Q)) }
	k.withPage = func(query any, p tandem.Page) any {
		q := *query.(*Q)
		*d.page(&q) = p
		return &q
	}
	k.matches = func(query, state any) bool {
		a, err := d.restore(*state.(*S))
		return err == nil && d.matches(*query.(*Q), a)
	}
	k.order = func(a, b any) int { return d.order(a.(*S), b.(*S)) }
}

// kinds lists every kind of every room.
func kinds[R Repos]() []kind[R] {
	var all []kind[R]
	for _, room := range [][]kind[R]{
		catalogKinds[R](), inventoryKinds[R](), costingKinds[R](), salesKinds[R](), taxKinds[R](), billingKinds[R](),
		ledgerKinds[R](), partyKinds[R](), gradingKinds[R](), surveyKinds[R](),
		redemptionKinds[R](), rebateKinds[R](),
	} {
		all = append(all, room...)
	}
	return all
}
