package tax

import (
	"github.com/tandem-go/tandem"
)

// Rounding names how the tax of a document is rounded. It is kept with the
// document, so that a changed setting never changes a tax that was computed.
type Rounding string

// The policies. Halves are rounded away from zero, as VATREC12030 (HMRC) tells.
const (
	// PerRate taxes the sum of the rounded lines of one category and rate:
	// BT-117 = BT-116 × BT-119, rounded (EN 16931 BR-S-08, BR-CO-17). Where several
	// codes or tax points share it, the tax goes to them by largest remainder. The default.
	PerRate Rounding = "per_rate"
	// PerLine taxes each line and sums what was rounded.
	PerLine Rounding = "per_line"
	// Down drops the fraction of a penny of the document's whole tax, as invoice
	// traders in the UK may (HMRC VAT Notice 700 §17.5, VATREC12010): less than one for
	// a document, whatever its rates and tax points. The pence of the total go to the
	// rates by largest remainder. Prices that include the tax
	// are refused: retailers may not round down.
	Down Rounding = "down"
)

// Roundings lists the policies.
func Roundings() []Rounding { return []Rounding{PerRate, PerLine, Down} }

// Valid reports whether r is one of [Roundings].
func (r Rounding) Valid() bool { return r == PerRate || r == PerLine || r == Down }

// UnmarshalText reads a policy and refuses anything else.
func (r *Rounding) UnmarshalText(text []byte) error {
	if !Rounding(text).Valid() {
		return fault("tax rounding", "rounding", "rounding", "unknown policy")
	}
	*r = Rounding(text)
	return nil
}

func fault(subject, code, path, message string) error {
	return &tandem.InvalidError{Subject: subject, Faults: []tandem.Fault{{Code: code, Path: path, Message: message}}}
}

// Result is the computed tax of a document. Keep it with the document: it is
// never computed again. Gross = Net + Tax, and both are the sums of Lines.
type Result struct {
	Rounding Rounding         `json:"rounding"`
	TaxPoint tandem.Date      `json:"tax_point"` // whose rates were used
	Lines    []tandem.TaxLine `json:"lines"`     // one for each code, in the order of the bases
	Net      tandem.Money     `json:"net"`
	Tax      tandem.Money     `json:"tax"`
	Gross    tandem.Money     `json:"gross"`
}

// Part is what of a document is taxed at one tax point.
type Part struct {
	RateDate tandem.Date // whose rates hold
	Bases    []tandem.TaxBase
}

// group gathers the bases of one code of a part.
type group struct {
	part int
	code *Code
	sums [2]share // of the amounts without tax, and of those with it
}

// Compute gives the tax of a document by the rates of its tax point: the bases of
// each code are summed and taxed by the rounding policy. Bases with and without
// tax may be mixed; what includes the tax keeps its gross amount to the cent, so
// that tax there is gross × rate ÷ (1 + rate), and net the rest. Negative bases
// (credit notes, allowances) give the mirror image. An empty document, different
// currencies, an unknown code or one without a rate on the tax point are errors.
func Compute(bases []tandem.TaxBase, codes []Code, taxPoint tandem.Date, rounding Rounding) (Result, error) {
	part, result := [1]Part{{RateDate: taxPoint, Bases: bases}}, [1]Result{}
	err := compute(result[:], part[:], codes, rounding)
	return result[0], err
}

// ComputeParts gives the tax of a document that has several tax points, a result for
// each: [Compute] by the rates of each, but rounded for the document as a whole. What
// [PerRate] gives for a category and a rate, and [Down] for all, is split over the parts.
func ComputeParts(parts []Part, codes []Code, rounding Rounding) ([]Result, error) {
	if len(parts) == 0 {
		return nil, fault("tax", "required", "parts", "must have a part")
	}
	results := make([]Result, len(parts))
	if err := compute(results, parts, codes, rounding); err != nil {
		return nil, err
	}
	return results, nil
}

func compute(results []Result, parts []Part, codes []Code, rounding Rounding) error {
	if rounding == "" {
		rounding = PerRate
	}
	if !rounding.Valid() {
		return fault("tax", "rounding", "rounding", "unknown policy")
	}
	var buffer [4]group
	groups := buffer[:0]
	for n := range parts {
		switch {
		case parts[n].RateDate.IsZero():
			return fault("tax", "required", "tax_point", "must be given")
		case len(parts[n].Bases) == 0:
			return fault("tax", "required", "bases", "must have a base")
		}
		for i := range parts[n].Bases {
			var err error
			if groups, err = gather(groups, n, &parts[n].Bases[i], codes, parts[n].RateDate, rounding); err != nil {
				return err
			}
		}
	}
	if err := settleGroups(groups, rounding); err != nil {
		return err
	}
	for n := range parts {
		own := groups
		for len(own) > 0 && own[0].part == n { // groups follow their parts
			own = own[1:]
		}
		own, groups = groups[:len(groups)-len(own)], own
		if err := results[n].take(own, parts[n].RateDate, rounding); err != nil {
			results[n] = Result{}
			return err
		}
	}
	return nil
}

