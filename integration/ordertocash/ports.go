package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/pricing"
)

// PriceSource gives the compiled price book that prices a day.
type PriceSource interface {
	Prices(ctx context.Context, company tandem.CompanyID, date tandem.Date) (*pricing.Snapshot, error)
}

// FixedPrices is a PriceSource of one snapshot for all days.
func FixedPrices(s *pricing.Snapshot) PriceSource { return fixedPrices{s} }

type fixedPrices struct{ s *pricing.Snapshot }

func (f fixedPrices) Prices(context.Context, tandem.CompanyID, tandem.Date) (*pricing.Snapshot, error) {
	return f.s, nil
}

// Customer is what the process needs to know of a customer on a day.
type Customer struct {
	Party     tandem.PartyID
	Country   tandem.Country   // of the delivery, unless the order says otherwise
	VATNumber string           // in that country; "" for none
	Business  bool             // buys as a business, with or without a number
	Grade     tandem.GradeCode // on the day; "" for none
	Terms     tandem.TermsCode
	Segments  []string // that it belongs to, for prices and promotions; the store's customers have none
	Region    string   // for prices and promotions, in the words of the price book; the store's customers have none
	Refused   string   // why nothing is sold to it now; invoices and credits go on
}

// CustomerSource gives customers to the process: a host's own table, or the
// store's parties and grades.
type CustomerSource interface {
	Customer(ctx context.Context, company tandem.CompanyID, party tandem.PartyID, on tandem.Date) (Customer, error) // tandem.ErrNotFound
}

func (s *Service[R]) customer(ctx context.Context, r R, id tandem.PartyID, on tandem.Date) (Customer, error) {
	if s.c.Customers == nil {
		return s.storedCustomer(ctx, r, id, on)
	}
	c, err := s.c.Customers.Customer(ctx, s.company(), id, on)
	if err != nil && errors.Is(err, tandem.ErrNotFound) {
		return c, &tandem.NotFoundError{Kind: "customer", Key: id.String()} // whoever keeps them, the same words
	}
	return c, err
}

// projection gives what can be promised at a level: what is there and will come,
// less what is held now and what is promised, the asking document left aside. With dated, who waits
// without having been promised a day is left aside, too.
func (s *Service[R]) projection(ctx context.Context, r R, key inventory.LevelKey, unit tandem.Unit, asking tandem.DocumentRef, dated bool) (*inventory.Projection, error) {
	levels, err := r.StockLevels().Get(ctx, key)
	if err != nil {
		return nil, err
	}
	var supplies []inventory.Supply
	if s.c.Expects != nil {
		if supplies, err = s.c.Expects.Supplies(ctx, key); err != nil {
			return nil, err
		}
	}
	var commitments []inventory.Commitment
	for reservation, err := range r.Reservations().Find(ctx, heldOf(key)) {
		if err != nil {
			return nil, err
		}
		commitments = append(commitments, reservation.Commitment())
	}
	for b, err := range r.Backorders().Find(ctx, waitingFor(key)) {
		if err != nil {
			return nil, err
		}
		if !dated || !b.Promise.IsZero() {
			commitments = append(commitments, b.Commitment())
		}
	}
	return inventory.NewProjection(tandem.QuantityFromMicro(levels[0].OnHand, unit), supplies, commitments, asking)
}

// waiting gives the unit in which somebody else waits who was promised a day, none
// where nobody does.
func (s *Service[R]) waiting(ctx context.Context, r R, key inventory.LevelKey, asking tandem.DocumentRef) (tandem.Unit, error) {
	for b, err := range r.Backorders().Find(ctx, waitingFor(key)) {
		if err != nil {
			return 0, err
		}
		if !b.Promise.IsZero() && !b.Line.Document.Same(asking) {
			return b.Quantity.Unit(), nil
		}
	}
	return 0, nil
}

// SupplySource gives what will come in of a product at a location: open purchase
// and production orders, each with what is still to come of it and the day on which
// it can be given to an order. The process believes that day. One that has passed
// counts as come: promises that rest on it are for today. A source that does not
// trust what is overdue gives it the day that the supplier confirms anew, or a later
// one of its own, or leaves it out.
type SupplySource interface {
	Supplies(ctx context.Context, key inventory.LevelKey) ([]inventory.Supply, error)
}

func (s *Service[R]) product(ctx context.Context, r R, id tandem.ProductID) (catalog.Product, error) {
	if s.c.Products != nil {
		return s.c.Products.Product(ctx, id)
	}
	return r.Products().Get(ctx, id)
}

func (s *Service[R]) terms(ctx context.Context, r R, code tandem.TermsCode) (billing.Terms, error) {
	if s.c.Terms != nil {
		return s.c.Terms.PaymentTerms(ctx, s.company(), code)
	}
	return r.PaymentTerms().PaymentTerms(ctx, s.company(), code)
}

// period gives the accounting period of a date, once a journal number is drawn
// ([posting.JournalSeries]). Which one that is, is remembered;
// whether it is open is read each time.
func (s *Service[R]) period(ctx context.Context, r R, date tandem.Date) (*ledger.Period, error) {
	if s.c.Periods != nil {
		return s.c.Periods.Period(ctx, s.company(), date)
	}
	if last := s.lastPeriod.Load(); last != nil && last.dates.Contains(date) {
		p, err := r.Periods().Get(ctx, s.company(), last.id)
		if err == nil && p.Dates().Contains(date) {
			return p, nil
		}
	}
	return s.findPeriod(ctx, r, date)
}

// openPeriod gives the period of a document's date, and refuses a closed one even
// where the document is of nought and books nothing.
func (s *Service[R]) openPeriod(ctx context.Context, r R, date tandem.Date) (*ledger.Period, error) {
	period, err := s.period(ctx, r, date)
	if err != nil {
		return nil, err
	}
	return period, period.Admit(s.company(), date)
}

// knownPeriod is the period that was asked for last.
type knownPeriod struct {
	id    ledger.PeriodID
	dates tandem.Validity
}

func (s *Service[R]) findPeriod(ctx context.Context, r R, date tandem.Date) (*ledger.Period, error) {
	for p, err := range r.Periods().Find(ctx, periodOf(s.company(), date)) {
		if err == nil {
			s.lastPeriod.Store(&knownPeriod{p.ID(), p.Dates()})
		}
		return p, err
	}
	return nil, &tandem.NotFoundError{Kind: "period", Key: date.String()}
}
