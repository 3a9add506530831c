package catalog

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// Limits of a product.
const (
	MaxConversions = 64 // units a product is also traded in
	MaxCode        = 64 // bytes of a product code or category code
)

// Kind says whether a product is stocked.
type Kind string

// The kinds of product.
const (
	Goods   Kind = "goods"   // is stocked, reserved, moved and costed
	Service Kind = "service" // is sold and invoiced, and never stocked
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{Goods, Service} }

// Valid reports whether k is one of [Kinds].
func (k Kind) Valid() bool { return k == Goods || k == Service }

// UnmarshalText reads a kind and refuses anything else.
func (k *Kind) UnmarshalText(text []byte) error {
	parsed := Kind(text)
	if !parsed.Valid() {
		return fault("product kind", "kind", "kind", "must be goods or service")
	}
	*k = parsed
	return nil
}

func fault(subject, code, path, message string) error {
	var c tandem.Check
	c.Add(code, path, message)
	return c.Err(subject)
}

// Product is something that is bought, stocked or sold. It belongs to the
// tenant, not to one company: companies share products and keep their own stock,
// cost and prices.
//
// Stock, reservations and the progress of lines are kept in the base unit, Unit.
// Each conversion leads from another unit to the base unit with an exact factor:
// dozen to each is 12/1.
type Product struct {
	ID          tandem.ProductID        `json:"id"`
	Revision    int64                   `json:"revision"` // kept by the store, compared on Save
	Code        string                  `json:"code"`     // the SKU: unique within the tenant
	Name        string                  `json:"name"`
	Category    CategoryID              `json:"category,omitzero"`
	Kind        Kind                    `json:"kind"`
	Unit        tandem.Unit             `json:"unit"`                  // the base unit
	Conversions []tandem.UnitConversion `json:"conversions,omitempty"` // from other units to Unit
	Whole       bool                    `json:"whole,omitempty"`       // the base unit cannot be divided
	TaxCategory tandem.TaxCategory      `json:"tax_category"`
	// Carriage says that a service is the transport of the goods that it is sold with:
	// it is a part of their supply and taxed as they are.
	Carriage bool            `json:"carriage,omitempty"`
	Active   tandem.Validity `json:"active,omitzero"` // when it may be ordered; the zero Validity is always
}

// Validate reports every fault of the product.
func (p Product) Validate() error {
	var c tandem.Check
	c.Require(!p.ID.IsZero(), "required", "id", "must be given")
	c.Require(p.Code != "" && len(p.Code) <= MaxCode, "code", "code", "must have 1 to 64 bytes")
	c.Require(p.Name != "" && len(p.Name) <= tandem.MaxName, "name", "name", "must have 1 to 256 bytes")
	c.Require(p.Kind.Valid(), "kind", "kind", "must be goods or service")
	c.Require(p.Unit.Valid(), "unit", "unit", "must be a unit")
	c.Require(p.TaxCategory.Valid(), "tax_category", "tax_category", "must be a category of UNTDID 5305")
	c.Require(!p.Carriage || p.Kind == Service, "carriage", "carriage", "only a service is carriage")
	c.Nested("active", p.Active.Validate())
	c.Require(len(p.Conversions) <= MaxConversions, "too_many", "conversions", "at most 64 conversions")
	for i, conversion := range p.Conversions {
		path := tandem.Path("conversions", i)
		c.Nested(path, conversion.Validate())
		c.Require(conversion.To == p.Unit, "conversion_to", path+".to", "must lead to the base unit")
		c.Require(conversion.From != p.Unit, "conversion_from", path+".from", "must start from another unit")
		twice := slices.ContainsFunc(p.Conversions[:i], func(o tandem.UnitConversion) bool { return o.From == conversion.From })
		c.Require(!twice, "duplicate", path+".from", "one conversion for each unit")
	}
	return c.Err("product")
}

// ActiveOn reports whether the product may be ordered on that day.
func (p Product) ActiveOn(day tandem.Date) bool { return p.Active.Contains(day) }

// Stocked reports whether the product has stock.
func (p Product) Stocked() bool { return p.Kind == Goods }

// Clone gives a copy that shares nothing with p.
func (p Product) Clone() Product {
	p.Conversions = slices.Clone(p.Conversions)
	return p
}
