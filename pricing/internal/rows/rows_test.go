package rows

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/internal/int128"
)

func TestLabelsKeepTheirOrderWhateverIsAdded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		micros := rapid.SliceOfN(rapid.Int64Range(0, 1<<40), 0, 30)
		l, ok := NewLabels(micros.Draw(t, "first"))
		require.True(t, ok)
		for range 3 {
			before := l
			next, ok := l.With(micros.Draw(t, "more"))
			if !ok {
				return
			}
			l = next
			for i, m := range before.micro {
				require.Equal(t, before.label[i], l.Of(m), "a label stays")
			}
		}
		require.True(t, slices.IsSorted(l.label))
		require.Equal(t, len(l.micro), len(slices.Compact(slices.Clone(l.label))))
		q := rapid.Int64Range(0, 1<<41).Draw(t, "quantity")
		want := uint32(1)
		for i, m := range l.micro {
			if m <= q {
				want = l.label[i]
			}
			require.Equal(t, m, l.Micro(l.label[i]))
		}
		require.Equal(t, want, l.Reached(q))
		require.Equal(t, want, l.ReachedBy(int128.Mul64(q, 12), 12), "by cross product")
	})
	_, ok := NewLabels(make([]int64, MaxLabel+5))
	assert.True(t, ok, "all the same")
	one, _ := NewLabels([]int64{1})
	for i := int64(2); ; i++ { // between the same neighbours there is an end of room
		next, ok := one.With([]int64{1_000_000 - i})
		if !ok {
			assert.Greater(t, i, int64(15))
			break
		}
		one = next
	}
}

func TestPlacesFindWhatWasAdded(t *testing.T) {
	p := NewPlaces(1)
	id := func(n int) (b [16]byte) { copy(b[:], fmt.Sprint(n)); return b }
	for n := range 1000 {
		assert.Equal(t, int32(n), p.Add(id(n)))
		assert.Equal(t, int32(n), p.Add(id(n)), "once")
	}
	other := p.Clone()
	other.Add(id(1000))
	for n := range 1000 {
		assert.Equal(t, int32(n), other.Find(id(n)))
	}
	assert.Equal(t, None, p.Find(id(1000)))
	assert.Equal(t, int32(1000), other.Find(id(1000)))
}

func TestTheIndexFindsThePageOfAnID(t *testing.T) {
	const n = 5000
	x := NewIndex(n)
	for i := range n {
		require.True(t, x.Add(fmt.Sprint("row ", i), uint32(i%100)))
	}
	next := x.Next()
	require.True(t, next.Add("new", 7))
	for i := range n {
		found := next.Find(fmt.Sprint("row ", i), func(page uint32) bool { return page == uint32(i%100) })
		require.True(t, found)
	}
	never := func(uint32) bool { return false }
	assert.False(t, x.Find("row 1", never))
	assert.True(t, next.Find("new", func(page uint32) bool { return page == 7 }))
	asked := 0
	x.Find("new", func(uint32) bool { asked++; return false })
	assert.LessOrEqual(t, asked, 3, "the old index does not know it")

	small := NewIndex(0)
	full := false
	for i := 0; i < 100_000 && !full; i++ {
		full = !small.Add(fmt.Sprint(i), uint32(i))
	}
	assert.True(t, full, "an index without room says so")
}

// bookOf is a page with what it was made of.
type bookOf struct {
	page  *Page
	order Order
	rows  []Record
	ids   []string
	at    []int // the bucket of each row
}

func drawBook(t *rapid.T, lowest bool) bookOf {
	b := bookOf{order: Order{Spans: []Span{Always()}, Lowest: lowest}}
	b.order.Labels, _ = NewLabels([]int64{5, 10})
	for i := range 4 {
		b.order.Lists = append(b.order.Lists, List{Span: Always(), Rank: ListRank(uint64(i%2), uint64(1+i/2)), Class: uint16(max(0, i-1)), Everybody: i < 2})
	}
	b.order.Lists[3].Span = Span{2, 8}
	for range 4 {
		start := rapid.Int32Range(0, 9).Draw(t, "start")
		b.order.Spans = append(b.order.Spans, Span{start, start + rapid.Int32Range(0, 5).Draw(t, "days")})
	}
	var builder Builder
	for bucket := range 3 {
		builder.Bucket(uint8(bucket), 0, false)
		for range rapid.IntRange(0, 12).Draw(t, "rows") {
			r := Record{Value: rapid.Int64Range(0, 9).Draw(t, "price"), List: rapid.Int32Range(0, 3).Draw(t, "list"),
				From:     b.order.Labels.label[rapid.IntRange(0, 2).Draw(t, "from")],
				Validity: uint32(rapid.IntRange(0, 4).Draw(t, "validity")), Frame: uint16(rapid.IntRange(0, 1).Draw(t, "frame"))}
			id := fmt.Sprintf("%03d", len(b.rows))
			builder.Add(r, id)
			b.rows, b.ids, b.at = append(b.rows, r), append(b.ids, id), append(b.at, bucket)
		}
	}
	b.page = builder.Page()
	return b
}

