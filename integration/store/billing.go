package store

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/billing/payment"
)

// CustomerInvoices gives the invoices and credit notes.
func (b *Bundle) CustomerInvoices() billing.InvoiceRepository { return (*customerInvoices)(b) }

// Payments gives the customers' payments.
func (b *Bundle) Payments() payment.Repository { return (*payments)(b) }

// Allocations gives the allocations of payments and credit notes.
func (b *Bundle) Allocations() billing.AllocationRepository { return (*allocations)(b) }

// CreditAccounts gives the customers' credit accounts.
func (b *Bundle) CreditAccounts() credit.Repository { return (*creditAccounts)(b) }

// Terms gives the payment terms.
func (b *Bundle) PaymentTerms() billing.TermsRepository { return (*paymentTerms)(b) }

var invoiceAggregate = described(&Kind{
	Name: "customer_invoice",
	Final: &Final{When: "numbered", Columns: []string{"status", "open_minor", "open"},
		Fields: []string{"revision", "sequence", "status", "open", "instalments", "credited", "discounted", "credited_lines"}},
	Columns: []Column{{"company", TypeID}, {"customer", TypeID}, {"type", TypeText}, {"status", TypeText}, {"series", TypeText},
		{"number", TypeText}, {"date", TypeDate}, {"order_id", TypeID}, {"currency", TypeText}, {"net_minor", TypeInt},
		{"tax_minor", TypeInt}, {"gross_minor", TypeInt}, {"open_minor", TypeInt}, {"created", TypeInstant},
		{"open", TypeBool}, {"numbered", TypeBool}},
	Indexes: []Index{
		{Name: "number", Columns: []string{"company", "series", "number"}, Unique: true, Where: "numbered"},
		{Name: "date", Columns: []string{"company", "date", "series", "number", "created"}},
		{Name: "customer", Columns: []string{"company", "customer", "date", "series", "number", "created"}},
		{Name: "open", Columns: []string{"company", "customer", "date", "series", "number"}, Where: "open"},
		{Name: "order", Columns: []string{"company", "order_id", "date", "series", "number", "created"}},
	},
	Values: func(dst []Value, value any) []Value {
		i := value.(*billing.Invoice)
		return append(dst, idOf(i.Company()), idOf(i.Customer()), textOf(i.Type()), textOf(i.Status()), textOf(i.Series()),
			textOf(i.Number()), dateOf(i.Date()), idOf(i.Order().ID), textOf(i.Currency().String()), intOf(i.Net().Minor()),
			intOf(i.Tax().Minor()), intOf(i.Gross().Minor()), intOf(i.Open().Minor()), instantOf(i.Created()),
			boolOf(i.Status() == billing.InvoicePosted), boolOf(i.Number() != ""))
	},
}, (*billing.Invoice).State, billing.RestoreInvoice, (*billing.Invoice).Copy,
	func(i *billing.Invoice) (Key, int64) { return companyKey(i.Company(), i.ID()), i.Revision() })

type customerInvoices Bundle

func (r *customerInvoices) Get(ctx context.Context, company tandem.CompanyID, id billing.InvoiceID) (*billing.Invoice, error) {
	return get(ctx, (*Bundle)(r), invoiceAggregate, companyKey(company, id))
}

func (r *customerInvoices) Save(_ context.Context, i *billing.Invoice) error {
	return save((*Bundle)(r), invoiceAggregate, i)
}

func (r *customerInvoices) Find(ctx context.Context, q billing.InvoiceQuery) iter.Seq2[*billing.Invoice, error] {
	find := query[billing.Invoice]{index: "date", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page), keep: q.Matches}
	find.low, find.high = dateBounds(q.Dates)
	switch {
	case !q.Order.IsZero():
		find.index, find.prefix = "order", append(find.prefix, idOf(q.Order.ID))
	case !q.Customer.IsZero() && q.Open:
		find.index, find.prefix = "open", append(find.prefix, idOf(q.Customer))
	case !q.Customer.IsZero():
		find.index, find.prefix = "customer", append(find.prefix, idOf(q.Customer))
	}
	return findAggregates(ctx, (*Bundle)(r), invoiceAggregate, find)
}

