package crmtest

import (
	"context"
	"testing"

	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/crm/survey"
)

// Small gives four customers: one in Great Britain that buys often and agreed to
// the newsletter, one in Germany with a VAT number, one in Norway that bought once
// long ago and came back with a return, and a prospect-like one without purchases
// that took its consent back.
func Small(t testing.TB) []Customer {
	t.Helper()
	return []Customer{
		New("12346").Named("Harbour Gifts Ltd").Email("buyer@harbour.example").Agrees(party.Newsletter, party.Email).
			Prefers("delivery_window", "mornings").
			Buys(20, "240.00").Buys(60, "410.40").Buys(100, "95.00").Buys(160, "380.00").Credits(165, "15.30").
			Delivered(20, 21, 12, 12).Delivered(60, 61, 24, 24).DeliveredLate(100, 105, 110, 6, 2).
			Delivered(160, 161, 12, 12).Delivered(160, 161, 6, 6).Answers(survey.NPS, 9, 170).Build(t),
		New("12347").Named("Geschenke Nord GmbH").In("DE").VAT("DE123456788").Email("einkauf@nord.example").
			Buys(45, "320.50").Buys(120, "150.00").Delivered(45, 50, 10, 10).Delivered(120, 125, 10, 4).Build(t),
		New("12348").Named("Fjord Interiør AS").In("NO").DeliversTo("NO").
			Buys(3, "80.00").Delivered(3, 4, 8, 8).Returns(30, 8).Credits(32, "80.00").Answers(survey.CSAT, 2, 33).Build(t),
		New("12349").Named("A. Person").Email("a.person@mail.example").
			Agrees(party.Newsletter, party.Email).Withdraws(party.Newsletter, party.Email, 90).Build(t),
	}
}

// Repos is what [Save] needs of a store.
type Repos interface {
	party.Repos
	grading.Repos
	survey.Repos
}

// Save puts customers into repositories, inside an Update of the caller.
func Save(ctx context.Context, r Repos, customers ...Customer) error {
	for _, c := range customers {
		steps := []func() error{
			func() error { return r.Parties().Save(ctx, c.Party) },
			func() error { return r.PartyCrossReferences().Save(ctx, c.Reference) },
			func() error { return r.Consents().Append(ctx, c.Consents...) },
			func() error { return r.Interactions().Append(ctx, c.Interactions...) },
			func() error { return r.Purchases().Append(ctx, c.Purchases...) },
			func() error { return r.DeliveryFacts().Append(ctx, c.Deliveries...) },
			func() error { return r.SurveyAnswers().Append(ctx, c.Answers...) },
		}
		for _, step := range steps {
			if err := step(); err != nil {
				return err
			}
		}
	}
	return nil
}
