package billing_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
)

// again writes an invoice as JSON and restores it.
func again(t require.TestingT, i *billing.Invoice) *billing.Invoice {
	data, err := json.Marshal(i.State())
	require.NoError(t, err)
	var kept billing.InvoiceState
	require.NoError(t, json.Unmarshal(data, &kept))
	out, err := billing.RestoreInvoice(kept)
	require.NoError(t, err)
	require.Equal(t, i.State(), out.State())
	return out
}

// 500.00 + 100.00, 588.00 paid in time: 490.00 + 98.00 are left to be credited, and
// 10.00 of discount go with the goods; a fifth of them takes a fifth. Undone, all
// is as before.
func TestADiscountLowersWhatIsCreditable(t *testing.T) {
	for policy, want := range map[billing.DiscountPolicy][3]int64{
		billing.AdjustOnPayment: {49000, 49000, 9800},
		billing.DiscountedBase:  {49000, 49000, 9800},
		billing.DiscountNetOnly: {49000, 50000, 10000},
	} {
		base, due, pay := int64(50000), int64(10000), int64(58800)
		switch policy {
		case billing.DiscountedBase:
			base, due = 49000, 9800
		case billing.DiscountNetOnly:
			pay = 59000
		}
		i := posted(1, "2011-06-01", prompt(policy), 50000, taxed(base, due, 2000))
		before := i.State()
		p := paid(1, "2011-06-11", pay)
		fact := must(payment.Apply(p, i, apply(1, "2011-06-11", pay)))
		left, _, _ := i.Creditable("GB-S")
		require.Equal(t, want, [3]int64{left.Net.Minor(), left.Base.Minor(), left.Tax.Minor()}, string(policy))
		require.Equal(t, [2]tandem.Money{gbp(50000), gbp(1000)}, [2]tandem.Money{left.Goods, left.Discount})
		require.Equal(t, gbp(200), must(i.DiscountOn("GB-S", gbp(10000))))
		require.Equal(t, gbp(0), must(i.DiscountOn("GB-S", gbp(0))))
		require.Equal(t, gbp(0), must(i.DiscountOn("GB-Z", gbp(100))))
		i = again(t, i)
		require.Len(t, i.Discounted(), 1)

		_, err := payment.Unapply(fact, p, i, billing.Unapplication{ID: allocationID(9), Date: date("2011-06-12"), Reason: "r", At: at("2011-06-12")})
		require.NoError(t, err)
		after := i.State()
		after.Sequence, before.Instalments[0].NotBefore = before.Sequence, date("2011-06-12")
		require.Equal(t, before, after)
	}
}

// A discount of 1.00 over 66.67 at 20 % and 33.33 at nought: 0.67 and 0.33 of the
// bases, and the tax all of the first.
func TestADiscountIsSplitByBasesAndTaxes(t *testing.T) {
	d := draftOf(1, prompt(billing.AdjustOnPayment), 6667, taxed(6667, 1333, 2000))
	d.Lines = append(d.Lines, billing.InvoiceLine{Line: 2, Quantity: each(1), Price: price("1"), Net: gbp(3333), TaxCode: "GB-Z"})
	d.TaxLines = append(d.TaxLines, tandem.TaxLine{Code: "GB-Z", Category: tandem.TaxZero, Base: gbp(3333), Tax: gbp(0)})
	i := must(billing.DraftInvoice(d, at("2011-06-01")))
	parts := must(i.DiscountOf(billing.Allocation{DiscountNet: gbp(100), DiscountTax: gbp(13)}))
	require.Equal(t, []billing.DiscountedTax{{Code: "GB-S", Net: gbp(67), Base: gbp(67), Tax: gbp(13)}, {Code: "GB-Z", Net: gbp(33), Base: gbp(33), Tax: gbp(0)}}, parts)
	back := must(i.DiscountOf(billing.Allocation{DiscountNet: gbp(-100), DiscountTax: gbp(-13)}))
	require.Equal(t, gbp(-67), back[0].Net)
	require.Equal(t, gbp(-33), back[1].Net)
}

func TestRestoreRefusesDiscountsBeyondTheInvoice(t *testing.T) {
	i := posted(1, "2011-06-01", prompt(billing.AdjustOnPayment), 50000, taxed(50000, 10000, 2000))
	must(payment.Apply(paid(1, "2011-06-11", 58800), i, apply(1, "2011-06-11", 58800)))
	for name, change := range map[string]func(*billing.DiscountedTax){
		"net":              func(d *billing.DiscountedTax) { d.Net = gbp(50001) },
		"base":             func(d *billing.DiscountedTax) { d.Base = gbp(50001) },
		"tax":              func(d *billing.DiscountedTax) { d.Tax = gbp(10001) },
		"negative":         func(d *billing.DiscountedTax) { d.Net = gbp(-1) },
		"another currency": func(d *billing.DiscountedTax) { d.Tax = tandem.MoneyFromMinor(1, tandem.EUR) },
		"an unknown code":  func(d *billing.DiscountedTax) { d.Code = "GB-Z" },
	} {
		s := i.State()
		change(&s.Discounted[0])
		_, err := billing.RestoreInvoice(s)
		require.Equal(t, []string{"discounted"}, codes(err), name)
	}
}

