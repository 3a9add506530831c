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
	// BT-117 = BT-116 × BT-119, rounded (EN 16931 BR-CO-17). The default.
	PerRate Rounding = "per_rate"
	// PerLine taxes each line and sums what was rounded.
	PerLine Rounding = "per_line"
	// Down drops the fraction of a penny of the document's whole tax, as invoice
	// traders in the UK may (HMRC VAT Notice 700 §17.5, VATREC12010). The pence of
	// the total go to the rates by largest remainder. Prices that include the tax
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

// group gathers the bases of one code.
type group struct {
	code *Code
	rate tandem.Rate
	sums [2]sum // of the amounts without tax, and of those with it
}

type sum struct {
	amount tandem.Money
	tax    tandem.Money // Σ of the rounded taxes of the lines, for PerLine
}

// Compute gives the tax of a document by the rates of its tax point: the bases of
// each code are summed and taxed by the rounding policy. Bases with and without
// tax may be mixed; what includes the tax keeps its gross amount to the cent, so
// that tax there is gross × rate ÷ (1 + rate), and net the rest. Negative bases
// (credit notes, allowances) give the mirror image. An empty document, different
// currencies, an unknown code or one without a rate on the tax point are errors.
func Compute(bases []tandem.TaxBase, codes []Code, taxPoint tandem.Date, rounding Rounding) (Result, error) {
	if rounding == "" {
		rounding = PerRate
	}
	switch {
	case !rounding.Valid():
		return Result{}, fault("tax", "rounding", "rounding", "unknown policy")
	case taxPoint.IsZero():
		return Result{}, fault("tax", "required", "tax_point", "must be given")
	case len(bases) == 0:
		return Result{}, fault("tax", "required", "bases", "must have a base")
	}
	var buffer [4]group
	groups := buffer[:0]
	for i := range bases {
		var err error
		if groups, err = gather(groups, &bases[i], codes, taxPoint, rounding); err != nil {
			return Result{}, err
		}
	}
	lines := make([]tandem.TaxLine, len(groups))
	for i := range groups {
		var err error
		if lines[i], err = groups[i].line(rounding); err != nil {
			return Result{}, err
		}
	}
	if rounding == Down {
		if err := settleDown(lines); err != nil {
			return Result{}, err
		}
	}
	net, tax, gross, err := Totals(lines)
	return Result{Rounding: rounding, TaxPoint: taxPoint, Lines: lines, Net: net, Tax: tax, Gross: gross}, err
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

func gather(groups []group, b *tandem.TaxBase, codes []Code, on tandem.Date, rounding Rounding) ([]group, error) {
	if rounding == Down && b.Inclusive {
		return nil, fault("tax", "down_inclusive", "bases", "prices that include the tax cannot be rounded down")
	}
	i := 0
	for i < len(groups) && groups[i].code.ID != b.Code {
		i++
	}
	if i == len(groups) {
		g, err := newGroup(b, codes, on)
		if err != nil {
			return nil, err
		}
		groups = append(groups, g)
	}
	g := &groups[i]
	return groups, g.add(b, rounding)
}

func newGroup(b *tandem.TaxBase, codes []Code, on tandem.Date) (group, error) {
	for i := range codes {
		if codes[i].ID != b.Code {
			continue
		}
		rate, err := codes[i].RateOn(on)
		nought := tandem.MoneyFromMinor(0, b.Amount.Currency())
		return group{code: &codes[i], rate: rate, sums: [2]sum{{nought, nought}, {nought, nought}}}, err
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
	tax, err := taxOf(b.Amount, g.rate, b.Inclusive, tandem.HalfAwayFromZero)
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

// line gives the tax line; for [Down] its tax is cut, and settled with the others.
func (g *group) line(rounding Rounding) (tandem.TaxLine, error) {
	mode := tandem.HalfAwayFromZero
	if rounding == Down {
		mode = tandem.RoundDown
	}
	var err error
	if rounding != PerLine {
		for i := range g.sums {
			if g.sums[i].tax, err = taxOf(g.sums[i].amount, g.rate, i == 1, mode); err != nil {
				return tandem.TaxLine{}, err
			}
		}
	}
	out := tandem.TaxLine{Code: g.code.ID, Category: g.code.Category, Rate: g.rate, Reason: g.code.Reason}
	if out.Tax, err = g.sums[0].tax.Add(g.sums[1].tax); err != nil {
		return out, err
	}
	net, err := g.sums[1].amount.Sub(g.sums[1].tax)
	if err == nil {
		out.Base, err = g.sums[0].amount.Add(net)
	}
	return out, err
}

// settleDown raises the cut taxes until they sum to the cut tax of the whole
// document: minor units that the rates together make up go to the largest
// remainders, ties to the lower index, in the mirror image for a negative document.
func settleDown(lines []tandem.TaxLine) error {
	total := tandem.NewTotal(lines[0].Base.Currency())
	cut := int64(0)
	for i := range lines {
		total.AddRate(lines[i].Base, lines[i].Rate)
		cut += lines[i].Tax.Minor()
	}
	whole, err := total.Money(tandem.RoundDown)
	if err != nil {
		return err
	}
	unit, left := int64(1), whole.Minor()-cut
	if left < 0 {
		unit, left = -1, -left
	}
	var taken [64]bool // there are fewer units left than lines
	if len(lines) > len(taken) {
		return tandem.ErrOutOfRange
	}
	for ; left > 0; left-- {
		best, most := -1, int64(0)
		for i := range lines {
			if r := unit * remainder(&lines[i]); !taken[i] && (best < 0 || r > most) {
				best, most = i, r
			}
		}
		taken[best] = true
		lines[best].Tax = tandem.MoneyFromMinor(lines[best].Tax.Minor()+unit, lines[best].Tax.Currency())
	}
	return nil
}

// remainder gives what cutting base × rate dropped, in 10⁻⁹ of a minor unit with
// the sign of the base.
func remainder(l *tandem.TaxLine) int64 {
	const one = 1_000_000_000
	return (l.Base.Minor() % one) * (l.Rate.Nano() % one) % one
}
