package churn

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/calibration"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/logistic"
)

// Risk is what is said of a customer.
type Risk struct {
	Customer    string  `json:"customer"`
	Probability float64 `json:"probability"` // to buy nothing in the horizon from today on, calibrated
	Score       float64 `json:"score"`       // of the model, in log-odds
	// Reasons are what moves the score most, against a customer with everything at its
	// mean. Features that say one thing twice are one reason, with their sum, as their
	// coefficients mean nothing one by one: recency stands for tenure, mean_gap and overdue
	// too, frequency for recent_frequency, spend for spend_trend.
	Reasons []logistic.Contribution `json:"reasons,omitempty"`
}

// Cut is a day at which customers were taken with their label.
type Cut struct {
	Date      tandem.Date `json:"date"`
	Until     tandem.Date `json:"until"` // the first day after the label's window
	Customers int         `json:"customers"`
	Churned   int         `json:"churned"`
}

// Trial is a way to calibrate, cross-fitted on the test.
type Trial struct {
	Method  calibration.Method `json:"method"`
	LogLoss float64            `json:"log_loss"`
	Brier   float64            `json:"brier"`
}

// Assessment is the answer of [Assess].
type Assessment struct {
	AsOf    tandem.Date `json:"as_of"`
	Horizon int         `json:"horizon"`
	Rules   []Rule      `json:"rules"`
	Label   string      `json:"label"` // in words
	// Training are the cuts the model was fitted at, Test the later one that judged
	// and calibrated it; nil where the history has none.
	Training []Cut           `json:"training,omitempty"`
	Test     *Cut            `json:"test,omitempty"`
	Model    *logistic.Model `json:"model"`
	Map      calibration.Map `json:"map"` // from score to probability
	Trials   []Trial         `json:"trials,omitempty"`
	// Uncalibrated are the figures of the model's own probabilities at the test,
	// Calibrated those of the cross-fitted map. A rising map keeps the order of the
	// scores, so that the area of the first is that of the risks, too.
	Uncalibrated calibration.Figures `json:"uncalibrated"`
	Calibrated   calibration.Figures `json:"calibrated"`
	// Risks are those of today's customers, the highest first, then by key.
	Risks    []Risk            `json:"risks"`
	Inactive int               `json:"inactive,omitzero"` // customers not asked about: see [Config].Active
	Returned int               `json:"returned,omitzero"` // customers who have only returns
	LeftOut  []insight.LeftOut `json:"left_out,omitempty"`
	// Warnings are all of them, those of the parts included, whose text then begins with the
	// part: model, test and today (what the model met in scoring those rows), validation,
	// calibration, figures.
	Warnings []insight.Warning `json:"warnings,omitempty"`
}

// Assess goes from transactions to the risk of each customer, as the package's story
// tells it.
func Assess(transactions []Transaction, observations []Observation, c Config) (Assessment, error) {
	if err := checked(transactions, observations, c); err != nil {
		return Assessment{}, err
	}
	c = c.filled()
	l, err := newLedger(transactions, observations, c.AsOf)
	if err != nil {
		return Assessment{}, err
	}
	a := Assessment{
		AsOf: dateOf(l.end), Horizon: c.Horizon, LeftOut: l.leftOut,
		Label: fmt.Sprintf("churned: no purchase in the %d days from the cut on", c.Horizon),
	}
	if left := insight.Left(l.leftOut); left > 0 {
		a.warn(insight.RowsLeftOut, fmt.Sprintf("%d rows were left out", left))
	}
	if l.below > 0 {
		a.warn(NegativeSales, fmt.Sprintf("sales below nought, which count as purchases and may be returns: %d", l.below))
	}
	train, test := a.cuts(l, c)
	scores, err := a.fit(train, test, c)
	if err != nil {
		return Assessment{}, err
	}
	if err := a.calibrate(scores, test.Churned, c); err != nil {
		return Assessment{}, err
	}
	today := l.at(l.end, c)
	a.Rules, a.Inactive, a.Returned = today.Rules, today.Inactive, today.Newer
	if err := a.score(today, c); err != nil {
		return Assessment{}, err
	}
	return a, nil
}

