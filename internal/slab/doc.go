// Package slab keeps many small byte records in few large chunks of memory.
//
// A million records as a million slices cost the garbage collector a million
// pointers to follow; in a [Slab] they are a handful of chunks without any
// pointer inside, named by a [Ref], which is a number. Records are only ever
// added: what is stored never moves and never changes, so that the bytes which
// [Slab.Get] hands out stay valid for as long as somebody holds them.
//
// One goroutine may call [Slab.Append] at a time. Readers need no lock, if they
// learned the ref through something that orders memory: a lock that the writer
// held, a channel, an atomic. [Slab.All] orders it by itself.
//
// A record lies in one chunk, behind its length. Chunks begin small and double
// up to the size asked for, because most of a host's indexes stay nearly empty.
package slab
