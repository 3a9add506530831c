package count_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/inventory/count"
)

func name[K any](key string, _ *tandem.ID[K]) tandem.ID[K] {
	return tandem.DeriveID[tandem.ID[K]]("test", key)
}

func company() tandem.CompanyID           { return name("acme", new(tandem.CompanyID)) }
func product(key string) tandem.ProductID { return name(key, new(tandem.ProductID)) }
func place(key string) tandem.LocationID  { return name(key, new(tandem.LocationID)) }
func countID() count.ID                   { return name("count", new(count.ID)) }

func moveIDs(n int) []inventory.MoveID {
	out := make([]inventory.MoveID, n)
	for i := range out {
		out[i] = name("move"+strconv.Itoa(i), new(inventory.MoveID))
	}
	return out
}

func pieces(n int64) tandem.Quantity { return tandem.QuantityFromMicro(n*1_000_000, tandem.Each) }

func instant(n int64) tandem.Instant {
	return tandem.InstantOfUnixMicro(1_700_000_000_000_000 + n*1_000_000)
}

func expected(products ...any) []count.Line {
	var lines []count.Line
	for i := 0; i < len(products); i += 2 {
		lines = append(lines, count.Line{Product: product(products[i].(string)), Expected: pieces(int64(products[i+1].(int)))})
	}
	return lines
}

// open counts what was in the main location at second 10; it is opened at 20.
func open(t require.TestingT, policy count.Uncounted, products ...any) *count.Count {
	c, err := count.New(countID(), company(), place("main"), instant(10), policy, expected(products...), instant(20))
	require.NoError(t, err)
	return c
}

func ends(moves []inventory.Move) []string {
	var out []string
	at := map[tandem.LocationID]string{place("main"): "main", place("adjustment"): "adjustment"}
	for _, m := range moves {
		out = append(out, fmt.Sprintf("%s to %s: %s", at[m.From], at[m.To], m.Quantity))
	}
	return out
}

func TestCountByHand(t *testing.T) {
	c := open(t, count.RefuseUncounted, "mug", 10, "jug", 4, "cup", 7)
	require.True(t, c.Sheet()[0].Expected == tandem.Quantity{}, "a blind count does not say what is expected")
	require.NoError(t, c.Record(product("mug"), tandem.LotID{}, pieces(12), instant(21)))
	require.NoError(t, c.Record(product("jug"), tandem.LotID{}, pieces(9), instant(21)))
	require.NoError(t, c.Record(product("jug"), tandem.LotID{}, pieces(0), instant(22)), "the second statement holds")
	require.NoError(t, c.Record(product("pan"), tandem.LotID{}, pieces(1), instant(22)), "found where none was expected")
	_, err := c.Post(place("adjustment"), moveIDs(9), instant(30))
	require.ErrorIs(t, err, tandem.ErrNotAllowed)
	require.ErrorContains(t, err, "uncounted")
	require.NoError(t, c.Record(product("cup"), tandem.LotID{}, pieces(7), instant(23)))
	_, err = c.Post(place("adjustment"), moveIDs(2), instant(30))
	require.ErrorContains(t, err, "one move id for each difference")
	require.Equal(t, count.StatusOpen, c.Status())

	moves, err := c.Post(place("adjustment"), moveIDs(3), instant(30))
	require.NoError(t, err)
	require.Equal(t, []string{"adjustment to main: 2 EA", "main to adjustment: 4 EA", "adjustment to main: 1 EA"}, ends(moves))
	for i, m := range moves {
		require.NoError(t, m.Validate())
		require.Equal(t, []tandem.Instant{instant(10), instant(30)}, []tandem.Instant{m.Effective, m.Recorded})
		require.Equal(t, inventory.ReasonCount, m.Reason)
		require.Equal(t, []int{1, 2, 4}[i], m.Source.Line)
		require.True(t, m.Source.Document.Same(tandem.RefTo(count.Kind, countID(), "")))
	}
	require.Equal(t, count.StatusPosted, c.Status())
	rec := c.Drain()
	require.Equal(t, int64(2), rec.Last)
	require.Len(t, rec.Events[1].(count.Posted).Differences, 3)
	require.Empty(t, c.Drain().Events)
}

