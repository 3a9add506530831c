package books_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/books"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/integration/store"
)

// life tells a story in a process of its own, on a database that outlives it.
func life(t *testing.T, d *database, file *retail.File, cfg story.Config, death death) (*report.Figures, error) {
	t.Helper()
	s, err := store.Open(d.process(death), "wholesaler", store.Options{})
	require.NoError(t, err)
	cfg.Zone = london(t)
	ctx, cancel := context.WithCancel(context.Background())
	b, err := books.New(ctx, books.Config{Store: s, Story: "test", Zone: cfg.Zone, Engine: cfg.Engine})
	if err != nil {
		cancel()
		return nil, err
	}
	defer b.Leave()
	defer cancel()
	return story.Run(ctx, file, b, cfg)
}

func object(t *testing.T, f *report.Figures) string {
	t.Helper()
	require.Empty(t, f.Failed())
	var out bytes.Buffer
	require.NoError(t, f.WriteJSON(&out))
	return out.String()
}

// outcome is what a telling leaves: its figures, and all that the database has.
type outcome struct {
	figures         string
	content         map[string]string
	begins, commits int64
}

// undisturbed tells a story in one life.
func undisturbed(t *testing.T, file *retail.File, cfg story.Config, forgets bool) (o outcome, f *report.Figures) {
	t.Helper()
	d := newDatabase(forgets)
	f, err := life(t, d, file, cfg, death{})
	require.NoError(t, err)
	return outcome{object(t, f), d.content(t), d.begins.Load(), d.commits.Load()}, f
}

// killed tells a story in as many lives as it takes, and holds the outcome against that of an undisturbed one.
func killed(t *testing.T, want outcome, d *database, file *retail.File, cfg story.Config, next func(life int) death) (lives int) {
	t.Helper()
	for {
		lives++
		end := next(lives)
		f, err := life(t, d, file, cfg, end)
		if err == nil {
			require.Equal(t, want.figures, object(t, f), "after %d lives", lives)
			same(t, want.content, d.content(t))
			return lives
		}
		require.ErrorIs(t, err, errKilled, "life %d, to end at %+v", lives, end)
	}
}

// same holds what a database has against what it must have.
func same(t *testing.T, want, got map[string]string) {
	t.Helper()
	shown := 0
	for k, v := range want {
		if got[k] != v && shown < 5 {
			shown++
			assert.Equal(t, v, got[k], k)
		}
	}
	for k, v := range got {
		if _, known := want[k]; !known && shown < 10 {
			shown++
			assert.Fail(t, "too much", "%s: %s", k, v)
		}
	}
	require.Equal(t, len(want), len(got))
	require.Zero(t, shown)
}

// weeks gives some of the trade of four weeks around the cut, or of six: every cancellation, and the invoices whose
// number ends in a digit that leaves a rest when it is divided by four.
func weeks(t *testing.T, n int, rest byte) *retail.File {
	t.Helper()
	file, err := demo()
	require.NoError(t, err)
	from, err := tandem.ParseDate("2011-05-16")
	require.NoError(t, err)
	part, err := file.Select(func(r *retail.Row) bool {
		return !r.Day.Before(from) && r.Day.Before(from.AddDays(7*n)) && (r.Invoice[0] == 'C' || r.Invoice[len(r.Invoice)-1]%4 == rest)
	})
	require.NoError(t, err)
	return part
}

