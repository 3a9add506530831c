package outbox

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// CloudEventType is the media type of what [CloudEvent] gives.
const CloudEventType = "application/cloudevents+json"

// CloudEvent gives an event as a CloudEvent 1.0 in the JSON event format. source is
// a URI reference that names the outbox, `/tandem/acme`: with the id, which is the
// event's identity, it tells every event from every other.
//
// The event's name is the type, its aggregate the subject (kind/id) and, with its
// company before it, the partitionkey, its time the time, its payload the data; a payload that is no JSON
// is data_base64. Extension attributes are sequence (of the aggregate: 19 digits, so
// that they sort as text, as the extension of that name wants it), position,
// company, actor and cause; those that are empty are left out.
//
// Source: CloudEvents 1.0.2, JSON event format 1.0.2, extensions sequence and
// partitioning.
func CloudEvent(event *work.Event, source string) []byte {
	id := event.Identity()
	o := jsonw.Object(make([]byte, 0, 512+len(event.Payload)))
	o.String("specversion", "1.0")
	o.String("id", id)
	o.String("source", source)
	o.String("type", event.Name)
	o.String("subject", string(tandem.AppendUUID([]byte(event.Kind+"/"), event.ID)))
	jsonw.TextOmit(&o, "time", event.At)
	o.String("partitionkey", partition(id))
	o.String("sequence", digits(event.Sequence))
	if event.Position > 0 {
		o.String("position", digits(event.Position))
	}
	if !event.Company.IsZero() {
		jsonw.Text(&o, "company", event.Company)
	}
	o.StringOmit("actor", event.Actor)
	o.StringOmit("cause", event.Cause)
	switch {
	case len(event.Payload) == 0:
	case utf8.Valid(event.Payload) && json.Valid(event.Payload):
		o.String("datacontenttype", "application/json")
		o.Raw("data", event.Payload)
	default:
		o.String("datacontenttype", "application/octet-stream")
		o.String("data_base64", base64.StdEncoding.EncodeToString(event.Payload))
	}
	return o.Close()
}

// partition gives the part of an identity that names the aggregate.
func partition(identity string) string { return identity[:strings.LastIndexByte(identity, '/')] }

func digits(n int64) string {
	s := strconv.FormatInt(n, 10)
	return strings.Repeat("0", max(0, 19-len(s))) + s
}

// envelope is a CloudEvent as it is read.
type envelope struct {
	SpecVersion     string           `json:"specversion"`
	ID              string           `json:"id"`
	Source          string           `json:"source"`
	Type            string           `json:"type"`
	Subject         string           `json:"subject"`
	Time            tandem.Instant   `json:"time"`
	DataContentType string           `json:"datacontenttype"`
	PartitionKey    string           `json:"partitionkey"`
	Sequence        string           `json:"sequence"`
	Position        string           `json:"position"`
	Company         tandem.CompanyID `json:"company"`
	Actor           string           `json:"actor"`
	Cause           string           `json:"cause"`
	Data            json.RawMessage  `json:"data"`
	DataBase64      *string          `json:"data_base64"`
}

// DecodeCloudEvent reads what [CloudEvent] gives: strictly, as JSON from outside is
// read (see [tandem.DecodeJSON]), so that a CloudEvent of somebody else with
// attributes of its own is refused. The error matches [tandem.ErrInvalid].
func DecodeCloudEvent(data []byte) (event work.Event, source string, err error) {
	var e envelope
	if err := tandem.DecodeJSON(data, &e); err != nil {
		return work.Event{}, "", err
	}
	var c tandem.Check
	c.Require(e.SpecVersion == "1.0", "specversion", "specversion", "must be 1.0")
	c.Require(e.Source != "", "source", "source", "must be given")
	c.Require(e.Type != "", "type", "type", "must be given")
	event = work.Event{Name: e.Type, Company: e.Company, At: e.Time, Actor: e.Actor, Cause: e.Cause}
	var ok bool
	event.Kind, event.ID, ok = readSubject(e.Subject)
	c.Require(ok, "subject", "subject", "must be kind/id")
	event.Sequence, ok = readDigits(e.Sequence)
	c.Require(ok, "sequence", "sequence", "must be 19 digits")
	if e.Position != "" {
		event.Position, ok = readDigits(e.Position)
		c.Require(ok, "position", "position", "must be 19 digits")
	}
	if c.OK() {
		c.Require(e.ID == event.Identity(), "id", "id", "must be company/subject/sequence")
		c.Require(e.PartitionKey == partition(event.Identity()), "partitionkey", "partitionkey", "must be company/subject")
	}
	if event.Payload = e.Data; e.DataBase64 != nil {
		var bad error
		event.Payload, bad = base64.StdEncoding.Strict().DecodeString(*e.DataBase64)
		c.Require(bad == nil, "data_base64", "data_base64", "must be base64")
		c.Require(e.Data == nil, "data", "data", "must not be given twice")
	}
	if err := c.Err("CloudEvent"); err != nil {
		return work.Event{}, "", err
	}
	return event, e.Source, nil
}

func readSubject(s string) (kind tandem.DocumentKind, id [16]byte, ok bool) {
	cut := strings.LastIndexByte(s, '/')
	if cut < 0 {
		return "", id, false
	}
	parsed, err := tandem.ParseID[tandem.CompanyID](s[cut+1:]) // of whatever kind: the text is the same
	return tandem.DocumentKind(s[:cut]), parsed.Bytes(), err == nil
}

func readDigits(s string) (int64, bool) {
	if len(s) != 19 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
