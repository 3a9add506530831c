package ordertocash_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

// untouched is a store that nobody may ask.
type untouched struct{ t *testing.T }

func (u untouched) View(context.Context, func(context.Context, *store.Bundle) error) error {
	u.t.Error("the store was read")
	return errors.New("read")
}

func (u untouched) Update(context.Context, func(context.Context, *store.Bundle) error) error {
	u.t.Error("the store was read")
	return errors.New("read")
}

// run gives a command to the method of the service that takes it.
func run(t *testing.T, service *ordertocash.Service[*store.Bundle], cmd work.Command) error {
	t.Helper()
	v := reflect.ValueOf(service)
	for i := range v.NumMethod() {
		m := v.Method(i)
		if m.Type().NumIn() == 2 && m.Type().In(1) == reflect.TypeOf(cmd) {
			out := m.Call([]reflect.Value{reflect.ValueOf(t.Context()), reflect.ValueOf(cmd)})
			err, _ := out[1].Interface().(error)
			require.True(t, err == nil || out[0].IsZero(), "a refused command has no result")
			return err
		}
	}
	t.Fatalf("no method takes %T", cmd)
	return nil
}

// commandMethods counts the methods of the service that take a command.
func commandMethods(service *ordertocash.Service[*store.Bundle]) (n int) {
	v, command := reflect.ValueOf(service), reflect.TypeFor[work.Command]()
	for i := range v.NumMethod() {
		if m := v.Method(i).Type(); m.NumIn() == 2 && m.In(1).Implements(command) {
			n++
		}
	}
	return n
}

// faultsOf lists what is wrong as `path code`.
func faultsOf(t *testing.T, err error) (out []string) {
	t.Helper()
	require.ErrorIs(t, err, tandem.ErrInvalid)
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	for _, f := range invalid.Faults {
		require.NotEmpty(t, f.Message)
		out = append(out, f.Path+" "+f.Code)
	}
	return out
}

// What every command must say. It is asked for, all at once, before the store is read.
var missing = map[string][]string{
	"accrue_revenue":           {"date required"},
	"amend_order":              {"order required", "reason reason_missing"},
	"apply_payment":            {"payment required", "invoices required"},
	"apply_credit_note":        {"credit_note required", "invoices required"},
	"unallocate_payment":       {"payment required", "reason reason_missing"},
	"return_payment":           {"payment required", "reason reason_missing"},
	"refund_customer":          {"payment required", "method method"},
	"credit_allowance":         {"customer required", "lines lines", "approval.actor approval", "approval.reason approval"},
	"cancel_order":             {"order required", "reason reason_missing"},
	"cancel_lines":             {"order required", "reason reason_missing", "lines lines"},
	"short_close_order":        {"order required", "reason reason_missing"},
	"discard_invoice":          {"invoice required", "reason reason_missing"},
	"release_expected_returns": {"delivery required"},
	"write_expense":            {"costs lines"},
	"hold_order":               {"order required", "reason reason_missing"},
	"release_order":            {"order required", "approval.actor approval", "approval.reason approval"},
	"invoice_order":            {"order required"},
	"post_invoice":             {"invoice required"},
	"receive_payment":          {"customer required", "amount required", "method method"},
	"place_order":              {"customer required", "lines lines"},
	"quote_order":              {"customer required", "valid_until required", "lines lines"},
	"accept_quote":             {"quotation required"},
	"decline_quote":            {"quotation required", "reason reason_missing"},
	"expire_quotes":            nil,
	"replace_return":           {"return required"},
	"authorise_return":         {"customer required", "lines lines"},
	"receive_return":           {"return required"},
	"inspect_return":           {"return required", "lines lines"},
	"cancel_return":            {"return required", "reason reason_missing"},
	"credit_return":            {"return required"},
	"return_goods":             {"customer required", "lines lines"},
	"ship_order":               {"order required"},
}

func TestEmptyCommandsAreRefusedBeforeTheStoreIsRead(t *testing.T) {
	service := newShop(t).service.On(untouched{t})
	commands := append(emptyCommands(), ordertocash.PlaceOrder{})
	require.Len(t, missing, len(commands))
	require.Len(t, missing, commandMethods(service), "every command of the service is here")
	for _, cmd := range commands {
		name := cmd.CommandName()[len("ordertocash."):]
		want, known := missing[name]
		require.True(t, known, name)
		want = append([]string{"key command_key", "actor.id actor"}, want...) // the header's faults come with the others
		require.Equal(t, want, faultsOf(t, run(t, service, cmd)), name)
	}
}

