package ordertocash

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/redemption"
)

func (c PlaceOrder) check(f faults) faults {
	f.given(!c.Customer.IsZero(), "customer")
	if f.some(len(c.Lines)) {
		f.orderLines("lines", c.Lines)
	}
	f.discounts(c.Discounts)
	f.entered(c.Channel, c.Coupons)
	f.approval(c.Approval, len(c.ApprovalTokens) > 0)
	return f
}

func (c QuoteOrder) check(f faults) faults {
	f.given(!c.Customer.IsZero(), "customer")
	f.given(!c.ValidUntil.IsZero(), "valid_until")
	if f.some(len(c.Lines)) {
		f.orderLines("lines", c.Lines)
	}
	f.discounts(c.Discounts)
	f.entered(c.Channel, c.Coupons)
	f.approval(c.Approval, len(c.ApprovalTokens) > 0)
	return f
}

func (c AmendOrder) check(f faults) faults {
	f.given(!c.Order.IsZero(), "order")
	f.reason(c.Reason)
	if f.few("add", len(c.Add)) {
		f.orderLines("add", c.Add)
	}
	for i := range c.Change {
		f.line(c.Change[i].Line, "change", i)
		f.notNegative(c.Change[i].Quantity, "change", i, "quantity")
		f.agreed(c.Change[i].Agreed, "change", i)
	}
	for i, line := range c.Remove {
		if line < 1 {
			f.Add("line", tandem.Path("remove", i), "must be the number of a line, from 1")
		}
	}
	f.approval(c.Approval, len(c.ApprovalTokens) > 0)
	return f
}

// entered asks for a channel that can be kept and for coupons that are codes, as people
// type them.
func (f *faults) entered(channel string, coupons []string) {
	f.Require(len(channel) <= tandem.MaxName, "too_long", "channel", "too long")
	if f.Require(len(coupons) <= sales.MaxCoupons, "too_many", "coupons", "at most 64") {
		for i := range coupons {
			if _, err := redemption.ParseCode(coupons[i]); err != nil {
				f.Add("coupon", tandem.Path("coupons", i), "must be a code: 1 to 64 letters and digits of ASCII, with - _ . between them")
			}
		}
	}
}

func (f *faults) orderLines(list string, lines []OrderLine) {
	for i := range lines {
		if lines[i].Product.IsZero() {
			f.Add("required", at(list, i, "product"), "must be given")
		}
		f.positive(lines[i].Quantity, list, i)
		f.agreed(lines[i].Agreed, list, i)
		if len(lines[i].Group) > tandem.MaxName {
			f.Add("too_long", at(list, i, "group"), "too long")
		}
	}
}

// agreed asks a price agreed by hand to be one in the company's currency, with its
// reason. Its unit is the product's, which is not known yet.
func (f *faults) agreed(o *pricing.Override, list string, i int) {
	if o == nil {
		return
	}
	if f.inCurrency(o.Price.Currency(), list, i, "agreed.price") && o.Price.Sign() < 0 {
		f.Add("agreed_price", at(list, i, "agreed.price"), "is "+o.Price.String()+", and must not be below 0")
	}
	if o.Reason == "" || len(o.Reason) > tandem.MaxText {
		f.Add("agreed_reason", at(list, i, "agreed.reason"), "must be given, in at most 4,096 bytes")
	}
	if len(o.Actor) > tandem.MaxName {
		f.Add("too_long", at(list, i, "agreed.actor"), "too long")
	}
}

// discounts asks for discounts with either a rate or an amount.
func (f *faults) discounts(discounts []pricing.OrderDiscount) {
	if len(discounts) > pricing.MaxOrderDiscounts {
		f.Add("too_many", "order_discounts", "too many order discounts")
		return
	}
	for i := range discounts {
		d := &discounts[i]
		if d.ID == "" || len(d.ID) > tandem.MaxName {
			f.Add("required", at("order_discounts", i, "id"), "must be given and short")
		}
		switch {
		case d.Amount.IsNone() == d.Rate.IsZero():
			f.Add("order_discount", tandem.Path("order_discounts", i), "needs either a rate or an amount")
		case !d.Rate.IsZero() && (d.Rate.Sign() < 0 || d.Rate.Nano() > tandem.Percent(100).Nano()):
			f.Add("order_discount", at("order_discounts", i, "rate"), "is "+d.Rate.String()+", and must be above 0 and at most 1")
		case !d.Amount.IsNone() && f.amount(d.Amount, "order_discounts", i, "amount") && d.Amount.Sign() <= 0:
			f.Add("order_discount", at("order_discounts", i, "amount"), "is "+d.Amount.String()+", and must be above 0")
		}
	}
}

