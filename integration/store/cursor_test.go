package store

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
)

func handle(tenant, secret string) *Store {
	return &Store{tenant: tenant, secret: sealKey([]byte(secret))}
}

func TestCursorsComeBackAndAreBoundToWhatTheyCameFrom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := handle(rapid.StringN(1, 20, -1).Draw(t, "tenant"), "secret")
		place := rapid.SliceOfN(rapid.Byte(), 1, 200).Draw(t, "place")
		query := rapid.SliceOf(rapid.Byte()).Draw(t, "query")
		bound := s.bound("order", "date", false, query)
		cursor := s.sealPlace(bound, place)
		got, err := s.unsealPlace(bound, cursor)
		if err != nil || string(got) != string(place) {
			t.Fatalf("%q came back as %q, %v", place, got, err)
		}
		for name, other := range map[string][]byte{
			"kind": s.bound("orders", "date", false, query), "index": s.bound("order", "dates", false, query),
			"direction": s.bound("order", "date", true, query), "query": s.bound("order", "date", false, append(query, 'x')),
			"tenant": handle(s.tenant+"x", "secret").bound("order", "date", false, query),
		} {
			if _, err := s.unsealPlace(other, cursor); err == nil {
				t.Fatalf("a cursor of another %s was taken", name)
			}
		}
		if _, err := handle(s.tenant, "other").unsealPlace(bound, cursor); err == nil {
			t.Fatal("a cursor under another secret was taken")
		}
	})
}

func TestBindingLeavesThePageOut(t *testing.T) {
	var next tandem.Cursor
	q := inventory.LocationQuery{Code: "A"}
	require.Nil(t, binding(&q, &q.Page), "nobody wants a cursor")
	q.Page = tandem.Page{Next: &next, Limit: 3}
	first := binding(&q, &q.Page)
	require.Equal(t, 3, q.Page.Limit, "the page is as it was")
	q.Page = tandem.Page{After: "x", Limit: 7}
	require.Equal(t, first, binding(&q, &q.Page))
	q.Kind = inventory.Stock
	require.NotEqual(t, first, binding(&q, &q.Page))
}

func TestOpenChecksItsArguments(t *testing.T) {
	for name, open := range map[string]func() (*Store, error){
		"driver_missing": func() (*Store, error) { return Open(nil, "acme", Options{}) },
		"cursor_secret":  func() (*Store, error) { return Open(nil, "acme", Options{CursorSecret: []byte("short")}) },
		"tenant":         func() (*Store, error) { return Open(nil, "", Options{}) },
	} {
		_, err := open()
		require.ErrorContains(t, err, name)
	}
}

// A page buffer that is used again has nothing of what was read before, and no record
// that was large.
func TestPageBuffersAreHandedOnClean(t *testing.T) {
	s := handle("tenant", "secret")
	p := s.takePage()
	p.records = append(p.records, Record{Value: "x", Values: make([]Value, 3, 5)}, Record{Values: make([]Value, keepRecordValues+1)}, Record{Values: []Value{{Text: "of an older page"}}})
	p.records[0].Values[2].Text, p.used = "personal", 3
	p.records = p.records[:2]
	s.keepPage(p)
	for _, r := range p.records[:3] {
		require.Nil(t, r.Value)
		for _, v := range r.Values[:cap(r.Values)] {
			require.Zero(t, v)
		}
		require.LessOrEqual(t, cap(r.Values), keepRecordValues)
	}
}
