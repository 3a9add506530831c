package ordertocash_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
	"github.com/tandem-go/tandem/pricing/promotion"
	"github.com/tandem-go/tandem/pricing/redemption"
)

// offers is the shop's book with what this file asks for: 10 % off mugs, 5.00 off the
// order with the code SAVE5, a candle with each globe; ann's contract has mugs at 8.00,
// ten in all.
func offers(edit ...func(*pricing.Book)) func(*ordertocash.Config) {
	return func(c *ordertocash.Config) {
		book, err := pricingtest.New().Price("mug", "10.00").Price("card", "3.33").Price("candle", "0.99").Price("carriage", "4.00").Price("globe", "100.00").
			Break("mug", 10, "9.00").Grade("gold", "0.05").Book()
		if err != nil {
			panic(err)
		}
		for _, e := range edit {
			e(&book)
		}
		snapshot, err := pricing.Compile(book)
		if err != nil {
			panic(err)
		}
		c.Prices = ordertocash.FixedPrices(snapshot)
	}
}

func spring(b *pricing.Book) {
	b.Promotions = append(b.Promotions, promotion.Promotion{ID: "spring", Lane: promotion.LaneProduct, Scope: promotion.Scope{Products: []tandem.ProductID{product("mug")}},
		Benefit: promotion.Benefit{Percent: &promotion.PercentOff{Rate: tandem.Percent(10), Target: promotion.EachLine}}})
}

func save5(b *pricing.Book) {
	b.Promotions = append(b.Promotions, promotion.Promotion{ID: "five", Lane: promotion.LaneOrder, Coupons: []string{"SAVE5"},
		Benefit: promotion.Benefit{Amount: &promotion.AmountOff{Amount: money(500), Target: promotion.Across}}})
}

func freeCandle(b *pricing.Book) {
	b.Promotions = append(b.Promotions, promotion.Promotion{ID: "light", Lane: promotion.LaneOrder, Scope: promotion.Scope{Products: []tandem.ProductID{product("globe")}},
		Benefit: promotion.Benefit{FreeGoods: &promotion.FreeGoods{Product: product("candle"), Quantity: pieces(1), Per: 1}}})
}

func contract(of pricing.CapCount) func(*pricing.Book) {
	return func(b *pricing.Book) {
		eight, err := tandem.ParsePrice("8.00 GBP/EA")
		if err != nil {
			panic(err)
		}
		b.Lists = append(b.Lists, pricing.List{ID: "ann", Source: pricing.SourceContract, Customers: []tandem.PartyID{customer("ann")},
			Cap: &pricing.Cap{Quantity: pieces(10), Counts: of}})
		b.Rows = append(b.Rows, pricing.Row{ID: "ann/mug", List: "ann", Product: product("mug"), Price: eight})
	}
}

func (w *shop) limit(kind redemption.SubjectKind, name string, parent redemption.ID, terms redemption.Terms) redemption.ID {
	w.t.Helper()
	l, err := redemption.Open(company, redemption.Subject{Kind: kind, Name: name, Parent: parent}, terms, w.clock.at)
	require.NoError(w.t, err)
	l.Drain()
	require.NoError(w.t, w.store.Update(w.ctx, func(ctx context.Context, b *store.Bundle) error { return b.RedemptionLimits().Save(ctx, l) }))
	return l.ID()
}

// uses gives what is reserved and used of a limit.
func (w *shop) uses(id redemption.ID) (reserved, used redemption.Usage) {
	w.t.Helper()
	w.view(func(b *store.Bundle) {
		l, err := b.RedemptionLimits().Get(w.ctx, company, id)
		require.NoError(w.t, err)
		reserved, used = l.Reserved(), l.Committed()
	})
	return reserved, used
}

func (w *shop) buy(who string, coupons []string, wants ...want) (ordertocash.Placed, error) {
	return w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer(who), Coupons: coupons, Lines: lines(wants...)})
}