// settleGroups rounds what was summed up, for all groups at once.
func settleGroups(groups []group, rounding Rounding) error {
	if rounding == PerLine {
		return nil
	}
	var buffer [4]share
	shares := buffer[:0]
	for i := range groups {
		for _, s := range groups[i].sums {
			if !s.amount.IsZero() {
				shares = append(shares, s)
			}
		}
	}
	if err := settle(shares, rounding); err != nil {
		return err
	}
	n := 0
	for i := range groups {
		for k := range groups[i].sums {
			if s := &groups[i].sums[k]; !s.amount.IsZero() {
				s.tax = shares[n].tax
				n++
			}
		}
	}
	return nil
}

// take makes the result of the groups of a part.
func (r *Result) take(groups []group, on tandem.Date, rounding Rounding) (err error) {
	lines := make([]tandem.TaxLine, len(groups))
	for i := range groups {
		if lines[i], err = groups[i].line(); err != nil {
			return err
		}
	}
	*r = Result{Rounding: rounding, TaxPoint: on, Lines: lines}
	r.Net, r.Tax, r.Gross, err = Totals(lines)
	return err
}

// Totals sums tax lines; no line at all is an error, since it has no currency.
func Totals(lines []tandem.TaxLine) (net, tax, gross tandem.Money, err error) {
	if len(lines) == 0 {
		return net, tax, gross, tandem.ErrNoCurrency
	}
	net, tax = lines[0].Base, lines[0].Tax
	for i := 1; i < len(lines) && err == nil; i++ {
		if net, err = net.Add(lines[i].Base); err == nil {
			tax, err = tax.Add(lines[i].Tax)
		}
	}
	if err == nil {
		gross, err = net.Add(tax)
	}
	if err != nil {
		return tandem.Money{}, tandem.Money{}, tandem.Money{}, err
	}
	return net, tax, gross, nil
}

func gather(groups []group, part int, b *tandem.TaxBase, codes []Code, on tandem.Date, rounding Rounding) ([]group, error) {
	if rounding == Down && b.Inclusive {
		return nil, fault("tax", "down_inclusive", "bases", "prices that include the tax cannot be rounded down")
	}
	i := 0
	for i < len(groups) && (groups[i].part != part || groups[i].code.ID != b.Code) {
		i++
	}
	if i == len(groups) {
		g, err := newGroup(part, b, codes, on)
		if err != nil {
			return nil, err
		}
		groups = append(groups, g)
	}
	g := &groups[i]
	return groups, g.add(b, rounding)
}

func newGroup(part int, b *tandem.TaxBase, codes []Code, on tandem.Date) (group, error) {
	for i := range codes {
		if codes[i].ID != b.Code {
			continue
		}
		rate, err := codes[i].RateOn(on)
		nought := tandem.MoneyFromMinor(0, b.Amount.Currency())
		s := share{category: codes[i].Category, rate: rate, amount: nought, tax: nought}
		with := s
		with.inclusive = true
		return group{part: part, code: &codes[i], sums: [2]share{s, with}}, err
	}
	return group{}, &NoRateError{Code: b.Code, On: on}
}

func (g *group) add(b *tandem.TaxBase, rounding Rounding) (err error) {
	s := &g.sums[0]
	if b.Inclusive {
		s = &g.sums[1]
	}
	if s.amount, err = s.amount.Add(b.Amount); err != nil || rounding != PerLine {
		return err
	}
	tax, err := taxOf(b.Amount, s.rate, b.Inclusive, tandem.HalfAwayFromZero)
	if err == nil {
		s.tax, err = s.tax.Add(tax)
	}
	return err
}

// taxOf gives amount × rate, or the tax that the amount includes.
func taxOf(amount tandem.Money, rate tandem.Rate, inclusive bool, r tandem.Rounding) (tandem.Money, error) {
	if !inclusive {
		return amount.MulRate(rate, r)
	}
	included, err := tandem.NewRatio(rate.Nano(), 1_000_000_000+rate.Nano())
	if err != nil {
		return tandem.Money{}, err
	}
	return amount.MulRatio(included, r)
}

// line gives the tax line of a group whose taxes are settled.
func (g *group) line() (tandem.TaxLine, error) {
	var err error
	out := tandem.TaxLine{Code: g.code.ID, Category: g.code.Category, Rate: g.sums[0].rate, Reason: g.code.Reason}
	if out.Tax, err = g.sums[0].tax.Add(g.sums[1].tax); err != nil {
		return out, err
	}
	net, err := g.sums[1].amount.Sub(g.sums[1].tax)
	if err == nil {
		out.Base, err = g.sums[0].amount.Add(net)
	}
	return out, err
}
