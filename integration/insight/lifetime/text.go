package lifetime

import (
	"strconv"
	"strings"
)

// text joins words and numbers; floats have the digits that tell them apart in a
// sentence.
func text(parts ...any) string {
	var b strings.Builder
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			b.WriteString(p)
		case int:
			b.WriteString(strconv.Itoa(p))
		case float64:
			b.WriteString(strconv.FormatFloat(p, 'f', 1, 64))
		}
	}
	return b.String()
}
