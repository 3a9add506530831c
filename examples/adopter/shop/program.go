package shop

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/tandem-go/tandem/integration/work"
)

// Program is a program with one argument: the file that it works on.
type Program struct {
	Name string
	File string // where none is given
	Run  func(ctx context.Context, path string, clock work.Clock, out io.Writer) error
}

// Main runs the program and gives what it exits with: 2 for arguments that cannot be followed.
func (p Program) Main(ctx context.Context, args []string, out, stderr io.Writer) int {
	flags := flag.NewFlagSet(p.Name, flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		_, _ = fmt.Fprintf(stderr, "Usage: %s [file], which is %s where none is given\n", p.Name, p.File)
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2 // flags has said why
	case flags.NArg() > 1:
		_, _ = fmt.Fprintf(stderr, "%s: unexpected argument %q\n", p.Name, flags.Arg(1))
		return 2
	}
	if err := p.Run(ctx, cmp.Or(flags.Arg(0), p.File), work.SystemClock{}, out); err != nil {
		_, _ = fmt.Fprintf(stderr, "%s: %v\n", p.Name, err)
		return 1
	}
	return 0
}
