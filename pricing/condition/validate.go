package condition

import (
	"strings"
	"unicode/utf8"

	"github.com/tandem-go/tandem"
)

// Validate reports all faults of the tree against a schema, each with its path
// (`nodes[2].where.values[0]`). A tree beyond [MaxNodes] is not looked at any further.
func (n Node) Validate(s *Schema) error {
	v := validation{schema: s}
	if s == nil {
		v.Add("required", "", "there is no schema")
	} else {
		v.node("", &n, 1, false)
	}
	return v.Err("condition")
}

type validation struct {
	tandem.Check
	schema *Schema
	nodes  int
}

func at(path, field string) string {
	if path == "" {
		return field
	}
	return path + "." + field
}

// node walks the tree; its recursion is bounded by MaxDepth, its work by MaxNodes.
func (v *validation) node(path string, n *Node, depth int, inWhere bool) {
	v.nodes++
	switch {
	case v.nodes == MaxNodes+1:
		v.Add("too_many_nodes", path, "the condition has more than 256 nodes")
		return
	case v.nodes > MaxNodes:
		return
	case depth > MaxDepth:
		v.Add("too_deep", path, "the condition has more than 16 levels")
		return
	}
	switch {
	case n.Op == OpAll || n.Op == OpAny || n.Op == OpNot:
		v.Require(n.Field == "" && n.Where == nil && n.Compare == "" && len(n.Values) == 0, "unexpected", path, "has only an operator and nodes")
		if n.Op == OpNot {
			v.Require(len(n.Nodes) == 1, "nodes", at(path, "nodes"), "must be one node")
		} else {
			v.Require(len(n.Nodes) > 0, "nodes", at(path, "nodes"), "must not be empty")
		}
		for i := range n.Nodes {
			if v.nodes > MaxNodes {
				return
			}
			v.node(at(path, tandem.Path("nodes", i)), &n.Nodes[i], depth+1, inWhere)
		}
	case n.Op.compares():
		v.Require(len(n.Nodes) == 0 && n.Where == nil && n.Compare == "", "unexpected", path, "has only an operator, a field and values")
		if a := v.attribute(path, n.Field); a != nil {
			v.compare(path, n.Op, a, n.Values)
		}
	case n.Op == OpCount || n.Op == OpSum:
		v.lines(path, n, depth, inWhere)
	default:
		v.Add("unknown", at(path, "op"), "no such operator")
	}
}

func (v *validation) attribute(path, field string) *Attribute {
	slot, ok := v.schema.slots[field]
	if !v.Require(ok, "unknown", at(path, "field"), "the schema has no such attribute") {
		return nil
	}
	return &v.schema.attributes[slot.index]
}

func (v *validation) lines(path string, n *Node, depth int, inWhere bool) {
	v.Require(!inWhere, "nested", path, "lines are not counted or summed for each line")
	v.Require(len(n.Nodes) == 0, "unexpected", at(path, "nodes"), "must be empty; where says which lines")
	v.Require(n.Compare.compares() && n.Compare != OpIn, "compare", at(path, "compare"), "must be a comparison other than in")
	result := &Attribute{Kind: KindNumber}
	if n.Op == OpCount {
		v.Require(n.Field == "", "unexpected", at(path, "field"), "must be empty: lines are counted")
	} else if result = v.attribute(path, n.Field); result != nil {
		v.Require(result.Scope == ScopeLine, "scope", at(path, "field"), "must be an attribute of lines")
		v.Require(result.Kind.sums(), "kind", at(path, "field"), "must be numbers, quantities or money")
	}
	if result != nil && n.Compare.compares() {
		v.compare(path, n.Compare, result, n.Values)
	}
	if n.Where != nil && !inWhere { // a tree that holds itself ends here
		v.node(at(path, "where"), n.Where, depth+1, true)
	}
}

// compare checks the operator and the values against the attribute.
func (v *validation) compare(path string, op Op, a *Attribute, values []Value) {
	v.Require(!op.orders() || a.Kind.ordered(), "operator", at(path, "op"), "texts and flags have no order")
	many := at(path, "values")
	switch {
	case op == OpIn:
		v.Require(len(values) > 0, "values", many, "must not be empty")
	case op == OpBetween:
		v.Require(len(values) == 2, "values", many, "must be two values")
	default:
		v.Require(len(values) == 1, "values", many, "must be one value")
	}
	if !v.Require(len(values) <= MaxValues, "too_many_values", many, "has more than 10,000 values") {
		return
	}
	for i := range values {
		v.value(tandem.Path(many, i), a, values[i])
		if i > 0 && values[i].kind == values[0].kind && values[i].tag != values[0].tag {
			v.Add("mixed", tandem.Path(many, i), "has another currency or unit than the first value")
		}
	}
	if op == OpBetween && len(values) == 2 && values[0].kind == values[1].kind && values[0].tag == values[1].tag {
		from, to := values[0].n, values[1].n
		halfOpen := a.Kind == KindDate || a.Kind == KindInstant
		v.Require(from < to || from == to && !halfOpen, "empty_range", many, "nothing lies between them")
	}
}

func (v *validation) value(path string, a *Attribute, value Value) {
	switch {
	case value.kind != a.Kind:
		v.Add("kind", path, "must be a "+string(a.Kind))
		return
	case value.IsNone():
		v.Add("required", path, "must not be empty")
		return
	case a.Kind != KindText:
		return
	}
	text := value.text
	if !v.Require(len(text) <= tandem.MaxName && utf8.ValidString(text), "text", path, "must be Unicode of at most 256 bytes") {
		return
	}
	switch {
	case a.Path:
		v.Require(cleanPath(text), "path", path, "must be parts between slashes")
	case a.Name == LineProduct:
		_, err := tandem.ParseID[tandem.ProductID](text)
		v.Require(err == nil, "id", path, "must be the text form of an id")
	case a.Name == OrderCurrency:
		_, err := tandem.ParseCurrency(text)
		v.Require(err == nil, "currency", path, "must be a currency")
	}
}

func cleanPath(p string) bool {
	return p[0] != '/' && p[len(p)-1] != '/' && !strings.Contains(p, "//")
}
