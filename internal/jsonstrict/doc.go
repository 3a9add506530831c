// Package jsonstrict decodes JSON that comes from outside. Where encoding/json
// keeps the last of two equal keys, ignores keys that it does not know and
// matches names without regard to case, this package refuses; it bounds the size,
// the depth and the length of numbers, allows no exponent, no text that is not
// Unicode and nothing behind the one value, and reports every fault with its
// path (`lines[2].quantity`), not only the first.
//
// It follows the tags of encoding/json, but for the option `string`, and decodes
// leaves by it: basic types, and whatever implements json.Unmarshaler or
// encoding.TextUnmarshaler. A null is refused where Go has no nil. A fault never
// repeats what the input said, since it may be personal.
package jsonstrict
