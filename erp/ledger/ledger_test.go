package ledger_test

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
)

func idOf[K any](_ tandem.ID[K], key string) tandem.ID[K] {
	return tandem.DeriveID[tandem.ID[K]]("test", key)
}

func entryID(n int) ledger.EntryID { return idOf(ledger.EntryID{}, fmt.Sprint("entry", n)) }

func companyID() tandem.CompanyID { return idOf(tandem.CompanyID{}, "company") }

func date(s string) tandem.Date {
	d, err := tandem.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func instant(s string) tandem.Instant {
	i, err := tandem.ParseInstant(s)
	if err != nil {
		panic(err)
	}
	return i
}

func gbp(minor int64) tandem.Money { return tandem.MoneyFromMinor(minor, tandem.GBP) }

func period(from, until string) *ledger.Period {
	p, err := ledger.NewPeriod(idOf(ledger.PeriodID{}, from), companyID(), from[:7], tandem.Validity{From: date(from), Until: date(until)}, instant("2011-01-01T00:00:00Z"))
	if err != nil {
		panic(err)
	}
	return p
}

func year() *ledger.Period { return period("2011-01-01", "2012-01-01") }

func entry(n int, on string, lines ...ledger.Line) ledger.Entry {
	return ledger.Entry{ID: entryID(n), Company: companyID(), Number: fmt.Sprint("J-", n), Date: date(on),
		Recorded: instant(on + "T18:00:00Z"), Currency: tandem.GBP, Lines: lines}
}

func line(code ledger.AccountCode, minor int64) ledger.Line {
	return ledger.Line{Account: code, Amount: gbp(minor)}
}

func sequence(entries ...ledger.Entry) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func codes(err error) (out []string) {
	var invalid *tandem.InvalidError
	var refused *tandem.RefusedError
	switch {
	case errors.As(err, &invalid):
		for _, f := range invalid.Faults {
			out = append(out, f.Code)
		}
	case errors.As(err, &refused):
		out = append(out, refused.Code)
	}
	return out
}

func TestEntryReportsEveryFault(t *testing.T) {
	good := entry(1, "2011-06-01", line("1100", 120), line("4000", -100), line("2200", -20))
	_, err := ledger.NewEntry(good, year())
	require.NoError(t, err)
	long := make([]ledger.Line, ledger.MaxEntryLines+1)
	cases := []struct {
		name   string
		change func(*ledger.Entry)
		want   []string
	}{
		{"empty", func(e *ledger.Entry) { *e = ledger.Entry{} }, []string{"required", "required", "number", "required", "required", "currency", "lines_few"}},
		{"one line", func(e *ledger.Entry) { e.Lines = e.Lines[:1] }, []string{"lines_few"}},
		{"too many lines", func(e *ledger.Entry) { e.Lines = long }, []string{"too_many"}},
		{"unbalanced by one penny", func(e *ledger.Entry) { e.Lines[0].Amount = gbp(121) }, []string{"unbalanced"}},
		{"other currency", func(e *ledger.Entry) { e.Lines[0].Amount = tandem.MoneyFromMinor(120, tandem.EUR) }, []string{"currency_functional"}},
		{"no amount", func(e *ledger.Entry) { e.Lines[0].Amount = tandem.Money{} }, []string{"currency_functional"}},
		{"nought", func(e *ledger.Entry) { e.Lines[0].Amount = gbp(0) }, []string{"line_zero"}},
		{"bad accounts", func(e *ledger.Entry) { e.Lines[0].Account, e.Lines[1].Account = "", "12345678901234567" }, []string{"account_code", "account_code"}},
		{"original of the other sign", func(e *ledger.Entry) { e.Lines[0].Original = tandem.MoneyFromMinor(-5, tandem.EUR) }, []string{"original_sign"}},
		{"dimensions out of order", func(e *ledger.Entry) {
			e.Lines[0].Dimensions = tandem.Dimensions{{Name: "b", Value: "1"}, {Name: "a", Value: "1"}}
		}, []string{"dimension_order"}},
		{"reverses itself", func(e *ledger.Entry) { e.Reverses = e.ID }, []string{"reverses_itself"}},
		{"another company's period", func(e *ledger.Entry) { e.Company = idOf(tandem.CompanyID{}, "other") }, []string{"period_company"}},
		{"last day of the period before", func(e *ledger.Entry) { e.Date = date("2010-12-31") }, []string{"period_wrong"}},
		{"first day of the period after", func(e *ledger.Entry) { e.Date = date("2012-01-01") }, []string{"period_wrong"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := entry(1, "2011-06-01", line("1100", 120), line("4000", -100), line("2200", -20))
			c.change(&e)
			_, err := ledger.NewEntry(e, year())
			require.Equal(t, c.want, codes(err))
		})
	}
	_, err = ledger.NewEntry(good, nil)
	require.Equal(t, []string{"period_none"}, codes(err))
	require.ErrorContains(t, err, "there is no period for 2011-06-01")
	huge := entry(1, "2011-06-01", line("1", 1<<62), line("2", 1<<62), line("3", -(1<<62)), line("4", -(1<<62)))
	_, err = ledger.NewEntry(huge, year())
	require.NoError(t, err, "sums of 128 bits do not overflow")
	_, err = huge.Debits()
	require.ErrorIs(t, err, tandem.ErrOverflow)
}

func TestEntryAllocatesNothing(t *testing.T) {
	e, p := entry(1, "2011-06-01", line("1100", 120), line("4000", -100), line("2200", -20)), year()
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if _, err := ledger.NewEntry(e, p); err != nil {
			t.Fatal(err)
		}
	}))
}

