package retention

import (
	"cmp"
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
)

// The limits of an assessment.
const (
	MaxCustomers = 2_000_000
	MaxEvents    = 1_000 // of one customer
)

// Share is a count of a count, such as late lines of lines.
type Share struct {
	Count int `json:"count"`
	Of    int `json:"of"` // 0 = not known
}

// EventKind says what happened that a customer could be asked about. The
// names are stable.
type EventKind string

// The events, the most telling first: where several are fresh, the first is asked
// about.
const (
	ComplaintClosed EventKind = "complaint_closed"
	Returned        EventKind = "returned"
	LateDelivery    EventKind = "late_delivery"
	FirstDelivery   EventKind = "first_delivery"
	Delivery        EventKind = "delivery"
)

// EventKinds lists the events.
func EventKinds() []EventKind {
	return []EventKind{ComplaintClosed, Returned, LateDelivery, FirstDelivery, Delivery}
}

// Valid says whether the event is one of [EventKinds].
func (k EventKind) Valid() bool { return slices.Contains(EventKinds(), k) }

// UnmarshalText reads exactly the names of [EventKinds].
func (k *EventKind) UnmarshalText(text []byte) error {
	return enum.Decode(k, text, "event", EventKinds())
}

// Event is something that a customer could be asked about.
type Event struct {
	Kind EventKind          `json:"kind"`
	Date tandem.Date        `json:"date"`
	Ref  tandem.DocumentRef `json:"ref,omitzero"` // the delivery, return or case
}

// Customer is what is known of one, counted over a period that the host chooses,
// such as a year.
type Customer struct {
	Party tandem.PartyID `json:"party"`
	// Purchases is the number of days with a purchase, First and Last the first and last
	// of them.
	Purchases int         `json:"purchases"`
	First     tandem.Date `json:"first,omitzero"`
	Last      tandem.Date `json:"last,omitzero"`

	Late       Share `json:"late"`       // lines delivered after the promise
	Incomplete Share `json:"incomplete"` // lines not delivered in full
	Returned   Share `json:"returned"`   // lines, or units, that came back

	NPS  *int `json:"nps,omitempty"`  // the last answer, 0 to 10
	CSAT *int `json:"csat,omitempty"` // the last answer, 1 to 5

	OpenComplaints int         `json:"open_complaints"`
	Events         []Event     `json:"events,omitempty"`
	Consent        bool        `json:"consent"` // to be asked, over some channel, today
	LastSurvey     tandem.Date `json:"last_survey,omitzero"`
}

// Config says how customers are assessed. At is needed; the rest has a default.
type Config struct {
	At tandem.Date `json:"at"`
	// Weights are the points of the factors; empty = [DefaultWeights]. A factor that is
	// not in it does not count.
	Weights []Weight `json:"weights,omitempty"`
	// MinimumLines under which a share of lines says nothing; 0 = 5.
	MinimumLines int `json:"minimum_lines,omitzero"`
	// MinimumPurchases under which there is no rhythm; 0 = 3.
	MinimumPurchases int     `json:"minimum_purchases,omitzero"`
	Medium           float64 `json:"medium,omitzero"` // score from which the risk is medium; 0 = 30
	High             float64 `json:"high,omitzero"`   // score from which it is high; 0 = 60
	// MinimumKnown is the share of all points that must be known for a risk to be high;
	// under it the risk is medium at most, with the note [LittleKnown], since one open
	// complaint and nothing else would be 100 of 100. 0 = 0.3, which silence alone (40 of
	// 100 by [DefaultWeights]) reaches, and no answer or complaint does; at most 1.
	MinimumKnown float64 `json:"minimum_known,omitzero"`
	// CapDays must have passed since the last survey; 0 = 90. FreshDays is how long an
	// event is asked about; 0 = 14. RelationDays without a survey are an occasion of
	// their own; 0 = 365.
	CapDays      int `json:"cap_days,omitzero"`
	FreshDays    int `json:"fresh_days,omitzero"`
	RelationDays int `json:"relation_days,omitzero"`
}

