package payment

import (
	"slices"

	"github.com/tandem-go/tandem/erp/billing/internal/document"
)

// Method says how a payment came.
type Method string

// The payment methods.
const (
	BankTransfer Method = "transfer"
	DirectDebit  Method = "direct_debit"
	Card         Method = "card"
	Cash         Method = "cash"
	Cheque       Method = "cheque"
	OtherMethod  Method = "other"
)

// Methods lists the methods.
func Methods() []Method {
	return []Method{BankTransfer, DirectDebit, Card, Cash, Cheque, OtherMethod}
}

// Valid reports whether m is one of [Methods].
func (m Method) Valid() bool {
	switch m {
	case BankTransfer, DirectDebit, Card, Cash, Cheque, OtherMethod:
		return true
	}
	return false
}

// UnmarshalText reads a method and refuses anything else.
func (m *Method) UnmarshalText(text []byte) error {
	return document.ReadEnum(m, text, Methods(), "payment method")
}

// Status says how much of a payment is applied; it is derived.
type Status string

// The statuses of a payment.
const (
	StatusUnapplied Status = "unapplied" // nothing is applied; of a refund: all of it is owed back
	StatusPartly    Status = "partly_applied"
	StatusApplied   Status = "applied"  // all of it is applied, or was paid back
	StatusReturned  Status = "returned" // the money went back (a cheque that bounced); of a refund: it came back
)

// Statuses lists the statuses.
func Statuses() []Status {
	return []Status{StatusUnapplied, StatusPartly, StatusApplied, StatusReturned}
}

// Valid reports whether s is one of [Statuses].
func (s Status) Valid() bool { return slices.Contains(Statuses(), s) }

// Open reports whether something of a payment in this state is the customer's credit, or
// of a refund owed back.
func (s Status) Open() bool { return s == StatusUnapplied || s == StatusPartly }

// UnmarshalText reads a status and refuses anything else.
func (s *Status) UnmarshalText(text []byte) error {
	return document.ReadEnum(s, text, Statuses(), "payment status")
}
