package warehouse

import (
	"context"
	"errors"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/inventory/count"
	"github.com/tandem-go/tandem/integration/work"
)

// OpenCount begins a count of a location: of all that is there, or of some
// products (a cycle count).
type OpenCount struct {
	work.Header
	Count     count.ID           `json:"count,omitzero"`      // default: a new id
	Location  tandem.LocationID  `json:"location,omitzero"`   // default: the warehouse
	At        tandem.Instant     `json:"at,omitzero"`         // that the count speaks of; default now
	Uncounted count.Uncounted    `json:"uncounted,omitempty"` // lines that nobody counted; default refuse
	Products  []tandem.ProductID `json:"products,omitempty"`  // none: all that is there
}

// CommandName is stable.
func (OpenCount) CommandName() string { return "warehouse.open_count" }

// Access is what the authoriser is asked.
func (OpenCount) Access() work.Access { return work.Access{} }

// AppendJSON writes the business fields.
func (c OpenCount) AppendJSON(dst []byte) []byte {
	c.Header = work.Header{}
	return work.AppendJSON(dst, c)
}

// CountOpened is the result of [Service.OpenCount]: the sheet, without what is
// expected, so that it can be counted blind.
type CountOpened struct {
	Count count.ID       `json:"count"`
	At    tandem.Instant `json:"at"`
	Lines []count.Line   `json:"lines,omitempty"`
}

// AppendJSON writes the result.
func (c CountOpened) AppendJSON(dst []byte) []byte { return work.AppendJSON(dst, c) }

// OpenCount opens a count. What is expected is what was at hand at the instant
// of the count, as it is known now.
func (s *Service[R]) OpenCount(ctx context.Context, cmd OpenCount) (CountOpened, error) {
	return do(ctx, s, cmd, func(ctx context.Context, t *task[R]) (CountOpened, error) {
		cmd := cmd // each run decides anew
		cmd.Location = s.orWarehouse(cmd.Location)
		if err := t.checkCount(ctx, &cmd); err != nil {
			return CountOpened{}, err
		}
		expected, err := t.expected(ctx, &cmd)
		if err != nil {
			return CountOpened{}, err
		}
		c, err := count.New(cmd.Count, s.company(), cmd.Location, cmd.At, cmd.Uncounted, expected, t.scope.Now)
		if err != nil {
			return CountOpened{}, err
		}
		t.scope.Emit(c.Drain())
		return CountOpened{Count: cmd.Count, At: cmd.At, Lines: c.Sheet()}, t.r.StockCounts().Save(ctx, c)
	})
}

func (t *task[R]) checkCount(ctx context.Context, cmd *OpenCount) error {
	if cmd.Uncounted == "" {
		cmd.Uncounted = count.RefuseUncounted
	}
	if cmd.At.IsZero() {
		cmd.At = t.scope.Now
	}
	if cmd.Count.IsZero() {
		cmd.Count = tandem.IDFromBytes[count.ID](t.scope.NewUUID())
	} else if _, err := t.r.StockCounts().Get(ctx, t.s.company(), cmd.Count); err == nil {
		return &tandem.DuplicateError{Kind: string(count.Kind), Index: "key", Key: cmd.Count.String()}
	} else if !errors.Is(err, tandem.ErrNotFound) {
		return err
	}
	var c tandem.Check
	c.Require(!cmd.At.After(t.scope.Now), "future", "at", "cannot lie in the future")
	err := collect(&c, "location", t.stockPlace(ctx, cmd.Location, ""))
	return errors.Join(err, c.Err("count"))
}

