// Package arima fits autoregressive integrated moving average models of small
// order, with a season: ARIMA(p,d,q)(P,D,Q) of Box and Jenkins.
//
// The differences are chosen by tests (a season by its autocorrelation and
// strength, the level by the KPSS test of Kwiatkowski and others, 1992), the orders
// by the stepwise search of Hyndman and Khandakar (2008) over AICc. Parameters are
// those with the least conditional sum of squares, within the stationary and
// invertible region (by the partial autocorrelations of Barndorff-Nielsen and
// Schou, 1973); what came before the first value counts as its mean.
package arima
