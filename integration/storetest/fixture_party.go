package storetest

import (
	"cmp"
	"context"
	"iter"
	"strconv"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/crm/survey"
)

func partyKinds[R Repos]() []kind[R] {
	return []kind[R]{partyKind[R](), crossReferenceKind[R](), consentKind[R](), interactionKind[R]()}
}

func partyKind[R Repos]() kind[R] {
	return records[R, *party.Party, party.PartyState, party.PartyQuery]{
		name: "party", shared: true, states: partyStates, restore: party.RestoreParty, state: (*party.Party).State,
		table: func(r R) any { return r.Parties() },
		save:  func(ctx context.Context, r R, p *party.Party) error { return r.Parties().Save(ctx, p) },
		get: func(ctx context.Context, r R, s *party.PartyState) (*party.Party, error) {
			return r.Parties().Get(ctx, s.ID)
		},
		find: func(ctx context.Context, r R, q party.PartyQuery) iter.Seq2[*party.Party, error] {
			return r.Parties().Find(ctx, q)
		},
		queries: func(s *party.PartyState) []party.PartyQuery {
			out := []party.PartyQuery{{}, {Status: s.Status}, {Kind: s.Kind}, {Parent: s.Parent.Party}}
			for _, role := range s.Roles { // a host's table may keep none
				out = append(out, party.PartyQuery{Role: role.Kind}, party.PartyQuery{Role: role.Kind, RoleOn: role.Valid.From})
			}
			return out
		},
		page:     func(q *party.PartyQuery) *tandem.Page { return &q.Page },
		matches:  party.PartyQuery.Matches,
		order:    func(a, b *party.PartyState) int { return a.ID.Compare(b.ID) },
		key:      func(s *party.PartyState) string { return idText(s.ID.Bytes()) },
		revision: func(s *party.PartyState) *int64 { return &s.Revision },
		sequence: func(s *party.PartyState) *int64 { return &s.Sequence },
	}.kind()
}

func partyStates(_ tandem.CompanyID, n int) []party.PartyState {
	id := func(n int) tandem.PartyID {
		return tandem.DeriveID[tandem.PartyID]("storetest", "party "+strconv.Itoa(n))
	}
	return []party.PartyState{{
		ID: id(n), Sequence: int64(n + 1), Status: party.StatusBlocked, Kind: []party.Kind{party.Organisation, party.Person}[n%2],
		Name: tandem.Personal(text("name", n)), Language: "en-GB", Parent: party.Parent{Party: id(5000 + n%2), Inherits: []party.Attribute{party.InheritTerms}},
		Roles: []party.Role{{Kind: []party.RoleKind{party.Customer, party.Supplier, party.Prospect}[n%3], Valid: tandem.Validity{From: day(n), Until: day(n + 9)}}},
		Locations: []party.Location{{Code: "hq", Kind: party.Registered, Address: address(n), Valid: tandem.Validity{From: day(n), Until: day(n + 9)}},
			{Code: "wh", Kind: party.Delivery, Address: tandem.Address{Country: "IE"}}},
		Reaches:       []party.Reach{{Channel: party.Email, Value: "a@example.org", Bounced: at(n)}},
		Registrations: []party.TaxRegistration{{Country: "GB", Number: "GB123456789", Valid: tandem.Validity{From: day(n), Until: day(n + 9)}, Verified: at(n)}},
		Preferences:   []party.Preference{{Name: "paper", Value: tandem.Personal(text("none", n)), Since: at(n)}},
		Blocked:       text("because", n), Registered: at(n),
	}}
}

