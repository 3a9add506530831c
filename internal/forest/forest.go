// Package forest answers questions about trees that are kept as "each node
// names its parent": is there a cycle, what is above, what is below.
package forest

import "slices"

// Forest is an immutable set of trees. The zero K means "no parent".
type Forest[K comparable] struct {
	order    []K // as given
	parent   map[K]K
	children map[K][]K
}

// Build gives the forest of the nodes, each with its parent, in the order given.
// A node that is given twice keeps its first parent. Parents need not be nodes
// themselves; see [Forest.Orphans].
func Build[K comparable](n int, node func(i int) (key, parent K)) Forest[K] {
	f := Forest[K]{order: make([]K, 0, n), parent: make(map[K]K, n), children: make(map[K][]K)}
	var none K
	for i := range n {
		key, parent := node(i)
		if _, twice := f.parent[key]; twice {
			continue
		}
		f.order = append(f.order, key)
		f.parent[key] = parent
		if parent != none {
			f.children[parent] = append(f.children[parent], key)
		}
	}
	return f
}

// Has reports whether key is a node.
func (f Forest[K]) Has(key K) bool { _, ok := f.parent[key]; return ok }

// Orphans lists the nodes whose parent is not a node.
func (f Forest[K]) Orphans() []K {
	var none K
	var out []K
	for _, key := range f.order {
		if p := f.parent[key]; p != none && !f.Has(p) {
			out = append(out, key)
		}
	}
	return out
}

// Cycle gives the nodes of one cycle, from the first node of it in the order
// given, each followed by its parent; nil if there is none.
func (f Forest[K]) Cycle() []K {
	var none K
	done := make(map[K]bool, len(f.order))
	for _, start := range f.order {
		var walk []K
		onWalk := map[K]int{}
		for key := start; key != none && !done[key]; key = f.parent[key] {
			if at, again := onWalk[key]; again {
				return walk[at:]
			}
			onWalk[key] = len(walk)
			walk = append(walk, key)
		}
		for _, key := range walk {
			done[key] = true
		}
	}
	return nil
}

// Path gives the nodes from the root down to key, key included; nil if key is
// no node. It ends at a node that it meets twice.
func (f Forest[K]) Path(key K) []K {
	if !f.Has(key) {
		return nil
	}
	var none K
	var path []K
	for k := key; k != none && f.Has(k) && len(path) <= len(f.order); k = f.parent[k] {
		path = append(path, k)
	}
	slices.Reverse(path)
	return path
}

// Depth gives the number of nodes from the root to key, both included.
func (f Forest[K]) Depth(key K) int { return len(f.Path(key)) }

// Below gives key and all nodes under it, parents before children, in the order
// given; nil if key is no node. The forest must have no cycle.
func (f Forest[K]) Below(key K) []K {
	if !f.Has(key) {
		return nil
	}
	out := []K{key}
	for i := 0; i < len(out) && len(out) <= len(f.order); i++ {
		out = append(out, f.children[out[i]]...)
	}
	return out
}

// Within reports whether key is ancestor or lies under it.
func (f Forest[K]) Within(key, ancestor K) bool {
	var none K
	steps := 0
	for k := key; k != none && f.Has(k) && steps <= len(f.order); k = f.parent[k] {
		if k == ancestor {
			return true
		}
		steps++
	}
	return false
}