func TestClosedPeriodRefusesEntries(t *testing.T) {
	p := period("2011-06-01", "2011-07-01")
	require.NoError(t, p.Admit(companyID(), date("2011-06-30")))
	require.NoError(t, p.Close("controller", instant("2011-07-05T00:00:00Z")))
	_, err := ledger.NewEntry(entry(1, "2011-06-30", line("1", 1), line("2", -1)), p)
	require.Equal(t, []string{"period_closed"}, codes(err))
	require.ErrorIs(t, err, tandem.ErrNotAllowed)

	july := period("2011-07-01", "2011-08-01")
	late, found := ledger.FirstOpenDate(date("2011-06-30"), []*ledger.Period{period("2011-08-01", "2011-09-01"), july, p})
	require.True(t, found)
	require.Equal(t, date("2011-07-01"), late, "a late entry goes into the next open period")
	same, _ := ledger.FirstOpenDate(date("2011-07-31"), []*ledger.Period{july})
	require.Equal(t, date("2011-07-31"), same)
	_, found = ledger.FirstOpenDate(date("2011-06-30"), []*ledger.Period{p})
	require.False(t, found)

	require.Equal(t, []string{"reason_missing"}, codes(p.Reopen("controller", "", instant("2011-07-06T00:00:00Z"))))
	require.NoError(t, p.Reopen("controller", "late invoice", instant("2011-07-06T00:00:00Z")))
	require.NoError(t, p.Admit(companyID(), date("2011-06-30")))
	require.Len(t, p.Drain().Events, 3)
	require.Empty(t, p.Drain().Events)
}

// The journal numbers that closing and opening again took explain themselves.
func TestEventsOfAPeriodKeepTheJournalNumbersOfItsChanges(t *testing.T) {
	p, at, long := period("2011-06-01", "2011-07-01"), instant("2011-07-05T00:00:00Z"), strings.Repeat("9", tandem.MaxName+1)
	require.Equal(t, []string{"number"}, codes(p.CloseNumbered(long, "controller", at)))
	require.NoError(t, p.CloseNumbered("JE-000007", "controller", at))
	require.Equal(t, []string{"number"}, codes(p.ReopenNumbered(long, "controller", "late invoice", at)))
	require.NoError(t, p.ReopenNumbered("JE-000009", "controller", "late invoice", at))
	require.NoError(t, p.Close("controller", at))
	events := p.Drain().Events
	require.Equal(t, "JE-000007", events[1].(ledger.PeriodWasClosed).Number)
	require.Equal(t, "JE-000009", events[2].(ledger.PeriodReopened).Number)
	require.NotContains(t, string(events[3].AppendJSON(nil)), "number", "who draws none has none")
}

