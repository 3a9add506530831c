package warehouse

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/work"
)

type adjustmentKind struct{}

// AdjustmentID names an adjustment.
type AdjustmentID = tandem.ID[adjustmentKind]

// KindAdjustment is the stable name of adjustments.
const KindAdjustment tandem.DocumentKind = "stock_adjustment"

// ReasonGiveAway is the reason of goods that are given away outside a sale, such
// as samples: they are booked as promotion. [inventory.ReasonScrap] is booked as
// write-off, and any other reason as count difference.
const ReasonGiveAway inventory.Reason = "give_away"

// ActionDifference is what the authoriser is asked before a difference is booked,
// with the sum of what is found and what is lost, neither set off against the
// other: limits of approval are judged here.
const ActionDifference = "warehouse.approve_difference"

// AdjustLine is a product of which more was found, or less.
type AdjustLine struct {
	Product  tandem.ProductID `json:"product"`
	Lot      tandem.LotID     `json:"lot,omitzero"`
	Quantity tandem.Quantity  `json:"quantity"`         // found, or lost where negative
	Value    tandem.Money     `json:"value"`            // of found goods; default: what the stock is worth
	Reason   inventory.Reason `json:"reason,omitempty"` // default adjustment
}

// Adjust corrects the stock of a location by differences.
type Adjust struct {
	work.Header
	Location tandem.LocationID `json:"location,omitzero"` // default: the warehouse
	Date     tandem.Date       `json:"date,omitzero"`     // default today
	Text     string            `json:"text,omitempty"`
	Lines    []AdjustLine      `json:"lines"`
}

// CommandName is stable.
func (Adjust) CommandName() string { return "warehouse.adjust" }

// Access is what the authoriser is asked.
func (Adjust) Access() work.Access { return work.Access{} }

// AppendJSON writes the business fields.
func (c Adjust) AppendJSON(dst []byte) []byte {
	c.Header = work.Header{}
	return work.AppendJSON(dst, c)
}

// AdjustedLine is what became of a line, in the base unit, with signs. Less is
// lost than was asked where there was less.
type AdjustedLine struct {
	Line    int              `json:"line"`
	Product tandem.ProductID `json:"product"`
	Lot     tandem.LotID     `json:"lot,omitzero"`
	Asked   tandem.Quantity  `json:"asked"`
	Applied tandem.Quantity  `json:"applied"`
	Value   tandem.Money     `json:"value"` // by which the stock rose or fell
	Reason  inventory.Reason `json:"reason"`
}

// Adjusted is the result of [Service.Adjust].
type Adjusted struct {
	Adjustment AdjustmentID         `json:"adjustment"`
	Number     string               `json:"number"`
	Journal    []tandem.DocumentRef `json:"journal,omitempty"`
	Lines      []AdjustedLine       `json:"lines"`
	Released   []Release            `json:"released,omitempty"`
}

// AppendJSON writes the result.
func (a Adjusted) AppendJSON(dst []byte) []byte { return work.AppendJSON(dst, a) }

// Adjust books goods that were lost or found. What is lost can exceed what is
// free, and even what is there: what is at hand is applied, the latest promises
// are released and wait again, and the result tells what was asked and applied.
// Found goods are booked before lost ones. Refused: found goods of a product that
// is worth nothing yet, without a value (`no_value`).
func (s *Service[R]) Adjust(ctx context.Context, cmd Adjust) (Adjusted, error) {
	return do(ctx, s, cmd, func(ctx context.Context, t *task[R]) (Adjusted, error) {
		cmd := cmd // each run decides anew
		id := tandem.IDFromBytes[AdjustmentID](t.scope.NewUUID())
		t.doc = tandem.RefTo(KindAdjustment, id, "")
		cmd.Location = s.orWarehouse(cmd.Location)
		if err := t.checkAdjustment(ctx, &cmd); err != nil {
			return Adjusted{}, err
		}
		lines, err := t.adjustLines(ctx, &cmd)
		if err != nil {
			return Adjusted{}, err
		}
		out := Adjusted{Adjustment: id, Lines: lines}
		if err := t.adjust(ctx, &cmd, lines); err != nil {
			return Adjusted{}, err
		}
		if out.Released, err = t.settle(ctx, true); err != nil {
			return Adjusted{}, err
		}
		if out.Number, err = t.finish(ctx, seriesAdjustment); err != nil {
			return Adjusted{}, err
		}
		out.Journal = t.journal
		t.emit(&StockAdjusted{Adjustment: id, Company: s.company(), Number: out.Number, Location: cmd.Location, Date: t.date, Lines: lines, At: t.scope.Now})
		return out, nil
	})
}

func (t *task[R]) checkAdjustment(ctx context.Context, cmd *Adjust) error {
	var c tandem.Check
	err := errors.Join(collect(&c, "", t.when(cmd.Date)), collect(&c, "location", t.stockPlace(ctx, cmd.Location, "")),
		collect(&c, "places.adjustment", t.virtualPlace(ctx, t.s.c.Places.Adjustment, "")),
		collect(&c, "places.scrap", t.virtualPlace(ctx, t.s.c.Places.Scrap, "")))
	return errors.Join(err, c.Err("adjustment"))
}