func TestUncountedLinesFollowThePolicy(t *testing.T) {
	for policy, want := range map[count.Uncounted][]string{
		count.KeepUncounted:   {"adjustment to main: 1 EA"},
		count.UncountedIsZero: {"adjustment to main: 1 EA", "main to adjustment: 4 EA"},
	} {
		c := open(t, policy, "mug", 10, "jug", 4)
		require.NoError(t, c.Record(product("mug"), tandem.LotID{}, pieces(11), instant(21)))
		moves, err := c.Post(place("adjustment"), moveIDs(2), instant(30))
		require.NoError(t, err)
		require.Equal(t, want, ends(moves), policy)
	}
}

// The count at second 10 found 12 mugs. At second 50 a delivery of 3 at second 5
// becomes known, and a receipt at second 11: the first was seen by the count, the
// second was not.
func TestALateMoveDoesNotShakeTheCount(t *testing.T) {
	c := open(t, count.KeepUncounted, "mug", 10, "jug", 4)
	require.NoError(t, c.Record(product("mug"), tandem.LotID{}, pieces(12), instant(21)))
	own, err := c.Post(place("adjustment"), moveIDs(1), instant(30))
	require.NoError(t, err)
	late := func(p, from, to string, n, effective, recorded int64) inventory.Move {
		return inventory.Move{ID: moveIDs(9)[8], Company: company(), Product: product(p), From: place(from), To: place(to), Quantity: pieces(n),
			Effective: instant(effective), Recorded: instant(recorded), Reason: inventory.ReasonDelivery}
	}
	for name, s := range map[string]struct {
		moves []inventory.Move
		want  []string
	}{
		"a delivery before the count":           {[]inventory.Move{late("mug", "main", "customer", 3, 5, 50)}, []string{"adjustment to main: 3 EA"}},
		"a receipt before the count":            {[]inventory.Move{late("mug", "supplier", "main", 3, 10, 50)}, []string{"main to adjustment: 3 EA"}},
		"both, which cancel out":                {[]inventory.Move{late("mug", "main", "customer", 3, 5, 50), late("mug", "supplier", "main", 3, 5, 50)}, nil},
		"after the count":                       {[]inventory.Move{late("mug", "supplier", "main", 3, 11, 50)}, nil},
		"known when it was posted":              {[]inventory.Move{late("mug", "supplier", "main", 3, 5, 30)}, nil},
		"elsewhere":                             {[]inventory.Move{late("mug", "supplier", "shop", 3, 5, 50)}, nil},
		"a product that was not counted":        {[]inventory.Move{late("jug", "main", "customer", 3, 5, 50)}, nil},
		"a product that is not on the count":    {[]inventory.Move{late("pan", "main", "customer", 3, 5, 50)}, nil},
		"the moves of the count itself do none": {own, nil},
	} {
		moves, err := c.Uphold(s.moves, place("adjustment"), moveIDs(2), instant(60))
		require.NoError(t, err, name)
		require.Equal(t, s.want, ends(moves), name)
	}
}