func chance(t *testing.T) *rand.Rand {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// Killed at any commit, before it or behind it with the reply lost, again and again: the story goes on, and ends as if
// nothing had been.
func TestKilledAgainAndAgain(t *testing.T) {
	for name, c := range map[string]struct {
		weeks          int
		rest           byte
		cfg            story.Config
		forgets, loses bool
		covers         func(*testing.T, *report.Figures)
	}{
		"before commits, events kept":    {weeks: 4, covers: hard},
		"replies lost, events forgotten": {weeks: 4, forgets: true, loses: true},
		"at the engine's prices":         {weeks: 6, rest: 3, cfg: story.Config{Engine: true, Seed: "7"}, forgets: true},
		"replies lost, events kept":      {weeks: 6, rest: 3, loses: true, covers: abroad},
		"two customers, replies lost":    {weeks: 4, cfg: story.Config{Customers: map[string]bool{"15150": true, "16550": true}, Seed: "x"}, loses: true, covers: some},
	} {
		t.Run(name, func(t *testing.T) {
			if raced { // fewer rows, since all takes longer
				c.weeks, c.rest, c.covers = 4, 3, nil
			}
			file := weeks(t, c.weeks, c.rest)
			want, f := undisturbed(t, file, c.cfg, c.forgets)
			if c.covers != nil {
				c.covers(t, f)
			}
			r := chance(t)
			lives := killed(t, want, newDatabase(c.forgets), file, c.cfg, func(int) death {
				return death{commit: 1 + r.Int64N(want.commits/3), loses: c.loses}
			})
			t.Logf("%d commits in %d lives", want.commits, lives)
			assert.Greater(t, lives, 2)
		})
	}
}

// hard makes sure that the weeks have what is hard, and abroad that they have every tax.
func hard(t *testing.T, f *report.Figures) {
	t.Helper()
	assert.Positive(t, f.BigLines, "bought to order")
	assert.Positive(t, f.WriteOffs.Applied)
	assert.Less(t, f.LinesAtOnce.Part, f.LinesAtOnce.Whole, "backorders")
	assert.Positive(t, f.Matching.SameDay, "cancelled before it left")
	assert.Positive(t, f.Matching.SamePricePart, "came back")
	assert.Positive(t, f.Matching.None, "credited without goods")
	assert.Len(t, f.Grades.Reviews, 1)
}

func some(t *testing.T, f *report.Figures) {
	t.Helper()
	assert.Positive(t, f.Orders)
	assert.Less(t, f.Rows, f.FileRows)
}

func abroad(t *testing.T, f *report.Figures) {
	t.Helper()
	net := byTreatment(f)
	for _, treatment := range []string{"20", "eu", "export"} {
		assert.NotZero(t, net[treatment], treatment)
	}
}

// Killed while it finds its way back, before it has done anything new: at a transaction, at the first commit, at the
// next one, and again.
func TestKilledOnItsWayBack(t *testing.T) {
	file := weeks(t, 4, 3)
	want, _ := undisturbed(t, file, story.Config{}, true)
	r := chance(t)
	d := newDatabase(true)
	deaths := []death{{commit: want.commits / 2}, {begin: 1}, {begin: 2 + r.Int64N(want.commits/4)}, {commit: 1}, {commit: 1, loses: true},
		{begin: want.commits / 8}, {commit: 2}, {commit: want.commits / 4, loses: true}, {begin: want.commits / 2}, {commit: 1, loses: true}, {commit: 1}}
	lives := killed(t, want, d, file, story.Config{}, func(life int) death {
		if life > len(deaths) {
			return death{}
		}
		return deaths[life-1]
	})
	assert.Equal(t, len(deaths)+1, lives)
}

// What a process had sent when it was killed may reach the database while the next one is at work, before that one comes
// to the same command, at the same time, or behind it: one of the two takes effect.
func TestCommitsArriveLate(t *testing.T) {
	file := weeks(t, 4, 3)
	want, _ := undisturbed(t, file, story.Config{}, true)
	r := chance(t)
	d := newDatabase(true)
	lives := killed(t, want, d, file, story.Config{}, func(life int) death {
		if life > 12 {
			return death{}
		}
		return death{commit: 1 + r.Int64N(want.commits/10), late: time.Microsecond << r.Int64N(18)}
	})
	t.Logf("%d of %d late commits were taken", d.landed.Load(), lives-1)
}

// A commit whose reply is lost while the process lives is sent again, and takes effect once.
func TestRepliesAreLost(t *testing.T) {
	file := weeks(t, 4, 3)
	want, _ := undisturbed(t, file, story.Config{}, false)
	for _, every := range []int64{2, 7} {
		assert.Equal(t, 1, killed(t, want, newDatabase(false), file, story.Config{}, func(int) death { return death{poor: every} }))
	}
}

// A story in which each of its few documents is hard, killed at one commit after the other (here at one of every few),
// in ever new databases.
func TestKilledAtEachCommit(t *testing.T) {
	file := hand(t,
		"1,10002,x,12,2011-05-26 10:00,1.00,12340,United Kingdom", "2,10002,x,6,2011-05-27 10:00,1.00,,France",
		"3,10002,x,30,2011-06-02 10:00,0.50,12340,United Kingdom", "3,POST,carriage,1,2011-06-02 10:00,4.00,12340,United Kingdom",
		"4,10002,x,40,2011-06-02 10:01,1.00,12342,Norway", "C5,10002,x,-10,2011-06-02 11:00,0.50,12340,United Kingdom",
		"6,10002,lost,-2,2011-06-02 12:00,0,,United Kingdom", "C7,10002,x,-3,2011-06-03 11:00,0.90,12340,United Kingdom",
		"C8,10002,x,-9,2011-06-03 12:00,2.00,12341,United Kingdom", "9,20000,new,2,2011-06-03 13:00,2.00,12341,Germany",
		"C10,BANK CHARGES,x,-1,2011-06-03 14:00,7.00,,United Kingdom")
	step := int64(5)
	if testing.Short() || raced {
		step = 40
	}
	for _, loses := range []bool{false, true} {
		want, f := undisturbed(t, file, story.Config{}, loses)
		require.Positive(t, f.Approvals)
		first := 1 + rand.Int64N(step)
		t.Logf("%d commits, every %d from %d", want.commits, step, first)
		for at := first; at <= want.commits; at += step {
			killed(t, want, newDatabase(loses), file, story.Config{}, func(life int) death {
				if life > 1 {
					return death{}
				}
				return death{commit: at, loses: loses}
			})
		}
	}
}

// A story that has ended is told from what is kept: the same figures, and nothing is written.
func TestAnEndedStoryIsToldAgain(t *testing.T) {
	file := weeks(t, 4, 3)
	d := newDatabase(true)
	f, err := life(t, d, file, story.Config{}, death{})
	require.NoError(t, err)
	first, content, commits := object(t, f), d.content(t), d.commits.Load()
	var begun []story.Begun
	f, err = life(t, d, file, story.Config{Begin: func(b story.Begun) { begun = append(begun, b) }}, death{})
	require.NoError(t, err)
	assert.Equal(t, first, object(t, f))
	assert.Equal(t, commits, d.commits.Load())
	same(t, content, d.content(t))
	require.Len(t, begun, 1)
	assert.Equal(t, begun[0].Days, begun[0].Ended)
}

// It is said from which day on a story goes on.
func TestBegun(t *testing.T) {
	file := hand(t, "1,10002,x,12,2011-05-02 10:00,1.00,12340,United Kingdom", "2,10002,x,12,2011-06-03 10:00,1.00,12341,United Kingdom")
	d := newDatabase(true)
	var begun []story.Begun
	days := 0
	cfg := story.Config{Begin: func(b story.Begun) { begun = append(begun, b) }, Tick: func(story.Progress) { days++ }}
	want, _ := undisturbed(t, file, story.Config{}, true)
	_, err := life(t, d, file, cfg, death{commit: want.commits / 2})
	require.ErrorIs(t, err, errKilled)
	ended := days
	_, err = life(t, d, file, cfg, death{})
	require.NoError(t, err)
	require.Len(t, begun, 2)
	all := story.End(file.Rows[1].Day).DaysSince(file.Rows[0].Day) + 1
	assert.Equal(t, story.Begun{Days: all, Day: file.Rows[0].Day}, begun[0])
	assert.Equal(t, story.Begun{Ended: ended, Days: all, Day: file.Rows[0].Day.AddDays(ended)}, begun[1])
}

// Books of one story are no place for another.
func TestAnotherStoryIsRefused(t *testing.T) {
	d := newDatabase(true)
	s, err := store.Open(d.process(death{}), "wholesaler", store.Options{})
	require.NoError(t, err)
	for range 2 {
		_, err = books.New(context.Background(), books.Config{Store: s, Story: "one", Zone: london(t)})
		require.NoError(t, err)
	}
	_, err = books.New(context.Background(), books.Config{Store: s, Story: "two", Zone: london(t)})
	var other *books.OtherStoryError
	require.ErrorAs(t, err, &other)
	assert.Equal(t, "two", other.Story)
}
