package tax

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// DatedRate is a rate and the dates on which it holds.
type DatedRate struct {
	tandem.Validity
	Rate tandem.Rate `json:"rate"`
}

// Code is a tax code of a company: a category of UNTDID 5305 in a country, with
// its rates by date. A code whose category bears no tax has a rate of nought and
// says why ([tandem.TaxZero] needs no reason).
type Code struct {
	ID          tandem.TaxCode     `json:"id"`
	Company     tandem.CompanyID   `json:"company"`
	Revision    int64              `json:"revision"` // kept by the store, compared on Save
	Description string             `json:"description,omitempty"`
	Country     tandem.Country     `json:"country"`
	Category    tandem.TaxCategory `json:"category"`
	Rates       []DatedRate        `json:"rates"`            // ascending, not overlapping
	Reason      string             `json:"reason,omitempty"` // why no tax is due, EN 16931 BT-120
}

// MaxRates is the most dated rates that a code may have.
const MaxRates = 100

// Validate reports every fault. Of EN 16931 it keeps: a standard rate is above
// nought (BR-S-05), other categories bear none (BR-Z-05, BR-E-05, BR-AE-05,
// BR-IC-05, BR-G-05), exemptions give a reason (BR-E-10, BR-AE-10, BR-IC-10,
// BR-G-10, BR-O-10), and taxed or zero-rated supplies none (BR-S-10, BR-Z-10).
func (c Code) Validate() error {
	var check tandem.Check
	check.Require(c.ID != "" && len(c.ID) <= tandem.MaxName, "id", "id", "must be given and short")
	check.Require(!c.Company.IsZero(), "required", "company", "must be given")
	check.Require(len(c.Description) <= tandem.MaxText, "too_long", "description", "too long")
	check.Require(c.Country.Valid(), "country", "country", "must be an ISO 3166-1 alpha-2 code")
	check.Require(c.Category.Valid(), "category", "category", "must be a category of UNTDID 5305")
	check.Require(len(c.Reason) <= tandem.MaxText, "too_long", "reason", "too long")
	check.Require(len(c.Rates) > 0 && len(c.Rates) <= MaxRates, "rates", "rates", "must have a rate, and not too many")
	switch {
	case Taxed(c.Category), c.Category == tandem.TaxZero:
		check.Require(c.Reason == "", "reason", "reason", "only exemptions have a reason")
	default:
		check.Require(c.Reason != "", "reason", "reason", "an exemption must give its reason")
	}
	for i, r := range c.Rates {
		path := tandem.Path("rates", i)
		check.Nested(path, r.Validity.Validate())
		if Taxed(c.Category) {
			check.Require(r.Rate.Sign() > 0 && r.Rate.Cmp(tandem.Percent(100)) <= 0, "rate", path+".rate", "must be above 0 and at most 100 percent")
		} else {
			check.Require(r.Rate.IsZero(), "rate", path+".rate", "must be nought in this category")
		}
		if i > 0 {
			before := c.Rates[i-1]
			check.Require(!before.Until.IsZero() && !r.From.Before(before.Until), "overlap", path, "rates must ascend and not overlap")
		}
	}
	return check.Err("tax code")
}

// Taxed reports whether supplies of the category bear tax.
func Taxed(c tandem.TaxCategory) bool { return c == tandem.TaxStandard || c == tandem.TaxReduced }

// NoRateError says that a code is unknown, or has no rate on a date. It matches
// [tandem.ErrInvalid].
type NoRateError struct {
	Code tandem.TaxCode
	On   tandem.Date
}

func (e *NoRateError) Error() string {
	return "tax code " + string(e.Code) + " is unknown or has no rate on " + e.On.String()
}

// Is reports whether target is [tandem.ErrInvalid].
func (e *NoRateError) Is(target error) bool { return target == tandem.ErrInvalid }

// RateOn gives the rate on a date, or a [*NoRateError].
func (c Code) RateOn(on tandem.Date) (tandem.Rate, error) {
	for i := range c.Rates {
		if c.Rates[i].Contains(on) {
			return c.Rates[i].Rate, nil
		}
	}
	return tandem.Rate{}, &NoRateError{Code: c.ID, On: on}
}

// Clone gives a deep copy.
func (c Code) Clone() Code {
	c.Rates = slices.Clone(c.Rates)
	return c
}
