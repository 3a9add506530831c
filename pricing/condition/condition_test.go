package condition_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	. "github.com/tandem-go/tandem/pricing/condition"
)

func text(t require.TestingT, n Node) string {
	out, err := json.Marshal(n)
	require.NoError(t, err)
	return string(out)
}

func gbp(minor int64) tandem.Money { return tandem.MoneyFromMinor(minor, tandem.GBP) }

func each(n int64) tandem.Quantity {
	q, _ := tandem.QuantityOf(n, tandem.Each)
	return q
}

// shop is an order of two lines by a gold customer through the web.
func shop(t *testing.T, s *Schema) *Facts {
	line := func(category, brand string, n, minor int64) known {
		return known{ones: map[string]Value{"line.category": Of(category), "line.brand": Of(brand), "line.quantity": Of(each(n)),
			"line.amount": Of(gbp(minor)), "line.price": Of(gbp(minor / n))}}
	}
	m := model{
		order: known{
			ones: map[string]Value{"customer.grade": Of("gold"), "order.channel": Of("web"), "order.date": Of(firstDay),
				"order.amount": Of(gbp(110_00)), "attribute.discount": Of(tandem.Percent(5)), "attribute.first": Of(false)},
			sets: map[string][]string{"customer.segment": {"hotel", "north"}, "order.coupon": {}},
		},
		lines: []known{line("gifts/candles", "wick", 12, 60_00), line("toys", "bear", 2, 50_00)},
	}
	return m.facts(t, s)
}

func TestWhatConditionsSay(t *testing.T) {
	s := testSchema(t)
	for name, c := range map[string]struct {
		node Node
		want bool
	}{
		"equal":                                 {Is("customer.grade", "gold"), true},
		"equal to another":                      {Is("customer.grade", "silver"), false},
		"in":                                    {In("customer.grade", "silver", "gold"), true},
		"not equal":                             {IsNot("customer.grade", "silver"), true},
		"unknown is not equal":                  {Is("customer.region", "north"), false},
		"unknown is not unequal either":         {IsNot("customer.region", "north"), false},
		"the negation of what is unknown holds": {Not(Is("customer.region", "north")), true},
		"a set has one":                         {Is("customer.segment", "hotel"), true},
		"a set has one of them":                 {In("customer.segment", "office", "north"), true},
		"a set has not":                         {IsNot("customer.segment", "office"), true},
		"a set that is known to be empty has not":     {IsNot("order.coupon", "XMAS"), true},
		"an amount at its bound":                      {AtLeast("order.amount", gbp(110_00)), true},
		"an amount beyond":                            {MoreThan("order.amount", gbp(110_00)), false},
		"numbers between include the upper end":       {Between("order.amount", gbp(0), gbp(110_00)), true},
		"dates between do not":                        {Between("order.date", firstDay.AddDays(-1), firstDay), false},
		"dates between include the lower end":         {Between("order.date", firstDay, firstDay.AddDays(1)), true},
		"a rate":                                      {AtMost("attribute.discount", tandem.Percent(5)), true},
		"a flag":                                      {Is("attribute.first", false), true},
		"lines of a category and below":               {Count(Is("line.category", "gifts")).Equal(Of(1)), true},
		"a category's name is no prefix of letters":   {Count(Is("line.category", "gift")).Equal(Of(0)), true},
		"all lines":                                   {Count().AtLeast(Of(2)), true},
		"lines of two attributes":                     {Count(Is("line.brand", "wick"), AtLeast("line.quantity", each(12))).Between(Of(1), Of(1)), true},
		"the sum of quantities":                       {Sum("line.quantity").AtLeast(Of(each(14))), true},
		"the sum of amounts of some lines":            {Sum("line.amount", IsNot("line.category", "toys")).LessThan(Of(gbp(60_00))), false},
		"the sum of no lines is nought":               {Sum("line.amount", Is("line.brand", "none")).AtMost(Of(gbp(0))), true},
		"the sum of what a line lacks is not known":   {Sum("attribute.line.points").AtLeast(Of(0)), false},
		"an order's condition in where":               {Count(Is("customer.grade", "gold")).MoreThan(Of(1)), true},
		"a line's attribute is unknown for the order": {Is("line.brand", "wick"), false},
		"another currency is not compared":            {AtLeast("order.amount", tandem.MoneyFromMinor(1, tandem.EUR)), false},
		"nor does its negation hold":                  {Not(AtLeast("order.amount", tandem.MoneyFromMinor(1, tandem.EUR))), false},
		"nor a count of such":                         {Count(MoreThan("line.amount", tandem.MoneyFromMinor(1, tandem.EUR))).AtMost(Of(5)), false},
		"any stops before it":                         {Any(Is("order.channel", "web"), Is("order.amount", tandem.MoneyFromMinor(1, tandem.EUR))), true},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := Compile(s, c.node)
			require.NoError(t, err)
			require.Equal(t, c.want, p.Match(shop(t, s)))
			var again Node
			require.NoError(t, tandem.DecodeJSON([]byte(text(t, c.node)), &again))
			require.Equal(t, c.node, again)
		})
	}
}

