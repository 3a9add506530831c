package recordtoreport

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// Repos is what the process needs of a store's bundle.
type Repos interface {
	work.Repos
	ledger.Repos
}

// Config is what the process needs to know of its company.
type Config struct {
	Work    work.Config
	Company tandem.CompanyID
}

// Service runs the process of one company. It is safe for concurrent use.
type Service[R Repos] struct {
	runner  *work.Runner[R]
	company tandem.CompanyID
}

// New checks the config, with all its faults, and gives the service. It reads
// nothing; the store is wrapped in work.Retry.
func New[R Repos](store work.Store[R], config Config) (*Service[R], error) {
	var check tandem.Check
	check.Nested("work", config.Work.Validate())
	check.Require(!config.Company.IsZero(), "required", "company", "must be given")
	if err := check.Err("record-to-report config"); err != nil {
		return nil, err
	}
	runner, err := work.NewRunner(store, config.Work)
	if err != nil {
		return nil, err
	}
	return &Service[R]{runner.For(config.Company), config.Company}, nil
}

// On gives the service on another store: `svc.On(work.Join(bundle))` runs its
// commands in the host's own unit of work.
func (s *Service[R]) On(store work.Store[R]) *Service[R] {
	return &Service[R]{s.runner.On(store), s.company}
}

// ClosePeriod ends the posting into a period.
type ClosePeriod struct {
	work.Header
	Period ledger.PeriodID `json:"period"`
}

// CommandName is stable.
func (ClosePeriod) CommandName() string { return "recordtoreport.close_period" }

// Access is what the authoriser is asked.
func (c ClosePeriod) Access() work.Access {
	return work.Access{Resource: tandem.RefTo(ledger.PeriodKind, c.Period, "")}
}

// AppendJSON writes the business fields.
func (c ClosePeriod) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "period", c.Period)
	return o.Close()
}

// ReopenPeriod lets a closed period take entries again, for a reason that is kept.
type ReopenPeriod struct {
	work.Header
	Period ledger.PeriodID `json:"period"`
	Reason string          `json:"reason"`
}

// CommandName is stable.
func (ReopenPeriod) CommandName() string { return "recordtoreport.reopen_period" }

// Access is what the authoriser is asked.
func (c ReopenPeriod) Access() work.Access {
	return work.Access{Resource: tandem.RefTo(ledger.PeriodKind, c.Period, "")}
}

// AppendJSON writes the business fields.
func (c ReopenPeriod) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "period", c.Period)
	o.String("reason", c.Reason)
	return o.Close()
}

// PeriodChanged is the result of closing or opening a period. Number is the journal
// number that was drawn for it, and that no entry has; the period's event keeps it. The
// entries of the period have numbers before that of its closing, or after that of
// its opening.
type PeriodChanged struct {
	Period ledger.PeriodID     `json:"period"`
	Name   string              `json:"name"`
	Status ledger.PeriodStatus `json:"status"`
	Number string              `json:"number"`
}

// AppendJSON writes the result.
func (p PeriodChanged) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "period", p.Period)
	o.String("name", p.Name)
	o.String("status", string(p.Status))
	o.String("number", p.Number)
	return o.Close()
}

// ClosePeriod closes a period. What is being posted into it is committed before
// that, or refused. Refused: a period that is closed already.
func (s *Service[R]) ClosePeriod(ctx context.Context, cmd ClosePeriod) (PeriodChanged, error) {
	return s.change(ctx, cmd, cmd.Header, cmd.Period, func(p *ledger.Period, number string, scope *work.Scope) error {
		return p.CloseNumbered(number, scope.Actor.ID, scope.Now)
	})
}

// ReopenPeriod opens a closed period again. Refused: a period that is open, no reason.
func (s *Service[R]) ReopenPeriod(ctx context.Context, cmd ReopenPeriod) (PeriodChanged, error) {
	return s.change(ctx, cmd, cmd.Header, cmd.Period, func(p *ledger.Period, number string, scope *work.Scope) error {
		return p.ReopenNumbered(number, scope.Actor.ID, cmd.Reason, scope.Now)
	})
}

func (s *Service[R]) change(ctx context.Context, cmd work.Command, header work.Header, id ledger.PeriodID, change func(p *ledger.Period, number string, scope *work.Scope) error) (PeriodChanged, error) {
	var check tandem.Check
	check.Nested("", work.CheckHeader(header))
	check.Require(!id.IsZero(), "required", "period", "must be given")
	if err := check.Err("period"); err != nil {
		return PeriodChanged{}, err
	}
	return work.Do(ctx, s.runner, cmd, func(ctx context.Context, r R, scope *work.Scope) (PeriodChanged, error) {
		drawn := []work.Draw{{Series: posting.JournalSeries}}
		if err := work.DrawNumbers(ctx, r, s.company, drawn, work.Ref{Of: work.OfPeriods, Company: s.company, Key: id}); err != nil {
			return PeriodChanged{}, err
		}
		number := billing.SeriesPolicy{}.Number(posting.JournalSeries, drawn[0].Number.Value)
		p, err := r.Periods().Get(ctx, s.company, id)
		if err != nil {
			return PeriodChanged{}, err
		}
		if err := change(p, number, scope); err != nil {
			return PeriodChanged{}, err
		}
		scope.Emit(p.Drain())
		out := PeriodChanged{Period: id, Name: p.Name(), Status: p.Status(), Number: number}
		return out, r.Periods().Save(ctx, p)
	})
}
