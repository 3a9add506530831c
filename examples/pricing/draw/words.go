package draw

import (
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// Notes is what a waterfall does not say of itself.
type Notes struct {
	Title string
	// Name gives the name of a rule for people; nil: the rule as it is.
	Name func(rule string) string
	// Promotions are those of the order that gave nothing ([pricing.Result.Losers]).
	Promotions []promotion.Loser
	// Approvals are those that the line needs.
	Approvals []pricing.Approval
}

func (n *Notes) name(rule string) string {
	if n.Name == nil {
		return rule
	}
	return n.Name(rule)
}

// Amount writes an amount without its currency, `-1,234.56`; nothing for none.
func Amount(m tandem.Money) string {
	number, _, _ := strings.Cut(m.String(), " ")
	return grouped(number)
}

// signed writes a change with its sign.
func signed(m tandem.Money) string {
	if m.Sign() > 0 {
		return "+" + Amount(m)
	}
	return Amount(m)
}

// Price writes a price without currency and unit, `32.971316`; nothing for none.
func Price(p tandem.Price) string {
	number, _, _ := strings.Cut(p.String(), " ")
	return grouped(number)
}

// grouped puts a comma between thousands.
func grouped(number string) string {
	sign := ""
	if strings.HasPrefix(number, "-") {
		sign, number = "-", number[1:]
	}
	whole, rest := number, ""
	if point := strings.IndexByte(number, '.'); point >= 0 {
		whole, rest = number[:point], number[point:]
	}
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	return sign + whole + rest
}

func percent(r tandem.Rate) string {
	if r.IsZero() {
		return ""
	}
	return r.PercentString()
}

// step names a step for people.
func step(k pricing.StepKind) string {
	switch k {
	case pricing.StepOrderDiscount:
		return "order discount"
	case pricing.StepChannel:
		return "segment"
	}
	return string(k)
}

// reason says why a candidate lost.
func reason(l pricing.Loss) string {
	switch l {
	case pricing.LossGrade, pricing.LossAudience:
		return "for other customers"
	case pricing.LossSource:
		return "a more personal price won"
	case pricing.LossBreak:
		return "a larger break was reached"
	case pricing.LossQuantity:
		return "the break was not reached"
	}
	return strings.ReplaceAll(string(l), "_", " ")
}

// promotionReason says why a promotion gave nothing.
func promotionReason(l promotion.Loss) string {
	switch l {
	case promotion.LossAudience:
		return "for other customers"
	case promotion.LossCoupon:
		return "its coupon was not entered"
	case promotion.LossBlocked:
		return "the contract lets no promotion fall on the line"
	case promotion.LossBetter:
		return "another saves more on the line"
	}
	return strings.ReplaceAll(string(l), "_", " ")
}

// Lost is a candidate or a promotion that did not win, in words.
type Lost struct{ Rule, What, Why string }

// again reports whether another row of a list that is for others follows: rows of other
// customers lose for that reason whatever their dates, and one of them is enough.
func again(losers []pricing.Candidate, list string) bool {
	return slices.ContainsFunc(losers, func(c pricing.Candidate) bool { return c.List == list && forOthers(c.Reason) })
}

// Losers lists what lost against the waterfall's steps. What was not valid on the date,
// promotions for other goods, and all but one row of a list for others are counted only.
func Losers(w *pricing.Waterfall, n Notes) (lost []Lost, others int) {
	others = w.Omitted
	for i, c := range w.Losers {
		if c.Reason == pricing.LossDate || forOthers(c.Reason) && again(w.Losers[i+1:], c.List) {
			others++
			continue
		}
		what := Price(c.Price)
		switch {
		case what == "" && !c.Rate.IsZero():
			what = percent(c.Rate) + " off"
		case what != "" && !c.From.IsNone():
			what += " from " + c.From.String()
		}
		lost = append(lost, Lost{n.name(c.Rule), what, reason(c.Reason)})
	}
	for _, p := range n.Promotions {
		if p.Reason == promotion.LossDate || p.Reason == promotion.LossScope {
			others++
			continue
		}
		why := promotionReason(p.Reason)
		if p.Rival != "" {
			why += ": " + n.name(p.Rival)
		}
		lost = append(lost, Lost{n.name(p.Promotion), "promotion", why})
	}
	return lost, others
}

// forOthers reports whether a candidate was for other customers.
func forOthers(why pricing.Loss) bool { return why == pricing.LossGrade || why == pricing.LossAudience }