func TestMatchLine(t *testing.T) {
	s := testSchema(t)
	f := shop(t, s)
	p, err := Compile(s, All(Is("customer.grade", tandem.GradeCode("gold")), Is("line.category", "gifts"), AtLeast("line.quantity", each(12))))
	require.NoError(t, err)
	require.True(t, p.NeedsLine())
	require.True(t, p.MatchLine(f, 0))
	require.False(t, p.MatchLine(f, 1))
	require.False(t, p.MatchLine(f, 2), "there is no such line")
	require.False(t, p.Match(f))
	p, err = Compile(s, Count(Is("line.brand", "wick")).AtLeast(Of(1)))
	require.NoError(t, err)
	require.False(t, p.NeedsLine())
}

func TestMismatchesAreReported(t *testing.T) {
	s := testSchema(t)
	f := shop(t, s)
	kilos := tandem.QuantityFromMicro(1, tandem.Kilogram)
	p, err := Compile(s, Not(Count(AtLeast("line.quantity", kilos)).AtLeast(Of(1))))
	require.NoError(t, err)
	require.False(t, p.Match(f))
	require.Equal(t, 2, f.Mismatches(), "one for each line")
	first, found := f.Mismatch()
	require.True(t, found)
	require.Equal(t, Mismatch{Field: "line.quantity", Line: 0, Err: tandem.ErrUnit}, first)
	require.ErrorIs(t, first, tandem.ErrUnit)
	f.ClearMismatches()
	p, err = Compile(s, Is("order.amount", tandem.MoneyFromMinor(1, tandem.EUR)))
	require.NoError(t, err)
	require.False(t, p.Match(f))
	first, _ = f.Mismatch()
	require.EqualError(t, first, "order.amount: tandem: different currencies")
	f.Reset()
	unknown, err := Compile(s, Any(Is("customer.grade", "gold"), Is("customer.segment", "hotel"), IsNot("order.coupon", "XMAS")))
	require.NoError(t, err)
	require.False(t, unknown.Match(f), "nothing is known any more")
	require.Zero(t, f.Mismatches())
	require.Zero(t, f.Lines())
	other := testSchema(t).NewFacts()
	require.False(t, p.Match(other))
	first, _ = other.Mismatch()
	require.ErrorIs(t, first, ErrSchema)
	require.Equal(t, "", Mismatch{}.Error())
}

func faults(err error) []string {
	var invalid *tandem.InvalidError
	var out []string
	if errors.As(err, &invalid) {
		for _, f := range invalid.Faults {
			out = append(out, f.Code+" "+f.Path)
		}
	}
	return out
}

