package billing_test

import (
	"encoding"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/internal/billingtest"
	"github.com/tandem-go/tandem/erp/billing/payment"
)

func TestDueDatesByHand(t *testing.T) {
	cases := []struct {
		name string
		term billing.TermsInstalment
		on   string
		want string
	}{
		{"net 30", billing.TermsInstalment{Days: 30}, "2011-01-31", "2011-03-02"},
		{"one month, clamped", billing.TermsInstalment{Months: 1}, "2011-01-31", "2011-02-28"},
		{"one month in a leap year", billing.TermsInstalment{Months: 1}, "2012-01-31", "2012-02-29"},
		{"end of month", billing.TermsInstalment{EndOfMonth: true}, "2011-02-01", "2011-02-28"},
		{"30 days, end of month", billing.TermsInstalment{Days: 30, EndOfMonth: true}, "2011-01-15", "2011-02-28"},
		{"30 days, end of month, on the 10th", billing.TermsInstalment{Days: 30, EndOfMonth: true, DayOfMonth: 10}, "2011-01-15", "2011-03-10"},
		{"on the 10th, still ahead", billing.TermsInstalment{DayOfMonth: 10}, "2011-06-10", "2011-06-10"},
		{"on the 10th, passed", billing.TermsInstalment{DayOfMonth: 10}, "2011-06-11", "2011-07-10"},
		{"on the 31st of a shorter month", billing.TermsInstalment{DayOfMonth: 31}, "2011-06-11", "2011-06-30"},
		{"over the end of the year", billing.TermsInstalment{DayOfMonth: 5}, "2011-12-06", "2012-01-05"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, c.term.Due(date(c.on)).String()) })
	}
}

func TestInstalmentsByHand(t *testing.T) {
	third := must(tandem.ParseRate("0.333333333"))
	term := func(kind billing.InstalmentKind, share tandem.Rate, fixed tandem.Money, days int) billing.TermsInstalment {
		return billing.TermsInstalment{Kind: kind, Share: share, Amount: fixed, Days: days}
	}
	none := tandem.Money{}
	cases := []struct {
		name   string
		terms  []billing.TermsInstalment
		amount int64
		want   string
	}{
		{"thirds, the last takes the balance", []billing.TermsInstalment{term(billing.ShareOfTotal, third, none, 0), term(billing.ShareOfTotal, third, none, 30), term(billing.Remainder, tandem.Rate{}, none, 60)},
			10000, "2011-06-01 33.33 GBP; 2011-07-01 33.33 GBP; 2011-07-31 33.34 GBP; "},
		{"the mirror image of it", []billing.TermsInstalment{term(billing.ShareOfTotal, third, none, 0), term(billing.ShareOfTotal, third, none, 30), term(billing.Remainder, tandem.Rate{}, none, 60)},
			-10000, "2011-06-01 -33.33 GBP; 2011-07-01 -33.33 GBP; 2011-07-31 -33.34 GBP; "},
		{"fixed, then half of the rest", []billing.TermsInstalment{term(billing.FixedAmount, tandem.Rate{}, gbp(2000), 0), term(billing.ShareOfRest, tandem.Percent(50), none, 30), term(billing.Remainder, tandem.Rate{}, none, 60)},
			10001, "2011-06-01 20.00 GBP; 2011-07-01 40.01 GBP; 2011-07-31 40.00 GBP; "},
		{"fixed beyond the whole", []billing.TermsInstalment{term(billing.FixedAmount, tandem.Rate{}, gbp(2000), 0), term(billing.Remainder, tandem.Rate{}, none, 60)},
			1500, "2011-06-01 15.00 GBP; "},
		{"shares only", []billing.TermsInstalment{term(billing.ShareOfTotal, tandem.Percent(30), none, 0), term(billing.ShareOfTotal, tandem.Percent(70), none, 30)},
			9999, "2011-06-01 30.00 GBP; 2011-07-01 69.99 GBP; "},
		{"nought", []billing.TermsInstalment{term(billing.ShareOfTotal, tandem.Percent(30), none, 0), term(billing.Remainder, tandem.Rate{}, none, 30)}, 0, "2011-07-01 0.00 GBP; "},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			terms := billing.Terms{Company: companyID(), Code: "t", Instalments: c.terms}
			require.NoError(t, terms.Validate())
			got, err := terms.Split(gbp(c.amount), date("2011-06-01"))
			require.NoError(t, err)
			require.Equal(t, c.want, text(got))
		})
	}
	bad := billing.Terms{Instalments: []billing.TermsInstalment{{Kind: billing.Remainder, Days: -1}, term(billing.ShareOfTotal, tandem.Percent(101), none, 0)},
		Discount: billing.EarlyDiscount{Rate: tandem.Percent(100)}}
	require.Equal(t, []string{"required", "code", "days", "remainder_last", "share", "shares", "no_remainder", "discount_rate", "discount_policy"}, codes(bad.Validate()))
}

