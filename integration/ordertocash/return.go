package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// ReturnedLine is what a customer sends back of one delivery line.
type ReturnedLine struct {
	Delivery delivery.ID       `json:"delivery"`
	Line     int               `json:"line"`             // of the delivery
	Quantity tandem.Quantity   `json:"quantity"`         // in the product's base unit
	Invoice  billing.InvoiceID `json:"invoice,omitzero"` // default: looked for among those of the order, which a joined unit of work that has written invoices cannot
	Scrap    bool              `json:"scrap,omitempty"`  // of [ReturnGoods]: it is thrown away instead of restocked
	Reason   string            `json:"reason,omitempty"`
}

func (l *ReturnedLine) appendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "delivery", l.Delivery)
	o.Int("line", int64(l.Line))
	jsonw.Text(&o, "quantity", l.Quantity)
	jsonw.TextOmit(&o, "invoice", l.Invoice)
	o.BoolOmit("scrap", l.Scrap)
	o.StringOmit("reason", l.Reason)
	return o.Close()
}

// appendLines writes a list of lines, null for none.
func appendLines[T any](o *jsonw.Writer, key string, lines []T, line func(*T, []byte) []byte) {
	if lines == nil {
		o.Null(key)
		return
	}
	o.BeginArray(key)
	for i := range lines {
		o.Item().Append(func(dst []byte) []byte { return line(&lines[i], dst) })
	}
	o.EndArray()
}

// AuthoriseReturn allows a customer to send goods back.
type AuthoriseReturn struct {
	work.Header
	Return   returns.ID     `json:"return,omitzero"` // default: a new id
	Customer tandem.PartyID `json:"customer"`
	Date     tandem.Date    `json:"date,omitzero"` // default today
	Reason   string         `json:"reason,omitempty"`
	Lines    []ReturnedLine `json:"lines"`
}

// CommandName is stable.
func (AuthoriseReturn) CommandName() string { return "ordertocash.authorise_return" }

// Access is what the authoriser is asked.
func (c AuthoriseReturn) Access() work.Access { return work.Access{Party: c.Customer} }

// AppendJSON writes the business fields.
func (c AuthoriseReturn) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.TextOmit(&o, "return", c.Return)
	jsonw.Text(&o, "customer", c.Customer)
	jsonw.TextOmit(&o, "date", c.Date)
	o.StringOmit("reason", c.Reason)
	appendLines(&o, "lines", c.Lines, (*ReturnedLine).appendJSON)
	return o.Close()
}

func (c AuthoriseReturn) reads(n *reads) { n.returned(c.Lines) }

// returned adds what goods that a customer sends back come from.
func (n *reads) returned(lines []ReturnedLine) {
	for i := range lines {
		n.delivery(lines[i].Delivery)
	}
}

// Returned is the result of a step of a return.
type Returned struct {
	Return returns.ID     `json:"return"`
	Number string         `json:"number"`
	Status returns.Status `json:"status"`
	Net    tandem.Money   `json:"net"`   // original revenue of what came back
	Value  tandem.Money   `json:"value"` // issue value of what came back and is not scrapped
}

// AppendJSON writes the result.
func (p Returned) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "return", p.Return)
	o.String("number", p.Number)
	o.String("status", string(p.Status))
	jsonw.Text(&o, "net", p.Net)
	jsonw.Text(&o, "value", p.Value)
	return o.Close()
}

func (t *returning[R]) result() (Returned, error) {
	out := Returned{Return: t.ret.ID(), Number: t.ret.Ref().Number, Status: t.ret.Status(), Net: t.zero(), Value: t.zero()}
	var errs [2]error
	for i := range t.ret.NumLines() {
		l := t.ret.LineAt(i)
		out.Net, errs[0] = out.Net.Add(l.Net)
		if l.Value.Currency() != 0 {
			kept := tandem.MoneyFromMinor(l.Value.Minor()-l.ScrapValue.Minor(), l.Value.Currency())
			out.Value, errs[1] = out.Value.Add(kept)
		}
		if err := errors.Join(errs[:]...); err != nil {
			return out, err
		}
	}
	return out, nil
}

// AuthoriseReturn authorises a return. Refused: another customer's delivery, more
// than was delivered and has not come back.
func (s *Service[R]) AuthoriseReturn(ctx context.Context, cmd AuthoriseReturn) (Returned, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Returned, error) {
		t, err := s.returning(ctx, r, scope, cmd.Date, returns.ID{})
		if err != nil {
			return Returned{}, err
		}
		if err := t.authorise(ctx, s.returnInput(scope, cmd.Return, cmd.Customer, t.w.date, cmd.Reason), cmd.Lines, func() (string, error) {
			behind := s.reads(r)
			return s.number(ctx, r, seriesReturn, &behind)
		}); err != nil {
			return Returned{}, err
		}
		t.deliveries = nil // only read
		out, err := t.result()
		return out, errors.Join(err, t.save(ctx))
	})
}

func (s *Service[R]) returnInput(scope *work.Scope, id returns.ID, customer tandem.PartyID, date tandem.Date, reason string) returns.Input {
	if id.IsZero() {
		id = tandem.IDFromBytes[returns.ID](scope.NewUUID())
	}
	return returns.Input{ID: id, Company: s.company(), Customer: customer, Date: date, Currency: s.c.Books.Currency, Reason: reason}
}

// ReceiveReturn takes back goods of an authorised return, all of it or what it
// names; more parcels may follow until they are inspected.
type ReceiveReturn struct {
	work.Header
	Return returns.ID     `json:"return"`
	Date   tandem.Date    `json:"date,omitzero"` // default today
	Lines  []LineQuantity `json:"lines"`         // of the return; none: all that is authorised
}

