package party

import (
	"slices"

	"github.com/tandem-go/tandem"
)

type crossReferenceKind struct{}

// CrossReferenceID names a cross-reference.
type CrossReferenceID = tandem.ID[crossReferenceKind]

// CrossReferenceIDOf gives the id of the reference for a key of a system. It is
// derived from the key, so that a key is unique within its system.
func CrossReferenceIDOf(system, external string) CrossReferenceID {
	return tandem.DeriveID[CrossReferenceID]("party_reference:"+system, external)
}

// MaxFormer is the most former parties of one key.
const MaxFormer = 64

// CrossReference says which party a key of another system stands for. A key that
// is given to another party there is pointed anew, and keeps whom it stood for
// earlier.
type CrossReference struct {
	ID        CrossReferenceID `json:"id"`
	Revision  int64            `json:"revision"` // kept by the store, compared on Save
	System    string           `json:"system"`   // code of the system, `erp-uk`
	External  string           `json:"external"` // the key there
	Party     tandem.PartyID   `json:"party"`
	ValidFrom tandem.Date      `json:"valid_from"`
	Former    []FormerParty    `json:"former,omitempty"` // ascending
}

// FormerParty is whom a key stood for on the days of its validity.
type FormerParty struct {
	Party tandem.PartyID  `json:"party"`
	Valid tandem.Validity `json:"valid"`
}

// NewCrossReference gives the reference from a key to a party, from a day on.
func NewCrossReference(system, external string, party tandem.PartyID, from tandem.Date) (CrossReference, error) {
	r := CrossReference{ID: CrossReferenceIDOf(system, external), System: system, External: external, Party: party, ValidFrom: from}
	return r, r.Validate()
}

// Validate reports every fault of the reference.
func (r CrossReference) Validate() error {
	var c tandem.Check
	c.Require(r.System != "" && len(r.System) <= tandem.MaxName, "system", "system", "must have 1 to 256 bytes")
	c.Require(r.External != "" && len(r.External) <= tandem.MaxName, "external", "external", "must have 1 to 256 bytes")
	c.Require(r.ID == CrossReferenceIDOf(r.System, r.External), "id", "id", "must follow from system and key")
	c.Require(!r.Party.IsZero(), "required", "party", "must be given")
	c.Require(!r.ValidFrom.IsZero(), "required", "valid_from", "must be given")
	c.Require(len(r.Former) <= MaxFormer, "too_many", "former", "at most 64")
	for i, f := range r.Former {
		ends := r.ValidFrom
		if i+1 < len(r.Former) {
			ends = r.Former[i+1].Valid.From
		}
		c.Require(!f.Party.IsZero() && !f.Valid.From.IsZero() && f.Valid.From.Before(f.Valid.Until) && !f.Valid.Until.After(ends),
			"former", tandem.Path("former", i), "must have a party and end before the next begins")
	}
	return c.Err("cross-reference")
}

// Repoint gives the reference with another party from a day on, which must be
// later than the day from which it stands for the present one.
func (r CrossReference) Repoint(party tandem.PartyID, from tandem.Date) (CrossReference, error) {
	r.Former = append(slices.Clone(r.Former), FormerParty{r.Party, tandem.Validity{From: r.ValidFrom, Until: from}})
	r.Party, r.ValidFrom = party, from
	return r, r.Validate()
}

// PartyOn gives the party that the key stands for on a day.
func (r CrossReference) PartyOn(day tandem.Date) (tandem.PartyID, bool) {
	if !day.Before(r.ValidFrom) {
		return r.Party, true
	}
	for _, f := range r.Former {
		if f.Valid.Contains(day) {
			return f.Party, true
		}
	}
	return tandem.PartyID{}, false
}

// Clone gives a copy that shares nothing with r.
func (r CrossReference) Clone() CrossReference {
	r.Former = slices.Clone(r.Former)
	return r
}

// Conflicting gives the systems in which two parties have different keys, in the
// order of the first's references. Two such parties are two to that system: they
// are never merged by a machine.
func Conflicting(a, b []CrossReference) []string {
	var systems []string
	for _, ra := range a {
		same := slices.ContainsFunc(b, func(rb CrossReference) bool { return rb.System == ra.System && rb.External == ra.External })
		other := slices.ContainsFunc(b, func(rb CrossReference) bool { return rb.System == ra.System && rb.External != ra.External })
		if other && !same && !slices.Contains(systems, ra.System) {
			systems = append(systems, ra.System)
		}
	}
	return systems
}
