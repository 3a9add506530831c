package storetest

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/store"
)

func TestEveryStateOfTheFixturesIsValid(t *testing.T) {
	for _, k := range kinds[*store.Bundle]() {
		for n := range 20 {
			for _, s := range k.states(company(), n) {
				_, err := k.handle(s)
				require.NoError(t, err, k.name)
				if v, ok := s.(interface{ Validate() error }); ok {
					require.NoError(t, v.Validate(), k.name)
				}
			}
		}
	}
}

func TestTheFixturesSetEveryFieldAndCoverEveryKind(t *testing.T) {
	all, err := store.Kinds()
	require.NoError(t, err)
	require.Len(t, kinds[*store.Bundle](), len(all), "every kind of the store has a fixture")
	for _, k := range kinds[*store.Bundle]() {
		seen := map[string]bool{}
		for _, s := range k.states(company(), 7) {
			if k.revision != nil {
				*k.revision(s) = 1
			}
			fields(seen, "", reflect.ValueOf(s).Elem())
		}
		for path, set := range seen {
			require.True(t, set, "%s%s is empty in all states of the fixture", k.name, path)
		}
	}
}

func TestIdsOfTheFixturesDoNotDependOnTheCompany(t *testing.T) {
	for _, k := range kinds[*store.Bundle]() {
		a, b := k.states(company(), 3), k.states(companyNamed("other"), 3)
		for i := range a {
			require.Equal(t, k.key(a[i]), k.key(b[i]), k.name)
		}
	}
}

func TestScribbleReachesEverything(t *testing.T) {
	for _, k := range kinds[*store.Bundle]() {
		s := k.states(company(), 0)[0]
		h, err := k.handle(s)
		require.NoError(t, err)
		before := deepCopy(k.state(h))
		scribble(h)
		require.False(t, k.compare(before, k.state(h)), k.name)
		require.True(t, same(before, deepCopy(before)))
	}
}
