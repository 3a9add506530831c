package warehouse

import (
	"context"
	"errors"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

type receiptKind struct{}

// ReceiptID names a goods receipt.
type ReceiptID = tandem.ID[receiptKind]

// KindReceipt is the stable name of goods receipts. A receipt is kept as its
// moves and its entry, which name it, and told by [GoodsReceived].
const KindReceipt tandem.DocumentKind = "goods_receipt"

// ReceiptLine is a product that came in, and what it cost.
type ReceiptLine struct {
	Product  tandem.ProductID `json:"product"`
	Lot      tandem.LotID     `json:"lot,omitzero"`
	Quantity tandem.Quantity  `json:"quantity"` // in any unit that the product is bought in
	Value    tandem.Money     `json:"value"`    // of the whole line, in the functional currency; nought for free goods
}

// Receive takes in what a supplier brought.
type Receive struct {
	work.Header
	Receipt   ReceiptID         `json:"receipt,omitzero"` // default: a new id
	Supplier  tandem.PartyID    `json:"supplier"`
	Reference string            `json:"reference,omitempty"` // the supplier's delivery note
	Location  tandem.LocationID `json:"location,omitzero"`   // default: the warehouse
	Date      tandem.Date       `json:"date,omitzero"`       // when the goods came; default today
	Lines     []ReceiptLine     `json:"lines"`
	Reserve   bool              `json:"reserve,omitempty"` // give it at once to the lines that wait, the earliest promise first
}

// CommandName is stable.
func (Receive) CommandName() string { return "warehouse.receive" }

// Access is what the authoriser is asked.
func (c Receive) Access() work.Access { return work.Access{Party: c.Supplier} }

// AppendJSON writes the business fields.
func (c Receive) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.TextOmit(&o, "receipt", c.Receipt)
	jsonw.Text(&o, "supplier", c.Supplier)
	o.StringOmit("reference", c.Reference)
	jsonw.TextOmit(&o, "location", c.Location)
	jsonw.TextOmit(&o, "date", c.Date)
	o.BeginArray("lines")
	for i := range c.Lines {
		l := &c.Lines[i]
		o.Item().BeginObject()
		jsonw.Text(&o, "product", l.Product)
		jsonw.TextOmit(&o, "lot", l.Lot)
		jsonw.Text(&o, "quantity", l.Quantity)
		jsonw.Text(&o, "value", l.Value)
		o.EndObject()
	}
	o.EndArray()
	o.BoolOmit("reserve", c.Reserve)
	return o.Close()
}

// ReceivedLine is what became of a line.
type ReceivedLine struct {
	Line     int              `json:"line"`
	Product  tandem.ProductID `json:"product"`
	Lot      tandem.LotID     `json:"lot,omitzero"`
	Quantity tandem.Quantity  `json:"quantity"` // in the base unit
	Value    tandem.Money     `json:"value"`    // that the stock took up
	Owed     tandem.Money     `json:"owed"`     // that the supplier will invoice
}

func appendReceivedLines(o *jsonw.Writer, lines []ReceivedLine) {
	if len(lines) == 0 {
		return
	}
	o.BeginArray("lines")
	for i := range lines {
		l := &lines[i]
		o.Item().BeginObject()
		o.Int("line", int64(l.Line))
		jsonw.Text(o, "product", l.Product)
		jsonw.TextOmit(o, "lot", l.Lot)
		jsonw.Text(o, "quantity", l.Quantity)
		jsonw.Text(o, "value", l.Value)
		jsonw.Text(o, "owed", l.Owed)
		o.EndObject()
	}
	o.EndArray()
}

// Received is the result of [Service.Receive].
type Received struct {
	Receipt  ReceiptID            `json:"receipt"`
	Number   string               `json:"number"`
	Journal  []tandem.DocumentRef `json:"journal,omitempty"` // entries; none for goods that are worth nothing
	Lines    []ReceivedLine       `json:"lines,omitempty"`
	Reserved []ReservedLine       `json:"reserved,omitempty"`
}

// AppendJSON writes the result.
func (r Received) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "receipt", r.Receipt)
	o.String("number", r.Number)
	appendRefs(&o, "journal", r.Journal)
	appendReceivedLines(&o, r.Lines)
	if len(r.Reserved) > 0 {
		o.Append("reserved", func(dst []byte) []byte { return work.AppendJSON(dst, r.Reserved) })
	}
	return o.Close()
}

func appendRefs(o *jsonw.Writer, key string, refs []tandem.DocumentRef) {
	if len(refs) == 0 {
		return
	}
	o.BeginArray(key)
	for i := range refs {
		o.Item().Append(refs[i].AppendJSON)
	}
	o.EndArray()
}

