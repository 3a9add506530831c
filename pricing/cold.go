package pricing

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/formula"
	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// row is a row as it is read where time does not matter: to explain, to judge a
// book, to give it back.
type row struct {
	rank   uint64
	from   int64        // quantity-from in millionths
	price  tandem.Price // none: the row states a rate; nought where there are tiers
	tiers  *formula.Compiled
	unit   tandem.Unit // of the price or, of a rate, of its quantity-from
	rate   tandem.Rate
	span   rows.Span
	list   int32
	scope  int32
	page   *rows.Page
	number uint32
}

func (r *row) id() string { return r.page.ID(r.number) }

// is reports whether the row is the one of a hit.
func (r *row) is(c *candidate) bool {
	return c.from == fromRow && c.page == r.page && c.hit.Index() == r.number
}

// read reads a row of a page.
func (s *Snapshot) read(page *rows.Page, number uint32, scope int32) row {
	record := page.Record(number)
	f := &s.frames.all[record.Frame]
	r := row{from: s.order.Labels.Micro(record.From), unit: f.unit, list: record.List, scope: scope, page: page, number: number,
		span: s.order.Spans[record.Validity].And(s.order.Lists[record.List].Span)}
	r.rank = rows.RowRank(s.order.Lists[record.List].Rank, s.scopes.subjects[scope].depth, record.From, page.Start(number, r.span))
	switch e := extraAt(page, number); {
	case e != nil && e.tiers != nil:
		r.price, r.tiers = s.priceOf(0, record.Frame, 0), e.tiers
	case e != nil:
		r.price, r.rate = e.row.Price, e.row.Discount
	case record.Kind == rows.Rate:
		r.rate = tandem.RateFromNano(record.Value)
	default:
		r.price = s.priceOf(record.Value, record.Frame, record.Basis())
	}
	return r
}

// appendRows appends the rows of a scope that keep says yes to, of lists that are
// not for single customers.
func (s *Snapshot) appendRows(all []row, scope int32, keep func(list int32) bool) []row {
	page := s.pages[scope>>pageBits]
	from, to := page.Range(int(scope & pageMask))
	for n := from; n < to; n++ {
		if keep(page.Record(n).List) {
			all = append(all, s.read(page, n, scope))
		}
	}
	return all
}

// defaults gives the rows of default lists for a scope.
func (s *Snapshot) defaults(scope int32) []row {
	return s.appendRows(nil, scope, func(li int32) bool { return s.order.Lists[li].Everybody })
}

// rowsOf gives the rows of a list for a scope.
func (s *Snapshot) rowsOf(li, scope int32) (all []row) {
	page, bucket := s.pageOf(li, scope)
	if page == nil {
		return nil
	}
	from, to := page.Range(bucket)
	for n := from; n < to; n++ {
		if page.Record(n).List == li {
			all = append(all, s.read(page, n, scope))
		}
	}
	return all
}

// Book gives a copy of the book that was compiled. Its rows come in an order of
// their own.
func (s *Snapshot) Book() Book {
	b := s.book.cloneTerms()
	b.Rows = make([]Row, 0, s.count)
	s.eachBucket(func(page *rows.Page, bucket int, scope int32) {
		from, to := page.Range(bucket)
		for n := from; n < to; n++ {
			b.Rows = append(b.Rows, s.authored(page, n, scope))
		}
	})
	return b
}

// eachBucket calls fn with every bucket of every page.
func (s *Snapshot) eachBucket(fn func(page *rows.Page, bucket int, scope int32)) {
	for i, page := range s.pages {
		for bucket := range page.Buckets() {
			fn(page, bucket, int32(i<<pageBits+bucket))
		}
	}
	for _, page := range s.books {
		for bucket := 0; page != nil && bucket < page.Buckets(); bucket++ {
			fn(page, bucket, rows.KeyScope(page.KeyOf(bucket)))
		}
	}
}

// authored gives a row as it was written; who reads it may write on it.
func (s *Snapshot) authored(page *rows.Page, n uint32, scope int32) Row {
	if e := extraAt(page, n); e != nil {
		return e.row.clone()
	}
	record := page.Record(n)
	f := &s.frames.all[record.Frame]
	r := Row{ID: page.ID(n), List: s.book.Lists[record.List].ID, Valid: validityOf(s.order.Spans[record.Validity])}
	s.scopes.name(scope, &r)
	if from := s.order.Labels.Micro(record.From); from > 0 || record.Kind == rows.Rate && f.unit != 0 {
		r.From = tandem.QuantityFromMicro(from, f.unit)
	}
	if record.Kind == rows.Rate {
		r.Discount = tandem.RateFromNano(record.Value)
	} else {
		r.Price = s.priceOf(record.Value, record.Frame, record.Basis())
	}
	return r
}
