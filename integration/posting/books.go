package posting

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
)

// RevenuePolicy says when revenue is booked.
type RevenuePolicy string

// The revenue policies.
const (
	AtDelivery RevenuePolicy = "at_delivery" // when control passes (IFRS 15.31): the default
	AtInvoice  RevenuePolicy = "at_invoice"  // with the invoice; accrued over month ends
)

// RevenuePolicies lists the policies.
func RevenuePolicies() []RevenuePolicy { return []RevenuePolicy{AtDelivery, AtInvoice} }

// Valid reports whether p is one of [RevenuePolicies].
func (p RevenuePolicy) Valid() bool { return p == AtDelivery || p == AtInvoice }

// UnmarshalText reads a policy and refuses anything else.
func (p *RevenuePolicy) UnmarshalText(text []byte) error {
	parsed := RevenuePolicy(text)
	if !parsed.Valid() {
		return &tandem.InvalidError{Subject: "revenue policy", Faults: []tandem.Fault{{Code: "revenue_policy", Path: "revenue", Message: "unknown policy"}}}
	}
	*p = parsed
	return nil
}

// Config is what a company's books need.
type Config struct {
	Company  tandem.CompanyID `json:"company"`
	Currency tandem.Currency  `json:"currency"` // functional
	Chart    Chart            `json:"chart"`
	Revenue  RevenuePolicy    `json:"revenue,omitempty"` // default at_delivery
	// ByProduct books revenue and cost of sales on one line for each product, so
	// that the ledger shows margins; else on one line for each document. Stock is
	// always booked by product, and receivables by party.
	ByProduct bool `json:"by_product,omitempty"`
}

// Books turn the documents of one company into entries. They are immutable and
// safe for any number of goroutines.
type Books struct{ c Config }

// New checks a configuration, with all its faults.
func New(c Config) (*Books, error) {
	if c.Revenue == "" {
		c.Revenue = AtDelivery
	}
	var check tandem.Check
	check.Require(!c.Company.IsZero(), "required", "company", "must be given")
	check.Require(c.Currency.Valid(), "currency", "currency", "must be given")
	check.Require(c.Revenue.Valid(), "revenue_policy", "revenue", "must be a known policy")
	check.Nested("chart", c.Chart.Validate())
	if err := check.Err("books"); err != nil {
		return nil, err
	}
	return &Books{c}, nil
}

// Config gives the configuration, defaults filled in.
func (b *Books) Config() Config { return b.c }

// Header is what every entry carries besides its lines.
type Header struct {
	ID       ledger.EntryID     // of the entry
	Number   string             // of the entry
	Date     tandem.Date        // on which it counts
	Recorded tandem.Instant     // when it is written
	Source   tandem.DocumentRef // the document that it books
	Text     string
	Period   *ledger.Period // that the date falls into; a closed one refuses the entry
}

// Exchange is the rate of a document in a foreign currency: units of the
// functional currency per one of the document's. The zero Exchange is none. The
// debits are converted together and rounded once, half away from zero; both sides
// are split from that sum by [tandem.Allocate], so that the entry balances.
type Exchange struct {
	Currency tandem.Currency `json:"currency,omitzero"`
	Rate     tandem.Ratio    `json:"rate,omitzero"`
}

// draft collects the lines of one entry. Its first error sticks.
type draft struct {
	b     *Books
	lines []ledger.Line
	err   error
}

// draft begins an entry of about that many lines, were each product told apart.
func (b *Books) draft(lines int) *draft {
	if !b.c.ByProduct {
		lines = min(lines, 6) // most have fewer accounts
	}
	return &draft{b: b, lines: make([]ledger.Line, 0, lines)}
}

// add books an amount; nought and no amount are left out.
func (d *draft) add(l ledger.Line) {
	if !l.Amount.IsZero() {
		d.lines = append(d.lines, l)
	}
}

func (d *draft) debit(a ledger.AccountCode, m tandem.Money) {
	d.add(ledger.Line{Account: a, Amount: m})
}
func (d *draft) credit(a ledger.AccountCode, m tandem.Money) {
	d.add(ledger.Line{Account: a, Amount: m.Neg()})
}
func (d *draft) debitParty(a ledger.AccountCode, m tandem.Money, p tandem.PartyID) {
	d.add(ledger.Line{Account: a, Amount: m, Party: p})
}
func (d *draft) creditParty(a ledger.AccountCode, m tandem.Money, p tandem.PartyID) {
	d.add(ledger.Line{Account: a, Amount: m.Neg(), Party: p})
}