func TestEveryStateAndCommand(t *testing.T) {
	run := map[string]func(c *count.Count) error{
		"record": func(c *count.Count) error { return c.Record(product("mug"), tandem.LotID{}, pieces(1), instant(22)) },
		"post":   func(c *count.Count) error { _, err := c.Post(place("adjustment"), moveIDs(2), instant(30)); return err },
		"cancel": func(c *count.Count) error { return c.Cancel("wrong shelf", instant(30)) },
		"uphold": func(c *count.Count) error { _, err := c.Uphold(nil, place("adjustment"), nil, instant(30)); return err },
	}
	for _, status := range count.Statuses() {
		for command, do := range run {
			c := open(t, count.UncountedIsZero, "mug", 10)
			for _, tr := range count.Transitions() {
				if tr.From == count.StatusOpen && tr.To == status && tr.From != tr.To {
					require.NoError(t, run[tr.Command](c))
				}
			}
			require.Equal(t, status, c.Status())
			before, to := c.State(), count.Status("")
			for _, tr := range count.Transitions() {
				if tr.From == status && tr.Command == command {
					to = tr.To
				}
			}
			err := do(c)
			if to != "" {
				require.NoError(t, err, "%s %s", status, command)
				require.Equal(t, to, c.Status())
				continue
			}
			require.ErrorIs(t, err, tandem.ErrNotAllowed, "%s %s", status, command)
			require.Equal(t, before, c.State())
		}
	}
}

func TestCountRefusesNonsense(t *testing.T) {
	for code, try := range map[string]func() error{
		"future": func() error {
			_, err := count.New(countID(), company(), place("main"), instant(10), count.KeepUncounted, nil, instant(9))
			return err
		},
		"duplicate": func() error {
			_, err := count.New(countID(), company(), place("main"), instant(10), count.KeepUncounted, expected("mug", 1, "mug", 2), instant(20))
			return err
		},
		"unit": func() error {
			_, err := count.New(countID(), company(), place("main"), instant(10), count.KeepUncounted, []count.Line{{Product: product("mug")}}, instant(20))
			return err
		},
		"uncounted": func() error {
			_, err := count.New(countID(), company(), place("main"), instant(10), "maybe", nil, instant(20))
			return err
		},
		"required": func() error {
			_, err := count.New(count.ID{}, company(), place("main"), instant(10), count.KeepUncounted, nil, instant(20))
			return err
		},
		"too_many": func() error {
			lines := make([]count.Line, tandem.MaxLines+1)
			for i := range lines {
				lines[i] = count.Line{Product: product(strconv.Itoa(i)), Expected: pieces(0)}
			}
			_, err := count.New(countID(), company(), place("main"), instant(10), count.KeepUncounted, lines, instant(20))
			return err
		},
	} {
		require.ErrorIs(t, try(), tandem.ErrInvalid)
		require.ErrorContains(t, try(), code)
	}
	c := open(t, count.KeepUncounted, "mug", 1)
	for _, q := range []tandem.Quantity{pieces(-1), {}, tandem.QuantityFromMicro(1, tandem.Dozen)} {
		require.ErrorIs(t, c.Record(product("mug"), tandem.LotID{}, q, instant(22)), tandem.ErrInvalid)
	}
	require.ErrorIs(t, c.Record(tandem.ProductID{}, tandem.LotID{}, pieces(1), instant(22)), tandem.ErrInvalid)
	require.ErrorIs(t, c.Cancel(strings.Repeat("x", tandem.MaxText+1), instant(22)), tandem.ErrInvalid)
	s := c.State()
	s.Closed = instant(5)
	_, err := count.Restore(s)
	require.ErrorContains(t, err, "closed")
	for i := 2; i <= tandem.MaxLines; i++ {
		require.NoError(t, c.Record(product(strconv.Itoa(i)), tandem.LotID{}, pieces(1), instant(22)))
	}
	require.ErrorContains(t, c.Record(product("last"), tandem.LotID{}, pieces(1), instant(22)), "too_many")
	var status count.Status
	require.Error(t, status.UnmarshalText([]byte("done")))
	var policy count.Uncounted
	require.Error(t, policy.UnmarshalText(nil))
	for _, p := range count.UncountedPolicies() {
		require.NoError(t, policy.UnmarshalText([]byte(p)))
	}
}