// Receive books a receipt: moves from the supplier, cost, and Dr stock / Cr goods
// received not invoiced. Refused: a product or location that does not exist, a
// service, a value in a foreign currency, a day in the future, a closed period,
// a receipt that is there already ([tandem.ErrDuplicate]).
func (s *Service[R]) Receive(ctx context.Context, cmd Receive) (Received, error) {
	return do(ctx, s, cmd, func(ctx context.Context, t *task[R]) (Received, error) {
		cmd := cmd // each run decides anew
		if err := t.openReceipt(ctx, &cmd); err != nil {
			return Received{}, err
		}
		lines, err := t.receiptLines(ctx, &cmd)
		if err != nil {
			return Received{}, err
		}
		if err := t.receive(ctx, &cmd, lines); err != nil {
			return Received{}, err
		}
		out := Received{Receipt: tandem.IDFromBytes[ReceiptID](t.doc.ID.Bytes()), Lines: lines}
		if cmd.Reserve {
			if out.Reserved, err = t.reserve(ctx, productsOf(lines), cmd.Location, inventory.EarliestFirst); err != nil {
				return Received{}, err
			}
		}
		if out.Number, err = t.finish(ctx, seriesReceipt); err != nil {
			return Received{}, err
		}
		out.Journal = t.journal
		t.emit(&GoodsReceived{Receipt: out.Receipt, Company: s.company(), Number: out.Number, Supplier: cmd.Supplier,
			Reference: cmd.Reference, Location: cmd.Location, Date: t.date, Lines: lines, At: t.scope.Now})
		return out, nil
	})
}

// openReceipt settles id, day and place, and refuses an id that is taken. A
// receipt without an entry is found by its moves, when they are written.
func (t *task[R]) openReceipt(ctx context.Context, cmd *Receive) error {
	id := cmd.Receipt
	if id.IsZero() {
		id = tandem.IDFromBytes[ReceiptID](t.scope.NewUUID())
	} else {
		_, err := t.r.JournalEntries().Get(ctx, t.s.company(), receiptEntry(id))
		if err == nil {
			return &tandem.DuplicateError{Kind: string(KindReceipt), Index: "key", Key: id.String()}
		}
		if !errors.Is(err, tandem.ErrNotFound) {
			return err
		}
	}
	t.doc = tandem.RefTo(KindReceipt, id, "")
	cmd.Location = t.s.orWarehouse(cmd.Location)
	var c tandem.Check
	err := errors.Join(collect(&c, "", t.when(cmd.Date)), collect(&c, "location", t.stockPlace(ctx, cmd.Location, "")),
		collect(&c, "places.supplier", t.virtualPlace(ctx, t.s.c.Places.Supplier, "")))
	return errors.Join(err, c.Err("receipt"))
}

func (t *task[R]) receiptLines(ctx context.Context, cmd *Receive) ([]ReceivedLine, error) {
	var c tandem.Check
	lines := make([]ReceivedLine, len(cmd.Lines))
	for i := range cmd.Lines {
		l := &cmd.Lines[i]
		q, err := t.base(ctx, l.Product, l.Quantity, catalog.ToBuy)
		if err := collect(&c, tandem.Path("lines", i), err); err != nil {
			return nil, err
		}
		lines[i] = ReceivedLine{Line: i + 1, Product: l.Product, Lot: l.Lot, Quantity: q, Owed: l.Value}
	}
	return lines, c.Err("receipt")
}

// base gives a positive quantity in the base unit of a stocked product.
func (t *task[R]) base(ctx context.Context, id tandem.ProductID, q tandem.Quantity, use catalog.Use) (tandem.Quantity, error) {
	p, err := t.product(ctx, id)
	if err != nil {
		return tandem.Quantity{}, err
	}
	ordered, err := p.Order(q, use)
	if err == nil { // goods that are there were not rounded up to what is bought
		err = p.RequireWhole(q, ordered.Factor)
	}
	if err == nil && ordered.Base.Sign() <= 0 {
		err = fault("quantity", "quantity", "quantity", "must be positive")
	}
	return ordered.Base, err
}

// receive moves and values the lines, and books what is owed for them.
func (t *task[R]) receive(ctx context.Context, cmd *Receive, lines []ReceivedLine) error {
	goods := make([]posting.ReceivedGoods, len(lines))
	worth := false
	for i := range lines {
		l := &lines[i]
		p, err := t.product(ctx, l.Product)
		if err != nil {
			return err
		}
		if l.Value, err = t.found(ctx, &p, l.Quantity, l.Owed); err != nil {
			return err
		}
		t.move(l.Line, inventory.LevelKey{Product: l.Product, Lot: l.Lot}, t.s.c.Places.Supplier, cmd.Location, l.Quantity, inventory.ReasonReceipt)
		goods[i] = posting.ReceivedGoods{Product: l.Product, Value: l.Value, Owed: l.Owed}
		worth = worth || !l.Value.IsZero() || !l.Owed.IsZero()
	}
	if worth {
		t.bookings = append(t.bookings, booking{t.doc, cmd.Reference, func(h posting.Header) (ledger.Entry, error) {
			return t.s.books.Receive(h, posting.Receipt{Supplier: cmd.Supplier, Goods: goods})
		}})
	}
	_, err := t.settle(ctx, false)
	return err
}

func productsOf(lines []ReceivedLine) []tandem.ProductID {
	out := make([]tandem.ProductID, 0, len(lines))
	for i := range lines {
		out = append(out, lines[i].Product)
	}
	slices.SortFunc(out, tandem.ProductID.Compare)
	return slices.Compact(out)
}
