package billing

import (
	"slices"

	"github.com/tandem-go/tandem"
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
	return readEnum(t, text, InvoiceTypes(), "invoice type")
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
	return readEnum(s, text, InvoiceStatuses(), "invoice status")
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
	return readEnum(b, text, CreditBases(), "credit basis")
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
	return readEnum(p, text, DiscountPolicies(), "discount policy")
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
	return readEnum(k, text, InstalmentKinds(), "instalment kind")
}

// PaymentMethod says how a payment came.
type PaymentMethod string

// The payment methods.
const (
	BankTransfer PaymentMethod = "transfer"
	DirectDebit  PaymentMethod = "direct_debit"
	Card         PaymentMethod = "card"
	Cash         PaymentMethod = "cash"
	Cheque       PaymentMethod = "cheque"
	OtherMethod  PaymentMethod = "other"
)

// PaymentMethods lists the methods.
func PaymentMethods() []PaymentMethod {
	return []PaymentMethod{BankTransfer, DirectDebit, Card, Cash, Cheque, OtherMethod}
}

// Valid reports whether m is one of [PaymentMethods].
func (m PaymentMethod) Valid() bool {
	switch m {
	case BankTransfer, DirectDebit, Card, Cash, Cheque, OtherMethod:
		return true
	}
	return false
}

// UnmarshalText reads a method and refuses anything else.
func (m *PaymentMethod) UnmarshalText(text []byte) error {
	return readEnum(m, text, PaymentMethods(), "payment method")
}

// PaymentStatus says how much of a payment is applied; it is derived.
type PaymentStatus string

// The statuses of a payment.
const (
	PaymentUnapplied PaymentStatus = "unapplied" // nothing is applied; of a refund: all of it is owed back
	PaymentPartly    PaymentStatus = "partly_applied"
	PaymentApplied   PaymentStatus = "applied"  // all of it is applied, or was paid back
	PaymentReturned  PaymentStatus = "returned" // the money went back (a cheque that bounced); of a refund: it came back
)

// PaymentStatuses lists the statuses.
func PaymentStatuses() []PaymentStatus {
	return []PaymentStatus{PaymentUnapplied, PaymentPartly, PaymentApplied, PaymentReturned}
}

// Valid reports whether s is one of [PaymentStatuses].
func (s PaymentStatus) Valid() bool { return slices.Contains(PaymentStatuses(), s) }

// Open reports whether something of a payment in this state is the customer's credit, or
// of a refund owed back.
func (s PaymentStatus) Open() bool { return s == PaymentUnapplied || s == PaymentPartly }

// UnmarshalText reads a status and refuses anything else.
func (s *PaymentStatus) UnmarshalText(text []byte) error {
	return readEnum(s, text, PaymentStatuses(), "payment status")
}

func readEnum[E ~string](to *E, text []byte, all []E, subject string) error {
	for _, e := range all {
		if string(e) == string(text) {
			*to = e
			return nil
		}
	}
	return &tandem.InvalidError{Subject: subject, Faults: []tandem.Fault{{Code: "enum_unknown", Path: "", Message: "unknown " + subject}}}
}