func (c Config) filled() Config {
	if len(c.Weights) == 0 {
		c.Weights = DefaultWeights()
	}
	c.MinimumLines = cmp.Or(c.MinimumLines, 5)
	c.MinimumPurchases = cmp.Or(c.MinimumPurchases, 3)
	c.Medium = cmp.Or(c.Medium, 30)
	c.High = cmp.Or(c.High, 60)
	c.MinimumKnown = cmp.Or(c.MinimumKnown, 0.3)
	c.CapDays = cmp.Or(c.CapDays, 90)
	c.FreshDays = cmp.Or(c.FreshDays, 14)
	c.RelationDays = cmp.Or(c.RelationDays, 365)
	return c
}

// Validate reports every fault of the configuration.
func (c Config) Validate() error {
	var k tandem.Check
	f := c.filled()
	k.Require(!c.At.IsZero(), "required", "at", "must be given")
	for i, w := range c.Weights {
		path := tandem.Path("weights", i)
		k.Require(w.Factor.Valid(), "factor", path+".factor", "must be one of the factors")
		k.Require(w.Points > 0 && w.Points <= 1e6, "points", path+".points", "must be above 0, at most 1,000,000")
		scale := math.Abs(w.From) <= 1e9 && math.Abs(w.Full) <= 1e9 && w.From != w.Full
		k.Require(scale, "scale", path, "from and full must be two numbers within ±1e9")
		twice := slices.ContainsFunc(c.Weights[:i], func(o Weight) bool { return o.Factor == w.Factor })
		k.Require(!twice, "duplicate", path+".factor", "was given before")
	}
	k.Require(c.MinimumLines >= 0 && c.MinimumPurchases >= 0, "minimum", "minimum_lines", "minimums must not be negative")
	k.Require(f.Medium > 0 && f.Medium <= f.High && f.High <= 100, "thresholds", "high", "0 < medium ≤ high ≤ 100 is needed")
	k.Require(c.MinimumKnown >= 0 && c.MinimumKnown <= 1, "minimum_known", "minimum_known", "must be 0 to 1")
	k.Require(c.CapDays >= 0 && c.FreshDays >= 0 && c.RelationDays >= 0, "days", "cap_days", "days must not be negative")
	return k.Err("retention configuration")
}

// check reports the faults of the customers: a party twice is one, since nobody can
// say which of the two holds.
func check(customers []Customer) error {
	var c tandem.Check
	if !c.Require(len(customers) <= MaxCustomers, "too_many", "customers", "at most 2,000,000") {
		return c.Err("customers")
	}
	seen := make(map[tandem.PartyID]bool, len(customers))
	for i, u := range customers {
		path := tandem.Path("customers", i)
		if u.Party.IsZero() || seen[u.Party] {
			c.Add("party", path+".party", "must be given, and once")
		}
		seen[u.Party] = true
		for _, s := range []Share{u.Late, u.Incomplete, u.Returned} {
			if s.Count < 0 || s.Of < 0 {
				c.Add("share", path, "counts must not be negative")
			}
		}
		if u.Purchases < 0 || u.OpenComplaints < 0 || len(u.Events) > MaxEvents {
			c.Add("count", path, "counts must not be negative, and at most 1,000 events")
		}
		if u.NPS != nil && (*u.NPS < 0 || *u.NPS > 10) || u.CSAT != nil && (*u.CSAT < 1 || *u.CSAT > 5) {
			c.Add("answer", path, "NPS must be 0 to 10, CSAT 1 to 5")
		}
		for k, e := range u.Events {
			if !e.Kind.Valid() || e.Date.IsZero() {
				c.Add("event", path+"."+tandem.Path("events", k), "a kind and a day are needed")
			}
		}
	}
	return c.Err("customers")
}
