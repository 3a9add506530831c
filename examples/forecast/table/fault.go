package table

import (
	"fmt"
	"strings"
)

// MaxFaults is how many faults are kept; all are counted.
const MaxFaults = 1000

// Fault is something in the file that could not be taken.
type Fault struct {
	Line   int // as an editor counts
	Column int // of the field, from 1; 0 = the whole line
	Name   string
	Text   string
}

func (f Fault) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "line %d", f.Line)
	if f.Column > 0 {
		fmt.Fprintf(&b, ", column %d", f.Column)
	}
	if f.Name != "" {
		fmt.Fprintf(&b, " (%s)", clipped(f.Name))
	}
	return b.String() + ": " + f.Text
}

// clipped shortens a text for a message, and makes what cannot be printed visible.
func clipped(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	if quoted := fmt.Sprintf("%q", s); quoted != `"`+s+`"` {
		return quoted
	}
	return s
}

// Faults are those of a file.
type Faults struct {
	List  []Fault // the first MaxFaults
	Count int
}

func (f *Faults) add(line, column int, name, text string, args ...any) {
	f.Count++
	if len(f.List) < MaxFaults {
		f.List = append(f.List, Fault{line, column, name, fmt.Sprintf(text, args...)})
	}
}
