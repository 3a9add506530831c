package churn_test

import (
	"testing"

	"github.com/tandem-go/tandem/integration/insight/lifetime/churn"
)

// One op = the risk of 4,338 customers from 397,884 transactions: three cuts, eight
// penalties by five-fold cross-validation, calibration.
func BenchmarkOnlineRetail(b *testing.B) {
	sales, _ := online(b)
	b.ReportAllocs()
	b.ResetTimer()
	var a churn.Assessment
	for b.Loop() {
		var err error
		if a, err = churn.Assess(sales, nil, churn.Config{Seed: 1}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(a.Uncalibrated.AUC, "AUC")
	b.ReportMetric(a.Calibrated.Brier, "Brier")
	b.ReportMetric(100*a.Calibrated.CalibrationError, "%calibration-error")
}
