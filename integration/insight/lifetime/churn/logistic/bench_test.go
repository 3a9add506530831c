package logistic_test

import (
	"testing"

	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/logistic"
)

// One op = 7,043 customers and their 19 columns coded and fitted with one penalty, or
// with eight by five-fold cross-validation.
func BenchmarkTelco(b *testing.B) {
	table, churned := telco(b)
	for name, penalties := range map[string][]float64{"fit": {0.001}, "validated": nil} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var m *logistic.Model
			for b.Loop() {
				var err error
				if m, err = logistic.Fit(table, churned, logistic.Config{Penalties: penalties, Seed: 1}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(m.Training.AUC, "AUC")
			b.ReportMetric(float64(len(churned))*float64(b.N)/b.Elapsed().Seconds(), "customers/s")
			if m.Validation != nil {
				b.ReportMetric(m.Validation.FoldAUC, "validated-AUC")
			}
		})
	}
}
