package billing

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// The document kinds of the room.
const (
	InvoiceKind    tandem.DocumentKind = "customer_invoice"
	AllocationKind tandem.DocumentKind = "payment_allocation"
)

type invoiceKind struct{}

// InvoiceID names a customer invoice or credit note.
type InvoiceID = tandem.ID[invoiceKind]

// Approval says who allowed something that needs to be allowed, and why.
type Approval struct {
	Actor  string `json:"actor"`
	Reason string `json:"reason"`
}

// IsZero reports whether there is no approval.
func (a Approval) IsZero() bool { return a == Approval{} }

// Validate reports a missing or too long actor or reason.
func (a Approval) Validate() error {
	var c tandem.Check
	c.Require(a.Actor != "" && len(a.Actor) <= tandem.MaxName, "approval", "actor", "must be given and short")
	c.Require(a.Reason != "" && len(a.Reason) <= tandem.MaxText, "approval", "reason", "must be given")
	return c.Err("approval")
}

// InvoiceLine is one line of an invoice or credit note. In a credit note
// quantities and amounts are positive, as in EN 16931.
type InvoiceLine struct {
	Line       int               `json:"line"`              // counts from 1
	Order      tandem.LineRef    `json:"order,omitzero"`    // the order line
	Delivery   tandem.LineRef    `json:"delivery,omitzero"` // the delivery line; of a credit note: the return line
	Origin     tandem.LineRef    `json:"origin,omitzero"`   // of a credit note: the line of the original invoice
	Product    tandem.ProductID  `json:"product,omitzero"`  // none for a service or an allowance
	Text       string            `json:"text,omitempty"`    //
	Quantity   tandem.Quantity   `json:"quantity"`          //
	Price      tandem.Price      `json:"price"`             // net, after line discounts
	Net        tandem.Money      `json:"net"`               // without tax; negative for an allowance on an invoice
	TaxCode    tandem.TaxCode    `json:"tax_code"`          //
	Dimensions tandem.Dimensions `json:"dimensions,omitempty"`
	// Discount says that a line of a credit note for goods is the early discount
	// that the customer took on them: negative, and positive for one that was reversed
	// after credits. It needs no approval.
	Discount bool `json:"discount,omitempty"`
	// Allowance says that a line of a credit note for goods is what had been allowed
	// on them before: negative, since the customer has had it. It needs no approval.
	Allowance bool `json:"allowance,omitempty"`
	// Point is the tax point of the line: nought for that of the invoice, n for the
	// n-th of its further ones.
	Point int `json:"point,omitempty"`
}

// goods reports whether a credit note's line credits goods that came back.
func (l *InvoiceLine) goods() bool { return !l.Delivery.IsZero() && !l.Origin.IsZero() }

