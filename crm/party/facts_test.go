package party_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/party"
)

func hour(n int) tandem.Instant { return noon.Add(time.Duration(n) * time.Hour) }

func given(key string, at int) party.Consent {
	return party.Consent{ID: tandem.DeriveID[party.ConsentID]("consent", key), Company: company, Party: id("a"), Purpose: party.Newsletter,
		Channel: party.Email, Action: party.Given, Basis: party.BasisConsent, Source: "web form", TextVersion: "1",
		Effective: hour(at), Recorded: hour(at)}
}

func withdrawn(key string, at int) party.Consent {
	return party.Withdraw(tandem.DeriveID[party.ConsentID]("consent", key), company, id("a"), party.Newsletter, party.Email, hour(at))
}

func with(f party.Consent, change func(*party.Consent)) party.Consent { change(&f); return f }

func TestDecide(t *testing.T) {
	mail := party.AddressKeyOf(party.Email, "a@x.example")
	ask := party.ConsentAsk{Company: company, Party: id("a"), Purpose: party.Newsletter, Channel: party.Email, Address: mail, At: hour(10)}
	imported := func(f *party.Consent) { f.Imported = true }
	bound := func(f *party.Consent) { f.Address = mail }
	everything := func(f *party.Consent) { f.Purpose, f.Channel = party.Everything, party.Everything }
	other := func(f *party.Consent) { f.Party = id("former") }
	contract := func(f *party.Consent) { f.Basis, f.TextVersion = party.BasisContract, "" }
	for name, c := range map[string]struct {
		facts []party.Consent
		want  party.ConsentReason
	}{
		"default deny":                        {nil, party.ConsentMissing},
		"given":                               {[]party.Consent{given("1", 1)}, party.ConsentGiven},
		"given from now on":                   {[]party.Consent{given("1", 10)}, party.ConsentGiven},
		"given later":                         {[]party.Consent{given("1", 11)}, party.ConsentMissing},
		"for another purpose":                 {[]party.Consent{with(given("1", 1), func(f *party.Consent) { f.Purpose = party.Offers })}, party.ConsentMissing},
		"over another channel":                {[]party.Consent{with(given("1", 1), func(f *party.Consent) { f.Channel = party.SMS })}, party.ConsentMissing},
		"to another company":                  {[]party.Consent{with(given("1", 1), func(f *party.Consent) { f.Company = tandem.CompanyID{} })}, party.ConsentMissing},
		"by another party":                    {[]party.Consent{with(given("1", 1), other)}, party.ConsentMissing},
		"for another address":                 {[]party.Consent{with(given("1", 1), func(f *party.Consent) { f.Address = party.AddressKeyOf(party.Email, "b@x.example") })}, party.ConsentMissing},
		"for this address":                    {[]party.Consent{with(given("1", 1), bound)}, party.ConsentGiven},
		"withdrawn":                           {[]party.Consent{given("1", 1), withdrawn("2", 2)}, party.ConsentWithdrawn},
		"withdrawn at the same instant":       {[]party.Consent{given("1", 1), withdrawn("2", 1)}, party.ConsentWithdrawn},
		"withdrawal still to come":            {[]party.Consent{given("1", 1), withdrawn("2", 11)}, party.ConsentGiven},
		"given again":                         {[]party.Consent{given("1", 1), withdrawn("2", 2), given("3", 3)}, party.ConsentGiven},
		"withdrawn, never given":              {[]party.Consent{withdrawn("2", 2)}, party.ConsentWithdrawn},
		"everything withdrawn":                {[]party.Consent{given("1", 1), with(withdrawn("2", 2), everything)}, party.ConsentWithdrawn},
		"expired":                             {[]party.Consent{with(given("1", 1), func(f *party.Consent) { f.Expires = hour(10) })}, party.ConsentExpired},
		"not yet expired":                     {[]party.Consent{with(given("1", 1), func(f *party.Consent) { f.Expires = hour(11) })}, party.ConsentGiven},
		"an import after a withdrawal":        {[]party.Consent{given("1", 1), withdrawn("2", 2), with(given("3", 3), imported)}, party.ConsentWithdrawn},
		"an import alone":                     {[]party.Consent{with(given("3", 3), imported)}, party.ConsentGiven},
		"a re-import of a deleted person":     {[]party.Consent{with(with(withdrawn("2", 2), other), bound), with(given("3", 3), imported)}, party.ConsentWithdrawn},
		"the person itself agrees anew":       {[]party.Consent{with(with(withdrawn("2", 2), other), bound), given("3", 3)}, party.ConsentGiven},
		"a former party's own withdrawal":     {[]party.Consent{with(withdrawn("2", 2), other), given("1", 1)}, party.ConsentGiven},
		"an own withdrawal between":           {[]party.Consent{withdrawn("1", 1), given("2", 2), with(withdrawn("3", 3), imported)}, party.ConsentWithdrawn},
		"a contract outlasts everything":      {[]party.Consent{with(given("1", 1), contract), with(withdrawn("2", 2), everything)}, party.ConsentGiven},
		"but not a withdrawal of this itself": {[]party.Consent{with(given("1", 1), contract), withdrawn("2", 2)}, party.ConsentWithdrawn},
	} {
		got := party.Decide(c.facts, ask)
		assert.Equal(t, c.want, got.Reason, name)
		assert.Equal(t, c.want == party.ConsentGiven, got.Allowed, name)
		assert.Equal(t, c.want == party.ConsentMissing, got.Fact.IsZero(), name)
	}
}

