package costing

import "github.com/tandem-go/tandem"

type poolKind struct{}

// PoolID names a pool.
type PoolID = tandem.ID[poolKind]

// KindCostPool is the stable name of pools.
const KindCostPool tandem.DocumentKind = "cost_pool"

// PoolIDOf gives the id of the pool of a company and product. It is derived from
// the key, so that two that are opened at once are one and the same, and one of
// the two writers is told.
func PoolIDOf(company tandem.CompanyID, product tandem.ProductID) PoolID {
	return tandem.DeriveID[PoolID]("cost_pool", company.String()+"/"+product.String())
}

// Method names how issues are valued.
type Method string

// The methods.
const (
	Average  Method = "average"  // perpetual average: an issue takes its share of the value
	Standard Method = "standard" // quantity × standard cost; differences are variances
)

// Methods lists the methods.
func Methods() []Method { return []Method{Average, Standard} }

// Valid reports whether m is one of [Methods].
func (m Method) Valid() bool { return m == Average || m == Standard }

// UnmarshalText reads a method and refuses anything else.
func (m *Method) UnmarshalText(text []byte) error {
	parsed := Method(text)
	if !parsed.Valid() {
		return fault("costing method", "method", "method", "must be average or standard")
	}
	*m = parsed
	return nil
}

func fault(subject, code, path, message string) error {
	var c tandem.Check
	c.Add(code, path, message)
	return c.Err(subject)
}

// CostPoolState is what is kept of a [CostPool].
type CostPoolState struct {
	ID       PoolID           `json:"id"`
	Company  tandem.CompanyID `json:"company"`
	Revision int64            `json:"revision"` // kept by the store, compared on Save
	Sequence int64            `json:"sequence"` // number of events ever recorded
	Product  tandem.ProductID `json:"product"`
	Method   Method           `json:"method"`
	Quantity tandem.Quantity  `json:"quantity"` // in the product's base unit, never negative
	Value    tandem.Money     `json:"value"`    // in the company's functional currency, never negative; nought when Quantity is
	Standard tandem.Price     `json:"standard"` // per base unit; none for the average method
}

// CostPool is the quantity and value of a product in a company. Receipts, issues
// and returns record no events, since the documents that cause them tell of them
// with the values that the pool gave; changes of its own (opened, revalued, another
// method or standard) are events of the pool.
type CostPool struct {
	s      CostPoolState
	events []tandem.Event
}

// NewCostPool opens an empty pool that values issues by [Average], in the
// product's base unit and the company's functional currency.
func NewCostPool(company tandem.CompanyID, product tandem.ProductID, u tandem.Unit, c tandem.Currency, at tandem.Instant) (*CostPool, error) {
	return openPool(company, product, Average, tandem.Price{}, u, c, at)
}

// NewStandardPool opens an empty pool of which each unit is worth standard: a
// price per base unit in the functional currency, not negative.
func NewStandardPool(company tandem.CompanyID, product tandem.ProductID, standard tandem.Price, at tandem.Instant) (*CostPool, error) {
	return openPool(company, product, Standard, standard, standard.Unit(), standard.Currency(), at)
}

func openPool(company tandem.CompanyID, product tandem.ProductID, m Method, standard tandem.Price,
	u tandem.Unit, c tandem.Currency, at tandem.Instant) (*CostPool, error) {
	p, err := RestoreCostPool(CostPoolState{ID: PoolIDOf(company, product), Company: company, Product: product, Method: m,
		Quantity: tandem.QuantityFromMicro(0, u), Value: tandem.MoneyFromMinor(0, c), Standard: standard})
	if err != nil {
		return nil, err
	}
	p.record(PoolOpened{ID: p.s.ID, Company: company, Product: product, Method: m, Standard: standard, At: at})
	return p, nil
}

