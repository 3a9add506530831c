package billing

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// PaymentReceived says that money came in.
type PaymentReceived struct {
	Payment  PaymentID        `json:"payment"`
	Company  tandem.CompanyID `json:"company"`
	Customer tandem.PartyID   `json:"customer"`
	Number   string           `json:"number"`
	Date     tandem.Date      `json:"date"` // value date
	Amount   tandem.Money     `json:"amount"`
	Method   PaymentMethod    `json:"method"`
	Advance  bool             `json:"advance,omitempty"`
	At       tandem.Instant   `json:"at"`
}

// EventName is `billing.payment.received`.
func (PaymentReceived) EventName() string { return "billing.payment.received" }

// AppendJSON appends the event as JSON.
func (e PaymentReceived) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "payment", e.Payment)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "customer", e.Customer)
	o.String("number", e.Number)
	jsonw.Text(&o, "date", e.Date)
	jsonw.Text(&o, "amount", e.Amount)
	o.String("method", string(e.Method))
	o.BoolOmit("advance", e.Advance)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// PaymentAllocated says that part of a payment settled an instalment.
type PaymentAllocated struct {
	Allocation  AllocationID     `json:"allocation"`
	Payment     PaymentID        `json:"payment"`
	Invoice     InvoiceID        `json:"invoice"`
	Company     tandem.CompanyID `json:"company"`
	Customer    tandem.PartyID   `json:"customer"`
	Due         tandem.Date      `json:"due"` // of the instalment
	Date        tandem.Date      `json:"date"`
	Amount      tandem.Money     `json:"amount"`
	Discount    tandem.Money     `json:"discount"`     // early discount, net and tax
	InvoiceOpen tandem.Money     `json:"invoice_open"` // what is left of the invoice
	At          tandem.Instant   `json:"at"`
}

// EventName is `billing.payment.allocated`.
func (PaymentAllocated) EventName() string { return "billing.payment.allocated" }

// AppendJSON appends the event as JSON.
func (e PaymentAllocated) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "allocation", e.Allocation)
	jsonw.Text(&o, "payment", e.Payment)
	jsonw.Text(&o, "invoice", e.Invoice)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "customer", e.Customer)
	jsonw.Text(&o, "due", e.Due)
	jsonw.Text(&o, "date", e.Date)
	jsonw.Text(&o, "amount", e.Amount)
	jsonw.Text(&o, "discount", e.Discount)
	jsonw.Text(&o, "invoice_open", e.InvoiceOpen)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// CreditNoteApplied says that part of a credit note settled an instalment.
type CreditNoteApplied struct {
	Allocation  AllocationID     `json:"allocation"`
	CreditNote  InvoiceID        `json:"credit_note"`
	Invoice     InvoiceID        `json:"invoice"`
	Company     tandem.CompanyID `json:"company"`
	Customer    tandem.PartyID   `json:"customer"`
	Date        tandem.Date      `json:"date"`
	Amount      tandem.Money     `json:"amount"`
	InvoiceOpen tandem.Money     `json:"invoice_open"` // what is left of the invoice
	At          tandem.Instant   `json:"at"`
}

// EventName is `billing.credit_note.applied`.
func (CreditNoteApplied) EventName() string { return "billing.credit_note.applied" }

// AppendJSON appends the event as JSON.
func (e CreditNoteApplied) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "allocation", e.Allocation)
	jsonw.Text(&o, "credit_note", e.CreditNote)
	jsonw.Text(&o, "invoice", e.Invoice)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "customer", e.Customer)
	jsonw.Text(&o, "date", e.Date)
	jsonw.Text(&o, "amount", e.Amount)
	jsonw.Text(&o, "invoice_open", e.InvoiceOpen)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// AllocationReversed says that an allocation was undone.
type AllocationReversed struct {
	Allocation  AllocationID     `json:"allocation"` // the reversing fact
	Reverses    AllocationID     `json:"reverses"`   // the fact that it undoes
	Payment     PaymentID        `json:"payment,omitzero"`
	CreditNote  InvoiceID        `json:"credit_note,omitzero"`
	Invoice     InvoiceID        `json:"invoice"`
	Company     tandem.CompanyID `json:"company"`
	Customer    tandem.PartyID   `json:"customer"`
	Date        tandem.Date      `json:"date"`
	Amount      tandem.Money     `json:"amount"`       // positive
	InvoiceOpen tandem.Money     `json:"invoice_open"` // what is open again
	Reason      string           `json:"reason"`
	At          tandem.Instant   `json:"at"`
}

// EventName is `billing.allocation.reversed`.
func (AllocationReversed) EventName() string { return "billing.allocation.reversed" }

// AppendJSON appends the event as JSON.
func (e AllocationReversed) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "allocation", e.Allocation)
	jsonw.Text(&o, "reverses", e.Reverses)
	jsonw.TextOmit(&o, "payment", e.Payment)
	jsonw.TextOmit(&o, "credit_note", e.CreditNote)
	jsonw.Text(&o, "invoice", e.Invoice)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "customer", e.Customer)
	jsonw.Text(&o, "date", e.Date)
	jsonw.Text(&o, "amount", e.Amount)
	jsonw.Text(&o, "invoice_open", e.InvoiceOpen)
	o.String("reason", e.Reason)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// PaymentWasReturned says that a payment went back.
type PaymentWasReturned struct {
	Payment  PaymentID        `json:"payment"`
	Company  tandem.CompanyID `json:"company"`
	Customer tandem.PartyID   `json:"customer"`
	Date     tandem.Date      `json:"date"`
	Amount   tandem.Money     `json:"amount"`
	Reason   string           `json:"reason"`
	At       tandem.Instant   `json:"at"`
}

// EventName is `billing.payment.returned`.
func (PaymentWasReturned) EventName() string { return "billing.payment.returned" }

// AppendJSON appends the event as JSON.
func (e PaymentWasReturned) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "payment", e.Payment)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "customer", e.Customer)
	jsonw.Text(&o, "date", e.Date)
	jsonw.Text(&o, "amount", e.Amount)
	o.String("reason", e.Reason)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}
