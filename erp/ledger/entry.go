package ledger

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// EntryKind is the document kind of journal entries.
const EntryKind tandem.DocumentKind = "journal_entry"

// MaxEntryLines is the greatest number of lines of an entry: a document of
// [tandem.MaxLines] lines books up to four lines for each.
const MaxEntryLines = 4*tandem.MaxLines + 100

type entryKind struct{}

// EntryID names a journal entry.
type EntryID = tandem.ID[entryKind]

// Line is one line of an entry.
type Line struct {
	Account AccountCode `json:"account"`
	// Amount is in the functional currency: positive debits, negative credits.
	Amount tandem.Money `json:"amount"`
	// Original is the amount in the currency of the document, with the sign of
	// Amount; left out where that is the functional currency.
	Original   tandem.Money      `json:"original"`
	Party      tandem.PartyID    `json:"party,omitzero"`
	Product    tandem.ProductID  `json:"product,omitzero"`
	Dimensions tandem.Dimensions `json:"dimensions,omitempty"`
}

// Entry is one balanced entry of a company's journal. It is a fact: built by
// [NewEntry], appended once, never changed, corrected by [Reverse].
type Entry struct {
	ID       EntryID            `json:"id"`
	Company  tandem.CompanyID   `json:"company"`
	Number   string             `json:"number"`          // given at posting, unique in the company
	Date     tandem.Date        `json:"date"`            // the day on which it counts
	Recorded tandem.Instant     `json:"recorded"`        // when it was written
	Source   tandem.DocumentRef `json:"source,omitzero"` // the document that it books; none for a manual entry
	Text     string             `json:"text,omitempty"`
	Currency tandem.Currency    `json:"currency"` // the company's functional currency
	Lines    []Line             `json:"lines"`
	Reverses EntryID            `json:"reverses,omitzero"`
}

// NewEntry checks an entry against its own rules and the period that it falls
// into, and gives it back. Every fault is reported at once: missing fields, fewer
// than two lines, lines without an amount or in another currency than the
// functional one, an original with another sign, amounts that do not sum to
// nought. A closed period, or one that does not contain the date, is refused
// with a [tandem.RefusedError] (`period_closed`, `period_wrong`).
//
// The entry takes over the slice of its lines: the caller does not change it
// afterwards. Nothing is allocated for an entry that is right.
func NewEntry(e Entry, in *Period) (Entry, error) {
	if err := e.Validate(); err != nil {
		return Entry{}, err
	}
	if err := in.Admit(e.Company, e.Date); err != nil {
		return Entry{}, err
	}
	return e, nil
}

// IsZero reports whether e is "no entry".
func (e Entry) IsZero() bool { return e.ID.IsZero() && len(e.Lines) == 0 }

// Ref gives the reference to the entry.
func (e Entry) Ref() tandem.DocumentRef { return tandem.RefTo(EntryKind, e.ID, e.Number) }

// Validate reports every fault of the entry itself; see [NewEntry].
func (e Entry) Validate() error {
	var c tandem.Check
	c.Require(!e.ID.IsZero(), "required", "id", "must be given")
	c.Require(!e.Company.IsZero(), "required", "company", "must be given")
	c.Require(e.Number != "" && len(e.Number) <= tandem.MaxName, "number", "number", "must be given and short")
	c.Require(!e.Date.IsZero(), "required", "date", "must be given")
	c.Require(!e.Recorded.IsZero(), "required", "recorded", "must be given")
	c.Require(len(e.Text) <= tandem.MaxText, "too_long", "text", "too long")
	c.Require(e.Currency.Valid(), "currency", "currency", "must be the functional currency")
	c.Require(e.Reverses.IsZero() || e.Reverses != e.ID, "reverses_itself", "reverses", "an entry cannot reverse itself")
	c.Require(len(e.Lines) >= 2, "lines_few", "lines", "an entry has at least two lines")
	c.Require(len(e.Lines) <= MaxEntryLines, "too_many", "lines", "too many lines")
	if !c.OK() {
		return c.Err("entry")
	}
	e.checkLines(&c)
	return c.Err("entry")
}

func (e Entry) checkLines(c *tandem.Check) {
	sum := tandem.NewTotal(e.Currency)
	for i := range e.Lines {
		l := &e.Lines[i]
		if !l.Account.Valid() {
			c.Add("account_code", linePath(i, "account"), "must be an account code")
		}
		switch {
		case l.Amount.Currency() != e.Currency:
			c.Add("currency_functional", linePath(i, "amount"), "must be in the functional currency")
		case l.Amount.IsZero() && l.Original.IsZero():
			c.Add("line_zero", linePath(i, "amount"), "a line must have an amount")
		default:
			sum.Add(l.Amount)
		}
		if l.Original.Currency() != 0 && l.Original.Sign()*l.Amount.Sign() < 0 {
			c.Add("original_sign", linePath(i, "original"), "must have the sign of the amount")
		}
		if l.Dimensions != nil {
			c.Nested(linePath(i, "dimensions"), l.Dimensions.Validate())
		}
	}
	if sum.Err() != nil {
		c.Add("overflow", "lines", "the sum is out of range")
	} else if sum.Sign() != 0 && c.OK() {
		c.Add("unbalanced", "lines", "debits and credits differ")
	}
}

// Debits gives the sum of the debit amounts, which equals that of the credits.
func (e Entry) Debits() (tandem.Money, error) {
	sum := tandem.NewTotal(e.Currency)
	for i := range e.Lines {
		if e.Lines[i].Amount.Sign() > 0 {
			sum.Add(e.Lines[i].Amount)
		}
	}
	return sum.Money(tandem.HalfAwayFromZero)
}

// Reversal says how an entry is reversed.
type Reversal struct {
	ID       EntryID        `json:"id"`
	Number   string         `json:"number"`
	Date     tandem.Date    `json:"date"` // on or after the original's
	Recorded tandem.Instant `json:"recorded"`
	Text     string         `json:"text,omitempty"`
}

// Reverse gives the entry that undoes another: the same lines with the opposite
// sign, and the name of the original. A reversal is not itself reversed, and is
// not dated before the original (`reversal_of_reversal`, `reversal_early`).
// That an entry is reversed at most once is kept by the journal, where Reverses
// is unique ([JournalRepository]).
func Reverse(original Entry, r Reversal, in *Period) (Entry, error) {
	refuse := func(code, reason string) (Entry, error) {
		return Entry{}, &tandem.RefusedError{Command: "reverse", Subject: "journal_entry " + original.ID.String(), Code: code, Reason: reason}
	}
	switch {
	case !original.Reverses.IsZero():
		return refuse("reversal_of_reversal", "a reversal is corrected by a new entry")
	case r.Date.Before(original.Date):
		return refuse("reversal_early", "a reversal does not precede the original")
	}
	lines := slices.Clone(original.Lines)
	for i := range lines {
		l := &lines[i]
		l.Amount, l.Original, l.Dimensions = l.Amount.Neg(), l.Original.Neg(), slices.Clone(l.Dimensions)
	}
	return NewEntry(Entry{
		ID: r.ID, Company: original.Company, Number: r.Number, Date: r.Date, Recorded: r.Recorded,
		Source: original.Source, Text: r.Text, Currency: original.Currency, Lines: lines, Reverses: original.ID,
	}, in)
}
