package command

import (
	"encoding/csv"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/internal/dataset"
)

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// ran is what a run of the program left.
type ran struct {
	code                                 int
	text, errors, forecasts, tests, page string
}

func run3(t *testing.T, input string, args ...string) ran {
	t.Helper()
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	if input != "" {
		require.NoError(t, os.WriteFile(path("in.csv"), []byte(input), 0o600))
		args = append(args, "-in", path("in.csv"))
	}
	args = append(args, "-out", path("out.csv"), "-tests", path("tests.csv"), "-report", path("page.html"))
	var out, faults strings.Builder
	r := ran{code: Run(args, strings.NewReader(""), &out, &faults)}
	r.text, r.errors = strings.ReplaceAll(out.String(), folder, ""), faults.String()
	for name, into := range map[string]*string{"out.csv": &r.forecasts, "tests.csv": &r.tests, "page.html": &r.page} {
		content, err := os.ReadFile(path(name))
		if !errors.Is(err, os.ErrNotExist) {
			require.NoError(t, err)
		}
		*into = string(content)
	}
	return r
}

// wellFormed reads the page as XML, but for what HTML does not close, and its script.
func wellFormed(t *testing.T, page string) {
	t.Helper()
	page = regexp.MustCompile(`(?s)<script>\n.*?</script>`).ReplaceAllString(page, "")
	page = strings.Replace(page, "<!DOCTYPE html>", "", 1)
	page = regexp.MustCompile(`<(meta|input)([^>]*)>`).ReplaceAllString(page, "<$1$2/>")
	d := xml.NewDecoder(strings.NewReader(page))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
		if s, ok := token.(xml.StartElement); ok {
			require.NotEqual(t, "script", s.Name.Local)
			for _, a := range s.Attr {
				require.NotContains(t, []string{"href", "src", "onload", "onclick"}, a.Name.Local, "nothing from outside")
			}
		}
	}
}

func rows(t *testing.T, text string) [][]string {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	return all
}

func TestSalesThatAreBuiltIn(t *testing.T) {
	got := run3(t, "")
	require.Zero(t, got.code)
	require.Empty(t, got.errors)
	golden(t, "weekly.txt", got.text)
	golden(t, "forecasts.csv", got.forecasts)
	golden(t, "tests.csv", got.tests)
	wellFormed(t, got.page)
	assert.Equal(t, 16, strings.Count(got.page, `<section class="card s">`))
	assert.Contains(t, got.page, "licensed under CC BY 4.0")
	require.Len(t, rows(t, got.forecasts), 1+16*8)
}

func TestWorkersChangeNothing(t *testing.T) {
	for _, method := range []string{"auto", "imapa", "combination"} {
		one := run3(t, "", "-method", method, "-seed", "7", "-workers", "1")
		four := run3(t, "", "-method", method, "-seed", "7", "-workers", "4")
		assert.Equal(t, one, four)
	}
}

// hostile names end attributes, elements, formulas and lines.
func TestHostileNames(t *testing.T) {
	names := []string{
		`<script>alert(1)</script>`, `" onload="alert(1)`, `=cmd|' /C calc'!A0`, `@SUM(A1)`, `-1`, `+1`, `</title></svg>`, `{{.Title}}`, "new\nline", `&amp;`, "\u202eright to left",
		strings.Repeat("long ", 150) + "name", "\x1b[31mred", `a,b;c"d`,
	}
	var input strings.Builder
	in := csv.NewWriter(&input)
	require.NoError(t, in.Write([]string{"series", "date", "value", "</script><b>=1"}))
	for _, n := range names {
		for month := 1; month <= 9; month++ {
			require.NoError(t, in.Write([]string{n, fmt.Sprintf("2024-%02d", month), strconv.Itoa(month * month % 7), strconv.Itoa(month % 2)}))
		}
	}
	in.Flush()
	got := run3(t, input.String(), "-method", "ses")
	require.Zero(t, got.code, got.errors)
	wellFormed(t, got.page)
	assert.False(t, strings.Contains(got.page, "<script>alert") || strings.Contains(got.page, `" onload`))
	assert.NotContains(t, got.text, "\x1b")
	for _, table := range []string{got.forecasts, got.tests} {
		for _, row := range rows(t, table)[1:] {
			for _, i := range []int{0, len(row) - 1} {
				assert.NotRegexp(t, `^\s*[=+@-]`, row[i])
			}
		}
	}
}