func TestPeriodEveryStateAndCommand(t *testing.T) {
	at := instant("2011-07-05T00:00:00Z")
	commands := map[string]func(*ledger.Period) error{
		"close":  func(p *ledger.Period) error { return p.Close("a", at) },
		"reopen": func(p *ledger.Period) error { return p.Reopen("a", "r", at) },
	}
	for _, from := range ledger.PeriodStatuses() {
		for name, command := range commands {
			s := year().State()
			s.Status = from
			p, err := ledger.RestorePeriod(s)
			require.NoError(t, err)
			want, allowed := from, false
			for _, row := range ledger.PeriodTransitions() {
				if row.Command == name && row.From == from {
					want, allowed = row.To, true
				}
			}
			err = command(p)
			require.Equal(t, allowed, err == nil, "%s in %s", name, from)
			require.Equal(t, want, p.Status())
			if !allowed {
				require.Equal(t, s, p.State(), "a refused command changes nothing")
			}
		}
	}
}

func TestPeriodRoundTrip(t *testing.T) {
	p := year()
	require.NoError(t, p.Close("a", instant("2012-01-05T00:00:00Z")))
	text, err := json.Marshal(p.State())
	require.NoError(t, err)
	var s ledger.PeriodState
	require.NoError(t, json.Unmarshal(text, &s))
	again, err := ledger.RestorePeriod(s)
	require.NoError(t, err)
	require.Equal(t, p.State(), again.State())
	s.Dates.Until = s.Dates.From
	_, err = ledger.RestorePeriod(s)
	require.Equal(t, []string{"validity_empty"}, codes(err))
	require.Error(t, json.Unmarshal([]byte(`{"status":"ajar"}`), &s))
}

func TestReversalNamesTheOriginal(t *testing.T) {
	original := entry(1, "2011-06-01", line("1100", 120), line("4000", -120))
	original.Lines[0].Original = tandem.MoneyFromMinor(140, tandem.EUR)
	r := ledger.Reversal{ID: entryID(2), Number: "J-2", Date: date("2011-06-01"), Recorded: instant("2011-07-01T00:00:00Z")}
	reversed, err := ledger.Reverse(original, r, year())
	require.NoError(t, err)
	require.Equal(t, original.ID, reversed.Reverses)
	require.Equal(t, gbp(-120), reversed.Lines[0].Amount)
	require.Equal(t, "-1.40 EUR", reversed.Lines[0].Original.String())
	require.Equal(t, gbp(120), original.Lines[0].Amount, "the original stays as it is")

	_, err = ledger.Reverse(reversed, ledger.Reversal{ID: entryID(3), Number: "J-3", Date: r.Date, Recorded: r.Recorded}, year())
	require.Equal(t, []string{"reversal_of_reversal"}, codes(err))
	r.Date = date("2011-05-31")
	_, err = ledger.Reverse(original, r, year())
	require.Equal(t, []string{"reversal_early"}, codes(err))
}

