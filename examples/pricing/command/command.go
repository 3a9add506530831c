package command

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/pricing/adventure"
	"github.com/tandem-go/tandem/examples/pricing/data"
	"github.com/tandem-go/tandem/examples/pricing/draw"
)

// What the program exits with.
const (
	ExitOK        = 0
	ExitFailed    = 1
	ExitMalformed = 2 // the flags
)

// options are the flags.
type options struct {
	product, date, segment, coupon string
	quantity                       int64
	svg, html                      string
	json                           bool
	history                        string         // the product whose price history the page shows
	ask                            *adventure.Ask // a line of the user's own; nil: the story
}

// The line that is asked for where flags are left out.
const (
	usualProduct  = "707"
	usualDate     = "2024-06-10"
	usualQuantity = 1
	// historyProduct is one whose price changed more than once.
	historyProduct = "718"
)

// Run runs the program and gives what it exits with.
func Run(args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return ExitOK
	}
	if err == nil {
		err = run(o, stdout)
	}
	var usage *usageError
	var unknown *adventure.UnknownError
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &usage), errors.As(err, &unknown):
		fmt.Fprintf(stderr, "pricing: %v (pricing -h lists the flags)\n", err)
		return ExitMalformed
	}
	fmt.Fprintf(stderr, "pricing: %v\n", err)
	return ExitFailed
}

type usageError struct{ says string }

func (e *usageError) Error() string { return e.says }

func parse(args []string, stderr io.Writer) (*options, error) {
	o := &options{}
	flags := flag.NewFlagSet("pricing", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // what is wrong is said once, by Run
	flags.Usage = func() {}
	flags.StringVar(&o.product, "product", usualProduct, "`number` of the product (ProductID)")
	flags.Int64Var(&o.quantity, "quantity", usualQuantity, "how many `pieces`")
	flags.StringVar(&o.date, "date", usualDate, "the `day` that prices")
	flags.StringVar(&o.segment, "segment", string(adventure.Person), "`who` buys: customer, reseller, or contract (a reseller with a contract)")
	flags.StringVar(&o.coupon, "coupon", "", "`code` that was entered, such as "+adventure.Coupon)
	flags.StringVar(&o.svg, "svg", "", "`file` to write the waterfall of the (first) line to")
	flags.StringVar(&o.html, "html", "", "`file` to write a page with several waterfalls to; its price history is that of -product, or of "+historyProduct)
	flags.BoolVar(&o.json, "json", false, "print one JSON object and nothing else on stdout")
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stderr, "pricing explains prices of AdventureWorks to the cent. With a flag of a line (-product, -quantity, -date, -segment,\n"+
			"-coupon) it prices that line, otherwise it tells a story.\n")
		flags.SetOutput(stderr)
		flags.PrintDefaults()
		return nil, err
	}
	if err != nil {
		return nil, &usageError{err.Error()}
	}
	if flags.NArg() > 0 {
		return nil, &usageError{fmt.Sprintf("unexpected argument %q", flags.Arg(0))}
	}
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) {
		given[f.Name] = true
		if f.Value.String() == "" && err == nil {
			err = &usageError{fmt.Sprintf("-%s is given and empty", f.Name)}
		}
	})
	if err == nil && o.svg != "" && o.svg == o.html {
		err = &usageError{"-svg and -html name the same file"}
	}
	if err != nil {
		return nil, err
	}
	if o.history = historyProduct; given["product"] {
		o.history = o.product
	}
	own := given["quantity"] || given["date"] || given["segment"] || given["coupon"] || given["product"] && o.html == ""
	return o, o.line(own)
}

// line makes the line of the flags.
func (o *options) line(own bool) error {
	day, err := tandem.ParseDate(o.date)
	if err != nil {
		return &usageError{fmt.Sprintf("-date %q is no date such as %s", o.date, usualDate)}
	}
	if o.quantity < 1 || o.quantity > 1_000_000 {
		return &usageError{fmt.Sprintf("-quantity must be 1 to 1000000, not %d", o.quantity)}
	}
	if !slices.Contains(adventure.Buyers(), adventure.Buyer(o.segment)) {
		return &usageError{fmt.Sprintf("-segment must be customer, reseller or contract, not %q", o.segment)}
	}
	if !own {
		return nil
	}
	o.ask = &adventure.Ask{Buyer: adventure.Buyer(o.segment), Day: day, Lines: []adventure.Want{{Product: o.product, Pieces: o.quantity}}}
	if o.coupon != "" {
		o.ask.Coupons = []string{o.coupon}
	}
	return nil
}

func run(o *options, stdout io.Writer) error {
	shop, err := adventure.Open(data.Files)
	if err != nil {
		return err
	}
	s, err := newStory(shop, o.ask)
	if err != nil {
		return err
	}
	if o.svg != "" {
		picture := draw.SVG(s.quote.Result.Lines[0].Waterfall, s.notes(s.quote, 0))
		if err := os.WriteFile(o.svg, []byte(picture), 0o644); err != nil { //nolint:gosec // a picture to be looked at
			return err
		}
	}
	if o.html != "" {
		page, err := newPage(shop, o.history)
		if err != nil {
			return err
		}
		var b strings.Builder
		if err := page.write(&b); err != nil {
			return err
		}
		if err := os.WriteFile(o.html, []byte(b.String()), 0o644); err != nil { //nolint:gosec // a page to be looked at
			return err
		}
	}
	if o.json {
		out := json.NewEncoder(stdout)
		out.SetIndent("", "  ")
		return out.Encode(s.figures())
	}
	_, err = io.WriteString(stdout, s.text())
	return err
}
