// Package enum reads the names of enumerations.
//
// Every refusal is a [tandem.InvalidError] with the subject "insight", whichever package
// the enumeration is of, and has one fault whose code and path are what a value is called,
// such as "bucket": a name is read without knowing the field that it is in. Where a
// document is decoded, the decoder says which field that was.
package enum

import (
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
)

// Decode sets an enumeration to the text where that is one of a list, and says which
// there are where it is not, which leaves it as it was; name is what a value of it is called.
func Decode[T ~string](into *T, text []byte, name string, list []T) error {
	if got := T(text); slices.Contains(list, got) {
		*into = got
		return nil
	}
	names := make([]string, len(list))
	for i, v := range list {
		names[i] = string(v)
	}
	var c tandem.Check
	c.Add(name, name, "must be one of "+strings.Join(names, ", "))
	return c.Err("insight")
}
