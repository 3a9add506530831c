package ordertocash_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

// tripShop is a shop on a store that counts round trips, with customers of the store
// and as many products as a document has lines.
type tripShop struct {
	*shop
	trips *storetest.Trips
	n     int // lines of a document
}

func newTripShop(t *testing.T, n int, atInvoice bool) *tripShop {
	trips := storetest.CountTrips(memory.New())
	s, err := store.Open(trips, "acme", store.Options{})
	require.NoError(t, err)
	w := &tripShop{trips: trips, n: n}
	book := pricingtest.New()
	for i := range n {
		book = book.Price("t"+strconv.Itoa(i), "10.00")
	}
	prices, err := book.Compile()
	require.NoError(t, err)
	w.shop = newShopOn(t, s, func(c *ordertocash.Config) {
		c.Prices, c.Customers, c.DefaultTerms, c.Returns = ordertocash.FixedPrices(prices), nil, "net30", tripReturns{}
		if atInvoice {
			c.Books.Revenue, c.Returns = posting.AtInvoice, nil
		}
	})
	require.NoError(t, s.Update(w.ctx, func(ctx context.Context, b *store.Bundle) error {
		ann, err := party.NewParty(customer("ann"), party.Organisation, "Ann Ltd", party.Customer, w.date("2010-01-01"), w.clock.at)
		require.NoError(t, err)
		require.NoError(t, ann.SetLocation(party.Location{Code: "seat", Kind: party.Registered, Address: tandem.Address{Country: "GB"}}, w.clock.at))
		require.NoError(t, b.Parties().Save(ctx, ann))
		for i := range n {
			id := product("t" + strconv.Itoa(i))
			require.NoError(t, b.Products().Save(ctx, catalog.Product{ID: id, Code: "t" + strconv.Itoa(i), Name: "thing", Kind: catalog.Goods,
				Unit: tandem.Each, Whole: true, TaxCategory: tandem.TaxStandard}))
			pool, err := costing.NewCostPool(company, id, tandem.Each, tandem.GBP, w.clock.at)
			require.NoError(t, err)
			_, err = pool.Receive(pieces(100), money(60000))
			require.NoError(t, err)
			require.NoError(t, b.CostPools().Save(ctx, pool))
			require.NoError(t, b.StockMoves().Append(ctx, inventory.Move{ID: tandem.DeriveID[inventory.MoveID]("opening", strconv.Itoa(i)), Company: company,
				Product: id, From: outside, To: warehouse, Quantity: pieces(100), Effective: w.date("2010-01-01").At(0, 0, time.UTC), Recorded: w.clock.at,
				Reason: inventory.ReasonOpening, Source: tandem.LineRef{Document: tandem.RefTo("opening", id, ""), Line: 1}}))
			require.NoError(t, b.StockLevels().Apply(ctx, inventory.LevelChange{OnHand: pieces(100).Micro(),
				Key: inventory.LevelKey{Company: company, Location: warehouse, Product: id}}))
		}
		return nil
	}))
	return w
}

// tripReturns expects a half of everything to come back.
type tripReturns struct{}

func (tripReturns) ReturnRate(context.Context, tandem.CompanyID, tandem.ProductID, tandem.Date) (tandem.Rate, error) {
	return tandem.Percent(50), nil
}

// lines orders some of every product.
func (w *tripShop) lines(pieceCount int64) (out []ordertocash.OrderLine) {
	for i := range w.n {
		out = append(out, ordertocash.OrderLine{Product: product("t" + strconv.Itoa(i)), Quantity: pieces(pieceCount)})
	}
	return out
}

func (w *tripShop) placed() ordertocash.Placed {
	out, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: w.lines(2)})
	require.NoError(w.t, err)
	return out
}

// sold is an order that was shipped, invoiced and posted.
func (w *tripShop) sold() sold {
	order := w.placed().Order
	shipped, err := w.service.Ship(w.ctx, ordertocash.ShipOrder{Header: w.header(), Order: order})
	require.NoError(w.t, err)
	draft, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: order})
	require.NoError(w.t, err)
	out, err := w.service.Post(w.ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: draft.Invoice})
	require.NoError(w.t, err)
	return sold{order, shipped.Delivery, draft.Invoice, out.Gross}
}

// draftOf ships an order and drafts its invoice.
func (w *tripShop) draftOf(order sales.OrderID) billing.InvoiceID {
	_, err := w.service.Ship(w.ctx, ordertocash.ShipOrder{Header: w.header(), Order: order})
	require.NoError(w.t, err)
	draft, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: order})
	require.NoError(w.t, err)
	return draft.Invoice
}

