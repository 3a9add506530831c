package crmtest_test

import (
	"context"
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/crmtest"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/crm/survey"
)

func TestSmallIsValidAndTheSameEachTime(t *testing.T) {
	customers := crmtest.Small(t)
	assert.Equal(t, customers, crmtest.Small(t))
	require.Len(t, customers, 4)
	seen := map[any]bool{}
	once := func(id any) {
		assert.False(t, seen[id], "%v twice", id)
		seen[id] = true
	}
	for _, c := range customers {
		once(c.Party.ID())
		assert.Equal(t, crmtest.ID(c.Key), c.Party.ID())
		assert.True(t, c.Party.MayOrder(crmtest.Day(0)), c.Key)
		assert.NoError(t, c.Reference.Validate())
		_, found := c.Party.Address(party.Delivery, crmtest.Day(1))
		assert.True(t, found)
		assert.Len(t, c.Interactions, len(c.Purchases))
		for _, f := range c.Consents {
			assert.NoError(t, f.Validate())
			once(f.ID)
		}
		for _, f := range c.Interactions {
			assert.NoError(t, f.Validate())
			once(f.ID)
		}
		for _, f := range c.Purchases {
			assert.NoError(t, f.Validate())
			once(f.ID)
		}
		for _, f := range c.Deliveries {
			assert.NoError(t, f.Validate())
			once(f.ID)
		}
		for _, f := range c.Answers {
			assert.NoError(t, f.Validate())
			once(f.ID)
		}
	}
	number, found := customers[1].Party.TaxNumber("DE", crmtest.Day(1))
	assert.True(t, found)
	assert.True(t, party.TaxRegistration{Country: "DE", Number: number}.Plausible())
	ask := party.ConsentAsk{Company: crmtest.Company(), Party: customers[3].Party.ID(), Purpose: party.Newsletter, Channel: party.Email}
	for n, want := range map[int]bool{0: true, 89: true, 90: false} {
		ask.At = crmtest.At(n)
		assert.Equal(t, want, party.Decide(customers[3].Consents, ask).Allowed, n)
	}
}

func TestFaultsAreReported(t *testing.T) {
	for name, b := range map[string]*crmtest.Builder{
		"amount": crmtest.New("x").Buys(1, "1.005"), "name": crmtest.New("x").Named(""), "vat": crmtest.New("x").VAT("de 1"),
		"score": crmtest.New("x").Answers(survey.NPS, 11, 1), "more filled than ordered": crmtest.New("x").Delivered(1, 2, 5, 6),
		"returned before any order": crmtest.New("x").Returns(1, 0), "purpose": crmtest.New("x").Agrees("", party.Email),
		"country": crmtest.New("x").In("Germany"), "role": crmtest.New("x").Role(party.Customer, 5),
	} {
		_, err := b.Customer()
		assert.ErrorContains(t, err, "customer x", name)
	}
}

func TestSavePutsEverythingIntoTheRepositories(t *testing.T) {
	r := &repos{counts: map[string]int{}}
	require.NoError(t, crmtest.Save(context.Background(), r, crmtest.Small(t)...))
	assert.Equal(t, map[string]int{"party": 4, "reference": 4, "consent": 7, "interaction": 9, "purchase": 9, "delivery": 17, "answer": 2}, r.counts)
	r.fail = "purchase"
	assert.ErrorIs(t, crmtest.Save(context.Background(), r, crmtest.Small(t)...), tandem.ErrConflict)
}

// repos counts what is written.
type repos struct {
	counts map[string]int
	fail   string
}

func (r *repos) add(kind string, n int) error {
	if r.fail == kind {
		return tandem.ErrConflict
	}
	r.counts[kind] += n
	return nil
}

type (
	parties      struct{ *repos }
	references   struct{ *repos }
	consents     struct{ *repos }
	interactions struct{ *repos }
	grades       struct{ *repos }
	purchases    struct{ *repos }
	answers      struct{ *repos }
	deliveries   struct{ *repos }
)

