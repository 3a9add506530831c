package tandem_test

import (
	"cmp"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const modulePath = "github.com/tandem-go/tandem"

// An edge is one import of a package of this repository.
type edge struct {
	from, to string // import paths; those of the repository without the module path, "" for its root
	file     string
	test     string // "" for code, "internal" for a test of the package itself, "external" for package x_test
	ownMod   bool   // from lies in a module of its own
	third    bool   // to is of a third party
}

// The house of DESIGN.md §1, from the ground up.
const (
	floorInternal = iota
	floorHall
	floorRoom
	floorProcess
	floorStore
	floorKit
	floorExample
	floorUnknown
)

// place is where a package lives: its floor, and the unit within the floor
// (a room with its sub-packages, a process, a store).
type place struct {
	floor int
	unit  string
}

func placeOf(pkg string) place {
	first, rest, _ := strings.Cut(pkg, "/")
	second, _, _ := strings.Cut(rest, "/")
	switch {
	case pkg == "":
		return place{floorHall, "tandem"}
	case first == "internal" && rest != "":
		return place{floorInternal, pkg}
	case first == "examples":
		return place{floorExample, "examples"}
	case slices.Contains([]string{"erp/erptest", "crm/crmtest", "pricing/pricingtest", "integration/storetest", "integration/store/sql/pgtest"}, pkg):
		return place{floorKit, pkg}
	case first == "pricing":
		return place{floorRoom, "pricing"}
	case (first == "erp" || first == "crm") && second != "":
		return place{floorRoom, first + "/" + second}
	case first == "integration" && second == "insight":
		return place{floorRoom, "integration/insight"}
	}
	switch pkg {
	case "integration/work", "integration/posting", "integration/customer360",
		"integration/leadtoorder", "integration/ordertocash", "integration/procuretopay", "integration/plantoproduce",
		"integration/recordtoreport", "integration/hiretoretire", "integration/issuetoresolution", "integration/warehouse":
		return place{floorProcess, pkg}
	case "integration/store", "integration/store/memory", "integration/store/sql", "integration/store/sql/dqlite", "integration/outbox", "integration/nats":
		return place{floorStore, pkg}
	}
	return place{floorUnknown, pkg}
}

// breach says how an import breaks the floors, "" if it does not.
func (e edge) breach() string {
	from := placeOf(e.from)
	if from.floor == floorUnknown {
		return "the package is on no floor of DESIGN.md"
	}
	if e.third {
		return e.thirdPartyBreach(from)
	}
	to := placeOf(e.to)
	switch {
	case to.floor == floorUnknown:
		return "it imports a package on no floor of DESIGN.md"
	case e.test == "external" || from.floor == floorExample:
		return ""
	case e.from == e.to:
		return ""
	case to.floor == floorKit:
		return "kits are imported by external _test packages only"
	case e.test == "internal", from.floor > to.floor, acknowledged(e):
		return "" // of tests only the rule of the kits is read
	case from.floor < to.floor:
		return "it imports from a floor above its own"
	case from.floor == floorRoom && from.unit == to.unit:
		return ""
	case from.floor == floorRoom:
		return "rooms never import one another"
	case from.floor == floorProcess:
		supports := to.unit == "integration/work" || to.unit == "integration/posting"
		if supports && from.unit != "integration/work" && from.unit != "integration/posting" {
			return ""
		}
		return "a process uses work and posting, and never another process"
	case from.floor == floorStore:
		onStore := to.unit == "integration/store" && from.unit != "integration/nats"
		onSQL := to.unit == "integration/store/sql" && from.unit == "integration/store/sql/dqlite"
		if onStore || onSQL || to.unit == "integration/outbox" && from.unit == "integration/nats" {
			return ""
		}
	}
	return "packages of this floor do not import one another"
}

// acknowledged names the one import that the table does not have: the ordered
// keys are kept in slabs.
func acknowledged(e edge) bool { return e.from == "internal/ordered" && e.to == "internal/slab" }

func (e edge) thirdPartyBreach(from place) string {
	module := func(paths ...string) bool {
		return slices.ContainsFunc(paths, func(p string) bool { return e.to == p || strings.HasPrefix(e.to, p+"/") })
	}
	switch {
	case e.test == "external", e.test == "internal":
		return ""
	case module("github.com/stretchr/testify"):
		return "testify is imported by tests only"
	case from.floor == floorExample, e.ownMod:
		return ""
	case from.floor >= floorHall && module("github.com/shopspring/decimal", "github.com/google/uuid"):
		return ""
	case from.unit == "integration/insight" && module("gonum.org/v1/gonum"):
		return ""
	case from.unit == "integration/storetest" && module("pgregory.net/rapid", "github.com/anishathalye/porcupine"):
		return ""
	}
	return "this third-party module has no place on this floor"
}

// readImports reads the imports of all Go files below a directory, by the parser
// alone, whatever their build tags: it needs neither network nor downloads.
func readImports(root string) ([]edge, error) {
	var edges []edge
	modules := map[string]string{} // directory → module path, where it has a go.mod
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if file != root && (name == "testdata" || name == "vendor" || name[0] == '.' || name[0] == '_') {
				return filepath.SkipDir
			}
			return readModule(modules, root, file)
		}
		if !strings.HasSuffix(name, ".go") || name[0] == '.' || name[0] == '_' {
			return nil
		}
		found, err := importsOf(file)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		for _, e := range found {
			if e.from = filepath.ToSlash(dir); e.from == "." {
				e.from = ""
			}
			e.ownMod = moduleOf(modules, e.from) != ""
			edges = append(edges, e)
		}
		return nil
	})
	return edges, err
}

