package jsonstrict

import (
	"bytes"
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
)

// Leaf may decode a type in another way than encoding/json does.
type Leaf func(raw []byte, into reflect.Value) (handled bool, err error)

// Decode decodes one JSON value into what the pointer points to, which is
// replaced as a whole, and only if there is no fault.
func Decode(data []byte, into any, limits Limits, leaf Leaf) []Fault {
	target := reflect.ValueOf(into)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return []Fault{{Code: CodeType, Message: "the target is not a pointer"}}
	}
	if len(data) > limits.Bytes {
		return []Fault{{Code: CodeSize, Message: "is too large"}}
	}
	d := decoder{scanner: scanner{data: data, limits: limits}, leaf: leaf}
	fresh := reflect.New(target.Type().Elem()).Elem()
	d.value(fresh)
	if !d.dead && (d.peek() != 0 || d.pos < len(d.data)) {
		d.fail(CodeSyntax, "has something behind its end")
	}
	if len(d.faults) == 0 {
		target.Elem().Set(fresh)
	}
	return d.faults
}

type decoder struct {
	scanner
	leaf Leaf
}

// structs keeps the fields of the structs met, by type: what never changes is
// worked out once.
var structs sync.Map // reflect.Type → map[string][]int

func (d *decoder) value(v reflect.Value) {
	c := d.peek()
	custom := isLeaf(v)
	if c == 'n' && !custom && d.word("null") {
		d.null(v)
		return
	}
	if custom {
		d.decodeLeaf(v)
		return
	}
	switch kind := v.Kind(); {
	case kind == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(v.Elem())
	case kind == reflect.Struct && c == '{':
		d.object(v)
	case kind == reflect.Map && c == '{':
		d.mapping(v)
	case kind == reflect.Array && c == '[':
		d.array(v)
	case kind == reflect.Slice && c == '[':
		d.slice(v)
	case kind == reflect.Struct, kind == reflect.Map:
		d.mismatch("must be an object")
	case kind == reflect.Array, kind == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8:
		d.mismatch("must be an array")
	default:
		d.decodeLeaf(v)
	}
}

// isLeaf reports whether a type decodes itself. A pointer to one is allocated first.
func isLeaf(v reflect.Value) bool {
	if v.Kind() == reflect.Pointer || !v.CanAddr() {
		return false
	}
	switch v.Addr().Interface().(type) {
	case json.Unmarshaler, encoding.TextUnmarshaler:
		return true
	}
	return false
}

func (d *decoder) null(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Interface:
		v.SetZero()
	default:
		d.add(CodeNull, "must not be null", nil)
	}
}

func (d *decoder) mismatch(message string) {
	d.skip() // what is not even JSON has no type
	d.add(CodeType, message, nil)
}

func (d *decoder) decodeLeaf(v reflect.Value) {
	found := len(d.faults)
	raw := d.raw()
	if d.dead || len(d.faults) > found {
		return
	}
	if d.leaf != nil {
		if handled, err := d.leaf(raw, v); handled {
			if err != nil {
				d.add(CodeValue, "cannot be read", err)
			}
			return
		}
	}
	reader, text := v.Addr().Interface().(encoding.TextUnmarshaler)
	_, own := v.Addr().Interface().(json.Unmarshaler)
	if text && !own && raw[0] != '"' { // null, too, which encoding/json passes over
		d.add(CodeType, "must be a string", nil)
		return
	}
	plain := len(raw) >= 2 && raw[0] == '"' && bytes.IndexByte(raw, '\\') < 0
	var err error
	switch {
	case plain && text && !own:
		err = reader.UnmarshalText(raw[1 : len(raw)-1])
	case plain && !own && v.Kind() == reflect.String && v.Type() != reflect.TypeFor[json.Number]():
		v.SetString(string(raw[1 : len(raw)-1]))
	default:
		err = json.Unmarshal(raw, v.Addr().Interface())
	}
	if err != nil {
		if text || own {
			d.add(CodeValue, "cannot be read", err)
		} else {
			d.add(CodeType, "must be "+kindName(v), nil)
		}
	}
}

func kindName(v reflect.Value) string {
	switch kind := v.Kind(); {
	case kind == reflect.String:
		return "a string"
	case kind == reflect.Bool:
		return "true or false"
	case v.CanInt(), v.CanUint():
		return "a whole number in range"
	case v.CanFloat():
		return "a number in range"
	case kind == reflect.Slice:
		return "a string of base64"
	}
	return "of another type"
}

