// Package documenttest is for the tests of the documents of sales: values by
// hand, and what must hold of every document and of every event.
package documenttest

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
)

// T is what is asked of a test; *testing.T and *rapid.T have it.
type T interface {
	Helper()
	Errorf(format string, args ...any)
	FailNow()
	Fatalf(format string, args ...any)
}

func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}

// GBP gives an amount in pence.
func GBP(minor int64) tandem.Money { return tandem.MoneyFromMinor(minor, tandem.GBP) }

// Each gives n pieces.
func Each(n int64) tandem.Quantity { return tandem.QuantityFromMicro(n*1_000_000, tandem.Each) }

// Lines gives the quantity of a line in pieces.
func Lines(line int, n int64) sales.LineQuantity {
	return sales.LineQuantity{Line: line, Quantity: Each(n)}
}

// Date gives the day that is written so.
func Date(s string) tandem.Date { return must(tandem.ParseDate(s)) }

// At gives a minute of 1 June 2011, from 9 o'clock on.
func At(minute int) tandem.Instant {
	return tandem.InstantOf(time.Date(2011, 6, 1, 9, minute, 0, 0, time.UTC))
}

// Company gives the company that sells.
func Company() tandem.CompanyID { return tandem.DeriveID[tandem.CompanyID]("company", "1") }

// Customer gives the customer.
func Customer() tandem.PartyID { return tandem.DeriveID[tandem.PartyID]("customer", "17850") }

// Document gives the reference to a document of a kind.
func Document(kind tandem.DocumentKind) tandem.DocumentRef {
	return tandem.RefTo(kind, tandem.DeriveID[tandem.ID[int]](string(kind), "1"), "")
}

// Item gives n pieces at a price in pence.
func Item(line int, n, price int64) sales.Item {
	p := must(tandem.PriceFromMicro(price*10_000, tandem.GBP, 1, tandem.Each))
	return sales.Item{Line: line, Product: tandem.DeriveID[tandem.ProductID]("product", string(rune('A'+line))), Ordered: Each(n),
		Factor: tandem.IntRatio(1), Quantity: Each(n), Price: p, List: p, PriceRef: tandem.PriceRef{Book: "list", Version: 3, Rule: "r1"},
		Net: GBP(n * price), TaxCode: "GB-S", TaxCategory: tandem.TaxStandard, Promise: Date("2011-06-03")}
}

// Three gives three pieces for 1.00 together: 0.34 each, less a discount of 0.02.
func Three() sales.Item {
	i := Item(1, 3, 34)
	i.Discount, i.Net = GBP(2), GBP(100)
	return i
}

// Order gives a confirmed order of the items.
func Order(t T, items ...sales.Item) *sales.Order {
	t.Helper()
	o, err := sales.NewOrder(OrderInput(items...), At(0))
	if err == nil {
		err = o.Confirm(At(1))
	}
	if err != nil {
		t.Fatalf("order: %v", err)
	}
	return o
}

// OrderInput gives what an order of the items begins with.
func OrderInput(items ...sales.Item) sales.OrderInput {
	return sales.OrderInput{ID: tandem.DeriveID[sales.OrderID]("order", "1"), Company: Company(), Number: "SO-1", Customer: Customer(),
		Reference: "PO 77", Date: Date("2011-06-01"), Currency: tandem.GBP, Grade: "gold", Terms: "net30", Lines: items}
}

// Shipment gives what ships lines of an order, each piece at a cost of 0.10.
func Shipment(key string, lines ...sales.LineQuantity) delivery.Shipment {
	in := delivery.Shipment{ID: tandem.DeriveID[delivery.ID]("delivery", key), Number: "DN-" + key, Date: Date("2011-06-02")}
	for _, l := range lines {
		in.Lines = append(in.Lines, delivery.ShipLine{Line: l.Line, Quantity: l.Quantity, Cost: GBP(l.Quantity.Micro() / 1_000_000 * 10)})
	}
	return in
}

// Ship ships lines of an order.
func Ship(t T, o *sales.Order, key string, lines ...sales.LineQuantity) *delivery.Delivery {
	t.Helper()
	d, err := delivery.Dispatch(o, Shipment(key, lines...), At(2))
	if err != nil {
		t.Fatalf("ship: %v", err)
	}
	return d
}

// Code gives the code of a refusal, or of the first fault.
func Code(err error) string {
	var refused *tandem.RefusedError
	var invalid *tandem.InvalidError
	switch {
	case errors.As(err, &refused):
		return refused.Code
	case errors.As(err, &invalid):
		return "fault " + invalid.Faults[0].Code
	case err != nil:
		return err.Error()
	}
	return ""
}

// Names gives the names of what was recorded.
func Names(r tandem.Recorded) (out []string) {
	for _, e := range r.Events {
		out = append(out, e.EventName())
	}
	return out
}

// RoundTrip proves that State → JSON → State → Restore loses nothing.
func RoundTrip[A any, S any](t T, a A, state func(A) S, restore func(S) (A, error)) A {
	t.Helper()
	want := state(a)
	text, err := json.Marshal(want)
	var read S
	if err == nil {
		err = json.Unmarshal(text, &read)
	}
	if err != nil || !reflect.DeepEqual(want, read) {
		t.Fatalf("%v: wrote %+v, read %+v", err, want, read)
	}
	again, err := restore(read)
	if err != nil || !reflect.DeepEqual(want, state(again)) {
		t.Fatalf("restored: %v, from %+v", err, want)
	}
	return again
}

// Events proves of pointers to events that AppendJSON gives what encoding/json
// does, empty and with every field set, and that their names differ and begin with
// the prefix.
func Events(t T, prefix string, events ...tandem.Event) {
	t.Helper()
	seen := map[string]bool{}
	for _, e := range events {
		for _, full := range []bool{false, true} {
			if full {
				fill(t, reflect.ValueOf(e).Elem())
			}
			if want := must(json.Marshal(e)); string(want) != string(e.AppendJSON(nil)) {
				t.Errorf("%T: %s, want %s", e, e.AppendJSON(nil), want)
			}
		}
		if name := e.EventName(); seen[name] || !strings.HasPrefix(name, prefix) {
			t.Errorf("%T is named %s", e, name)
		}
		seen[e.EventName()] = true
	}
}

// fill sets every field of v to something that is not zero.
func fill(t T, v reflect.Value) {
	t.Helper()
	if u, ok := v.Addr().Interface().(interface{ UnmarshalText([]byte) error }); ok {
		for _, text := range []string{"3 EA", "1.23 GBP", "2011-06-01", "2011-06-01T09:00:00Z", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "added", "credit"} {
			if u.UnmarshalText([]byte(text)) == nil && !v.IsZero() {
				return
			}
		}
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("a<b>\"é\u2028")
	case reflect.Int:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(t, v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	default:
		t.Fatalf("cannot fill %s", v.Type())
	}
	if v.IsZero() {
		t.Fatalf("%s is not filled", v.Type())
	}
}
