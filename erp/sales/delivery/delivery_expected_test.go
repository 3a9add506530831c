package delivery_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
)

// Three pieces for 1.00, at an issue value of 0.50, two expected back: 0.67 and
// 0.33. One comes: 0.34 and 0.17 of what was provided for (67 over 1:1 is 33½, to
// the first); the rest of 0.33 and 0.16 is released.
func TestExpectedReturnsAreMetAndReleased(t *testing.T) {
	_, d := delivered(t)
	for name, c := range map[string]struct {
		lines []sales.LineQuantity
		want  string
	}{
		"more than is delivered": {[]sales.LineQuantity{lq(1, 4)}, "over_return"},
		"an unknown line":        {[]sales.LineQuantity{lq(2, 1)}, "unknown_line"},
		"a line twice":           {[]sales.LineQuantity{lq(1, 1), lq(1, 1)}, "fault duplicate"},
		"nothing":                {nil, "fault required"},
		"less than nothing":      {[]sales.LineQuantity{lq(1, -1)}, "fault quantity"},
	} {
		_, err := d.Expect(c.lines)
		assert.Equal(t, c.want, code(err), name)
	}
	_, err := d.ReleaseExpected()
	assert.Equal(t, "nothing_expected", code(err))
	got, err := d.Expect([]sales.LineQuantity{lq(1, 2)})
	require.NoError(t, err)
	require.Equal(t, []delivery.Expectation{{Line: 1, Quantity: each(2), Net: gbp(67), Cost: gbp(33)}}, got)
	require.Equal(t, got, d.Expected())
	_, err = d.Expect([]sales.LineQuantity{lq(1, 1)})
	assert.Equal(t, "not_new", code(err))

	d = trip(t, d)
	back, err := d.RecordReturned([]sales.LineQuantity{lq(1, 1)})
	require.NoError(t, err)
	require.Equal(t, [4]tandem.Money{gbp(33), gbp(17), gbp(34), gbp(17)}, [4]tandem.Money{back[0].Net, back[0].Cost, back[0].ProvidedNet, back[0].ProvidedCost})
	d = trip(t, d)
	rest, err := d.ReleaseExpected()
	require.NoError(t, err)
	require.Equal(t, []delivery.Expectation{{Line: 1, Quantity: each(1), Net: gbp(33), Cost: gbp(16)}}, rest)
	require.Empty(t, trip(t, d).Expected())

	back, err = d.RecordReturned([]sales.LineQuantity{lq(1, 2)})
	require.NoError(t, err)
	require.True(t, back[0].ProvidedNet.IsNone(), "nothing was expected any more")
	_, err = d.Expect([]sales.LineQuantity{lq(1, 1)})
	assert.Equal(t, "not_new", code(err))
}

func TestDeliveryRefusesAStateWhoseExpectationsDoNotFit(t *testing.T) {
	for name, change := range map[string]func(*delivery.Expectation){
		"an unknown line":        func(e *delivery.Expectation) { e.Line = 2 },
		"more than is delivered": func(e *delivery.Expectation) { e.Quantity = each(4) },
		"nothing":                func(e *delivery.Expectation) { e.Quantity = each(0) },
		"more than its net":      func(e *delivery.Expectation) { e.Net = gbp(101) },
		"more than its cost":     func(e *delivery.Expectation) { e.Cost = gbp(51) },
		"another currency":       func(e *delivery.Expectation) { e.Net = tandem.MoneyFromMinor(1, tandem.EUR) },
	} {
		_, d := delivered(t)
		_, err := d.Expect([]sales.LineQuantity{lq(1, 1)})
		require.NoError(t, err)
		s := d.State()
		change(&s.Expected[0])
		_, err = delivery.Restore(s)
		assert.Equal(t, "fault expected", code(err), name)
	}
}
