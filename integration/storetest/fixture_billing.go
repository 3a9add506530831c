package storetest

import (
	"cmp"
	"context"
	"iter"
	"strconv"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/billing/payment"
)

func billingKinds[R Repos]() []kind[R] {
	return []kind[R]{invoiceKind[R](), paymentKind[R](), creditKind[R](), termsKind[R](), allocationKind[R]()}
}

func invoiceID(n int) billing.InvoiceID {
	return tandem.DeriveID[billing.InvoiceID]("storetest", strconv.Itoa(n))
}

func invoiceKind[R Repos]() kind[R] {
	return records[R, *billing.Invoice, billing.InvoiceState, billing.InvoiceQuery]{
		name: "invoice", states: invoiceStates, restore: billing.RestoreInvoice, state: (*billing.Invoice).State,
		table: func(r R) any { return r.CustomerInvoices() },
		save:  func(ctx context.Context, r R, i *billing.Invoice) error { return r.CustomerInvoices().Save(ctx, i) },
		get: func(ctx context.Context, r R, s *billing.InvoiceState) (*billing.Invoice, error) {
			return r.CustomerInvoices().Get(ctx, s.Company, s.ID)
		},
		find: func(ctx context.Context, r R, q billing.InvoiceQuery) iter.Seq2[*billing.Invoice, error] {
			return r.CustomerInvoices().Find(ctx, q)
		},
		queries: func(s *billing.InvoiceState) []billing.InvoiceQuery {
			c := s.Company
			return []billing.InvoiceQuery{{Company: c}, {Company: c, Customer: s.Customer}, {Company: c, Type: s.Type}, {Company: c, Status: s.Status},
				{Company: c, Open: true}, {Company: c, Customer: s.Customer, Open: true}, {Company: c, Series: s.Series}, {Company: c, Number: s.Number},
				{Company: c, Dates: tandem.Validity{From: s.Date}}, {Company: c, Dates: tandem.Validity{Until: s.Date}}, {Company: c, Order: s.Order},
				{Company: c, Customer: s.Customer, Dates: tandem.Validity{From: s.Date, Until: s.Date.AddDays(1)}}}
		},
		page:    func(q *billing.InvoiceQuery) *tandem.Page { return &q.Page },
		matches: billing.InvoiceQuery.Matches,
		order: func(a, b *billing.InvoiceState) int {
			return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(a.Series, b.Series), cmp.Compare(a.Number, b.Number), a.Created.Compare(b.Created))
		},
		key:      func(s *billing.InvoiceState) string { return idText(s.ID.Bytes()) },
		revision: func(s *billing.InvoiceState) *int64 { return &s.Revision },
		sequence: func(s *billing.InvoiceState) *int64 { return &s.Sequence },
		clash:    func(s, other *billing.InvoiceState) { s.Series, s.Number = other.Series, other.Number },
		given:    true,
	}.kind()
}

