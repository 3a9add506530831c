package lotsize

import "github.com/tandem-go/tandem"

// MaxBreaks is the most prices of a list.
const MaxBreaks = 1000

// Break is a price that holds for the whole order from a quantity on.
type Break struct {
	From  float64 `json:"from"`
	Price float64 `json:"price"` // of a unit
}

// Discounted is the cheapest order under a list of prices.
type Discounted struct {
	Quantity
	Price float64 `json:"price"`
	// Total is the cost by period with the goods.
	Total float64 `json:"total"`
	// Trials are the best order at each price, in the order of the list; a price at
	// which none is allowed has a quantity of zero.
	Trials []Trial `json:"trials"`
}

// Trial is the best order at one price.
type Trial struct {
	Break
	Quantity float64 `json:"quantity"`
	Total    float64 `json:"total"`
}

// Discounted finds the cheapest order where the price of all units falls with the
// quantity (section 4.5). The holding cost of a unit is HoldingCost plus carrying
// times its price. Breaks ascend by From, the first from 0, and prices do
// not rise.
func (e Economic) Discounted(carrying float64, breaks []Break) (Discounted, error) {
	var c tandem.Check
	with := e
	with.HoldingCost = 1 // that of the first price is checked below
	with.check(&c)
	c.Require(amount(e.HoldingCost), "amount", "holding_cost", amounts)
	c.Require(amount(carrying), "carrying", "carrying", amounts)
	c.Require(len(breaks) >= 1 && len(breaks) <= MaxBreaks, "breaks", "breaks", "must be 1 to 1,000 prices")
	for i, b := range breaks {
		path := tandem.Path("breaks", i)
		c.Require(amount(b.From) && (i > 0 || b.From == 0), "from", path+".from", "must be 0 for the first price")
		c.Require(i == 0 || b.From > breaks[i-1].From, "from", path+".from", "must be above the one before")
		c.Require(amount(b.Price), "price", path+".price", amounts)
		c.Require(i == 0 || b.Price <= breaks[i-1].Price, "price", path+".price", "must not be above the one before")
		holding := e.HoldingCost + float64(carrying*b.Price)
		c.Require(holding > 0 && amount(holding), "holding", path, "must cost something to keep, 1e-12 to 1e12")
	}
	if err := c.Err("discounted order quantity"); err != nil {
		return Discounted{}, err
	}
	var best Discounted
	found := false
	for i, b := range breaks {
		trial := Trial{Break: b}
		at, ok := e.within(carrying, breaks, i)
		if ok {
			trial.Quantity, trial.Total = at.Quantity, at.Cost+float64(e.Demand*b.Price)
			if !found || trial.Total < best.Total {
				best.Quantity, best.Price, best.Total, found = at, b.Price, trial.Total, true
			}
		}
		best.Trials = append(best.Trials, trial)
	}
	return best, nil
}

// within gives the best order at the price of one break.
func (e Economic) within(carrying float64, breaks []Break, i int) (Quantity, bool) {
	e.HoldingCost += float64(carrying * breaks[i].Price)
	if e.Demand == 0 {
		return Quantity{}, i == 0
	}
	e.Minimum = max(e.Minimum, breaks[i].From)
	limit := 0.0
	if i+1 < len(breaks) {
		limit = breaks[i+1].From
		if e.Maximum == 0 || limit < e.Maximum {
			e.Maximum = limit
		}
	}
	if e.Maximum > 0 && e.up(e.Minimum) > e.Maximum {
		return Quantity{}, false
	}
	q, err := e.Best()
	// At the limit the next price holds, which its own trial sees.
	return q, err == nil && (limit == 0 || q.Quantity < limit)
}
