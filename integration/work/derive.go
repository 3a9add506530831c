package work

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// ChildUUID gives an id that follows from another one: the n-th thing of a role of
// a line of a document, such as the reservation of an order line. Processes that
// name it alike find it without a query. It is a UUID of version 8 (RFC 9562 §5.8).
func ChildUUID(parent [16]byte, role byte, line, n int) [16]byte {
	var b [16 + 1 + 8 + 8]byte
	copy(b[:], parent[:])
	b[16] = role
	binary.BigEndian.PutUint64(b[17:], uint64(line))
	binary.BigEndian.PutUint64(b[25:], uint64(n))
	sum := sha256.Sum256(b[:])
	id := [16]byte(sum[:16])
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id
}

// AppendJSON is the AppendJSON of commands and results that are off the hot path.
// What cannot be marshalled is written as a text that tells one value from another,
// since a command's digest is made of it.
func AppendJSON(dst []byte, v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		data, _ = json.Marshal(fmt.Sprintf("%#v: %v", v, err)) // a text always can be
	}
	return append(dst, data...)
}
