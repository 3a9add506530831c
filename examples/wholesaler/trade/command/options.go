package command

import (
	"errors"
	"flag"
	"fmt"
	"io"
)

// options are the flags that all programs have.
type options struct {
	data, report, seed string
	price              string
	customers          string
	json               bool
	replenish          string
	fill               float64
	insight            bool
}

// flags gives the flags of the program, which fill o.
func (p *Program) flags(o *options) *flag.FlagSet {
	flags := flag.NewFlagSet(p.Name, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // what is wrong is said once, by Run
	flags.Usage = func() {}
	flags.StringVar(&o.data, "data", "", "`file` of trade, .csv or .csv.gz; without the flag: the demo that is built in")
	flags.StringVar(&o.report, "report", "", "`file` to write a page with charts to")
	flags.StringVar(&o.customers, "customers", "", "`ids` of the customers whose story is told, such as 14680,17850; without the flag: all")
	flags.StringVar(&o.price, "price", "paid", "`which` prices are booked: paid, those of the file, or engine, those of the price books")
	flags.StringVar(&o.seed, "seed", "", "`text` that every simulated choice follows from")
	flags.StringVar(&o.replenish, "replenish", "rule", "`how` stock is bought in phase 2: rule, levels from the trailing 91 days, or insight, levels from forecasts")
	flags.Float64Var(&o.fill, "fill", 0.95, "with -replenish insight: `share` of the pieces, of all products together, that is to be there at once")
	flags.BoolVar(&o.insight, "insight", true, "tell what the data foretell: forecasts, customers' value and churn, trends, baskets, a better stock policy")
	flags.BoolVar(&o.json, "json", false, "print one JSON object and nothing else on stdout")
	if p.Flags != nil {
		p.Flags(flags)
	}
	return flags
}

func (p *Program) parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := p.flags(&o)
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stderr, p.About)
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
	case o.replenish != "rule" && o.replenish != "insight":
		return o, fmt.Errorf("-replenish must be rule or insight, not %q", o.replenish)
	case !(o.fill > 0 && o.fill < 1):
		return o, fmt.Errorf("-fill must be between 0 and 1, not %v", o.fill)
	}
	return o, nil
}
