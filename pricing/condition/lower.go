package condition

import (
	"slices"
	"strings"
	"time"

	"github.com/tandem-go/tandem"
)

// Window is a half-open range of instants; a zero From is "since ever", a zero Until
// "until further notice".
type Window struct{ From, Until tandem.Instant }

// Contains reports whether at lies in the window.
func (w Window) Contains(at tandem.Instant) bool {
	return !at.Before(w.From) && (w.Until.IsZero() || at.Before(w.Until))
}

// Lowered is what a compiler of prices or promotions can put into an index. All of it
// must hold. A list that is nil asks for nothing; otherwise one of its texts (ascending,
// without repetition) must be there. What is asked for must be known: a window does not
// hold for an order without a date.
type Lowered struct {
	// Never: the conjunction contradicts itself (grade gold and grade silver). Nothing
	// else is said then, and there is no residue.
	Never bool

	Grades, Segments, Regions     []string
	Channels, Currencies, Coupons []string
	Products, Categories, Brands  []string // a category stands for all below it
	Dates                         tandem.Validity
	Instants                      Window
	LeastQuantity                 tandem.Quantity // of the line, inclusive; none: any
}

// Lower takes from the conjunctive part of a valid tree what an index can answer, and
// gives what is left: the tree holds where the index's part and the residue hold. A nil
// residue means that the index says everything. The tree itself is not changed; the
// residue shares its nodes.
//
// Taken are equal and in (and any of these, on one attribute) on the standard texts,
// comparisons of the order's date and instant, and the least quantity of the line. Of a
// set (segments, coupons) one list is taken; another, which the same set may meet by
// another element, is left, unless one of the two contains the other.
func Lower(n Node) (Lowered, *Node) {
	var l Lowered
	rest := l.conjunct(&n, 0, nil)
	switch {
	case l.Never:
		return Lowered{Never: true}, nil
	case len(rest) == 0:
		return l, nil
	case len(rest) == 1:
		return l, &rest[0]
	}
	all := All(rest...)
	return l, &all
}

// conjunct takes a node that must hold, and appends what it cannot take to rest.
func (l *Lowered) conjunct(n *Node, depth int, rest []Node) []Node {
	inner := n
	for range MaxDepth { // a not of a not, an any of one
		switch {
		case inner.Op == OpNot && len(inner.Nodes) == 1 && inner.Nodes[0].Op == OpNot && len(inner.Nodes[0].Nodes) == 1:
			inner = &inner.Nodes[0].Nodes[0]
			continue
		case inner.Op == OpAny && len(inner.Nodes) == 1:
			inner = &inner.Nodes[0]
			continue
		}
		break
	}
	if inner.Op == OpAll && depth < MaxDepth && len(inner.Nodes) > 0 {
		for i := range inner.Nodes {
			rest = l.conjunct(&inner.Nodes[i], depth+1, rest)
		}
		return rest
	}
	if l.take(inner) {
		return rest
	}
	return append(rest, *inner)
}

// take reports whether the node is said by the index from now on.
func (l *Lowered) take(n *Node) bool {
	if field, texts := alternatives(n, 0); texts != nil {
		return l.takeTexts(field, texts)
	}
	if len(n.Values) == 0 || n.Op == OpBetween && len(n.Values) != 2 {
		return false
	}
	switch kind := n.Values[0].kind; {
	case n.Field == OrderDate && kind == KindDate:
		return l.takeDates(n)
	case n.Field == OrderAt && kind == KindInstant:
		return l.takeInstants(n)
	case n.Field == LineQuantity && kind == KindQuantity:
		return l.takeQuantity(n)
	}
	return false
}

// alternatives gives the texts one of which a field must equal; nil if the node says
// something else.
func alternatives(n *Node, depth int) (field string, texts []string) {
	switch {
	case n.Op == OpEqual && len(n.Values) == 1, n.Op == OpIn && len(n.Values) > 0:
		for _, v := range n.Values {
			if v.kind != KindText {
				return "", nil
			}
		}
		return n.Field, sortedTexts(n.Values)
	case n.Op == OpAny && depth < MaxDepth:
		for i := range n.Nodes {
			f, more := alternatives(&n.Nodes[i], depth+1)
			if more == nil || i > 0 && f != field {
				return "", nil
			}
			field, texts = f, append(texts, more...)
		}
		slices.Sort(texts)
		return field, slices.Compact(texts)
	}
	return "", nil
}

