package delivery

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/internal/document"
)

// Expectation is what of a delivery line is expected to come back (IFRS 15.B20–B27):
// a part of its net that is no revenue, and of its issue value that is no cost yet.
// The quantity may be a fraction: it is an estimate over many sales.
type Expectation struct {
	Line     int             `json:"line"`
	Quantity tandem.Quantity `json:"quantity"` // in the base unit of the line
	Net      tandem.Money    `json:"net"`
	Cost     tandem.Money    `json:"cost"` // none for a service
}

// Expected gives what is still expected to come back.
func (d *Delivery) Expected() []Expectation { return slices.Clone(d.s.Expected) }

// HasExpected reports whether anything is expected to come back.
func (d *Delivery) HasExpected() bool { return len(d.s.Expected) > 0 }

// Expect says what of a new delivery is expected to come back, and gives its parts
// of nets and issue values. Refused: a delivery of which something is invoiced, came back or
// is expected already (`not_new`), more than is delivered (`over_return`).
func (d *Delivery) Expect(lines []sales.LineQuantity) ([]Expectation, error) {
	if len(d.s.Expected) > 0 || slices.ContainsFunc(d.s.Lines, func(l Line) bool { return l.Returned.Sign() > 0 }) {
		return nil, d.refuse(cmdExpect, "not_new", "something came back or is expected already")
	}
	if err := d.room(cmdExpect, lines, (*Line).unreturned, "over_return", "more than is delivered"); err != nil {
		return nil, err
	}
	for i, ask := range lines {
		if slices.ContainsFunc(lines[:i], func(l sales.LineQuantity) bool { return l.Line == ask.Line }) {
			return nil, fault("delivery", "duplicate", tandem.Path("lines", i)+".line", "the line is named twice")
		}
	}
	out := make([]Expectation, len(lines))
	for i, ask := range lines {
		whole := d.s.Lines[ask.Line-1]
		net, cost, err := whole.giveBack(ask.Quantity.Micro()) // of a copy
		if err != nil {
			return nil, err
		}
		out[i] = Expectation{Line: ask.Line, Quantity: ask.Quantity, Net: net, Cost: cost}
	}
	d.s.Expected = slices.Clone(out)
	return out, nil
}

// meet takes what comes back of a line out of what is expected, and gives its part
// of what was provided for.
func (d *Delivery) meet(line int, micro int64) (net, cost tandem.Money, err error) {
	i := slices.IndexFunc(d.s.Expected, func(e Expectation) bool { return e.Line == line })
	if i < 0 {
		return net, cost, nil
	}
	e := &d.s.Expected[i]
	micro = min(micro, e.Quantity.Micro())
	rest := e.Quantity.Micro() - micro
	if net, err = tandem.Part(e.Net, micro, rest); err != nil {
		return net, cost, err
	}
	if e.Cost.Currency() != 0 {
		if cost, err = tandem.Part(e.Cost, micro, rest); err != nil {
			return net, cost, err
		}
	}
	if rest == 0 {
		if d.s.Expected = slices.Delete(d.s.Expected, i, i+1); len(d.s.Expected) == 0 {
			d.s.Expected = nil
		}
		return net, cost, nil
	}
	e.Quantity, e.Net = document.AddQuantity(e.Quantity, -micro), document.AddMoney(e.Net, -net.Minor())
	if e.Cost.Currency() != 0 {
		e.Cost = document.AddMoney(e.Cost, -cost.Minor())
	}
	return net, cost, nil
}

// ReleaseExpected ends the expectation, once the time to send goods back has run
// out, and gives what did not come. Refused: nothing is expected (`nothing_expected`).
func (d *Delivery) ReleaseExpected() ([]Expectation, error) {
	if err := d.allow(cmdReleaseExpected); err != nil {
		return nil, err
	}
	if len(d.s.Expected) == 0 {
		return nil, d.refuse(cmdReleaseExpected, "nothing_expected", "nothing is expected to come back")
	}
	out := slices.Clone(d.s.Expected)
	d.s.Expected = nil
	return out, nil
}

// expectedFits reports whether what is expected lies within what has not come back.
func (s *State) expectedFits() bool {
	for i := range s.Expected {
		e := &s.Expected[i]
		if e.Line < 1 || e.Line > len(s.Lines) || slices.ContainsFunc(s.Expected[:i], func(o Expectation) bool { return o.Line == e.Line }) {
			return false
		}
		l := &s.Lines[e.Line-1]
		if e.Quantity.Unit() != l.Quantity.Unit() || e.Quantity.Sign() <= 0 || e.Quantity.Micro() > l.Quantity.Micro() ||
			e.Net.Currency() != s.Currency || e.Net.Sign() < 0 || e.Net.Minor() > l.Net.Minor() ||
			e.Cost.Currency() != l.Cost.Currency() || e.Cost.Sign() < 0 || e.Cost.Minor() > l.Cost.Minor() {
			return false
		}
	}
	return true
}
