package billing

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// InvoiceWasPosted says that an invoice got its number and is owed.
type InvoiceWasPosted struct {
	Invoice  InvoiceID        `json:"invoice"`
	Company  tandem.CompanyID `json:"company"`
	Customer tandem.PartyID   `json:"customer"`
	Number   string           `json:"number"`
	Date     tandem.Date      `json:"date"`
	Due      tandem.Date      `json:"due"`            // of the last instalment
	Order    tandem.ID[any]   `json:"order,omitzero"` // the sales order
	Net      tandem.Money     `json:"net"`
	Tax      tandem.Money     `json:"tax"`
	Gross    tandem.Money     `json:"gross"`
	Lines    int              `json:"lines"` // number of lines
	At       tandem.Instant   `json:"at"`
}

// EventName is `billing.invoice.posted`.
func (InvoiceWasPosted) EventName() string { return "billing.invoice.posted" }

// AppendJSON appends the event as JSON.
func (e InvoiceWasPosted) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "invoice", e.Invoice)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "customer", e.Customer)
	o.String("number", e.Number)
	jsonw.Text(&o, "date", e.Date)
	jsonw.Text(&o, "due", e.Due)
	jsonw.TextOmit(&o, "order", e.Order)
	jsonw.Text(&o, "net", e.Net)
	jsonw.Text(&o, "tax", e.Tax)
	jsonw.Text(&o, "gross", e.Gross)
	o.Int("lines", int64(e.Lines))
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// CreditNotePosted says that a credit note got its number.
type CreditNotePosted struct {
	CreditNote InvoiceID        `json:"credit_note"`
	Company    tandem.CompanyID `json:"company"`
	Customer   tandem.PartyID   `json:"customer"`
	Number     string           `json:"number"`
	Date       tandem.Date      `json:"date"`
	Basis      CreditBasis      `json:"basis"`
	Original   InvoiceID        `json:"original,omitzero"` // the invoice that it corrects
	Net        tandem.Money     `json:"net"`
	Goods      tandem.Money     `json:"goods"` // of Net: for goods that came back, less the early discount on them
	Tax        tandem.Money     `json:"tax"`
	Gross      tandem.Money     `json:"gross"`
	Lines      int              `json:"lines"` // number of lines
	At         tandem.Instant   `json:"at"`
}

// EventName is `billing.credit_note.posted`.
func (CreditNotePosted) EventName() string { return "billing.credit_note.posted" }

// AppendJSON appends the event as JSON.
func (e CreditNotePosted) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "credit_note", e.CreditNote)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "customer", e.Customer)
	o.String("number", e.Number)
	jsonw.Text(&o, "date", e.Date)
	o.String("basis", string(e.Basis))
	jsonw.TextOmit(&o, "original", e.Original)
	jsonw.Text(&o, "net", e.Net)
	jsonw.Text(&o, "goods", e.Goods)
	jsonw.Text(&o, "tax", e.Tax)
	jsonw.Text(&o, "gross", e.Gross)
	o.Int("lines", int64(e.Lines))
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// InvoiceWasDiscarded says that a draft will not become an invoice.
type InvoiceWasDiscarded struct {
	Invoice  InvoiceID        `json:"invoice"`
	Company  tandem.CompanyID `json:"company"`
	Customer tandem.PartyID   `json:"customer"`
	Reason   string           `json:"reason"`
	At       tandem.Instant   `json:"at"`
}

// EventName is `billing.invoice.discarded`.
func (InvoiceWasDiscarded) EventName() string { return "billing.invoice.discarded" }

// AppendJSON appends the event as JSON.
func (e InvoiceWasDiscarded) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "invoice", e.Invoice)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "customer", e.Customer)
	o.String("reason", e.Reason)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// InvoiceWasSettled says that nothing of an invoice is open any more.
type InvoiceWasSettled struct {
	Invoice  InvoiceID        `json:"invoice"`
	Company  tandem.CompanyID `json:"company"`
	Customer tandem.PartyID   `json:"customer"`
	Due      tandem.Date      `json:"due"`  // of the last instalment
	Date     tandem.Date      `json:"date"` // of the last allocation
	Gross    tandem.Money     `json:"gross"`
	At       tandem.Instant   `json:"at"`
}

// EventName is `billing.invoice.settled`.
func (InvoiceWasSettled) EventName() string { return "billing.invoice.settled" }

// AppendJSON appends the event as JSON.
func (e InvoiceWasSettled) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "invoice", e.Invoice)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "customer", e.Customer)
	jsonw.Text(&o, "due", e.Due)
	jsonw.Text(&o, "date", e.Date)
	jsonw.Text(&o, "gross", e.Gross)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}