func (l *Lowered) takeTexts(field string, texts []string) bool {
	var list *[]string
	switch field {
	case CustomerGrade:
		list = &l.Grades
	case CustomerRegion:
		list = &l.Regions
	case OrderChannel:
		list = &l.Channels
	case OrderCurrency:
		list = &l.Currencies
	case LineProduct:
		list = &l.Products
	case LineBrand:
		list = &l.Brands
	case LineCategory:
		return l.takePaths(texts)
	case CustomerSegment:
		return takeSet(&l.Segments, texts)
	case OrderCoupon:
		return takeSet(&l.Coupons, texts)
	default:
		return false
	}
	if *list == nil {
		*list = texts
		return true
	}
	*list = slices.DeleteFunc(*list, func(t string) bool { return !contains(texts, t) })
	l.Never = l.Never || len(*list) == 0
	return true
}

func contains(sorted []string, text string) bool {
	_, is := slices.BinarySearch(sorted, text)
	return is
}

func within(some, all []string) bool {
	return !slices.ContainsFunc(some, func(t string) bool { return !contains(all, t) })
}

func takeSet(list *[]string, texts []string) bool {
	switch {
	case *list == nil, within(texts, *list):
		*list = texts
	case !within(*list, texts):
		return false
	}
	return true
}

// takePaths meets categories: of two of which one lies below the other, the lower one.
func (l *Lowered) takePaths(paths []string) bool {
	if l.Categories == nil {
		l.Categories = highest(paths)
		return true
	}
	var both []string
	for _, p := range l.Categories {
		if lies(p, paths) {
			both = append(both, p)
		}
	}
	for _, p := range paths {
		if lies(p, l.Categories) {
			both = append(both, p)
		}
	}
	slices.Sort(both)
	l.Categories = highest(slices.Compact(both))
	l.Never = l.Never || len(both) == 0
	return true
}

// lies reports whether a path is one of the sorted paths or below one.
func lies(path string, paths []string) bool {
	for !contains(paths, path) {
		end := strings.LastIndexByte(path, '/')
		if end < 0 {
			return false
		}
		path = path[:end]
	}
	return true
}

// highest drops what lies below another of the sorted paths.
func highest(paths []string) []string {
	out := make([]string, 0, len(paths))
	for _, p := range paths {
		if end := strings.LastIndexByte(p, '/'); end < 0 || !lies(p[:end], paths) {
			out = append(out, p)
		}
	}
	return out
}

func (l *Lowered) takeDates(n *Node) bool {
	d := n.Values[0].Date()
	from, until, ok := window(n, d, d.AddDays(1), n.Values[len(n.Values)-1].Date())
	if !ok {
		return false
	}
	l.Dates.From, l.Dates.Until = later(l.Dates.From, from), sooner(l.Dates.Until, until)
	l.Never = l.Never || n.Op == OpMoreThan && from.IsZero() || l.Dates.Validate() != nil
	return true
}

func (l *Lowered) takeInstants(n *Node) bool {
	at := n.Values[0].Instant()
	from, until, ok := window(n, at, at.Add(time.Microsecond), n.Values[len(n.Values)-1].Instant())
	if !ok {
		return false
	}
	w := &l.Instants
	w.From, w.Until = later(w.From, from), sooner(w.Until, until)
	l.Never = l.Never || n.Op == OpMoreThan && from.IsZero() || !w.Until.IsZero() && !w.From.Before(w.Until)
	return true
}

// moment is a date or an instant; the zero one is none.
type moment[T any] interface {
	Before(T) bool
	IsZero() bool
}

// window gives the half-open range that a comparison asks for. next is the moment
// behind at, none behind the last of the calendar: at most the last one is then left,
// since no window says that a date is known.
func window[T moment[T]](n *Node, at, next, second T) (from, until T, ok bool) {
	switch n.Op {
	case OpEqual:
		return at, next, true
	case OpAtLeast:
		return at, until, true
	case OpMoreThan:
		return next, until, true
	case OpLessThan:
		return from, at, true
	case OpAtMost:
		return from, next, !next.IsZero()
	case OpBetween:
		return at, second, true
	}
	return from, until, false
}

func later[T moment[T]](a, b T) T {
	if a.Before(b) {
		return b
	}
	return a
}

// sooner gives the earlier of two ends, of which none is the latest.
func sooner[T moment[T]](a, b T) T {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// takeQuantity takes quantity-from. A line's quantity has one unit: two units
// contradict each other.
func (l *Lowered) takeQuantity(n *Node) bool {
	q := n.Values[0].Quantity()
	switch n.Op {
	case OpAtLeast:
	case OpMoreThan:
		next, err := q.Add(tandem.QuantityFromMicro(1, q.Unit()))
		if err != nil {
			return false
		}
		q = next
	default:
		return false
	}
	if l.LeastQuantity.IsNone() {
		l.LeastQuantity = q
		return true
	}
	order, err := q.Cmp(l.LeastQuantity)
	if err != nil {
		l.Never = true
	} else if order > 0 {
		l.LeastQuantity = q
	}
	return true
}
