package party_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/party"
)

var (
	company = tandem.DeriveID[tandem.CompanyID]("company", "test")
	noon    = tandem.InstantOf(time.Date(2011, 6, 1, 12, 0, 0, 0, time.UTC))
)

func day(t require.TestingT, s string) tandem.Date {
	d, err := tandem.ParseDate(s)
	require.NoError(t, err)
	return d
}

func id(key string) tandem.PartyID { return tandem.DeriveID[tandem.PartyID]("customer", key) }

func newParty(t require.TestingT, key string) *party.Party {
	p, err := party.NewParty(id(key), party.Organisation, "Harbour Gifts Ltd", party.Prospect, day(t, "2011-01-01"), noon)
	require.NoError(t, err)
	return p
}

// full gives a party of which every field of the state is set.
func full(t require.TestingT) *party.Party {
	p := newParty(t, "full")
	for _, err := range []error{
		p.StartRole(party.Customer, day(t, "2011-02-01"), noon), p.EndRole(party.Prospect, day(t, "2011-02-01"), noon),
		p.SetLanguage("en-GB", noon), p.SetPreference("window", "mornings", noon), p.SetPreference("a", "b", noon),
		p.SetLocation(party.Location{Code: "seat", Kind: party.Registered, Address: tandem.Address{Name: "N", Lines: []tandem.Personal{"1 High Street"},
			City: "C", Region: "R", PostalCode: "P", Country: "GB"}, Valid: tandem.Validity{From: day(t, "2011-01-01")}}, noon),
		p.AddReach(party.Email, "Buyer@Harbour.example", noon), p.MarkBounced(party.Email, "buyer@harbour.example", noon, noon),
		p.RegisterTax(party.TaxRegistration{Country: "GB", Number: "GB123456789", Verified: noon}, noon),
		p.SetParent(party.Parent{Party: id("mother"), Inherits: []party.Attribute{party.InheritGrade}}, noon), p.Block("unpaid", noon),
	} {
		require.NoError(t, err)
	}
	return p
}

func refusedAs(t *testing.T, err error, code string) {
	t.Helper()
	var refused *tandem.RefusedError
	require.True(t, errors.As(err, &refused), "%v", err)
	assert.Equal(t, code, refused.Code)
}

func TestRolesOverTime(t *testing.T) {
	p := newParty(t, "a")
	assert.False(t, p.MayOrder(day(t, "2011-03-01")), "a prospect does not order")
	require.NoError(t, p.StartRole(party.Customer, day(t, "2011-02-01"), noon))
	require.NoError(t, p.EndRole(party.Prospect, day(t, "2011-02-01"), noon))
	assert.True(t, p.Is(party.Prospect, day(t, "2011-01-31")))
	assert.False(t, p.Is(party.Prospect, day(t, "2011-02-01")), "the end is the first day without the role")
	assert.True(t, p.MayOrder(day(t, "2011-02-01")))
	assert.False(t, p.MayOrder(day(t, "2011-01-31")))
	refusedAs(t, p.StartRole(party.Customer, day(t, "2012-01-01"), noon), "role_held")
	refusedAs(t, p.EndRole(party.Supplier, day(t, "2012-01-01"), noon), "role_not_held")
	assert.ErrorIs(t, p.EndRole(party.Customer, day(t, "2011-02-01"), noon), tandem.ErrInvalid, "an empty role")
	require.NoError(t, p.EndRole(party.Customer, day(t, "2012-02-29"), noon))
	require.NoError(t, p.StartRole(party.Customer, day(t, "2013-01-01"), noon), "a customer that comes back")
	assert.False(t, p.MayOrder(day(t, "2012-06-01")))
	assert.True(t, p.MayOrder(day(t, "2013-06-01")))
	assert.Len(t, p.State().Roles, 3)
	assert.ErrorIs(t, p.StartRole("friend", day(t, "2013-01-01"), noon), tandem.ErrInvalid)
}

