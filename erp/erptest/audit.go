package erptest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/ageing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/posting"
)

// Repos is what [Audit] reads.
type Repos interface {
	inventory.Repos
	costing.Repos
	delivery.Repos
	billing.Repos
	payment.Repos
	ledger.Repos
	tax.Repos
}

// AssertBooks fails the test with every fault that [Audit] finds.
func (c *CompanyOf[R]) AssertBooks(tb testing.TB) {
	tb.Helper()
	c.View(tb, func(ctx context.Context, b R) error {
		if err := Audit(ctx, b, c.Books); err != nil {
			tb.Errorf("erptest: the books of the company are wrong:\n%v", err)
		}
		return nil
	})
}

// Audit checks what must hold for the books of a company after every command,
// on one snapshot (a View), by reading everything:
//
//   - every journal entry balances, and so does the trial balance;
//   - the output taxes of the tax register are the account of output VAT, and what
//     is left of the taxes of advances, by customer, is the account of VAT on
//     advances (where the chart has one);
//   - receivables by customer, aged from documents and allocations, are the
//     control account, and advances are theirs;
//   - what is delivered and not invoiced, by customer, is the unbilled account
//     (revenue at delivery);
//   - the value of each product's cost pool is the stock account, and its
//     quantity what is at hand of it everywhere;
//   - on hand is the sum of the moves at each level, and all places together
//     hold nothing; a location that forbids it is not below nought;
//   - 0 ≤ reserved ≤ on hand, and reserved is the sum of the open reservations.
//
// The error joins all that is wrong; each fault names what it is about. Amounts
// in currencies other than that of the books are left aside.
func Audit(ctx context.Context, r Repos, books posting.Config) error {
	a := audit{ctx: ctx, r: r, books: books}
	for _, part := range [...]struct {
		name string
		read func()
	}{{"journal", a.entries}, {"receivables", a.receivables}, {"tax register", a.taxes}, {"deliveries to invoice", a.unbilled},
		{"stock value", a.stockValue}, {"stock levels", a.levels}} {
		a.part = part.name
		part.read()
	}
	return errors.Join(a.faults...)
}

type audit struct {
	ctx    context.Context
	r      Repos
	books  posting.Config
	part   string // that is read
	faults []error
}

func (a *audit) fault(format string, args ...any) {
	a.faults = append(a.faults, fmt.Errorf(format, args...))
}

// require keeps an error of reading or of adding up.
func (a *audit) require(err error) bool {
	if err != nil {
		a.fault("%s: %w", a.part, err)
	}
	return err == nil
}

func (a *audit) journal() iter.Seq2[ledger.Entry, error] {
	return a.r.JournalEntries().Find(a.ctx, ledger.EntryQuery{Company: a.books.Company})
}

func (a *audit) balances() ledger.BalanceQuery {
	return ledger.BalanceQuery{Currency: a.books.Currency}
}

func (a *audit) entries() {
	for e, err := range a.journal() {
		if !a.require(err) {
			return
		}
		if err := e.Validate(); err != nil {
			a.fault("entry %s: %w", e.Number, err)
		}
	}
	trial, err := ledger.TrialBalance(a.journal(), a.balances())
	if a.require(err) && !trial.Balanced() {
		a.fault("the trial balance does not balance: debit %v, credit %v", trial.Total.Debit, trial.Total.Credit)
	}
}

// account compares an account's balances by party with what the documents say.
func (a *audit) account(what string, code ledger.AccountCode, want map[tandem.PartyID]int64, sign int64) {
	rows, err := ledger.PartyBalances(a.journal(), code, a.balances())
	if !a.require(err) {
		return
	}
	for _, row := range rows {
		if got := sign * row.Balance.Minor(); got != want[row.Party] {
			a.fault("%s of %v: the account has %v, the documents %v", what, row.Party, a.money(got), a.money(want[row.Party]))
		}
		delete(want, row.Party)
	}
	for _, party := range sorted(want) {
		if want[party] != 0 {
			a.fault("%s of %v: the account has nothing, the documents %v", what, party, a.money(want[party]))
		}
	}
}

