package command

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/tandem-go/tandem/examples/forecast/page"
	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// options are the flags.
type options struct {
	in, out, tests, report string
	method                 string
	levels                 string
	bucket, decimal, gaps  string
	order                  string
	horizon, season        int
	workers, top           int
	config                 forecast.Config
}

// usageError says that a flag cannot be followed.
type usageError struct{ says string }

func (e *usageError) Error() string { return e.says }

func usage(text string, args ...any) error { return &usageError{fmt.Sprintf(text, args...)} }

const about = `Forecast predicts the series of a CSV file: forecast sales.csv, or forecast -in sales.csv. Without a file it forecasts
a year of weekly sales that is built in.

The file is long (columns series, date, value, and any of closed, censored and regressors such as promotion; without a
column series it is one series) or wide (a series a row, named by its first columns, then a date a column). Dates are
written 2024-03-31, 2024-03, 2024-Q1, 2024-W13 or 2024. Fields are parted by commas, semicolons or tabs. README.md beside
the program says the rest.

Exit codes: 0; 1 something could not be written or forecast; 2 the flags or parts of the file could not be read (series
without faults are forecast all the same).

`

func names[T ~string](list []T) string {
	var parts []string
	for _, v := range list {
		parts = append(parts, string(v))
	}
	return strings.Join(parts, ", ")
}

func (o *options) flags() *flag.FlagSet {
	flags := flag.NewFlagSet("forecast", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // what is wrong is said once, by Run
	flags.Usage = func() {}
	flags.StringVar(&o.in, "in", "", "CSV `file` to read, - for standard input; without the flag: the one that is built in")
	flags.StringVar(&o.out, "out", "", "CSV `file` to write the forecasts to, - for standard output in place of the text")
	flags.StringVar(&o.tests, "tests", "", "CSV `file` to write back-tests, parameters, reasons, warnings and faults to")
	flags.StringVar(&o.report, "report", "", "`file` to write a page of small plots to")
	flags.StringVar(&o.method, "method", string(forecast.Auto), "`one` of "+names(forecast.Methods()))
	flags.IntVar(&o.horizon, "horizon", 0, "`steps` ahead; 0: 14 days, 8 weeks, 12 months, 4 quarters, 3 years")
	flags.StringVar(&o.levels, "levels", "0.8,0.95", "`probabilities` of the intervals, at most 4")
	flags.IntVar(&o.season, "season", -1, "`length` of the cycle; 0: none, -1: 7 days, 52 weeks, 12 months, 4 quarters")
	flags.StringVar(&o.bucket, "bucket", "",
		"`width` of a value: "+names(dated())+"; rows within one are summed. Without the flag: what the dates show")
	flags.StringVar(&o.gaps, "gaps", "missing", "`what` a bucket without a row is: missing (interpolated) or zero (for files of sales lines)")
	flags.StringVar(&o.decimal, "decimal", "",
		"`mark` before decimals: point or comma; without the flag: comma where semicolons part the fields, else point")
	flags.BoolVar(&o.config.NonNegative, "nonnegative", false, "demand cannot be below zero; always so for the file that is built in")
	flags.Uint64Var(&o.config.Seed, "seed", 0, "`number` from which all that is simulated follows")
	flags.IntVar(&o.workers, "workers", runtime.GOMAXPROCS(0), "`how many` series are forecast at once; changes no result")
	flags.IntVar(&o.top, "top", page.UsualTop, "`how many` plots the page has at most")
	flags.StringVar(&o.order, "order", "",
		"`which` plots come first: file, volume or error; without the flag: file, and volume if there are more series than -top")
	return flags
}

func dated() []forecast.Bucket {
	return slices.DeleteFunc(forecast.Buckets(), func(b forecast.Bucket) bool { return b == forecast.Hour })
}

func parse(args []string, stderr io.Writer) (*options, error) {
	o := &options{}
	flags := o.flags()
	rest, err := o.positional(flags, args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stderr, about)
		flags.SetOutput(stderr)
		flags.PrintDefaults()
		return nil, err
	}
	if err != nil {
		return nil, usage("%v", err)
	}
	var faults []string
	flags.Visit(func(f *flag.Flag) {
		if f.Value.String() == "" {
			faults = append(faults, fmt.Sprintf("-%s is given and empty", f.Name))
		}
	})
	if len(rest) > 0 {
		faults = append(faults, fmt.Sprintf("unexpected argument %q: one file is read", rest[0]))
	}
	faults = append(faults, o.check()...)
	if len(faults) > 0 {
		return nil, usage("%s", strings.Join(faults, "; "))
	}
	return o, nil
}

