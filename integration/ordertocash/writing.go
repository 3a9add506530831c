package ordertocash

import (
	"bytes"
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
)

// writing is the journal of one command that writes several entries on a day.
type writing[R Repos] struct {
	s       *Service[R]
	r       R
	scope   *work.Scope
	date    tandem.Date
	period  *ledger.Period // once a number is drawn
	numbers []string       // drawn and not used yet
	behind  reads          // what is read behind the numbers that are drawn next, besides the period
}

func (s *Service[R]) writing(r R, scope *work.Scope, date tandem.Date) writing[R] {
	return writing[R]{s: s, r: r, scope: scope, date: date, behind: s.reads(r)}
}

// draw takes the numbers of n entries and of other documents, each when the turn of
// its series is, and then reads the period ([posting.JournalSeries]); a closed one is
// refused, even where the document is of nought and books nothing.
func (w *writing[R]) draw(ctx context.Context, n int, others ...*drawn) error {
	var buffer [8]drawn
	all := buffer[:0]
	for _, o := range others {
		all = append(all, *o)
	}
	for range n {
		all = append(all, drawn{series: seriesJournal})
	}
	if n > 0 && w.period == nil {
		w.behind.period(w.date)
	}
	if err := w.s.draw(ctx, w.r, all, &w.behind); err != nil {
		return err
	}
	for i := range all {
		if i < len(others) {
			*others[i] = all[i]
		} else {
			w.numbers = append(w.numbers, all[i].text())
		}
	}
	if n == 0 || w.period != nil {
		return nil
	}
	period, err := w.s.openPeriod(ctx, w.r, w.date)
	w.period = period
	return err
}

// write appends the next entry, which books a document.
func (w *writing[R]) write(ctx context.Context, source tandem.DocumentRef, book func(posting.Header) (ledger.Entry, error)) error {
	if len(w.numbers) == 0 {
		if err := w.draw(ctx, 1); err != nil {
			return err
		}
	}
	entry, err := book(posting.Header{ID: tandem.IDFromBytes[ledger.EntryID](w.scope.NewUUID()), Number: w.numbers[0],
		Date: w.date, Recorded: w.scope.Now, Source: source, Period: w.period})
	if err != nil {
		return err
	}
	if !entry.IsZero() {
		w.numbers = w.numbers[1:]
	}
	return w.s.journal(ctx, w.r, entry)
}

// appendCommand is the JSON of a command that is off the hot path: what
// encoding/json gives for its business fields. The header, which is its first
// field, must be zero.
func appendCommand(dst []byte, command any) []byte {
	const header = `{"key":"","actor":{"id":""}`
	start := len(dst)
	dst = work.AppendJSON(dst, command)
	fields, found := bytes.CutPrefix(dst[start:], []byte(header))
	if !found {
		return dst
	}
	n := copy(dst[start+1:], bytes.TrimPrefix(fields, []byte(",")))
	return dst[:start+1+n]
}