func crossReferenceKind[R Repos]() kind[R] {
	return plain(records[R, party.CrossReference, party.CrossReference, party.CrossReferenceQuery]{
		name: "cross-reference", shared: true,
		states: func(_ tandem.CompanyID, n int) []party.CrossReference {
			system, external := "erp-"+strconv.Itoa(n%2), text("key", n)
			return []party.CrossReference{{ID: party.CrossReferenceIDOf(system, external), System: system, External: external, Party: customer(n),
				ValidFrom: day(20), Former: []party.FormerParty{{Party: customer(n + 1), Valid: tandem.Validity{From: day(1), Until: day(20)}}}}}
		},
		table: func(r R) any { return r.PartyCrossReferences() },
		save: func(ctx context.Context, r R, c party.CrossReference) error {
			return r.PartyCrossReferences().Save(ctx, c)
		},
		get: func(ctx context.Context, r R, c *party.CrossReference) (party.CrossReference, error) {
			return r.PartyCrossReferences().Get(ctx, c.System, c.External)
		},
		find: func(ctx context.Context, r R, q party.CrossReferenceQuery) iter.Seq2[party.CrossReference, error] {
			return r.PartyCrossReferences().Find(ctx, q)
		},
		queries: func(c *party.CrossReference) []party.CrossReferenceQuery {
			return []party.CrossReferenceQuery{{}, {System: c.System}, {Party: c.Party}, {System: c.System, Party: c.Party}}
		},
		page:    func(q *party.CrossReferenceQuery) *tandem.Page { return &q.Page },
		matches: party.CrossReferenceQuery.Matches,
		order: func(a, b *party.CrossReference) int {
			return cmp.Or(cmp.Compare(a.System, b.System), cmp.Compare(a.External, b.External))
		},
		key:      func(c *party.CrossReference) string { return c.System + "\x00" + c.External },
		revision: func(c *party.CrossReference) *int64 { return &c.Revision },
		count:    func(c *party.CrossReference) int64 { return int64(c.ValidFrom.DayNumber() - day(20).DayNumber()) },
		setCount: func(c *party.CrossReference, n int64) { c.ValidFrom = day(20 + int(n)) },
	})
}

func consentKind[R Repos]() kind[R] {
	return plain(records[R, party.Consent, party.Consent, party.ConsentQuery]{
		name: "consent", fact: true, states: consentStates,
		table: func(r R) any { return r.Consents() },
		save:  func(ctx context.Context, r R, c party.Consent) error { return r.Consents().Append(ctx, c) },
		find: func(ctx context.Context, r R, q party.ConsentQuery) iter.Seq2[party.Consent, error] {
			return r.Consents().Find(ctx, q)
		},
		queries: func(f *party.Consent) []party.ConsentQuery {
			c := f.Company
			return []party.ConsentQuery{{Company: c}, {Company: c, Party: f.Party}, {Company: c, Address: f.Address}, {Company: c, Purpose: f.Purpose},
				{Company: c, Channel: f.Channel}, {Company: c, Party: f.Party, Address: f.Address}}
		},
		page:    func(q *party.ConsentQuery) *tandem.Page { return &q.Page },
		matches: party.ConsentQuery.Matches,
		order:   func(_, _ *party.Consent) int { return 0 },
		key:     func(f *party.Consent) string { return idText(f.ID.Bytes()) },
	})
}

func consentStates(c tandem.CompanyID, n int) []party.Consent {
	id := func(n int) party.ConsentID { return tandem.DeriveID[party.ConsentID]("storetest", strconv.Itoa(n)) }
	given := party.Consent{ID: id(n), Company: c, Party: customer(n), Purpose: party.Newsletter, Channel: []party.Channel{party.Email, party.Phone}[n%2],
		Address: party.AddressKeyOf(party.Email, tandem.Personal("a"+strconv.Itoa(n%2)+"@example.org")), Action: party.Given, Basis: party.BasisConsent,
		Source: text("form", n), TextVersion: "v7", Imported: true, Effective: at(n), Expires: at(n + 99), Recorded: at(n + 1)}
	return []party.Consent{given, party.Withdraw(id(n+5000), c, customer(n), party.Everything, party.Everything, at(n+2))}
}

func interactionKind[R Repos]() kind[R] {
	return plain(records[R, party.Interaction, party.Interaction, party.InteractionQuery]{
		name: "interaction", fact: true,
		states: func(c tandem.CompanyID, n int) []party.Interaction {
			return []party.Interaction{{ID: party.InteractionIDOf(text("source", n), customer(n)), Company: c, Party: customer(n),
				Kind: []party.InteractionKind{party.InteractionOrder, party.InteractionNote}[n%2], Occurred: at(7 - n%4), Recorded: at(n + 10),
				Document: ref("sales_order", n%3), Amount: euros(int64(n) - 3), Text: tandem.Personal(text("text", n)), Source: text("source", n)}}
		},
		table: func(r R) any { return r.Interactions() },
		save:  func(ctx context.Context, r R, i party.Interaction) error { return r.Interactions().Append(ctx, i) },
		find: func(ctx context.Context, r R, q party.InteractionQuery) iter.Seq2[party.Interaction, error] {
			return r.Interactions().Find(ctx, q)
		},
		queries: func(i *party.Interaction) []party.InteractionQuery {
			c := i.Company
			return []party.InteractionQuery{{Company: c}, {Company: c, Party: i.Party}, {Company: c, Kind: i.Kind}, {Company: c, Document: i.Document},
				{Company: c, From: i.Occurred}, {Company: c, Until: i.Occurred}, {Company: c, Party: i.Party, From: i.Occurred}}
		},
		page:    func(q *party.InteractionQuery) *tandem.Page { return &q.Page },
		matches: party.InteractionQuery.Matches,
		order:   func(a, b *party.Interaction) int { return a.Occurred.Compare(b.Occurred) },
		key:     func(i *party.Interaction) string { return idText(i.ID.Bytes()) },
	})
}

