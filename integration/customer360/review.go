package customer360

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/integration/work"
)

// MaxExcluded is the most parties that one review names to be left out.
const MaxExcluded = 10_000

// PartyFilter says which parties are no customers to be graded: cash customers,
// sister companies.
type PartyFilter interface {
	Excluded(ctx context.Context, company tandem.CompanyID, party tandem.PartyID) (bool, error)
}

// ServiceConfig is what the commands of this package need.
type ServiceConfig struct {
	Work     work.Config
	Excluded PartyFilter // default: nobody but those that the command names
}

// Service runs the commands of this package. It is immutable and safe for
// concurrent use.
type Service[R Repos] struct {
	runner   *work.Runner[R]
	excluded PartyFilter
}

// New gives the service. It reads nothing; the store is wrapped in [work.Retry].
func New[R Repos](store work.Store[R], config ServiceConfig) (*Service[R], error) {
	runner, err := work.NewRunner(store, config.Work)
	if err != nil {
		return nil, err
	}
	return &Service[R]{runner, config.Excluded}, nil
}

// On gives the service on another store, such as a joined one.
func (s *Service[R]) On(store work.Store[R]) *Service[R] {
	return &Service[R]{s.runner.On(store), s.excluded}
}

// ReviewGrades asks for a review of the grades of all customers of a company:
// whoever has a purchase in the policy's window before AsOf, and whoever has a
// grade. Excluded parties are not ranked, so they do not move the others, and
// keep what they have.
type ReviewGrades struct {
	work.Header
	Company  tandem.CompanyID
	Currency tandem.Currency // of the company
	AsOf     tandem.Date     // day from which the outcome holds; it is not in the window
	Policy   grading.Policy
	Exclude  []tandem.PartyID
}

// CommandName is `customer360.review_grades`.
func (ReviewGrades) CommandName() string { return "customer360.review_grades" }

// Access asks for the company.
func (c ReviewGrades) Access() work.Access { return work.Access{Company: c.Company} }

// AppendJSON appends the business fields as JSON.
func (c ReviewGrades) AppendJSON(dst []byte) []byte {
	return work.AppendJSON(dst, struct {
		Company  tandem.CompanyID `json:"company"`
		Currency tandem.Currency  `json:"currency"`
		AsOf     tandem.Date      `json:"as_of"`
		Policy   grading.Policy   `json:"policy"`
		Exclude  []tandem.PartyID `json:"exclude,omitempty"`
	}{c.Company, c.Currency, c.AsOf, c.Policy, c.Exclude})
}

func (c *ReviewGrades) validate() error {
	var check tandem.Check
	check.Require(!c.Company.IsZero(), "required", "company", "must be given")
	check.Require(c.Currency.Valid(), "currency", "currency", "must be the company's currency")
	check.Require(len(c.Exclude) <= MaxExcluded, "too_many", "exclude", "must be at most 10,000")
	check.Nested("policy", c.Policy.Validate())
	check.Nested("", grading.Window{AsOf: c.AsOf, Days: c.Policy.Window}.Validate())
	return check.Err("review grades")
}

// GradeCount is how many customers have a grade after a review, pins included.
type GradeCount struct {
	Grade     tandem.GradeCode `json:"grade"` // "" = none
	Customers int              `json:"customers"`
}

// GradeMove is a customer whose earned grade changed.
type GradeMove struct {
	Party  tandem.PartyID   `json:"party"`
	From   tandem.GradeCode `json:"from"`
	To     tandem.GradeCode `json:"to"`
	Reason grading.Reason   `json:"reason"`
	Pinned bool             `json:"pinned,omitempty"` // a pin stands above it: the price stays for now
}

// Unreviewed is a customer whose assignment refused the review, since it was
// reviewed on that day or had a command on a later one.
type Unreviewed struct {
	Party tandem.PartyID `json:"party"`
	Code  string         `json:"code"` // of the refusal
}

// GradesReviewed is the outcome of a review. It is kept with the command's key:
// it is where one reads later why a grade was not changed.
type GradesReviewed struct {
	AsOf      tandem.Date        `json:"as_of"`
	Policy    string             `json:"policy"` // version
	Ranked    int                `json:"ranked"` // customers scored against each other
	Reviewed  int                `json:"reviewed"`
	First     int                `json:"first"`               // graded for the first time
	Up        int                `json:"up"`                  // to a better grade
	Down      int                `json:"down"`                // to a worse one
	Grades    []GradeCount       `json:"grades"`              // best first, then what the policy does not know
	Moves     []GradeMove        `json:"moves,omitempty"`     // in the order of the parties: up, down, and by a changed policy
	Skipped   []Unreviewed       `json:"skipped,omitempty"`   // in the order of the parties
	Decisions []grading.Decision `json:"decisions,omitempty"` // in the order of the parties (Score.Party)
}

// AppendJSON appends the result as JSON.
func (g GradesReviewed) AppendJSON(dst []byte) []byte { return work.AppendJSON(dst, g) }

// ReviewGrades runs a review: it ranks the customers by the purchases of the
// window and lets the policy decide for each. Assignments are made for those that
// have none; a grade that changes is told by [grading.GradeChanged]. The same
// day is reviewed once: see [GradesReviewed.Skipped].
func (s *Service[R]) ReviewGrades(ctx context.Context, cmd ReviewGrades) (GradesReviewed, error) {
	return work.Do(ctx, s.runner, cmd, func(ctx context.Context, r R, scope *work.Scope) (GradesReviewed, error) {
		if err := cmd.validate(); err != nil {
			return GradesReviewed{}, err
		}
		v := review{cmd: &cmd, filter: s.excluded, known: map[tandem.PartyID]bool{}, held: map[tandem.PartyID]*grading.GradeAssignment{}}
		for _, id := range cmd.Exclude {
			v.known[id] = true
		}
		ranking, err := v.rank(ctx, r)
		if err != nil {
			return GradesReviewed{}, err
		}
		v.out = GradesReviewed{AsOf: cmd.AsOf, Policy: cmd.Policy.Version, Ranked: ranking.N, Decisions: make([]grading.Decision, 0, len(ranking.Scores))}
		for i := range ranking.Scores {
			if err := v.review(ctx, r, scope, ranking.Scores[i]); err != nil {
				return GradesReviewed{}, err
			}
		}
		v.count()
		return v.out, nil
	})
}

