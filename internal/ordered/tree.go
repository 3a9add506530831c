package ordered

import "github.com/tandem-go/tandem/internal/slab"

// maxHeight is out of reach: a level needs at least sixteen times the insertions
// of the one below it.
const maxHeight = 16

type leaf[V any] struct {
	block
	values [fan]V // by slot
}

// value gives the place of the value at a position.
func (l *leaf[V]) value(pos int) *V { return &l.values[l.slot[pos]&(fan-1)] }

// inner is a node above the leaves: the child kids[i] has the keys from the
// key i-1 up to, without, the key i.
type inner struct {
	block
	kids [fan + 1]uint32
}

// Tree maps keys to values in the order of the keys' bytes. The zero Tree is
// empty and ready for use. It is not safe for concurrent use, and it must not be
// changed from within Ascend and Descend. Keys that it hands out must not be
// written; they stay valid for as long as somebody holds them.
type Tree[V any] struct {
	keys   *slab.Slab
	leaves []*leaf[V]
	inners []*inner

	freeLeaves []uint32
	freeInners []uint32

	root   uint32 // of leaves if height is 0, otherwise of inners
	height int
	length int
	live   int64 // bytes of the keys that are not deleted
}

// step is a node on the way down, and which child the way took.
type step struct {
	node uint32
	at   int
}

// path is the way to a leaf, by level; that of the leaf itself, 0, is unused.
type path [maxHeight]step

// Len gives the number of keys.
func (t *Tree[V]) Len() int { return t.length }

// Get gives the value of a key.
func (t *Tree[V]) Get(key []byte) (v V, ok bool) {
	if t.length == 0 {
		return v, false
	}
	id := t.root
	for level := t.height; level > 0; level-- {
		node := t.inners[id]
		id = node.kids[node.kidFor(t.keys, key)]
	}
	l := t.leaves[id]
	pos, found := l.search(t.keys, key)
	if !found {
		return v, false
	}
	return *l.value(pos), true
}

// Set gives a key its value and returns the one that it replaced.
func (t *Tree[V]) Set(key []byte, v V) (old V, replaced bool) {
	if t.keys == nil {
		t.keys = new(slab.Slab)
		t.root = t.newLeaf()
	}
	var way path
	id := t.descend(key, &way)
	l := t.leaves[id]
	pos, found := l.search(t.keys, key)
	if found {
		place := l.value(pos)
		old, *place = *place, v
		return old, true
	}
	t.insert(&way, id, pos, key, v)
	return old, false
}

// kidFor gives the index of the child in whose range the key lies.
func (n *inner) kidFor(keys *slab.Slab, key []byte) int {
	pos, found := n.search(keys, key)
	if found {
		return pos + 1
	}
	return pos
}

// descend finds the leaf for a key.
func (t *Tree[V]) descend(key []byte, way *path) (id uint32) {
	id = t.root
	for level := t.height; level > 0; level-- {
		node := t.inners[id]
		at := node.kidFor(t.keys, key)
		way[level] = step{id, at}
		id = node.kids[at]
	}
	return id
}

// insert adds a new key to the leaf at the end of the way.
func (t *Tree[V]) insert(way *path, id uint32, pos int, key []byte, v V) {
	l := t.leaves[id]
	ref := t.keys.Append(key)
	if l.n == fan {
		right := t.newLeaf()
		at, toRight := l.splitAt(pos)
		l.split(t.keys, at, t.leaves[right])
		first := t.leaves[right].ref(0)
		if toRight {
			if pos -= at; pos == 0 {
				first = ref
			}
			l = t.leaves[right]
		}
		t.insertKid(way, 1, first, right)
	}
	l.values[l.block.insert(t.keys, pos, key, ref)] = v
	l.last = uint16(pos)
	t.length++
	t.live += int64(len(key))
}

