package supply

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tandem-go/tandem"
)

// Reason says why something was bought.
type Reason string

// The reasons.
const (
	JustInTime Reason = "just_in_time" // phase 1: supplied as it is sold
	Opening    Reason = "opening"      // the stock that phase 2 begins with
	Replenish  Reason = "replenish"    // the position fell to the reorder level
	ToOrder    Reason = "to_order"     // for one big line
)

// Purchase is one line of the plain list of purchases.
type Purchase struct {
	ID       string
	Product  string
	Quantity int64
	Reason   Reason
	Invoice  string       // of the sales line that it is bought for, with Line; else empty
	Line     int          // in the file
	Cost     tandem.Money // of the whole quantity
	Ordered  tandem.Date
	Expected tandem.Date // what promises are made from
	Arrives  tandem.Date // known to nobody before
}

// Purchases is the list of open purchases, by the day on which they arrive.
type Purchases struct {
	seed    string
	number  int
	arrives map[tandem.Date][]Purchase
}

// NewPurchases gives an empty list.
func NewPurchases(seed string) *Purchases {
	return &Purchases{seed: seed, arrives: map[tandem.Date][]Purchase{}}
}

// Order gives a purchase its number and dates and adds it to the list. Promise counts from the expected date; the
// purchase may arrive later.
func (p *Purchases) Order(purchase Purchase, day tandem.Date) Purchase {
	p.number++
	purchase.ID = fmt.Sprintf("PO-%06d", p.number)
	lead := LeadTime(p.seed, purchase.Product)
	purchase.Ordered = day
	purchase.Expected = AddTrading(day, lead)
	purchase.Arrives = AddTrading(day, lead+Lateness(p.seed, purchase.ID))
	p.arrives[purchase.Arrives] = append(p.arrives[purchase.Arrives], purchase)
	return purchase
}

// Arrived takes the purchases that arrive on a day off the list, by product and number.
func (p *Purchases) Arrived(day tandem.Date) []Purchase {
	arrived := p.arrives[day]
	delete(p.arrives, day)
	slices.SortFunc(arrived, func(a, b Purchase) int {
		return cmp.Or(cmp.Compare(a.Product, b.Product), cmp.Compare(a.ID, b.ID))
	})
	return arrived
}

// Count gives the number of purchases ever ordered.
func (p *Purchases) Count() int { return p.number }

// Band gives the price band of a product by its first price: below £1, 3, 8, and from £8.
func Band(first tandem.Price) int {
	for i, bound := range [...]int64{1_000_000, 3_000_000, 8_000_000} {
		if first.Micro() < bound {
			return i
		}
	}
	return 3
}

// Bands is the demand for new products by price band: the units of their first 28 days.
type Bands [4]struct{ Units, Products int64 }

// NewDays is the number of first days that count, with the first sale's.
const NewDays = 28

// Add adds a product's units in its first 28 days.
func (b *Bands) Add(first tandem.Price, units int64) {
	band := &b[Band(first)]
	band.Units += units
	band.Products++
}

// Opening gives the stock that a new product opens with: twice the mean of its band, rounded half up.
func (b *Bands) Opening(first tandem.Price) int64 {
	band := b[Band(first)]
	if band.Products == 0 {
		return 0
	}
	return (4*band.Units + band.Products) / (2 * band.Products)
}
