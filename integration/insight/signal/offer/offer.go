package offer

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/internal/float"
)

// The limits of a choice. Whoever has more customers asks for them in parts.
const (
	MaxOffers      = 10_000
	MaxPairs       = 10_000_000 // customers × offers
	MaxPreferences = 10_000     // of one customer
	MaxProposals   = 10_000     // to one customer
	MaxNames       = 1_000      // in a list of grades, categories or channels
)

// Offer is a candidate.
type Offer struct {
	Code       string             `json:"code"`
	From       tandem.Date        `json:"from,omitzero"`  // first day; empty = at any time
	Until      tandem.Date        `json:"until,omitzero"` // last day
	Grades     []tandem.GradeCode `json:"grades,omitempty"`
	MinimumCLV tandem.Money       `json:"minimum_clv"`          // none = no minimum
	Categories []string           `json:"categories,omitempty"` // what it is about; empty = everything
	Channels   []string           `json:"channels,omitempty"`   // over which it can go out; empty = it needs no consent
	Margin     tandem.Rate        `json:"margin"`               // that it leaves, of its price
}

// Preference is how much a customer likes a category: what was spent on it, or how
// often it was bought. Only the proportions count.
type Preference struct {
	Category string  `json:"category"`
	Weight   float64 `json:"weight"` // 0 or more
}

// Proposal is an offer that went to a customer before.
type Proposal struct {
	Offer string      `json:"offer"`
	Date  tandem.Date `json:"date"`
}

// Customer is whom an offer may suit.
type Customer struct {
	Party          tandem.PartyID   `json:"party"`
	Grade          tandem.GradeCode `json:"grade,omitempty"`
	CLV            tandem.Money     `json:"clv"` // none = not known
	Preferences    []Preference     `json:"preferences,omitempty"`
	Channels       []string         `json:"channels,omitempty"` // with consent today
	Proposed       []Proposal       `json:"proposed,omitempty"`
	OpenComplaints int              `json:"open_complaints"`
}

// Config says how offers are chosen. At is needed; the rest has a default.
type Config struct {
	At          tandem.Date `json:"at"`
	MarginFloor tandem.Rate `json:"margin_floor"`           // under which no offer is made; 0 = none below cost
	PerCustomer int         `json:"per_customer,omitzero"`  // matches of one customer; 0 = 3
	CapDays     int         `json:"cap_days,omitzero"`      // since any proposal; 0 = 14
	RestDays    int         `json:"rest_days,omitzero"`     // since the same proposal; 0 = 90
	MinimumFit  float64     `json:"minimum_fit,omitzero"`   // share of the preferences; 0 = 0.05
	AtComplaint bool        `json:"at_complaint,omitempty"` // offers go out during an open complaint, too
}

func (c Config) filled() Config {
	c.PerCustomer = cmp.Or(c.PerCustomer, 3)
	c.CapDays = cmp.Or(c.CapDays, 14)
	c.RestDays = cmp.Or(c.RestDays, 90)
	c.MinimumFit = cmp.Or(c.MinimumFit, 0.05)
	return c
}

// Validate reports every fault of the configuration.
func (c Config) Validate() error {
	var k tandem.Check
	k.Require(!c.At.IsZero(), "required", "at", "must be given")
	k.Require(c.MarginFloor.Valid(), "margin_floor", "margin_floor", "must be a rate")
	k.Require(c.PerCustomer >= 0, "per_customer", "per_customer", "must not be negative")
	k.Require(c.CapDays >= 0, "days", "cap_days", "must not be negative")
	k.Require(c.RestDays >= 0, "days", "rest_days", "must not be negative")
	k.Require(c.MinimumFit >= 0 && c.MinimumFit <= 1, "minimum_fit", "minimum_fit", "must be 0 to 1")
	return k.Err("offer configuration")
}

func check(customers []Customer, offers []Offer) error {
	var c tandem.Check
	c.Require(len(offers) <= MaxOffers, "too_many", "offers", "at most 10,000")
	c.Require(int64(len(customers))*int64(max(len(offers), 1)) <= MaxPairs, "too_many", "customers", "customers × offers at most 10,000,000")
	if !c.OK() {
		return c.Err("offers")
	}
	codes := make(map[string]bool, len(offers))
	for i, o := range offers {
		path := tandem.Path("offers", i)
		c.Require(o.Code != "" && !codes[o.Code], "code", path+".code", "must be given, and once")
		c.Require(o.Margin.Valid(), "margin", path+".margin", "must be a rate")
		c.Require(o.From.IsZero() || o.Until.IsZero() || !o.Until.Before(o.From), "period", path+".until", "must not be before from")
		names(&c, path, "grades", len(o.Grades))
		names(&c, path, "categories", len(o.Categories))
		names(&c, path, "channels", len(o.Channels))
		codes[o.Code] = true
	}
	parties := make(map[tandem.PartyID]bool, len(customers))
	for i, u := range customers {
		if u.Party.IsZero() || parties[u.Party] {
			c.Add("party", tandem.Path("customers", i)+".party", "must be given, and once")
		}
		parties[u.Party] = true
		if u.OpenComplaints < 0 || len(u.Preferences) > MaxPreferences {
			c.Add("count", tandem.Path("customers", i), "no negative count, and at most 10,000 preferences")
		}
		path := tandem.Path("customers", i)
		names(&c, path, "channels", len(u.Channels))
		c.Require(len(u.Proposed) <= MaxProposals, "too_many", path+".proposed", "at most 10,000")
		for k, p := range u.Preferences {
			if !float.Finite(p.Weight) || p.Weight < 0 || p.Weight > 1e15 {
				c.Add("weight", tandem.Path("customers", i)+"."+tandem.Path("preferences", k), "must be 0 to 1e15")
			}
		}
	}
	return c.Err("offers")
}

func names(c *tandem.Check, path, list string, n int) {
	c.Require(n <= MaxNames, "too_many", path+"."+list, "at most 1,000")
}

// Rule says what excluded an offer. The names are stable.
type Rule string

// The rules, in the order in which they are asked; the first that excludes is given.
const (
	NotInPeriod     Rule = "not_in_period"
	OtherGrade      Rule = "other_grade"
	UnknownCLV      Rule = "unknown_clv" // none, or in another currency than the minimum
	LowCLV          Rule = "low_clv"
	WithoutConsent  Rule = "without_consent" // for any of the offer's channels
	OpenComplaint   Rule = "open_complaint"
	AskedRecently   Rule = "asked_recently"    // any offer, within CapDays
	ProposedBefore  Rule = "proposed_before"   // the same offer, within RestDays
	BelowFloor      Rule = "below_floor"       // the margin that it leaves
	NotPreferred    Rule = "not_preferred"     // less than MinimumFit of the preferences
	BehindTheOthers Rule = "behind_the_others" // more than PerCustomer suit better
)

// Rules lists the rules.
func Rules() []Rule {
	return []Rule{
		NotInPeriod, OtherGrade, UnknownCLV, LowCLV, WithoutConsent, OpenComplaint, AskedRecently, ProposedBefore, BelowFloor, NotPreferred,
		BehindTheOthers,
	}
}

// Valid says whether the rule is one of [Rules].
func (r Rule) Valid() bool { return slices.Contains(Rules(), r) }

// UnmarshalText reads exactly the names of [Rules].
func (r *Rule) UnmarshalText(text []byte) error { return enum.Decode(r, text, "rule", Rules()) }
