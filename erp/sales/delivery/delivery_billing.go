package delivery

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/internal/document"
)

// Invoice books quantities of the delivery's lines as invoiced, and gives the
// amounts for the invoice and for [sales.Order.RecordInvoiced]. The parts of a line sum
// to its net. Refused: more than is not invoiced yet (`over_invoice`).
func (d *Delivery) Invoice(lines []sales.LineQuantity) ([]sales.BilledLine, error) {
	return d.invoice(cmdInvoice, lines, "over_invoice")
}

func (d *Delivery) invoice(command string, lines []sales.LineQuantity, over string) ([]sales.BilledLine, error) {
	err := d.room(command, lines, (*Line).uninvoiced, over, "more than is delivered and not invoiced")
	if err != nil {
		return nil, err
	}
	d.own()
	out := make([]sales.BilledLine, len(lines))
	for i, ask := range lines {
		if out[i], err = d.bill(&d.s.Lines[ask.Line-1], ask.Quantity.Micro()); err != nil {
			return nil, err
		}
	}
	d.s.Status = d.s.derive()
	return out, nil
}

// InvoiceAll is [Delivery.Invoice] of all that is not invoiced yet.
func (d *Delivery) InvoiceAll() ([]sales.BilledLine, error) {
	if err := d.allow(cmdInvoice); err != nil {
		return nil, err
	}
	d.own()
	out := make([]sales.BilledLine, 0, len(d.s.Lines))
	for i := range d.s.Lines {
		if l := &d.s.Lines[i]; l.uninvoiced() > 0 {
			b, err := d.bill(l, l.uninvoiced())
			if err != nil {
				return nil, err
			}
			out = append(out, b)
		}
	}
	d.s.Status = d.s.derive()
	return out, nil
}

func (d *Delivery) bill(l *Line, micro int64) (sales.BilledLine, error) {
	net, err := l.invoice(micro)
	return sales.BilledLine{Line: l.OrderLine, DeliveryLine: l.Line, Product: l.Product,
		Quantity: tandem.QuantityFromMicro(micro, l.Quantity.Unit()), Net: net}, err
}

// Withdrawal is what came back of a delivery line before it was invoiced, and
// will not be. It counts as invoiced: nothing of it is left to bill.
type Withdrawal struct {
	Line     int             `json:"line"`
	Date     tandem.Date     `json:"date"`     // on which it counts
	Quantity tandem.Quantity `json:"quantity"` // in the base unit of the line
	Net      tandem.Money    `json:"net"`      // its part of the line's net
}

// Withdrawn gives what came back before it was invoiced, in the order in which it was
// withdrawn: as of a date, what is dated behind it was still to be invoiced.
func (d *Delivery) Withdrawn() []Withdrawal { return slices.Clone(d.s.Withdrawn) }

// HasWithdrawn reports whether anything came back before it was invoiced.
func (d *Delivery) HasWithdrawn() bool { return len(d.s.Withdrawn) > 0 }

// Withdraw takes goods that came back before their invoice out of what is to be
// invoiced, and gives the amounts for [sales.Order.RecordInvoiced], as [Delivery.Invoice]
// does. Refused: more than is not invoiced yet (`over_withdraw`).
func (d *Delivery) Withdraw(lines []sales.LineQuantity, date tandem.Date) ([]sales.BilledLine, error) {
	if date.IsZero() {
		return nil, fault("delivery", "required", "date", "must be given")
	}
	out, err := d.invoice(cmdWithdraw, lines, "over_withdraw")
	if err != nil {
		return nil, err
	}
	for i := range out {
		d.s.Withdrawn = append(d.s.Withdrawn, Withdrawal{Line: out[i].DeliveryLine, Date: date, Quantity: out[i].Quantity, Net: out[i].Net})
	}
	return out, nil
}

// Uninvoice gives back what a draft invoice took, which will not be posted: parts
// as [Delivery.Invoice] gave them, to be given to [sales.Order.RecordUninvoiced], too.
// Refused: more than is invoiced (`over_uninvoice`), what was withdrawn left
// aside, and amounts that are not those of the quantities (`net`).
func (d *Delivery) Uninvoice(parts []sales.BilledLine) error {
	lines := make([]sales.LineQuantity, len(parts))
	for i, p := range parts {
		lines[i] = sales.LineQuantity{Line: p.DeliveryLine, Quantity: p.Quantity}
	}
	withdrawn := d.s.withdrawn()
	err := d.room(cmdUninvoice, lines, func(l *Line) int64 { return l.Invoiced.Micro() - withdrawn[l.Line-1].micro }, "over_uninvoice",
		"more than is invoiced")
	if err != nil {
		return err
	}
	after := slices.Clone(d.s.Lines) // a refusal changes nothing, and copies keep theirs
	for _, p := range parts {
		l := &after[p.DeliveryLine-1]
		if p.Net.Currency() != d.s.Currency || p.Net.Sign() < 0 || p.Net.Minor() > l.NetInvoiced.Minor()-withdrawn[l.Line-1].net {
			return d.refuse(cmdUninvoice, "net", "the amounts are not those that were invoiced")
		}
		l.Invoiced, l.NetInvoiced = document.AddQuantity(l.Invoiced, -p.Quantity.Micro()), document.AddMoney(l.NetInvoiced, -p.Net.Minor())
	}
	for i := range after {
		if after[i].Invoiced.IsZero() && !after[i].NetInvoiced.IsZero() {
			return d.refuse(cmdUninvoice, "net", "the amounts are not those that were invoiced")
		}
	}
	d.s.Lines = after
	d.s.Status = d.s.derive()
	return nil
}

// taken is a quantity and its amount.
type taken struct{ micro, net int64 }

// withdrawn sums up by line what was withdrawn; a line that is not there is left out.
func (s *State) withdrawn() []taken {
	out := make([]taken, len(s.Lines))
	for i := range s.Withdrawn {
		if w := &s.Withdrawn[i]; w.Line >= 1 && w.Line <= len(out) {
			out[w.Line-1].micro += w.Quantity.Micro()
			out[w.Line-1].net += w.Net.Minor()
		}
	}
	return out
}

// withdrawnFits reports whether what was withdrawn lies within what counts as invoiced.
func (s *State) withdrawnFits() bool {
	for i := range s.Withdrawn {
		w := &s.Withdrawn[i]
		if w.Line < 1 || w.Line > len(s.Lines) || w.Date.IsZero() || w.Net.Currency() != s.Currency || w.Net.Sign() < 0 ||
			w.Quantity.Sign() <= 0 || w.Quantity.Unit() != s.Lines[w.Line-1].Quantity.Unit() ||
			w.Quantity.Micro() > s.Lines[w.Line-1].Quantity.Micro() || w.Net.Minor() > s.Lines[w.Line-1].Net.Minor() {
			return false
		}
	}
	if len(s.Withdrawn) > 0 {
		for i, t := range s.withdrawn() {
			if l := &s.Lines[i]; t.micro > l.Invoiced.Micro() || t.net > l.NetInvoiced.Minor() {
				return false
			}
		}
	}
	return true
}
