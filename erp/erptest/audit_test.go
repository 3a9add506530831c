package erptest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
)

// Each way of spoiling the books is found, and named.
func TestAuditFindsWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(ctx context.Context, b erptest.Bundle) error
		want  string
	}{
		"an invoice that was not booked": {func(ctx context.Context, b erptest.Bundle) error {
			return b.CustomerInvoices().Save(ctx, erptest.Invoice(t, "INV-1"))
		}, "receivables of " + erptest.CustomerID("12346").String() + ": the account has nothing, the documents 42.48 GBP"},
		"an entry on receivables without a document": {func(ctx context.Context, b erptest.Bundle) error {
			return b.JournalEntries().Append(ctx, entryOf(t, "12347", "1100", "4000", "5.00"))
		}, "receivables of " + erptest.CustomerID("12347").String() + ": the account has 5.00 GBP, the documents 0.00 GBP"},
		"an advance that was not booked": {func(ctx context.Context, b erptest.Bundle) error {
			in := erptest.NewPayment(t, "PY-1", "9.00")
			in.Advance = true
			p, err := payment.Receive(in, erptest.At(10))
			require.NoError(t, err)
			return b.Payments().Save(ctx, p)
		}, "advances of"},
		"a tax that was not registered": {func(ctx context.Context, b erptest.Bundle) error {
			return b.JournalEntries().Append(ctx, entryOf(t, "12347", "1000", "2200", "5.00"))
		}, "output tax: the account has 5.00 GBP, the register 0.00 GBP"},
		"a tax that was not booked": {func(ctx context.Context, b erptest.Bundle) error {
			return b.TaxEntries().Append(ctx, erptest.TaxEntry(t, "x", "5.00"))
		}, "output tax: the account has 0.00 GBP, the register 1.00 GBP"},
		"VAT on an advance that no payment has": {func(ctx context.Context, b erptest.Bundle) error {
			return b.JournalEntries().Append(ctx, entryOf(t, "12347", "1310", "1000", "5.00"))
		}, "VAT on advances of " + erptest.CustomerID("12347").String() + ": the account has 5.00 GBP, the documents 0.00 GBP"},
		"a delivery that was not booked": {func(ctx context.Context, b erptest.Bundle) error {
			return b.Deliveries().Save(ctx, erptest.Delivery(t, "DN-1", erptest.Order(t, "SO-1")))
		}, "unbilled of " + erptest.CustomerID("12346").String() + ": the account has nothing, the documents 35.40 GBP"},
		"a pool that lost value": {func(ctx context.Context, b erptest.Bundle) error {
			pool, err := b.CostPools().Get(ctx, erptest.CompanyID(), erptest.ProductID("22423"))
			require.NoError(t, err)
			_, err = pool.Revalue(erptest.GBP(t, "400.00"), "test", erptest.At(1))
			require.NoError(t, err)
			return b.CostPools().Save(ctx, pool)
		}, "the pool has 400.00 GBP, the account 420.00 GBP"},
		"stock value without a pool": {func(ctx context.Context, b erptest.Bundle) error {
			return b.JournalEntries().Append(ctx, entryOf(t, "", "1200", "3000", "5.00"))
		}, "the account has 5.00 GBP, and there is no pool"},
		"a level that nothing was moved to": {func(ctx context.Context, b erptest.Bundle) error {
			return b.StockLevels().Apply(ctx, inventory.LevelChange{Key: erptest.Level("POST"), OnHand: 1_000_000})
		}, "on hand is 1000000 millionths, the moves have 0"},
		"goods that were moved and not taken": {func(ctx context.Context, b erptest.Bundle) error {
			return b.StockMoves().Append(ctx, erptest.Move(t, "1", "85123A", "WH", "SHOP", 3))
		}, "the moves have 3000000 millionths, and there is no level"},
		"reserved without a reservation": {func(ctx context.Context, b erptest.Bundle) error {
			return b.StockLevels().Apply(ctx, inventory.LevelChange{Key: erptest.Level("85123A"), Reserved: 1_000_000})
		}, "reserved is 1000000 millionths, reservations hold 0"},
		"a reservation that the level does not know": {func(ctx context.Context, b erptest.Bundle) error {
			r, _ := erptest.Reservation(t, "SO-1", "POST", 5)
			return b.Reservations().Save(ctx, r)
		}, "reservations hold 5000000 millionths, and there is no level"},
		"more reserved than there is": {func(ctx context.Context, b erptest.Bundle) error {
			return b.StockLevels().Apply(ctx, inventory.LevelChange{Key: erptest.Level("22423"), Reserved: 61_000_000, AllowNegative: true})
		}, "reserved is 61000000 millionths of 60000000 on hand"},
	} {
		t.Run(name, func(t *testing.T) {
			company := erptest.New(t)
			company.AssertBooks(t)
			company.Update(t, c.spoil)
			company.View(t, func(ctx context.Context, b erptest.Bundle) error {
				assert.ErrorContains(t, erptest.Audit(ctx, b, company.Books), c.want)
				return nil
			})
			f := &failing{TB: t}
			company.AssertBooks(f)
			assert.Contains(t, f.failed, "the books of the company are wrong")
		})
	}
}

