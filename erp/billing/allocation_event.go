package billing

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
)

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
