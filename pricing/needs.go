package pricing

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

// NeedsCategories reports whether rows are for categories,
// and the book does not say in which category products are: who prices an order
// states those of its products then ([Line.Category]).
func (s *Snapshot) NeedsCategories() bool {
	return len(s.scopes.categories) > 0 && len(s.book.Items) == 0
}

// NeedsInstant reports whether rows hold between instants: who prices an order states
// the instant then ([Request.At]).
func (s *Snapshot) NeedsInstant() bool { return s.timed }

// Indexed tells for how many of the audiences of lists, of how many, looking up the
// grade, the segments, the region and the channel of a request is enough; the
// conditions of the others run once for each request.
func (s *Snapshot) Indexed() (indexed, all int) { return s.audiences.indexed() }
