package tandem_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
)

func TestTextFormsRoundTrip(t *testing.T) {
	for _, s := range []string{"12.34 GBP", "0.00 GBP", "-0.01 EUR", "92233720368547758.07 USD", "5 JPY", "1.234 KWD"} {
		m, err := tandem.ParseMoney(s)
		require.NoError(t, err, s)
		require.Equal(t, s, m.String())
	}
	for _, s := range []string{"12 EA", "0.000001 KGM", "-3.5 XBX", "0 EA"} {
		q, err := tandem.ParseQuantity(s)
		require.NoError(t, err, s)
		require.Equal(t, s, q.String())
	}
	for _, s := range []string{"2.55 GBP/EA", "1.234567 GBP/1000 EA", "0.00 GBP/EA", "-1.10 GBP/KGM"} {
		p, err := tandem.ParsePrice(s)
		require.NoError(t, err, s)
		require.Equal(t, s, p.String())
	}
	for _, s := range []string{"0.2", "-0.05", "1", "0.000000001"} {
		r, err := tandem.ParseRate(s)
		require.NoError(t, err, s)
		require.Equal(t, s, r.String())
	}
	for _, s := range []string{"", "1e3 GBP", "+1.00 GBP", "1.001 GBP", "01.00 GBP", ".5 GBP", "1. GBP", "1.00 XXX", "1.00", "--1 GBP", "- GBP"} {
		_, err := tandem.ParseMoney(s)
		require.ErrorIs(t, err, tandem.ErrInvalid, s)
	}
}

func TestPriceTimesQuantityByHand(t *testing.T) {
	p, _ := tandem.ParsePrice("1.234567 GBP/1000 EA")
	q, _ := tandem.QuantityOf(500, tandem.Each)
	m, err := p.Times(q, tandem.HalfAwayFromZero) // 0.6172835
	require.NoError(t, err)
	require.Equal(t, "0.62 GBP", m.String())
}

func TestAllocateByHand(t *testing.T) {
	whole, _ := tandem.ParseMoney("100.00 GBP")
	parts, err := tandem.Allocate(nil, whole, []int64{1, 1, 1})
	require.NoError(t, err)
	require.Equal(t, "[33.34 GBP 33.33 GBP 33.33 GBP]", text(parts))
	parts, err = tandem.Allocate(nil, whole.Neg(), []int64{1, 1, 1, 0})
	require.NoError(t, err)
	require.Equal(t, "[-33.34 GBP -33.33 GBP -33.33 GBP 0.00 GBP]", text(parts))
	five, _ := tandem.ParseMoney("0.05 GBP")
	parts, err = tandem.Allocate(nil, five, []int64{0, 0})
	require.NoError(t, err)
	require.Equal(t, "[0.03 GBP 0.02 GBP]", text(parts))
}

func text(parts []tandem.Money) string {
	s := "["
	for i, p := range parts {
		if i > 0 {
			s += " "
		}
		s += p.String()
	}
	return s + "]"
}

func TestDatesByHand(t *testing.T) {
	d, err := tandem.ParseDate("2011-01-31")
	require.NoError(t, err)
	require.Equal(t, "2011-02-28", d.AddMonths(1).String())
	require.Equal(t, "2011-03-31", d.AddMonths(2).String())
	require.Equal(t, "Monday", d.Weekday().String())
	require.Equal(t, "2010-12-31", d.AddMonths(-1).String())
	_, err = tandem.ParseDate("2011-02-29")
	require.ErrorIs(t, err, tandem.ErrInvalid)
}
