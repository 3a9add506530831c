package storetest

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"strconv"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/tax"
)

func ledgerKinds[R Repos]() []kind[R] {
	return []kind[R]{accountKind[R](), periodKind[R](), entryKind[R]()}
}

func accountKind[R Repos]() kind[R] {
	return plain(records[R, ledger.Account, ledger.Account, ledger.AccountQuery]{
		name: "account",
		states: func(c tandem.CompanyID, n int) []ledger.Account {
			types := ledger.AccountTypes()
			return []ledger.Account{{Company: c, Code: ledger.AccountCode(fmt.Sprintf("%05d", n)), Name: text("account", n), Type: types[n%len(types)],
				Control: true, Active: true}}
		},
		table: func(r R) any { return r.Accounts() },
		save:  func(ctx context.Context, r R, a ledger.Account) error { return r.Accounts().Save(ctx, a) },
		get: func(ctx context.Context, r R, a *ledger.Account) (ledger.Account, error) {
			return r.Accounts().Get(ctx, a.Company, a.Code)
		},
		find: func(ctx context.Context, r R, q ledger.AccountQuery) iter.Seq2[ledger.Account, error] {
			return r.Accounts().Find(ctx, q)
		},
		queries: func(a *ledger.Account) []ledger.AccountQuery {
			return []ledger.AccountQuery{{Company: a.Company}, {Company: a.Company, Type: a.Type}}
		},
		page: func(q *ledger.AccountQuery) *tandem.Page { return &q.Page },
		matches: func(q ledger.AccountQuery, a ledger.Account) bool {
			return a.Company == q.Company && (q.Type == "" || q.Type == a.Type)
		},
		order:    func(a, b *ledger.Account) int { return cmp.Compare(a.Code, b.Code) },
		key:      func(a *ledger.Account) string { return string(a.Code) },
		revision: func(a *ledger.Account) *int64 { return &a.Revision },
		label:    func(a *ledger.Account) *string { return &a.Name },
	})
}

func periodKind[R Repos]() kind[R] {
	return records[R, *ledger.Period, ledger.PeriodState, ledger.PeriodQuery]{
		name: "period", restore: ledger.RestorePeriod, state: (*ledger.Period).State,
		states: func(c tandem.CompanyID, n int) []ledger.PeriodState {
			status := ledger.PeriodStatuses()[n%2]
			return []ledger.PeriodState{{ID: tandem.DeriveID[ledger.PeriodID]("storetest", strconv.Itoa(n)), Company: c, Sequence: int64(n + 1),
				Name: text("period", n), Dates: tandem.Validity{From: day(n * 10), Until: day(n*10 + 10)}, Status: status, Changed: at(n), Actor: "accountant",
				Reason: text("late", n), Number: text("JE", n)}}
		},
		table: func(r R) any { return r.Periods() },
		save:  func(ctx context.Context, r R, p *ledger.Period) error { return r.Periods().Save(ctx, p) },
		get: func(ctx context.Context, r R, s *ledger.PeriodState) (*ledger.Period, error) {
			return r.Periods().Get(ctx, s.Company, s.ID)
		},
		find: func(ctx context.Context, r R, q ledger.PeriodQuery) iter.Seq2[*ledger.Period, error] {
			return r.Periods().Find(ctx, q)
		},
		queries: func(s *ledger.PeriodState) []ledger.PeriodQuery {
			c := s.Company
			return []ledger.PeriodQuery{{Company: c}, {Company: c, Contains: s.Dates.From}, {Company: c, Status: s.Status}, {Company: c, Contains: s.Dates.Until}}
		},
		page: func(q *ledger.PeriodQuery) *tandem.Page { return &q.Page },
		matches: func(q ledger.PeriodQuery, p *ledger.Period) bool {
			return p.State().Company == q.Company && (q.Contains.IsZero() || p.Dates().Contains(q.Contains)) && (q.Status == "" || q.Status == p.Status())
		},
		order:    func(a, b *ledger.PeriodState) int { return a.Dates.From.Compare(b.Dates.From) },
		key:      func(s *ledger.PeriodState) string { return idText(s.ID.Bytes()) },
		revision: func(s *ledger.PeriodState) *int64 { return &s.Revision },
		sequence: func(s *ledger.PeriodState) *int64 { return &s.Sequence },
	}.kind()
}

