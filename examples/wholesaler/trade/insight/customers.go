package insight

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/lifetime"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/logistic"
	"github.com/tandem-go/tandem/integration/insight/lifetime/repeat"
)

// heldWeeksOfPurchases are the last weeks of the file that choose the model of repeat purchases; outlookWeeks is how far
// ahead customers are valued, at a discount rate of a year.
const heldWeeksOfPurchases, outlookWeeks, discountRate = 13, 52, 0.1

// atRisk is how many customers the report names, of those whose risk is above the share that stayed away.
const atRisk = 12

// bought gives what the named customers bought and gave back, as contribution margin: net of the cost of the pieces.
func (t *Trade) bought() (list []lifetime.Transaction[string]) {
	for i := range t.file.Rows {
		row := &t.file.Rows[i]
		if row.Cash() || row.Class != retail.Sold && row.Class != retail.Returned {
			continue
		}
		value := float64(row.Net.Minor()) / 100
		if p := t.byCode[row.Code]; p != nil {
			value -= float64(float64(row.Quantity) * p.cost)
		}
		list = append(list, lifetime.Transaction[string]{
			Customer: row.Customer, Date: row.Day, Value: value, Order: row.Invoice, Credit: row.Class == retail.Returned,
		})
	}
	return list
}

// customers values the named customers by grade and says who may stay away.
func (t *Trade) customers(grade map[string]string, names []string) (report.Lifetime, report.Churn, error) {
	list := t.bought()
	found, err := lifetime.Value(list, lifetime.Plan{
		Window:  lifetime.Window{CalibrationEnd: t.last.AddDays(-7 * heldWeeksOfPurchases), HoldoutEnd: t.last},
		Horizon: outlookWeeks, AnnualRate: discountRate,
	})
	if err != nil {
		return report.Lifetime{}, report.Churn{}, err
	}
	assessed, err := t.churn(list)
	if err != nil {
		return report.Lifetime{}, report.Churn{}, err
	}
	return valued(found, grade, names), risks(assessed, found, grade, names), nil
}

// valued gives the value by grade.
func valued(v lifetime.Valuation[string], grade map[string]string, names []string) report.Lifetime {
	l := report.Lifetime{
		Model: model(v.Model), Reason: v.Reason, Months: outlookWeeks * 12 / 52, Discount: discountRate, Margin: 1 - costShare,
	}
	for _, p := range v.Fit.Parameters {
		l.Parameters = append(l.Parameters, report.Parameter{Name: p.Name, Value: p.Value})
	}
	if len(v.Trials) > 1 && !insight.Warned(v.Warnings, lifetime.EmptyHoldout) {
		l.Reason = fmt.Sprintf("of %d models it came nearest to the purchases of the %d weeks held out", len(v.Trials), heldWeeksOfPurchases)
	}
	for _, w := range v.Warnings {
		switch w.Code {
		case lifetime.LeftTruncated: // a note tells it
		case lifetime.NegativeSales: // at a loss: credits are marked
		default:
			l.Warnings = append(l.Warnings, w.Text)
		}
	}
	at := map[string]int{}
	for _, name := range append(slices.Clone(names), ungraded) {
		at[name] = len(l.Grades)
		l.Grades = append(l.Grades, report.GradeLifetime{Grade: name})
	}
	for _, c := range v.Customers {
		g := &l.Grades[at[known(at, gradeOf(grade, c.Key))]]
		g.Customers++
		g.Alive += c.Alive
		g.Purchases += c.Purchases
		g.Total += c.Lifetime
	}
	l.Grades = slices.DeleteFunc(l.Grades, func(g report.GradeLifetime) bool { return g.Customers == 0 })
	for i := range l.Grades {
		g := &l.Grades[i]
		n := float64(g.Customers)
		g.Alive, g.Purchases, g.Value = g.Alive/n, g.Purchases/n, g.Total/n
	}
	for _, trial := range v.Trials {
		if trial.Fit.Model != v.Model {
			continue
		}
		l.Held.Weeks = heldWeeksOfPurchases
		for i, f := range trial.Tracking.Frequencies {
			name := fmt.Sprint(f.Frequency)
			if i == len(trial.Tracking.Frequencies)-1 {
				name += "+"
			}
			l.Held.Bins = append(l.Held.Bins, name)
			l.Held.Foretold = append(l.Held.Foretold, f.Expected)
			l.Held.Came = append(l.Held.Came, f.Actual)
		}
	}
	return l
}

