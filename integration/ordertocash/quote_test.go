package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

func (w *shop) quote(who string, until string, wants ...want) ordertocash.Quoted {
	w.t.Helper()
	out, err := w.service.Quote(w.ctx, ordertocash.QuoteOrder{Header: w.header(), Customer: customer(who), ValidUntil: w.date(until), Lines: lines(wants...)})
	require.NoError(w.t, err)
	w.check()
	return out
}

// Ann is asked for 10.00, becomes Gold (−5 %), and the list rises to 12.00: what
// was sent to her stays 10.00; a new quote has the new grade and list.
func TestAGradeChangeNeverRepricesASentQuote(t *testing.T) {
	w := newShop(t)
	sent := w.quote("ann", "2011-06-30", want{"mug", 2}, want{"carriage", 1})
	require.Equal(t, money(2400), sent.Net)
	require.Equal(t, quotation.StatusSent, sent.Status)
	w.grades[customer("ann")] = "gold"
	dearer := w.config
	dearer.Prices = ordertocash.FixedPrices(pricingtest.New().Price("mug", "12.00").Price("carriage", "4.00").Grade("gold", "0.05").Snapshot(t))
	var err error
	w.service, err = ordertocash.New(w.store, dearer)
	require.NoError(t, err)
	require.Equal(t, money(2*1140+380), w.quote("ann", "2011-06-30", want{"mug", 2}, want{"carriage", 1}).Net)
	w.day("2011-06-30")
	out, err := w.service.AcceptQuote(w.ctx, ordertocash.AcceptQuote{Header: w.header(), Quotation: sent.Quotation, Reference: "PO 7"})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(2400), out.Net)
	require.Equal(t, pieces(2), out.Lines[0].Reserved)
	o := w.orderState(out.Order)
	require.Equal(t, "PO 7", o.Reference)
	require.Equal(t, quotation.Kind, o.Quotation.Kind)
	require.Empty(t, o.Grade, "of the day on which it was quoted")
	require.Equal(t, tandem.Country("GB"), o.ShipTo.Country)
	w.refused("status", func() error {
		_, err := w.service.AcceptQuote(w.ctx, ordertocash.AcceptQuote{Header: w.header(), Quotation: sent.Quotation})
		return err
	})
	w.ship(out.Order)
	require.Equal(t, money(2880), w.invoice(out.Order).Gross)
}

func TestQuotesEnd(t *testing.T) {
	w := newShop(t)
	first, second, third := w.quote("ann", "2011-06-10", want{"mug", 1}), w.quote("ben", "2011-06-11", want{"mug", 1}), w.quote("cat", "2011-07-01", want{"mug", 1})
	w.day("2011-06-11")
	w.refused("expired", func() error {
		_, err := w.service.AcceptQuote(w.ctx, ordertocash.AcceptQuote{Header: w.header(), Quotation: first.Quotation})
		return err
	})
	w.refused("expired", func() error { // an earlier date revives no offer
		_, err := w.service.AcceptQuote(w.ctx, ordertocash.AcceptQuote{Header: w.header(), Quotation: first.Quotation, Date: w.date("2011-06-09")})
		return err
	})
	out, err := w.service.ExpireQuotes(w.ctx, ordertocash.ExpireQuotes{Header: w.header()})
	require.NoError(t, err)
	require.Equal(t, ordertocash.Expired{Quotations: 1}, out)
	w.refused("status", func() error {
		_, err := w.service.DeclineQuote(w.ctx, ordertocash.DeclineQuote{Header: w.header(), Quotation: first.Quotation, Reason: "dear"})
		return err
	})
	declined, err := w.service.DeclineQuote(w.ctx, ordertocash.DeclineQuote{Header: w.header(), Quotation: second.Quotation, Reason: "too dear"})
	require.NoError(t, err)
	require.Equal(t, quotation.StatusDeclined, declined.Status)
	w.fails(tandem.ErrInvalid, func() error {
		_, err := w.service.DeclineQuote(w.ctx, ordertocash.DeclineQuote{Header: w.header(), Quotation: third.Quotation})
		return err
	})
	w.fails(tandem.ErrInvalid, func() error {
		_, err := w.service.Quote(w.ctx, ordertocash.QuoteOrder{Header: w.header(), Customer: customer("ann"), ValidUntil: w.date("2011-06-01"), Lines: lines(want{"mug", 1})})
		return err
	})
	w.view(func(b *store.Bundle) {
		q, err := b.SalesQuotations().Get(w.ctx, company, third.Quotation)
		require.NoError(t, err)
		require.True(t, q.Locked(w.date("2011-07-01")))
	})
}

func TestAcceptedQuoteIsCheckedForCredit(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) {
		c.Credit = ordertocash.CreditTerms{Limit: money(1000), Policy: credit.Block}
	})
	q := w.quote("ann", "2011-06-10", want{"mug", 1})
	w.fails(tandem.ErrInsufficient, func() error {
		_, err := w.service.AcceptQuote(w.ctx, ordertocash.AcceptQuote{Header: w.header(), Quotation: q.Quotation})
		return err
	})
}
