package store

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/party"
)

// Parties gives the parties of the tenant.
func (b *Bundle) Parties() party.PartyRepository { return (*parties)(b) }

// PartyCrossReferences gives the cross-references to other systems' keys.
func (b *Bundle) PartyCrossReferences() party.CrossReferenceRepository {
	return (*crossReferences)(b)
}

// Consents gives the consent facts.
func (b *Bundle) Consents() party.ConsentRepository { return (*consents)(b) }

// Interactions gives the timelines.
func (b *Bundle) Interactions() party.InteractionRepository { return (*interactions)(b) }

var partyAggregate = described(&Kind{
	Name:    "party",
	Columns: []Column{{"id", TypeID}, {"kind", TypeText}, {"status", TypeText}, {"parent", TypeID}},
	Indexes: []Index{{Name: "id", Columns: []string{"id"}}, {Name: "parent", Columns: []string{"parent", "id"}}},
	Values: func(dst []Value, value any) []Value {
		p := value.(*party.Party)
		return append(dst, idOf(p.ID()), textOf(p.Kind()), textOf(p.Status()), idOf(p.Parent()))
	},
}, (*party.Party).State, party.RestoreParty, (*party.Party).Copy,
	func(p *party.Party) (Key, int64) { return sharedKey(p.ID()), p.Revision() })

type parties Bundle

func (r *parties) Get(ctx context.Context, id tandem.PartyID) (*party.Party, error) {
	return get(ctx, (*Bundle)(r), partyAggregate, sharedKey(id))
}

func (r *parties) Save(_ context.Context, p *party.Party) error {
	return save((*Bundle)(r), partyAggregate, p)
}

func (r *parties) Find(ctx context.Context, q party.PartyQuery) iter.Seq2[*party.Party, error] {
	find := query[party.Party]{index: "id", page: q.Page, binding: binding(&q, &q.Page), keep: q.Matches}
	if !q.Parent.IsZero() {
		find.index, find.prefix = "parent", []Value{idOf(q.Parent)}
	}
	return findAggregates(ctx, (*Bundle)(r), partyAggregate, find)
}

func crossReferenceKey(system, external string) Key {
	return NewKey(tandem.CompanyID{}, textKey(system), textKey(external))
}

var crossReferenceRecord = record(&Kind{
	Name:       "party_cross_reference",
	KeyColumns: [3]string{"", "system_key", "external_key"},
	Columns:    []Column{{"system", TypeText}, {"external", TypeText}, {"party", TypeID}, {"valid_from", TypeDate}},
	Indexes: []Index{
		{Name: "key", Columns: []string{"system", "external"}, Unique: true},
		{Name: "party", Columns: []string{"party", "system", "external"}},
	},
	Values: func(dst []Value, value any) []Value {
		c := value.(*party.CrossReference)
		return append(dst, textOf(c.System), textOf(c.External), idOf(c.Party), dateOf(c.ValidFrom))
	},
}, party.CrossReference.Clone, func(c *party.CrossReference) (Key, *int64) {
	return crossReferenceKey(c.System, c.External), &c.Revision
})

type crossReferences Bundle

func (r *crossReferences) Get(ctx context.Context, system, external string) (party.CrossReference, error) {
	return getRecord(ctx, (*Bundle)(r), crossReferenceRecord, crossReferenceKey(system, external))
}

func (r *crossReferences) Save(_ context.Context, c party.CrossReference) error {
	return saveRecord((*Bundle)(r), crossReferenceRecord, c)
}

func (r *crossReferences) Find(ctx context.Context, q party.CrossReferenceQuery) iter.Seq2[party.CrossReference, error] {
	find := query[party.CrossReference]{index: "key", page: q.Page, binding: binding(&q, &q.Page), keep: func(c *party.CrossReference) bool { return q.Matches(*c) }}
	switch {
	case !q.Party.IsZero():
		find.index, find.prefix = "party", []Value{idOf(q.Party)}
	case q.System != "":
		find.prefix = []Value{textOf(q.System)}
	}
	return findRecords(ctx, (*Bundle)(r), crossReferenceRecord, find)
}

