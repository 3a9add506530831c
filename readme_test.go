package tandem_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	return string(text)
}

// goBlocks gives the Go code of the README, freed of the indentation of lists.
func goBlocks(text string) []string {
	var blocks []string
	for _, m := range regexp.MustCompile("(?ms)^( *)```go\n(.*?)^ *```").FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, regexp.MustCompile("(?m)^"+m[1]).ReplaceAllString(m[2], ""))
	}
	return blocks
}

func TestTheQuickstartOfTheReadmeIsTheExample(t *testing.T) {
	source, err := os.ReadFile("examples/quickstart/main.go")
	require.NoError(t, err)
	require.LessOrEqual(t, strings.Count(string(source), "\n"), 80, "the quickstart is at most 80 lines")
	blocks := goBlocks(readme(t))
	require.NotEmpty(t, blocks)
	require.Equal(t, strings.TrimSpace(string(source)), strings.TrimSpace(blocks[0]))
}

// Every other block is a declaration of its own; it is compiled as a package that
// exists only for the compiler.
func TestEveryBlockOfTheReadmeCompiles(t *testing.T) {
	packages := map[string]string{"context": "context", "testing": "testing"}
	for _, path := range publicPackages(t) {
		packages[path[strings.LastIndex(path, "/")+1:]] = path
	}
	root, err := os.Getwd()
	require.NoError(t, err)
	for i, block := range goBlocks(readme(t))[1:] {
		var source strings.Builder
		source.WriteString("package readmeblock\n\nimport (\n")
		for name, path := range packages {
			if regexp.MustCompile(`\b` + name + `\.[A-Z]`).MatchString(block) {
				fmt.Fprintf(&source, "\t%q\n", path)
			}
		}
		source.WriteString(")\n\n" + block)
		dir := t.TempDir()
		file, overlay := filepath.Join(dir, "block.go"), filepath.Join(dir, "overlay.json")
		require.NoError(t, os.WriteFile(file, []byte(source.String()), 0o600))
		replace, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(root, "internal", "readmeblock", "block.go"): file}})
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(overlay, replace, 0o600))
		out, err := exec.Command("go", "build", "-overlay", overlay, "-o", os.DevNull, "./internal/readmeblock").CombinedOutput()
		require.NoError(t, err, "block %d of README.md:\n%s\n%s", i+2, block, out)
	}
}

// publicPackages gives the import paths of the module's packages that hosts may import.
func publicPackages(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "./...").Output()
	require.NoError(t, err)
	var paths []string
	for _, path := range strings.Fields(string(out)) {
		if !strings.Contains(path, "/internal/") {
			paths = append(paths, path)
		}
	}
	require.NotEmpty(t, paths)
	return paths
}

func TestTheMapOfTheReadmeHasEveryPackage(t *testing.T) {
	text := readme(t)
	for _, path := range publicPackages(t) {
		name := strings.TrimPrefix(strings.TrimPrefix(path, modulePath), "/")
		if name == "" {
			name = "tandem"
		}
		require.Contains(t, text, "`"+name+"`", "the README's map lacks a package")
	}
}