func TestFaultyCommandsAreRefusedBeforeTheStoreIsRead(t *testing.T) {
	w := newShop(t)
	service, euros := w.service.On(untouched{t}), tandem.MoneyFromMinor(5, tandem.EUR)
	order, ann := tandem.DeriveID[sales.OrderID]("o", "1"), customer("ann")
	parcel, invoice := tandem.DeriveID[delivery.ID]("d", "1"), tandem.DeriveID[billing.InvoiceID]("i", "1")
	h := work.Header{Key: "k", Actor: work.Actor{ID: "clerk"}}
	sold := []ordertocash.OrderLine{{Quantity: pieces(-3)}, {Product: product("mug")}, {Product: product("mug"), Quantity: pieces(0)}}
	soldFaults := []string{"lines[0].product required", "lines[0].quantity quantity", "lines[1].quantity required", "lines[2].quantity quantity"}
	quantities := []ordertocash.LineQuantity{{Line: 0, Quantity: pieces(-1)}, {Line: 2}}
	credits := []ordertocash.CreditLine{{Net: euros}, {Net: money(0), Quantity: pieces(-1)}, {}}
	creditFaults := func(list string) []string {
		return []string{list + "[0].net currency", list + "[1].quantity quantity", list + "[1].net amount", list + "[2].net required"}
	}
	day := w.date("2011-06-01")
	euro, err := tandem.ParsePrice("1.00 EUR/EA")
	require.NoError(t, err)
	inEuros := &pricing.Override{Price: euro, Reason: "r"}
	below, err := tandem.ParsePrice("-1.00 GBP/EA")
	require.NoError(t, err)
	for _, c := range []struct {
		cmd  work.Command
		want []string
	}{
		{ordertocash.PlaceOrder{Header: h, Customer: ann, Lines: sold, Approval: billing.Approval{Actor: "boss"}}, append(soldFaults, "approval.reason approval")},
		{ordertocash.QuoteOrder{Header: h, Customer: ann, ValidUntil: day, Lines: sold}, soldFaults},
		{ordertocash.PlaceOrder{Header: h, Customer: ann, Lines: []ordertocash.OrderLine{{Product: product("mug"), Quantity: pieces(1), Agreed: inEuros},
			{Product: product("mug"), Quantity: pieces(1), Agreed: &pricing.Override{}}}, Discounts: []pricing.OrderDiscount{{ID: "five", Amount: euros}, {ID: "ten", Rate: tandem.Percent(10)}}},
			[]string{"lines[0].agreed.price currency", "lines[1].agreed.price required", "lines[1].agreed.reason agreed_reason", "order_discounts[0].amount currency"}},
		{ordertocash.PlaceOrder{Header: h, Customer: ann, Lines: []ordertocash.OrderLine{{Product: product("mug"), Quantity: pieces(tandem.MaxUnits + 1)},
			{Product: product("mug"), Quantity: pieces(1), Agreed: &pricing.Override{Price: below, Reason: "r", Actor: strings.Repeat("x", tandem.MaxName+1)}}},
			Discounts: []pricing.OrderDiscount{{}, {ID: "all", Rate: tandem.Percent(101)}, {ID: "both", Rate: tandem.Percent(1), Amount: money(1)}, {ID: "less", Amount: money(-1)}}},
			[]string{"lines[0].quantity too_much", "lines[1].agreed.price agreed_price", "lines[1].agreed.actor too_long", "order_discounts[0].id required",
				"order_discounts[0] order_discount", "order_discounts[1].rate order_discount", "order_discounts[2] order_discount", "order_discounts[3].amount order_discount"}},
		{ordertocash.ReceivePayment{Header: h, Customer: ann, Amount: tandem.MoneyFromMinor(tandem.MaxMinorUnits+1, tandem.GBP), Method: payment.Cash}, []string{"amount too_much"}},
		{ordertocash.AmendOrder{Header: h, Order: order, Reason: "r", Change: []ordertocash.LineChange{{Line: 1, Agreed: inEuros}}}, []string{"change[0].agreed.price currency"}},
		{ordertocash.AmendOrder{Header: h, Order: order, Reason: "r", Add: sold[:1], Change: []ordertocash.LineChange{{Quantity: pieces(-1)}}, Remove: []int{1, 0}},
			[]string{"add[0].product required", "add[0].quantity quantity", "change[0].line line", "change[0].quantity quantity", "remove[1] line"}},
		{ordertocash.ShipOrder{Header: h, Order: order, Lines: []ordertocash.ShipLine{{Line: -1}, {Line: 1, Quantity: pieces(0)}}},
			[]string{"lines[0].line line", "lines[0].quantity required", "lines[1].quantity quantity"}},
		{ordertocash.InvoiceOrder{Header: h, Order: order, Deliveries: []delivery.ID{parcel, {}, parcel, {}}}, []string{"deliveries[1] required", "deliveries[2] duplicate", "deliveries[3] required"}},
		{ordertocash.ApplyPayment{Header: h, Payment: tandem.DeriveID[payment.ID]("p", "1"), Invoices: []billing.InvoiceID{invoice, invoice}, Oldest: true}, []string{"invoices[1] duplicate"}},
		{ordertocash.ApplyPayment{Header: h, Payment: tandem.DeriveID[payment.ID]("p", "1"), Refunds: []payment.ID{{}}}, []string{"refunds[0] required"}},
		{ordertocash.ApplyCreditNote{Header: h, CreditNote: invoice, Invoices: []billing.InvoiceID{invoice, invoice, invoice}}, []string{"invoices[1] duplicate", "invoices[2] duplicate"}},
		{ordertocash.ReceivePayment{Header: h, Customer: ann, Amount: euros, Method: "shells", Invoices: []billing.InvoiceID{{}}, Refunds: []payment.ID{{}}},
			[]string{"amount currency", "method method", "invoices[0] required", "refunds[0] required"}},
		{ordertocash.ReceivePayment{Header: h, Customer: ann, Amount: money(-5), Method: payment.Cash}, []string{"amount amount"}},
		{ordertocash.ReceivePayment{Header: h, Customer: ann, Amount: money(5), Method: payment.Cash, Order: order}, []string{"order advance_only"}},
		{ordertocash.RefundCustomer{Header: h, CreditNote: invoice, Amount: money(-5), Method: "shells"}, []string{"amount amount", "method method"}},
		{ordertocash.RefundCustomer{Header: h, CreditNote: invoice, Amount: euros, Method: payment.Cash}, []string{"amount currency"}},
		{ordertocash.UnallocatePayment{Header: h, Payment: tandem.DeriveID[payment.ID]("p", "1"), CreditNote: invoice, Reason: "r"}, []string{"payment required"}},
		{ordertocash.CancelLines{Header: h, Order: order, Reason: "r", Lines: quantities},
			[]string{"lines[0].line line", "lines[0].quantity quantity", "lines[1].quantity required"}},
		{ordertocash.WriteExpense{Header: h, Expense: posting.Expense{Costs: []posting.Cost{{Net: euros}, {}}, Tax: euros}},
			[]string{"costs[0].net currency", "costs[1].net required", "tax currency"}},
		{ordertocash.CreditAllowance{Header: h, Customer: ann, Lines: credits, Approval: billing.Approval{Actor: "boss", Reason: "r"}}, creditFaults("lines")},
		{ordertocash.ReturnGoods{Header: h, Customer: ann, Lines: []ordertocash.ReturnedLine{{}}, Allowances: credits},
			append(append([]string{"lines[0].delivery required", "lines[0].line line", "lines[0].quantity required"}, creditFaults("allowances")...),
				"approval.actor approval", "approval.reason approval")},
	} {
		require.Equal(t, c.want, faultsOf(t, run(t, service, c.cmd)), c.cmd.CommandName())
	}
	_, err = service.Place(t.Context(), ordertocash.PlaceOrder{Header: h, Customer: ann, Lines: sold[:1]})
	require.EqualError(t, err, "place order is invalid: lines[0].product: must be given (required); lines[0].quantity: is -3 EA, and must be above 0 (quantity)")
	_, err = service.Receive(t.Context(), ordertocash.ReceivePayment{Header: h, Customer: ann, Amount: euros, Method: payment.Cash})
	require.EqualError(t, err, "receive payment is invalid: amount: is in EUR, and must be in GBP, the company's currency (currency)")
}