// Every command in every state: only the transitions in the table are possible,
// and a refusal changes nothing.
func TestEveryCommandInEveryState(t *testing.T) {
	commands := map[string]func(p *party.Party) error{
		"block": func(p *party.Party) error { return p.Block("r", noon) }, "unblock": func(p *party.Party) error { return p.Unblock(noon) },
		"archive": func(p *party.Party) error { return p.Archive(noon) }, "reopen": func(p *party.Party) error { return p.Reopen(noon) },
		"rename": func(p *party.Party) error { return p.Rename("N", noon) }, "language": func(p *party.Party) error { return p.SetLanguage("de", noon) },
		"location": func(p *party.Party) error {
			return p.SetLocation(party.Location{Code: "x", Kind: party.Delivery, Address: tandem.Address{Country: "GB"}}, noon)
		},
		"remove location": func(p *party.Party) error { return p.RemoveLocation("seat", noon) },
		"reach":           func(p *party.Party) error { return p.AddReach(party.Phone, "1", noon) },
		"remove reach":    func(p *party.Party) error { return p.RemoveReach(party.Email, "buyer@harbour.example", noon) },
		"bounced":         func(p *party.Party) error { return p.MarkBounced(party.Email, "buyer@harbour.example", noon, noon) },
		"register tax": func(p *party.Party) error {
			return p.RegisterTax(party.TaxRegistration{Country: "DE", Number: "DE123456789"}, noon)
		},
		"end tax": func(p *party.Party) error { return p.EndTax("GB", day(t, "2012-01-01"), noon) },
		"prefer":  func(p *party.Party) error { return p.SetPreference("x", "y", noon) },
		"parent":  func(p *party.Party) error { return p.SetParent(party.Parent{}, noon) },
		"start":   func(p *party.Party) error { return p.StartRole(party.Supplier, day(t, "2012-01-01"), noon) },
		"end":     func(p *party.Party) error { return p.EndRole(party.Customer, day(t, "2012-01-01"), noon) },
	}
	for _, from := range party.Statuses() {
		for name, run := range commands {
			s := full(t).State()
			s.Status = from
			if from != party.StatusBlocked {
				s.Blocked = ""
			}
			p, err := party.RestoreParty(s)
			require.NoError(t, err)
			want, possible := from, false
			for _, tr := range party.Transitions() {
				lives := name == "block" || name == "unblock" || name == "archive" || name == "reopen"
				if tr.From == from && (tr.Command == name || !lives && tr.Command == "change") {
					want, possible = tr.To, true
				}
			}
			err = run(p)
			events := p.Drain().Events
			if !possible {
				refusedAs(t, err, "status")
				assert.Equal(t, s, p.State(), "%s in %s", name, from)
				assert.Empty(t, events)
				continue
			}
			require.NoError(t, err, "%s in %s", name, from)
			assert.Equal(t, want, p.Status())
			assert.Len(t, events, 1)
			assert.Equal(t, s.Sequence+1, p.State().Sequence)
			_, err = party.RestoreParty(p.State())
			assert.NoError(t, err)
		}
	}
	p := newParty(t, "a")
	assert.ErrorIs(t, p.Block("", noon), tandem.ErrInvalid)
	assert.ErrorIs(t, p.Archive(tandem.Instant{}), tandem.ErrInvalid)
	assert.ErrorIs(t, p.Rename("x", tandem.Instant{}), tandem.ErrInvalid)
}

func TestAddressOfADay(t *testing.T) {
	p := newParty(t, "a")
	_, found := p.Address(party.Delivery, day(t, "2011-06-01"))
	assert.False(t, found)
	set := func(code string, kind party.AddressKind, city tandem.Personal, from string) {
		require.NoError(t, p.SetLocation(party.Location{Code: code, Kind: kind, Address: tandem.Address{City: city, Country: "GB"},
			Valid: tandem.Validity{From: day(t, from)}}, noon))
	}
	set("seat", party.Registered, "Leeds", "2011-01-01")
	set("dock", party.Delivery, "Hull", "2011-05-01")
	set("dock2", party.Delivery, "York", "2011-07-01")
	for on, want := range map[string]string{"2011-04-30": "Leeds", "2011-05-01": "Hull", "2011-07-01": "York"} {
		a, found := p.Address(party.Delivery, day(t, on))
		assert.True(t, found)
		assert.Equal(t, want, a.City.Reveal(), on)
	}
	set("dock2", party.Delivery, "Bath", "2011-07-01") // replaces
	a, _ := p.Address(party.Delivery, day(t, "2011-07-01"))
	assert.Equal(t, "Bath", a.City.Reveal())
	require.NoError(t, p.RemoveLocation("dock2", noon))
	assert.ErrorIs(t, p.RemoveLocation("dock2", noon), tandem.ErrNotFound)
	assert.ErrorIs(t, p.SetLocation(party.Location{}, noon), tandem.ErrInvalid)
}

