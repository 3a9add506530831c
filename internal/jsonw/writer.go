package jsonw

import (
	"encoding"
	"errors"
)

// errShortened reports an AppendText that broke its contract.
var errShortened = errors.New("jsonw: AppendText returned less than it was given")

// Writer appends the members of one object or array, and of those inside it.
// It is a value: keep it in a variable, and take the buffer back with
// [Writer.Close]. The zero Writer is of no use; see [Object] and [Array].
type Writer struct {
	buf []byte
	err error
	end byte
}

// Object begins an object at the end of dst.
func Object(dst []byte) Writer { return Writer{buf: append(dst, '{'), end: '}'} }

// Array begins an array at the end of dst; its elements are written by [Writer.Item].
func Array(dst []byte) Writer { return Writer{buf: append(dst, '['), end: ']'} }

// Close ends the object or array and gives the buffer back.
func (o *Writer) Close() []byte { return append(o.buf, o.end) }

// Err gives the first error of an AppendText; in its place stands null. Values
// that can be built only if they can be written never cause one.
func (o *Writer) Err() error { return o.err }

// next separates a member from the one before it.
func (o *Writer) next() {
	if last := o.buf[len(o.buf)-1]; last != '{' && last != '[' {
		o.buf = append(o.buf, ',')
	}
}

func (o *Writer) key(key string) {
	o.next()
	o.buf = append(AppendString(o.buf, key), ':')
}

// String writes a string member.
func (o *Writer) String(key, s string) {
	o.key(key)
	o.buf = AppendString(o.buf, s)
}

// StringOmit writes nothing if s is empty.
func (o *Writer) StringOmit(key, s string) {
	if s != "" {
		o.String(key, s)
	}
}

// Int writes a number member.
func (o *Writer) Int(key string, n int64) {
	o.key(key)
	o.buf = AppendInt(o.buf, n)
}

// IntOmit writes nothing if n is 0.
func (o *Writer) IntOmit(key string, n int64) {
	if n != 0 {
		o.Int(key, n)
	}
}

// Bool writes a truth value.
func (o *Writer) Bool(key string, b bool) {
	o.key(key)
	o.buf = AppendBool(o.buf, b)
}

// BoolOmit writes nothing if b is false.
func (o *Writer) BoolOmit(key string, b bool) {
	if b {
		o.Bool(key, true)
	}
}

// Null writes a null member.
func (o *Writer) Null(key string) { o.Raw(key, nil) }

// Raw writes a value that is JSON already, compact and escaped: it is not
// looked at. Nothing (nil or empty) is null.
func (o *Writer) Raw(key string, value []byte) {
	o.key(key)
	o.buf = AppendRaw(o.buf, value)
}

// Append writes a value by a function that appends one, such as the AppendJSON
// method of a nested value. The function must append exactly one JSON value.
func (o *Writer) Append(key string, value func(dst []byte) []byte) {
	o.key(key)
	o.buf = value(o.buf)
}

// Text writes v as a string. A v that is no pointer is boxed, which allocates:
// the function [Text] does the same and does not.
func (o *Writer) Text(key string, v encoding.TextAppender) { o.endText(v.AppendText(o.beginText(key))) }

// Text writes v as a string member of o. A v that is a nil pointer panics as
// its AppendText does: leave such a member out, or write [Writer.Null].
func Text[T encoding.TextAppender](o *Writer, key string, v T) {
	o.endText(v.AppendText(o.beginText(key)))
}

// TextOmit writes nothing if v is zero, as the option omitzero does.
func TextOmit[T interface {
	encoding.TextAppender
	IsZero() bool
}](o *Writer, key string, v T) {
	if !v.IsZero() {
		Text(o, key, v)
	}
}

// TextItem writes v as the next element of an array.
func TextItem[T encoding.TextAppender](o *Writer, v T) { o.endText(v.AppendText(o.beginItem())) }

func (o *Writer) beginText(key string) []byte {
	o.key(key)
	o.buf = append(o.buf, '"')
	return o.buf
}

func (o *Writer) beginItem() []byte {
	o.next()
	o.buf = append(o.buf, '"')
	return o.buf
}

// endText takes what AppendText gave for o.buf and ends the string. The text is
// already in its place; only if a character of it must be escaped it is written
// again behind itself and moved back.
func (o *Writer) endText(dst []byte, err error) {
	start := len(o.buf)
	if err == nil && len(dst) < start {
		err = errShortened
	}
	if err != nil {
		if o.err == nil {
			o.err = err
		}
		o.buf = append(o.buf[:start-1], "null"...)
		return
	}
	if i := escapes(dst[start:]); i >= 0 {
		raw := len(dst)
		dst = appendEscaped(dst, dst[start:raw], i)
		dst = dst[:start+copy(dst[start:], dst[raw:])]
	}
	o.buf = append(dst, '"')
}

// BeginObject begins an object member.
func (o *Writer) BeginObject(key string) {
	o.key(key)
	o.buf = append(o.buf, '{')
}

// EndObject ends the object begun last.
func (o *Writer) EndObject() { o.buf = append(o.buf, '}') }

// BeginArray begins an array member; its elements are written by [Writer.Item].
func (o *Writer) BeginArray(key string) {
	o.key(key)
	o.buf = append(o.buf, '[')
}

// EndArray ends the array begun last.
func (o *Writer) EndArray() { o.buf = append(o.buf, ']') }

// List writes an array member, each element by a function as [Writer.Append]
// does. As encoding/json has it, a nil list is null.
func List[T any](o *Writer, key string, list []T, value func(v *T, dst []byte) []byte) {
	if list == nil {
		o.Null(key)
		return
	}
	o.BeginArray(key)
	for i := range list {
		o.next()
		o.buf = value(&list[i], o.buf)
	}
	o.EndArray()
}

// Item begins the next element of an array: exactly one method of the result
// must be called, at once. (For a text, see [TextItem].)
func (o *Writer) Item() Element {
	o.next()
	return Element{o}
}

// Element writes one element of an array.
type Element struct{ o *Writer }

// String writes a string.
func (e Element) String(s string) { e.o.buf = AppendString(e.o.buf, s) }

// Int writes a number.
func (e Element) Int(n int64) { e.o.buf = AppendInt(e.o.buf, n) }

// Bool writes a truth value.
func (e Element) Bool(b bool) { e.o.buf = AppendBool(e.o.buf, b) }

// Null writes null.
func (e Element) Null() { e.Raw(nil) }

// Raw writes a value that is JSON already, as [Writer.Raw] does.
func (e Element) Raw(value []byte) { e.o.buf = AppendRaw(e.o.buf, value) }

// Append writes a value by a function, as [Writer.Append] does.
func (e Element) Append(value func(dst []byte) []byte) { e.o.buf = value(e.o.buf) }

// BeginObject begins an object, ended by [Writer.EndObject].
func (e Element) BeginObject() { e.o.buf = append(e.o.buf, '{') }

// BeginArray begins an array, ended by [Writer.EndArray].
func (e Element) BeginArray() { e.o.buf = append(e.o.buf, '[') }
