// Package answer reads what the answers of package lifetime and those below it say of
// themselves.
package answer

import (
	"slices"

	"github.com/tandem-go/tandem/integration/insight"
)

// Warned says whether a code is among the warnings.
func Warned(list []insight.Warning, code insight.WarningCode) bool {
	return slices.ContainsFunc(list, func(w insight.Warning) bool { return w.Code == code })
}
