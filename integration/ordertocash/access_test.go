package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
)

// told lets everybody do everything, and tells of what it is asked without the
// company: with it all tests of the process are tests of that.
type told struct{ t require.TestingT }

func (a told) Authorize(_ context.Context, access work.Access) error {
	if access.Company != company {
		a.t.Errorf("%s is asked without its company", access.Action)
	}
	return nil
}

// closedGate refuses everything, and keeps what it was asked.
type closedGate struct{ asked []work.Access }

func (g *closedGate) Authorize(_ context.Context, access work.Access) error {
	g.asked = append(g.asked, access)
	return tandem.ErrNotAllowed
}

func TestTheAuthoriserIsToldTheCompanyOfEveryCommand(t *testing.T) {
	gate := &closedGate{}
	w := newShop(t, func(c *ordertocash.Config) { c.Work.Authorizer = gate })
	service := w.service.On(untouched{t})
	named := map[string]bool{}
	for _, cmd := range soundCommands(t) {
		gate.asked = nil
		require.ErrorIs(t, run(t, service, cmd), tandem.ErrNotAllowed, cmd.CommandName())
		want := cmd.Access()
		want.Actor, want.Action, want.Company = work.Actor{ID: "clerk"}, cmd.CommandName(), company
		require.Equal(t, []work.Access{want}, gate.asked)
		named[cmd.CommandName()] = true
	}
	require.Len(t, named, commandMethods(service), "every command of the service is here")
}

// soundCommands has each command once, with what it must say.
func soundCommands(t *testing.T) []work.Command {
	h := work.Header{Key: "k", Actor: work.Actor{ID: "clerk"}}
	order, parcel, ret := tandem.DeriveID[sales.OrderID]("o", "1"), tandem.DeriveID[delivery.ID]("d", "1"), tandem.DeriveID[returns.ID]("r", "1")
	invoice, paid := tandem.DeriveID[billing.InvoiceID]("i", "1"), tandem.DeriveID[payment.ID]("p", "1")
	offer, day, ann, by := tandem.DeriveID[quotation.ID]("q", "1"), date(t, "2011-06-01"), customer("ann"), billing.Approval{Actor: "boss", Reason: "fair"}
	sold, back := lines(want{"mug", 1}), []ordertocash.ReturnedLine{back(parcel, 1, 1)}
	return []work.Command{
		ordertocash.PlaceOrder{Header: h, Customer: ann, Lines: sold},
		ordertocash.AmendOrder{Header: h, Order: order, Reason: "r"},
		ordertocash.ShipOrder{Header: h, Order: order},
		ordertocash.CancelOrder{Header: h, Order: order, Reason: "r"},
		ordertocash.CancelLines{Header: h, Order: order, Reason: "r", Lines: []ordertocash.LineQuantity{{Line: 1, Quantity: pieces(1)}}},
		ordertocash.ShortCloseOrder{Header: h, Order: order, Reason: "r"},
		ordertocash.HoldOrder{Header: h, Order: order, Reason: "r"},
		ordertocash.ReleaseOrder{Header: h, Order: order, Approval: by},
		ordertocash.ReleaseExpectedReturns{Header: h, Delivery: parcel},
		ordertocash.QuoteOrder{Header: h, Customer: ann, ValidUntil: day, Lines: sold},
		ordertocash.AcceptQuote{Header: h, Quotation: offer},
		ordertocash.DeclineQuote{Header: h, Quotation: offer, Reason: "r"},
		ordertocash.ExpireQuotes{Header: h},
		ordertocash.InvoiceOrder{Header: h, Order: order},
		ordertocash.PostInvoice{Header: h, Invoice: invoice},
		ordertocash.DiscardInvoice{Header: h, Invoice: invoice, Reason: "r"},
		ordertocash.AccrueRevenue{Header: h, Date: day},
		ordertocash.WriteExpense{Header: h, Expense: posting.Expense{Costs: []posting.Cost{{Net: money(1)}}}},
		ordertocash.ReceivePayment{Header: h, Customer: ann, Amount: money(5), Method: payment.Cash},
		ordertocash.ApplyPayment{Header: h, Payment: paid, Oldest: true},
		ordertocash.ApplyCreditNote{Header: h, CreditNote: invoice, Oldest: true},
		ordertocash.UnallocatePayment{Header: h, Payment: paid, Reason: "r"},
		ordertocash.ReturnPayment{Header: h, Payment: paid, Reason: "r"},
		ordertocash.RefundCustomer{Header: h, Payment: paid, Method: payment.Cash},
		ordertocash.CreditAllowance{Header: h, Customer: ann, Lines: []ordertocash.CreditLine{{Net: money(5)}}, Approval: by},
		ordertocash.AuthoriseReturn{Header: h, Customer: ann, Lines: back},
		ordertocash.ReceiveReturn{Header: h, Return: ret},
		ordertocash.InspectReturn{Header: h, Return: ret, Lines: []ordertocash.Verdict{{Line: 1, Restock: pieces(1), Remedy: returns.RemedyCredit}}},
		ordertocash.CreditReturn{Header: h, Return: ret},
		ordertocash.CancelReturn{Header: h, Return: ret, Reason: "r"},
		ordertocash.ReplaceReturn{Header: h, Return: ret},
		ordertocash.ReturnGoods{Header: h, Customer: ann, Lines: back},
	}
}