var consentFact = &fact[party.Consent]{
	kind: &Kind{
		Name: "consent",
		Fact: true,
		Columns: []Column{{"id", TypeID}, {"company", TypeID}, {"party", TypeID}, {"purpose", TypeText}, {"channel", TypeText},
			{"address", TypeText}, {"action", TypeText}, {"basis", TypeText}, {"source", TypeText}, {"text_version", TypeText},
			{"imported", TypeBool}, {"effective", TypeInstant}, {"expires", TypeInstant}, {"recorded", TypeInstant}, {"addressed", TypeBool}},
		Indexes: []Index{
			{Name: "company", Columns: []string{"company"}},
			{Name: "party", Columns: []string{"company", "party"}},
			{Name: "address", Columns: []string{"company", "address"}, Where: "addressed"},
		},
		Values: func(dst []Value, value any) []Value {
			c := value.(*party.Consent)
			return append(dst, idOf(c.ID), idOf(c.Company), idOf(c.Party), textOf(c.Purpose), textOf(c.Channel), textOf(c.Address),
				textOf(c.Action), textOf(c.Basis), textOf(c.Source), textOf(c.TextVersion), boolOf(c.Imported),
				instantOf(c.Effective), instantOf(c.Expires), instantOf(c.Recorded), boolOf(c.Address != ""))
		},
	},
	key: func(c *party.Consent) Key { return companyKey(c.Company, c.ID) },
	build: func(r *row) (c party.Consent) {
		readID(r, &c.ID)
		readID(r, &c.Company)
		readID(r, &c.Party)
		c.Purpose, c.Channel, c.Address = nextText[party.Purpose](r), nextText[party.Channel](r), nextText[party.AddressKey](r)
		c.Action, c.Basis, c.Source = nextText[party.ConsentAction](r), nextText[party.Basis](r), nextText[string](r)
		c.TextVersion, c.Imported = nextText[string](r), r.bool()
		c.Effective, c.Expires, c.Recorded = r.instant(), r.instant(), r.instant()
		r.bool()
		return c
	},
}

type consents Bundle

func (r *consents) Append(_ context.Context, facts ...party.Consent) error {
	return appendFacts((*Bundle)(r), consentFact, facts)
}

func (r *consents) Find(ctx context.Context, q party.ConsentQuery) iter.Seq2[party.Consent, error] {
	find := query[party.Consent]{index: "company", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page),
		keep: func(c *party.Consent) bool { return q.Matches(*c) }}
	switch {
	case q.Address != "":
		find.index, find.prefix = "address", append(find.prefix, textOf(q.Address))
	case !q.Party.IsZero():
		find.index, find.prefix = "party", append(find.prefix, idOf(q.Party))
	}
	return findFacts(ctx, (*Bundle)(r), consentFact, find)
}

var interactionFact = &fact[party.Interaction]{
	kind: &Kind{
		Name: "interaction",
		Fact: true,
		Columns: []Column{{"id", TypeID}, {"company", TypeID}, {"party", TypeID}, {"kind", TypeText}, {"occurred", TypeInstant},
			{"recorded", TypeInstant}, {"document_kind", TypeText}, {"document", TypeID}, {"document_number", TypeText},
			{"amount_minor", TypeInt}, {"currency", TypeText}, {"text", TypeText}, {"source", TypeText}},
		Indexes: []Index{
			{Name: "occurred", Columns: []string{"company", "occurred"}},
			{Name: "party", Columns: []string{"company", "party", "occurred"}},
		},
		Values: func(dst []Value, value any) []Value {
			i := value.(*party.Interaction)
			dst = append(dst, idOf(i.ID), idOf(i.Company), idOf(i.Party), textOf(i.Kind), instantOf(i.Occurred), instantOf(i.Recorded))
			dst = moneyOf(refOf(dst, i.Document), i.Amount)
			return append(dst, textOf(i.Text), textOf(i.Source))
		},
	},
	key: func(i *party.Interaction) Key { return companyKey(i.Company, i.ID) },
	build: func(r *row) (i party.Interaction) {
		readID(r, &i.ID)
		readID(r, &i.Company)
		readID(r, &i.Party)
		i.Kind, i.Occurred, i.Recorded = nextText[party.InteractionKind](r), r.instant(), r.instant()
		i.Document, i.Amount = r.ref(), r.money()
		i.Text, i.Source = nextText[tandem.Personal](r), nextText[string](r)
		return i
	},
}

type interactions Bundle

func (r *interactions) Append(_ context.Context, facts ...party.Interaction) error {
	return appendFacts((*Bundle)(r), interactionFact, facts)
}

func (r *interactions) Find(ctx context.Context, q party.InteractionQuery) iter.Seq2[party.Interaction, error] {
	find := query[party.Interaction]{index: "occurred", prefix: []Value{idOf(q.Company)}, page: q.Page, binding: binding(&q, &q.Page),
		keep: func(i *party.Interaction) bool { return q.Matches(*i) }}
	if !q.Party.IsZero() {
		find.index, find.prefix = "party", append(find.prefix, idOf(q.Party))
	}
	if !q.From.IsZero() {
		from := instantOf(q.From)
		find.low = &from
	}
	if !q.Until.IsZero() {
		until := instantOf(q.Until)
		find.high = &until
	}
	return findFacts(ctx, (*Bundle)(r), interactionFact, find)
}
