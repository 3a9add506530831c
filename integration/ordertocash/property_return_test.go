package ordertocash_test

import (
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
)

// parcel draws what is sent back of a delivery, and whose it is.
func (w *trade) parcel() (who tandem.PartyID, out []ordertocash.ReturnedLine, ok bool) {
	id, ok := one(w, w.deliveries, "delivery")
	if !ok {
		return who, nil, false
	}
	w.view(func(b *store.Bundle) {
		d, err := b.Deliveries().Get(w.ctx, company, id)
		require.NoError(w.r, err)
		who = d.Customer()
		for i := range d.NumLines() {
			if w.n(0, 2, "back") > 0 {
				out = append(out, ordertocash.ReturnedLine{Delivery: id, Line: i + 1, Quantity: pieces(w.n(1, 10, "pieces")), Scrap: w.n(0, 2, "scrap") == 0})
			}
		}
	})
	return who, out, true
}

func (w *trade) doReturn() error {
	who, parcel, ok := w.parcel()
	if !ok {
		return nil
	}
	cmd := ordertocash.ReturnGoods{Header: w.header(), Customer: who, Lines: parcel}
	out, err := w.service.Return(w.ctx, cmd)
	if err == nil && !out.CreditNote.IsZero() {
		w.notes = append(w.notes, out.CreditNote)
	}
	return err
}

func (w *trade) doAuthorise() error {
	who, parcel, ok := w.parcel()
	if !ok {
		return nil
	}
	out, err := w.service.AuthoriseReturn(w.ctx, ordertocash.AuthoriseReturn{Header: w.header(), Customer: who, Lines: parcel})
	if err == nil {
		w.returns = append(w.returns, out.Return)
	}
	return err
}

func (w *trade) doReceive() error {
	ret, ok := one(w, w.returns, "return")
	if !ok {
		return nil
	}
	cmd := ordertocash.ReceiveReturn{Header: w.header(), Return: ret}
	if rapid.Bool().Draw(w.r, "a part") {
		cmd.Lines = []ordertocash.LineQuantity{{Line: 1, Quantity: pieces(w.n(1, 5, "pieces"))}}
	}
	_, err := w.service.ReceiveReturn(w.ctx, cmd)
	return err
}

func (w *trade) doInspect() error {
	ret, ok := one(w, w.returns, "return")
	if !ok {
		return nil
	}
	cmd := ordertocash.InspectReturn{Header: w.header(), Return: ret}
	w.view(func(b *store.Bundle) {
		got, err := b.SalesReturns().Get(w.ctx, company, ret)
		require.NoError(w.r, err)
		for i := range got.NumLines() {
			l := got.LineAt(i)
			if l.Received.Sign() == 0 {
				continue
			}
			scrapped := w.n(0, l.Received.Micro()/1_000_000, "scrap")
			cmd.Lines = append(cmd.Lines, ordertocash.Verdict{Line: l.Line, Scrap: pieces(scrapped), Restock: pieces(l.Received.Micro()/1_000_000 - scrapped),
				Remedy: rapid.SampledFrom(returns.Remedies()).Draw(w.r, "remedy")})
		}
	})
	_, err := w.service.InspectReturn(w.ctx, cmd)
	return err
}

func (w *trade) doCredit() error {
	ret, ok := one(w, w.returns, "return")
	if !ok {
		return nil
	}
	out, err := w.service.CreditReturn(w.ctx, ordertocash.CreditReturn{Header: w.header(), Return: ret})
	if err == nil && !out.CreditNote.IsZero() {
		w.notes = append(w.notes, out.CreditNote)
	}
	return err
}

func (w *trade) doReplace() error {
	ret, ok := one(w, w.returns, "return")
	if !ok {
		return nil
	}
	out, err := w.service.Replace(w.ctx, ordertocash.ReplaceReturn{Header: w.header(), Return: ret})
	if err == nil {
		w.orders = append(w.orders, out.Order)
	}
	return err
}

func (w *trade) doAllow() error {
	cmd := ordertocash.CreditAllowance{Header: w.header(), Customer: w.who(), Approval: w.boss(),
		Lines: []ordertocash.CreditLine{{Net: money(w.n(1, 500, "pence")), TaxCode: "GB-S"}}}
	if invoice, ok := one(w, w.invoices, "invoice"); ok && rapid.Bool().Draw(w.r, "referenced") {
		cmd.Customer, cmd.Lines[0].Invoice = w.invoiceState(invoice).Customer, invoice
	}
	out, err := w.service.CreditAllowance(w.ctx, cmd)
	if err == nil {
		w.notes = append(w.notes, out.CreditNote)
	}
	return err
}