func TestValidateReportsAllFaults(t *testing.T) {
	s := testSchema(t)
	bad := All(
		Any(),
		Node{Op: OpNot, Nodes: []Node{Is("order.date", firstDay), Is("order.channel", 3)}},
		Is("order.colour", "red"),
		AtLeast("customer.grade", "gold"),
		In[string]("customer.grade"),
		Between("order.date", firstDay, firstDay),
		Between("order.amount", gbp(1), tandem.MoneyFromMinor(2, tandem.EUR)),
		Is("line.product", "85123A"),
		Is("line.category", "/gifts"),
		Is("order.currency", "POUND"),
		Is("order.amount", tandem.Money{}),
		Node{Op: "xor"},
		Count(Count().AtLeast(Of(1))).AtLeast(Of("many")),
		Sum("order.amount").AtLeast(Of(gbp(1))),
		Sum("line.brand").Equal(Of("x")),
		Node{Op: OpCount, Field: "line.brand", Nodes: []Node{{}}, Compare: OpIn, Values: []Value{Of(1)}},
		Node{Op: OpAll, Field: "x", Nodes: []Node{Is("order.channel", strings.Repeat("x", 300))}},
	)
	require.Equal(t, []string{
		"nodes nodes[0].nodes",
		"nodes nodes[1].nodes", "kind nodes[1].nodes[1].values[0]",
		"unknown nodes[2].field",
		"operator nodes[3].op",
		"values nodes[4].values",
		"empty_range nodes[5].values",
		"mixed nodes[6].values[1]",
		"id nodes[7].values[0]",
		"path nodes[8].values[0]",
		"currency nodes[9].values[0]",
		"required nodes[10].values[0]",
		"unknown nodes[11].op",
		"kind nodes[12].values[0]", "nested nodes[12].where",
		"scope nodes[13].field",
		"kind nodes[14].field",
		"unexpected nodes[15].nodes", "compare nodes[15].compare", "unexpected nodes[15].field",
		"unexpected nodes[16]", "text nodes[16].nodes[0].values[0]",
	}, faults(bad.Validate(s)))
	_, err := Compile(s, bad)
	require.ErrorIs(t, err, tandem.ErrInvalid)
	require.Equal(t, []string{"required "}, faults(Is("order.channel", "web").Validate(nil)))
}

func TestLimits(t *testing.T) {
	s := testSchema(t)
	deep := Is("order.channel", "web")
	for range MaxDepth - 1 {
		deep = Not(deep)
	}
	require.NoError(t, deep.Validate(s))
	var again Node
	require.NoError(t, tandem.DecodeJSON([]byte(text(t, deep)), &again), "the deepest tree is within the levels of JSON")
	require.Equal(t, []string{"too_deep " + strings.Repeat("nodes[0].", MaxDepth-1) + "nodes[0]"}, faults(Not(deep).Validate(s)))

	wide := All()
	for range MaxNodes - 1 {
		wide.Nodes = append(wide.Nodes, Is("order.channel", "web"))
	}
	require.NoError(t, wide.Validate(s))
	wide.Nodes = append(wide.Nodes, wide.Nodes...)
	require.Equal(t, []string{"too_many_nodes nodes[255]"}, faults(wide.Validate(s)))

	many := In("order.channel", make([]string, MaxValues+1)...)
	require.Equal(t, []string{"too_many_values values"}, faults(many.Validate(s)))

	itself := All(Is("order.channel", "web"), Node{})
	itself.Nodes[1] = itself
	require.Error(t, itself.Validate(s), "a tree that holds itself ends")
	loop := &Node{Op: OpCount, Compare: OpEqual, Values: []Value{Of(1)}}
	loop.Where = loop
	require.Equal(t, []string{"nested where"}, faults(loop.Validate(s)))
}

func TestSchemaFaults(t *testing.T) {
	_, err := Standard(
		Attribute{Name: "colour", Kind: KindText, Scope: ScopeLine},
		Attribute{Name: "attribute.a", Kind: KindMoney, Scope: ScopeLine, Many: true},
		Attribute{Name: "attribute.a", Kind: "size", Scope: "customer", Path: true},
		Attribute{},
	)
	require.Equal(t, []string{
		"name attributes[0].name",
		"many attributes[1].many",
		"unknown attributes[2].kind", "unknown attributes[2].scope", "path attributes[2].path", "duplicate attributes[2].name",
		"name attributes[3].name", "unknown attributes[3].kind", "unknown attributes[3].scope", "name attributes[3].name",
	}, faults(err))
	_, err = Standard(make([]Attribute, MaxFields)...)
	require.Equal(t, []string{"too_many "}, faults(err))
}

