package warehouse

import (
	"context"
	"errors"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
)

// The series of the process's own numbers. One command draws them in the order
// of their names.
const (
	seriesReceipt    = "GR"
	seriesJournal    = posting.JournalSeries
	seriesOpening    = "OS"
	seriesAdjustment = "SA"
	seriesTransfer   = "ST"
)

// numbered is a number of a series as it is written: `GR-000042`.
func numbered(d *work.Draw) string {
	return billing.SeriesPolicy{}.Number(d.Series, d.Number.Value)
}

// product gives a product that is stocked.
func (t *task[R]) product(ctx context.Context, id tandem.ProductID) (catalog.Product, error) {
	if p, ok := t.products[id]; ok {
		return p, nil
	}
	var p catalog.Product
	var err error
	if t.s.c.Products != nil {
		p, err = t.s.c.Products.Product(ctx, id)
	} else {
		p, err = t.r.Products().Get(ctx, id)
	}
	if err != nil {
		return p, err
	}
	if !p.Stocked() {
		return p, fault("product", "not_stocked", "product", "is a service and has no stock")
	}
	if t.products == nil {
		t.products = map[tandem.ProductID]catalog.Product{}
	}
	t.products[id] = p
	return p, nil
}

func (t *task[R]) location(ctx context.Context, id tandem.LocationID) (inventory.Location, error) {
	if l, ok := t.places[id]; ok {
		return l, nil
	}
	var l inventory.Location
	var err error
	if t.s.c.Locations != nil {
		l, err = t.s.c.Locations.Location(ctx, t.s.company(), id)
	} else {
		l, err = t.r.Locations().Get(ctx, t.s.company(), id)
	}
	if err != nil {
		return l, err
	}
	if t.places == nil {
		t.places = map[tandem.LocationID]inventory.Location{}
	}
	t.places[id] = l
	return l, nil
}

// stockPlace refuses a location that holds no stock of the company.
func (t *task[R]) stockPlace(ctx context.Context, id tandem.LocationID, path string) error {
	l, err := t.location(ctx, id)
	if err == nil && (l.Kind != inventory.Stock || l.Company != t.s.company()) {
		err = fault("location", "not_stock", path, "must be a stock location of the company")
	}
	return err
}

// virtualPlace refuses a counter-location of the config that is none.
func (t *task[R]) virtualPlace(ctx context.Context, id tandem.LocationID, path string) error {
	l, err := t.location(ctx, id)
	if err == nil && (!l.Kind.Virtual() || l.Company != t.s.company()) {
		err = fault("location", "not_virtual", path, "must be a virtual location of the company")
	}
	return err
}

// knownPeriod is the period that was asked for last. Which one that is, is
// remembered; whether it is open is read each time.
type knownPeriod struct {
	id    ledger.PeriodID
	dates tandem.Validity
}

// period gives the accounting period of a date, once a journal number is drawn
// ([posting.JournalSeries]), nil if there is none: the entry
// then is refused.
func (t *task[R]) period(ctx context.Context, date tandem.Date) (*ledger.Period, error) {
	if t.s.c.Periods != nil {
		p, err := t.s.c.Periods.Period(ctx, t.s.company(), date)
		if errors.Is(err, tandem.ErrNotFound) {
			return nil, nil
		}
		return p, err
	}
	if last := t.s.lastPeriod.Load(); last != nil && last.dates.Contains(date) {
		p, err := t.r.Periods().Get(ctx, t.s.company(), last.id)
		if err == nil && p.Dates().Contains(date) {
			return p, nil
		}
	}
	for p, err := range t.r.Periods().Find(ctx, periodOf(t.s.company(), date)) {
		if err == nil {
			t.s.lastPeriod.Store(&knownPeriod{p.ID(), p.Dates()})
		}
		return p, err
	}
	return nil, nil
}

// day gives the company's civil date of an instant.
func (s *Service[R]) day(at tandem.Instant) tandem.Date { return tandem.DateIn(at, s.c.Zone) }

// when settles the day on which a command counts and the instant at which its
// goods move: now, or the last instant of a day that is over.
func (t *task[R]) when(named tandem.Date) error {
	today := t.s.day(t.scope.Now)
	switch {
	case named.IsZero() || named == today:
		t.date, t.at = today, t.scope.Now
	case named.After(today):
		return fault("date", "future", "date", "cannot lie in the future")
	default:
		t.date, t.at = named, named.AddDays(1).At(0, 0, t.s.c.Zone).Add(-time.Microsecond)
	}
	return nil
}

func fault(subject, code, path, message string) error {
	var c tandem.Check
	c.Add(code, path, message)
	return c.Err(subject)
}

func refused(command, subject, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: subject, Code: code, Reason: reason}
}

// raced marks a refusal of what the command has itself read as possible: an Update
// sees what others commit in between. The error matches [tandem.ErrConflict] too,
// so that the decision is made anew.
func raced(err error, kind tandem.DocumentKind, key string) error {
	if !errors.Is(err, tandem.ErrInsufficient) && !errors.Is(err, tandem.ErrNotAllowed) {
		return err
	}
	return errors.Join(err, &tandem.ConflictError{Kind: string(kind), Key: key})
}

// collect puts the fault of a part among the others; an error that is not the
// input's is given back.
func collect(c *tandem.Check, path string, err error) error {
	if err == nil || !errors.Is(err, tandem.ErrInvalid) && !errors.Is(err, tandem.ErrNotFound) {
		return err
	}
	if errors.Is(err, tandem.ErrNotFound) {
		c.Add("not_found", path, err.Error())
		return nil
	}
	c.Nested(path, err)
	return nil
}