func gradingKinds[R Repos]() []kind[R] {
	return []kind[R]{
		records[R, *grading.GradeAssignment, grading.GradeAssignmentState, grading.GradeAssignmentQuery]{
			name: "grade assignment", states: gradeStates, restore: grading.RestoreGradeAssignment, state: (*grading.GradeAssignment).State,
			table: func(r R) any { return r.GradeAssignments() },
			save: func(ctx context.Context, r R, a *grading.GradeAssignment) error {
				return r.GradeAssignments().Save(ctx, a)
			},
			get: func(ctx context.Context, r R, s *grading.GradeAssignmentState) (*grading.GradeAssignment, error) {
				return r.GradeAssignments().Get(ctx, s.Company, s.Party)
			},
			find: func(ctx context.Context, r R, q grading.GradeAssignmentQuery) iter.Seq2[*grading.GradeAssignment, error] {
				return r.GradeAssignments().Find(ctx, q)
			},
			queries: func(s *grading.GradeAssignmentState) []grading.GradeAssignmentQuery {
				c := s.Company
				return []grading.GradeAssignmentQuery{{Company: c}, {Company: c, Party: s.Party}, {Company: c, Grade: s.Told}, {Company: c, ReviewedBefore: s.Reviewed}}
			},
			page:     func(q *grading.GradeAssignmentQuery) *tandem.Page { return &q.Page },
			matches:  grading.GradeAssignmentQuery.Matches,
			order:    func(a, b *grading.GradeAssignmentState) int { return a.Party.Compare(b.Party) },
			key:      func(s *grading.GradeAssignmentState) string { return idText(s.Party.Bytes()) },
			revision: func(s *grading.GradeAssignmentState) *int64 { return &s.Revision },
			sequence: func(s *grading.GradeAssignmentState) *int64 { return &s.Sequence },
		}.kind(),
		plain(records[R, grading.Purchase, grading.Purchase, grading.PurchaseQuery]{
			name: "purchase", fact: true,
			states: func(c tandem.CompanyID, n int) []grading.Purchase {
				return []grading.Purchase{{ID: grading.PurchaseIDOf("storetest", n), Company: c, Party: customer(n), Kind: grading.Sale, Date: day(9 - n%4),
					Net: euros(int64(n) + 1), Document: ref("sales_delivery", n%3), Recorded: at(n)}}
			},
			table: func(r R) any { return r.Purchases() },
			save:  func(ctx context.Context, r R, p grading.Purchase) error { return r.Purchases().Append(ctx, p) },
			find: func(ctx context.Context, r R, q grading.PurchaseQuery) iter.Seq2[grading.Purchase, error] {
				return r.Purchases().Find(ctx, q)
			},
			queries: func(p *grading.Purchase) []grading.PurchaseQuery {
				c := p.Company
				return []grading.PurchaseQuery{{Company: c}, {Company: c, Party: p.Party}, {Company: c, Dates: tandem.Validity{From: p.Date}},
					{Company: c, Party: p.Party, Dates: tandem.Validity{Until: p.Date}}, {Company: c, Document: p.Document}}
			},
			page:    func(q *grading.PurchaseQuery) *tandem.Page { return &q.Page },
			matches: grading.PurchaseQuery.Matches,
			order:   func(a, b *grading.Purchase) int { return a.Date.Compare(b.Date) },
			key:     func(p *grading.Purchase) string { return idText(p.ID.Bytes()) },
		}),
	}
}

func gradeStates(c tandem.CompanyID, n int) []grading.GradeAssignmentState {
	who := tandem.DeriveID[tandem.PartyID]("storetest", "graded "+strconv.Itoa(n))
	return []grading.GradeAssignmentState{{ID: grading.GradeAssignmentIDOf(c, who), Company: c, Sequence: int64(n + 1), Party: who, Low: 1,
		Reviewed: day(n%4 + 5), Day: day(n%4 + 6), Told: []tandem.GradeCode{"gold", "silver"}[n%2],
		History: []grading.Change{{Grade: "silver", From: day(1), Reason: grading.ReasonFirst, Policy: "p1", R: 1, F: 2, M: 3, Sum: 6, Threshold: 4, At: at(n)}},
		Pins:    []grading.Pin{{Grade: "gold", From: day(2), Until: day(4), Reason: text("why", n), By: "boss", At: at(n), Ended: text("over", n)}}}}
}