func (a *Assessment) warn(code insight.WarningCode, text string) {
	a.Warnings = append(a.Warnings, insight.Warning{Code: code, Text: text})
}

// gather takes the warnings of a part that it has not given yet.
func (a *Assessment) gather(part string, list []insight.Warning) {
	for _, w := range list {
		w.Text = part + ": " + w.Text
		if !slices.ContainsFunc(a.Warnings, func(have insight.Warning) bool { return have.Code == w.Code && have.Text == w.Text }) {
			a.Warnings = append(a.Warnings, w)
		}
	}
}

// training is the rows of several cuts, with the customer's number as the group.
type training struct {
	table   logistic.Table
	churned []bool
	groups  []int
}

// cuts gives the rows to fit on and those to test on. A cut wants a horizon of
// history before it; only the first may have less, if there is no other.
func (a *Assessment) cuts(l *ledger, c Config) (training, Features) {
	test := Features{}
	if day := l.end - c.Horizon; day > l.begin {
		test = l.at(day, c)
		a.Test = cutOf(test)
		a.oneClass("test", a.Test)
	}
	var train training
	numbers := map[string]int{}
	for k := 2; k < 2+c.Cuts; k++ {
		day := l.end - k*c.Horizon
		short := day-l.begin < c.Horizon
		if day <= l.begin || short && k > 2 {
			break
		}
		f := l.at(day, c)
		if len(f.Customers) == 0 || train.table.Rows+len(f.Customers) > logistic.MaxRows {
			break
		}
		if short {
			a.warn(ShortBeforeCut, fmt.Sprintf("at the cut %s there were only %d days of history", f.Cut, day-l.begin))
		}
		cut := cutOf(f)
		a.Training = append(a.Training, *cut)
		train.add(f, numbers)
	}
	total := Cut{}
	for _, cut := range a.Training {
		total.Customers, total.Churned = total.Customers+cut.Customers, total.Churned+cut.Churned
	}
	if len(a.Training) > 0 {
		a.oneClass("training", &total)
	}
	if a.Test != nil && total.Customers > 0 && a.Test.Customers > 0 {
		before, after := float64(total.Churned)/float64(total.Customers), float64(a.Test.Churned)/float64(a.Test.Customers)
		if math.Abs(before-after) > 0.05 {
			a.warn(Drift, fmt.Sprintf("%.1f %% churned at the training cuts, %.1f %% at the test: season or change", 100*before, 100*after))
		}
	}
	return train, test
}

func (a *Assessment) oneClass(name string, c *Cut) {
	switch {
	case c.Customers == 0:
	case c.Churned == 0:
		a.warn(NoChurners, name+": nobody churned")
	case c.Churned == c.Customers:
		a.warn(OnlyChurners, name+": everybody churned")
	}
}

func cutOf(f Features) *Cut {
	c := Cut{Date: f.Cut, Until: f.Cut.AddDays(f.Horizon), Customers: len(f.Customers)}
	for _, y := range f.Churned {
		if y {
			c.Churned++
		}
	}
	return &c
}

func (t *training) add(f Features, numbers map[string]int) {
	if t.table.Columns == nil {
		t.table.Columns = make([]logistic.Column, len(f.Table.Columns))
	}
	for k, column := range f.Table.Columns {
		to := &t.table.Columns[k]
		to.Name, to.Logarithm = column.Name, column.Logarithm
		to.Numbers = append(to.Numbers, column.Numbers...)
		to.Categories = append(to.Categories, column.Categories...)
	}
	t.table.Rows += f.Table.Rows
	t.churned = append(t.churned, f.Churned...)
	for _, name := range f.Customers {
		if _, ok := numbers[name]; !ok {
			numbers[name] = len(numbers)
		}
		t.groups = append(t.groups, numbers[name])
	}
}

