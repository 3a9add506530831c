package warehouse

import (
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/work"
)

// command is a command of the process: what it says is checked, all faults at
// once, before anything is authorised or read.
type command interface {
	work.Command
	check(f faults) faults
}

// sound gives every fault of a command, its header's first.
func (s *Service[R]) sound(cmd command) error {
	f := faults{currency: s.c.Books.Currency, warehouse: s.c.Places.Warehouse}
	f.Nested("", work.CheckHeader(cmd.CommandHeader()))
	if f = cmd.check(f); f.OK() {
		return nil
	}
	_, name, _ := strings.Cut(cmd.CommandName(), ".")
	return f.Err(strings.ReplaceAll(name, "_", " "))
}

// faults collects what is wrong with a command. Paths are made for faults alone: a
// sound command costs no memory.
type faults struct {
	tandem.Check
	currency  tandem.Currency   // of the company
	warehouse tandem.LocationID // where a command names no place
}

func at(list string, i int, field string) string { return tandem.Path(list, i) + "." + field }

func (f *faults) given(ok bool, path string) { f.Require(ok, "required", path, "must be given") }

// some asks for 1 to 2,000 lines, and tells whether to look at them.
func (f *faults) some(n int) bool {
	return f.Require(n > 0 && n <= tandem.MaxLines, "lines", "lines", "must have 1 to 2,000 lines")
}

func (f *faults) product(id tandem.ProductID, list string, i int) {
	if id.IsZero() {
		f.Add("required", at(list, i, "product"), "must be given")
	}
}

// positive asks for a quantity above nought with its unit.
func (f *faults) positive(q tandem.Quantity, i int) {
	switch {
	case q.IsNone():
		f.Add("required", at("lines", i, "quantity"), "must be given, with its unit")
	case q.Sign() <= 0:
		f.Add("quantity", at("lines", i, "quantity"), "is "+q.String()+", and must be above 0")
	case q.Micro()/1_000_000 > tandem.MaxUnits:
		f.Add("too_much", at("lines", i, "quantity"), "is "+q.String()+", and must be at most 1,000,000,000")
	}
}

// value asks for an amount from nought in the company's currency.
func (f *faults) value(m tandem.Money, required bool, list string, i int) {
	switch {
	case m.IsNone() && !required:
	case m.IsNone():
		f.Add("required", at(list, i, "value"), "must be given, in "+f.currency.String())
	case m.Currency() != f.currency:
		f.Add("currency", at(list, i, "value"), "is in "+m.Currency().String()+", and must be in "+f.currency.String()+", the company's currency")
	case m.Sign() < 0:
		f.Add("value", at(list, i, "value"), "is "+m.String()+", and must not be below 0")
	case m.Minor() > tandem.MaxMinorUnits:
		f.Add("too_much", at(list, i, "value"), "is "+m.String()+", which is more than one document may have")
	}
}

func (c Receive) check(f faults) faults {
	f.given(!c.Supplier.IsZero(), "supplier")
	f.Require(len(c.Reference) <= tandem.MaxName, "too_long", "reference", "too long")
	f.receiptLines(c.Lines)
	return f
}

func (c Open) check(f faults) faults {
	f.receiptLines(c.Lines)
	return f
}

func (f *faults) receiptLines(lines []ReceiptLine) {
	if !f.some(len(lines)) {
		return
	}
	for i := range lines {
		l := &lines[i]
		f.product(l.Product, "lines", i)
		f.positive(l.Quantity, i)
		f.value(l.Value, true, "lines", i)
	}
}

func (c Adjust) check(f faults) faults {
	f.Require(len(c.Text) <= tandem.MaxText, "too_long", "text", "too long")
	if !f.some(len(c.Lines)) {
		return f
	}
	for i := range c.Lines {
		l := &c.Lines[i]
		f.product(l.Product, "lines", i)
		f.adjusted(l, i)
	}
	return f
}

func (f *faults) adjusted(l *AdjustLine, i int) {
	lost := l.Quantity.Sign() < 0
	switch {
	case l.Quantity.IsNone():
		f.Add("required", at("lines", i, "quantity"), "must be given, with its unit")
	case l.Quantity.IsZero():
		f.Add("quantity", at("lines", i, "quantity"), "must not be 0")
	case lost && !l.Value.IsNone():
		f.Add("value", at("lines", i, "value"), "lost goods have the value that the stock gives them")
	default:
		f.value(l.Value, false, "lines", i)
	}
	if len(l.Reason) > tandem.MaxName {
		f.Add("too_long", at("lines", i, "reason"), "too long")
	}
	if !lost && (l.Reason == inventory.ReasonScrap || l.Reason == ReasonGiveAway) {
		f.Add("reason", at("lines", i, "reason"), "goods that are found are neither scrapped nor given away")
	}
}

func (c Transfer) check(f faults) faults {
	from, to := c.From, c.To
	if from.IsZero() {
		from = f.warehouse
	}
	if to.IsZero() {
		to = f.warehouse
	}
	f.Require(from != to, "same_place", "to", "must be another location")
	if f.some(len(c.Lines)) {
		for i := range c.Lines {
			f.product(c.Lines[i].Product, "lines", i)
			f.positive(c.Lines[i].Quantity, i)
		}
	}
	return f
}

func (c ReserveBackorders) check(f faults) faults {
	f.Require(c.Rule == "" || c.Rule.Valid(), "allocation_rule", "rule", "must be a known rule")
	return f
}

func (c OpenCount) check(f faults) faults {
	f.Require(c.Uncounted == "" || c.Uncounted.Valid(), "uncounted", "uncounted", "unknown policy")
	if f.Require(len(c.Products) <= tandem.MaxLines, "too_many", "products", "at most 2,000 products: count in parts") {
		for i := range c.Products {
			if c.Products[i].IsZero() {
				f.Add("required", tandem.Path("products", i), "must be given")
			} else if slices.Contains(c.Products[:i], c.Products[i]) {
				f.Add("duplicate", tandem.Path("products", i), "is named before")
			}
		}
	}
	return f
}

func (c RecordCount) check(f faults) faults {
	f.given(!c.Count.IsZero(), "count")
	if !f.some(len(c.Lines)) {
		return f
	}
	for i := range c.Lines {
		l := &c.Lines[i]
		f.product(l.Product, "lines", i)
		switch {
		case l.Counted.IsNone():
			f.Add("required", at("lines", i, "counted"), "must be given, with its unit; 0 is a statement, too")
		case l.Counted.Sign() < 0:
			f.Add("quantity", at("lines", i, "counted"), "is "+l.Counted.String()+", and must not be below 0")
		}
	}
	return f
}

func (c PostCount) check(f faults) faults {
	f.given(!c.Count.IsZero(), "count")
	if !f.Require(len(c.Values) <= tandem.MaxLines, "too_many", "values", "at most 2,000 values") {
		return f
	}
	for i := range c.Values {
		f.product(c.Values[i].Product, "values", i)
		f.value(c.Values[i].Value, true, "values", i)
	}
	return f
}

func (c CancelCount) check(f faults) faults {
	f.given(!c.Count.IsZero(), "count")
	return f
}
