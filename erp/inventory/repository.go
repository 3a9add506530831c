package inventory

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// LocationSource is the port through which processes read locations.
type LocationSource interface {
	Location(ctx context.Context, company tandem.CompanyID, id tandem.LocationID) (Location, error) // tandem.ErrNotFound
}

// LocationQuery selects locations; a zero field restricts nothing. Results come
// in the order of their codes.
type LocationQuery struct {
	Company tandem.CompanyID
	Code    string
	Parent  tandem.LocationID // directly under this location
	Kind    LocationKind
	Page    tandem.Page
}

// Matches reports whether the query selects l.
func (q LocationQuery) Matches(l Location) bool {
	return (q.Company.IsZero() || q.Company == l.Company) && (q.Code == "" || q.Code == l.Code) &&
		(q.Parent.IsZero() || q.Parent == l.Parent) && (q.Kind == "" || q.Kind == l.Kind)
}

// LocationRepository keeps locations. Codes are unique within a company.
// The library's own refuses to save what Validate refuses.
type LocationRepository interface {
	Get(ctx context.Context, company tandem.CompanyID, id tandem.LocationID) (Location, error) // tandem.ErrNotFound
	Save(ctx context.Context, l Location) error                                                // revision compared at the flush
	Find(ctx context.Context, q LocationQuery) iter.Seq2[Location, error]
}

// FromRepository gives the port over a repository.
func FromRepository(locations LocationRepository) LocationSource {
	return repositorySource{locations}
}

type repositorySource struct{ locations LocationRepository }

// Location gives the location with that id.
func (s repositorySource) Location(ctx context.Context, company tandem.CompanyID, id tandem.LocationID) (Location, error) {
	return s.locations.Get(ctx, company, id)
}

// MoveQuery selects moves; a zero field restricts nothing. Results come in the
// order in which the moves were appended.
type MoveQuery struct {
	Company        tandem.CompanyID
	Product        tandem.ProductID
	Lot            tandem.LotID
	Location       tandem.LocationID  // at either end
	Source         tandem.DocumentRef // made for any line of this document
	Line           int                // of Source, where it is given
	Reverses       MoveID             // the reversal of this move
	EffectiveFrom  tandem.Instant     // effective at or after
	EffectiveUntil tandem.Instant     // effective before
	RecordedUntil  tandem.Instant     // recorded before
	Page           tandem.Page
}

// Matches reports whether the query selects m.
func (q MoveQuery) Matches(m Move) bool {
	return (q.Company.IsZero() || q.Company == m.Company) && (q.Product.IsZero() || q.Product == m.Product) &&
		(q.Lot.IsZero() || q.Lot == m.Lot) &&
		(q.Location.IsZero() || q.Location == m.From || q.Location == m.To) &&
		(q.Source.IsZero() || q.Source.Same(m.Source.Document)) && (q.Line == 0 || q.Line == m.Source.Line) &&
		(q.Reverses.IsZero() || q.Reverses == m.Reverses) && !m.Effective.Before(q.EffectiveFrom) &&
		(q.EffectiveUntil.IsZero() || m.Effective.Before(q.EffectiveUntil)) &&
		(q.RecordedUntil.IsZero() || m.Recorded.Before(q.RecordedUntil))
}

// MoveRepository keeps the moves, append-only.
type MoveRepository interface {
	// Append adds facts. A move that is there already, and a second reversal of one
	// move, are [tandem.ErrDuplicate]. Append does not touch the levels; see
	// [MovesToChanges].
	Append(ctx context.Context, moves ...Move) error
	Find(ctx context.Context, q MoveQuery) iter.Seq2[Move, error]
}

// LevelQuery selects levels; a zero field restricts nothing. Results come in the
// order of their keys.
type LevelQuery struct {
	Company  tandem.CompanyID
	Location tandem.LocationID
	Product  tandem.ProductID
	Lot      tandem.LotID
	NonZero  bool // only levels with something at hand or reserved
	Page     tandem.Page
}

// Matches reports whether the query selects l.
func (q LevelQuery) Matches(l Level) bool {
	return (q.Company.IsZero() || q.Company == l.Key.Company) && (q.Location.IsZero() || q.Location == l.Key.Location) &&
		(q.Product.IsZero() || q.Product == l.Key.Product) && (q.Lot.IsZero() || q.Lot == l.Key.Lot) &&
		(!q.NonZero || l.OnHand != 0 || l.Reserved != 0)
}

// Levels keeps the levels: shared counters, changed by bounded increments and
// never by read-modify-write.
type Levels interface {
	// Get gives one level for each key, in the order of the keys: nought where
	// there is no row. It shows changes applied earlier in the same unit of work.
	Get(ctx context.Context, keys ...LevelKey) ([]Level, error)
	// Apply merges the changes of equal keys and refuses at once, with an
	// [*InsufficientError], what the visible level forbids by [Level.Apply]; then
	// nothing of the call is applied. A race that is lost at the flush is an
	// InsufficientError with Raced set.
	Apply(ctx context.Context, changes ...LevelChange) error
	Find(ctx context.Context, q LevelQuery) iter.Seq2[Level, error]
}

// ReservationQuery selects reservations; a zero field restricts nothing. Results
// come in the order of the promised days, then of the ids.
type ReservationQuery struct {
	Company       tandem.CompanyID
	Product       tandem.ProductID
	Location      tandem.LocationID
	Lot           tandem.LotID
	Document      tandem.DocumentRef // held for any line of this document
	Line          int                // of Document, where it is given
	Status        ReservationStatus
	ExpiresBefore tandem.Instant // has a time, and it is over before this instant
	Page          tandem.Page
}

// Matches reports whether the query selects r.
func (q ReservationQuery) Matches(r *Reservation) bool {
	s := &r.s
	return (q.Company.IsZero() || q.Company == s.Company) && (q.Product.IsZero() || q.Product == s.Product) &&
		(q.Location.IsZero() || q.Location == s.Location) && (q.Lot.IsZero() || q.Lot == s.Lot) &&
		(q.Document.IsZero() || q.Document.Same(s.Line.Document)) && (q.Line == 0 || q.Line == s.Line.Line) &&
		(q.Status == "" || q.Status == s.Status) &&
		(q.ExpiresBefore.IsZero() || !s.Expires.IsZero() && s.Expires.Before(q.ExpiresBefore))
}

// ReservationRepository keeps reservations.
type ReservationRepository interface {
	Get(ctx context.Context, company tandem.CompanyID, id ReservationID) (*Reservation, error) // tandem.ErrNotFound
	Save(ctx context.Context, r *Reservation) error                                            // revision compared at the flush
	Find(ctx context.Context, q ReservationQuery) iter.Seq2[*Reservation, error]
}

// Repos is what the room needs of a store.
type Repos interface {
	Locations() LocationRepository
	StockMoves() MoveRepository
	StockLevels() Levels
	Reservations() ReservationRepository
	Backorders() BackorderRepository
}
