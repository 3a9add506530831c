package pricingtest

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/condition"
)

// Size says how large a random book is. The zero Size is a small one.
type Size struct {
	Rows       int // in all; 0: 1,000
	Products   int // 0: one for 20 rows
	Categories int // in a tree three deep; 0: one for 500 rows
	Grades     int // 0: 5
	Segments   int // 0: 10
	Customers  int // 0: 100, of which every twentieth has a contract
	Days       int // in which rows begin and end; 0: 365
	// Rich books have something of everything that a book can have, where others have
	// what counts for speed: for comparisons with [Reference].
	Rich bool
}

func (z Size) full() Size {
	set := func(field *int, to int) {
		if *field == 0 {
			*field = max(to, 1)
		}
	}
	set(&z.Rows, 1000)
	set(&z.Products, z.Rows/20)
	set(&z.Categories, z.Rows/500)
	set(&z.Grades, 5)
	set(&z.Segments, 10)
	set(&z.Customers, 100)
	set(&z.Days, 365)
	return z
}

// Random is a random book and orders against it. The same seed and size give the
// same book and the same orders.
type Random struct {
	Book       pricing.Book
	size       Size
	rng        *rand.Rand
	products   []tandem.ProductID
	categories []string
	serial     int
}

// NewRandom makes a random book: 80 % of its rows for products, a fifth of which have
// most of them, 1 in 10,000 for everything, the rest for categories; half in the default
// list, the others in the lists of grades and segments and in contracts; in GBP per piece,
// with quantities-from and days of validity. Grade lists also derive from the default list.
// What a rich book has besides is said at [Size].
func NewRandom(seed uint64, size Size) *Random {
	r := &Random{size: size.full(), rng: rand.New(rand.NewPCG(seed, 0x74616e64656d))}
	r.Book = pricing.NewBook(fmt.Sprintf("random-%d", seed), 1)
	r.place()
	if r.size.Rich {
		r.enrich()
	} else {
		r.lists()
	}
	r.Book.Rows = make([]pricing.Row, 0, r.size.Rows)
	for len(r.Book.Rows) < r.size.Rows {
		r.Book.Rows = append(r.Book.Rows, r.Row())
	}
	return r
}

// place makes the products and their categories.
func (r *Random) place() {
	for i := range r.size.Categories {
		path := fmt.Sprintf("c%d", i)
		if i > 0 {
			if above := r.categories[r.rng.IntN(max(1, i/3))]; depth(above) < 3 {
				path = above + "/" + path
			}
		}
		r.categories = append(r.categories, path)
	}
	for i := range r.size.Products {
		id := tandem.DeriveID[tandem.ProductID]("random-product", fmt.Sprint(i))
		r.products = append(r.products, id)
		r.Book.Items = append(r.Book.Items, pricing.Item{Product: id, Category: r.categories[r.rng.IntN(len(r.categories))],
			Brand: fmt.Sprintf("brand-%d", r.rng.IntN(200))})
	}
}

func depth(path string) int {
	n := 1
	for i := range len(path) {
		if path[i] == '/' {
			n++
		}
	}
	return n
}

// lists makes the default list, those of grades and segments, and the contracts.
func (r *Random) lists() {
	b := &r.Book
	b.Lists = append(b.Lists, pricing.List{ID: List, Source: pricing.SourceDefault})
	for i := range r.size.Grades {
		g := tandem.GradeCode(fmt.Sprintf("g%d", i))
		b.Grades = append(b.Grades, g)
		b.Lists = append(b.Lists, pricing.List{ID: string(g), Source: pricing.SourceGrade, Grades: []tandem.GradeCode{g}, Base: List,
			Discount: tandem.BasisPoints(int64(50 * (r.size.Grades - i)))})
	}
	for i := range r.size.Segments {
		when := condition.Is(condition.CustomerSegment, segment(i))
		b.Lists = append(b.Lists, pricing.List{ID: segment(i), Source: pricing.SourceChannel, When: &when})
	}
	for i := 0; i < r.size.Customers; i += 20 {
		b.Lists = append(b.Lists, pricing.List{ID: fmt.Sprintf("contract-%d", i), Source: pricing.SourceContract,
			Customers: []tandem.PartyID{r.Customer(i)}})
	}
}

