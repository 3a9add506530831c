package insight

import (
	"fmt"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
)

// Graded is what the story knows of its customers: who holds which grade at the end, and the grades from best to worst.
type Graded struct {
	Of    map[string]string
	Names []string
}

// Analyse asks the file all that the report tells. A part of which the file has too little is left out, and a note says
// why; so is one that could not be computed. A part is told to done when it is ready; done may be nil.
func (t *Trade) Analyse(graded Graded, done func(part string)) *report.Insight {
	out := &report.Insight{}
	for _, part := range []struct {
		name string
		do   func() (few string, err error)
	}{
		{"customers", func() (few string, err error) {
			if few = t.fewCustomers(); few == "" {
				out.Lifetime, out.Churn, err = t.customers(graded.Of, graded.Names)
			}
			return few, err
		}},
		{"baskets", func() (few string, err error) { out.Baskets, few, err = t.baskets(); return few, err }},
		{"returns", func() (few string, err error) { out.Returns, err = t.returns(); return "", err }},
		{"trends", func() (few string, err error) { out.Trends, few, err = t.trends(); return few, err }},
		{"forecasts", func() (few string, err error) { out.Outlook, few, err = t.outlook(); return few, err }},
		{"stock", func() (few string, err error) {
			if few = t.fewPhases(); few == "" {
				out.Stock, err = t.stock()
			}
			return few, err
		}},
	} {
		few, err := part.do()
		if err != nil {
			few = err.Error()
		}
		if few != "" {
			out.Notes = append(out.Notes, fmt.Sprintf("Nothing is foretold of %s: %s.", part.name, few))
		}
		if done != nil {
			done(part.name)
		}
	}
	out.Notes = append(out.Notes, t.cautions(out)...)
	return out
}

// The least that is said anything of: customers who bought goods, orders, and days.
const fewBuyers, fewOrders, fewDays = 30, 100, 2 * churnDays

// fewCustomers says why there is nothing to say of the customers, if so.
func (t *Trade) fewCustomers() string {
	buyers := map[string]bool{}
	for i := range t.file.Rows {
		if row := &t.file.Rows[i]; !row.Cash() && t.asked(i) > 0 {
			buyers[row.Customer] = true
		}
	}
	switch days := t.last.DaysSince(t.first) + 1; {
	case len(buyers) < fewBuyers:
		return fmt.Sprintf("%s with a name bought goods, and %d are the least", report.Counted(len(buyers), "customer"), fewBuyers)
	case days < fewDays:
		return fmt.Sprintf("the file has %s, and %d are the least", report.Counted(days, "day"), fewDays)
	}
	return ""
}

// fewPhases says why there is nothing to say of stock, if so: it needs products that were sold before the cut, and demand
// for them after it.
func (t *Trade) fewPhases() string {
	from, before := t.cut(), 0
	for _, p := range t.items {
		known := len(p.before(from))
		if known == 0 {
			continue
		}
		before++
		if len(p.lines) > known {
			return ""
		}
	}
	if before == 0 {
		return "no product was sold before phase 2"
	}
	return "no product that was sold before phase 2 was asked for in it"
}
