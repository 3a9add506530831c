package survey

import "github.com/tandem-go/tandem"

// Performance counts how a customer's lines were delivered, as known on a day.
// Void lines are left out everywhere.
type Performance struct {
	AsOf          tandem.Date `json:"as_of"`
	Lines         int         `json:"lines"`          // all lines
	Decided       int         `json:"decided"`        // complete, or the first promise has passed
	OnTime        int         `json:"on_time"`        // of those: complete by the first promise
	AtOnce        int         `json:"at_once"`        // of all lines: filled when placed
	Orders        int         `json:"orders"`         // orders with a line
	OrdersDecided int         `json:"orders_decided"` // orders of which every line is decided, or one is late
	OrdersOnTime  int         `json:"orders_on_time"` // of those: every line on time
	OrdersAtOnce  int         `json:"orders_at_once"` // of all orders: every line filled when placed
	Shipped       int         `json:"shipped"`        // lines of which something was shipped
	Returned      int         `json:"returned"`       // of those: lines of which something came back
	ReturnedShare float64     `json:"returned_share"` // returned ÷ shipped quantity, 0 to 1; nought where nothing was shipped
}

// Perform counts lines, which must be in the order that [FoldLines] gives. The
// order's rate is counted over orders, never multiplied from the rates of lines.
//
// The returned share is returned ÷ shipped quantity of all lines; where lines
// have different units, it is the mean of the units' shares, weighted with the
// lines shipped in each.
func Perform(lines []DeliveryLine, asOf tandem.Date) (Performance, error) {
	p := Performance{AsOf: asOf}
	var returns returnTally
	for start := 0; start < len(lines); {
		end := start + 1
		for end < len(lines) && lines[end].Line.Document.Same(lines[start].Line.Document) {
			end++
		}
		p.order(lines[start:end])
		start = end
	}
	for i := range lines {
		l := &lines[i]
		if l.Shipped.Sign() <= 0 {
			continue
		}
		p.Shipped++
		if l.Returned.Sign() > 0 {
			p.Returned++
		}
		if err := returns.add(l); err != nil {
			return Performance{}, err
		}
	}
	p.ReturnedShare = returns.share(p.Shipped)
	return p, nil
}

// order counts the lines of one order.
func (p *Performance) order(lines []DeliveryLine) {
	standing, decided, onTime, atOnce := 0, 0, 0, 0
	for i := range lines {
		l := &lines[i]
		if l.Void() {
			continue
		}
		standing++
		if l.AtOnce() {
			atOnce++
		}
		if l.Decided(p.AsOf) {
			decided++
			if l.OnTime() {
				onTime++
			}
		}
	}
	p.Lines, p.Decided, p.OnTime, p.AtOnce = p.Lines+standing, p.Decided+decided, p.OnTime+onTime, p.AtOnce+atOnce
	if standing == 0 {
		return
	}
	p.Orders++
	if atOnce == standing {
		p.OrdersAtOnce++
	}
	if late := decided > onTime; late || decided == standing {
		p.OrdersDecided++
		if !late {
			p.OrdersOnTime++
		}
	}
}

// returnTally adds what was shipped and returned, by unit.
type returnTally []unitReturn

type unitReturn struct {
	shipped, returned tandem.Quantity
	lines             int
}

func (t *returnTally) add(l *DeliveryLine) error {
	unit := l.Shipped.Unit()
	i := 0
	for i < len(*t) && (*t)[i].shipped.Unit() != unit {
		i++
	}
	if i == len(*t) {
		zero := tandem.QuantityFromMicro(0, unit)
		*t = append(*t, unitReturn{shipped: zero, returned: zero})
	}
	u := &(*t)[i]
	var err error
	if u.shipped, err = u.shipped.Add(l.Shipped); err != nil {
		return err
	}
	u.lines++
	u.returned, err = u.returned.Add(l.Returned)
	return err
}

// share gives the returned share, at most 1: more may come back than is known to
// have left.
func (t returnTally) share(lines int) float64 {
	sum := 0.0
	for _, u := range t {
		sum += min(1, float64(u.returned.Micro())/float64(u.shipped.Micro())) * float64(u.lines)
	}
	if lines == 0 {
		return 0
	}
	return round6(sum / float64(lines))
}
