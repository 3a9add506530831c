package crmtest

import (
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/crm/survey"
)

// System is the code of the system whose keys the cross-references have.
const System = "host"

// ID gives the id of a test customer by its key.
func ID(key string) tandem.PartyID { return tandem.DeriveID[tandem.PartyID]("customer", key) }

// Company gives the id of the company whose customers they are.
func Company() tandem.CompanyID { return tandem.DeriveID[tandem.CompanyID]("company", "test") }

// Start is day 0: 2010-12-01.
func Start() tandem.Date {
	day, _ := tandem.NewDate(2010, time.December, 1) // is in the calendar
	return day
}

// Day gives the n-th day after [Start].
func Day(n int) tandem.Date { return Start().AddDays(n) }

// At gives noon UTC of the n-th day after [Start].
func At(n int) tandem.Instant { return Day(n).At(12, 0, time.UTC) }

// Order gives the reference to a test order by its key.
func Order(key string) tandem.DocumentRef {
	type orders struct{}
	return tandem.RefTo("sales_order", tandem.DeriveID[tandem.ID[orders]]("order", key), key)
}

// Customer is everything that is known of one test customer.
type Customer struct {
	Key          string
	Party        *party.Party
	Reference    party.CrossReference
	Consents     []party.Consent
	Interactions []party.Interaction
	Purchases    []grading.Purchase
	Deliveries   []survey.DeliveryFact
	Answers      []survey.Answer
}

// Builder builds a customer. Its methods change and return it; every fault is
// kept and reported at the end.
type Builder struct {
	c        Customer
	country  tandem.Country
	currency tandem.Currency
	orders   int
	err      error
}

// New gives a builder of an organisation in Great Britain that is a customer from
// [Start] on, buys in pounds, and has an address, a reference to the host's key and
// a contract as the basis of transactional e-mails.
func New(key string) *Builder {
	b := &Builder{country: "GB", currency: tandem.GBP}
	b.c.Key = key
	var err error
	b.c.Party, err = party.NewParty(ID(key), party.Organisation, tandem.Personal("Customer "+key), party.Customer, Start(), At(0))
	b.fail(err)
	b.c.Reference, err = party.NewCrossReference(System, key, ID(key), Start())
	b.fail(err)
	b.consent(party.Consent{Purpose: party.Transactional, Channel: party.Email, Basis: party.BasisContract, Source: "order form"}, 0)
	return b.In("GB")
}

func (b *Builder) fail(err error) {
	if err != nil {
		b.err = errors.Join(b.err, fmt.Errorf("customer %s: %w", b.c.Key, err))
	}
}

// do runs a command of the party.
func (b *Builder) do(command func(p *party.Party) error) *Builder {
	if b.c.Party != nil {
		b.fail(command(b.c.Party))
	}
	return b
}

// Named sets the name.
func (b *Builder) Named(name tandem.Personal) *Builder {
	return b.do(func(p *party.Party) error { return p.Rename(name, At(0)) })
}

// In sets the country of the registered address.
func (b *Builder) In(country tandem.Country) *Builder {
	b.country = country
	return b.do(func(p *party.Party) error {
		return p.SetLocation(party.Location{Code: "seat", Kind: party.Registered, Address: tandem.Address{
			Lines: []tandem.Personal{"1 High Street"}, City: "Anytown", PostalCode: "12345", Country: country}}, At(0))
	})
}

// DeliversTo adds a delivery address in a country.
func (b *Builder) DeliversTo(country tandem.Country) *Builder {
	return b.do(func(p *party.Party) error {
		return p.SetLocation(party.Location{Code: "delivery", Kind: party.Delivery, Address: tandem.Address{
			Lines: []tandem.Personal{"2 Dock Road"}, City: "Anyport", Country: country}}, At(0))
	})
}

// VAT registers a VAT number in the customer's country.
func (b *Builder) VAT(number string) *Builder {
	return b.do(func(p *party.Party) error {
		return p.RegisterTax(party.TaxRegistration{Country: b.country, Number: number}, At(0))
	})
}

// Role gives a further role from the n-th day on.
func (b *Builder) Role(role party.RoleKind, n int) *Builder {
	return b.do(func(p *party.Party) error { return p.StartRole(role, Day(n), At(n)) })
}

// Email adds an e-mail address.
func (b *Builder) Email(address tandem.Personal) *Builder {
	return b.do(func(p *party.Party) error { return p.AddReach(party.Email, address, At(0)) })
}

// Prefers sets a preference.
func (b *Builder) Prefers(name string, value tandem.Personal) *Builder {
	return b.do(func(p *party.Party) error { return p.SetPreference(name, value, At(0)) })
}

func (b *Builder) source() string { return "test/" + b.c.Key }

func (b *Builder) consent(f party.Consent, n int) *Builder {
	f.ID = tandem.DeriveID[party.ConsentID]("consent", b.source()+"/"+strconv.Itoa(len(b.c.Consents)))
	f.Company, f.Party, f.Effective, f.Recorded = Company(), ID(b.c.Key), At(n), At(n)
	if f.Action == "" {
		f.Action = party.Given
	}
	b.fail(f.Validate())
	b.c.Consents = append(b.c.Consents, f)
	return b
}

