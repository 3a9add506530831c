package pricing

// NeedsCost reports whether a floor asks for the cost of lines: who prices an order
// states it then ([Line.Cost]), or the floor is passed over.
func (s *Snapshot) NeedsCost() bool {
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
