package model

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast/arima"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/internal/float"
)

// arma adapts package arima.
type arma struct{ m *arima.Model }

// ARIMA is the likeliest of small order by AICc.
func ARIMA(p *history.Prepared, c Settings) Model {
	period := p.Season
	if period >= history.LongSeason {
		period = 1
	}
	m, err := arima.Auto(p.Values, period, arima.Config{
		Iterations: min(c.Iterations, 100),
		Models:     min(max(100_000/max(len(p.Values), 1), 4), 40), // bounds the time of long histories
	})
	if err != nil {
		return nil
	}
	return arma{m}
}

func (a arma) Points(h int) []float64              { return a.m.Points(h) }
func (a arma) Variances(h int) []float64           { return a.m.Variances(h) }
func (a arma) Path(out []float64, r *float.Random) { a.m.Path(out, r) }

func (a arma) Describe() Description {
	d := Description{Name: a.m.Order.String(), Fitted: a.m.Fitted}
	list := func(name string, values []float64) {
		for i, v := range values {
			d.Parameters = append(d.Parameters, insight.Parameter{Name: fmt.Sprintf("%s%d", name, i+1), Value: v})
		}
	}
	list("ar", a.m.AR)
	list("ma", a.m.MA)
	list("seasonal_ar", a.m.SAR)
	list("seasonal_ma", a.m.SMA)
	if a.m.Order.Constant {
		d.Parameters = append(d.Parameters, insight.Parameter{Name: "mean", Value: a.m.Mean})
	}
	d.likely(a.m.AICc, a.m.Converged)
	return d
}
