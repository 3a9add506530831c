package storetest

import (
	"cmp"
	"context"
	"encoding/binary"
	"iter"
	"strconv"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/inventory/count"
)

func inventoryKinds[R Repos]() []kind[R] {
	return []kind[R]{locationKind[R](), reservationKind[R](), backorderKind[R](), moveKind[R](), countKind[R]()}
}

func locationKind[R Repos]() kind[R] {
	return plain(records[R, inventory.Location, inventory.Location, inventory.LocationQuery]{
		name: "location", states: locationStates,
		table: func(r R) any { return r.Locations() },
		save:  func(ctx context.Context, r R, l inventory.Location) error { return r.Locations().Save(ctx, l) },
		get: func(ctx context.Context, r R, l *inventory.Location) (inventory.Location, error) {
			return r.Locations().Get(ctx, l.Company, l.ID)
		},
		find: func(ctx context.Context, r R, q inventory.LocationQuery) iter.Seq2[inventory.Location, error] {
			return r.Locations().Find(ctx, q)
		},
		queries: func(l *inventory.Location) []inventory.LocationQuery {
			c := l.Company
			return []inventory.LocationQuery{{Company: c}, {Company: c, Code: l.Code}, {Company: c, Parent: l.Parent}, {Company: c, Kind: l.Kind},
				{Company: c, Kind: inventory.Transit}}
		},
		page:     func(q *inventory.LocationQuery) *tandem.Page { return &q.Page },
		matches:  inventory.LocationQuery.Matches,
		order:    func(a, b *inventory.Location) int { return cmp.Compare(a.Code, b.Code) },
		key:      func(l *inventory.Location) string { return idText(l.ID.Bytes()) },
		revision: func(l *inventory.Location) *int64 { return &l.Revision },
		label:    func(l *inventory.Location) *string { return &l.Name },
		clash:    func(l, other *inventory.Location) { l.Code = other.Code },
	})
}

func locationStates(c tandem.CompanyID, n int) []inventory.Location {
	view := inventory.Location{ID: location(n + 5000), Company: c, Code: "V" + strconv.Itoa(n), Name: text("view", n), Kind: inventory.View}
	return []inventory.Location{{ID: location(n), Company: c, Parent: location(5000 + n%2), Code: "L" + strconv.Itoa(n) + "é",
		Name: text("location", n), Kind: inventory.Stock, AllowNegative: true}, view}
}

func reservationID(n int) inventory.ReservationID {
	return tandem.DeriveID[inventory.ReservationID]("storetest", strconv.Itoa(n))
}

func reservationKind[R Repos]() kind[R] {
	return records[R, *inventory.Reservation, inventory.ReservationState, inventory.ReservationQuery]{
		name: "reservation", states: reservationStates, restore: inventory.RestoreReservation, state: (*inventory.Reservation).State,
		table: func(r R) any { return r.Reservations() },
		save:  func(ctx context.Context, r R, a *inventory.Reservation) error { return r.Reservations().Save(ctx, a) },
		get: func(ctx context.Context, r R, s *inventory.ReservationState) (*inventory.Reservation, error) {
			return r.Reservations().Get(ctx, s.Company, s.ID)
		},
		find: func(ctx context.Context, r R, q inventory.ReservationQuery) iter.Seq2[*inventory.Reservation, error] {
			return r.Reservations().Find(ctx, q)
		},
		queries: func(s *inventory.ReservationState) []inventory.ReservationQuery {
			c := s.Company
			return []inventory.ReservationQuery{{Company: c}, {Company: c, Product: s.Product}, {Company: c, Location: s.Location},
				{Company: c, Lot: s.Lot}, {Company: c, Document: s.Line.Document}, {Company: c, Document: s.Line.Document, Line: s.Line.Line},
				{Company: c, Status: s.Status}, {Company: c, Product: s.Product, Status: s.Status}, {Company: c, ExpiresBefore: s.Expires}}
		},
		page:     func(q *inventory.ReservationQuery) *tandem.Page { return &q.Page },
		matches:  inventory.ReservationQuery.Matches,
		order:    func(a, b *inventory.ReservationState) int { return a.Promise.Compare(b.Promise) },
		key:      func(s *inventory.ReservationState) string { return idText(s.ID.Bytes()) },
		revision: func(s *inventory.ReservationState) *int64 { return &s.Revision },
		sequence: func(s *inventory.ReservationState) *int64 { return &s.Sequence },
	}.kind()
}

