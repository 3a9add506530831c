package pricingtest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
)

// List is the id of the default list of every built book; grade lists have the
// code of their grade as id, contracts `contract-` and the customer's key.
const List = "list"

// Product gives the id of a test product by its key.
func Product(key string) tandem.ProductID { return tandem.DeriveID[tandem.ProductID]("product", key) }

// Customer gives the id of a test customer by its key.
func Customer(key string) tandem.PartyID { return tandem.DeriveID[tandem.PartyID]("customer", key) }

// Day is the date that prices in [Order]: 2011-06-01.
func Day() tandem.Date {
	day, _ := tandem.NewDate(2011, time.June, 1) // is in the calendar
	return day
}

// Builder builds a book with one default list, in one currency and unit. Its
// methods change and return it; the first fault sticks.
type Builder struct {
	book     pricing.Book
	currency tandem.Currency
	unit     tandem.Unit
	err      error
}

// New gives a builder of an empty book: version 1, net prices in GBP per piece,
// most specific price, contracts final.
func New() *Builder { return NewIn(tandem.GBP) }

// NewIn gives a builder like that of [New] with prices in a currency; where it is
// none, each price is a fault.
func NewIn(currency tandem.Currency) *Builder {
	b := &Builder{book: pricing.NewBook("test", 1), currency: currency, unit: tandem.Each}
	b.book.Lists = []pricing.List{{ID: List, Source: pricing.SourceDefault}}
	return b
}

// Small gives a small book: four products of a gift wholesaler, two of them with a
// break, gold −5 %, silver −3 %, bronze −1 %, a contract of customer 12347, and
// floors at 75 % of the price before the grade and at cost.
func Small() *Builder { return SmallIn(tandem.GBP) }

// SmallIn gives the book of [Small] in a currency; its amounts have two digits
// behind the point in every currency.
func SmallIn(currency tandem.Currency) *Builder {
	return NewIn(currency).
		Price("85123A", "2.95").Break("85123A", 32, "2.55").
		Price("22423", "12.75").Break("22423", 16, "10.95").
		Price("84879", "1.69").
		Price("21212", "0.55").
		Grade("gold", "0.05").Grade("silver", "0.03").Grade("bronze", "0.01").
		Contract("12347", "84879", "1.45").
		Floor("deep", pricing.FloorBeforeGrade, "0.75").Floor("cost", pricing.FloorCost, "1")
}

func (b *Builder) fail(err error) {
	if err != nil {
		b.err = errors.Join(b.err, err)
	}
}

func (b *Builder) row(list, key string, from int64, price string) *Builder {
	amount, err := tandem.ParsePrice(fmt.Sprintf("%s %s/%s", price, b.currency, b.unit))
	b.fail(err)
	r := pricing.Row{ID: fmt.Sprintf("%s/%s", list, key), List: list, Product: Product(key), Price: amount}
	if from > 0 {
		r.ID = fmt.Sprintf("%s/%d", r.ID, from)
		r.From, err = tandem.QuantityOf(from, b.unit)
		b.fail(err)
	}
	b.book.Rows = append(b.book.Rows, r)
	return b
}

// Price adds the list price of a product, `2.95`. The row's id is `list/key`.
func (b *Builder) Price(product, price string) *Builder { return b.row(List, product, 0, price) }

// Break adds a price from that many pieces on. The row's id is `list/key/from`.
func (b *Builder) Break(product string, from int64, price string) *Builder {
	return b.row(List, product, from, price)
}

// Grade adds a grade, worse than those before, whose list derives from the
// default list at that discount, `0.05` or `5%`.
func (b *Builder) Grade(code, discount string) *Builder {
	rate, err := tandem.ParseRate(discount)
	b.fail(err)
	grade := tandem.GradeCode(code)
	b.book.Grades = append(b.book.Grades, grade)
	b.book.Lists = append(b.book.Lists, pricing.List{ID: code, Source: pricing.SourceGrade,
		Grades: []tandem.GradeCode{grade}, Base: List, Discount: rate})
	return b
}

// GradePrice adds a price of its own to a grade's list; from may be nought.
func (b *Builder) GradePrice(grade, product string, from int64, price string) *Builder {
	return b.row(grade, product, from, price)
}

// Contract adds the contract price of a customer for a product.
func (b *Builder) Contract(customer, product, price string) *Builder {
	id := "contract-" + customer
	for _, l := range b.book.Lists {
		if l.ID == id {
			return b.row(id, product, 0, price)
		}
	}
	b.book.Lists = append(b.book.Lists, pricing.List{ID: id, Source: pricing.SourceContract,
		Customers: []tandem.PartyID{Customer(customer)}})
	return b.row(id, product, 0, price)
}

// Floor adds a floor; the role that approves is `manager`.
func (b *Builder) Floor(id string, basis pricing.FloorBasis, rate string) *Builder {
	parsed, err := tandem.ParseRate(rate)
	b.fail(err)
	b.book.Floors = append(b.book.Floors, pricing.Floor{ID: id, Basis: basis, Rate: parsed, Role: "manager"})
	return b
}

// Edit lets a test change what the builder has no method for.
func (b *Builder) Edit(change func(*pricing.Book)) *Builder {
	change(&b.book)
	return b
}

// Book gives the book, or the first fault.
func (b *Builder) Book() (pricing.Book, error) {
	if b.err != nil {
		return pricing.Book{}, b.err
	}
	return b.book, b.book.Validate()
}

// Compile compiles the book.
func (b *Builder) Compile() (*pricing.Snapshot, error) {
	book, err := b.Book()
	if err != nil {
		return nil, err
	}
	return pricing.Compile(book)
}

// Snapshot compiles the book; a fault ends the test.
func (b *Builder) Snapshot(tb testing.TB) *pricing.Snapshot {
	tb.Helper()
	s, err := b.Compile()
	if err != nil {
		tb.Fatalf("pricingtest: %v", err)
	}
	return s
}

// Line gives a line for that many pieces of a product, without number: [Order]
// gives it one.
func Line(product string, pieces int64) pricing.Line {
	quantity, _ := tandem.QuantityOf(pieces, tandem.Each) // out of range: no quantity, which pricing refuses
	return pricing.Line{Product: Product(product), Quantity: quantity, TaxCode: "GB-S"}
}

// Order gives a request in GBP on [Day] of a customer, without grade.
func Order(customer string, lines ...pricing.Line) pricing.Request {
	return OrderIn(tandem.GBP, customer, lines...)
}

// OrderIn gives a request in a currency on [Day] of a customer, without grade.
func OrderIn(currency tandem.Currency, customer string, lines ...pricing.Line) pricing.Request {
	r := pricing.Request{Customer: Customer(customer), Date: Day(), Currency: currency, Lines: lines}
	for i := range r.Lines {
		r.Lines[i].Line = i + 1
	}
	return r
}
