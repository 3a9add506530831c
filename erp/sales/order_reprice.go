package sales

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales/internal/document"
)

// OpenPrice is a new price of what is neither shipped nor cancelled of a line.
type OpenPrice struct {
	Line     int
	Price    tandem.Price
	PriceRef tandem.PriceRef
	PricedOn tandem.Date
	Net      tandem.Money // of what is open
}

// RepriceOpen prices anew what is neither shipped nor cancelled of lines that have no
// discount; what is shipped or cancelled keeps its amount. It raises the version.
// Refused: a line of which nothing is open or that has a discount (`price_fixed`).
func (o *Order) RepriceOpen(prices []OpenPrice, date tandem.Date, reason string, at tandem.Instant) error {
	if err := o.allow(cmdReprice); err != nil {
		return err
	}
	if err := needReason(reason); err != nil {
		return err
	}
	if len(prices) == 0 {
		return fault("price of what is open", "empty", "", "changes nothing")
	}
	lines := slices.Clone(o.s.Lines)
	total := tandem.NewTotal(o.s.Currency)
	var changed []ChangedLine
	for i := range prices {
		p := &prices[i]
		at := slices.IndexFunc(lines, func(l Line) bool { return l.Line == p.Line })
		if at < 0 {
			return o.refuse(cmdReprice, "unknown_line", "the order has no such line")
		}
		l := &lines[at]
		if l.open() == 0 || !l.Discount.IsZero() {
			return o.refuse(cmdReprice, "price_fixed", "nothing of the line is open, or it has a discount")
		}
		was := l.Net
		if err := l.repriceOpen(p, o.s.Currency); err != nil {
			return err
		}
		changed = append(changed, ChangedLine{Line: l.Line, Change: LineChanged, Of: l.Product, Before: l.Quantity, After: l.Quantity,
			Was: was, Net: l.Net, First: l.FirstPromise})
	}
	for i := range lines {
		total.Add(lines[i].Net)
	}
	if _, err := total.Money(tandem.RoundDown); err != nil {
		return fault("price of what is open", "overflow", "", "the total is out of range")
	}
	o.s.Lines, o.shared = lines, false
	o.s.Version++
	o.s.Amendments = append(slices.Clone(o.s.Amendments), Revision{Version: o.s.Version, Reason: reason, At: at})
	o.emit(&OrderAmended{OrderHead: o.head(), Date: date, Version: o.s.Version, Draft: o.s.Confirmed.IsZero(), Reason: reason, Net: o.Net(), Lines: changed, At: at})
	return nil
}

func (l *Line) repriceOpen(p *OpenPrice, currency tandem.Currency) error {
	open := l.Item
	open.Quantity = tandem.QuantityFromMicro(l.open(), l.Quantity.Unit())
	open.Ordered, open.Factor = open.Quantity, tandem.IntRatio(1)
	open.Price, open.PriceRef, open.Net = p.Price, p.PriceRef, p.Net
	if err := open.check(currency); err != nil {
		return err
	}
	l.Price, l.PriceRef, l.PricedOn, l.Waterfall = p.Price, p.PriceRef, p.PricedOn, ""
	l.Net = document.AddMoney(p.Net, l.NetShipped.Minor()+l.NetCancelled.Minor())
	l.Repriced = l.Repriced || l.Shipped.Sign() > 0
	if !l.fits(currency) {
		return fault("price of what is open", "net", "", "the amount is out of range")
	}
	return nil
}