func TestFactsRefuseWhatDoesNotFit(t *testing.T) {
	s := testSchema(t)
	f := s.NewFacts()
	at := func(name string) Slot { return slot(t, s, name) }
	line, err := f.AddLine()
	require.NoError(t, err)
	for name, err := range map[string]error{
		"no slot":               f.Set(Slot{}, Of("x")),
		"another kind":          f.Set(at("order.date"), Of("x")),
		"no kind":               f.Set(at("order.date"), Value{}),
		"a line's for an order": f.Set(at("line.brand"), Of("x")),
		"an order's for a line": f.SetLine(line, at("order.channel"), Of("x")),
		"a set as one":          f.Set(at("order.coupon"), Of("x")),
		"one as a set":          f.SetTexts(at("order.channel"), "x"),
		"a line's set":          f.SetTexts(at("attribute.line.tags"), "x"),
		"an order's set":        f.SetLineTexts(line, at("order.coupon"), "x"),
		"no such line":          f.SetLine(1, at("line.brand"), Of("x")),
		"no such line's set":    f.SetLineTexts(-1, at("attribute.line.tags"), "x"),
	} {
		require.ErrorIs(t, err, ErrSlot, name)
	}
	for range tandem.MaxLines - 1 {
		_, err = f.AddLine()
		require.NoError(t, err)
	}
	_, err = f.AddLine()
	require.ErrorIs(t, err, tandem.ErrOutOfRange)
}

// Facts that are filled and asked again cost no allocation.
func TestNothingIsAllocated(t *testing.T) {
	s := testSchema(t)
	p, err := Compile(s, All(In("customer.grade", "gold", "silver"), Is("customer.segment", "hotel"), Not(Is("order.channel", "phone")),
		Count(Is("line.category", "gifts")).AtLeast(Of(3)), Sum("line.amount", AtLeast("line.quantity", each(1))).AtLeast(Of(gbp(30_00)))))
	require.NoError(t, err)
	f := s.NewFacts()
	grade, segment, category := slot(t, s, "customer.grade"), slot(t, s, "customer.segment"), slot(t, s, "line.category")
	quantity, amount := slot(t, s, "line.quantity"), slot(t, s, "line.amount")
	segments := []string{"north", "hotel"}
	held := true
	run := func() {
		f.Reset()
		_ = f.Set(grade, Of("gold"))
		_ = f.SetTexts(segment, segments...)
		for range 20 {
			line, _ := f.AddLine()
			_ = f.SetLine(line, category, Of("gifts/candles/red"))
			_ = f.SetLine(line, quantity, Of(each(2)))
			_ = f.SetLine(line, amount, Of(gbp(2_00)))
		}
		held = held && p.Match(f)
	}
	require.Zero(t, testing.AllocsPerRun(100, run))
	require.True(t, held)
}