// Opening 100 in May; in June a sale of 120 and its payment of 50; the sale was
// recorded in July only.
func TestTrialBalanceAtAnyDate(t *testing.T) {
	opening := entry(1, "2011-05-31", line("1000", 100), line("3000", -100))
	sale := entry(2, "2011-06-10", line("1100", 120), line("4000", -100), line("2200", -20))
	sale.Recorded = instant("2011-07-02T00:00:00Z")
	pay := entry(3, "2011-06-20", line("1000", 50), line("1100", -50))
	all := sequence(pay, sale, opening)

	trial, err := ledger.TrialBalance(all, ledger.BalanceQuery{Currency: tandem.GBP, From: date("2011-06-01"), AsOf: date("2011-06-30")})
	require.NoError(t, err)
	require.True(t, trial.Balanced())
	require.Equal(t, ledger.AccountBalance{Account: "1000", Opening: gbp(100), Debit: gbp(50), Credit: gbp(0), Closing: gbp(150)}, trial.Rows[0])
	require.Equal(t, ledger.AccountBalance{Account: "1100", Opening: gbp(0), Debit: gbp(120), Credit: gbp(50), Closing: gbp(70)}, trial.Rows[1])
	require.Equal(t, ledger.AccountBalance{Opening: gbp(0), Debit: gbp(170), Credit: gbp(170), Closing: gbp(0)}, trial.Total)
	require.Equal(t, gbp(-20), trial.Closing("2200"))
	require.Equal(t, gbp(0), trial.Closing("9999"))

	early, err := ledger.TrialBalance(all, ledger.BalanceQuery{Currency: tandem.GBP, AsOf: date("2011-06-10")})
	require.NoError(t, err)
	require.Equal(t, gbp(120), early.Closing("1100"))
	known, err := ledger.TrialBalance(all, ledger.BalanceQuery{Currency: tandem.GBP, AsOf: date("2011-06-30"), KnownAt: instant("2011-06-30T23:00:00Z")})
	require.NoError(t, err)
	require.Equal(t, gbp(-50), known.Closing("1100"), "as it was known then")

	none, err := ledger.TrialBalance(sequence(), ledger.BalanceQuery{Currency: tandem.GBP})
	require.NoError(t, err)
	require.True(t, none.Balanced())
	_, err = ledger.TrialBalance(all, ledger.BalanceQuery{Currency: tandem.EUR})
	require.ErrorIs(t, err, tandem.ErrCurrency)
	broken := func(yield func(ledger.Entry, error) bool) { yield(ledger.Entry{}, tandem.ErrUnknown) }
	_, err = ledger.TrialBalance(broken, ledger.BalanceQuery{Currency: tandem.GBP})
	require.ErrorIs(t, err, tandem.ErrUnknown)
	_, err = ledger.PartyBalances(broken, "1100", ledger.BalanceQuery{Currency: tandem.GBP})
	require.ErrorIs(t, err, tandem.ErrUnknown)
}

func TestBalancesByPartyAndProduct(t *testing.T) {
	a, b := idOf(tandem.PartyID{}, "a"), idOf(tandem.PartyID{}, "b")
	x := idOf(tandem.ProductID{}, "x")
	entries := sequence(
		entry(1, "2011-06-01", ledger.Line{Account: "1100", Amount: gbp(10), Party: a}, line("4000", -10)),
		entry(2, "2011-06-02", ledger.Line{Account: "1100", Amount: gbp(7), Party: b}, ledger.Line{Account: "1400", Amount: gbp(-7), Product: x}),
		entry(3, "2011-06-03", ledger.Line{Account: "1100", Amount: gbp(-7), Party: b}, line("1000", 7)))
	parties, err := ledger.PartyBalances(entries, "1100", ledger.BalanceQuery{Currency: tandem.GBP})
	require.NoError(t, err)
	require.Equal(t, []ledger.PartyBalance{{Party: a, Balance: gbp(10)}}, parties)
	products, err := ledger.ProductBalances(entries, "1400", ledger.BalanceQuery{Currency: tandem.GBP})
	require.NoError(t, err)
	require.Equal(t, []ledger.ProductBalance{{Product: x, Balance: gbp(-7)}}, products)
}

