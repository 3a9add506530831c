package sensing

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/integration/insight/signal"
	"github.com/tandem-go/tandem/integration/insight/signal/internal/row"
)

// The limits of a pipeline.
const (
	MaxOpportunities = 1_000_000 // lines
	MaxOrders        = 1_000_000 // lines
	MaxOutcomes      = 1_000_000
	MaxBuckets       = 10_000_000 // products × horizon
	MaxLeadDays      = 3_660
	MaxWindowDays    = 3_660
)

// ExactDays is how far the needs may lie apart where a line has just what an order asks
// for, so that the line has the first claim on it, before nearer ones.
const ExactDays = 7

// KindOpportunity is the kind of document that references to opportunities have where the
// host has no name of its own for them.
const KindOpportunity tandem.DocumentKind = "opportunity"

// Opportunity is a line of an open opportunity: a product that may be ordered.
type Opportunity struct {
	Ref         tandem.DocumentRef `json:"ref"`
	Line        int                `json:"line,omitzero"` // where one opportunity has several of a product
	Party       tandem.PartyID     `json:"party,omitzero"`
	Product     tandem.ProductID   `json:"product"`
	Quantity    tandem.Quantity    `json:"quantity"`    // in the product's base unit
	Probability tandem.Rate        `json:"probability"` // of being won, 0 to 1
	Close       tandem.Date        `json:"close"`       // the day on which the order is expected
	Need        tandem.Date        `json:"need,omitzero"`
	Created     tandem.Date        `json:"created,omitzero"` // the day it was opened: no older order is taken for one of it
	Stage       string             `json:"stage,omitempty"`
}

// Order is a line of a sales order that has arrived.
type Order struct {
	Ref  tandem.DocumentRef `json:"ref"`
	Line int                `json:"line,omitzero"`
	// Opportunity is the one that the order came of; empty where nobody wrote it down. The
	// orders of a won deal must carry theirs, or they are taken for orders of the next one
	// that is open; see [Config].Closed.
	Opportunity tandem.DocumentRef `json:"opportunity,omitzero"`
	Party       tandem.PartyID     `json:"party,omitzero"`
	Product     tandem.ProductID   `json:"product"`
	Quantity    tandem.Quantity    `json:"quantity"`        // ordered less cancelled
	Need        tandem.Date        `json:"need"`            // the day for which it was asked
	Placed      tandem.Date        `json:"placed,omitzero"` // the day it was placed: it is not taken for one of a younger opportunity
}

// Matching says what an order without a reference consumes.
type Matching string

// The policies of matching. Each is wrong where the other is right, and only references
// in the orders are right everywhere.
const (
	// ByPartyAndProduct is the default: an order that names none takes what the party was
	// expected to need of the product about then, so that a deal whose orders nobody ties
	// to it does not count twice. It costs what is wrongly swallowed: the usual orders of a
	// customer who also has a project in the pipeline take the project's demand, and
	// planning is short of it. Created and Placed keep older orders out, and what was taken
	// is said: [Consumption].Matched, [Peg].Guessed, [TakenByGuess]. It is the default
	// because each guess is said where somebody looks, and a reference puts it right, while
	// a deal that counts twice is one among many that no order has reached. Where usual
	// orders and projects of one party and product are common, take the other.
	ByPartyAndProduct Matching = "by_party_and_product"
	// ByReference is for hosts whose orders name their opportunities: an order that names
	// none came of none, and takes nothing. It costs what counts twice: a deal whose order
	// nobody tied to it stays expected in full beside the order, until it is closed, and
	// planning buys both. The orders are remarks, [WithoutOpportunity], as usual ones are.
	ByReference Matching = "by_reference"
)

// Matchings lists the policies.
func Matchings() []Matching { return []Matching{ByReference, ByPartyAndProduct} }

// Valid says whether the policy is one of [Matchings].
func (m Matching) Valid() bool { return slices.Contains(Matchings(), m) }

// UnmarshalText reads exactly the names of [Matchings].
func (m *Matching) UnmarshalText(text []byte) error {
	return enum.Decode(m, text, "matching", Matchings())
}

// Overdue says what becomes of an opportunity whose close date has passed.
type Overdue string

