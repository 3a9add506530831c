package pricing

import "github.com/tandem-go/tandem"

// NeedsCost reports whether a floor or a list asks for the cost of lines: who prices an
// order states it then ([Line.Cost]), or the floor is passed over and the list refuses.
func (s *Snapshot) NeedsCost() bool {
	if s.costed {
		return true
	}
	for i := range s.book.Floors {
		if s.book.Floors[i].Basis == FloorCost {
			return true
		}
	}
	return false
}

// NeedsCategories reports whether rows or promotions may be for categories: who prices
// an order states those of the products that are no [Item] of the book ([Line.Category]).
func (s *Snapshot) NeedsCategories() bool {
	for i := range s.book.Promotions {
		p := &s.book.Promotions[i]
		if len(p.Scope.Categories)+len(p.Scope.ExceptCategories) > 0 || p.When != nil || p.Benefit.BuyGet != nil || p.Benefit.Bundle != nil {
			return true
		}
	}
	return len(s.scopes.categories) > 0
}

// NeedsInstant reports whether rows hold between instants: who prices an order states
// the instant then ([Request.At]).
func (s *Snapshot) NeedsInstant() bool { return s.timed }

// Indexed tells for how many of the audiences of lists, of how many, looking up the
// grade, the segments, the region and the channel of a request is enough; the
// conditions of the others run once for each request.
func (s *Snapshot) Indexed() (indexed, all int) { return s.audiences.indexed() }

// Capped is a list with a cap.
type Capped struct {
	List string
	Cap  Cap
}

// AppendCapped appends the lists with a cap that are a customer's, in the order of the
// book: who prices an order finds out what is left of them ([Request.Remaining]).
func (s *Snapshot) AppendCapped(dst []Capped, customer tandem.PartyID) []Capped {
	if customer.IsZero() {
		return dst
	}
	for _, li := range s.customers[customer] {
		if l := &s.book.Lists[li]; l.Cap != nil {
			dst = append(dst, Capped{List: l.ID, Cap: *l.Cap})
		}
	}
	return dst
}