// positional parses flags around one argument that is none, the file of -in, and gives
// the others. After "--" nothing is a flag.
func (o *options) positional(flags *flag.FlagSet, args []string) (rest []string, err error) {
	for len(args) > 0 {
		if err = flags.Parse(args); err != nil {
			return nil, err
		}
		left := flags.Args()
		if n := len(args) - len(left); n > 0 && args[n-1] == "--" {
			rest = append(rest, left...)
			break
		}
		if len(left) == 0 {
			break
		}
		rest, args = append(rest, left[0]), left[1:]
	}
	if len(rest) > 0 && o.in == "" && rest[0] != "" {
		o.in, rest = rest[0], rest[1:]
	}
	return rest, nil
}

// check gives every fault of the flags.
func (o *options) check() (faults []string) {
	require := func(ok bool, text string, args ...any) {
		if !ok {
			faults = append(faults, fmt.Sprintf(text, args...))
		}
	}
	require(forecast.Method(o.method).Valid(), "-method %q is none of %s", o.method, names(forecast.Methods()))
	require(o.bucket == "" || slices.Contains(dated(), forecast.Bucket(o.bucket)), "-bucket %q is none of %s", o.bucket, names(dated()))
	require(o.gaps == "missing" || o.gaps == "zero", "-gaps must be missing or zero, not %q", o.gaps)
	require(slices.Contains([]string{"", "point", "comma"}, o.decimal), "-decimal must be point or comma, not %q", o.decimal)
	require(slices.Contains([]string{"", "file", "volume", "error"}, o.order), "-order must be file, volume or error, not %q", o.order)
	require(o.horizon >= 0 && o.horizon <= forecast.MaxHorizon, "-horizon must be 0 to %d", forecast.MaxHorizon)
	require(o.season >= -1 && o.season <= forecast.MaxSeason, "-season must be -1 to %d", forecast.MaxSeason)
	require(o.workers >= 1 && o.workers <= forecast.MaxWorkers, "-workers must be 1 to %d", forecast.MaxWorkers)
	require(o.top >= 1 && o.top <= page.MaxTop, "-top must be 1 to %d", page.MaxTop)
	for _, text := range strings.Split(o.levels, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil || !(v > 0 && v < 1) {
			faults = append(faults, fmt.Sprintf("-levels: %q is no probability such as 0.95", text))
			continue
		}
		o.config.Levels = append(o.config.Levels, v)
	}
	slices.Sort(o.config.Levels)
	require(len(slices.Compact(slices.Clone(o.config.Levels))) == len(o.config.Levels), "-levels has one twice")
	require(len(o.config.Levels) <= 4, "-levels has more than four")
	return append(faults, o.paths()...)
}

// paths sees to it that no two flags name the same file.
func (o *options) paths() (faults []string) {
	files := []struct{ flag, path string }{{"in", o.in}, {"out", o.out}, {"tests", o.tests}, {"report", o.report}}
	for i, a := range files {
		for _, b := range files[:i] {
			if a.path != "" && (a.path != "-" || b.flag != "in") && same(a.path, b.path) {
				faults = append(faults, fmt.Sprintf("-%s and -%s name the same file", b.flag, a.flag))
			}
		}
	}
	for _, f := range files[2:] {
		if f.path == "-" {
			faults = append(faults, fmt.Sprintf("-%s cannot be standard output", f.flag))
		}
	}
	return faults
}

func same(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	one, err := os.Stat(a)
	other, err2 := os.Stat(b)
	if err == nil && err2 == nil {
		return os.SameFile(one, other)
	}
	return filepath.Clean(a) == filepath.Clean(b)
}