func TestReachesPreferencesRegistrations(t *testing.T) {
	p := newParty(t, "a")
	require.NoError(t, p.AddReach(party.Email, "a@x.example", noon))
	require.NoError(t, p.AddReach(party.Email, "b@x.example", noon))
	refusedAs(t, p.AddReach(party.Email, " A@X.example ", noon), "reach_held")
	require.NoError(t, p.MarkBounced(party.Email, "a@x.example", noon, noon))
	got, found := p.Reach(party.Email)
	assert.True(t, found)
	assert.Equal(t, "b@x.example", got.Reveal())
	assert.ErrorIs(t, p.RemoveReach(party.Phone, "1", noon), tandem.ErrNotFound)
	assert.ErrorIs(t, p.AddReach(party.Phone, "none", noon), tandem.ErrInvalid, "no digits")

	require.NoError(t, p.SetPreference("b", "2", noon))
	require.NoError(t, p.SetPreference("a", "1", noon))
	require.NoError(t, p.SetPreference("b", "3", noon))
	value, found := p.Preference("b")
	assert.True(t, found && value.Reveal() == "3")
	require.NoError(t, p.SetPreference("b", "", noon))
	_, found = p.Preference("b")
	assert.False(t, found)
	assert.ErrorIs(t, p.SetPreference("b", "", noon), tandem.ErrNotFound)

	gb := party.TaxRegistration{Country: "GB", Number: "GB123456789"}
	require.NoError(t, p.RegisterTax(gb, noon))
	refusedAs(t, p.RegisterTax(gb, noon), "registered")
	require.NoError(t, p.EndTax("GB", day(t, "2011-07-01"), noon))
	refusedAs(t, p.EndTax("GB", day(t, "2011-07-01"), noon), "not_registered")
	gb.Number, gb.Valid.From = "GB987654321", day(t, "2011-07-01")
	require.NoError(t, p.RegisterTax(gb, noon))
	for on, want := range map[string]string{"2011-06-30": "GB123456789", "2011-07-01": "GB987654321"} {
		number, found := p.TaxNumber("GB", day(t, on))
		assert.True(t, found)
		assert.Equal(t, want, number)
	}
	_, found = p.TaxNumber("DE", day(t, "2011-07-01"))
	assert.False(t, found)
	assert.ErrorIs(t, p.RegisterTax(party.TaxRegistration{Country: "DE", Number: "de 1"}, noon), tandem.ErrInvalid)
}

// Structures of the European Commission's table, one good and one bad of each.
func TestTaxNumberStructures(t *testing.T) {
	for country, numbers := range map[tandem.Country][2]string{
		"AT": {"ATU12345678", "AT12345678"}, "BE": {"BE0123456789", "BE2123456789"}, "BG": {"BG123456789", "BG12345678"},
		"CY": {"CY12345678L", "CY123456789"}, "CZ": {"CZ12345678", "CZ1234567"}, "DE": {"DE123456789", "DE12345678"},
		"DK": {"DK12345678", "DK123456789"}, "EE": {"EE123456789", "EE1"}, "GR": {"EL123456789", "GR123456789"}, "ES": {"ESX1234567X", "ES12345678"},
		"FI": {"FI12345678", "FI1"}, "FR": {"FRXX123456789", "FR123456789"}, "GB": {"GB123456789", "GB12345678"}, "XI": {"XI123456789", "GB123456789"},
		"HR": {"HR12345678901", "HR1"}, "HU": {"HU12345678", "HU1"}, "IE": {"IE1A23456B", "IEA123456B"}, "IT": {"IT12345678901", "IT1"},
		"LT": {"LT123456789012", "LT1234567890"}, "LU": {"LU12345678", "LU1"}, "LV": {"LV12345678901", "LV1"}, "MT": {"MT12345678", "MT1"},
		"NL": {"NL123456789B01", "NL123456789"}, "PL": {"PL1234567890", "PL1"}, "PT": {"PT123456789", "PTA23456789"}, "RO": {"RO12", "RO1"},
		"SE": {"SE123456789001", "SE1"}, "SI": {"SI12345678", "SI1"}, "SK": {"SK1234567890", "SK1"},
	} {
		assert.True(t, party.TaxRegistration{Country: country, Number: numbers[0]}.Plausible(), numbers[0])
		assert.False(t, party.TaxRegistration{Country: country, Number: numbers[1]}.Plausible(), numbers[1])
	}
	assert.True(t, party.TaxRegistration{Country: "NO", Number: "NO123456789MVA"}.Plausible(), "nothing is known")
	assert.Equal(t, "DE123456789", party.NormalizeTaxNumber("de 123.456-789"))
}

