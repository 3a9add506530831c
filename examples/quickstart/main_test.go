package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// By hand: 12 mugs at 6.50 are 78.00, with 20 % VAT 93.60; 12 of 100 that are
// worth 240.00 cost 28.80.
func TestFromQuoteToCash(t *testing.T) {
	read, write, err := os.Pipe()
	require.NoError(t, err)
	stdout := os.Stdout
	os.Stdout = write
	year := time.Now().UTC().Year()
	main()
	os.Stdout = stdout
	require.NoError(t, write.Close())
	printed, err := io.ReadAll(read)
	require.NoError(t, err)
	assert.Equal(t, fmt.Sprintf(`QU-000001 78.00 GBP → SO-000001 12 EA reserved → DN-000001 28.80 GBP of cost
INV-%d-000001 78.00 GBP + 15.60 GBP VAT → PY-000001 93.60 GBP
`, year), string(printed))
}

func TestItIsShort(t *testing.T) {
	source, err := os.ReadFile("main.go")
	require.NoError(t, err)
	assert.LessOrEqual(t, strings.Count(string(source), "\n"), 80)
}
