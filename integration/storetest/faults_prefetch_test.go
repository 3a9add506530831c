package storetest_test

import (
	"context"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// prefetchFault makes the plain driver read ahead something else than it reads.
type prefetchFault int

const (
	prefetchWell       prefetchFault = iota
	prefetchShuffled                 // records are answered in another order than asked
	prefetchLeftover                 // an absent record has the value of the one before
	prefetchNow                      // a View reads what is there now
	prefetchBegan                    // an Update reads what was there when it began
	prefetchTenantless               // what is not there is looked for at other tenants
	prefetchDrawsOnce                // a series gives one number for all that is drawn together
)

// Prefetch answers reads one by one, and makes the fault.
func (t *plainTx) Prefetch(ctx context.Context, reads []store.Read) error {
	fault := t.p.faults.prefetch
	seen := *t
	switch {
	case fault == prefetchNow:
		seen.snapshot = nil
	case fault == prefetchBegan && t.snapshot == nil:
		seen.snapshot = t.began
	}
	for i := range reads {
		tx := &seen
		if len(reads[i].Draws) > 0 {
			tx = t
		}
		if err := store.OneByOne(ctx, tx, reads[i:i+1]); err != nil {
			return err
		}
		r := &reads[i]
		switch fault {
		case prefetchShuffled:
			slices.Reverse(r.Records)
		case prefetchLeftover:
			for j := 1; j < len(r.Records); j++ {
				if r.Records[j].Value == nil && r.Records[j].Values == nil {
					r.Records[j] = r.Records[j-1]
				}
			}
		case prefetchTenantless:
			t.othersToo(r)
		case prefetchDrawsOnce:
			for j := range r.Draws {
				r.Draws[j].Number = r.Draws[0].Number
			}
		}
	}
	return nil
}

// othersToo fills in of other tenants what the own does not have.
func (t *plainTx) othersToo(r *store.Read) {
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	for _, other := range t.p.tenants {
		for i := range r.Keys {
			if row, found := other.rows[r.Kind.Name][r.Keys[i]]; found && r.Records[i].Value == nil && r.Records[i].Values == nil {
				r.Records[i] = row.record
			}
		}
	}
}

// hoarder is a bundle that keeps the payment terms and periods that it prefetched,
// whatever its Update writes or draws.
type hoarder struct {
	*store.Bundle
	kept    map[tandem.TermsCode]billing.Terms
	periods map[ledger.PeriodID]ledger.PeriodState
}

func (h *hoarder) Prefetch(ctx context.Context, refs []work.Ref) error {
	for _, ref := range refs {
		if code, ok := ref.Key.(tandem.TermsCode); ok && ref.Of == work.OfPaymentTerms {
			if terms, err := h.Bundle.PaymentTerms().PaymentTerms(ctx, ref.Company, code); err == nil {
				h.kept[code] = terms
			}
		}
		if id, ok := ref.Key.(ledger.PeriodID); ok && ref.Of == work.OfPeriods {
			if p, err := h.Bundle.Periods().Get(ctx, ref.Company, id); err == nil {
				h.periods[id] = p.State()
			}
		}
	}
	return h.Bundle.Prefetch(ctx, refs)
}

func (h *hoarder) PaymentTerms() billing.TermsRepository {
	return hoardedTerms{h.Bundle.PaymentTerms(), h.kept}
}

func (h *hoarder) Periods() ledger.PeriodRepository {
	return hoardedPeriods{h.Bundle.Periods(), h.periods}
}

type hoardedPeriods struct {
	ledger.PeriodRepository
	kept map[ledger.PeriodID]ledger.PeriodState
}

func (p hoardedPeriods) Get(ctx context.Context, company tandem.CompanyID, id ledger.PeriodID) (*ledger.Period, error) {
	if state, found := p.kept[id]; found {
		return ledger.RestorePeriod(state)
	}
	return p.PeriodRepository.Get(ctx, company, id)
}

type hoardedTerms struct {
	billing.TermsRepository
	kept map[tandem.TermsCode]billing.Terms
}

func (t hoardedTerms) PaymentTerms(ctx context.Context, company tandem.CompanyID, code tandem.TermsCode) (billing.Terms, error) {
	if terms, found := t.kept[code]; found {
		return terms, nil
	}
	return t.TermsRepository.PaymentTerms(ctx, company, code)
}
