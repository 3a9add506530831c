package tax

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// PointPolicy names the rule that gives the tax point. It is kept with the document.
// Under all of them an intra-Community supply of goods ([Supply].IntraCommunity) has a
// rule of its own: its tax point is the invoice, or if none was issued until then the
// 15th of the month after that of the delivery, and never a payment (Directive
// 2006/112/EC Art. 67, 222; VAT Act 1994 s.6(7)–(8) until 2020).
type PointPolicy string

// The policies.
const (
	// PointUK is the rule of the UK (VAT Act 1994 s.6; HMRC VAT Notice 700 §14–15).
	// The basic tax point is the delivery; an invoice or a payment before it is a
	// tax point to its extent; an invoice within 14 days after it moves the tax
	// point of what it covers to the invoice date.
	PointUK PointPolicy = "uk"
	// PointUKElectDelivery is PointUK with the supplier's election on a change of
	// rate: the rate is that of the basic tax point (VAT Act 1994 s.88).
	PointUKElectDelivery PointPolicy = "uk_elect_delivery"
	// PointDelivery is the delivery, whatever is invoiced or paid; payments before
	// it are tax points to their extent (Directive 2006/112/EC Art. 63, 65). A prepayment
	// keeps the rate of its day where the rate changes before the delivery, as Art. 95
	// allows; who must correct it to the rate of the delivery, as in Germany (UStG
	// §27(1)), takes no advances over such a day, or corrects them by hand.
	PointDelivery PointPolicy = "delivery"
)

// PointPolicies lists the policies.
func PointPolicies() []PointPolicy {
	return []PointPolicy{PointUK, PointUKElectDelivery, PointDelivery}
}

// Valid reports whether p is one of [PointPolicies].
func (p PointPolicy) Valid() bool {
	return p == PointUK || p == PointUKElectDelivery || p == PointDelivery
}

// UnmarshalText reads a policy and refuses anything else.
func (p *PointPolicy) UnmarshalText(text []byte) error {
	if !PointPolicy(text).Valid() {
		return fault("tax point policy", "policy", "policy", "unknown policy")
	}
	*p = PointPolicy(text)
	return nil
}

// InvoiceDays is the number of days after the basic tax point in which an invoice
// moves the tax point, the last of them included.
const InvoiceDays = 14

// InvoiceDeadline gives the day until which the invoice of goods that went to another
// member is issued: the 15th of the month after (Directive 2006/112/EC Art. 222).
func InvoiceDeadline(delivered tandem.Date) tandem.Date {
	return delivered.StartOfMonth().AddMonths(1).AddDays(14)
}

// Dated is an amount on a date: an invoice or a payment.
type Dated struct {
	Date   tandem.Date  `json:"date"`
	Amount tandem.Money `json:"amount"` // gross
}

// Supply is what the tax points of one supply depend on.
type Supply struct {
	Amount    tandem.Money `json:"amount"`             // of the whole supply, gross, positive
	Delivered tandem.Date  `json:"delivered,omitzero"` // zero: not yet
	Invoices  []Dated      `json:"invoices,omitempty"`
	Payments  []Dated      `json:"payments,omitempty"`
	// IntraCommunity: goods that leave for a business in another member, category K.
	IntraCommunity bool `json:"intra_community,omitempty"`
}

// PointBasis names what made a tax point.
type PointBasis string

// The bases.
const (
	BasisDelivery PointBasis = "delivery" // the basic tax point
	BasisInvoice  PointBasis = "invoice"
	BasisPayment  PointBasis = "payment"
	BasisDeadline PointBasis = "deadline" // [InvoiceDeadline] of an intra-Community supply
)

// PointBases lists the bases.
func PointBases() []PointBasis { return []PointBasis{BasisDelivery, BasisInvoice, BasisPayment} }

// Valid reports whether b is one of [PointBases].
func (b PointBasis) Valid() bool {
	return b == BasisDelivery || b == BasisInvoice || b == BasisPayment
}

// UnmarshalText reads a basis and refuses anything else.
func (b *PointBasis) UnmarshalText(text []byte) error {
	if !PointBasis(text).Valid() {
		return fault("tax point basis", "basis", "basis", "unknown basis")
	}
	*b = PointBasis(text)
	return nil
}

