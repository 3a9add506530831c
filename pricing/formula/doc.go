// Package formula makes a price from another price or from cost, and says what a
// quantity costs by tiers.
package formula
