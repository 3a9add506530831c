package basket

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
)

// Limits of what baskets are gathered from.
const (
	MaxLines  = 20_000_000
	MaxLength = 10_000 // items of a basket
)

// Kind says whether a line sells goods or a service.
type Kind string

// The kinds.
const (
	Goods   Kind = "goods"
	Service Kind = "service" // carriage, fees, discounts: no item of a basket
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{Goods, Service} }

// Valid says whether the kind is one of [Kinds].
func (k Kind) Valid() bool { return k == Goods || k == Service }

// UnmarshalText reads exactly the names of [Kinds].
func (k *Kind) UnmarshalText(text []byte) error { return enum.Decode(k, text, "kind", Kinds()) }

// Line is a line of an order, invoice or receipt.
type Line struct {
	// Basket is what was bought at once: the number or id of the document. The same
	// key of two customers means two baskets.
	Basket   string           `json:"basket"`
	Customer tandem.PartyID   `json:"customer,omitzero"` // none = not known
	Date     tandem.Date      `json:"date,omitzero"`     // none = not known
	Product  tandem.ProductID `json:"product"`
	Units    float64          `json:"units"`
	Kind     Kind             `json:"kind,omitzero"` // none = goods
	// Cancelled marks a line that takes back what was bought, Units of it (their sign
	// does not matter; 0 = all).
	Cancelled bool `json:"cancelled,omitzero"`
}

// LongBasket says what becomes of a basket with too many items.
type LongBasket string

// The rules for long baskets.
const (
	LeaveOut LongBasket = "leave_out" // it is a batch, not a basket
	Truncate LongBasket = "truncate"  // the items of its first lines stay
)

// LongBaskets lists the rules for long baskets.
func LongBaskets() []LongBasket { return []LongBasket{LeaveOut, Truncate} }

// Valid says whether the rule is one of [LongBaskets].
func (l LongBasket) Valid() bool { return slices.Contains(LongBaskets(), l) }

// UnmarshalText reads exactly the names of [LongBaskets].
func (l *LongBasket) UnmarshalText(text []byte) error {
	return enum.Decode(l, text, "long_basket", LongBaskets())
}

// Gathering says how lines become baskets. The zero Gathering is the default.
type Gathering struct {
	Longest int        `json:"longest,omitzero"`  // items of a basket at most; 0 = 100
	TooLong LongBasket `json:"too_long,omitzero"` // none = leave out
	// KnownCustomers leaves out what no customer is known for, such as the day's sales
	// of a web shop booked in one document.
	KnownCustomers bool `json:"known_customers,omitzero"`
}

// Validate reports every fault of the gathering.
func (g Gathering) Validate() error {
	var c tandem.Check
	c.Require(g.Longest >= 0 && g.Longest <= MaxLength, "longest", "longest", "must be 0 to 10,000")
	c.Require(g.TooLong == "" || g.TooLong.Valid(), "long_basket", "too_long", "must be leave_out or truncate")
	return c.Err("basket gathering")
}

func (g Gathering) filled() Gathering {
	if g.Longest == 0 {
		g.Longest = 100
	}
	if g.TooLong == "" {
		g.TooLong = LeaveOut
	}
	return g
}