// However entries are ordered, a trial balance sums to nought and an entry with
// its reversal leaves no trace.
func TestTrialBalanceProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var entries []ledger.Entry
		for n := range rapid.IntRange(1, 12).Draw(t, "entries") {
			var lines []ledger.Line
			sum := int64(0)
			for range rapid.IntRange(1, 5).Draw(t, "lines") {
				amount := rapid.Int64Range(-1e12, 1e12).Filter(func(v int64) bool { return v != 0 }).Draw(t, "amount")
				sum += amount
				lines = append(lines, line(ledger.AccountCode(rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "account")), amount))
			}
			if sum != 0 {
				lines = append(lines, line("9", -sum))
			}
			on := date("2011-01-01").AddDays(rapid.IntRange(0, 364).Draw(t, "day")).String()
			if e, err := ledger.NewEntry(entry(2*n, on, lines...), year()); err == nil {
				entries = append(entries, e)
			}
		}
		q := ledger.BalanceQuery{Currency: tandem.GBP, From: date("2011-04-01"), AsOf: date("2011-09-30")}
		trial, err := ledger.TrialBalance(sequence(entries...), q)
		require.NoError(t, err)
		require.True(t, trial.Balanced())
		for _, r := range trial.Rows {
			require.Equal(t, r.Opening.Minor()+r.Debit.Minor()-r.Credit.Minor(), r.Closing.Minor())
		}
		shuffled := rapid.Permutation(entries).Draw(t, "order")
		again, err := ledger.TrialBalance(sequence(shuffled...), q)
		require.NoError(t, err)
		require.Equal(t, trial, again)
		for n, e := range entries {
			r, err := ledger.Reverse(e, ledger.Reversal{ID: entryID(2*n + 1001), Number: "R", Date: e.Date, Recorded: e.Recorded}, year())
			require.NoError(t, err)
			shuffled = append(shuffled, r)
		}
		after, err := ledger.TrialBalance(sequence(shuffled...), ledger.BalanceQuery{Currency: tandem.GBP})
		require.NoError(t, err)
		for _, r := range after.Rows {
			require.True(t, r.Closing.IsZero())
		}
	})
}

func TestChart(t *testing.T) {
	account := func(code ledger.AccountCode, control bool) ledger.Account {
		return ledger.Account{Company: companyID(), Code: code, Name: "n", Type: ledger.Asset, Control: control, Active: true}
	}
	inactive := account("1300", false)
	inactive.Active = false
	chart, err := ledger.NewChart(companyID(), account("1100", true), account("1000", false), inactive)
	require.NoError(t, err)
	require.Equal(t, ledger.AccountCode("1000"), chart.Accounts()[0].Code)
	e := entry(1, "2011-06-01", line("1100", 1), line("1300", -2), line("7777", 1))
	require.Equal(t, []string{"account_control", "account_inactive", "account_unknown"}, codes(chart.Admit(e)))
	e.Source = tandem.RefTo("customer_invoice", entryID(5), "")
	e.Lines = []ledger.Line{line("1100", 1), line("1000", -1)}
	require.NoError(t, chart.Admit(e))
	_, err = ledger.NewChart(companyID(), account("1", false), account("1", false), ledger.Account{})
	require.Equal(t, []string{"required", "account_code", "name", "account_type", "other_company", "account_twice"}, codes(err))
	require.True(t, ledger.Equity.BalanceSheet())
	require.False(t, ledger.Income.BalanceSheet())
	for _, typ := range ledger.AccountTypes() {
		var read ledger.AccountType
		require.NoError(t, read.UnmarshalText([]byte(typ)))
	}
	require.Error(t, new(ledger.AccountType).UnmarshalText(nil))
}

// 100.00 over three branches by 1 : 1 : 1 is 33.34, 33.33, 33.33.
func TestSplitLineKeepsTheSum(t *testing.T) {
	branch := func(v string) tandem.Dimensions { return tandem.Dimensions{{Name: "branch", Value: v}} }
	l := ledger.Line{Account: "6000", Amount: gbp(10000), Original: tandem.MoneyFromMinor(11000, tandem.EUR)}
	parts, err := ledger.SplitLine(nil, l, []ledger.Share{{branch("a"), 1}, {branch("b"), 1}, {branch("c"), 1}, {branch("d"), 0}})
	require.NoError(t, err)
	require.Len(t, parts, 3)
	require.Equal(t, "33.34 GBP 33.33 GBP 33.33 GBP", fmt.Sprint(parts[0].Amount, " ", parts[1].Amount, " ", parts[2].Amount))
	require.Equal(t, "36.67 EUR", parts[0].Original.String())
	_, err = ledger.SplitLine(nil, l, nil)
	require.ErrorIs(t, err, tandem.ErrNoWeights)

	e := entry(1, "2011-06-01", append(parts, line("1000", -10000))...)
	require.Len(t, codes(ledger.BalancedBy(e, "branch")), 4, "three branches and the line without one")
	e.Lines[0].Dimensions = nil
	require.NoError(t, ledger.BalancedBy(entry(1, "2011-06-01", ledger.Line{Account: "1", Amount: gbp(1), Dimensions: branch("a")}, ledger.Line{Account: "2", Amount: gbp(-1), Dimensions: branch("a")}), "branch"))
}

