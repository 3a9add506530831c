package sales

import (
	"encoding/json"

	"github.com/tandem-go/tandem"
)

// Waterfall is the JSON text of how a price came about, as the pricing room
// wrote it. It is opaque here: it is kept with the line, never read, and being a
// string it is copied for nothing. Empty is "not kept".
type Waterfall string

// MarshalJSON gives the text as it is, null for none.
func (w Waterfall) MarshalJSON() ([]byte, error) {
	if w == "" {
		return []byte("null"), nil
	}
	return []byte(w), nil
}

// UnmarshalJSON keeps the text; null is none.
func (w *Waterfall) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*w = ""
		return nil
	}
	*w = Waterfall(text)
	return nil
}

// MaxWaterfall is the longest waterfall that is kept with a line, in bytes.
const MaxWaterfall = 16 << 10

// Item is what is sold on a line of a quotation or an order. Amounts are without
// tax, in the currency of the document. Net is the whole line's amount after the
// line's share of order discounts: it is fixed here, and every delivery, invoice
// and cancellation takes its part of it, so that the parts sum to it exactly.
type Item struct {
	Line        int                `json:"line"` // from 1, kept for ever
	Product     tandem.ProductID   `json:"product"`
	Text        string             `json:"text,omitempty"`
	Ordered     tandem.Quantity    `json:"ordered"`  // in the unit of the document
	Factor      tandem.Ratio       `json:"factor"`   // base units in one unit of the document
	Quantity    tandem.Quantity    `json:"quantity"` // in the product's base unit; progress counts in it
	Price       tandem.Price       `json:"price"`    // per unit of the document or base unit
	List        tandem.Price       `json:"list"`     // before contract, grade and agreement; "" for none
	PriceRef    tandem.PriceRef    `json:"price_ref,omitzero"`
	Discount    tandem.Money       `json:"discount"` // the share of order discounts, taken off
	Net         tandem.Money       `json:"net"`
	TaxCode     tandem.TaxCode     `json:"tax_code,omitempty"`
	TaxCategory tandem.TaxCategory `json:"tax_category,omitempty"`
	Promise     tandem.Date        `json:"promise,omitzero"` // when it is promised now
	Waterfall   Waterfall          `json:"waterfall,omitempty"`
	PricedOn    tandem.Date        `json:"priced_on,omitzero"`  // the date that priced, where it is not that of the document's commands
	Group       string             `json:"group,omitempty"`     // lines of one group are counted together for their prices
	Of          int                `json:"of,omitempty"`        // the line that it was parted from, since it has another price
	Promotion   string             `json:"promotion,omitempty"` // that gives it away
}

// CheckItems reports every fault of the items of a new document to c, with codes
// and paths from `lines` on, and sets the discounts that are not given to nought.
func CheckItems(c *tandem.Check, items []Item, currency tandem.Currency) {
	c.Require(len(items) > 0, "required", "lines", "must have a line")
	if !c.Require(len(items) <= tandem.MaxLines, "too_many", "lines", "too many lines") {
		return
	}
	sum := tandem.NewTotal(currency)
	for i := range items {
		item := &items[i]
		if item.Discount.Currency() == 0 {
			item.Discount = tandem.MoneyFromMinor(0, currency)
		}
		if !item.sound(currency) {
			c.Nested(tandem.Path("lines", i), item.check(currency))
		}
		if i > 0 && item.Line <= items[i-1].Line {
			c.Add("line_order", tandem.Path("lines", i)+".line", "line numbers must ascend")
		}
		sum.Add(item.Net)
	}
	if c.OK() {
		_, err := sum.Money(tandem.RoundDown)
		c.Require(err == nil, "overflow", "lines", "the total is out of range")
	}
}

// sound is check without the report, so that sound input allocates nothing.
func (i *Item) sound(currency tandem.Currency) bool {
	return i.Line > 0 && !i.Product.IsZero() && len(i.Text) <= tandem.MaxText && len(i.TaxCode) <= tandem.MaxName &&
		i.quantityFits() && i.priceFits(currency) && i.netFits(currency) && i.rest()
}

