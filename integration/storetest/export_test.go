package storetest

// OfTheLibrary gives the table as one that may be the library's own.
func (t Table[R, S]) OfTheLibrary() Table[R, S] {
	t.library = true
	return t
}

// Alone gives the harness without neighbours beside its checks: they cost more than
// the checks, and what is broken in a store is mostly no affair of theirs.
func (h Harness[R]) Alone() Harness[R] {
	h.alone = true
	return h
}
