package tandem_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
)

func TestErrorsMatchTheirSentinels(t *testing.T) {
	for _, x := range []struct {
		err  error
		want error
		text string
	}{
		{&tandem.NotFoundError{Kind: "order", Key: "1"}, tandem.ErrNotFound, "order 1 not found"},
		{&tandem.ConflictError{Kind: "order", Key: "1", Want: 2, Got: 3}, tandem.ErrConflict, "order 1 was changed: revision 2 expected, 3 found"},
		{&tandem.DuplicateError{Kind: "order", Index: "number", Key: "7"}, tandem.ErrDuplicate, "order: number 7 exists already"},
		{&tandem.RefusedError{Command: "ship", Subject: "order 1", Code: "c", Reason: "why"}, tandem.ErrNotAllowed, "ship of order 1 refused: why (c)"},
		{&tandem.RefusedError{Command: "ship", Subject: "order 1", State: "draft", Code: "c", Reason: "why"}, tandem.ErrNotAllowed, "ship of order 1 (draft) refused: why (c)"},
		{&tandem.InvalidError{Subject: "order", Faults: []tandem.Fault{{Code: "c", Message: "bad"}, {Code: "d", Path: "x", Message: "worse"}}}, tandem.ErrInvalid, "order is invalid: bad (c); x: worse (d)"},
	} {
		wrapped := fmt.Errorf("while testing: %w", x.err)
		for _, sentinel := range []error{tandem.ErrNotFound, tandem.ErrConflict, tandem.ErrInvalid, tandem.ErrNotAllowed, tandem.ErrInsufficient, tandem.ErrDuplicate, tandem.ErrUnknown, tandem.ErrUnsupported} {
			require.Equal(t, sentinel == x.want, errors.Is(wrapped, sentinel), "%v is %v", x.err, sentinel)
		}
		require.Equal(t, x.text, x.err.Error())
	}
	require.ErrorIs(t, &tandem.DuplicateError{Raced: true}, tandem.ErrConflict)
}

func TestCheckCollectsAllFaults(t *testing.T) {
	var inner tandem.Check
	inner.Add("a", "", "itself")
	inner.Add("b", "name", "its name")
	inner.Add("c", tandem.Path("", 2), "its third")
	var c tandem.Check
	require.True(t, c.OK() && c.Err("x") == nil)
	require.True(t, c.Require(true, "", "", ""))
	require.False(t, c.Require(false, "z", "top", "wrong"))
	c.Nested(tandem.Path("lines", 3), inner.Err("line"))
	c.Nested("", inner.Err("line"))
	c.Nested("part", nil)
	c.Nested("part", errors.New("boom"))
	var invalid *tandem.InvalidError
	require.ErrorAs(t, c.Err("order"), &invalid)
	var paths []string
	for _, f := range invalid.Faults {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{"top", "lines[3]", "lines[3].name", "lines[3][2]", "", "name", "[2]", "part"}, paths)
	for range 100 {
		c.Add("many", "p", "m")
	}
	require.True(t, strings.HasSuffix(c.Err("order").Error(), "; and 88 more"), c.Err("order").Error())
}
