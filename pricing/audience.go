package pricing

import (
	"encoding/json"
	"math/bits"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/condition"
)

// audiences gives those for whom lists are, everybody apart, numbers from 1. A
// request has a set of them. What an audience asks of grade, segment, region and
// channel is looked up; only what is left of its condition runs as a program.
type audiences struct {
	all    []audience
	index  map[string]uint16
	words  int // of a set of them
	schema *condition.Schema
	of     [dimensions]map[string][]uint64 // those that a value is enough for
	free   [dimensions][]uint64            // those that ask for nothing of the kind
	asking bool                            // some run a program
}

// The dimensions that are looked up.
const (
	byGrade = iota
	bySegment
	byRegion
	byChannel
	dimensions
)

// audience is for whom a list is.
type audience struct {
	values  [dimensions][]string // nil: anyone
	never   bool
	program *condition.Program
	lists   []int32
}

func newAudiences(schema *condition.Schema) *audiences {
	return &audiences{all: make([]audience, 1), index: map[string]uint16{}, schema: schema}
}

// add gives the number of a list's audience; 0 is everybody.
func (a *audiences) add(li int32, l *List) (n uint16, ok bool, err error) {
	if len(l.Grades) == 0 && l.When == nil {
		return 0, true, nil
	}
	grades := slices.Clone(l.Grades)
	slices.Sort(grades)
	key, err := json.Marshal(struct {
		Grades []tandem.GradeCode
		When   *condition.Node
	}{grades, l.When})
	if err != nil {
		return 0, true, err
	}
	n, known := a.index[string(key)]
	if !known {
		if len(a.all) > MaxClasses {
			return 0, false, nil
		}
		one, err := a.compile(grades, l.When)
		if err != nil {
			return 0, true, err
		}
		n = uint16(len(a.all))
		a.all = append(a.all, one)
		a.index[string(key)] = n
	}
	a.all[n].lists = append(a.all[n].lists, li)
	return n, true, nil
}

func (a *audiences) compile(grades []tandem.GradeCode, when *condition.Node) (one audience, err error) {
	for _, g := range grades {
		one.values[byGrade] = append(one.values[byGrade], string(g))
	}
	if when == nil {
		return one, nil
	}
	low, residue := condition.Lower(*when)
	one.never = low.Never
	if low.Grades != nil && grades != nil {
		one.values[byGrade] = slices.DeleteFunc(one.values[byGrade], func(g string) bool { return !slices.Contains(low.Grades, g) })
		one.never = one.never || len(one.values[byGrade]) == 0
	} else if low.Grades != nil {
		one.values[byGrade] = low.Grades
	}
	one.values[bySegment], one.values[byRegion], one.values[byChannel] = low.Segments, low.Regions, low.Channels
	indexed := residue == nil && low.Currencies == nil && low.Coupons == nil && low.Dates == (tandem.Validity{}) &&
		low.Instants == (condition.Window{})
	if !indexed {
		one.program, err = condition.Compile(a.schema, *when)
		a.asking = true
	}
	return one, err
}

// indexed gives how many of the audiences are looked up only, and how many there are.
func (a *audiences) indexed() (some, all int) {
	for _, one := range a.all[1:] {
		if one.program == nil {
			some++
		}
	}
	return some, len(a.all) - 1
}

// ready makes the sets.
func (a *audiences) ready() {
	a.words = (len(a.all) + 63) / 64
	for d := range dimensions {
		a.of[d], a.free[d] = map[string][]uint64{}, make([]uint64, a.words)
		a.free[d][0] = 1
		for n := 1; n < len(a.all); n++ {
			if a.all[n].never {
				continue
			}
			if a.all[n].values[d] == nil {
				a.free[d][n>>6] |= 1 << (n & 63)
			}
			for _, value := range a.all[n].values[d] {
				if a.of[d][value] == nil {
					a.of[d][value] = make([]uint64, a.words)
				}
				a.of[d][value][n>>6] |= 1 << (n & 63)
			}
		}
	}
}

// find finds the audiences that a request is of.
func (a *audiences) find(req *Request, f *finding) {
	f.set = append(f.set[:0], a.free[byGrade]...)
	a.include(f.set, byGrade, string(req.Grade))
	f.spare = append(f.spare[:0], a.free[bySegment]...)
	for _, segment := range req.Segments {
		a.include(f.spare, bySegment, segment)
	}
	narrow(f.set, f.spare)
	for d, value := range [dimensions]string{byRegion: req.Region, byChannel: req.Channel} {
		if d >= byRegion {
			f.spare = append(f.spare[:0], a.free[d]...)
			a.include(f.spare, d, value)
			narrow(f.set, f.spare)
		}
	}
	if a.asking {
		a.ask(req, f)
	}
}

// appendLists appends the lists that are for some and count under the terms.
func (a *audiences) appendLists(lists []int32, t *terms) []int32 {
	set := t.wide
	if set == nil {
		set = t.mask[:]
	}
	for i, word := range set {
		for ; word != 0; word &= word - 1 {
			if n := i<<6 + bits.TrailingZeros64(word); n > 0 {
				lists = append(lists, a.all[n].lists...)
			}
		}
	}
	return lists
}

func (a *audiences) include(set []uint64, d int, value string) {
	if value == "" {
		return
	}
	for i, word := range a.of[d][value] {
		set[i] |= word
	}
}

func narrow(set, to []uint64) {
	for i := range set {
		set[i] &= to[i]
	}
}

// ask runs the programs of the audiences that are not looked up only.
func (a *audiences) ask(req *Request, f *finding) {
	if f.facts == nil || f.schema != a.schema {
		f.facts, f.schema = a.schema.NewFacts(), a.schema
	}
	req.facts(a.schema, f.facts)
	for n := 1; n < len(a.all); n++ {
		if p := a.all[n].program; p != nil && f.set[n>>6]>>(n&63)&1 != 0 && !p.Match(f.facts) {
			f.set[n>>6] &^= 1 << (n & 63)
		}
	}
}

// facts states what a request says of its order.
func (r *Request) facts(schema *condition.Schema, f *condition.Facts) {
	f.Reset()
	set := func(name string, v condition.Value) {
		if slot, known := schema.Slot(name); known && !v.IsNone() {
			_ = f.Set(slot, v) // the schema knows its kind
		}
	}
	texts := func(name string, all []string) {
		if slot, known := schema.Slot(name); known {
			_ = f.SetTexts(slot, all...)
		}
	}
	text := func(name, value string) {
		if value != "" {
			set(name, condition.Of(value))
		}
	}
	text(condition.CustomerGrade, string(r.Grade))
	text(condition.CustomerRegion, r.Region)
	text(condition.OrderChannel, r.Channel)
	text(condition.OrderCurrency, r.Currency.String())
	texts(condition.CustomerSegment, r.Segments)
	texts(condition.OrderCoupon, r.Coupons)
	set(condition.OrderDate, condition.Of(r.Date))
	set(condition.OrderAt, condition.Of(r.At))
	for _, given := range r.Attributes {
		if given.Texts != nil {
			texts(given.Name, given.Texts)
		}
		set(given.Name, given.Value)
	}
}