// invoiceStates gives a posted invoice that is partly paid, a credit note, a draft
// and an invoice of two tax points.
func invoiceStates(c tandem.CompanyID, n int) []billing.InvoiceState {
	l := billing.InvoiceLine{Line: 1, Order: line("sales_order", n, 1), Delivery: line("sales_delivery", n, 1), Product: product(n),
		Text: text("line", n), Quantity: each(25), Price: price(200_000_000, tandem.Each), Net: pounds(5_000), TaxCode: "GB-S",
		Dimensions: tandem.Dimensions{{Name: "project", Value: text("A", n)}, {Name: "region", Value: "north"}}}
	posted := billing.InvoiceState{
		ID: invoiceID(n), Company: c, Sequence: int64(n + 1), Type: billing.CommercialInvoice, Status: billing.InvoicePosted, Series: "INV",
		Number: number(n), Date: day(n % 4), TaxPoint: day(n), RateDate: day(n + 1), Customer: customer(n), Reference: text("reference", n), Order: ref("sales_order", n%3),
		Currency: tandem.GBP, Terms: "net30", Discount: billing.EarlyDiscount{Rate: rate(2), Days: 10, Policy: billing.AdjustOnPayment},
		Lines:    []billing.InvoiceLine{l},
		TaxLines: []tandem.TaxLine{{Code: "GB-S", Category: tandem.TaxStandard, Rate: rate(20), Base: pounds(5_000), Tax: pounds(1_000), Reason: text("tax", n)}},
		Net:      pounds(5_000), Tax: pounds(1_000), Gross: pounds(6_000), Open: pounds(2_500),
		Instalments: []billing.Instalment{{Due: day(n + 30), Amount: pounds(6_000), Open: pounds(2_500), NotBefore: day(n + 7),
			Discount: billing.InstalmentDiscount{Until: day(n + 10), Net: pounds(100), Tax: pounds(20), Credited: pounds(1)}}},
		ShipTo: "GB", Delivered: pounds(6_000),
		Credited:   []billing.CreditedTax{{Code: "GB-S", Net: pounds(520), Base: pounds(500), Tax: pounds(100), Goods: pounds(510), Discount: pounds(10), Allowance: pounds(20)}},
		Discounted: []billing.DiscountedTax{{Code: "GB-S", Net: pounds(50), Base: pounds(50), Tax: pounds(10)}}, CreditedLines: []billing.CreditedLine{{Line: 1, Goods: pounds(510), Allowance: pounds(20)}},
		Created: at(n), Posted: at(n + 1),
	}
	credit := posted
	credit.Credited, credit.Discounted, credit.CreditedLines = nil, nil, nil
	l.Origin, l.Dimensions, l.Discount, l.Allowance = line("customer_invoice", n, 1), nil, true, true
	credit.ID, credit.Type, credit.Series, credit.Lines = invoiceID(n+5000), billing.CreditNote, "CRN", []billing.InvoiceLine{l}
	credit.Basis, credit.Original, credit.Approval = billing.CreditGoods, ref("customer_invoice", n), billing.Approval{Actor: "manager", Reason: text("ok", n)}
	credit.Discount, credit.Order = billing.EarlyDiscount{}, tandem.DocumentRef{}
	draft := posted
	draft.ID, draft.Status, draft.Series, draft.Number, draft.Date = invoiceID(n+9000), billing.InvoiceDrafted, "", "", tandem.Date{}
	draft.Instalments, draft.Open, draft.Posted, draft.Credited, draft.Discounted, draft.CreditedLines = nil, pounds(0), tandem.Instant{}, nil, nil, nil
	return []billing.InvoiceState{posted, credit, draft, pointsInvoice(posted, n)}
}

// pointsInvoice gives an invoice whose taxes are due on two days.
func pointsInvoice(s billing.InvoiceState, n int) billing.InvoiceState {
	s.ID, s.Number = invoiceID(n+7000), number(n+7000)
	first, second := s.Lines[0], s.Lines[0]
	first.Net, second.Net, second.Line, second.Point = pounds(2_000), pounds(3_000), 2, 1
	s.Lines = []billing.InvoiceLine{first, second}
	early := s.TaxLines[0]
	early.Rate, early.Base, early.Tax = rate(17), pounds(3_000), pounds(510)
	late := s.TaxLines[0]
	late.Base, late.Tax = pounds(2_000), pounds(490)
	s.TaxLines = []tandem.TaxLine{late, early}
	s.TaxPoints = []billing.TaxPoint{{Date: day(n - 30), RateDate: day(n - 31), From: 1}}
	s.Credited = []billing.CreditedTax{{Code: "GB-S", TaxLine: 2, Net: pounds(520), Base: pounds(500), Tax: pounds(100), Goods: pounds(510), Discount: pounds(10), Allowance: pounds(20)}}
	s.Discounted = []billing.DiscountedTax{{Code: "GB-S", TaxLine: 2, Net: pounds(50), Base: pounds(50), Tax: pounds(10)}}
	return s
}

func paymentKind[R Repos]() kind[R] {
	return records[R, *payment.Payment, payment.State, payment.Query]{
		name: "payment", states: paymentStates, restore: payment.Restore, state: (*payment.Payment).State,
		table: func(r R) any { return r.Payments() },
		save:  func(ctx context.Context, r R, p *payment.Payment) error { return r.Payments().Save(ctx, p) },
		get: func(ctx context.Context, r R, s *payment.State) (*payment.Payment, error) {
			return r.Payments().Get(ctx, s.Company, s.ID)
		},
		find: func(ctx context.Context, r R, q payment.Query) iter.Seq2[*payment.Payment, error] {
			return r.Payments().Find(ctx, q)
		},
		queries: func(s *payment.State) []payment.Query {
			c := s.Company
			return []payment.Query{{Company: c}, {Company: c, Customer: s.Customer}, {Company: c, Open: true}, {Company: c, Customer: s.Customer, Open: true},
				{Company: c, Number: s.Number}, {Company: c, Dates: tandem.Validity{From: s.Date}}, {Company: c, Customer: s.Customer, Dates: tandem.Validity{Until: s.Date}}}
		},
		page:    func(q *payment.Query) *tandem.Page { return &q.Page },
		matches: payment.Query.Matches,
		order: func(a, b *payment.State) int {
			return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(a.Number, b.Number))
		},
		key:      func(s *payment.State) string { return idText(s.ID.Bytes()) },
		revision: func(s *payment.State) *int64 { return &s.Revision },
		sequence: func(s *payment.State) *int64 { return &s.Sequence },
		clash:    func(s, other *payment.State) { s.Number = other.Number },
	}.kind()
}

