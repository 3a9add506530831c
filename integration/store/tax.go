package store

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/tax"
)

// TaxCodes gives the tax codes.
func (b *Bundle) TaxCodes() tax.CodeRepository { return (*taxCodes)(b) }

// TaxEntries gives the tax register.
func (b *Bundle) TaxEntries() tax.EntryRepository { return (*taxEntries)(b) }

func taxCodeKey(company tandem.CompanyID, id tandem.TaxCode) Key {
	return NewKey(company, textKey(string(id)), [16]byte{})
}

var taxCodeRecord = record(&Kind{
	Name:    "tax_code",
	Columns: []Column{{"company", TypeID}, {"code", TypeText}, {"country", TypeText}, {"category", TypeText}},
	Indexes: []Index{{Name: "code", Columns: []string{"company", "code"}}},
	Values: func(dst []Value, value any) []Value {
		c := value.(*tax.Code)
		return append(dst, idOf(c.Company), textOf(c.ID), textOf(c.Country), textOf(c.Category))
	},
}, tax.Code.Clone, func(c *tax.Code) (Key, *int64) { return taxCodeKey(c.Company, c.ID), &c.Revision })

type taxCodes Bundle

func (r *taxCodes) Get(ctx context.Context, company tandem.CompanyID, id tandem.TaxCode) (tax.Code, error) {
	return getNamed(ctx, (*Bundle)(r), taxCodeRecord, taxCodeKey(company, id), string(id))
}

func (r *taxCodes) Save(_ context.Context, c tax.Code) error {
	return saveRecord((*Bundle)(r), taxCodeRecord, c)
}

func (r *taxCodes) Find(ctx context.Context, q tax.CodeQuery) iter.Seq2[tax.Code, error] {
	return findRecords(ctx, (*Bundle)(r), taxCodeRecord, query[tax.Code]{
		index: "code", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page),
		keep: func(c *tax.Code) bool { return q.Matches(*c) },
	})
}

var taxEntryFact = &fact[tax.Entry]{
	kind: &Kind{
		Name:   "tax_entry",
		Fact:   true,
		Posted: true,
		Columns: []Column{{"id", TypeID}, {"company", TypeID}, {"document_kind", TypeText}, {"document", TypeID}, {"document_number", TypeText},
			{"direction", TypeText}, {"tax_point", TypeDate}, {"recorded", TypeInstant}, {"party", TypeID}, {"country", TypeText},
			{"vat_number", TypeText}, {"reverses", TypeID}, {"reversal", TypeBool}, {"code", TypeText}, {"category", TypeText}, {"rate_nano", TypeInt},
			{"base_minor", TypeInt}, {"tax_minor", TypeInt}, {"currency", TypeText}, {"reason", TypeText}},
		Indexes: []Index{
			{Name: "tax_point", Columns: []string{"company", "tax_point"}},
			{Name: "document", Columns: []string{"company", "document", "tax_point"}},
			{Name: "party", Columns: []string{"company", "party", "tax_point"}},
			{Name: "reverses", Columns: []string{"company", "reverses"}, Unique: true, Where: "reversal"},
		},
		Values: func(dst []Value, value any) []Value {
			e := value.(*tax.Entry)
			dst = append(dst, idOf(e.ID), idOf(e.Company))
			dst = refOf(dst, e.Document)
			return append(dst, textOf(e.Direction), dateOf(e.TaxPoint), instantOf(e.Recorded), idOf(e.Party), textOf(e.Country),
				textOf(e.VATNumber), idOf(e.Reverses), boolOf(!e.Reverses.IsZero()), textOf(e.Code), textOf(e.Category), intOf(e.Rate.Nano()),
				intOf(e.Base.Minor()), intOf(e.Tax.Minor()), textOf(e.Base.Currency().String()), textOf(e.Reason))
		},
	},
	key: func(e *tax.Entry) Key { return companyKey(e.Company, e.ID) },
	build: func(r *row) (e tax.Entry) {
		readID(r, &e.ID)
		readID(r, &e.Company)
		e.Document, e.Direction, e.TaxPoint, e.Recorded = r.ref(), nextText[tax.Direction](r), r.date(), r.instant()
		readID(r, &e.Party)
		e.Country, e.VATNumber = nextText[tandem.Country](r), nextText[tandem.Personal](r)
		readID(r, &e.Reverses)
		r.bool()
		e.Code, e.Category, e.Rate = nextText[tandem.TaxCode](r), nextText[tandem.TaxCategory](r), tandem.RateFromNano(r.int())
		base, amount, c := r.int(), r.int(), r.currency()
		e.Base, e.Tax = tandem.MoneyFromMinor(base, c), tandem.MoneyFromMinor(amount, c)
		e.Reason = nextText[string](r)
		return e
	},
}

type taxEntries Bundle

func (r *taxEntries) Append(_ context.Context, entries ...tax.Entry) error {
	return appendFacts((*Bundle)(r), taxEntryFact, entries)
}

func (r *taxEntries) Find(ctx context.Context, q tax.EntryQuery) iter.Seq2[tax.Entry, error] {
	find := query[tax.Entry]{index: "tax_point", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page),
		keep: func(e *tax.Entry) bool { return q.Matches(*e) }}
	switch {
	case !q.Document.IsZero():
		find.index, find.prefix = "document", append(find.prefix, idOf(q.Document.ID))
		return findFacts(ctx, (*Bundle)(r), taxEntryFact, find)
	case !q.Party.IsZero():
		find.index, find.prefix = "party", append(find.prefix, idOf(q.Party))
	}
	find.low, find.high = dateBounds(tandem.Validity{From: q.From, Until: q.Until})
	return findFacts(ctx, (*Bundle)(r), taxEntryFact, find)
}
