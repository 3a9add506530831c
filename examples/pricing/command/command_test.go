package command_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/examples/pricing/command"
	"github.com/tandem-go/tandem/pricing"
)

var update = flag.Bool("update", false, "write the golden files")

// run runs the program and gives what it printed.
func run(t *testing.T, args ...string) (code int, out, faults string) {
	t.Helper()
	var stdout, stderr strings.Builder
	code = command.Run(args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path) //nolint:gosec // a file of the test's
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

func wellFormed(t *testing.T, picture string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(picture))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
	}
}

func TestStory(t *testing.T) {
	here := t.TempDir()
	before, err := filepath.Abs("testdata")
	require.NoError(t, err)
	t.Chdir(here)
	code, out, faults := run(t)
	require.Zero(t, code, faults)
	entries, err := os.ReadDir(here)
	require.NoError(t, err)
	assert.Empty(t, entries, "nothing is written")
	t.Chdir(filepath.Dir(before))
	golden(t, "story.txt", out)
}

func TestLines(t *testing.T) {
	for name, args := range map[string]string{
		"customer.txt": "-product 928 -quantity 2 -coupon WELCOME",
		"reseller.txt": "-quantity 41 -product 869 -segment reseller -date 2025-01-15",
		"contract.txt": "-quantity 20 -segment contract",
	} {
		code, out, faults := run(t, strings.Fields(args)...)
		require.Zero(t, code, faults)
		golden(t, name, out)
	}
}

func TestWhatIsAskedWrongly(t *testing.T) {
	for args, says := range map[string]string{
		"-product 1":                "there is no product 1",
		"-product 725":              "product 725 has no price on 2024-06-10",
		"-product 680":              "product 680 has no price history, and so no price",
		"-date 2021-01-01":          "product 707 has no price on 2021-01-01",
		"-date yesterday":           `-date "yesterday" is no date such as 2024-06-10`,
		"-quantity 0":               "-quantity must be 1 to 1000000, not 0",
		"-quantity -3":              "-quantity must be 1 to 1000000, not -3",
		"-quantity 1.5":             "invalid value",
		"-segment gold":             `-segment must be customer, reseller or contract, not "gold"`,
		"-svg a -html a":            "-svg and -html name the same file",
		"-svg=":                     "-svg is given and empty",
		"-what":                     "flag provided but not defined",
		"more":                      `unexpected argument "more"`,
		"-html x.html -product 680": "product 680 has no price history",
	} {
		code, out, faults := run(t, strings.Fields(args)...)
		assert.Equal(t, command.ExitMalformed, code, args)
		assert.Empty(t, out, args)
		assert.Contains(t, faults, says, args)
		assert.Equal(t, 1, strings.Count(faults, "\n"), "one line: %s", faults)
	}
	assert.NoFileExists(t, "x.html")
}

func TestFileThatCannotBeWritten(t *testing.T) {
	code, out, faults := run(t, "-svg", filepath.Join(t.TempDir(), "no", "such.svg"))
	assert.Equal(t, command.ExitFailed, code)
	assert.Empty(t, out)
	assert.Contains(t, faults, "such.svg")
}

func TestHelp(t *testing.T) {
	code, out, faults := run(t, "-h")
	assert.Zero(t, code)
	assert.Empty(t, out)
	assert.Contains(t, faults, "-segment who")
}

// The JSON of a line reads back: the request prices again to the result, and the
// waterfall is sound.
func TestJSON(t *testing.T) {
	code, out, faults := run(t, "-json", "-quantity", "20", "-segment", "reseller")
	require.Zero(t, code, faults)
	var line struct {
		Request pricing.Request `json:"request"`
		Result  pricing.Result  `json:"result"`
	}
	require.NoError(t, json.Unmarshal([]byte(out), &line))
	require.NoError(t, line.Result.Lines[0].Waterfall.Validate())
	assert.Equal(t, "339.06 USD", line.Result.Total.String())
	code, out, faults = run(t, "-json")
	require.Zero(t, code, faults)
	var story struct {
		Book struct {
			Products       int   `json:"products"`
			Contradictions []any `json:"contradictions"`
		} `json:"book"`
		Order struct {
			Result pricing.Result `json:"result"`
		} `json:"order"`
	}
	require.NoError(t, json.Unmarshal([]byte(out), &story))
	assert.Equal(t, 304, story.Book.Products)
	assert.Len(t, story.Book.Contradictions, 12)
	assert.Len(t, story.Order.Result.Approvals, 1)
}

func TestPictures(t *testing.T) {
	dir := t.TempDir()
	svg, page := filepath.Join(dir, "a.svg"), filepath.Join(dir, "a.html")
	code, _, faults := run(t, "-svg", svg, "-html", page)
	require.Zero(t, code, faults)
	picture, err := os.ReadFile(svg) //nolint:gosec // a file of the test's
	require.NoError(t, err)
	wellFormed(t, string(picture))
	assert.Contains(t, string(picture), "20 × Sport-100 Helmet, Red (707)")
	text, err := os.ReadFile(page) //nolint:gosec // a file of the test's
	require.NoError(t, err)
	assert.Equal(t, 9, strings.Count(string(text), `<svg class="tw"`), "eight waterfalls and the history")
	for _, says := range []string{"Needs an approval.", "another saves more on the line: Mountain Tire Sale", "the contract lets no promotion fall on the line",
		`<td class="n bad">5.2592</td>`, "72 of 72", "List price and cost of HL Road Frame - Red, 44 (718)"} {
		assert.Contains(t, string(text), says)
	}
	for _, outside := range []string{"http://", "https://", "src=", "<script"} {
		assert.NotContains(t, strings.ReplaceAll(string(text), "http://www.w3.org/2000/svg", ""), outside, "the page stands alone")
	}
}
