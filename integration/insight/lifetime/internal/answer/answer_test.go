package answer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/lifetime/internal/answer"
)

func TestWarned(t *testing.T) {
	list := []insight.Warning{{Code: "few"}, {Code: "late"}}
	require.True(t, answer.Warned(list, "late"))
	require.False(t, answer.Warned(list, "none"))
	require.False(t, answer.Warned(nil, "late"))
}

func TestLeftOut(t *testing.T) {
	list := []insight.LeftOut{{Reason: "no_value", Count: 2}, {Reason: "no_date", Count: 3}}
	ordered := answer.InOrder(list)
	require.Equal(t, []insight.LeftOut{{Reason: "no_date", Count: 3}, {Reason: "no_value", Count: 2}}, ordered)
	require.Equal(t, insight.Reason("no_value"), list[0].Reason, "the list itself stays as it is")
	ordered[1].Count = 9
	require.Equal(t, 5, answer.Total(list))
	require.Empty(t, answer.InOrder(nil))
	require.Zero(t, answer.Total(nil))
}
