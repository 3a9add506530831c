package work

import (
	"context"

	"github.com/tandem-go/tandem"
)

// Prefetcher is what a bundle may be besides: one that reads several things in
// one round trip and serves them to its repositories in the same closure.
type Prefetcher interface {
	// Prefetches reports whether it saves round trips. Where it does not,
	// Prefetch does nothing, and what it would be given need not be collected.
	Prefetches() bool
	// Prefetch reads what the refs name. What it does not know of is left out.
	Prefetch(ctx context.Context, refs []Ref) error
	// Forget drops what was prefetched: what is read next is no older than the call.
	Forget()
}

// Prefetches reports whether [Prefetch] saves round trips on a bundle: where it does
// not, refs need not be collected.
func Prefetches(r any) bool {
	p, ok := r.(Prefetcher)
	return ok && p.Prefetches()
}

// Prefetch reads what the refs name in one round trip, where the bundle can; the
// repositories of the bundle then answer from it. It changes no answer: what is not
// there stays absent, the Update's own writes win, and everything that was
// prefetched is forgotten when a number is drawn, since what is read behind it must
// not be older ([Numbers]). A ref that nobody reads is wasted, never wrong; so is one
// whose accessor the host has shadowed with a repository of its own. On a bundle that
// is no [Prefetcher] it does nothing.
func Prefetch(ctx context.Context, r any, refs ...Ref) error {
	if p, ok := r.(Prefetcher); ok && len(refs) > 0 {
		return p.Prefetch(ctx, refs)
	}
	return nil
}

// Draw is a number to be drawn of a series, and the number.
type Draw struct {
	Series string
	Date   tandem.Date // of a dated series
	Number Number
}

// Drawer is what [Numbers] may be besides: one that draws several numbers, in their
// order, and then reads ahead what the refs name, in one round trip.
type Drawer interface {
	Draw(ctx context.Context, company tandem.CompanyID, draws []Draw, ahead []Ref) error
}

// DrawNumbers draws numbers of several series in the given order, which is that of
// their names ([Numbers]), and then prefetches what is read behind them: in one round
// trip where the store can, else one after the other.
func DrawNumbers(ctx context.Context, r Repos, company tandem.CompanyID, draws []Draw, ahead ...Ref) error {
	numbers := r.Numbers()
	if d, ok := numbers.(Drawer); ok {
		return d.Draw(ctx, company, draws, ahead)
	}
	for i := range draws {
		n, err := numbers.Next(ctx, company, draws[i].Series, draws[i].Date)
		if err != nil {
			return err
		}
		draws[i].Number = n
	}
	if p, ok := r.(Prefetcher); ok {
		p.Forget() // the host's numbers do not
		return Prefetch(ctx, r, ahead...)
	}
	return nil
}

// Accessor names the repository that a [Ref] is read of, as bundles do.
type Accessor string

// The accessors of refs.
const (
	OfCommands         Accessor = "Commands"
	OfStockLevels      Accessor = "StockLevels"
	OfProducts         Accessor = "Products"
	OfCategories       Accessor = "Categories"
	OfLocations        Accessor = "Locations"
	OfReservations     Accessor = "Reservations"
	OfBackorders       Accessor = "Backorders"
	OfStockCounts      Accessor = "StockCounts"
	OfCostPools        Accessor = "CostPools"
	OfSalesQuotations  Accessor = "SalesQuotations"
	OfSalesOrders      Accessor = "SalesOrders"
	OfDeliveries       Accessor = "Deliveries"
	OfSalesReturns     Accessor = "SalesReturns"
	OfTaxCodes         Accessor = "TaxCodes"
	OfCustomerInvoices Accessor = "CustomerInvoices"
	OfPayments         Accessor = "Payments"
	OfAllocations      Accessor = "Allocations"
	OfCreditAccounts   Accessor = "CreditAccounts"
	OfPaymentTerms     Accessor = "PaymentTerms"
	OfAccounts         Accessor = "Accounts"
	OfJournalEntries   Accessor = "JournalEntries"
	OfPeriods          Accessor = "Periods"
	OfParties          Accessor = "Parties"
	OfGradeAssignments Accessor = "GradeAssignments"
	OfRedemptionLimits Accessor = "RedemptionLimits"
	OfRebateAgreements Accessor = "RebateAgreements"
	OfQueries          Accessor = "" // Key is a query, which says itself whose it is
)

// Ref names one read of a repository. It is a value that can be compared, and says
// what its repository is asked:
//
//	work.Ref{Of: work.OfSalesOrders, Company: company, Key: id}    // Get
//	work.Ref{Of: work.OfStockLevels, Key: key}                     // Levels.Get, Levels.Apply
//	work.Ref{Key: inventory.BackorderQuery{Company: company}}      // Find, its first page
//
// Key is what the repository's Get takes behind the company (a line, a code, an id
// of the repository's own type), or a query as its Find takes it.
type Ref struct {
	Of      Accessor
	Company tandem.CompanyID // none: of what companies share, of levels and of queries
	Key     any
}