// fit makes the model and gives the scores of the test's rows, from outside of what
// it was fitted on; nil where there are none. With checked arguments an error is a
// limit of the model that the data pass.
func (a *Assessment) fit(train training, test Features, c Config) ([]float64, error) {
	config := c.logistic()
	table, churned := train.table, train.churned
	config.Groups = train.groups
	alone := table.Rows == 0
	if alone {
		table, churned = test.Table, test.Churned
		if len(churned) == 0 {
			table = logistic.Table{}
			a.warn(NoLabels, "less history than one horizon: nothing is known of who churns, and a half stands for it")
		} else {
			a.warn(OneCut, "less history than two horizons: model and figures are of one cut, by cross-validation")
		}
		config.Groups = nil
	}
	model, err := logistic.Fit(table, churned, config)
	if err != nil {
		return nil, err
	}
	a.Model = model
	a.gather("model", model.Warnings)
	if !alone {
		s, err := model.Score(test.Table)
		a.gather("test", s.Warnings)
		return s.LogOdds, err
	}
	if v := model.Validation; v != nil && v.LogOdds() != nil {
		return v.LogOdds(), nil
	}
	if len(churned) == 0 || len(c.Penalties) != 1 {
		return nil, nil
	}
	v, err := logistic.Validate(table, churned, config)
	if err != nil {
		return nil, err
	}
	a.gather("validation", v.Warnings)
	return v.LogOdds(), nil
}

// enough is what a calibration wants of the rarer outcome.
const enough = 10

// calibrate chooses the map by cross-fitted log loss, and measures.
func (a *Assessment) calibrate(scores []float64, churned []bool, c Config) (err error) {
	a.Map = calibration.Map{Method: calibration.None}
	if scores == nil { // where there is no test
		churned = nil
	}
	raw := make([]float64, len(scores))
	for i, s := range scores {
		raw[i] = calibration.Probability(s)
	}
	if a.Uncalibrated, err = calibration.Measure(raw, churned, 0); err != nil {
		return err
	}
	a.Calibrated = a.Uncalibrated
	if min(a.Uncalibrated.Events, a.Uncalibrated.Rows-a.Uncalibrated.Events) < enough {
		a.warn(FewToCalibrate, "fewer than ten of one outcome at the test: probabilities are the model's own")
	} else if err := a.choose(scores, churned, c); err != nil {
		return err
	}
	a.gather("calibration", a.Map.Warnings)
	a.gather("figures", a.Uncalibrated.Warnings)
	a.gather("figures", a.Calibrated.Warnings)
	if a.Calibrated.Rows > 0 && a.Calibrated.BrierSkill <= 0 {
		a.warn(WorseThanBase, "at the test the probabilities are no better than the share of churners for all")
	}
	return nil
}

// choose takes the map of least cross-fitted log loss.
func (a *Assessment) choose(scores []float64, churned []bool, c Config) error {
	methods := calibration.Methods()
	if c.Calibration != "" {
		methods = []calibration.Method{c.Calibration}
	}
	least := math.Inf(1)
	for _, m := range methods {
		p, err := m.CrossFit(scores, churned, c.Folds, c.Seed)
		if err != nil {
			return err
		}
		f, err := calibration.Measure(p, churned, 0)
		if err != nil {
			return err
		}
		a.Trials = append(a.Trials, Trial{m, f.LogLoss, f.Brier})
		if f.LogLoss >= least {
			continue
		}
		least, a.Calibrated = f.LogLoss, f
		if a.Map, err = m.Fit(scores, churned); err != nil {
			return err
		}
	}
	return nil
}

// score gives today's customers their risk.
func (a *Assessment) score(today Features, c Config) error {
	if len(today.Customers) == 0 {
		a.warn(NoCustomers, "no customer to assess")
		return nil
	}
	s, err := a.Model.Score(today.Table)
	if err != nil {
		return err
	}
	a.gather("today", s.Warnings)
	a.Risks = make([]Risk, len(today.Customers))
	for i, name := range today.Customers {
		a.Risks[i] = Risk{Customer: name, Probability: a.Map.Probability(s.LogOdds[i]), Score: s.LogOdds[i], Reasons: reasons(a.Model.Explain(today.Table, i, 0), c.Reasons)}
	}
	slices.SortFunc(a.Risks, func(x, y Risk) int {
		return cmp.Or(cmp.Compare(y.Probability, x.Probability), cmp.Compare(x.Customer, y.Customer))
	})
	return nil
}