func TestInheritanceGoesDownOnly(t *testing.T) {
	mother, child, grandchild, sister := newParty(t, "mother"), newParty(t, "child"), newParty(t, "grandchild"), newParty(t, "sister")
	require.NoError(t, child.SetParent(party.Parent{Party: id("mother"), Inherits: []party.Attribute{party.InheritGrade}}, noon))
	require.NoError(t, grandchild.SetParent(party.Parent{Party: id("child"), Inherits: []party.Attribute{party.InheritGrade, party.InheritTerms}}, noon))
	require.NoError(t, sister.SetParent(party.Parent{Party: id("mother")}, noon))
	all := map[tandem.PartyID]*party.Party{id("mother"): mother, id("child"): child, id("grandchild"): grandchild}
	lookup := func(id tandem.PartyID) (*party.Party, error) {
		if p := all[id]; p != nil {
			return p, nil
		}
		return nil, tandem.ErrNotFound
	}
	for name, c := range map[string]struct {
		p    *party.Party
		a    party.Attribute
		want []tandem.PartyID
	}{
		"all the way":                {grandchild, party.InheritGrade, []tandem.PartyID{id("grandchild"), id("child"), id("mother")}},
		"only as far as each agrees": {grandchild, party.InheritTerms, []tandem.PartyID{id("grandchild"), id("child")}},
		"not asked for":              {sister, party.InheritGrade, []tandem.PartyID{id("sister")}},
		"never up":                   {mother, party.InheritGrade, []tandem.PartyID{id("mother")}},
	} {
		chain, err := party.Inherited(c.p, c.a, lookup)
		require.NoError(t, err, name)
		assert.Equal(t, c.want, chain, name)
	}
	require.NoError(t, mother.SetParent(party.Parent{Party: id("grandchild"), Inherits: []party.Attribute{party.InheritGrade}}, noon))
	_, err := party.Inherited(mother, party.InheritGrade, lookup)
	refusedAs(t, err, "circle")
	delete(all, id("grandchild"))
	_, err = party.Inherited(mother, party.InheritGrade, lookup)
	assert.ErrorIs(t, err, tandem.ErrNotFound)
	assert.ErrorIs(t, mother.SetParent(party.Parent{Party: id("mother")}, noon), tandem.ErrInvalid)
	assert.ErrorIs(t, mother.SetParent(party.Parent{Party: id("x"), Inherits: []party.Attribute{"colour"}}, noon), tandem.ErrInvalid)
	assert.ErrorIs(t, mother.SetParent(party.Parent{Inherits: []party.Attribute{party.InheritGrade}}, noon), tandem.ErrInvalid)
}

func TestStateRoundTripAndSharesNothing(t *testing.T) {
	for _, p := range []*party.Party{full(t), newParty(t, "plain")} {
		data, err := json.Marshal(p.State())
		require.NoError(t, err)
		var s party.PartyState
		require.NoError(t, json.Unmarshal(data, &s))
		restored, err := party.RestoreParty(s)
		require.NoError(t, err)
		assert.Equal(t, p.State(), restored.State())
		assert.Empty(t, restored.Drain().Events, "restoring records nothing")
	}
	p := full(t)
	s := p.State()
	s.Roles[0].Kind, s.Locations[0].Address.Lines[0], s.Parent.Inherits[0] = "x", "x", "x"
	s.Reaches[0].Value, s.Registrations[0].Number, s.Preferences[0].Name = "x", "x", "x"
	assert.Equal(t, full(t).State(), p.State())
}

