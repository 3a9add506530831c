package party

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// change lets a command change the party's data and records what part changed.
// The change is tried on a copy: a refusal leaves the party as it was.
func (p *Party) change(method, part string, at tandem.Instant, apply func(s *PartyState) error) error {
	if _, err := p.may("change", method); err != nil {
		return err
	}
	if at.IsZero() {
		return fault("party", "required", "at", "must be given")
	}
	next := p.s.clone()
	if err := apply(&next); err != nil {
		return err
	}
	if err := next.check(); err != nil {
		return err
	}
	p.s = next
	if part != "" {
		p.record(PartyChanged{Party: p.s.ID, Part: part, At: at})
	}
	return nil
}

// StartRole gives the party a role from a day on, until further notice: a
// prospect becomes a customer. A role that it has on that day or later is refused
// (`role_held`).
func (p *Party) StartRole(role RoleKind, from tandem.Date, at tandem.Instant) error {
	open := tandem.Validity{From: from}
	for _, r := range p.s.Roles {
		if r.Kind == role && r.Valid.Overlaps(open) {
			return p.refuse("start_role", "role_held", "the party has that role already")
		}
	}
	err := p.change("start_role", "", at, func(s *PartyState) error {
		if len(s.Roles) >= MaxRoles {
			return p.refuse("start_role", "too_many", "too many roles")
		}
		s.Roles = append(s.Roles, Role{Kind: role, Valid: open})
		return nil
	})
	if err == nil {
		p.record(RoleStarted{Party: p.s.ID, Role: role, From: from, At: at})
	}
	return err
}

// EndRole ends a role: until is the first day on which the party no longer has it.
func (p *Party) EndRole(role RoleKind, until tandem.Date, at tandem.Instant) error {
	i := slices.IndexFunc(p.s.Roles, func(r Role) bool { return r.Kind == role && r.Valid.Until.IsZero() })
	if i < 0 {
		return p.refuse("end_role", "role_not_held", "the party has no such role without an end")
	}
	if until.IsZero() {
		return fault("party", "required", "until", "must be given")
	}
	err := p.change("end_role", "", at, func(s *PartyState) error {
		s.Roles[i].Valid.Until = until
		return nil
	})
	if err == nil {
		p.record(RoleEnded{Party: p.s.ID, Role: role, Until: until, At: at})
	}
	return err
}

// Rename changes the name. Documents that were posted keep the one they have.
func (p *Party) Rename(name tandem.Personal, at tandem.Instant) error {
	return p.change("rename", "name", at, func(s *PartyState) error {
		if name == "" || len(name) > tandem.MaxName {
			return fault("party", "name", "name", "must have 1 to 256 bytes")
		}
		s.Name = name
		return nil
	})
}

// SetLanguage sets the language tag (BCP 47, `en-GB`); "" if it is not known.
func (p *Party) SetLanguage(tag string, at tandem.Instant) error {
	return p.change("set_language", "language", at, func(s *PartyState) error {
		if len(tag) > 35 {
			return fault("party", "language", "language", "must have at most 35 bytes")
		}
		s.Language = tag
		return nil
	})
}

// SetLocation adds a postal address, or replaces that of the same code.
func (p *Party) SetLocation(l Location, at tandem.Instant) error {
	return p.change("set_location", "location", at, func(s *PartyState) error {
		var c tandem.Check
		c.Require(l.Code != "" && len(l.Code) <= tandem.MaxName, "code", "code", "must have 1 to 256 bytes")
		c.Require(l.Kind.Valid(), "kind", "kind", "must be registered, billing or delivery")
		c.Nested("address", l.Address.Validate())
		c.Nested("valid", l.Valid.Validate())
		if err := c.Err("location"); err != nil {
			return err
		}
		l.Address.Lines = slices.Clone(l.Address.Lines)
		if i := slices.IndexFunc(s.Locations, func(o Location) bool { return o.Code == l.Code }); i >= 0 {
			s.Locations[i] = l
			return nil
		}
		if len(s.Locations) >= MaxAddresses {
			return p.refuse("set_location", "too_many", "too many addresses")
		}
		s.Locations = append(s.Locations, l)
		return nil
	})
}

// RemoveLocation removes the address of that code.
func (p *Party) RemoveLocation(code string, at tandem.Instant) error {
	return p.change("remove_location", "location", at, func(s *PartyState) error {
		i := slices.IndexFunc(s.Locations, func(o Location) bool { return o.Code == code })
		if i < 0 {
			return &tandem.NotFoundError{Kind: "location", Key: code}
		}
		s.Locations = slices.Delete(s.Locations, i, i+1)
		return nil
	})
}