// InvoiceState is an invoice or credit note as it is kept.
type InvoiceState struct {
	ID          InvoiceID          `json:"id"`
	Company     tandem.CompanyID   `json:"company"`
	Revision    int64              `json:"revision"`
	Sequence    int64              `json:"sequence"`
	Type        InvoiceType        `json:"type"`
	Status      InvoiceStatus      `json:"status"`
	Series      string             `json:"series,omitempty"`     // given at posting
	Number      string             `json:"number,omitempty"`     // given at posting
	Date        tandem.Date        `json:"date,omitzero"`        // given at posting
	TaxPoint    tandem.Date        `json:"tax_point,omitzero"`   // when its tax is due
	RateDate    tandem.Date        `json:"rate_date,omitzero"`   // whose tax rates hold, where that is another day
	TaxPoints   []TaxPoint         `json:"tax_points,omitempty"` // further ones, of supplies before tax_point
	Customer    tandem.PartyID     `json:"customer"`
	Reference   string             `json:"reference,omitempty"` // the customer's own
	Order       tandem.DocumentRef `json:"order,omitzero"`
	ShipTo      tandem.Country     `json:"ship_to,omitempty"` // where the goods went (EN 16931 BT-80)
	Delivered   tandem.Money       `json:"delivered"`         // what its deliveries count for in the credit exposure, gross; none for what was not delivered
	Basis       CreditBasis        `json:"basis,omitempty"`   // of a credit note
	Original    tandem.DocumentRef `json:"original,omitzero"` // of a credit note: the invoice that it corrects
	Approval    Approval           `json:"approval,omitzero"` // of a credit note without goods
	Currency    tandem.Currency    `json:"currency"`
	Terms       tandem.TermsCode   `json:"terms,omitempty"`
	Discount    EarlyDiscount      `json:"discount,omitzero"`
	Lines       []InvoiceLine      `json:"lines"`
	TaxLines    []tandem.TaxLine   `json:"tax_lines,omitempty"`
	Net         tandem.Money       `json:"net"`
	Tax         tandem.Money       `json:"tax"`
	Gross       tandem.Money       `json:"gross"`
	Open        tandem.Money       `json:"open"` // of a posted one; of a credit note what is not yet applied
	Instalments []Instalment       `json:"instalments,omitempty"`
	Created     tandem.Instant     `json:"created"`
	Posted      tandem.Instant     `json:"posted,omitzero"`
	Credited    []CreditedTax      `json:"credited,omitempty"`   // of an invoice: what credit notes took of it
	Discounted  []DiscountedTax    `json:"discounted,omitempty"` // of an invoice: what early discounts took off
	// CreditedLines is, of an invoice, what credit notes took of its lines.
	CreditedLines []CreditedLine `json:"credited_lines,omitempty"`
}

// Invoice is a customer invoice (UNTDID 1001 380) or credit note (381). A draft
// has no number; posting gives number and date, fixes the instalments and makes
// it final; it is settled when nothing of it is open.
type Invoice struct {
	s      InvoiceState
	events []tandem.Event
}

// InvoiceDraft is what an invoice or credit note is made from.
type InvoiceDraft struct {
	ID        InvoiceID          `json:"id"`
	Company   tandem.CompanyID   `json:"company"`
	Customer  tandem.PartyID     `json:"customer"`
	Currency  tandem.Currency    `json:"currency"`
	Reference string             `json:"reference,omitempty"`
	Order     tandem.DocumentRef `json:"order,omitzero"`
	ShipTo    tandem.Country     `json:"ship_to,omitempty"`
	Delivered tandem.Money       `json:"delivered"` // what its deliveries count for in the credit exposure, gross
	TaxPoint  tandem.Date        `json:"tax_point,omitzero"`
	RateDate  tandem.Date        `json:"rate_date,omitzero"`   // default the tax point
	TaxPoints []TaxPoint         `json:"tax_points,omitempty"` // further ones, of supplies before tax_point
	Terms     tandem.TermsCode   `json:"terms,omitempty"`      // of an invoice
	Discount  EarlyDiscount      `json:"discount,omitzero"`    // of an invoice: that of its terms
	Lines     []InvoiceLine      `json:"lines"`
	// TaxLines are computed by the tax room from [EarlyDiscount.TaxBases] of the
	// lines, stored, and never recomputed.
	TaxLines []tandem.TaxLine   `json:"tax_lines,omitempty"`
	Basis    CreditBasis        `json:"basis,omitempty"`   // of a credit note
	Original tandem.DocumentRef `json:"original,omitzero"` // of a credit note
	Approval Approval           `json:"approval,omitzero"` // of a credit note
}

// DraftInvoice makes the draft of an invoice. Every fault is reported at once:
// missing fields, lines out of order or in another currency, tax lines whose
// bases do not sum to the lines (less the discount under discounted_base), a
// gross below nought.
func DraftInvoice(d InvoiceDraft, at tandem.Instant) (*Invoice, error) {
	return draft(CommercialInvoice, d, at, nil)
}

// DraftCreditNote makes the draft of a credit note. Of the basis goods, its goods
// lines name the return and the line of an original invoice; originals are those
// invoices, of the same customer and posted, and its tax lines use a tax code,
// category and rate that one of them used (the original rate, whatever holds
// today), and no line credits more than the line that it names. A line without
// goods, and the bases allowance and unreferenced, need an approval; an allowance
// names the invoice that it lowers, an unreferenced credit names none.
func DraftCreditNote(d InvoiceDraft, at tandem.Instant, originals ...*Invoice) (*Invoice, error) {
	return draft(CreditNote, d, at, originals)
}