func (t *task[R]) adjustLines(ctx context.Context, cmd *Adjust) ([]AdjustedLine, error) {
	var c tandem.Check
	lines := make([]AdjustedLine, len(cmd.Lines))
	for i := range cmd.Lines {
		l := &cmd.Lines[i]
		if l.Reason == "" {
			l.Reason = inventory.ReasonAdjust
		}
		q, err := t.base(ctx, l.Product, l.Quantity.Abs(), catalog.ToSell)
		if err := collect(&c, tandem.Path("lines", i), err); err != nil {
			return nil, err
		}
		if l.Quantity.Sign() < 0 {
			q = q.Neg()
		}
		lines[i] = AdjustedLine{Line: i + 1, Product: l.Product, Lot: l.Lot, Asked: q, Applied: q,
			Value: tandem.MoneyFromMinor(0, t.s.c.Books.Currency), Reason: l.Reason}
	}
	return lines, c.Err("adjustment")
}

// adjust applies the lines, found goods first, and books them by their reasons.
func (t *task[R]) adjust(ctx context.Context, cmd *Adjust, lines []AdjustedLine) error {
	if err := t.applicable(ctx, cmd.Location, lines); err != nil {
		return err
	}
	for i := range lines {
		if err := t.adjustFound(ctx, cmd, i, &lines[i]); err != nil {
			return err
		}
	}
	for i := range lines {
		if err := t.adjustLost(ctx, cmd, &lines[i]); err != nil {
			return err
		}
	}
	var differences, scrapped, given values
	sum := tandem.NewTotal(t.s.c.Books.Currency)
	for i := range lines {
		l := &lines[i]
		sum.Add(l.Value.Abs())
		switch l.Reason {
		case inventory.ReasonScrap:
			scrapped.add(l.Product, l.Value.Neg())
		case ReasonGiveAway:
			given.add(l.Product, l.Value.Neg())
		default:
			differences.add(l.Product, l.Value)
		}
	}
	t.book(t.doc, cmd.Text, differences, t.s.books.Count)
	t.book(t.doc, cmd.Text, scrapped, t.s.books.Scrap)
	t.book(t.doc, cmd.Text, given, t.s.books.GiveAway)
	return t.approve(&sum)
}

// approve asks whether a difference of that value may be booked.
func (t *task[R]) approve(sum *tandem.Total) error {
	amount, err := sum.Money(tandem.HalfAwayFromZero)
	if err != nil || amount.IsZero() {
		return err
	}
	return t.scope.Authorize(work.Access{Action: ActionDifference, Resource: t.doc, Amount: amount})
}

// applicable lowers what is lost to what is there, in the order of the lines.
func (t *task[R]) applicable(ctx context.Context, location tandem.LocationID, lines []AdjustedLine) error {
	keys := make([]inventory.LevelKey, len(lines))
	for i := range lines {
		keys[i] = inventory.LevelKey{Company: t.s.company(), Location: location, Product: lines[i].Product, Lot: lines[i].Lot}
	}
	levels, err := t.r.StockLevels().Get(ctx, keys...)
	if err != nil {
		return err
	}
	left := make(map[inventory.LevelKey]tandem.Quantity, len(levels))
	for i := range levels {
		left[keys[i]] = tandem.QuantityFromMicro(levels[i].OnHand, lines[i].Asked.Unit())
	}
	for _, lost := range [...]bool{false, true} {
		for i := range lines {
			l := &lines[i]
			if l.Asked.Sign() < 0 != lost {
				continue
			}
			if lost {
				l.Applied = tandem.QuantityFromMicro(-min(-l.Asked.Micro(), max(left[keys[i]].Micro(), 0)), l.Asked.Unit())
			}
			if left[keys[i]], err = left[keys[i]].Add(l.Applied); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *task[R]) adjustFound(ctx context.Context, cmd *Adjust, i int, l *AdjustedLine) error {
	if l.Applied.Sign() <= 0 {
		return nil
	}
	p, err := t.product(ctx, l.Product)
	if err != nil {
		return err
	}
	if l.Value, err = t.found(ctx, &p, l.Applied, cmd.Lines[i].Value); err != nil {
		return err
	}
	t.move(l.Line, inventory.LevelKey{Product: l.Product, Lot: l.Lot}, t.s.c.Places.Adjustment, cmd.Location, l.Applied, l.Reason)
	return nil
}

func (t *task[R]) adjustLost(ctx context.Context, cmd *Adjust, l *AdjustedLine) error {
	if l.Applied.Sign() >= 0 {
		return nil
	}
	p, err := t.product(ctx, l.Product)
	if err != nil {
		return err
	}
	value, err := t.lost(ctx, &p, l.Applied.Neg())
	if err != nil {
		return err
	}
	l.Value = value.Neg()
	to := t.s.c.Places.Adjustment
	if l.Reason == inventory.ReasonScrap {
		to = t.s.c.Places.Scrap
	}
	t.move(l.Line, inventory.LevelKey{Product: l.Product, Lot: l.Lot}, cmd.Location, to, l.Applied.Neg(), l.Reason)
	return nil
}
