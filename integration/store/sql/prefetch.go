package sqlstore

import (
	"cmp"
	"context"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// piped is a transaction whose engine takes several statements in one round trip.
type piped struct{ *tx }

var _ store.Prefetcher = piped{}

// Prefetch answers the reads in one round trip; a series that is new takes one more.
func (p piped) Prefetch(ctx context.Context, reads []store.Read) error {
	t := p.tx
	var list []statement
	var new []drawing
	locks := false
	for i := range reads {
		if d := &reads[i]; len(d.Draws) > 0 {
			locks = true
			list, new = t.hold(list, new, d)
		}
	}
	pages := make([]*page, len(reads))
	for i := range reads {
		var err error
		if list, pages[i], err = t.ask(list, &reads[i]); err != nil {
			return err
		}
	}
	if len(list) > 0 {
		if err := t.do(ctx, locks, list...); err != nil {
			return err
		}
	}
	for i, page := range pages {
		if page != nil {
			reads[i].Records = page.out
		}
	}
	for _, d := range new {
		if !*d.found {
			var last work.Number
			read := statement{text: t.db.texts.series, args: []any{t.tenant, t.id(d.company.Bytes()), d.series}, row: func(r row) error { return readNumber(r, &last) }}
			if err := t.do(ctx, true, t.makeSeries(d.company, d.series), read); err != nil {
				return err
			}
			*d.last = last
		}
		t.series = append(t.series, drawn{d.company, d.series, *d.last, d.last.Value})
	}
	return t.draw(ctx, reads)
}

// drawing is a series that is read and locked.
type drawing struct {
	company tandem.CompanyID
	series  string
	found   *bool
	last    *work.Number
}

// hold appends the statements that lock the series of draws which the transaction does
// not have yet.
func (t *tx) hold(list []statement, new []drawing, read *store.Read) ([]statement, []drawing) {
	for i := range read.Draws {
		name := read.Draws[i].Series
		if slices.ContainsFunc(t.series, func(d drawn) bool { return d.company == read.Company && d.name == name }) ||
			slices.ContainsFunc(new, func(d drawing) bool { return d.company == read.Company && d.series == name }) {
			continue
		}
		text := t.db.texts.series
		if t.holdsBehind(read.Company, name) || slices.ContainsFunc(new, func(d drawing) bool {
			return cmp.Or(read.Company.Compare(d.company), cmp.Compare(name, d.series)) < 0
		}) {
			text = t.db.texts.seriesNow
		}
		d := drawing{read.Company, name, pointer(false), pointer(work.Number{})}
		list = append(list, statement{text: text, args: []any{t.tenant, t.id(read.Company.Bytes()), name}, row: func(r row) error {
			*d.found = true
			return readNumber(r, d.last)
		}})
		new = append(new, d)
	}
	return list, new
}

func pointer[T any](v T) *T { return &v }

// draw counts on in series that are held.
func (t *tx) draw(ctx context.Context, reads []store.Read) error {
	for i := range reads {
		for j := range reads[i].Draws {
			d := &reads[i].Draws[j]
			n, err := t.Next(ctx, reads[i].Company, d.Series, d.Date)
			if err != nil {
				return err
			}
			d.Number = n
		}
	}
	return nil
}

// ask appends the statements of one read.
func (t *tx) ask(list []statement, read *store.Read) ([]statement, *page, error) {
	switch {
	case len(read.Draws) > 0:
	case read.Kind != nil:
		s := t.db.shelves[read.Kind.Ordinal]
		for i := range read.Keys {
			list = append(list, t.get(s, &read.Keys[i], &read.Records[i]))
		}
	case read.Scan != nil:
		p := &page{t: t, s: t.db.shelves[read.Scan.Kind.Ordinal], scan: read.Scan}
		q, err := p.statement()
		return append(list, q), p, err
	case read.Command != "":
		list = append(list, t.lookup(read.Command, &read.CommandRecord, &read.Found))
	default:
		for i := range read.LevelKeys {
			list = append(list, t.level(&read.LevelKeys[i], &read.Levels[i]))
		}
	}
	return list, nil, nil
}
