package signal_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/signal"
	"github.com/tandem-go/tandem/integration/insight/signal/quality"
	"github.com/tandem-go/tandem/integration/insight/signal/retention"
	"github.com/tandem-go/tandem/integration/insight/signal/sensing"
)

// One return of 10 units: the rate is 10 %, and may be anything from 0 % to 45 %.
func Example() {
	i := signal.ClopperPearson(1, 10, 0.95)
	fmt.Printf("%.4f to %.4f\n", i.Lower, i.Upper)
	// Output:
	// 0.0025 to 0.4450
}

func product(n int) tandem.ProductID {
	return tandem.DeriveID[tandem.ProductID]("test", fmt.Sprint(n))
}

func document(n int) tandem.DocumentRef {
	return tandem.DocumentRef{Kind: "return", ID: tandem.DeriveID[tandem.ID[any]]("document", fmt.Sprint(n))}
}

func TestSortIsOneOrder(t *testing.T) {
	list := []signal.Signal{
		{Kind: signal.LotQuality, Strength: 0.9, Subject: signal.Subject{Product: product(1)}},
		{Kind: signal.LotQuality, Strength: 0.4, Subject: signal.Subject{Product: product(2)}},
		{Kind: signal.ChurnRisk, Strength: 1},
		{Kind: signal.OfferSuits, Strength: 0.5, Subject: signal.Subject{Code: "a"}},
		{Kind: signal.OfferSuits, Strength: 0.5, Subject: signal.Subject{Code: "b"}},
	}
	rapid.Check(t, func(t *rapid.T) {
		mixed := rapid.Permutation(list).Draw(t, "order")
		signal.Sort(mixed)
		require.Equal(t, list, mixed)
	})
}

func TestAttachKeepsEachDocumentOnce(t *testing.T) {
	var s signal.Signal
	var all []tandem.DocumentRef
	for i := range signal.MaxEvidence + 20 {
		all = append(all, document(i), document(i), tandem.DocumentRef{})
	}
	s.Attach(all)
	require.Len(t, s.Evidence, signal.MaxEvidence)
	require.Equal(t, 20, s.More)
}

// The reasons that are shared are listed by those who give them, each list names each once.
func TestSharedReasonsAreListed(t *testing.T) {
	for _, list := range [][]insight.Reason{sensing.Reasons(), quality.Reasons()} {
		require.Subset(t, list, signal.Reasons())
	}
	for _, list := range [][]insight.Reason{signal.Reasons(), sensing.Reasons(), quality.Reasons(), retention.Reasons()} {
		seen := map[insight.Reason]bool{}
		for _, r := range list {
			require.True(t, r.Valid() && !seen[r], r)
			seen[r] = true
		}
	}
}

func TestNamesAreReadStrictly(t *testing.T) {
	for _, k := range signal.Kinds() {
		text, err := json.Marshal(signal.Signal{Kind: k, Suggestion: signal.Suggestion{Action: signal.Investigate}})
		require.NoError(t, err)
		var back signal.Signal
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, k, back.Kind)
	}
	for _, a := range signal.Actions() {
		require.True(t, a.Valid())
		var back signal.Action
		require.NoError(t, back.UnmarshalText([]byte(a)))
	}
	var k signal.Kind
	require.ErrorIs(t, k.UnmarshalText([]byte("LOT")), tandem.ErrInvalid)
	require.False(t, k.Valid())
}
