package condition

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/enum"
)

// Limits of one tree.
const (
	MaxNodes  = 256    // nodes, those of count and sum included
	MaxDepth  = 16     // nodes one below the other: tandem.MaxJSONDepth, of which a document around them takes its own
	MaxValues = 10_000 // values of one node
	MaxFields = 256    // attributes of one schema
)

// Op says what a node asks.
type Op string

// The operators.
const (
	OpAll      Op = "all"       // every one of Nodes
	OpAny      Op = "any"       // at least one of Nodes
	OpNot      Op = "not"       // not the one of Nodes
	OpEqual    Op = "equal"     // the value; of a set: has it; of a path: it or below it
	OpNotEqual Op = "not_equal" // known, and not equal
	OpIn       Op = "in"        // equal to one of Values
	OpAtLeast  Op = "at_least"
	OpMoreThan Op = "more_than"
	OpAtMost   Op = "at_most"
	OpLessThan Op = "less_than"
	OpBetween  Op = "between" // two Values: [from, until) for dates and instants, both inclusive otherwise
	OpCount    Op = "count"   // the number of lines for which Where holds, by Compare
	OpSum      Op = "sum"     // the sum of Field over those lines, by Compare
)

// Ops lists the operators.
func Ops() []Op {
	return []Op{OpAll, OpAny, OpNot, OpEqual, OpNotEqual, OpIn, OpAtLeast, OpMoreThan, OpAtMost, OpLessThan, OpBetween,
		OpCount, OpSum}
}

// Valid reports whether o is one of [Ops].
func (o Op) Valid() bool { return slices.Contains(Ops(), o) }

// UnmarshalText reads an operator and refuses anything else.
func (o *Op) UnmarshalText(text []byte) error { return enum.Decode(o, text, "operator") }

// compares reports whether o compares an attribute with values.
func (o Op) compares() bool {
	switch o {
	case OpEqual, OpNotEqual, OpIn, OpAtLeast, OpMoreThan, OpAtMost, OpLessThan, OpBetween:
		return true
	}
	return false
}

// orders reports whether o needs values with an order.
func (o Op) orders() bool { return o.compares() && o != OpEqual && o != OpNotEqual && o != OpIn }

// Kind is the type of an attribute and of a value.
type Kind string

// The kinds.
const (
	KindText     Kind = "text"
	KindNumber   Kind = "number" // a whole number
	KindQuantity Kind = "quantity"
	KindMoney    Kind = "money"
	KindRate     Kind = "rate"
	KindDate     Kind = "date"
	KindInstant  Kind = "instant"
	KindFlag     Kind = "flag" // true or false
)

// Kinds lists the kinds.
func Kinds() []Kind {
	return []Kind{KindText, KindNumber, KindQuantity, KindMoney, KindRate, KindDate, KindInstant, KindFlag}
}

// Valid reports whether k is one of [Kinds].
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// UnmarshalText reads a kind and refuses anything else.
func (k *Kind) UnmarshalText(text []byte) error { return enum.Decode(k, text, "kind") }

func (k Kind) ordered() bool { return k != KindText && k != KindFlag }
func (k Kind) sums() bool    { return k == KindNumber || k == KindQuantity || k == KindMoney }

// Scope says what has an attribute: the order, its customer included, or each line.
type Scope string

// The scopes.
const (
	ScopeOrder Scope = "order"
	ScopeLine  Scope = "line"
)

// Scopes lists the scopes.
func Scopes() []Scope { return []Scope{ScopeOrder, ScopeLine} }

// Valid reports whether s is one of [Scopes].
func (s Scope) Valid() bool { return slices.Contains(Scopes(), s) }

// UnmarshalText reads a scope and refuses anything else.
func (s *Scope) UnmarshalText(text []byte) error { return enum.Decode(s, text, "scope") }

func invalid(subject, code, message string) error {
	return &tandem.InvalidError{Subject: subject, Faults: []tandem.Fault{{Code: code, Message: message}}}
}