// 8 mugs at 10.00 less 10 % are 72.00: 8.00 of the budget. Reserved with the order, used
// as it is shipped in proportion, freed and given back in proportion.
func TestABudgetFollowsTheOrder(t *testing.T) {
	w := newShop(t, offers(spring))
	budget := w.limit(redemption.ForPromotion, "spring", redemption.ID{}, redemption.Terms{Value: money(1000), Moment: redemption.Shipped})
	placed, err := w.buy("ann", nil, want{"mug", 8}, want{"card", 1})
	require.NoError(t, err)
	require.Equal(t, money(7200+333), placed.Net)
	expect := func(held, used int64) {
		t.Helper()
		w.check()
		r, c := w.uses(budget)
		require.Equal(t, [2]tandem.Money{money(held), money(used)}, [2]tandem.Money{r.Value, c.Value})
	}
	expect(800, 0)
	parcel := w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(3)}).Delivery
	expect(500, 300)
	_, err = w.service.CancelLines(w.ctx, ordertocash.CancelLines{Header: w.header(), Order: placed.Order, Reason: "fewer",
		Lines: []ordertocash.LineQuantity{{Line: 1, Quantity: pieces(4)}}})
	require.NoError(t, err)
	expect(100, 300)
	w.ship(placed.Order)
	expect(0, 400)
	w.invoice(placed.Order)
	expect(0, 400)
	w.takeBack("ann", back(parcel, 1, 2))
	expect(0, 200)
}

// Of 10.00 in all the first order takes 8.00 and the second would take 8.00: it is
// priced without the promotion, or refused, as the policy says.
func TestAUsedUpBudgetIsLeftOutOrRefuses(t *testing.T) {
	w := newShop(t, offers(spring))
	w.limit(redemption.ForPromotion, "spring", redemption.ID{}, redemption.Terms{Value: money(1000)})
	first, err := w.buy("ann", nil, want{"mug", 8})
	require.NoError(t, err)
	second, err := w.buy("bob", nil, want{"mug", 8})
	require.NoError(t, err)
	require.Equal(t, [2]tandem.Money{money(7200), money(8000)}, [2]tandem.Money{first.Net, second.Net})
	third, err := w.buy("bob", nil, want{"mug", 2}) // 2.00 are left
	require.NoError(t, err)
	require.Equal(t, money(1800), third.Net)

	w = newShop(t, offers(spring), func(c *ordertocash.Config) { c.UsedUp = ordertocash.RefuseUsedUp })
	w.limit(redemption.ForPromotion, "spring", redemption.ID{}, redemption.Terms{Value: money(1000)})
	_, err = w.buy("ann", nil, want{"mug", 8})
	require.NoError(t, err)
	w.fails(tandem.ErrInsufficient, func() error {
		_, err := w.buy("bob", nil, want{"mug", 8})
		return err
	})
}

// A code that is good for one order, of a campaign with a budget of 9.00: the second
// order with the code, and the second code of the campaign, save nothing.
func TestACodeIsUsedOnceAndDrawsOnItsCampaign(t *testing.T) {
	w := newShop(t, offers(save5))
	campaign := w.limit(redemption.ForCampaign, "summer", redemption.ID{}, redemption.Terms{Value: money(900)})
	code := w.limit(redemption.ForCoupon, "SAVE5", campaign, redemption.Terms{Uses: 1})
	first, err := w.buy("ann", []string{"SAVE5"}, want{"globe", 1})
	require.NoError(t, err)
	require.Equal(t, money(9500), first.Net)
	second, err := w.buy("bob", []string{"SAVE5"}, want{"globe", 1})
	require.NoError(t, err)
	require.Equal(t, money(10000), second.Net)
	_, used := w.uses(code)
	require.EqualValues(t, 1, used.Uses)
	_, used = w.uses(campaign)
	require.Equal(t, money(500), used.Value)
	_, err = w.service.Cancel(w.ctx, ordertocash.CancelOrder{Header: w.header(), Order: first.Order, Reason: "changed"})
	require.NoError(t, err)
	_, used = w.uses(campaign)
	require.Equal(t, money(0), used.Value)
	third, err := w.buy("bob", []string{"SAVE5"}, want{"globe", 1})
	require.NoError(t, err)
	require.Equal(t, money(9500), third.Net, "the use came back with the order")
}

