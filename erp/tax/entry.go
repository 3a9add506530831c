package tax

import "github.com/tandem-go/tandem"

type entryKind struct{}

// EntryID names an entry of the tax register.
type EntryID = tandem.ID[entryKind]

// Direction says whose tax it is.
type Direction string

// The directions.
const (
	Output Direction = "output" // on what is sold: owed
	Input  Direction = "input"  // on what is bought: deducted
)

// Directions lists the directions.
func Directions() []Direction { return []Direction{Output, Input} }

// Valid reports whether d is one of [Directions].
func (d Direction) Valid() bool { return d == Output || d == Input }

// UnmarshalText reads a direction and refuses anything else.
func (d *Direction) UnmarshalText(text []byte) error {
	if !Direction(text).Valid() {
		return fault("tax direction", "direction", "direction", "unknown direction")
	}
	*d = Direction(text)
	return nil
}

// Entry is a fact of the tax register: a tax line of a posted document on its tax
// point. It is appended once and never changed; a credit note has negative
// amounts, a correction is an entry that names the one it reverses.
type Entry struct {
	ID        EntryID            `json:"id"`
	Company   tandem.CompanyID   `json:"company"`
	Document  tandem.DocumentRef `json:"document"`
	Direction Direction          `json:"direction"`
	TaxPoint  tandem.Date        `json:"tax_point"` // effective
	Recorded  tandem.Instant     `json:"recorded"`
	Party     tandem.PartyID     `json:"party,omitzero"`
	Country   tandem.Country     `json:"country,omitempty"`    // of the counterpart
	VATNumber tandem.Personal    `json:"vat_number,omitempty"` // of the counterpart, for recapitulative statements
	Reverses  EntryID            `json:"reverses,omitzero"`
	tandem.TaxLine
}

// Validate reports every fault.
func (e Entry) Validate() error {
	var c tandem.Check
	c.Require(!e.ID.IsZero(), "required", "id", "must be given")
	c.Require(!e.Company.IsZero(), "required", "company", "must be given")
	c.Require(!e.Document.IsZero(), "required", "document", "must be given")
	c.Require(e.Direction.Valid(), "direction", "direction", "unknown direction")
	c.Require(!e.TaxPoint.IsZero(), "required", "tax_point", "must be given")
	c.Require(!e.Recorded.IsZero(), "required", "recorded", "must be given")
	c.Require(e.Code != "", "required", "code", "must be given")
	c.Require(e.Category.Valid(), "category", "category", "must be a category of UNTDID 5305")
	c.Require(e.Base.Currency() != 0 && e.Base.Currency() == e.Tax.Currency(), "currency", "tax", "base and tax must be of one currency")
	c.Require(e.Base.Sign()*e.Tax.Sign() >= 0, "sign", "tax", "must have the sign of the base")
	c.Require(e.Reverses != e.ID || e.ID.IsZero(), "reverses", "reverses", "must be another entry")
	return c.Err("tax entry")
}

// Reversal gives the entry that takes e back.
func (e Entry) Reversal(id EntryID, taxPoint tandem.Date, recorded tandem.Instant) Entry {
	e.ID, e.Reverses, e.TaxPoint, e.Recorded = id, e.ID, taxPoint, recorded
	e.Base, e.Tax = e.Base.Neg(), e.Tax.Neg()
	return e
}

// Register is what the entries of one document share.
type Register struct {
	Company   tandem.CompanyID
	Document  tandem.DocumentRef
	Direction Direction
	TaxPoint  tandem.Date
	Recorded  tandem.Instant
	Party     tandem.PartyID
	Country   tandem.Country
	VATNumber tandem.Personal
	Credit    bool // the lines are those of a credit note, with positive amounts
}

// Entries gives the entries of a document's tax lines; id gives one for each.
func (r Register) Entries(lines []tandem.TaxLine, id func(line int) EntryID) ([]Entry, error) {
	out := make([]Entry, len(lines))
	for i, l := range lines {
		if r.Credit {
			l.Base, l.Tax = l.Base.Neg(), l.Tax.Neg()
		}
		out[i] = Entry{ID: id(i), Company: r.Company, Document: r.Document, Direction: r.Direction, TaxPoint: r.TaxPoint,
			Recorded: r.Recorded, Party: r.Party, Country: r.Country, VATNumber: r.VATNumber, TaxLine: l}
		if err := out[i].Validate(); err != nil {
			return nil, err
		}
	}
	return out, nil
}
