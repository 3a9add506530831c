package condition_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/condition"
)

// model is what is known, by name: the facts as a reader of the documentation sees them.
type model struct {
	order known
	lines []known
}

type known struct {
	ones map[string]condition.Value
	sets map[string][]string
}

func (m *model) facts(t require.TestingT, s *condition.Schema) *condition.Facts {
	f := s.NewFacts()
	for name, v := range m.order.ones {
		require.NoError(t, f.Set(slot(t, s, name), v))
	}
	for name, texts := range m.order.sets {
		require.NoError(t, f.SetTexts(slot(t, s, name), texts...))
	}
	for i, l := range m.lines {
		line, err := f.AddLine()
		require.NoError(t, err)
		require.Equal(t, i, line)
		for name, v := range l.ones {
			require.NoError(t, f.SetLine(line, slot(t, s, name), v))
		}
		for name, texts := range l.sets {
			require.NoError(t, f.SetLineTexts(line, slot(t, s, name), texts...))
		}
	}
	return f
}

func slot(t require.TestingT, s *condition.Schema, name string) condition.Slot {
	at, ok := s.Slot(name)
	require.True(t, ok, name)
	return at
}

var errMismatch = errors.New("mismatch")

// eval is the plain evaluator: recursive, by name, on the hall's own comparisons.
func (m *model) eval(n condition.Node, line int) (bool, error) {
	switch n.Op {
	case condition.OpAll:
		for _, c := range n.Nodes {
			if is, err := m.eval(c, line); err != nil || !is {
				return false, err
			}
		}
		return true, nil
	case condition.OpAny:
		for _, c := range n.Nodes {
			if is, err := m.eval(c, line); err != nil || is {
				return is, err
			}
		}
		return false, nil
	case condition.OpNot:
		is, err := m.eval(n.Nodes[0], line)
		return !is && err == nil, err
	case condition.OpCount, condition.OpSum:
		return m.evalLines(n)
	}
	from := m.order
	if strings.HasPrefix(n.Field, "line.") || strings.HasPrefix(n.Field, "attribute.line") {
		if line < 0 {
			return false, nil
		}
		from = m.lines[line]
	}
	if texts, ok := from.sets[n.Field]; ok {
		has := false
		for _, v := range n.Values {
			for _, text := range texts {
				has = has || text == v.Text()
			}
		}
		return has != (n.Op == condition.OpNotEqual), nil
	}
	v, ok := from.ones[n.Field]
	if !ok || v.IsNone() {
		return false, nil
	}
	return compare(n.Op, v, n.Values, n.Field == "line.category")
}

func (m *model) evalLines(n condition.Node) (bool, error) {
	var sum condition.Value
	total := int64(0)
	money, quantity := tandem.Money{}, tandem.Quantity{}
	switch first := n.Values[0]; first.Kind() {
	case condition.KindMoney:
		money = tandem.MoneyFromMinor(0, first.Money().Currency())
	case condition.KindQuantity:
		quantity = tandem.QuantityFromMicro(0, first.Quantity().Unit())
	}
	for i := range m.lines {
		if n.Where != nil {
			if is, err := m.eval(*n.Where, i); err != nil {
				return false, err
			} else if !is {
				continue
			}
		}
		if n.Op == condition.OpCount {
			total++
			continue
		}
		v, ok := m.lines[i].ones[n.Field]
		if !ok || v.IsNone() {
			return false, nil
		}
		var err error
		switch v.Kind() {
		case condition.KindMoney:
			money, err = money.Add(v.Money())
		case condition.KindQuantity:
			quantity, err = quantity.Add(v.Quantity())
		default:
			total += v.Number()
		}
		if err != nil {
			return false, errMismatch
		}
	}
	switch n.Values[0].Kind() {
	case condition.KindMoney:
		sum = condition.Of(money)
	case condition.KindQuantity:
		sum = condition.Of(quantity)
	default:
		sum = condition.Of(total)
	}
	return compare(n.Compare, sum, n.Values, false)
}

