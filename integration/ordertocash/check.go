package ordertocash

import (
	"context"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/integration/work"
)

// command is a command of the process: what it says is checked, all faults at
// once, before anything is authorised or read.
type command interface {
	work.Command
	check(f faults) faults
}

// do runs a command that is sound.
func do[R Repos, T work.Result](ctx context.Context, s *Service[R], cmd command,
	fn func(ctx context.Context, r R, scope *work.Scope) (T, error)) (T, error) {
	f := faults{currency: s.c.Books.Currency}
	f.Nested("", work.CheckHeader(cmd.CommandHeader()))
	if f = cmd.check(f); !f.OK() {
		var none T
		return none, f.Err(subject(cmd))
	}
	result, err := work.Do(ctx, s.runner, cmd, fn)
	if err != nil {
		err = said(err, cmd)
	}
	return result, err
}

// subject is the command's name as people say it: `place order`.
func subject(cmd command) string {
	_, name, _ := strings.Cut(cmd.CommandName(), ".")
	return strings.ReplaceAll(name, "_", " ")
}

// faults collects what is wrong with a command. Paths are made for faults alone: a
// sound command costs no memory.
type faults struct {
	tandem.Check
	currency tandem.Currency // of the company
}

// at is the path of a field: of the command where list is "", else of element i.
func at(list string, i int, field string) string {
	if list == "" {
		return field
	}
	return tandem.Path(list, i) + "." + field
}

func (f *faults) given(ok bool, path string) { f.Require(ok, "required", path, "must be given") }

// reason asks for why something that was agreed or booked is undone.
func (f *faults) reason(text string) {
	f.Require(text != "" && len(text) <= tandem.MaxText, "reason_missing", "reason", "must be given, in at most 4,096 bytes")
}

// some asks for 1 to 2,000 lines, and tells whether to look at them.
func (f *faults) some(n int) bool {
	return f.Require(n > 0 && n <= tandem.MaxLines, "lines", "lines", "must have 1 to 2,000 lines")
}

// few asks for at most 2,000 elements, and tells whether to look at them.
func (f *faults) few(list string, n int) bool {
	return f.Require(n <= tandem.MaxLines, "too_many", list, "at most 2,000")
}

// line asks for the number of a line.
func (f *faults) line(line int, list string, i int) {
	if line < 1 {
		f.Add("line", at(list, i, "line"), "must be the number of a line, from 1")
	}
}

// positive asks for a quantity above nought with its unit.
func (f *faults) positive(q tandem.Quantity, list string, i int) {
	switch {
	case q.IsNone():
		f.Add("required", at(list, i, "quantity"), "must be given, with its unit")
	case q.Sign() <= 0:
		f.Add("quantity", at(list, i, "quantity"), "is "+q.String()+", and must be above 0")
	default:
		f.notHuge(q, list, i, "quantity")
	}
}

// notHuge keeps what is summed up later in range.
func (f *faults) notHuge(q tandem.Quantity, list string, i int, field string) {
	if q.Micro()/1_000_000 > tandem.MaxUnits {
		f.Add("too_much", at(list, i, field), "is "+q.String()+", and must be at most 1,000,000,000")
	}
}

// notNegative asks for a quantity that is none, nought or more.
func (f *faults) notNegative(q tandem.Quantity, list string, i int, field string) {
	if q.Sign() < 0 {
		f.Add("quantity", at(list, i, field), "is "+q.String()+", and must not be below 0")
		return
	}
	f.notHuge(q, list, i, field)
}

// amount asks for an amount in the company's currency, and tells whether it is one.
func (f *faults) amount(m tandem.Money, list string, i int, field string) bool {
	if !f.inCurrency(m.Currency(), list, i, field) {
		return false
	}
	if m.Minor() > tandem.MaxMinorUnits || m.Minor() < -tandem.MaxMinorUnits {
		f.Add("too_much", at(list, i, field), "is "+m.String()+", which is more than one document may have")
		return false
	}
	return true
}

func (f *faults) inCurrency(c tandem.Currency, list string, i int, field string) bool {
	switch c {
	case f.currency:
		return true
	case 0:
		f.Add("required", at(list, i, field), "must be given, in "+f.currency.String())
	default:
		f.Add("currency", at(list, i, field), "is in "+c.String()+", and must be in "+f.currency.String()+", the company's currency")
	}
	return false
}

// approval asks for an approval where it is needed, and for a whole one where it is given.
func (f *faults) approval(a billing.Approval, needed bool) {
	if needed || !a.IsZero() {
		f.Nested("approval", a.Validate())
	}
}

// ids asks for ids that name something, each once: what is named twice would be
// settled or invoiced twice.
func ids[K any](f *faults, list string, named []tandem.ID[K]) {
	if !f.few(list, len(named)) {
		return
	}
	for i := range named {
		if named[i].IsZero() {
			f.Add("required", tandem.Path(list, i), "must be given")
		} else if slices.Contains(named[:i], named[i]) {
			f.Add("duplicate", tandem.Path(list, i), "is named before")
		}
	}
}