func entryID(n int) ledger.EntryID {
	return tandem.DeriveID[ledger.EntryID]("storetest", strconv.Itoa(n))
}

func entryKind[R Repos]() kind[R] {
	return plain(records[R, ledger.Entry, ledger.Entry, ledger.EntryQuery]{
		name: "journal entry", fact: true, states: entryStates,
		table: func(r R) any { return r.JournalEntries() },
		save:  func(ctx context.Context, r R, e ledger.Entry) error { return r.JournalEntries().Append(ctx, e) },
		get: func(ctx context.Context, r R, e *ledger.Entry) (ledger.Entry, error) {
			return r.JournalEntries().Get(ctx, e.Company, e.ID)
		},
		find: func(ctx context.Context, r R, q ledger.EntryQuery) iter.Seq2[ledger.Entry, error] {
			return r.JournalEntries().Find(ctx, q)
		},
		queries: func(e *ledger.Entry) []ledger.EntryQuery {
			c := e.Company
			out := []ledger.EntryQuery{{Company: c}, {Company: c, Dates: tandem.Validity{From: e.Date}}, {Company: c, Dates: tandem.Validity{Until: e.Date}},
				{Company: c, Number: e.Number}, {Company: c, Source: e.Source}, {Company: c, Reverses: e.Reverses},
				{Company: c, Source: e.Source, Dates: tandem.Validity{From: e.Date, Until: e.Date.AddDays(1)}}}
			for i := range e.Lines {
				out = append(out, ledger.EntryQuery{Company: c, Account: e.Lines[i].Account})
			}
			return out
		},
		page:    func(q *ledger.EntryQuery) *tandem.Page { return &q.Page },
		matches: ledger.EntryQuery.Matches,
		order:   func(a, b *ledger.Entry) int { return a.Date.Compare(b.Date) },
		key:     func(e *ledger.Entry) string { return idText(e.ID.Bytes()) },
		clash:   func(e, other *ledger.Entry) { e.Reverses = other.Reverses },
	})
}

func entryStates(c tandem.CompanyID, n int) []ledger.Entry {
	lines := []ledger.Line{
		{Account: ledger.AccountCode("11" + strconv.Itoa(n%3)), Amount: pounds(12_000), Original: euros(14_000), Party: customer(n), Product: product(n),
			Dimensions: tandem.Dimensions{{Name: "project\x1e", Value: text("\x1f", n)}, {Name: "region", Value: "north"}}},
		{Account: "4000", Amount: pounds(-10_000)}, {Account: "2200", Amount: pounds(-2_000)},
	}
	e := ledger.Entry{ID: entryID(n), Company: c, Number: number(n), Date: day(5 - n%4), Recorded: at(n), Source: ref("customer_invoice", n%2),
		Text: text("entry", n), Currency: tandem.GBP, Lines: lines}
	reversal := e
	reversal.ID, reversal.Number, reversal.Reverses = entryID(n+5000), number(n+5000), e.ID
	return []ledger.Entry{reversal, e}
}

