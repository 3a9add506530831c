package billing

import (
	"context"
	"slices"

	"github.com/tandem-go/tandem"
)

// MaxInstalments is the greatest number of instalments of one invoice.
const MaxInstalments = 60

// MaxTermDays is the longest time to pay, in days; [MaxTermMonths] in months.
const (
	MaxTermDays   = 3660
	MaxTermMonths = 120
)

// Terms are payment terms of a company: into which instalments an invoice is
// split, when each is due, and the discount for paying early.
type Terms struct {
	Company     tandem.CompanyID  `json:"company"`
	Code        tandem.TermsCode  `json:"code"`
	Revision    int64             `json:"revision,omitempty"` // kept by the store, compared on Save
	Name        string            `json:"name,omitempty"`
	Instalments []TermsInstalment `json:"instalments"`
	Discount    EarlyDiscount     `json:"discount,omitzero"`
}

// TermsInstalment is one instalment of payment terms: an amount and a due date.
//
// The due date is the invoice date, Months later (clamped to the end of a shorter
// month), then Days later; then, with EndOfMonth, the last day of that month;
// then, with DayOfMonth, the next such day on or after it (a day that the month
// does not have is its last). "30 days, end of month, on the 10th" is Days 30,
// EndOfMonth, DayOfMonth 10.
type TermsInstalment struct {
	Kind       InstalmentKind `json:"kind"`
	Share      tandem.Rate    `json:"share,omitzero"` // of ShareOfTotal and ShareOfRest, above 0 and at most 1
	Amount     tandem.Money   `json:"amount"`         // of FixedAmount, positive
	Months     int            `json:"months,omitempty"`
	Days       int            `json:"days,omitempty"`
	EndOfMonth bool           `json:"end_of_month,omitempty"`
	DayOfMonth int            `json:"day_of_month,omitempty"` // 1 to 31
}

// EarlyDiscount is a discount for payment within Days of the invoice date. The
// zero EarlyDiscount is none.
type EarlyDiscount struct {
	Rate   tandem.Rate    `json:"rate,omitzero"` // of the net
	Days   int            `json:"days,omitempty"`
	Policy DiscountPolicy `json:"policy,omitempty"`
}

// IsZero reports whether no discount is offered.
func (d EarlyDiscount) IsZero() bool { return d == EarlyDiscount{} }

// Validate reports every fault of the discount.
func (d EarlyDiscount) Validate() error {
	var c tandem.Check
	if d.IsZero() {
		return nil
	}
	c.Require(d.Rate.Sign() > 0 && d.Rate.Cmp(tandem.Percent(100)) < 0, "discount_rate", "rate", "must lie between 0 and 1")
	c.Require(d.Days >= 0 && d.Days <= MaxTermDays, "days", "days", "out of range")
	c.Require(d.Policy.Valid(), "discount_policy", "policy", "must be a known policy")
	return c.Err("early discount")
}

// Validate reports every fault of the terms. The last instalment takes the
// balance: it is the remainder, or the shares of the whole sum to one.
func (t Terms) Validate() error {
	var c tandem.Check
	c.Require(!t.Company.IsZero(), "required", "company", "must be given")
	c.Require(t.Code != "" && len(t.Code) <= tandem.MaxName, "code", "code", "must be given and short")
	c.Require(len(t.Name) <= tandem.MaxName, "too_long", "name", "too long")
	t.checkInstalments(&c)
	c.Nested("discount", t.Discount.Validate())
	return c.Err("terms")
}

func (t Terms) checkInstalments(c *tandem.Check) {
	if !c.Require(len(t.Instalments) > 0 && len(t.Instalments) <= MaxInstalments, "instalments", "instalments", "one to 60 instalments") {
		return
	}
	var shares tandem.Rate
	onlyShares, last := true, len(t.Instalments)-1
	for i, n := range t.Instalments {
		path := tandem.Path("instalments", i)
		c.Nested(path, n.validate())
		c.Require(n.Kind != Remainder || i == last, "remainder_last", path+".kind", "only the last instalment is the remainder")
		if n.Kind == ShareOfTotal {
			shares, _ = shares.Add(n.Share)
		} else {
			onlyShares = false
		}
	}
	whole := tandem.Percent(100)
	c.Require(shares.Cmp(whole) <= 0, "shares", "instalments", "the shares exceed the whole")
	c.Require(t.Instalments[last].Kind == Remainder || onlyShares && shares == whole, "no_remainder", "instalments",
		"the last instalment must be the remainder, or the shares must sum to 1")
}

func (n TermsInstalment) validate() error {
	var c tandem.Check
	c.Require(n.Kind.Valid(), "instalment_kind", "kind", "must be a known kind")
	shared := n.Kind == ShareOfTotal || n.Kind == ShareOfRest
	c.Require(!shared || n.Share.Sign() > 0 && n.Share.Cmp(tandem.Percent(100)) <= 0, "share", "share", "must be above 0 and at most 1")
	c.Require(shared || n.Share.IsZero(), "share", "share", "only shares have one")
	c.Require((n.Kind == FixedAmount) == (n.Amount.Sign() > 0), "amount", "amount", "a fixed instalment has a positive amount, the others none")
	c.Require(n.Months >= 0 && n.Months <= MaxTermMonths, "months", "months", "out of range")
	c.Require(n.Days >= 0 && n.Days <= MaxTermDays, "days", "days", "out of range")
	c.Require(n.DayOfMonth >= 0 && n.DayOfMonth <= 31, "day_of_month", "day_of_month", "out of range")
	return c.Err("instalment")
}