func (c AcceptQuote) check(f faults) faults {
	f.given(!c.Quotation.IsZero(), "quotation")
	return f
}

func (c DeclineQuote) check(f faults) faults {
	f.given(!c.Quotation.IsZero(), "quotation")
	f.reason(c.Reason)
	return f
}

func (ExpireQuotes) check(f faults) faults { return f } // nothing is required of it

func (c HoldOrder) check(f faults) faults       { return f.orderAndReason(!c.Order.IsZero(), c.Reason) }
func (c CancelOrder) check(f faults) faults     { return f.orderAndReason(!c.Order.IsZero(), c.Reason) }
func (c ShortCloseOrder) check(f faults) faults { return f.orderAndReason(!c.Order.IsZero(), c.Reason) }

func (f faults) orderAndReason(order bool, reason string) faults {
	f.given(order, "order")
	f.reason(reason)
	return f
}

func (c CancelLines) check(f faults) faults {
	f = f.orderAndReason(!c.Order.IsZero(), c.Reason)
	if f.some(len(c.Lines)) {
		f.lineQuantities(c.Lines)
	}
	return f
}

func (f *faults) lineQuantities(lines []LineQuantity) {
	for i := range lines {
		f.line(lines[i].Line, "lines", i)
		f.positive(lines[i].Quantity, "lines", i)
	}
}

func (c ReleaseOrder) check(f faults) faults {
	f.given(!c.Order.IsZero(), "order")
	f.approval(c.Approval, true)
	return f
}

func (c ShipOrder) check(f faults) faults {
	f.given(!c.Order.IsZero(), "order")
	if f.few("lines", len(c.Lines)) {
		for i := range c.Lines {
			f.line(c.Lines[i].Line, "lines", i)
			f.positive(c.Lines[i].Quantity, "lines", i)
		}
	}
	return f
}

func (c InvoiceOrder) check(f faults) faults {
	f.given(!c.Order.IsZero(), "order")
	ids(&f, "deliveries", c.Deliveries)
	return f
}

func (c PostInvoice) check(f faults) faults {
	f.given(!c.Invoice.IsZero(), "invoice")
	return f
}

func (c DiscardInvoice) check(f faults) faults {
	f.given(!c.Invoice.IsZero(), "invoice")
	f.reason(c.Reason)
	return f
}

func (c ReleaseExpectedReturns) check(f faults) faults {
	f.given(!c.Delivery.IsZero(), "delivery")
	return f
}

func (c AccrueRevenue) check(f faults) faults {
	f.given(!c.Date.IsZero(), "date")
	return f
}

func (c WriteExpense) check(f faults) faults {
	f.Require(len(c.Costs) > 0 && len(c.Costs) <= tandem.MaxLines, "lines", "costs", "must have 1 to 2,000 costs")
	if c.Exchange.Currency != 0 {
		f.currency = c.Exchange.Currency
	}
	for i := range c.Costs {
		f.amount(c.Costs[i].Net, "costs", i, "net")
	}
	if !c.Tax.IsNone() {
		f.amount(c.Tax, "", 0, "tax")
	}
	return f
}

func (c ReceivePayment) check(f faults) faults {
	f.given(!c.Customer.IsZero(), "customer")
	if f.amount(c.Amount, "", 0, "amount") && c.Amount.Sign() <= 0 {
		f.Add("amount", "amount", "is "+c.Amount.String()+", and must be above 0")
	}
	f.Require(c.Method.Valid(), "method", "method", "must be a known method of payment")
	f.Require(c.Advance || c.Order.IsZero(), "advance_only", "order", "is what an advance is for: other payments name invoices")
	ids(&f, "invoices", c.Invoices)
	ids(&f, "refunds", c.Refunds)
	return f
}

func (c RefundCustomer) check(f faults) faults {
	f.Require(c.Payment.IsZero() != c.CreditNote.IsZero(), "required", "payment", "either a payment or a credit note must be given")
	if !c.Amount.IsNone() && f.amount(c.Amount, "", 0, "amount") && c.Amount.Sign() <= 0 {
		f.Add("amount", "amount", "is "+c.Amount.String()+", and must be above 0")
	}
	f.Require(c.Method.Valid(), "method", "method", "must be a known method of payment")
	return f
}

