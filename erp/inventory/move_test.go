package inventory_test

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
)

func TestLocationTree(t *testing.T) {
	tr := tree(t)
	require.Equal(t, []tandem.LocationID{place("house"), place("main"), place("bin")}, tr.Path(place("bin")))
	require.Equal(t, []tandem.LocationID{place("house"), place("main"), place("shop"), place("bin")}, tr.Under(place("house")))
	require.True(t, tr.Within(place("bin"), place("house")))
	require.False(t, tr.Within(place("customer"), place("house")))
	_, err := tr.Location(place("moon"))
	require.ErrorIs(t, err, tandem.ErrNotFound)
	for _, k := range inventory.LocationKinds() {
		require.Equal(t, k != inventory.Stock && k != inventory.View, k.Virtual(), k)
		var back inventory.LocationKind
		require.NoError(t, back.UnmarshalText([]byte(k)))
	}
	var k inventory.LocationKind
	require.Error(t, k.UnmarshalText([]byte("moon")))
	require.False(t, k.Virtual())

	sum, err := tr.RollUp(place("house"), []inventory.Level{level("main", 5, 1), level("bin", 2, 2), level("shop", -1, 0), level("customer", 9, 0)})
	require.NoError(t, err)
	require.Equal(t, []inventory.Level{level("house", 6, 3)}, sum)
	sum, err = tr.RollUp(place("main"), []inventory.Level{level("main", 5, 1), level("bin", 2, 2), level("shop", 4, 0)})
	require.NoError(t, err)
	require.Equal(t, []inventory.Level{level("main", 7, 3)}, sum)
}

func TestLocationTreeRefuses(t *testing.T) {
	at := func(code, parent string, kind inventory.LocationKind) inventory.Location {
		return location(code, parent, kind)
	}
	foreign := at("b", "", inventory.Stock)
	foreign.Company = name("other", new(tandem.CompanyID))
	loose := at("a", "", inventory.Customer)
	loose.AllowNegative = true
	for name, c := range map[string]struct {
		locations []inventory.Location
		code      string
	}{
		"unknown parent":          {[]inventory.Location{at("a", "moon", inventory.Stock)}, "parent"},
		"under a customer":        {[]inventory.Location{at("c", "", inventory.Customer), at("a", "c", inventory.Stock)}, "parent"},
		"a view under stock":      {[]inventory.Location{at("s", "", inventory.Stock), at("v", "s", inventory.View)}, "parent"},
		"twice":                   {[]inventory.Location{at("a", "", inventory.Stock), at("a", "", inventory.Stock)}, "duplicate"},
		"two companies":           {[]inventory.Location{at("a", "", inventory.Stock), foreign}, "company"},
		"itself":                  {[]inventory.Location{at("a", "a", inventory.Stock)}, "cycle"},
		"negative counter place":  {[]inventory.Location{loose}, "allow_negative"},
		"nothing given":           {[]inventory.Location{{}}, "required"},
		"views that form a cycle": {[]inventory.Location{at("a", "b", inventory.View), at("b", "a", inventory.View)}, "form a cycle"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := inventory.NewLocationTree(c.locations)
			require.ErrorIs(t, err, tandem.ErrInvalid)
			require.ErrorContains(t, err, c.code)
		})
	}
	chain := []inventory.Location{location("0", "", inventory.Stock)}
	for i := 1; i <= inventory.MaxLocationDepth; i++ {
		chain = append(chain, location(string(rune('0'+i)), string(rune('0'+i-1)), inventory.Stock))
	}
	_, err := inventory.NewLocationTree(chain)
	require.ErrorContains(t, err, "too_deep")
	_, err = inventory.NewLocationTree(chain[:inventory.MaxLocationDepth])
	require.NoError(t, err)
	_, err = inventory.NewLocationTree(nil)
	require.NoError(t, err)
}

type shelf struct{ l inventory.Location }

func (s shelf) Get(_ context.Context, _ tandem.CompanyID, id tandem.LocationID) (inventory.Location, error) {
	if id != s.l.ID {
		return inventory.Location{}, &tandem.NotFoundError{Kind: "location", Key: id.String()}
	}
	return s.l, nil
}
func (shelf) Save(context.Context, inventory.Location) error { return errors.ErrUnsupported }
func (shelf) Find(context.Context, inventory.LocationQuery) iter.Seq2[inventory.Location, error] {
	return nil
}

func TestPortOverARepository(t *testing.T) {
	source := inventory.FromRepository(shelf{location("main", "", inventory.Stock)})
	l, err := source.Location(t.Context(), company(), place("main"))
	require.NoError(t, err)
	require.Equal(t, "main", l.Code)
	_, err = source.Location(t.Context(), company(), place("shop"))
	require.ErrorIs(t, err, tandem.ErrNotFound)
}

