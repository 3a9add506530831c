package pricingtest

import (
	"fmt"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/condition"
)

// at gives an instant of a day.
func (r *Random) at(day, hour int) tandem.Instant {
	return tandem.InstantOf(time.Date(2011, time.January, 1+day, hour, 0, 0, 0, time.UTC))
}

func (r *Random) window() *pricing.Window {
	w := &pricing.Window{From: r.at(r.rng.IntN(r.size.Days), 8)}
	if r.in(2) {
		w.Until = r.at(r.size.Days, 20)
	}
	return w
}

// richOrder makes an order with something of everything that a request can have.
func (r *Random) richOrder(day tandem.Date, lines int) pricing.Request {
	first := r.Day(0).DayNumber()
	req := pricing.Request{Customer: r.Customer(r.rng.IntN(r.size.Customers)), Date: day, At: r.at(day.DayNumber()-first, 6+r.rng.IntN(16)),
		Currency: r.currency(), Grade: pick(r, append([]tandem.GradeCode{""}, r.Book.Grades...)...), Inclusive: r.in(8),
		Region: pick(r, "", "north", "west"), Channel: pick(r, "", "web", "shop")}
	for i := range r.size.Segments {
		if r.in(3) && len(req.Segments) < 10 {
			req.Segments = append(req.Segments, segment(i))
		}
	}
	if r.in(2) {
		req.Attributes = []pricing.Attribute{{Name: "attribute.turnover", Value: condition.Of(int64(r.rng.IntN(100)))}}
	}
	if r.in(2) {
		req.Coupons = append(req.Coupons, pick(r, "SAVE", "MORE"))
	}
	if r.in(3) {
		req.Shipping = tandem.MoneyFromMinor(int64(r.rng.IntN(1000)), req.Currency)
	}
	for i := range lines {
		req.Lines = append(req.Lines, r.richLine(i+1, req.Currency))
	}
	r.rng.Shuffle(lines, func(i, j int) { req.Lines[i], req.Lines[j] = req.Lines[j], req.Lines[i] })
	for i := range r.rng.IntN(3) {
		d := pricing.OrderDiscount{ID: fmt.Sprintf("o%d", i), Rate: r.percent()}
		if d.Rate.IsZero() || r.in(2) {
			d.Rate, d.Amount = tandem.Rate{}, tandem.MoneyFromMinor(int64(1+r.rng.IntN(3000)), req.Currency)
		}
		req.OrderDiscounts = append(req.OrderDiscounts, d)
	}
	for _, l := range r.Book.Lists {
		if l.Cap != nil && r.in(2) {
			left := pricing.Remaining{List: l.ID}
			if !l.Cap.Quantity.IsNone() {
				left.Quantity = r.pieces(int64(r.rng.IntN(20)))
			}
			if !l.Cap.Value.IsNone() {
				left.Value = tandem.MoneyFromMinor(int64(r.rng.IntN(5000)), tandem.GBP)
			}
			req.Remaining = append(req.Remaining, left)
		}
	}
	return req
}

func (r *Random) richLine(number int, currency tandem.Currency) pricing.Line {
	line := pricing.Line{Line: number, Product: pick(r, r.products...), Group: pick(r, "", "", "x", "y"), TaxCode: pick[tandem.TaxCode](r, "S", "Z")}
	unit := pick(r, tandem.Each, tandem.Each, tandem.Each, tandem.Box)
	micro := int64(1+r.rng.IntN(1<<r.rng.IntN(6))) * 1_000_000
	if r.in(8) {
		micro += int64(r.rng.IntN(1000)) * 1000
	}
	line.Quantity = tandem.QuantityFromMicro(micro, unit)
	if r.in(2) {
		twelve := tandem.UnitConversion{From: tandem.Box, To: tandem.Each, Factor: tandem.IntRatio(12)}
		if r.in(3) {
			twelve.From, twelve.To = twelve.To, twelve.From
			twelve.Factor, _ = tandem.NewRatio(1, 12)
		}
		line.Conversions = []tandem.UnitConversion{twelve}
		if r.in(4) {
			line.Conversions = append(line.Conversions, tandem.UnitConversion{From: tandem.Carton, To: unit, Factor: tandem.IntRatio(7)})
		}
	}
	if r.in(3) {
		line.Category = pick(r, append([]string{"elsewhere"}, r.categories...)...)
	}
	if r.rng.IntN(5) > 0 {
		line.Cost = tandem.MoneyFromMinor(int64(r.rng.IntN(3000)), currency)
	}
	if r.in(4) {
		line.Rebate = tandem.MoneyFromMinor(int64(r.rng.IntN(300)), currency)
	}
	if r.in(8) {
		line.Agreed = &pricing.Override{Reason: "agreed", Open: r.in(2)}
		line.Agreed.Price, _ = tandem.PriceFromMicro(int64(r.rng.IntN(1500))*10_000, currency, 1, unit) // is in range
	}
	return line
}
