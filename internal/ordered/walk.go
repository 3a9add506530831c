package ordered

// Ascend calls yield for the keys in [from, to), the least first, until it
// returns false. A nil bound is no bound.
func (t *Tree[V]) Ascend(from, to []byte, yield func(key []byte, v V) bool) {
	if t.length > 0 {
		t.ascend(t.root, t.height, from, to, yield)
	}
}

// Descend calls yield for the keys in [from, to), the greatest first, until it
// returns false. A nil bound is no bound.
func (t *Tree[V]) Descend(from, to []byte, yield func(key []byte, v V) bool) {
	if t.length > 0 {
		t.descendRange(t.root, t.height, from, to, yield)
	}
}

// ascend gives false when the walk is over.
func (t *Tree[V]) ascend(id uint32, level int, from, to []byte, yield func([]byte, V) bool) bool {
	if level == 0 {
		l := t.leaves[id]
		first, end := t.bounds(&l.block, from, to)
		for i := first; i < end; i++ {
			if !yield(t.keys.Get(l.ref(i)), *l.value(i)) {
				return false
			}
		}
		return end == int(l.n)
	}
	node := t.inners[id]
	first, last := t.kidBounds(node, from, to)
	for i := first; i <= last; i++ {
		if !t.ascend(node.kids[i], level-1, from, to, yield) {
			return false
		}
		from = nil // binds the first child only
	}
	return last == int(node.n)
}

func (t *Tree[V]) descendRange(id uint32, level int, from, to []byte, yield func([]byte, V) bool) bool {
	if level == 0 {
		l := t.leaves[id]
		first, end := t.bounds(&l.block, from, to)
		for i := end - 1; i >= first; i-- {
			if !yield(t.keys.Get(l.ref(i)), *l.value(i)) {
				return false
			}
		}
		return first == 0
	}
	node := t.inners[id]
	first, last := t.kidBounds(node, from, to)
	for i := last; i >= first; i-- {
		if !t.descendRange(node.kids[i], level-1, from, to, yield) {
			return false
		}
		to = nil // binds the last child only
	}
	return first == 0
}

// bounds gives the positions [first, end) of the keys in [from, to).
func (t *Tree[V]) bounds(b *block, from, to []byte) (first, end int) {
	end = int(b.n)
	if from != nil {
		first, _ = b.search(t.keys, from)
	}
	if to != nil {
		end, _ = b.search(t.keys, to)
	}
	return first, end
}

// kidBounds gives the first and the last child that may have keys in [from, to).
func (t *Tree[V]) kidBounds(n *inner, from, to []byte) (first, last int) {
	last = int(n.n)
	if from != nil {
		first = n.kidFor(t.keys, from)
	}
	if to != nil {
		last, _ = n.search(t.keys, to) // a child that begins at to has none
	}
	return first, last
}
