package tandem

// Cursor is an opaque place in a result. It is bound to the tenant and the
// query that it came from; any other use is refused.
type Cursor string

// Page says which part of a result is wanted. The zero Page is everything, in
// the query's ascending order.
type Page struct {
	After      Cursor  // continue behind this place
	Limit      int     // at most so many results; 0 = all
	Descending bool    // the query's order reversed
	Next       *Cursor // where not nil, receives the cursor of each result as it is yielded
}

// Recorded is what an aggregate has recorded since it was loaded: facts in the
// order in which they happened, the last of them with sequence number Last.
type Recorded struct {
	Kind    DocumentKind // of the aggregate
	ID      [16]byte     // of the aggregate
	Company CompanyID
	Last    int64
	Events  []Event
}
