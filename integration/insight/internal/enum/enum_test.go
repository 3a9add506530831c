package enum_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
)

type colour string

func TestDecode(t *testing.T) {
	list := []colour{"red", "light_blue"}
	for _, want := range list {
		var got colour
		require.NoError(t, enum.Decode(&got, []byte(want), "colour", list))
		require.Equal(t, want, got)
	}
	for _, text := range []string{"", " ", "Red", "red ", "blue", "red, light_blue"} {
		got := colour("light_blue")
		err := enum.Decode(&got, []byte(text), "colour", list)
		require.Equal(t, colour("light_blue"), got, "what is refused changes nothing")
		require.ErrorIs(t, err, tandem.ErrInvalid)
		var invalid *tandem.InvalidError
		require.True(t, errors.As(err, &invalid))
		require.Equal(t, "insight", invalid.Subject, "whichever package the enumeration is of")
		require.Equal(t, []tandem.Fault{{Code: "colour", Path: "colour", Message: "must be one of red, light_blue"}}, invalid.Faults)
	}
}
