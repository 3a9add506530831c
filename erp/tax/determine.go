package tax

import (
	"github.com/tandem-go/tandem"
)

// Zone says where a supply goes, as its seller sees it.
type Zone string

// The zones.
const (
	ZoneDomestic Zone = "domestic" // within the seller's country and its territories
	ZoneUnion    Zone = "union"    // another member of the seller's tax union on that day
	ZoneOutside  Zone = "outside"
)

// Zones lists the zones.
func Zones() []Zone { return []Zone{ZoneDomestic, ZoneUnion, ZoneOutside} }

// Valid reports whether z is one of [Zones].
func (z Zone) Valid() bool { return z == ZoneDomestic || z == ZoneUnion || z == ZoneOutside }

// UnmarshalText reads a zone and refuses anything else.
func (z *Zone) UnmarshalText(text []byte) error {
	if !Zone(text).Valid() {
		return fault("tax zone", "zone", "zone", "unknown zone")
	}
	*z = Zone(text)
	return nil
}

// Buyer says what a rule asks of the buyer.
type Buyer string

// What a rule asks of the buyer.
const (
	BuyerAny       Buyer = ""          // nothing
	BuyerBusiness  Buyer = "business"  // acts as a business
	BuyerUnionVAT  Buyer = "union_vat" // a business with a VAT number of a member other than the seller's country
	BuyerIsPrivate Buyer = "private"   // does not act as a business
)

// Case is what the tax treatment of a line depends on.
type Case struct {
	On        tandem.Date        // the tax point, for the membership of unions
	Seller    tandem.Country     // where the seller is registered
	Buyer     tandem.Country     // where the buyer is established: the place of supply of a service to a business
	ShipTo    tandem.Country     // where goods arrive, or where a service is performed
	Business  bool               // the buyer acts as a business
	VATNumber string             // the buyer's, with its country prefix: `DE123456789`
	Category  tandem.TaxCategory // of the product, in the seller's country
	Service   bool               // no goods move
}

// Member is a member of a tax union and the days of its membership.
type Member struct {
	Country tandem.Country `json:"country"`
	Goods   bool           `json:"goods,omitempty"` // a member for goods only
	tandem.Validity
}

// Territory is a place with a country code of its own that taxes treat as a part of a
// country: what goes there from that country is domestic, and it is in the union
// where the country is, or where it is a [Member] itself.
type Territory struct {
	Code tandem.Country `json:"code"`
	Of   tandem.Country `json:"of"`
}

// Rule gives a treatment and a code to the cases that it matches.
type Rule struct {
	ID        string             `json:"id"`
	Zone      Zone               `json:"zone,omitempty"`     // "" any
	Category  tandem.TaxCategory `json:"category,omitempty"` // of the product, "" any
	Buyer     Buyer              `json:"buyer,omitempty"`
	Goods     bool               `json:"goods,omitempty"`   // goods only
	Service   bool               `json:"service,omitempty"` // services only
	Treatment tandem.TaxCategory `json:"treatment"`
	Code      tandem.TaxCode     `json:"code"`
	Refuse    bool               `json:"refuse,omitempty"` // instead of a code: a case that it matches first is not decided
}

// Table is a list of rules for one seller country; the first that matches wins.
type Table struct {
	Seller      tandem.Country `json:"seller"`
	Union       []Member       `json:"union"`
	Territories []Territory    `json:"territories,omitempty"`
	Rules       []Rule         `json:"rules"`
}

// Validate reports every fault; among them a rule that would treat a supply as
// intra-Community (K) without a union VAT number of the buyer, as an export (G)
// where it stays inside, or as reverse charge (AE) of a private buyer.
func (t Table) Validate() error {
	var c tandem.Check
	c.Require(t.Seller.Valid(), "country", "seller", "must be an ISO 3166-1 alpha-2 code")
	for i, m := range t.Union {
		c.Require(m.Country.Valid(), "country", tandem.Path("union", i)+".country", "must be an ISO 3166-1 alpha-2 code")
		c.Nested(tandem.Path("union", i), m.Validity.Validate())
	}
	for i, p := range t.Territories {
		path := tandem.Path("territories", i)
		c.Require(p.Code.Valid(), "country", path+".code", "must be an ISO 3166-1 alpha-2 code")
		c.Require(p.Of.Valid() && p.Of != p.Code && t.root(p.Of) == p.Of, "country", path+".of", "must be an ISO 3166-1 alpha-2 code, and no territory itself")
		for j := range i {
			c.Require(t.Territories[j].Code != p.Code, "duplicate", path+".code", "is given before")
		}
	}
	c.Require(len(t.Rules) > 0, "required", "rules", "must have a rule")
	for i := range t.Rules {
		c.Nested(tandem.Path("rules", i), t.Rules[i].check())
		for j := range i {
			c.Require(t.Rules[j].ID != t.Rules[i].ID, "duplicate", tandem.Path("rules", i)+".id", "is taken")
		}
	}
	return c.Err("tax table")
}