// Whatever was expected and found, after the moves there is what was found; and
// the state comes back from JSON as it was, sharing nothing.
func TestPostingMakesTheStockWhatWasFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		products := []string{"mug", "jug", "cup"}
		stock, found := map[tandem.ProductID]int64{}, map[tandem.ProductID]int64{}
		var lines []any
		for _, p := range products {
			n := rapid.Int64Range(-5, 50).Draw(t, p)
			lines = append(lines, p, int(n))
			stock[product(p)], found[product(p)] = n, n
		}
		c := open(t, count.KeepUncounted, lines...)
		for range rapid.IntRange(0, 5).Draw(t, "records") {
			p := product(rapid.SampledFrom(append(products, "pan")).Draw(t, "p"))
			found[p] = rapid.Int64Range(0, 50).Draw(t, "n")
			require.NoError(t, c.Record(p, tandem.LotID{}, pieces(found[p]), instant(21)))
		}
		state := c.State()
		text, err := json.Marshal(state)
		require.NoError(t, err)
		var read count.State
		require.NoError(t, json.Unmarshal(text, &read))
		back, err := count.Restore(read)
		require.NoError(t, err)
		require.Equal(t, state, back.State())
		state.Lines[0].Expected = pieces(999)
		read.Lines[0].Expected = pieces(999)

		moves, err := back.Post(place("adjustment"), moveIDs(4), instant(30))
		require.NoError(t, err)
		for _, m := range moves {
			if m.To == place("main") {
				stock[m.Product] += m.Quantity.Micro() / 1_000_000
			} else {
				stock[m.Product] -= m.Quantity.Micro() / 1_000_000
			}
		}
		for p, n := range found {
			require.Equal(t, n, stock[p])
		}
	})
}

func TestQuery(t *testing.T) {
	c := open(t, count.KeepUncounted)
	require.Equal(t, countID(), c.ID())
	require.Zero(t, c.Revision())
	require.True(t, count.Query{Company: company(), Location: place("main"), Status: count.StatusOpen}.Matches(c))
	for _, q := range []count.Query{{Company: name("z", new(tandem.CompanyID))}, {Location: place("shop")}, {Status: count.StatusPosted}} {
		require.False(t, q.Matches(c))
	}
}

func TestEventsAreWrittenAsEncodingJSONDoes(t *testing.T) {
	for _, full := range []tandem.Event{
		count.Opened{ID: countID(), Company: company(), Location: place("main"), Of: instant(1), Lines: 3, At: instant(2)},
		count.Posted{ID: countID(), Company: company(), Location: place("main"), Of: instant(1), At: instant(2), Differences: []count.Difference{
			{Line: 1, Product: product("mug"), Lot: name("lot", new(tandem.LotID)), Quantity: pieces(-1)}, {Line: 2, Product: product("jug"), Quantity: pieces(1)}}},
		count.Cancelled{ID: countID(), Company: company(), Location: place("main"), Reason: "a & b", At: instant(2)},
	} {
		v := reflect.ValueOf(full)
		for i := range v.NumField() {
			require.False(t, v.Field(i).IsZero(), v.Type().Field(i).Name)
		}
		for _, e := range []tandem.Event{full, reflect.Zero(v.Type()).Interface().(tandem.Event)} {
			want, err := json.Marshal(e)
			require.NoError(t, err)
			require.Equal(t, string(want), string(e.AppendJSON(nil)))
			require.True(t, strings.HasPrefix(e.EventName(), "inventory.count."))
		}
	}
}

func Example() {
	c, _ := count.New(countID(), company(), place("main"), instant(10), count.RefuseUncounted,
		[]count.Line{{Product: product("mug"), Expected: pieces(10)}}, instant(20))
	_ = c.Record(product("mug"), tandem.LotID{}, pieces(8), instant(25))
	found, _ := c.Differences()
	moves, _ := c.Post(place("adjustment"), moveIDs(len(found)), instant(30))
	for _, m := range moves {
		fmt.Println("lost", m.Quantity, "as of", m.Effective)
	}
	// Output: lost 2 EA as of 2023-11-14T22:13:30Z
}