func TestLowerExamples(t *testing.T) {
	day := firstDay.AddDays
	for name, c := range map[string]struct {
		node    Node
		want    Lowered
		residue string
	}{
		"everything": {
			node: All(In("customer.grade", "silver", "gold"), Is("order.channel", "web"), All(AtLeast("order.date", day(1)), AtMost("order.date", day(3))),
				AtLeast("line.quantity", each(5)), AtLeast("line.quantity", each(12)), Is("line.product", products[0])),
			want: Lowered{Grades: []string{"gold", "silver"}, Channels: []string{"web"}, Dates: tandem.Validity{From: day(1), Until: day(4)},
				LeastQuantity: each(12), Products: products[:1]},
		},
		"an any of one attribute is a list": {
			node: Any(Is("customer.grade", "gold"), In("customer.grade", "silver", "gold")),
			want: Lowered{Grades: []string{"gold", "silver"}},
		},
		"an any of two attributes is left": {
			node:    All(Is("line.brand", "wick"), Any(Is("customer.grade", "gold"), Is("order.channel", "web"))),
			want:    Lowered{Brands: []string{"wick"}},
			residue: text(t, Any(Is("customer.grade", "gold"), Is("order.channel", "web"))),
		},
		"lists meet":        {node: All(In("order.channel", "web", "shop"), In("order.channel", "shop", "phone")), want: Lowered{Channels: []string{"shop"}}},
		"lists do not meet": {node: All(Is("order.channel", "web"), Is("order.channel", "shop"), Count().AtLeast(Of(1))), want: Lowered{Never: true}},
		"categories meet":   {node: All(In("line.category", "a", "b/c"), In("line.category", "a/x", "b", "d")), want: Lowered{Categories: []string{"a/x", "b/c"}}},
		"below one another": {node: In("line.category", "a/b", "a", "ab"), want: Lowered{Categories: []string{"a", "ab"}}},
		"categories do not": {node: All(Is("line.category", "a"), Is("line.category", "ab")), want: Lowered{Never: true}},
		"two units":         {node: All(AtLeast("line.quantity", each(1)), AtLeast("line.quantity", tandem.QuantityFromMicro(1, tandem.Kilogram))), want: Lowered{Never: true}},
		"an empty window":   {node: All(AtLeast("order.date", day(3)), LessThan("order.date", day(3))), want: Lowered{Never: true}},
		"an end is kept": {node: All(LessThan("order.date", day(3)), AtLeast("order.date", day(1)), LessThan("order.date", day(5))),
			want: Lowered{Dates: tandem.Validity{From: day(1), Until: day(3)}}},
		"one instant":        {node: Is("order.at", tandem.InstantOfUnixMicro(5)), want: Lowered{Instants: Window{tandem.InstantOfUnixMicro(5), tandem.InstantOfUnixMicro(6)}}},
		"the smallest more":  {node: MoreThan("line.quantity", each(1)), want: Lowered{LeastQuantity: tandem.QuantityFromMicro(1_000_001, tandem.Each)}},
		"a smaller set wins": {node: All(In("order.coupon", "A", "B"), Is("order.coupon", "A")), want: Lowered{Coupons: []string{"A"}}},
		"another set is left": {
			node:    All(In("customer.segment", "a", "b"), In("customer.segment", "b", "c")),
			want:    Lowered{Segments: []string{"a", "b"}},
			residue: text(t, In("customer.segment", "b", "c")),
		},
		"a negation is left": {node: Not(Is("customer.grade", "gold")), residue: text(t, Not(Is("customer.grade", "gold")))},
		"the last day":       {node: AtMost("order.date", lastDay(t)), residue: text(t, AtMost("order.date", lastDay(t)))},
		"after the last day": {node: MoreThan("order.date", lastDay(t)), want: Lowered{Never: true}},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, c.node.Validate(testSchema(t)))
			got, residue := Lower(c.node)
			require.Equal(t, c.want, got)
			left := ""
			if residue != nil {
				left = text(t, *residue)
			}
			require.Equal(t, c.residue, left)
		})
	}
}

func lastDay(t *testing.T) tandem.Date {
	d, err := tandem.ParseDate("9999-12-31")
	require.NoError(t, err)
	return d
}

