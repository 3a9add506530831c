package warehouse

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/work"
)

type transferKind struct{}

// TransferID names a transfer.
type TransferID = tandem.ID[transferKind]

// KindTransfer is the stable name of transfers.
const KindTransfer tandem.DocumentKind = "stock_transfer"

// TransferLine is a product that is moved.
type TransferLine struct {
	Product  tandem.ProductID `json:"product"`
	Lot      tandem.LotID     `json:"lot,omitzero"`
	Quantity tandem.Quantity  `json:"quantity"` // in any unit of the product; in the base unit in results
}

// Transfer moves free stock between two places of the company.
type Transfer struct {
	work.Header
	From  tandem.LocationID `json:"from,omitzero"` // default: the warehouse
	To    tandem.LocationID `json:"to,omitzero"`   // default: the warehouse
	Date  tandem.Date       `json:"date,omitzero"` // default today
	Lines []TransferLine    `json:"lines"`
}

// CommandName is stable.
func (Transfer) CommandName() string { return "warehouse.transfer" }

// Access is what the authoriser is asked.
func (Transfer) Access() work.Access { return work.Access{} }

// AppendJSON writes the business fields.
func (c Transfer) AppendJSON(dst []byte) []byte {
	c.Header = work.Header{}
	return work.AppendJSON(dst, c)
}

// Transferred is the result of [Service.Transfer].
type Transferred struct {
	Transfer TransferID           `json:"transfer"`
	Number   string               `json:"number"`
	Journal  []tandem.DocumentRef `json:"journal,omitempty"` // of counts that had to be upheld
	Lines    []TransferLine       `json:"lines"`
}

// AppendJSON writes the result.
func (r Transferred) AppendJSON(dst []byte) []byte { return work.AppendJSON(dst, r) }

// Transfer moves stock. Its value does not change, so that nothing is posted.
// More than is free is an [inventory.InsufficientError], and nothing is moved.
func (s *Service[R]) Transfer(ctx context.Context, cmd Transfer) (Transferred, error) {
	return do(ctx, s, cmd, func(ctx context.Context, t *task[R]) (Transferred, error) {
		cmd := cmd // each run decides anew
		id := tandem.IDFromBytes[TransferID](t.scope.NewUUID())
		t.doc = tandem.RefTo(KindTransfer, id, "")
		cmd.From, cmd.To = s.orWarehouse(cmd.From), s.orWarehouse(cmd.To)
		lines, err := t.transferLines(ctx, &cmd)
		if err != nil {
			return Transferred{}, err
		}
		for i := range lines {
			l := &lines[i]
			t.move(i+1, inventory.LevelKey{Product: l.Product, Lot: l.Lot}, cmd.From, cmd.To, l.Quantity, inventory.ReasonTransfer)
		}
		if _, err := t.settle(ctx, false); err != nil {
			return Transferred{}, err
		}
		number, err := t.finish(ctx, seriesTransfer)
		if err != nil {
			return Transferred{}, err
		}
		t.emit(&StockTransferred{Transfer: id, Company: s.company(), Number: number, From: cmd.From, To: cmd.To, Date: t.date, Lines: lines, At: t.scope.Now})
		return Transferred{Transfer: id, Number: number, Journal: t.journal, Lines: lines}, nil
	})
}

func (t *task[R]) transferLines(ctx context.Context, cmd *Transfer) ([]TransferLine, error) {
	var c tandem.Check
	err := errors.Join(collect(&c, "", t.when(cmd.Date)), collect(&c, "from", t.stockPlace(ctx, cmd.From, "")),
		collect(&c, "to", t.stockPlace(ctx, cmd.To, "")))
	if err != nil {
		return nil, err
	}
	lines := make([]TransferLine, len(cmd.Lines))
	for i := range lines {
		l := &cmd.Lines[i]
		q, err := t.base(ctx, l.Product, l.Quantity, catalog.ToSell)
		if err := collect(&c, tandem.Path("lines", i), err); err != nil {
			return nil, err
		}
		lines[i] = TransferLine{Product: l.Product, Lot: l.Lot, Quantity: q}
	}
	return lines, c.Err("transfer")
}