func TestHugeTinyAndOddHistories(t *testing.T) {
	input := "series,2020,2021,2022,2023,2024,2025\n" +
		"huge,1e15,-1e15,1e15,1e14,9e14,1e15\ntiny,1e-300,2e-300,1e-300,3e-300,1e-300,2e-300\nzero,0,0,0,0,0,0\nnone,,,,,,\none,,,5,,,\n" +
		"constant,7,7,7,7,7,7\nexploding,1,10,1e3,1e6,1e10,1e15\nlast,,,,,,3\n"
	for _, m := range forecast.Methods() {
		got := run3(t, input, "-method", string(m), "-levels", "0.5,0.8,0.95,0.999")
		require.Zero(t, got.code, got.errors)
		wellFormed(t, got.page)
		for _, text := range []string{got.page, got.forecasts, got.tests, got.text} {
			require.NotContains(t, text, "NaN")
			require.NotRegexp(t, `[+ >-]Inf\b`, text)
		}
		for _, row := range rows(t, got.forecasts)[1:] {
			for _, cell := range row[3:12] {
				_, err := strconv.ParseFloat(cell, 64)
				require.NoError(t, err)
			}
		}
	}
}

// The calendar ends with the year 9999, before the forecast does.
func TestTheEndOfTheCalendar(t *testing.T) {
	got := run3(t, "date,value\n9900-11,1\n9900-12,2\n", "-horizon", "2000")
	require.Zero(t, got.code, got.errors)
	wellFormed(t, got.page)
}

func TestFaultsCostTheirSeriesOnly(t *testing.T) {
	var input strings.Builder
	input.WriteString("series,2024-01,2024-02,2024-03\ngood,1,2,3\n")
	for i := range 30 {
		fmt.Fprintf(&input, "bad %d,1,x,3\n", i)
	}
	got := run3(t, input.String())
	assert.Equal(t, ExitMalformed, got.code)
	assert.Contains(t, got.errors, "in.csv: line 3, column 3 (bad 0): x is no number such as 1234.5\n")
	assert.Contains(t, got.errors, "… and 10 faults more\n")
	assert.Contains(t, got.errors, "30 faults; 30 series are not forecast, 1 are\n")
	assert.Len(t, rows(t, got.forecasts), 1+12)
	assert.Equal(t, 30, strings.Count(got.tests, ",fault,"))
	assert.Contains(t, got.page, "30 series with faults are not forecast: bad 0, bad 1")
	wellFormed(t, got.page)
}

func TestFlags(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"-h"}, ExitOK, "Exit codes"},
		{[]string{"-method", "magic", "-horizon", "-1", "-levels", "2", "-workers", "0"}, ExitMalformed, "-workers must be"},
		{[]string{"-levels", "0.8,0.8"}, ExitMalformed, "-levels has one twice"},
		{[]string{"-bucket", "hour"}, ExitMalformed, `-bucket "hour" is none of day, week`},
		{[]string{"-in", ""}, ExitMalformed, "-in is given and empty"},
		{[]string{"a.csv", "b.csv"}, ExitMalformed, `unexpected argument "b.csv"`},
		{[]string{"-in", "a.csv", "b.csv"}, ExitMalformed, `unexpected argument "b.csv"`},
		{[]string{"--", "a.csv", "-h"}, ExitMalformed, `unexpected argument "-h"`},
		{[]string{""}, ExitMalformed, `unexpected argument ""`},
		{[]string{"no/such.csv", "-horizon", "3"}, ExitMalformed, "no such file"},
		{[]string{"-in", "no/such.csv"}, ExitMalformed, "no such file"},
		{[]string{"-out", "x.csv", "-tests", "./x.csv"}, ExitMalformed, "-out and -tests name the same file"},
		{[]string{"-report", "-"}, ExitMalformed, "-report cannot be standard output"},
		{[]string{"-report", "no/such/page.html"}, ExitFailed, "no such file"},
	} {
		var out, faults strings.Builder
		assert.Equal(t, c.code, Run(c.args, strings.NewReader(""), &out, &faults), c.args)
		assert.Contains(t, faults.String(), c.says)
		assert.Empty(t, out.String())
	}
}