// The United Kingdom's prompt-payment discount: 500.00 net at 20 %, 2 %.
func TestEarlyDiscountByHand(t *testing.T) {
	cases := []struct {
		policy        billing.DiscountPolicy
		base, vat     int64
		gross, pay    int64
		discount, tax int64
	}{
		{billing.DiscountedBase, 49000, 9800, 59800, 58800, 1000, 0},
		{billing.AdjustOnPayment, 50000, 10000, 60000, 58800, 1000, 200},
		{billing.DiscountNetOnly, 50000, 10000, 60000, 59000, 1000, 0},
	}
	for _, c := range cases {
		t.Run(string(c.policy), func(t *testing.T) {
			terms := prompt(c.policy)
			bases, err := terms.Discount.TaxBases([]tandem.TaxBase{{Line: 1, Code: "GB-S", Amount: gbp(50000)}})
			require.NoError(t, err)
			require.Equal(t, gbp(c.base), bases[0].Amount)
			i := posted(1, "2011-06-01", terms, 50000, taxed(c.base, c.vat, 2000))
			require.Equal(t, gbp(c.gross), i.Gross())
			require.Equal(t, []billing.Payable{{Instalment: 1, Due: date("2011-07-01"), Open: gbp(c.gross), DiscountNet: gbp(c.discount), DiscountTax: gbp(c.tax), Pay: gbp(c.pay)}},
				i.Payables(date("2011-06-11")), "the tenth day still counts")
			require.Equal(t, gbp(c.gross), i.Payables(date("2011-06-12"))[0].Pay)

			p := paid(1, "2011-06-11", c.pay)
			fact, err := payment.Apply(p, i, apply(1, "2011-06-20", c.pay))
			require.NoError(t, err)
			require.Equal(t, gbp(c.discount), fact.DiscountNet)
			require.Equal(t, gbp(c.tax), fact.DiscountTax)
			require.Equal(t, billing.InvoiceSettled, i.Status())

			late := posted(2, "2011-06-01", terms, 50000, taxed(c.base, c.vat, 2000))
			fact, err = payment.Apply(paid(2, "2011-06-12", c.pay), late, apply(2, "2011-06-12", c.pay))
			require.NoError(t, err)
			require.True(t, fact.DiscountNet.IsZero())
			require.Equal(t, gbp(c.gross-c.pay), late.Open())
		})
	}
	_, err := prompt(billing.DiscountedBase).Discount.TaxBases([]tandem.TaxBase{{Amount: gbp(1), Inclusive: true}})
	require.Equal(t, []string{"inclusive_discounted_base"}, codes(err))
	mixed, err := prompt(billing.DiscountedBase).Discount.TaxBases([]tandem.TaxBase{{Amount: gbp(10000)}, {Amount: gbp(-5000)}, {Amount: gbp(0)}})
	require.NoError(t, err)
	require.Equal(t, []tandem.TaxBase{{Amount: gbp(9800)}, {Amount: gbp(-4900)}, {Amount: gbp(0)}}, mixed)
}

