package condition

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
)

// Program is a compiled condition: immutable, and safe for any number of goroutines. It
// is a list of tests, each with a place to go on if it holds and another if not; all,
// any and not are in those jumps and cost nothing by themselves.
type Program struct {
	schema *Schema
	tests  []test
	texts  []string // of all tests, each range ascending
	values []int64  // likewise
	entry  int32    // the first test
	lines  bool     // asks for attributes of the line outside count and sum
}

// Where a program ends.
const (
	reject = -1 - iota
	accept
)

type testKind uint8

const (
	testText  testKind = iota // a text among texts
	testPath                  // a path or one above it among texts
	testSet                   // one of a set among texts
	testOneOf                 // a number among values
	testRange                 // a number from one to another, both inclusive
	testCount
	testSum
)

type test struct {
	kind   testKind
	line   bool // the attribute is the line's
	negate bool // not_equal: known and not so
	slot   uint16
	index  uint16 // of the attribute in the schema, for reports
	tag    uint32 // currency or unit of the values
	lo, hi uint32 // range of texts or values
	min    int64
	max    int64
	where  int32 // count, sum: where the test of a line begins; accept: every line
	then   int32
	other  int32
}

// Match reports whether the condition holds for the order. Attributes of lines are
// unknown outside count and sum: see [Program.NeedsLine].
func (p *Program) Match(f *Facts) bool { return p.MatchLine(f, -1) }

// MatchLine reports whether the condition holds for one line of the order. It does not
// where a comparison that was needed could not be made; [Facts.Mismatch] tells.
func (p *Program) MatchLine(f *Facts, line int) bool {
	if f.schema != p.schema {
		f.report("", -1, ErrSchema)
		return false
	}
	before := f.count
	pc := p.entry
	for pc >= 0 {
		t := &p.tests[pc]
		var holds bool
		if t.kind < testCount {
			holds = p.holds(t, f, line)
		} else {
			holds = p.holdsOfLines(t, f)
		}
		pc = t.other
		if holds {
			pc = t.then
		}
	}
	return pc == accept && f.count == before
}

// matchWhere runs the tests of a where, which holds no count and no sum.
func (p *Program) matchWhere(pc int32, f *Facts, line int) bool {
	for pc >= 0 {
		t := &p.tests[pc]
		if p.holds(t, f, line) {
			pc = t.then
		} else {
			pc = t.other
		}
	}
	return pc == accept
}

// NeedsLine reports whether the condition asks for attributes of the line outside count
// and sum: for an order as a whole those are unknown, and such a condition belongs to a
// price or to a promotion of lines.
func (p *Program) NeedsLine() bool { return p.lines }

// holds makes one comparison. What is not known does not hold.
func (p *Program) holds(t *test, f *Facts, line int) bool {
	g := &f.order
	if t.line {
		if line < 0 || line >= f.n {
			return false
		}
		g = &f.lines[line]
	}
	if t.kind == testSet {
		s := &g.sets[t.slot]
		return s.known && p.hasOne(t, s.texts) != t.negate
	}
	v := &g.ones[t.slot]
	if v.tag == 0 {
		return false
	}
	if v.tag != t.tag {
		p.mismatch(t, f, line, v.kind)
		return false
	}
	var is bool
	switch t.kind {
	case testText:
		is = p.has(t, v.text)
	case testPath:
		is = p.hasAbove(t, v.text)
	case testOneOf:
		_, is = slices.BinarySearch(p.values[t.lo:t.hi], v.n)
	default:
		is = t.min <= v.n && v.n <= t.max
	}
	return is != t.negate
}

func (p *Program) mismatch(t *test, f *Facts, line int, kind Kind) {
	err := tandem.ErrCurrency
	if kind == KindQuantity {
		err = tandem.ErrUnit
	}
	if !t.line {
		line = -1
	}
	f.report(p.schema.attributes[t.index].Name, line, err)
}

func (p *Program) has(t *test, text string) bool {
	if t.hi == t.lo+1 {
		return p.texts[t.lo] == text
	}
	_, is := slices.BinarySearch(p.texts[t.lo:t.hi], text)
	return is
}

func (p *Program) hasAbove(t *test, path string) bool {
	for !p.has(t, path) {
		end := strings.LastIndexByte(path, '/')
		if end < 0 {
			return false
		}
		path = path[:end]
	}
	return true
}

func (p *Program) hasOne(t *test, texts []string) bool {
	for _, text := range texts {
		if p.has(t, text) {
			return true
		}
	}
	return false
}

// holdsOfLines counts or sums, in 128 bits: no order of the lines overflows.
func (p *Program) holdsOfLines(t *test, f *Facts) bool {
	var sum int128.Int
	before := f.count
	for line := range f.n {
		if !p.matchWhere(t.where, f, line) {
			continue
		}
		one := int64(1)
		if t.kind == testSum {
			v := &f.lines[line].ones[t.slot]
			if v.tag == 0 {
				return false
			}
			if v.tag != t.tag {
				p.mismatch(t, f, line, v.kind)
				return false
			}
			one = v.n
		}
		sum, _ = sum.Add(int128.FromInt64(one)) // MaxLines of 64 bits fit
	}
	if f.count != before {
		return false
	}
	is := sum.Cmp(int128.FromInt64(t.min)) >= 0 && sum.Cmp(int128.FromInt64(t.max)) <= 0
	return is != t.negate
}

// sortedTexts orders what a program looks up.
func sortedTexts(values []Value) []string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.text
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}

func sortedNumbers(values []Value) []int64 {
	numbers := make([]int64, len(values))
	for i, v := range values {
		numbers[i] = v.n
	}
	slices.SortFunc(numbers, cmp.Compare[int64])
	return slices.Compact(numbers)
}