// People type a code with blanks and small letters, and twice: it is one code, is kept in
// its folded form, and counts in an amendment, too. What is no code is refused at its place.
func TestACodeIsReadAsItIsTyped(t *testing.T) {
	w := newShop(t, offers(save5))
	code := w.limit(redemption.ForCoupon, "SAVE5", redemption.ID{}, redemption.Terms{Uses: 2})
	placed, err := w.buy("ann", []string{" save5 ", "SAVE5"}, want{"card", 1}, want{"globe", 1})
	require.NoError(t, err)
	require.Equal(t, money(9833), placed.Net)
	require.Equal(t, []string{"SAVE5"}, w.orderState(placed.Order).Pricing.Coupons)
	_, used := w.uses(code)
	require.EqualValues(t, 1, used.Uses)
	q, err := w.service.Quote(w.ctx, ordertocash.QuoteOrder{Header: w.header(), Customer: customer("ann"), ValidUntil: w.date("2011-06-30"),
		Coupons: []string{"Save5\t"}, Lines: lines(want{"globe", 1})})
	require.NoError(t, err)
	require.Equal(t, money(9500), q.Net)
	for _, wrong := range []string{"", " ", "SAVE 5", "-SAVE5", "SÄVE5"} {
		_, err = w.buy("ann", []string{wrong, "SAVE5"}, want{"globe", 1})
		var invalid *tandem.InvalidError
		require.ErrorAs(t, err, &invalid, wrong)
		require.Len(t, invalid.Faults, 1)
		require.Equal(t, [2]string{"coupon", "coupons[0]"}, [2]string{invalid.Faults[0].Code, invalid.Faults[0].Path})
	}
	w.check()
}

// Two goes at the last 5.00 of a budget at once: one gets them.
func TestTwoOrdersAtOnceKeepABudget(t *testing.T) {
	w := newShop(t, offers(save5), func(c *ordertocash.Config) { c.UsedUp = ordertocash.RefuseUsedUp })
	budget := w.limit(redemption.ForPromotion, "five", redemption.ID{}, redemption.Terms{Value: money(1500)})
	errs := atOnce(8, func(h work.Header) error {
		_, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: h, Customer: customer("ann"), Coupons: []string{"SAVE5"}, Lines: lines(want{"globe", 1})})
		return err
	})
	require.Equal(t, 3, succeeded(errs))
	for _, err := range errs {
		require.True(t, err == nil || errors.Is(err, tandem.ErrInsufficient), "%v", err)
	}
	_, used := w.uses(budget)
	require.Equal(t, money(1500), used.Value)
	w.check()
}

// Of 12 mugs 10 are within the contract: 10 × 8.00 + 2 × 9.00 (the break counts the whole
// line). The customer's line keeps its number; the rest is a line that names it.
func TestALineIsPartedAtTheCapOfAContract(t *testing.T) {
	w := newShop(t, offers(contract(pricing.CapOrdered)))
	first, err := w.buy("ann", nil, want{"mug", 12}, want{"card", 1})
	require.NoError(t, err)
	require.Equal(t, money(8000+1800+333), first.Net)
	o := w.orderState(first.Order)
	require.Len(t, o.Lines, 3)
	require.Equal(t, []tandem.Quantity{pieces(10), pieces(1), pieces(2)}, []tandem.Quantity{o.Lines[0].Quantity, o.Lines[1].Quantity, o.Lines[2].Quantity})
	require.Equal(t, [2]int{3, 1}, [2]int{o.Lines[2].Line, o.Lines[2].Of})
	require.Equal(t, 1, first.Lines[2].Of)
	require.Equal(t, "ann/mug", o.Lines[0].PriceRef.Rule)
	second, err := w.buy("ann", nil, want{"mug", 2})
	require.NoError(t, err)
	require.Equal(t, money(2000), second.Net, "the cap is used up")
	w.sellOff(first.Order)
	_, used := w.uses(redemption.IDOf(company, redemption.ForContract, "ann"))
	require.Equal(t, pieces(10), used.Quantity)
}

