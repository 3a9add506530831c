// Command database tells the story of examples/wholesaler on a real database: the same trade, figures and checks.
//
//	go run ./examples/database
//	go run ./examples/database -store postgres://localhost/trade
//
// Killed at any point and started again with the same flags, it goes on behind the last command that was acknowledged,
// and ends with the same figures as a run that nothing disturbed: at the end it tells the whole story once more in
// memory and holds the figures of both against each other (the check second_run_is_identical).
//
// It exits with 1 if a check fails or the database does, and with 2 if the file, the flags or the database's address
// cannot be read, the page not be written, or the database has the books of another story: another file, other prices,
// another seed, other customers or another policy of stock.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/command"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

const about = `Database tells the story of the wholesaler on a database. Killed and started again, it goes on where it was.

Usage: database [flags]

`

// tenant is whose data the story is.
const tenant = "wholesaler"

func program(engines map[string]engine) *command.Program {
	address := "sqlite:trade.db"
	return &command.Program{
		Name: "database", About: about,
		Flags: func(flags *flag.FlagSet) {
			flags.StringVar(&address, "store", address, "`address` of the database: "+list(engines))
		},
		Open: func(ctx context.Context) (work.Store[*store.Bundle], func() error, error) {
			driver, closed, err := open(ctx, engines, address)
			if err != nil {
				return nil, nil, err
			}
			s, err := store.Open(driver, tenant, store.Options{})
			if err != nil {
				return nil, nil, errors.Join(err, closed())
			}
			return s, closed, nil
		},
		Begin: func(stderr io.Writer, b story.Begun) { fmt.Fprintln(stderr, "database:", shown(address), begun(b)) },
	}
}

// begun says where the story is told from.
func begun(b story.Begun) string {
	switch b.Ended {
	case 0:
		return fmt.Sprintf("begins the story with %s, the first of %d days", b.Day, b.Days)
	case b.Days:
		return "has the story to its end: its figures are gathered again"
	}
	return fmt.Sprintf("has %d of %d days: the story goes on from %s", b.Ended, b.Days, b.Day)
}

func main() { program(engines()).Main() }