func paymentStates(c tandem.CompanyID, n int) []payment.State {
	partly := payment.State{
		ID: tandem.DeriveID[payment.ID]("storetest", strconv.Itoa(n)), Company: c, Sequence: int64(n + 1), Status: payment.StatusPartly,
		Number: number(n), Customer: customer(n), Date: day(n % 4), Amount: pounds(9_999), Unapplied: pounds(99), Method: payment.DirectDebit,
		Reference: text("reference", n), Advance: true, Received: at(n), Order: ref("sales_order", n), Policy: payment.AdvanceTaxPoint,
		Taxes:     []tandem.TaxLine{{Code: "GB-S", Category: tandem.TaxStandard, Rate: rate(20), Base: pounds(1_000), Tax: pounds(200), Reason: text("tax", n)}},
		NotBefore: day(n + 9),
		Released:  []payment.ReleasedTax{{Allocation: allocationID(n), Line: 1, Base: pounds(999), Tax: pounds(199), TaxPoint: day(n + 3)}},
	}
	returned := partly
	returned.ID, returned.Number = tandem.DeriveID[payment.ID]("storetest", strconv.Itoa(n+5000)), number(n+5000)
	returned.Status, returned.Unapplied, returned.Method = payment.StatusReturned, returned.Amount, payment.Cheque
	returned.ReturnDate, returned.ReturnedAt, returned.ReturnReason = day(n+3), at(n+3), text("bounced", n)
	refund := partly
	refund.ID, refund.Number = paymentID(n+9000), number(n+9000)
	refund.Status, refund.Unapplied, refund.Refund, refund.Of = payment.StatusApplied, pounds(0), true, ref("customer_payment", n)
	refund.Advance, refund.Order, refund.Policy, refund.Taxes, refund.Released = false, tandem.DocumentRef{}, "", nil, nil
	owed := refund
	owed.ID, owed.Number, owed.Status, owed.Unapplied = paymentID(n+13000), number(n+13000), payment.StatusPartly, pounds(7)
	return []payment.State{partly, returned, refund, owed}
}

func creditKind[R Repos]() kind[R] {
	return records[R, *credit.Account, credit.State, credit.Query]{
		name: "credit account", states: creditStates, restore: credit.Restore, state: (*credit.Account).State,
		table: func(r R) any { return r.CreditAccounts() },
		save:  func(ctx context.Context, r R, a *credit.Account) error { return r.CreditAccounts().Save(ctx, a) },
		get: func(ctx context.Context, r R, s *credit.State) (*credit.Account, error) {
			return r.CreditAccounts().Get(ctx, s.Company, s.Party)
		},
		find: func(ctx context.Context, r R, q credit.Query) iter.Seq2[*credit.Account, error] {
			return r.CreditAccounts().Find(ctx, q)
		},
		queries:  func(s *credit.State) []credit.Query { return []credit.Query{{Company: s.Company}} },
		page:     func(q *credit.Query) *tandem.Page { return &q.Page },
		matches:  func(q credit.Query, a *credit.Account) bool { return a.State().Company == q.Company },
		order:    func(a, b *credit.State) int { return a.Party.Compare(b.Party) },
		key:      func(s *credit.State) string { return idText(s.Party.Bytes()) },
		revision: func(s *credit.State) *int64 { return &s.Revision },
		sequence: func(s *credit.State) *int64 { return &s.Sequence },
	}.kind()
}

func creditStates(c tandem.CompanyID, n int) []credit.State {
	return []credit.State{{Company: c, Party: tandem.DeriveID[tandem.PartyID]("storetest", "debtor "+strconv.Itoa(n)), Sequence: int64(n + 1),
		Limit: pounds(1_000_000), NoLimit: true, Policy: credit.Hold, RefundsOwed: n % 3, Components: credit.Components{Receivables: pounds(-5),
			DeliveredNotInvoiced: pounds(6), ConfirmedNotDelivered: pounds(7), Advances: pounds(8)}}}
}

