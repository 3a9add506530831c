package inventory

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// Cut is a part of a reservation that has to be given up.
type Cut struct {
	Reservation *Reservation
	Quantity    tandem.Quantity
}

// ReleaseLatest chooses what to release when stock that is reserved turns out to
// be gone: from the latest promise, and of one day from the reservation made last,
// until short is covered. It changes nothing; left is what even all reservations
// do not cover. Reservations that are over are passed over.
func ReleaseLatest(held []*Reservation, short tandem.Quantity) (cuts []Cut, left tandem.Quantity, err error) {
	turn := slices.Clone(held)
	slices.SortStableFunc(turn, func(a, b *Reservation) int {
		if c := b.s.Promise.Compare(a.s.Promise); c != 0 {
			return c
		}
		if c := b.s.Made.Compare(a.s.Made); c != 0 {
			return c
		}
		return b.s.ID.Compare(a.s.ID)
	})
	left = short
	for _, r := range turn {
		open := r.Open()
		if left.Sign() <= 0 {
			break
		}
		if open.Sign() <= 0 {
			continue
		}
		if open.Unit() != short.Unit() {
			return nil, short, tandem.ErrUnit
		}
		part := tandem.QuantityFromMicro(min(open.Micro(), left.Micro()), short.Unit())
		cuts = append(cuts, Cut{Reservation: r, Quantity: part})
		left = tandem.QuantityFromMicro(left.Micro()-part.Micro(), short.Unit())
	}
	return cuts, left, nil
}
