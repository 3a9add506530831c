package tandem_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The same result on every platform: no package of insight, nor the arithmetic below it, may leave the compiler a
// product to fuse with a sum. On arm64 it fuses wherever it may, so that its code is read for such instructions.
func TestNothingIsFused(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles for another platform")
	}
	const module = "github.com/tandem-go/tandem/"
	list, err := exec.Command("go", "list", module+"internal/float", module+"integration/insight/...").Output()
	if err != nil {
		t.Skipf("no go command that lists the packages: %v", err)
	}
	packages := strings.Fields(string(list))
	require.Greater(t, len(packages), 20)
	build := exec.Command("go", append([]string{"build", "-gcflags=" + module + "integration/insight/...=-S", "-gcflags=" + module + "internal/float=-S"}, packages...)...)
	build.Env = append(os.Environ(), "GOARCH=arm64", "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	if err != nil {
		t.Skipf("cannot compile for arm64: %v", err)
	}
	require.Contains(t, string(out), "STEXT", "the compiler lists its code")
	require.Empty(t, regexp.MustCompile(`\S+\.go:\d+\)\s+FN?M(ADD|SUB)[DS].*`).FindAllString(string(out), -1))
}
