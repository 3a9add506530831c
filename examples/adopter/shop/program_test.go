package shop_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/examples/adopter/shop"
	"github.com/tandem-go/tandem/integration/work"
)

func TestArguments(t *testing.T) {
	for _, c := range []struct {
		args   []string
		code   int
		ran    string
		stderr string
	}{
		{nil, 0, "shop.db", ""},
		{[]string{"other.db"}, 0, "other.db", ""},
		{[]string{"broken.db"}, 1, "broken.db", "mugs: cannot be opened\n"},
		{[]string{"-h"}, 0, "", "Usage: mugs [file], which is shop.db where none is given\n"},
		{[]string{"one", "two"}, 2, "", "mugs: unexpected argument \"two\"\n"},
		{[]string{"-file", "x"}, 2, "", "flag provided but not defined: -file\nUsage: mugs [file], which is shop.db where none is given\n"},
	} {
		ran := ""
		p := shop.Program{Name: "mugs", File: "shop.db", Run: func(_ context.Context, path string, _ work.Clock, _ io.Writer) error {
			if ran = path; path == "broken.db" {
				return errors.New("cannot be opened")
			}
			return nil
		}}
		var errs strings.Builder
		require.Equal(t, c.code, p.Main(t.Context(), c.args, io.Discard, &errs), c.args)
		require.Equal(t, c.ran, ran, c.args)
		require.Equal(t, c.stderr, errs.String(), c.args)
	}
}
