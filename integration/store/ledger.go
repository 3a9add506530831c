package store

import (
	"context"
	"encoding/json"
	"iter"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
)

// Accounts gives the chart of accounts.
func (b *Bundle) Accounts() ledger.AccountRepository { return (*accounts)(b) }

// JournalEntries gives the journal.
func (b *Bundle) JournalEntries() ledger.JournalRepository { return (*journalEntries)(b) }

// Periods gives the accounting periods.
func (b *Bundle) Periods() ledger.PeriodRepository { return (*periods)(b) }

// accountKey: codes are short texts; the key carries a derived id of the code.
func accountKey(company tandem.CompanyID, code ledger.AccountCode) Key {
	return NewKey(company, textKey(string(code)), [16]byte{})
}

var accountRecord = record(&Kind{
	Name:    "account",
	Columns: []Column{{"company", TypeID}, {"code", TypeText}, {"type", TypeText}, {"name", TypeText}},
	Indexes: []Index{{Name: "code", Columns: []string{"company", "code"}}},
	Values: func(dst []Value, value any) []Value {
		a := value.(*ledger.Account)
		return append(dst, idOf(a.Company), textOf(a.Code), textOf(a.Type), textOf(a.Name))
	},
}, nil, func(a *ledger.Account) (Key, *int64) { return accountKey(a.Company, a.Code), &a.Revision })

type accounts Bundle

func (r *accounts) Get(ctx context.Context, company tandem.CompanyID, code ledger.AccountCode) (ledger.Account, error) {
	return getNamed(ctx, (*Bundle)(r), accountRecord, accountKey(company, code), string(code))
}

func (r *accounts) Save(_ context.Context, a ledger.Account) error {
	return saveRecord((*Bundle)(r), accountRecord, a)
}

func (r *accounts) Find(ctx context.Context, q ledger.AccountQuery) iter.Seq2[ledger.Account, error] {
	return findRecords(ctx, (*Bundle)(r), accountRecord, query[ledger.Account]{
		index: "code", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page),
		keep: func(a *ledger.Account) bool { return q.Type == "" || q.Type == a.Type },
	})
}

var entryFact = &fact[ledger.Entry]{
	kind: &Kind{
		Name:   "journal_entry",
		Fact:   true,
		Posted: true,
		Columns: []Column{{"id", TypeID}, {"company", TypeID}, {"number", TypeText}, {"date", TypeDate}, {"recorded", TypeInstant},
			{"source_kind", TypeText}, {"source", TypeID}, {"source_number", TypeText}, {"text", TypeText}, {"currency", TypeText},
			{"reverses", TypeID}, {"reversal", TypeBool}},
		LineColumns: []Column{{"account", TypeText}, {"amount_minor", TypeInt}, {"original_minor", TypeInt}, {"original_currency", TypeText},
			{"party", TypeID}, {"product", TypeID}, {"dimensions", TypeText}},
		Indexes: []Index{
			{Name: "date", Columns: []string{"company", "date"}},
			{Name: "source", Columns: []string{"company", "source", "date"}},
			{Name: "number", Columns: []string{"company", "number"}, Unique: true},
			{Name: "reverses", Columns: []string{"company", "reverses"}, Unique: true, Where: "reversal"},
		},
		Values: func(dst []Value, value any) []Value {
			e := value.(*ledger.Entry)
			dst = append(dst, idOf(e.ID), idOf(e.Company), textOf(e.Number), dateOf(e.Date), instantOf(e.Recorded))
			dst = refOf(dst, e.Source)
			dst = append(dst, textOf(e.Text), textOf(e.Currency.String()), idOf(e.Reverses), boolOf(!e.Reverses.IsZero()))
			for i := range e.Lines {
				l := &e.Lines[i]
				dst = append(dst, textOf(l.Account), intOf(l.Amount.Minor()))
				dst = moneyOf(dst, l.Original)
				dst = append(dst, idOf(l.Party), idOf(l.Product), textOf(dimensionsText(l.Dimensions)))
			}
			return dst
		},
	},
	key: func(e *ledger.Entry) Key { return NewKey(e.Company, e.ID.Bytes(), [16]byte{}) },
	build: func(r *row) (e ledger.Entry) {
		readID(r, &e.ID)
		readID(r, &e.Company)
		e.Number, e.Date, e.Recorded = nextText[string](r), r.date(), r.instant()
		e.Source, e.Text, e.Currency = r.ref(), nextText[string](r), r.currency()
		readID(r, &e.Reverses)
		r.bool()
		e.Lines = make([]ledger.Line, 0, len(r.values)/7)
		for len(r.values) > 0 && r.err == nil {
			l := ledger.Line{Account: nextText[ledger.AccountCode](r), Amount: tandem.MoneyFromMinor(r.int(), e.Currency), Original: r.money()}
			readID(r, &l.Party)
			readID(r, &l.Product)
			l.Dimensions = r.dimensions()
			e.Lines = append(e.Lines, l)
		}
		return e
	},
}

