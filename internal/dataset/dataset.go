// Package dataset opens the public data that tests and benchmarks compare with and that licences keep out of the
// project. The folder is named by the environment variable TANDEM_DATA; without it, it is the folder shared/data beside
// the project or above it. A test whose data is not there skips and says so.
package dataset

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Read gives the content of a file, such as "m3", "m3.csv.gz", unpacked if its name ends in .gz.
func Read(t testing.TB, name ...string) []byte {
	t.Helper()
	path := find(filepath.Join(name...))
	if path == "" {
		t.Skipf("the data %s is not here: TANDEM_DATA names the folder that holds it", filepath.Join(name...))
	}
	content, err := os.ReadFile(path)
	if err == nil && strings.HasSuffix(path, ".gz") {
		var packed *gzip.Reader
		if packed, err = gzip.NewReader(bytes.NewReader(content)); err == nil {
			content, err = io.ReadAll(packed)
		}
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return content
}

func find(name string) string {
	if root := os.Getenv("TANDEM_DATA"); root != "" {
		return existing(filepath.Join(root, name))
	}
	folder, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		if path := existing(filepath.Join(folder, "shared", "data", name)); path != "" {
			return path
		}
		above := filepath.Dir(folder)
		if above == folder {
			return ""
		}
		folder = above
	}
}

func existing(path string) string {
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}
