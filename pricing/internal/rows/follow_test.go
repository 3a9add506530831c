package rows

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pageWith is a page whose rows begin on the days.
func pageWith(o *Order, days ...int32) *Page {
	var b Builder
	b.Bucket(0, 0, false)
	for i, day := range days {
		o.Spans = append(o.Spans, Span{day, Forever})
		b.Add(Record{Value: int64(day), From: 1, Validity: uint32(len(o.Spans) - 1)}, fmt.Sprint("row", i))
	}
	return b.Page()
}

// The day on which a page is asked is ready in the page of the next version, also where
// that has a row which begins between the first day that was asked and this one.
func TestTheNextPageIsReadyForTheLatestDay(t *testing.T) {
	o := Order{Lists: []List{{Span: Always(), Everybody: true}}}
	o.Labels, _ = NewLabels(nil)
	old := pageWith(&o, 0)
	old.On(100, &o)
	old.On(110, &o)
	old.On(105, &o)
	next := pageWith(&o, 0, 104)
	next.Follow(old, &o)
	ready := func(day int32) bool {
		for d := next.forms.Load(); d != nil; d = d.older.Load() {
			if d.Span.Contains(day) {
				return true
			}
		}
		return false
	}
	assert.True(t, ready(100), "the day it was made for")
	assert.True(t, ready(110), "the latest day")
	assert.True(t, next.forms.Load().Span.Contains(110), "found first")
}

func TestManyIDsOfAPageAreFoundInOnePass(t *testing.T) {
	o := Order{}
	page := pageWith(&o, make([]int32, 40)...)
	for _, n := range []int{0, 1, fewIDs, fewIDs + 1, 40} {
		ids, want := []string{"other"}, map[string]uint32{}
		for i := range n {
			id := fmt.Sprint("row", i)
			ids, want[id] = append(ids, id), uint32(i)
		}
		got := map[string]uint32{}
		page.FindIDs(ids, func(id string, row uint32) { got[id] = row })
		require.Equal(t, want, got)
	}
}