// review is a review under way.
type review struct {
	cmd    *ReviewGrades
	filter PartyFilter
	known  map[tandem.PartyID]bool // whether a party is excluded
	held   map[tandem.PartyID]*grading.GradeAssignment
	grades []GradeCount
	out    GradesReviewed
}

func (v *review) excluded(ctx context.Context, id tandem.PartyID) (bool, error) {
	excluded, known := v.known[id]
	if known || v.filter == nil {
		return excluded, nil
	}
	excluded, err := v.filter.Excluded(ctx, v.cmd.Company, id)
	v.known[id] = excluded
	return excluded, err
}

// rank reads the window's purchases, one at a time, and those who have a grade.
func (v *review) rank(ctx context.Context, r Repos) (*grading.Ranking, error) {
	window := grading.Window{AsOf: v.cmd.AsOf, Days: v.cmd.Policy.Window}
	tally, err := grading.NewTally(window, v.cmd.Currency)
	if err != nil {
		return nil, err
	}
	for p, err := range r.Purchases().Find(ctx, grading.PurchaseQuery{Company: v.cmd.Company, Dates: window.Validity()}) {
		if err != nil {
			return nil, err
		}
		if excluded, err := v.excluded(ctx, p.Party); err != nil {
			return nil, err
		} else if excluded {
			continue
		}
		if err := tally.Add(p); err != nil {
			return nil, err
		}
	}
	for a, err := range r.GradeAssignments().Find(ctx, grading.GradeAssignmentQuery{Company: v.cmd.Company}) {
		if err != nil {
			return nil, err
		}
		if excluded, err := v.excluded(ctx, a.Party()); err != nil {
			return nil, err
		} else if !excluded {
			v.held[a.Party()] = a
			tally.Include(a.Party())
		}
	}
	return tally.Ranking(v.cmd.Policy.Population)
}

// review decides for one customer. One without a grade that is not ranked
// (nothing but a credit of nought) is no customer yet.
func (v *review) review(ctx context.Context, r Repos, scope *work.Scope, score grading.Score) error {
	a := v.held[score.Party]
	if a == nil {
		if !score.Ranked {
			return nil
		}
		var err error
		if a, err = grading.NewGradeAssignment(v.cmd.Company, score.Party); err != nil {
			return err
		}
	}
	d, err := a.Review(v.cmd.Policy, score, v.cmd.AsOf, scope.Now)
	var refused *tandem.RefusedError
	if errors.As(err, &refused) {
		v.out.Skipped = append(v.out.Skipped, Unreviewed{score.Party, refused.Code})
		v.tally(a.GradeOn(v.cmd.AsOf))
		return nil
	}
	if err != nil {
		return err
	}
	scope.Emit(a.Drain())
	v.out.Decisions = append(v.out.Decisions, d)
	v.move(&d)
	v.tally(a.GradeOn(v.cmd.AsOf))
	return r.GradeAssignments().Save(ctx, a)
}

func (v *review) move(d *grading.Decision) {
	v.out.Reviewed++
	switch {
	case d.Reason == grading.ReasonFirst:
		v.out.First++
		return
	case !d.Changed():
		return
	case d.Reason == grading.ReasonUp:
		v.out.Up++
	case d.Reason == grading.ReasonDown:
		v.out.Down++
	}
	v.out.Moves = append(v.out.Moves, GradeMove{Party: d.Score.Party, From: d.Before, To: d.Grade, Reason: d.Reason, Pinned: d.Pinned})
}

func (v *review) tally(g tandem.GradeCode) {
	i := slices.IndexFunc(v.grades, func(c GradeCount) bool { return c.Grade == g })
	if i < 0 {
		i = len(v.grades)
		v.grades = append(v.grades, GradeCount{Grade: g})
	}
	v.grades[i].Customers++
}

// place gives 0 for the best grade of the policy; behind them the base, and then
// grades that it does not know.
func (v *review) place(g tandem.GradeCode) int {
	steps := v.cmd.Policy.Steps
	for i := range steps {
		if steps[i].Grade == g {
			return len(steps) - 1 - i
		}
	}
	if g == v.cmd.Policy.Base {
		return len(steps)
	}
	return len(steps) + 1
}

// count lists every grade of the policy, and what else is held.
func (v *review) count() {
	out := make([]GradeCount, 0, len(v.cmd.Policy.Steps)+1)
	for _, step := range slices.Backward(v.cmd.Policy.Steps) {
		out = append(out, GradeCount{Grade: step.Grade})
	}
	out = append(out, GradeCount{Grade: v.cmd.Policy.Base})
	for _, c := range v.grades {
		if i := v.place(c.Grade); i < len(v.cmd.Policy.Steps)+1 {
			out[i].Customers += c.Customers
		} else {
			out = append(out, c)
		}
	}
	slices.SortFunc(out[len(v.cmd.Policy.Steps)+1:], func(a, b GradeCount) int { return cmp.Compare(a.Grade, b.Grade) })
	v.out.Grades = out
}
