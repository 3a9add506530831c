package count

import (
	"slices"

	"github.com/tandem-go/tandem"
)

type countKind struct{}

// ID names a stock count.
type ID = tandem.ID[countKind]

// Kind is the stable name of stock counts.
const Kind tandem.DocumentKind = "stock_count"

// Status is a state in the life of a count.
type Status string

// The states of a count; the last two are final.
const (
	StatusOpen      Status = "open"
	StatusPosted    Status = "posted"
	StatusCancelled Status = "cancelled"
)

// Statuses lists the states.
func Statuses() []Status {
	return []Status{StatusOpen, StatusPosted, StatusCancelled}
}

// Valid reports whether s is one of [Statuses].
func (s Status) Valid() bool {
	return s == StatusOpen || s == StatusPosted || s == StatusCancelled
}

// UnmarshalText reads a state and refuses anything else.
func (s *Status) UnmarshalText(text []byte) error {
	parsed := Status(text)
	if !parsed.Valid() {
		return fault("count status", "status", "status", "must be open, posted or cancelled")
	}
	*s = parsed
	return nil
}

// Uncounted is the policy for lines without a counted quantity when a count is posted.
type Uncounted string

// The policies.
const (
	RefuseUncounted Uncounted = "refuse" // the count is not complete
	KeepUncounted   Uncounted = "keep"   // what was expected stays
	UncountedIsZero Uncounted = "zero"   // nothing was there
)

// UncountedPolicies lists the policies.
func UncountedPolicies() []Uncounted {
	return []Uncounted{RefuseUncounted, KeepUncounted, UncountedIsZero}
}

// Valid reports whether u is one of [UncountedPolicies].
func (u Uncounted) Valid() bool {
	return u == RefuseUncounted || u == KeepUncounted || u == UncountedIsZero
}

// UnmarshalText reads a policy and refuses anything else.
func (u *Uncounted) UnmarshalText(text []byte) error {
	parsed := Uncounted(text)
	if !parsed.Valid() {
		return fault("uncounted policy", "uncounted", "uncounted", "must be refuse, keep or zero")
	}
	*u = parsed
	return nil
}

// Line is a product, and its lot where it has lots, that is counted.
type Line struct {
	Line     int              `json:"line"` // from 1, for ever
	Product  tandem.ProductID `json:"product"`
	Lot      tandem.LotID     `json:"lot,omitzero"`
	Expected tandem.Quantity  `json:"expected"`          // as of the count's instant, in the base unit
	Counted  tandem.Quantity  `json:"counted"`           // what was found
	Done     bool             `json:"done,omitempty"`    // Counted was stated, be it nought
	Recorded tandem.Instant   `json:"recorded,omitzero"` // when it was stated
}

// State is what is kept of a [Count].
type State struct {
	ID        ID                `json:"id"`
	Company   tandem.CompanyID  `json:"company"`
	Revision  int64             `json:"revision"` // kept by the store, compared on Save
	Sequence  int64             `json:"sequence"` // number of events ever recorded
	Status    Status            `json:"status"`
	Location  tandem.LocationID `json:"location"`
	At        tandem.Instant    `json:"at"` // the instant that the count speaks of
	Uncounted Uncounted         `json:"uncounted"`
	Lines     []Line            `json:"lines,omitempty"`
	Closed    tandem.Instant    `json:"closed,omitzero"` // when it was posted or cancelled
}

// Count is a stock count of one location. It is an absolute statement: at the
// instant At so much was there. Posting it turns what was found into moves from
// or to a counter-location, effective at that instant.
type Count struct {
	s      State
	events []tandem.Event
}

// New opens a count with what is expected at the instant at: levels of the
// location (inventory.OnHandAt gives those of a past instant) with their base unit.
func New(id ID, company tandem.CompanyID, location tandem.LocationID, at tandem.Instant,
	uncounted Uncounted, expected []Line, opened tandem.Instant) (*Count, error) {
	lines := slices.Clone(expected)
	for i := range lines {
		lines[i] = Line{Line: i + 1, Product: lines[i].Product, Lot: lines[i].Lot, Expected: lines[i].Expected}
	}
	c, err := Restore(State{ID: id, Company: company, Status: StatusOpen, Location: location, At: at,
		Uncounted: uncounted, Lines: lines})
	if err != nil {
		return nil, err
	}
	if len(lines) > tandem.MaxLines {
		return nil, fault("count", "too_many", "lines", "too many lines")
	}
	if opened.Before(at) {
		return nil, fault("count", "future", "at", "cannot lie in the future")
	}
	c.record(Opened{ID: id, Company: company, Location: location, Of: at, Lines: int64(len(lines)), At: opened})
	return c, nil
}