func (w *shop) sellOff(order sales.OrderID) {
	w.ship(order)
	w.invoice(order)
}

// Consumed when shipped: reserved with the order, used with each shipment, free again of
// what is cancelled, given back with what comes back.
func TestACapIsConsumedAtTheMomentThatItNames(t *testing.T) {
	cap := redemption.IDOf(company, redemption.ForContract, "ann")
	for _, of := range pricing.CapCounts() {
		t.Run(string(of), func(t *testing.T) {
			w := newShop(t, offers(contract(of)))
			expect := func(held, used int64) {
				t.Helper()
				w.check()
				r, c := w.uses(cap)
				require.Equal(t, [2]tandem.Quantity{pieces(held), pieces(used)}, [2]tandem.Quantity{r.Quantity, c.Quantity})
			}
			placed, err := w.buy("ann", nil, want{"mug", 8})
			require.NoError(t, err)
			require.Equal(t, money(6400), placed.Net)
			states := map[pricing.CapCount][6][2]int64{
				pricing.CapOrdered:  {{0, 8}, {0, 8}, {0, 6}, {0, 6}, {0, 6}, {0, 5}},
				pricing.CapShipped:  {{8, 0}, {5, 3}, {3, 3}, {0, 6}, {0, 6}, {0, 5}},
				pricing.CapInvoiced: {{8, 0}, {8, 0}, {6, 0}, {6, 0}, {0, 6}, {0, 5}},
			}[of]
			expect(states[0][0], states[0][1])
			parcel := w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(3)}).Delivery
			expect(states[1][0], states[1][1])
			_, err = w.service.CancelLines(w.ctx, ordertocash.CancelLines{Header: w.header(), Order: placed.Order, Reason: "fewer",
				Lines: []ordertocash.LineQuantity{{Line: 1, Quantity: pieces(2)}}})
			require.NoError(t, err)
			expect(states[2][0], states[2][1])
			w.ship(placed.Order)
			expect(states[3][0], states[3][1])
			w.invoice(placed.Order)
			expect(states[4][0], states[4][1])
			w.takeBack("ann", back(parcel, 1, 1))
			expect(states[5][0], states[5][1])
		})
	}
}

// Eight orders of 3 mugs at once, 10 within the cap: 3 at 24.00, one in parts (8.00 +
// 2 × 10.00), 4 at 30.00.
func TestOrdersAtOnceKeepACap(t *testing.T) {
	w := newShop(t, offers(contract(pricing.CapShipped)))
	nets := make(chan tandem.Money, 8)
	errs := atOnce(8, func(h work.Header) error {
		out, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: h, Customer: customer("ann"), Lines: lines(want{"mug", 3})})
		nets <- out.Net
		return err
	})
	require.Equal(t, 8, succeeded(errs), "%v", errs)
	count := map[tandem.Money]int{}
	for range 8 {
		count[<-nets]++
	}
	require.Equal(t, map[tandem.Money]int{money(2400): 3, money(2800): 1, money(3000): 4}, count)
	held, _ := w.uses(redemption.IDOf(company, redemption.ForContract, "ann"))
	require.Equal(t, pieces(10), held.Quantity)
	w.check()
}