// The first row of a dated bucket that matches is the best of all rows that hold.
func TestTheFirstMatchOfADatedPageIsTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBook(t, rapid.Bool().Draw(t, "lowest"))
		day, reached := rapid.Int32Range(0, 14).Draw(t, "day"), b.order.Labels.label[rapid.IntRange(0, 2).Draw(t, "reached")]
		frame, list := uint16(rapid.IntRange(0, 1).Draw(t, "frame of the line")), rapid.Int32Range(0, 3).Draw(t, "the list asked")
		d := b.page.On(day, &b.order)
		require.True(t, d.Span.Contains(day))
		for bucket := range 3 {
			want := -1
			for i, r := range b.rows {
				l := b.order.Lists[r.List]
				span := b.order.Spans[r.Validity].And(l.Span)
				if b.at[i] != bucket || !span.Contains(day) || r.From > reached || r.Frame != frame || r.List != list {
					continue
				}
				rank := RowRank(l.Rank, uint8(bucket), r.From, span.Start)
				if want < 0 {
					want = i
					continue
				}
				w := b.rows[want]
				best := RowRank(b.order.Lists[w.List].Rank, uint8(bucket), w.From, b.order.Spans[w.Validity].And(b.order.Lists[w.List].Span).Start)
				if b.order.Lowest && r.Value != w.Value {
					if r.Value < w.Value {
						want = i
					}
				} else if cmp.Or(cmp.Compare(rank, best), cmp.Compare(b.ids[want], b.ids[i])) > 0 {
					want = i
				}
			}
			got := -1
			from, to := d.Some(bucket)
			if b.order.Lists[list].Everybody {
				from, to = d.Default(bucket)
			}
			for at := from; at < to && got < 0; at++ {
				if k := d.Keys[at]; k.From <= reached && k.Frame == frame && d.Hits[at].List == list {
					got = int(d.Hits[at].Index())
					require.Equal(t, b.rows[got].Value, d.Hits[at].Value)
					first := b.rows[d.Hits[at].First]
					require.Equal(t, [2]any{list, frame}, [2]any{first.List, first.Frame})
					require.LessOrEqual(t, first.From, b.rows[got].From)
				}
			}
			require.Equal(t, want, got)
		}
		for i := range b.rows {
			require.Equal(t, b.ids[i], b.page.ID(uint32(i)))
			row, ok := b.page.FindID(b.ids[i])
			require.True(t, ok)
			require.Equal(t, uint32(i), row)
			require.Equal(t, b.at[i], b.page.BucketOf(uint32(i)))
		}
	})
}

// A page keeps the forms of a few days, whoever asks at the same time, and no more.
func TestFormsAreKeptForAFewDays(t *testing.T) {
	var builder Builder
	o := Order{Lists: []List{{Span: Always(), Everybody: true}}, Spans: []Span{Always()}}
	o.Labels, _ = NewLabels(nil)
	builder.Bucket(0, 0, false)
	for day := range int32(40) {
		o.Spans = append(o.Spans, Span{day, day + 1})
		builder.Add(Record{Value: int64(day), From: 1, Validity: uint32(day) + 1}, fmt.Sprint(day))
	}
	p := builder.Page()
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for n := range 400 {
				day := int32((n*7 + w) % 40)
				d := p.On(day, &o)
				if len(d.Hits) != 1 || d.Hits[0].Value != int64(day) {
					panic(fmt.Sprint(day, d.Hits))
				}
			}
		})
	}
	wg.Wait()
	p.On(3, &o)
	kept := 0
	for d := p.forms.Load(); d != nil; d = d.older.Load() {
		kept++
	}
	assert.LessOrEqual(t, kept, formsKept)
	assert.Same(t, p.On(3, &o), p.On(3, &o))
}
