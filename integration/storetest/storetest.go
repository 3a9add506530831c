package storetest

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/crm/survey"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/inventory/count"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing/rebate"
	"github.com/tandem-go/tandem/pricing/redemption"
)

// Repos is the bundle that is checked: the unit of work, and the repositories of
// every room.
type Repos interface {
	work.Repos
	catalog.Repos
	inventory.Repos
	count.Repos
	costing.Repos
	sales.Repos
	delivery.Repos
	quotation.Repos
	returns.Repos
	tax.Repos
	billing.Repos
	credit.Repos
	payment.Repos
	ledger.Repos
	party.Repos
	grading.Repos
	survey.Repos
	redemption.Repos
	rebate.Repos
}

// Harness is the store under test. It is made anew, and empty, for each check.
//
// Several checks may share one database, where making one takes long: what is empty
// must be the tenants alone, so that an Open which puts a prefix of the check's own
// before each name it is given is enough. The names differ in case, in blanks and in
// characters beyond ASCII, and must stay as different as they are; no name is still
// an error. The suite itself puts neighbours beside each check, another tenant and
// another company with the same ids, numbers, codes and keys, and looks afterwards
// whether they are as they were. Who skips one of TENANT-01 to TENANT-03 has no other
// tenant beside the checks, and who skips COMPANY-01 no other company.
type Harness[R Repos] struct {
	// Open gives the handle of a tenant on the same database, without retries.
	// Required. Handles of one tenant understand one another's cursors.
	Open func(tenant string) (work.Store[R], error)
	// Reopen gives the handle of a tenant after the engine was closed and opened
	// again; nil where the store does not outlive its process. Handles from before
	// need not work any more.
	Reopen func(tenant string) (work.Store[R], error)
	// Skip names checks that are left out, each with its reason, which is printed.
	Skip map[string]string
	// Seed of the random parts; 0 takes another one each time. Failures tell it.
	Seed uint64
	// Log takes what checks count, such as the operations of a history; nil: Run
	// gives it to the test's log, and Report to nobody.
	Log func(format string, args ...any)

	table *kind[R] // the one that is judged; nil: all
	alone bool     // no neighbours, for tests of this package to which they are nothing
}

func (h Harness[R]) log(format string, args ...any) {
	if h.Log != nil {
		h.Log(format, args...)
	}
}

// Check describes one check.
type Check struct {
	ID          string // stable, `REVISION-01`
	Since       string // version of the library that brought it
	Explanation string // the sentence of the contract
}

// Failure is a broken sentence of the contract. It unwraps to what was found.
type Failure struct {
	Check Check
	Err   error
}

func (f *Failure) Error() string {
	return fmt.Sprintf("%s: violated: %s\n%v", f.Check.ID, f.Check.Explanation, f.Err)
}

// Unwrap gives what was found.
func (f *Failure) Unwrap() error { return f.Err }

// Checks lists every check.
func Checks() []Check {
	var out []Check
	for _, c := range allChecks[Repos]() {
		out = append(out, c.Check)
	}
	return out
}

// Run runs every check as a parallel subtest on a store of its own.
func Run[R Repos](t *testing.T, open func(t *testing.T) Harness[R]) {
	t.Helper()
	for _, c := range allChecks[R]() {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			if err := h.validate(); err != nil {
				t.Fatal(err)
			}
			if reason, skip := h.Skip[c.ID]; skip {
				t.Skip(reason)
			}
			if h.Log == nil {
				h.Log = t.Logf
			}
			if err := c.run(t.Context(), h); err != nil {
				t.Error(err)
			}
		})
	}
}