// splitAt says where a full leaf is split for an insertion at pos, and on which
// side that goes: in the middle, except in a run, where an insertion follows the
// one before it in the same leaf. Runs upwards (numbers, times) and, at the bottom
// of the tree, downwards (newest first) leave full leaves behind. A run that is
// near the beginning of its leaf waits for a later split, lest pairs of
// neighbours cut the tree into leaves of two.
func (b *block) splitAt(pos int) (at int, toRight bool) {
	switch last := int(b.last); {
	case pos == last+1 && pos >= fan/2:
		return pos, pos == fan
	case pos == 0 && last == 0:
		return 0, false
	}
	return fan / 2, pos > fan/2
}

func (l *leaf[V]) split(keys *slab.Slab, at int, right *leaf[V]) {
	var none V // a value that was moved must not keep alive what it points to
	for i := at; i < int(l.n); i++ {
		place := l.value(i)
		right.values[i-at], *place = *place, none
	}
	l.moveTail(at, &right.block)
	l.last, right.last = noRun, noRun
	l.fit(keys)
	right.fit(keys)
}

// insertKid adds the child right, whose keys begin at ref, behind the child that
// the way took at the level, and splits the nodes that are full up to the root.
func (t *Tree[V]) insertKid(way *path, level int, ref slab.Ref, right uint32) {
	for ; level <= t.height; level++ {
		node, i := t.inners[way[level].node], way[level].at
		if node.n < fan {
			node.insertKid(t.keys, i, ref, right)
			return
		}
		at := fan / 2
		switch {
		case i == fan && t.onEdge(way, level, true):
			at = fan - 1
		case i == 0 && t.onEdge(way, level, false):
			at = 0
		}
		id := t.newInner()
		other := t.inners[id]
		up := node.split(t.keys, at, other)
		if i <= at {
			node.insertKid(t.keys, i, ref, right)
		} else {
			other.insertKid(t.keys, i-at-1, ref, right)
		}
		ref, right = up, id
	}
	id := t.newInner()
	root := t.inners[id]
	root.kids[0] = t.root
	root.insertKid(t.keys, 0, ref, right)
	t.root = id
	t.height++
}

// onEdge reports whether the way to a level keeps to the right, or left, edge of
// the tree: there a run comes in at the top, too.
func (t *Tree[V]) onEdge(way *path, level int, right bool) bool {
	for ; level <= t.height; level++ {
		edge := 0
		if right {
			edge = int(t.inners[way[level].node].n)
		}
		if way[level].at != edge {
			return false
		}
	}
	return true
}

func (n *inner) insertKid(keys *slab.Slab, i int, ref slab.Ref, right uint32) {
	count := int(n.n)
	n.insert(keys, i, keys.Get(ref), ref)
	copy(n.kids[i+2:count+2], n.kids[i+1:count+1])
	n.kids[i+1] = right
}

// split leaves the keys before at, moves those behind it, and gives the one in
// between, which goes up.
func (n *inner) split(keys *slab.Slab, at int, right *inner) (up slab.Ref) {
	count := int(n.n)
	up = n.ref(at)
	n.moveTail(at+1, &right.block)
	n.remove(at)
	copy(right.kids[:], n.kids[at+1:count+1])
	n.fit(keys)
	right.fit(keys)
	return up
}

func (t *Tree[V]) newLeaf() uint32 {
	if last := len(t.freeLeaves) - 1; last >= 0 {
		id := t.freeLeaves[last]
		t.freeLeaves = t.freeLeaves[:last]
		return id
	}
	t.leaves = append(t.leaves, new(leaf[V]))
	return uint32(len(t.leaves) - 1)
}

func (t *Tree[V]) newInner() uint32 {
	if last := len(t.freeInners) - 1; last >= 0 {
		id := t.freeInners[last]
		t.freeInners = t.freeInners[:last]
		return id
	}
	t.inners = append(t.inners, new(inner))
	return uint32(len(t.inners) - 1)
}
