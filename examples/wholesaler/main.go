// Command wholesaler replays a real year of a gift wholesaler's trade on the library: 47,808 rows of its sales, from
// price books and stock to VAT, receivables and customer grades, and checks at the end that all books agree.
//
//	go run ./examples/wholesaler
//	go run ./examples/wholesaler -report report.html
//	go run ./examples/wholesaler -data online-retail.csv.gz -json
//
// It exits with 1 if a check fails, and with 2 if the file or the flags cannot be read, or the page not be written where
// -report says.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the shop's days are London's

	"github.com/tandem-go/tandem/examples/wholesaler/data"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/books"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/integration/store/memory"
)

// repeats is how long the store keeps what commands were answered: nobody goes on with books in memory.
const repeats = 7 * 24 * time.Hour


// What the command exits with.
const (
	exitOK        = 0
	exitFailed    = 1 // a check failed, or the books refused something
	exitMalformed = 2 // the file or the flags
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

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

type options struct {
	data, report, seed string
	price              string
	customers          string
	json               bool
}

const about = `Wholesaler replays a year of a gift wholesaler's trade through the books, and checks at the end that all of them agree.

Usage: wholesaler [flags]

`

// flagsOf gives the flags, which fill o.
func flagsOf(o *options) *flag.FlagSet {
	flags := flag.NewFlagSet("wholesaler", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // what is wrong is said once, by run
	flags.Usage = func() {}
	flags.StringVar(&o.data, "data", "", "`file` of trade, .csv or .csv.gz; without the flag: the demo that is built in")
	flags.StringVar(&o.report, "report", "", "`file` to write a page with charts to")
	flags.StringVar(&o.customers, "customers", "", "`ids` of the customers whose story is told, such as 14680,17850; without the flag: all")
	flags.StringVar(&o.price, "price", "paid", "`which` prices are booked: paid, those of the file, or engine, those of the price books")
	flags.StringVar(&o.seed, "seed", "", "`text` that every simulated choice follows from")
	flags.BoolVar(&o.json, "json", false, "print one JSON object and nothing else on stdout")
	return flags
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flagsOf(&o)
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stderr, about)
		flags.SetOutput(stderr)
		flags.PrintDefaults()
	}
	if err != nil {
		return o, err
	}
	flags.Visit(func(f *flag.Flag) {
		if f.Value.String() == "" && f.Name != "seed" && err == nil {
			err = fmt.Errorf("-%s is given and empty", f.Name)
		}
	})
	switch {
	case err != nil:
		return o, err
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case o.price != "paid" && o.price != "engine":
		return o, fmt.Errorf("-price must be paid or engine, not %q", o.price)
	}
	return o, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if err != nil {
		fmt.Fprintf(stderr, "wholesaler: %v (wholesaler -h lists the flags)\n", err)
		return exitMalformed
	}
	figures, err := prepared(ctx, o, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "wholesaler:", err)
		if malformed(err) {
			return exitMalformed
		}
		return exitFailed
	}
	return conclude(figures, o, stdout, stderr)
}

// prepared gives the figures if the page can be written: the story takes too long to find out afterwards.
func prepared(ctx context.Context, o options, stderr io.Writer) (*report.Figures, error) {
	if err := writable(o.report, o.data); err != nil {
		return nil, err
	}
	return figures(ctx, o, newProgress(stderr))
}

// conclude publishes the figures and says whether all is well.
func conclude(figures *report.Figures, o options, stdout, stderr io.Writer) int {
	if err := publish(figures, o, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "wholesaler:", err)
		return exitFailed
	}
	if failed := figures.Failed(); len(failed) > 0 {
		fmt.Fprintln(stderr, "wholesaler: failed:", strings.Join(failed, ", "))
		return exitFailed
	}
	return exitOK
}

func malformed(err error) bool {
	var format *retail.FormatError
	var unknown *unknownCustomerError
	var path *pathError
	return errors.As(err, &format) || errors.As(err, &unknown) || errors.As(err, &path)
}

// figures tells the story twice: the second time must give the same figures.
func figures(ctx context.Context, o options, p *progress) (*report.Figures, error) {
	defer p.done()
	start := time.Now()
	file, err := read(o)
	if err != nil {
		return nil, err
	}
	defer collectSeldom(len(file.Rows))()
	chosen, err := choose(file, o.customers)
	if err != nil {
		return nil, err
	}
	rows := int64(len(file.Rows))
	first, err := tell(ctx, o, file, chosen, p.tick())
	if err != nil {
		return nil, err
	}
	perSecond := rows * int64(time.Second) / max(int64(time.Since(start)), 1)
	debug.FreeOSMemory() // the books of the first run are closed
	second, err := tell(ctx, o, file, chosen, p.tick())
	if err != nil {
		return nil, err
	}
	same, err := identical(first, second)
	if err != nil {
		return nil, err
	}
	first.Checks["second_run_is_identical"] = same
	first.RowsPerSecond, first.PeakBytes = perSecond, peak()
	return first, nil
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

func tell(ctx context.Context, o options, file *retail.File, chosen map[string]bool, tick func(story.Progress)) (*report.Figures, error) {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		return nil, err
	}
	b, err := books.New(ctx, books.Config{Store: memory.Open(), Repeats: repeats, Zone: zone, Engine: o.price == "engine"})
	if err != nil {
		return nil, err
	}
	return story.Run(ctx, file, b, story.Config{Zone: zone, Seed: o.seed, Engine: o.price == "engine", Customers: chosen, Tick: tick})
}

func identical(a, b *report.Figures) (bool, error) {
	var one, two bytes.Buffer
	if err := errors.Join(a.WriteJSON(&one), b.WriteJSON(&two)); err != nil {
		return false, err
	}
	return bytes.Equal(one.Bytes(), two.Bytes()), nil
}

// publish writes the text, or the JSON object, and the page.
func publish(f *report.Figures, o options, stdout, stderr io.Writer) error {
	text := stdout
	if o.json {
		text = stderr
		if err := f.WriteJSON(stdout); err != nil {
			return err
		}
	}
	if err := f.WriteText(text); err != nil {
		return err
	}
	if o.report == "" {
		return nil
	}
	var page bytes.Buffer
	if err := f.WriteHTML(&page); err != nil {
		return err
	}
	if err := writePage(o.report, page.Bytes()); err != nil {
		return err
	}
	_, err := fmt.Fprintf(text, "\nThe page with charts is in %s\n", o.report)
	return err
}
