package command

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tandem-go/tandem/examples/forecast/data"
	"github.com/tandem-go/tandem/examples/forecast/page"
	"github.com/tandem-go/tandem/examples/forecast/result"
	"github.com/tandem-go/tandem/examples/forecast/table"
	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// What the program exits with.
const (
	ExitOK        = 0
	ExitFailed    = 1 // something could not be written or forecast
	ExitMalformed = 2 // the flags, or parts of the file
)

// shownFaults is how many faults of a file are told; -tests has more.
const shownFaults = 20

// Run runs the program and gives what it exits with.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return ExitOK
	}
	var all *result.All
	if err == nil {
		all, err = run(o, stdin, stdout, stderr)
	}
	var wrong *usageError
	var format *table.FormatError
	switch {
	case errors.As(err, &wrong):
		fmt.Fprintf(stderr, "forecast: %v (forecast -h lists the flags)\n", err)
		return ExitMalformed
	case errors.As(err, &format):
		fmt.Fprintf(stderr, "forecast: %s: %v\n", o.source(), err)
		return ExitMalformed
	case err != nil:
		fmt.Fprintf(stderr, "forecast: %v\n", err)
		return ExitFailed
	}
	return conclude(all, stderr)
}

// source names the input for messages.
func (o *options) source() string {
	switch o.in {
	case "":
		return data.Name
	case "-":
		return "standard input"
	}
	return filepath.Base(o.in)
}

func run(o *options, stdin io.Reader, stdout, stderr io.Writer) (*result.All, error) {
	for _, path := range []string{o.out, o.tests, o.report} { // before the work, which may be long
		if err := writable(path); err != nil {
			return nil, err
		}
	}
	t, err := o.read(stdin)
	if err != nil {
		return nil, err
	}
	o.config.Horizon = o.horizon
	if o.config.Horizon == 0 {
		o.config.Horizon = usualHorizon(t.Bucket)
	}
	p := newProgress(stderr, result.Work(t, forecast.Method(o.method)))
	all := result.Make(o.source(), t, forecast.Method(o.method), o.config, o.workers, p.done)
	p.end()
	return all, publish(o, all, stdout)
}

func (o *options) read(stdin io.Reader) (*table.Table, error) {
	in := stdin
	name := ""
	switch o.in {
	case "-":
	case "":
		in, o.config.NonNegative = data.Weekly(), true
	default:
		f, err := os.Open(o.in)
		if err != nil {
			return nil, usage("-in: %v", err)
		}
		defer f.Close()
		in, name = f, strings.TrimSuffix(o.source(), filepath.Ext(o.source()))
	}
	decimal := map[string]byte{"point": '.', "comma": ','}[o.decimal]
	return table.Read(in, table.Options{
		Bucket: forecast.Bucket(o.bucket), Season: o.season, Decimal: decimal, Zero: o.gaps == "zero", Name: name,
	})
}

func usualHorizon(b forecast.Bucket) int {
	switch b {
	case forecast.Day:
		return 14
	case forecast.Week:
		return 8
	case forecast.Month:
		return 12
	case forecast.Quarter:
		return 4
	}
	return 3
}

// publish writes what the flags ask for.
func publish(o *options, all *result.All, stdout io.Writer) error {
	view := page.Options{Top: o.top, Order: o.order, Out: o.out, Tests: o.tests, Builtin: o.in == ""}
	files := []struct {
		path  string
		write func(io.Writer) error
	}{
		{o.out, all.WriteForecasts},
		{o.tests, all.WriteTests},
		{o.report, func(w io.Writer) error { return page.Write(w, all, view) }},
	}
	for _, f := range files {
		if f.path == "" {
			continue
		}
		var b bytes.Buffer
		if err := f.write(&b); err != nil {
			return err
		}
		if f.path == "-" {
			if _, err := stdout.Write(b.Bytes()); err != nil {
				return err
			}
		} else if err := os.WriteFile(f.path, b.Bytes(), 0o644); err != nil { //nolint:gosec // to be looked at
			return err
		}
	}
	if o.out == "-" {
		return nil
	}
	if err := all.WriteText(stdout); err != nil {
		return err
	}
	for _, f := range files {
		if f.path != "" {
			if _, err := fmt.Fprintf(stdout, "written: %s\n", f.path); err != nil {
				return err
			}
		}
	}
	return nil
}

// writable finds out whether a file could be written; it leaves nothing behind.
func writable(path string) error {
	if path == "" || path == "-" {
		return nil
	}
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return nil // a device or a pipe: opening it could block
	}
	missing := errors.Is(err, fs.ErrNotExist)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o644) //nolint:gosec // to be looked at
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil || !missing {
		return err
	}
	return os.Remove(path)
}

// conclude tells the faults and gives what to exit with.
func conclude(all *result.All, stderr io.Writer) int {
	faults := &all.Table.Faults
	for i, f := range faults.List {
		if i == shownFaults {
			fmt.Fprintf(stderr, "forecast: … and %d faults more\n", faults.Count-shownFaults)
			break
		}
		fmt.Fprintf(stderr, "forecast: %s: %v\n", all.File, f)
	}
	code := ExitOK
	for _, r := range all.Results {
		if r.Err != nil {
			fmt.Fprintf(stderr, "forecast: %v\n", r.Err)
			code = ExitFailed
		}
	}
	if faults.Count > 0 {
		fmt.Fprintf(stderr, "forecast: %d faults; %d series are not forecast, %d are\n", faults.Count, len(all.Table.Left), len(all.Results))
		code = ExitMalformed
	}
	return code
}
