package okey

import (
	"bytes"
	"encoding/binary"
)

// Reader takes a key apart. After the first field that is not there, or not as
// it would have been written, every method gives zero and [Reader.Done] false,
// so that one check at the end is enough.
type Reader struct {
	rest   []byte
	broken bool
}

// Read begins at the first field of a key.
func Read(key []byte) Reader { return Reader{rest: key} }

// Done reports whether the key was read to its end without a fault.
func (r *Reader) Done() bool { return !r.broken && len(r.rest) == 0 }

// OK reports whether there was no fault yet.
func (r *Reader) OK() bool { return !r.broken }

// Rest gives the bytes not yet read, nothing after a fault.
func (r *Reader) Rest() []byte { return r.rest }

// Int64 reads what [AppendInt64] wrote.
func (r *Reader) Int64() int64 {
	if raw := r.take(8); raw != nil {
		return int64(binary.BigEndian.Uint64(raw) ^ signBit)
	}
	return 0
}

// Int64Desc reads what [AppendInt64Desc] wrote.
func (r *Reader) Int64Desc() int64 {
	if raw := r.take(8); raw != nil {
		return int64(^binary.BigEndian.Uint64(raw) ^ signBit)
	}
	return 0
}

// Uint64 reads what [AppendUint64] wrote.
func (r *Reader) Uint64() uint64 {
	if raw := r.take(8); raw != nil {
		return binary.BigEndian.Uint64(raw)
	}
	return 0
}

// Uint64Desc reads what [AppendUint64Desc] wrote.
func (r *Reader) Uint64Desc() uint64 {
	if raw := r.take(8); raw != nil {
		return ^binary.BigEndian.Uint64(raw)
	}
	return 0
}

// Bytes16 reads what [AppendBytes16] wrote.
func (r *Reader) Bytes16() (v [16]byte) {
	copy(v[:], r.take(16))
	return v
}

// Bytes16Desc reads what [AppendBytes16Desc] wrote.
func (r *Reader) Bytes16Desc() (v [16]byte) {
	if copy(v[:], r.take(16)) > 0 {
		flip(v[:], 0)
	}
	return v
}

// Bool reads what [AppendBool] wrote.
func (r *Reader) Bool() bool { return r.bool(0) }

// BoolDesc reads what [AppendBoolDesc] wrote.
func (r *Reader) BoolDesc() bool { return r.bool(0xFF) }

func (r *Reader) bool(mask byte) bool {
	raw := r.take(1)
	if raw == nil {
		return false
	}
	b := raw[0] ^ mask
	if b > 1 {
		r.fail()
	}
	return b == 1
}

// Text reads what [AppendText] wrote.
func (r *Reader) Text() string {
	// Nearly every text has no 00 in it and can be taken as it stands.
	if i := bytes.IndexByte(r.rest, escape); i >= 0 && i+1 < len(r.rest) && r.rest[i+1] == terminator {
		s := string(r.rest[:i])
		r.rest = r.rest[i+2:]
		return s
	}
	return string(r.appendText(nil, 0))
}

// TextDesc reads what [AppendTextDesc] wrote.
func (r *Reader) TextDesc() string { return string(r.appendText(nil, 0xFF)) }

// AppendText reads what [AppendText] wrote and appends it to dst.
func (r *Reader) AppendText(dst []byte) []byte { return r.appendText(dst, 0) }

// AppendTextDesc reads what [AppendTextDesc] wrote and appends it to dst.
func (r *Reader) AppendTextDesc(dst []byte) []byte { return r.appendText(dst, 0xFF) }

// appendText appends the text up to its terminator, runs between two escapes at
// a time; dst comes back as it was after a fault.
func (r *Reader) appendText(dst []byte, mask byte) []byte {
	start, rest := len(dst), r.rest
	for {
		i := bytes.IndexByte(rest, escape^mask)
		if i < 0 || i+1 == len(rest) {
			break
		}
		dst = append(dst, rest[:i]...)
		kind := rest[i+1] ^ mask
		rest = rest[i+2:]
		if kind == terminator {
			r.rest = rest
			if mask != 0 {
				flip(dst, start)
			}
			return dst
		}
		if kind != escapedNul {
			break
		}
		dst = append(dst, mask)
	}
	r.fail()
	return dst[:start]
}

func (r *Reader) fail() { r.rest, r.broken = nil, true }

// take gives the next n bytes, or nil and the fault.
func (r *Reader) take(n int) []byte {
	if len(r.rest) < n {
		r.fail()
		return nil
	}
	raw := r.rest[:n]
	r.rest = r.rest[n:]
	return raw
}