// Agrees gives consent to a purpose over a channel on day 0.
func (b *Builder) Agrees(purpose party.Purpose, channel party.Channel) *Builder {
	return b.consent(party.Consent{Purpose: purpose, Channel: channel, Basis: party.BasisConsent, Source: "web form", TextVersion: "1"}, 0)
}

// Withdraws takes consent back on the n-th day.
func (b *Builder) Withdraws(purpose party.Purpose, channel party.Channel, n int) *Builder {
	return b.consent(party.Consent{Purpose: purpose, Channel: channel, Action: party.Withdrawn}, n)
}

// Buys adds a sale of that net amount, `12.34`, on the n-th day, with its entry in
// the timeline.
func (b *Builder) Buys(n int, net string) *Builder { return b.purchase(grading.Sale, n, net) }

// Credits adds a credit of that net amount, `12.34`, on the n-th day, with its
// entry in the timeline.
func (b *Builder) Credits(n int, net string) *Builder { return b.purchase(grading.Credit, n, net) }

func (b *Builder) purchase(kind grading.PurchaseKind, n int, net string) *Builder {
	amount, err := tandem.ParseMoney(net + " " + b.currency.String())
	b.fail(err)
	interaction := party.InteractionInvoice
	if kind == grading.Credit {
		amount, interaction = amount.Neg(), party.InteractionCredit
	}
	source := b.source() + "/purchase/" + strconv.Itoa(len(b.c.Purchases))
	p := grading.Purchase{ID: grading.PurchaseIDOf(source, 1), Company: Company(), Party: ID(b.c.Key), Kind: kind,
		Date: Day(n), Net: amount, Document: Order(source), Recorded: At(n)}
	b.fail(p.Validate())
	b.c.Purchases = append(b.c.Purchases, p)
	entry, err := party.NewInteraction(party.Interaction{Company: Company(), Party: ID(b.c.Key), Kind: interaction,
		Occurred: At(n), Recorded: At(n), Document: p.Document, Amount: amount, Source: source})
	b.fail(err)
	b.c.Interactions = append(b.c.Interactions, entry)
	return b
}

// Delivered adds an order of one line that is placed on day ordered and promised
// for day promised: of wanted pieces atOnce are at hand then. It is shipped as a
// whole on the promised day; see [Builder.DeliveredLate].
func (b *Builder) Delivered(ordered, promised int, wanted, atOnce int64) *Builder {
	return b.DeliveredLate(ordered, promised, promised, wanted, atOnce)
}

// DeliveredLate is [Builder.Delivered] with the day of shipping apart.
func (b *Builder) DeliveredLate(ordered, promised, shipped int, wanted, atOnce int64) *Builder {
	b.orders++
	b.delivery(survey.DeliveryFact{Kind: survey.LineOrdered, Date: Day(ordered), Promise: Day(promised),
		Quantity: b.pieces(wanted), Filled: b.pieces(atOnce), Recorded: At(ordered)})
	return b.delivery(survey.DeliveryFact{Kind: survey.LineShipped, Date: Day(shipped), Quantity: b.pieces(wanted), Recorded: At(shipped)})
}

// Returns sends pieces of the order added last back on the n-th day.
func (b *Builder) Returns(n int, pieces int64) *Builder {
	return b.delivery(survey.DeliveryFact{Kind: survey.LineReturned, Date: Day(n), Quantity: b.pieces(pieces), Recorded: At(n)})
}

func (b *Builder) pieces(n int64) tandem.Quantity {
	q, err := tandem.QuantityOf(n, tandem.Each)
	b.fail(err)
	return q
}

func (b *Builder) delivery(f survey.DeliveryFact) *Builder {
	f.ID = survey.DeliveryFactIDOf(b.source()+"/delivery", len(b.c.Deliveries))
	f.Company, f.Party = Company(), ID(b.c.Key)
	f.Line = tandem.LineRef{Document: Order(b.source() + "/order/" + strconv.Itoa(b.orders)), Line: 1}
	b.fail(f.Validate())
	b.c.Deliveries = append(b.c.Deliveries, f)
	return b
}

// Answers adds an answer to the survey of a measure (its code is that of the
// measure) on the n-th day.
func (b *Builder) Answers(m survey.Measure, score, n int) *Builder {
	source := b.source() + "/answer/" + strconv.Itoa(len(b.c.Answers))
	a := survey.Answer{ID: survey.AnswerIDOf(source, 1), Company: Company(), Survey: string(m), Measure: m,
		Invitation: tandem.DeriveID[survey.InvitationID]("invitation", source), Party: ID(b.c.Key), Stage: survey.Answered,
		Score: score, At: At(n), Recorded: At(n)}
	b.fail(a.Validate())
	b.c.Answers = append(b.c.Answers, a)
	return b
}

// Customer gives what was built, or all faults.
func (b *Builder) Customer() (Customer, error) { return b.c, b.err }

// Build gives what was built, or fails the test.
func (b *Builder) Build(t testing.TB) Customer {
	t.Helper()
	c, err := b.Customer()
	if err != nil {
		t.Fatal(err)
	}
	return c
}
