package pricing

import (
	"slices"

	"github.com/tandem-go/tandem/pricing/internal/enum"
)

// ConversionPolicy says whether a price in another currency counts where there is
// none in that of the request.
type ConversionPolicy string

// The conversion policies. A price in the currency of the request always comes first.
const (
	// ConvertNever: only prices in the currency of the request, and lists that derive
	// into it, count (Medusa).
	ConvertNever ConversionPolicy = "convert_never"
	// ConvertLast: where there is none, that of the first [Exchange] which has one is
	// converted, to a millionth (Odoo).
	ConvertLast ConversionPolicy = "convert_last"
)

// ConversionPolicies lists the conversion policies.
func ConversionPolicies() []ConversionPolicy { return []ConversionPolicy{ConvertNever, ConvertLast} }

// Valid reports whether p is one of [ConversionPolicies].
func (p ConversionPolicy) Valid() bool { return slices.Contains(ConversionPolicies(), p) }

// UnmarshalText reads a policy and refuses anything else.
func (p *ConversionPolicy) UnmarshalText(text []byte) error {
	return enum.Decode(p, text, "conversion policy")
}

// TotalPolicy says how the amounts of lines and their total are rounded. The names
// are GOBL's.
type TotalPolicy string

// The policies of totals.
const (
	// TotalCurrency rounds the amount of each line to the currency; the total is their sum.
	TotalCurrency TotalPolicy = "currency"
	// TotalPrecise rounds the total once, from amounts that are exact: 2 × 61.305 are
	// 61.31 and 61.31 on the lines and 122.61 in all. What the lines do not sum to stands
	// in [Result.Rounding], by tax code.
	TotalPrecise TotalPolicy = "precise"
)

// TotalPolicies lists the policies of totals.
func TotalPolicies() []TotalPolicy { return []TotalPolicy{TotalCurrency, TotalPrecise} }

// Valid reports whether p is one of [TotalPolicies].
func (p TotalPolicy) Valid() bool { return slices.Contains(TotalPolicies(), p) }

// UnmarshalText reads a policy and refuses anything else.
func (p *TotalPolicy) UnmarshalText(text []byte) error {
	return enum.Decode(p, text, "policy of totals")
}

// CapCount says when the cap of a contract is consumed.
type CapCount string

// When a cap is consumed.
const (
	CapOrdered  CapCount = "ordered"
	CapShipped  CapCount = "shipped"
	CapInvoiced CapCount = "invoiced"
)

// CapCounts lists when a cap can be consumed.
func CapCounts() []CapCount { return []CapCount{CapOrdered, CapShipped, CapInvoiced} }

// Valid reports whether c is one of [CapCounts].
func (c CapCount) Valid() bool { return slices.Contains(CapCounts(), c) }

// UnmarshalText reads a name and refuses anything else.
func (c *CapCount) UnmarshalText(text []byte) error { return enum.Decode(c, text, "consumption") }

// FloorLevel says which price a floor judges.
type FloorLevel string

// The levels of floors.
const (
	FloorInvoice FloorLevel = "invoice" // what the invoice says
	FloorPocket  FloorLevel = "pocket"  // less what is given off the invoice: rebates that are accrued
)

// FloorLevels lists the levels.
func FloorLevels() []FloorLevel { return []FloorLevel{FloorInvoice, FloorPocket} }

// Valid reports whether l is one of [FloorLevels].
func (l FloorLevel) Valid() bool { return slices.Contains(FloorLevels(), l) }

// UnmarshalText reads a level and refuses anything else.
func (l *FloorLevel) UnmarshalText(text []byte) error { return enum.Decode(l, text, "floor level") }

// FloorScope says what a floor judges.
type FloorScope string

// What floors judge.
const (
	FloorOfLine  FloorScope = "line"
	FloorOfOrder FloorScope = "order"
)

// FloorScopes lists what floors judge.
func FloorScopes() []FloorScope { return []FloorScope{FloorOfLine, FloorOfOrder} }

// Valid reports whether s is one of [FloorScopes].
func (s FloorScope) Valid() bool { return slices.Contains(FloorScopes(), s) }

// UnmarshalText reads a name and refuses anything else.
func (s *FloorScope) UnmarshalText(text []byte) error { return enum.Decode(s, text, "scope of floors") }
