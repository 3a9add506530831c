package grading

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// GradeSource is the port through which processes read the grade of a customer
// on a day, "" for none.
type GradeSource interface {
	GradeOn(ctx context.Context, company tandem.CompanyID, party tandem.PartyID, day tandem.Date) (tandem.GradeCode, error)
}

// GradeAssignmentQuery selects assignments; a zero field restricts nothing.
// Results come in the order of the parties.
type GradeAssignmentQuery struct {
	Company        tandem.CompanyID
	Party          tandem.PartyID
	Grade          tandem.GradeCode // the grade told last
	ReviewedBefore tandem.Date      // reviewed before this day, or never
	Page           tandem.Page
}

// Matches reports whether the query selects a.
func (q GradeAssignmentQuery) Matches(a *GradeAssignment) bool {
	s := &a.s
	return (q.Company.IsZero() || q.Company == s.Company) && (q.Party.IsZero() || q.Party == s.Party) &&
		(q.Grade == "" || q.Grade == s.Told) &&
		(q.ReviewedBefore.IsZero() || s.Reviewed.Before(q.ReviewedBefore))
}

// GradeAssignmentRepository keeps grade assignments, one for each company and party.
type GradeAssignmentRepository interface {
	Get(ctx context.Context, company tandem.CompanyID, party tandem.PartyID) (*GradeAssignment, error) // tandem.ErrNotFound
	Save(ctx context.Context, a *GradeAssignment) error                                                // revision compared at the flush
	Find(ctx context.Context, q GradeAssignmentQuery) iter.Seq2[*GradeAssignment, error]
}

// PurchaseQuery selects purchase facts; a zero field restricts nothing. Results
// come in the order of their dates, then of their appending.
type PurchaseQuery struct {
	Company  tandem.CompanyID
	Party    tandem.PartyID
	Dates    tandem.Validity // dated in this range
	Document tandem.DocumentRef
	Page     tandem.Page
}

// Matches reports whether the query selects p.
func (q PurchaseQuery) Matches(p Purchase) bool {
	return (q.Company.IsZero() || q.Company == p.Company) && (q.Party.IsZero() || q.Party == p.Party) &&
		q.Dates.Contains(p.Date) && (q.Document.IsZero() || q.Document.Same(p.Document))
}

// PurchaseRepository keeps purchase facts, append-only. A fact that is there
// already is [tandem.ErrDuplicate].
type PurchaseRepository interface {
	Append(ctx context.Context, facts ...Purchase) error
	Find(ctx context.Context, q PurchaseQuery) iter.Seq2[Purchase, error]
}

// Repos is what the room needs of a store.
type Repos interface {
	GradeAssignments() GradeAssignmentRepository
	Purchases() PurchaseRepository
}