func (a *audit) money(minor int64) tandem.Money {
	return tandem.MoneyFromMinor(minor, a.books.Currency)
}

// sorted gives the keys of a map by id, so that faults come in the same order.
func sorted[K any, V any](m map[tandem.ID[K]]V) []tandem.ID[K] {
	keys := make([]tandem.ID[K], 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b tandem.ID[K]) int { return a.Compare(b) })
	return keys
}

func (a *audit) receivables() {
	company := a.books.Company
	last, _ := tandem.NewDate(9999, time.December, 31) // is in the calendar
	aged, err := ageing.Compute(ageing.Query{Currency: a.books.Currency, AsOf: last},
		a.r.CustomerInvoices().Find(a.ctx, billing.InvoiceQuery{Company: company}),
		a.r.Payments().Find(a.ctx, payment.Query{Company: company}),
		a.r.Allocations().Find(a.ctx, billing.AllocationQuery{Company: company}))
	if !a.require(err) {
		return
	}
	owed, advances := map[tandem.PartyID]int64{}, map[tandem.PartyID]int64{}
	for _, row := range aged.Rows {
		owed[row.Customer] = row.Total.Minor()
		advances[row.Customer] = row.Advances.Minor()
	}
	a.account("receivables", a.books.Chart.Receivables, owed, 1)
	a.account("advances", a.books.Chart.CustomerAdvances, advances, -1)
}

func (a *audit) taxes() {
	due := int64(0)
	for e, err := range a.r.TaxEntries().Find(a.ctx, tax.EntryQuery{Company: a.books.Company, Direction: tax.Output}) {
		if !a.require(err) {
			return
		}
		if e.Tax.Currency() == a.books.Currency {
			due += e.Tax.Minor()
		}
	}
	trial, err := ledger.TrialBalance(a.journal(), a.balances())
	if !a.require(err) {
		return
	}
	if booked := -trial.Closing(a.books.Chart.OutputTax).Minor(); booked != due {
		a.fault("output tax: the account has %v, the register %v", a.money(booked), a.money(due))
	}
	left := map[tandem.PartyID]int64{}
	for p, err := range a.r.Payments().Find(a.ctx, payment.Query{Company: a.books.Company}) {
		if !a.require(err) {
			return
		}
		for _, t := range p.TaxLeft() {
			if t.Tax.Currency() != a.books.Currency {
				break
			}
			left[p.Customer()] += t.Tax.Minor()
		}
	}
	if a.books.Chart.AdvanceTax != "" {
		a.account("VAT on advances", a.books.Chart.AdvanceTax, left, 1)
	}
}

func (a *audit) unbilled() {
	if a.books.Revenue == posting.AtInvoice {
		return // the account has the accruals of month ends
	}
	open := map[tandem.PartyID]int64{}
	for d, err := range a.r.Deliveries().Find(a.ctx, delivery.Query{Company: a.books.Company}) {
		if !a.require(err) {
			return
		}
		for i := range d.NumLines() {
			if l := d.LineAt(i); l.Net.Currency() == a.books.Currency {
				open[d.Customer()] += l.Net.Minor() - l.NetInvoiced.Minor()
			}
		}
	}
	a.account("unbilled", a.books.Chart.Unbilled, open, 1)
}

