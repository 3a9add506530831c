package forecast

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/model"
)

// combinationMembers are the members of the default combination.
func combinationMembers() []Method {
	return []Method{Theta, DampedHolt, ETS, OptimisedTheta, ARIMA}
}

// members are those asked for, or the default ones.
func members(p *history.Prepared, c Config) []Method {
	switch {
	case len(c.Members) > 0:
		return c.Members
	case p.Sparse():
		return []Method{IMAPA} // itself a mean, over block lengths
	}
	return combinationMembers()
}

// combine takes the members asked for. What stands in for one that has no answer
// stands in for it here too, and each keeps its weight: of four values ARIMA alone
// would make the mean, and does not know their level. Nil says that none answers.
func (k *fitter) combine(list []Method) *model.Combined {
	out, answers := &model.Combined{}, 0
	for _, m := range list {
		at, fit := k.standIn(m)
		if at == m {
			answers++
		} else {
			out.Warnings = append(out.Warnings, insight.Warning{Code: FellBack,
				Text: fmt.Sprintf("%s has no answer for these values; %s stands in, as a member of the mean", m, at)})
		}
		out.Members, out.Names = append(out.Members, fit), append(out.Names, string(at))
	}
	if answers == 0 {
		return nil
	}
	return out
}
