package storetest

// OfTheLibrary gives the table as one that may be the library's own.
func (t Table[R, S]) OfTheLibrary() Table[R, S] {
	t.library = true
	return t
}
