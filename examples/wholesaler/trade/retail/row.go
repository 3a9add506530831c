package retail

import (
	"time"

	"github.com/tandem-go/tandem"
)

// Class says what a row is to the books.
type Class uint8

// The classes, in the order in which they are tried.
const (
	Refused  Class = iota + 1 // stays outside the books, with a reason
	Service                   // anything that is no goods: carriage, service lines, allowances, expenses
	Returned                  // goods on a cancellation
	Lost                      // goods without customer, quantity below nought
	Found                     // goods without customer or price, quantity above nought
	Sold                      // goods; free of charge where the price is nought
)

// String gives the class's name.
func (c Class) String() string {
	switch c {
	case Refused:
		return "refused"
	case Service:
		return "service"
	case Returned:
		return "returned"
	case Lost:
		return "lost"
	case Found:
		return "found"
	case Sold:
		return "sold"
	}
	return "unknown"
}

// Kind says what a row is about.
type Kind uint8

// The kinds.
const (
	Goods       Kind = iota + 1
	Carriage         // POST, DOT, C2
	ServiceLine      // M, gift vouchers, anything else that is no goods
	Allowance        // D
	Expense          // AMAZONFEE, BANK CHARGES, CRUK, S: what the shop pays
)

// Row is one line of the file. Its identity is (Invoice, Line): the same product may stand twice on an invoice.
type Row struct {
	Line        int // in the file; the header is line 1
	Invoice     string
	Code        string // of the product or service, in capitals
	Description string
	Customer    string // empty: none
	Country     string // as the file names it
	Quantity    int64  // pieces; negative on cancellations and losses
	Day         tandem.Date
	Minute      int          // of the day, UK local time
	Price       tandem.Price // per piece, without VAT
	Net         tandem.Money // quantity × price, rounded to pence half away from zero
	Class       Class
	Kind        Kind
	Reason      string // why it is refused
}

// Account names whose account the row belongs to: the customer's, or the cash customer's of the country.
func (r *Row) Account() string {
	if r.Customer != "" {
		return r.Customer
	}
	return "cash " + r.Country
}

// Cash reports whether the row is of a cash customer.
func (r *Row) Cash() bool { return r.Customer == "" }

// At gives the row's instant in the zone of the shop.
func (r *Row) At(zone *time.Location) tandem.Instant { return r.Day.At(r.Minute/60, r.Minute%60, zone) }

// classify gives a row its kind, class and reason: the first class that fits.
func (r *Row) classify() {
	r.Kind = KindOf(r.Code)
	nothing := r.Quantity == 0 || r.Price.IsZero()
	switch {
	case r.Invoice[0] == 'A':
		r.Class, r.Reason = Refused, "an accounting correction, no trade"
	case r.Kind != Goods && r.Customer == "" && nothing:
		r.Class, r.Reason = Refused, "no goods, no customer, no amount"
	case r.Kind != Goods:
		r.Class = Service
	case r.Invoice[0] == 'C':
		r.Class = Returned
		if r.Quantity >= 0 || r.Price.Sign() < 0 {
			r.Class, r.Reason = Refused, "a cancellation that gives nothing back"
		}
	case r.Customer == "" && r.Quantity < 0:
		r.Class = Lost
	case r.Customer == "" && r.Price.IsZero() && r.Quantity > 0:
		r.Class = Found
	case r.Quantity <= 0 || r.Price.Sign() < 0:
		r.Class, r.Reason = Refused, "a sale without a quantity, or at a negative price"
	default:
		r.Class = Sold
	}
}

// KindOf gives the kind of a code in capitals. Goods are five digits and up to three letters, DCGS…, or PADS.
func KindOf(code string) Kind {
	switch code {
	case "PADS":
		return Goods
	case "POST", "DOT", "C2":
		return Carriage
	case "D":
		return Allowance
	case "AMAZONFEE", "BANK CHARGES", "CRUK", "S":
		return Expense
	}
	if len(code) >= 4 && code[:4] == "DCGS" || isArticle(code) {
		return Goods
	}
	return ServiceLine
}

func isArticle(code string) bool {
	if len(code) < 5 || len(code) > 8 {
		return false
	}
	for i := range len(code) {
		c := code[i]
		if i < 5 && (c < '0' || c > '9') || i >= 5 && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}
