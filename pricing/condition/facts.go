package condition

import (
	"errors"
	"strconv"

	"github.com/tandem-go/tandem"
)

// The reasons for which facts are refused and comparisons fail.
var (
	// ErrSlot: there is no such attribute in the schema, or no such line, or the value
	// is of another kind.
	ErrSlot = errors.New("condition: no such attribute, line or kind")
	// ErrSchema: the program was compiled for another schema than the facts'.
	ErrSchema = errors.New("condition: facts of another schema")
)

// Facts are what is known of one order and its lines. They belong to one goroutine and
// are used again by [Facts.Reset], which keeps their room: then nothing is allocated.
type Facts struct {
	schema *Schema
	order  group
	lines  []group // those behind n keep their room
	n      int

	count    int
	mismatch Mismatch
}

// group has the values of the order or of one line.
type group struct {
	ones []Value
	sets []set
}

// set is a set of texts that is known, and may be empty.
type set struct {
	texts []string
	known bool
}

// Mismatch is a comparison that could not be made: the values have different
// currencies or units, or the facts are of another schema.
type Mismatch struct {
	Field string // "" for another schema
	Line  int    // the line's place, from 0; −1: the order
	Err   error  // tandem.ErrCurrency, tandem.ErrUnit or ErrSchema
}

func (m Mismatch) Error() string {
	switch {
	case m.Err == nil:
		return ""
	case m.Field == "":
		return m.Err.Error()
	case m.Line < 0:
		return m.Field + ": " + m.Err.Error()
	}
	return "line " + strconv.Itoa(m.Line) + ": " + m.Field + ": " + m.Err.Error()
}

// Unwrap gives the reason.
func (m Mismatch) Unwrap() error { return m.Err }

// NewFacts gives empty facts.
func (s *Schema) NewFacts() *Facts {
	f := &Facts{schema: s}
	f.order.reset(s, 0)
	return f
}

func (g *group) reset(s *Schema, scope int) {
	if g.ones == nil && g.sets == nil {
		g.ones, g.sets = make([]Value, s.ones[scope]), make([]set, s.sets[scope])
		return
	}
	clear(g.ones)
	for i := range g.sets {
		clear(g.sets[i].texts)
		g.sets[i] = set{texts: g.sets[i].texts[:0]}
	}
}

// Reset forgets everything but the room.
func (f *Facts) Reset() {
	f.order.reset(f.schema, 0)
	f.n = 0
	f.ClearMismatches()
}

// Lines gives the number of lines.
func (f *Facts) Lines() int { return f.n }

// AddLine adds a line of which nothing is known yet and gives its place, or
// [tandem.ErrOutOfRange] beyond [tandem.MaxLines].
func (f *Facts) AddLine() (line int, err error) {
	if f.n >= tandem.MaxLines {
		return 0, tandem.ErrOutOfRange
	}
	if f.n == len(f.lines) {
		f.lines = append(f.lines, group{})
	}
	f.lines[f.n].reset(f.schema, 1)
	f.n++
	return f.n - 1, nil
}

// Set sets an attribute of the order; a value that is none makes it unknown.
func (f *Facts) Set(s Slot, v Value) error {
	if s.line {
		return ErrSlot
	}
	return f.order.set(s, v)
}

// SetTexts sets a set of the order, which it copies; without texts the set is known and empty.
func (f *Facts) SetTexts(s Slot, texts ...string) error {
	if s.line {
		return ErrSlot
	}
	return f.order.setTexts(s, texts)
}

// SetLine sets an attribute of a line; a value that is none makes it unknown.
func (f *Facts) SetLine(line int, s Slot, v Value) error {
	if !s.line || line < 0 || line >= f.n {
		return ErrSlot
	}
	return f.lines[line].set(s, v)
}

// SetLineTexts sets a set of a line, which it copies.
func (f *Facts) SetLineTexts(line int, s Slot, texts ...string) error {
	if !s.line || line < 0 || line >= f.n {
		return ErrSlot
	}
	return f.lines[line].setTexts(s, texts)
}

func (g *group) set(s Slot, v Value) error {
	if s.n == 0 || s.many || int(s.n) > len(g.ones) || v.kind != s.kind {
		return ErrSlot
	}
	g.ones[s.n-1] = v
	return nil
}

func (g *group) setTexts(s Slot, texts []string) error {
	if s.n == 0 || !s.many || int(s.n) > len(g.sets) {
		return ErrSlot
	}
	to := &g.sets[s.n-1]
	to.texts, to.known = append(to.texts[:0], texts...), true
	return nil
}

// Mismatches gives the number of comparisons that could not be made since [Facts.Reset]
// or [Facts.ClearMismatches].
func (f *Facts) Mismatches() int { return f.count }

// Mismatch gives the first of them.
func (f *Facts) Mismatch() (first Mismatch, found bool) { return f.mismatch, f.count > 0 }

// ClearMismatches forgets them, so that the next rule's can be told apart.
func (f *Facts) ClearMismatches() { f.count, f.mismatch = 0, Mismatch{} }

func (f *Facts) report(field string, line int, err error) {
	if f.count == 0 {
		f.mismatch = Mismatch{Field: field, Line: line, Err: err}
	}
	f.count++
}
