package billing

import (
	"github.com/tandem-go/tandem"
)

// InvoiceTransition is one row of the table of an invoice's states. Settle and
// unsettle happen by allocations and their reversals; an allocation that leaves
// something open keeps the status.
type InvoiceTransition struct {
	Command string
	From    InvoiceStatus
	To      InvoiceStatus
}

// InvoiceTransitions lists what may happen to an invoice.
func InvoiceTransitions() []InvoiceTransition {
	t := invoiceTransitions()
	return t[:]
}

func invoiceTransitions() [7]InvoiceTransition {
	return [7]InvoiceTransition{
		{"revise", InvoiceDrafted, InvoiceDrafted},
		{"discard", InvoiceDrafted, InvoiceDiscarded},
		{"post", InvoiceDrafted, InvoicePosted}, // or settled at once where nothing is to be paid
		{"allocate", InvoicePosted, InvoicePosted},
		{"allocate", InvoicePosted, InvoiceSettled},
		{"unallocate", InvoicePosted, InvoicePosted},
		{"unallocate", InvoiceSettled, InvoicePosted},
	}
}

func (i *Invoice) refuse(command, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "customer_invoice " + i.s.ID.String(), State: string(i.s.Status), Code: code, Reason: reason}
}

// may refuses a command that the state does not allow.
func (i *Invoice) may(command string) error {
	for _, t := range invoiceTransitions() {
		if t.Command == command && t.From == i.s.Status {
			return nil
		}
	}
	return i.refuse(command, "invoice_state", "not possible in this state")
}

// Revise replaces what a draft says; its id, company, customer and type stay.
func (i *Invoice) Revise(d InvoiceDraft, originals ...*Invoice) error {
	if err := i.may("revise"); err != nil {
		return err
	}
	if d.ID != i.s.ID || d.Company != i.s.Company || d.Customer != i.s.Customer {
		return i.refuse("revise", "invoice_identity", "id, company and customer stay")
	}
	revised, err := draft(i.s.Type, d, i.s.Created, originals)
	if err != nil {
		return err
	}
	revised.s.Revision, revised.s.Sequence = i.s.Revision, i.s.Sequence
	i.s = revised.s
	return nil
}

// Discard ends a draft that is not to become an invoice.
func (i *Invoice) Discard(reason string, at tandem.Instant) error {
	if err := i.may("discard"); err != nil {
		return err
	}
	if reason == "" || len(reason) > tandem.MaxText {
		return i.refuse("discard", "reason_missing", "a reason must be given")
	}
	i.s.Status = InvoiceDiscarded
	i.record(InvoiceWasDiscarded{Invoice: i.s.ID, Company: i.s.Company, Customer: i.s.Customer, Reason: reason, At: at})
	return nil
}

// PostInvoice is what posting gives to an invoice.
type PostInvoice struct {
	Series   string         `json:"series"`
	Number   string         `json:"number"` // drawn from the series in the same transaction
	Date     tandem.Date    `json:"date"`
	LastDate tandem.Date    `json:"last_date,omitzero"` // of the series' last number; none for the first
	Terms    Terms          `json:"terms,omitzero"`     // the terms that the draft names; a credit note is due at once and has none
	At       tandem.Instant `json:"at"`
}

