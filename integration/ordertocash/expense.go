package ordertocash

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// WriteExpense records money paid for something that is neither stock nor an
// asset: fees, bank charges, carriage; negative costs are refunds.
type WriteExpense struct {
	work.Header
	Date tandem.Date `json:"date,omitzero"` // default today
	Text string      `json:"text,omitempty"`
	posting.Expense
}

// CommandName is stable.
func (WriteExpense) CommandName() string { return "ordertocash.write_expense" }

// Access is what the authoriser is asked.
func (c WriteExpense) Access() work.Access { return work.Access{Party: c.Payee} }

// AppendJSON writes the business fields.
func (c WriteExpense) AppendJSON(dst []byte) []byte {
	c.Header = work.Header{}
	return appendCommand(dst, c)
}

// Booked is the result of a command that writes a journal entry of its own.
type Booked struct {
	Entry  ledger.EntryID `json:"entry,omitzero"` // none: there was nothing to book
	Number string         `json:"number,omitempty"`
	Amount tandem.Money   `json:"amount"` // sum of the debits
}

// AppendJSON writes the result.
func (p Booked) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.TextOmit(&o, "entry", p.Entry)
	o.StringOmit("number", p.Number)
	jsonw.Text(&o, "amount", p.Amount)
	return o.Close()
}

func (s *Service[R]) booked(e ledger.Entry) (Booked, error) {
	if e.IsZero() {
		return Booked{Amount: tandem.MoneyFromMinor(0, s.c.Books.Currency)}, nil
	}
	amount, err := e.Debits()
	return Booked{Entry: e.ID, Number: e.Number, Amount: amount}, err
}

// Spend books an expense: Dr expenses, Dr input VAT / Cr bank. Refused: a closed
// period. Input VAT is the host's statement; it is not written into the tax
// register of sales.
func (s *Service[R]) Spend(ctx context.Context, cmd WriteExpense) (Booked, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Booked, error) {
		date, err := s.day(cmd.Date, scope.Now)
		if err != nil {
			return Booked{}, err
		}
		w := s.writing(r, scope, date)
		var entry ledger.Entry
		err = w.write(ctx, tandem.DocumentRef{}, func(h posting.Header) (ledger.Entry, error) {
			h.Text = cmd.Text
			var err error
			entry, err = s.books.Spend(h, cmd.Expense)
			return entry, err
		})
		if err != nil {
			return Booked{}, err
		}
		return s.booked(entry)
	})
}