func draft(typ InvoiceType, d InvoiceDraft, at tandem.Instant, originals []*Invoice) (*Invoice, error) {
	i := &Invoice{s: InvoiceState{
		ID: d.ID, Company: d.Company, Type: typ, Status: InvoiceDrafted, Customer: d.Customer, Reference: d.Reference,
		Order: d.Order, ShipTo: d.ShipTo, Delivered: d.Delivered, TaxPoint: d.TaxPoint, RateDate: d.RateDate, Basis: d.Basis, Original: d.Original, Approval: d.Approval,
		Currency: d.Currency, Terms: d.Terms, Discount: d.Discount, Lines: cloneLines(d.Lines),
		TaxLines: slices.Clone(d.TaxLines), TaxPoints: slices.Clone(d.TaxPoints), Created: at,
	}}
	if d.RateDate == d.TaxPoint {
		i.s.RateDate = tandem.Date{}
	}
	var c tandem.Check
	i.s.sum(&c)
	i.s.check(&c)
	i.s.checkBases(&c, i.s.discountedBases(originals))
	if typ == CreditNote {
		i.s.checkCredit(&c, originals)
	} else {
		c.Require(d.Basis == "" && d.Original.IsZero() && d.Approval.IsZero(), "credit_only", "basis", "basis, original and approval belong to credit notes")
		c.Require(d.Terms != "", "required", "terms", "must be given")
	}
	if err := c.Err("invoice"); err != nil {
		return nil, err
	}
	return i, nil
}

func cloneLines(lines []InvoiceLine) []InvoiceLine {
	out := slices.Clone(lines)
	for i := range out {
		if out[i].Dimensions != nil {
			out[i].Dimensions = slices.Clone(out[i].Dimensions)
		}
	}
	return out
}

func (s InvoiceState) clone() InvoiceState {
	s.Lines, s.TaxLines, s.Instalments = cloneLines(s.Lines), slices.Clone(s.TaxLines), slices.Clone(s.Instalments)
	s.Credited, s.Discounted = slices.Clone(s.Credited), slices.Clone(s.Discounted)
	s.CreditedLines = slices.Clone(s.CreditedLines)
	s.TaxPoints = slices.Clone(s.TaxPoints)
	return s
}

// State gives a deep copy of the state.
func (i *Invoice) State() InvoiceState { return i.s.clone() }

// Copy gives an independent copy as a store keeps it: under that revision, and
// without the recorded events. What never changes once it is drafted, the lines
// and the taxes, is shared.
func (i *Invoice) Copy(revision int64) *Invoice {
	c := &Invoice{s: i.s}
	c.s.Revision, c.s.Instalments = revision, slices.Clone(i.s.Instalments)
	return c
}

// RestoreInvoice gives the invoice of a state that was kept. It checks what holds
// for every invoice ever written: the sums, the instalments, the open amount and
// the status that follows from it. It records no event.
func RestoreInvoice(s InvoiceState) (*Invoice, error) {
	i := &Invoice{s: s.clone()}
	var c tandem.Check
	i.s.check(&c)
	i.s.checkSums(&c)
	if err := c.Err("invoice"); err != nil {
		return nil, err
	}
	return i, nil
}

// Drain hands out the recorded events and clears them.
func (i *Invoice) Drain() tandem.Recorded {
	r := tandem.Recorded{Kind: InvoiceKind, ID: i.s.ID.Bytes(), Company: i.s.Company, Last: i.s.Sequence, Events: i.events}
	i.events = nil
	return r
}

func (i *Invoice) record(e tandem.Event) {
	i.s.Sequence++
	i.events = append(i.events, e)
}

// ID gives the id.
func (i *Invoice) ID() InvoiceID { return i.s.ID }

// Company gives the company.
func (i *Invoice) Company() tandem.CompanyID { return i.s.Company }

// Revision gives the revision that the store keeps.
func (i *Invoice) Revision() int64 { return i.s.Revision }