func (w *tripShop) paid(amount tandem.Money) payment.ID {
	out, err := w.service.Receive(w.ctx, ordertocash.ReceivePayment{Header: w.header(), Customer: customer("ann"), Amount: amount, Method: payment.Cash})
	require.NoError(w.t, err)
	return out.Payment
}

// backLines sends one piece of every line back.
func (w *tripShop) backLines(s sold) (out []ordertocash.ReturnedLine) {
	for i := range w.n {
		out = append(out, back(s.delivery, i+1, 1))
	}
	return out
}

// returned is a return that was authorised, and received and inspected if remedy says so.
func (w *tripShop) returned(s sold, received bool, remedy returns.Remedy) returns.ID {
	ra, err := w.service.AuthoriseReturn(w.ctx, ordertocash.AuthoriseReturn{Header: w.header(), Customer: customer("ann"), Lines: w.backLines(s)})
	require.NoError(w.t, err)
	if !received {
		return ra.Return
	}
	_, err = w.service.ReceiveReturn(w.ctx, ordertocash.ReceiveReturn{Header: w.header(), Return: ra.Return})
	require.NoError(w.t, err)
	if remedy != "" {
		_, err = w.service.InspectReturn(w.ctx, ordertocash.InspectReturn{Header: w.header(), Return: ra.Return, Lines: w.verdicts(remedy)})
		require.NoError(w.t, err)
	}
	return ra.Return
}

func (w *tripShop) verdicts(remedy returns.Remedy) (out []ordertocash.Verdict) {
	for i := range w.n {
		out = append(out, ordertocash.Verdict{Line: i + 1, Restock: pieces(1), Remedy: remedy})
	}
	return out
}

func (w *tripShop) quoted() ordertocash.Quoted {
	out, err := w.service.Quote(w.ctx, ordertocash.QuoteOrder{Header: w.header(), Customer: customer("ann"), ValidUntil: w.date("2011-07-01"), Lines: w.lines(2)})
	require.NoError(w.t, err)
	return out
}

func (w *tripShop) credited(s sold) ordertocash.Credited {
	out, err := w.service.Return(w.ctx, ordertocash.ReturnGoods{Header: w.header(), Customer: customer("ann"), Lines: w.backLines(s)})
	require.NoError(w.t, err)
	return out
}

func (w *tripShop) orderLines(n int64) (out []ordertocash.LineQuantity) {
	for i := range w.n {
		out = append(out, ordertocash.LineQuantity{Line: i + 1, Quantity: pieces(n)})
	}
	return out
}

// measured is a command with what it needs prepared.
func (w *tripShop) measured(cmd work.Command) []string {
	w.t.Helper()
	w.trips.Take()
	require.NoError(w.t, run(w.t.(*testing.T), w.service, cmd), cmd.CommandName())
	return w.trips.Take()
}

// Round trips of each command: a level of dependent reads is one, and so is the batch
// that goes out with the commit. They are told by ROUNDTRIPS.md, and are the same for a
// document of one line and of twenty.
func TestRoundTrips(t *testing.T) {
	var table strings.Builder
	table.WriteString(roundTripsHead)
	named := map[string]bool{}
	for _, c := range tripCases() {
		trips := map[int][]string{}
		var name string
		for _, n := range []int{1, 20} {
			w := newTripShop(t, n, c.name == atInvoice)
			cmd := c.prepare(w, work.Header{Key: "measured", Actor: work.Actor{ID: "clerk"}})
			trips[n], name = w.measured(cmd), cmd.CommandName()
		}
		named[name] = true
		name = strings.TrimPrefix(name, "ordertocash.") + c.name
		t.Run(name, func(t *testing.T) {
			require.Len(t, trips[20], len(trips[1]), "they grow with the lines: %s", trips)
			require.Len(t, trips[1], len(c.levels)+1, trips[1])
			require.Equal(t, "commit", trips[1][len(trips[1])-1])
		})
		fmt.Fprintf(&table, "| %s | %s | %d | %d |\n", name, strings.Join(c.levels, " → "), len(c.levels), len(trips[1]))
	}
	require.Len(t, named, commandMethods(newTripShop(t, 1, false).service), "every command of the service is here")
	const file = "ROUNDTRIPS.md"
	if os.Getenv("UPDATE_ROUNDTRIPS") != "" {
		require.NoError(t, os.WriteFile(file, []byte(table.String()), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), table.String(), "run the test with UPDATE_ROUNDTRIPS=1, and look at what has changed")
}
