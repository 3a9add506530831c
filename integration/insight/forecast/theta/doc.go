// Package theta fits the Theta methods: the classic one (Assimakopoulos and
// Nikolopoulos, 2000), in the form of Hyndman and Billah (2003), which is simple
// exponential smoothing with half the slope of the line as drift, and the dynamic
// optimised one (Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler, 2016),
// whose line is fitted anew with each value.
//
// Classic is the third best of the M3 competition; the optimised one is better on
// it still, and as simple. Values are without a season: the parent package takes it
// out and puts it back.
package theta
