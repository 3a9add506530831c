package ordertocash

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/tax"
)

// slice is a part of an invoice's tax line that was taxed by a prepayment, at
// another rate than the invoice's.
type slice struct {
	of   int // tax line
	line tandem.TaxLine
}

// applySlices splits the tax lines of a draft: what prepayments taxed keeps its tax,
// and the rest of the bases is taxed at the rates of the lines, rounded as the draft was.
func applySlices(draft *billing.InvoiceDraft, slices []slice, rounding tax.Rounding) error {
	old, ends := draft.TaxLines, pointEnds(draft)
	rests, err := restOf(draft, slices, rounding)
	if err != nil {
		return err
	}
	draft.TaxLines = make([]tandem.TaxLine, 0, len(old)+len(slices))
	for n, l := range old {
		for i := range draft.TaxPoints {
			if ends[i] == n {
				draft.TaxPoints[i].From = len(draft.TaxLines)
			}
		}
		first := len(draft.TaxLines)
		if !rests[n].Base.IsZero() || l.Base.IsZero() {
			draft.TaxLines = append(draft.TaxLines, rests[n])
		}
		for i := range slices {
			if slices[i].of != n {
				continue
			}
			if err := addSlice(draft, first, slices[i].line); err != nil {
				return err
			}
		}
	}
	return nil
}

// pointEnds gives the first tax line of each further tax point.
func pointEnds(draft *billing.InvoiceDraft) []int {
	out := make([]int, len(draft.TaxPoints))
	for i := range draft.TaxPoints {
		out[i] = draft.TaxPoints[i].From
	}
	return out
}

// restOf gives the tax lines of a draft without the slices, and their taxes: what is
// declared already is no part of what is rounded.
func restOf(draft *billing.InvoiceDraft, slices []slice, rounding tax.Rounding) ([]tandem.TaxLine, error) {
	rests := append([]tandem.TaxLine(nil), draft.TaxLines...)
	for i := range slices {
		rest := &rests[slices[i].of]
		var err error
		if rest.Base, err = rest.Base.Sub(slices[i].line.Base); err != nil {
			return nil, err
		}
	}
	if rounding != tax.PerLine {
		return rests, tax.Retax(rests, rounding)
	}
	for n := range rests {
		if rests[n].Base == draft.TaxLines[n].Base {
			continue
		}
		lines, err := linesOf(draft, n, rests[n])
		if err != nil {
			return nil, err
		}
		if err := tax.Retax(lines, rounding); err != nil {
			return nil, err
		}
		if _, rests[n].Tax, _, err = tax.Totals(lines); err != nil {
			return nil, err
		}
	}
	return rests, nil
}

// linesOf gives the lines of a draft that a tax line taxes, each with its part of a
// base.
func linesOf(draft *billing.InvoiceDraft, n int, l tandem.TaxLine) ([]tandem.TaxLine, error) {
	point := 0
	for i := range draft.TaxPoints {
		if n >= draft.TaxPoints[i].From {
			point = i + 1
		}
	}
	var nets []int64
	for i := range draft.Lines {
		if draft.Lines[i].TaxCode == l.Code && draft.Lines[i].Point == point {
			nets = append(nets, max(draft.Lines[i].Net.Minor(), 0))
		}
	}
	if len(nets) == 0 {
		return []tandem.TaxLine{l}, nil
	}
	parts, err := allocateAny(l.Base, nets)
	if err != nil {
		return nil, err
	}
	out := make([]tandem.TaxLine, len(parts))
	for i := range parts {
		out[i] = l
		out[i].Base = parts[i]
	}
	return out, nil
}

// addSlice adds a slice, to one of the same rate that was added since first.
func addSlice(draft *billing.InvoiceDraft, first int, l tandem.TaxLine) (err error) {
	for i := first; i < len(draft.TaxLines); i++ {
		if t := &draft.TaxLines[i]; t.Rate == l.Rate && t.Code == l.Code {
			*t, err = sumTax(*t, l.Base, l.Tax)
			return err
		}
	}
	draft.TaxLines = append(draft.TaxLines, l)
	return nil
}
