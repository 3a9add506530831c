package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/data"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/command"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/integration/store/sql/pgtest"
)

// tested are the engines of the program, and the journal.
func tested() map[string]engine {
	all := engines()
	all["journal"] = engine{shape: "journal:file", open: openJournal}
	return all
}

// asProgram is set where the test binary is to be the program, so that it can be killed.
const asProgram = "DATABASE_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		program(tested()).Main()
	}
	os.Exit(m.Run())
}

// empties gives the addresses of empty databases, on which the program is killed: a
// journal, a file of SQLite, a private PostgreSQL where it is installed, and those that
// the environment names.
func empties(t *testing.T) []string {
	t.Helper()
	addresses := []string{"journal:" + filepath.Join(t.TempDir(), "trade.journal"), "sqlite:" + filepath.Join(t.TempDir(), "trade.db")}
	server, err := pgtest.Start(t.Context())
	if errors.Is(err, pgtest.ErrNotInstalled) && os.Getenv(pgtest.Require) == "" {
		t.Log(err)
	} else {
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, server.Stop()) })
		url, err := server.Create(t.Context(), "trade")
		require.NoError(t, err)
		addresses = append(addresses, url)
	}
	return append(addresses, strings.Fields(os.Getenv("DATABASE_STORES"))...)
}

func run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = program(tested()).Run(context.Background(), args, &out, &errs)
	return code, out.String(), errs.String()
}

// weeks writes some of the trade of a few weeks around the beginning of phase 2 to a file.
func weeks(t *testing.T) (path string) {
	t.Helper()
	packed, err := gzip.NewReader(data.Demo())
	require.NoError(t, err)
	path = filepath.Join(t.TempDir(), "weeks.csv")
	var out strings.Builder
	for lines := bufio.NewScanner(packed); lines.Scan(); {
		row := lines.Text()
		invoice, _, _ := strings.Cut(row, ",")
		in := strings.Contains(row, ",2011-05-2") || strings.Contains(row, ",2011-05-3") || strings.Contains(row, ",2011-06-0")
		if out.Len() == 0 || in && (invoice[0] == 'C' || strings.Contains(invoices, invoice[len(invoice)-1:])) {
			out.WriteString(row + "\n")
		}
	}
	require.Greater(t, strings.Count(out.String(), "\n"), 200*len(invoices))
	require.NoError(t, os.WriteFile(path, []byte(out.String()), 0o600))
	return path
}

// figures gives the object of a run without what was measured.
func figures(t *testing.T, stdout string) map[string]any {
	t.Helper()
	var object map[string]any
	require.NoError(t, json.Unmarshal([]byte(stdout), &object), stdout)
	delete(object, "rows_per_second")
	delete(object, "peak_bytes")
	return object
}

// kills is how often the program is killed at least; more often until it has come past a first day.
const kills = 7

// goesOn is what a life says that found what one before it had told.
var goesOn = regexp.MustCompile("goes on from|has the story to its end")

// The program is killed, as by kill -9, at random moments, and started again. It ends with the figures of a run that
// nothing disturbed, and with those of a run in memory.
func TestKilledProgram(t *testing.T) {
	file := weeks(t)
	code, stdout, stderr := run(t, "-store", "memory:", "-data", file, "-json")
	require.Equal(t, command.ExitOK, code, stderr)
	want := figures(t, stdout)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for _, address := range empties(t) {
		died, said, longest := 0, "", 150*time.Millisecond
		for stdout = ""; stdout == ""; {
			var after time.Duration
			if died < kills || !goesOn.MatchString(said) {
				after = time.Millisecond + time.Duration(r.Int64N(int64(longest)))
			}
			before := said
			if stdout, said = life(t, after, "-store", address, "-data", file, "-json"); said == before {
				longest *= 2 // too short here for a day
			}
			if stdout == "" {
				died++
			}
			t.Log(said)
		}
		assert.Equal(t, want, figures(t, stdout), address)
		assert.Positive(t, died, "it was never killed")
		assert.Regexp(t, goesOn, said, "the last life found what those before had told")
		again, said := life(t, 0, "-store", address, "-data", file, "-json")
		assert.Equal(t, want, figures(t, again), "told once more")
		assert.Contains(t, said, "has the story to its end")
	}
}

