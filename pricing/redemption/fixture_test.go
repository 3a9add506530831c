package redemption_test

import (
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/redemption"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func companyID() tandem.CompanyID { return tandem.DeriveID[tandem.CompanyID]("test", "company") }

func customer(name string) tandem.PartyID { return tandem.DeriveID[tandem.PartyID]("test", name) }

func order(name string) tandem.DocumentRef {
	return tandem.RefTo("sales_order", tandem.DeriveID[tandem.ID[any]]("test", name), name)
}

func at(day string) tandem.Instant { return must(tandem.ParseInstant(day + "T12:00:00Z")) }

func gbp(minor int64) tandem.Money { return tandem.MoneyFromMinor(minor, tandem.GBP) }

func each(n int64) tandem.Quantity { return must(tandem.QuantityOf(n, tandem.Each)) }

func open(kind redemption.SubjectKind, terms redemption.Terms) *redemption.Limit {
	return must(redemption.Open(companyID(), redemption.Subject{Kind: kind, Name: "summer"}, terms, at("2026-06-01")))
}

// uses is a claim of n uses.
func uses(n int64) redemption.Claim { return redemption.Claim{Usage: redemption.Usage{Uses: n}} }

// worth is a claim of a value.
func worth(minor int64) redemption.Claim {
	return redemption.Claim{Usage: redemption.Usage{Value: gbp(minor)}}
}

// codes gives the codes of all faults, or that of the refusal.
func codes(err error) (out []string) {
	var invalid *tandem.InvalidError
	var refused *tandem.RefusedError
	var exhausted *redemption.ExhaustedError
	switch {
	case errors.As(err, &invalid):
		for _, f := range invalid.Faults {
			out = append(out, f.Code)
		}
	case errors.As(err, &refused):
		out = append(out, refused.Code)
	case errors.As(err, &exhausted):
		out = append(out, exhausted.Code)
	case err != nil:
		out = append(out, err.Error())
	}
	return out
}

func names(events []tandem.Event) (out []string) {
	for _, e := range events {
		out = append(out, e.EventName())
	}
	return out
}
