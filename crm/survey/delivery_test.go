package survey_test

import (
	"encoding/json"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/survey"
)

func pieces(n int64) tandem.Quantity { return tandem.QuantityFromMicro(n*1_000_000, tandem.Each) }

func order(key string) tandem.DocumentRef {
	return tandem.RefTo("sales_order", tandem.DeriveID[tandem.ID[int]]("order", key), "")
}

// deliveries writes facts in a few words.
type deliveries struct {
	t     require.TestingT
	facts []survey.DeliveryFact
}

func (d *deliveries) add(kind survey.DeliveryKind, key string, line int, on string, n int64) *survey.DeliveryFact {
	d.facts = append(d.facts, survey.DeliveryFact{ID: survey.DeliveryFactIDOf("test", len(d.facts)), Company: company, Party: customer("a"),
		Line: tandem.LineRef{Document: order(key), Line: line}, Kind: kind, Date: day(d.t, on), Quantity: pieces(n), Recorded: noon})
	return &d.facts[len(d.facts)-1]
}

func (d *deliveries) ordered(key string, line int, on, promise string, n, filled int64) {
	f := d.add(survey.LineOrdered, key, line, on, n)
	f.Promise, f.Filled = day(d.t, promise), pieces(filled)
}

func (d *deliveries) lines() []survey.DeliveryLine {
	for _, f := range d.facts {
		require.NoError(d.t, f.Validate())
	}
	lines, err := survey.FoldLines(d.facts)
	require.NoError(d.t, err)
	return lines
}

func TestLinesByHand(t *testing.T) {
	for name, c := range map[string]struct {
		write                 func(d *deliveries)
		void, onTime, decided bool
		completed             string
	}{
		"in two parts, complete on the promised day": {func(d *deliveries) {
			d.ordered("A", 1, "2011-06-01", "2011-06-10", 10, 4)
			d.add(survey.LineShipped, "A", 1, "2011-06-02", 4)
			d.add(survey.LineShipped, "A", 1, "2011-06-10", 6)
		}, false, true, true, "2011-06-10"},
		"a day late": {func(d *deliveries) {
			d.ordered("A", 1, "2011-06-01", "2011-06-10", 10, 4)
			d.add(survey.LineShipped, "A", 1, "2011-06-11", 10)
		}, false, false, true, "2011-06-11"},
		"a promise that is moved after the miss hides nothing": {func(d *deliveries) {
			d.ordered("A", 1, "2011-06-01", "2011-06-10", 10, 0)
			d.ordered("A", 1, "2011-06-12", "2011-06-20", 1, 0)
			d.add(survey.LineShipped, "A", 1, "2011-06-15", 11)
		}, false, false, true, "2011-06-15"},
		"not yet complete, the promise has passed": {func(d *deliveries) {
			d.ordered("A", 1, "2011-06-01", "2011-06-10", 10, 0)
			d.add(survey.LineShipped, "A", 1, "2011-06-05", 9)
		}, false, false, true, ""},
		"not yet decided": {func(d *deliveries) { d.ordered("A", 1, "2011-06-01", "2011-06-30", 10, 0) }, false, false, false, ""},
		"cancelled whole": {func(d *deliveries) {
			d.ordered("A", 1, "2011-06-01", "2011-06-10", 10, 0)
			d.add(survey.LineCancelled, "A", 1, "2011-06-02", 10)
		}, true, false, false, ""},
		"the rest cancelled in time": {func(d *deliveries) {
			d.ordered("A", 1, "2011-06-01", "2011-06-10", 10, 6)
			d.add(survey.LineShipped, "A", 1, "2011-06-02", 6)
			d.add(survey.LineCancelled, "A", 1, "2011-06-09", 4)
		}, false, true, true, "2011-06-09"},
		"the rest cancelled too late": {func(d *deliveries) {
			d.ordered("A", 1, "2011-06-01", "2011-06-10", 10, 6)
			d.add(survey.LineShipped, "A", 1, "2011-06-02", 6)
			d.add(survey.LineCancelled, "A", 1, "2011-06-11", 4)
		}, false, false, true, "2011-06-11"},
		"shipped and returned": {func(d *deliveries) {
			d.ordered("A", 1, "2011-06-01", "2011-06-10", 10, 10)
			d.add(survey.LineShipped, "A", 1, "2011-06-01", 10)
			d.add(survey.LineReturned, "A", 1, "2011-07-01", 10)
		}, false, true, true, "2011-06-01"},
		"a shipment that was undone": {func(d *deliveries) {
			d.ordered("A", 1, "2011-06-01", "2011-06-10", 10, 0)
			wrong := *d.add(survey.LineShipped, "A", 1, "2011-06-05", 10)
			d.facts = append(d.facts, wrong.Reversal(survey.DeliveryFactIDOf("undo", 1), noon))
			d.add(survey.LineShipped, "A", 1, "2011-06-12", 10)
		}, false, false, true, "2011-06-12"},
	} {
		d := &deliveries{t: t}
		c.write(d)
		lines := d.lines()
		require.Len(t, lines, 1, name)
		l := lines[0]
		assert.Equal(t, c.void, l.Void(), name)
		assert.Equal(t, c.onTime, l.OnTime(), name)
		assert.Equal(t, c.decided, l.Decided(day(t, "2011-06-20")), name)
		assert.Equal(t, c.completed, l.Completed.String(), name)
	}
}

