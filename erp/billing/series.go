package billing

import (
	"strconv"

	"github.com/tandem-go/tandem"
)

// SeriesPolicy says from which series a company's invoices take their numbers.
// Credit notes have a series of their own. The zero SeriesPolicy numbers
// INV-2011-000001 and CN-2011-000001, anew each year.
type SeriesPolicy struct {
	Invoice    string `json:"invoice,omitempty"`     // prefix, default INV
	CreditNote string `json:"credit_note,omitempty"` // prefix, default CN
	Endless    bool   `json:"endless,omitempty"`     // one series for all years: INV-000001
	Digits     int    `json:"digits,omitempty"`      // at least so many, 1 to 12, default 6
}

// Validate reports prefixes that are long or not of letters and digits, equal
// prefixes, and a number of digits out of range.
func (p SeriesPolicy) Validate() error {
	var c tandem.Check
	invoice, credit := p.prefix(CommercialInvoice), p.prefix(CreditNote)
	c.Require(plainPrefix(invoice), "prefix", "invoice", "one to 12 letters or digits")
	c.Require(plainPrefix(credit), "prefix", "credit_note", "one to 12 letters or digits")
	c.Require(invoice != credit, "prefix_equal", "credit_note", "credit notes have a series of their own")
	c.Require(p.Digits >= 0 && p.Digits <= 12, "digits", "digits", "must lie between 1 and 12")
	return c.Err("series policy")
}

func plainPrefix(s string) bool {
	if len(s) == 0 || len(s) > 12 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

func (p SeriesPolicy) prefix(t InvoiceType) string {
	switch {
	case t == CreditNote && p.CreditNote != "":
		return p.CreditNote
	case t == CreditNote:
		return "CN"
	case p.Invoice != "":
		return p.Invoice
	}
	return "INV"
}

// InvoiceSeries names the series of a type of document in the year of a date,
// `INV-2011`. The name is unique within the company, whose numbers a store keeps apart.
func (p SeriesPolicy) InvoiceSeries(t InvoiceType, date tandem.Date) string {
	if p.Endless {
		return p.prefix(t)
	}
	return p.prefix(t) + "-" + strconv.Itoa(date.Year())
}

// Number gives the n-th number of a series, `INV-2011-000042`.
func (p SeriesPolicy) Number(series string, n int64) string {
	digits := p.Digits
	if digits == 0 {
		digits = 6
	}
	var buffer [48]byte
	out := append(append(buffer[:0], series...), '-')
	var number [20]byte
	text := strconv.AppendInt(number[:0], n, 10)
	for pad := digits - len(text); pad > 0; pad-- {
		out = append(out, '0')
	}
	return string(append(out, text...))
}
