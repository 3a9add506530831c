package story

import (
	"context"
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/book"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/supply"
)

type product struct {
	Product
	first     tandem.Price // of its first sale in the file
	firstDay  tandem.Date
	announced bool
	supplied  bool // it has had its opening stock
	touched   bool // its stock moved since it was reviewed
	lead      int
	demand    supply.Demand
	levels    supply.Levels // at the last review
	onOrder   int64         // without purchases to order
}

// costPercent: a piece costs 55 % of its first list price; an assumption.
const costPercent = 55

// stockKeeping makes the products of the file with their costs, and what new products of each price band sell.
func (t *teller) stockKeeping() error {
	entries := map[string]book.Entry{}
	for _, e := range book.NewKeeper(t.file.Rows).Publish(t.cut).Entries {
		entries[e.Product] = e
	}
	early := map[string]int64{} // units in the first days
	for i := range t.file.Rows {
		row := &t.file.Rows[i]
		if row.Kind != retail.Goods || row.Class == retail.Refused {
			continue
		}
		p := t.products[row.Code]
		if p == nil {
			p = &product{Product: Product{Code: row.Code}, lead: supply.LeadTime(t.cfg.Seed, row.Code)}
			t.products[row.Code] = p
		}
		if p.Description == "" {
			p.Description = row.Description
		}
		if row.Class != retail.Sold {
			continue
		}
		if p.firstDay.IsZero() {
			p.first, p.firstDay = row.Price, row.Day
		}
		if row.Day.DaysSince(p.firstDay) < supply.NewDays {
			early[row.Code] += row.Quantity
		}
		if p.Cost.IsZero() && row.Price.Sign() > 0 {
			p.Cost = row.Price
		}
	}
	for _, code := range sortedCodes(t.products) {
		p := t.products[code]
		if !p.firstDay.IsZero() && !p.firstDay.AddDays(supply.NewDays).After(t.cut) {
			t.bands.Add(p.first, early[code])
		}
		if !p.firstDay.IsZero() && p.firstDay.Before(t.cut) {
			t.codes = append(t.codes, code)
		}
		if err := p.setCost(entries[code]); err != nil {
			return err
		}
	}
	return nil
}

// setCost sets the cost from the first list price: that of the first book, or of the first sale at a price.
func (p *product) setCost(e book.Entry) (err error) {
	list := p.Cost
	if e.List.Sign() > 0 {
		list = e.List
	}
	if list.IsNone() {
		list, err = tandem.PriceFromMicro(0, tandem.GBP, 1, tandem.Each)
		if err != nil {
			return err
		}
	}
	p.Cost, err = list.MulRate(tandem.Percent(costPercent), tandem.HalfAwayFromZero)
	return err
}

// learn lets today's sales, told or not, count in tomorrow's levels.
func (t *teller) learn(documents []int) {
	for _, n := range documents {
		for _, i := range t.file.Documents[n].Rows {
			if row := &t.file.Rows[i]; row.Class == retail.Sold {
				t.products[row.Code].demand.Sold(t.today, row.Quantity)
			}
		}
	}
}

// use announces a product before its first use and marks it as touched.
func (t *teller) use(ctx context.Context, code string) (*product, error) {
	p := t.products[code]
	p.touched = true
	if p.announced {
		return p, nil
	}
	p.announced = true
	return p, t.books.Product(ctx, p.Product)
}

// openStock gives every product that was sold in phase 1 its full level.
func (t *teller) openStock(ctx context.Context) error {
	for _, code := range t.codes {
		p, err := t.use(ctx, code)
		if err != nil {
			return err
		}
		p.supplied = true
	}
	stocks, err := t.books.Stocks(ctx, t.codes...)
	if err != nil {
		return err
	}
	for i, code := range t.codes {
		p := t.products[code]
		levels, _, err := t.levels(p)
		if err != nil {
			return err
		}
		if missing := levels.UpTo - stocks[i].free(); missing > 0 {
			t.tally.brought++
			if err := t.bring(ctx, p, missing, supply.Opening, "OPENING-"+code); err != nil {
				return err
			}
		}
	}
	return nil
}

// openNew gives a product that is new in phase 2 its opening stock at its first line.
func (t *teller) openNew(ctx context.Context, p *product, pieces int64) error {
	if p.supplied {
		return nil
	}
	p.supplied = true
	t.codes = append(t.codes, p.Code)
	p.demand.Expect(pieces)
	if opening := t.bands.Opening(p.first); opening > 0 {
		return t.bring(ctx, p, opening, supply.Opening, "OPENING-"+p.Code)
	}
	return nil
}