// An offer is held to the same terms and tax codes as the order that it becomes.
func TestAQuoteIsRefusedForWhatItsOrderWouldBe(t *testing.T) {
	w := newShop(t)
	quote := func(codes ...tandem.TaxCode) error {
		cmd := ordertocash.QuoteOrder{Header: w.header(), Customer: customer("ann"), ValidUntil: w.date("2011-07-01")}
		for _, code := range codes {
			cmd.Lines = append(cmd.Lines, ordertocash.OrderLine{Product: product("mug"), Quantity: pieces(1), TaxCode: code})
		}
		_, err := w.service.Quote(w.ctx, cmd)
		return err
	}
	require.NoError(t, quote("", "GB-S"))
	w.fails(tandem.ErrNotFound, func() error {
		_, err := w.service.Quote(w.ctx, ordertocash.QuoteOrder{Header: w.header(), Customer: customer("ann"), ValidUntil: w.date("2011-07-01"),
			Terms: "net99", Lines: lines(want{"mug", 1})})
		return err
	})
	w.fails(tandem.ErrInvalid, func() error { return quote("GB-S", "GB-X", "", "GB-X") })
	require.EqualError(t, quote("GB-S", "GB-X", "", "GB-X"), "quote order is invalid: lines[1].tax_code: tax code GB-X is unknown or has no rate on 2011-06-01 (tax_rate); "+
		"lines[3].tax_code: tax code GB-X is unknown or has no rate on 2011-06-01 (tax_rate)")
	later := tax.PlainCode(company, "GB-L", "GB", tandem.Percent(25))
	later.Rates[0].From = w.date("2012-01-01")
	require.NoError(t, w.store.Update(w.ctx, func(ctx context.Context, b *store.Bundle) error { return b.TaxCodes().Save(ctx, later) }))
	require.ErrorContains(t, quote("GB-L"), "lines[0].tax_code: tax code GB-L is unknown or has no rate on 2011-06-01")
	_, err := w.service.Quote(w.ctx, ordertocash.QuoteOrder{Header: w.header(), Customer: customer("ann"), ValidUntil: w.date("2011-07-01"),
		Lines: lines(want{"mug", 1}, want{"teapot", 1})})
	require.EqualError(t, err, "quote order is invalid: lines[1]: product "+product("teapot").String()+" not found (not_found)")
}