func (i *Item) rest() bool {
	return i.Of >= 0 && i.Of != i.Line && len(i.Group) <= tandem.MaxName && len(i.Promotion) <= tandem.MaxName && (i.TaxCategory == "" || i.TaxCategory.Valid()) && len(i.Waterfall) <= MaxWaterfall &&
		(i.Waterfall == "" || json.Valid([]byte(i.Waterfall))) && (i.List.IsNone() || i.List.Sign() >= 0)
}

func (i *Item) check(currency tandem.Currency) error {
	var c tandem.Check
	c.Require(i.Line > 0, "line", "line", "must be positive")
	c.Require(!i.Product.IsZero(), "required", "product", "must be given")
	c.Require(len(i.Text) <= tandem.MaxText, "too_long", "text", "too long")
	c.Require(len(i.TaxCode) <= tandem.MaxName, "too_long", "tax_code", "too long")
	c.Require(i.quantityFits(), "quantity", "quantity", "must be positive, and the ordered quantity times the factor")
	c.Require(i.priceFits(currency), "price", "price", "must not be negative, in the document's currency, for the ordered or the base unit")
	c.Require(i.netFits(currency), "net", "net", "must be price times quantity less the discount, and not negative")
	c.Require(i.List.IsNone() || i.List.Sign() >= 0, "price", "list", "must not be negative")
	c.Require(i.TaxCategory == "" || i.TaxCategory.Valid(), "tax_category", "tax_category", "must be a category of UNTDID 5305")
	c.Require(len(i.Waterfall) <= MaxWaterfall, "too_long", "waterfall", "too long")
	c.Require(i.Waterfall == "" || json.Valid([]byte(i.Waterfall)), "json", "waterfall", "must be JSON")
	c.Require(i.Of >= 0 && i.Of != i.Line, "line", "of", "must be another line")
	c.Require(len(i.Group) <= tandem.MaxName, "too_long", "group", "too long")
	c.Require(len(i.Promotion) <= tandem.MaxName, "too_long", "promotion", "too long")
	return c.Err("line")
}

func (i *Item) quantityFits() bool {
	if i.Ordered.Sign() <= 0 || i.Quantity.Sign() <= 0 || i.Factor.Sign() <= 0 {
		return false
	}
	base, err := i.Ordered.Convert(i.Quantity.Unit(), i.Factor, tandem.HalfAwayFromZero)
	return err == nil && base == i.Quantity
}

func (i *Item) priceFits(currency tandem.Currency) bool {
	return !i.Price.IsNone() && i.Price.Sign() >= 0 && i.Price.Currency() == currency &&
		(i.Price.Unit() == i.Ordered.Unit() || i.Price.Unit() == i.Quantity.Unit())
}

// netFits allows one minor unit between net + discount and price × quantity,
// since the rounding of the extension is the pricing policy's.
func (i *Item) netFits(currency tandem.Currency) bool {
	if i.Net.Currency() != currency || i.Net.Sign() < 0 || i.Discount.Currency() != currency || i.Discount.Sign() < 0 {
		return false
	}
	extended, err := i.extend(i.Ordered, i.Quantity)
	if err != nil {
		return false
	}
	sum, err := i.Net.Add(i.Discount)
	if err != nil {
		return false
	}
	diff := extended.Minor() - sum.Minor() // both are not negative
	return diff >= -1 && diff <= 1
}

// extend gives price × the quantity in the unit that is priced, rounded half
// away from zero.
func (i *Item) extend(ordered, base tandem.Quantity) (tandem.Money, error) {
	if i.Price.Unit() == ordered.Unit() {
		return i.Price.Times(ordered, tandem.HalfAwayFromZero)
	}
	return i.Price.Times(base, tandem.HalfAwayFromZero)
}

// LineQuantity is a quantity of a line, in the product's base unit.
type LineQuantity struct {
	Line     int             `json:"line"`
	Quantity tandem.Quantity `json:"quantity"`
}

func fault(subject, code, path, message string) error {
	return &tandem.InvalidError{Subject: subject, Faults: []tandem.Fault{{Code: code, Path: path, Message: message}}}
}
