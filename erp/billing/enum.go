package billing

import (
	"slices"

	"github.com/tandem-go/tandem/erp/billing/internal/document"
)

// InvoiceType is the type of an invoice, a code of UNTDID 1001.
type InvoiceType string

// The invoice types.
const (
	CommercialInvoice InvoiceType = "380"
	CreditNote        InvoiceType = "381"
)

// InvoiceTypes lists the types.
func InvoiceTypes() []InvoiceType { return []InvoiceType{CommercialInvoice, CreditNote} }

// Valid reports whether t is one of [InvoiceTypes].
func (t InvoiceType) Valid() bool { return t == CommercialInvoice || t == CreditNote }

// UnmarshalText reads a type and refuses anything else.
func (t *InvoiceType) UnmarshalText(text []byte) error {
	return document.ReadEnum(t, text, InvoiceTypes(), "invoice type")
}

// InvoiceStatus says how far an invoice has come. Of a posted one it is derived
// from the open amount.
type InvoiceStatus string

// The statuses of an invoice.
const (
	InvoiceDrafted   InvoiceStatus = "draft"     // may be revised; has no number
	InvoiceDiscarded InvoiceStatus = "discarded" // a draft that never became an invoice
	InvoicePosted    InvoiceStatus = "posted"    // has a number and an open amount
	InvoiceSettled   InvoiceStatus = "settled"   // nothing is open
)

// InvoiceStatuses lists the statuses.
func InvoiceStatuses() []InvoiceStatus {
	return []InvoiceStatus{InvoiceDrafted, InvoiceDiscarded, InvoicePosted, InvoiceSettled}
}

// Valid reports whether s is one of [InvoiceStatuses].
func (s InvoiceStatus) Valid() bool {
	switch s {
	case InvoiceDrafted, InvoiceDiscarded, InvoicePosted, InvoiceSettled:
		return true
	}
	return false
}

// UnmarshalText reads a status and refuses anything else.
func (s *InvoiceStatus) UnmarshalText(text []byte) error {
	return document.ReadEnum(s, text, InvoiceStatuses(), "invoice status")
}

// CreditBasis says what a credit note is for.
type CreditBasis string

// The bases of credit notes.
const (
	// CreditGoods credits returned goods: its lines name the return and the
	// line of the original invoice, whose tax rates it uses.
	CreditGoods CreditBasis = "goods"
	// CreditAllowance lowers the price of an invoice without goods coming back;
	// it needs an approval.
	CreditAllowance CreditBasis = "allowance"
	// CreditUnreferenced names no invoice at all (the sale precedes the books, or
	// cannot be found); it needs an approval.
	CreditUnreferenced CreditBasis = "unreferenced"
)

// CreditBases lists the bases.
func CreditBases() []CreditBasis {
	return []CreditBasis{CreditGoods, CreditAllowance, CreditUnreferenced}
}

// Valid reports whether b is one of [CreditBases].
func (b CreditBasis) Valid() bool {
	return b == CreditGoods || b == CreditAllowance || b == CreditUnreferenced
}

// UnmarshalText reads a basis and refuses anything else.
func (b *CreditBasis) UnmarshalText(text []byte) error {
	return document.ReadEnum(b, text, CreditBases(), "credit basis")
}

// DiscountPolicy says what an early-payment discount does to the tax.
type DiscountPolicy string

// The policies of early discounts. Example: 500.00 net at 20 % tax, 2 % discount.
const (
	// DiscountedBase taxes the discounted price from the start, taken or not: tax
	// 98.00, gross 598.00, paid in time 588.00 (the rule of the United Kingdom
	// before April 2015, VATREG section 10.2 of the time; Belgium).
	DiscountedBase DiscountPolicy = "discounted_base"
	// AdjustOnPayment taxes the full price and adjusts the tax when the discount
	// is taken: gross 600.00, paid in time 588.00, discount 10.00 and tax 2.00
	// (Revenue & Customs Brief 49/2014; Germany, UStG § 17).
	AdjustOnPayment DiscountPolicy = "adjust_on_payment"
	// DiscountNetOnly discounts the net and leaves the tax as it is: gross 600.00,
	// paid in time 590.00, discount 10.00, tax effect none.
	DiscountNetOnly DiscountPolicy = "none"
)

// DiscountPolicies lists the policies.
func DiscountPolicies() []DiscountPolicy {
	return []DiscountPolicy{DiscountedBase, AdjustOnPayment, DiscountNetOnly}
}

// Valid reports whether p is one of [DiscountPolicies].
func (p DiscountPolicy) Valid() bool {
	return p == DiscountedBase || p == AdjustOnPayment || p == DiscountNetOnly
}

// UnmarshalText reads a policy and refuses anything else.
func (p *DiscountPolicy) UnmarshalText(text []byte) error {
	return document.ReadEnum(p, text, DiscountPolicies(), "discount policy")
}

// InstalmentKind says how the amount of an instalment is found.
type InstalmentKind string

// The kinds of instalments.
const (
	ShareOfTotal InstalmentKind = "share"         // a share of the whole
	ShareOfRest  InstalmentKind = "share_of_rest" // a share of what the instalments before it leave
	FixedAmount  InstalmentKind = "fixed"         // an amount, at most what is left
	Remainder    InstalmentKind = "remainder"     // what is left
)

// InstalmentKinds lists the kinds.
func InstalmentKinds() []InstalmentKind {
	return []InstalmentKind{ShareOfTotal, ShareOfRest, FixedAmount, Remainder}
}

// Valid reports whether k is one of [InstalmentKinds].
func (k InstalmentKind) Valid() bool { return slices.Contains(InstalmentKinds(), k) }

// UnmarshalText reads a kind and refuses anything else.
func (k *InstalmentKind) UnmarshalText(text []byte) error {
	return document.ReadEnum(k, text, InstalmentKinds(), "instalment kind")
}
