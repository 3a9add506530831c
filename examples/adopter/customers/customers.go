package main

import (
	"context"
	"database/sql"
	"errors"
	"iter"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/integration/store"
)

// table is the host's. Party is the id that the library knows a customer by.
const table = `CREATE TABLE IF NOT EXISTS customer (
	shop       TEXT NOT NULL,
	number     TEXT NOT NULL,              -- the host's own key: C-1001
	party      TEXT NOT NULL,              -- tandem.DeriveID of it
	name       TEXT NOT NULL,
	business   INTEGER NOT NULL,
	country    TEXT NOT NULL,
	vat_number TEXT NOT NULL DEFAULT '',
	since      TEXT NOT NULL,              -- a customer from this day on
	stopped    TEXT NOT NULL DEFAULT '',   -- why nothing is sold, else empty
	registered INTEGER NOT NULL,           -- microseconds since 1970
	events     INTEGER NOT NULL DEFAULT 0, -- how many the library has recorded
	revision   INTEGER NOT NULL DEFAULT 1, -- rises with each change, the host's own too
	PRIMARY KEY (shop, number),
	UNIQUE (shop, party)
) STRICT`

const columns = `party, name, business, country, vat_number, since, stopped, registered, events, revision`

// customers is the library's repository of parties over the host's table, for one
// closure: tx is the transaction in which the library's own repositories write.
type customers struct {
	tx     *sql.Tx
	bundle *store.Bundle
	db     *store.Store // seals the cursors
	shop   string
	saved  map[tandem.PartyID]int64 // what this unit of work has saved, by the revisions found
}

// Get gives a customer.
func (c *customers) Get(ctx context.Context, id tandem.PartyID) (*party.Party, error) {
	if err := c.bundle.Readable(); err != nil {
		return nil, err
	}
	p, err := read(c.tx.QueryRowContext(ctx, "SELECT "+columns+" FROM customer WHERE shop = ? AND party = ?", c.shop, id.String()))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, &tandem.NotFoundError{Kind: "party", Key: id.String()}
	}
	return p, err
}

// Find gives the customers that the query selects, by ascending ids.
func (c *customers) Find(ctx context.Context, q party.PartyQuery) iter.Seq2[*party.Party, error] {
	return func(yield func(*party.Party, error) bool) {
		if err := c.find(ctx, q, yield); err != nil {
			yield(nil, err)
		}
	}
}

func (c *customers) find(ctx context.Context, q party.PartyQuery, yield func(*party.Party, error) bool) error {
	if err := c.bundle.Readable(); err != nil {
		return err
	}
	if len(c.saved) > 0 {
		return store.ErrFindAfterSave
	}
	pager, err := store.NewPager(c.db, &q, &q.Page)
	if err != nil {
		return err
	}
	behind := "party > ?2 ORDER BY party"
	if q.Page.Descending {
		behind = "(?2 = '' OR party < ?2) ORDER BY party DESC"
	}
	rows, err := c.tx.QueryContext(ctx, "SELECT "+columns+" FROM customer WHERE shop = ?1 AND "+behind, c.shop, pager.After())
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for left := q.Page.Limit; rows.Next(); {
		p, err := read(rows)
		if err != nil {
			return err
		}
		if !q.Matches(p) {
			continue
		}
		pager.Mark(p.ID().String())
		if left--; !yield(p, nil) || left == 0 {
			return nil
		}
		if err := c.bundle.Readable(); err != nil { // the closure has ended meanwhile
			return err
		}
	}
	return rows.Err()
}

// Save writes what the table has of a party at once: the transaction makes it part of
// the unit of work. Saved twice in one, it is one write: the revision rises by one.
func (c *customers) Save(ctx context.Context, p *party.Party) error {
	if err := c.bundle.Writable(); err != nil {
		return err
	}
	s := p.State()
	found, again := c.saved[s.ID]
	if !again {
		found = s.Revision
	}
	stored := found
	if again {
		stored++
	}
	conflict := &tandem.ConflictError{Kind: "party", Key: s.ID.String(), Want: s.Revision, Got: stored}
	if s.Revision != found && s.Revision != stored {
		return conflict
	}
	text := "UPDATE customer SET name = ?3, business = ?4, country = ?5, vat_number = ?6, since = ?7, stopped = ?8, registered = ?9, events = ?10, revision = ?11 " +
		"WHERE shop = ?1 AND party = ?2 AND revision = ?12"
	if stored == 0 { // who comes from the library has its id as the key
		text = "INSERT INTO customer (shop, number, " + columns + ") VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING"
	}
	country, vat := home(&s)
	args := []any{c.shop, s.ID.String(), string(s.Name), s.Kind == party.Organisation, string(country), vat,
		s.Roles[0].Valid.From.String(), s.Blocked, s.Registered.UnixMicro(), s.Sequence, found + 1}
	if stored > 0 {
		args = append(args, stored)
	}
	done, err := c.tx.ExecContext(ctx, text, args...)
	if err != nil {
		return err
	}
	switch n, err := done.RowsAffected(); {
	case err != nil:
		return err
	case n == 1:
		c.saved[s.ID] = found
		return nil
	case stored == 0:
		return &tandem.DuplicateError{Kind: "party", Index: "key", Key: s.ID.String()}
	}
	return conflict
}

// home gives the registered country, and the VAT number there.
func home(s *party.PartyState) (country tandem.Country, vat string) {
	for _, l := range s.Locations {
		if l.Kind == party.Registered {
			country = l.Address.Country
		}
	}
	for _, r := range s.Registrations {
		if r.Country == country {
			vat = r.Number
		}
	}
	return country, vat
}

// read makes the library's party of the host's row.
func read(row interface{ Scan(into ...any) error }) (*party.Party, error) {
	var id, name, country, vat, since, stopped string
	var business bool
	var registered, events, revision int64
	if err := row.Scan(&id, &name, &business, &country, &vat, &since, &stopped, &registered, &events, &revision); err != nil {
		return nil, err
	}
	s := party.PartyState{Revision: revision, Sequence: events, Status: party.StatusActive, Kind: party.Person, Name: tandem.Personal(name),
		Blocked: stopped, Registered: tandem.InstantOfUnixMicro(registered)}
	var err error
	if s.ID, err = tandem.ParseID[tandem.PartyID](id); err != nil {
		return nil, err
	}
	from, err := tandem.ParseDate(since)
	if err != nil {
		return nil, err
	}
	s.Roles = []party.Role{{Kind: party.Customer, Valid: tandem.Validity{From: from}}}
	if business {
		s.Kind = party.Organisation
	}
	if stopped != "" {
		s.Status = party.StatusBlocked
	}
	if country != "" {
		s.Locations = []party.Location{{Code: "home", Kind: party.Registered, Address: tandem.Address{Country: tandem.Country(country)}}}
	}
	if vat != "" {
		s.Registrations = []party.TaxRegistration{{Country: tandem.Country(country), Number: vat}}
	}
	return party.RestoreParty(s)
}
