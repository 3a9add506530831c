package okey

import (
	"bytes"
	"encoding/binary"
	"slices"
)

const (
	escape     = 0x00 // begins what is not itself in a text
	escapedNul = 0xFF // after escape: the byte 0
	terminator = 0x01 // after escape: the end of the text
	signBit    = 1 << 63
)

// AppendInt64 appends a signed number, the least first.
func AppendInt64(dst []byte, v int64) []byte {
	return binary.BigEndian.AppendUint64(dst, uint64(v)^signBit)
}

// AppendInt64Desc appends a signed number, the greatest first.
func AppendInt64Desc(dst []byte, v int64) []byte {
	return binary.BigEndian.AppendUint64(dst, ^(uint64(v) ^ signBit))
}

// AppendUint64 appends an unsigned number, the least first.
func AppendUint64(dst []byte, v uint64) []byte { return binary.BigEndian.AppendUint64(dst, v) }

// AppendUint64Desc appends an unsigned number, the greatest first.
func AppendUint64Desc(dst []byte, v uint64) []byte { return binary.BigEndian.AppendUint64(dst, ^v) }

// AppendBytes16 appends 16 bytes, such as an id.
func AppendBytes16(dst []byte, v [16]byte) []byte { return append(dst, v[:]...) }

// AppendBytes16Desc appends 16 bytes, the greatest first.
func AppendBytes16Desc(dst []byte, v [16]byte) []byte {
	return flip(append(dst, v[:]...), len(dst))
}

// AppendBool appends a truth value, false first.
func AppendBool(dst []byte, v bool) []byte {
	if v {
		return append(dst, 1)
	}
	return append(dst, 0)
}

// AppendBoolDesc appends a truth value, true first.
func AppendBoolDesc(dst []byte, v bool) []byte { return flip(AppendBool(dst, v), len(dst)) }

// AppendText appends a text or bytes of any length, in the order of their bytes
// (for UTF-8 that is the order of the code points).
func AppendText[T ~string | ~[]byte](dst []byte, s T) []byte {
	return append(AppendTextPrefix(dst, s), escape, terminator)
}

// AppendTextDesc appends a text or bytes, the greatest first.
func AppendTextDesc[T ~string | ~[]byte](dst []byte, s T) []byte {
	return flip(AppendText(dst, s), len(dst))
}

// AppendTextPrefix appends what the keys of all texts that begin with s have in
// common: with [PrefixEnd], the range of a search by the beginning of a text.
func AppendTextPrefix[T ~string | ~[]byte](dst []byte, s T) []byte {
	start := len(dst)
	dst = append(dst, s...)
	if nuls := bytes.Count(dst[start:], []byte{0}); nuls > 0 {
		dst = escapeNuls(dst, start, nuls)
	}
	return dst
}

// escapeNuls spreads dst[start:] from its end, so that it needs no second buffer.
func escapeNuls(dst []byte, start, nuls int) []byte {
	from := len(dst) - 1
	dst = slices.Grow(dst, nuls)[:len(dst)+nuls]
	for to := len(dst) - 1; from >= start; from-- {
		if dst[from] == 0 {
			dst[to] = escapedNul
			to--
		}
		dst[to] = dst[from]
		to--
	}
	return dst
}

func flip(dst []byte, start int) []byte {
	for i := start; i < len(dst); i++ {
		dst[i] = ^dst[i]
	}
	return dst
}

// PrefixEnd gives the smallest key that is greater than every key that begins
// with prefix, or nil if there is none: then the range is open above. It is put
// behind dst.
func PrefixEnd(dst, prefix []byte) []byte {
	n := len(prefix)
	for n > 0 && prefix[n-1] == 0xFF {
		n--
	}
	if n == 0 {
		return nil
	}
	end := append(dst, prefix[:n]...)
	end[len(end)-1]++
	return end
}
