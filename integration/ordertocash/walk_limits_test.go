package ordertocash_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/promotion"
	"github.com/tandem-go/tandem/pricing/redemption"
)

// meet compares every limit with what the lines of all orders hold of it: what is
// neither cancelled nor has come back. Nothing exceeds its terms.
func (w *walk) meet() {
	type sum struct{ quantity, value, lines int64 }
	held := map[tandem.ID[any]]*sum{}
	w.view(func(b *store.Bundle) {
		for o, err := range b.SalesOrders().Find(w.ctx, sales.OrderQuery{Company: company}) {
			require.NoError(w.t, err)
			for _, c := range o.Pricing().Claims {
				for _, line := range c.Lines {
					l, found := o.Line(line.Line)
					require.True(w.t, found, "a claim names a line that is there")
					left := l.Quantity.Micro() - l.Cancelled.Micro() - l.Returned.Micro()
					for _, ref := range c.Limits {
						if held[ref.ID] == nil {
							held[ref.ID] = &sum{}
						}
						s := held[ref.ID]
						s.quantity += line.Quantity.Micro() * (left / 1_000_000) / (l.Quantity.Micro() / 1_000_000)
						s.value += line.Value.Minor() * (left / 1_000_000) / (l.Quantity.Micro() / 1_000_000)
						s.lines += 4
					}
				}
			}
		}
		for l, err := range b.RedemptionLimits().Find(w.ctx, redemption.Query{Company: company}) {
			require.NoError(w.t, err)
			terms, s := l.Terms(), held[tandem.IDFromBytes[tandem.ID[any]](l.ID().Bytes())]
			if s == nil {
				s = &sum{}
			}
			quantity, value := l.Reserved().Quantity.Micro()+l.Committed().Quantity.Micro(), l.Reserved().Value.Minor()+l.Committed().Value.Minor()
			if !terms.Quantity.IsNone() {
				require.LessOrEqual(w.t, quantity, terms.Quantity.Micro(), l.Subject())
				if terms.Moment != redemption.Invoiced { // a draft that is discarded was used already
					require.Equal(w.t, s.quantity, quantity, l.Subject())
				}
			}
			if !terms.Value.IsNone() {
				require.LessOrEqual(w.t, value, terms.Value.Minor(), l.Subject())
				if terms.Moment != redemption.Invoiced {
					require.InDelta(w.t, s.value, value, float64(s.lines), l.Subject())
				}
			}
		}
	})
}

// Whatever a clerk does, what is held of limits is what the lines of the orders hold, and
// the books meet the documents.
func TestLimitsMeetOrdersWhateverIsDone(t *testing.T) {
	done, refusals := map[string]int{}, map[string]int{}
	parted, gifts := 0, 0
	for seed := range uint64(6) {
		of := pricing.CapCounts()[seed%3]
		cards := func(b *pricing.Book) {
			b.Promotions = append(b.Promotions, promotion.Promotion{ID: "cards", Lane: promotion.LaneOrder,
				Benefit: promotion.Benefit{Percent: &promotion.PercentOff{Rate: tandem.Percent(7), Target: promotion.Across}}},
				promotion.Promotion{ID: "card", Lane: promotion.LaneOrder, Scope: promotion.Scope{Products: []tandem.ProductID{product("card")}},
					Benefit: promotion.Benefit{FreeGoods: &promotion.FreeGoods{Product: product("candle"), Quantity: pieces(1), Per: 4}}})
			for i := range b.Lists {
				if b.Lists[i].ID == "ann" {
					b.Lists[i].Customers, b.Lists[i].Cap.Quantity = []tandem.PartyID{customer("a")}, pieces(25)
				}
			}
		}
		w := &walk{shop: newShop(t, offers(contract(of), spring, cards), func(c *ordertocash.Config) {
			c.PricedOn = append(sales.PricedOns(), "")[seed%5]
			c.Breaks = []ordertocash.BreakPolicy{ordertocash.RepriceOpen, ordertocash.KeepBreak, ordertocash.Clawback}[seed%4%3]
		}), rand: rand.New(rand.NewPCG(seed, 5)), today: date(t, "2010-12-20"), done: done, refusals: refusals}
		w.day("2010-12-20")
		w.limit(redemption.ForPromotion, "spring", redemption.ID{}, redemption.Terms{Value: money(4000), Uses: 20, Moment: redemption.Moment(of)})
		w.limit(redemption.ForPromotion, "cards", redemption.ID{}, redemption.Terms{Value: money(2500), Moment: redemption.Shipped})
		for i := range 120 {
			w.step()
			if t.Failed() {
				t.Fatalf("seed %d, step %d", seed, i)
			}
			w.check()
			w.meet()
		}
		for _, id := range w.orders {
			for _, l := range w.orderState(id).Lines {
				if l.Of > 0 {
					parted++
				}
				if l.Promotion != "" {
					gifts++
				}
			}
		}
	}
	for _, what := range []string{"place", "ship", "invoice", "post", "return", "discard", "cancel", "cancel lines", "short-close", "amend"} {
		require.Positive(t, done[what], "the walk never got to %s", what)
	}
	require.Positive(t, parted)
	require.Positive(t, gifts)
	for what := range refusals {
		require.NotRegexp(t, "step_exceeds|too_many|key", what)
	}
}
