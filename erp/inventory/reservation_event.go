package inventory

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// ReservationMade says that stock was reserved for a document line.
type ReservationMade struct {
	ID       ReservationID     `json:"reservation"`
	Company  tandem.CompanyID  `json:"company"`
	Line     tandem.LineRef    `json:"line"`
	Product  tandem.ProductID  `json:"product"`
	Location tandem.LocationID `json:"location"`
	Lot      tandem.LotID      `json:"lot,omitzero"`
	Quantity tandem.Quantity   `json:"quantity"`
	Promise  tandem.Date       `json:"promise"`
	Expires  tandem.Instant    `json:"expires,omitzero"`
	At       tandem.Instant    `json:"at"`
}

// EventName is the stable name of the event.
func (ReservationMade) EventName() string { return "inventory.reservation.made" }

// AppendJSON appends what encoding/json gives.
func (e ReservationMade) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "reservation", e.ID)
	jsonw.Text(&o, "company", e.Company)
	o.Append("line", e.Line.AppendJSON)
	jsonw.Text(&o, "product", e.Product)
	jsonw.Text(&o, "location", e.Location)
	jsonw.TextOmit(&o, "lot", e.Lot)
	jsonw.Text(&o, "quantity", e.Quantity)
	jsonw.Text(&o, "promise", e.Promise)
	jsonw.TextOmit(&o, "expires", e.Expires)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// ReservationConsumed says that reserved stock was shipped or used, in part or
// to the last.
type ReservationConsumed struct {
	ID       ReservationID     `json:"reservation"`
	Company  tandem.CompanyID  `json:"company"`
	Line     tandem.LineRef    `json:"line"`
	Product  tandem.ProductID  `json:"product"`
	Quantity tandem.Quantity   `json:"quantity"`
	Open     tandem.Quantity   `json:"open"` // still held
	Status   ReservationStatus `json:"status"`
	At       tandem.Instant    `json:"at"`
}

// EventName is the stable name of the event.
func (ReservationConsumed) EventName() string { return "inventory.reservation.consumed" }

// AppendJSON appends what encoding/json gives.
func (e ReservationConsumed) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "reservation", e.ID)
	jsonw.Text(&o, "company", e.Company)
	o.Append("line", e.Line.AppendJSON)
	jsonw.Text(&o, "product", e.Product)
	jsonw.Text(&o, "quantity", e.Quantity)
	jsonw.Text(&o, "open", e.Open)
	o.String("status", string(e.Status))
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// ReservationReleased says that reserved stock was given back.
type ReservationReleased struct {
	ID       ReservationID     `json:"reservation"`
	Company  tandem.CompanyID  `json:"company"`
	Line     tandem.LineRef    `json:"line"`
	Product  tandem.ProductID  `json:"product"`
	Quantity tandem.Quantity   `json:"quantity"`
	Open     tandem.Quantity   `json:"open"` // still held
	Status   ReservationStatus `json:"status"`
	Reason   string            `json:"reason,omitempty"`
	At       tandem.Instant    `json:"at"`
}

// EventName is the stable name of the event.
func (ReservationReleased) EventName() string { return "inventory.reservation.released" }

// AppendJSON appends what encoding/json gives.
func (e ReservationReleased) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "reservation", e.ID)
	jsonw.Text(&o, "company", e.Company)
	o.Append("line", e.Line.AppendJSON)
	jsonw.Text(&o, "product", e.Product)
	jsonw.Text(&o, "quantity", e.Quantity)
	jsonw.Text(&o, "open", e.Open)
	o.String("status", string(e.Status))
	o.StringOmit("reason", e.Reason)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// ReservationExpired says that what was still held was given back, since its
// time was over.
type ReservationExpired struct {
	ID       ReservationID    `json:"reservation"`
	Company  tandem.CompanyID `json:"company"`
	Line     tandem.LineRef   `json:"line"`
	Product  tandem.ProductID `json:"product"`
	Quantity tandem.Quantity  `json:"quantity"`
	At       tandem.Instant   `json:"at"`
}

// EventName is the stable name of the event.
func (ReservationExpired) EventName() string { return "inventory.reservation.expired" }

// AppendJSON appends what encoding/json gives.
func (e ReservationExpired) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "reservation", e.ID)
	jsonw.Text(&o, "company", e.Company)
	o.Append("line", e.Line.AppendJSON)
	jsonw.Text(&o, "product", e.Product)
	jsonw.Text(&o, "quantity", e.Quantity)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// ReservationTransferred says that reserved stock was handed to another line,
// where reservation To holds it.
type ReservationTransferred struct {
	ID       ReservationID     `json:"reservation"`
	Company  tandem.CompanyID  `json:"company"`
	Line     tandem.LineRef    `json:"line"`
	Product  tandem.ProductID  `json:"product"`
	To       ReservationID     `json:"to"`
	ToLine   tandem.LineRef    `json:"to_line"`
	Quantity tandem.Quantity   `json:"quantity"`
	Open     tandem.Quantity   `json:"open"` // still held
	Status   ReservationStatus `json:"status"`
	At       tandem.Instant    `json:"at"`
}

// EventName is the stable name of the event.
func (ReservationTransferred) EventName() string { return "inventory.reservation.transferred" }

// AppendJSON appends what encoding/json gives.
func (e ReservationTransferred) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "reservation", e.ID)
	jsonw.Text(&o, "company", e.Company)
	o.Append("line", e.Line.AppendJSON)
	jsonw.Text(&o, "product", e.Product)
	jsonw.Text(&o, "to", e.To)
	o.Append("to_line", e.ToLine.AppendJSON)
	jsonw.Text(&o, "quantity", e.Quantity)
	jsonw.Text(&o, "open", e.Open)
	o.String("status", string(e.Status))
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}
