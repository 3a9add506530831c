package posting

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
)

// Payment is money that came from a customer.
type Payment struct {
	Customer tandem.PartyID     `json:"customer"`
	Amount   tandem.Money       `json:"amount"`
	Bank     ledger.AccountCode `json:"bank,omitempty"`    // default the chart's bank account
	Advance  bool               `json:"advance,omitempty"` // received before anything is owed
	Tax      tandem.Money       `json:"tax"`               // of an advance that is a tax point: output VAT, included in the amount
	Exchange Exchange           `json:"exchange,omitzero"`
}

// Pay books a payment: Dr bank / Cr receivables. All of it stands on the
// receivables: what is paid too much (rounded up) is the customer's unapplied
// credit there. An advance is credited to customer advances instead (IFRS 15.106),
// gross, since all of it is paid back if nothing is delivered; VAT that is due on it
// is booked beside it, Dr VAT on advances / Cr output VAT, so that both together are
// the contract liability without VAT (IFRS 15.47), and the account of advances stays
// what the payments say.
func (b *Books) Pay(h Header, p Payment) (ledger.Entry, error) {
	d := b.draft(4)
	bank, to := b.c.Chart.Bank, b.c.Chart.Receivables
	if p.Bank != "" {
		bank = p.Bank
	}
	if p.Advance {
		to = b.c.Chart.CustomerAdvances
	}
	d.debit(bank, p.Amount)
	d.creditParty(to, p.Amount, p.Customer)
	d.advanceTax(p.Tax, p.Customer)
	d.exchange(p.Exchange, 0)
	return d.entry(h)
}

// Refund books what is paid back to a customer, of a payment or of a credit note: Dr
// receivables / Cr bank; of an advance Dr customer advances / Cr bank, and its VAT is
// taken back: Dr output VAT / Cr VAT on advances (VAT Act 1994 s.6(4): to the extent
// that nothing is received, nothing is supplied). Negative amounts undo one.
func (b *Books) Refund(h Header, p Payment) (ledger.Entry, error) {
	p.Amount, p.Tax = p.Amount.Neg(), p.Tax.Neg()
	return b.Pay(h, p)
}

// advanceTax books the VAT that is due on an advance; a negative amount takes it
// back.
func (d *draft) advanceTax(tax tandem.Money, customer tandem.PartyID) {
	if tax.IsZero() {
		return
	}
	account := d.b.c.Chart.AdvanceTax
	if account == "" {
		d.keep(tandem.Money{}, &tandem.InvalidError{Subject: "chart", Faults: []tandem.Fault{{Code: "account_code", Path: "advance_tax",
			Message: "VAT is due on an advance, and there is no account for it"}}})
	}
	d.debitParty(account, tax, customer)
	d.credit(d.b.c.Chart.OutputTax, tax)
}

// ApplyAdvance books the application of an advance to an invoice: Dr customer
// advances / Cr receivables; the VAT that was due on it is in that of the invoice,
// and is taken back: Dr output VAT / Cr VAT on advances. Negative amounts undo one.
func (b *Books) ApplyAdvance(h Header, customer tandem.PartyID, amount, tax tandem.Money, x Exchange) (ledger.Entry, error) {
	d := b.draft(4)
	d.debitParty(b.c.Chart.CustomerAdvances, amount, customer)
	d.creditParty(b.c.Chart.Receivables, amount, customer)
	d.advanceTax(tax.Neg(), customer)
	d.exchange(x, 0)
	return d.entry(h)
}

// EarlyDiscount is a discount that a customer took by paying in time.
type EarlyDiscount struct {
	Customer tandem.PartyID `json:"customer"`
	Net      tandem.Money   `json:"net"`
	Tax      tandem.Money   `json:"tax"` // by which the VAT falls, under adjust_on_payment
	Exchange Exchange       `json:"exchange,omitzero"`
}

// Discount books an early discount: Dr early discount, Dr VAT / Cr receivables.
// Negative amounts undo one, with the allocation that it belongs to.
func (b *Books) Discount(h Header, e EarlyDiscount) (ledger.Entry, error) {
	d, gross := b.draft(3), b.total(e.Exchange)
	gross.add(e.Net)
	gross.add(e.Tax)
	d.debit(b.c.Chart.EarlyDiscount, e.Net)
	d.debit(b.c.Chart.OutputTax, e.Tax)
	d.creditParty(b.c.Chart.Receivables, gross.money(d), e.Customer)
	d.exchange(e.Exchange, 0)
	return d.entry(h)
}

// Cost is one line of an expense.
type Cost struct {
	Account    ledger.AccountCode `json:"account,omitempty"` // default the chart's account of expenses
	Net        tandem.Money       `json:"net"`               // negative for a refund
	Dimensions tandem.Dimensions  `json:"dimensions,omitempty"`
}

// Expense is money paid for something that is neither stock nor an asset: fees,
// bank charges, carriage.
type Expense struct {
	Payee    tandem.PartyID     `json:"payee,omitzero"`
	Costs    []Cost             `json:"costs"`
	Tax      tandem.Money       `json:"tax"`            // input VAT
	Bank     ledger.AccountCode `json:"bank,omitempty"` // default the chart's bank account
	Exchange Exchange           `json:"exchange,omitzero"`
}

// Spend books an expense: Dr expenses, Dr input VAT / Cr bank.
func (b *Books) Spend(h Header, e Expense) (ledger.Entry, error) {
	d, gross := b.draft(len(e.Costs)+2), b.total(e.Exchange)
	for _, c := range e.Costs {
		account := c.Account
		if account == "" {
			account = b.c.Chart.Expenses
		}
		gross.add(c.Net)
		d.add(ledger.Line{Account: account, Amount: c.Net, Party: e.Payee, Dimensions: c.Dimensions})
	}
	gross.add(e.Tax)
	d.debit(b.c.Chart.InputTax, e.Tax)
	bank := b.c.Chart.Bank
	if e.Bank != "" {
		bank = e.Bank
	}
	d.credit(bank, gross.money(d))
	d.exchange(e.Exchange, 0)
	return d.entry(h)
}
