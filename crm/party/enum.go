package party

import (
	"slices"

	"github.com/tandem-go/tandem"
)

func fault(subject, code, path, message string) error {
	var c tandem.Check
	c.Add(code, path, message)
	return c.Err(subject)
}

// read is UnmarshalText of every enumeration of the room.
func read[T ~string](to *T, text []byte, all []T, what string) error {
	parsed := T(text)
	if !slices.Contains(all, parsed) {
		return fault(what, "unknown", "", "unknown "+what)
	}
	*to = parsed
	return nil
}

// Kind says whether a party is a person.
type Kind string

// The kinds of party.
const (
	Organisation Kind = "organisation"
	Person       Kind = "person"
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{Organisation, Person} }

// Valid reports whether k is one of [Kinds].
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// UnmarshalText reads a kind and refuses anything else.
func (k *Kind) UnmarshalText(text []byte) error { return read(k, text, Kinds(), "kind of party") }

// RoleKind is what a party is to us.
type RoleKind string

// The roles.
const (
	Prospect RoleKind = "prospect"
	Customer RoleKind = "customer"
	Supplier RoleKind = "supplier"
	Contact  RoleKind = "contact"
)

// RoleKinds lists the roles.
func RoleKinds() []RoleKind { return []RoleKind{Prospect, Customer, Supplier, Contact} }

// Valid reports whether r is one of [RoleKinds].
func (r RoleKind) Valid() bool { return slices.Contains(RoleKinds(), r) }

// UnmarshalText reads a role and refuses anything else.
func (r *RoleKind) UnmarshalText(text []byte) error { return read(r, text, RoleKinds(), "role") }

// AddressKind is what an address is used for.
type AddressKind string

// The kinds of address.
const (
	Registered AddressKind = "registered" // seat of an organisation, home of a person
	Billing    AddressKind = "billing"
	Delivery   AddressKind = "delivery"
)

// AddressKinds lists the kinds.
func AddressKinds() []AddressKind { return []AddressKind{Registered, Billing, Delivery} }

// Valid reports whether k is one of [AddressKinds].
func (k AddressKind) Valid() bool { return slices.Contains(AddressKinds(), k) }

// UnmarshalText reads a kind and refuses anything else.
func (k *AddressKind) UnmarshalText(text []byte) error {
	return read(k, text, AddressKinds(), "kind of address")
}

// Channel is a way to reach someone.
type Channel string

// The channels.
const (
	Email Channel = "email"
	Phone Channel = "phone"
	SMS   Channel = "sms"
	Post  Channel = "post"
	Push  Channel = "push"
)

// Channels lists the channels.
func Channels() []Channel { return []Channel{Email, Phone, SMS, Post, Push} }

// Valid reports whether c is one of [Channels].
func (c Channel) Valid() bool { return slices.Contains(Channels(), c) }

// UnmarshalText reads a channel and refuses anything else.
func (c *Channel) UnmarshalText(text []byte) error { return read(c, text, Channels(), "channel") }

// Attribute is something that a party may take from the party above it.
type Attribute string

// The attributes. Each is inherited only where the lower party says so.
const (
	InheritGrade  Attribute = "grade"
	InheritPrices Attribute = "prices"
	InheritTerms  Attribute = "terms"
	InheritCredit Attribute = "credit"
)

// Attributes lists the attributes.
func Attributes() []Attribute {
	return []Attribute{InheritGrade, InheritPrices, InheritTerms, InheritCredit}
}

// Valid reports whether a is one of [Attributes].
func (a Attribute) Valid() bool { return slices.Contains(Attributes(), a) }

// UnmarshalText reads an attribute and refuses anything else.
func (a *Attribute) UnmarshalText(text []byte) error {
	return read(a, text, Attributes(), "attribute")
}
