package condition

import "math"

// Compile makes a program of a tree, or reports the faults of [Node.Validate].
func Compile(s *Schema, n Node) (*Program, error) {
	if err := n.Validate(s); err != nil {
		return nil, err
	}
	c := compiler{p: &Program{schema: s}}
	c.p.entry = c.node(&n, accept, reject, false)
	return c.p, nil
}

// compiler emits tests back to front, so that every place to go on to is known; the
// program begins at its last test, or near it.
type compiler struct{ p *Program }

// node emits the tests of a node and gives the place where they begin.
func (c *compiler) node(n *Node, then, other int32, inWhere bool) int32 {
	switch n.Op {
	case OpNot:
		return c.node(&n.Nodes[0], other, then, inWhere)
	case OpAll:
		for i := len(n.Nodes) - 1; i >= 0; i-- {
			then = c.node(&n.Nodes[i], then, other, inWhere)
		}
		return then
	case OpAny:
		for i := len(n.Nodes) - 1; i >= 0; i-- {
			other = c.node(&n.Nodes[i], then, other, inWhere)
		}
		return other
	case OpCount, OpSum:
		return c.lines(n, then, other)
	}
	slot := c.p.schema.slots[n.Field]
	t := test{slot: slot.n - 1, index: slot.index, line: slot.line, then: then, other: other, tag: n.Values[0].tag}
	c.p.lines = c.p.lines || slot.line && !inWhere
	c.compare(&t, n.Op, slot.kind, n.Values)
	switch {
	case slot.kind != KindText:
	case slot.many:
		t.kind = testSet
	case c.p.schema.attributes[slot.index].Path:
		t.kind = testPath
	}
	return c.emit(t)
}

func (c *compiler) emit(t test) int32 {
	c.p.tests = append(c.p.tests, t)
	return int32(len(c.p.tests) - 1)
}

func (c *compiler) lines(n *Node, then, other int32) int32 {
	t := test{kind: testCount, then: then, other: other, where: accept}
	kind := KindNumber
	if n.Op == OpSum {
		slot := c.p.schema.slots[n.Field]
		t.kind, t.slot, t.index, t.line, kind = testSum, slot.n-1, slot.index, true, slot.kind
	}
	if n.Where != nil {
		t.where = c.node(n.Where, accept, reject, true)
	}
	t.tag = n.Values[0].tag
	whole := t.kind
	c.compare(&t, n.Compare, kind, n.Values)
	t.kind = whole
	return c.emit(t)
}

// compare sets what the attribute is compared with: texts, a list of numbers, or a
// range with both ends inclusive, to which every other comparison comes down, since
// all kinds are whole numbers of their smallest unit.
func (c *compiler) compare(t *test, op Op, kind Kind, values []Value) {
	t.negate = op == OpNotEqual
	if kind == KindText {
		t.kind = testText
		t.lo = uint32(len(c.p.texts))
		c.p.texts = append(c.p.texts, sortedTexts(values)...)
		t.hi = uint32(len(c.p.texts))
		return
	}
	if op == OpIn && len(values) > 1 {
		t.kind = testOneOf
		t.lo = uint32(len(c.p.values))
		c.p.values = append(c.p.values, sortedNumbers(values)...)
		t.hi = uint32(len(c.p.values))
		return
	}
	t.kind = testRange
	t.min, t.max = bounds(op, kind, values)
}

func bounds(op Op, kind Kind, values []Value) (low, high int64) {
	n := values[0].n
	switch op {
	case OpAtLeast:
		return n, math.MaxInt64
	case OpAtMost:
		return math.MinInt64, n
	case OpMoreThan:
		if n == math.MaxInt64 {
			return 1, 0 // nothing
		}
		return n + 1, math.MaxInt64
	case OpLessThan:
		if n == math.MinInt64 {
			return 1, 0
		}
		return math.MinInt64, n - 1
	case OpBetween:
		high = values[1].n
		if kind == KindDate || kind == KindInstant {
			high--
		}
		return n, high
	}
	return n, n
}