// The policies for overdue opportunities; each flags them.
const (
	LeaveOverdue Overdue = "leave_out" // no demand is expected of it until someone looks at it: the default
	MoveOverdue  Overdue = "move"      // as if it closed today
)

// Overdues lists the policies.
func Overdues() []Overdue { return []Overdue{LeaveOverdue, MoveOverdue} }

// Valid says whether the policy is one of [Overdues].
func (o Overdue) Valid() bool { return slices.Contains(Overdues(), o) }

// UnmarshalText reads exactly the names of [Overdues].
func (o *Overdue) UnmarshalText(text []byte) error {
	return enum.Decode(o, text, "overdue", Overdues())
}

// Lead is the lead time of a product, from the order to the need.
type Lead struct {
	Product tandem.ProductID `json:"product"`
	Days    int              `json:"days"`
}

// Config says how a pipeline is read. At and Bucket are needed; the rest has a
// default.
type Config struct {
	At      tandem.Date     `json:"at"` // today
	Bucket  forecast.Bucket `json:"bucket"`
	Horizon int             `json:"horizon,omitzero"` // buckets from that of today on; 0 = 12
	// LeadDays is the time from the order to the need where Leads says nothing else and
	// the opportunity names no day of need.
	LeadDays int    `json:"lead_days,omitzero"`
	Leads    []Lead `json:"leads,omitempty"`
	// Calendar makes lead days working days; nil = days.
	Calendar *tandem.Calendar `json:"-"`
	Matching Matching         `json:"matching,omitempty"` // empty = by_party_and_product
	// Backward and Forward are the days around an order's need in which the need of an
	// opportunity may lie for ByPartyAndProduct to match the two: Backward where the order
	// comes later than was expected, Forward where it comes earlier, such as one that is
	// entered the day before the close date. 0 = 30; the day itself is always looked at.
	Backward   int  `json:"backward,omitzero"`
	Forward    int  `json:"forward,omitzero"`
	NoBackward bool `json:"no_backward,omitzero"` // late orders match nothing, whatever Backward says
	NoForward  bool `json:"no_forward,omitzero"`  // early orders match nothing, whatever Forward says
	// Closed are won opportunities that are no longer given: an order that names one of
	// them is of it, takes nothing else and is no [UnknownOpportunity]. One that is given
	// all the same is consumed as any other.
	Closed  []tandem.DocumentRef `json:"closed,omitempty"`
	Overdue Overdue              `json:"overdue,omitempty"`
	// Correlation is that of winning any two deals, from a common cause; 0 = none, at
	// most 1.
	Correlation tandem.Rate `json:"correlation,omitzero"`
	// Rounding is that of quantity × probability, to a millionth of the unit; empty =
	// half away from zero.
	Rounding tandem.Rounding `json:"rounding,omitempty"`
}

func (c Config) filled() Config {
	c.Horizon = cmp.Or(c.Horizon, 12)
	c.Backward, c.Forward = cmp.Or(c.Backward, 30), cmp.Or(c.Forward, 30)
	if c.NoBackward {
		c.Backward = 0
	}
	if c.NoForward {
		c.Forward = 0
	}
	c.Matching = cmp.Or(c.Matching, ByPartyAndProduct)
	c.Overdue = cmp.Or(c.Overdue, LeaveOverdue)
	c.Rounding = cmp.Or(c.Rounding, tandem.HalfAwayFromZero)
	return c
}

