package redemption_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/redemption"
)

var update = flag.Bool("update", false, "write the golden files")

// story gives a limit that has seen everything.
func story() *redemption.Limit {
	l := must(redemption.Open(companyID(), redemption.Subject{Kind: redemption.ForContract, Name: "acme/2026", Parent: redemption.IDOf(companyID(), redemption.ForCampaign, "all"), Customer: customer("ann")},
		redemption.Terms{Uses: 10, UsesPerCustomer: 9, OncePerOrder: true, Quantity: each(100), Value: gbp(1000_00), From: at("2026-06-01"),
			Until: at("2027-06-01"), Policy: redemption.Partial, Moment: redemption.Invoiced}, at("2026-06-01")))
	claim := func(o string, quantity, value int64) redemption.Claim {
		return redemption.Claim{Customer: customer("ann"), Order: order(o), Usage: redemption.Usage{Uses: 1, Quantity: each(quantity), Value: gbp(value)}}
	}
	must(l.Reserve("o1/1", claim("o1", 20, 150_00), at("2026-06-02")))
	must(l.Reserve("o2/1", claim("o2", 10, 75_00), at("2026-06-03")))
	held := claim("o3", 5, 37_50)
	held.Step, held.Until = each(5), at("2026-06-05")
	must(l.Reserve("o3/1", held, at("2026-06-03")))
	ok := []error{
		l.CommitPart("o1/1", "i1/1", redemption.Usage{Uses: 1, Quantity: each(12), Value: gbp(90_00)}, at("2026-06-04")),
		l.Return("o1/1", "r1/1", redemption.Usage{Quantity: each(2), Value: gbp(15_00)}, at("2026-06-05")),
		l.Release("o2/1", at("2026-06-05")),
		l.Close("terminated", at("2026-06-06")),
		l.Reopen("by mistake", at("2026-06-07")),
		l.SetTerms(redemption.Terms{Uses: 11, UsesPerCustomer: 9, Quantity: each(120), Value: gbp(1200_00)}, at("2026-06-08")),
	}
	must(l.Forget(at("2026-06-06")))
	must(l.Reserve("o5/1", redemption.Claim{Customer: customer("ann"), Usage: redemption.Usage{Uses: 1, Quantity: each(3), Value: gbp(22_50)}}, at("2026-06-08")))
	ok = append(ok, l.Commit("o5/1", at("2026-06-08")), l.SetTerms(redemption.Terms{Uses: 11, UsesPerCustomer: 9, Quantity: each(120), Value: gbp(1200_00), LateReturn: redemption.AcceptLateReturn}, at("2026-06-08")))
	must(l.Forget(at("2026-06-09")))
	ok = append(ok, l.Return("o5/1", "r5/1", redemption.Usage{Quantity: each(1), Value: gbp(7_50)}, at("2026-06-09")))
	held = claim("o4", 200, 1500_00)
	held.Until = at("2026-06-20")
	must(l.Reserve("o4/1", redemption.Claim{Customer: held.Customer, Usage: redemption.Usage{Uses: 1, Quantity: each(1), Value: gbp(7_50)}, Until: held.Until}, at("2026-06-09")))
	if err := errors.Join(ok...); err != nil {
		panic(err)
	}
	return l
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile("testdata/"+name, got, 0o644))
	}
	want, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

func TestGoldens(t *testing.T) {
	l := story()
	state := l.State()
	golden(t, "state.json", append(must(json.MarshalIndent(state, "", "  ")), '\n'))
	var read redemption.State
	require.NoError(t, json.Unmarshal(must(json.Marshal(state)), &read))
	require.Equal(t, state, must(redemption.Restore(read)).State())

	var events bytes.Buffer
	for _, e := range l.Drain().Events {
		events.WriteString(e.EventName() + " ")
		events.Write(e.AppendJSON(nil))
		events.WriteByte('\n')
		require.JSONEq(t, string(must(json.Marshal(e))), string(e.AppendJSON(nil)))
		require.Equal(t, string(must(json.Marshal(e))), string(e.AppendJSON(nil)))
	}
	golden(t, "events.jsonl", events.Bytes())
}

