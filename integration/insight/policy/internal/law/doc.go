// Package law is the mathematics under package policy: what a rule of replenishment is
// short of, keeps and orders at a level, by the distributions of the demand that it meets,
// and the least level for a target.
package law
