package formula

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// Charm gives prices the endings that a list likes: .99, .95, a 9 before the
// point, a multiple of 0.05 or of 10. It works on the amount per basis as it is
// printed, in the tax mode of the price it is given.
//
// The endings of all bands, each within its band, are one set of prices, and a
// price is moved to a member of it. So a charm never changes what it has made, and
// never puts a dearer price below a cheaper one. A price above nought stays above
// nought, and a price of nought, which is a price, stays nought. Down from below
// the least ending is that ending.
type Charm struct {
	Direction Direction `json:"direction"`
	// Bands ascend; the first begins at nought, each ends where the next begins.
	Bands []Band `json:"bands"`
	// NotBelowCost: a price is never moved, or left, below cost.
	NotBelowCost bool `json:"not_below_cost,omitempty"`
}

// Band says which endings prices have from an amount on.
type Band struct {
	From tandem.Money `json:"from"` // inclusive; none in the first band
	// Increment is the distance after which the endings repeat: 1.00 for .99, 10.00 for 9.00.
	Increment tandem.Money `json:"increment"`
	// Endings ascend from 0 to below the increment. None: the multiples of the increment.
	Endings []tandem.Money `json:"endings,omitempty"`
}

// Currency gives the currency of the charm, zero where it has no band.
func (h *Charm) Currency() tandem.Currency {
	if len(h.Bands) == 0 {
		return 0
	}
	return h.Bands[0].Increment.Currency()
}

// Clone gives a copy that shares nothing with h.
func (h *Charm) Clone() Charm {
	out := *h
	out.Bands = slices.Clone(h.Bands)
	for i := range out.Bands {
		out.Bands[i].Endings = slices.Clone(h.Bands[i].Endings)
	}
	return out
}

// Validate reports every fault of the charm.
func (h *Charm) Validate() error {
	var c tandem.Check
	c.Require(h.Direction.Valid(), "direction", "direction", "must be nearest, up or down")
	c.Require(len(h.Bands) > 0, "bands", "bands", "must be given")
	if !c.Require(len(h.Bands) <= MaxBands, "too_many", "bands", "too many bands") {
		return c.Err("charm")
	}
	for i := range h.Bands {
		h.checkBand(&c, i)
	}
	if c.OK() {
		for i := range h.Bands {
			_, found := h.bandUp(i, 1)
			c.Require(found, "band_empty", tandem.Path("bands", i), "no ending lies within the band")
		}
	}
	return c.Err("charm")
}

func (h *Charm) checkBand(c *tandem.Check, i int) {
	b, path, currency := &h.Bands[i], tandem.Path("bands", i), h.Currency()
	if i == 0 {
		c.Require(b.From.IsNone(), "from", path+".from", "the first band begins at nought")
	} else {
		checkAmount(c, path+".from", b.From, currency, 0)
		c.Require(b.From.Minor() > h.Bands[i-1].From.Minor(), "order", path+".from", "bands must ascend")
	}
	checkAmount(c, path+".increment", b.Increment, currency, 0)
	c.Require(b.Increment.IsNone() || b.Increment.Sign() > 0, "increment", path+".increment", "must be positive")
	if !c.Require(len(b.Endings) <= MaxEndings, "too_many", path+".endings", "too many endings") {
		return
	}
	for j, e := range b.Endings {
		at := path + "." + tandem.Path("endings", j)
		checkAmount(c, at, e, currency, 0)
		c.Require(e.Minor() < b.Increment.Minor(), "ending", at, "must be below the increment")
		c.Require(j == 0 || e.Minor() > b.Endings[j-1].Minor(), "order", at, "endings must ascend")
	}
}
