package formula

import "github.com/tandem-go/tandem"

// Tiers say what a quantity costs where that is not price × quantity. They are
// plain data, compiled before use by [Compile].
type Tiers struct {
	Model    TierModel       `json:"model"`
	Currency tandem.Currency `json:"currency"`
	Unit     tandem.Unit     `json:"unit"`
	Tiers    []Tier          `json:"tiers,omitempty"` // of [Volume] and [Graduated], ascending; the last has no end
	Block    *Block          `json:"block,omitempty"` // of [Package]
	// FlatAtZero: the flat amount of the first tier is due although nothing was used.
	// OpenMeter charges it, Lago does not.
	FlatAtZero bool `json:"flat_at_zero,omitempty"`
}

// Tier is the slice of quantities above the tier before, up to and including UpTo.
type Tier struct {
	UpTo  tandem.Quantity `json:"up_to"` // inclusive; none in the last tier
	Price tandem.Price    `json:"price"` // per unit; none where the tier has its flat amount only
	Flat  tandem.Money    `json:"flat"`  // due once for whoever reaches the tier; none: no flat amount
}

// Block is a package that is sold whole: ceil(max(0, quantity − free) ÷ size) × price.
type Block struct {
	Size  tandem.Quantity `json:"size"`
	Free  tandem.Quantity `json:"free"`  // none: nothing is free
	Price tandem.Money    `json:"price"` // of one package
}

// Validate reports every fault of the tiers; [Compile] calls it.
func (t *Tiers) Validate() error {
	var c tandem.Check
	c.Require(t.Model.Valid(), "model", "model", "must be volume, graduated or package")
	c.Require(t.Currency.Valid(), "currency", "currency", "must be a currency")
	c.Require(t.Unit.Valid(), "unit", "unit", "must be a unit")
	if t.Model == Package {
		c.Require(len(t.Tiers) == 0, "tiers", "tiers", "packages have no tiers")
		c.Require(!t.FlatAtZero, "flat_at_zero", "flat_at_zero", "packages have no flat amount")
		if c.Require(t.Block != nil, "block", "block", "must be given") {
			t.checkBlock(&c)
		}
		return c.Err("tiers")
	}
	c.Require(t.Block == nil, "block", "block", "only packages have one")
	c.Require(len(t.Tiers) > 0, "tiers", "tiers", "must be given")
	if !c.Require(len(t.Tiers) <= MaxTiers, "too_many", "tiers", "too many tiers") {
		return c.Err("tiers")
	}
	for i := range t.Tiers {
		t.checkTier(&c, i)
	}
	return c.Err("tiers")
}

func (t *Tiers) checkTier(c *tandem.Check, i int) {
	tier, path := &t.Tiers[i], tandem.Path("tiers", i)
	switch last := i == len(t.Tiers)-1; {
	case last:
		c.Require(tier.UpTo.IsNone(), "up_to", path+".up_to", "the last tier has no end")
	case tier.UpTo.IsNone():
		c.Add("up_to", path+".up_to", "must be given in all tiers but the last")
	default:
		c.Require(tier.UpTo.Unit() == t.Unit, "unit", path+".up_to", "must be in the unit of the tiers")
		before := int64(0)
		if i > 0 {
			before = t.Tiers[i-1].UpTo.Micro()
		}
		c.Require(tier.UpTo.Micro() > before, "order", path+".up_to", "must be above the tier before")
	}
	c.Require(!tier.Price.IsNone() || !tier.Flat.IsNone(), "price", path, "needs a price or a flat amount")
	if !tier.Price.IsNone() {
		c.Require(tier.Price.Sign() >= 0, "price", path+".price", "must not be negative")
		c.Require(tier.Price.Currency() == t.Currency, "currency", path+".price", "must be in the currency of the tiers")
		c.Require(tier.Price.Unit() == t.Unit, "unit", path+".price", "must be per unit of the tiers")
	}
	if !tier.Flat.IsNone() {
		checkAmount(c, path+".flat", tier.Flat, t.Currency, 0)
	}
}

func (t *Tiers) checkBlock(c *tandem.Check) {
	b := t.Block
	c.Require(b.Size.Sign() > 0, "size", "block.size", "must be positive")
	c.Require(b.Size.IsNone() || b.Size.Unit() == t.Unit, "unit", "block.size", "must be in the unit of the tiers")
	c.Require(b.Free.Sign() >= 0, "free", "block.free", "must not be negative")
	c.Require(b.Free.IsNone() || b.Free.Unit() == t.Unit, "unit", "block.free", "must be in the unit of the tiers")
	checkAmount(c, "block.price", b.Price, t.Currency, 0)
}
