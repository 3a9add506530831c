package memory

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
)

// A fact in a table's slab: a byte that says of each part of the key how it is
// kept, two bits a part; the parts; the number of values; and each value behind a
// byte of its type and form. Ids and short texts lie in the dictionary, but for
// those that no other fact has: the fact's own id, and columns of unique indexes.

const (
	partNone = iota
	partRaw
	partShared
)

const (
	formNought = 0x80 // nothing follows
	formShared = 0x40 // the number in the dictionary follows
	formOwn    = 0x20 // the second part of the key
	typeMask   = 0x07
)

const idLength = 16

var errDamagedFact = fmt.Errorf("memory: damaged fact: %w", tandem.ErrInvalid)

// alone tells which columns of a fact are those of unique indexes.
func alone(kind *store.Kind) []bool {
	out := make([]bool, len(kind.Columns))
	for i := range kind.Indexes {
		if columns := kind.IndexColumns(i); kind.Indexes[i].Unique {
			out[columns[len(columns)-1]] = true
		}
	}
	return out
}

func (t *table) appendFact(b []byte, f *store.FactWrite) []byte {
	b = t.appendKey(b, &f.Key)
	b = binary.AppendUvarint(b, uint64(len(f.Values)))
	own := [idLength]byte(f.Key[idLength:])
	for i := range f.Values {
		v := &f.Values[i]
		switch tag, shared := byte(v.Type), i >= len(t.alone) || !t.alone[i]; {
		case v.Int == 0 && v.ID == [idLength]byte{} && v.Text == "":
			b = append(b, tag|formNought)
		case v.Type == store.TypeID && v.ID == own:
			b = append(b, tag|formOwn)
		case v.Type == store.TypeID && shared:
			b = binary.AppendUvarint(append(b, tag|formShared), t.words.id(v.ID))
		case v.Type == store.TypeID:
			b = append(append(b, tag), v.ID[:]...)
		case v.Type == store.TypeText && shared && len(v.Text) <= maxShared:
			b = binary.AppendUvarint(append(b, tag|formShared), t.words.text(v.Text))
		case v.Type == store.TypeText:
			b = appendText(append(b, tag), v.Text)
		default:
			b = binary.AppendVarint(append(b, tag), v.Int)
		}
	}
	return b
}

func (t *table) appendKey(b []byte, key *store.Key) []byte {
	at := len(b)
	b = append(b, 0)
	for i := 0; i*idLength < len(key); i++ {
		part, form := [idLength]byte(key[i*idLength:]), byte(partNone)
		switch {
		case part == [idLength]byte{}:
		case i == 0: // the company
			form, b = partShared, binary.AppendUvarint(b, t.words.id(part))
		default:
			form, b = partRaw, append(b, part[:]...)
		}
		b[at] |= form << (2 * i)
	}
	return b
}

// factKey reads the key of a fact, and leaves the values to r.
func (t *table) factKey(r *reader) (key store.Key) {
	forms := r.take(1)
	if forms == nil {
		return key
	}
	for i := 0; i*idLength < len(key); i++ {
		part := key[i*idLength : (i+1)*idLength]
		switch forms[0] >> (2 * i) & 3 {
		case partRaw:
			copy(part, r.take(idLength))
		case partShared:
			id := t.sharedID(r)
			copy(part, id[:])
		}
	}
	return key
}

func (t *table) sharedID(r *reader) [idLength]byte {
	id, ok := t.words.ids.word(r.uint())
	r.failed = r.failed || !ok
	return id
}

// factValues appends the values of a fact to dst.
func (t *table) factValues(dst []store.Value, data []byte) (store.Key, []store.Value, error) {
	r := reader{data: data}
	key := t.factKey(&r)
	n := r.uint()
	if r.failed || n > uint64(len(r.data)) {
		return key, dst, errDamagedFact
	}
	dst = slices.Grow(dst, int(n))
	for ; n > 0 && !r.failed; n-- {
		dst = append(dst, t.factValue(&r, &key))
	}
	if r.failed || len(r.data) > 0 {
		return key, dst, errDamagedFact
	}
	return key, dst, nil
}

func (t *table) factValue(r *reader, key *store.Key) (v store.Value) {
	if len(r.data) == 0 {
		r.failed = true
		return v
	}
	tag := r.data[0]
	r.data = r.data[1:]
	v.Type = store.ColumnType(tag & typeMask)
	switch {
	case tag&formNought != 0:
	case tag&formOwn != 0:
		v.ID = [idLength]byte(key[idLength:])
	case v.Type == store.TypeID && tag&formShared != 0:
		v.ID = t.sharedID(r)
	case v.Type == store.TypeID:
		v.ID = r.uuid()
	case v.Type == store.TypeText && tag&formShared != 0:
		text, ok := t.words.texts.word(r.uint())
		v.Text, r.failed = text, r.failed || !ok
	case v.Type == store.TypeText:
		v.Text = r.text()
	default:
		v.Int = r.int()
	}
	return v
}