func TestFoldLinesEdges(t *testing.T) {
	lines, err := survey.FoldLines(nil)
	require.NoError(t, err)
	assert.Empty(t, lines)

	d := &deliveries{t: t}
	d.add(survey.LineShipped, "A", 1, "2011-06-01", 1) // its order lies before the window
	d.ordered("B", 1, "2011-06-01", "2011-06-02", 5, 5)
	d.facts = append(d.facts, d.facts[1]) // told twice
	numbered := d.add(survey.LineShipped, "B", 1, "2011-06-02", 5)
	numbered.Line.Document.Number = "SO-7" // the number came later: it is the same line
	got := d.lines()
	require.Len(t, got, 1)
	assert.Equal(t, pieces(5), got[0].Ordered)
	assert.Equal(t, pieces(5), got[0].Shipped)
	assert.True(t, got[0].AtOnce())

	d.add(survey.LineShipped, "B", 1, "2011-06-03", 1).Quantity = tandem.QuantityFromMicro(1, tandem.Kilogram)
	_, err = survey.FoldLines(d.facts)
	assert.ErrorIs(t, err, tandem.ErrUnit)
	d.facts[len(d.facts)-1].Quantity = tandem.QuantityFromMicro(1<<63-1, tandem.Each)
	_, err = survey.FoldLines(d.facts)
	assert.ErrorIs(t, err, tandem.ErrOverflow)
}

// Two orders of two lines each: order A wholly on time and at once; order B has
// one line late and not at once. Three of four lines are on time: as a product of
// rates the orders would be 9/16, but one of two is.
func TestOrdersAreCountedAndNotMultiplied(t *testing.T) {
	d := &deliveries{t: t}
	for line, key := range []string{"A", "A", "B", "B"} {
		filled, shipped := int64(10), "2011-06-02"
		if line == 3 {
			filled, shipped = 9, "2011-06-04"
		}
		d.ordered(key, line+1, "2011-06-01", "2011-06-03", 10, filled)
		d.add(survey.LineShipped, key, line+1, shipped, 10)
	}
	d.ordered("C", 1, "2011-06-01", "2011-06-03", 10, 0)
	d.add(survey.LineCancelled, "C", 1, "2011-06-01", 10) // left out
	d.ordered("D", 1, "2011-06-01", "2011-06-10", 10, 0)  // open: not decided
	d.add(survey.LineReturned, "A", 1, "2011-06-20", 5)
	p, err := survey.Perform(d.lines(), day(t, "2011-06-05"))
	require.NoError(t, err)
	assert.Equal(t, survey.Performance{AsOf: day(t, "2011-06-05"), Lines: 5, Decided: 4, OnTime: 3, AtOnce: 3, Orders: 3, OrdersDecided: 2,
		OrdersOnTime: 1, OrdersAtOnce: 1, Shipped: 4, Returned: 1, ReturnedShare: 0.125}, p)
}

