package insight_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shared are the codes that more than one package declares, and what they mean in each.
var shared = map[string]string{
	"not_converged": "a search ended at its bound of iterations, whatever was fitted",
	"no_customers":  "there are no customers to say anything of",
	"collinear":     "a regressor or column says nothing that the others do not",
}

// source is what a package declares.
type source struct {
	codes  map[string]string // by the name of the constant
	alias  map[string]string // name of the constant to "package.Name" of another
	listed []string          // what WarningCodes lists: names, or "package.Name"
	lister bool
}

// literal gives the code that a value of a constant is, "" for another expression.
func literal(e ast.Expr) string {
	if call, ok := e.(*ast.CallExpr); ok && len(call.Args) == 1 {
		e = call.Args[0]
	}
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		if text, err := strconv.Unquote(lit.Value); err == nil {
			return text
		}
	}
	return ""
}

// name gives "Name" or "package.Name", "" for another expression.
func name(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok {
			return x.Name + "." + e.Sel.Name
		}
	}
	return ""
}

func isCode(e ast.Expr) bool {
	n := name(e)
	return n == "insight.WarningCode" || n == "WarningCode"
}

func (s *source) constants(decl *ast.GenDecl) {
	for _, spec := range decl.Specs {
		v := spec.(*ast.ValueSpec)
		for i, value := range v.Values {
			call, converted := value.(*ast.CallExpr)
			switch {
			case isCode(v.Type) || converted && isCode(call.Fun):
				s.codes[v.Names[i].Name] = literal(value)
			case v.Type == nil && strings.Contains(name(value), "."):
				s.alias[v.Names[i].Name] = name(value)
			}
		}
	}
}

func (s *source) read(file *ast.File) {
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			if d.Tok == token.CONST {
				s.constants(d)
			}
		case *ast.FuncDecl:
			if d.Name.Name != "WarningCodes" || d.Recv != nil {
				continue
			}
			s.lister = true
			ast.Inspect(d.Body, func(n ast.Node) bool {
				if list, ok := n.(*ast.CompositeLit); ok {
					for _, e := range list.Elts {
						s.listed = append(s.listed, name(e))
					}
				}
				return true
			})
		}
	}
}

// sources reads all packages from here down, without their tests.
func sources(t *testing.T) map[string]*source {
	out := make(map[string]*source)
	require.NoError(t, filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(file))
		if out[dir] == nil {
			out[dir] = &source{codes: map[string]string{}, alias: map[string]string{}}
		}
		out[dir].read(parsed)
		return nil
	}))
	return out
}

// A code means the same in all packages, which nobody can hold to who does not know that
// another package has it, too.
func TestACodeIsDeclaredOnce(t *testing.T) {
	at := make(map[string][]string)
	for dir, s := range sources(t) {
		for constant, code := range s.codes {
			require.NotEmpty(t, code, "%s: %s is no literal", dir, constant)
			at[code] = append(at[code], dir)
		}
	}
	require.Contains(t, at, "rows_left_out", "the declarations are found")
	require.Equal(t, []string{"basket"}, at["no_baskets"])
	for code, dirs := range at {
		slices.Sort(dirs)
		if _, ok := shared[code]; len(dirs) > 1 && !ok {
			t.Errorf("%s is declared in %s: what does it mean in each?", code, strings.Join(dirs, ", "))
		}
	}
	for code := range shared {
		require.Greater(t, len(at[code]), 1, "%s is not shared", code)
	}
}

// Whoever asks a package for its codes hears of all of them. Those of an internal package
// are of the one above it.
func TestCodesAreListed(t *testing.T) {
	all := sources(t)
	named := make(map[string]*source) // by the last word of the path
	for dir, s := range all {
		if len(s.codes) > 0 {
			require.NotContains(t, named, path.Base(dir), "two packages of one name: tell them apart by their imports")
			named[path.Base(dir)] = s
		}
	}
	for dir, s := range all {
		above, _, _ := strings.Cut(dir, "/internal/")
		if dir == "." || len(s.codes) == 0 {
			continue // RowsLeftOut is of those that give it
		}
		owner := all[above]
		if !owner.lister {
			t.Errorf("%s has no WarningCodes", above)
		}
		if !owner.lister {
			continue
		}
		var listed []string
		for _, n := range owner.listed {
			if other, ok := owner.alias[n]; ok {
				n = other
			}
			from, constant, found := strings.Cut(n, ".")
			switch {
			case !found:
				listed = append(listed, owner.codes[n])
			case named[from] != nil:
				listed = append(listed, named[from].codes[constant])
			}
		}
		for constant, code := range s.codes {
			if !slices.Contains(listed, code) {
				t.Errorf("%s does not list %s (%s)", above, constant, code)
			}
		}
	}
}