func (c ApplyPayment) check(f faults) faults {
	f.given(!c.Payment.IsZero(), "payment")
	f.applies(c.Invoices, c.Oldest || len(c.Refunds) > 0)
	ids(&f, "refunds", c.Refunds)
	return f
}

func (c ApplyCreditNote) check(f faults) faults {
	f.given(!c.CreditNote.IsZero(), "credit_note")
	f.applies(c.Invoices, c.Oldest)
	return f
}

func (f *faults) applies(invoices []billing.InvoiceID, oldest bool) {
	f.Require(oldest || len(invoices) > 0, "required", "invoices", "must be given, unless oldest asks for all that are open")
	ids(f, "invoices", invoices)
}

func (c UnallocatePayment) check(f faults) faults {
	f.Require(c.Payment.IsZero() != c.CreditNote.IsZero(), "required", "payment", "either a payment or a credit note must be given")
	f.reason(c.Reason)
	return f
}

func (c ReturnPayment) check(f faults) faults {
	f.given(!c.Payment.IsZero(), "payment")
	f.reason(c.Reason)
	return f
}

func (c CreditAllowance) check(f faults) faults {
	f.given(!c.Customer.IsZero(), "customer")
	if f.some(len(c.Lines)) {
		f.creditLines("lines", c.Lines)
	}
	f.approval(c.Approval, true)
	return f
}

func (f *faults) creditLines(list string, lines []CreditLine) {
	for i := range lines {
		l := &lines[i]
		f.notNegative(l.Quantity, list, i, "quantity")
		if l.Line < 0 || l.Line > 0 && l.Invoice.IsZero() {
			f.Add("line", at(list, i, "line"), "counts from 1, of the invoice that is named")
		}
		if f.amount(l.Net, list, i, "net") && l.Net.IsZero() {
			f.Add("amount", at(list, i, "net"), "must not be 0")
		}
	}
}

func (c AuthoriseReturn) check(f faults) faults {
	f.given(!c.Customer.IsZero(), "customer")
	if f.some(len(c.Lines)) {
		f.returnedLines(c.Lines)
	}
	return f
}

func (f *faults) returnedLines(lines []ReturnedLine) {
	for i := range lines {
		l := &lines[i]
		if l.Delivery.IsZero() {
			f.Add("required", at("lines", i, "delivery"), "must be given")
		}
		f.line(l.Line, "lines", i)
		f.positive(l.Quantity, "lines", i)
	}
}

func (c ReceiveReturn) check(f faults) faults {
	f.given(!c.Return.IsZero(), "return")
	if f.few("lines", len(c.Lines)) {
		f.lineQuantities(c.Lines)
	}
	return f
}

func (c InspectReturn) check(f faults) faults {
	f.given(!c.Return.IsZero(), "return")
	if !f.some(len(c.Lines)) {
		return f
	}
	for i := range c.Lines {
		v := &c.Lines[i]
		f.line(v.Line, "lines", i)
		f.notNegative(v.Restock, "lines", i, "restock")
		f.notNegative(v.Scrap, "lines", i, "scrap")
		if !v.Remedy.Valid() {
			f.Add("remedy", at("lines", i, "remedy"), "must be a known remedy")
		}
	}
	return f
}

func (c CancelReturn) check(f faults) faults {
	f.given(!c.Return.IsZero(), "return")
	f.reason(c.Reason)
	return f
}

func (c CreditReturn) check(f faults) faults {
	f.given(!c.Return.IsZero(), "return")
	f.allowances(c.Allowances, c.Approval)
	return f
}

func (c ReturnGoods) check(f faults) faults {
	f.given(!c.Customer.IsZero(), "customer")
	if f.some(len(c.Lines)) {
		f.returnedLines(c.Lines)
	}
	f.allowances(c.Allowances, c.Approval)
	return f
}

// allowances that go with a return need an approval.
func (f *faults) allowances(lines []CreditLine, approval billing.Approval) {
	if f.few("allowances", len(lines)) {
		f.creditLines("allowances", lines)
	}
	f.approval(approval, len(lines) > 0)
}

func (c ReplaceReturn) check(f faults) faults {
	f.given(!c.Return.IsZero(), "return")
	return f
}