// CommandName is stable.
func (ReceiveReturn) CommandName() string { return "ordertocash.receive_return" }

// Access is what the authoriser is asked.
func (c ReceiveReturn) Access() work.Access { return returnAccess(c.Return) }

func (c ReceiveReturn) reads(n *reads) { n.ret(c.Return) }

func returnAccess(id returns.ID) work.Access {
	return work.Access{Resource: tandem.RefTo(returns.Kind, id, "")}
}

// AppendJSON writes the business fields.
func (c ReceiveReturn) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "return", c.Return)
	jsonw.TextOmit(&o, "date", c.Date)
	appendLineQuantities(&o, c.Lines)
	return o.Close()
}

// ReceiveReturn receives goods: they go from the customer to where returned goods
// wait, at their original issue value, and what will be credited for them becomes
// a refund liability (IFRS 15.55). Refused: more than is authorised, or than was
// delivered and has not come back.
func (s *Service[R]) ReceiveReturn(ctx context.Context, cmd ReceiveReturn) (Returned, error) {
	return s.returnStep(ctx, cmd, cmd.Return, cmd.Date, func(ctx context.Context, t *returning[R]) error {
		return t.receive(ctx, t.ask(cmd.Lines))
	})
}

// ask gives what is received: the lines named, or all that is authorised.
func (t *returning[R]) ask(named []LineQuantity) []sales.LineQuantity {
	var out []sales.LineQuantity
	for _, l := range named {
		out = append(out, sales.LineQuantity{Line: l.Line, Quantity: l.Quantity})
	}
	for i := 0; i < t.ret.NumLines() && len(named) == 0; i++ {
		l := t.ret.LineAt(i)
		if left := l.Quantity.Micro() - l.Received.Micro(); left > 0 {
			out = append(out, sales.LineQuantity{Line: l.Line, Quantity: tandem.QuantityFromMicro(left, l.Quantity.Unit())})
		}
	}
	return out
}

func (s *Service[R]) returnStep(ctx context.Context, cmd command, id returns.ID, date tandem.Date,
	step func(context.Context, *returning[R]) error) (Returned, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Returned, error) {
		t, err := s.returning(ctx, r, scope, date, id)
		if err != nil {
			return Returned{}, err
		}
		if err := step(ctx, t); err != nil {
			return Returned{}, err
		}
		out, err := t.result()
		return out, errors.Join(err, t.save(ctx))
	})
}

// Verdict says what becomes of what was received of a line of a return: restocked
// and scrapped sum to it.
type Verdict struct {
	Line    int             `json:"line"`
	Restock tandem.Quantity `json:"restock"`
	Scrap   tandem.Quantity `json:"scrap"`
	Remedy  returns.Remedy  `json:"remedy"`
}

func (v *Verdict) appendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.Int("line", int64(v.Line))
	jsonw.Text(&o, "restock", v.Restock)
	jsonw.Text(&o, "scrap", v.Scrap)
	o.String("remedy", string(v.Remedy))
	return o.Close()
}

// InspectReturn judges what came back.
type InspectReturn struct {
	work.Header
	Return returns.ID  `json:"return"`
	Date   tandem.Date `json:"date,omitzero"` // default today
	Lines  []Verdict   `json:"lines"`         // each line of which something was received, once
}

// CommandName is stable.
func (InspectReturn) CommandName() string { return "ordertocash.inspect_return" }

// Access is what the authoriser is asked.
func (c InspectReturn) Access() work.Access { return returnAccess(c.Return) }

// AppendJSON writes the business fields.
func (c InspectReturn) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "return", c.Return)
	jsonw.TextOmit(&o, "date", c.Date)
	appendLines(&o, "lines", c.Lines, (*Verdict).appendJSON)
	return o.Close()
}

func (c InspectReturn) reads(n *reads) { n.ret(c.Return) }

// InspectReturn judges the goods: restocked ones go to the shelf, scrapped ones
// are written off at their original issue value. A remedy other than credit ends
// the refund liability.
func (s *Service[R]) InspectReturn(ctx context.Context, cmd InspectReturn) (Returned, error) {
	return s.returnStep(ctx, cmd, cmd.Return, cmd.Date, func(ctx context.Context, t *returning[R]) error {
		verdicts := make([]returns.Inspection, len(cmd.Lines))
		for i, v := range cmd.Lines {
			verdicts[i] = returns.Inspection{Line: v.Line, Restock: v.Restock, Scrap: v.Scrap, Remedy: v.Remedy}
		}
		return t.inspect(ctx, verdicts)
	})
}

// CancelReturn ends an authorised return of which nothing came.
type CancelReturn struct {
	work.Header
	Return returns.ID `json:"return"`
	Reason string     `json:"reason"`
}

// CommandName is stable.
func (CancelReturn) CommandName() string { return "ordertocash.cancel_return" }

// Access is what the authoriser is asked.
func (c CancelReturn) Access() work.Access { return returnAccess(c.Return) }

// AppendJSON writes the business fields.
func (c CancelReturn) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "return", c.Return)
	o.String("reason", c.Reason)
	return o.Close()
}

func (c CancelReturn) reads(n *reads) { n.ret(c.Return) }

// CancelReturn cancels an authorised return. Refused once something was received.
func (s *Service[R]) CancelReturn(ctx context.Context, cmd CancelReturn) (Returned, error) {
	return s.returnStep(ctx, cmd, cmd.Return, tandem.Date{}, func(_ context.Context, t *returning[R]) error {
		return t.ret.Cancel(cmd.Reason, t.w.scope.Now)
	})
}