func reservationStates(c tandem.CompanyID, n int) []inventory.ReservationState {
	open := inventory.ReservationState{
		ID: reservationID(n), Company: c, Sequence: int64(n + 1), Status: inventory.ReservationStatusOpen, Line: line("order", n%4, n+1),
		Product: product(n % 2), Location: location(n % 3), Lot: lot(n % 2), Quantity: each(100), Consumed: each(1), Released: each(2),
		Transferred: each(3), Expired: each(4), Promise: day(n % 5), Made: at(n), Expires: at(1000 + n),
	}
	used := open
	used.ID, used.Status, used.Consumed, used.Expires = reservationID(n+5000), inventory.ReservationStatusConsumed, each(91), tandem.Instant{}
	return []inventory.ReservationState{open, used}
}

func lineText(l tandem.LineRef) string {
	return idText(l.Document.ID.Bytes()) + string(binary.BigEndian.AppendUint64(nil, uint64(l.Line)))
}

func backorderKind[R Repos]() kind[R] {
	return plain(records[R, inventory.Backorder, inventory.Backorder, inventory.BackorderQuery]{
		name: "backorder", states: backorderStates,
		table: func(r R) any { return r.Backorders() },
		save:  func(ctx context.Context, r R, b inventory.Backorder) error { return r.Backorders().Save(ctx, b) },
		get: func(ctx context.Context, r R, b *inventory.Backorder) (inventory.Backorder, error) {
			return r.Backorders().Get(ctx, b.Company, b.Line)
		},
		find: func(ctx context.Context, r R, q inventory.BackorderQuery) iter.Seq2[inventory.Backorder, error] {
			return r.Backorders().Find(ctx, q)
		},
		queries: func(b *inventory.Backorder) []inventory.BackorderQuery {
			c := b.Company
			return []inventory.BackorderQuery{{Company: c}, {Company: c, Product: b.Product}, {Company: c, Location: b.Location}}
		},
		page:    func(q *inventory.BackorderQuery) *tandem.Page { return &q.Page },
		matches: inventory.BackorderQuery.Matches,
		order: func(a, b *inventory.Backorder) int {
			return cmp.Or(a.Product.Compare(b.Product), a.Promise.Compare(b.Promise), a.Asked.Compare(b.Asked))
		},
		key:      func(b *inventory.Backorder) string { return lineText(b.Line) },
		revision: func(b *inventory.Backorder) *int64 { return &b.Revision },
		label:    func(b *inventory.Backorder) *string { return &b.Line.Document.Number },
	})
}

func backorderStates(c tandem.CompanyID, n int) []inventory.Backorder {
	waiting := inventory.Backorder{Company: c, Line: line("order", n, 1+n%3), Product: product(n % 2), Location: location(n % 3),
		Quantity: each(int64(n + 1)), Promise: day(n % 4), Asked: at(n % 5)}
	done := waiting
	done.Line.Line, done.Quantity, done.Promise = 99, each(0), tandem.Date{}
	return []inventory.Backorder{waiting, done}
}

func moveID(n int) inventory.MoveID {
	return tandem.DeriveID[inventory.MoveID]("storetest", strconv.Itoa(n))
}