// byProduct adds an amount to the line of an account and a product that was
// written since start, or to that of the account alone where products are not told apart.
func (d *draft) byProduct(start int, l ledger.Line) {
	if !d.b.c.ByProduct {
		l.Product = tandem.ProductID{}
	}
	if l.Amount.IsZero() {
		return
	}
	for i := start; !d.b.c.ByProduct && i < len(d.lines); i++ {
		o := &d.lines[i]
		if o.Account == l.Account && o.Party == l.Party && sameDimensions(o.Dimensions, l.Dimensions) {
			o.Amount = d.keep(o.Amount.Add(l.Amount))
			return
		}
	}
	d.lines = append(d.lines, l)
}

func sameDimensions(a, b tandem.Dimensions) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// keep remembers the error of an amount and gives the amount.
func (d *draft) keep(m tandem.Money, err error) tandem.Money {
	if err != nil && d.err == nil {
		d.err = err
	}
	return m
}

// total sums amounts, leaving out those that are none.
type total struct{ t tandem.Total }

func (b *Books) total(x Exchange) total {
	if x.Currency != 0 {
		return total{tandem.NewTotal(x.Currency)}
	}
	return total{tandem.NewTotal(b.c.Currency)}
}

func (t *total) add(m tandem.Money) {
	if m.Currency() != 0 {
		t.t.Add(m)
	}
}

func (t *total) sub(m tandem.Money) { t.add(m.Neg()) }

func (t *total) money(d *draft) tandem.Money { return d.keep(t.t.Money(tandem.HalfAwayFromZero)) }

// exchange converts the lines written since start into the functional currency.
func (d *draft) exchange(x Exchange, start int) {
	if x.Currency == 0 || x.Currency == d.b.c.Currency || d.err != nil {
		return
	}
	var debits, credits []int64
	sum, both := tandem.NewTotal(x.Currency), tandem.NewTotal(x.Currency)
	for _, l := range d.lines[start:] {
		both.Add(l.Amount)
		if l.Amount.Sign() > 0 {
			sum.Add(l.Amount)
			debits, credits = append(debits, l.Amount.Minor()), append(credits, 0)
		} else {
			debits, credits = append(debits, 0), append(credits, -l.Amount.Minor())
		}
	}
	whole, err := sum.Money(tandem.HalfAwayFromZero)
	if err == nil && both.Sign() != 0 {
		err = &tandem.InvalidError{Subject: "entry", Faults: []tandem.Fault{{Code: "unbalanced", Path: "lines", Message: "debits and credits differ"}}}
	}
	if err == nil && len(debits) > 0 {
		whole, err = whole.Convert(d.b.c.Currency, x.Rate, tandem.HalfAwayFromZero)
	}
	if err != nil || len(debits) == 0 {
		d.keep(whole, err)
		return
	}
	plus, errPlus := tandem.Allocate(nil, whole, debits)
	minus, errMinus := tandem.Allocate(nil, whole, credits)
	d.keep(whole, errPlus)
	d.keep(whole, errMinus)
	if d.err != nil {
		return
	}
	for i := range d.lines[start:] {
		l := &d.lines[start+i]
		l.Original = l.Amount
		l.Amount = d.keep(plus[i].Sub(minus[i]))
	}
}

// entry ends the draft. A document without any value gives the zero entry.
func (d *draft) entry(h Header) (ledger.Entry, error) {
	kept := d.lines[:0]
	for _, l := range d.lines {
		if !l.Amount.IsZero() || !l.Original.IsZero() {
			kept = append(kept, l) // amounts that were added up may come to nought
		}
	}
	if d.lines = kept; d.err != nil || len(kept) == 0 {
		return ledger.Entry{}, d.err
	}
	return ledger.NewEntry(ledger.Entry{
		ID: h.ID, Company: d.b.c.Company, Number: h.Number, Date: h.Date, Recorded: h.Recorded, Source: h.Source,
		Text: h.Text, Currency: d.b.c.Currency, Lines: d.lines,
	}, h.Period)
}
