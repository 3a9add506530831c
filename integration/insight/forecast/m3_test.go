package forecast_test

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// m3Series is a series of the M3 competition.
type m3Series struct {
	period      string
	season      int
	bucket      forecast.Bucket
	train, test []float64
}

func dataFile(name ...string) string {
	root := os.Getenv("TANDEM_DATA")
	if root == "" {
		root = "/work/shared/data"
	}
	return filepath.Join(append([]string{root}, name...)...)
}

// readM3 reads the competition, or skips with a word: it comes from a GPL package
// and stays out of the project.
func readM3(t testing.TB) []m3Series {
	t.Helper()
	file, err := os.Open(dataFile("m3", "m3.csv.gz"))
	if err != nil {
		t.Skipf("the M3 series are not here: %v", err)
	}
	defer file.Close()
	packed, err := gzip.NewReader(file)
	require.NoError(t, err)
	var all []m3Series
	lines := bufio.NewScanner(packed)
	lines.Buffer(nil, 1<<20)
	lines.Scan()
	for lines.Scan() {
		f := strings.Split(lines.Text(), ",")
		var y []float64
		for _, v := range strings.Split(f[7], ";") {
			x, err := strconv.ParseFloat(v, 64)
			require.NoError(t, err)
			y = append(y, x)
		}
		season, err := strconv.Atoi(f[4])
		require.NoError(t, err)
		if f[6] == "train" {
			bucket := map[int]forecast.Bucket{1: forecast.Year, 4: forecast.Quarter, 12: forecast.Month}[season]
			all = append(all, m3Series{period: f[1], season: season, bucket: bucket, train: y})
		} else {
			all[len(all)-1].test = y
		}
	}
	require.Len(t, all, 3003)
	return all
}

// score sums a method's errors over a period.
type score struct {
	n, covered, steps int
	smape, mase       float64
}

// evaluate forecasts every step-th series with a method, on all cores.
func evaluate(t testing.TB, all []m3Series, step int, m forecast.Method, c forecast.Config) map[string]score {
	results := make([]forecast.Accuracy, len(all))
	covered := make([]int, len(all))
	var next atomic.Int64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for {
				i := int(next.Add(1)-1) * step
				if i >= len(all) {
					return
				}
				s := all[i]
				config := c
				config.Horizon = len(s.test)
				config.Levels = []float64{0.95}
				f, err := m.Make(forecast.Series{Bucket: s.bucket, Season: s.season, Values: s.train}, config)
				if err != nil {
					t.Error(err)
					return
				}
				results[i] = forecast.Measure(s.train, s.season, s.test, f.Points)
				for k, v := range s.test {
					if v >= f.Intervals[0].Lower[k] && v <= f.Intervals[0].Upper[k] {
						covered[i]++
					}
				}
			}
		})
	}
	wait.Wait()
	out := map[string]score{}
	for i := 0; i < len(all); i += step {
		for _, key := range []string{all[i].period, "ALL"} {
			s := out[key]
			s.n++
			s.smape += results[i].SMAPE
			s.mase += results[i].MASE
			s.covered += covered[i]
			s.steps += len(all[i].test)
			out[key] = s
		}
	}
	return out
}

func owa(s, naive score) float64 { return 0.5*s.smape/naive.smape + 0.5*s.mase/naive.mase }

func row(name string, got, naive map[string]score) string {
	text := fmt.Sprintf("%-26s", name)
	for _, p := range []string{"YEARLY", "QUARTERLY", "MONTHLY", "OTHER", "ALL"} {
		s := got[p]
		text += fmt.Sprintf(" %s %.3f/%.3f", p[:1], s.smape/float64(s.n), s.mase/float64(s.n))
	}
	all := got["ALL"]
	return text + fmt.Sprintf("  OWA %.4f  95%% covers %.1f%%", owa(all, naive["ALL"]), 100*float64(all.covered)/float64(all.steps))
}

func TestM3(t *testing.T) {
	all := readM3(t)
	step := 1
	naive := evaluate(t, all, step, forecast.Naive2, forecast.Config{})
	for _, m := range []forecast.Method{forecast.Naive, forecast.SeasonalNaive, forecast.Naive2, forecast.SES, forecast.Holt, forecast.DampedHolt, forecast.Theta, forecast.OptimisedTheta, forecast.ETS, forecast.ARIMA, forecast.Combination} {
		got := evaluate(t, all, step, m, forecast.Config{Paths: 200})
		t.Log(row(string(m), got, naive))
	}
}
