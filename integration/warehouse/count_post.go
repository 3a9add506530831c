package warehouse

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/inventory/count"
	"github.com/tandem-go/tandem/integration/work"
)

// FoundValue is what found goods of a product are worth.
type FoundValue struct {
	Product tandem.ProductID `json:"product"`
	Value   tandem.Money     `json:"value"` // of all that was found of it, in the functional currency
}

// PostCount makes the stock what was counted.
type PostCount struct {
	work.Header
	Count  count.ID     `json:"count"`
	Date   tandem.Date  `json:"date,omitzero"`    // on which the entry counts; default the day of the count. A later one takes it to an open period
	Values []FoundValue `json:"values,omitempty"` // of found goods; default: what the stock is worth
}

// CommandName is stable.
func (PostCount) CommandName() string { return "warehouse.post_count" }

// Access is what the authoriser is asked.
func (c PostCount) Access() work.Access {
	return work.Access{Resource: tandem.RefTo(count.Kind, c.Count, "")}
}

// AppendJSON writes the business fields.
func (c PostCount) AppendJSON(dst []byte) []byte {
	c.Header = work.Header{}
	return work.AppendJSON(dst, c)
}

// CountedDifference is what a line was found to be more, or less.
type CountedDifference struct {
	Line     int              `json:"line"`
	Product  tandem.ProductID `json:"product"`
	Lot      tandem.LotID     `json:"lot,omitzero"`
	Quantity tandem.Quantity  `json:"quantity"`
	Value    tandem.Money     `json:"value"` // by which the stock rose or fell
}

// CountPosted is the result of [Service.PostCount].
type CountPosted struct {
	Count    count.ID             `json:"count"`
	Journal  []tandem.DocumentRef `json:"journal,omitempty"`
	Lines    []CountedDifference  `json:"lines,omitempty"` // that differ
	Released []Release            `json:"released,omitempty"`
}

// AppendJSON writes the result.
func (c CountPosted) AppendJSON(dst []byte) []byte { return work.AppendJSON(dst, c) }

// PostCount books the differences of a count, effective at its instant: Dr stock
// / Cr count difference for what was found, the reverse for what is missing.
// Reservations of stock that is gone are released, the latest promises first.
// Refused: a count that is not complete, unless its policy allows it; more
// missing than is there by now ([inventory.InsufficientError]: count again);
// found goods of a product that is worth nothing yet, without a value (`no_value`).
func (s *Service[R]) PostCount(ctx context.Context, cmd PostCount) (CountPosted, error) {
	return do(ctx, s, cmd, func(ctx context.Context, t *task[R]) (CountPosted, error) {
		c, err := t.r.StockCounts().Get(ctx, s.company(), cmd.Count)
		if err != nil {
			return CountPosted{}, err
		}
		if err := t.checkPosting(&cmd, c.State().At); err != nil {
			return CountPosted{}, err
		}
		out := CountPosted{Count: cmd.Count}
		if out.Lines, err = t.postCount(ctx, &cmd, c); err != nil {
			return CountPosted{}, err
		}
		if out.Released, err = t.settle(ctx, true); err != nil {
			return CountPosted{}, err
		}
		t.scope.Emit(c.Drain())
		if err := t.r.StockCounts().Save(ctx, c); err != nil {
			return CountPosted{}, err
		}
		_, err = t.finish(ctx, "")
		out.Journal = t.journal
		return out, err
	})
}

func (t *task[R]) checkPosting(cmd *PostCount, at tandem.Instant) error {
	t.doc = tandem.RefTo(count.Kind, cmd.Count, "")
	counted := t.s.day(at)
	var c tandem.Check
	for i := range cmd.Values {
		for _, o := range cmd.Values[:i] {
			c.Require(o.Product != cmd.Values[i].Product, "duplicate", tandem.Path("values", i)+".product", "one value for each product")
		}
	}
	c.Require(cmd.Date.IsZero() || !cmd.Date.Before(counted), "early", "date", "cannot precede the count")
	if cmd.Date.IsZero() {
		cmd.Date = counted
	}
	c.Nested("", t.when(cmd.Date))
	return c.Err("count")
}

// postCount closes the count, and values and books what it found.
func (t *task[R]) postCount(ctx context.Context, cmd *PostCount, c *count.Count) ([]CountedDifference, error) {
	found, err := c.Differences()
	if err != nil {
		return nil, err
	}
	if err := t.counted(ctx, c, found); err != nil {
		return nil, err
	}
	ids := make([]inventory.MoveID, len(found))
	for i := range ids {
		ids[i] = tandem.IDFromBytes[inventory.MoveID](work.ChildUUID(cmd.Count.Bytes(), 'm', found[i].Line, 0))
	}
	if t.moves, err = c.Post(t.s.c.Places.Adjustment, ids, t.scope.Now); err != nil {
		return nil, err
	}
	changes, err := t.changes(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := t.enough(ctx, changes); err != nil {
		return nil, err
	}
	lines := make([]CountedDifference, len(found))
	if err := t.valueCount(ctx, cmd, found, lines); err != nil {
		return nil, err
	}
	var goods values
	sum := tandem.NewTotal(t.s.c.Books.Currency)
	for i := range lines {
		goods.add(lines[i].Product, lines[i].Value)
		sum.Add(lines[i].Value.Abs())
	}
	t.book(t.doc, "stock count", goods, t.s.books.Count)
	return lines, t.approve(&sum)
}

// valueCount gives the differences their values, what was found first.
func (t *task[R]) valueCount(ctx context.Context, cmd *PostCount, found []count.Difference, lines []CountedDifference) error {
	stated, err := t.statedValues(cmd, found)
	if err != nil {
		return err
	}
	for _, lost := range [...]bool{false, true} {
		for i, d := range found {
			if d.Quantity.Sign() < 0 != lost {
				continue
			}
			p, err := t.product(ctx, d.Product)
			if err != nil {
				return err
			}
			var v tandem.Money
			if lost {
				v, err = t.lost(ctx, &p, d.Quantity.Neg())
				v = v.Neg()
			} else {
				v, err = t.found(ctx, &p, d.Quantity, stated[i])
			}
			if err != nil {
				return err
			}
			lines[i] = CountedDifference{Line: d.Line, Product: d.Product, Lot: d.Lot, Quantity: d.Quantity, Value: v}
		}
	}
	return nil
}

// statedValues splits the stated value of each product over the lots in which it
// was found; no amount where none is stated.
func (t *task[R]) statedValues(cmd *PostCount, found []count.Difference) ([]tandem.Money, error) {
	out := make([]tandem.Money, len(found))
	for i, v := range cmd.Values {
		weights, any := make([]int64, len(found)), false
		for j, d := range found {
			if d.Product == v.Product && d.Quantity.Sign() > 0 {
				weights[j], any = d.Quantity.Micro(), true
			}
		}
		if !any {
			return nil, fault("count", "not_found_more", tandem.Path("values", i)+".product", "the count has found no more of it than was expected")
		}
		parts, err := tandem.Allocate(nil, v.Value, weights)
		if err != nil {
			return nil, err
		}
		for j := range parts {
			if weights[j] > 0 {
				out[j] = parts[j]
			}
		}
	}
	return out, nil
}