// Due gives the due date of an invoice dated date.
func (n TermsInstalment) Due(date tandem.Date) tandem.Date {
	due := date
	if n.Months > 0 {
		due = due.AddMonths(n.Months)
	}
	due = due.AddDays(n.Days)
	if n.EndOfMonth {
		due = due.EndOfMonth()
	}
	if n.DayOfMonth > 0 {
		start := due.StartOfMonth()
		if on := dayOf(start, n.DayOfMonth); !on.Before(due) {
			return on
		}
		due = dayOf(start.AddMonths(1), n.DayOfMonth)
	}
	return due
}

// dayOf gives the day-th of the month that starts on first, or its last day.
func dayOf(first tandem.Date, day int) tandem.Date {
	if last := first.EndOfMonth(); day > last.Day() {
		return last
	}
	return first.AddDays(day - 1)
}

// Instalment is an amount of an invoice that is due on a day.
type Instalment struct {
	Due      tandem.Date        `json:"due"`
	Amount   tandem.Money       `json:"amount"`
	Open     tandem.Money       `json:"open"` // what is not yet paid, credited or discounted
	Discount InstalmentDiscount `json:"discount,omitzero"`
	// NotBefore is, where something that settled it was undone, the last day as of which
	// that was: until then it was settled, and nothing settles it again on a day before
	// (`before_reversal`). Of a credit note, the same of what was used of it.
	NotBefore tandem.Date `json:"not_before,omitzero"`
}

// InstalmentDiscount is the early discount of an instalment: a payment until the
// day Until that lacks at most Net + Tax settles it. What was taken is no longer there.
// What credit notes settle earns no discount: its part of Net and Tax is not allowed.
type InstalmentDiscount struct {
	Until    tandem.Date  `json:"until"`
	Net      tandem.Money `json:"net"`
	Tax      tandem.Money `json:"tax"`
	Credited tandem.Money `json:"credited"` // of the instalment's amount, settled by credit notes
}

// Split divides an amount, which may be negative or nought, into instalments of
// an invoice dated date, without discounts. Shares of the whole are split by
// [tandem.Allocate]; a fixed amount takes at most what is left; the last
// instalment takes the balance. Instalments of nought are left out, all but one.
func (t Terms) Split(amount tandem.Money, date tandem.Date) ([]Instalment, error) {
	amounts, err := t.amounts(amount)
	if err != nil {
		return nil, err
	}
	out := make([]Instalment, 0, len(amounts))
	for i, m := range amounts {
		if m.IsZero() && (i < len(amounts)-1 || len(out) > 0) {
			continue
		}
		due := t.Instalments[i].Due(date)
		if due.IsZero() {
			return nil, tandem.ErrOutOfRange
		}
		out = append(out, Instalment{Due: due, Amount: m, Open: m})
	}
	return out, nil
}

func (t Terms) amounts(whole tandem.Money) ([]tandem.Money, error) {
	var buffer [4]int64
	weights, left := buffer[:0], tandem.Percent(100).Nano()
	for _, n := range t.Instalments {
		w := int64(0)
		if n.Kind == ShareOfTotal {
			w = n.Share.Nano()
			left -= w
		}
		weights = append(weights, w)
	}
	if left < 0 {
		return nil, tandem.ErrOutOfRange
	}
	parts, err := tandem.Allocate(make([]tandem.Money, 0, len(weights)+1), whole, append(weights, left))
	if err != nil {
		return nil, err
	}
	parts = parts[:len(t.Instalments)] // the rest is taken by the other kinds
	rest := whole
	for i := range parts {
		if parts[i], err = t.Instalments[i].take(parts[i], rest, i == len(parts)-1); err != nil {
			return nil, err
		}
		if rest, err = rest.Sub(parts[i]); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// take gives the amount of one instalment, never more than the rest.
func (n TermsInstalment) take(share, rest tandem.Money, last bool) (tandem.Money, error) {
	if last {
		return rest, nil
	}
	take := share
	switch n.Kind {
	case ShareOfRest:
		nano := n.Share.Nano()
		parts, err := tandem.Allocate(nil, rest, []int64{nano, tandem.Percent(100).Nano() - nano})
		if err != nil {
			return tandem.Money{}, err
		}
		take = parts[0]
	case FixedAmount:
		if n.Amount.Currency() != rest.Currency() {
			return tandem.Money{}, tandem.ErrCurrency
		}
		take = n.Amount
		if rest.Sign() < 0 {
			take = take.Neg()
		}
	}
	if take.Abs().Minor() > rest.Abs().Minor() {
		take = rest
	}
	return take, nil
}

// Clone gives a copy that shares nothing.
func (t Terms) Clone() Terms {
	t.Instalments = slices.Clone(t.Instalments)
	return t
}

// TermsSource gives payment terms to a process.
type TermsSource interface {
	PaymentTerms(ctx context.Context, company tandem.CompanyID, code tandem.TermsCode) (Terms, error) // tandem.ErrNotFound
}
