package pricing

import (
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
)

// audiences gives those for whom lists are, everybody apart, numbers from 1. A
// request has a set of them.
type audiences struct {
	all   []audience
	index map[string]uint16
	words int // of a set of them
	// ofGrade is the set of those that are for a grade.
	ofGrade map[tandem.GradeCode][]uint64
}

// audience is for whom a list is.
type audience struct {
	grades []tandem.GradeCode
}

func newAudiences() audiences {
	return audiences{all: make([]audience, 1), index: map[string]uint16{}}
}

// add gives the number of a list's audience.
func (a *audiences) add(l *List) (uint16, bool) {
	grades := slices.Clone(l.Grades)
	slices.Sort(grades)
	var key strings.Builder
	for _, g := range grades {
		key.WriteString(string(g))
		key.WriteByte(0)
	}
	if n, known := a.index[key.String()]; known {
		return n, true
	}
	if len(a.all) > MaxClasses {
		return 0, false
	}
	n := uint16(len(a.all))
	a.all = append(a.all, audience{grades: grades})
	a.index[key.String()] = n
	return n, true
}

// ready makes the sets.
func (a *audiences) ready() {
	a.words = len(a.all)/64 + 1
	a.ofGrade = map[tandem.GradeCode][]uint64{}
	for n := 1; n < len(a.all); n++ {
		for _, g := range a.all[n].grades {
			if a.ofGrade[g] == nil {
				a.ofGrade[g] = make([]uint64, a.words)
			}
			a.ofGrade[g][n>>6] |= 1 << (n & 63)
		}
	}
}

// of sets the audiences that a request is of.
func (a *audiences) of(req *Request, mask []uint64) []uint64 {
	mask = append(mask[:0], a.none()...)
	for i, word := range a.ofGrade[req.Grade] {
		mask[i] |= word
	}
	return mask
}

// none gives the set that has everybody only.
func (a *audiences) none() []uint64 {
	set := make([]uint64, a.words)
	set[0] = 1
	return set
}
