package storetest

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unsafe"
)

// same compares two states deeply. No elements, nil or not, are the same.
func same(a, b any) bool { return sameValue(reflect.ValueOf(a), reflect.ValueOf(b)) }

func sameValue(a, b reflect.Value) bool {
	if a.IsValid() != b.IsValid() || a.IsValid() && a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Interface:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		return sameValue(a.Elem(), b.Elem())
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !sameValue(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		for i := range a.NumField() {
			if !sameValue(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	}
	return a.Equal(b)
}

// mostDifferences bounds what a message lists of two states.
const mostDifferences = 8

// difference says in which fields a state that was got differs from the wanted one: `Code: "pen", want "ink"`.
func difference(got, want any) string {
	var out []string
	differences("", reflect.ValueOf(got), reflect.ValueOf(want), &out)
	if len(out) > mostDifferences {
		out = append(out[:mostDifferences], "and "+strconv.Itoa(len(out)-mostDifferences)+" more")
	}
	return strings.Join(out, "\n")
}

func differences(path string, got, want reflect.Value, out *[]string) {
	if sameValue(got, want) {
		return
	}
	say := func(text string) { *out = append(*out, "  "+strings.TrimPrefix(path, ".")+": "+text) }
	switch {
	case !got.IsValid() || !want.IsValid():
		say("nothing, want something")
	case want.Kind() == reflect.Pointer:
		differences(path, got.Elem(), want.Elem(), out)
	case want.Kind() == reflect.Slice && got.Len() != want.Len():
		say(strconv.Itoa(got.Len()) + " elements, want " + strconv.Itoa(want.Len()))
	case want.Kind() == reflect.Slice && exported(want.Type().Elem()):
		for i := range want.Len() {
			differences(path+"["+strconv.Itoa(i)+"]", got.Index(i), want.Index(i), out)
		}
	case want.Kind() == reflect.Struct && exported(want.Type()):
		for i := range want.NumField() {
			differences(path+"."+want.Type().Field(i).Name, got.Field(i), want.Field(i), out)
		}
	case want.Kind() == reflect.String:
		say(fmt.Sprintf("%q, want %q", got.String(), want.String()))
	default:
		say(fmt.Sprintf("%v, want %v", got.Interface(), want.Interface()))
	}
}

// fields notes in seen, for each exported field below v, whether it is set: true
// once any of the values had it non-zero. Values of the hall are one field.
func fields(seen map[string]bool, path string, v reflect.Value) {
	switch {
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
		seen[path] = seen[path] || v.Len() > 0
		for i := range v.Len() {
			fields(seen, path+"[]", v.Index(i))
		}
	case v.Kind() == reflect.Struct && exported(v.Type()):
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.Anonymous {
				fields(seen, path, v.Field(i))
			} else {
				fields(seen, path+"."+f.Name, v.Field(i))
			}
		}
	default:
		seen[path] = seen[path] || !v.IsZero()
	}
}

// exported reports whether a struct shows its fields: a State does, a Money does not.
func exported(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for i := range t.NumField() {
		if !t.Field(i).IsExported() {
			return false
		}
	}
	return t.NumField() > 0
}

// scribble overwrites everything that a handle refers to, unexported fields
// included, as a program would that goes on working with what it was given. The
// lists of an aggregate are overwritten as its commands do it, which may share them
// with its copies and then take a copy of their own; those of a plain record in place.
func scribble(handle any) {
	v := reflect.ValueOf(handle)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	scribbler{opaque: v.Kind() == reflect.Struct && !exported(v.Type())}.value(v, 0)
}

type scribbler struct {
	opaque bool // an aggregate
}

func (s scribbler) value(v reflect.Value, depth int) {
	if depth > 32 {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			s.value(v.Elem(), depth+1)
		}
	case reflect.Slice:
		if w := writable(v); s.opaque && w.CanSet() && !v.IsNil() {
			own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(own, w)
			w.Set(own)
			v = own
		}
		for i := range v.Len() {
			s.value(v.Index(i), depth+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			s.value(writable(v.Field(i)), depth+1)
		}
	case reflect.Array:
		for i := range v.Len() {
			s.value(writable(v.Index(i)), depth+1)
		}
	default:
		if w := writable(v); w.CanSet() {
			scribbleScalar(w)
		}
	}
}

// writable lifts the write protection of an unexported field.
func writable(v reflect.Value) reflect.Value {
	if !v.CanAddr() || v.CanSet() {
		return v
	}
	return reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
}

func scribbleScalar(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("scribbled " + strconv.Itoa(v.Len()))
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(v.Int() ^ 0x15)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(v.Uint() ^ 0x15)
	}
}

// deepCopy gives a copy of a state that shares no memory with it.
func deepCopy(state any) any {
	v := reflect.ValueOf(state).Elem()
	out := reflect.New(v.Type())
	out.Elem().Set(v)
	unshare(out.Elem())
	return out.Interface()
}

func unshare(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		if v.IsNil() {
			return
		}
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(own, v)
		v.Set(own)
		for i := range v.Len() {
			unshare(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				unshare(f)
			}
		}
	}
}
