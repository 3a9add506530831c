// Package float has floating point functions that give the same bits on every
// platform: logarithm, exponential, quantiles and random numbers of the normal
// distribution, the gamma and beta functions and their tails, a minimiser in a box and small linear systems.
//
// The functions of package math are assembly on some platforms, and Go fuses
// x*y + z where the processor can. So products that are added are converted
// explicitly here, which forbids the fusion (Go specification, "Floating-point
// operators"), and sums have a fixed order.
package float
