package payment

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/internal/document"
)

// AdvancePolicy says when VAT is due on an advance. It is kept with the payment.
type AdvancePolicy string

// The policies.
const (
	// AdvanceTaxPoint makes an advance that names its order a tax point, to its
	// extent: a payment before the delivery is one (VAT Act 1994 s.6(4); HMRC VAT
	// Notice 700 §14; Directive 2006/112/EC Art. 65). One without an order is money on
	// account, of no supply that is known, and no tax point (CJEU C-419/02, BUPA
	// Hospitals). The default.
	AdvanceTaxPoint AdvancePolicy = "tax_point"
	// AdvanceNeedsOrder is AdvanceTaxPoint where each advance must name its order.
	AdvanceNeedsOrder AdvancePolicy = "order_required"
	// AdvanceNoTaxPoint is for a company on whose advances nothing is due.
	AdvanceNoTaxPoint AdvancePolicy = "no_tax_point"
)

// AdvancePolicies lists the policies.
func AdvancePolicies() []AdvancePolicy {
	return []AdvancePolicy{AdvanceTaxPoint, AdvanceNeedsOrder, AdvanceNoTaxPoint}
}

// Valid reports whether p is one of [AdvancePolicies].
func (p AdvancePolicy) Valid() bool { return slices.Contains(AdvancePolicies(), p) }

// UnmarshalText reads a policy and refuses anything else.
func (p *AdvancePolicy) UnmarshalText(text []byte) error {
	return document.ReadEnum(p, text, AdvancePolicies(), "advance policy")
}

// ReleasedTax is what was taken back of a tax line of an advance: by an allocation,
// since the invoice has it, or with the money that went back. What a reversal takes
// back of that is negative.
type ReleasedTax struct {
	Allocation billing.AllocationID `json:"allocation,omitzero"` // none: the payment went back
	Line       int                  `json:"line"`                // of the advance's taxes, counted from 1
	Base       tandem.Money         `json:"base"`
	Tax        tandem.Money         `json:"tax"`
	// TaxPoint is the day on which it counts: the tax point of the part of the invoice
	// that has the tax, and not before the advance. None: the day of the allocation.
	TaxPoint tandem.Date `json:"tax_point,omitzero"`
}

// Order gives the order that an advance is for.
func (p *Payment) Order() tandem.DocumentRef { return p.s.Order }

// Taxes gives the taxes that were due on an advance.
func (p *Payment) Taxes() []tandem.TaxLine { return slices.Clone(p.s.Taxes) }

// ReleasedBy gives what an allocation, or its reversal, took back of them; that of
// no allocation is what went back with the payment.
func (p *Payment) ReleasedBy(id billing.AllocationID) (out []ReleasedTax) {
	for _, r := range p.s.Released {
		if r.Allocation == id {
			out = append(out, r)
		}
	}
	return out
}

// TaxLeft gives what was not taken back of the taxes, one for each tax line of
// which something is left.
func (p *Payment) TaxLeft() (out []ReleasedTax) {
	for i := range p.s.Taxes {
		if base, due := p.s.taxLeft(i); base != 0 || due != 0 {
			c := p.s.Amount.Currency()
			out = append(out, ReleasedTax{Line: i + 1, Base: tandem.MoneyFromMinor(base, c), Tax: tandem.MoneyFromMinor(due, c)})
		}
	}
	return out
}

// Deposit gives what is unapplied and bears no tax line: more than the order came
// to, or of no order.
func (p *Payment) Deposit() tandem.Money {
	rest := p.s.Unapplied.Minor()
	for i := range p.s.Taxes {
		base, due := p.s.taxLeft(i)
		rest -= base + due
	}
	return tandem.MoneyFromMinor(rest, p.s.Amount.Currency())
}

func (s *State) taxLeft(i int) (base, due int64) {
	base, due = s.Taxes[i].Base.Minor(), s.Taxes[i].Tax.Minor()
	for j := range s.Released {
		if r := &s.Released[j]; r.Line == i+1 {
			base, due = base-r.Base.Minor(), due-r.Tax.Minor()
		}
	}
	return base, due
}