func readModule(modules map[string]string, root, dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		return nil
	}
	rel, err := filepath.Rel(root, dir)
	if err == nil && rel != "." {
		modules[filepath.ToSlash(rel)] = modulePath + "/" + filepath.ToSlash(rel)
	}
	return err
}

// moduleOf gives the directory of the module that a package lies in, "" for the root's.
func moduleOf(modules map[string]string, pkg string) string {
	for dir := pkg; dir != "." && dir != ""; dir = path.Dir(dir) {
		if modules[dir] != "" {
			return dir
		}
	}
	return ""
}

func importsOf(file string) ([]edge, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	test := ""
	if strings.HasSuffix(file, "_test.go") {
		test = "internal"
		if strings.HasSuffix(parsed.Name.Name, "_test") {
			test = "external"
		}
	}
	// A package without imports stands on a floor, too: it imports itself.
	edges := []edge{{file: file, test: test}}
	for _, spec := range parsed.Imports {
		to, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		e := edge{to: to, file: file, test: test}
		switch inside, ours := strings.CutPrefix(to, modulePath); {
		case ours && (inside == "" || inside[0] == '/'):
			e.to = strings.TrimPrefix(inside, "/")
		case !strings.Contains(strings.SplitN(to, "/", 2)[0], "."):
			continue // the standard library
		default:
			e.third = true
		}
		edges = append(edges, e)
	}
	edges[0].to = "\x00" // filled in by breaches, which knows the package
	return edges, nil
}