func TestTransactionalIsAPurposeLikeAnyOther(t *testing.T) {
	ask := party.ConsentAsk{Company: company, Party: id("a"), Purpose: party.Transactional, Channel: party.Email, At: hour(10)}
	assert.False(t, party.Decide([]party.Consent{given("1", 1)}, ask).Allowed)
	f := with(given("1", 1), func(f *party.Consent) { f.Purpose, f.Basis = party.Transactional, party.BasisContract })
	assert.Equal(t, party.BasisContract, party.Decide([]party.Consent{f}, ask).Basis)
}

func TestDecideDoesNotDependOnTheOrderOfFacts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) party.Consent {
			key, at := rapid.StringN(1, 4, -1).Draw(t, "key"), rapid.IntRange(0, 5).Draw(t, "at")
			f := given(key, at)
			if rapid.Bool().Draw(t, "withdrawn") {
				f = withdrawn(key, at)
			}
			f.Imported = rapid.Bool().Draw(t, "imported")
			return f
		}), 0, 8).Draw(t, "facts")
		ask := party.ConsentAsk{Company: company, Party: id("a"), Purpose: party.Newsletter, Channel: party.Email, At: hour(3)}
		d := party.Decide(facts, ask)
		again := party.Decide(rapid.Permutation(facts).Draw(t, "shuffled"), ask)
		assert.Equal(t, d.Reason, again.Reason)
		// A withdrawal now always ends it.
		assert.False(t, party.Decide(append(facts, withdrawn("now", 3)), ask).Allowed)
	})
}

func TestConsentValidate(t *testing.T) {
	require.NoError(t, given("1", 1).Validate())
	require.NoError(t, withdrawn("1", 1).Validate(), "withdrawing needs no basis, source or text")
	for name, f := range map[string]party.Consent{
		"no text": with(given("1", 1), func(f *party.Consent) { f.TextVersion = "" }), "no source": with(given("1", 1), func(f *party.Consent) { f.Source = "" }),
		"no basis":        with(given("1", 1), func(f *party.Consent) { f.Basis = "" }),
		"everything":      with(given("1", 1), func(f *party.Consent) { f.Purpose = party.Everything }),
		"every channel":   with(given("1", 1), func(f *party.Consent) { f.Channel = party.Everything }),
		"expired at once": with(given("1", 1), func(f *party.Consent) { f.Expires = f.Effective }),
		"plain address":   with(given("1", 1), func(f *party.Consent) { f.Address = "a@x.example" }),
	} {
		assert.ErrorIs(t, f.Validate(), tandem.ErrInvalid, name)
	}
	var invalid *tandem.InvalidError
	require.ErrorAs(t, party.Consent{}.Validate(), &invalid)
	assert.Len(t, invalid.Faults, 8)
	data, err := json.Marshal(given("1", 1))
	require.NoError(t, err)
	var back party.Consent
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, given("1", 1), back)
}

func TestAddressKeys(t *testing.T) {
	same := func(a party.Channel, x tandem.Personal, b party.Channel, y tandem.Personal) bool {
		return party.AddressKeyOf(a, x) == party.AddressKeyOf(b, y)
	}
	assert.True(t, same(party.Email, " Ann@X.Example", party.Email, "ann@x.example "))
	assert.True(t, same(party.Phone, "+44 (20) 7946-0000", party.SMS, "0044 20 7946 0000"))
	assert.True(t, same(party.Post, "1  High Street", party.Post, "1 high street"))
	assert.False(t, same(party.Email, "1", party.Phone, "1"))
	assert.Empty(t, party.AddressKeyOf(party.Phone, "ext."))
	assert.Empty(t, party.AddressKeyOf(party.Email, "  "))
	assert.Len(t, string(party.AddressKeyOf(party.Email, "a@x.example")), 64)
}

