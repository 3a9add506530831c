package ledger

import (
	"iter"
	"slices"

	"github.com/tandem-go/tandem"
)

// BalanceQuery says which entries count for a balance.
type BalanceQuery struct {
	Currency tandem.Currency // the functional currency
	From     tandem.Date     // the first day of the turnover; earlier entries are the opening balance. Zero: no opening balance
	AsOf     tandem.Date     // the last day that counts. Zero: all
	KnownAt  tandem.Instant  // only entries recorded until then. Zero: all
}

func (q BalanceQuery) counts(e *Entry) bool {
	return (q.AsOf.IsZero() || !e.Date.After(q.AsOf)) && (q.KnownAt.IsZero() || !e.Recorded.After(q.KnownAt))
}

// AccountBalance is one row of a trial balance. Opening + Debit − Credit = Closing.
type AccountBalance struct {
	Account AccountCode  `json:"account"`
	Opening tandem.Money `json:"opening"` // signed, debit positive
	Debit   tandem.Money `json:"debit"`   // sum of the debits, positive
	Credit  tandem.Money `json:"credit"`  // sum of the credits, positive
	Closing tandem.Money `json:"closing"` // signed, debit positive
}

// Trial is a trial balance: a row for each account that was posted to, by
// ascending code, and the totals, in which debits equal credits and openings and
// closings are nought.
type Trial struct {
	Rows  []AccountBalance `json:"rows"`
	Total AccountBalance   `json:"total"` // without an account
}

// Balanced reports whether the books balance.
func (t Trial) Balanced() bool {
	return t.Total.Debit == t.Total.Credit && t.Total.Opening.IsZero() && t.Total.Closing.IsZero()
}

// Closing gives the closing balance of an account, nought if it was never posted to.
func (t Trial) Closing(code AccountCode) tandem.Money {
	i, found := slices.BinarySearchFunc(t.Rows, code, func(r AccountBalance, code AccountCode) int { return compareCodes(r.Account, code) })
	if !found {
		return tandem.MoneyFromMinor(0, t.Total.Closing.Currency())
	}
	return t.Rows[i].Closing
}

type sums struct{ opening, debit, credit tandem.Total }

func newSums(c tandem.Currency) *sums {
	return &sums{tandem.NewTotal(c), tandem.NewTotal(c), tandem.NewTotal(c)}
}

func (s *sums) row(code AccountCode) (AccountBalance, error) {
	closing := s.opening
	closing.AddTotal(s.debit)
	row := AccountBalance{Account: code}
	for _, f := range []struct {
		to   *tandem.Money
		from *tandem.Total
	}{{&row.Opening, &s.opening}, {&row.Debit, &s.debit}, {&row.Credit, &s.credit}, {&row.Closing, &closing}} {
		m, err := f.from.Money(tandem.HalfAwayFromZero)
		if err != nil {
			return AccountBalance{}, err
		}
		*f.to = m
	}
	var err error
	row.Closing, err = row.Closing.Sub(row.Credit)
	return row, err
}

// TrialBalance sums entries of one company, in any order, by account. The error
// is that of the sequence, or one of arithmetic: an entry in another currency, or
// a balance out of range.
func TrialBalance(entries iter.Seq2[Entry, error], q BalanceQuery) (Trial, error) {
	accounts := make(map[AccountCode]*sums)
	total := newSums(q.Currency)
	for e, err := range entries {
		if err != nil {
			return Trial{}, err
		}
		if !q.counts(&e) {
			continue
		}
		opening := e.Date.Before(q.From)
		for i := range e.Lines {
			s := accounts[e.Lines[i].Account]
			if s == nil {
				s = newSums(q.Currency)
				accounts[e.Lines[i].Account] = s
			}
			s.add(e.Lines[i].Amount, opening)
			total.add(e.Lines[i].Amount, opening)
		}
	}
	trial := Trial{Rows: make([]AccountBalance, 0, len(accounts))}
	for code, s := range accounts {
		row, err := s.row(code)
		if err != nil {
			return Trial{}, err
		}
		trial.Rows = append(trial.Rows, row)
	}
	slices.SortFunc(trial.Rows, func(a, b AccountBalance) int { return compareCodes(a.Account, b.Account) })
	var err error
	trial.Total, err = total.row("")
	return trial, err
}

func (s *sums) add(m tandem.Money, opening bool) {
	switch {
	case opening:
		s.opening.Add(m)
	case m.Sign() > 0:
		s.debit.Add(m)
	default:
		s.credit.Sub(m)
	}
}

// PartyBalance is the balance of one party on an account, debit positive.
type PartyBalance struct {
	Party   tandem.PartyID `json:"party,omitzero"`
	Balance tandem.Money   `json:"balance"`
}

// PartyBalances gives an account's balance by party, by ascending id, those of
// nought left out: the receivables by customer that must equal the ageing.
func PartyBalances(entries iter.Seq2[Entry, error], account AccountCode, q BalanceQuery) ([]PartyBalance, error) {
	rows, err := balancesBy(entries, account, q, func(l *Line) tandem.PartyID { return l.Party })
	out := make([]PartyBalance, len(rows))
	for i, r := range rows {
		out[i] = PartyBalance{r.key, r.balance}
	}
	return out, err
}

// ProductBalance is the balance of one product on an account, debit positive.
type ProductBalance struct {
	Product tandem.ProductID `json:"product,omitzero"`
	Balance tandem.Money     `json:"balance"`
}

// ProductBalances gives an account's balance by product, by ascending id, those
// of nought left out: the stock value that must equal the cost pools.
func ProductBalances(entries iter.Seq2[Entry, error], account AccountCode, q BalanceQuery) ([]ProductBalance, error) {
	rows, err := balancesBy(entries, account, q, func(l *Line) tandem.ProductID { return l.Product })
	out := make([]ProductBalance, len(rows))
	for i, r := range rows {
		out[i] = ProductBalance{r.key, r.balance}
	}
	return out, err
}

type keyed[K any] struct {
	key     tandem.ID[K]
	balance tandem.Money
}

func balancesBy[K any](entries iter.Seq2[Entry, error], account AccountCode, q BalanceQuery, key func(*Line) tandem.ID[K]) ([]keyed[K], error) {
	totals := make(map[tandem.ID[K]]*tandem.Total)
	for e, err := range entries {
		if err != nil {
			return nil, err
		}
		if !q.counts(&e) {
			continue
		}
		for i := range e.Lines {
			if e.Lines[i].Account != account {
				continue
			}
			k := key(&e.Lines[i])
			t := totals[k]
			if t == nil {
				sum := tandem.NewTotal(q.Currency)
				t = &sum
				totals[k] = t
			}
			t.Add(e.Lines[i].Amount)
		}
	}
	rows := make([]keyed[K], 0, len(totals))
	for k, t := range totals {
		m, err := t.Money(tandem.HalfAwayFromZero)
		if err != nil {
			return nil, err
		}
		if !m.IsZero() {
			rows = append(rows, keyed[K]{k, m})
		}
	}
	slices.SortFunc(rows, func(a, b keyed[K]) int { return a.key.Compare(b.key) })
	return rows, nil
}
