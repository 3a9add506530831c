package count

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// Opened says that a count of a location was begun.
type Opened struct {
	ID       ID                `json:"count"`
	Company  tandem.CompanyID  `json:"company"`
	Location tandem.LocationID `json:"location"`
	Of       tandem.Instant    `json:"of"` // the instant that the count speaks of
	Lines    int64             `json:"lines"`
	At       tandem.Instant    `json:"at"`
}

// EventName is the stable name of the event.
func (Opened) EventName() string { return "inventory.count.opened" }

// AppendJSON appends what encoding/json gives.
func (e Opened) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "count", e.ID)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "location", e.Location)
	jsonw.Text(&o, "of", e.Of)
	o.Int("lines", e.Lines)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Posted says that the stock was set to what a count found.
type Posted struct {
	ID          ID                `json:"count"`
	Company     tandem.CompanyID  `json:"company"`
	Location    tandem.LocationID `json:"location"`
	Of          tandem.Instant    `json:"of"`
	Differences []Difference      `json:"differences,omitempty"`
	At          tandem.Instant    `json:"at"`
}

// EventName is the stable name of the event.
func (Posted) EventName() string { return "inventory.count.posted" }

// AppendJSON appends what encoding/json gives.
func (e Posted) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "count", e.ID)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "location", e.Location)
	jsonw.Text(&o, "of", e.Of)
	if len(e.Differences) > 0 {
		o.BeginArray("differences")
		for _, d := range e.Differences {
			o.Item().BeginObject()
			o.Int("line", int64(d.Line))
			jsonw.Text(&o, "product", d.Product)
			jsonw.TextOmit(&o, "lot", d.Lot)
			jsonw.Text(&o, "quantity", d.Quantity)
			o.EndObject()
		}
		o.EndArray()
	}
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// Cancelled says that a count was given up.
type Cancelled struct {
	ID       ID                `json:"count"`
	Company  tandem.CompanyID  `json:"company"`
	Location tandem.LocationID `json:"location"`
	Reason   string            `json:"reason,omitempty"`
	At       tandem.Instant    `json:"at"`
}

// EventName is the stable name of the event.
func (Cancelled) EventName() string { return "inventory.count.cancelled" }

// AppendJSON appends what encoding/json gives.
func (e Cancelled) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "count", e.ID)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "location", e.Location)
	o.StringOmit("reason", e.Reason)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}