func TestEntryQueryMatches(t *testing.T) {
	e := entry(1, "2011-06-01", line("1", 1), line("2", -1))
	e.Source = tandem.RefTo("order", entryID(9), "O-1")
	q := ledger.EntryQuery{Company: companyID(), Dates: tandem.Validity{From: date("2011-06-01"), Until: date("2011-06-02")},
		Number: "J-1", Source: tandem.RefTo("order", entryID(9), ""), Account: "2"}
	require.True(t, q.Matches(e))
	q.Account = "3"
	require.False(t, q.Matches(e))
	q = ledger.EntryQuery{Company: companyID(), Reverses: entryID(4)}
	require.False(t, q.Matches(e))
}

func TestEntryJSONRoundTrip(t *testing.T) {
	e := entry(1, "2011-06-01", ledger.Line{Account: "1", Amount: gbp(1), Party: idOf(tandem.PartyID{}, "p"), Dimensions: tandem.Dimensions{{Name: "a", Value: "b"}}}, line("2", -1))
	text, err := json.Marshal(e)
	require.NoError(t, err)
	var again ledger.Entry
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, e, again)
}

func TestEventsAreWrittenAsEncodingJSONDoes(t *testing.T) {
	for _, e := range []tandem.Event{&ledger.EntryPosted{}, &ledger.PeriodOpened{}, &ledger.PeriodWasClosed{}, &ledger.PeriodReopened{}} {
		for range 2 { // empty, then filled
			want, err := json.Marshal(e)
			require.NoError(t, err)
			require.Equal(t, string(want), string(e.AppendJSON(nil)), e.EventName())
			fill(t, reflect.ValueOf(e).Elem())
		}
	}
	r, err := ledger.Record(entry(1, "2011-06-01", line("1", 5), line("2", -5)))
	require.NoError(t, err)
	require.Equal(t, gbp(5), r.Events[0].(ledger.EntryPosted).Debits)
}

func fill(t *testing.T, v reflect.Value) {
	for i := range v.NumField() {
		f := v.Field(i)
		if u, ok := f.Addr().Interface().(encoding.TextUnmarshaler); ok {
			done := false
			for _, text := range []string{"12.34 GBP", "2011-06-01", "2011-06-01T01:02:03.5Z", "0b2e2f3a-1111-5222-8333-944455556666"} {
				done = done || u.UnmarshalText([]byte(text)) == nil
			}
			require.True(t, done, v.Type().Field(i).Name)
			continue
		}
		switch f.Kind() {
		case reflect.String:
			f.SetString("a<\"é\n>")
		case reflect.Bool:
			f.SetBool(true)
		default:
			f.SetInt(7)
		}
	}
}

func ExampleNewEntry() {
	period, _ := ledger.NewPeriod(idOf(ledger.PeriodID{}, "june"), companyID(), "2011-06",
		tandem.Validity{From: date("2011-06-01"), Until: date("2011-07-01")}, instant("2011-06-01T00:00:00Z"))
	_, err := ledger.NewEntry(ledger.Entry{
		ID: entryID(1), Company: companyID(), Number: "J-1", Date: date("2011-06-15"), Recorded: instant("2011-06-15T17:00:00Z"),
		Currency: tandem.GBP,
		Lines:    []ledger.Line{{Account: "1000", Amount: gbp(100_00)}, {Account: "4000", Amount: gbp(-99_00)}},
	}, period)
	fmt.Println(err)
	// Output: entry is invalid: lines: debits and credits differ (unbalanced)
}