const ungraded = "ungraded"

// known gives a grade that the report has a row for.
func known(at map[string]int, grade string) string {
	if _, ok := at[grade]; ok {
		return grade
	}
	return ungraded
}

func gradeOf(grade map[string]string, customer string) string {
	return cmp.Or(grade[customer], ungraded)
}

// model writes the name of a model as its authors do.
func model(m repeat.Model) string {
	switch m {
	case repeat.BGNBD:
		return "BG/NBD"
	case repeat.MBGNBD:
		return "MBG/NBD"
	case repeat.ParetoNBD:
		return "Pareto/NBD"
	}
	return string(m)
}

// churnDays is the label: no purchase in so many days.
const churnDays = 90

func (t *Trade) churn(list []lifetime.Transaction[string]) (churn.Assessment, error) {
	trade := make([]churn.Transaction, len(list))
	for i, x := range list {
		trade[i] = churn.Transaction{Customer: x.Customer, Date: x.Date, Value: x.Value, Returned: x.Credit}
	}
	return churn.Assess(trade, nil, churn.Config{AsOf: t.last.AddDays(1), Horizon: churnDays, Seed: 1})
}

// risks gives the figures of the test, the mean risk by grade, and the customers whose expected loss is greatest.
func risks(a churn.Assessment, v lifetime.Valuation[string], grade map[string]string, names []string) report.Churn {
	c := report.Churn{
		Days: a.Horizon, Tested: a.Calibrated.Rows, Share: a.Calibrated.BaseRate, AUC: a.Uncalibrated.AUC, Brier: a.Calibrated.Brier,
	}
	for _, b := range a.Calibrated.Reliability {
		c.Reliability = append(c.Reliability, report.Reliability{Foretold: b.Mean, Came: b.Observed, Customers: b.Rows})
	}
	for _, w := range a.Warnings {
		switch w.Code {
		case logistic.MissingCoded, logistic.Collinear: // of who bought once there is no gap
		case churn.NegativeSales: // at a loss: returns are marked
		default:
			c.Warnings = append(c.Warnings, w.Text)
		}
	}
	value := map[string]float64{}
	for _, x := range v.Customers {
		value[x.Key] = x.Lifetime
	}
	at := map[string]int{}
	for _, name := range append(slices.Clone(names), ungraded) {
		at[name] = len(c.Grades)
		c.Grades = append(c.Grades, report.GradeRisk{Grade: name})
	}
	for _, r := range a.Risks {
		g := &c.Grades[at[known(at, gradeOf(grade, r.Customer))]]
		g.Customers++
		g.Risk += r.Probability
	}
	c.Grades = slices.DeleteFunc(c.Grades, func(g report.GradeRisk) bool { return g.Customers == 0 })
	for i := range c.Grades {
		c.Grades[i].Risk /= float64(c.Grades[i].Customers)
	}
	byLoss := slices.DeleteFunc(slices.Clone(a.Risks), func(r churn.Risk) bool { return r.Probability < a.Calibrated.BaseRate })
	slices.SortStableFunc(byLoss, func(a, b churn.Risk) int {
		return cmp.Compare(b.Probability*value[b.Customer], a.Probability*value[a.Customer])
	})
	for _, r := range byLoss[:min(len(byLoss), atRisk)] {
		_, why, _ := strings.Cut(r.Words(), ": ") // the risk itself has a column
		c.AtRisk = append(c.AtRisk, report.AtRisk{
			Customer: r.Customer, Grade: gradeOf(grade, r.Customer), Risk: r.Probability, Value: value[r.Customer], Reason: why,
		})
	}
	return c
}