func compare(op condition.Op, v condition.Value, values []condition.Value, path bool) (bool, error) {
	order := make([]int, len(values))
	for i, w := range values {
		var err error
		if order[i], err = cmp(v, w); err != nil {
			return false, errMismatch
		}
		if path && strings.HasPrefix(v.Text(), w.Text()+"/") {
			order[i] = 0
		}
	}
	switch op {
	case condition.OpEqual:
		return order[0] == 0, nil
	case condition.OpNotEqual:
		return order[0] != 0, nil
	case condition.OpAtLeast:
		return order[0] >= 0, nil
	case condition.OpMoreThan:
		return order[0] > 0, nil
	case condition.OpAtMost:
		return order[0] <= 0, nil
	case condition.OpLessThan:
		return order[0] < 0, nil
	case condition.OpBetween:
		halfOpen := v.Kind() == condition.KindDate || v.Kind() == condition.KindInstant
		return order[0] >= 0 && (order[1] < 0 || order[1] == 0 && !halfOpen), nil
	}
	for _, o := range order {
		if o == 0 {
			return true, nil
		}
	}
	return false, nil
}

func cmp(a, b condition.Value) (int, error) {
	switch a.Kind() {
	case condition.KindMoney:
		return a.Money().Cmp(b.Money())
	case condition.KindQuantity:
		return a.Quantity().Cmp(b.Quantity())
	case condition.KindRate:
		return a.Rate().Cmp(b.Rate()), nil
	case condition.KindDate:
		return a.Date().Compare(b.Date()), nil
	case condition.KindInstant:
		return a.Instant().Compare(b.Instant()), nil
	case condition.KindNumber:
		return int(a.Number() - b.Number()), nil
	case condition.KindFlag:
		if a.Flag() == b.Flag() {
			return 0, nil
		}
		return 1, nil
	}
	return strings.Compare(a.Text(), b.Text()), nil
}

func testSchema(t require.TestingT) *condition.Schema {
	s, err := condition.Standard(
		condition.Attribute{Name: "attribute.score", Kind: condition.KindNumber, Scope: condition.ScopeOrder},
		condition.Attribute{Name: "attribute.discount", Kind: condition.KindRate, Scope: condition.ScopeOrder},
		condition.Attribute{Name: "attribute.first", Kind: condition.KindFlag, Scope: condition.ScopeOrder},
		condition.Attribute{Name: "attribute.line.tags", Kind: condition.KindText, Scope: condition.ScopeLine, Many: true},
		condition.Attribute{Name: "attribute.line.points", Kind: condition.KindNumber, Scope: condition.ScopeLine},
	)
	require.NoError(t, err)
	return s
}

var (
	products = []string{tandem.DeriveID[tandem.ProductID]("p", "a").String(), tandem.DeriveID[tandem.ProductID]("p", "b").String()}
	firstDay = func() tandem.Date { d, _ := tandem.ParseDate("2026-12-01"); return d }()
)

// drawValue gives a value of few possible ones, so that comparisons meet.
func drawValue(t *rapid.T, a condition.Attribute) condition.Value {
	n := int64(rapid.IntRange(0, 4).Draw(t, "n"))
	switch a.Kind {
	case condition.KindNumber:
		return condition.Of(n)
	case condition.KindQuantity:
		unit := rapid.SampledFrom([]tandem.Unit{tandem.Each, tandem.Each, tandem.Each, tandem.Kilogram}).Draw(t, "unit")
		return condition.Of(tandem.QuantityFromMicro(n*500_000, unit))
	case condition.KindMoney:
		c := rapid.SampledFrom([]tandem.Currency{tandem.GBP, tandem.GBP, tandem.GBP, tandem.EUR}).Draw(t, "currency")
		return condition.Of(tandem.MoneyFromMinor((n-1)*100, c))
	case condition.KindRate:
		return condition.Of(tandem.Percent(n))
	case condition.KindDate:
		return condition.Of(firstDay.AddDays(int(n)))
	case condition.KindInstant:
		return condition.Of(tandem.InstantOfUnixMicro(n - 2))
	case condition.KindFlag:
		return condition.Of(n > 2)
	}
	switch a.Name {
	case condition.LineProduct:
		return condition.Of(rapid.SampledFrom(products).Draw(t, "product"))
	case condition.OrderCurrency:
		return condition.Of(rapid.SampledFrom([]string{"GBP", "EUR"}).Draw(t, "code"))
	case condition.LineCategory:
		return condition.Of(rapid.SampledFrom([]string{"a", "a/b", "a/b/c", "ab", "d"}).Draw(t, "category"))
	}
	return condition.Of(rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "text"))
}

func drawKnown(t *rapid.T, s *condition.Schema, scope condition.Scope) known {
	k := known{ones: map[string]condition.Value{}, sets: map[string][]string{}}
	for _, a := range s.Attributes() {
		switch {
		case a.Scope != scope || rapid.IntRange(0, 5).Draw(t, "missing") == 0:
		case a.Many:
			k.sets[a.Name] = rapid.SliceOfN(rapid.SampledFrom([]string{"x", "y", "z"}), 0, 2).Draw(t, "set")
		default:
			k.ones[a.Name] = drawValue(t, a)
		}
	}
	return k
}

