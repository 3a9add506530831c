package condition

import "slices"

// Node is one node of a condition: plain data. Which fields it has depends on Op;
// [Node.Validate] refuses any other.
type Node struct {
	Op Op `json:"op"`
	// Nodes of all and any (one or more) and of not (one).
	Nodes []Node `json:"nodes,omitempty"`
	// Field is the attribute that is compared, and of sum the attribute that is summed.
	Field string `json:"field,omitempty"`
	// Where says which lines count and sum take; none: every line. It is asked for each
	// line and holds no count or sum of its own.
	Where *Node `json:"where,omitempty"`
	// Compare is the comparison of count and sum with Values.
	Compare Op `json:"compare,omitempty"`
	// Values to compare with: one, two for between, at least one for in.
	Values []Value `json:"values,omitempty"`
}

// Clone gives a copy that shares nothing with n.
func (n *Node) Clone() Node {
	out := *n
	out.Values = slices.Clone(n.Values)
	out.Nodes = slices.Clone(n.Nodes)
	for i := range out.Nodes {
		out.Nodes[i] = n.Nodes[i].Clone()
	}
	if n.Where != nil {
		where := n.Where.Clone()
		out.Where = &where
	}
	return out
}

// All holds where every node holds.
func All(nodes ...Node) Node { return Node{Op: OpAll, Nodes: nodes} }

// Any holds where at least one node holds.
func Any(nodes ...Node) Node { return Node{Op: OpAny, Nodes: nodes} }

// Not holds where the node does not: also where it cannot be answered.
func Not(n Node) Node { return Node{Op: OpNot, Nodes: []Node{n}} }

// Is holds where the attribute equals the value. A set of texts has it; a path, such as
// a category's, is it or lies below it.
func Is[T Literal](field string, value T) Node { return compare(OpEqual, field, Of(value)) }

// IsNot holds where the attribute is known and [Is] does not hold.
func IsNot[T Literal](field string, value T) Node { return compare(OpNotEqual, field, Of(value)) }

// In holds where [Is] holds for one of the values.
func In[T Literal](field string, values ...T) Node {
	n := Node{Op: OpIn, Field: field, Values: make([]Value, len(values))}
	for i, v := range values {
		n.Values[i] = Of(v)
	}
	return n
}

// AtLeast holds where the attribute is the value or more.
func AtLeast[T Literal](field string, value T) Node { return compare(OpAtLeast, field, Of(value)) }

// MoreThan holds where the attribute is more than the value.
func MoreThan[T Literal](field string, value T) Node { return compare(OpMoreThan, field, Of(value)) }

// AtMost holds where the attribute is the value or less.
func AtMost[T Literal](field string, value T) Node { return compare(OpAtMost, field, Of(value)) }

// LessThan holds where the attribute is less than the value.
func LessThan[T Literal](field string, value T) Node { return compare(OpLessThan, field, Of(value)) }

// Between holds from one value to another: to it inclusive, but for dates and instants,
// whose ranges are half-open here as everywhere.
func Between[T Literal](field string, from, to T) Node {
	return compare(OpBetween, field, Of(from), Of(to))
}

func compare(op Op, field string, values ...Value) Node {
	return Node{Op: op, Field: field, Values: values}
}

// Lines is a count or a sum over lines, to be compared: by one of its methods it
// becomes a [Node].
type Lines struct{ node Node }

// Count counts the lines for which all the nodes hold; without nodes, every line.
func Count(where ...Node) Lines { return Lines{Node{Op: OpCount, Where: both(where)}} }

// Sum sums an attribute over the lines for which all the nodes hold. A line that does
// not have it leaves the sum unknown: the comparison is false.
func Sum(field string, where ...Node) Lines {
	return Lines{Node{Op: OpSum, Field: field, Where: both(where)}}
}

func both(nodes []Node) *Node {
	switch len(nodes) {
	case 0:
		return nil
	case 1:
		return &nodes[0]
	}
	n := All(nodes...)
	return &n
}

func (l Lines) compare(op Op, values ...Value) Node {
	l.node.Compare, l.node.Values = op, values
	return l.node
}

// Equal holds where there is exactly that much: Count().Equal(Of(1)).
func (l Lines) Equal(v Value) Node { return l.compare(OpEqual, v) }

// AtLeast holds where there is that much or more.
func (l Lines) AtLeast(v Value) Node { return l.compare(OpAtLeast, v) }

// MoreThan holds where there is more than that.
func (l Lines) MoreThan(v Value) Node { return l.compare(OpMoreThan, v) }

// AtMost holds where there is that much or less.
func (l Lines) AtMost(v Value) Node { return l.compare(OpAtMost, v) }

// LessThan holds where there is less than that.
func (l Lines) LessThan(v Value) Node { return l.compare(OpLessThan, v) }

// Between holds where there is as much as that, both inclusive.
func (l Lines) Between(from, to Value) Node { return l.compare(OpBetween, from, to) }
