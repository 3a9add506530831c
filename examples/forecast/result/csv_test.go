package result_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tandem-go/tandem/examples/forecast/result"
)

// The beginnings that OWASP names for CSV injection, and their wide forms.
func TestNoNameBecomesAFormula(t *testing.T) {
	for name, want := range map[string]string{
		"=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0",
		"+1":                 "'+1",
		"-2+3":               "'-2+3",
		"@SUM(A1)":           "'@SUM(A1)",
		" =1":                "' =1",
		"\t=1":               "'\t=1",
		"\rx":                "'\rx",
		"＝1":                 "'＝1",
		"a=1":                "a=1",
		"":                   "",
		"85123A":             "85123A",
	} {
		assert.Equal(t, want, result.Safe(name))
	}
}

func TestShort(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 0.0123: "0.0123", 0.5: "0.50", 12.34: "12.3", -99.6: "−100", 1234.5: "1,234", 1234567: "1,234,567", -1e6: "−1,000,000", 1.5e15: "1.5e+15",
	} {
		assert.Equal(t, want, result.Short(v))
	}
}