func drawModel(t *rapid.T, s *condition.Schema) *model {
	m := &model{order: drawKnown(t, s, condition.ScopeOrder)}
	for range rapid.IntRange(0, 3).Draw(t, "lines") {
		m.lines = append(m.lines, drawKnown(t, s, condition.ScopeLine))
	}
	return m
}

func drawValues(t *rapid.T, op condition.Op, a condition.Attribute) []condition.Value {
	for {
		values := []condition.Value{drawValue(t, a)}
		if op == condition.OpIn || op == condition.OpBetween {
			values = append(values, drawValue(t, a))
		}
		if op == condition.OpIn && len(values) > 1 && rapid.Bool().Draw(t, "third") {
			values = append(values, drawValue(t, a))
		}
		n := condition.Node{Op: op, Field: a.Name, Values: values}
		if n.Validate(testSchema(t)) == nil {
			return values
		}
	}
}

func drawNode(t *rapid.T, s *condition.Schema, depth int, inWhere bool) condition.Node {
	kind := rapid.IntRange(0, 9).Draw(t, "node")
	switch {
	case depth > 0 && kind < 3:
		op := []condition.Op{condition.OpAll, condition.OpAll, condition.OpAny}[kind]
		n := condition.Node{Op: op}
		for range rapid.IntRange(1, 4).Draw(t, "nodes") {
			n.Nodes = append(n.Nodes, drawNode(t, s, depth-1, inWhere))
		}
		return n
	case depth > 0 && kind == 3:
		return condition.Not(drawNode(t, s, depth-1, inWhere))
	case depth > 0 && kind == 4 && !inWhere:
		return drawLines(t, s, depth)
	}
	a := rapid.SampledFrom(s.Attributes()).Draw(t, "attribute")
	ops := []condition.Op{condition.OpEqual, condition.OpIn, condition.OpNotEqual}
	if a.Kind != condition.KindText && a.Kind != condition.KindFlag {
		ops = append(ops, condition.OpAtLeast, condition.OpMoreThan, condition.OpAtMost, condition.OpLessThan, condition.OpBetween)
	}
	op := rapid.SampledFrom(ops).Draw(t, "op")
	return condition.Node{Op: op, Field: a.Name, Values: drawValues(t, op, a)}
}

func drawLines(t *rapid.T, s *condition.Schema, depth int) condition.Node {
	n := condition.Node{Op: condition.OpCount}
	n.Compare = rapid.SampledFrom([]condition.Op{condition.OpEqual, condition.OpNotEqual, condition.OpAtLeast, condition.OpMoreThan,
		condition.OpAtMost, condition.OpLessThan, condition.OpBetween}).Draw(t, "compare")
	of := condition.Attribute{Name: "attribute.score", Kind: condition.KindNumber}
	if rapid.Bool().Draw(t, "sum") {
		n.Op, n.Field = condition.OpSum, rapid.SampledFrom([]string{"line.amount", "line.quantity", "attribute.line.points"}).Draw(t, "summed")
		for _, a := range s.Attributes() {
			if a.Name == n.Field {
				of = a
			}
		}
	}
	n.Values = drawValues(t, n.Compare, of)
	if rapid.Bool().Draw(t, "where") {
		where := drawNode(t, s, depth-1, true)
		n.Where = &where
	}
	return n
}

// The compiled program answers as the plain evaluator does, for the order and for each
// line, and reports where that one could not compare.
func TestProgramEqualsReference(t *testing.T) {
	s := testSchema(t)
	rapid.Check(t, func(t *rapid.T) {
		n := drawNode(t, s, 4, false)
		p, err := condition.Compile(s, n)
		require.NoError(t, err)
		for range 4 {
			m := drawModel(t, s)
			f := m.facts(t, s)
			for line := -1; line < len(m.lines); line++ {
				want, err := m.eval(n, line)
				f.ClearMismatches()
				require.Equal(t, want, p.MatchLine(f, line), "line %d of %+v\n%+v", line, m, n)
				first, found := f.Mismatch()
				require.Equal(t, err != nil, found, "%v", first)
			}
			if !p.NeedsLine() && len(m.lines) > 0 {
				require.Equal(t, p.Match(f), p.MatchLine(f, 0), "a condition of the order asks for no line")
			}
		}
	})
}