func TestEventsAreWrittenAsEncodingJSONDoes(t *testing.T) {
	full := redemption.Terms{Uses: 1, UsesPerCustomer: 2, OncePerOrder: true, Quantity: each(1), Value: gbp(1), From: at("2026-06-01"), Until: at("2026-06-02"), Policy: "<p>", Moment: "m", LateReturn: "l"}
	usage := redemption.Usage{Uses: 1, Quantity: each(1), Value: gbp(1)}
	move := redemption.Movement{Company: companyID(), Limit: redemption.IDOf(companyID(), "x", "y"), Kind: "<k>", Key: "\"é", Step: "s", Usage: usage, At: at("2026-06-01")}
	for _, e := range []tandem.Event{
		redemption.Opened{}, redemption.Opened{Company: move.Company, Limit: move.Limit, Parent: move.Limit, Customer: customer("a"), Kind: "k", Terms: full, At: move.At},
		redemption.Reserved{}, redemption.Reserved{Company: move.Company, Limit: move.Limit, Kind: "k", Key: "k", Customer: customer("a"), Order: order("o").ID, Asked: usage, Granted: usage, Until: move.At, At: move.At},
		redemption.Committed{}, redemption.Committed{Movement: move}, redemption.Released{Movement: move}, redemption.Expired{Movement: move}, redemption.Returned{Movement: move},
		redemption.TermsChanged{}, redemption.TermsChanged{Company: move.Company, Limit: move.Limit, Kind: "k", Terms: full, At: move.At},
		redemption.Closed{}, redemption.Closed{Company: move.Company, Limit: move.Limit, Kind: "k", Reason: "<r>", At: move.At}, redemption.Reopened{Reason: "r"},
	} {
		require.Equal(t, string(must(json.Marshal(e))), string(e.AppendJSON(nil)), e.EventName())
	}
	require.Equal(t, string(must(json.Marshal(usage))), string(usage.AppendJSON(nil)))
}

func TestNamesAreStrict(t *testing.T) {
	strict(t, redemption.SubjectKinds())
	strict(t, redemption.Policies())
	strict(t, redemption.Moments())
	strict(t, redemption.LateReturns())
	strict(t, redemption.Statuses())
	strict(t, redemption.RedemptionStatuses())
	strict(t, redemption.StepKinds())
}

func strict[E interface {
	~string
	Valid() bool
}, P interface {
	*E
	UnmarshalText(text []byte) error
}](t *testing.T, all []E) {
	t.Helper()
	for _, e := range all {
		var read E
		require.NoError(t, P(&read).UnmarshalText([]byte(e)))
		require.Equal(t, e, read)
		require.True(t, e.Valid())
	}
	for _, bad := range []string{"", string(all[0]) + " "} {
		require.Equal(t, []string{"unknown"}, codes(P(new(E)).UnmarshalText([]byte(bad))))
		require.False(t, E(bad).Valid())
	}
}

// What was damaged is found, whatever it is.
func TestRestoreFindsDamage(t *testing.T) {
	for name, damage := range map[string]func(s *redemption.State){
		"id":            func(s *redemption.State) { s.Subject = "other" },
		"status":        func(s *redemption.State) { s.Redemptions[0].Status = redemption.RedemptionExpired },
		"totals":        func(s *redemption.State) { s.Reserved.Uses++ },
		"totals of use": func(s *redemption.State) { s.Committed.Value = gbp(1) },
		"dimensions":    func(s *redemption.State) { s.Committed.Quantity = tandem.Quantity{} },
		"order":         func(s *redemption.State) { s.Redemptions[0].Key = "zzz" },
		"negative":      func(s *redemption.State) { s.Redemptions[0].Returned.Uses = -1 },
		"returned":      func(s *redemption.State) { s.Redemptions[0].Returned.Quantity = each(13) },
		"unit": func(s *redemption.State) {
			s.Redemptions[0].Granted.Quantity = tandem.QuantityFromMicro(1, tandem.Dozen)
		},
		"customers": func(s *redemption.State) { s.Customers = nil },
		"expiry":    func(s *redemption.State) { s.NextExpiry = at("2026-06-21") },
		"policy":    func(s *redemption.State) { s.Terms.Policy = "" },
		"step":      func(s *redemption.State) { s.Redemptions[0].Steps[0].Key = "" },
		"key":       func(s *redemption.State) { s.Redemptions[0].Key = "a\x00b" },
		"company":   func(s *redemption.State) { s.Company = tandem.CompanyID{} },
	} {
		s := story().State()
		damage(&s)
		_, err := redemption.Restore(s)
		require.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
}

func FuzzState(f *testing.F) {
	f.Add(must(json.Marshal(story().State())))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var s redemption.State
		if json.Unmarshal(data, &s) != nil {
			return
		}
		l, err := redemption.Restore(s)
		if err != nil {
			require.ErrorIs(t, err, tandem.ErrInvalid)
			return
		}
		_, _ = l.Reserve("fuzz", redemption.Claim{Usage: redemption.Usage{Uses: 1, Quantity: s.Terms.Quantity, Value: s.Terms.Value}}, at("2026-06-09"))
		_, err = redemption.Restore(l.State())
		require.NoError(t, err)
	})
}