// checkTaxes reports taxes of what is no advance, beyond the amount, or taken back
// beyond what was due or what is unapplied.
func (s *State) checkTaxes(c *tandem.Check) {
	c.Require(s.Policy == "" || s.Policy.Valid(), "advance_policy", "advance_policy", "must be a known policy")
	c.Require(s.Advance || s.Order.IsZero() && s.Policy == "" && len(s.Taxes) == 0, "advance_only", "order", "order, policy and taxes belong to advances")
	c.Require(len(s.Taxes) == 0 || s.Policy != AdvanceNoTaxPoint && !s.Order.IsZero(), "advance_taxes", "taxes", "only an advance that names its order is a tax point")
	if len(s.Taxes) == 0 && len(s.Released) == 0 {
		return
	}
	currency := s.Amount.Currency()
	for i := range s.Released {
		r := &s.Released[i]
		if r.Line < 1 || r.Line > len(s.Taxes) || r.Base.Currency() != currency || r.Tax.Currency() != currency {
			c.Add("released", tandem.Path("released", i), "must be of a tax line, in the currency of the payment")
			return
		}
		c.Require(r.TaxPoint.IsZero() || !r.TaxPoint.Before(s.Date), "released", tandem.Path("released", i)+".tax_point", "must not precede the payment")
	}
	whole, left := int64(0), int64(0)
	for i := range s.Taxes {
		t := &s.Taxes[i]
		if t.Code == "" || !t.Category.Valid() || t.Base.Currency() != currency || t.Tax.Currency() != currency || t.Base.Sign() < 0 || t.Tax.Sign() < 0 {
			c.Add("tax_line", tandem.Path("taxes", i), "code, category, base and tax must be given in the currency of the payment, and not be negative")
			return
		}
		base, due := s.taxLeft(i)
		c.Require(base >= 0 && due >= 0 && base <= t.Base.Minor() && due <= t.Tax.Minor(), "released", tandem.Path("taxes", i), "more was taken back than was due")
		whole, left = whole+t.Base.Minor()+t.Tax.Minor(), left+base+due
	}
	c.Require(whole <= s.Amount.Minor(), "taxes", "taxes", "must be included in the amount")
	c.Require(left <= s.Unapplied.Minor(), "taxes", "taxes", "what is left of them must be included in what is unapplied")
}

// releases gives what an application of an amount takes back of the taxes: what it
// plans, or of each tax line in proportion to what is left of it, gross, and of the
// money without tax. The last application takes all that is left.
func (p *Payment) releases(id billing.AllocationID, amount tandem.Money, planned []ReleasedTax) ([]ReleasedTax, error) {
	if len(p.s.Taxes) == 0 {
		if len(planned) > 0 {
			return nil, p.refuse("apply", "tax_exceeded", "no tax was due on the payment")
		}
		return nil, nil
	}
	left := p.TaxLeft()
	out := slices.Clone(planned)
	for i := range out {
		out[i].Allocation = id
		if on := &out[i].TaxPoint; !on.IsZero() && on.Before(p.s.NotBefore) {
			*on = p.s.NotBefore // until then another invoice had the tax
		}
	}
	if planned == nil {
		weights := make([]int64, 0, len(left)+1)
		for i := range left {
			weights = append(weights, left[i].gross())
		}
		var err error
		if out, err = releasesBy(id, left, amount, append(weights, p.Deposit().Minor())); err != nil {
			return nil, err
		}
	}
	after := p.s.clone()
	after.Released = append(after.Released, out...)
	after.Unapplied = tandem.MoneyFromMinor(after.Unapplied.Minor()-amount.Minor(), amount.Currency())
	after.Status = after.status()
	var c tandem.Check
	if after.checkTaxes(&c); !c.OK() {
		return nil, p.refuse("apply", "tax_exceeded", "the taxes of the payment and its money must be used up together")
	}
	return out, nil
}

func (r *ReleasedTax) gross() int64 { return r.Base.Minor() + r.Tax.Minor() }