// Report runs every check without a test and gives nil, or the [Failure] of each
// violated sentence, joined by [errors.Join].
func Report[R Repos](ctx context.Context, open func() (Harness[R], error)) error {
	var failures []error
	for _, c := range allChecks[R]() {
		h, err := open()
		if err == nil {
			err = h.validate()
		}
		if err != nil {
			return errors.Join(append(failures, fmt.Errorf("storetest: no store for %s: %w", c.ID, err))...)
		}
		if _, skip := h.Skip[c.ID]; skip {
			continue
		}
		if err := c.run(ctx, h); err != nil {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

func (h Harness[R]) validate() error {
	if h.Open == nil {
		return errors.New("storetest: Harness.Open must be given")
	}
	for id, reason := range h.Skip {
		if !slices.ContainsFunc(Checks(), func(c Check) bool { return c.ID == id }) {
			return fmt.Errorf("storetest: Harness.Skip names %s, which is no check", id)
		}
		if reason == "" {
			return fmt.Errorf("storetest: Harness.Skip of %s gives no reason", id)
		}
	}
	return nil
}

// check is a check with its function.
type check[R Repos] struct {
	Check
	do func(e *env[R])
}

// allChecks lists the groups in the order in which the contract tells of them.
func allChecks[R Repos]() []check[R] {
	return slices.Concat(recordChecks[R](), rollbackChecks[R](), isolationChecks[R](), queryChecks[R](), unitChecks[R](),
		levelChecks[R](), factChecks[R](), numberChecks[R](), prefetchChecks[R](), commandChecks[R](), outboxChecks[R](), relayChecks[R](), joinChecks[R](),
		tenantChecks[R](), extremeChecks[R](), modelChecks[R]())
}

// checkTime bounds a check whose store does not come back.
const checkTime = 2 * time.Minute

// run runs the check and gives a *Failure or nil.
func (c check[R]) run(ctx context.Context, h Harness[R]) error {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	e := &env[R]{ctx: ctx, h: h, tenant: "alpha", kinds: kinds[R]()}
	if h.table != nil {
		e.kinds = []kind[R]{*h.table}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil && p != any(stop{}) {
				e.fail("the store panicked: %v\n%s", p, debug.Stack())
			}
		}()
		e.store = e.open(e.tenant)
		e.neighboursOf()
		e.judge(c.do)
		e.undisturbed()
	}()
	select {
	case <-done:
	case <-ctx.Done():
		select {
		case <-done:
		case <-time.After(5 * time.Second):
			e.fail("the check did not end: %v", ctx.Err())
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.problems) == 0 {
		return nil
	}
	return &Failure{c.Check, errors.Join(e.problems...)}
}

// stop is what ends a check that cannot go on.
type stop struct{}

// judge runs a check to its end, which may be one that it cannot go on from: what
// it has done to its neighbours is looked at all the same.
func (e *env[R]) judge(do func(*env[R])) {
	defer func() {
		if p := recover(); p != nil && p != any(stop{}) {
			panic(p)
		}
	}()
	do(e)
}

// env is what a check works with: the store of the tenant alpha, and where
// problems go.
type env[R Repos] struct {
	ctx    context.Context
	h      Harness[R]
	store  work.Store[R]
	tenant string    // whose store it is
	kinds  []kind[R] // that are judged

	neighbours []*neighbour[R]
	reopened   bool // the engine was closed and opened again

	serial atomic.Bool // the store has made an Update wait for the one inside which it runs

	mu       sync.Mutex
	problems []error
}

const mostProblems = 12

// fail notes a problem and goes on.
func (e *env[R]) fail(format string, args ...any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.problems) < mostProblems {
		e.problems = append(e.problems, fmt.Errorf("  "+format, args...))
	}
}

// must ends the check if err is not nil. It is for the check's own goroutine.
func (e *env[R]) must(err error, what string, args ...any) {
	if err != nil {
		e.fail("%s: unexpected error: %w", fmt.Sprintf(what, args...), err)
		panic(stop{})
	}
}

// wants notes a problem unless err matches all targets.
func (e *env[R]) wants(err error, what string, targets ...error) {
	for _, target := range targets {
		if !errors.Is(err, target) {
			e.fail("%s: got error %v, want one that matches %q", what, err, target)
		}
	}
}

func (e *env[R]) open(tenant string) work.Store[R] {
	s, err := e.h.Open(tenant)
	e.must(err, "opening tenant %q", tenant)
	if s == nil {
		e.must(errors.New("no store"), "opening tenant %q", tenant)
	}
	return s
}

// update runs an Update that must succeed.
func (e *env[R]) update(what string, fn func(ctx context.Context, r R) error) {
	e.must(e.store.Update(e.ctx, fn), "%s", what)
}

// patient gives the store with as many retries as an engine may need on which an
// Update fails for as long as another one is open.
func (e *env[R]) patient() work.Store[R] {
	return work.Retry(e.store, work.RetryPolicy{Tries: 1000, Elapsed: time.Minute})
}

// view runs a View that must succeed.
func (e *env[R]) view(what string, fn func(ctx context.Context, r R) error) {
	e.must(e.store.View(e.ctx, fn), "%s", what)
}

// interleaved is how long an Update may wait for one inside which it runs; a
// store that makes it wait longer has them one after the other, and is not waited
// for as long again.
const (
	interleaved = 2 * time.Second
	oneByOne    = 50 * time.Millisecond
)

// during runs fn, from inside an open closure, in a goroutine of its own, and
// waits for it, unless the store makes it wait for the closure.
func (e *env[R]) during(fn func()) (wait func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn()
	}()
	patience := interleaved
	if e.serial.Load() {
		patience = oneByOne
	}
	select {
	case <-done:
	case <-time.After(patience):
		e.serial.Store(true)
	}
	return func() { <-done }
}
