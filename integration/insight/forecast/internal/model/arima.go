package model

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast/arima"
	"github.com/tandem-go/tandem/integration/insight/forecast/ets"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
)

// arma adapts package arima.
type arma struct{ *arima.Model }

// ARIMA is the likeliest of small order by AICc.
func ARIMA(p *history.Prepared, c Settings) Model {
	period := p.Season
	if period >= ets.LongSeason {
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

func (a arma) Describe() Description {
	d := Description{Name: a.Order.String(), Fitted: a.Fitted}
	list := func(name string, values []float64) {
		for i, v := range values {
			d.Parameters = append(d.Parameters, insight.Parameter{Name: fmt.Sprintf("%s%d", name, i+1), Value: v})
		}
	}
	list("ar", a.AR)
	list("ma", a.MA)
	list("seasonal_ar", a.SAR)
	list("seasonal_ma", a.SMA)
	if a.Order.Constant {
		d.Parameters = append(d.Parameters, insight.Parameter{Name: "mean", Value: a.Mean})
	}
	d.likely(a.AICc, a.Converged)
	return d
}