// releasesBy splits an amount by weights, the last of which is that of money without
// tax, and each part into base and tax as what is left of its tax line.
func releasesBy(id billing.AllocationID, left []ReleasedTax, amount tandem.Money, weights []int64) ([]ReleasedTax, error) {
	parts, err := tandem.Allocate(nil, amount, weights)
	if err != nil {
		return nil, err
	}
	out := make([]ReleasedTax, 0, len(left))
	for i := range left {
		l := &left[i]
		gross := parts[i].Minor()
		if gross == 0 {
			continue
		}
		due, err := tandem.Part(l.Tax, gross, l.gross()-gross)
		if err != nil {
			return nil, err
		}
		out = append(out, ReleasedTax{Allocation: id, Line: l.Line, Base: tandem.MoneyFromMinor(gross-due.Minor(), amount.Currency()), Tax: due, TaxPoint: l.TaxPoint})
	}
	return out, nil
}

// restore takes back what an allocation took back, with its reversal, on whose day
// that counts.
func (p *Payment) restore(allocation, reversal billing.AllocationID) {
	for _, r := range p.ReleasedBy(allocation) {
		r.Allocation, r.Base, r.Tax, r.TaxPoint = reversal, r.Base.Neg(), r.Tax.Neg(), tandem.Date{}
		p.s.Released = append(p.s.Released, r)
	}
}

// ApplyAdvance settles an invoice with an amount of an advance, the earliest
// instalment first, and takes back the taxes that the application plans, each
// instalment with its part of them; without any, in proportion to the amount. Planned
// taxes may be more than the amount: what was declared at a higher rate is taken back in
// full, and leaves money without tax. Ids come from next; id and instalment of the
// application are not read.
func ApplyAdvance(p *Payment, i *billing.Invoice, a Application, next func() billing.AllocationID) ([]billing.Allocation, error) {
	var facts []billing.Allocation
	amount, planned := a.Amount, slices.Clone(a.Taxes)
	for _, n := range i.Payables(p.s.Date) {
		chunk := tandem.MoneyFromMinor(min(n.Open.Minor(), amount.Minor()), amount.Currency())
		if chunk.IsZero() {
			break
		}
		var taxes []ReleasedTax
		if planned != nil {
			var err error
			if taxes, err = plannedPart(planned, chunk, amount); err != nil {
				return facts, err
			}
		}
		fact, err := Apply(p, i, Application{ID: next(), Instalment: n.Instalment, Amount: chunk, Date: a.Date, At: a.At, NoDiscount: a.NoDiscount, Taxes: taxes})
		if err != nil {
			return facts, err
		}
		facts, amount = append(facts, fact), tandem.MoneyFromMinor(amount.Minor()-chunk.Minor(), amount.Currency())
	}
	return facts, nil
}

// plannedPart takes of planned taxes the part that goes with a chunk of an amount, and
// gives it.
func plannedPart(planned []ReleasedTax, chunk, amount tandem.Money) ([]ReleasedTax, error) {
	weights, gross := make([]int64, 0, len(planned)+1), int64(0)
	for j := range planned {
		weights, gross = append(weights, planned[j].gross()), gross+planned[j].gross()
	}
	taxed := chunk
	if rest := amount.Minor() - gross; rest >= 0 {
		weights = append(weights, rest)
	} else {
		var err error
		if taxed, err = tandem.Part(tandem.MoneyFromMinor(gross, amount.Currency()), chunk.Minor(), amount.Minor()-chunk.Minor()); err != nil {
			return nil, err
		}
		weights = append(weights, 0)
	}
	taxes, err := releasesBy(billing.AllocationID{}, planned, taxed, weights)
	if err != nil {
		return nil, err
	}
	for _, t := range taxes {
		for j := range planned {
			if l := &planned[j]; l.Line == t.Line && l.TaxPoint == t.TaxPoint {
				l.Base = tandem.MoneyFromMinor(l.Base.Minor()-t.Base.Minor(), amount.Currency())
				l.Tax = tandem.MoneyFromMinor(l.Tax.Minor()-t.Tax.Minor(), amount.Currency())
				break
			}
		}
	}
	return taxes, nil
}
