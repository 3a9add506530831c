package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
)

// CustomerRepos is what the process reads of customers where the config names no
// [CustomerSource].
type CustomerRepos interface {
	Parties() party.PartyRepository
	GradeAssignments() grading.GradeAssignmentRepository
}

// storedCustomer gives a customer of the store on a day: the country of its
// delivery address (else of the registered one), its VAT number there or where it
// is registered, the grade that it has or inherits, and the terms of the config.
func (s *Service[R]) storedCustomer(ctx context.Context, r R, id tandem.PartyID, on tandem.Date) (Customer, error) {
	p, err := r.Parties().Get(ctx, id)
	if err != nil {
		return Customer{}, err
	}
	out := Customer{Party: id, Business: p.Kind() == party.Organisation, Terms: s.c.DefaultTerms}
	if !p.MayOrder(on) {
		out.Refused = "is no active customer on this day"
	}
	if seat, found := p.Address(party.Registered, on); found {
		out.Country = seat.Country
		out.VATNumber, _ = p.TaxNumber(seat.Country, on)
	}
	if delivery, found := p.Address(party.Delivery, on); found {
		out.Country = delivery.Country
		if number, found := p.TaxNumber(delivery.Country, on); found {
			out.VATNumber = number
		}
	}
	out.Grade, err = s.storedGrade(ctx, r, p, on)
	return out, err
}

// storedGrade gives the first grade of the party and of those that it inherits from.
func (s *Service[R]) storedGrade(ctx context.Context, r R, p *party.Party, on tandem.Date) (tandem.GradeCode, error) {
	chain, err := party.Inherited(p, party.InheritGrade, func(id tandem.PartyID) (*party.Party, error) {
		next := s.reads(r)
		if next.customer(id); next.on {
			if err := s.fetch(ctx, r, &next); err != nil {
				return nil, err
			}
		}
		return r.Parties().Get(ctx, id)
	})
	if err != nil {
		return "", err
	}
	for _, id := range chain {
		a, err := r.GradeAssignments().Get(ctx, s.company(), id)
		if errors.Is(err, tandem.ErrNotFound) {
			continue
		}
		if err != nil {
			return "", err
		}
		if grade := a.GradeOn(on); grade != "" {
			return grade, nil
		}
	}
	return "", nil
}

// mayOrder refuses a customer to whom nothing is sold.
func (c *Customer) mayOrder() error {
	if c.Refused == "" {
		return nil
	}
	return &tandem.RefusedError{Command: "order", Subject: "customer " + c.Party.String(), Code: "customer_refused", Reason: c.Refused}
}
