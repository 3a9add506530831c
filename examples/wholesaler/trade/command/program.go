package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/books"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// What a program exits with.
const (
	ExitOK        = 0
	ExitFailed    = 1 // a check failed, or the books refused something
	ExitMalformed = 2 // the file or the flags
)

// Program is a program that tells the story.
type Program struct {
	Name  string
	About string              // heads the list of flags
	Flags func(*flag.FlagSet) // adds flags of the program's own; may be nil

	// Open opens the store on which the story is told first, and gives what closes it. Nil: a store in memory.
	Open func(context.Context) (work.Store[*store.Bundle], func() error, error)
	// Begin is told whether the story begins anew or goes on, and from where; may be nil.
	Begin func(stderr io.Writer, begun story.Begun)
}

// UsageError says that a flag of the program's own cannot be followed: it exits with [ExitMalformed].
type UsageError struct{ Err error }

func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap gives the error.
func (e *UsageError) Unwrap() error { return e.Err }

// Main runs the program and exits. An interrupt ends it in order.
func (p *Program) Main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := p.Run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Run runs the program and gives what it exits with.
func (p *Program) Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := p.parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return ExitOK
	}
	if err != nil {
		fmt.Fprintf(stderr, "%s: %v (%s -h lists the flags)\n", p.Name, err, p.Name)
		return ExitMalformed
	}
	figures, err := p.prepared(ctx, o, stderr)
	if err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", p.Name, err)
		if malformed(err) {
			return ExitMalformed
		}
		return ExitFailed
	}
	return p.conclude(figures, o, stdout, stderr)
}

// prepared gives the figures if the page can be written: the story takes too long to find out afterwards.
func (p *Program) prepared(ctx context.Context, o options, stderr io.Writer) (*report.Figures, error) {
	if err := writable(o.report, o.data); err != nil {
		return nil, err
	}
	return p.figures(ctx, o, newProgress(stderr), stderr)
}

// conclude publishes the figures and says whether all is well.
func (p *Program) conclude(figures *report.Figures, o options, stdout, stderr io.Writer) int {
	if err := publish(figures, o, stdout, stderr); err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", p.Name, err)
		return ExitFailed
	}
	if failed := figures.Failed(); len(failed) > 0 {
		fmt.Fprintf(stderr, "%s: failed: %s\n", p.Name, strings.Join(failed, ", "))
		return ExitFailed
	}
	return ExitOK
}

func malformed(err error) bool {
	var format *retail.FormatError
	var unknown *unknownCustomerError
	var path *pathError
	var other *books.OtherStoryError
	var usage *UsageError
	return errors.As(err, &format) || errors.As(err, &unknown) || errors.As(err, &path) || errors.As(err, &other) || errors.As(err, &usage)
}