// Whose money it is must be known before an account is opened for it.
func TestMoneyOfNobodyIsRefused(t *testing.T) {
	pay := func(w *shop, who string) error {
		_, err := w.service.Receive(w.ctx, ordertocash.ReceivePayment{Header: w.header(), Customer: customer(who), Amount: money(500), Method: payment.Cash})
		return err
	}
	stored := newShop(t, func(c *ordertocash.Config) { c.Customers, c.DefaultTerms = nil, "net30" })
	stored.fails(tandem.ErrNotFound, func() error { return pay(stored, "nobody") })
	require.EqualError(t, pay(stored, "nobody"), "party "+customer("nobody").String()+" not found")
	require.NoError(t, stored.store.Update(stored.ctx, func(ctx context.Context, b *store.Bundle) error {
		ann, err := party.NewParty(customer("ann"), party.Organisation, "Ann Ltd", party.Customer, stored.date("2010-01-01"), stored.clock.at)
		require.NoError(t, err)
		return b.Parties().Save(ctx, ann)
	}))
	require.NoError(t, pay(stored, "ann"))

	known := map[tandem.PartyID]bool{customer("ann"): true}
	own := newShop(t, func(c *ordertocash.Config) { c.Customers = knownCustomers(known) })
	own.fails(tandem.ErrNotFound, func() error { return pay(own, "nobody") })
	require.EqualError(t, pay(own, "nobody"), "customer "+customer("nobody").String()+" not found", "the port's bare ErrNotFound gets a name")
	own.fails(tandem.ErrNotFound, func() error {
		_, err := own.service.CreditAllowance(own.ctx, ordertocash.CreditAllowance{Header: own.header(), Customer: customer("nobody"),
			Lines: []ordertocash.CreditLine{{Net: money(100), TaxCode: "GB-S"}}, Approval: billing.Approval{Actor: "boss", Reason: "fair"}})
		return err
	})
	require.NoError(t, pay(own, "ann"))
	delete(known, customer("ann"))
	require.NoError(t, pay(own, "ann"), "who has an account may pay, though no customer any more")
}

// knownCustomers is a host's table that says ErrNotFound and no more.
type knownCustomers map[tandem.PartyID]bool

func (k knownCustomers) Customer(_ context.Context, _ tandem.CompanyID, id tandem.PartyID, _ tandem.Date) (ordertocash.Customer, error) {
	if !k[id] {
		return ordertocash.Customer{}, tandem.ErrNotFound
	}
	return ordertocash.Customer{Party: id, Country: "GB", Terms: "net30"}, nil
}

func TestATaxTableIsRequiredUnlessLinesNameTheirCodes(t *testing.T) {
	w := newShop(t)
	empty := w.config
	empty.Tax.Table = tax.Table{}
	_, err := ordertocash.New(w.store, empty)
	require.ErrorIs(t, err, tandem.ErrInvalid)
	require.ErrorContains(t, err, "tax.table: has no rules: give those of tax.EuropeanTable")

	w = newShop(t, func(c *ordertocash.Config) { c.Tax.Table, c.Tax.ByLine = tax.Table{}, true })
	place := func(code tandem.TaxCode) error {
		_, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"),
			Lines: []ordertocash.OrderLine{{Product: product("mug"), Quantity: pieces(1), TaxCode: code}}})
		return err
	}
	require.NoError(t, place("GB-S"))
	w.fails(tandem.ErrInvalid, func() error { return place("") })
	require.ErrorContains(t, place(""), "lines[0].tax_code: must be given: the company has no tax table")
}