func breaches(edges []edge) []string {
	var out []string
	for _, e := range edges {
		if e.to == "\x00" {
			e.to = e.from
		}
		if why := e.breach(); why != "" {
			out = append(out, fmt.Sprintf("%s: %q imports %q: %s", e.file, e.from, e.to, why))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// The floors of DESIGN.md §1: a package imports only from floors below its own.
func TestFloors(t *testing.T) {
	edges, err := readImports(".")
	require.NoError(t, err)
	require.Empty(t, breaches(edges))
	packages := map[string]bool{}
	for _, e := range edges {
		packages[e.from] = true
	}
	require.True(t, packages[""] && packages["internal/int128"], "the walk has seen the house")
}

func TestFloorsCheckerByMadeUpGraphs(t *testing.T) {
	const decimalPath, uuidPath = "github.com/shopspring/decimal", "github.com/google/uuid"
	allowed := []edge{
		{from: "", to: "internal/int128"},
		{from: "internal/int128", to: "internal/int128"},
		{from: "erp/erptest", to: "erp/erptest"},
		{from: "erp/sales", to: ""},
		{from: "erp/sales", to: "internal/jsonw"},
		{from: "pricing", to: "pricing/promotion"},
		{from: "pricing/promotion", to: "pricing"},
		{from: "erp/costing/layers", to: "erp/costing"},
		{from: "integration/insight/trend", to: "integration/insight/forecast"},
		{from: "integration/work", to: "erp/sales"},
		{from: "integration/ordertocash", to: "erp/sales"},
		{from: "integration/ordertocash", to: "integration/work"},
		{from: "integration/ordertocash", to: "integration/posting"},
		{from: "integration/customer360", to: "integration/work"},
		{from: "integration/store", to: "integration/ordertocash"},
		{from: "integration/store/memory", to: "integration/store"},
		{from: "integration/store/sql", to: "integration/store"},
		{from: "integration/outbox", to: "integration/store"},
		{from: "integration/nats", to: "integration/outbox"},
		{from: "integration/storetest", to: "integration/store/memory"},
		{from: "erp/erptest", to: "integration/store/memory"},
		{from: "erp/sales", to: "erp/erptest", test: "external"},
		{from: "erp/sales", to: "crm/party", test: "external"},
		{from: "internal/ordered", to: "internal/okey", test: "internal"},
		{from: "examples/wholesaler", to: "integration/store/memory"},
		{from: "", to: decimalPath, third: true},
		{from: "erp/tax", to: decimalPath, third: true},
		{from: "integration/work", to: uuidPath, third: true},
		{from: "integration/insight/forecast", to: "gonum.org/v1/gonum/stat", third: true},
		{from: "integration/storetest", to: "pgregory.net/rapid", third: true},
		{from: "integration/storetest", to: "github.com/anishathalye/porcupine", third: true},
		{from: "integration/nats", to: "github.com/nats-io/nats.go", third: true, ownMod: true},
		{from: "examples/wholesaler", to: "golang.org/x/term", third: true, ownMod: true},
		{from: "erp/sales", to: "github.com/stretchr/testify/require", third: true, test: "internal"},
		{from: "internal/int128", to: "pgregory.net/rapid", third: true, test: "internal"},
	}
	for _, e := range allowed {
		require.Empty(t, e.breach(), "%+v", e)
	}
	refused := map[string][]edge{
		"it imports from a floor above its own": {
			{from: "internal/int128", to: ""},
			{from: "", to: "erp/sales"},
			{from: "erp/sales", to: "integration/work"},
			{from: "pricing", to: "integration/store"},
			{from: "integration/ordertocash", to: "integration/store"},
			{from: "integration/posting", to: "integration/store/memory"},
			{from: "integration/store", to: "examples/wholesaler"},
		},
		"rooms never import one another": {
			{from: "erp/sales", to: "erp/billing"},
			{from: "erp/sales", to: "crm/party"},
			{from: "crm/grading", to: "pricing"},
			{from: "pricing/promotion", to: "erp/tax"},
			{from: "erp/planning", to: "integration/insight/forecast"},
			{from: "erp/sales", to: "erp/salesorder"},
		},
		"a process uses work and posting, and never another process": {
			{from: "integration/ordertocash", to: "integration/warehouse"},
			{from: "integration/customer360", to: "integration/ordertocash"},
			{from: "integration/ordertocash", to: "integration/customer360"},
			{from: "integration/work", to: "integration/posting"},
			{from: "integration/posting", to: "integration/work"},
			{from: "integration/work", to: "integration/ordertocash"},
		},
		"packages of this floor do not import one another": {
			{from: "internal/slab", to: "internal/int128"},
			{from: "internal/slab", to: "internal/ordered"},
			{from: "integration/store", to: "integration/store/memory"},
			{from: "integration/store/memory", to: "integration/store/sql"},
			{from: "integration/nats", to: "integration/store"},
			{from: "integration/outbox", to: "integration/nats"},
			{from: "integration/store/sql", to: "integration/outbox"},
		},
		"kits are imported by external _test packages only": {
			{from: "integration/ordertocash", to: "erp/erptest"},
			{from: "erp/sales", to: "erp/erptest", test: "internal"},
			{from: "erp/erptest", to: "crm/crmtest"},
			{from: "integration/store/memory", to: "integration/storetest"},
		},
		"the package is on no floor of DESIGN.md": {
			{from: "util", to: ""},
			{from: "erp", to: ""},
			{from: "integration", to: ""},
			{from: "integration/helper", to: ""},
			{from: "integration/store/memory/cache", to: ""},
			{from: "util", to: "util"},
		},
		"it imports a package on no floor of DESIGN.md": {
			{from: "integration/store", to: "integration/helper"},
			{from: "examples/quickstart", to: "common"},
		},
		"testify is imported by tests only": {
			{from: "integration/storetest", to: "github.com/stretchr/testify/assert", third: true},
			{from: "examples/wholesaler", to: "github.com/stretchr/testify/require", third: true, ownMod: true},
		},
		"this third-party module has no place on this floor": {
			{from: "internal/int128", to: decimalPath, third: true},
			{from: "", to: "gonum.org/v1/gonum/stat", third: true},
			{from: "", to: "github.com/google/uuidx", third: true},
			{from: "erp/sales", to: "github.com/jackc/pgx/v5", third: true},
			{from: "erp/planning", to: "gonum.org/v1/gonum/optimize", third: true},
			{from: "integration/store", to: "pgregory.net/rapid", third: true},
			{from: "erp/erptest", to: "pgregory.net/rapid", third: true},
			{from: "integration/nats", to: "github.com/nats-io/nats.go", third: true},
		},
	}
	for want, edges := range refused {
		for _, e := range edges {
			require.Equal(t, want, e.breach(), "%+v", e)
		}
	}
}

// The reader finds what the checker then judges: files with build tags, tests
// inside and outside, modules of their own; and passes over what is no code.
func TestFloorsReaderByMadeUpTree(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":                           "module " + modulePath,
		"root.go":                          "package tandem\nimport \"fmt\"\nvar _ = fmt.Sprint",
		"erp/sales/order.go":               "package sales\nimport (\n\"" + modulePath + "\"\nx \"" + modulePath + "/erp/billing\"\n)",
		"erp/sales/order_test.go":          "package sales_test\nimport \"" + modulePath + "/erp/erptest\"",
		"erp/sales/odd_linux.go":           "//go:build never\n\npackage sales\nimport _ \"github.com/lib/pq\"",
		"erp/sales/testdata/x.go":          "package x\nimport \"github.com/no/such\"",
		".ci/tools/tools.go":               "package tools\nimport \"github.com/no/such\"",
		"util/util.go":                     "package util",
		"integration/nats/go.mod":          "module " + modulePath + "/integration/nats",
		"integration/nats/client.go":       "package nats\nimport \"github.com/nats-io/nats.go\"",
		"integration/nats/inner_test.go":   "package nats\nimport \"github.com/stretchr/testify/require\"",
		"integration/outbox/outbox.go":     "package outbox\nimport \"github.com/nats-io/nats.go\"",
		"integration/outbox/_old/trash.go": "package trash",
	} {
		file := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	edges, err := readImports(root)
	require.NoError(t, err)
	for i := range edges {
		edges[i].file = filepath.Base(edges[i].file)
	}
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Compare(a.file, b.file) })
	require.Equal(t, []string{
		`odd_linux.go: "erp/sales" imports "github.com/lib/pq": this third-party module has no place on this floor`,
		`order.go: "erp/sales" imports "erp/billing": rooms never import one another`,
		`outbox.go: "integration/outbox" imports "github.com/nats-io/nats.go": this third-party module has no place on this floor`,
		`util.go: "util" imports "util": the package is on no floor of DESIGN.md`,
	}, breaches(edges))
	require.NoError(t, os.WriteFile(filepath.Join(root, "broken.go"), []byte("packag"), 0o600))
	_, err = readImports(root)
	require.Error(t, err)
}
