package pricing

import (
	"github.com/tandem-go/tandem"
)

// counted is what lines are counted together by.
type counted struct {
	by   BreakCount
	id   [16]byte // of a product
	n    int32    // of a family
	name string   // of a group
	unit tandem.Unit
}

// countLines counts lines together, where lists ask for it.
func (s *Snapshot) countLines(req *Request, w *work) {
	clear(w.counts)
	if !s.frames.counting {
		return
	}
	if w.counts == nil {
		w.counts = map[counted]int64{}
	}
	for i := range req.Lines {
		line := &req.Lines[i]
		for _, by := range [...]BreakCount{CountProduct, CountFamily, CountGroup} {
			if key, ok := s.countKey(by, line); ok {
				w.counts[key] += max(0, min(line.Quantity.Micro(), maxCount-w.counts[key]))
			}
		}
	}
}

const maxCount = 1 << 62

// countKey says with which lines a line is counted, if the line says it.
func (s *Snapshot) countKey(by BreakCount, line *Line) (counted, bool) {
	key := counted{by: by, unit: line.Quantity.Unit()}
	switch by {
	case CountProduct:
		key.id = line.Product.Bytes()
	case CountFamily:
		n := s.scopes.places.Find(line.Product.Bytes())
		if n == none || s.scopes.places.At(n).Family == none {
			return key, false
		}
		key.n = s.scopes.places.At(n).Family
	case CountGroup:
		key.name = line.Group
		return key, line.Group != ""
	}
	return key, true
}

// reachCounted labels the frames by what is counted with other lines.
func (s *Snapshot) reachCounted(a *ask, line *Line, w *work) {
	for _, by := range [...]BreakCount{CountProduct, CountFamily, CountGroup} {
		if key, ok := s.countKey(by, line); ok {
			a.counts[by.together()] = w.counts[key]
		}
	}
	s.reach(a)
}
