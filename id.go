package tandem

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"

	"github.com/google/uuid"
)

// ID is a UUID of one kind: ids of different kinds cannot be mixed up, not
// even by conversion. The zero ID is "none". Ids are made by the process (from
// its id source) or derived from a host's own keys with [DeriveID]; rules take
// them as arguments.
type ID[K any] struct {
	_ [0]*K
	b [16]byte
}

// idPointer is a pointer to an ID of any kind; it lets the functions below be
// called with the name of an id: DeriveID[PartyID]("customers", "17850").
type idPointer[T any] interface {
	*T
	setBytes(b [16]byte)
}

func (id *ID[K]) setBytes(b [16]byte) { id.b = b }

// IDFromBytes gives the id with these 16 bytes (a UUID in network order):
// IDFromBytes[PartyID](b).
func IDFromBytes[T any, P idPointer[T]](b [16]byte) (id T) {
	P(&id).setBytes(b)
	return id
}

// NewID gives the id (UUID version 7, RFC 9562 §5.7) of an instant and ten bytes
// of entropy, of which 74 bits are used. Ids of later milliseconds sort behind
// those of earlier ones. The process owns the clock and the source of chance. An
// instant before 1970 or none gives none.
func NewID[T any, P idPointer[T]](at Instant, entropy [10]byte) (id T) {
	ms := at.UnixMicro() / 1000
	if at.IsZero() || ms < 0 {
		return id
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(ms)<<16)
	copy(b[6:], entropy[:])
	b[6] = b[6]&0x0f | 0x70 // version 7
	b[8] = b[8]&0x3f | 0x80 // variant of RFC 9562
	return IDFromBytes[T, P](b)
}

// DeriveID maps a host's own key to a stable id (UUID version 5, SHA-1, RFC
// 9562 §5.5): the same scope and key give the same id for ever. The scope names
// the host's table or system, so that equal keys of two tables differ.
func DeriveID[T any, P idPointer[T]](scope, key string) T {
	space := named(uuid.NameSpaceOID, "tandem:", scope)
	return IDFromBytes[T, P](named(space, key, ""))
}

// named is uuid.NewSHA1, without its allocations: ids are derived all the time.
func named(space [16]byte, name, more string) [16]byte {
	var buffer [128]byte
	sum := sha1.Sum(append(append(append(buffer[:0], space[:]...), name...), more...))
	id := [16]byte(sum[:16])
	id[6] = id[6]&0x0f | 0x50 // version 5
	id[8] = id[8]&0x3f | 0x80
	return id
}

// ParseID reads the canonical 36-character lower-case form and nothing else
// (two spellings of one id would defeat deduplication). The nil UUID is refused.
func ParseID[T any, P idPointer[T]](s string) (id T, err error) {
	b, ok := parseUUID([]byte(s))
	switch {
	case !ok:
		err = idError("want the canonical lower-case form of a UUID")
	case b == [16]byte{}:
		err = idError("the nil id is refused")
	default:
		return IDFromBytes[T, P](b), nil
	}
	return id, unreadable("id", s, "the canonical lower-case form of a UUID", err)
}

func idError(message string) error {
	return &InvalidError{Subject: "id", Faults: []Fault{{Code: "id_syntax", Path: "id", Message: message}}}
}

// Bytes gives the 16 bytes of the UUID.
func (id ID[K]) Bytes() [16]byte { return id.b }

// IsZero reports whether id is "none".
func (id ID[K]) IsZero() bool { return id.b == [16]byte{} }

// Compare orders ids by their bytes: -1, 0 or +1.
func (id ID[K]) Compare(other ID[K]) int { return bytes.Compare(id.b[:], other.b[:]) }

// String gives the canonical form, "" for none.
func (id ID[K]) String() string {
	var buf [36]byte
	out, _ := id.AppendText(buf[:0])
	return string(out)
}

// AppendText appends the canonical form; nothing for none.
func (id ID[K]) AppendText(dst []byte) ([]byte, error) {
	if id.IsZero() {
		return dst, nil
	}
	return AppendUUID(dst, id.b), nil
}

// MarshalText gives the canonical form, empty for none.
func (id ID[K]) MarshalText() ([]byte, error) { return id.AppendText(nil) }

// UnmarshalText reads the canonical form; an empty text is none. The nil UUID,
// a second spelling of none, is refused.
func (id *ID[K]) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*id = ID[K]{}
		return nil
	}
	b, ok := parseUUID(text)
	if !ok {
		return idError("want the canonical lower-case form of a UUID")
	}
	if b == [16]byte{} {
		return idError("the nil id is refused")
	}
	id.b = b
	return nil
}

// AppendUUID appends the canonical 36-character form of a UUID.
func AppendUUID(dst []byte, b [16]byte) []byte {
	text := [36]byte{8: '-', 13: '-', 18: '-', 23: '-'}
	order := binary.BigEndian
	order.PutUint64(text[0:], hexDigits(order.Uint32(b[0:])))
	group := hexDigits(order.Uint32(b[4:]))
	order.PutUint32(text[9:], uint32(group>>32))
	order.PutUint32(text[14:], uint32(group))
	group = hexDigits(order.Uint32(b[8:]))
	order.PutUint32(text[19:], uint32(group>>32))
	order.PutUint32(text[24:], uint32(group))
	order.PutUint64(text[28:], hexDigits(order.Uint32(b[12:])))
	return append(dst, text[:]...)
}

// hexDigits gives the eight digits of a number, one in each byte, all at once.
func hexDigits(n uint32) uint64 {
	const ones = 0x0101010101010101
	x := uint64(n)
	x = (x<<16 | x) & 0x0000ffff0000ffff
	x = (x<<8 | x) & 0x00ff00ff00ff00ff
	x = (x<<4 | x) & (0x0f * ones)            // a digit's value in each byte
	letters := (x + 6*ones) >> 4 & (1 * ones) // 1 where it is 10 or more
	return x + '0'*ones + letters*('a'-'0'-10)
}

// parseUUID reads the five groups at their fixed places: a dash anywhere else
// is no digit, so that no id has a second spelling.
func parseUUID(text []byte) (b [16]byte, ok bool) {
	if len(text) != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return b, false
	}
	for n, at := range uuidDigits {
		hi, okHi := hexDigit(text[at])
		lo, okLo := hexDigit(text[at+1])
		if !okHi || !okLo {
			return [16]byte{}, false
		}
		b[n] = hi<<4 | lo
	}
	return b, true
}

// ParseUUID reads the canonical 36-character form of a UUID, the inverse of
// [AppendUUID]; the nil UUID is one, too. Anything else is [ErrInvalid].
func ParseUUID(text string) ([16]byte, error) {
	b, ok := parseUUID([]byte(text))
	if !ok {
		return b, idError("want the canonical lower-case form of a UUID")
	}
	return b, nil
}

// uuidDigits has the place of the first of the two digits of each byte.
var uuidDigits = [16]uint8{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	}
	return 0, false
}

// The kinds of the ids that several rooms share. They have no values.
type (
	partyKind    struct{}
	productKind  struct{}
	locationKind struct{}
	lotKind      struct{}
	companyKind  struct{}
)

// Ids that several rooms share. A room's own ids are declared in the room.
type (
	PartyID    = ID[partyKind]    // a customer, supplier, prospect or contact
	ProductID  = ID[productKind]  // a product or variant that is priced, stocked or sold
	LocationID = ID[locationKind] // a place that holds stock
	LotID      = ID[lotKind]      // a lot or serial number
	CompanyID  = ID[companyKind]  // a legal entity
)
