package tandem_test

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	return string(text)
}

// blocks gives the code blocks of a language.
func blocks(text, language string) (out []string) {
	for rest := text; ; {
		_, after, found := strings.Cut(rest, "\n```"+language+"\n")
		if !found {
			return out
		}
		block, behind, _ := strings.Cut(after, "\n```")
		out, rest = append(out, block+"\n"), behind
	}
}

func TestReadmeShowsTheQuickstart(t *testing.T) {
	main, err := os.ReadFile("examples/quickstart/main.go")
	require.NoError(t, err)
	assert.Equal(t, string(main), blocks(readme(t), "go")[0])
}

func TestReadmeBeginsWithTheTwoCommands(t *testing.T) {
	var commands []string
	for _, line := range strings.Split(strings.TrimSpace(blocks(readme(t), "sh")[0]), "\n") {
		command, _, _ := strings.Cut(line, "#")
		commands = append(commands, strings.TrimSpace(command))
	}
	assert.Equal(t, []string{"go run ./examples/wholesaler", "go test work"}, commands)
}

// Every Go block of the README compiles, and its tests pass, in a module that is not this one.
func TestReadmeCompiles(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	root, err := os.Getwd()
	require.NoError(t, err)
	dir, known := t.TempDir(), map[string]string{}
	for _, p := range packages(t) {
		if p == "." {
			known["tandem"] = modulePath
		} else {
			known[filepath.Base(p)] = modulePath + "/" + p
		}
	}
	for i, block := range blocks(readme(t), "go") {
		name := filepath.Join(dir, fmt.Sprintf("block%d", i), "block.go")
		if strings.Contains(block, "*testing.T") {
			name = strings.TrimSuffix(name, ".go") + "_test.go"
		}
		if !strings.HasPrefix(block, "package ") && !strings.Contains(block, "\npackage ") {
			block = withImports(t, block, known)
		}
		formatted, err := format.Source([]byte(block))
		require.NoError(t, err, block)
		assert.Equal(t, string(formatted), block, "the block is formatted")
		require.NoError(t, os.Mkdir(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(block), 0o644))
	}
	mod, err := os.ReadFile("go.mod")
	require.NoError(t, err)
	_, requires, _ := strings.Cut(string(mod), "\n\n")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.org/host\n\n"+requires+
		"\nrequire "+modulePath+" v0.0.0\n\nreplace "+modulePath+" => "+root+"\n"), 0o644))
	sum, err := os.ReadFile("go.sum")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o644))
	for _, run := range []string{"vet", "test"} { // its tests pass, too
		command := exec.Command("go", run, "./...")
		command.Dir = dir
		command.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "GOPROXY=off")
		out, err := command.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
}

// withImports makes a file of declarations: it imports what they name.
func withImports(t *testing.T, block string, known map[string]string) string {
	t.Helper()
	for _, std := range []string{"context", "fmt", "iter", "slices", "sync", "testing"} {
		known[std] = std
	}
	file, err := parser.ParseFile(token.NewFileSet(), "block.go", "package host\n"+block, 0)
	require.NoError(t, err, block)
	var imports []string
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Obj == nil && known[x.Name] != "" {
				imports = append(imports, fmt.Sprintf("\t%q\n", known[x.Name]))
			}
		}
		return true
	})
	slices.Sort(imports)
	return "package host\n\nimport (\n" + strings.Join(slices.Compact(imports), "") + ")\n\n" + block
}

// The README says for each accessor which methods the processes call.
func TestReadmeKnowsWhatProcessesCall(t *testing.T) {
	methods := map[string][]string{}
	for _, m := range sources(t, regexp.MustCompile(`func \(b \*Bundle\) ([A-Z]\w+)\(\) \w+\.`), "integration/store") {
		if m[1] != "Commands" && m[1] != "Outbox" && m[1] != "Numbers" { // the unit of work's own
			methods[m[1]] = nil
		}
	}
	for _, m := range sources(t, regexp.MustCompile(`\.([A-Z]\w+)\(\)\.([A-Z]\w+)\(`), "integration/ordertocash", "integration/warehouse", "integration/recordtoreport", "integration/customer360") {
		if called, accessor := methods[m[1]]; accessor && !slices.Contains(called, m[2]) {
			methods[m[1]] = append(called, m[2])
		}
	}
	called := map[string]string{}
	for accessor, names := range methods {
		slices.Sort(names)
		called[accessor] = "none"
		if len(names) > 0 {
			called[accessor] = "`" + strings.Join(names, "`, `") + "`"
		}
	}
	_, table, _ := strings.Cut(readme(t), "\n| methods | accessors |\n|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	said := map[string]string{}
	for _, row := range strings.Split(table, "\n") {
		cells := strings.Split(strings.Trim(row, "| "), " | ")
		for _, accessor := range strings.Split(cells[1], ", ") {
			said[strings.Trim(accessor, "`")] = cells[0]
		}
	}
	assert.Equal(t, called, said)
}

// sources gives what a pattern finds in the Go files of some packages, tests left out.
func sources(t *testing.T, pattern *regexp.Regexp, packages ...string) (found [][]string) {
	t.Helper()
	for _, p := range packages {
		files, err := filepath.Glob(p + "/*.go")
		require.NoError(t, err)
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			found = append(found, pattern.FindAllStringSubmatch(string(text), -1)...)
		}
	}
	return found
}

// The map has every package of the library, once, and no other.
func TestReadmeMapsEveryPackage(t *testing.T) {
	row := regexp.MustCompile("(?m)^\\| \\[`([a-z0-9/]+)`\\]\\(([a-z0-9/.]+)\\) \\| (.+) \\|$")
	var mapped []string
	for _, m := range row.FindAllStringSubmatch(readme(t), -1) {
		assert.True(t, m[1] == m[2] || m[1] == "tandem" && m[2] == ".", m[0])
		mapped = append(mapped, m[2])
	}
	assert.ElementsMatch(t, packages(t), mapped)
	changes, err := os.ReadFile("CHANGELOG.md")
	require.NoError(t, err)
	for _, p := range mapped {
		if p != "." {
			assert.True(t, strings.Contains(string(changes), "`"+p+"`"), "the changelog names %s", p)
		}
	}
}

// What is linked is there; what is said to be proved by a test is a test.
func TestReadmeLinksLeadSomewhere(t *testing.T) {
	tests, prose := 0, readme(t)
	for _, block := range blocks(prose, "go") {
		prose = strings.Replace(prose, block, "", 1)
	}
	for _, m := range regexp.MustCompile(`\[([^\]]+)\]\(([^)]+)\)`).FindAllStringSubmatch(prose, -1) {
		if strings.Contains(m[2], "://") {
			continue
		}
		text, err := os.ReadFile(m[2])
		if strings.HasSuffix(m[2], "_test.go") {
			tests++
			require.NoError(t, err)
			assert.Contains(t, string(text), "\nfunc "+m[1]+"(t *testing.T)", m[2])
			continue
		}
		_, err = os.Stat(m[2])
		assert.NoError(t, err, m[0])
	}
	assert.Greater(t, tests, 10)
}
