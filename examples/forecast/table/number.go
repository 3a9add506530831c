package table

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// number reads a number; nothing, NA, NaN and null are a value that is not known. The mark before decimals is the one
// given; marks between thousands are refused, since they would be guessed.
func number(text string, mark byte) (v float64, known bool, fault string) {
	s := strings.TrimSpace(text)
	switch strings.ToLower(s) {
	case "", "na", "nan", "n/a", "null":
		return 0, false, ""
	}
	plain := strings.Replace(s, string(mark), ".", 1)
	if mark == ',' && strings.Contains(s, ".") {
		return 0, false, fmt.Sprintf("%s has a decimal point where a comma is the mark (-decimal point)", clipped(s))
	}
	if strings.Trim(plain, "0123456789+-.eE") == "" {
		if v, err := strconv.ParseFloat(plain, 64); err == nil || math.IsInf(v, 0) {
			if math.Abs(v) > forecast.MaxSize {
				return 0, false, clipped(s) + " is larger than 1e15"
			}
			return v, true, ""
		}
	}
	if mark == '.' && strings.Contains(s, ",") {
		return 0, false, clipped(s) + " is no number such as 1234.5 (no marks between thousands; -decimal comma)"
	}
	return 0, false, fmt.Sprintf("%s is no number such as 1234%c5", clipped(s), mark)
}

// truth reads a mark such as closed: 1, true, yes, x; nothing, 0, false, no.
func truth(text string) (set bool, fault string) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "", "0", "false", "no", "n":
		return false, ""
	case "1", "true", "yes", "y", "x":
		return true, ""
	}
	return false, clipped(text) + " is neither 1 nor 0"
}