func TestValuesReadWhatTheyWrite(t *testing.T) {
	for _, v := range []Value{Of("web"), Of("a:b"), Of(-3), Of(int64(1) << 62), Of(true), Of(false), Of(each(12)), Of(gbp(-5)), Of(tandem.Percent(20)),
		Of(firstDay), Of(tandem.InstantOfUnixMicro(7)), Of(tandem.GBP), Of(tandem.GradeCode("gold"))} {
		var again Value
		require.NoError(t, again.UnmarshalText([]byte(v.String())), v.String())
		require.Equal(t, v, again)
		require.False(t, v.IsNone())
		require.True(t, v.Kind().Valid())
	}
	for _, s := range []string{"", "web", "colour:red", "text:", "number:", "number:+1", "number:007", "number:1.5", "number:1e3", "flag:yes", "date:", "date:2026-02-30",
		"money:1", "money:", "quantity:", "quantity:1", "rate:", "instant:2026"} {
		var v Value
		require.Error(t, v.UnmarshalText([]byte(s)), s)
		require.Zero(t, v)
	}
	for _, v := range []Value{{}, Of(""), Of(tandem.Money{}), Of(tandem.Quantity{}), Of(tandem.Date{}), Of(tandem.Instant{}), Of(tandem.ProductID{}),
		Of(tandem.RateFromNano(-1 << 63))} {
		require.True(t, v.IsNone())
	}
	require.Equal(t, "quantity:12 EA", Of(each(12)).String())
	require.Equal(t, "", Value{}.String())
	v := Of("x")
	require.Zero(t, v.Number())
	require.True(t, v.Money().IsNone() && v.Quantity().IsNone() && v.Rate().IsZero() && v.Date().IsZero() && v.Instant().IsZero() && !v.Flag())
}

func TestEnumerationsAreStrict(t *testing.T) {
	for _, o := range Ops() {
		var got Op
		require.NoError(t, got.UnmarshalText([]byte(o)))
	}
	for _, s := range Scopes() {
		var got Scope
		require.NoError(t, got.UnmarshalText([]byte(s)))
	}
	var o Op
	var k Kind
	var s Scope
	require.Error(t, o.UnmarshalText([]byte("ALL")))
	require.Error(t, k.UnmarshalText(nil))
	require.Error(t, s.UnmarshalText([]byte("customer")))
	require.Len(t, Kinds(), 8)
}

// A tree comes back from its JSON as it was.
func TestJSONRoundTrip(t *testing.T) {
	s := testSchema(t)
	rapid.Check(t, func(t *rapid.T) {
		n := drawNode(t, s, 4, false)
		var again Node
		require.NoError(t, tandem.DecodeJSON([]byte(text(t, n)), &again))
		require.Equal(t, n, again)
	})
}

// Whatever comes in gives faults or a program that runs, and never a panic.
func FuzzDecodeValidateCompile(f *testing.F) {
	f.Add(`{"op":"all","nodes":[{"op":"in","field":"customer.grade","values":["text:gold","text:silver"]},{"op":"between","field":"order.date","values":["date:2026-12-01","date:2026-12-27"]}]}`)
	f.Add(`{"op":"sum","field":"line.amount","where":{"op":"not","nodes":[{"op":"equal","field":"line.category","values":["text:a/b"]}]},"compare":"at_least","values":["money:100.00 GBP"]}`)
	f.Add(`{"op":"count","compare":"more_than","values":["number:9223372036854775807"]}`)
	f.Add(`{"op":"less_than","field":"attribute.score","values":["number:-9223372036854775808"]}`)
	f.Add(`{"op":"equal","field":"line.category","values":["text:/"]}`)
	f.Fuzz(func(t *testing.T, data string) {
		s := testSchema(t)
		var n Node
		if tandem.DecodeJSON([]byte(data), &n) != nil {
			return
		}
		lowered, residue := Lower(n)
		p, err := Compile(s, n)
		if err != nil {
			require.ErrorIs(t, err, tandem.ErrInvalid)
			return
		}
		m := model{order: known{ones: map[string]Value{"order.amount": Of(gbp(1)), "attribute.score": Of(1), "order.date": Of(firstDay)}},
			lines: []known{{ones: map[string]Value{"line.category": Of("/a//"), "line.amount": Of(gbp(1)), "line.quantity": Of(each(1))}}}}
		facts := m.facts(t, s)
		for line := -1; line < 2; line++ {
			whole := p.MatchLine(facts, line)
			if residue == nil || line == 1 {
				continue
			}
			rest, err := Compile(s, *residue)
			require.NoError(t, err)
			require.Equal(t, whole, m.index(lowered, line) && rest.MatchLine(facts, line))
		}
	})
}