// entryOf books an amount against a party, or without one against a product that
// has no pool.
func entryOf(t *testing.T, customer string, debit, credit ledger.AccountCode, amount string) ledger.Entry {
	e := erptest.Entry(t, "x", debit, credit, amount)
	if customer != "" {
		e.Lines[0].Party = erptest.CustomerID(customer)
	} else {
		e.Lines[0].Product = erptest.ProductID("POST")
	}
	return e
}

// A location may allow what is otherwise a fault.
func TestAuditKnowsLocationsBelowNought(t *testing.T) {
	c := erptest.New(t, erptest.WithGoods(erptest.Good{Product: erptest.Product("85123A")}))
	c.Update(t, func(ctx context.Context, b erptest.Bundle) error {
		place, err := b.Locations().Get(ctx, erptest.CompanyID(), erptest.LocationID("WH"))
		require.NoError(t, err)
		place.AllowNegative = true
		require.NoError(t, b.Locations().Save(ctx, place))
		r, change := erptest.Reservation(t, "SO-1", "85123A", 5)
		change.AllowNegative = true
		require.NoError(t, b.Reservations().Save(ctx, r))
		return b.StockLevels().Apply(ctx, change)
	})
	c.AssertBooks(t)
}

// Under at_invoice the unbilled account has only accruals.
func TestAuditAtInvoice(t *testing.T) {
	c := erptest.New(t, erptest.WithSales(func(c *ordertocash.Config) { c.Books.Revenue = posting.AtInvoice }))
	placed := c.Place(t, "12346", erptest.Line("85123A", 3))
	c.Ship(t, placed.Order)
	c.AssertBooks(t)
	c.Bill(t, placed.Order)
	c.AssertBooks(t)
}

func TestTakeBack(t *testing.T) {
	c := erptest.New(t)
	sale := c.Sell(t, "12346", erptest.Line("22423", 10))
	credited := c.TakeBack(t, "12346", sale.Shipped.Delivery, 1, 4)
	assert.Equal(t, "61.20 GBP", credited.Gross.String(), "4 × 12.75 and 20 %")
	c.AssertBooks(t)

	placed := c.Place(t, "12346", erptest.Line("22423", 10))
	shipped := c.Ship(t, placed.Order)
	back := c.TakeBack(t, "12346", shipped.Delivery, 1, 4)
	assert.Equal(t, "51.00 GBP", back.Unbilled.String(), "came back before its invoice")
	c.AssertBooks(t)
	assert.Equal(t, "91.80 GBP", c.Bill(t, placed.Order).Gross.String(), "6 × 12.75 and 20 %")
	c.AssertBooks(t)
}

