package inventory

import (
	"iter"

	"github.com/tandem-go/tandem"
)

type moveKind struct{}

// MoveID names a stock move.
type MoveID = tandem.ID[moveKind]

// Reason says why stock was moved. The library's own reasons are constants; a
// host may use others, of at most [tandem.MaxName] bytes.
type Reason string

// Reasons of the library's own processes.
const (
	ReasonReceipt  Reason = "receipt"       // goods came in from a supplier
	ReasonDelivery Reason = "delivery"      // goods went out to a customer
	ReasonReturn   Reason = "return"        // goods came back from a customer
	ReasonCount    Reason = "count"         // a count found another quantity
	ReasonAdjust   Reason = "adjustment"    // a correction without a count
	ReasonScrap    Reason = "scrap"         // goods were thrown away
	ReasonTransfer Reason = "transfer"      // goods changed their place
	ReasonOpening  Reason = "opening"       // stock of the first day
	ReasonReversal Reason = "reversal"      // an earlier move was wrong
	ReasonSupplier Reason = "supplier_back" // goods went back to a supplier
)

// Move is a fact: a quantity of a product went from one location to another. It
// is appended once and never changed; a wrong move is corrected by one that
// reverses it ([Move.Reverse]). Since every move has two ends, and the quantity
// is positive, what all locations hold sums to nought at every instant.
type Move struct {
	ID        MoveID            `json:"id"`
	Company   tandem.CompanyID  `json:"company"`
	Product   tandem.ProductID  `json:"product"`
	Lot       tandem.LotID      `json:"lot,omitzero"`
	From      tandem.LocationID `json:"from"`
	To        tandem.LocationID `json:"to"`
	Quantity  tandem.Quantity   `json:"quantity"`  // in the product's base unit, positive
	Effective tandem.Instant    `json:"effective"` // when it happened
	Recorded  tandem.Instant    `json:"recorded"`  // when it became known
	Source    tandem.LineRef    `json:"source"`    // the document line it was made for
	Reason    Reason            `json:"reason"`
	Reverses  MoveID            `json:"reverses,omitzero"`
}

// Validate reports every fault of the move.
func (m Move) Validate() error {
	var c tandem.Check
	c.Require(!m.ID.IsZero(), "required", "id", "must be given")
	c.Require(!m.Company.IsZero(), "required", "company", "must be given")
	c.Require(!m.Product.IsZero(), "required", "product", "must be given")
	c.Require(!m.From.IsZero(), "required", "from", "must be given")
	c.Require(!m.To.IsZero(), "required", "to", "must be given")
	c.Require(m.From != m.To, "same_place", "to", "must be another location")
	c.Require(m.Quantity.Sign() > 0, "quantity", "quantity", "must be positive")
	c.Require(!m.Effective.IsZero(), "required", "effective", "must be given")
	c.Require(!m.Recorded.IsZero(), "required", "recorded", "must be given")
	c.Require(!m.Recorded.Before(m.Effective), "future", "effective", "cannot lie in the future of its recording")
	c.Require(m.Reason != "" && len(m.Reason) <= tandem.MaxName, "reason", "reason", "must be given and short")
	c.Require(m.Reverses.IsZero() || m.Reverses != m.ID, "reverses", "reverses", "must be another move")
	return c.Err("move")
}

// Reverse gives the move that undoes m, effective when m was: the same quantity
// the other way. A reversal is not reversed; record the right move instead. That
// a move is reversed at most once is kept by the repository.
func (m Move) Reverse(id MoveID, recorded tandem.Instant) (Move, error) {
	if !m.Reverses.IsZero() {
		return Move{}, &tandem.RefusedError{Command: "reverse", Subject: "move " + m.ID.String(),
			Code: "is_reversal", Reason: "the move is itself a reversal"}
	}
	r := m
	r.ID, r.From, r.To, r.Recorded = id, m.To, m.From, recorded
	r.Reason, r.Reverses = ReasonReversal, m.ID
	return r, r.Validate()
}

// MovesToChanges gives the level changes of the moves, merged and in the order
// of their keys, ready for [Levels].Apply. Locations are looked up with locate;
// counter-locations have no level, and a view cannot be an end of a move.
func MovesToChanges(moves []Move, locate func(tandem.LocationID) (Location, error)) ([]LevelChange, error) {
	changes := make([]LevelChange, 0, 2*len(moves))
	for i := range moves {
		m := &moves[i]
		if err := m.Validate(); err != nil {
			return nil, err
		}
		var err error
		if changes, err = m.appendEnd(changes, m.From, -m.Quantity.Micro(), locate); err != nil {
			return nil, err
		}
		if changes, err = m.appendEnd(changes, m.To, m.Quantity.Micro(), locate); err != nil {
			return nil, err
		}
	}
	return MergeChanges(changes)
}

func (m *Move) appendEnd(dst []LevelChange, at tandem.LocationID, onHand int64,
	locate func(tandem.LocationID) (Location, error)) ([]LevelChange, error) {
	l, err := locate(at)
	switch {
	case err != nil:
		return nil, err
	case l.Company != m.Company:
		return nil, fault("move", "company", "company", "location "+at.String()+" is of another company")
	case l.Kind == View:
		return nil, fault("move", "view", "location", "location "+at.String()+" is a view and holds nothing")
	case l.Kind != Stock:
		return dst, nil
	}
	return append(dst, LevelChange{
		Key:    LevelKey{Company: m.Company, Location: at, Product: m.Product, Lot: m.Lot},
		OnHand: onHand, AllowNegative: l.AllowNegative,
	}), nil
}

// OnHandAt sums the moves up to an instant into levels, counter-locations
// included, so that the sum over all locations is nought: what was at hand as of
// effective, as it was known at recorded (a zero instant bounds nothing). A
// snapshot of an earlier instant may be given as the start; the moves must then
// be those behind it. Levels come in the order of their keys, without those at
// nought; nothing is reserved in them.
func OnHandAt(snapshot []Level, moves iter.Seq2[Move, error], effective, recorded tandem.Instant) ([]Level, error) {
	var changes []LevelChange
	for _, l := range snapshot {
		changes = append(changes, LevelChange{Key: l.Key, OnHand: l.OnHand})
	}
	const batch = 4096 // merged now and then, so that memory follows the levels, not the moves
	limit := len(changes) + batch
	for m, err := range moves {
		if err != nil {
			return nil, err
		}
		if !effective.IsZero() && m.Effective.After(effective) || !recorded.IsZero() && m.Recorded.After(recorded) {
			continue
		}
		key := LevelKey{Company: m.Company, Location: m.From, Product: m.Product, Lot: m.Lot}
		changes = append(changes, LevelChange{Key: key, OnHand: -m.Quantity.Micro()})
		key.Location = m.To
		changes = append(changes, LevelChange{Key: key, OnHand: m.Quantity.Micro()})
		if len(changes) >= limit {
			if changes, err = MergeChanges(changes); err != nil {
				return nil, err
			}
			limit = 2*len(changes) + batch
		}
	}
	changes, err := MergeChanges(changes)
	if err != nil {
		return nil, err
	}
	out := make([]Level, len(changes))
	for i, c := range changes {
		out[i] = Level{Key: c.Key, OnHand: c.OnHand}
	}
	return out, nil
}
