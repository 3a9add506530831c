package insight_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/kendall"
)

func TestNamesAreWordsJoinedByUnderscores(t *testing.T) {
	for text, valid := range map[string]bool{"no_history": true, "a": true, "": false, "_": false, "_a": false, "a_": false,
		"a__b": false, "No": false, "a1": false, "a b": false, "é": false} {
		require.Equal(t, valid, insight.WarningCode(text).Valid(), text)
		require.Equal(t, valid, insight.Reason(text).Valid(), text)
		w, l := insight.Warning{Code: "before"}, insight.LeftOut{Reason: "before"}
		errs := map[string]error{"code": json.Unmarshal([]byte(`{"code":"`+text+`"}`), &w), "reason": json.Unmarshal([]byte(`{"reason":"`+text+`"}`), &l)}
		for path, err := range errs {
			if valid {
				require.NoError(t, err)
				continue
			}
			var invalid *tandem.InvalidError
			require.ErrorAs(t, err, &invalid, text)
			require.ErrorIs(t, err, tandem.ErrInvalid, text)
			require.Equal(t, path, invalid.Faults[0].Path, "each by its own name")
		}
		if valid {
			require.Equal(t, text, string(w.Code))
			require.Equal(t, text, string(l.Reason))
		} else {
			require.Equal(t, insight.WarningCode("before"), w.Code, "what is refused changes nothing")
			require.Equal(t, insight.Reason("before"), l.Reason)
		}
	}
}

func TestWhatIsLeftOutIsCountedByReason(t *testing.T) {
	var list []insight.LeftOut
	list = insight.Leave(list, "no_value", 0)
	list = insight.Leave(list, "no_value", -1)
	require.Empty(t, list)
	list = insight.Leave(list, "no_date", 2)
	list = insight.Leave(list, "bad_value", 1)
	list = insight.Leave(list, "no_date", 3)
	list = insight.Leave(list, "late", 4)
	require.Equal(t, []insight.LeftOut{{Reason: "bad_value", Count: 1}, {Reason: "late", Count: 4}, {Reason: "no_date", Count: 5}}, list)
	require.Equal(t, 5, insight.Left(list, "no_date"))
	require.Equal(t, 6, insight.Left(list, "no_date", "bad_value"))
	require.Zero(t, insight.Left(list, "no_value"))
	require.Equal(t, 10, insight.Left(list))
	require.Zero(t, insight.Left(nil))
}

// Leave is to be used as append is.
func TestLeaveWorksInPlace(t *testing.T) {
	list := insight.Leave(nil, "late", 1)
	got := insight.Leave(list, "late", 2)
	require.Equal(t, []insight.LeftOut{{Reason: "late", Count: 3}}, got)
	require.Same(t, &list[0], &got[0])
}

func TestWarned(t *testing.T) {
	list := []insight.Warning{insight.Warn("few", "%d of %d", 1, 2), {Code: "late"}}
	require.Equal(t, insight.Warning{Code: "few", Text: "1 of 2"}, list[0])
	require.True(t, insight.Warned(list, "late"))
	require.False(t, insight.Warned(list, "none"))
	require.False(t, insight.Warned(nil, "late"))
}

// What results say of themselves is shown alike, whichever package answers.
func Example() {
	series := forecast.Series{Bucket: forecast.Month, Values: []float64{12}}
	ahead, err := forecast.SES.Make(series, forecast.Config{Horizon: 1})
	if err != nil {
		panic(err)
	}
	behind, err := kendall.Test(series, kendall.Config{})
	if err != nil {
		panic(err)
	}
	for _, w := range slices.Concat(ahead.Warnings, behind.Warnings) {
		fmt.Printf("%s: %s\n", w.Code, w.Text)
	}
	// Output:
	// short_history: one value: the forecast repeats it
	// fell_back: nothing to estimate: the last value is repeated
	// few_values: fewer than four values: no trend can be told from chance
}
