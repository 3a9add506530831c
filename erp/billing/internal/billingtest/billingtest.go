// Package billingtest is for the tests of what is invoiced and paid: values by hand,
// and what must hold of every event.
package billingtest

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"testing"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
)

func idOf[K any](_ tandem.ID[K], key string) tandem.ID[K] {
	return tandem.DeriveID[tandem.ID[K]]("test", key)
}

// CompanyID gives the company that sells.
func CompanyID() tandem.CompanyID { return idOf(tandem.CompanyID{}, "company") }

// CustomerID gives the customer.
func CustomerID() tandem.PartyID { return idOf(tandem.PartyID{}, "customer") }

// InvoiceID gives the id of the n-th invoice.
func InvoiceID(n int) billing.InvoiceID {
	return idOf(billing.InvoiceID{}, fmt.Sprint("invoice", n))
}

// PaymentID gives the id of the n-th payment.
func PaymentID(n int) payment.ID {
	return idOf(payment.ID{}, fmt.Sprint("payment", n))
}

// AllocationID gives the id of the n-th allocation.
func AllocationID(n int) billing.AllocationID {
	return idOf(billing.AllocationID{}, fmt.Sprint("allocation", n))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Date gives the day that is written so.
func Date(s string) tandem.Date { return must(tandem.ParseDate(s)) }

// At gives noon of a day.
func At(s string) tandem.Instant { return must(tandem.ParseInstant(s + "T12:00:00Z")) }

// GBP gives an amount in pence.
func GBP(minor int64) tandem.Money { return tandem.MoneyFromMinor(minor, tandem.GBP) }

// Each gives n pieces.
func Each(n int64) tandem.Quantity { return must(tandem.QuantityOf(n, tandem.Each)) }

// Price gives the price of a piece in pounds.
func Price(s string) tandem.Price { return must(tandem.ParsePrice(s + " GBP/EA")) }

// Codes gives the codes of all faults, or that of the refusal.
func Codes(err error) (out []string) {
	var invalid *tandem.InvalidError
	var refused *tandem.RefusedError
	switch {
	case errors.As(err, &invalid):
		for _, f := range invalid.Faults {
			out = append(out, f.Code)
		}
	case errors.As(err, &refused):
		out = append(out, refused.Code)
	case err != nil:
		out = append(out, err.Error())
	}
	return out
}

// Net30 gives terms of 30 days.
func Net30() billing.Terms {
	return billing.Terms{Company: CompanyID(), Code: "net30", Instalments: []billing.TermsInstalment{{Kind: billing.Remainder, Days: 30}}}
}

// Prompt gives terms of 30 days, and 2 % off within 10.
func Prompt(policy billing.DiscountPolicy) billing.Terms {
	t := Net30()
	t.Code, t.Discount = "prompt", billing.EarlyDiscount{Rate: tandem.Percent(2), Days: 10, Policy: policy}
	return t
}

// Taxed gives a tax line at the standard rate.
func Taxed(base, tax, basisPoints int64) []tandem.TaxLine {
	return []tandem.TaxLine{{Code: "GB-S", Category: tandem.TaxStandard, Rate: tandem.BasisPoints(basisPoints), Base: GBP(base), Tax: GBP(tax)}}
}

// DraftOf gives the draft of an invoice of one line.
func DraftOf(n int, terms billing.Terms, net int64, taxes []tandem.TaxLine) billing.InvoiceDraft {
	return billing.InvoiceDraft{
		ID: InvoiceID(n), Company: CompanyID(), Customer: CustomerID(), Currency: tandem.GBP, Terms: terms.Code, Discount: terms.Discount,
		Lines:    []billing.InvoiceLine{{Line: 1, Product: idOf(tandem.ProductID{}, "p"), Quantity: Each(10), Price: Price("1.00"), Net: GBP(net), TaxCode: "GB-S"}},
		TaxLines: taxes,
	}
}

// Post posts an invoice under the n-th number.
func Post(i *billing.Invoice, n int, on string, terms billing.Terms) error {
	return i.Post(billing.PostInvoice{Series: "INV-2011", Number: fmt.Sprintf("INV-2011-%06d", n), Date: Date(on), Terms: terms, At: At(on)})
}

// Posted gives a posted invoice of one line.
func Posted(n int, on string, terms billing.Terms, net int64, taxes []tandem.TaxLine) *billing.Invoice {
	i := must(billing.DraftInvoice(DraftOf(n, terms, net, taxes), At(on)))
	if err := Post(i, n, on, terms); err != nil {
		panic(err)
	}
	return i
}

// Sold gives an invoice of 100.00 + 20 %.
func Sold(n int, on string) *billing.Invoice {
	return Posted(n, on, Net30(), 10000, Taxed(10000, 2000, 2000))
}

// Paid gives a payment in pence.
func Paid(n int, on string, minor int64) *payment.Payment {
	return must(payment.Receive(payment.Input{ID: PaymentID(n), Company: CompanyID(), Number: fmt.Sprint("P-", n), Customer: CustomerID(),
		Date: Date(on), Amount: GBP(minor), Method: payment.BankTransfer}, At(on)))
}

// Apply gives what applies an amount to the first instalment.
func Apply(n int, on string, minor int64) payment.Application {
	return payment.Application{ID: AllocationID(n), Instalment: 1, Amount: GBP(minor), Date: Date(on), At: At(on)}
}

// ApplyCredit gives what applies an amount of a credit note to the first instalment.
func ApplyCredit(n int, on string, minor int64) billing.Application {
	return billing.Application{ID: AllocationID(n), Instalment: 1, Amount: GBP(minor), Date: Date(on), At: At(on)}
}

// CreditDraft gives the draft of a credit note.
func CreditDraft(n int, basis billing.CreditBasis, net, tax, basisPoints int64) billing.InvoiceDraft {
	d := DraftOf(n, billing.Terms{}, net, Taxed(net, tax, basisPoints))
	d.Terms, d.Basis = "", basis
	return d
}

// Credited gives a posted credit note for a net amount, without tax.
func Credited(n int, on string, net int64) *billing.Invoice {
	d := CreditDraft(n, billing.CreditUnreferenced, net, 0, 2000)
	d.Approval = billing.Approval{Actor: "manager", Reason: "goodwill"}
	c := must(billing.DraftCreditNote(d, At(on)))
	if err := c.Post(billing.PostInvoice{Series: "CN-2011", Number: fmt.Sprintf("CN-2011-%06d", n), Date: Date(on), At: At(on)}); err != nil {
		panic(err)
	}
	return c
}

// Sequence gives the values one by one.
func Sequence[T any](values []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range values {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// Events proves of pointers to events that AppendJSON gives what encoding/json
// does, empty and with every field set.
func Events(t *testing.T, events ...tandem.Event) {
	t.Helper()
	for _, e := range events {
		for range 2 { // empty, then filled
			if want := must(json.Marshal(e)); string(want) != string(e.AppendJSON(nil)) {
				t.Errorf("%s: %s, want %s", e.EventName(), e.AppendJSON(nil), want)
			}
			fill(t, reflect.ValueOf(e).Elem())
		}
	}
}

// fill sets every field of v to something that is not zero.
func fill(t *testing.T, v reflect.Value) {
	t.Helper()
	for i := range v.NumField() {
		f := v.Field(i)
		if u, ok := f.Addr().Interface().(encoding.TextUnmarshaler); ok && f.Kind() != reflect.String {
			done := false
			for _, text := range []string{"12.34 GBP", "2011-06-01", "2011-06-01T01:02:03.5Z", "0b2e2f3a-1111-5222-8333-944455556666"} {
				done = done || u.UnmarshalText([]byte(text)) == nil
			}
			if !done {
				t.Fatalf("%s is not filled", v.Type().Field(i).Name)
			}
			continue
		}
		switch f.Kind() {
		case reflect.String:
			f.SetString("a<\"é\n>")
		case reflect.Bool:
			f.SetBool(true)
		default:
			f.SetInt(7)
		}
	}
}