func TestDiscountIsWhatThePaymentLacks(t *testing.T) {
	i := posted(1, "2011-06-01", prompt(billing.AdjustOnPayment), 50000, taxed(50000, 10000, 2000))
	first, err := payment.Apply(paid(1, "2011-06-02", 30000), i, apply(1, "2011-06-02", 30000))
	require.NoError(t, err)
	require.True(t, first.DiscountNet.IsZero(), "a part payment lacks more than the discount")
	second, err := payment.Apply(paid(2, "2011-06-03", 29400), i, apply(2, "2011-06-03", 29400))
	require.NoError(t, err)
	require.Equal(t, "5.00 GBP 1.00 GBP", second.DiscountNet.String()+" "+second.DiscountTax.String())
	require.True(t, i.Open().IsZero())

	j := posted(2, "2011-06-01", prompt(billing.AdjustOnPayment), 50000, taxed(50000, 10000, 2000))
	a := apply(3, "2011-06-02", 58800)
	a.NoDiscount = true
	_, err = payment.Apply(paid(3, "2011-06-02", 58800), j, a)
	require.NoError(t, err)
	require.Equal(t, gbp(1200), j.Open())
}

func TestDraftReportsEveryFault(t *testing.T) {
	_, err := billing.DraftInvoice(billing.InvoiceDraft{}, tandem.Instant{})
	require.Equal(t, []string{"amounts", "required", "required", "required", "currency", "required", "lines_few", "required"}, codes(err))
	for _, c := range []struct {
		name   string
		change func(*billing.InvoiceDraft)
		want   []string
	}{
		{"base differs", func(d *billing.InvoiceDraft) { d.TaxLines[0].Base = gbp(9999) }, []string{"tax_base", "tax_base_code"}},
		{"base of another code", func(d *billing.InvoiceDraft) { d.TaxLines[0].Code = "GB-Z" }, []string{"tax_base_code"}},
		{"line number", func(d *billing.InvoiceDraft) { d.Lines[0].Line = 2 }, []string{"line_number"}},
		{"line without anything", func(d *billing.InvoiceDraft) { d.Lines[0] = billing.InvoiceLine{Line: 1, Net: gbp(1)} }, []string{"required", "required", "currency"}},
		{"negative whole", func(d *billing.InvoiceDraft) { d.Lines[0].Net = gbp(-10000) }, []string{"gross_negative"}},
		{"foreign line", func(d *billing.InvoiceDraft) { d.Lines[0].Net = tandem.MoneyFromMinor(1, tandem.EUR) }, []string{"amounts", "currency"}},
		{"too many lines", func(d *billing.InvoiceDraft) {
			d.Lines = nil
			for n := range tandem.MaxLines + 1 {
				d.Lines = append(d.Lines, billing.InvoiceLine{Line: n + 1, Quantity: each(1), Price: price("1"), Net: gbp(1), TaxCode: "GB-S"})
			}
		}, []string{"too_many"}},
		{"credit only", func(d *billing.InvoiceDraft) { d.Basis = billing.CreditGoods }, []string{"credit_only"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := draftOf(1, net30(), 10000, taxed(10000, 2000, 2000))
			c.change(&d)
			_, err := billing.DraftInvoice(d, at("2011-06-01"))
			require.Equal(t, c.want, codes(err))
		})
	}
}

