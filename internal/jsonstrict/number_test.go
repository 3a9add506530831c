package jsonstrict_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/internal/jsonstrict"
)

// A json.Number is a string for Go, and a number for JSON: what is none is a fault, in quotes, too.
func TestANumberInQuotesIsReadAsOneOrRefused(t *testing.T) {
	limits := jsonstrict.Limits{Bytes: 1000, Depth: 8, Number: 20, Faults: 10}
	for text, faulty := range map[string]bool{`{"n":12.5}`: false, `{"n":"twelve"}`: true, `{"n":"\u0061"}`: true} {
		var into struct {
			N json.Number `json:"n"`
		}
		faults := jsonstrict.Decode([]byte(text), &into, limits, nil)
		require.Equal(t, faulty, len(faults) > 0, "%s: %v", text, faults)
	}
}