// Validate reports every fault of the configuration.
func (c Config) Validate() error {
	var k tandem.Check
	f := c.filled()
	k.Require(!c.At.IsZero(), "required", "at", "must be given")
	k.Require(c.Bucket.Valid() && c.Bucket != forecast.Hour, "bucket", "bucket", "must be day, week, month, quarter or year")
	k.Require(c.Horizon >= 0 && c.Horizon <= forecast.MaxHorizon, "horizon", "horizon", "must be 0 to 10,000")
	k.Require(c.LeadDays >= 0 && c.LeadDays <= MaxLeadDays, "lead_days", "lead_days", "must be 0 to 3,660")
	k.Require(len(c.Leads) <= MaxOpportunities, "too_many", "leads", "at most 1,000,000")
	for i, l := range c.Leads {
		if l.Product.IsZero() || l.Days < 0 || l.Days > MaxLeadDays {
			k.Add("lead", tandem.Path("leads", i), "a product and 0 to 3,660 days are needed")
		}
	}
	k.Require(f.Matching.Valid(), "matching", "matching", "must be by_reference or by_party_and_product")
	k.Require(c.Backward >= 0 && c.Backward <= MaxWindowDays, "window", "backward", "must be 0 to 3,660")
	k.Require(c.Forward >= 0 && c.Forward <= MaxWindowDays, "window", "forward", "must be 0 to 3,660")
	k.Require(len(c.Closed) <= MaxOpportunities, "too_many", "closed", "at most 1,000,000")
	for i, r := range c.Closed {
		if r.IsZero() {
			k.Add("required", tandem.Path("closed", i), "must name an opportunity")
		}
	}
	k.Require(f.Overdue.Valid(), "overdue", "overdue", "must be leave_out or move")
	k.Require(row.Share(c.Correlation), "correlation", "correlation", "must be 0 to 1")
	k.Require(f.Rounding.Valid(), "rounding", "rounding", "must be a rounding mode")
	return k.Err("sensing configuration")
}

// compare is the one order of opportunities: the result does not depend on that in
// which they were given.
func (o Opportunity) compare(p Opportunity) int {
	return cmp.Or(o.Product.Compare(p.Product), o.Close.Compare(p.Close), signal.CompareDocuments(o.Ref, p.Ref), cmp.Compare(o.Line, p.Line))
}

func (o Order) compare(p Order) int {
	return cmp.Or(o.Product.Compare(p.Product), o.Need.Compare(p.Need), signal.CompareDocuments(o.Ref, p.Ref), cmp.Compare(o.Line, p.Line))
}

// lineKey is what makes a line one line.
type lineKey struct {
	kind    tandem.DocumentKind
	id      tandem.ID[any]
	line    int
	product tandem.ProductID
}

func (o Opportunity) key() lineKey { return lineKey{o.Ref.Kind, o.Ref.ID, o.Line, o.Product} }
func (o Order) key() lineKey       { return lineKey{o.Ref.Kind, o.Ref.ID, o.Line, o.Product} }

// check reports the faults of the lines: what cannot be read in one way only. Lines
// that say the same twice are no fault.
func check(opportunities []Opportunity, orders []Order, horizon int) error {
	var c tandem.Check
	measures := row.Measures{}
	unit := func(p tandem.ProductID, q tandem.Quantity, path string) {
		c.Require(measures.Fit(p, q), "unit", path+".quantity", "one unit for a product is needed")
	}
	c.Require(len(opportunities) <= MaxOpportunities, "too_many", "opportunities", "at most 1,000,000")
	c.Require(len(orders) <= MaxOrders, "too_many", "orders", "at most 1,000,000")
	if !c.OK() {
		return c.Err("pipeline")
	}
	known := make(map[lineKey]Opportunity, len(opportunities))
	for i, o := range opportunities {
		path := tandem.Path("opportunities", i)
		c.Require(!o.Ref.IsZero() && !o.Product.IsZero(), "required", path, "a reference and a product are needed")
		c.Require(row.Share(o.Probability), "probability", path+".probability", "must be 0 to 1")
		unit(o.Product, o.Quantity, path)
		before, twice := known[o.key()]
		before.Ref.Number = o.Ref.Number
		c.Require(!twice || before == o, "duplicate", path, "the same line was given before and says something else")
		known[o.key()] = o
	}
	c.Require(len(measures)*horizon <= MaxBuckets, "too_many", "horizon", "products × horizon at most 10,000,000")
	placed := make(map[lineKey]Order, len(orders))
	for i, o := range orders {
		path := tandem.Path("orders", i)
		c.Require(!o.Ref.IsZero() && !o.Product.IsZero(), "required", path, "a reference and a product are needed")
		unit(o.Product, o.Quantity, path)
		before, twice := placed[o.key()]
		before.Ref.Number, before.Opportunity.Number = o.Ref.Number, o.Opportunity.Number
		c.Require(!twice || before == o, "duplicate", path, "the same line was given before and says something else")
		placed[o.key()] = o
	}
	return c.Err("pipeline")
}
