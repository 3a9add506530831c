package story

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
)

// scrapDays: goods that come back later than this after their sale are scrapped.
const scrapDays = 90

// returned tells a cancelled row. What has not left yet is cancelled; the rest comes back, to stock or to scrap. What
// the row credits beyond the sales' own prices is an allowance; what matches no sale is a credit without goods at the
// rate of the day before the file begins.
func (t *teller) returned(ctx context.Context, i int, credit *Credit) error {
	row := &t.file.Rows[i]
	m := t.matches[i]
	left := row.Net // not explained yet, below nought
	unmatched := m.Unmatched
	for _, take := range m.Takes {
		sale := &t.file.Rows[take.Row]
		l := t.lines[take.Row]
		if l == nil { // a file that is not in the order of its days: the sale is still to come
			unmatched += take.Quantity
			continue
		}
		value, err := amount(sale.Price, take.Quantity)
		if err != nil {
			return err
		}
		if left, err = left.Add(value); err != nil {
			return err
		}
		if err := t.giveBack(ctx, row, sale, l, take.Quantity, credit); err != nil {
			return err
		}
	}
	t.tally.cancelled(t.file, m)
	allowance := Allowance{Key: key(row), Code: row.Code, Kind: Unmatched, TaxDay: t.tally.first.AddDays(-1)}
	var err error
	if allowance.Amount, err = amount(row.Price, -unmatched); err != nil {
		return err
	}
	if left, err = left.Sub(allowance.Amount); err != nil {
		return err
	}
	if unmatched > 0 {
		credit.Allowances = append(credit.Allowances, allowance)
	}
	if !left.IsZero() {
		credit.Allowances = append(credit.Allowances, Allowance{
			Key: key(row), Code: row.Code, Kind: PriceDifference, Amount: left, TaxDay: row.Day,
		})
	}
	return nil
}

func (t *teller) giveBack(ctx context.Context, row, sale *retail.Row, l *line, pieces int64, credit *Credit) error {
	if _, err := t.use(ctx, row.Code); err != nil {
		return err
	}
	if open := min(pieces, l.open()); open > 0 {
		cancelled, err := t.books.Cancel(ctx, key(sale), open, t.clock)
		if err != nil {
			return err
		}
		l.cancelled += cancelled
		l.settle(t.today)
		pieces -= cancelled
	}
	if pieces > 0 {
		t.tally.came(sale.Invoice)
		credit.Returns = append(credit.Returns, Return{
			Key: key(row), Of: key(sale), Code: row.Code, Pieces: pieces, Scrap: row.Day.DaysSince(sale.Day) > scrapDays,
		})
	}
	return nil
}

func amount(p tandem.Price, pieces int64) (tandem.Money, error) {
	q, err := tandem.QuantityOf(pieces, tandem.Each)
	if err != nil {
		return tandem.Money{}, err
	}
	return p.Times(q, tandem.HalfAwayFromZero)
}