func TestPostingGivesNumberAndDate(t *testing.T) {
	i := must(billing.DraftInvoice(draftOf(1, net30(), 10000, taxed(10000, 2000, 2000)), at("2011-06-01")))
	p := billing.PostInvoice{Series: "INV-2011", Number: "INV-2011-000002", Date: date("2011-06-01"), LastDate: date("2011-06-02"), Terms: net30(), At: at("2011-06-01")}
	require.Equal(t, []string{"date_before_last"}, codes(i.Post(p)))
	p.LastDate = p.Date
	other := p
	other.Terms = prompt(billing.AdjustOnPayment)
	require.Equal(t, []string{"terms_changed"}, codes(i.Post(other)))
	other = p
	other.Number = ""
	require.Equal(t, []string{"number_missing"}, codes(i.Post(other)))
	require.NoError(t, i.Post(p))
	require.Equal(t, billing.InvoicePosted, i.Status())
	require.Equal(t, gbp(12000), i.Open())
	r := i.Drain()
	require.Equal(t, int64(1), r.Last)
	require.Equal(t, date("2011-07-01"), r.Events[0].(billing.InvoiceWasPosted).Due)

	free := must(billing.DraftInvoice(draftOf(2, net30(), 0, taxed(0, 0, 2000)), at("2011-06-01")))
	require.NoError(t, post(free, 2, "2011-06-01", net30()))
	require.Equal(t, billing.InvoiceSettled, free.Status(), "nothing is to be paid")
}

func TestInvoiceEveryStateAndCommand(t *testing.T) {
	on := "2011-06-01"
	make_ := func(s billing.InvoiceStatus) (i *billing.Invoice, done billing.Allocation) {
		if s == billing.InvoiceDrafted || s == billing.InvoiceDiscarded {
			i = must(billing.DraftInvoice(draftOf(1, net30(), 10000, taxed(10000, 2000, 2000)), at(on)))
			if s == billing.InvoiceDiscarded {
				_ = i.Discard("wrong", at(on))
			}
			return i, billing.Allocation{ID: allocationID(1), Payment: paymentID(1), Invoice: i.ID(), Instalment: 1, Amount: gbp(1), DiscountNet: gbp(0), DiscountTax: gbp(0), Date: date(on)}
		}
		i = sold(1, on)
		amount := int64(12000)
		if s == billing.InvoicePosted {
			amount = 5000
		}
		return i, must(payment.Apply(paid(1, on, 20000), i, apply(1, on, amount)))
	}
	commands := map[string]func(*billing.Invoice, billing.Allocation) error{
		"revise": func(i *billing.Invoice, _ billing.Allocation) error {
			return i.Revise(draftOf(1, net30(), 5000, taxed(5000, 1000, 2000)))
		},
		"discard": func(i *billing.Invoice, _ billing.Allocation) error { return i.Discard("wrong", at(on)) },
		"post":    func(i *billing.Invoice, _ billing.Allocation) error { return post(i, 1, on, net30()) },
		"allocate": func(i *billing.Invoice, _ billing.Allocation) error {
			_, err := payment.Apply(paid(2, on, 100), i, apply(2, on, 100))
			return err
		},
		"unallocate": func(i *billing.Invoice, a billing.Allocation) error {
			p := paid(1, on, 20000).State()
			p.Unapplied, p.Status = gbp(0), payment.StatusApplied
			_, err := payment.Unapply(a, must(payment.Restore(p)), i, billing.Unapplication{ID: allocationID(9), Date: date(on), Reason: "r", At: at(on)})
			return err
		},
	}
	for _, from := range billing.InvoiceStatuses() {
		for name, command := range commands {
			i, a := make_(from)
			require.Equal(t, from, i.Status())
			before := i.State()
			allowed, targets := false, map[billing.InvoiceStatus]bool{}
			for _, row := range billing.InvoiceTransitions() {
				if row.Command == name && row.From == from {
					allowed, targets[row.To] = true, true
				}
			}
			err := command(i, a)
			require.Equal(t, allowed, err == nil, "%s in %s: %v", name, from, err)
			if allowed {
				require.True(t, targets[i.Status()], "%s in %s gives %s", name, from, i.Status())
			} else {
				require.ErrorIs(t, err, tandem.ErrNotAllowed)
				require.Equal(t, before, i.State(), "a refused command changes nothing")
			}
		}
	}
}