// justInTime brings in at once what an order needs and the shelf does not have.
func (t *teller) justInTime(ctx context.Context, o *Order) error {
	codes := make([]string, 0, len(o.Lines))
	for i := range o.Lines {
		if o.Lines[i].Kind == retail.Goods {
			codes = append(codes, o.Lines[i].Code)
		}
	}
	stocks, err := t.books.Stocks(ctx, codes...)
	if err != nil {
		return err
	}
	free := make(map[string]int64, len(codes)) // pieces that no line of the order has taken yet
	for i, code := range codes {
		free[code] = stocks[i].free()
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Kind != retail.Goods {
			continue
		}
		if free[l.Code] -= l.Pieces; free[l.Code] >= 0 {
			continue
		}
		t.tally.brought++
		if err := t.bring(ctx, t.products[l.Code], -free[l.Code], supply.JustInTime, fmt.Sprintf("JIT-%06d", t.tally.brought)); err != nil {
			return err
		}
		free[l.Code] = 0
	}
	return nil
}

func (t *teller) bring(ctx context.Context, p *product, pieces int64, why supply.Reason, id string) error {
	cost, err := cost(p, pieces)
	if err != nil {
		return err
	}
	return t.books.Receive(ctx, supply.Purchase{
		ID: id, Product: p.Code, Quantity: pieces, Reason: why, Cost: cost, Ordered: t.today, Expected: t.today, Arrives: t.today,
	}, t.at(atReceive))
}

func cost(p *product, pieces int64) (tandem.Money, error) {
	q, err := tandem.QuantityOf(pieces, tandem.Each)
	if err != nil {
		return tandem.Money{}, err
	}
	return p.Cost.Times(q, tandem.HalfAwayFromZero)
}

// buy orders pieces of a product, for stock or for one line.
func (t *teller) buy(ctx context.Context, p *product, purchase supply.Purchase) (err error) {
	purchase.Product = p.Code
	if purchase.Cost, err = cost(p, purchase.Quantity); err != nil {
		return err
	}
	purchase = t.purchases.Order(purchase, t.today)
	if purchase.Reason == supply.Replenish {
		p.onOrder += purchase.Quantity
	}
	return t.books.Buy(ctx, purchase)
}

// receive receives the purchases that arrive today.
func (t *teller) receive(ctx context.Context) error {
	for _, purchase := range t.purchases.Arrived(t.today) {
		p, err := t.use(ctx, purchase.Product)
		if err != nil {
			return err
		}
		if purchase.Reason == supply.Replenish {
			p.onOrder -= purchase.Quantity
		}
		if err := t.books.Receive(ctx, purchase, t.at(atReceive)); err != nil {
			return err
		}
	}
	return nil
}

// levels gives the levels of a product for today and whether they changed since they were asked for last. What is a big
// line follows from the trailing 91 days, whoever plans.
func (t *teller) levels(p *product) (levels supply.Levels, changed bool, err error) {
	l := p.demand.Levels(t.today, p.lead)
	if t.cfg.Planner != nil {
		planned, ok, err := t.cfg.Planner.Levels(p.Code, t.today)
		if err != nil {
			return l, false, err
		}
		if ok {
			planned.Big = l.Big
			l = planned
		}
	}
	before := p.levels
	p.levels = l
	return l, l != before, nil
}

// replenish reviews, at the end of a trading day, the products whose stock or levels changed.
func (t *teller) replenish(ctx context.Context) error {
	var codes []string
	var levels []supply.Levels
	for _, code := range t.codes {
		p := t.products[code]
		l, changed, err := t.levels(p)
		if err != nil {
			return err
		}
		if !changed && !p.touched || !p.supplied {
			continue
		}
		p.touched = false
		codes, levels = append(codes, code), append(levels, l)
	}
	stocks, err := t.books.Stocks(ctx, codes...)
	if err != nil {
		return err
	}
	for i, code := range codes {
		p := t.products[code]
		missing := levels[i].Missing(stocks[i].free() - stocks[i].Backordered + p.onOrder)
		if missing == 0 {
			continue
		}
		if err := t.buy(ctx, p, supply.Purchase{Quantity: missing, Reason: supply.Replenish}); err != nil {
			return err
		}
	}
	return nil
}
