package book

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
)

// Entry is the price of one product: a list price and perhaps one quantity break below it.
type Entry struct {
	Product   string
	List      tandem.Price
	Threshold int64        // pieces from which the break applies; 0: no break
	Break     tandem.Price // per piece
}

// At gives the price at a quantity.
func (e Entry) At(pieces int64) tandem.Price {
	if e.Threshold > 0 && pieces >= e.Threshold {
		return e.Break
	}
	return e.List
}

// paid is a quantity that was sold and its price in millionths of a pound.
type paid struct{ pieces, micro int64 }

type count struct {
	micro int64
	rows  int
}

// minGain is the least number of rows that a break must explain beyond the list price alone.
const minGain = 2

// entryOf gives the entry that the sales of a product suggest. List is the modal price, a tie to the higher. The break
// is the pair (threshold, price below list) under which the most rows have their price; a tie goes to the higher
// threshold, then to the lower price. It reorders the sales.
func entryOf(product string, sales []paid) Entry {
	prices := countPrices(sales)
	list := prices[0]
	for _, p := range prices {
		if p.rows >= list.rows { // ascending, so a tie goes to the higher
			list = p
		}
	}
	e := Entry{Product: product, List: pounds(list.micro)}
	slices.SortFunc(sales, func(a, b paid) int { return cmp.Compare(b.pieces, a.pieces) })
	best := minGain - 1
	for _, p := range prices {
		if p.micro >= list.micro {
			break
		}
		threshold, gain := bestThreshold(sales, p.micro, list.micro)
		if gain > best || gain == best && threshold > e.Threshold && e.Threshold > 0 {
			best, e.Threshold, e.Break = gain, threshold, pounds(p.micro)
		}
	}
	return e
}

// bestThreshold gives the threshold at which the break price explains most rows beyond the list price. The sales stand
// from the largest to the smallest: with each quantity as the threshold, the break gains the rows at its price from
// there up and loses those at the list price.
func bestThreshold(sales []paid, price, list int64) (threshold int64, best int) {
	gain := 0
	for i, s := range sales {
		switch s.micro {
		case price:
			gain++
		case list:
			gain--
		}
		if last := i+1 == len(sales) || sales[i+1].pieces != s.pieces; last && gain > best {
			threshold, best = s.pieces, gain
		}
	}
	return threshold, best
}

// countPrices counts the rows of each price, from the lowest to the highest.
func countPrices(sales []paid) (prices []count) {
	micros := make([]int64, len(sales))
	for i, s := range sales {
		micros[i] = s.micro
	}
	slices.Sort(micros)
	for _, m := range micros {
		if n := len(prices); n > 0 && prices[n-1].micro == m {
			prices[n-1].rows++
		} else {
			prices = append(prices, count{m, 1})
		}
	}
	return prices
}

func pounds(micro int64) tandem.Price {
	p, err := tandem.PriceFromMicro(micro, tandem.GBP, 1, tandem.Each)
	if err != nil {
		return tandem.Price{}
	}
	return p
}
