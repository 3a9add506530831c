package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
)

type fixed struct{}

func (fixed) Now() tandem.Instant {
	return tandem.InstantOf(time.Date(2011, 6, 1, 9, 0, 0, 0, time.UTC))
}

// By hand: 12 mugs at 6.50 are 78.00, with 20 % VAT 93.60; 88 of 100 are left. The
// journal has the opening stock, the delivery, the invoice and the payment.
const printed = `traded: SO-000001 → INV-2011-000001 93.60 GBP → PY-000001 93.60 GBP
read again: SO-000001 invoiced
on hand: 88 EA
journal: JE-000001 OS-000001 2 lines
journal: JE-000002 DN-000001 4 lines
journal: JE-000003 INV-2011-000001 3 lines
journal: JE-000004 PY-000001 2 lines
events: 12
`

// What was traded is read again from the closed file; run once more, the commands
// give their first results and nothing happens twice.
func TestFromQuoteToCashInAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trade.bolt")
	for range 2 {
		var out strings.Builder
		require.NoError(t, run(t.Context(), path, fixed{}, &out))
		require.Equal(t, printed, out.String())
	}
}

func TestTheFileThatIsMade(t *testing.T) {
	t.Chdir(t.TempDir())
	var out, errs strings.Builder
	require.Equal(t, 0, program.Main(t.Context(), nil, &out, &errs), errs.String())
	require.FileExists(t, "trade.bolt")
	require.Equal(t, 1, program.Main(t.Context(), []string{filepath.Join("no", "folder")}, &out, &errs))
	require.Contains(t, errs.String(), "engine: ")
}
