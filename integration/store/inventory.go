package store

import (
	"context"
	"encoding/binary"
	"iter"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
)

// Locations gives the locations.
func (b *Bundle) Locations() inventory.LocationRepository { return (*locations)(b) }

// StockMoves gives the stock moves.
func (b *Bundle) StockMoves() inventory.MoveRepository { return (*stockMoves)(b) }

// Reservations gives the reservations.
func (b *Bundle) Reservations() inventory.ReservationRepository { return (*reservations)(b) }

var locationRecord = record[inventory.Location](&Kind{
	Name:    "location",
	Columns: []Column{{"company", TypeID}, {"code", TypeText}, {"parent", TypeID}, {"kind", TypeText}},
	Indexes: []Index{{Name: "code", Columns: []string{"company", "code"}, Unique: true}},
	Values: func(dst []Value, value any) []Value {
		l := value.(*inventory.Location)
		return append(dst, idOf(l.Company), textOf(l.Code), idOf(l.Parent), textOf(l.Kind))
	},
}, nil, func(l *inventory.Location) (Key, *int64) {
	return NewKey(l.Company, l.ID.Bytes(), [16]byte{}), &l.Revision
})

type locations Bundle

func (r *locations) Get(ctx context.Context, company tandem.CompanyID, id tandem.LocationID) (inventory.Location, error) {
	return getRecord(ctx, (*Bundle)(r), locationRecord, NewKey(company, id.Bytes(), [16]byte{}))
}

func (r *locations) Save(_ context.Context, l inventory.Location) error {
	return saveRecord((*Bundle)(r), locationRecord, l)
}

func (r *locations) Find(ctx context.Context, q inventory.LocationQuery) iter.Seq2[inventory.Location, error] {
	return findRecords(ctx, (*Bundle)(r), locationRecord, query[inventory.Location]{
		index: "code", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page),
		keep: func(l *inventory.Location) bool { return q.Matches(*l) },
	})
}

var reservationAggregate = described(&Kind{
	Name: "reservation",
	Columns: []Column{{"company", TypeID}, {"product", TypeID}, {"location", TypeID}, {"promise", TypeDate},
		{"document", TypeID}, {"line", TypeInt}, {"status", TypeText}, {"open", TypeBool}},
	Indexes: []Index{
		{Name: "product", Columns: []string{"company", "product", "promise"}, Where: "open"},
		{Name: "document", Columns: []string{"company", "document", "promise"}},
		{Name: "promise", Columns: []string{"company", "promise"}},
		{Name: "open", Columns: []string{"company", "promise"}, Where: "open"},
	},
	Values: func(dst []Value, value any) []Value {
		r := value.(*inventory.Reservation)
		key, line := r.Key(), r.Line()
		return append(dst, idOf(key.Company), idOf(key.Product), idOf(key.Location), dateOf(r.Promise()),
			idOf(line.Document.ID), intOf(int64(line.Line)), textOf(r.Status()), boolOf(r.Status() == inventory.ReservationStatusOpen))
	},
}, (*inventory.Reservation).State, inventory.RestoreReservation, (*inventory.Reservation).Copy,
	func(r *inventory.Reservation) (Key, int64) { return companyKey(r.Company(), r.ID()), r.Revision() })

type reservations Bundle

func (r *reservations) Get(ctx context.Context, company tandem.CompanyID, id inventory.ReservationID) (*inventory.Reservation, error) {
	return get(ctx, (*Bundle)(r), reservationAggregate, NewKey(company, id.Bytes(), [16]byte{}))
}

func (r *reservations) Save(_ context.Context, a *inventory.Reservation) error {
	return save((*Bundle)(r), reservationAggregate, a)
}

func (r *reservations) Find(ctx context.Context, q inventory.ReservationQuery) iter.Seq2[*inventory.Reservation, error] {
	find := query[inventory.Reservation]{index: "promise", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page), keep: q.Matches}
	switch {
	case !q.Document.IsZero():
		find.index, find.prefix = "document", append(find.prefix, idOf(q.Document.ID))
	case !q.Product.IsZero() && q.Status == inventory.ReservationStatusOpen:
		find.index, find.prefix = "product", append(find.prefix, idOf(q.Product))
	case q.Status == inventory.ReservationStatusOpen:
		find.index = "open"
	}
	return findAggregates(ctx, (*Bundle)(r), reservationAggregate, find)
}

