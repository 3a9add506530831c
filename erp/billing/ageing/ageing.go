package ageing

import (
	"iter"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
)

// MaxBuckets is the greatest number of limits between buckets.
const MaxBuckets = 24

// Query says as of when receivables are aged, and as known when.
type Query struct {
	Currency tandem.Currency // only documents in it are aged
	AsOf     tandem.Date     // what counts after this day is left out
	KnownAt  tandem.Instant  // what was recorded later is left out. Zero: all
	// Limits are the last days of the buckets, ascending and not negative: 30, 60,
	// 90 give five buckets: not due, 1–30, 31–60, 61–90 and more than 90 days overdue.
	Limits []int
	Items  bool // list the open instalments and credits too
}

// Row is what one customer owes, or all of them.
type Row struct {
	Customer tandem.PartyID `json:"customer,omitzero"`
	// Buckets has the open amounts of invoices, and of refunds that are owed back: not
	// due, then up to each limit, then beyond the last.
	Buckets []tandem.Money `json:"buckets"`
	// Unapplied has payments and credit notes that are not applied to an invoice:
	// nought or negative.
	Unapplied tandem.Money `json:"unapplied"`
	Total     tandem.Money `json:"total"` // buckets + unapplied: the balance of the control account
	// Advances not yet applied: positive, a liability of its own, not in Total.
	Advances tandem.Money `json:"advances"`
}

// Item is one open instalment, one refund that is owed back, due since it was paid
// out, or one unapplied credit; the latter two without an instalment.
type Item struct {
	Customer   tandem.PartyID     `json:"customer"`
	Document   tandem.DocumentRef `json:"document"`
	Instalment int                `json:"instalment,omitempty"`
	Due        tandem.Date        `json:"due"`
	Open       tandem.Money       `json:"open"` // negative for a credit
	Overdue    int                `json:"overdue"`
	Bucket     int                `json:"bucket"` // -1 for a credit
}

// Report is a list of receivables by age.
type Report struct {
	Rows  []Row  `json:"rows"` // by ascending customer; customers with nothing open are left out
	Total Row    `json:"total"`
	Items []Item `json:"items,omitempty"` // in the order of the documents
}

type itemKey struct {
	document   [16]byte
	instalment int
}

type ageing struct {
	q       Query
	settled map[itemKey]tandem.Money // by invoice and instalment, and by refund
	used    map[itemKey]tandem.Money // of payments and credit notes
	rows    map[tandem.PartyID]*Row
	out     Report
}

// Compute lists receivables by age from facts alone: posted invoices and credit
// notes, payments, and their allocations. Nothing that is kept beside them (open
// amounts, statuses) is read, so that it gives the list of any past day, as it is
// known now or as it was known then. For all documents of a company the total of
// each customer equals the balance of the control account of receivables on that
// day. The error is that of a sequence, a fault of the query, or of arithmetic.
func Compute(q Query, invoices iter.Seq2[*billing.Invoice, error], payments iter.Seq2[*payment.Payment, error], allocations iter.Seq2[billing.Allocation, error]) (Report, error) {
	if err := q.validate(); err != nil {
		return Report{}, err
	}
	a := ageing{q: q, settled: make(map[itemKey]tandem.Money), used: make(map[itemKey]tandem.Money), rows: make(map[tandem.PartyID]*Row)}
	for fact, err := range allocations {
		if err == nil {
			err = a.allocation(fact)
		}
		if err != nil {
			return Report{}, err
		}
	}
	for i, err := range invoices {
		if err == nil {
			err = a.invoice(i)
		}
		if err != nil {
			return Report{}, err
		}
	}
	for p, err := range payments {
		if err == nil {
			err = a.payment(p)
		}
		if err != nil {
			return Report{}, err
		}
	}
	return a.finish()
}

func (q Query) validate() error {
	var c tandem.Check
	c.Require(q.Currency.Valid(), "currency", "currency", "must be given")
	c.Require(!q.AsOf.IsZero(), "required", "as_of", "must be given")
	c.Require(len(q.Limits) <= MaxBuckets, "too_many", "limits", "too many buckets")
	for i, limit := range q.Limits {
		c.Require(limit >= 0 && (i == 0 || limit > q.Limits[i-1]), "limits", tandem.Path("limits", i), "must ascend")
	}
	return c.Err("ageing query")
}

func (q Query) counts(date tandem.Date, recorded tandem.Instant) bool {
	return !date.IsZero() && !date.After(q.AsOf) && (q.KnownAt.IsZero() || !recorded.After(q.KnownAt))
}

// bucket gives the bucket of an item that many days overdue.
func (q Query) bucket(overdue int) int {
	if overdue <= 0 {
		return 0
	}
	for i, limit := range q.Limits {
		if overdue <= limit {
			return i + 1
		}
	}
	return len(q.Limits) + 1
}

func addTo(m map[itemKey]tandem.Money, k itemKey, amount tandem.Money) error {
	sum, err := m[k], error(nil)
	if sum.Currency() == 0 {
		m[k] = amount
		return nil
	}
	m[k], err = sum.Add(amount)
	return err
}

