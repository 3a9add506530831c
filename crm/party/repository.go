package party

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// PartySource is the port through which processes read parties.
type PartySource interface {
	Party(ctx context.Context, id tandem.PartyID) (*Party, error) // tandem.ErrNotFound
}

// FromRepository gives the port over a repository.
func FromRepository(parties PartyRepository) PartySource { return repositorySource{parties} }

type repositorySource struct{ parties PartyRepository }

// Party gives the party with that id.
func (s repositorySource) Party(ctx context.Context, id tandem.PartyID) (*Party, error) {
	return s.parties.Get(ctx, id)
}

// PartyQuery selects parties; a zero field restricts nothing. Results come in
// the order of their ids.
type PartyQuery struct {
	Status Status
	Kind   Kind
	Role   RoleKind       // has this role on the day RoleOn, or on any day if that is zero
	RoleOn tandem.Date    // of Role
	Parent tandem.PartyID // directly below this party
	Page   tandem.Page
}

// Matches reports whether the query selects p.
func (q PartyQuery) Matches(p *Party) bool {
	s := &p.s
	return (q.Status == "" || q.Status == s.Status) && (q.Kind == "" || q.Kind == s.Kind) &&
		(q.Parent.IsZero() || q.Parent == s.Parent.Party) && (q.Role == "" || q.matchesRole(p))
}

func (q PartyQuery) matchesRole(p *Party) bool {
	if !q.RoleOn.IsZero() {
		return p.Is(q.Role, q.RoleOn)
	}
	for _, r := range p.s.Roles {
		if r.Kind == q.Role {
			return true
		}
	}
	return false
}

// PartyRepository keeps parties.
type PartyRepository interface {
	Get(ctx context.Context, id tandem.PartyID) (*Party, error) // tandem.ErrNotFound
	Save(ctx context.Context, p *Party) error                   // revision compared at the flush
	Find(ctx context.Context, q PartyQuery) iter.Seq2[*Party, error]
}

// CrossReferenceQuery selects cross-references; a zero field restricts nothing.
// Results come in the order of system and key.
type CrossReferenceQuery struct {
	System string
	Party  tandem.PartyID // stands for it now
	Page   tandem.Page
}

// Matches reports whether the query selects r.
func (q CrossReferenceQuery) Matches(r CrossReference) bool {
	return (q.System == "" || q.System == r.System) && (q.Party.IsZero() || q.Party == r.Party)
}

// CrossReferenceRepository keeps cross-references. System and key are unique: a
// second one that is saved as new is [tandem.ErrDuplicate].
// The library's own refuses to save what Validate refuses.
type CrossReferenceRepository interface {
	Get(ctx context.Context, system, external string) (CrossReference, error) // tandem.ErrNotFound
	Save(ctx context.Context, r CrossReference) error                         // revision compared at the flush
	Find(ctx context.Context, q CrossReferenceQuery) iter.Seq2[CrossReference, error]
}

// ConsentQuery selects consent facts; a zero field restricts nothing. Results
// come in the order of their appending. [Decide] wants those of the party and
// those of the address: two queries.
type ConsentQuery struct {
	Company tandem.CompanyID
	Party   tandem.PartyID
	Address AddressKey
	Purpose Purpose // this purpose, or everything
	Channel Channel // this channel, or everything
	Page    tandem.Page
}

// Matches reports whether the query selects f.
func (q ConsentQuery) Matches(f Consent) bool {
	return (q.Company.IsZero() || q.Company == f.Company) && (q.Party.IsZero() || q.Party == f.Party) &&
		(q.Address == "" || q.Address == f.Address) &&
		(q.Purpose == "" || q.Purpose == f.Purpose || f.Purpose == Everything) &&
		(q.Channel == "" || q.Channel == f.Channel || f.Channel == Everything)
}

// ConsentRepository keeps consent facts, append-only. A fact that is there
// already is [tandem.ErrDuplicate].
type ConsentRepository interface {
	Append(ctx context.Context, facts ...Consent) error
	Find(ctx context.Context, q ConsentQuery) iter.Seq2[Consent, error]
}

// InteractionQuery selects interactions; a zero field restricts nothing. Results
// come in the order in which they occurred, then of their appending: the latest
// first is Page.Descending.
type InteractionQuery struct {
	Company  tandem.CompanyID
	Party    tandem.PartyID
	Kind     InteractionKind
	Document tandem.DocumentRef
	From     tandem.Instant // occurred at or after
	Until    tandem.Instant // occurred before
	Page     tandem.Page
}

// Matches reports whether the query selects i.
func (q InteractionQuery) Matches(i Interaction) bool {
	return (q.Company.IsZero() || q.Company == i.Company) && (q.Party.IsZero() || q.Party == i.Party) &&
		(q.Kind == "" || q.Kind == i.Kind) && (q.Document.IsZero() || q.Document.Same(i.Document)) &&
		!i.Occurred.Before(q.From) && (q.Until.IsZero() || i.Occurred.Before(q.Until))
}

// InteractionRepository keeps the timelines, append-only. An interaction that is
// there already is [tandem.ErrDuplicate].
type InteractionRepository interface {
	Append(ctx context.Context, facts ...Interaction) error
	Find(ctx context.Context, q InteractionQuery) iter.Seq2[Interaction, error]
}

// Repos is what the room needs of a store.
type Repos interface {
	Parties() PartyRepository
	PartyCrossReferences() CrossReferenceRepository
	Consents() ConsentRepository
	Interactions() InteractionRepository
}
