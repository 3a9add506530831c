package churn

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/logistic"
	"github.com/tandem-go/tandem/internal/float"
)

// Words says the risk and its reasons for people: what is known of the customer, and by how
// much it moves the odds of leaving against a typical customer. No risk is called certain:
// above 99 % it is over 99 %, and below 1 % that.
func (r Risk) Words() string {
	out := make([]string, len(r.Reasons))
	for i, c := range r.Reasons {
		out[i] = phrase(c) + ": " + effect(c.LogOdds)
	}
	risk := fmt.Sprintf("%.0f %%", 100*r.Probability)
	switch {
	case r.Probability > 0.99:
		risk = "over 99 %"
	case r.Probability < 0.01:
		risk = "below 1 %"
	}
	if len(out) == 0 {
		return risk
	}
	return risk + ": " + strings.Join(out, "; ")
}

// reasons joins the contributions of features that say one thing, the largest first, at
// most so many.
func reasons(all []logistic.Contribution, most int) []logistic.Contribution {
	leads := map[string]string{
		"tenure": "recency", "mean_gap": "recency", "overdue": "recency", "recent_frequency": "frequency", "spend_trend": "spend",
	}
	values := map[string]string{}
	for _, c := range all {
		values[c.Feature] = c.Value
	}
	var out []logistic.Contribution
	for _, c := range all {
		lead := cmp.Or(leads[c.Feature], c.Feature)
		at := slices.IndexFunc(out, func(o logistic.Contribution) bool { return o.Feature == lead })
		if at < 0 {
			out = append(out, logistic.Contribution{Feature: lead, Value: cmp.Or(values[lead], "unknown")})
			at = len(out) - 1
		}
		out[at].LogOdds += c.LogOdds
		if c.Feature == lead {
			out[at].Typical = c.Typical
		}
	}
	for i := range out {
		gap := values["mean_gap"]
		switch c := &out[i]; {
		case c.Feature != "recency":
		case gap == "" || gap == "unknown":
			c.Value = days(c.Value)
		default:
			c.Value = days(c.Value) + ", " + values["overdue"] + " times the customer's usual gap of " + days(gap)
		}
	}
	slices.SortStableFunc(out, func(a, b logistic.Contribution) int { return cmp.Compare(math.Abs(b.LogOdds), math.Abs(a.LogOdds)) })
	if most > 0 {
		out = out[:min(most, len(out))]
	}
	return out
}

func days(number string) string {
	if number == "1" {
		return "1 day"
	}
	return number + " days"
}

// phrase says a reason with its value; features of the caller keep their names.
func phrase(c logistic.Contribution) string {
	typical := ""
	if c.Typical != "" {
		typical = " (typically " + c.Typical + ")"
	}
	switch c.Feature {
	case "recency":
		if c.Typical != "" {
			typical = ", where " + days(c.Typical) + " of silence are typical"
		}
		return "silent for " + c.Value + typical
	case "frequency":
		return "purchases on " + days(c.Value) + typical
	case "spend":
		return "spend of " + c.Value + typical
	case "returned_share":
		return "returns of " + c.Value + " of the value bought" + typical
	}
	return c.Feature + " " + c.Value + typical
}

func effect(logOdds float64) string {
	factor, word := float.Exp(min(math.Abs(logOdds), 700)), "raises"
	if logOdds < 0 {
		word = "lowers"
	}
	switch {
	case factor < 1.05:
		return "hardly moves the odds of leaving"
	case factor < 100:
		return fmt.Sprintf("%s the odds of leaving %.1f-fold", word, factor)
	}
	return word + " the odds of leaving more than a hundredfold"
}