func TestRestoreRefuses(t *testing.T) {
	for name, damage := range map[string]func(*party.PartyState){
		"id": func(s *party.PartyState) { s.ID = tandem.PartyID{} }, "name": func(s *party.PartyState) { s.Name = "" },
		"status": func(s *party.PartyState) { s.Status = "x" }, "kind": func(s *party.PartyState) { s.Kind = "" },
		"not blocked": func(s *party.PartyState) { s.Status = party.StatusActive }, "roles": func(s *party.PartyState) { s.Roles = nil },
		"role twice": func(s *party.PartyState) { s.Roles = append(s.Roles, s.Roles[1]) }, "role": func(s *party.PartyState) { s.Roles[0].Valid.From = tandem.Date{} },
		"number":      func(s *party.PartyState) { s.Registrations[0].Number = "gb 1" },
		"preferences": func(s *party.PartyState) { s.Preferences[0].Name = "zz" }, "revision": func(s *party.PartyState) { s.Revision = -1 },
	} {
		s := full(t).State()
		damage(&s)
		_, err := party.RestoreParty(s)
		assert.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
	_, err := party.NewParty(id("a"), party.Person, tandem.Personal(strings.Repeat("x", tandem.MaxName+1)), party.Contact, day(t, "2011-01-01"), noon)
	assert.ErrorIs(t, err, tandem.ErrInvalid)
}

func TestPersonalDataIsInNoEventAndNoPrint(t *testing.T) {
	p := full(t)
	secrets := []string{"Harbour", "High Street", "uyer@", "mornings"}
	print := fmt.Sprintf("%v %+v %#v", p.State(), p.State(), p.State().Reaches)
	for _, e := range p.Drain().Events {
		print += string(e.AppendJSON(nil))
	}
	_, err := party.NewParty(tandem.PartyID{}, party.Person, "Harbour", party.Contact, day(t, "2011-01-01"), noon)
	print += err.Error()
	for _, secret := range secrets {
		assert.NotContains(t, print, secret)
	}
	assert.Contains(t, print, "GB123456789", "a tax registration is not personal")
}

func TestEventsAreThoseOfEncodingJSON(t *testing.T) {
	d := day(t, "2011-06-01")
	for _, e := range []tandem.Event{
		party.PartyRegistered{}, party.PartyRegistered{Party: id("a"), Kind: party.Person, Role: party.Contact, From: d, At: noon},
		party.PartyChanged{}, party.PartyChanged{Party: id("a"), Part: "name", At: noon},
		party.PartyStatusChanged{}, party.PartyStatusChanged{Party: id("a"), From: party.StatusActive, To: party.StatusBlocked, At: noon},
		party.RoleStarted{}, party.RoleStarted{Party: id("a"), Role: party.Customer, From: d, At: noon},
		party.RoleEnded{}, party.RoleEnded{Party: id("a"), Role: party.Customer, Until: d, At: noon},
	} {
		want, err := json.Marshal(e)
		require.NoError(t, err)
		assert.Equal(t, string(want), string(e.AppendJSON(nil)), e.EventName())
		assert.True(t, strings.HasPrefix(e.EventName(), "party."))
	}
	p := full(t)
	recorded := p.Drain()
	assert.Equal(t, recorded.Last, int64(len(recorded.Events)))
	assert.Equal(t, party.KindParty, recorded.Kind)
}

func TestEnumerationsAreClosed(t *testing.T) {
	var (
		k  party.Kind
		r  party.RoleKind
		a  party.AddressKind
		c  party.Channel
		at party.Attribute
		s  party.Status
		b  party.Basis
		ca party.ConsentAction
		i  party.InteractionKind
	)
	for _, read := range []interface{ UnmarshalText([]byte) error }{&k, &r, &a, &c, &at, &s, &b, &ca, &i} {
		assert.ErrorIs(t, read.UnmarshalText(nil), tandem.ErrInvalid)
		assert.ErrorIs(t, read.UnmarshalText([]byte("Customer")), tandem.ErrInvalid)
	}
	for _, good := range party.InteractionKinds() {
		assert.True(t, i.UnmarshalText([]byte(good)) == nil && i == good && good.Valid())
	}
	for _, good := range party.RoleKinds() {
		assert.True(t, r.UnmarshalText([]byte(good)) == nil && r == good && good.Valid())
	}
	assert.False(t, party.Kind("").Valid() || party.Channel("").Valid() || party.Basis("").Valid() || party.ConsentAction("").Valid() ||
		party.Attribute("").Valid() || party.AddressKind("").Valid() || party.InteractionKind("").Valid() || party.RoleKind("").Valid())
}