func taxKinds[R Repos]() []kind[R] {
	return []kind[R]{
		plain(records[R, tax.Code, tax.Code, tax.CodeQuery]{
			name: "tax code", states: taxCodeStates,
			table: func(r R) any { return r.TaxCodes() },
			save:  func(ctx context.Context, r R, c tax.Code) error { return r.TaxCodes().Save(ctx, c) },
			get: func(ctx context.Context, r R, c *tax.Code) (tax.Code, error) {
				return r.TaxCodes().Get(ctx, c.Company, c.ID)
			},
			find: func(ctx context.Context, r R, q tax.CodeQuery) iter.Seq2[tax.Code, error] {
				return r.TaxCodes().Find(ctx, q)
			},
			queries: func(c *tax.Code) []tax.CodeQuery {
				return []tax.CodeQuery{{Company: c.Company}, {Company: c.Company, Country: c.Country}, {Company: c.Company, Category: c.Category}}
			},
			page:     func(q *tax.CodeQuery) *tandem.Page { return &q.Page },
			matches:  tax.CodeQuery.Matches,
			order:    func(a, b *tax.Code) int { return cmp.Compare(a.ID, b.ID) },
			key:      func(c *tax.Code) string { return string(c.ID) },
			revision: func(c *tax.Code) *int64 { return &c.Revision },
			label:    func(c *tax.Code) *string { return &c.Description },
		}),
		plain(records[R, tax.Entry, tax.Entry, tax.EntryQuery]{
			name: "tax entry", fact: true, states: taxEntryStates,
			table: func(r R) any { return r.TaxEntries() },
			save:  func(ctx context.Context, r R, e tax.Entry) error { return r.TaxEntries().Append(ctx, e) },
			find: func(ctx context.Context, r R, q tax.EntryQuery) iter.Seq2[tax.Entry, error] {
				return r.TaxEntries().Find(ctx, q)
			},
			queries: func(e *tax.Entry) []tax.EntryQuery {
				c := e.Company
				return []tax.EntryQuery{{Company: c}, {Company: c, Document: e.Document}, {Company: c, Party: e.Party}, {Company: c, Direction: e.Direction},
					{Company: c, Code: e.Code}, {Company: c, From: e.TaxPoint}, {Company: c, Until: e.TaxPoint}, {Company: c, RecordedUntil: e.Recorded},
					{Company: c, Document: e.Document, From: e.TaxPoint}}
			},
			page:    func(q *tax.EntryQuery) *tandem.Page { return &q.Page },
			matches: tax.EntryQuery.Matches,
			order:   func(a, b *tax.Entry) int { return a.TaxPoint.Compare(b.TaxPoint) },
			key:     func(e *tax.Entry) string { return idText(e.ID.Bytes()) },
			clash:   func(e, other *tax.Entry) { e.Reverses = other.Reverses },
		}),
	}
}

func taxCodeStates(c tandem.CompanyID, n int) []tax.Code {
	rates := []tax.DatedRate{{Validity: tandem.Validity{From: day(0), Until: day(100)}, Rate: rate(17)}, {Validity: tandem.Validity{From: day(100)}, Rate: rate(20)}}
	exempt := tax.Code{ID: tandem.TaxCode("E" + strconv.Itoa(n)), Company: c, Description: text("exempt", n), Country: "DE", Category: tandem.TaxExempt,
		Rates: []tax.DatedRate{{Validity: tandem.Validity{From: day(0)}}}, Reason: text("VATEX", n)}
	return []tax.Code{{ID: tandem.TaxCode("S" + strconv.Itoa(n)), Company: c, Description: text("standard", n), Country: "GB",
		Category: tandem.TaxStandard, Rates: rates}, exempt}
}

func taxEntryStates(c tandem.CompanyID, n int) []tax.Entry {
	entry := func(n int) tax.EntryID { return tandem.DeriveID[tax.EntryID]("storetest", strconv.Itoa(n)) }
	e := tax.Entry{ID: entry(n), Company: c, Document: ref("customer_invoice", n%3), Direction: tax.Directions()[n%2], TaxPoint: day(7 - n%4), Recorded: at(n),
		Party: customer(n), Country: "FR", VATNumber: tandem.Personal("FR" + text("", n)),
		TaxLine: tandem.TaxLine{Code: tandem.TaxCode("S" + strconv.Itoa(n%2)), Category: tandem.TaxStandard, Rate: rate(20), Base: euros(500), Tax: euros(100),
			Reason: text("reason", n)}}
	reversal := e
	reversal.ID, reversal.Reverses = entry(n+5000), e.ID
	return []tax.Entry{reversal, e}
}
