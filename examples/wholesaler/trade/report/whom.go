package report

import (
	"fmt"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

// Whom says in a sentence whose figures these are: all customers', or those of the chosen ones.
func (f *Figures) Whom() string {
	switch n := len(f.Customers); n {
	case 0:
		return "all customers"
	case 1:
		return "customer " + f.Customers[0]
	case 2:
		return "customers " + f.Customers[0] + " and " + f.Customers[1]
	case 3:
		return "customers " + f.Customers[0] + ", " + f.Customers[1] + " and " + f.Customers[2]
	default:
		return fmt.Sprintf("the %d chosen customers", n)
	}
}

// whose heads a card that has the figures of chosen customers; a page of all customers needs no such heading.
func (f *Figures) whose() string {
	if len(f.Customers) == 0 {
		return ""
	}
	return picture.Upper(f.Whom())
}

// everybody heads a card on a page of chosen customers that has the figures of all.
func (f *Figures) everybody() string {
	if len(f.Customers) == 0 {
		return ""
	}
	return "All customers of the file"
}

// subject names the customers before a verb: nobody is named on a page of all.
func (f *Figures) subject(all string) string {
	if len(f.Customers) == 0 {
		return all
	}
	return picture.Upper(f.Whom())
}

// engine reports whether the books have the engine's prices: a counterfactual.
func (f *Figures) engine() bool { return f.Price == "engine" }