func TestMoveValidates(t *testing.T) {
	require.NoError(t, move("a", "supplier", "main", 1).Validate())
	for code, spoil := range map[string]func(m *inventory.Move){
		"required":   func(m *inventory.Move) { m.ID = inventory.MoveID{} },
		"same_place": func(m *inventory.Move) { m.To = m.From },
		"quantity":   func(m *inventory.Move) { m.Quantity = pieces(0) },
		"future":     func(m *inventory.Move) { m.Effective = m.Recorded.Add(1000) },
		"reason":     func(m *inventory.Move) { m.Reason = "" },
		"reverses":   func(m *inventory.Move) { m.Reverses = m.ID },
	} {
		m := move("a", "supplier", "main", 1)
		spoil(&m)
		require.ErrorContains(t, m.Validate(), "("+code+")")
	}
	m := move("a", "supplier", "main", 1)
	m.Quantity = pieces(-1)
	require.Error(t, m.Validate())
	require.Error(t, inventory.Move{}.Validate())
}

func TestMovesBecomeChanges(t *testing.T) {
	tr := tree(t)
	got, err := inventory.MovesToChanges([]inventory.Move{
		move("1", "supplier", "main", 10), move("2", "main", "customer", 4), move("3", "main", "shop", 2),
		move("4", "shop", "scrap", 2), move("5", "supplier", "customer", 99),
	}, tr.Location)
	require.NoError(t, err)
	require.Equal(t, []inventory.LevelChange{change("main", 4, 0)}, got, "drop shipment and what nets to nought leave no change")

	places := warehouse()
	places[1].AllowNegative = true
	tr, err = inventory.NewLocationTree(places)
	require.NoError(t, err)
	got, err = inventory.MovesToChanges([]inventory.Move{move("1", "main", "customer", 1)}, tr.Location)
	require.NoError(t, err)
	require.True(t, got[0].AllowNegative)

	foreign := move("1", "main", "customer", 1)
	foreign.Company = name("other", new(tandem.CompanyID))
	for _, bad := range []inventory.Move{{}, move("1", "main", "moon", 1), move("1", "house", "main", 1), foreign} {
		_, err = inventory.MovesToChanges([]inventory.Move{bad}, tr.Location)
		require.Error(t, err)
	}
}

func TestReversalUndoesTheMove(t *testing.T) {
	m := move("1", "supplier", "main", 7)
	r, err := m.Reverse(moveID("2"), instant(50))
	require.NoError(t, err)
	require.Equal(t, m.ID, r.Reverses)
	require.Equal(t, m.Effective, r.Effective)
	require.Equal(t, inventory.ReasonReversal, r.Reason)
	got, err := inventory.MovesToChanges([]inventory.Move{m, r}, tree(t).Location)
	require.NoError(t, err)
	require.Empty(t, got)
	_, err = r.Reverse(moveID("3"), instant(51))
	require.ErrorIs(t, err, tandem.ErrNotAllowed)
	_, err = m.Reverse(inventory.MoveID{}, instant(51))
	require.ErrorIs(t, err, tandem.ErrInvalid)
}

func sequence(moves []inventory.Move) iter.Seq2[inventory.Move, error] {
	return func(yield func(inventory.Move, error) bool) {
		for _, m := range moves {
			if !yield(m, nil) {
				return
			}
		}
	}
}

func onHand(levels []inventory.Level, at string) int64 {
	for _, l := range levels {
		if l.Key == key(at) {
			return l.OnHand / 1_000_000
		}
	}
	return 0
}

func TestOnHandAsOfAndKnownAt(t *testing.T) {
	received, late := move("1", "supplier", "main", 10), move("2", "main", "customer", 3)
	late.Effective, late.Recorded = instant(5), instant(100) // happened early, became known late
	for name, c := range map[string]struct {
		effective, recorded tandem.Instant
		want                int64
	}{
		"all that is known":                  {tandem.Instant{}, tandem.Instant{}, 7},
		"as of the fifth second, known now":  {instant(5), tandem.Instant{}, 7},
		"as of the fifth, as it was known":   {instant(5), instant(99), 10},
		"as of the fourth second, known now": {instant(4), tandem.Instant{}, 10},
		"before everything":                  {instant(0), tandem.Instant{}, 0},
	} {
		got, err := inventory.OnHandAt(nil, sequence([]inventory.Move{received, late}), c.effective, c.recorded)
		require.NoError(t, err)
		require.Equal(t, c.want, onHand(got, "main"), name)
	}
	got, err := inventory.OnHandAt([]inventory.Level{level("main", 100, 5)}, sequence([]inventory.Move{late}), tandem.Instant{}, tandem.Instant{})
	require.NoError(t, err)
	require.Equal(t, int64(97), onHand(got, "main"))

	broken := func(yield func(inventory.Move, error) bool) { yield(inventory.Move{}, errors.New("disk")) }
	_, err = inventory.OnHandAt(nil, broken, tandem.Instant{}, tandem.Instant{})
	require.ErrorContains(t, err, "disk")
	huge := move("9", "supplier", "main", 1)
	huge.Quantity = tandem.QuantityFromMicro(math.MaxInt64, tandem.Each)
	_, err = inventory.OnHandAt(nil, sequence([]inventory.Move{huge, huge}), tandem.Instant{}, tandem.Instant{})
	require.ErrorIs(t, err, tandem.ErrOverflow)
}

