// Package okey encodes tuples as bytes that sort as the tuples do: comparing two
// keys with [bytes.Compare] compares the first fields, then the second ones, and
// so on. Indexes and cursors are made of such keys.
//
//	key := okey.AppendBytes16(nil, customer)
//	key = okey.AppendInt64Desc(key, orderedAt)            // the newest first
//	key = okey.AppendText(key, number)
//	from, to := prefix, okey.PrefixEnd(nil, prefix)       // every key of a customer
//
// The layout, which is stored and must not change:
//
//	int64           8 bytes, big-endian, the sign bit flipped
//	uint64          8 bytes, big-endian
//	[16]byte        16 bytes as they are
//	bool            1 byte, 0 or 1
//	text, bytes     the bytes, with 00 as 00 FF; ended by 00 01
//	…Desc           the same with every bit flipped
//
// The two bytes at the end of a text are below every continuation of it, an
// escaped 00 included, so that a text sorts before those it is a prefix of,
// whatever the next field is. Keys say nothing of their own types: who reads one
// names the fields in the order in which they were written.
package okey