func (a *audit) stockValue() {
	rows, err := ledger.ProductBalances(a.journal(), a.books.Chart.Stock, a.balances())
	if !a.require(err) {
		return
	}
	booked := map[tandem.ProductID]int64{}
	for _, row := range rows {
		booked[row.Product] = row.Balance.Minor()
	}
	there := map[tandem.ProductID]int64{}
	for l, err := range a.r.StockLevels().Find(a.ctx, inventory.LevelQuery{Company: a.books.Company}) {
		if !a.require(err) {
			return
		}
		there[l.Key.Product] += l.OnHand
	}
	for pool, err := range a.r.CostPools().Find(a.ctx, costing.CostPoolQuery{Company: a.books.Company}) {
		if !a.require(err) {
			return
		}
		id := pool.Product()
		if pool.Value().Minor() != booked[id] {
			a.fault("stock value of %v: the pool has %v, the account %v", id, pool.Value(), a.money(booked[id]))
		}
		if pool.Quantity().Micro() != there[id] {
			a.fault("quantity of %v: the pool has %v, the levels %v", id, pool.Quantity(), tandem.QuantityFromMicro(there[id], pool.Quantity().Unit()))
		}
		delete(booked, id)
		delete(there, id)
	}
	for _, id := range sorted(booked) {
		a.fault("stock value of %v: the account has %v, and there is no pool", id, a.money(booked[id]))
	}
	for _, id := range sorted(there) {
		if there[id] != 0 {
			a.fault("quantity of %v: the levels have %d millionths, and there is no pool", id, there[id])
		}
	}
}

func (a *audit) levels() {
	moved, ok := a.moved()
	if !ok {
		return
	}
	held := map[inventory.LevelKey]int64{}
	for r, err := range a.r.Reservations().Find(a.ctx, inventory.ReservationQuery{Company: a.books.Company, Status: inventory.ReservationStatusOpen}) {
		if !a.require(err) {
			return
		}
		held[r.Key()] += r.Open().Micro()
	}
	for l, err := range a.r.StockLevels().Find(a.ctx, inventory.LevelQuery{Company: a.books.Company}) {
		if !a.require(err) {
			return
		}
		a.level(l, moved[l.Key], held[l.Key])
		delete(moved, l.Key)
		delete(held, l.Key)
	}
	for _, key := range keys(moved) {
		a.fault("%v: the moves have %d millionths, and there is no level", key, moved[key])
	}
	for _, key := range keys(held) {
		a.fault("%v: reservations hold %d millionths, and there is no level", key, held[key])
	}
}

func keys(m map[inventory.LevelKey]int64) (out []inventory.LevelKey) {
	for k, n := range m {
		if n != 0 {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, inventory.LevelKey.Compare)
	return out
}

func (a *audit) level(l inventory.Level, moved, held int64) {
	if l.OnHand != moved {
		a.fault("%v: on hand is %d millionths, the moves have %d", l.Key, l.OnHand, moved)
	}
	if l.Reserved != held {
		a.fault("%v: reserved is %d millionths, reservations hold %d", l.Key, l.Reserved, held)
	}
	if l.Reserved >= 0 && l.Reserved <= l.OnHand {
		return
	}
	place, err := a.r.Locations().Get(a.ctx, l.Key.Company, l.Key.Location)
	if a.require(err) && (l.Reserved < 0 || !place.AllowNegative) {
		a.fault("%v: reserved is %d millionths of %d on hand", l.Key, l.Reserved, l.OnHand)
	}
}

// moved sums the moves by level, the counter-locations left out.
func (a *audit) moved() (map[inventory.LevelKey]int64, bool) {
	virtual := map[tandem.LocationID]bool{}
	for l, err := range a.r.Locations().Find(a.ctx, inventory.LocationQuery{Company: a.books.Company}) {
		if !a.require(err) {
			return nil, false
		}
		virtual[l.ID] = l.Kind.Virtual()
	}
	sums, err := inventory.OnHandAt(nil, a.r.StockMoves().Find(a.ctx, inventory.MoveQuery{Company: a.books.Company}), tandem.Instant{}, tandem.Instant{})
	if !a.require(err) {
		return nil, false
	}
	moved, all := map[inventory.LevelKey]int64{}, int64(0)
	for _, l := range sums {
		all += l.OnHand
		if !virtual[l.Key.Location] {
			moved[l.Key] = l.OnHand
		}
	}
	if all != 0 {
		a.fault("all places together hold %d millionths", all)
	}
	return moved, true
}