func (r *Rule) check() error {
	var c tandem.Check
	c.Require(r.ID != "", "required", "id", "must be given")
	c.Require((r.Code != "") != r.Refuse, "required", "code", "must be given, unless the rule refuses")
	c.Require(r.Zone == "" || r.Zone.Valid(), "zone", "zone", "unknown zone")
	c.Require(r.Category == "" || r.Category.Valid(), "category", "category", "must be a category of UNTDID 5305")
	c.Require(r.Buyer == BuyerAny || r.Buyer == BuyerBusiness || r.Buyer == BuyerUnionVAT || r.Buyer == BuyerIsPrivate, "buyer", "buyer", "unknown")
	c.Require(!r.Goods || !r.Service, "goods", "goods", "goods only and services only exclude each other")
	c.Require(r.Treatment.Valid(), "category", "treatment", "must be a category of UNTDID 5305")
	switch r.Treatment {
	case tandem.TaxIntraCommunity:
		c.Require(r.Zone == ZoneUnion && r.Buyer == BuyerUnionVAT && r.Goods, "intra_community", "treatment",
			"only goods to another member, to a buyer with a VAT number there")
	case tandem.TaxExport:
		c.Require(r.Zone == ZoneOutside && r.Goods, "export", "treatment", "only goods that leave the union")
	case tandem.TaxReverseCharge:
		c.Require(r.Buyer == BuyerBusiness || r.Buyer == BuyerUnionVAT, "reverse_charge", "treatment", "only to a business")
	}
	return c.Err("tax rule")
}

// Decision is the treatment of a line, and why.
type Decision struct {
	Code      tandem.TaxCode     `json:"code"`
	Treatment tandem.TaxCategory `json:"treatment"`
	Rule      string             `json:"rule"`
	Zone      Zone               `json:"zone"`
}

// UndeterminedError says that no rule matches a case, or that the first one which
// does refuses it for want of a code. It matches [tandem.ErrInvalid].
type UndeterminedError struct {
	Seller, Destination tandem.Country
	Zone                Zone
	Category            tandem.TaxCategory
	Rule                string // that refuses; "" = none matches
}

func (e *UndeterminedError) Error() string {
	if e.Rule != "" {
		return "the tax rule " + e.Rule + " for category " + string(e.Category) + " from " + string(e.Seller) + " to " + string(e.Destination) +
			" (" + string(e.Zone) + ") has no tax code"
	}
	return "no tax rule for category " + string(e.Category) + " from " + string(e.Seller) + " to " + string(e.Destination) + " (" + string(e.Zone) + ")"
}

// Is reports whether target is [tandem.ErrInvalid].
func (e *UndeterminedError) Is(target error) bool { return target == tandem.ErrInvalid }

// Decide gives the treatment of a case: the first rule that matches, or an
// [*UndeterminedError]. The table must be valid. Goods go by where they arrive;
// services to a business by where it is established, to others by where they are
// performed (Directive 2006/112/EC Art. 32, 44, 45).
func (t *Table) Decide(c Case) (Decision, error) {
	destination := c.ShipTo
	if c.Service && c.Business {
		destination = c.Buyer
	}
	var check tandem.Check
	check.Require(c.Seller == t.Seller, "seller", "seller", "is not the seller of the table")
	check.Require(destination.Valid(), "country", "ship_to", "must be an ISO 3166-1 alpha-2 code")
	check.Require(!c.On.IsZero(), "required", "on", "must be given")
	check.Require(c.Category.Valid(), "category", "category", "must be a category of UNTDID 5305")
	check.Require(c.VATNumber == "" || c.Business, "vat_number", "vat_number", "only a business has one")
	if err := check.Err("tax case"); err != nil {
		return Decision{}, err
	}
	zone := t.zone(destination, c.On, c.Service)
	for i := range t.Rules {
		if r := &t.Rules[i]; t.matches(r, &c, zone) {
			if r.Refuse {
				return Decision{}, &UndeterminedError{Seller: c.Seller, Destination: destination, Zone: zone, Category: c.Category, Rule: r.ID}
			}
			return Decision{Code: r.Code, Treatment: r.Treatment, Rule: r.ID, Zone: zone}, nil
		}
	}
	return Decision{}, &UndeterminedError{Seller: c.Seller, Destination: destination, Zone: zone, Category: c.Category}
}

