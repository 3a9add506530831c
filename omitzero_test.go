package tandem_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Nought is an amount: `omitzero` asks IsZero, which says yes to 0.00 GBP, and
// the reader would find no amount at all. So none of these types may be left out.
func TestNoFieldOfJSONLosesNought(t *testing.T) {
	faults, fields := []string{}, 0
	require.NoError(t, filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && file != "." && (d.Name() == "testdata" || d.Name()[0] == '.' || d.Name()[0] == '_'):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go"):
			return nil
		}
		found, n, err := lostNoughts(file, nil)
		faults, fields = append(faults, found...), fields+n
		return err
	}))
	assert.Empty(t, faults)
	assert.Greater(t, fields, 100, "the scan sees the fields of the rooms")
}

func TestLostNoughtsAreFound(t *testing.T) {
	const source = `package room
import hall "github.com/tandem-go/tandem"
type State struct {
	Lost    hall.Money     ` + "`json:\"lost,omitzero\"`" + `
	Gone    hall.Quantity  ` + "`json:\"gone,string,omitzero\"`" + `
	Kept    hall.Price     ` + "`json:\"kept\"`" + `
	Omitted hall.Date      ` + "`json:\"omitted,omitzero\"`" + `
	Pointer *hall.Money    ` + "`json:\"pointer,omitzero\"`" + `
	Inner   struct {
		Price hall.Price ` + "`json:\"price,omitzero\"`" + `
	} ` + "`json:\"inner,omitzero\"`" + `
}`
	faults, fields, err := lostNoughts("room.go", source)
	require.NoError(t, err)
	assert.Equal(t, 4, fields)
	assert.Equal(t, []string{
		"room.go:4: a Money of nought would be left out",
		"room.go:5: a Quantity of nought would be left out",
		"room.go:10: a Price of nought would be left out",
	}, faults)
}

// lostNoughts finds the struct fields of type Money, Quantity and Price of one
// file whose tag is `omitzero`, and counts the fields of these types.
func lostNoughts(file string, source any) (faults []string, fields int, err error) {
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, 0, err
	}
	hall := hallName(parsed)
	ast.Inspect(parsed, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok || field.Tag == nil {
			return true
		}
		name := hallType(field.Type, hall)
		if !slices.Contains([]string{"Money", "Quantity", "Price"}, name) {
			return true
		}
		fields++
		tag, err := strconv.Unquote(field.Tag.Value)
		if err == nil && slices.Contains(strings.Split(reflect.StructTag(tag).Get("json"), ",")[1:], "omitzero") {
			faults = append(faults, fmt.Sprintf("%s: a %s of nought would be left out", positionOf(set, field), name))
		}
		return true
	})
	return faults, fields, nil
}

func positionOf(set *token.FileSet, n ast.Node) string {
	at := set.Position(n.Pos())
	return fmt.Sprintf("%s:%d", at.Filename, at.Line)
}

// hallName gives the name by which a file speaks of the hall, "." in the hall itself.
func hallName(file *ast.File) string {
	for _, i := range file.Imports {
		if i.Path.Value == strconv.Quote(modulePath) {
			if i.Name != nil {
				return i.Name.Name
			}
			return "tandem"
		}
	}
	if file.Name.Name == "tandem" {
		return "."
	}
	return ""
}

// hallType gives the name of a type of the hall, "" for any other.
func hallType(e ast.Expr, hall string) string {
	switch e := e.(type) {
	case *ast.Ident:
		if hall == "." {
			return e.Name
		}
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok && x.Name == hall {
			return e.Sel.Name
		}
	}
	return ""
}
