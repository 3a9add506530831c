package rebate_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	. "github.com/tandem-go/tandem/pricing/rebate"
)

var update = flag.Bool("update", false, "write the golden files")

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

// story gives an agreement that has seen everything, and what its last command did.
func story(t *testing.T) (*Agreement, []Result) {
	var results []Result
	ok := func(r Result, err error) {
		t.Helper()
		require.NoError(t, err)
		results = append(results, r)
	}
	a := agree(t, late(kept(perUnit(BackToFirstUnit))))
	ok(a.Estimate(outcomes(ExpectedValue, 80, 90, 50, 120, 30, 250, 20), first, at(0)))
	sold := sale("o1/1", 10, volume(60, 600_00))
	sold.Line = tandem.LineRef{Document: tandem.RefTo("sales_order", tandem.DeriveID[tandem.ID[any]]("o", "1"), "SO-1"), Line: 1}
	ok(a.Record(sold))
	ok(a.Record(back("r1/1", "o1/1", 20, volume(10, 100_00))))
	ok(a.Estimate(Likely(volume(220, 0)), on(40), at(40)))
	n, err := a.Forget(on(31))
	require.NoError(t, err)
	require.Equal(t, 2, n)
	sold.Key, sold.Volume, sold.Effective, sold.Recorded = "o2/1", volume(170, 1_700_00), on(50), at(51)
	ok(a.Record(sold))
	ok(a.Record(sold))
	loose := back("r1/2", "o1/1", 60, volume(5, 50_00))
	loose.Counts = true
	ok(a.Record(loose))
	other := sale("o3/1", 70, volume(1, 5_00))
	other.Counts = false
	ok(a.Record(other))
	ok(a.TrueUp(last, at(366)))
	ok(a.Settle("CN-1", last, at(367)))
	ok(a.Record(back("r2/1", "o2/1", 380, volume(20, 200_00))))
	return a, results
}

func TestGoldens(t *testing.T) {
	a, results := story(t)
	golden(t, "state.json", append(indented(t, a.State()), '\n'))
	var read AgreementState
	text, err := json.Marshal(a.State())
	require.NoError(t, err)
	require.NoError(t, tandem.DecodeJSON(text, &read))
	again, err := RestoreAgreement(read)
	require.NoError(t, err)
	require.Equal(t, a.State(), again.State())

	values := agree(t, byValue(Marginal)) // an amount where the other has a quantity
	_, err = values.Estimate(Likely(Volume{Value: gbp(6_000_00)}), first, at(0))
	require.NoError(t, err)
	_, err = values.Record(sale("s", 1, Volume{Quantity: each(1), Value: gbp(1_500_00)}))
	require.NoError(t, err)
	golden(t, "state_value.json", append(indented(t, values.State()), '\n'))

	golden(t, "results.json", append(indented(t, results), '\n'))
	shares, err := a.Shares(gbp(100_00))
	require.NoError(t, err)
	golden(t, "shares.json", append(indented(t, shares), '\n'))

	var events bytes.Buffer
	for _, e := range append(a.Drain().Events, values.Drain().Events...) {
		events.WriteString(e.EventName() + " ")
		events.Write(e.AppendJSON(nil))
		events.WriteByte('\n')
		want, err := json.Marshal(e)
		require.NoError(t, err)
		require.Equal(t, string(want), string(e.AppendJSON(nil)))
	}
	golden(t, "events.jsonl", events.Bytes())
}

func indented(t *testing.T, v any) []byte {
	out, err := json.MarshalIndent(v, "", "  ")
	require.NoError(t, err)
	return out
}
