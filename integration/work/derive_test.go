package work_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

// Stored reservations are found by these ids: they must never change.
func TestChildUUIDsAreForEver(t *testing.T) {
	parent := [16]byte{15: 1}
	require.Equal(t, "0e40bec5-f011-8772-90c1-9de793d611f9", string(tandem.AppendUUID(nil, work.ChildUUID(parent, 'r', 1, 0))))
	seen := map[[16]byte]bool{}
	for _, id := range [][16]byte{work.ChildUUID(parent, 'r', 1, 0), work.ChildUUID(parent, 'r', 0, 1), work.ChildUUID(parent, 'm', 1, 0),
		work.ChildUUID([16]byte{15: 2}, 'r', 1, 0)} {
		require.False(t, seen[id])
		seen[id] = true
	}
}

func TestAppendJSONTellsCommandsApartThatCannotBeMarshalled(t *testing.T) {
	require.Equal(t, `x{"n":1}`, string(work.AppendJSON([]byte("x"), struct {
		N int `json:"n"`
	}{1})))
	type odd struct {
		F func() `json:"f"`
		N int
	}
	require.NotEqual(t, work.AppendJSON(nil, odd{N: 1}), work.AppendJSON(nil, odd{N: 2}))
}