// Point is a tax point and its extent.
type Point struct {
	Date     tandem.Date  `json:"date"`      // when the tax is due
	RateDate tandem.Date  `json:"rate_date"` // whose rate applies
	Amount   tandem.Money `json:"amount"`    // gross, of the supply
	Basis    PointBasis   `json:"basis"`
}

// Points gives the tax points of a supply in the order of their dates. They sum
// to its amount once it is delivered; before that, to what is invoiced or paid.
// A payment of what is invoiced already, or an invoice of what is paid already, is
// no second tax point: what is covered by a day is the larger of all that is
// invoiced and all that is paid, so a last invoice states the whole amount.
func Points(s Supply, policy PointPolicy) ([]Point, error) {
	if err := s.check(policy); err != nil {
		return nil, err
	}
	var out []Point
	var invoiced, paid, covered int64
	whole := s.Amount.Minor()
	add := func(on tandem.Date, upTo int64, basis PointBasis) {
		if upTo <= covered {
			return
		}
		p := Point{Date: on, RateDate: on, Amount: tandem.MoneyFromMinor(upTo-covered, s.Amount.Currency()), Basis: basis}
		if policy == PointUKElectDelivery && !s.Delivered.IsZero() {
			p.RateDate = s.Delivered
		}
		out, covered = append(out, p), upTo
	}
	for _, e := range s.events(policy) {
		if e.basis == BasisInvoice {
			invoiced += min(whole-invoiced, e.Amount.Minor())
			add(e.Date, invoiced, BasisInvoice)
		} else {
			paid += min(whole-paid, e.Amount.Minor())
			add(e.Date, paid, BasisPayment)
		}
	}
	switch {
	case s.Delivered.IsZero():
	case s.IntraCommunity:
		add(InvoiceDeadline(s.Delivered), whole, BasisDeadline)
	default:
		add(s.Delivered, whole, BasisDelivery)
	}
	slices.SortStableFunc(out, func(a, b Point) int { return a.Date.Compare(b.Date) })
	return out, nil
}

type pointEvent struct {
	Dated
	basis PointBasis
}

// events lists the invoices and payments that make tax points, by date; on one
// day invoices come first.
func (s *Supply) events(policy PointPolicy) []pointEvent {
	var out []pointEvent
	before := func(d tandem.Date) bool { return s.Delivered.IsZero() || d.Before(s.Delivered) }
	if s.IntraCommunity {
		for _, i := range s.Invoices {
			if s.Delivered.IsZero() || !i.Date.After(InvoiceDeadline(s.Delivered)) {
				out = append(out, pointEvent{i, BasisInvoice})
			}
		}
		slices.SortStableFunc(out, func(a, b pointEvent) int { return a.Date.Compare(b.Date) })
		return out
	}
	for _, i := range s.Invoices {
		if policy != PointDelivery && (before(i.Date) || i.Date.DaysSince(s.Delivered) <= InvoiceDays) {
			out = append(out, pointEvent{i, BasisInvoice})
		}
	}
	for _, p := range s.Payments {
		if before(p.Date) {
			out = append(out, pointEvent{p, BasisPayment})
		}
	}
	slices.SortStableFunc(out, func(a, b pointEvent) int { return a.Date.Compare(b.Date) })
	return out
}

func (s *Supply) check(policy PointPolicy) error {
	var c tandem.Check
	c.Require(policy.Valid(), "policy", "policy", "unknown policy")
	c.Require(s.Amount.Sign() > 0, "amount", "amount", "must be positive")
	dated := func(name string, list []Dated) {
		for i, d := range list {
			c.Require(!d.Date.IsZero(), "required", tandem.Path(name, i)+".date", "must be given")
			c.Require(d.Amount.Sign() > 0 && d.Amount.Currency() == s.Amount.Currency(), "amount", tandem.Path(name, i)+".amount",
				"must be positive, in the currency of the supply")
		}
	}
	dated("invoices", s.Invoices)
	dated("payments", s.Payments)
	return c.Err("supply")
}
