package billing

import (
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
)

// TaxPoint is a further tax point of an invoice: that of supplies whose tax is due
// before that of the others, of an earlier month or at another rate.
type TaxPoint struct {
	Date     tandem.Date `json:"date"`               // when the tax is due
	RateDate tandem.Date `json:"rate_date,omitzero"` // whose rates hold, where that is another day
	From     int         `json:"from"`               // its first tax line, counted from nought; the lines before the first of all are of the invoice's own tax point
}

// TaxPoints gives the further tax points, none for an invoice that has one alone.
func (i *Invoice) TaxPoints() []TaxPoint { return slices.Clone(i.s.TaxPoints) }

// TaxPointCount gives the number of its tax points.
func (i *Invoice) TaxPointCount() int { return 1 + len(i.s.TaxPoints) }

// TaxPointOf gives the day on which the tax of the n-th tax line is due, counted
// from nought.
func (i *Invoice) TaxPointOf(n int) tandem.Date {
	if p := i.s.pointOf(n); p > 0 {
		return i.s.TaxPoints[p-1].Date
	}
	return i.s.TaxPoint
}

// Breakdown gives the taxes as the document states them: one line for each category
// and rate (EN 16931 BG-23, BR-S-08), which the codes and tax points share. It has the
// code where that is one alone, and every reason of an exemption once.
func (i *Invoice) Breakdown() ([]tandem.TaxLine, error) {
	var out []tandem.TaxLine
	for _, l := range i.s.TaxLines {
		at := slices.IndexFunc(out, func(o tandem.TaxLine) bool { return o.Category == l.Category && o.Rate == l.Rate })
		if at < 0 {
			out = append(out, l)
			continue
		}
		into := &out[at]
		if into.Code != l.Code {
			into.Code = ""
		}
		if reasons := strings.Split(into.Reason, "; "); l.Reason != "" && !slices.Contains(reasons, l.Reason) {
			into.Reason = strings.TrimPrefix(into.Reason+"; "+l.Reason, "; ")
		}
		var err error
		if into.Base, err = into.Base.Add(l.Base); err == nil {
			into.Tax, err = into.Tax.Add(l.Tax)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// TaxLinesOf appends to dst the tax lines of a code, counted from nought: those of
// one tax point, or with a negative point all of them. There are several of one
// point where part of it was taxed at another rate, by a prepayment.
func (i *Invoice) TaxLinesOf(dst []int, code tandem.TaxCode, point int) []int {
	for n := range i.s.TaxLines {
		if i.s.TaxLines[n].Code == code && (point < 0 || i.s.pointOf(n) == point) {
			dst = append(dst, n)
		}
	}
	return dst
}

// pointOf gives the tax point of a tax line: nought for the invoice's own.
func (s *InvoiceState) pointOf(n int) int {
	for p := len(s.TaxPoints); p > 0; p-- {
		if n >= s.TaxPoints[p-1].From {
			return p
		}
	}
	return 0
}

// taxLine finds a tax line of a code: that which is counted from 1, or with nought
// the only one. It gives −1 for none.
func (s *InvoiceState) taxLine(code tandem.TaxCode, line int) int {
	if line > 0 {
		if line <= len(s.TaxLines) && s.TaxLines[line-1].Code == code {
			return line - 1
		}
		return -1
	}
	at := -1
	for n := range s.TaxLines {
		switch {
		case s.TaxLines[n].Code != code:
		case at >= 0:
			return -1
		default:
			at = n
		}
	}
	return at
}

// taxKey names a tax line among those of its code: nought for the only one.
func (s *InvoiceState) taxKey(at int) int {
	if s.taxLine(s.TaxLines[at].Code, 0) == at {
		return 0
	}
	return at + 1
}

// netOf gives the net that a tax line taxes: that of the lines of its code and tax
// point, or its share of it, by the bases, where several rates tax it.
func (s *InvoiceState) netOf(at int) (net int64) {
	code, point := s.TaxLines[at].Code, s.pointOf(at)
	for i := range s.Lines {
		if s.Lines[i].TaxCode == code && s.Lines[i].Point == point {
			net += s.Lines[i].Net.Minor()
		}
	}
	return s.shareOf(at, net)
}

// shareOf gives what of an amount of a code and tax point falls upon a tax line: all,
// or its share by the bases where several rates tax it.
func (s *InvoiceState) shareOf(at int, amount int64) int64 {
	if s.taxKey(at) == 0 {
		return amount
	}
	code, point := s.TaxLines[at].Code, s.pointOf(at)
	weights, place := make([]int64, 0, len(s.TaxLines)), 0
	for n := range s.TaxLines {
		if s.TaxLines[n].Code != code || s.pointOf(n) != point {
			continue
		}
		if n == at {
			place = len(weights)
		}
		weights = append(weights, max(s.TaxLines[n].Base.Minor(), 0))
	}
	if len(weights) == 1 {
		return amount
	}
	parts, err := tandem.Allocate(nil, tandem.MoneyFromMinor(amount, s.Currency), weights)
	if err != nil { // no base at all
		return 0
	}
	return parts[place].Minor()
}

// checkTaxPoints reports tax points without tax lines, and lines of a tax point
// that there is not.
func (s *InvoiceState) checkTaxPoints(c *tandem.Check) {
	for i := range s.TaxPoints {
		p := &s.TaxPoints[i]
		first := 0
		if i > 0 {
			first = s.TaxPoints[i-1].From
		}
		c.Require(!p.Date.IsZero(), "required", tandem.Path("tax_points", i)+".date", "must be given")
		c.Require(p.From > first && p.From < len(s.TaxLines), "tax_point", tandem.Path("tax_points", i)+".from", "must ascend within the tax lines")
	}
	for i := range s.Lines {
		if p := s.Lines[i].Point; p < 0 || p > len(s.TaxPoints) {
			c.Add("tax_point", tandem.Path("lines", i)+".point", "there is no such tax point")
		}
	}
}