func segment(i int) string { return fmt.Sprintf("s%d", i) }

// Customer gives the id of a customer of the book by its number.
func (r *Random) Customer(i int) tandem.PartyID {
	return tandem.DeriveID[tandem.PartyID]("random-customer", fmt.Sprint(i))
}

// Row makes one more random row, with an id that is new.
func (r *Random) Row() pricing.Row {
	r.serial++
	if r.size.Rich {
		return r.richRow()
	}
	row := pricing.Row{ID: fmt.Sprintf("r%07d", r.serial), List: r.list()}
	switch n := r.rng.IntN(10_000); {
	case n == 0:
	case n < 2000:
		row.Category = r.categories[r.rng.IntN(len(r.categories))]
	default:
		row.Product = r.product()
	}
	if froms := [...]int64{0, 0, 0, 5, 10, 20, 24, 50, 100, 144, 250, 500, 1000}; true {
		if from := froms[r.rng.IntN(len(froms))]; from > 0 {
			row.From, _ = tandem.QuantityOf(from, tandem.Each) // is in range
		}
	}
	row.Price, _ = tandem.PriceFromMicro(int64(50+r.rng.IntN(10_000))*10_000, tandem.GBP, 1, tandem.Each) // is in range
	switch start := r.rng.IntN(r.size.Days); r.rng.IntN(3) {
	case 0: // for a time
		row.Valid = tandem.Validity{From: r.Day(start), Until: r.Day(start + 1 + r.rng.IntN(r.size.Days/4+1))}
	case 1: // from a day
		row.Valid = tandem.Validity{From: r.Day(start)}
	}
	return row
}

// list picks a list: the default list half of the time.
func (r *Random) list() string {
	lists := r.Book.Lists
	if r.rng.IntN(2) == 0 {
		return lists[0].ID
	}
	some := 1 + r.size.Grades + r.size.Segments
	if n := r.rng.IntN(20); n == 0 && len(lists) > some {
		return lists[some+r.rng.IntN(len(lists)-some)].ID
	}
	return lists[1+r.rng.IntN(some-1)].ID
}

// product picks a product: one of a fifth of them four times in five.
func (r *Random) product() tandem.ProductID {
	n := len(r.products)
	if r.rng.IntN(5) > 0 {
		n = max(1, n/5)
	}
	return r.products[r.rng.IntN(n)]
}

// Day gives a day of the book by its number from 2011-01-01.
func (r *Random) Day(n int) tandem.Date {
	first, _ := tandem.NewDate(2011, time.January, 1)       // is in the calendar
	day, _ := tandem.DateOfDayNumber(first.DayNumber() + n) // so is this
	return day
}

// Order makes an order of a random customer, who has a grade and three segments that
// are always the same, with so many lines.
func (r *Random) Order(day tandem.Date, lines int) pricing.Request {
	if r.size.Rich {
		return r.richOrder(day, lines)
	}
	n := r.rng.IntN(r.size.Customers)
	req := pricing.Request{Customer: r.Customer(n), Date: day, Currency: tandem.GBP, Grade: r.Book.Grades[n%len(r.Book.Grades)]}
	for i := range min(3, r.size.Segments) {
		req.Segments = append(req.Segments, segment((n/len(r.Book.Grades)*7+i*31)%r.size.Segments))
	}
	for i := range lines {
		line := pricing.Line{Line: i + 1}
		line.Product, line.Quantity = r.Line()
		req.Lines = append(req.Lines, line)
	}
	return req
}

// Line makes a product and a quantity.
func (r *Random) Line() (tandem.ProductID, tandem.Quantity) {
	quantity, _ := tandem.QuantityOf(int64(1+r.rng.IntN(1<<r.rng.IntN(11))), tandem.Each) // is in range
	return r.products[r.rng.IntN(len(r.products))], quantity
}
