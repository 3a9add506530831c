package party

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// MaxHierarchy is the greatest depth of parties above a party.
const MaxHierarchy = 16

// Parent gives the party above, zero for none.
func (p *Party) Parent() tandem.PartyID { return p.s.Parent.Party }

// Inherits reports whether the party takes an attribute from the party above it.
func (p *Party) Inherits(a Attribute) bool { return slices.Contains(p.s.Parent.Inherits, a) }

// Inherited gives the parties to ask for an attribute, in that order: the party
// itself, and as long as each says that it inherits the attribute, the one above.
// The first that has a value of its own decides. An attribute thus goes down
// where it is wanted, and never up or sideways: what a subsidiary earns stays
// with it. A circle, or more than [MaxHierarchy] levels, is refused.
func Inherited(p *Party, a Attribute, parent func(tandem.PartyID) (*Party, error)) ([]tandem.PartyID, error) {
	chain := []tandem.PartyID{p.s.ID}
	for next := p; next.Inherits(a); {
		above, err := parent(next.Parent())
		if err != nil {
			return nil, err
		}
		if slices.Contains(chain, above.s.ID) || len(chain) > MaxHierarchy {
			return nil, p.refuse("inherit", "circle", "the parties above form a circle or too long a chain")
		}
		chain = append(chain, above.s.ID)
		next = above
	}
	return chain, nil
}
