package costing

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// PoolOpened says that a product got a pool in a company.
type PoolOpened struct {
	ID       PoolID           `json:"pool"`
	Company  tandem.CompanyID `json:"company"`
	Product  tandem.ProductID `json:"product"`
	Method   Method           `json:"method"`
	Standard tandem.Price     `json:"standard"` // empty for the average method
	At       tandem.Instant   `json:"at"`
}

// EventName is the stable name of the event.
func (PoolOpened) EventName() string { return "costing.pool.opened" }

// AppendJSON appends what encoding/json gives.
func (e PoolOpened) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "pool", e.ID)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "product", e.Product)
	o.String("method", string(e.Method))
	jsonw.Text(&o, "standard", e.Standard)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// PoolRevalued says that the stock is worth something else without having moved:
// by a revaluation, a new standard cost or another method.
type PoolRevalued struct {
	ID         PoolID           `json:"pool"`
	Company    tandem.CompanyID `json:"company"`
	Product    tandem.ProductID `json:"product"`
	Method     Method           `json:"method"`     // from now on
	Standard   tandem.Price     `json:"standard"`   // from now on; empty for the average method
	Value      tandem.Money     `json:"value"`      // from now on
	Difference tandem.Money     `json:"difference"` // to be posted
	Reason     string           `json:"reason,omitempty"`
	At         tandem.Instant   `json:"at"`
}

// EventName is the stable name of the event.
func (PoolRevalued) EventName() string { return "costing.pool.revalued" }

// AppendJSON appends what encoding/json gives.
func (e PoolRevalued) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "pool", e.ID)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "product", e.Product)
	o.String("method", string(e.Method))
	jsonw.Text(&o, "standard", e.Standard)
	jsonw.Text(&o, "value", e.Value)
	jsonw.Text(&o, "difference", e.Difference)
	o.StringOmit("reason", e.Reason)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}
