package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the shop's days are London's

	"github.com/tandem-go/tandem/examples/wholesaler/data"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/books"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/insight"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/supply"
	"github.com/tandem-go/tandem/integration/store/memory"
)

// The books only grow until they are closed, so that collecting seldom is faster: the heap may grow to three times what
// is in use, but not beyond a limit, from which on it is collected as often as it needs to be.
const (
	gcPercent   = 400
	memoryLimit = 2950 << 20
	memoryOfRow = 5 << 10 // a file of more than half a million rows gets more
)

// collectSeldom tells the garbage collector, and gives what takes it back.
func collectSeldom(rows int) (undo func()) {
	percent := debug.SetGCPercent(gcPercent)
	limit := debug.SetMemoryLimit(-1)
	if limit == math.MaxInt64 { // else the user has set one
		debug.SetMemoryLimit(max(memoryLimit, int64(rows)*memoryOfRow))
	}
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}

// repeats is how long a store in memory keeps what commands were answered: nobody goes on with it.
const repeats = 7 * 24 * time.Hour

// telling is what is told, and to whom.
type telling struct {
	o      options
	file   *retail.File
	chosen map[string]bool
	zone   *time.Location
	trade  *insight.Trade // where insight is asked for
	plans  supply.Planner // none: the rule
}

func newTelling(o options) (*telling, error) {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		return nil, err
	}
	file, err := read(o)
	if err != nil {
		return nil, err
	}
	chosen, err := choose(file, o.customers)
	if err != nil {
		return nil, err
	}
	t := &telling{o: o, file: file, chosen: chosen, zone: zone}
	if o.insight || o.replenish == "insight" {
		t.trade = insight.New(file, o.seed)
	}
	if o.replenish == "insight" {
		t.plans = insight.NewPlanner(t.trade, o.fill)
	}
	return t, nil
}

// figures tells the story twice: the second time must give the same figures.
func (p *Program) figures(ctx context.Context, o options, bar *progress, stderr io.Writer) (*report.Figures, error) {
	defer bar.done()
	start := time.Now()
	t, err := newTelling(o)
	if err != nil {
		return nil, err
	}
	rows := int64(len(t.file.Rows))
	defer collectSeldom(len(t.file.Rows))()
	first, err := p.first(ctx, t, bar.tick(), stderr)
	if err != nil {
		return nil, err
	}
	perSecond := rows * int64(time.Second) / max(int64(time.Since(start)), 1)
	debug.FreeOSMemory() // the books of the first telling are closed
	second, err := t.inMemory(ctx, bar.tick())
	if err != nil {
		return nil, err
	}
	same, err := identical(first, second)
	if err != nil {
		return nil, err
	}
	first.Checks["second_run_is_identical"] = same
	first.RowsPerSecond, first.PeakBytes = perSecond, peak()
	if o.insight {
		first.Insight = t.trade.Analyse(insight.Graded{Of: first.GradeOf, Names: first.Grades.Names}, bar.part())
	}
	return first, nil
}

// first tells the story on the store of the program.
func (p *Program) first(ctx context.Context, t *telling, tick func(story.Progress), stderr io.Writer) (f *report.Figures, err error) {
	if p.Open == nil {
		return t.inMemory(ctx, tick)
	}
	s, closed, err := p.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closed()) }()
	var begin func(story.Begun)
	if p.Begin != nil {
		begin = func(b story.Begun) { p.Begin(stderr, b) }
	}
	return t.on(ctx, books.Config{Store: s, Story: t.name()}, begin, tick)
}

func (t *telling) inMemory(ctx context.Context, tick func(story.Progress)) (*report.Figures, error) {
	return t.on(ctx, books.Config{Store: memory.Open(), Repeats: repeats}, nil, tick)
}

func (t *telling) on(ctx context.Context, kept books.Config, begin func(story.Begun), tick func(story.Progress)) (*report.Figures, error) {
	ctx, cancel := context.WithCancel(ctx)
	kept.Zone, kept.Engine = t.zone, t.o.price == "engine"
	b, err := books.New(ctx, kept)
	if err != nil {
		cancel()
		return nil, err
	}
	defer b.Leave()
	defer cancel() // before: what is still under way is of no use
	return story.Run(ctx, t.file, b, story.Config{Zone: t.zone, Seed: t.o.seed, Engine: kept.Engine, Customers: t.chosen, Begin: begin, Tick: tick, Planner: t.plans})
}

// name tells the story from every other: by the rows of the file, whatever it is called, and by what its figures depend on.
func (t *telling) name() string {
	customers := "all customers"
	if t.chosen != nil {
		customers = "customers " + strings.Join(slices.Sorted(maps.Keys(t.chosen)), ", ")
	}
	name := fmt.Sprintf("%s, prices %s, seed %q, %s", t.file.Sum(), t.o.price, t.o.seed, customers)
	if t.plans != nil {
		name += fmt.Sprintf(", replenished by insight for %v", t.o.fill)
	}
	return name
}

func read(o options) (*retail.File, error) {
	if o.data == "" {
		return retail.Read(data.Name, data.Demo(), nil)
	}
	return retail.Open(o.data, nil)
}

// unknownCustomerError says that a chosen customer has no rows.
type unknownCustomerError struct{ customer string }

func (e *unknownCustomerError) Error() string {
	return "-customers: " + e.customer + " has no rows in the file"
}

func choose(file *retail.File, list string) (map[string]bool, error) {
	if list == "" {
		return nil, nil
	}
	chosen := map[string]bool{}
	for _, c := range strings.Split(list, ",") {
		c = strings.TrimSpace(c)
		if c == "" || !slices.ContainsFunc(file.Rows, func(r retail.Row) bool { return r.Customer == c }) {
			return nil, &unknownCustomerError{c}
		}
		chosen[c] = true
	}
	return chosen, nil
}

func identical(a, b *report.Figures) (bool, error) {
	var one, two bytes.Buffer
	if err := errors.Join(a.WriteJSON(&one), b.WriteJSON(&two)); err != nil {
		return false, err
	}
	return bytes.Equal(one.Bytes(), two.Bytes()), nil
}
