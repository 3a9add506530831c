package report

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

// FlowStep is one document in the flow of one order.
type FlowStep struct {
	Day      tandem.Date  `json:"day"`
	Document string       `json:"document"` // order, delivery, invoice, payment, return, credit note
	Number   string       `json:"number"`
	Text     string       `json:"text"`
	Amount   tandem.Money `json:"amount"`            // net of orders and deliveries, gross of the others
	Posting  string       `json:"posting,omitempty"` // Dr … / Cr …
}

// The documents of a flow.
const (
	FlowOrder      = "order"
	FlowDelivery   = "delivery"
	FlowInvoice    = "invoice"
	FlowReturn     = "return"
	FlowCreditNote = "credit note"
	FlowPayment    = "payment"
)

// FlowDocuments lists the documents of a flow in the order of one day.
func FlowDocuments() []string {
	return []string{FlowOrder, FlowDelivery, FlowInvoice, FlowReturn, FlowCreditNote, FlowPayment}
}

// flowSum gives the number and the amount, in pence, of the documents of one kind.
func flowSum(steps []FlowStep, document string) (n int, minor int64) {
	for i := range steps {
		if steps[i].Document == document {
			n, minor = n+1, minor+steps[i].Amount.Minor()
		}
	}
	return n, minor
}

// Settled reports whether an order was delivered, invoiced and paid in full, with nothing given back.
func Settled(steps []FlowStep) bool {
	back, _ := flowSum(steps, FlowReturn)
	credits, _ := flowSum(steps, FlowCreditNote)
	_, ordered := flowSum(steps, FlowOrder)
	_, delivered := flowSum(steps, FlowDelivery)
	_, invoiced := flowSum(steps, FlowInvoice)
	_, paid := flowSum(steps, FlowPayment)
	return back+credits == 0 && ordered > 0 && delivered == ordered && invoiced >= ordered && paid == invoiced
}

// flowView is the flow of an order as the page shows it.
type flowView struct {
	Title, Whose, Note string
	Stages             []pair
	Steps              []stepView
}

type stepView struct{ Day, ISO, Document, Number, Text, Amount, Basis, Posting string }

func (f *Figures) flowView() *flowView {
	n := len(f.Flow)
	if n == 0 {
		return nil
	}
	v := &flowView{
		Title: "One order, through all its documents", Whose: f.whose(),
		Note: fmt.Sprintf("%s from %s to %s, and how each was booked. Supply and the days of payment are simulated.", picture.Counted(n, "document"), Day(f.Flow[0].Day), Day(f.Flow[n-1].Day)),
	}
	parts, delivered := flowSum(f.Flow, FlowDelivery)
	invoices, invoiced := flowSum(f.Flow, FlowInvoice)
	payments, paid := flowSum(f.Flow, FlowPayment)
	_, ordered := flowSum(f.Flow, FlowOrder)
	if Settled(f.Flow) {
		v.Title = "One order, all the way to cash"
		if parts > 1 {
			v.Title = fmt.Sprintf("One order, all the way to cash: delivered in %d parts, each invoiced and paid", parts)
		}
	}
	v.Stages = []pair{
		{Name: "ordered, net", Value: exact(ordered)},
		{Name: "delivered, net, by " + picture.Counted(parts, "delivery"), Value: exact(delivered)},
		{Name: "invoiced, with VAT, by " + picture.Counted(invoices, "invoice"), Value: exact(invoiced)},
		{Name: "paid, by " + picture.Counted(payments, "payment"), Value: exact(paid)},
	}
	for _, s := range f.Flow {
		shown := stepView{Day: shortDay(s.Day), ISO: s.Day.String(), Document: picture.Upper(s.Document), Number: s.Number, Text: s.Text, Posting: s.Posting}
		if s.Amount.Currency() != 0 {
			shown.Amount, shown.Basis = exact(s.Amount.Minor()), basis(s.Document)
		}
		v.Steps = append(v.Steps, shown)
	}
	return v
}

// basis says what the amount of a document is.
func basis(document string) string {
	switch document {
	case FlowOrder, FlowDelivery:
		return "net"
	case FlowPayment:
		return "received"
	}
	return "with VAT"
}
