package pricing

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// Limits of [Snapshot.Lint].
const (
	MaxLintPrices = 1 << 23 // prices that are worked out at most
	MaxFindings   = 100_000 // findings that are told; beyond them stands [FindIncomplete]
)

// Lint reports what the author of a book should look at before publishing it, the
// gravest first, in a stable order. It prices every scope of the book at every
// quantity and date at which a price can change, for every grade: its time grows with
// the product of these, up to [MaxLintPrices]. Beyond, scopes are judged where their own
// rows change only, not where those of wider scopes do, and [FindIncomplete] says so.
// Products are judged with the wider scopes that the book's items say; of others these
// are not known. Contracts are judged each alone with the default lists; lists of channels by
// ties and by whether their rows ever hold, not by what they cost.
func (s *Snapshot) Lint() []Finding {
	l := linter{s: s, reached: map[*rows.Page][]bool{}, seen: map[findingKey]bool{}, left: MaxLintPrices,
		grids: map[int32]*grid{}, ofDefaults: map[int32]*grid{}}
	l.derivedDays = l.datesOfDerived()
	l.ties()
	chains := l.chains()
	l.own = !l.judgeable(chains)
	for at := range s.pages {
		if l.left <= 0 {
			break
		}
		l.gradePage(at, chains)
	}
	l.customerGrids(chains)
	l.derivedFloors()
	if l.left > 0 {
		l.unreached()
	}
	l.currencies()
	if l.left <= 0 || l.own || l.full {
		l.findings = append(l.findings, Finding{Code: FindIncomplete})
	}
	order := FindingCodes()
	slices.SortStableFunc(l.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Code), slices.Index(order, b.Code)), strings.Compare(a.Rule, b.Rule),
			strings.Compare(a.Other, b.Other), a.Product.Compare(b.Product), cmp.Compare(a.Quantity.Micro(), b.Quantity.Micro()),
			strings.Compare(string(a.Grade), string(b.Grade)))
	})
	return l.findings
}

type linter struct {
	s        *Snapshot
	reached  map[*rows.Page][]bool
	seen     map[findingKey]bool
	findings []Finding
	left     int // prices that may yet be worked out
	finding  finding
	found    resolution
	rows     []row
	own      bool // scopes are judged where their own rows change only
	full     bool // there are more findings than are told

	grids, ofDefaults map[int32]*grid // by scope
	derivedDays       []int32         // on which lists that derive begin and end
}

type findingKey struct {
	code        FindingCode
	rule, other string
	product     tandem.ProductID
	category    string
	currency    tandem.Currency
	micro       int64
	grade       tandem.GradeCode
}

// add records a finding once: the first date at which it holds.
func (l *linter) add(f Finding) {
	key := findingKey{f.Code, f.Rule, f.Other, f.Product, f.Category, f.Currency, f.Quantity.Micro(), f.Grade}
	switch {
	case l.seen[key]:
	case len(l.findings) == MaxFindings:
		l.full = true
	default:
		l.seen[key] = true
		l.findings = append(l.findings, f)
	}
}

// chains gives, for each scope, the scopes that count for it: itself, those above
// it as far as the book knows them, everything.
func (l *linter) chains() [][]int32 {
	chains := make([][]int32, len(l.s.scopes.subjects))
	for scope := range chains {
		of := &l.s.scopes.subjects[scope]
		chain := []int32{int32(scope)}
		switch {
		case scope == 0:
			chain = nil
		case of.place != none:
			place := l.s.scopes.places.At(of.place)
			if place.Parent != none {
				chain = append(chain, place.Parent)
			}
			if place.Tail != none {
				chains[scope] = append(chain, l.s.scopes.chain(place.Tail)...)
				continue
			}
		case of.depth > depthBrand:
			chain = l.s.scopes.appendCategories(nil, of.name)
		}
		chains[scope] = append(chain, 0)
	}
	return chains
}
