package books_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/books"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/integration/store"
)

const never = math.MaxInt64

// life tells a story in a process that is killed at a commit, on a database that outlives it.
func life(t *testing.T, d *database, file *retail.File, cfg story.Config, killAt int64, loses bool) (*report.Figures, error) {
	t.Helper()
	s, err := store.Open(d.process(killAt, loses), "wholesaler", store.Options{})
	require.NoError(t, err)
	cfg.Zone = london(t)
	b, err := books.New(context.Background(), books.Config{Store: s, Story: "test", Zone: cfg.Zone, Engine: cfg.Engine})
	if err != nil {
		return nil, err
	}
	return story.Run(context.Background(), file, b, cfg)
}

// undisturbed tells a story once, and gives what must come out of every other telling.
func undisturbed(t *testing.T, file *retail.File, cfg story.Config, forgets bool) (figures string, content map[string]string, commits int64) {
	t.Helper()
	d := newDatabase(forgets)
	f, err := life(t, d, file, cfg, never, false)
	require.NoError(t, err)
	require.Empty(t, f.Failed())
	return written(t, f), d.content(t), d.commits.Load()
}

func written(t *testing.T, f *report.Figures) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, f.WriteJSON(&out))
	return out.String()
}

// killed tells a story in as many lives as it takes. next gives the commit of each life at which it ends.
func killed(t *testing.T, d *database, file *retail.File, cfg story.Config, loses bool, next func(life int) int64) (figures string, lives int) {
	t.Helper()
	for {
		lives++
		f, err := life(t, d, file, cfg, next(lives), loses)
		if err == nil {
			require.Empty(t, f.Failed())
			return written(t, f), lives
		}
		require.ErrorIs(t, err, errKilled)
	}
}

// same holds what a database has against what it must have.
func same(t *testing.T, want, got map[string]string) {
	t.Helper()
	missing, more := 0, 0
	for k, v := range want {
		if got[k] != v && missing < 5 {
			missing++
			assert.Equal(t, v, got[k], k)
		}
	}
	for k, v := range got {
		if _, known := want[k]; !known && more < 5 {
			more++
			assert.Fail(t, "too much", "%s: %s", k, v)
		}
	}
	require.Len(t, got, len(want))
}

// weeks gives the trade of some weeks around the cut, with all that may happen.
func weeks(t *testing.T) *retail.File {
	t.Helper()
	file, err := demo()
	require.NoError(t, err)
	from, until := day(t, "2011-05-16"), day(t, "2011-07-03")
	part, err := file.Select(func(r *retail.Row) bool {
		return !r.Day.Before(from) && r.Day.Before(until) && len(r.Invoice)*7%3 >= 0 && (int(r.Invoice[len(r.Invoice)-1])%2 == 0 || r.Invoice[0] == 'C')
	})
	require.NoError(t, err)
	return part
}

func day(t *testing.T, s string) tandem.Date {
	t.Helper()
	d, err := tandem.ParseDate(s)
	require.NoError(t, err)
	return d
}

func TestScratch(t *testing.T) {
	file := weeks(t)
	f, content, commits := undisturbed(t, file, story.Config{}, false)
	t.Log(len(file.Rows), len(content), commits, len(f))
	f2, content2, commits2 := undisturbed(t, file, story.Config{}, false)
	assert.Equal(t, f, f2)
	t.Log(commits2)
	same(t, content, content2)
	seed := rand.Uint64()
	t.Log("seed", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	d := newDatabase(false)
	got, lives := killed(t, d, file, story.Config{}, false, func(int) int64 { return 1 + r.Int64N(commits/5) })
	t.Log(lives)
	assert.Equal(t, f, got)
	same(t, content, d.content(t))
	_ = fmt.Sprint
}
