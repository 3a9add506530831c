package books

import (
	"context"
	"sync"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// booked is the sum of what was booked, on the days of a month or, added up, on all days.
type booked struct {
	unbalanced  bool                                            // some entry
	trial       bool                                            // the trial balance balances
	parties     map[ledger.AccountCode]map[tandem.PartyID]int64 // in pence
	products    map[tandem.ProductID]int64                      // on the stock account, in pence
	receivables int64                                           // of all customers
	expenses    int64
}

func newBooked() booked {
	return booked{trial: true, products: map[tandem.ProductID]int64{},
		parties: map[ledger.AccountCode]map[tandem.PartyID]int64{"1100": {}, "1150": {}, "2100": {}, "2150": {}}}
}

// add adds to a balance, and forgets it when it is nought.
func add[K comparable](m map[K]int64, k K, n int64) {
	if m[k] += n; m[k] == 0 {
		delete(m, k)
	}
}

func addAll[K comparable](m, more map[K]int64) {
	for k, n := range more {
		add(m, k, n)
	}
}

// plus adds the sums of other days.
func (s *booked) plus(o *booked) {
	s.unbalanced, s.trial = s.unbalanced || o.unbalanced, s.trial && o.trial
	for account, parties := range o.parties {
		addAll(s.parties[account], parties)
	}
	addAll(s.products, o.products)
	s.receivables += o.receivables
	s.expenses += o.expenses
}

// read sums what was booked on some days.
func (s *booked) read(ctx context.Context, r *store.Bundle, days tandem.Validity) error {
	*s = newBooked()
	trial, err := ledger.TrialBalance(passing(r.JournalEntries().Find(ctx, ledger.EntryQuery{Company: company(), Dates: days}), s.entry),
		ledger.BalanceQuery{Currency: tandem.GBP})
	s.trial = trial.Balanced()
	return err
}

func (s *booked) entry(e *ledger.Entry) {
	var sum int64
	for i := range e.Lines {
		l := &e.Lines[i]
		n := l.Amount.Minor()
		sum += n
		if m := s.parties[l.Account]; m != nil {
			add(m, l.Party, n)
		}
		switch l.Account {
		case "1100":
			s.receivables += n
		case "1200":
			add(s.products, l.Product, n)
		case "6000":
			s.expenses += n
		}
	}
	s.unbalanced = s.unbalanced || sum != 0
}

// moved is what came into the warehouse and left it, by product, in millionths. Moves come in the order in which they were
// appended: each reader reads back from the last one to the one at which the reader before began.
type moved struct {
	mu   sync.Mutex
	sums map[tandem.ProductID]int64
	last inventory.MoveID // that was read
}

// read reads what moved since the last reader. It has the snapshot taken while no other reads: with an older one than the
// reader before had, it would not find where that one began.
func (m *moved) read(ctx context.Context, s work.Store[*store.Bundle]) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return s.View(ctx, func(ctx context.Context, r *store.Bundle) error {
		before := m.last
		for move, err := range r.StockMoves().Find(ctx, inventory.MoveQuery{Company: company(), Page: tandem.Page{Descending: true}}) {
			if err != nil {
				return err
			}
			if move.ID == before {
				break
			}
			if m.last == before {
				m.last = move.ID
			}
			if move.To == mainStore {
				add(m.sums, move.Product, move.Quantity.Micro())
			}
			if move.From == mainStore {
				add(m.sums, move.Product, -move.Quantity.Micro())
			}
		}
		return nil
	})
}