type journalEntries Bundle

func (r *journalEntries) Append(_ context.Context, entries ...ledger.Entry) error {
	return appendFacts((*Bundle)(r), entryFact, entries)
}

func (r *journalEntries) Get(ctx context.Context, company tandem.CompanyID, id ledger.EntryID) (ledger.Entry, error) {
	return getFact(ctx, (*Bundle)(r), entryFact, NewKey(company, id.Bytes(), [16]byte{}))
}

func (r *journalEntries) Find(ctx context.Context, q ledger.EntryQuery) iter.Seq2[ledger.Entry, error] {
	find := query[ledger.Entry]{index: "date", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page),
		keep: func(e *ledger.Entry) bool { return q.Matches(*e) }}
	switch {
	case q.Number != "":
		find.index, find.prefix = "number", append(find.prefix, textOf(q.Number))
	case !q.Reverses.IsZero():
		find.index, find.prefix = "reverses", append(find.prefix, idOf(q.Reverses))
	case !q.Source.IsZero():
		find.index, find.prefix = "source", append(find.prefix, idOf(q.Source.ID))
	default:
		find.low, find.high = dateBounds(q.Dates)
	}
	return findFacts(ctx, (*Bundle)(r), entryFact, find)
}

var periodAggregate = described(&Kind{
	Name:    "period",
	Columns: []Column{{"company", TypeID}, {"from_date", TypeDate}, {"until_date", TypeDate}, {"status", TypeText}},
	Indexes: []Index{{Name: "from", Columns: []string{"company", "from_date"}}},
	Values: func(dst []Value, value any) []Value {
		s := value.(*ledger.Period).State()
		return append(dst, idOf(s.Company), dateOf(s.Dates.From), dateOf(s.Dates.Until), textOf(s.Status))
	},
}, (*ledger.Period).State, ledger.RestorePeriod, (*ledger.Period).Copy,
	func(p *ledger.Period) (Key, int64) { return companyKey(p.Company(), p.ID()), p.Revision() })

type periods Bundle

func (r *periods) Get(ctx context.Context, company tandem.CompanyID, id ledger.PeriodID) (*ledger.Period, error) {
	return get(ctx, (*Bundle)(r), periodAggregate, NewKey(company, id.Bytes(), [16]byte{}))
}

func (r *periods) Save(_ context.Context, p *ledger.Period) error {
	return save((*Bundle)(r), periodAggregate, p)
}

func (r *periods) Find(ctx context.Context, q ledger.PeriodQuery) iter.Seq2[*ledger.Period, error] {
	return findAggregates(ctx, (*Bundle)(r), periodAggregate, query[ledger.Period]{
		index: "from", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page),
		keep: func(p *ledger.Period) bool {
			return (q.Contains.IsZero() || p.Dates().Contains(q.Contains)) && (q.Status == "" || q.Status == p.Status())
		},
	})
}

// dimensionsText writes dimensions as JSON, which any text can be part of.
func dimensionsText(d tandem.Dimensions) string {
	if len(d) == 0 {
		return ""
	}
	text, err := json.Marshal(d)
	if err != nil { // strings do not fail
		return ""
	}
	return string(text)
}

func (r *row) dimensions() (d tandem.Dimensions) {
	if text := nextText[string](r); text != "" && r.err == nil {
		r.err = json.Unmarshal([]byte(text), &d)
	}
	return d
}