func TestInteractionIsIdempotentByItsSource(t *testing.T) {
	i := party.Interaction{Company: company, Party: id("a"), Kind: party.InteractionOrder, Occurred: noon, Recorded: hour(1), Source: "sales_order/1/2",
		Amount: tandem.MoneyFromMinor(0, tandem.GBP), Text: "three lines"}
	first, err := party.NewInteraction(i)
	require.NoError(t, err)
	second, err := party.NewInteraction(i)
	require.NoError(t, err)
	assert.Equal(t, first.ID, second.ID)
	assert.NotEqual(t, first.ID, party.InteractionIDOf(i.Source, id("b")))
	data, err := json.Marshal(first)
	require.NoError(t, err)
	var back party.Interaction
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, first, back)
	first.Source = "other"
	assert.ErrorIs(t, first.Validate(), tandem.ErrInvalid)
	_, err = party.NewInteraction(party.Interaction{})
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.Len(t, invalid.Faults, 6)
}

func TestCrossReferences(t *testing.T) {
	r, err := party.NewCrossReference("erp-uk", "17850", id("a"), day(t, "2010-12-01"))
	require.NoError(t, err)
	again, err := r.Repoint(id("b"), day(t, "2011-06-01"))
	require.NoError(t, err)
	assert.Equal(t, r.ID, again.ID, "the key stays unique within its system")
	for on, want := range map[string]tandem.PartyID{"2010-12-01": id("a"), "2011-05-31": id("a"), "2011-06-01": id("b"), "2020-01-01": id("b")} {
		got, found := again.PartyOn(day(t, on))
		assert.True(t, found)
		assert.Equal(t, want, got, on)
	}
	_, found := again.PartyOn(day(t, "2010-11-30"))
	assert.False(t, found)
	assert.Empty(t, r.Former, "the former value is not changed")
	_, err = again.Repoint(id("c"), day(t, "2011-06-01"))
	assert.ErrorIs(t, err, tandem.ErrInvalid, "not later")
	assert.NotEqual(t, party.CrossReferenceIDOf("erp-uk", "1"), party.CrossReferenceIDOf("erp-de", "1"))
	_, err = party.NewCrossReference("", "", tandem.PartyID{}, tandem.Date{})
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.Len(t, invalid.Faults, 4)
	clone := again.Clone()
	clone.Former[0].Party = id("x")
	assert.Equal(t, id("a"), again.Former[0].Party)
}

func TestPartiesWithDifferentKeysAreNeverMerged(t *testing.T) {
	ref := func(system, external string) party.CrossReference {
		r, err := party.NewCrossReference(system, external, id("a"), day(t, "2010-12-01"))
		require.NoError(t, err)
		return r
	}
	a := []party.CrossReference{ref("erp", "1"), ref("shop", "x")}
	assert.Equal(t, []string{"erp"}, party.Conflicting(a, []party.CrossReference{ref("erp", "2"), ref("shop", "x")}))
	assert.Empty(t, party.Conflicting(a, []party.CrossReference{ref("erp", "1")}))
	assert.Empty(t, party.Conflicting(a, nil))
}

func TestQueriesMatch(t *testing.T) {
	p := newParty(t, "a")
	require.NoError(t, p.SetParent(party.Parent{Party: id("m")}, noon))
	on := day(t, "2011-06-01")
	assert.True(t, party.PartyQuery{Status: party.StatusActive, Kind: party.Organisation, Role: party.Prospect, RoleOn: on, Parent: id("m")}.Matches(p))
	for name, q := range map[string]party.PartyQuery{"role": {Role: party.Customer}, "day": {Role: party.Prospect, RoleOn: day(t, "2010-01-01")},
		"status": {Status: party.StatusBlocked}, "kind": {Kind: party.Person}, "parent": {Parent: id("x")}} {
		assert.False(t, q.Matches(p), name)
	}
	all := with(withdrawn("1", 1), func(f *party.Consent) { f.Purpose, f.Channel = party.Everything, party.Everything })
	assert.True(t, party.ConsentQuery{Company: company, Party: id("a"), Purpose: party.Offers, Channel: party.Post}.Matches(all))
	assert.False(t, party.ConsentQuery{Address: "x"}.Matches(all))
	assert.False(t, party.ConsentQuery{Purpose: party.Offers}.Matches(given("1", 1)))
	i := party.Interaction{Company: company, Party: id("a"), Kind: party.InteractionOrder, Occurred: noon}
	assert.True(t, party.InteractionQuery{Company: company, Party: id("a"), Kind: party.InteractionOrder, From: noon, Until: hour(1)}.Matches(i))
	assert.False(t, party.InteractionQuery{Until: noon}.Matches(i))
	r, err := party.NewCrossReference("erp", "1", id("a"), on)
	require.NoError(t, err)
	assert.True(t, party.CrossReferenceQuery{System: "erp", Party: id("a")}.Matches(r))
	assert.False(t, party.CrossReferenceQuery{System: "shop"}.Matches(r))
}