var paymentAggregate = described(&Kind{
	Name: "customer_payment",
	Columns: []Column{{"company", TypeID}, {"customer", TypeID}, {"status", TypeText}, {"number", TypeText}, {"date", TypeDate},
		{"amount_minor", TypeInt}, {"unapplied_minor", TypeInt}, {"currency", TypeText}, {"method", TypeText}, {"open", TypeBool}},
	Indexes: []Index{
		{Name: "number", Columns: []string{"company", "number"}, Unique: true},
		{Name: "date", Columns: []string{"company", "date", "number"}},
		{Name: "customer", Columns: []string{"company", "customer", "date", "number"}},
		{Name: "open", Columns: []string{"company", "customer", "date", "number"}, Where: "open"},
	},
	Values: func(dst []Value, value any) []Value {
		s := value.(*payment.Payment).State()
		return append(dst, idOf(s.Company), idOf(s.Customer), textOf(s.Status), textOf(s.Number), dateOf(s.Date),
			intOf(s.Amount.Minor()), intOf(s.Unapplied.Minor()), textOf(s.Amount.Currency().String()), textOf(s.Method), boolOf(s.Status.Open()))
	},
}, (*payment.Payment).State, payment.Restore, (*payment.Payment).Copy,
	func(p *payment.Payment) (Key, int64) { return companyKey(p.Company(), p.ID()), p.Revision() })

type payments Bundle

func (r *payments) Get(ctx context.Context, company tandem.CompanyID, id payment.ID) (*payment.Payment, error) {
	return get(ctx, (*Bundle)(r), paymentAggregate, companyKey(company, id))
}

func (r *payments) Save(_ context.Context, p *payment.Payment) error {
	return save((*Bundle)(r), paymentAggregate, p)
}

func (r *payments) Find(ctx context.Context, q payment.Query) iter.Seq2[*payment.Payment, error] {
	find := query[payment.Payment]{index: "date", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page), keep: q.Matches}
	switch {
	case !q.Customer.IsZero() && q.Open:
		find.index, find.prefix = "open", append(find.prefix, idOf(q.Customer))
	case !q.Customer.IsZero():
		find.index, find.prefix = "customer", append(find.prefix, idOf(q.Customer))
	}
	find.low, find.high = dateBounds(q.Dates)
	return findAggregates(ctx, (*Bundle)(r), paymentAggregate, find)
}

var allocationFact = &fact[billing.Allocation]{
	kind: &Kind{
		Name:   "allocation",
		Fact:   true,
		Posted: true,
		Columns: []Column{{"id", TypeID}, {"company", TypeID}, {"customer", TypeID}, {"invoice", TypeID}, {"instalment", TypeInt},
			{"payment", TypeID}, {"credit_note", TypeID}, {"amount_minor", TypeInt}, {"discount_net_minor", TypeInt},
			{"discount_tax_minor", TypeInt}, {"currency", TypeText}, {"date", TypeDate}, {"recorded", TypeInstant},
			{"reverses", TypeID}, {"from_advance", TypeBool}, {"reversal", TypeBool}, {"refund", TypeID}},
		Indexes: []Index{
			{Name: "company", Columns: []string{"company"}},
			{Name: "customer", Columns: []string{"company", "customer"}},
			{Name: "invoice", Columns: []string{"company", "invoice"}},
			{Name: "payment", Columns: []string{"company", "payment"}},
			{Name: "reverses", Columns: []string{"company", "reverses"}, Unique: true, Where: "reversal"},
		},
		Values: func(dst []Value, value any) []Value {
			a := value.(*billing.Allocation)
			return append(dst, idOf(a.ID), idOf(a.Company), idOf(a.Customer), idOf(a.Invoice), intOf(int64(a.Instalment)),
				idOf(a.Payment), idOf(a.Credit), intOf(a.Amount.Minor()), intOf(a.DiscountNet.Minor()), intOf(a.DiscountTax.Minor()),
				textOf(a.Amount.Currency().String()), dateOf(a.Date), instantOf(a.Recorded), idOf(a.Reverses),
				boolOf(a.FromAdvance), boolOf(!a.Reverses.IsZero()), idOf(a.Refund))
		},
	},
	key: func(a *billing.Allocation) Key { return companyKey(a.Company, a.ID) },
	build: func(r *row) (a billing.Allocation) {
		readID(r, &a.ID)
		readID(r, &a.Company)
		readID(r, &a.Customer)
		readID(r, &a.Invoice)
		a.Instalment = int(r.int())
		readID(r, &a.Payment)
		readID(r, &a.Credit)
		amount, net, tax, c := r.int(), r.int(), r.int(), r.currency()
		a.Amount, a.DiscountNet, a.DiscountTax = tandem.MoneyFromMinor(amount, c), tandem.MoneyFromMinor(net, c), tandem.MoneyFromMinor(tax, c)
		a.Date, a.Recorded = r.date(), r.instant()
		readID(r, &a.Reverses)
		a.FromAdvance = r.bool()
		r.bool()
		readID(r, &a.Refund)
		return a
	},
}

