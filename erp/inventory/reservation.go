package inventory

import "github.com/tandem-go/tandem"

type reservationKind struct{}

// ReservationID names a reservation.
type ReservationID = tandem.ID[reservationKind]

// KindReservation is the stable name of reservations.
const KindReservation tandem.DocumentKind = "stock_reservation"

// ReservationState is what is kept of a [Reservation]. Quantities are in the
// product's base unit; what is still held is Quantity less the rest.
type ReservationState struct {
	ID          ReservationID     `json:"id"`
	Company     tandem.CompanyID  `json:"company"`
	Revision    int64             `json:"revision"` // kept by the store, compared on Save
	Sequence    int64             `json:"sequence"` // number of events ever recorded
	Status      ReservationStatus `json:"status"`
	Line        tandem.LineRef    `json:"line"` // the document line it is held for
	Product     tandem.ProductID  `json:"product"`
	Location    tandem.LocationID `json:"location"`
	Lot         tandem.LotID      `json:"lot,omitzero"`
	Quantity    tandem.Quantity   `json:"quantity"`         // reserved at first
	Consumed    tandem.Quantity   `json:"consumed"`         // shipped or used
	Released    tandem.Quantity   `json:"released"`         // given back
	Transferred tandem.Quantity   `json:"transferred"`      // handed to other lines
	Expired     tandem.Quantity   `json:"expired"`          // given back since its time was over
	Promise     tandem.Date       `json:"promise"`          // the day that was promised
	Made        tandem.Instant    `json:"made"`             // when it was reserved
	Expires     tandem.Instant    `json:"expires,omitzero"` // when it may be expired; zero = never
}

// Key gives the level that the reservation is held in.
func (s *ReservationState) Key() LevelKey {
	return LevelKey{Company: s.Company, Location: s.Location, Product: s.Product, Lot: s.Lot}
}

// open gives what is still held.
func (s *ReservationState) open() tandem.Quantity {
	return tandem.QuantityFromMicro(s.Quantity.Micro()-s.Consumed.Micro()-s.Released.Micro()-
		s.Transferred.Micro()-s.Expired.Micro(), s.Quantity.Unit())
}

// Reservation holds a quantity of a product at one location for one document
// line. It is consumed (at once or in steps), released or expired, each unit of
// it exactly once. Every command that changes what is held gives the change of
// the level, to be applied in the same unit of work; the sum of what is held of a
// level is thereby its reserved quantity.
type Reservation struct {
	s       ReservationState
	events  []tandem.Event
	first   [1]tandem.Event // most reservations record one event between two drains
	drained bool
}

// Hold is what [NewReservation] asks for.
type Hold struct {
	ID       ReservationID
	Line     tandem.LineRef
	Key      LevelKey
	Quantity tandem.Quantity // in the base unit, positive
	Promise  tandem.Date
	Expires  tandem.Instant // zero = never
}

// NewReservation reserves; the change it gives must be applied to the level,
// which may refuse it.
func NewReservation(h Hold, at tandem.Instant) (*Reservation, LevelChange, error) {
	r := &Reservation{s: ReservationState{
		ID: h.ID, Company: h.Key.Company, Status: ReservationStatusOpen, Line: h.Line, Product: h.Key.Product,
		Location: h.Key.Location, Lot: h.Key.Lot, Quantity: h.Quantity, Promise: h.Promise, Made: at, Expires: h.Expires,
	}}
	if err := r.s.check(); err != nil {
		return nil, LevelChange{}, err
	}
	if !h.Expires.IsZero() && !h.Expires.After(at) {
		return nil, LevelChange{}, fault("reservation", "expires", "expires", "must be later than now")
	}
	r.record(ReservationMade{ID: h.ID, Company: h.Key.Company, Line: h.Line, Product: h.Key.Product,
		Location: h.Key.Location, Lot: h.Key.Lot, Quantity: h.Quantity, Promise: h.Promise, Expires: h.Expires, At: at})
	return r, LevelChange{Key: h.Key, Reserved: h.Quantity.Micro()}, nil
}

// RestoreReservation gives the reservation of a state that was kept.
func RestoreReservation(s ReservationState) (*Reservation, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	return &Reservation{s: s}, nil
}

