package report

import "github.com/tandem-go/tandem"

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
