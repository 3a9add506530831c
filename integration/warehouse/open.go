package warehouse

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/work"
)

type openingKind struct{}

// OpeningID names an opening of stock.
type OpeningID = tandem.ID[openingKind]

// KindOpening is the stable name of openings of stock.
const KindOpening tandem.DocumentKind = "stock_opening"

// Open takes over the stock that was there before the books.
type Open struct {
	work.Header
	Location tandem.LocationID `json:"location,omitzero"` // default: the warehouse
	Date     tandem.Date       `json:"date,omitzero"`     // at whose start it was there; default today
	Lines    []ReceiptLine     `json:"lines"`
}

// CommandName is stable.
func (Open) CommandName() string { return "warehouse.open" }

// Access is what the authoriser is asked.
func (Open) Access() work.Access { return work.Access{} }

// AppendJSON writes the business fields.
func (c Open) AppendJSON(dst []byte) []byte {
	c.Header = work.Header{}
	return work.AppendJSON(dst, c)
}

// OpenedLine is a line in the base unit, with the value that the stock took up.
type OpenedLine struct {
	Line     int              `json:"line"`
	Product  tandem.ProductID `json:"product"`
	Lot      tandem.LotID     `json:"lot,omitzero"`
	Quantity tandem.Quantity  `json:"quantity"`
	Value    tandem.Money     `json:"value"`
}

// Opened is the result of [Service.Open].
type Opened struct {
	Opening OpeningID            `json:"opening"`
	Number  string               `json:"number"`
	Journal []tandem.DocumentRef `json:"journal,omitempty"`
	Lines   []OpenedLine         `json:"lines"`
}

// AppendJSON writes the result.
func (o Opened) AppendJSON(dst []byte) []byte { return work.AppendJSON(dst, o) }

// Open books opening stock: Dr stock / Cr opening balance. A product that is
// valued at a standard cost is taken up at that cost, whatever value is stated.
func (s *Service[R]) Open(ctx context.Context, cmd Open) (Opened, error) {
	return do(ctx, s, cmd, func(ctx context.Context, t *task[R]) (Opened, error) {
		cmd := cmd // each run decides anew
		id := tandem.IDFromBytes[OpeningID](t.scope.NewUUID())
		t.doc = tandem.RefTo(KindOpening, id, "")
		cmd.Location = s.orWarehouse(cmd.Location)
		if err := t.checkOpening(ctx, &cmd); err != nil {
			return Opened{}, err
		}
		lines, err := t.open(ctx, &cmd)
		if err != nil {
			return Opened{}, err
		}
		if _, err := t.settle(ctx, false); err != nil {
			return Opened{}, err
		}
		number, err := t.finish(ctx, seriesOpening)
		if err != nil {
			return Opened{}, err
		}
		t.emit(&StockOpened{Opening: id, Company: s.company(), Number: number, Location: cmd.Location, Date: t.date, Lines: lines, At: t.scope.Now})
		return Opened{Opening: id, Number: number, Journal: t.journal, Lines: lines}, nil
	})
}

func (t *task[R]) checkOpening(ctx context.Context, cmd *Open) error {
	var c tandem.Check
	err := errors.Join(collect(&c, "", t.when(cmd.Date)), collect(&c, "location", t.stockPlace(ctx, cmd.Location, "")),
		collect(&c, "places.adjustment", t.virtualPlace(ctx, t.s.c.Places.Adjustment, "")))
	return errors.Join(err, c.Err("opening"))
}

func (t *task[R]) open(ctx context.Context, cmd *Open) ([]OpenedLine, error) {
	t.at = t.date.At(0, 0, t.s.c.Zone)
	var c tandem.Check
	var goods values
	lines := make([]OpenedLine, len(cmd.Lines))
	for i := range cmd.Lines {
		l := &cmd.Lines[i]
		q, err := t.base(ctx, l.Product, l.Quantity, catalog.ToSell)
		if err := collect(&c, tandem.Path("lines", i), err); err != nil {
			return nil, err
		}
		lines[i] = OpenedLine{Line: i + 1, Product: l.Product, Lot: l.Lot, Quantity: q, Value: l.Value}
	}
	if err := c.Err("opening"); err != nil {
		return nil, err
	}
	for i := range lines {
		l := &lines[i]
		p, err := t.product(ctx, l.Product)
		if err != nil {
			return nil, err
		}
		if l.Value, err = t.found(ctx, &p, l.Quantity, l.Value); err != nil {
			return nil, err
		}
		t.move(l.Line, inventory.LevelKey{Product: l.Product, Lot: l.Lot}, t.s.c.Places.Adjustment, cmd.Location, l.Quantity, inventory.ReasonOpening)
		goods.add(l.Product, l.Value)
	}
	t.book(t.doc, "opening stock", goods, t.s.books.OpenStock)
	return lines, nil
}
