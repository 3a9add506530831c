package pricing

import (
	"errors"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
	"github.com/tandem-go/tandem/pricing/condition"
	"github.com/tandem-go/tandem/pricing/formula"
	"github.com/tandem-go/tandem/pricing/internal/enum"
	"github.com/tandem-go/tandem/pricing/internal/rows"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// Snapshot is a compiled book: immutable and safe for any number of goroutines.
// A host keeps the current one behind an atomic pointer and any past one by its
// version. What a snapshot has in common with the one that it was changed from
// ([Snapshot.Change]) both share.
type Snapshot struct {
	book Book // a copy without its rows, which are in the pages
	mode int128.Mode

	lowest, firstHit bool // the policy
	evenDefaults     bool // default lists have one priority: the narrower scope wins
	rated            bool // derived lists have rows that state rates
	costed           bool // prices are made from cost
	timed            bool // rows hold between instants

	lists     []list
	index     map[string]int32           // of lists, by id
	customers map[tandem.PartyID][]int32 // the lists of each customer
	deriving  []int32                    // the default lists that derive
	exchanges map[pairOf][]exchange
	sources   map[tandem.Currency][]tandem.Currency // from which there are rates, in the order of the book

	promotions *promotion.Set
	itemOf     []int32 // by place: the item of the book

	scopes    *scopes
	frames    frames
	audiences *audiences
	order     rows.Order
	ids       *rows.Index
	count     int // of rows

	pages []*rows.Page // each of pageSize scopes, by their numbers
	books []*rows.Page // each of pageSize customer lists, nil where there are none
}

const (
	pageBits = 5
	pageSize = 1 << pageBits
	pageMask = pageSize - 1
	bookPage = 1 << 23 // marks a page of customer lists in the index of ids
)

// list is a list as the engine reads it.
type list struct {
	rate         tandem.Rate
	formula      *formula.Formula
	rank         uint64
	base         int32 // the list it derives from, or none
	span         rows.Span
	source       Source
	class        uint16          // its audience
	currency     tandem.Currency // into which it derives from prices in another
	baseCurrency tandem.Currency
	inclusive    bool
	plain        bool // it takes its rate off a default list in its own currency
}

// derives reports whether the list gives prices of its own making.
func (l *list) derives() bool { return l.base != none || l.formula != nil }

// Compile checks a book and builds the snapshot that prices from it. The book is
// copied. An invalid book gives a [tandem.InvalidError] with all its faults; what
// is legal but doubtful is reported by [Snapshot.Lint].
func Compile(b Book) (*Snapshot, error) {
	if err := b.Validate(); err != nil {
		return nil, err
	}
	mode, _ := enum.Mode(b.Rounding) // is valid by now
	s := &Snapshot{mode: mode, lowest: b.Policy == Lowest, firstHit: b.Policy == FirstHit}
	s.book = b.cloneTerms()
	var c tandem.Check
	s.compileLists(&c)
	s.compileRows(b.Rows, &c)
	s.compilePromotions(&c)
	if err := c.Err("price book"); err != nil {
		return nil, err
	}
	return s, nil
}

// sourceRank leaves room between the sources for those that are to come.
func sourceRank(s Source) uint64 { return uint64(slices.Index(Sources(), s)) + 1 }

func (s *Snapshot) compileLists(c *tandem.Check) {
	n := len(s.book.Lists)
	s.index = make(map[string]int32, n)
	for i := range s.book.Lists {
		s.index[s.book.Lists[i].ID] = int32(i)
	}
	s.lists, s.order.Lists = make([]list, n), make([]rows.List, n)
	s.customers = map[tandem.PartyID][]int32{}
	schema, err := condition.Standard(s.book.Attributes...)
	if err != nil {
		c.Nested("attributes", err)
		return
	}
	s.audiences = newAudiences(schema)
	s.evenDefaults = true
	first := none
	for i := range s.book.Lists {
		l := &s.book.Lists[i]
		compiled := list{rate: l.Discount, formula: l.Formula, base: none, currency: l.Currency, baseCurrency: l.BaseCurrency, span: spanOf(l.Valid), source: l.Source, inclusive: l.Inclusive,
			rank: rows.ListRank(uint64(l.Priority+MaxPriority+1), sourceRank(l.Source))}
		if l.Base != "" {
			compiled.base = s.index[l.Base]
		}
		row := rows.List{Span: compiled.span, Rank: compiled.rank, Everybody: l.Source == SourceDefault}
		if row.Everybody {
			if first == none {
				first = int32(i)
			}
			s.evenDefaults = s.evenDefaults && s.book.Lists[first].Priority == l.Priority
		} else {
			var ok bool
			var err error
			if row.Class, ok, err = s.audiences.add(int32(i), l); !ok {
				c.Add("too_many", "lists", "too many different audiences")
				return
			}
			c.Nested(tandem.Path("lists", i)+".when", err)
		}
		s.lists[i], s.order.Lists[i] = compiled, row
		if row.Everybody && compiled.derives() {
			s.deriving = append(s.deriving, int32(i))
		}
		s.costed = s.costed || l.Formula != nil && l.Formula.NeedsCost()
		s.lists[i].class = row.Class
		for _, customer := range l.Customers {
			if of := s.customers[customer]; len(of) == 0 || of[len(of)-1] != int32(i) { // the list may name the customer twice
				s.customers[customer] = append(of, int32(i))
			}
		}
	}
	for i := range s.lists {
		l := &s.lists[i]
		l.plain = l.base != none && s.lists[l.base].source == SourceDefault && l.source != SourceDefault && l.currency == 0 && l.formula == nil
	}
	if !c.Require(s.audiences.values() <= MaxClassValues, "too_many", "lists", "audiences ask for too many different values") {
		return
	}
	s.audiences.ready()
	s.exchanges, s.sources = map[pairOf][]exchange{}, map[tandem.Currency][]tandem.Currency{}
	for i := range s.book.Exchange {
		x := &s.book.Exchange[i]
		at := pairOf{x.From, x.To}
		if s.exchanges[at] == nil {
			s.sources[x.To] = append(s.sources[x.To], x.From)
		}
		s.exchanges[at] = append(s.exchanges[at], exchange{rate: x.Rate, span: spanOf(x.Valid), to: x.To})
	}
}

// values gives how many different values the audiences ask for: each has a set of those
// that it is enough for.
func (a *audiences) values() (n int) {
	for d := range dimensions {
		distinct := map[string]bool{}
		for i := range a.all {
			for _, value := range a.all[i].values[d] {
				distinct[value] = true
			}
		}
		n += len(distinct)
	}
	return n
}

// compilePromotions compiles the promotions, and finds the items whose category and
// brand they ask for.
func (s *Snapshot) compilePromotions(c *tandem.Check) {
	if len(s.book.Promotions) == 0 || s.scopes == nil {
		return
	}
	var err error
	s.promotions, err = promotion.Compile(s.book.Promotions, s.book.stacking())
	c.Nested("", err)
	s.itemOf = make([]int32, len(s.scopes.places.All()))
	for i := range s.itemOf {
		s.itemOf[i] = none
	}
	for i := range s.book.Items {
		if n := s.scopes.places.Find(s.book.Items[i].Product.Bytes()); n != none {
			s.itemOf[n] = int32(i)
		}
	}
}

// sorted is a row on its way to its page.
type sorted struct {
	key    uint64 // the bucket
	record rows.Record
	source int32
	page   uint32
	extra  *extra
}

func (s *Snapshot) compileRows(all []Row, c *tandem.Check) {
	products := len(s.book.Items)
	if products == 0 {
		products = len(all) / 4
	}
	s.scopes = newScopes(products)
	s.frames = newFrames()
	s.scopes.placeVariants(s.book.Items)
	micro := make([]int64, 0, 64)
	known := map[int64]bool{}
	for i := range all {
		if from := all[i].From.Micro(); !known[from] {
			known[from] = true
			micro = append(micro, from)
		}
	}
	labels, ok := rows.NewLabels(micro)
	if !ok {
		c.Add("too_many", "rows", "too many different quantities-from")
		return
	}
	s.order.Labels, s.order.Lowest, s.order.First = labels, s.lowest, s.firstHit
	spans := newSpans()
	staged := make([]sorted, len(all))
	for i := range all {
		if err := s.stage(&all[i], int32(i), &spans, &staged[i]); err != nil {
			c.Add("row", tandem.Path("rows", i), err.Error())
			return
		}
	}
	s.scopes.placeItems(s.book.Items)
	s.order.Spans = spans.all
	s.count = len(all)
	s.buildPages(all, staged)
	s.indexRows()
}

// stage works out where a row goes.
func (s *Snapshot) stage(r *Row, source int32, spans *spans, out *sorted) error {
	li := s.index[r.List]
	l := &s.book.Lists[li]
	scope := s.scopes.add(r)
	f, ok := s.frames.add(frameOf(r, l))
	if !ok {
		return errFrames
	}
	record := rows.Record{Value: r.Price.Micro(), List: li, From: s.order.Labels.Of(r.From.Micro()), Validity: spans.add(r.Valid), Frame: f}
	more, err := extraOf(r)
	if err != nil {
		return err
	}
	switch {
	case !r.Price.IsNone():
		record.Exponent = exponentOf(r.Price.Basis())
	case r.Tiers == nil:
		record.Kind, record.Value = rows.Rate, r.Discount.Nano()
		s.rated = true
		s.costed = s.costed || r.Formula != nil && r.Formula.NeedsCost()
	}
	if more != nil {
		if record.Kind += rows.Extra; r.At != nil {
			record.SetTimed()
			s.timed = true
		}
	}
	*out = sorted{key: uint64(scope), record: record, source: source, page: uint32(scope >> pageBits), extra: more}
	if l.Source.personal() {
		out.key, out.page = rows.BucketKey(li, scope), bookPage|uint32(li>>pageBits)
	}
	return nil
}

var errFrames = errors.New("pricing: too many different currencies and units")

func exponentOf(basis int64) uint8 {
	e := uint8(0)
	for ; basis > 1; basis /= 10 {
		e++
	}
	return e
}

// Version gives the version of the book.
func (s *Snapshot) Version() int64 { return s.book.Version }

// Grades gives the grades of the book from best to worst.
func (s *Snapshot) Grades() []tandem.GradeCode { return slices.Clone(s.book.Grades) }

// Len gives the number of rows of the book.
func (s *Snapshot) Len() int { return s.count }
