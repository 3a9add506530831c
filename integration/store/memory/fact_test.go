package memory

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
)

// factTable gives the table of a kind of facts in an empty space.
func factTable(t require.TestingT, name string) (*space, *table) {
	kinds, err := store.Kinds()
	require.NoError(t, err)
	s := newSpace(kinds)
	i := slices.IndexFunc(kinds, func(k *store.Kind) bool { return k.Name == name })
	require.GreaterOrEqual(t, i, 0)
	return s, s.tables[i]
}

func drawValue(t *rapid.T, column store.Column, own [idLength]byte) store.Value {
	v := store.Value{Type: column.Type}
	if rapid.IntRange(0, 3).Draw(t, "none") == 0 {
		return v
	}
	switch column.Type {
	case store.TypeID:
		if v.ID = own; rapid.Bool().Draw(t, "another") {
			v.ID = [idLength]byte{15: byte(rapid.IntRange(1, 3).Draw(t, "id"))}
		}
	case store.TypeText:
		v.Text = rapid.SampledFrom([]string{"EA", "12.00", strings.Repeat("long ", 20), "\x00"}).Draw(t, "text")
	case store.TypeBool:
		v.Int = 1
	default:
		v.Int = rapid.Int64().Draw(t, "int")
	}
	return v
}

// Whatever stands in a fact is read as it was written; what is damaged is an error.
func TestFactsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, table := factTable(t, rapid.SampledFrom([]string{"stock_move", "journal_entry", "delivery_fact"}).Draw(t, "kind"))
		for range rapid.IntRange(1, 5).Draw(t, "facts") {
			own := [idLength]byte{byte(rapid.IntRange(0, 2).Draw(t, "own"))}
			f := store.FactWrite{Kind: table.kind, Key: store.NewKey(tandem.IDFromBytes[tandem.CompanyID]([idLength]byte{1}), own,
				[idLength]byte{byte(rapid.IntRange(0, 1).Draw(t, "sub"))})}
			for _, c := range append(slices.Clone(table.kind.Columns), table.kind.LineColumns...) {
				f.Values = append(f.Values, drawValue(t, c, own))
			}
			data := table.appendFact([]byte("before"), &f)[len("before"):]
			key, values, err := table.factValues(nil, data)
			require.NoError(t, err)
			require.Equal(t, f.Key, key)
			require.Equal(t, f.Values, values)
			_, _, err = table.factValues(nil, data[:rapid.IntRange(0, len(data)-1).Draw(t, "cut")])
			require.ErrorIs(t, err, tandem.ErrInvalid)
			_, _, err = table.factValues(nil, append(bytes.Clone(data), 0))
			require.ErrorIs(t, err, tandem.ErrInvalid)
		}
	})
}

// A page of an index of facts is what sorting all of them by columns, then by the
// order of their appending, gives: in both directions, in whatever pages.
func TestPagesOfFactsAreInOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	s, table := factTable(t, "stock_move")
	index := table.kind.IndexNamed("product")
	company := [idLength]byte{9}
	var want []int // numbers of the products, in the order of appending
	for n := range 300 {
		product := r.IntN(7)
		want = append(want, product)
		f := store.FactWrite{Kind: table.kind, Key: store.NewKey(tandem.IDFromBytes[tandem.CompanyID](company), [idLength]byte{1, byte(n >> 8), byte(n)}, [idLength]byte{})}
		for _, c := range table.kind.Columns {
			v := store.Value{Type: c.Type}
			switch c.Name {
			case "company":
				v.ID = company
			case "product":
				v.ID = [idLength]byte{1, byte(product)}
			case "quantity_micro":
				v.Int = int64(n)
			}
			f.Values = append(f.Values, v)
		}
		tx := &tx{space: s}
		tx.append(&f, table.appendFact(nil, &f), uint64(n)+1)
	}
	s.published.Store(290) // the last ten are not committed yet
	quantity := slices.IndexFunc(table.kind.Columns, func(c store.Column) bool { return c.Name == "quantity_micro" })
	for _, descending := range []bool{false, true} {
		var order []int
		for product := range 7 {
			for n, p := range want[:290] {
				if p == product {
					order = append(order, n)
				}
			}
		}
		if descending {
			slices.Reverse(order)
		}
		for _, limit := range []int{1, 3, 7, 64, 1000} {
			scan := &store.Scan{Kind: table.kind, Index: index, Prefix: []store.Value{{Type: store.TypeID, ID: company}}, Descending: descending, Limit: limit}
			var got []int
			for {
				page, err := table.scan(&tx{space: s}, scan, nil)
				require.NoError(t, err)
				for _, record := range page {
					got = append(got, int(record.Values[quantity].Int))
				}
				if len(page) < limit {
					break
				}
				scan.After = page[len(page)-1].Place
			}
			require.Equal(t, order, got, "descending %t, pages of %d", descending, limit)
		}
	}
	low, high := store.Value{Type: store.TypeID, ID: [idLength]byte{1, 2}}, store.Value{Type: store.TypeID, ID: [idLength]byte{1, 4}}
	page, err := table.scan(&tx{space: s}, &store.Scan{Kind: table.kind, Index: index, Prefix: []store.Value{{Type: store.TypeID, ID: company}},
		Low: &low, High: &high, Limit: 1000}, nil)
	require.NoError(t, err)
	n := 0
	for _, p := range want[:290] {
		if p == 2 || p == 3 {
			n++
		}
	}
	require.Len(t, page, n)
}