// Every move has two ends: all places together hold nothing, at every instant, and
// what the changes did to the levels is what the ledger says is on hand.
func TestMovesBalance(t *testing.T) {
	places := []string{"main", "bin", "shop", "supplier", "customer", "adjustment", "production", "scrap", "transit"}
	rapid.Check(t, func(t *rapid.T) {
		tr := tree(t)
		var moves []inventory.Move
		for range rapid.IntRange(1, 40).Draw(t, "n") {
			from := rapid.SampledFrom(places).Draw(t, "from")
			to := rapid.SampledFrom(places).Filter(func(s string) bool { return s != from }).Draw(t, "to")
			m := move("x", from, to, rapid.Int64Range(1, 1000).Draw(t, "q"))
			m.Effective = instant(rapid.Int64Range(0, 100).Draw(t, "when"))
			m.Recorded = instant(200)
			moves = append(moves, m)
		}
		levels, err := inventory.OnHandAt(nil, sequence(moves), instant(rapid.Int64Range(0, 100).Draw(t, "at")), tandem.Instant{})
		require.NoError(t, err)
		sum := int64(0)
		for _, l := range levels {
			sum += l.OnHand
		}
		require.Zero(t, sum)
		levels, err = inventory.OnHandAt(nil, sequence(moves), tandem.Instant{}, tandem.Instant{})
		require.NoError(t, err)
		changes, err := inventory.MovesToChanges(moves, tr.Location)
		require.NoError(t, err)
		for _, c := range changes {
			require.Contains(t, levels, inventory.Level{Key: c.Key, OnHand: c.OnHand})
		}
	})
}

func TestManyMovesAreMergedAsTheyCome(t *testing.T) {
	many := func(yield func(inventory.Move, error) bool) {
		m := move("1", "supplier", "main", 1)
		for range 10_000 {
			if !yield(m, nil) {
				return
			}
		}
	}
	got, err := inventory.OnHandAt(nil, many, tandem.Instant{}, tandem.Instant{})
	require.NoError(t, err)
	require.Len(t, got, 2)
	require.Equal(t, int64(10_000), onHand(got, "main"))
}

func TestMoveJSONAndQueries(t *testing.T) {
	m := move("1", "supplier", "main", 7)
	m.Lot, m.Reverses = name("lot", new(tandem.LotID)), moveID("0")
	text, err := json.Marshal(m)
	require.NoError(t, err)
	var back inventory.Move
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, m, back)
	require.True(t, inventory.MoveQuery{}.Matches(m))
	require.True(t, inventory.MoveQuery{Company: m.Company, Product: m.Product, Lot: m.Lot, Location: m.To, Source: m.Source.Document, Line: 1,
		Reverses: m.Reverses, EffectiveFrom: m.Effective, EffectiveUntil: m.Effective.Add(1000), RecordedUntil: instant(3)}.Matches(m))
	require.True(t, inventory.MoveQuery{Location: m.From}.Matches(m))
	for _, q := range []inventory.MoveQuery{{Company: name("z", new(tandem.CompanyID))}, {Product: product("jug")}, {Lot: name("z", new(tandem.LotID))},
		{Location: place("shop")}, {Source: document("z")}, {Line: 2}, {Reverses: moveID("z")}, {EffectiveFrom: instant(2)},
		{EffectiveUntil: m.Effective}, {RecordedUntil: m.Recorded}} {
		require.Falsef(t, q.Matches(m), "%+v", q)
	}
	l := location("main", "house", inventory.Stock)
	text, err = json.Marshal(l)
	require.NoError(t, err)
	var place2 inventory.Location
	require.NoError(t, json.Unmarshal(text, &place2))
	require.Equal(t, l, place2)
	require.True(t, inventory.LocationQuery{Company: company(), Code: "main", Parent: place("house"), Kind: inventory.Stock}.Matches(l))
	for _, q := range []inventory.LocationQuery{{Company: name("z", new(tandem.CompanyID))}, {Code: "z"}, {Parent: place("z")}, {Kind: inventory.View}} {
		require.False(t, q.Matches(l))
	}
}