func (r *repos) Parties() party.PartyRepository                       { return parties{r} }
func (r *repos) PartyCrossReferences() party.CrossReferenceRepository { return references{r} }
func (r *repos) Consents() party.ConsentRepository                    { return consents{r} }
func (r *repos) Interactions() party.InteractionRepository            { return interactions{r} }
func (r *repos) GradeAssignments() grading.GradeAssignmentRepository  { return grades{r} }
func (r *repos) Purchases() grading.PurchaseRepository                { return purchases{r} }
func (r *repos) SurveyAnswers() survey.AnswerRepository               { return answers{r} }
func (r *repos) DeliveryFacts() survey.DeliveryFactRepository         { return deliveries{r} }

func none[T any](func(T, error) bool) {}

func (parties) Get(context.Context, tandem.PartyID) (*party.Party, error) {
	return nil, tandem.ErrNotFound
}
func (r parties) Save(context.Context, *party.Party) error { return r.add("party", 1) }
func (parties) Find(context.Context, party.PartyQuery) iter.Seq2[*party.Party, error] {
	return none[*party.Party]
}
func (references) Get(context.Context, string, string) (party.CrossReference, error) {
	return party.CrossReference{}, tandem.ErrNotFound
}
func (r references) Save(context.Context, party.CrossReference) error { return r.add("reference", 1) }
func (references) Find(context.Context, party.CrossReferenceQuery) iter.Seq2[party.CrossReference, error] {
	return none[party.CrossReference]
}
func (r consents) Append(_ context.Context, f ...party.Consent) error {
	return r.add("consent", len(f))
}
func (consents) Find(context.Context, party.ConsentQuery) iter.Seq2[party.Consent, error] {
	return none[party.Consent]
}
func (r interactions) Append(_ context.Context, f ...party.Interaction) error {
	return r.add("interaction", len(f))
}
func (interactions) Find(context.Context, party.InteractionQuery) iter.Seq2[party.Interaction, error] {
	return none[party.Interaction]
}
func (grades) Get(context.Context, tandem.CompanyID, tandem.PartyID) (*grading.GradeAssignment, error) {
	return nil, tandem.ErrNotFound
}
func (r grades) Save(context.Context, *grading.GradeAssignment) error { return r.add("grade", 1) }
func (grades) Find(context.Context, grading.GradeAssignmentQuery) iter.Seq2[*grading.GradeAssignment, error] {
	return none[*grading.GradeAssignment]
}
func (r purchases) Append(_ context.Context, f ...grading.Purchase) error {
	return r.add("purchase", len(f))
}
func (purchases) Find(context.Context, grading.PurchaseQuery) iter.Seq2[grading.Purchase, error] {
	return none[grading.Purchase]
}
func (r answers) Append(_ context.Context, f ...survey.Answer) error { return r.add("answer", len(f)) }
func (answers) Find(context.Context, survey.AnswerQuery) iter.Seq2[survey.Answer, error] {
	return none[survey.Answer]
}
func (r deliveries) Append(_ context.Context, f ...survey.DeliveryFact) error {
	return r.add("delivery", len(f))
}
func (deliveries) Find(context.Context, survey.DeliveryFactQuery) iter.Seq2[survey.DeliveryFact, error] {
	return none[survey.DeliveryFact]
}

func Example() {
	c, err := crmtest.New("12347").Named("Geschenke Nord GmbH").In("DE").VAT("DE123456788").
		Buys(10, "180.00").Credits(45, "20.00").Delivered(10, 12, 8, 8).Customer()
	if err != nil {
		fmt.Println(err)
	}
	number, _ := c.Party.TaxNumber("DE", crmtest.Day(10))
	fmt.Println(c.Party.Name(), number, c.Purchases[0].Net, c.Purchases[1].Net, len(c.Deliveries))
	// Output: [personal] DE123456788 180.00 GBP -20.00 GBP 2
}