func TestReturnedShareOfDifferentUnits(t *testing.T) {
	d := &deliveries{t: t}
	for i, unit := range []tandem.Unit{tandem.Each, tandem.Each, tandem.Kilogram} {
		d.ordered("A", i+1, "2011-06-01", "2011-06-03", 10, 10)
		d.facts[len(d.facts)-1].Quantity = tandem.QuantityFromMicro(10_000_000, unit)
		d.facts[len(d.facts)-1].Filled = tandem.Quantity{}
		d.add(survey.LineShipped, "A", i+1, "2011-06-02", 10).Quantity = tandem.QuantityFromMicro(10_000_000, unit)
	}
	d.add(survey.LineReturned, "A", 3, "2011-06-20", 1).Quantity = tandem.QuantityFromMicro(6_000_000, tandem.Kilogram)
	p, err := survey.Perform(d.lines(), day(t, "2011-06-05"))
	require.NoError(t, err)
	assert.Equal(t, 0.2, p.ReturnedShare, "(0 of 20 pieces × 2 lines + 6 of 10 kg × 1 line) ÷ 3 lines")
}

func TestFoldDoesNotDependOnTheOrderOfFacts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &deliveries{t: t}
		for i := range rapid.IntRange(0, 30).Draw(t, "n") {
			kind := rapid.SampledFrom(survey.DeliveryKinds()).Draw(t, "kind")
			f := d.add(kind, rapid.SampledFrom([]string{"A", "B"}).Draw(t, "order"), rapid.IntRange(1, 3).Draw(t, "line"),
				"2011-06-0"+strconv.Itoa(rapid.IntRange(1, 9).Draw(t, "day")), rapid.Int64Range(1, 5).Draw(t, "quantity"))
			if kind == survey.LineOrdered {
				f.Promise, f.Filled = f.Date.AddDays(i%4), pieces(f.Quantity.Micro()/2_000_000)
			}
		}
		lines := d.lines()
		again, err := survey.FoldLines(rapid.Permutation(d.facts).Draw(t, "shuffled"))
		assert.NoError(t, err)
		assert.Equal(t, lines, again)
		p, err := survey.Perform(lines, day(t, "2011-06-07"))
		assert.NoError(t, err)
		assert.True(t, p.OnTime <= p.Decided && p.Decided <= p.Lines && p.AtOnce <= p.Lines && p.Lines <= len(lines))
		assert.True(t, p.OrdersOnTime <= p.OrdersDecided && p.OrdersDecided <= p.Orders && p.OrdersAtOnce <= p.Orders && p.Orders <= 2)
		assert.True(t, p.Returned <= p.Shipped && p.ReturnedShare >= 0 && p.ReturnedShare <= 1)
		data, err := json.Marshal(d.facts)
		assert.NoError(t, err)
		var read []survey.DeliveryFact
		assert.NoError(t, json.Unmarshal(data, &read))
		assert.Equal(t, len(d.facts), len(read))
		for i := range read {
			assert.Equal(t, d.facts[i], read[i])
		}
	})
}

func TestDeliveryFactValidate(t *testing.T) {
	d := &deliveries{t: t}
	d.ordered("A", 1, "2011-06-01", "2011-06-10", 10, 4)
	shipped := *d.add(survey.LineShipped, "A", 1, "2011-06-02", 4)
	for name, change := range map[string]func(*survey.DeliveryFact){
		"promise": func(f *survey.DeliveryFact) { f.Promise = tandem.Date{} }, "filled more": func(f *survey.DeliveryFact) { f.Filled = pieces(11) },
		"filled in kg": func(f *survey.DeliveryFact) { f.Filled = tandem.QuantityFromMicro(1, tandem.Kilogram) },
		"nothing":      func(f *survey.DeliveryFact) { f.Quantity = pieces(0) }, "itself": func(f *survey.DeliveryFact) { f.Reverses = f.ID },
		"line": func(f *survey.DeliveryFact) { f.Line.Line = 0 }, "kind": func(f *survey.DeliveryFact) { f.Kind = survey.LineShipped },
	} {
		f := d.facts[0]
		change(&f)
		assert.ErrorIs(t, f.Validate(), tandem.ErrInvalid, name)
	}
	assert.NoError(t, shipped.Validate())
	var invalid *tandem.InvalidError
	require.ErrorAs(t, survey.DeliveryFact{}.Validate(), &invalid)
	assert.GreaterOrEqual(t, len(invalid.Faults), 8)
}