func surveyKinds[R Repos]() []kind[R] {
	return []kind[R]{
		plain(records[R, survey.Answer, survey.Answer, survey.AnswerQuery]{
			name: "survey answer", fact: true,
			states: func(c tandem.CompanyID, n int) []survey.Answer {
				return []survey.Answer{{ID: tandem.DeriveID[survey.AnswerID]("storetest", strconv.Itoa(n)), Company: c, Survey: "s" + strconv.Itoa(n%2),
					Wave: text("wave", n%3), Measure: []survey.Measure{survey.NPS, survey.CSAT}[n%2], Invitation: tandem.DeriveID[survey.InvitationID]("storetest", strconv.Itoa(n)),
					Party: customer(n), Document: ref("case", n), Stage: survey.Answered, Score: 1 + n%5, Comment: tandem.Personal(text("comment", n)), At: at(n), Recorded: at(n + 1)}}
			},
			table: func(r R) any { return r.SurveyAnswers() },
			save:  func(ctx context.Context, r R, a survey.Answer) error { return r.SurveyAnswers().Append(ctx, a) },
			find: func(ctx context.Context, r R, q survey.AnswerQuery) iter.Seq2[survey.Answer, error] {
				return r.SurveyAnswers().Find(ctx, q)
			},
			queries: func(a *survey.Answer) []survey.AnswerQuery {
				c := a.Company
				return []survey.AnswerQuery{{Company: c}, {Company: c, Party: a.Party}, {Company: c, Survey: a.Survey}, {Company: c, Wave: a.Wave},
					{Company: c, Measure: a.Measure}, {Company: c, Stage: a.Stage}, {Company: c, From: a.At}, {Company: c, Until: a.At}}
			},
			page:    func(q *survey.AnswerQuery) *tandem.Page { return &q.Page },
			matches: survey.AnswerQuery.Matches,
			order:   func(_, _ *survey.Answer) int { return 0 },
			key:     func(a *survey.Answer) string { return idText(a.ID.Bytes()) },
		}),
		plain(records[R, survey.DeliveryFact, survey.DeliveryFact, survey.DeliveryFactQuery]{
			name: "delivery fact", fact: true, states: deliveryFactStates,
			table: func(r R) any { return r.DeliveryFacts() },
			save:  func(ctx context.Context, r R, f survey.DeliveryFact) error { return r.DeliveryFacts().Append(ctx, f) },
			find: func(ctx context.Context, r R, q survey.DeliveryFactQuery) iter.Seq2[survey.DeliveryFact, error] {
				return r.DeliveryFacts().Find(ctx, q)
			},
			queries: func(f *survey.DeliveryFact) []survey.DeliveryFactQuery {
				c := f.Company
				return []survey.DeliveryFactQuery{{Company: c}, {Company: c, Party: f.Party}, {Company: c, Order: f.Line.Document},
					{Company: c, Order: f.Line.Document, Line: f.Line.Line}, {Company: c, Kind: f.Kind}, {Company: c, Dates: tandem.Validity{From: f.Date}},
					{Company: c, Order: f.Line.Document, Dates: tandem.Validity{Until: f.Date}}}
			},
			page:    func(q *survey.DeliveryFactQuery) *tandem.Page { return &q.Page },
			matches: survey.DeliveryFactQuery.Matches,
			order:   func(a, b *survey.DeliveryFact) int { return a.Date.Compare(b.Date) },
			key:     func(f *survey.DeliveryFact) string { return idText(f.ID.Bytes()) },
			clash:   func(f, other *survey.DeliveryFact) { f.Reverses = other.Reverses },
		}),
	}
}

func deliveryFactStates(c tandem.CompanyID, n int) []survey.DeliveryFact {
	id := func(n int) survey.DeliveryFactID {
		return tandem.DeriveID[survey.DeliveryFactID]("storetest", strconv.Itoa(n))
	}
	f := survey.DeliveryFact{ID: id(n), Company: c, Party: customer(n), Line: line("sales_order", n%3, 1+n%2), Kind: survey.LineOrdered, Date: day(9 - n%4),
		Quantity: each(5), Filled: each(4), Promise: day(n + 4), Recorded: at(n)}
	shipped := f
	shipped.ID, shipped.Kind, shipped.Filled, shipped.Promise = id(n+9000), survey.LineShipped, tandem.Quantity{}, tandem.Date{}
	return []survey.DeliveryFact{f.Reversal(id(n+5000), at(n+1)), f, shipped}
}
