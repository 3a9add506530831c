package redemption_test

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/redemption"
)

// A code that may be used once, of a campaign with 30.00 left: the basket asks for
// 50.00 off, and gets 30.00. A second customer finds the code used.
func Example() {
	now := at("2026-06-02")
	budget, _ := redemption.Open(companyID(), redemption.Subject{Kind: redemption.ForCampaign, Name: "summer"},
		redemption.Terms{Value: gbp(30_00), Policy: redemption.Partial}, now)
	code, _ := redemption.ParseCode(" summer10 ")
	coupon, _ := redemption.OpenCode(companyID(), code, budget.ID(), tandem.PartyID{}, redemption.Terms{Uses: 1}, now)

	claim := redemption.Claim{Usage: redemption.Usage{Uses: 1, Value: gbp(50_00)}, Until: now.Add(20 * 60e9)}
	grant, err := redemption.ReserveAll("basket 1", claim, now, coupon, budget)
	fmt.Println(grant.Status, grant.Granted.Value, err)

	fmt.Println(coupon.Commit("basket 1", now), budget.Commit("basket 1", now)) // paid
	fmt.Println(budget.Commit("basket 1", now), budget.Committed().Value)       // asked again: the answer was lost

	_, err = redemption.ReserveAll("basket 2", claim, now, coupon, budget)
	fmt.Println(err)
	// Output:
	// reserved 30.00 GBP <nil>
	// <nil> <nil>
	// <nil> 30.00 GBP
	// the code cannot be used
}
