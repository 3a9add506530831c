package pricingtest

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
)

// judge raises the amounts to the hard floors, lines before the order, then asks for
// the approvals of the soft ones.
func (r *reference) judge() error {
	for _, hard := range []bool{true, false} {
		for i := range r.res.Lines {
			for j := range r.book.Floors {
				if f := &r.book.Floors[j]; f.Hard == hard && f.Of != pricing.FloorOfOrder {
					r.judgeLine(f, i)
				}
			}
		}
		for j := range r.book.Floors {
			if f := &r.book.Floors[j]; f.Hard == hard && f.Of == pricing.FloorOfOrder {
				if err := r.judgeOrder(f); err != nil {
					return err
				}
			}
		}
	}
	place := func(a pricing.Approval) int {
		if i := slices.IndexFunc(r.req.Lines, func(l pricing.Line) bool { return l.Line == a.Line }); i >= 0 {
			return i
		}
		return len(r.req.Lines)
	}
	slices.SortStableFunc(r.res.Approvals, func(a, b pricing.Approval) int { return cmp.Compare(place(a), place(b)) })
	return nil
}

func (r *reference) judgeLine(f *pricing.Floor, i int) {
	basis, known := r.basis(f.Basis, i)
	if !known {
		return
	}
	limit, judged := must(basis.MulRate(f.Rate, tandem.RoundCeiling)), r.judged(f, i)
	switch {
	case judged.Minor() >= limit.Minor():
	case f.Hard && !r.locked(i):
		r.raise(i, must(limit.Sub(judged)))
	default:
		r.approve(f, r.res.Lines[i].Line, limit, judged)
	}
}

func (r *reference) judgeOrder(f *pricing.Floor) error {
	limit, sum, weights, open := r.zero(), r.zero(), make([]int64, len(r.res.Lines)), false
	for i := range r.res.Lines {
		basis, known := r.basis(f.Basis, i)
		if !known {
			continue
		}
		limit, sum = must(limit.Add(basis)), must(sum.Add(r.judged(f, i)))
		if !r.locked(i) {
			weights[i], open = max(1, basis.Minor()), true
		}
	}
	limit = must(limit.MulRate(f.Rate, tandem.RoundCeiling))
	switch {
	case sum.Minor() >= limit.Minor():
		return nil
	case !f.Hard || !open:
		r.approve(f, 0, limit, sum)
		return nil
	}
	parts, err := tandem.Allocate(nil, must(limit.Sub(sum)), weights)
	for i, by := range parts {
		r.raise(i, by)
	}
	return err
}

// judged gives the amount of a line that a floor judges.
func (r *reference) judged(f *pricing.Floor, i int) tandem.Money {
	amount := r.res.Lines[i].Amount
	if rebate := r.req.Lines[i].Rebate; f.Level == pricing.FloorPocket && !rebate.IsNone() {
		return must(amount.Sub(rebate))
	}
	return amount
}

// locked reports whether a line's price was agreed or contracted: no floor raises it.
func (r *reference) locked(i int) bool {
	f := &r.found[i]
	return r.req.Lines[i].Agreed != nil || f.winner.ok && r.book.Lists[f.winner.list].Source == pricing.SourceContract
}

func (r *reference) raise(i int, by tandem.Money) {
	out := &r.res.Lines[i]
	out.Amount, out.Breakdown.Floor = must(out.Amount.Add(by)), must(out.Breakdown.Floor.Add(by))
}

func (r *reference) approve(f *pricing.Floor, line int, limit, amount tandem.Money) {
	r.res.Approvals = append(r.res.Approvals, pricing.Approval{Line: line, Floor: f.ID, Basis: f.Basis, Level: cmp.Or(f.Level, pricing.FloorInvoice),
		Rate: f.Rate, Role: f.Role, Hard: f.Hard, Limit: limit, Amount: amount})
}

// basis gives what a floor compares a line with, if that is known.
func (r *reference) basis(b pricing.FloorBasis, i int) (tandem.Money, bool) {
	line, f := &r.req.Lines[i], &r.found[i]
	if b == pricing.FloorCost {
		return line.Cost, !line.Cost.IsNone()
	}
	if !f.winner.ok {
		return tandem.Money{}, false
	}
	if parts := r.res.Lines[i].Parts; b == pricing.FloorEngine && len(parts) > 0 {
		return r.res.Lines[i].Extended, true // each part at its own price
	}
	sum := r.zero()
	for n := range r.parts[i] {
		p := &r.parts[i][n]
		basis, known := p.found.basis(b, line, p.quantity)
		if !known {
			return tandem.Money{}, false
		}
		sum = must(sum.Add(basis))
	}
	return sum, true
}

// basis gives what a floor compares a part of a line with, if that is known.
func (f *found) basis(b pricing.FloorBasis, line *pricing.Line, quantity tandem.Quantity) (tandem.Money, bool) {
	s := f.paid
	switch b {
	case pricing.FloorList:
		s = f.stages(line)[pricing.StepList]
	case pricing.FloorBeforeGrade:
		before := f.winner
		if f.asked.book.Lists[f.winner.list].Source == pricing.SourceGrade {
			before = f.base
		}
		s = f.shown(before.stage())
	}
	if s.price.IsNone() {
		return tandem.Money{}, false
	}
	return f.asked.amount(s, quantity), true
}

// total sums the lines and, under [pricing.TotalPrecise], rounds the exact amounts of
// each tax code once. Lines of tiers, parts and converted units count as rounded.
func (r *reference) total() error {
	res := r.res
	res.Total = r.zero()
	var codes []tandem.TaxCode
	for i := range res.Lines {
		res.Lines[i].Base.Amount = res.Lines[i].Amount
		res.Total = must(res.Total.Add(res.Lines[i].Amount))
		if code := r.req.Lines[i].TaxCode; !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	if r.book.Totals != pricing.TotalPrecise {
		return nil
	}
	for _, code := range codes {
		exact, sum := new(big.Rat), int64(0)
		for i := range res.Lines {
			line, out := &r.req.Lines[i], &res.Lines[i]
			if line.TaxCode != code {
				continue
			}
			sum += out.Amount.Minor()
			exact.Add(exact, rational(out.Amount.Minor(), 1))
			if len(out.Parts) > 0 || line.Agreed == nil && r.found[i].paid.tiers != nil || out.Price.Unit() != line.Quantity.Unit() {
				continue
			}
			rest := perUnit(out.Price)
			rest.Mul(rest, rational(line.Quantity.Micro(), power(12-r.req.Currency.Digits())))
			rest.Sub(rest, rational(out.Extended.Minor(), 1))
			if !out.Extended.IsZero() {
				rest.Mul(rest, rational(out.Amount.Minor(), out.Extended.Minor()))
			}
			exact.Add(exact, rest)
		}
		rounding := tandem.MoneyFromMinor(rounded(exact, r.book.Rounding)-sum, r.req.Currency)
		if !rounding.IsZero() {
			res.Rounding = append(res.Rounding, tandem.TaxBase{Code: code, Amount: rounding, Inclusive: r.req.Inclusive})
			res.Total = must(res.Total.Add(rounding))
		}
	}
	return nil
}
