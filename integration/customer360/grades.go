package customer360

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/integration/work"
)

// GradeRepos is what [Grades] reads.
type GradeRepos interface {
	grading.Repos
	party.Repos
}

// Grades is the default [grading.GradeSource] over a store: the grade that a
// customer has on a day, or, where it has none and says that it inherits grades,
// that of the party above it. Each call is a View of its own; inside a unit of
// work use [GradesIn].
//
// A process asks it when it prices. So a change of grade holds for what is
// quoted or ordered from its day on, and what was sent keeps its prices.
func Grades[R GradeRepos](store work.Store[R]) grading.GradeSource { return storeGrades[R]{store} }

type storeGrades[R GradeRepos] struct{ store work.Store[R] }

// GradeOn gives the grade on a day, "" for none.
func (s storeGrades[R]) GradeOn(ctx context.Context, company tandem.CompanyID, id tandem.PartyID, day tandem.Date) (grade tandem.GradeCode, err error) {
	err = s.store.View(ctx, func(ctx context.Context, r R) error {
		grade, err = gradesIn{r}.GradeOn(ctx, company, id, day)
		return err
	})
	return grade, err
}

// GradesIn is [Grades] over an open bundle.
func GradesIn(r GradeRepos) grading.GradeSource { return gradesIn{r} }

type gradesIn struct{ r GradeRepos }

// GradeOn gives the grade on a day, "" for none.
func (s gradesIn) GradeOn(ctx context.Context, company tandem.CompanyID, id tandem.PartyID, day tandem.Date) (tandem.GradeCode, error) {
	grade, err := s.own(ctx, company, id, day)
	if err != nil || grade != "" {
		return grade, err
	}
	p, err := s.r.Parties().Get(ctx, id)
	if errors.Is(err, tandem.ErrNotFound) { // the host keeps its parties elsewhere
		return "", nil
	}
	if err != nil {
		return "", err
	}
	chain, err := party.Inherited(p, party.InheritGrade, func(above tandem.PartyID) (*party.Party, error) { return s.r.Parties().Get(ctx, above) })
	if err != nil {
		return "", err
	}
	for _, above := range chain[1:] {
		if grade, err = s.own(ctx, company, above, day); err != nil || grade != "" {
			return grade, err
		}
	}
	return "", nil
}

func (s gradesIn) own(ctx context.Context, company tandem.CompanyID, id tandem.PartyID, day tandem.Date) (tandem.GradeCode, error) {
	a, err := s.r.GradeAssignments().Get(ctx, company, id)
	if errors.Is(err, tandem.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return a.GradeOn(day), nil
}
