package payment

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// Received says that money came in.
type Received struct {
	Payment  ID               `json:"payment"`
	Company  tandem.CompanyID `json:"company"`
	Customer tandem.PartyID   `json:"customer"`
	Number   string           `json:"number"`
	Date     tandem.Date      `json:"date"` // value date
	Amount   tandem.Money     `json:"amount"`
	Method   Method           `json:"method"`
	Advance  bool             `json:"advance,omitempty"`
	At       tandem.Instant   `json:"at"`
}

// EventName is `billing.payment.received`.
func (Received) EventName() string { return "billing.payment.received" }

// AppendJSON appends the event as JSON.
func (e Received) AppendJSON(dst []byte) []byte {
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

// Allocated says that part of a payment settled an instalment.
type Allocated struct {
	Allocation  billing.AllocationID `json:"allocation"`
	Payment     ID                   `json:"payment"`
	Invoice     billing.InvoiceID    `json:"invoice"`
	Company     tandem.CompanyID     `json:"company"`
	Customer    tandem.PartyID       `json:"customer"`
	Due         tandem.Date          `json:"due"` // of the instalment
	Date        tandem.Date          `json:"date"`
	Amount      tandem.Money         `json:"amount"`
	Discount    tandem.Money         `json:"discount"`     // early discount, net and tax
	InvoiceOpen tandem.Money         `json:"invoice_open"` // what is left of the invoice
	At          tandem.Instant       `json:"at"`
}

// EventName is `billing.payment.allocated`.
func (Allocated) EventName() string { return "billing.payment.allocated" }

// AppendJSON appends the event as JSON.
func (e Allocated) AppendJSON(dst []byte) []byte {
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

// WasReturned says that a payment went back.
type WasReturned struct {
	Payment  ID               `json:"payment"`
	Company  tandem.CompanyID `json:"company"`
	Customer tandem.PartyID   `json:"customer"`
	Date     tandem.Date      `json:"date"`
	Amount   tandem.Money     `json:"amount"`
	Reason   string           `json:"reason"`
	At       tandem.Instant   `json:"at"`
}

// EventName is `billing.payment.returned`.
func (WasReturned) EventName() string { return "billing.payment.returned" }

// AppendJSON appends the event as JSON.
func (e WasReturned) AppendJSON(dst []byte) []byte {
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
