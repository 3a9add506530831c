// Package supply simulates how the shop is supplied, since the file does not tell: the trading calendar, lead times
// and late purchases by a hash, the levels at which a product is bought again and up to which, and the plain list of
// purchases. The same seed gives the same supply.
package supply
