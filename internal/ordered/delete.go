package ordered

// leastGarbage is the number of bytes of deleted keys below which a tree is not
// built anew, however few keys are left.
const leastGarbage = 64 << 10

// Delete removes a key and returns its value.
func (t *Tree[V]) Delete(key []byte) (old V, ok bool) {
	if t.length == 0 {
		return old, false
	}
	var way path
	id := t.descend(key, &way)
	l := t.leaves[id]
	pos, found := l.search(t.keys, key)
	if !found {
		return old, false
	}
	var none V
	place := l.value(pos)
	old, *place = *place, none
	l.remove(pos)
	t.length--
	t.live -= int64(len(key))
	if l.n == 0 && t.height > 0 {
		t.freeLeaves = append(t.freeLeaves, id)
		t.removeKid(&way)
	}
	if garbage := t.keys.Bytes() - t.live; garbage > leastGarbage && garbage > t.live {
		t.Compact()
	}
	return old, true
}

// removeKid takes the empty leaf at the end of the way out of its parent, and
// every node that is empty then out of its own. The keys of a neighbour have not
// changed, only the range of those that may come: nothing there must be mended.
func (t *Tree[V]) removeKid(way *path) {
	for level := 1; level <= t.height; level++ {
		id, at := way[level].node, way[level].at
		node := t.inners[id]
		if count := int(node.n); count > 0 {
			copy(node.kids[at:], node.kids[at+1:count+1])
			node.remove(max(at-1, 0))
			break
		}
		t.freeInners = append(t.freeInners, id) // never the root: that has two children or more
	}
	for t.height > 0 && t.inners[t.root].n == 0 {
		t.freeInners = append(t.freeInners, t.root)
		t.root = t.inners[t.root].kids[0]
		t.height--
	}
}

// Compact builds the tree anew, with full nodes and without the bytes of deleted
// keys. Delete calls it when they are more than half of all.
func (t *Tree[V]) Compact() {
	var fresh Tree[V]
	t.Ascend(nil, nil, func(key []byte, v V) bool {
		fresh.push(key, v)
		return true
	})
	*t = fresh
}

// push adds a key that is greater than all others.
func (t *Tree[V]) push(key []byte, v V) {
	if t.length == 0 {
		t.Set(key, v)
		return
	}
	var way path
	id := t.root
	for level := t.height; level > 0; level-- {
		node := t.inners[id]
		way[level] = step{id, int(node.n)}
		id = node.kids[node.n]
	}
	t.insert(&way, id, int(t.leaves[id].n), key, v)
}
