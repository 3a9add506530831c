package tandem

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/tandem-go/tandem/internal/jsonw"
)

// DocumentKind is the stable name of a kind of document, `sales_order`.
type DocumentKind string

// DocumentRef names a document of any room: its kind, id, and, once it has one,
// its number.
type DocumentRef struct {
	Kind   DocumentKind `json:"kind"`
	ID     ID[any]      `json:"id"`
	Number string       `json:"number,omitempty"`
}

// RefTo gives the reference to a document.
func RefTo[K any](kind DocumentKind, id ID[K], number string) DocumentRef {
	return DocumentRef{Kind: kind, ID: ID[any]{b: id.b}, Number: number}
}

// IsZero reports whether the reference names nothing.
func (d DocumentRef) IsZero() bool { return d.Kind == "" && d.ID.IsZero() }

// Same reports whether both name the same document; numbers do not count.
func (d DocumentRef) Same(o DocumentRef) bool { return d.Kind == o.Kind && d.ID == o.ID }

// AppendJSON appends what encoding/json gives.
func (d DocumentRef) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.String("kind", string(d.Kind))
	jsonw.Text(&o, "id", d.ID)
	o.StringOmit("number", d.Number)
	return o.Close()
}

// LineRef names a line of a document; lines count from 1 and keep their number
// for ever.
type LineRef struct {
	Document DocumentRef `json:"document"`
	Line     int         `json:"line"`
}

// IsZero reports whether the reference names nothing.
func (l LineRef) IsZero() bool { return l.Document.IsZero() && l.Line == 0 }

// AppendJSON appends what encoding/json gives.
func (l LineRef) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.Append("document", l.Document.AppendJSON)
	o.Int("line", int64(l.Line))
	return o.Close()
}

// TaxCategory is a VAT category code of UNTDID 5305, as EN 16931 uses it.
type TaxCategory string

// The categories of UNTDID 5305 that the library knows.
const (
	TaxStandard       TaxCategory = "S"  // standard rate
	TaxReduced        TaxCategory = "AA" // lower rate
	TaxZero           TaxCategory = "Z"  // zero-rated goods
	TaxExempt         TaxCategory = "E"  // exempt from tax
	TaxReverseCharge  TaxCategory = "AE" // the buyer accounts for the tax
	TaxIntraCommunity TaxCategory = "K"  // exempt intra-Community supply of goods
	TaxExport         TaxCategory = "G"  // free export item, tax not charged
	TaxOutOfScope     TaxCategory = "O"  // services outside the scope of tax
)

// TaxCategories lists the categories.
func TaxCategories() []TaxCategory {
	return []TaxCategory{TaxStandard, TaxReduced, TaxZero, TaxExempt, TaxReverseCharge, TaxIntraCommunity, TaxExport, TaxOutOfScope}
}

// Valid reports whether c is one of [TaxCategories].
func (c TaxCategory) Valid() bool {
	switch c {
	case TaxStandard, TaxReduced, TaxZero, TaxExempt, TaxReverseCharge, TaxIntraCommunity, TaxExport, TaxOutOfScope:
		return true
	}
	return false
}

// UnmarshalText reads a category and refuses anything else.
func (c *TaxCategory) UnmarshalText(text []byte) error {
	parsed := TaxCategory(text)
	if !parsed.Valid() {
		return &InvalidError{Subject: "tax category", Faults: []Fault{{
			Code: "tax_category", Path: "category", Message: "not a category of UNTDID 5305 that is known"}}}
	}
	*c = parsed
	return nil
}

// TaxCode names a tax code of the company, `GB-S`.
type TaxCode string

// TaxBase is an amount to be taxed: what pricing and documents hand to the tax
// room. Amount includes the tax where Inclusive is set.
type TaxBase struct {
	Line      int     `json:"line"`
	Code      TaxCode `json:"code"`
	Amount    Money   `json:"amount"`
	Inclusive bool    `json:"inclusive,omitempty"`
}

// TaxLine is a computed tax, kept with its document and never recomputed: all
// bases of one code, category and rate.
type TaxLine struct {
	Code     TaxCode     `json:"code"`
	Category TaxCategory `json:"category"`
	Rate     Rate        `json:"rate"`
	Base     Money       `json:"base"` // net
	Tax      Money       `json:"tax"`
	Reason   string      `json:"reason,omitempty"` // why no tax is due (EN 16931 BT-120)
}

// GradeCode names a customer grade of the company, `gold`.
type GradeCode string

// TermsCode names payment terms of the company, `net30`.
type TermsCode string

