package adventure

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
)

// Shop prices from the book.
type Shop struct {
	Data   *Data
	Prices *pricing.Snapshot
	names  map[string]string // of the rules, for people
}

// Open reads the tables and compiles the book.
func Open(files fs.FS) (*Shop, error) {
	d, err := Read(files)
	if err != nil {
		return nil, err
	}
	book, err := d.Book()
	if err != nil {
		return nil, err
	}
	s := &Shop{Data: d, names: map[string]string{
		"reseller/bikes": "reseller, bikes", "reseller/components": "reseller, components", "reseller/clothing": "reseller, clothing",
		"reseller/accessories": "reseller, accessories", "contract/helmets": "contract, helmets"}}
	for _, p := range book.Promotions {
		s.names[p.ID] = p.Name
	}
	for _, o := range d.Offers {
		if !o.Volume() {
			continue
		}
		for _, r := range book.Rows {
			if at := fmt.Sprintf("/%d", o.Min); r.List == ListID && strings.HasSuffix(r.ID, at) {
				s.names[r.ID] = fmt.Sprintf("%s (%s off)", r.ID, o.Discount.PercentString())
			}
		}
	}
	s.Prices, err = pricing.Compile(book)
	return s, err
}

// Name gives the name of a rule for people.
func (s *Shop) Name(rule string) string {
	if name, ok := s.names[rule]; ok {
		return name
	}
	return rule
}

// Buyer is who asks: a person, a reseller, or the store with a contract.
type Buyer string

// The buyers.
const (
	Person   Buyer = "customer"
	Dealer   Buyer = "reseller"
	Contract Buyer = "contract"
)

// Buyers lists the buyers.
func Buyers() []Buyer { return []Buyer{Person, Dealer, Contract} }

// Ask asks for the prices of an order.
type Ask struct {
	Buyer   Buyer
	Day     tandem.Date
	Coupons []string
	Lines   []Want
}

// Want is a quantity of a product.
type Want struct {
	Product string // its number
	Pieces  int64
}

// Quote is what an order comes to, with all that explains it.
type Quote struct {
	Request pricing.Request `json:"request"`
	Result  pricing.Result  `json:"result"`
}

// UnknownError says that there is no such product or no price for it.
type UnknownError struct{ Says string }

func (e *UnknownError) Error() string { return e.Says }

// rebate is what resellers are expected to get back at the end of the year.
func rebate() tandem.Rate { return tandem.Percent(1) }

// RequestOf gives a request of a buyer on a day, without lines.
func RequestOf(b Buyer, day tandem.Date) pricing.Request {
	r := pricing.Request{Date: day, Currency: tandem.USD, Segments: []string{Customer}}
	if b != Person {
		r.Grade, r.Segments = Reseller, []string{Reseller}
	}
	if b == Contract {
		r.Customer = StoreID(Partner)
	}
	return r
}

// Price prices an order. Resellers get a rebate on what is invoiced, which the request
// states and only the result tells: their order is priced twice.
func (s *Shop) Price(a Ask) (*Quote, error) {
	q := &Quote{Request: RequestOf(a.Buyer, a.Day)}
	q.Request.Coupons, q.Request.Explain = a.Coupons, true
	for i, w := range a.Lines {
		line, err := s.line(w, a.Day)
		if err != nil {
			return nil, err
		}
		line.Line = i + 1
		q.Request.Lines = append(q.Request.Lines, line)
	}
	if err := s.price(q, a); err != nil {
		return nil, err
	}
	if a.Buyer == Person {
		return q, nil
	}
	for i := range q.Request.Lines {
		back, err := q.Result.Lines[i].Amount.MulRate(rebate(), tandem.HalfAwayFromZero)
		if err != nil {
			return nil, err
		}
		q.Request.Lines[i].Rebate = back
	}
	q.Result = pricing.Result{}
	return q, s.price(q, a)
}

func (s *Shop) price(q *Quote, a Ask) error {
	err := s.Prices.Price(&q.Request, &q.Result)
	var invalid *tandem.InvalidError
	if !errors.As(err, &invalid) {
		return err
	}
	for i, w := range a.Lines {
		for _, f := range invalid.Faults {
			if f.Code == "price_date" && strings.HasPrefix(f.Path, tandem.Path("lines", i)) {
				return &UnknownError{fmt.Sprintf("product %s has no price on %s", w.Product, a.Day)}
			}
		}
	}
	return err
}

func (s *Shop) line(w Want, day tandem.Date) (l pricing.Line, err error) {
	if _, ok := s.Data.Product(w.Product); !ok {
		return l, &UnknownError{"there is no product " + w.Product}
	}
	if prices, _ := s.Data.History(w.Product); len(prices) == 0 {
		return l, &UnknownError{fmt.Sprintf("product %s has no price history, and so no price", w.Product)}
	}
	l.Product = ProductID(w.Product)
	if l.Quantity, err = tandem.QuantityOf(w.Pieces, tandem.Each); err != nil {
		return l, err
	}
	if cost := s.Data.CostOn(w.Product, day); !cost.IsNone() {
		l.Cost, err = cost.Times(l.Quantity, tandem.HalfAwayFromZero)
	}
	return l, err
}

// buyer says who bought a sale, as far as its price tells: a person at the list price,
// a reseller below it.
func (s *Shop) buyer(x Sale) Buyer {
	prices, _ := s.Data.History(x.Product)
	for _, p := range prices {
		if p.Valid.Contains(x.Day) && p.Price == x.Price {
			return Person
		}
	}
	return Dealer
}

// Reproduced counts the sales of which the book gives the price.
func (s *Shop) Reproduced() (n int) {
	for _, x := range s.Data.Sales {
		q, err := s.Price(Ask{Buyer: s.buyer(x), Day: x.Day, Lines: []Want{{x.Product, x.Pieces}}})
		if err == nil && q.Result.Lines[0].Price == x.Price {
			n++
		}
	}
	return n
}
