// Package ordered is a B+ tree from byte-string keys to small values: the
// secondary indexes of a database in memory.
//
//	var byCustomer ordered.Tree[slab.Ref]
//	byCustomer.Set(key, ref)
//	byCustomer.Ascend(from, to, func(key []byte, ref slab.Ref) bool { … })
//
// Keys are stored in a [slab.Slab] and nodes hold numbers only, so that the
// garbage collector has nothing to follow in a million entries. To compare keys
// without fetching them, a node keeps what all its keys have in common once, and
// of each key the eight bytes behind that as a number: index keys begin with the
// same company and often the same party, and differ soon after.
//
// Nodes are freed when they are empty, not merged when they are half empty
// (T. Johnson and D. Shasha, "B-trees with inserts and deletes: why free-at-empty
// is better than merge-at-half", Journal of Computer and System Sciences 47,
// 1993). The bytes of deleted keys stay until they are more than half of all, and
// then the tree is built anew, by the Delete that finds it so: that one takes the
// time of all the entries left, which on average is little per deletion.
package ordered
