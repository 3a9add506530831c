package store

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
)

func itself(s string) string { return s }

// collectPaged runs a query over rows and gives what it yields until the first error.
func collectPaged(s *Store, page tandem.Page, rows []string) (got []string, err error) {
	q := inventory.LocationQuery{Code: "A", Page: page}
	for row, err := range Paged(s, &q, &q.Page, rows, itself) {
		if err != nil {
			return got, err
		}
		got = append(got, row)
	}
	return got, nil
}

func TestPagedByHand(t *testing.T) {
	s := handle("acme", "secret")
	rows := []string{"c", "a", "d", "b"}
	var next tandem.Cursor
	for _, c := range []struct {
		page tandem.Page
		want []string
	}{
		{tandem.Page{}, []string{"a", "b", "c", "d"}},
		{tandem.Page{Descending: true}, []string{"d", "c", "b", "a"}},
		{tandem.Page{Limit: 3}, []string{"a", "b", "c"}},
		{tandem.Page{Limit: 3, Descending: true}, []string{"d", "c", "b"}},
		{tandem.Page{Limit: 9}, []string{"a", "b", "c", "d"}},
	} {
		got, err := collectPaged(s, c.page, rows)
		require.NoError(t, err)
		require.Equal(t, c.want, got, "%+v", c.page)
	}
	got, err := collectPaged(s, tandem.Page{Limit: 2, Next: &next}, rows)
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, got)
	got, err = collectPaged(s, tandem.Page{After: next}, []string{"d", "c", "a", "bb"}) // b went, bb came
	require.NoError(t, err)
	require.Equal(t, []string{"bb", "c", "d"}, got)
}

// Pages of any size, walked in either direction while rows come and go, give each
// row that was there all the time once and in order.
func TestPagedWalksEveryRowOnce(t *testing.T) {
	s := handle("acme", "secret")
	rapid.Check(t, func(t *rapid.T) {
		stay := rapid.SliceOfNDistinct(rapid.StringN(0, 3, -1), 0, 12, itself).Draw(t, "rows")
		limit, descending := rapid.IntRange(1, 5).Draw(t, "limit"), rapid.Bool().Draw(t, "descending")
		want := slices.Sorted(slices.Values(stay))
		if descending {
			slices.Reverse(want)
		}
		page := tandem.Page{Limit: limit, Descending: descending}
		var got []string
		for n := 0; ; n++ {
			guest := fmt.Sprintf("guest %d", n)
			var next tandem.Cursor
			page.Next = &next
			part, err := collectPaged(s, page, append([]string{guest}, stay...))
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range part {
				if row != guest {
					got = append(got, row)
				}
			}
			if len(part) < limit {
				break
			}
			page.After = next
			if n > 40 {
				t.Fatal("does not end")
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("walked %q, want %q", got, want)
		}
	})
}

func TestPagedRefusesWhatIsNotItsOwn(t *testing.T) {
	s, rows := handle("acme", "secret"), []string{"a", "b"}
	var next tandem.Cursor
	_, err := collectPaged(s, tandem.Page{Limit: 1, Next: &next}, rows)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		s    *Store
		page tandem.Page
	}{
		"a negative limit":    {s, tandem.Page{Limit: -1}},
		"no cursor":           {s, tandem.Page{After: "x"}},
		"another direction":   {s, tandem.Page{After: next, Descending: true}},
		"another tenant":      {handle("other", "secret"), tandem.Page{After: next}},
		"another secret":      {handle("acme", "another"), tandem.Page{After: next}},
		"a store's, not ours": {s, tandem.Page{After: s.sealPlace(s.bound("location", "code", false, nil), []byte("a"))}},
		"no store":            {nil, tandem.Page{}},
	} {
		got, err := collectPaged(c.s, c.page, rows)
		require.ErrorIs(t, err, tandem.ErrInvalid, name)
		require.Empty(t, got, name)
	}
	_, err = collectPaged(s, tandem.Page{}, []string{"a", "b", "a"})
	require.ErrorIs(t, err, tandem.ErrInvalid)
	require.ErrorContains(t, err, `"a"`)
	other := inventory.LocationQuery{Code: "B", Page: tandem.Page{After: next}}
	for _, err := range Paged(s, &other, &other.Page, rows, itself) {
		require.ErrorIs(t, err, ErrCursor, "a cursor of another query")
	}
}

func TestPagedMayBeRunAgain(t *testing.T) {
	s := handle("acme", "secret")
	q := inventory.LocationQuery{Page: tandem.Page{Limit: 2}}
	seq := Paged(s, &q, &q.Page, []string{"b", "a", "c"}, itself)
	for range 2 {
		var got []string
		for row, err := range seq {
			require.NoError(t, err)
			got = append(got, row)
		}
		require.Equal(t, []string{"a", "b"}, got)
	}
}