var moveFact = &fact[inventory.Move]{
	kind: &Kind{
		Name:   "stock_move",
		Fact:   true,
		Posted: true,
		Columns: []Column{{"id", TypeID}, {"company", TypeID}, {"product", TypeID}, {"lot", TypeID}, {"from_location", TypeID},
			{"to_location", TypeID}, {"quantity_micro", TypeInt}, {"unit", TypeText}, {"effective", TypeInstant}, {"recorded", TypeInstant},
			{"source_kind", TypeText}, {"source", TypeID}, {"source_number", TypeText}, {"source_line", TypeInt},
			{"reason", TypeText}, {"reverses", TypeID}, {"reversal", TypeBool}},
		Indexes: []Index{
			{Name: "company", Columns: []string{"company"}},
			{Name: "product", Columns: []string{"company", "product"}},
			{Name: "source", Columns: []string{"company", "source"}},
			{Name: "reverses", Columns: []string{"company", "reverses"}, Unique: true, Where: "reversal"},
		},
		Values: func(dst []Value, value any) []Value {
			m := value.(*inventory.Move)
			dst = append(dst, idOf(m.ID), idOf(m.Company), idOf(m.Product), idOf(m.Lot), idOf(m.From), idOf(m.To))
			dst = quantityOf(dst, m.Quantity)
			dst = append(dst, instantOf(m.Effective), instantOf(m.Recorded))
			dst = lineRefOf(dst, m.Source)
			return append(dst, textOf(m.Reason), idOf(m.Reverses), boolOf(!m.Reverses.IsZero()))
		},
	},
	key: func(m *inventory.Move) Key { return NewKey(m.Company, m.ID.Bytes(), [16]byte{}) },
	build: func(r *row) (m inventory.Move) {
		readID(r, &m.ID)
		readID(r, &m.Company)
		readID(r, &m.Product)
		readID(r, &m.Lot)
		readID(r, &m.From)
		readID(r, &m.To)
		m.Quantity, m.Effective, m.Recorded = r.quantity(), r.instant(), r.instant()
		m.Source, m.Reason = r.lineRef(), nextText[inventory.Reason](r)
		readID(r, &m.Reverses)
		r.bool()
		return m
	},
}

type stockMoves Bundle

func (r *stockMoves) Append(_ context.Context, moves ...inventory.Move) error {
	return appendFacts((*Bundle)(r), moveFact, moves)
}

func (r *stockMoves) Find(ctx context.Context, q inventory.MoveQuery) iter.Seq2[inventory.Move, error] {
	find := query[inventory.Move]{index: "company", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page),
		keep: func(m *inventory.Move) bool { return q.Matches(*m) }}
	switch {
	case !q.Source.IsZero():
		find.index, find.prefix = "source", append(find.prefix, idOf(q.Source.ID))
	case !q.Product.IsZero():
		find.index, find.prefix = "product", append(find.prefix, idOf(q.Product))
	}
	return findFacts(ctx, (*Bundle)(r), moveFact, find)
}

// Backorders gives the backorders.
func (b *Bundle) Backorders() inventory.BackorderRepository { return (*backorders)(b) }

func lineKey(company tandem.CompanyID, line tandem.LineRef) Key {
	var sub [16]byte
	binary.BigEndian.PutUint64(sub[8:], uint64(line.Line))
	return NewKey(company, line.Document.ID.Bytes(), sub)
}

var backorderRecord = record(&Kind{
	Name:       "backorder",
	KeyColumns: [3]string{"company", "document", "line_key"},
	Columns: []Column{{"company", TypeID}, {"document", TypeID}, {"line", TypeInt}, {"product", TypeID}, {"location", TypeID},
		{"quantity_micro", TypeInt}, {"unit", TypeText}, {"promise", TypeDate}, {"asked", TypeInstant}, {"waiting", TypeBool}},
	Indexes: []Index{{Name: "product", Columns: []string{"company", "product", "promise", "asked"}, Where: "waiting"}},
	Values: func(dst []Value, value any) []Value {
		b := value.(*inventory.Backorder)
		dst = append(dst, idOf(b.Company), idOf(b.Line.Document.ID), intOf(int64(b.Line.Line)), idOf(b.Product), idOf(b.Location))
		dst = quantityOf(dst, b.Quantity)
		return append(dst, dateOf(b.Promise), instantOf(b.Asked), boolOf(b.Quantity.Sign() > 0))
	},
}, nil, func(b *inventory.Backorder) (Key, *int64) { return lineKey(b.Company, b.Line), &b.Revision })

type backorders Bundle

func (r *backorders) Get(ctx context.Context, company tandem.CompanyID, line tandem.LineRef) (inventory.Backorder, error) {
	return getRecord(ctx, (*Bundle)(r), backorderRecord, lineKey(company, line))
}

func (r *backorders) Save(_ context.Context, b inventory.Backorder) error {
	return save((*Bundle)(r), backorderRecord, &b)
}

func (r *backorders) Find(ctx context.Context, q inventory.BackorderQuery) iter.Seq2[inventory.Backorder, error] {
	find := query[inventory.Backorder]{index: "product", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page),
		keep: func(b *inventory.Backorder) bool { return q.Matches(*b) }}
	if !q.Product.IsZero() {
		find.prefix = append(find.prefix, idOf(q.Product))
	}
	return findRecords(ctx, (*Bundle)(r), backorderRecord, find)
}