func TestCreditNoteForGoodsUsesTheOriginalRate(t *testing.T) {
	original := posted(1, "2010-12-20", net30(), 10000, taxed(10000, 1750, 1750))
	goods := func() billing.InvoiceDraft {
		d := creditDraft(2, billing.CreditGoods, 3000, 525, 1750)
		d.Lines[0].Quantity = each(3)
		d.Lines[0].Delivery = tandem.LineRef{Document: tandem.RefTo("sales_return", paymentID(7), "R-1"), Line: 1}
		d.Lines[0].Origin = tandem.LineRef{Document: original.Ref(), Line: 1}
		d.Original = original.Ref()
		return d
	}
	c, err := billing.DraftCreditNote(goods(), at("2011-06-01"), original)
	require.NoError(t, err)
	require.NoError(t, c.Post(billing.PostInvoice{Series: "CN-2011", Number: "CN-2011-000001", Date: date("2011-06-01"), At: at("2011-06-01")}))
	require.Equal(t, gbp(3525), c.Open())
	require.Equal(t, original.ID(), c.Drain().Events[0].(billing.CreditNotePosted).Original)

	for _, k := range []struct {
		name   string
		change func(*billing.InvoiceDraft)
		want   []string
	}{
		{"today's rate", func(d *billing.InvoiceDraft) { d.TaxLines = taxed(3000, 600, 2000) }, []string{"credit_rate"}},
		{"more than was invoiced", func(d *billing.InvoiceDraft) { d.Lines[0].Quantity = each(11) }, []string{"credit_excess"}},
		{"another product", func(d *billing.InvoiceDraft) { d.Lines[0].Product = idOf(tandem.ProductID{}, "q") }, []string{"credit_product"}},
		{"a line that is not there", func(d *billing.InvoiceDraft) { d.Lines[0].Origin.Line = 2 }, []string{"credit_origin"}},
		{"an allowance without approval", func(d *billing.InvoiceDraft) {
			d.Lines = append(d.Lines, billing.InvoiceLine{Line: 2, Quantity: each(1), Price: price("1"), Net: gbp(100), TaxCode: "GB-S"})
			d.TaxLines = taxed(3100, 543, 1750)
		}, []string{"approval", "approval"}},
	} {
		t.Run(k.name, func(t *testing.T) {
			d := goods()
			k.change(&d)
			_, err := billing.DraftCreditNote(d, at("2011-06-01"), original)
			require.Equal(t, k.want, codes(err))
		})
	}
	_, err = billing.DraftCreditNote(goods(), at("2011-06-01"))
	require.Equal(t, []string{"credit_originals"}, codes(err))
}

func TestCreditNoteWithoutGoodsNeedsApproval(t *testing.T) {
	d := creditDraft(2, billing.CreditAllowance, 1000, 200, 2000)
	_, err := billing.DraftCreditNote(d, at("2011-06-01"))
	require.Equal(t, []string{"credit_reference", "approval", "approval"}, codes(err))
	d.Original, d.Approval = sold(1, "2011-05-01").Ref(), billing.Approval{Actor: "manager", Reason: "late delivery"}
	_, err = billing.DraftCreditNote(d, at("2011-06-01"))
	require.NoError(t, err)
	d.Basis = billing.CreditUnreferenced
	_, err = billing.DraftCreditNote(d, at("2011-06-01"))
	require.Equal(t, []string{"credit_reference"}, codes(err))
	d.Original, d.Approval = tandem.DocumentRef{}, billing.Approval{}
	_, err = billing.DraftCreditNote(d, at("2011-06-01"))
	require.Equal(t, []string{"approval", "approval"}, codes(err))
	d.Approval = billing.Approval{Actor: "manager", Reason: "the sale precedes the books"}
	c, err := billing.DraftCreditNote(d, at("2011-06-01"))
	require.NoError(t, err)
	require.Equal(t, billing.CreditNote, c.Type())
}

