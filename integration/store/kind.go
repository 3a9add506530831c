package store

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/okey"
)

// Key is the primary key of a record within its tenant and kind: up to three
// 16-byte parts, the company first (nought for data that companies share).
type Key [48]byte

// NewKey puts a key together from a company, an id and a further part.
func NewKey(company tandem.CompanyID, id, sub [16]byte) Key {
	var k Key
	c := company.Bytes()
	copy(k[0:16], c[:])
	copy(k[16:32], id[:])
	copy(k[32:48], sub[:])
	return k
}

// String gives the parts for messages; empty parts are left out.
func (k Key) String() string {
	s := ""
	for i := 0; i < len(k); i += 16 {
		part := [16]byte(k[i : i+16])
		if part == [16]byte{} {
			continue
		}
		if s != "" {
			s += "/"
		}
		s += string(tandem.AppendUUID(nil, part))
	}
	return s
}

// ColumnType is the type of a column.
type ColumnType uint8

// The column types.
const (
	TypeID      ColumnType = iota + 1 // 16 bytes
	TypeInt                           // int64
	TypeText                          // UTF-8
	TypeDate                          // days since 0001-01-01 in Int; 0 = none
	TypeInstant                       // microseconds since 1970-01-01T00:00:00Z in Int; none = the smallest int64
	TypeBool                          // 0 or 1 in Int
)

// Value is the value of a column.
type Value struct {
	Type ColumnType
	Int  int64
	ID   [16]byte
	Text string
}

// Column describes a column.
type Column struct {
	Name string
	Type ColumnType
}

// Index is a declared way to scan a kind: the records in the order of some
// columns, then of their keys (facts: of their appending). Where, if not empty,
// names a Bool column that must be true for a record to be in the index.
type Index struct {
	Name    string
	Columns []string
	Unique  bool
	Where   string
}

// Final says when a state is final, and what of it may change all the same.
type Final struct {
	When    string   // the Bool column that says so
	Columns []string // that may change
	Fields  []string // of the state's JSON, at its top, that may change
}

// Kind tells a driver about a kind of aggregate, record or fact. Kinds are made
// by this package and never change; a driver may keep per-kind state by Ordinal.
type Kind struct {
	Name        string // stable, singular: `sales_order`
	Ordinal     int    // position in [Kinds]
	Fact        bool   // appended once, never changed
	Posted      bool   // of the books: an engine that can lets nobody change or delete it, not even by hand
	Final       *Final // when and how far that holds for a state; nil = never
	Columns     []Column
	LineColumns []Column // of the repeated part of a fact: journal lines
	Indexes     []Index
	// KeyColumns names the parts of the keys, of 16 bytes each; "" is a part that is
	// always nought. A part that is named as one of Columns is equal to it.
	// Default: company, if there is such a column, and id.
	KeyColumns [3]string

	// Values appends the columns of what is kept: a pointer to the aggregate or record, or to the fact.
	Values func(dst []Value, value any) []Value
	// Key gives the key of a state; nil for facts.
	Key func(value any) Key
	// Encode gives the JSON of the state of an aggregate or record; nil for facts.
	Encode func(value any) ([]byte, error)
	// Decode is its inverse, and checks what must hold of the state; nil for facts.
	Decode func(data []byte) (any, error)

	indexColumns [][]int // ordinals
	indexWhere   []int   // ordinal, −1 = all
}

// resolve looks the columns of the indexes up.
func (k *Kind) resolve() error {
	position := map[string]int{}
	keyed := k.KeyColumns != [3]string{}
	for i, c := range k.Columns {
		if _, twice := position[c.Name]; twice {
			return fmt.Errorf("store: kind %s: column %s twice", k.Name, c.Name)
		}
		position[c.Name] = i
		if c.Name == "company" && !keyed {
			k.KeyColumns[0] = c.Name
		}
	}
	if !keyed {
		k.KeyColumns[1] = "id"
	}
	for _, index := range k.Indexes {
		var columns []int
		for _, name := range index.Columns {
			i, ok := position[name]
			if !ok {
				return fmt.Errorf("store: kind %s: index %s has no column %s", k.Name, index.Name, name)
			}
			columns = append(columns, i)
		}
		where := -1
		if index.Where != "" {
			i, ok := position[index.Where]
			if !ok || k.Columns[i].Type != TypeBool {
				return fmt.Errorf("store: kind %s: index %s: %s is no bool column", k.Name, index.Name, index.Where)
			}
			where = i
		}
		k.indexColumns = append(k.indexColumns, columns)
		k.indexWhere = append(k.indexWhere, where)
	}
	return nil
}

