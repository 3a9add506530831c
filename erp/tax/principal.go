package tax

import "github.com/tandem-go/tandem"

// Principal gives the code of the principal supply of several: whose bases sum to
// most, of equal ones the first; false for none. It is the code of what is ancillary
// to them, such as the carriage of goods: transport that the supplier charges is a
// part of the taxable amount of the goods (Directive 2006/112/EC Art. 78(b)), of those
// within the union (Art. 138) and of exports (Art. 146(1)(e)) too, and an ancillary
// supply shares the treatment of the principal one (C-349/96, Card Protection Plan,
// §30). Where goods of several codes are carried, a line of a document still has one
// code: who wants its charge split in proportion to their nets, as administrations
// allow, writes a line for each code, with the parts of [tandem.Allocate].
func Principal(bases []tandem.TaxBase) (tandem.TaxCode, bool) {
	if len(bases) == 0 {
		return "", false
	}
	best := bases[0].Code
	for i := range bases {
		if code := bases[i].Code; code != best && exceeds(bases, code, best) {
			best = code
		}
	}
	return best, true
}

// exceeds reports whether the bases of a code sum to more than those of another.
func exceeds(bases []tandem.TaxBase, code, other tandem.TaxCode) bool {
	difference := tandem.NewTotal(bases[0].Amount.Currency())
	for i := range bases {
		switch bases[i].Code {
		case code:
			difference.Add(bases[i].Amount)
		case other:
			difference.Sub(bases[i].Amount)
		}
	}
	return difference.Sign() > 0
}
