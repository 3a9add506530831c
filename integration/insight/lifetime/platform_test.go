package lifetime_test

import (
	"os"
	"os/exec"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// The same result on every platform: no package may leave the compiler a product to
// fuse with a sum. On arm64 it fuses wherever it may, so that its code is read for such
// instructions.
func TestNothingIsFused(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles for another platform")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skipf("no go command: %v", err)
	}
	const room = "github.com/tandem-go/tandem/integration/insight/lifetime"
	for _, pkg := range []string{room, room + "/repeat", room + "/spend"} {
		build := exec.Command("go", "build", "-gcflags="+pkg+"=-S", pkg)
		build.Env = append(os.Environ(), "GOARCH=arm64", "CGO_ENABLED=0")
		out, err := build.CombinedOutput()
		if err != nil {
			t.Skipf("cannot compile for arm64: %v", err)
		}
		require.Empty(t, regexp.MustCompile(`\S+\.go:\d+\)\s+FN?M(ADD|SUB)[DS].*`).FindAllString(string(out), -1), pkg)
	}
}