// AddReach adds an e-mail address, number or the like. The first one of a channel
// is preferred; one that is there already (normalised) is refused (`reach_held`).
func (p *Party) AddReach(channel Channel, value tandem.Personal, at tandem.Instant) error {
	return p.change("add_reach", "reach", at, func(s *PartyState) error {
		key := AddressKeyOf(channel, value)
		if !channel.Valid() || key == "" || len(value) > tandem.MaxName {
			return fault("reach", "reach", "value", "needs a channel and an address of at most 256 bytes")
		}
		if p.reach(channel, key) >= 0 {
			return p.refuse("add_reach", "reach_held", "the party has that address already")
		}
		if len(s.Reaches) >= MaxReaches {
			return p.refuse("add_reach", "too_many", "too many addresses")
		}
		s.Reaches = append(s.Reaches, Reach{Channel: channel, Value: value})
		return nil
	})
}

func (p *Party) reach(channel Channel, key AddressKey) int {
	return slices.IndexFunc(p.s.Reaches, func(r Reach) bool { return r.Channel == channel && AddressKeyOf(channel, r.Value) == key })
}

// RemoveReach removes an address. What was withdrawn for it stays withdrawn.
func (p *Party) RemoveReach(channel Channel, value tandem.Personal, at tandem.Instant) error {
	return p.change("remove_reach", "reach", at, func(s *PartyState) error {
		i := p.reach(channel, AddressKeyOf(channel, value))
		if i < 0 {
			return &tandem.NotFoundError{Kind: "reach", Key: string(channel)}
		}
		s.Reaches = slices.Delete(s.Reaches, i, i+1)
		return nil
	})
}

// MarkBounced says since when an address does not work; the zero Instant says
// that it works again.
func (p *Party) MarkBounced(channel Channel, value tandem.Personal, since, at tandem.Instant) error {
	return p.change("mark_bounced", "reach", at, func(s *PartyState) error {
		i := p.reach(channel, AddressKeyOf(channel, value))
		if i < 0 {
			return &tandem.NotFoundError{Kind: "reach", Key: string(channel)}
		}
		s.Reaches[i].Bounced = since
		return nil
	})
}

// RegisterTax adds a tax registration. Registrations are kept when personal data
// are erased, since documents rest on them; one country has one number at a time.
func (p *Party) RegisterTax(r TaxRegistration, at tandem.Instant) error {
	return p.change("register_tax", "tax_registration", at, func(s *PartyState) error {
		for i := range s.Registrations {
			if o := &s.Registrations[i]; o.Country == r.Country && o.Valid.Overlaps(r.Valid) {
				return p.refuse("register_tax", "registered", "there is a number of that country in that time")
			}
		}
		if len(s.Registrations) >= MaxRegistrations {
			return p.refuse("register_tax", "too_many", "too many registrations")
		}
		s.Registrations = append(s.Registrations, r)
		return nil
	})
}

// EndTax ends the registration in a country that has no end: until is the first
// day on which it no longer holds.
func (p *Party) EndTax(country tandem.Country, until tandem.Date, at tandem.Instant) error {
	return p.change("end_tax", "tax_registration", at, func(s *PartyState) error {
		i := slices.IndexFunc(s.Registrations, func(r TaxRegistration) bool { return r.Country == country && r.Valid.Until.IsZero() })
		if i < 0 || until.IsZero() {
			return p.refuse("end_tax", "not_registered", "no registration of that country without an end, or no day")
		}
		s.Registrations[i].Valid.Until = until
		return nil
	})
}

// SetPreference sets a preference; an empty value removes it.
func (p *Party) SetPreference(name string, value tandem.Personal, at tandem.Instant) error {
	return p.change("set_preference", "preference", at, func(s *PartyState) error {
		if name == "" || len(name) > tandem.MaxName || len(value) > tandem.MaxText {
			return fault("preference", "preference", "name", "name must have 1 to 256 bytes, the value at most 4096")
		}
		i, found := p.preference(name)
		switch {
		case value == "" && found:
			s.Preferences = slices.Delete(s.Preferences, i, i+1)
		case value == "":
			return &tandem.NotFoundError{Kind: "preference", Key: name}
		case found:
			s.Preferences[i] = Preference{Name: name, Value: value, Since: at}
		case len(s.Preferences) >= MaxPreferences:
			return p.refuse("set_preference", "too_many", "too many preferences")
		default:
			s.Preferences = slices.Insert(s.Preferences, i, Preference{Name: name, Value: value, Since: at})
		}
		return nil
	})
}

// SetParent puts the party below another one, and says which attributes it takes
// from there; the zero Parent puts it on its own. Whether that closes a circle is
// seen by [Inherited].
func (p *Party) SetParent(parent Parent, at tandem.Instant) error {
	return p.change("set_parent", "parent", at, func(s *PartyState) error {
		for i, a := range parent.Inherits {
			if !a.Valid() || slices.Contains(parent.Inherits[:i], a) {
				return fault("parent", "inherits", tandem.Path("inherits", i), "must be known, and each once")
			}
		}
		s.Parent = Parent{Party: parent.Party, Inherits: slices.Clone(parent.Inherits)}
		return nil
	})
}
