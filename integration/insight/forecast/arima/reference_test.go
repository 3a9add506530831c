package arima_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/forecast/arima"
	"github.com/tandem-go/tandem/internal/dataset"
	"github.com/tandem-go/tandem/internal/float"
)

// The mean squared errors that arima(method = "CSS") of R 4.2.2 gives for models
// without an autoregression, where its conditional sum is ours. With one, R leaves
// out the first values and we do not: Lake Huron has R's coefficients (0.767134,
// 0.274405, mean 579.008) put into our sum, 47.2148 over 98 values.
func TestSumsOfSquaresAreRs(t *testing.T) {
	airline := arima.Order{D: 1, Q: 1, SD: 1, SQ: 1, Period: 12}
	quarters := airline
	quarters.Period = 4
	for _, c := range []struct {
		series     string
		logarithms bool
		order      arima.Order
		want       float64
	}{
		{"Nile", false, arima.Order{D: 1, Q: 1, Period: 1}, 20594.67},
		{"austres", false, arima.Order{D: 2, Q: 1, Period: 1}, 101.2849},
		{"USAccDeaths", false, airline, 110330.4},
		{"wineind", false, airline, 5621700},
		{"AirPassengers", true, airline, 0.00138875},
		{"UKgas", true, quarters, 0.01109893},
		{"LakeHuron", false, arima.Order{P: 1, Q: 1, Period: 1, Constant: true}, 47.2148 / 98},
	} {
		var y []float64
		for line := range strings.Lines(string(dataset.Read(t, "classic-series", c.series+".csv"))) {
			_, value, _ := strings.Cut(strings.TrimSpace(line), ",")
			if v, err := strconv.ParseFloat(value, 64); err == nil {
				if c.logarithms {
					v = float.Log(v)
				}
				y = append(y, v)
			}
		}
		m, err := arima.Fit(y, c.order, arima.Config{})
		require.NoError(t, err)
		n := float64(len(y) - c.order.D - c.order.SD*c.order.Period)
		free := float64(len(m.AR) + len(m.MA) + len(m.SMA))
		if c.order.Constant {
			free++
		}
		got := m.Variance * (n - free) / n
		t.Logf("%s %v: R %.7g, ours %.7g", c.series, c.order, c.want, got)
		require.LessOrEqual(t, got, c.want*1.00001, c.series)
	}
}