func TestInvoiceRoundTrip(t *testing.T) {
	i := posted(1, "2011-06-01", prompt(billing.DiscountedBase), 50000, taxed(49000, 9800, 2000))
	_ = must(payment.Apply(paid(1, "2011-06-05", 10000), i, apply(1, "2011-06-05", 10000)))
	for _, i := range []*billing.Invoice{i, credited(2, "2011-06-01", 100), must(billing.DraftInvoice(draftOf(3, net30(), 1, taxed(1, 0, 2000)), at("2011-06-01")))} {
		body := must(json.Marshal(i.State()))
		var s billing.InvoiceState
		require.NoError(t, json.Unmarshal(body, &s))
		again, err := billing.RestoreInvoice(s)
		require.NoError(t, err)
		require.Equal(t, i.State(), again.State())
		require.Empty(t, again.Drain().Events)
		s.Lines[0].Net = gbp(7)
		require.NotEqual(t, s.Lines[0].Net, again.State().Lines[0].Net, "the state is a copy")
		s.Net = gbp(7)
		_, err = billing.RestoreInvoice(s)
		require.ErrorIs(t, err, tandem.ErrInvalid)
	}
	s := i.State()
	s.Status = billing.InvoiceSettled
	_, err := billing.RestoreInvoice(s)
	require.Equal(t, []string{"status"}, codes(err))
	s = i.State()
	s.Instalments[0].Open = gbp(1)
	_, err = billing.RestoreInvoice(s)
	require.Equal(t, []string{"open"}, codes(err))
}

func TestSeries(t *testing.T) {
	var p billing.SeriesPolicy
	require.NoError(t, p.Validate())
	require.Equal(t, "INV-2011", p.InvoiceSeries(billing.CommercialInvoice, date("2011-12-31")))
	require.Equal(t, "CN-2012", p.InvoiceSeries(billing.CreditNote, date("2012-01-01")))
	require.Equal(t, "CN-2012-000042", p.Number("CN-2012", 42))
	require.Equal(t, "CN-2012-12345678", p.Number("CN-2012", 12345678))
	p = billing.SeriesPolicy{Invoice: "A", CreditNote: "A", Endless: true, Digits: 13}
	require.Equal(t, []string{"prefix_equal", "digits"}, codes(p.Validate()))
	require.Equal(t, "A", p.InvoiceSeries(billing.CommercialInvoice, date("2011-12-31")))
}

func TestEnumerationsAreStrict(t *testing.T) {
	require.NoError(t, new(billing.InvoiceType).UnmarshalText([]byte("381")))
	for _, e := range []encoding.TextUnmarshaler{new(billing.InvoiceType), new(billing.InvoiceStatus), new(billing.CreditBasis), new(billing.DiscountPolicy),
		new(billing.InstalmentKind)} {
		require.ErrorIs(t, e.UnmarshalText(nil), tandem.ErrInvalid)
		require.ErrorIs(t, e.UnmarshalText([]byte("Draft")), tandem.ErrInvalid)
	}
	for _, s := range billing.InvoiceStatuses() {
		require.True(t, s.Valid())
	}
}

func TestEventsAreWrittenAsEncodingJSONDoes(t *testing.T) {
	billingtest.Events(t, &billing.InvoiceWasPosted{}, &billing.CreditNotePosted{}, &billing.InvoiceWasDiscarded{}, &billing.InvoiceWasSettled{},
		&billing.CreditNoteApplied{}, &billing.AllocationReversed{})
}

// 600.00 in thirds, of which the last takes what is left.
func ExampleTerms_Split() {
	third, _ := tandem.ParseRate("0.333")
	terms := billing.Terms{Company: companyID(), Code: "thirds", Instalments: []billing.TermsInstalment{
		{Kind: billing.ShareOfTotal, Share: third}, {Kind: billing.ShareOfTotal, Share: third, Days: 30}, {Kind: billing.Remainder, Days: 60}}}
	parts, err := terms.Split(gbp(600_00), date("2011-06-01"))
	for _, part := range parts {
		fmt.Println(part.Due, part.Amount)
	}
	fmt.Println(err)
	// Output:
	// 2011-06-01 199.80 GBP
	// 2011-07-01 199.80 GBP
	// 2011-07-31 200.40 GBP
	// <nil>
}
