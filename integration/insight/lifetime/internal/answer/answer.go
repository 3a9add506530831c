// Package answer reads what the answers of package lifetime and those below it say of
// themselves.
package answer

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem/integration/insight"
)

// Warned says whether a code is among the warnings.
func Warned(list []insight.Warning, code insight.WarningCode) bool {
	return slices.ContainsFunc(list, func(w insight.Warning) bool { return w.Code == code })
}

// InOrder gives what was left out in the order of the reasons, which is not that of the
// rows, in a list of its own.
func InOrder(list []insight.LeftOut) []insight.LeftOut {
	return slices.SortedFunc(slices.Values(list), func(a, b insight.LeftOut) int { return cmp.Compare(a.Reason, b.Reason) })
}

// Total gives how many were left out for any reason.
func Total(list []insight.LeftOut) int {
	n := 0
	for _, l := range list {
		n += l.Count
	}
	return n
}
