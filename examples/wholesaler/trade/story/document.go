package story

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/supply"
)

// line is what became of one line of goods that was sold.
type line struct {
	row       *retail.Row
	promise   tandem.Date
	done      tandem.Date // the last piece left, or was cancelled after another had left
	shipped   int64
	cancelled int64
	reserved  int64 // at placement
	toOrder   bool
	phase2    bool
	grade     string // of the customer on the day of the order
}

func (l *line) open() int64 { return l.row.Quantity - l.shipped - l.cancelled }

// settle marks the line as done if nothing of it is open and something has left.
func (l *line) settle(day tandem.Date) {
	if l.open() == 0 && l.shipped > 0 && l.done.IsZero() {
		l.done = day
	}
}

func key(row *retail.Row) LineKey { return LineKey{row.Invoice, row.Line} }

// document tells one document of the file: what it sells, what it gives back, what it writes off, what it costs.
func (t *teller) document(ctx context.Context, d *retail.Document) error {
	at := t.at(d.Minute)
	code, _ := retail.CountryCode(d.Country)
	order := Order{Invoice: d.Invoice, Account: d.Account, Cash: d.Cash, Country: code, Territory: d.Territory, At: at, Day: d.Day}
	credit := Credit{Invoice: d.Invoice, Account: d.Account, Country: code, Territory: d.Territory, At: at, Day: d.Day}
	for _, i := range d.Rows {
		row := &t.file.Rows[i]
		t.tally.row(row)
		if err := t.row(ctx, i, &order, &credit); err != nil {
			return err
		}
		if row.Class == retail.Returned || row.Class == retail.Service && row.Kind != retail.Expense && row.Net.Sign() < 0 {
			t.tally.earn(d.Day, t.gradeOf(d), row.Net)
		}
	}
	if len(order.Lines) > 0 {
		if err := t.order(ctx, d, &order); err != nil {
			return err
		}
	}
	if len(credit.Returns)+len(credit.Allowances) == 0 {
		return nil
	}
	if err := t.customer(ctx, d); err != nil {
		return err
	}
	return t.books.Credit(ctx, credit)
}

// row tells one row, or adds it to the order or credit of its document.
func (t *teller) row(ctx context.Context, i int, order *Order, credit *Credit) error {
	row := &t.file.Rows[i]
	switch row.Class {
	case retail.Sold:
		order.Lines = append(order.Lines, OrderLine{
			Key: key(row), Code: row.Code, Kind: row.Kind, Pieces: row.Quantity, Paid: row.Price, Quote: t.quote(row),
		})
		return nil
	case retail.Returned:
		return t.returned(ctx, i, credit)
	case retail.Lost, retail.Found:
		return t.writeOff(ctx, row)
	case retail.Service:
		return t.service(ctx, row, order, credit)
	}
	return nil
}

func (t *teller) service(ctx context.Context, row *retail.Row, order *Order, credit *Credit) error {
	switch {
	case row.Kind == retail.Expense:
		return t.books.Expense(ctx, Expense{Key: key(row), Code: row.Code, Amount: row.Net.Neg(), At: t.clock})
	case row.Net.Sign() < 0:
		credit.Allowances = append(credit.Allowances, Allowance{
			Key: key(row), Code: row.Code, Kind: ServiceCredit, Amount: row.Net, TaxDay: row.Day,
		})
	case row.Quantity > 0 && row.Price.Sign() >= 0:
		order.Lines = append(order.Lines, OrderLine{Key: key(row), Code: row.Code, Kind: row.Kind, Pieces: row.Quantity, Paid: row.Price})
	}
	return nil
}

func (t *teller) writeOff(ctx context.Context, row *retail.Row) error {
	if _, err := t.use(ctx, row.Code); err != nil {
		return err
	}
	applied, err := t.books.Adjust(ctx, Adjustment{
		Key: key(row), Code: row.Code, Pieces: row.Quantity, Reason: row.Description, At: t.clock,
	})
	t.tally.wroteOff(row.Quantity, applied)
	return err
}

func (t *teller) customer(ctx context.Context, d *retail.Document) error {
	if t.accounts[d.Account] {
		return nil
	}
	t.accounts[d.Account] = true
	code, _ := retail.CountryCode(d.Country)
	return t.books.Customer(ctx, Customer{Account: d.Account, Cash: d.Cash, Country: code, Since: d.Day})
}

// order places an order, after it has been supplied in phase 1, or with terms of supply in phase 2.
func (t *teller) order(ctx context.Context, d *retail.Document, o *Order) error {
	if err := t.customer(ctx, d); err != nil {
		return err
	}
	if err := t.prepare(ctx, o); err != nil {
		return err
	}
	placed, err := t.books.Place(ctx, *o)
	if err != nil {
		return err
	}
	for n := range o.Lines {
		if o.Lines[n].Kind != retail.Goods {
			continue
		}
		if err := t.placed(ctx, o, n, placed.Lines[n]); err != nil {
			return err
		}
	}
	t.tally.ordered(d, o, &placed, t.gradeOf(d))
	return t.prepay(ctx, o, placed.Gross)
}

// prepare announces the order's products. In phase 1 it brings in what the order needs; in phase 2 it opens new
// products and says when a line would be bought to order, and what could be promised.
func (t *teller) prepare(ctx context.Context, o *Order) error {
	for n := range o.Lines {
		l := &o.Lines[n]
		if l.Kind != retail.Goods {
			continue
		}
		p, err := t.use(ctx, l.Code)
		if err != nil {
			return err
		}
		if !t.phase2() {
			continue
		}
		if err := t.openNew(ctx, p, l.Pieces); err != nil {
			return err
		}
		levels, changed, err := t.levels(p)
		if err != nil {
			return err
		}
		p.touched = p.touched || changed
		l.BigAbove = levels.Big
		l.LeadPromise = supply.AddTrading(t.today, p.lead)
		l.BigPromise = supply.AddTrading(t.today, p.lead+bigDays)
	}
	if t.phase2() {
		return nil
	}
	return t.justInTime(ctx, o)
}

// bigDays: a line that is bought to order is promised for so many trading days after the lead time.
const bigDays = 2

func (t *teller) placed(ctx context.Context, o *Order, n int, got PlacedLine) error {
	ordered := &o.Lines[n]
	at := t.file.At(ordered.Key.Line)
	l := &line{
		row: &t.file.Rows[at], promise: got.Promise, reserved: got.Reserved, toOrder: got.ToOrder, phase2: t.phase2(),
		grade: string(t.grade[o.Account]),
	}
	t.lines[at] = l
	if ordered.Quote != nil {
		if err := t.tally.priced(ordered, got, l.row, t.grade[o.Account]); err != nil {
			return err
		}
	}
	if !got.ToOrder {
		return nil
	}
	return t.buy(ctx, t.products[ordered.Code], supply.Purchase{
		Quantity: ordered.Pieces, Reason: supply.ToOrder, Invoice: ordered.Key.Invoice, Line: ordered.Key.Line,
	})
}

// dispatch sends what is reserved.
func (t *teller) dispatch(ctx context.Context) error {
	shipped, err := t.books.Dispatch(ctx, t.at(atDispatch))
	if err != nil {
		return err
	}
	for _, s := range shipped {
		if l := t.lines[t.file.At(s.Line.Line)]; l != nil { // carriage has none
			l.shipped += s.Pieces
			l.settle(t.today)
			t.products[l.row.Code].touched = true
		}
	}
	return nil
}