func termsKind[R Repos]() kind[R] {
	return plain(records[R, billing.Terms, billing.Terms, struct{}]{
		name: "payment terms", states: termsStates,
		table: func(r R) any { return r.PaymentTerms() },
		save:  func(ctx context.Context, r R, t billing.Terms) error { return r.PaymentTerms().Save(ctx, t) },
		get: func(ctx context.Context, r R, t *billing.Terms) (billing.Terms, error) {
			return r.PaymentTerms().PaymentTerms(ctx, t.Company, t.Code)
		},
		key:      func(t *billing.Terms) string { return string(t.Code) },
		revision: func(t *billing.Terms) *int64 { return &t.Revision },
		label:    func(t *billing.Terms) *string { return &t.Name },
	})
}

func termsStates(c tandem.CompanyID, n int) []billing.Terms {
	return []billing.Terms{{Company: c, Code: tandem.TermsCode("t" + strconv.Itoa(n)), Name: text("terms", n),
		Instalments: []billing.TermsInstalment{
			{Kind: billing.FixedAmount, Amount: pounds(100), Months: 1, Days: 2, EndOfMonth: true, DayOfMonth: 15},
			{Kind: billing.ShareOfRest, Share: rate(33)}, {Kind: billing.Remainder, Days: 60}},
		Discount: billing.EarlyDiscount{Rate: rate(3), Days: 14, Policy: billing.DiscountedBase}}}
}

func allocationID(n int) billing.AllocationID {
	return tandem.DeriveID[billing.AllocationID]("storetest", strconv.Itoa(n))
}

func paymentID(n int) payment.ID {
	return tandem.DeriveID[payment.ID]("storetest", strconv.Itoa(n))
}

func allocationKind[R Repos]() kind[R] {
	return plain(records[R, billing.Allocation, billing.Allocation, billing.AllocationQuery]{
		name: "allocation", fact: true, states: allocationStates,
		table: func(r R) any { return r.Allocations() },
		save:  func(ctx context.Context, r R, a billing.Allocation) error { return r.Allocations().Append(ctx, a) },
		get: func(ctx context.Context, r R, a *billing.Allocation) (billing.Allocation, error) {
			return r.Allocations().Get(ctx, a.Company, a.ID)
		},
		find: func(ctx context.Context, r R, q billing.AllocationQuery) iter.Seq2[billing.Allocation, error] {
			return r.Allocations().Find(ctx, q)
		},
		queries: func(a *billing.Allocation) []billing.AllocationQuery {
			c := a.Company
			return []billing.AllocationQuery{{Company: c}, {Company: c, Customer: a.Customer}, {Company: c, Invoice: a.Invoice}, {Company: c, Payment: a.Payment},
				{Company: c, Credit: a.Credit}, {Company: c, Reverses: a.Reverses}, {Company: c, Invoice: a.Invoice, Payment: a.Payment}}
		},
		page:    func(q *billing.AllocationQuery) *tandem.Page { return &q.Page },
		matches: billing.AllocationQuery.Matches,
		order:   func(_, _ *billing.Allocation) int { return 0 },
		key:     func(a *billing.Allocation) string { return idText(a.ID.Bytes()) },
		clash:   func(a, other *billing.Allocation) { a.Reverses = other.Reverses },
	})
}

func allocationStates(c tandem.CompanyID, n int) []billing.Allocation {
	paid := billing.Allocation{ID: allocationID(n), Company: c, Customer: customer(n), Invoice: invoiceID(n % 3), Instalment: 2, Payment: paymentID(n % 2),
		Amount: euros(12_345), DiscountNet: euros(200), DiscountTax: euros(40), Date: day(n), Recorded: at(n), FromAdvance: true}
	reversal := paid
	reversal.ID, reversal.Reverses, reversal.Amount = allocationID(n+5000), paid.ID, paid.Amount.Neg()
	reversal.DiscountNet, reversal.DiscountTax = paid.DiscountNet.Neg(), paid.DiscountTax.Neg()
	credited := paid
	credited.ID, credited.Payment, credited.Credit, credited.FromAdvance = allocationID(n+9000), payment.ID{}, invoiceID(n+5000), false
	refund := paid
	refund.ID, refund.Invoice, refund.Instalment, refund.Refund = allocationID(n+12000), billing.InvoiceID{}, 0, paymentID(n+9000)
	return []billing.Allocation{reversal, paid, credited, refund}
}
