package churn_test

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn"
	"github.com/tandem-go/tandem/internal/dataset"
)

// online gives the usual sales subset of Online Retail, 397,884 rows, and beside it
// the returns of known customers.
func online(t testing.TB) (sales, returns []churn.Transaction) {
	r := csv.NewReader(bytes.NewReader(dataset.Read(t, "online-retail", "online-retail.csv.gz")))
	rows, err := r.ReadAll()
	require.NoError(t, err)
	for _, row := range rows[1:] {
		quantity, err := strconv.Atoi(row[3])
		require.NoError(t, err)
		price, err := strconv.ParseFloat(row[5], 64)
		require.NoError(t, err)
		if row[6] == "" || price <= 0 {
			continue
		}
		day, err := tandem.ParseDate(row[4][:10])
		require.NoError(t, err)
		line := churn.Transaction{Customer: row[6], Date: day, Value: float64(quantity) * price}
		switch cancelled := strings.HasPrefix(row[0], "C"); {
		case !cancelled && quantity > 0:
			sales = append(sales, line)
		case cancelled:
			line.Returned = true
			returns = append(returns, line)
		}
	}
	return sales, returns
}

// Aim: 0.737 out of time, for "no purchase in the next 90 days".
func TestOnlineRetail(t *testing.T) {
	sales, returns := online(t)
	require.Len(t, sales, 397_884)
	for _, with := range []bool{false, true} {
		rows := sales
		if with {
			rows = append(rows[:len(rows):len(rows)], returns...)
		}
		config := churn.Config{Seed: 1}
		if with { // spares the search
			config.Penalties = []float64{0.003, 0.001}
		}
		a, err := churn.Assess(rows, nil, config)
		require.NoError(t, err)
		for _, cut := range append(a.Training, *a.Test) {
			t.Logf("cut %s to %s: %d customers, %d churned", cut.Date, cut.Until, cut.Customers, cut.Churned)
		}
		v := a.Model.Validation
		t.Logf("penalty %g; cross-validated AUC %.4f; out of time %.4f (%.4f to %.4f)",
			a.Model.Penalty, v.Figures.AUC, a.Uncalibrated.AUC, a.Uncalibrated.AUCLower, a.Uncalibrated.AUCUpper)
		t.Logf("Brier %.4f, calibration error %.4f; by %s %.4f, %.4f, AUC %.4f", a.Uncalibrated.Brier, a.Uncalibrated.CalibrationError,
			a.Map.Method, a.Calibrated.Brier, a.Calibrated.CalibrationError, a.Calibrated.AUC)
		for _, b := range a.Calibrated.Reliability {
			t.Logf("said %.3f, came %.3f (%d)", b.Mean, b.Observed, b.Rows)
		}
		require.GreaterOrEqual(t, a.Uncalibrated.AUC, 0.737)
		require.Less(t, a.Calibrated.CalibrationError, 0.025)
		require.LessOrEqual(t, a.Calibrated.LogLoss, a.Uncalibrated.LogLoss)
		require.Less(t, a.Calibrated.Brier, a.Uncalibrated.Brier)
		require.Len(t, a.Risks, 4338)
		require.Equal(t, with, a.Returned > 0)
		// Windows touch and never overlap, and the test lies behind them all.
		require.Equal(t, a.Training[0].Until, a.Test.Date)
		require.Equal(t, a.Training[1].Until, a.Training[0].Date)
		require.Equal(t, a.Test.Until, a.AsOf)
		t.Log(a.Risks[0].Words())
		t.Log(a.Trials, a.Warnings)
	}
}