type allocations Bundle

func (r *allocations) Append(_ context.Context, facts ...billing.Allocation) error {
	return appendFacts((*Bundle)(r), allocationFact, facts)
}

func (r *allocations) Get(ctx context.Context, company tandem.CompanyID, id billing.AllocationID) (billing.Allocation, error) {
	return getFact(ctx, (*Bundle)(r), allocationFact, companyKey(company, id))
}

func (r *allocations) Find(ctx context.Context, q billing.AllocationQuery) iter.Seq2[billing.Allocation, error] {
	find := query[billing.Allocation]{index: "company", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page),
		keep: func(a *billing.Allocation) bool { return q.Matches(*a) }}
	switch {
	case !q.Reverses.IsZero():
		find.index, find.prefix = "reverses", append(find.prefix, idOf(q.Reverses))
	case !q.Invoice.IsZero():
		find.index, find.prefix = "invoice", append(find.prefix, idOf(q.Invoice))
	case !q.Payment.IsZero():
		find.index, find.prefix = "payment", append(find.prefix, idOf(q.Payment))
	case !q.Customer.IsZero():
		find.index, find.prefix = "customer", append(find.prefix, idOf(q.Customer))
	}
	return findFacts(ctx, (*Bundle)(r), allocationFact, find)
}

var creditAggregate = described(&Kind{
	Name:       "credit_account",
	KeyColumns: [3]string{"company", "party"},
	Columns: []Column{{"company", TypeID}, {"party", TypeID}, {"limit_minor", TypeInt}, {"currency", TypeText},
		{"receivables_minor", TypeInt}, {"delivered_not_invoiced_minor", TypeInt}, {"confirmed_not_delivered_minor", TypeInt},
		{"advances_minor", TypeInt}, {"policy", TypeText}},
	Indexes: []Index{{Name: "party", Columns: []string{"company", "party"}}},
	Values: func(dst []Value, value any) []Value {
		s := value.(*credit.Account).State()
		return append(dst, idOf(s.Company), idOf(s.Party), intOf(s.Limit.Minor()), textOf(s.Limit.Currency().String()),
			intOf(s.Receivables.Minor()), intOf(s.DeliveredNotInvoiced.Minor()), intOf(s.ConfirmedNotDelivered.Minor()),
			intOf(s.Advances.Minor()), textOf(s.Policy))
	},
}, (*credit.Account).State, credit.Restore, (*credit.Account).Copy,
	func(a *credit.Account) (Key, int64) { return companyKey(a.Company(), a.Party()), a.Revision() })

type creditAccounts Bundle

func (r *creditAccounts) Get(ctx context.Context, company tandem.CompanyID, party tandem.PartyID) (*credit.Account, error) {
	return get(ctx, (*Bundle)(r), creditAggregate, companyKey(company, party))
}

func (r *creditAccounts) Save(_ context.Context, a *credit.Account) error {
	return save((*Bundle)(r), creditAggregate, a)
}

func (r *creditAccounts) Find(ctx context.Context, q credit.Query) iter.Seq2[*credit.Account, error] {
	return findAggregates(ctx, (*Bundle)(r), creditAggregate, query[credit.Account]{
		index: "party", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page)})
}

func termsKey(company tandem.CompanyID, code tandem.TermsCode) Key {
	return NewKey(company, textKey(string(code)), [16]byte{})
}

var termsRecord = record(&Kind{
	Name:    "payment_terms",
	Columns: []Column{{"company", TypeID}, {"code", TypeText}, {"name", TypeText}},
	Indexes: []Index{{Name: "code", Columns: []string{"company", "code"}}},
	Values: func(dst []Value, value any) []Value {
		t := value.(*billing.Terms)
		return append(dst, idOf(t.Company), textOf(t.Code), textOf(t.Name))
	},
}, billing.Terms.Clone, func(t *billing.Terms) (Key, *int64) {
	return termsKey(t.Company, t.Code), &t.Revision
})

type paymentTerms Bundle

func (r *paymentTerms) PaymentTerms(ctx context.Context, company tandem.CompanyID, code tandem.TermsCode) (billing.Terms, error) {
	return getNamed(ctx, (*Bundle)(r), termsRecord, termsKey(company, code), string(code))
}

func (r *paymentTerms) Save(_ context.Context, t billing.Terms) error {
	return saveRecord((*Bundle)(r), termsRecord, t)
}
