// Package diffusion forecasts products that have little or no history of their own.
//
// [FitBass] fits Bass's model of adoption (A New Product Growth for Model Consumer
// Durables, 1969): of the potential m, those who have not yet bought do so at the rate p +
// q·F, where F is the share that has bought, p innovation and q imitation; fitted by
// nonlinear least squares to the sales by bucket (Srinivasan and Mason, 1986). Before the
// peak, m is guessed more than estimated, and too low as a rule (Van den Bulte and Lilien,
// 1997): give it where it is known, and see the warnings.
//
// [Analogues] forecasts the first buckets of a product by those of others that were
// launched before: the typical curve, scaled by what has been sold so far, by a planned
// size, or by the products of the same price band.
package diffusion