// Whatever is done in whatever order, done or refused, the books stay right.
func TestBooksStayRightWhateverIsDone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := erptest.New(t, erptest.WithGrade("12346", "gold"))
		customers, products := []string{"12346", "12347", "12348"}, []string{"85123A", "22423", "84879", "21212", "POST"}
		type sold struct {
			customer string
			order    sales.OrderID
			delivery delivery.ID
		}
		var orders []sold
		pick := func() *sold {
			if len(orders) == 0 {
				rt.Skip("nothing was sold yet")
			}
			return &orders[rapid.IntRange(0, len(orders)-1).Draw(rt, "order")]
		}
		var payments []payment.ID
		var notes []billing.InvoiceID
		paid := func() payment.ID {
			if len(payments) == 0 {
				rt.Skip("nothing was paid yet")
			}
			return payments[rapid.IntRange(0, len(payments)-1).Draw(rt, "payment")]
		}
		allow := func(err error) {
			var refused *tandem.RefusedError
			if err != nil && !errors.As(err, &refused) && !errors.Is(err, tandem.ErrInsufficient) {
				rt.Fatal(err)
			}
		}
		ctx := t.Context()
		rt.Repeat(map[string]func(*rapid.T){
			"place": func(rt *rapid.T) {
				customer := rapid.SampledFrom(customers).Draw(rt, "customer")
				var lines []ordertocash.OrderLine
				for range rapid.IntRange(1, 3).Draw(rt, "lines") {
					lines = append(lines, erptest.Line(rapid.SampledFrom(products).Draw(rt, "product"), rapid.Int64Range(1, 90).Draw(rt, "pieces")))
				}
				placed, err := c.Sales.Place(ctx, ordertocash.PlaceOrder{Header: c.Header(), Customer: erptest.CustomerID(customer), Lines: lines})
				if err != nil {
					rt.Fatal(err)
				}
				orders = append(orders, sold{customer: customer, order: placed.Order})
			},
			"ship": func(rt *rapid.T) {
				o := pick()
				shipped, err := c.Sales.Ship(ctx, ordertocash.ShipOrder{Header: c.Header(), Order: o.order})
				if allow(err); err == nil {
					o.delivery = shipped.Delivery
				}
			},
			"bill": func(rt *rapid.T) {
				draft, err := c.Sales.Invoice(ctx, ordertocash.InvoiceOrder{Header: c.Header(), Order: pick().order})
				if allow(err); err == nil {
					_, err = c.Sales.Post(ctx, ordertocash.PostInvoice{Header: c.Header(), Invoice: draft.Invoice})
					allow(err)
				}
			},
			"pay": func(rt *rapid.T) {
				amount := tandem.MoneyFromMinor(rapid.Int64Range(1, 50_000).Draw(rt, "amount"), tandem.GBP)
				received, err := c.Sales.Receive(ctx, ordertocash.ReceivePayment{Header: c.Header(), Amount: amount, Method: payment.Card, Oldest: true,
					Customer: erptest.CustomerID(rapid.SampledFrom(customers).Draw(rt, "customer"))})
				if allow(err); err == nil {
					payments = append(payments, received.Payment)
				}
			},
			"prepay": func(rt *rapid.T) {
				o := pick()
				received, err := c.Sales.Receive(ctx, ordertocash.ReceivePayment{Header: c.Header(), Method: payment.Card, Advance: true, Order: o.order,
					Customer: erptest.CustomerID(o.customer), Amount: tandem.MoneyFromMinor(rapid.Int64Range(1, 50_000).Draw(rt, "amount"), tandem.GBP)})
				if allow(err); err == nil {
					payments = append(payments, received.Payment)
				}
			},
			"unallocate": func(rt *rapid.T) {
				_, err := c.Sales.Unallocate(ctx, ordertocash.UnallocatePayment{Header: c.Header(), Payment: paid(), Reason: "test"})
				allow(err)
			},
			"refund": func(rt *rapid.T) {
				refunded, err := c.Sales.Refund(ctx, ordertocash.RefundCustomer{Header: c.Header(), Payment: paid(), Method: payment.BankTransfer})
				if allow(err); err == nil {
					payments = append(payments, refunded.Refund) // may be unallocated or bounce, as any
				}
			},
			"bounce": func(rt *rapid.T) {
				_, err := c.Sales.ReturnPayment(ctx, ordertocash.ReturnPayment{Header: c.Header(), Payment: paid(), Reason: "test"})
				allow(err)
			},
			"cancel": func(rt *rapid.T) {
				_, err := c.Sales.Cancel(ctx, ordertocash.CancelOrder{Header: c.Header(), Order: pick().order, Reason: "test"})
				allow(err)
			},
			"take back": func(rt *rapid.T) {
				o := pick()
				if o.delivery.IsZero() {
					rt.Skip("nothing was shipped")
				}
				credited, err := c.Sales.Return(ctx, ordertocash.ReturnGoods{Header: c.Header(), Customer: erptest.CustomerID(o.customer), Reason: "test",
					Lines: []ordertocash.ReturnedLine{{Delivery: o.delivery, Line: 1, Quantity: erptest.Pieces(t, rapid.Int64Range(1, 20).Draw(rt, "pieces")),
						Scrap: rapid.Bool().Draw(rt, "scrap")}}})
				if allow(err); err == nil && !credited.CreditNote.IsZero() {
					notes = append(notes, credited.CreditNote)
				}
			},
			"refund a credit note": func(rt *rapid.T) {
				if len(notes) == 0 {
					rt.Skip("nothing was credited yet")
				}
				note := notes[rapid.IntRange(0, len(notes)-1).Draw(rt, "note")]
				_, err := c.Sales.Refund(ctx, ordertocash.RefundCustomer{Header: c.Header(), CreditNote: note, Method: payment.BankTransfer})
				allow(err)
			},
			"buy": func(rt *rapid.T) {
				c.Buy(t, rapid.SampledFrom(products[:4]).Draw(rt, "product"), rapid.Int64Range(1, 100).Draw(rt, "pieces"), "123.45")
			},
			"wait": func(rt *rapid.T) {
				c.Clock.Advance(time.Duration(rapid.IntRange(1, 72).Draw(rt, "hours")) * time.Hour)
			},
			"": func(rt *rapid.T) {
				err := c.Store.View(ctx, func(ctx context.Context, b erptest.Bundle) error { return erptest.Audit(ctx, b, c.Books) })
				if err != nil {
					rt.Fatal(err)
				}
			},
		})
	})
}