// Post makes a draft final. The date is monotone in the number: one before the
// last of the series is refused (`date_before_last`). Terms that are not those
// of the draft, or whose discount has changed since, are refused too
// (`terms_changed`), since the tax was computed with them.
func (i *Invoice) Post(p PostInvoice) error {
	if err := i.may("post"); err != nil {
		return err
	}
	switch {
	case p.Series == "" || p.Number == "" || len(p.Series) > tandem.MaxName || len(p.Number) > tandem.MaxName:
		return i.refuse("post", "number_missing", "series and number must be given")
	case p.Date.IsZero() || p.At.IsZero():
		return i.refuse("post", "date_missing", "date and time must be given")
	case p.Date.Before(p.LastDate):
		return i.refuse("post", "date_before_last", "the date precedes that of the last number of the series")
	case i.s.Type == CommercialInvoice && (p.Terms.Code != i.s.Terms || p.Terms.Discount != i.s.Discount || p.Terms.Company != i.s.Company):
		return i.refuse("post", "terms_changed", "the terms are not those of the draft")
	}
	instalments, err := i.instalments(p)
	if err != nil {
		return err
	}
	s := &i.s
	s.Series, s.Number, s.Date, s.Posted = p.Series, p.Number, p.Date, p.At
	s.Instalments, s.Open = instalments, s.Gross
	s.Status = statusOf(s.Open)
	if s.Type == CreditNote {
		i.record(CreditNotePosted{CreditNote: s.ID, Company: s.Company, Customer: s.Customer, Number: s.Number, Date: s.Date,
			Basis: s.Basis, Original: InvoiceIDOf(s.Original), Net: s.Net, Goods: s.goods(), Tax: s.Tax, Gross: s.Gross, Lines: len(s.Lines), At: p.At})
		return nil
	}
	i.record(InvoiceWasPosted{Invoice: s.ID, Company: s.Company, Customer: s.Customer, Number: s.Number, Date: s.Date,
		Due: lastDue(instalments), Order: s.Order.ID, Net: s.Net, Tax: s.Tax, Gross: s.Gross, Lines: len(s.Lines), At: p.At})
	return nil
}

// goods sums up the lines of a credit note that credit goods that came back, less the
// early discount on them.
func (s *InvoiceState) goods() tandem.Money {
	minor := int64(0)
	for i := range s.Lines {
		if l := &s.Lines[i]; l.goods() || l.Discount {
			minor += l.Net.Minor() // the sums of all lines and of the discounts were checked
		}
	}
	return tandem.MoneyFromMinor(minor, s.Currency)
}

func (i *Invoice) instalments(p PostInvoice) ([]Instalment, error) {
	if i.s.Type == CreditNote {
		return []Instalment{{Due: p.Date, Amount: i.s.Gross, Open: i.s.Gross}}, nil
	}
	if len(p.Terms.Instalments) == 0 || len(p.Terms.Instalments) > MaxInstalments {
		return nil, i.refuse("post", "terms_empty", "the terms have no instalments")
	}
	out, err := p.Terms.Split(i.s.Gross, p.Date)
	if err != nil || i.s.Discount.IsZero() {
		return out, err
	}
	full, err := i.s.Discount.Amounts(i.s.Net, i.s.TaxLines)
	if err != nil {
		return nil, err
	}
	return out, i.s.Discount.discountInstalments(out, p.Date, full)
}

func statusOf(open tandem.Money) InvoiceStatus {
	if open.IsZero() {
		return InvoiceSettled
	}
	return InvoicePosted
}

func lastDue(instalments []Instalment) (due tandem.Date) {
	for i := range instalments {
		if instalments[i].Due.After(due) {
			due = instalments[i].Due
		}
	}
	return due
}

// InvoiceIDOf gives the invoice that a reference names, none for a reference to
// another kind of document.
func InvoiceIDOf(ref tandem.DocumentRef) InvoiceID {
	if ref.Kind != InvoiceKind {
		return InvoiceID{}
	}
	return tandem.IDFromBytes[InvoiceID](ref.ID.Bytes())
}

// Payable is what a payment on a day must bring to settle an instalment.
type Payable struct {
	Instalment  int          `json:"instalment"` // counts from 1
	Due         tandem.Date  `json:"due"`
	Open        tandem.Money `json:"open"`
	DiscountNet tandem.Money `json:"discount_net"` // what may be left out
	DiscountTax tandem.Money `json:"discount_tax"`
	Pay         tandem.Money `json:"pay"` // open less the discount
}

// Payables gives the open instalments as of a day, with the discount that a
// payment on that day still earns.
func (i *Invoice) Payables(on tandem.Date) []Payable {
	var out []Payable
	for k := range i.s.Instalments {
		n := &i.s.Instalments[k]
		if n.Open.IsZero() {
			continue
		}
		net, tax := n.discountOn(on)
		if net+tax >= n.Open.Minor() || net+tax > 0 && !i.s.mayDiscount(net, tax) {
			net, tax = 0, 0
		}
		c := i.s.Currency
		out = append(out, Payable{Instalment: k + 1, Due: n.Due, Open: n.Open, DiscountNet: tandem.MoneyFromMinor(net, c),
			DiscountTax: tandem.MoneyFromMinor(tax, c), Pay: tandem.MoneyFromMinor(n.Open.Minor()-net-tax, c)})
	}
	return out
}