// RestoreCostPool gives the pool of a state that was kept.
func RestoreCostPool(s CostPoolState) (*CostPool, error) {
	var c tandem.Check
	c.Require(!s.ID.IsZero(), "required", "id", "must be given")
	c.Require(!s.Company.IsZero(), "required", "company", "must be given")
	c.Require(!s.Product.IsZero(), "required", "product", "must be given")
	c.Require(s.Method.Valid(), "method", "method", "must be average or standard")
	c.Require(s.Revision >= 0 && s.Sequence >= 0, "revision", "revision", "must not be negative")
	c.Require(s.Quantity.Unit() != 0 && s.Quantity.Sign() >= 0, "quantity", "quantity", "must have a unit and not be negative")
	c.Require(s.Value.Currency() != 0 && s.Value.Sign() >= 0, "value", "value", "must have a currency and not be negative")
	c.Require(!s.Quantity.IsZero() || s.Value.IsZero(), "residue", "value", "nothing is worth nothing")
	switch s.Method {
	case Standard:
		c.Require(s.fits(s.Standard), "standard", "standard", "must be in the pool's unit and currency and not negative")
	case Average:
		c.Require(s.Standard.IsNone(), "standard", "standard", "only for the standard method")
	}
	if err := c.Err("cost pool"); err != nil {
		return nil, err
	}
	return &CostPool{s: s}, nil
}

func (s *CostPoolState) fits(standard tandem.Price) bool {
	return standard.Unit() == s.Quantity.Unit() && standard.Currency() == s.Value.Currency() && standard.Sign() >= 0
}

// ID gives the pool's id.
func (p *CostPool) ID() PoolID { return p.s.ID }

// Company gives the company that owns the stock.
func (p *CostPool) Company() tandem.CompanyID { return p.s.Company }

// Product gives the product.
func (p *CostPool) Product() tandem.ProductID { return p.s.Product }

// Revision gives the revision that the store keeps.
func (p *CostPool) Revision() int64 { return p.s.Revision }

// Method gives how issues are valued.
func (p *CostPool) Method() Method { return p.s.Method }

// Quantity gives what is there.
func (p *CostPool) Quantity() tandem.Quantity { return p.s.Quantity }

// Value gives what it is worth.
func (p *CostPool) Value() tandem.Money { return p.s.Value }

// UnitCost gives the value of one unit, rounded to a millionth, for people; false
// where there is no quantity. Nothing is computed from it.
func (p *CostPool) UnitCost() (tandem.Price, bool) {
	price, err := p.s.Value.PricePer(p.s.Quantity, 1, tandem.HalfAwayFromZero)
	return price, err == nil
}

// State gives a copy of everything that is kept.
func (p *CostPool) State() CostPoolState { return p.s }

// Copy gives an independent copy as a store keeps it: under that revision, and
// without the recorded events.
func (p *CostPool) Copy(revision int64) *CostPool {
	c := &CostPool{s: p.s}
	c.s.Revision = revision
	return c
}

// Drain hands out the recorded events and forgets them.
func (p *CostPool) Drain() tandem.Recorded {
	out := tandem.Recorded{Kind: KindCostPool, ID: p.s.ID.Bytes(), Company: p.s.Company, Last: p.s.Sequence, Events: p.events}
	p.events = nil
	return out
}

func (p *CostPool) record(e tandem.Event) {
	p.s.Sequence++
	p.events = append(p.events, e)
}

// InsufficientError says that more was to be taken than there is. It matches
// [tandem.ErrInsufficient].
type InsufficientError struct {
	Company   tandem.CompanyID
	Product   tandem.ProductID
	Wanted    tandem.Quantity
	Available tandem.Quantity
}

func (e *InsufficientError) Error() string {
	what := "the issue"
	if !e.Product.IsZero() {
		what = "product " + e.Product.String()
	}
	return what + ": " + e.Wanted.String() + " wanted, " + e.Available.String() + " there"
}

// Is reports whether target is [tandem.ErrInsufficient].
func (e *InsufficientError) Is(target error) bool { return target == tandem.ErrInsufficient }

// ResidueError says that a change would leave value without quantity, or less
// than no value. It matches [tandem.ErrInvalid].
type ResidueError struct {
	Product  tandem.ProductID
	Quantity tandem.Quantity
	Value    tandem.Money
}

func (e *ResidueError) Error() string {
	return "product " + e.Product.String() + ": " + e.Quantity.String() + " cannot be worth " + e.Value.String()
}

// Is reports whether target is [tandem.ErrInvalid].
func (e *ResidueError) Is(target error) bool { return target == tandem.ErrInvalid }