// Created gives when it was drafted.
func (i *Invoice) Created() tandem.Instant { return i.s.Created }

// Type tells an invoice from a credit note.
func (i *Invoice) Type() InvoiceType { return i.s.Type }

// Status gives the status.
func (i *Invoice) Status() InvoiceStatus { return i.s.Status }

// Series gives the series of the number, "" for a draft.
func (i *Invoice) Series() string { return i.s.Series }

// Number gives the number, "" for a draft.
func (i *Invoice) Number() string { return i.s.Number }

// Date gives the date, none for a draft.
func (i *Invoice) Date() tandem.Date { return i.s.Date }

// Customer gives the customer.
func (i *Invoice) Customer() tandem.PartyID { return i.s.Customer }

// Currency gives the currency of all amounts.
func (i *Invoice) Currency() tandem.Currency { return i.s.Currency }

// Net gives the sum of the lines.
func (i *Invoice) Net() tandem.Money { return i.s.Net }

// Tax gives the sum of the taxes.
func (i *Invoice) Tax() tandem.Money { return i.s.Tax }

// Gross gives net + tax.
func (i *Invoice) Gross() tandem.Money { return i.s.Gross }

// Open gives what is not yet paid, credited or discounted; of a credit note,
// what is not yet applied.
func (i *Invoice) Open() tandem.Money { return i.s.Open }

// Ref gives the reference to the invoice.
func (i *Invoice) Ref() tandem.DocumentRef { return tandem.RefTo(InvoiceKind, i.s.ID, i.s.Number) }

// Order gives the order that is invoiced, none for several or none.
func (i *Invoice) Order() tandem.DocumentRef { return i.s.Order }

// ShipTo gives the country that the goods went to, "" for none.
func (i *Invoice) ShipTo() tandem.Country { return i.s.ShipTo }

// Delivered gives what its deliveries count for in the credit exposure, gross:
// nought where nothing was delivered.
func (i *Invoice) Delivered() tandem.Money {
	if i.s.Delivered.IsNone() {
		return tandem.MoneyFromMinor(0, i.s.Currency)
	}
	return i.s.Delivered
}

// EarlyDiscount gives the discount of its terms, none for the zero value.
func (i *Invoice) EarlyDiscount() EarlyDiscount { return i.s.Discount }

// TermsCode gives the code of the payment terms.
func (i *Invoice) TermsCode() tandem.TermsCode { return i.s.Terms }

// TaxPoint gives the day on which its tax is due: that of the tax return.
func (i *Invoice) TaxPoint() tandem.Date { return i.s.TaxPoint }

// RateDate gives the day whose rates its taxes have: the tax point, unless the
// supplier elected the delivery on a change of rate (VAT Act 1994 s.88), which
// moves the rate and not the tax point.
func (i *Invoice) RateDate() tandem.Date {
	if i.s.RateDate.IsZero() {
		return i.s.TaxPoint
	}
	return i.s.RateDate
}

// LineCount gives the number of lines.
func (i *Invoice) LineCount() int { return len(i.s.Lines) }

// LineAt gives the n-th line, counted from nought. Its dimensions are shared and
// must not be changed.
func (i *Invoice) LineAt(n int) InvoiceLine { return i.s.Lines[n] }

// TaxLines gives the stored taxes.
func (i *Invoice) TaxLines() []tandem.TaxLine { return slices.Clone(i.s.TaxLines) }

// Instalments gives the instalments of a posted invoice.
func (i *Invoice) Instalments() []Instalment { return slices.Clone(i.s.Instalments) }

// InstalmentCount gives the number of instalments.
func (i *Invoice) InstalmentCount() int { return len(i.s.Instalments) }

// InstalmentAt gives the instalment at an index, 0 to [Invoice.InstalmentCount] − 1,
// without a copy of the others.
func (i *Invoice) InstalmentAt(n int) Instalment { return i.s.Instalments[n] }

// Posted gives when it was posted, as it was recorded; of a draft none.
func (i *Invoice) Posted() tandem.Instant { return i.s.Posted }