func among(list []string, v condition.Value) bool {
	if list == nil {
		return true
	}
	for _, text := range list {
		if text == v.Text() {
			return true
		}
	}
	return false
}

func meets(list, texts []string) bool {
	for _, text := range texts {
		if list == nil || among(list, condition.Of(text)) {
			return true
		}
	}
	return list == nil
}

// index is the index's part, read from the facts as Lowered's documentation says.
func (m *model) index(l condition.Lowered, line int) bool {
	if l.Never {
		return false
	}
	o, of := m.order, known{}
	if line >= 0 {
		of = m.lines[line]
	}
	inCategory := l.Categories == nil
	for _, c := range l.Categories {
		text := of.ones["line.category"].Text()
		inCategory = inCategory || text == c || strings.HasPrefix(text, c+"/")
	}
	date, at, quantity := o.ones["order.date"].Date(), o.ones["order.at"].Instant(), of.ones["line.quantity"].Quantity()
	enough := l.LeastQuantity.IsNone()
	if order, err := quantity.Cmp(l.LeastQuantity); err == nil {
		enough = order >= 0
	}
	return inCategory && enough &&
		(l.Dates == tandem.Validity{} || !date.IsZero() && l.Dates.Contains(date)) &&
		(l.Instants == condition.Window{} || !at.IsZero() && l.Instants.Contains(at)) &&
		among(l.Grades, o.ones["customer.grade"]) && among(l.Regions, o.ones["customer.region"]) &&
		among(l.Channels, o.ones["order.channel"]) && among(l.Currencies, o.ones["order.currency"]) &&
		among(l.Products, of.ones["line.product"]) && among(l.Brands, of.ones["line.brand"]) &&
		meets(l.Segments, o.sets["customer.segment"]) && meets(l.Coupons, o.sets["order.coupon"])
}

// drawIndexable makes trees of which much can be lowered.
func drawIndexable(t *rapid.T, s *condition.Schema) condition.Node {
	n := condition.All()
	fields := s.Attributes()[:14]
	for range rapid.IntRange(1, 5).Draw(t, "conjuncts") {
		if rapid.IntRange(0, 4).Draw(t, "other") == 0 {
			n.Nodes = append(n.Nodes, drawNode(t, s, 3, false))
			continue
		}
		a := rapid.SampledFrom(fields).Draw(t, "attribute")
		one := func(op condition.Op) condition.Node {
			return condition.Node{Op: op, Field: a.Name, Values: drawValues(t, op, a)}
		}
		switch {
		case a.Kind == condition.KindText && rapid.Bool().Draw(t, "any"):
			n.Nodes = append(n.Nodes, condition.Any(one(condition.OpEqual), one(condition.OpIn)))
		case a.Kind == condition.KindText:
			n.Nodes = append(n.Nodes, condition.Not(condition.Not(one(condition.OpIn))))
		default:
			op := rapid.SampledFrom([]condition.Op{condition.OpEqual, condition.OpAtLeast, condition.OpMoreThan, condition.OpAtMost,
				condition.OpLessThan, condition.OpBetween}).Draw(t, "op")
			n.Nodes = append(n.Nodes, condition.All(one(op)))
		}
	}
	return n
}

// What is lowered and the residue say together what the tree says.
func TestLoweredAndResidueEqualTheTree(t *testing.T) {
	s := testSchema(t)
	rapid.Check(t, func(t *rapid.T) {
		n := drawIndexable(t, s)
		require.NoError(t, n.Validate(s))
		before := text(t, n)
		lowered, residue := condition.Lower(n)
		require.Equal(t, before, text(t, n), "the tree is not changed")
		whole, err := condition.Compile(s, n)
		require.NoError(t, err)
		var rest *condition.Program
		if residue != nil {
			rest, err = condition.Compile(s, *residue)
			require.NoError(t, err, "the residue of a valid tree is valid")
			again, _ := condition.Lower(*residue)
			again.Segments, again.Coupons = nil, nil
			require.Equal(t, condition.Lowered{}, again, "nothing is left that an index can answer")
		}
		for range 6 {
			m := drawModel(t, s)
			f := m.facts(t, s)
			for line := -1; line < len(m.lines); line++ {
				got := m.index(lowered, line) && (rest == nil || rest.MatchLine(f, line))
				require.Equal(t, whole.MatchLine(f, line), got, "line %d of %+v\n%s\n%+v", line, m, before, lowered)
			}
		}
	})
}
