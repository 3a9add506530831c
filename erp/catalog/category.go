package catalog

import (
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/forest"
)

type categoryKind struct{}

// CategoryID names a category.
type CategoryID = tandem.ID[categoryKind]

// MaxDepth is how deep categories may be nested.
const MaxDepth = 32

// Category groups products. Categories form trees: each names its parent.
type Category struct {
	ID       CategoryID `json:"id"`
	Revision int64      `json:"revision"` // kept by the store, compared on Save
	Parent   CategoryID `json:"parent,omitzero"`
	Code     string     `json:"code"` // unique within the tenant
	Name     string     `json:"name"`
}

// Validate reports every fault of the category alone; [NewTree] judges its place.
func (c Category) Validate() error {
	var check tandem.Check
	check.Require(!c.ID.IsZero(), "required", "id", "must be given")
	check.Require(c.Parent.IsZero() || c.Parent != c.ID, "cycle", "parent", "must be another category")
	check.Require(c.Code != "" && len(c.Code) <= MaxCode, "code", "code", "must have 1 to 64 bytes")
	check.Require(c.Name != "" && len(c.Name) <= tandem.MaxName, "name", "name", "must have 1 to 256 bytes")
	return check.Err("category")
}

// CycleError names the categories of a cycle, each followed by its parent. It
// matches [tandem.ErrInvalid].
type CycleError struct{ Path []CategoryID }

func (e *CycleError) Error() string {
	names := make([]string, len(e.Path))
	for i, id := range e.Path {
		names[i] = id.String()
	}
	return "categories form a cycle: " + strings.Join(names, " under ")
}

// Is reports whether target is [tandem.ErrInvalid].
func (e *CycleError) Is(target error) bool { return target == tandem.ErrInvalid }

// Tree is an immutable view of all categories. It is safe for any number of goroutines.
type Tree struct {
	nodes map[CategoryID]Category
	f     forest.Forest[CategoryID]
}

// NewTree checks the categories as a whole: no id twice, every parent present,
// no cycle ([*CycleError]), no deeper than [MaxDepth].
func NewTree(categories []Category) (*Tree, error) {
	t := &Tree{nodes: make(map[CategoryID]Category, len(categories))}
	var check tandem.Check
	for i, c := range categories {
		check.Nested(tandem.Path("categories", i), c.Validate())
		_, twice := t.nodes[c.ID]
		check.Require(!twice, "duplicate", tandem.Path("categories", i)+".id", "given twice")
		t.nodes[c.ID] = c
	}
	t.f = forest.Build(len(categories), func(i int) (CategoryID, CategoryID) { return categories[i].ID, categories[i].Parent })
	for _, orphan := range t.f.Orphans() {
		check.Add("parent", "categories", "category "+orphan.String()+" has an unknown parent")
	}
	if err := check.Err("category tree"); err != nil {
		return nil, err
	}
	if cycle := t.f.Cycle(); cycle != nil {
		return nil, &CycleError{Path: cycle}
	}
	for i, c := range categories {
		check.Require(t.f.Depth(c.ID) <= MaxDepth, "too_deep", tandem.Path("categories", i), "nested deeper than 32")
	}
	return t, check.Err("category tree")
}

// Path gives the categories from the root down to id, id included; nil if there is no such category.
func (t *Tree) Path(id CategoryID) []Category { return t.all(t.f.Path(id)) }

// Under gives id and everything below it, parents before children; nil if there is no such category.
func (t *Tree) Under(id CategoryID) []Category { return t.all(t.f.Below(id)) }

// Within reports whether id is ancestor or lies under it.
func (t *Tree) Within(id, ancestor CategoryID) bool { return t.f.Within(id, ancestor) }

func (t *Tree) all(ids []CategoryID) []Category {
	if ids == nil {
		return nil
	}
	out := make([]Category, len(ids))
	for i, id := range ids {
		out[i] = t.nodes[id]
	}
	return out
}
