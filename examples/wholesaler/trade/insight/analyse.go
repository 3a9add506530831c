package insight

import (
	"errors"
	"fmt"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
)

// Graded is what the story knows of its customers: who holds which grade at the end, and the grades from best to worst.
type Graded struct {
	Of    map[string]string
	Names []string
}

// Analyse asks the file all that the report tells. A part is told to done when it is ready; done may be nil.
func (t *Trade) Analyse(graded Graded, done func(part string)) (*report.Insight, error) {
	out := &report.Insight{}
	var faults []error
	for _, part := range []struct {
		name string
		do   func() error
	}{
		{"customers", func() (err error) {
			out.Lifetime, out.Churn, err = t.customers(graded.Of, graded.Names)
			return err
		}},
		{"baskets", func() (err error) { out.Baskets, err = t.baskets(); return err }},
		{"returns", func() (err error) { out.Returns, err = t.returns(); return err }},
		{"trends", func() (err error) { out.Trends, err = t.trends(); return err }},
		{"forecasts", func() (err error) { out.Outlook, err = t.outlook(); return err }},
		{"stock", func() (err error) { out.Stock, err = t.stock(); return err }},
	} {
		if err := part.do(); err != nil {
			faults = append(faults, fmt.Errorf("insight, %s: %w", part.name, err))
		}
		if done != nil {
			done(part.name)
		}
	}
	return out, errors.Join(faults...)
}
