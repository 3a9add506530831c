// Package document has what the documents of billing are made with: how their
// enumerations are read, and that none is given twice.
package document

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// ReadEnum reads one of all values, and refuses anything else.
func ReadEnum[E ~string](to *E, text []byte, all []E, subject string) error {
	for _, e := range all {
		if string(e) == string(text) {
			*to = e
			return nil
		}
	}
	return &tandem.InvalidError{Subject: subject, Faults: []tandem.Fault{{Code: "enum_unknown", Path: "", Message: "unknown " + subject}}}
}

// Distinct refuses an invoice that is given twice, be it by two copies of it: each
// would be settled, and the money of one of them be lost.
func Distinct[D any, K any](subject string, invoices []D, id func(D) tandem.ID[K]) error {
	if len(invoices) < 2 {
		return nil
	}
	var buffer [16]tandem.ID[K]
	ids := buffer[:0]
	for _, i := range invoices {
		ids = append(ids, id(i))
	}
	slices.SortFunc(ids, tandem.ID[K].Compare)
	if len(slices.Compact(ids)) == len(invoices) {
		return nil
	}
	var c tandem.Check
	for n, i := range invoices {
		before := slices.ContainsFunc(invoices[:n], func(o D) bool { return id(o) == id(i) })
		c.Require(!before, "duplicate", tandem.Path("invoices", n), "is given before: an invoice is settled once")
	}
	return c.Err(subject)
}