// A candle comes with each globe, at nought, and stock is held for it.
func TestAGiftIsALineAtNought(t *testing.T) {
	w := newShop(t, offers(freeCandle))
	out, err := w.buy("ann", nil, want{"globe", 2})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(20000), out.Net)
	require.Equal(t, "light", out.Lines[1].Promotion)
	require.Equal(t, pieces(2), out.Lines[1].Reserved)
	gift := w.orderState(out.Order).Lines[1]
	require.Equal(t, tandem.PriceRef{Book: "test", Version: 1, Rule: "light"}, gift.PriceRef)
	w.sellOff(out.Order)
	onHand, _ := w.level("candle", warehouse)
	require.EqualValues(t, 998, onHand)
	require.EqualValues(t, 100, w.balance("6100"), "two candles at their cost")
}

// A reply is lost after the commit: the same command again gives the first answer, and
// takes nothing of the budget a second time. One that lost its race decides anew.
func TestARetryTakesNothingOfABudgetTwice(t *testing.T) {
	w := newShop(t, offers(save5))
	budget := w.limit(redemption.ForPromotion, "five", redemption.ID{}, redemption.Terms{Value: money(900), Moment: redemption.Shipped})
	cmd := ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Coupons: []string{"SAVE5"}, Lines: lines(want{"globe", 1})}
	first, err := w.service.Place(w.ctx, cmd)
	require.NoError(t, err)
	again, err := w.service.Place(w.ctx, cmd)
	require.NoError(t, err)
	require.Equal(t, first, again)
	held, _ := w.uses(budget)
	require.Equal(t, money(500), held.Value)

	f := &rival{Store: w.store, terms: "net30"}
	cfg := w.config
	cfg.Customers = f
	svc, err := ordertocash.New(work.Store[*store.Bundle](f), cfg)
	require.NoError(t, err)
	ship := ordertocash.ShipOrder{Header: w.header(), Order: first.Order}
	_, err = svc.Ship(w.ctx, ship)
	require.NoError(t, err)
	_, err = svc.Ship(w.ctx, ship)
	require.NoError(t, err)
	held, used := w.uses(budget)
	require.Equal(t, [2]tandem.Money{money(0), money(500)}, [2]tandem.Money{held.Value, used.Value})
}

// What a quotation takes of a limit is held until its last day, becomes its order's when
// it is accepted, and is free when it is declined.
func TestAQuotationHoldsWhatItOffers(t *testing.T) {
	w := newShop(t, offers(save5))
	code := w.limit(redemption.ForCoupon, "SAVE5", redemption.ID{}, redemption.Terms{Uses: 1})
	quote := func() ordertocash.Quoted {
		t.Helper()
		q, err := w.service.Quote(w.ctx, ordertocash.QuoteOrder{Header: w.header(), Customer: customer("ann"), ValidUntil: w.date("2011-06-30"),
			Coupons: []string{"SAVE5"}, Lines: lines(want{"globe", 1})})
		require.NoError(t, err)
		return q
	}
	first, second := quote(), quote()
	require.Equal(t, [2]tandem.Money{money(9500), money(10000)}, [2]tandem.Money{first.Net, second.Net})
	_, err := w.service.DeclineQuote(w.ctx, ordertocash.DeclineQuote{Header: w.header(), Quotation: first.Quotation, Reason: "dear"})
	require.NoError(t, err)
	third := quote()
	require.Equal(t, money(9500), third.Net)
	w.day("2011-06-30")
	out, err := w.service.AcceptQuote(w.ctx, ordertocash.AcceptQuote{Header: w.header(), Quotation: third.Quotation})
	require.NoError(t, err)
	require.Equal(t, money(9500), out.Net)
	held, used := w.uses(code)
	require.EqualValues(t, [2]int64{0, 1}, [2]int64{held.Uses, used.Uses})
	w.day("2011-07-15")
	late, err := w.buy("ann", []string{"SAVE5"}, want{"globe", 1})
	require.NoError(t, err)
	require.Equal(t, money(10000), late.Net, "it is used, and not free after the quotation's last day")
	w.check()
}