// PriceRef names the rule that gave a price: the snapshot's version and the row.
type PriceRef struct {
	Book    string `json:"book,omitempty"`
	Version int64  `json:"version,omitempty"`
	Rule    string `json:"rule,omitempty"`
}

// AppendJSON appends what encoding/json gives.
func (p PriceRef) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.StringOmit("book", p.Book)
	o.IntOmit("version", p.Version)
	o.StringOmit("rule", p.Rule)
	return o.Close()
}

// Dimension is one analytic dimension of a line: `project` = `A-17`.
type Dimension struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Dimensions are the analytic dimensions of a line, each name once, in the
// order of their names.
type Dimensions []Dimension

// Validate reports unordered or repeated names, empty values and too many dimensions.
func (d Dimensions) Validate() error {
	var c Check
	c.Require(len(d) <= MaxDimensions, "too_many", "", "too many dimensions")
	for i, dim := range d {
		c.Require(dim.Name != "" && dim.Value != "" && len(dim.Name) <= MaxName && len(dim.Value) <= MaxName,
			"dimension", Path("", i), "name and value must be given and short")
		c.Require(i == 0 || d[i-1].Name < dim.Name, "dimension_order", Path("", i), "names must ascend")
	}
	return c.Err("dimensions")
}

// Personal is a text that tells something about a person: a name, an e-mail
// address, a telephone number. It is redacted wherever it is printed or logged,
// whatever the verb; [Personal.Reveal] gives the text. JSON of a State carries
// it, since that is what the host keeps: a State with personal data is therefore
// never logged as JSON. Package fmt calls no method on an unexported field, so an
// aggregate that keeps personal data in one needs a Format or String of its own.
type Personal string

const redacted = "[personal]"

// Reveal gives the text.
func (p Personal) Reveal() string { return string(p) }

// String gives `[personal]`, or "" if there is no text.
func (p Personal) String() string {
	if p == "" {
		return ""
	}
	return redacted
}

// GoString is [Personal.String], for %#v.
func (p Personal) GoString() string { return p.String() }

// Format writes [Personal.String] for every verb: without it, package fmt prints
// the text itself for a verb that it does not know.
func (p Personal) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, p.String()) }

// LogValue is [Personal.String], for slog.
func (p Personal) LogValue() slog.Value { return slog.StringValue(p.String()) }

// Country is an ISO 3166-1 alpha-2 code, `GB`. The two halves of a country that
// taxes treat apart have codes of their own (`XI` for Northern Ireland in VAT,
// `JE`, `GG` for the Channel Islands).
type Country string

// Valid reports whether c has the form of a country code.
func (c Country) Valid() bool {
	return len(c) == 2 && c[0] >= 'A' && c[0] <= 'Z' && c[1] >= 'A' && c[1] <= 'Z'
}

// Address is a postal address. All but the country is personal and redacted in print.
type Address struct {
	Name       Personal   `json:"name,omitempty"`
	Lines      []Personal `json:"lines,omitempty"`
	City       Personal   `json:"city,omitempty"`
	Region     Personal   `json:"region,omitempty"`
	PostalCode Personal   `json:"postal_code,omitempty"`
	Country    Country    `json:"country"`
}

// Validate reports a missing country and texts that are too long.
func (a Address) Validate() error {
	var c Check
	c.Require(a.Country.Valid(), "country", "country", "must be an ISO 3166-1 alpha-2 code")
	c.Require(len(a.Lines) <= 8, "too_many", "lines", "at most 8 lines")
	for i, line := range a.Lines {
		c.Require(len(line) <= MaxName, "too_long", Path("lines", i), "too long")
	}
	for _, f := range []struct {
		path string
		text Personal
	}{{"name", a.Name}, {"city", a.City}, {"region", a.Region}, {"postal_code", a.PostalCode}} {
		c.Require(len(f.text) <= MaxName, "too_long", f.path, "too long")
	}
	return c.Err("address")
}

// String gives the country alone.
func (a Address) String() string { return redacted + " " + string(a.Country) }

// GoString is [Address.String], for %#v.
func (a Address) GoString() string { return a.String() }

// LogValue is [Address.String], for slog.
func (a Address) LogValue() slog.Value { return slog.StringValue(a.String()) }

// Event is a fact that an aggregate records and its process publishes. The name
// is stable (`sales.order.confirmed`); the JSON is what encoding/json would give
// for the type, written by hand since it is on the hot path.
type Event interface {
	EventName() string
	AppendJSON(dst []byte) []byte
}