// check reports what cannot hold for any reservation ever written.
func (s *ReservationState) check() error {
	if s.sound() {
		return nil
	}
	var c tandem.Check
	c.Require(!s.ID.IsZero(), "required", "id", "must be given")
	c.Require(!s.Company.IsZero(), "required", "company", "must be given")
	c.Require(!s.Product.IsZero(), "required", "product", "must be given")
	c.Require(!s.Location.IsZero(), "required", "location", "must be given")
	c.Require(!s.Line.Document.IsZero() && s.Line.Line > 0, "required", "line", "must name a document line")
	c.Require(s.Quantity.Sign() > 0, "quantity", "quantity", "must be positive")
	c.Require(!s.Promise.IsZero(), "required", "promise", "must be given")
	c.Require(!s.Made.IsZero(), "required", "made", "must be given")
	c.Require(s.Revision >= 0 && s.Sequence >= 0, "revision", "revision", "must not be negative")
	c.Require(s.partsFit(), "parts", "quantity", "the parts must not exceed the whole")
	c.Require(s.statusFits(), "status", "status", "does not fit the quantities")
	return c.Err("reservation")
}

// sound is check without the report: the hot path allocates nothing.
func (s *ReservationState) sound() bool {
	return !s.ID.IsZero() && !s.Company.IsZero() && !s.Product.IsZero() && !s.Location.IsZero() &&
		!s.Line.Document.IsZero() && s.Line.Line > 0 && s.Quantity.Sign() > 0 && !s.Promise.IsZero() &&
		!s.Made.IsZero() && s.Revision >= 0 && s.Sequence >= 0 && s.partsFit() && s.statusFits()
}

func (s *ReservationState) partsFit() bool {
	left := s.Quantity.Micro()
	for _, part := range [...]tandem.Quantity{s.Consumed, s.Released, s.Transferred, s.Expired} {
		if part.Sign() < 0 || part.Micro() > left || part != (tandem.Quantity{}) && part.Unit() != s.Quantity.Unit() {
			return false
		}
		left -= part.Micro()
	}
	return true
}

func (s *ReservationState) statusFits() bool {
	held := s.open().Sign() > 0
	switch s.Status {
	case ReservationStatusOpen:
		return held
	case ReservationStatusConsumed:
		return !held && s.Consumed.Sign() > 0
	case ReservationStatusReleased:
		return !held && s.Released.Sign() > 0
	case ReservationStatusTransferred:
		return !held && s.Transferred.Sign() > 0
	case ReservationStatusExpired:
		return !held && s.Expired.Sign() > 0
	}
	return false
}

// Reads without a copy.

// ID gives the reservation's id.
func (r *Reservation) ID() ReservationID { return r.s.ID }

// Company gives the company whose stock is held.
func (r *Reservation) Company() tandem.CompanyID { return r.s.Company }

// Revision gives the revision that the store keeps.
func (r *Reservation) Revision() int64 { return r.s.Revision }

// Status gives the state of its life.
func (r *Reservation) Status() ReservationStatus { return r.s.Status }

// Line gives the document line it is held for.
func (r *Reservation) Line() tandem.LineRef { return r.s.Line }

// Key gives the level it is held in.
func (r *Reservation) Key() LevelKey { return r.s.Key() }

// Promise gives the day that was promised.
func (r *Reservation) Promise() tandem.Date { return r.s.Promise }

// Commitment gives what is still held as a commitment of a [Projection]. It counts
// from the first day, whatever day was promised: what is held now is given to
// nobody else in the meantime.
func (r *Reservation) Commitment() Commitment {
	return Commitment{Quantity: r.Open(), Line: r.s.Line}
}

// Expires gives the instant from which it may be expired, zero for never.
func (r *Reservation) Expires() tandem.Instant { return r.s.Expires }

// Open gives what is still held, nought when it is over.
func (r *Reservation) Open() tandem.Quantity { return r.s.open() }

// State gives a copy of everything that is kept.
func (r *Reservation) State() ReservationState { return r.s }

// Copy gives an independent copy as a store keeps it: under that revision, and
// without the recorded events.
func (r *Reservation) Copy(revision int64) *Reservation {
	c := &Reservation{s: r.s}
	c.s.Revision = revision
	return c
}

// Drain hands out the recorded events and forgets them.
func (r *Reservation) Drain() tandem.Recorded {
	out := tandem.Recorded{Kind: KindReservation, ID: r.s.ID.Bytes(), Company: r.s.Company, Last: r.s.Sequence, Events: r.events}
	r.events, r.drained = nil, true
	return out
}

func (r *Reservation) record(e tandem.Event) {
	r.s.Sequence++
	if r.events == nil && !r.drained { // the array belongs to the first drain alone
		r.events = r.first[:0]
	}
	r.events = append(r.events, e)
}