// A file may be named without -in, before the flags or after them.
func TestFileWithoutFlag(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sales.csv")
	require.NoError(t, os.WriteFile(path, []byte("date,value\n2024-01,2\n2024-02,2\n"), 0o600))
	var texts []string
	for _, args := range [][]string{
		{"-in", path, "-horizon", "2", "-out", "-"}, {path, "-horizon", "2", "-out", "-"}, {"-horizon", "2", "-out", "-", path},
		{"-horizon", "2", path, "-out", "-"}, {"-horizon", "2", "-out", "-", "--", path},
	} {
		var out, faults strings.Builder
		require.Zero(t, Run(args, strings.NewReader(""), &out, &faults), faults.String())
		texts = append(texts, out.String())
		assert.Equal(t, texts[0], out.String())
	}
	assert.Contains(t, texts[0], "2024-04")
}

// A page without series has no legend, no methods, and nothing to point at.
func TestPageWithoutSeries(t *testing.T) {
	got := run3(t, "series,date,value\na,2024-01,x\n")
	assert.Equal(t, ExitMalformed, got.code)
	wellFormed(t, got.page)
	assert.Contains(t, got.page, "Faults of the file")
	for _, text := range []string{"All 0 series", "Point at a step", "Methods that answer", `<div class="legend">`, "<h2>"} {
		assert.NotContains(t, got.page, text)
	}
	got = run3(t, "series,date,value\na,2024-01,1\n")
	assert.Contains(t, got.page, "Methods that answer")
	assert.Contains(t, got.page, `<div class="legend">`)
}

func TestStandardInputToStandardOutput(t *testing.T) {
	var out, faults strings.Builder
	args := []string{"-in", "-", "-out", "-", "-horizon", "2", "-levels", "0.9", "-method", "naive"}
	code := Run(args, strings.NewReader("date;pieces;value\n2024-01;1;2,5\n2024-02;2;2,5\n"), &out, &faults)
	assert.Zero(t, code, faults.String())
	assert.Equal(t, "series,step,date,point,lower_90,upper_90,method,model\n"+
		"value,1,2024-03,2.5,2.5,2.5,naive,naive\n"+
		"value,2,2024-04,2.5,2.5,2.5,naive,naive\n", out.String())
}

func TestLargestVolumeFirst(t *testing.T) {
	got := run3(t, "series,2023,2024\nsmall,1,1\nlarge,100,100\nmiddling,10,10\n", "-top", "2")
	assert.Contains(t, got.page, "2 of 3 series, largest volume first (-top and -order change that). All are in out.csv and tests.csv.")
	assert.Less(t, strings.Index(got.page, ">large<"), strings.Index(got.page, ">middling<"))
	assert.NotContains(t, got.page, ">small<")
}

func TestProgress(t *testing.T) {
	var out strings.Builder
	p := newProgress(&out, 3000)
	p.at(5, p.begun.Add(time.Second))
	assert.Empty(t, out.String(), "a short run says nothing")
	p.at(550, p.begun.Add(11*time.Second))
	p.at(600, p.begun.Add(12*time.Second))
	assert.Equal(t, "550 of 3000 forecasts (18 %), 50.0 a second, 49s left\n", out.String())
}

// Two hundred monthly series of the M3 competition, as a long file.
func TestManySeries(t *testing.T) {
	if testing.Short() {
		t.Skip("forecasts 200 series")
	}
	var input strings.Builder
	input.WriteString("series,date,value\n")
	_, lines, _ := strings.Cut(string(dataset.Read(t, "m3", "m3.csv.gz")), "\n")
	n := 0
	for line := range strings.Lines(lines) {
		f := strings.Split(strings.TrimSpace(line), ",")
		if f[1] != "MONTHLY" || f[6] != "train" || n == 200 {
			continue
		}
		n++
		start, err := strconv.ParseFloat(f[5], 64)
		require.NoError(t, err)
		for i, v := range strings.Split(f[7], ";") {
			month := int(12*start+0.5) + i
			fmt.Fprintf(&input, "%s,%04d-%02d,%s\n", f[0], month/12, month%12+1, v)
		}
	}
	got := run3(t, input.String(), "-horizon", "18", "-method", "theta")
	require.Zero(t, got.code, got.errors)
	assert.Len(t, rows(t, got.forecasts), 1+200*18)
	assert.Contains(t, got.page, "100 of 200 series, largest volume first")
	assert.Less(t, len(got.page), 2_000_000)
	wellFormed(t, got.page)
}