// A line of a credit note that is a discount is bounded by the discount of the
// invoice, names it, and is of goods: it is no way around an approval.
func TestDiscountLinesOfCreditNotes(t *testing.T) {
	original := posted(1, "2011-06-01", prompt(billing.AdjustOnPayment), 50000, taxed(50000, 10000, 2000))
	draft := func(discount int64) billing.InvoiceDraft {
		d := creditDraft(2, billing.CreditGoods, 10000, 0, 2000)
		d.Lines[0].Quantity, d.Lines[0].Delivery = each(3), tandem.LineRef{Document: tandem.RefTo("sales_return", paymentID(7), "R-1"), Line: 1}
		d.Lines[0].Origin, d.Original = tandem.LineRef{Document: original.Ref(), Line: 1}, original.Ref()
		d.Lines = append(d.Lines, billing.InvoiceLine{Line: 2, Origin: tandem.LineRef{Document: original.Ref()}, Quantity: each(1), Price: price("1"),
			Net: gbp(discount), TaxCode: "GB-S", Discount: true})
		d.TaxLines = taxed(10000+discount, (10000+discount)/5, 2000)
		return d
	}
	note, err := billing.DraftCreditNote(draft(-200), at("2011-06-12"), original)
	require.NoError(t, err)
	require.Equal(t, gbp(11760), note.Gross())
	again(t, note)
	for name, c := range map[string]struct {
		change func(*billing.InvoiceDraft)
		want   []string
	}{
		"too much":        {func(d *billing.InvoiceDraft) { *d = draft(1005) }, []string{"credit_discount"}},
		"without invoice": {func(d *billing.InvoiceDraft) { d.Lines[1].Origin = tandem.LineRef{} }, []string{"credit_discount_line"}},
		"with a product":  {func(d *billing.InvoiceDraft) { d.Lines[1].Product = idOf(tandem.ProductID{}, "p") }, []string{"credit_discount_line"}},
		"of another basis": {func(d *billing.InvoiceDraft) {
			d.Basis = billing.CreditAllowance
			d.Lines[0].Delivery = tandem.LineRef{}
		}, []string{"credit_discount_line", "approval", "approval"}},
	} {
		d := draft(-200)
		c.change(&d)
		_, err := billing.DraftCreditNote(d, at("2011-06-12"), original)
		require.Equal(t, c.want, codes(err), name)
	}
	d := draftOf(3, net30(), 10000, taxed(10000, 2000, 2000))
	d.Lines[0].Discount = true
	_, err = billing.DraftInvoice(d, at("2011-06-12"))
	require.Equal(t, []string{"credit_only"}, codes(err))
}

// Whatever comes back before, between and after discounts that are taken and
// reversed: once all goods are credited, nothing is left of net, base, tax and
// discount, and what was credited is what the discounts left.
func TestCreditsAndDiscountsEndAtNought(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		policy := rapid.SampledFrom([]billing.DiscountPolicy{billing.AdjustOnPayment, billing.DiscountNetOnly}).Draw(r, "policy")
		net := rapid.Int64Range(100, 100_000).Draw(r, "net")
		i := posted(1, "2011-06-01", prompt(policy), net, taxed(net, net/5, 2000))
		goods, credited := net, int64(0)
		credit := func(g int64) {
			left, _, _ := i.Creditable("GB-S")
			x := must(i.DiscountOn("GB-S", gbp(g))).Minor()
			part := g - x
			base, due := left.Base, left.Tax
			if part < left.Net.Minor() {
				weights := []int64{part, left.Net.Minor() - part}
				base, due = must(tandem.Allocate(nil, left.Base, weights))[0], must(tandem.Allocate(nil, left.Tax, weights))[0]
			}
			require.NoError(r, i.RecordCredited([]billing.CreditedTax{{Code: "GB-S", Net: gbp(part), Base: base, Tax: due, Goods: gbp(g), Discount: gbp(x)}}))
			goods, credited = goods-g, credited+part
		}
		var fact *billing.Allocation
		p := paid(1, "2011-06-05", i.Gross().Minor())
		for n := range rapid.IntRange(0, 12).Draw(r, "steps") {
			switch {
			case rapid.Bool().Draw(r, "back") && goods > 1:
				credit(rapid.Int64Range(1, goods-1).Draw(r, "goods"))
			case fact == nil:
				pay := i.Payables(date("2011-06-05"))[0].Pay.Minor()
				a := must(payment.Apply(p, i, apply(10+n, "2011-06-05", pay)))
				fact = &a
			default:
				_, err := payment.Unapply(*fact, p, i, billing.Unapplication{ID: allocationID(100 + n), Date: date("2011-06-05"), Reason: "r", At: at("2011-06-06")})
				require.NoError(r, err)
				fact = nil
			}
			i = again(r, i)
		}
		credit(goods)
		left, _, _ := i.Creditable("GB-S")
		require.Equal(r, [5]int64{}, [5]int64{left.Net.Minor(), left.Base.Minor(), left.Tax.Minor(), left.Goods.Minor(), left.Discount.Minor()})
		taken := int64(0)
		for _, d := range i.Discounted() {
			taken += d.Net.Minor()
		}
		require.Equal(r, net-taken, credited)
		again(r, i)
	})
}