// IndexNamed gives the ordinal of an index, or −1.
func (k *Kind) IndexNamed(name string) int {
	for i := range k.Indexes {
		if k.Indexes[i].Name == name {
			return i
		}
	}
	return -1
}

// IndexColumns gives the ordinals of an index's columns.
func (k *Kind) IndexColumns(index int) []int { return k.indexColumns[index] }

// Indexed reports whether a record with these columns is in the index.
func (k *Kind) Indexed(index int, values []Value) bool {
	where := k.indexWhere[index]
	return where < 0 || values[where].Int != 0
}

// AppendIndexKey appends the ordered encoding of an index's columns: keys
// compare as bytes in the order of the index.
func (k *Kind) AppendIndexKey(dst []byte, index int, values []Value) []byte {
	for _, column := range k.indexColumns[index] {
		dst = AppendOrdered(dst, values[column])
	}
	return dst
}

// IndexText gives what the columns of an index hold, for messages: `"pen"`. The
// company is left out.
func (k *Kind) IndexText(index int, values []Value) string {
	var parts []string
	for _, column := range k.indexColumns[index] {
		switch v := values[column]; {
		case k.Columns[column].Name == "company":
		case v.Type == TypeText:
			parts = append(parts, strconv.Quote(v.Text))
		case v.Type == TypeID:
			parts = append(parts, string(tandem.AppendUUID(nil, v.ID)))
		default:
			parts = append(parts, strconv.FormatInt(v.Int, 10))
		}
	}
	return strings.Join(parts, " ")
}

// AppendOrdered appends the order-preserving encoding of a value.
func AppendOrdered(dst []byte, v Value) []byte {
	switch v.Type {
	case TypeID:
		return append(dst, v.ID[:]...)
	case TypeText:
		return okey.AppendText(dst, v.Text)
	}
	return okey.AppendInt64(dst, v.Int)
}

// nought marks the type of a value that is nought, of which nothing follows.
const nought = 0x80

// AppendValues appends a self-describing binary form of values, for drivers
// that keep bytes. [DecodeValues] is its inverse.
func AppendValues(dst []byte, values []Value) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(values)))
	for i := range values {
		v := &values[i]
		if v.Int == 0 && v.ID == [16]byte{} && v.Text == "" {
			dst = append(dst, byte(v.Type)|nought)
			continue
		}
		dst = append(dst, byte(v.Type))
		switch v.Type {
		case TypeID:
			dst = append(dst, v.ID[:]...)
		case TypeText:
			dst = binary.AppendUvarint(dst, uint64(len(v.Text)))
			dst = append(dst, v.Text...)
		default:
			dst = binary.AppendVarint(dst, v.Int)
		}
	}
	return dst
}

const maxValues = 1 << 12 // what damaged data may ask for before its values are seen

var errValues = fmt.Errorf("store: damaged values: %w", tandem.ErrInvalid)

// DecodeValues appends the values of the binary form to dst. Their texts share
// one copy of data.
func DecodeValues(dst []Value, data []byte) ([]Value, error) {
	n, at := binary.Uvarint(data)
	if at <= 0 || n > uint64(len(data)) {
		return dst, errValues
	}
	dst = slices.Grow(dst, int(min(n, maxValues)))
	texts := ""
	for ; n > 0; n-- {
		if at >= len(data) {
			return dst, errValues
		}
		v := Value{Type: ColumnType(data[at] &^ nought)}
		full := data[at]&nought == 0
		at++
		switch {
		case v.Type < TypeID || v.Type > TypeBool:
			return dst, errValues
		case !full:
		case v.Type == TypeID:
			if len(data)-at < len(v.ID) {
				return dst, errValues
			}
			at += copy(v.ID[:], data[at:])
		case v.Type == TypeText:
			length, size := binary.Uvarint(data[at:])
			if size <= 0 || length > uint64(len(data)-at-size) {
				return dst, errValues
			}
			if texts == "" {
				texts = string(data)
			}
			at += size
			v.Text = texts[at : at+int(length)]
			at += int(length)
		default:
			var size int
			if v.Int, size = binary.Varint(data[at:]); size <= 0 {
				return dst, errValues
			}
			at += size
		}
		dst = append(dst, v)
	}
	if at < len(data) {
		return dst, errValues
	}
	return dst, nil
}