// expected gives a line for each product and lot that was there, and for each
// product that is asked for.
func (t *task[R]) expected(ctx context.Context, cmd *OpenCount) ([]count.Line, error) {
	levels, err := t.onHand(ctx, cmd.Location, tandem.ProductID{}, cmd.At)
	if err != nil {
		return nil, err
	}
	ahead := t.reads()
	for i := range levels {
		ahead.product(levels[i].Key.Product)
	}
	if err := t.fetch(ctx, &ahead); err != nil {
		return nil, err
	}
	asked := slices.Clone(cmd.Products)
	slices.SortFunc(asked, tandem.ProductID.Compare)
	var lines []count.Line
	add := func(product tandem.ProductID, lot tandem.LotID, micro int64) error {
		p, err := t.product(ctx, product)
		lines = append(lines, count.Line{Product: product, Lot: lot, Expected: tandem.QuantityFromMicro(micro, p.Unit)})
		return err
	}
	there := map[tandem.ProductID]bool{}
	for _, l := range levels {
		if _, wanted := slices.BinarySearchFunc(asked, l.Key.Product, tandem.ProductID.Compare); !wanted && len(asked) > 0 {
			continue
		}
		there[l.Key.Product] = true
		if err := add(l.Key.Product, l.Key.Lot, l.OnHand); err != nil {
			return nil, err
		}
	}
	for _, product := range asked {
		if there[product] {
			continue
		}
		if err := add(product, tandem.LotID{}, 0); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// onHand gives what was at a location at an instant, of one product or of all:
// the levels for now, the sum of the moves for an earlier time.
func (t *task[R]) onHand(ctx context.Context, location tandem.LocationID, product tandem.ProductID, at tandem.Instant) ([]inventory.Level, error) {
	var out []inventory.Level
	if at == t.scope.Now {
		for l, err := range t.r.StockLevels().Find(ctx, inventory.LevelQuery{Company: t.s.company(), Location: location, Product: product}) {
			if err != nil {
				return nil, err
			}
			if l.OnHand != 0 {
				out = append(out, l)
			}
		}
		return out, nil
	}
	moves := t.r.StockMoves().Find(ctx, inventory.MoveQuery{Company: t.s.company(), Product: product, Location: location})
	all, err := inventory.OnHandAt(nil, moves, at, tandem.Instant{})
	for _, l := range all {
		if l.Key.Location == location {
			out = append(out, l)
		}
	}
	return out, err
}

// CountedLine says what was found of a product, in any of its units. Nought is a
// statement, too.
type CountedLine struct {
	Product tandem.ProductID `json:"product"`
	Lot     tandem.LotID     `json:"lot,omitzero"`
	Counted tandem.Quantity  `json:"counted"`
}

// RecordCount states what was counted. A second statement replaces the first.
type RecordCount struct {
	work.Header
	Count count.ID      `json:"count"`
	Lines []CountedLine `json:"lines"`
}

// CommandName is stable.
func (RecordCount) CommandName() string { return "warehouse.record_count" }

// Access is what the authoriser is asked.
func (c RecordCount) Access() work.Access {
	return work.Access{Resource: tandem.RefTo(count.Kind, c.Count, "")}
}

// AppendJSON writes the business fields.
func (c RecordCount) AppendJSON(dst []byte) []byte {
	c.Header = work.Header{}
	return work.AppendJSON(dst, c)
}

// CountRecorded is the result of [Service.RecordCount].
type CountRecorded struct {
	Count count.ID `json:"count"`
	Open  int      `json:"open"` // lines that nobody has counted yet
}

// AppendJSON writes the result.
func (c CountRecorded) AppendJSON(dst []byte) []byte { return work.AppendJSON(dst, c) }

// RecordCount records what was found. A product that is not on the sheet gets a
// line with nothing expected; it is refused (`not_on_sheet`) where some of it
// was there, so that a count of some products does not find the others anew.
func (s *Service[R]) RecordCount(ctx context.Context, cmd RecordCount) (CountRecorded, error) {
	return do(ctx, s, cmd, func(ctx context.Context, t *task[R]) (CountRecorded, error) {
		var check tandem.Check
		c, err := t.r.StockCounts().Get(ctx, s.company(), cmd.Count)
		if err != nil {
			return CountRecorded{}, err
		}
		sheet := c.State()
		for i := range cmd.Lines {
			err := t.recordLine(ctx, c, &sheet, &cmd.Lines[i])
			if err := collect(&check, tandem.Path("lines", i), err); err != nil {
				return CountRecorded{}, err
			}
		}
		if err := check.Err("count"); err != nil {
			return CountRecorded{}, err
		}
		t.scope.Emit(c.Drain())
		out := CountRecorded{Count: cmd.Count}
		for _, l := range c.State().Lines {
			if !l.Done {
				out.Open++
			}
		}
		return out, t.r.StockCounts().Save(ctx, c)
	})
}

func (t *task[R]) recordLine(ctx context.Context, c *count.Count, sheet *count.State, l *CountedLine) error {
	p, err := t.product(ctx, l.Product)
	if err != nil {
		return err
	}
	counted, err := p.Order(l.Counted, catalog.ToSell)
	if err != nil {
		return err
	}
	listed := slices.ContainsFunc(sheet.Lines, func(o count.Line) bool { return o.Product == l.Product && o.Lot == l.Lot })
	if !listed && c.Status() == count.StatusOpen {
		there, err := t.onHand(ctx, sheet.Location, l.Product, sheet.At)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(there, func(o inventory.Level) bool { return o.Key.Lot == l.Lot }) {
			return refused("record", "count "+sheet.ID.String(), "not_on_sheet", "the product was there, and is not part of this count")
		}
	}
	return c.Record(l.Product, l.Lot, counted.Base, t.scope.Now)
}

// CancelCount gives a count up; nothing changes.
type CancelCount struct {
	work.Header
	Count  count.ID `json:"count"`
	Reason string   `json:"reason,omitempty"`
}

// CommandName is stable.
func (CancelCount) CommandName() string { return "warehouse.cancel_count" }

// Access is what the authoriser is asked.
func (c CancelCount) Access() work.Access {
	return work.Access{Resource: tandem.RefTo(count.Kind, c.Count, "")}
}

// AppendJSON writes the business fields.
func (c CancelCount) AppendJSON(dst []byte) []byte {
	c.Header = work.Header{}
	return work.AppendJSON(dst, c)
}

// CountCancelled is the result of [Service.CancelCount].
type CountCancelled struct {
	Count count.ID `json:"count"`
}

// AppendJSON writes the result.
func (c CountCancelled) AppendJSON(dst []byte) []byte { return work.AppendJSON(dst, c) }

// CancelCount cancels an open count.
func (s *Service[R]) CancelCount(ctx context.Context, cmd CancelCount) (CountCancelled, error) {
	return do(ctx, s, cmd, func(ctx context.Context, t *task[R]) (CountCancelled, error) {
		c, err := t.r.StockCounts().Get(ctx, s.company(), cmd.Count)
		if err != nil {
			return CountCancelled{}, err
		}
		if err := c.Cancel(cmd.Reason, t.scope.Now); err != nil {
			return CountCancelled{}, err
		}
		t.scope.Emit(c.Drain())
		return CountCancelled{cmd.Count}, t.r.StockCounts().Save(ctx, c)
	})
}
