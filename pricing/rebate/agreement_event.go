package rebate

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// Posted says that the refund liability of an agreement changed. Its name tells why:
// `pricing.rebate.accrued`, `.caught_up`, `.trued_up` or `.settled`.
type Posted struct {
	Agreement AgreementID      `json:"agreement"`
	Company   tandem.CompanyID `json:"company"`
	Customer  tandem.PartyID   `json:"customer"`
	Fact
}

// EventName is the stable name of the event.
func (e Posted) EventName() string { return "pricing.rebate." + string(e.Kind) }

// AppendJSON appends what encoding/json gives.
func (e Posted) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "agreement", e.Agreement)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "customer", e.Customer)
	o.String("kind", string(e.Kind))
	jsonw.Text(&o, "amount", e.Amount)
	o.StringOmit("key", e.Key)
	o.BeginObject("reward")
	jsonw.TextOmit(&o, "rate", e.Reward.Rate)
	jsonw.Text(&o, "per_unit", e.Reward.PerUnit)
	o.EndObject()
	o.BeginObject("net")
	jsonw.Text(&o, "quantity", e.Net.Quantity)
	jsonw.Text(&o, "value", e.Net.Value)
	o.EndObject()
	jsonw.Text(&o, "effective", e.Effective)
	jsonw.Text(&o, "recorded", e.Recorded)
	return o.Close()
}
