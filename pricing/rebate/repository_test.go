package rebate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	. "github.com/tandem-go/tandem/pricing/rebate"
)

func TestQueryMatches(t *testing.T) {
	a := agree(t, perUnit(Marginal)) // of 2026
	for name, c := range map[string]struct {
		query Query
		want  bool
	}{
		"everything":                            {Query{}, true},
		"its company":                           {Query{Company: a.Company()}, true},
		"another company":                       {Query{Company: tandem.DeriveID[tandem.CompanyID]("c", "2")}, false},
		"its customer":                          {Query{Customer: a.Customer()}, true},
		"another customer":                      {Query{Customer: tandem.DeriveID[tandem.PartyID]("p", "2")}, false},
		"its state":                             {Query{Status: StatusOpen}, true},
		"another state":                         {Query{Status: StatusSettled}, false},
		"the first day of the period":           {Query{On: first}, true},
		"the day before it":                     {Query{On: on(-1)}, false},
		"the last day of the period":            {Query{On: last.AddDays(-1)}, true},
		"the day after it":                      {Query{On: last}, false},
		"by the day after it, it has ended":     {Query{EndedBy: last}, true},
		"by the last day of it, it has not yet": {Query{EndedBy: last.AddDays(-1)}, false},
	} {
		require.Equal(t, c.want, c.query.Matches(a), name)
	}
	require.Equal(t, tandem.Validity{From: first, Until: last}, a.Period())
}

// A key that a database or JSON would change is refused.
func TestKeysAreClean(t *testing.T) {
	a := agree(t, perUnit(Marginal))
	for _, key := range []string{"", "a\x00b", "a\nb", "a\x7f", "\xff", strings.Repeat("k", tandem.MaxName+1)} {
		_, err := a.Record(sale(key, 1, volume(1, 1)))
		require.Equal(t, []string{"key key"}, faults(err), "%q", key)
		_, err = a.Record(back("r", key, 1, volume(1, 1)))
		require.Equal(t, []string{"required of"}, faults(err), "%q", key)
		_, err = a.Settle(key, last, at(366))
		require.Equal(t, []string{"key key"}, faults(err), "%q", key)
	}
	_, err := a.Record(sale(strings.Repeat("é", tandem.MaxName/2), 1, volume(1, 1)))
	require.NoError(t, err)
}
