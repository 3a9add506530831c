package intermittent_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/forecast/intermittent"
	"github.com/tandem-go/tandem/internal/float"
)

func TestADecodedModelIsTheSame(t *testing.T) {
	for _, y := range [][]float64{{0, 4, 0, 0, 2, 0, 7}, {0, 0, 0}, {}} {
		for _, method := range intermittent.Methods() {
			m, err := intermittent.Fit(y, method, 0)
			require.NoError(t, err)
			require.NoError(t, m.Validate())
			text, err := json.Marshal(m)
			require.NoError(t, err)
			var got intermittent.Model
			require.NoError(t, json.Unmarshal(text, &got))
			require.Equal(t, *m, got)
		}
	}
}

// Without the sizes seen, every demand has the mean size; without that there is none. What is missing is named.
func TestAModelWithoutSizes(t *testing.T) {
	m := intermittent.Model{Method: intermittent.SBA, Rate: 2, MeanSize: 4, Probability: 0.5, Class: intermittent.Lumpy}
	require.ErrorContains(t, m.Validate(), "sizes")
	r, out, sum := float.NewRandom(1), make([]float64, 10), 0.0
	for range 20_000 {
		m.Path(out, &r)
		for _, v := range out {
			require.True(t, v == 0 || v >= 4)
			sum += v / 200_000
		}
	}
	require.InEpsilon(t, 2, sum, 0.2)
	require.InDelta(t, 0.5*16-4, m.Variance(), 1e-12)
	m = intermittent.Model{Rate: 2}
	m.Path(out, &r)
	require.Equal(t, make([]float64, 10), out)
	require.Zero(t, m.Variance())
	require.ErrorContains(t, m.Validate(), "method")
}

func TestClassesAreReadStrictly(t *testing.T) {
	for _, c := range intermittent.Classes() {
		var got intermittent.Class
		require.NoError(t, got.UnmarshalText([]byte(c)))
		require.Equal(t, c, got)
		require.True(t, c.Valid())
	}
	var c intermittent.Class
	require.Error(t, c.UnmarshalText([]byte("Lumpy")))
	require.False(t, c.Valid())
}
