package tandem

import (
	"errors"
	"reflect"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/tandem-go/tandem/internal/jsonstrict"
)

// DecodeJSON decodes JSON that comes from outside into what a pointer points to.
// It is strict where encoding/json is not: a key that is given twice (at any
// depth), that is not known, or that differs in case is a fault; so are an
// exponent, a number of more than [MaxNumberText] characters, text that is not
// Unicode, a null where Go has no nil, and anything behind the one value. More
// than [MaxJSONBytes] or [MaxJSONDepth] levels are refused.
//
// The error is an [InvalidError] with all faults (up to [MaxJSONFaults]), each
// with the path of its field, `lines[2].quantity`. A fault repeats nothing of the
// input but keys that look like names. On error the target is as it was before;
// otherwise it is replaced as a whole.
//
// Tags are those of encoding/json; the option `string` is not supported.
func DecodeJSON(data []byte, into any) error {
	limits := jsonstrict.Limits{Bytes: MaxJSONBytes, Depth: MaxJSONDepth, Number: MaxNumberText, Faults: MaxJSONFaults}
	var c Check
	for _, f := range jsonstrict.Decode(data, into, limits, decodeDecimal) {
		code, message := f.Code, f.Message
		var invalid *InvalidError
		var arithmetic arithmeticError
		switch {
		case errors.As(f.Err, &invalid) && len(invalid.Faults) > 0:
			for _, inner := range invalid.Faults { // of one text: the path within it says nothing
				c.Add(inner.Code, f.Path, inner.Message)
			}
			continue
		case errors.As(f.Err, &arithmetic):
			code, message = "number", strings.TrimPrefix(arithmetic.Error(), "tandem: ")
		}
		c.Add(code, f.Path, message)
	}
	return c.Err("JSON")
}

// decodeDecimal reads a host's decimals, as a string or a number, by the grammar
// of all numbers: its own decoder takes exponents.
func decodeDecimal(raw []byte, into reflect.Value) (handled bool, err error) {
	target, ok := into.Addr().Interface().(*decimal.Decimal)
	if !ok {
		return false, nil
	}
	text := strings.TrimSuffix(strings.TrimPrefix(string(raw), `"`), `"`)
	if len(text) > MaxNumberText || strings.Trim(text, "-.0123456789") != "" {
		return true, ErrSyntax
	}
	parsed, err := decimal.NewFromString(text)
	if err != nil {
		return true, ErrSyntax
	}
	*target = parsed
	return true, nil
}
