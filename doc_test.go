package tandem_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// packages lists the directories of the packages, `.` first, those of nested modules
// too; those of internal and of examples are left out.
func packages(t *testing.T) []string {
	t.Helper()
	var out []string
	require.NoError(t, filepath.WalkDir(".", func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		name := d.Name()
		if dir != "." && (dir == "examples" || name[0] == '.' || name[0] == '_' || name == "testdata" || name == "internal") {
			return fs.SkipDir
		}
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if slices.ContainsFunc(files, func(f string) bool { return !strings.HasSuffix(f, "_test.go") }) {
			out = append(out, filepath.ToSlash(dir))
		}
		return err
	}))
	return out
}

// parseFiles parses the Go files of a directory that keep says yes to.
func parseFiles(t *testing.T, dir string, keep func(name string) bool) []*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	var out []*ast.File
	for _, name := range names {
		if keep(name) {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
			require.NoError(t, err)
			out = append(out, file)
		}
	}
	return out
}

func isTest(name string) bool { return strings.HasSuffix(name, "_test.go") }

// Every package tells its story in one comment, and shows itself at work in an
// example that is run.
func TestEveryPackageTellsItsStory(t *testing.T) {
	for _, dir := range packages(t) {
		comments := 0
		for _, file := range parseFiles(t, dir, func(name string) bool { return !isTest(name) }) {
			if file.Doc != nil {
				comments++
				assert.True(t, strings.HasPrefix(file.Doc.Text(), "Package "+file.Name.Name+" "), dir)
			}
		}
		assert.Equal(t, 1, comments, "%s: one file has the package comment", dir)
		runnable := slices.ContainsFunc(doc.Examples(parseFiles(t, dir, isTest)...), func(e *doc.Example) bool {
			return e.Output != "" || e.EmptyOutput
		})
		assert.True(t, runnable, "%s: an Example with an // Output: comment", dir)
	}
}