func (d *decoder) object(v reflect.Value) {
	known := fields(v.Type())
	d.members(func(name string) {
		index, ok := known[name]
		if !ok {
			d.add(CodeUnknown, "is not a known name", nil)
			d.skip()
			return
		}
		d.value(fieldByIndex(v, index))
	})
}

// fieldByIndex allocates embedded pointers on its way.
func fieldByIndex(v reflect.Value, index []int) reflect.Value {
	for _, i := range index {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v
}

func (d *decoder) slice(v reflect.Value) {
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	d.elements(func(i int) {
		if i == v.Cap() {
			v.Grow(1)
		}
		v.SetLen(i + 1)
		v.Index(i).SetZero()
		d.value(v.Index(i))
	})
}

func (d *decoder) array(v reflect.Value) {
	n := 0
	d.elements(func(i int) {
		if n++; i < v.Len() {
			d.value(v.Index(i))
		} else {
			d.skip()
		}
	})
	if n != v.Len() {
		d.add(CodeType, "has the wrong number of elements", nil)
	}
}

func (d *decoder) mapping(v reflect.Value) {
	v.Set(reflect.MakeMap(v.Type()))
	d.members(func(name string) {
		key := reflect.New(v.Type().Key()).Elem()
		text, ok := key.Addr().Interface().(encoding.TextUnmarshaler)
		switch {
		case ok:
			if err := text.UnmarshalText([]byte(name)); err != nil {
				d.add(CodeValue, "the name cannot be read", err)
			} else if v.MapIndex(key).IsValid() {
				d.add(CodeDuplicate, "is given twice", nil)
			}
		case key.Kind() == reflect.String:
			key.SetString(name)
		default:
			d.mismatch("a map with such keys is not supported")
			return
		}
		element := reflect.New(v.Type().Elem()).Elem()
		d.value(element)
		v.SetMapIndex(key, element)
	})
}

// fields gives the fields of a struct by their names, those of embedded structs
// included, by the rules of encoding/json: the shallowest wins, then the tagged
// one; two equal ones hide each other.
func fields(t reflect.Type) map[string][]int {
	if known, ok := structs.Load(t); ok {
		return known.(map[string][]int)
	}
	all := map[string][]int{}
	seen := map[reflect.Type]bool{}
	for level := []embedded{{typ: t}}; len(level) > 0; {
		var next []embedded
		var found []candidate
		for _, e := range level {
			if seen[e.typ] {
				continue
			}
			seen[e.typ] = true
			for i := range e.typ.NumField() {
				if c, ok := candidateOf(e, i); ok && c.inner != nil {
					next = append(next, embedded{c.inner, c.index})
				} else if ok {
					found = append(found, c)
				}
			}
		}
		for name, index := range winners(found) {
			if _, hidden := all[name]; !hidden {
				all[name] = index
			}
		}
		level = next
	}
	for name, index := range all {
		if index == nil {
			delete(all, name)
		}
	}
	structs.Store(t, all)
	return all
}

type embedded struct {
	typ   reflect.Type
	index []int
}

type candidate struct {
	name   string
	tagged bool
	index  []int
	inner  reflect.Type // of an embedded struct, whose fields are promoted
}

func candidateOf(e embedded, i int) (candidate, bool) {
	f := e.typ.Field(i)
	inner := f.Type
	if inner.Kind() == reflect.Pointer && f.Anonymous && f.IsExported() {
		inner = inner.Elem() // one that is not exported cannot be allocated
	}
	promotes := f.Anonymous && inner.Kind() == reflect.Struct
	tag := f.Tag.Get("json")
	if !f.IsExported() && !promotes || tag == "-" {
		return candidate{}, false
	}
	name, _, _ := strings.Cut(tag, ",")
	c := candidate{name: name, tagged: name != "", index: append(append([]int(nil), e.index...), i)}
	switch {
	case name == "" && promotes:
		c.inner = inner
	case !f.IsExported():
		return candidate{}, false
	case name == "":
		c.name = f.Name
	}
	return c, true
}

// winners gives nil for names that hide each other.
func winners(found []candidate) map[string][]int {
	out := map[string][]int{}
	tagged := map[string]bool{}
	for _, c := range found {
		_, taken := out[c.name]
		switch {
		case !taken || c.tagged && !tagged[c.name]:
			out[c.name], tagged[c.name] = c.index, c.tagged
		case c.tagged == tagged[c.name]:
			out[c.name] = nil
		}
	}
	return out
}
