package party_test

import (
	"fmt"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/party"
)

// A prospect becomes a customer, agrees to the newsletter and later does not want
// it any more.
func Example() {
	id := tandem.DeriveID[tandem.PartyID]("customers", "17850")
	company := tandem.DeriveID[tandem.CompanyID]("companies", "uk")
	first, _ := tandem.NewDate(2011, time.January, 10)
	bought, _ := tandem.NewDate(2011, time.March, 1)
	at := func(d tandem.Date) tandem.Instant { return d.At(9, 0, time.UTC) }

	p, err := party.NewParty(id, party.Organisation, "Harbour Gifts Ltd", party.Prospect, first, at(first))
	if err != nil {
		fmt.Println(err)
	}
	if err := p.StartRole(party.Customer, bought, at(bought)); err != nil {
		fmt.Println(err)
	}
	fmt.Println(p.Name(), "may order in February:", p.MayOrder(bought.AddDays(-1)), "and in March:", p.MayOrder(bought))

	agreed := party.Consent{ID: tandem.DeriveID[party.ConsentID]("consents", "1"), Company: company, Party: id,
		Purpose: party.Newsletter, Channel: party.Email, Action: party.Given, Basis: party.BasisConsent,
		Source: "web form", TextVersion: "2011-01", Effective: at(bought), Recorded: at(bought)}
	leaves := party.Withdraw(tandem.DeriveID[party.ConsentID]("consents", "2"), company, id, party.Newsletter, party.Email, at(bought.AddDays(30)))
	facts := []party.Consent{agreed, leaves}
	for _, days := range []int{-1, 1, 31} {
		d := party.Decide(facts, party.ConsentAsk{Company: company, Party: id, Purpose: party.Newsletter, Channel: party.Email,
			At: at(bought.AddDays(days))})
		fmt.Println(d.Allowed, d.Reason)
	}
	// Output:
	// [personal] may order in February: false and in March: true
	// false missing
	// true given
	// false withdrawn
}
