package customer360

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/crm/survey"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/erp/sales/returns"
)

func (f *facts) deliveryDispatched(e *delivery.Dispatched) error {
	if err := f.about(e.Company, e.Customer, e.Delivery.Bytes(), e.Number, e.Date, e.At); err != nil {
		return err
	}
	var net tandem.Money
	order := tandem.RefTo(sales.KindOrder, e.Order, "")
	for i := range e.Lines {
		l := &e.Lines[i]
		f.line(order, l.OrderLine, survey.LineShipped, l.Quantity)
		if err := add(&net, l.Net); err != nil {
			return err
		}
	}
	text := "part of the order"
	if e.OrderComplete {
		text = "order complete"
	}
	f.tell(party.InteractionDelivery, net, text)
	if f.c.Purchases == BasisDelivery && !net.IsNone() {
		return f.purchase(net)
	}
	return nil
}

func (f *facts) returnAuthorised(e *returns.Authorised) error {
	if err := f.about(e.Company, e.Customer, e.Return.Bytes(), e.Number, e.Date, e.At); err != nil {
		return err
	}
	text := "authorised"
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	f.tell(party.InteractionReturn, tandem.Money{}, text)
	return nil
}

// returnReceived tells what came back. A line that names no order lowers no
// score: it is not known what was delivered.
func (f *facts) returnReceived(e *returns.Received) error {
	if err := f.about(e.Company, e.Customer, e.Return.Bytes(), e.Number, e.Date, e.At); err != nil {
		return err
	}
	var net tandem.Money
	for i := range e.Lines {
		l := &e.Lines[i]
		if !l.Order.IsZero() {
			f.line(l.Order.Document, l.Order.Line, survey.LineReturned, l.Quantity)
		}
		if err := add(&net, l.Net); err != nil {
			return err
		}
	}
	f.tell(party.InteractionReturn, net, "received")
	return nil
}

// returnCredited takes back what was bought: at the original revenue, whether it
// had been invoiced or not, on the day of the credit.
func (f *facts) returnCredited(e *returns.Credited) error {
	if err := f.about(e.Company, e.Customer, e.Return.Bytes(), e.Number, e.Date, e.At); err != nil {
		return err
	}
	f.tell(party.InteractionReturn, e.Net, "credited")
	if f.c.Purchases == BasisInvoice {
		return nil
	}
	return f.credit(e.Net)
}

func (f *facts) returnReplaced(e *returns.Replaced) error {
	if err := f.about(e.Company, e.Customer, e.Return.Bytes(), e.Number, e.Date, e.At); err != nil {
		return err
	}
	f.tell(party.InteractionReturn, tandem.Money{}, "replaced by "+e.Replacement.Number)
	return nil
}

func (f *facts) returnReopened(e *returns.Reopened) error {
	if err := f.about(e.Company, e.Customer, e.Return.Bytes(), e.Number, tandem.Date{}, e.At); err != nil {
		return err
	}
	f.tell(party.InteractionReturn, tandem.Money{}, "replacement "+e.Replacement.Number+" cancelled")
	return nil
}

func (f *facts) quotationSent(e *quotation.Sent) error {
	return f.quotation(e.Company, e.Customer, e.Quotation, e.Number, e.Net, e.Date, e.At, "sent, valid until "+e.ValidUntil.String())
}

func (f *facts) quotationAccepted(e *quotation.Accepted) error {
	return f.quotation(e.Company, e.Customer, e.Quotation, e.Number, e.Net, e.Date, e.At, "accepted as "+e.Order.Number)
}

func (f *facts) quotationDeclined(e *quotation.Declined) error {
	return f.quotation(e.Company, e.Customer, e.Quotation, e.Number, e.Net, tandem.Date{}, e.At, "declined: "+e.Reason)
}

func (f *facts) quotationExpired(e *quotation.Expired) error {
	return f.quotation(e.Company, e.Customer, e.Quotation, e.Number, e.Net, e.Date, e.At, "expired")
}

func (f *facts) quotation(company tandem.CompanyID, customer tandem.PartyID, id quotation.ID, number string,
	net tandem.Money, date tandem.Date, at tandem.Instant, text string) error {
	if err := f.about(company, customer, id.Bytes(), number, date, at); err != nil {
		return err
	}
	f.tell(party.InteractionQuote, net, text)
	return nil
}
