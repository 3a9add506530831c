package forecast_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/internal/dataset"
)

// known is a history and what came after it.
type known struct{ before, after []float64 }

// retailDays reads the pieces sold by product and trading day of Online Retail from the product's first sale to three
// dates, and the 16 trading days after each. Of the products with three sales before it is every so manieth.
func retailDays(t testing.TB, every int) (list []known) {
	r := csv.NewReader(bytes.NewReader(dataset.Read(t, "online-retail", "online-retail.csv.gz")))
	r.ReuseRecord = true
	_, err := r.Read()
	require.NoError(t, err)
	var days []string
	type sale struct {
		day    int
		pieces float64
	}
	sales := map[string][]sale{}
	for {
		row, err := r.Read()
		if err != nil {
			break
		}
		pieces, _ := strconv.ParseFloat(row[3], 64)
		if day := row[4][:10]; len(days) == 0 || days[len(days)-1] != day { // in order of time
			days = append(days, strings.Clone(day))
		}
		if !strings.HasPrefix(row[0], "C") && pieces > 0 {
			code := strings.Clone(row[1])
			sales[code] = append(sales[code], sale{len(days) - 1, pieces})
		}
	}
	require.True(t, slices.IsSorted(days))
	codes := make([]string, 0, len(sales))
	for code := range sales {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	const ahead = 16
	for _, date := range []string{"2011-05-03", "2011-08-01", "2011-10-17"} {
		cut, _ := slices.BinarySearch(days, date)
		for i := 0; i < len(codes); i += every {
			first, count, y := sales[codes[i]][0].day, 0, make([]float64, len(days))
			for _, s := range sales[codes[i]] {
				y[s.day] += s.pieces
				if s.day < cut {
					count++
				}
			}
			if count >= 3 {
				list = append(list, known{y[first:cut], y[cut : cut+ahead]})
			}
		}
	}
	return list
}

func partMonths(t testing.TB) (list []known) {
	for _, y := range readParts(t) {
		list = append(list, known{y[:39], y[39:]})
	}
	return list
}

// calibration is how often what came stayed within the quantiles of 90, 95 and 99 %, and how the expected sum compares.
type calibration struct {
	within         [3]float64
	expected, came float64
}

func calibrate(t testing.TB, list []known, s forecast.Series, m forecast.Method, ahead ...int) []calibration {
	var leads []forecast.LeadTime
	for _, n := range ahead {
		leads = append(leads, forecast.FixedLeadTime(n))
	}
	all, n := make([]calibration, len(ahead)), float64(len(list))
	for i, k := range list {
		s.Values = k.before
		fit, err := m.Fit(s, forecast.Config{NonNegative: true, Paths: 500, Seed: uint64(i)})
		require.NoError(t, err)
		demands, err := fit.Demands(leads...)
		require.NoError(t, err)
		for j, d := range demands {
			sum := 0.0
			for _, v := range k.after[:ahead[j]] {
				sum += v
			}
			all[j].expected += d.Mean() / n
			all[j].came += sum / n
			for q, p := range []float64{0.9, 0.95, 0.99} {
				if sum <= d.Quantile(p) {
					all[j].within[q] += 1 / n
				}
			}
		}
	}
	for j, c := range all {
		t.Logf("%-6s %2d ahead: 90 %% %.3f 95 %% %.3f 99 %% %.3f; expected %.2f, came %.2f", m, ahead[j], c.within[0], c.within[1], c.within[2], c.expected, c.came)
	}
	return all
}

// Of what came, the shares within the quantiles of 90, 95 and 99 % of the demand over 3, 6 and 12 months.
func TestCalibrationCarParts(t *testing.T) {
	if each > 1 {
		t.Skip("one goroutine: nothing to race, and slow")
	}
	list := partMonths(t)
	for m, least := range map[forecast.Method][3]float64{
		forecast.IMAPA: {0.9, 0.945, 0.975}, forecast.TSB: {0.895, 0.94, 0.97}, forecast.SES: {0.84, 0.91, 0.96}, forecast.Auto: {0.89, 0.935, 0.97},
	} {
		for _, c := range calibrate(t, list, forecast.Series{Bucket: forecast.Month, Season: 12}, m, 3, 6, 12) {
			for q, p := range []float64{0.9, 0.95, 0.99} {
				require.Greater(t, c.within[q], least[q], m)
				require.Less(t, c.within[q], p+0.03, m)
			}
		}
	}
}

// The same on other data, on which the wandering of rates and the mean of two methods were looked at, too: demand by product over 16 trading days. It grows towards Christmas, and single
// orders exceed all that was seen, so that less is within; these bounds keep what is reached.
func TestCalibrationOnlineRetail(t *testing.T) {
	if each > 1 {
		t.Skip("one goroutine: nothing to race, and slow")
	}
	list := retailDays(t, 8)
	require.Greater(t, len(list), 1000)
	for _, m := range []forecast.Method{forecast.IMAPA, forecast.TSB, forecast.SES, forecast.Auto} {
		c := calibrate(t, list, forecast.Series{Bucket: forecast.Day, Season: 6}, m, 16)[0]
		require.Greater(t, c.within[0], 0.82, m)
		require.Greater(t, c.within[1], 0.88, m)
		require.Greater(t, c.within[2], 0.935, m)
		require.InEpsilon(t, c.came, c.expected, 0.25, m)
	}
}