func moveKind[R Repos]() kind[R] {
	return plain(records[R, inventory.Move, inventory.Move, inventory.MoveQuery]{
		name: "stock move", fact: true, states: moveStates,
		table: func(r R) any { return r.StockMoves() },
		save:  func(ctx context.Context, r R, m inventory.Move) error { return r.StockMoves().Append(ctx, m) },
		find: func(ctx context.Context, r R, q inventory.MoveQuery) iter.Seq2[inventory.Move, error] {
			return r.StockMoves().Find(ctx, q)
		},
		queries: func(m *inventory.Move) []inventory.MoveQuery {
			c := m.Company
			return []inventory.MoveQuery{{Company: c}, {Company: c, Product: m.Product}, {Company: c, Lot: m.Lot}, {Company: c, Location: m.From},
				{Company: c, Source: m.Source.Document}, {Company: c, Source: m.Source.Document, Line: m.Source.Line}, {Company: c, Reverses: m.Reverses},
				{Company: c, EffectiveFrom: m.Effective}, {Company: c, EffectiveUntil: m.Effective}, {Company: c, RecordedUntil: m.Recorded}}
		},
		page:    func(q *inventory.MoveQuery) *tandem.Page { return &q.Page },
		matches: inventory.MoveQuery.Matches,
		order:   func(_, _ *inventory.Move) int { return 0 },
		key:     func(m *inventory.Move) string { return idText(m.ID.Bytes()) },
		clash:   func(m, other *inventory.Move) { m.Reverses = other.Reverses },
	})
}

func moveStates(c tandem.CompanyID, n int) []inventory.Move {
	move := inventory.Move{ID: moveID(n), Company: c, Product: product(n % 2), Lot: lot(n % 3), From: location(n % 2), To: location(7),
		Quantity: tandem.QuantityFromMicro(1_000_001+int64(n), tandem.Kilogram), Effective: at(n), Recorded: at(n + 2), Source: line("delivery", n%3, 1+n%2),
		Reason: inventory.Reason(text("reason", n))}
	reversal, _ := move.Reverse(moveID(n+5000), at(n+3))
	return []inventory.Move{reversal, move}
}

func countKind[R Repos]() kind[R] {
	return records[R, *count.Count, count.State, count.Query]{
		name: "stock count", states: countStates, restore: count.Restore, state: (*count.Count).State,
		table: func(r R) any { return r.StockCounts() },
		save:  func(ctx context.Context, r R, c *count.Count) error { return r.StockCounts().Save(ctx, c) },
		get: func(ctx context.Context, r R, s *count.State) (*count.Count, error) {
			return r.StockCounts().Get(ctx, s.Company, s.ID)
		},
		find: func(ctx context.Context, r R, q count.Query) iter.Seq2[*count.Count, error] {
			return r.StockCounts().Find(ctx, q)
		},
		queries: func(s *count.State) []count.Query {
			c := s.Company
			return []count.Query{{Company: c}, {Company: c, Location: s.Location}, {Company: c, Status: s.Status}, {Company: c, Location: s.Location, Status: s.Status}}
		},
		page:     func(q *count.Query) *tandem.Page { return &q.Page },
		matches:  count.Query.Matches,
		order:    func(a, b *count.State) int { return a.At.Compare(b.At) },
		key:      func(s *count.State) string { return idText(s.ID.Bytes()) },
		revision: func(s *count.State) *int64 { return &s.Revision },
		sequence: func(s *count.State) *int64 { return &s.Sequence },
	}.kind()
}

func countStates(c tandem.CompanyID, n int) []count.State {
	return []count.State{{ID: tandem.DeriveID[count.ID]("storetest", strconv.Itoa(n)), Company: c, Sequence: int64(n + 1),
		Status: []count.Status{count.StatusPosted, count.StatusCancelled}[n%2], Location: location(n % 3), At: at(n % 4), Uncounted: count.KeepUncounted,
		Lines:  []count.Line{{Line: 1, Product: product(n), Lot: lot(n), Expected: each(5), Counted: each(4), Done: true, Recorded: at(n + 1)}},
		Closed: at(n + 2)}}
}