func (t *Table) matches(r *Rule, c *Case, zone Zone) bool {
	if r.Zone != "" && r.Zone != zone || r.Category != "" && r.Category != c.Category || r.Goods && c.Service || r.Service && !c.Service {
		return false
	}
	switch r.Buyer {
	case BuyerBusiness:
		return c.Business
	case BuyerUnionVAT:
		return c.Business && t.unionNumber(c.VATNumber, c.On, c.Service)
	case BuyerIsPrivate:
		return !c.Business
	}
	return true
}

// zone gives the zone of goods or of a service.
func (t *Table) zone(destination tandem.Country, on tandem.Date, service bool) Zone {
	switch {
	case t.root(destination) == t.root(t.Seller):
		return ZoneDomestic
	case t.member(t.Seller, on, service) && t.member(destination, on, service):
		return ZoneUnion
	}
	return ZoneOutside
}

// root gives the country that a place is a part of, or the place.
func (t *Table) root(place tandem.Country) tandem.Country {
	for i := range t.Territories {
		if t.Territories[i].Code == place {
			return t.Territories[i].Of
		}
	}
	return place
}

// member reports whether a place is in the union on a day, on its own or as a part.
func (t *Table) member(place tandem.Country, on tandem.Date, service bool) bool {
	root := t.root(place)
	for i := range t.Union {
		if m := &t.Union[i]; (m.Country == place || m.Country == root) && !(m.Goods && service) && m.Contains(on) {
			return true
		}
	}
	return false
}

// SameMembers reports whether the union has the same members on both days: then the
// table decides a case alike on both.
func (t *Table) SameMembers(a, b tandem.Date) bool {
	if a == b {
		return true
	}
	for i := range t.Union {
		m := &t.Union[i]
		if m.Contains(a) != m.Contains(b) &&
			(t.member(m.Country, a, false) != t.member(m.Country, b, false) || t.member(m.Country, a, true) != t.member(m.Country, b, true)) {
			return false
		}
	}
	return true
}

// unionNumber reports whether the number is one of a member other than the seller's country.
func (t *Table) unionNumber(number string, on tandem.Date, service bool) bool {
	country, ok := VATCountry(number)
	return ok && t.root(country) != t.root(t.Seller) && t.member(country, on, service)
}

// VATCountry gives the country of a VAT number by its prefix (Greece has EL), and
// whether the number has the form of one: a prefix and 2 to 12 capital letters,
// digits, + or * (Directive 2006/112/EC Art. 215; VIES). Whether it is issued is
// for VIES to say.
func VATCountry(number string) (tandem.Country, bool) {
	if len(number) < 4 || len(number) > 14 {
		return "", false
	}
	for i := 2; i < len(number); i++ {
		if c := number[i]; (c < '0' || c > '9') && (c < 'A' || c > 'Z') && c != '+' && c != '*' {
			return "", false
		}
	}
	country := tandem.Country(number[:2])
	if country == "EL" {
		country = "GR"
	}
	return country, country.Valid()
}

// NumberError says that a document has a treatment that needs the buyer's VAT
// number and has none. It matches [tandem.ErrInvalid].
type NumberError struct {
	Code     tandem.TaxCode
	Category tandem.TaxCategory
}

func (e *NumberError) Error() string {
	return "tax code " + string(e.Code) + " (" + string(e.Category) + ") needs the VAT number of the buyer"
}

// Is reports whether target is [tandem.ErrInvalid].
func (e *NumberError) Is(target error) bool { return target == tandem.ErrInvalid }

// CheckBuyer is the last check before a document is posted: intra-Community
// supply and reverse charge must state the buyer's VAT number (EN 16931 BR-IC-02,
// BR-AE-02; Directive 2006/112/EC Art. 138(1)(b), 226(4)). A [*NumberError] otherwise.
func CheckBuyer(lines []tandem.TaxLine, vatNumber string) error {
	_, ok := VATCountry(vatNumber)
	for i := range lines {
		if l := &lines[i]; !ok && (l.Category == tandem.TaxIntraCommunity || l.Category == tandem.TaxReverseCharge) {
			return &NumberError{Code: l.Code, Category: l.Category}
		}
	}
	return nil
}
