package insight

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tandem-go/tandem"
)

// WarningCode names what a reader of a result should know. The codes are stable, and
// open: each package has its own and lists them, and answers with those of packages
// that it asks, too. The same code means the same in all of them.
type WarningCode string

// RowsLeftOut is the one code that several packages give on their own account: the
// answer has a list or a number of what was left out. What the caller himself declares as
// missing or closed is counted without it.
const RowsLeftOut WarningCode = "rows_left_out"

// Valid says whether the code has the form of one: words of a to z with single
// underscores between them, such as no_history.
func (c WarningCode) Valid() bool { return isName(string(c)) }

// UnmarshalText reads any [WarningCode.Valid] code.
func (c *WarningCode) UnmarshalText(text []byte) error {
	if !isName(string(text)) {
		return badName("code")
	}
	*c = WarningCode(text)
	return nil
}

// Warning is a code with a sentence for people.
type Warning struct {
	Code WarningCode `json:"code"`
	Text string      `json:"text"`
	// Positions are those of the values that it is about, in order, where it is about some.
	Positions []int `json:"positions,omitempty"`
}

// Warn gives a warning whose text is formatted as by [fmt.Sprintf].
func Warn(code WarningCode, format string, args ...any) Warning {
	return Warning{Code: code, Text: fmt.Sprintf(format, args...)}
}

// Warned says whether a code is among warnings.
func Warned(list []Warning, code WarningCode) bool {
	return slices.ContainsFunc(list, func(w Warning) bool { return w.Code == code })
}

// Reason names why something is left out of a result. As warning codes are, reasons are
// stable and open.
type Reason string

// Valid says whether the reason has the form of one, that of a [WarningCode].
func (r Reason) Valid() bool { return isName(string(r)) }

// UnmarshalText reads any [Reason.Valid] reason.
func (r *Reason) UnmarshalText(text []byte) error {
	if !isName(string(text)) {
		return badName("reason")
	}
	*r = Reason(text)
	return nil
}

// The reasons that several packages give for values of a series.
const (
	Missing Reason = "missing" // declared as not known
	Closed  Reason = "closed"  // declared as without trade, whether a value is there or not
)

// LeftOut counts rows, customers or whatever a result is made of that were left out for
// one reason.
type LeftOut struct {
	Reason Reason `json:"reason"`
	Count  int    `json:"count"` // at least 1
}

// Leave adds n that were left out for a reason to a list, which it keeps in the order of
// the reasons, whatever the order of the rows; n of nought or less adds nothing. It works
// as append does, in place: the list that is given is changed, so that only the one that
// is returned may be used further, and a list of somebody else's is cloned first.
func Leave(list []LeftOut, reason Reason, n int) []LeftOut {
	if n <= 0 {
		return list
	}
	i, found := slices.BinarySearchFunc(list, reason, func(l LeftOut, r Reason) int { return cmp.Compare(l.Reason, r) })
	if found {
		list[i].Count += n
		return list
	}
	return slices.Insert(list, i, LeftOut{reason, n})
}

// Left gives how many of a list were left out for some reasons, for any where none is
// named.
func Left(list []LeftOut, reasons ...Reason) int {
	n := 0
	for _, l := range list {
		if len(reasons) == 0 || slices.Contains(reasons, l.Reason) {
			n += l.Count
		}
	}
	return n
}

// Parameter is a fitted number under its usual name.
type Parameter struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
}

// isName says whether a text is words of a to z with single underscores between them.
func isName(s string) bool {
	before := '_'
	for _, r := range s {
		if r != '_' && (r < 'a' || r > 'z') || r == '_' && before == '_' {
			return false
		}
		before = r
	}
	return before != '_'
}

func badName(what string) error {
	var c tandem.Check
	c.Add(what, what, "must be words of a to z joined by underscores")
	return c.Err("insight")
}
