package inventory

import "github.com/tandem-go/tandem"

// ReservationStatus is a state in the life of a reservation.
type ReservationStatus string

// The states. All but the first are final, and name the command that took the
// last of what was held.
const (
	ReservationStatusOpen        ReservationStatus = "open"
	ReservationStatusConsumed    ReservationStatus = "consumed"
	ReservationStatusReleased    ReservationStatus = "released"
	ReservationStatusTransferred ReservationStatus = "transferred"
	ReservationStatusExpired     ReservationStatus = "expired"
)

// ReservationStatuses lists the states.
func ReservationStatuses() []ReservationStatus {
	return []ReservationStatus{ReservationStatusOpen, ReservationStatusConsumed, ReservationStatusReleased, ReservationStatusTransferred, ReservationStatusExpired}
}

// Valid reports whether s is one of [ReservationStatuses].
func (s ReservationStatus) Valid() bool {
	switch s {
	case ReservationStatusOpen, ReservationStatusConsumed, ReservationStatusReleased, ReservationStatusTransferred, ReservationStatusExpired:
		return true
	}
	return false
}

// UnmarshalText reads a state and refuses anything else.
func (s *ReservationStatus) UnmarshalText(text []byte) error {
	parsed := ReservationStatus(text)
	if !parsed.Valid() {
		return fault("reservation status", "status", "status", "unknown status of a reservation")
	}
	*s = parsed
	return nil
}

// ReservationTransition says where a command leads from a state when it takes
// all that is held. A command that takes a part leaves the reservation open.
type ReservationTransition struct {
	From    ReservationStatus
	Command string
	To      ReservationStatus
}

var reservationTransitions = [...]ReservationTransition{
	{ReservationStatusOpen, "consume", ReservationStatusConsumed},
	{ReservationStatusOpen, "release", ReservationStatusReleased},
	{ReservationStatusOpen, "transfer", ReservationStatusTransferred},
	{ReservationStatusOpen, "expire", ReservationStatusExpired},
}

// ReservationTransitions lists every transition that there is.
func ReservationTransitions() []ReservationTransition {
	all := reservationTransitions
	return all[:]
}

// next gives the state that command leads to, or a refusal.
func (r *Reservation) next(command string) (ReservationStatus, error) {
	for i := range reservationTransitions {
		if t := &reservationTransitions[i]; t.From == r.s.Status && t.Command == command {
			return t.To, nil
		}
	}
	return "", r.refuse(command, "status", "the reservation is over")
}

func (r *Reservation) refuse(command, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "reservation " + r.s.ID.String(),
		State: string(r.s.Status), Code: code, Reason: reason}
}

// take books q under a part, closes the reservation when nothing is left, and
// gives the change of the level.
func (r *Reservation) take(command string, part *tandem.Quantity, q tandem.Quantity) (LevelChange, error) {
	to, err := r.next(command)
	if err != nil {
		return LevelChange{}, err
	}
	held := r.s.open()
	order, err := q.Cmp(held)
	switch {
	case err != nil:
		return LevelChange{}, err
	case q.Sign() <= 0:
		return LevelChange{}, fault("reservation", "quantity", "quantity", "must be positive")
	case order > 0:
		return LevelChange{}, &InsufficientError{Key: r.Key(), Wanted: q.Micro(), Available: held.Micro(), Reserved: true}
	case order == 0:
		r.s.Status = to
	}
	*part = tandem.QuantityFromMicro(part.Micro()+q.Micro(), q.Unit())
	return LevelChange{Key: r.Key(), Reserved: -q.Micro()}, nil
}

// Consume takes q out of what is held, since it is shipped or used. The change it
// gives lowers the reserved quantity only; what is at hand is lowered by the move.
// Apply both at once. More than is held is an [*InsufficientError]. A reservation
// whose time is over can be consumed until it is expired.
func (r *Reservation) Consume(q tandem.Quantity, at tandem.Instant) (LevelChange, error) {
	change, err := r.take("consume", &r.s.Consumed, q)
	if err == nil {
		r.record(ReservationConsumed{ID: r.s.ID, Company: r.s.Company, Line: r.s.Line, Product: r.s.Product,
			Quantity: q, Open: r.s.open(), Status: r.s.Status, At: at})
	}
	return change, err
}

// Release gives q of what is held back to the stock. More than is held is an
// [*InsufficientError].
func (r *Reservation) Release(q tandem.Quantity, reason string, at tandem.Instant) (LevelChange, error) {
	if len(reason) > tandem.MaxText {
		return LevelChange{}, fault("reservation", "too_long", "reason", "too long")
	}
	change, err := r.take("release", &r.s.Released, q)
	if err == nil {
		r.record(ReservationReleased{ID: r.s.ID, Company: r.s.Company, Line: r.s.Line, Product: r.s.Product,
			Quantity: q, Open: r.s.open(), Status: r.s.Status, Reason: reason, At: at})
	}
	return change, err
}

// Expire gives all that is held back to the stock, since its time is over. It is
// refused before that time, and for a reservation without one.
func (r *Reservation) Expire(at tandem.Instant) (LevelChange, error) {
	if _, err := r.next("expire"); err != nil {
		return LevelChange{}, err
	}
	if r.s.Expires.IsZero() || at.Before(r.s.Expires) {
		return LevelChange{}, r.refuse("expire", "not_due", "its time is not over")
	}
	q := r.s.open()
	change, err := r.take("expire", &r.s.Expired, q)
	if err == nil {
		r.record(ReservationExpired{ID: r.s.ID, Company: r.s.Company, Line: r.s.Line, Product: r.s.Product, Quantity: q, At: at})
	}
	return change, err
}

// Transfer hands q of what is held to another document line: the same stock,
// under a new reservation, which takes over location and lot. The level does not
// change, and nobody can take the stock in between. Save both in one unit of work.
func (r *Reservation) Transfer(q tandem.Quantity, id ReservationID, to tandem.LineRef, promise tandem.Date,
	expires, at tandem.Instant) (*Reservation, error) {
	if _, err := r.next("transfer"); err != nil {
		return nil, err
	}
	if id == r.s.ID {
		return nil, fault("reservation", "id", "id", "must be another reservation")
	}
	if to.Line == r.s.Line.Line && to.Document.Same(r.s.Line.Document) {
		return nil, fault("reservation", "same_line", "line", "must be another line")
	}
	heir, _, err := NewReservation(Hold{ID: id, Line: to, Key: r.Key(), Quantity: q, Promise: promise, Expires: expires}, at)
	if err != nil {
		return nil, err
	}
	if _, err := r.take("transfer", &r.s.Transferred, q); err != nil {
		return nil, err
	}
	r.record(ReservationTransferred{ID: r.s.ID, Company: r.s.Company, Line: r.s.Line, Product: r.s.Product,
		To: id, ToLine: to, Quantity: q, Open: r.s.open(), Status: r.s.Status, At: at})
	return heir, nil
}