// Restore gives the count of a state that was kept.
func Restore(s State) (*Count, error) {
	var c tandem.Check
	c.Require(!s.ID.IsZero(), "required", "id", "must be given")
	c.Require(!s.Company.IsZero(), "required", "company", "must be given")
	c.Require(!s.Location.IsZero(), "required", "location", "must be given")
	c.Require(!s.At.IsZero(), "required", "at", "must be given")
	c.Require(s.Status.Valid(), "status", "status", "unknown status")
	c.Require(s.Status == StatusOpen == s.Closed.IsZero(), "closed", "closed", "must be given when the count is over, and only then")
	c.Require(s.Uncounted.Valid(), "uncounted", "uncounted", "unknown policy")
	c.Require(s.Revision >= 0 && s.Sequence >= 0, "revision", "revision", "must not be negative")
	seen := make(map[lineKey]bool, len(s.Lines))
	for i, l := range s.Lines {
		path := tandem.Path("lines", i)
		c.Require(l.Line == i+1, "line", path+".line", "lines count from 1")
		c.Require(!l.Product.IsZero(), "required", path+".product", "must be given")
		c.Require(l.Expected.Unit() != 0, "unit", path+".expected", "must have a unit")
		c.Require(!l.Done && l.Counted == (tandem.Quantity{}) || l.Done && l.Counted.Unit() == l.Expected.Unit() && l.Counted.Sign() >= 0,
			"counted", path+".counted", "must be in the expected unit and not negative")
		c.Require(!seen[lineKey{l.Product, l.Lot}], "duplicate", path, "one line for each product and lot")
		seen[lineKey{l.Product, l.Lot}] = true
	}
	if err := c.Err("count"); err != nil {
		return nil, err
	}
	s.Lines = slices.Clone(s.Lines)
	return &Count{s: s}, nil
}

type lineKey struct {
	product tandem.ProductID
	lot     tandem.LotID
}

func fault(subject, code, path, message string) error {
	var c tandem.Check
	c.Add(code, path, message)
	return c.Err(subject)
}

// ID gives the count's id.
func (c *Count) ID() ID { return c.s.ID }

// Revision gives the revision that the store keeps.
func (c *Count) Revision() int64 { return c.s.Revision }

// Status gives the state of its life.
func (c *Count) Status() Status { return c.s.Status }

// State gives a copy of everything that is kept.
func (c *Count) State() State {
	s := c.s
	s.Lines = slices.Clone(s.Lines)
	return s
}

// Copy gives an independent copy as a store keeps it: under that revision, and
// without the recorded events.
func (c *Count) Copy(revision int64) *Count {
	s := c.State()
	s.Revision = revision
	return &Count{s: s}
}

// Company gives the company whose stock is counted.
func (c *Count) Company() tandem.CompanyID { return c.s.Company }

// Location gives the location that is counted.
func (c *Count) Location() tandem.LocationID { return c.s.Location }

// At gives the instant that the count speaks of.
func (c *Count) At() tandem.Instant { return c.s.At }

// Sheet gives the lines without what is expected, for a blind count.
func (c *Count) Sheet() []Line {
	lines := slices.Clone(c.s.Lines)
	for i := range lines {
		lines[i].Expected = tandem.Quantity{}
	}
	return lines
}

// Drain hands out the recorded events and forgets them.
func (c *Count) Drain() tandem.Recorded {
	out := tandem.Recorded{Kind: Kind, ID: c.s.ID.Bytes(), Company: c.s.Company, Last: c.s.Sequence, Events: c.events}
	c.events = nil
	return out
}

func (c *Count) record(e tandem.Event) {
	c.s.Sequence++
	c.events = append(c.events, e)
}
