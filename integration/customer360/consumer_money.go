package customer360

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
)

func (f *facts) invoicePosted(e *billing.InvoiceWasPosted) error {
	if err := f.about(e.Company, e.Customer, e.Invoice.Bytes(), e.Number, e.Date, e.At); err != nil {
		return err
	}
	f.tell(party.InteractionInvoice, e.Gross, "due "+e.Due.String())
	if f.c.Purchases == BasisInvoice {
		return f.purchase(e.Net)
	}
	return nil
}

// creditNotePosted is a credit of what was invoiced. Where orders or deliveries
// are what counts, the goods in it are those of [sales.ReturnCredited], which
// tells of goods that were never invoiced, too, at their original revenue: here is the
// rest, negative where less was credited, since it had been allowed before or is kept;
// an early discount, which these purchases never knew of, is no part of it.
func (f *facts) creditNotePosted(e *billing.CreditNotePosted) error {
	if err := f.about(e.Company, e.Customer, e.CreditNote.Bytes(), e.Number, e.Date, e.At); err != nil {
		return err
	}
	f.tell(party.InteractionCredit, e.Gross, string(e.Basis))
	net := e.Net
	if f.c.Purchases != BasisInvoice {
		var err error
		if net, err = e.Net.Sub(e.Goods); err != nil {
			return err
		}
	}
	return f.credit(net)
}

func (f *facts) paymentReceived(e *payment.Received) error {
	if err := f.about(e.Company, e.Customer, e.Payment.Bytes(), e.Number, e.Date, e.At); err != nil {
		return err
	}
	text := string(e.Method)
	if e.Advance {
		text += ", in advance"
	}
	f.tell(party.InteractionPayment, e.Amount, text)
	return nil
}

func (f *facts) paymentReturned(e *payment.WasReturned) error {
	if err := f.about(e.Company, e.Customer, e.Payment.Bytes(), "", e.Date, e.At); err != nil {
		return err
	}
	f.tell(party.InteractionPayment, e.Amount.Neg(), "returned: "+e.Reason)
	return nil
}

func (f *facts) gradeChanged(e *grading.GradeChanged) error {
	id := grading.GradeAssignmentIDOf(e.Company, e.Party)
	if err := f.about(e.Company, e.Party, id.Bytes(), "", e.Effective, e.At); err != nil {
		return err
	}
	text := gradeName(e.From) + " → " + gradeName(e.To) + ": " + string(e.Reason)
	if e.Note != "" {
		text += ", " + e.Note
	}
	f.tell(party.InteractionGrade, tandem.Money{}, text)
	return nil
}

func gradeName(g tandem.GradeCode) string {
	if g == "" {
		return "no grade"
	}
	return string(g)
}
