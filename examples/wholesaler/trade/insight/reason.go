package insight

import (
	"fmt"
	"math"
	"strings"

	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/logistic"
	"github.com/tandem-go/tandem/internal/float"
)

// because says what moves a customer's risk most, each with what it does to the odds.
func because(reasons []logistic.Contribution) string {
	if len(reasons) == 0 {
		return "as all customers: nothing tells them apart"
	}
	var list []string
	for _, c := range reasons {
		list = append(list, fmt.Sprintf("%s (odds %s)", told(c), odds(c.LogOdds)))
	}
	return strings.Join(list, "; ")
}

// odds writes a factor of the odds.
func odds(log float64) string {
	sign := "×"
	if log < 0 {
		sign = "÷"
	}
	factor := float.Exp(min(math.Abs(log), 10))
	if factor > 100 {
		return sign + "\u00a0more than 100"
	}
	return fmt.Sprintf("%s\u00a0%.1f", sign, factor)
}

// told says what a feature of a customer is, beside what is typical.
func told(c logistic.Contribution) string {
	if c.Value == "unknown" {
		return "bought on one day only"
	}
	typical := fmt.Sprintf(" (typical %s)", c.Typical)
	days := c.Value + " days"
	if c.Value == "1" {
		days = "1 day"
	}
	switch c.Feature {
	case "recency":
		return "last bought " + days + " ago" + typical
	case "frequency":
		return "bought on " + days + typical
	case "recent_frequency":
		return "bought on " + days + fmt.Sprintf(" of the last %d", churnDays) + typical
	case "tenure":
		return "known for " + days + typical
	case "mean_gap":
		return "a gap of " + days + typical
	case "overdue":
		return "away for " + c.Value + " times that gap" + typical
	case "spend":
		return "margin so far £" + c.Value + typical
	case "spend_trend":
		return "spending trend " + c.Value + " from −1 to 1" + typical
	case "returned_share":
		return "share given back " + c.Value + typical
	}
	return strings.ReplaceAll(c.Feature, "_", " ") + " " + c.Value + typical
}
