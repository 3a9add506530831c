package churn_test

import (
	"os"
	"os/exec"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// The same result on every platform: the compiler may fuse no product with a sum,
// which on arm64 it does wherever it may, so that its code is read for that.
func TestNothingIsFused(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles for another platform")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skipf("no go command: %v", err)
	}
	const room = "github.com/tandem-go/tandem/integration/insight/lifetime/"
	for _, pkg := range []string{"churn", "churn/logistic", "churn/calibration", "survival", "contract"} {
		build := exec.Command("go", "build", "-gcflags="+room+pkg+"=-S", room+pkg)
		build.Env = append(os.Environ(), "GOARCH=arm64", "CGO_ENABLED=0")
		out, err := build.CombinedOutput()
		if err != nil {
			t.Skipf("cannot compile for arm64: %v", err)
		}
		require.Empty(t, regexp.MustCompile(`\S+\.go:\d+\)\s+FN?M(ADD|SUB)[DS].*`).FindAllString(string(out), -1), pkg)
	}
}
