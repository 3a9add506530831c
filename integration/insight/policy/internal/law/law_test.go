package law_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/policy/internal/law"
)

func dozens(v ...float64) forecast.Distribution {
	for i := range v {
		v[i] *= 12
	}
	return forecast.Distribution{Samples: v}
}

// By hand: 0 or 2 dozen in a bucket, as likely, a bucket of lead time. Up to 3 dozen
// misses ¼ of the 1 expected and is late where two buckets with demand follow one another;
// all in units of a dozen, as orders are.
func TestBaseStockInDozens(t *testing.T) {
	w := law.New(dozens(0, 2), dozens(0, 2, 2, 4), dozens(0, 2), true)
	w.Divide(12)
	assert.Equal(t, 12.0, w.Unit)
	assert.Equal(t, 2.0, w.Protection())
	assert.Equal(t, 12.0, w.Between())
	assert.False(t, w.Certain())
	starved, short := w.Largest(11)
	assert.True(t, starved && short)
	starved, short = w.Largest(12)
	assert.True(t, starved, "no more than the mean, and less than what is asked for at once")
	assert.True(t, short)
	r := w.Rule(law.UpTo, law.Terms{Quantity: 12, Pack: 12, Minimum: 12, Packed: true, Rate: 12, Review: 1})
	m := r.Measure(3)
	assert.InDelta(t, 0.75, m.FillRate, 1e-12)
	assert.InDelta(t, 0.5, m.CycleService, 1e-12)
	assert.InDelta(t, 1.625, m.Stock, 1e-12)
	assert.InDelta(t, 0.5, m.Orders, 1e-12)
	assert.Equal(t, law.Balance{Short: 1 - m.FillRate, Stock: m.Stock}, r.Balance(3))
	assert.Equal(t, 3.0, r.LevelFilled(0.6))
	assert.Equal(t, 4.0, r.LevelInTime(0.6))
	// From 2 dozen to 4 the half that is no longer missed is worth 1.75 more in stock.
	assert.Equal(t, 2.0, r.LevelOfCosts(1, 3.4))
	assert.Equal(t, 4.0, r.LevelOfCosts(1, 3.6))
}
