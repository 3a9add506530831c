package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
)

func TestCalendarYear(t *testing.T) {
	owner, other := tandem.DeriveID[tandem.CompanyID]("company", "1"), tandem.DeriveID[tandem.CompanyID]("company", "2")
	at, err := tandem.ParseInstant("2012-01-15T12:00:00Z")
	require.NoError(t, err)
	p, err := ledger.NewCalendarYear(owner, 2012, at)
	require.NoError(t, err)
	assert.Equal(t, ledger.PeriodOpen, p.Status())
	for day, want := range map[string]bool{"2011-12-31": false, "2012-01-01": true, "2012-02-29": true, "2012-12-31": true, "2013-01-01": false} {
		d, err := tandem.ParseDate(day)
		require.NoError(t, err)
		assert.Equal(t, want, p.Dates().Contains(d), day)
	}
	again, err := ledger.NewCalendarYear(owner, 2012, at)
	require.NoError(t, err)
	assert.Equal(t, p.ID(), again.ID())
	for _, c := range []struct {
		company tandem.CompanyID
		year    int
	}{{owner, 2013}, {other, 2012}} {
		o, err := ledger.NewCalendarYear(c.company, c.year, at)
		require.NoError(t, err)
		assert.NotEqual(t, p.ID(), o.ID())
	}
	for _, year := range []int{0, -1, 9999, 100_000} {
		_, err := ledger.NewCalendarYear(owner, year, at)
		assert.Error(t, err, year)
	}
	_, err = ledger.NewCalendarYear(tandem.CompanyID{}, 2012, at)
	assert.ErrorIs(t, err, tandem.ErrInvalid)
}
