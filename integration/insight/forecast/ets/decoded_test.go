package ets_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/forecast/ets"
	"github.com/tandem-go/tandem/internal/float"
)

func TestADecodedModelIsTheSame(t *testing.T) {
	y := make([]float64, 40)
	for i := range y {
		y[i] = 50 + float64(i) + []float64{9, -3, 4, -10}[i%4] + float64(i*i%7)
	}
	for _, k := range ets.Kinds(true, true) {
		m, err := ets.Fit(y, 4, k, ets.Config{})
		require.NoError(t, err)
		require.NoError(t, m.Validate())
		text, err := json.Marshal(m)
		require.NoError(t, err)
		var got ets.Model
		require.NoError(t, json.Unmarshal(text, &got))
		require.Equal(t, *m, got)
		require.Equal(t, m.Points(9), got.Points(9))
	}
}

// What is missing of a model is named, and no method panics for it.
func TestABrokenModelIsNamed(t *testing.T) {
	for text, path := range map[string]string{
		`{}`: "kind.error",
		`{"kind":{"error":"additive","trend":"none","season":"additive"},"level":5,"alpha":0.5,"phi":1,"variance":1}`:                           "season",
		`{"kind":{"error":"multiplicative","trend":"none","season":"multiplicative"},"period":4,"season":[1,2],"level":5,"phi":1,"variance":1}`: "season",
		`{"kind":{"error":"additive","trend":"none","season":"none"},"period":1,"variance":-1}`:                                                 "variance",
	} {
		var m ets.Model
		require.NoError(t, json.Unmarshal([]byte(text), &m))
		require.ErrorContains(t, m.Validate(), path, text)
		require.Len(t, m.Points(5), 5)
		m.Variances(5)
		m.TotalVariance(5)
		r := float.NewRandom(1)
		m.Path(make([]float64, 5), &r)
	}
}
