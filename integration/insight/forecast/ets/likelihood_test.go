package ets

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// The adjoint against differences, for every kind.
func TestGradientIsThatOfTheLikelihood(t *testing.T) {
	y := make([]float64, 40)
	for i := range y {
		y[i] = 100 + float64(i) + 20*float64(i%4) + float64((i*7919)%13)
	}
	for _, k := range Kinds(true, true) {
		t.Run(k.String(), func(t *testing.T) {
			s := newSearcher(y, 4)
			s.kind = k
			if k.Season == None {
				s.m = 1
			}
			s.bounds()
			x := make([]float64, len(s.lower))
			s.place(x, startOf(s.y, s.m, k), begins{0.3, 0.2, 0.3, 0.9, 0})
			got, scratch := make([]float64, len(x)), make([]float64, len(x))
			require.False(t, math.IsInf(s.value(x, got), 0))
			for i := range x {
				const h = 1e-6
				keep := x[i]
				x[i] = keep + h
				up := s.value(x, scratch)
				x[i] = keep - h
				down := s.value(x, scratch)
				x[i] = keep
				require.InDelta(t, (up-down)/(2*h), got[i], 1e-4*max(1, math.Abs(got[i])), "variable %d", i)
			}
		})
	}
}

func TestForgetsAgreesWithTheKnownRegion(t *testing.T) {
	s := newSearcher(make([]float64, 30), 12)
	require.True(t, s.forgets(parameters{alpha: 0.3, beta: 0.1, gamma: 0.2, phi: 0.95}))
	require.True(t, s.forgets(parameters{alpha: 0.5, beta: 0.0001, gamma: 0.0001, phi: 1}))
	require.False(t, s.forgets(parameters{alpha: 0.01, beta: 0.5, gamma: 0.1, phi: 1}))
	require.False(t, s.forgets(parameters{alpha: 2.5, beta: 0, gamma: 0.1, phi: 1}))
}
