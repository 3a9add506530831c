package churn_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/lifetime/churn"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/logistic"
)

// e^0.0487 is 1.0499, e^0.0489 is 1.0501.
func TestWordsOfARisk(t *testing.T) {
	for words, r := range map[string]churn.Risk{
		"50 %":      {Probability: 0.5},
		"99 %":      {Probability: 0.99},
		"over 99 %": {Probability: 0.9901},
		"1 %":       {Probability: 0.01},
		"below 1 %": {Probability: 0.0099},
		"over 99 %: silent for 566 days, where 64.3 days of silence are typical: raises the odds of leaving more than a hundredfold": {
			Probability: 1, Reasons: []logistic.Contribution{{Feature: "recency", Value: "566 days", Typical: "64.3", LogOdds: 9}},
		},
		"below 1 %: silent for 1 day: lowers the odds of leaving 1.1-fold; purchases on 1 day (typically 3): hardly moves the odds of leaving": {
			Reasons: []logistic.Contribution{
				{Feature: "recency", Value: "1 day", LogOdds: -0.0489}, {Feature: "frequency", Value: "1", Typical: "3", LogOdds: 0.0487},
			},
		},
	} {
		require.Equal(t, words, r.Words())
	}
}