func (a *ageing) allocation(f billing.Allocation) error {
	if f.Amount.Currency() != a.q.Currency || !a.q.counts(f.Date, f.Recorded) {
		return nil
	}
	settles, err := f.Settles()
	if err != nil {
		return err
	}
	of := itemKey{f.Invoice.Bytes(), f.Instalment}
	if !f.Refund.IsZero() {
		of = itemKey{f.Refund.Bytes(), 0}
	}
	if err := addTo(a.settled, of, settles); err != nil {
		return err
	}
	source := f.Payment.Bytes()
	if f.Payment.IsZero() {
		source = f.Credit.Bytes()
	}
	return addTo(a.used, itemKey{source, 0}, f.Amount)
}

func (a *ageing) row(customer tandem.PartyID) *Row {
	r := a.rows[customer]
	if r == nil {
		zero := tandem.MoneyFromMinor(0, a.q.Currency)
		r = &Row{Customer: customer, Buckets: slices.Repeat([]tandem.Money{zero}, len(a.q.Limits)+2), Unapplied: zero, Total: zero, Advances: zero}
		a.rows[customer] = r
	}
	return r
}

func rest(of tandem.Money, used map[itemKey]tandem.Money, k itemKey) (tandem.Money, error) {
	if u := used[k]; u.Currency() != 0 {
		return of.Sub(u)
	}
	return of, nil
}

func (a *ageing) invoice(i *billing.Invoice) error {
	if i.Currency() != a.q.Currency || !a.q.counts(i.Date(), i.Posted()) {
		return nil
	}
	if i.Type() == billing.CreditNote {
		return a.credit(i.Customer(), i.Ref(), i.Date(), i.Gross())
	}
	for k := range i.InstalmentCount() {
		n := i.InstalmentAt(k)
		open, err := rest(n.Amount, a.settled, itemKey{i.ID().Bytes(), k + 1})
		if err == nil {
			err = a.debit(Item{Customer: i.Customer(), Document: i.Ref(), Instalment: k + 1, Due: n.Due, Open: open})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// debit adds what is open of an instalment or a refund.
func (a *ageing) debit(item Item) error {
	if item.Open.IsZero() {
		return nil
	}
	overdue := a.q.AsOf.DaysSince(item.Due)
	item.Overdue, item.Bucket = max(overdue, 0), a.q.bucket(overdue)
	r, err := a.row(item.Customer), error(nil)
	if r.Buckets[item.Bucket], err = r.Buckets[item.Bucket].Add(item.Open); err != nil {
		return err
	}
	if a.q.Items {
		a.out.Items = append(a.out.Items, item)
	}
	r.Total, err = r.Total.Add(item.Open)
	return err
}

// credit adds what is left of a credit note or payment.
func (a *ageing) credit(customer tandem.PartyID, ref tandem.DocumentRef, date tandem.Date, amount tandem.Money) error {
	left, err := rest(amount, a.used, itemKey{ref.ID.Bytes(), 0})
	if err != nil || left.IsZero() {
		return err
	}
	r := a.row(customer)
	if r.Unapplied, err = r.Unapplied.Sub(left); err != nil {
		return err
	}
	if a.q.Items {
		a.out.Items = append(a.out.Items, Item{Customer: customer, Document: ref, Due: date, Open: left.Neg(), Bucket: -1})
	}
	r.Total, err = r.Total.Sub(left)
	return err
}

func (a *ageing) payment(p *payment.Payment) error {
	if p.Amount().Currency() != a.q.Currency || !a.q.counts(p.Date(), p.Received()) || a.q.counts(p.Returned()) {
		return nil
	}
	if p.Refund() {
		open, err := rest(p.Amount(), a.settled, itemKey{p.ID().Bytes(), 0})
		if err != nil {
			return err
		}
		return a.debit(Item{Customer: p.Customer(), Document: p.Ref(), Due: p.Date(), Open: open})
	}
	if !p.Advance() {
		return a.credit(p.Customer(), p.Ref(), p.Date(), p.Amount())
	}
	left, err := rest(p.Amount(), a.used, itemKey{p.ID().Bytes(), 0})
	if err != nil || left.IsZero() {
		return err
	}
	r := a.row(p.Customer())
	r.Advances, err = r.Advances.Add(left)
	return err
}

func (a *ageing) finish() (Report, error) {
	total := a.row(tandem.PartyID{}) // no customer has the zero id
	delete(a.rows, tandem.PartyID{})
	for _, r := range a.rows {
		a.out.Rows = append(a.out.Rows, *r)
	}
	slices.SortFunc(a.out.Rows, func(x, y Row) int { return x.Customer.Compare(y.Customer) })
	for _, r := range a.out.Rows {
		var err error
		for b := range r.Buckets {
			if total.Buckets[b], err = total.Buckets[b].Add(r.Buckets[b]); err != nil {
				return Report{}, err
			}
		}
		for _, f := range [...]struct {
			to *tandem.Money
			by tandem.Money
		}{{&total.Unapplied, r.Unapplied}, {&total.Total, r.Total}, {&total.Advances, r.Advances}} {
			if *f.to, err = f.to.Add(f.by); err != nil {
				return Report{}, err
			}
		}
	}
	a.out.Total = *total
	return a.out, nil
}