// life starts the program, kills it so long after it has said where it begins (nought: not at all), and gives what it
// said then, and what it wrote to stdout if it came to its end.
func life(t *testing.T, killAfter time.Duration, args ...string) (stdout, said string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	var out bytes.Buffer
	cmd.Stdout = &out
	stderr, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewReader(stderr)
	said, err = lines.ReadString('\n')
	require.NoError(t, err)
	rest := make(chan string)
	go func() {
		text, _ := io.ReadAll(lines)
		rest <- string(text)
	}()
	if killAfter > 0 {
		time.Sleep(killAfter)
		_ = cmd.Process.Kill() // it may have come to its end
	}
	text := <-rest
	if err := cmd.Wait(); err != nil {
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
		require.Equal(t, -1, exit.ExitCode(), "it ended by itself: %s%s", said, text)
		return "", strings.TrimSpace(said)
	}
	return out.String(), strings.TrimSpace(said)
}

// A database that has the books of one story takes no other.
func TestAnotherStory(t *testing.T) {
	address := "journal:" + filepath.Join(t.TempDir(), "trade.journal")
	file := filepath.Join(t.TempDir(), "one.csv")
	head := "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
	require.NoError(t, os.WriteFile(file, []byte(head+"1,10002,x,10,2011-06-03 10:00,1.00,12340,United Kingdom\n2,10002,x,1,2011-06-04 10:00,1.00,12341,Norway\n"), 0o600))
	code, _, stderr := run(t, "-store", address, "-data", file)
	require.Equal(t, command.ExitOK, code, stderr)
	assert.Contains(t, stderr, "begins the story with 2011-06-03")
	changed := filepath.Join(t.TempDir(), "changed.csv")
	require.NoError(t, os.WriteFile(changed, []byte(head+"1,10002,x,11,2011-06-03 10:00,1.00,12340,United Kingdom\n"), 0o600))
	for name, args := range map[string][]string{"rows": {"-data", changed}, "seed": {"-data", file, "-seed", "x"}, "price": {"-data", file, "-price", "engine"},
		"customers": {"-data", file, "-customers", "12340"}, "policy": {"-data", file, "-replenish", "insight"}} {
		code, stdout, stderr := run(t, append(args, "-store", address)...)
		assert.Equal(t, command.ExitMalformed, code, name)
		assert.Empty(t, stdout, name)
		assert.Contains(t, stderr, "another story", name)
	}
	renamed := filepath.Join(t.TempDir(), "renamed.csv")
	require.NoError(t, os.Link(file, renamed))
	code, _, stderr = run(t, "-store", address, "-data", renamed)
	assert.Equal(t, command.ExitOK, code, "the name of the file is none of the story")
	assert.Contains(t, stderr, "has the story to its end")
}

func TestAddressesThatCannotBe(t *testing.T) {
	for address, want := range map[string]string{
		"trade.db": "no such database; there is journal:file, memory:", "nothing:x": "-store nothing:x: no such database",
		"oracle://me:secret@host/x": "-store oracle://me:xxxxx@host/x: no such database",
		"oracle:me secret@host%zz":  "-store oracle:…: no such database",
		"sqlite:":                   "-store sqlite:: the file is missing", "sqlite::memory:": "memory: is for what ends with it",
		"sqlite://trade.db": "without //", "sqlite:///tmp/trade.db": "without //",
		"postgres://me:secret@host:port/x": "-store postgres:…: ", "postgres://me:secret@host%zz/x": "-store postgres:…: ",
		"postgres://me:secret@host/x?pool_max_conns=many": "-store postgres://me:xxxxx@host/x?pool_max_conns=many: ",
	} {
		code, stdout, stderr := run(t, "-store", address)
		assert.Equal(t, command.ExitMalformed, code, address)
		assert.Empty(t, stdout)
		assert.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
		assert.Contains(t, stderr, want)
		assert.NotContains(t, stderr, "secret")
	}
	code, _, stderr := run(t, "-store", "journal:"+filepath.Join(t.TempDir(), "no", "such", "folder"))
	assert.Equal(t, command.ExitFailed, code)
	assert.Contains(t, stderr, "no such file or directory")
}

func TestBegun(t *testing.T) {
	first, err := tandem.ParseDate("2011-06-03")
	require.NoError(t, err)
	assert.Equal(t, "begins the story with 2011-06-03, the first of 9 days", begun(story.Begun{Days: 9, Day: first}))
	assert.Equal(t, "has 2 of 9 days: the story goes on from 2011-06-05", begun(story.Begun{Ended: 2, Days: 9, Day: first.AddDays(2)}))
	assert.Equal(t, "has the story to its end: its figures are gathered again", begun(story.Begun{Ended: 9, Days: 9, Day: first.AddDays(9)}))
}
