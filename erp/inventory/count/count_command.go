package count

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
)

// Transition says where a command leads from a state.
type Transition struct {
	From    Status
	Command string
	To      Status
}

var transitions = [...]Transition{
	{StatusOpen, "record", StatusOpen},
	{StatusOpen, "post", StatusPosted},
	{StatusOpen, "cancel", StatusCancelled},
	{StatusPosted, "uphold", StatusPosted},
}

// Transitions lists every transition that there is.
func Transitions() []Transition {
	all := transitions
	return all[:]
}

func (c *Count) next(command string) (Status, error) {
	for _, t := range transitions {
		if t.From == c.s.Status && t.Command == command {
			return t.To, nil
		}
	}
	return "", c.refuse(command, "status", "not in this state")
}

func (c *Count) refuse(command, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "count " + c.s.ID.String(),
		State: string(c.s.Status), Code: code, Reason: reason}
}

// Record states what was found of a product, in its base unit. A second statement
// replaces the first; a product that was not expected gets a line with nothing
// expected.
func (c *Count) Record(product tandem.ProductID, lot tandem.LotID, counted tandem.Quantity, at tandem.Instant) error {
	if _, err := c.next("record"); err != nil {
		return err
	}
	if product.IsZero() || counted.Unit() == 0 || counted.Sign() < 0 {
		return fault("count", "counted", "counted", "must be a quantity of a product, and not negative")
	}
	for i := range c.s.Lines {
		l := &c.s.Lines[i]
		if l.Product != product || l.Lot != lot {
			continue
		}
		if l.Expected.Unit() != counted.Unit() {
			return tandem.ErrUnit
		}
		l.Counted, l.Done, l.Recorded = counted, true, at
		return nil
	}
	if len(c.s.Lines) >= tandem.MaxLines {
		return fault("count", "too_many", "lines", "too many lines")
	}
	c.s.Lines = append(c.s.Lines, Line{Line: len(c.s.Lines) + 1, Product: product, Lot: lot,
		Expected: tandem.QuantityFromMicro(0, counted.Unit()), Counted: counted, Done: true, Recorded: at})
	return nil
}

// Difference is what a count found more (or less, negative) than was expected.
type Difference struct {
	Line     int              `json:"line"`
	Product  tandem.ProductID `json:"product"`
	Lot      tandem.LotID     `json:"lot,omitzero"`
	Quantity tandem.Quantity  `json:"quantity"`
}

// Differences lists the lines whose counted quantity is not the expected one;
// lines that were not counted are treated as the policy says.
func (c *Count) Differences() ([]Difference, error) {
	var out []Difference
	for _, l := range c.s.Lines {
		counted := l.Counted
		switch {
		case l.Done:
		case c.s.Uncounted == KeepUncounted:
			continue
		case c.s.Uncounted == UncountedIsZero:
			counted = tandem.QuantityFromMicro(0, l.Expected.Unit())
		default:
			return nil, c.refuse("post", "uncounted", "line "+tandem.Path("lines", l.Line-1)+" is not counted")
		}
		found, err := counted.Sub(l.Expected)
		if err != nil {
			return nil, err
		}
		if !found.IsZero() {
			out = append(out, Difference{Line: l.Line, Product: l.Product, Lot: l.Lot, Quantity: found})
		}
	}
	return out, nil
}

// Post closes the count and gives the moves that make the stock what was found,
// effective at the count's instant, from or to the counter-location adjustment.
// It takes one move id for each of [Count.Differences], in their order. Taking
// away what is reserved is refused when the moves are applied to the levels; see
// [inventory.ReleaseLatest].
func (c *Count) Post(adjustment tandem.LocationID, ids []inventory.MoveID, at tandem.Instant) ([]inventory.Move, error) {
	to, err := c.next("post")
	if err != nil {
		return nil, err
	}
	found, err := c.Differences()
	if err != nil {
		return nil, err
	}
	moves, err := c.moves(found, adjustment, ids, at)
	if err != nil {
		return nil, err
	}
	c.s.Status, c.s.Closed = to, at
	c.record(Posted{ID: c.s.ID, Company: c.s.Company, Location: c.s.Location, Of: c.s.At, Differences: found, At: at})
	return moves, nil
}

func (c *Count) moves(found []Difference, adjustment tandem.LocationID, ids []inventory.MoveID, at tandem.Instant) ([]inventory.Move, error) {
	if len(ids) < len(found) {
		return nil, fault("count", "ids", "ids", "one move id for each difference")
	}
	moves := make([]inventory.Move, len(found))
	for i, d := range found {
		m := inventory.Move{ID: ids[i], Company: c.s.Company, Product: d.Product, Lot: d.Lot, From: adjustment, To: c.s.Location,
			Quantity: d.Quantity.Abs(), Effective: c.s.At, Recorded: at, Reason: inventory.ReasonCount,
			Source: tandem.LineRef{Document: tandem.RefTo(Kind, c.s.ID, ""), Line: d.Line}}
		if d.Quantity.Sign() < 0 {
			m.From, m.To = m.To, m.From
		}
		if err := m.Validate(); err != nil {
			return nil, err
		}
		moves[i] = m
	}
	return moves, nil
}

// Uphold keeps a posted count true against moves that became known later and
// speak of a time up to its instant: what was there was seen, whatever else
// happened before. It gives the moves that undo their effect on the counted
// products at that instant. Moves of the count itself, of other places and
// products, and of later times are passed over. It takes at most one move id for
// each line.
func (c *Count) Uphold(late []inventory.Move, adjustment tandem.LocationID, ids []inventory.MoveID, at tandem.Instant) ([]inventory.Move, error) {
	if _, err := c.next("uphold"); err != nil {
		return nil, err
	}
	var found []Difference
	for _, l := range c.s.Lines {
		if !l.Done && c.s.Uncounted == KeepUncounted {
			continue
		}
		sum := tandem.QuantityFromMicro(0, l.Expected.Unit())
		for _, m := range late {
			var err error
			if sum, err = c.late(sum, l, m); err != nil {
				return nil, err
			}
		}
		if !sum.IsZero() {
			found = append(found, Difference{Line: l.Line, Product: l.Product, Lot: l.Lot, Quantity: sum.Neg()})
		}
	}
	return c.moves(found, adjustment, ids, at)
}

// late adds what m, if it is a late one, changed on line l.
func (c *Count) late(sum tandem.Quantity, l Line, m inventory.Move) (tandem.Quantity, error) {
	own := m.Source.Document.Same(tandem.RefTo(Kind, c.s.ID, ""))
	if own || m.Company != c.s.Company || m.Product != l.Product || m.Lot != l.Lot ||
		m.Effective.After(c.s.At) || !m.Recorded.After(c.s.Closed) {
		return sum, nil
	}
	switch c.s.Location {
	case m.To:
		return sum.Add(m.Quantity)
	case m.From:
		return sum.Sub(m.Quantity)
	}
	return sum, nil
}

// Cancel gives the count up; nothing changes.
func (c *Count) Cancel(reason string, at tandem.Instant) error {
	to, err := c.next("cancel")
	if err != nil {
		return err
	}
	if len(reason) > tandem.MaxText {
		return fault("count", "too_long", "reason", "too long")
	}
	c.s.Status, c.s.Closed = to, at
	c.record(Cancelled{ID: c.s.ID, Company: c.s.Company, Location: c.s.Location, Reason: reason, At: at})
	return nil
}
