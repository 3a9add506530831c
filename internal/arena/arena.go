// Package arena keeps values that never move, numbered as they come.
//
// One goroutine may call [Arena.Append] at a time. Readers need no lock: [Arena.Len]
// says how many values are there, and a value below it is complete.
package arena

import (
	"slices"
	"sync/atomic"
)

const (
	shift = 7
	chunk = 1 << shift
)

// Arena is an append-only list of values that never move. The zero Arena is
// empty and ready for use; it must not be copied.
type Arena[T any] struct {
	chunks atomic.Pointer[[]*[chunk]T] // its array is shared with older ones, which are shorter
	len    atomic.Int64
}

// Len gives the number of values.
func (a *Arena[T]) Len() int { return int(a.len.Load()) }

// At gives the place of the n-th value, counted from 0 and below Len.
func (a *Arena[T]) At(n int) *T { return &(*a.chunks.Load())[n>>shift][n&(chunk-1)] }

// Find is At for whoever may ask for a value that was dropped meanwhile: nil for that.
func (a *Arena[T]) Find(n int) *T {
	if c := (*a.chunks.Load())[n>>shift]; c != nil {
		return &c[n&(chunk-1)]
	}
	return nil
}

// Drop lets go of the chunks that lie wholly before the n-th value: At must not be
// called for these any more. It is a writer's.
func (a *Arena[T]) Drop(n int) {
	n = min(n, a.Len()) >> shift
	chunks := a.chunks.Load()
	if n == 0 || (*chunks)[n-1] == nil {
		return
	}
	rest := slices.Clone(*chunks)
	for i := n - 1; i >= 0 && rest[i] != nil; i-- {
		rest[i] = nil
	}
	a.chunks.Store(&rest)
}

// Append adds a value, which fill completes before anybody else can see it, and
// gives its number.
func (a *Arena[T]) Append(fill func(*T)) int {
	n := a.Len()
	if n&(chunk-1) == 0 {
		var chunks []*[chunk]T
		if old := a.chunks.Load(); old != nil {
			chunks = *old
		}
		chunks = append(chunks, new([chunk]T))
		a.chunks.Store(&chunks)
	}
	fill(a.At(n))
	a.len.Store(int64(n) + 1)
	return n
}
