package pricing

import (
	"cmp"
	"iter"
	"slices"

	"github.com/tandem-go/tandem"
)

// Comparison is what orders would have come to under two snapshots: what a draft
// would change, before it is published.
type Comparison struct {
	Before    int64             `json:"before"` // versions
	After     int64             `json:"after"`
	Orders    int               `json:"orders"`
	Lines     int               `json:"lines"`               // that both price
	Total     []Difference      `json:"total,omitempty"`     // a currency each
	Grades    []Difference      `json:"grades,omitempty"`    // a currency and grade each, the largest change first
	Products  []Difference      `json:"products,omitempty"`  // a currency and product each, the largest change first
	Unpriced  []Unpriced        `json:"unpriced,omitempty"`  // at most [MaxUnpriced]
	Omitted   int               `json:"omitted,omitempty"`   // unpriced orders beyond these
	Approvals [2]map[string]int `json:"approvals,omitempty"` // how often each floor asked, before and after
}

// MaxUnpriced is how many orders without a price a comparison names.
const MaxUnpriced = 1000

// Difference is what lines came to before and after, by step.
type Difference struct {
	Currency tandem.Currency  `json:"currency"`
	Grade    tandem.GradeCode `json:"grade,omitempty"`
	Product  tandem.ProductID `json:"product,omitzero"`
	Lines    int              `json:"lines"`
	Changed  int              `json:"changed"` // lines whose amount differs
	Before   Breakdown        `json:"before"`
	After    Breakdown        `json:"after"`
}

// Change gives what the lines come to more, or less, after.
func (d *Difference) Change() (tandem.Money, error) {
	before, err := d.Before.Total()
	if err != nil {
		return tandem.Money{}, err
	}
	after, err := d.After.Total()
	if err != nil {
		return tandem.Money{}, err
	}
	return after.Sub(before)
}

// Unpriced is an order that one of the snapshots does not price.
type Unpriced struct {
	Order  int    `json:"order"` // its place, from 0
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// Compare prices orders with two snapshots and tells the difference by step, grade
// and product. Orders that one of them does not price count in neither. Rounding under
// [TotalPrecise] and shipping are left out.
func Compare(before, after *Snapshot, orders iter.Seq[Request]) (Comparison, error) {
	c := Comparison{Before: before.Version(), After: after.Version(), Approvals: [2]map[string]int{{}, {}}}
	tables := [3]map[subjectKey]*Difference{{}, {}, {}}
	var a, b Result
	for req := range orders {
		req.Explain = false
		errA, errB := before.Price(&req, &a), after.Price(&req, &b)
		if c.Orders++; errA != nil || errB != nil {
			c.unpriced(errA, errB)
			continue
		}
		for side, res := range [2]*Result{&a, &b} {
			for i := range res.Approvals {
				c.Approvals[side][res.Approvals[i].Floor]++
			}
		}
		for i := range a.Lines {
			c.Lines++
			keys := [3]subjectKey{{req.Currency, "", tandem.ProductID{}}, {req.Currency, req.Grade, tandem.ProductID{}},
				{req.Currency, "", req.Lines[i].Product}}
			for n, key := range keys {
				if err := tally(tables[n], key, &a.Lines[i], &b.Lines[i]); err != nil {
					return Comparison{}, err
				}
			}
		}
	}
	var err error
	for n, into := range [3]*[]Difference{&c.Total, &c.Grades, &c.Products} {
		if *into, err = differences(tables[n]); err != nil {
			return Comparison{}, err
		}
	}
	return c, nil
}

type subjectKey struct {
	currency tandem.Currency
	grade    tandem.GradeCode
	product  tandem.ProductID
}

// differences lists a table by the size of the change, then by currency, grade and product.
func differences(table map[subjectKey]*Difference) ([]Difference, error) {
	all := make([]Difference, 0, len(table))
	changes := make(map[subjectKey]int64, len(table))
	for key, d := range table {
		change, err := d.Change()
		if err != nil {
			return nil, err
		}
		changes[key] = max(change.Minor(), -change.Minor())
		all = append(all, *d)
	}
	slices.SortFunc(all, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Currency, b.Currency), cmp.Compare(changes[b.key()], changes[a.key()]),
			cmp.Compare(a.Grade, b.Grade), a.Product.Compare(b.Product))
	})
	return all, nil
}

func (d *Difference) key() subjectKey { return subjectKey{d.Currency, d.Grade, d.Product} }

func (c *Comparison) unpriced(before, after error) {
	if len(c.Unpriced) == MaxUnpriced {
		c.Omitted++
		return
	}
	u := Unpriced{Order: c.Orders - 1}
	if before != nil {
		u.Before = before.Error()
	}
	if after != nil {
		u.After = after.Error()
	}
	c.Unpriced = append(c.Unpriced, u)
}

// tally adds a line to the difference of its key.
func tally(in map[subjectKey]*Difference, key subjectKey, before, after *LineResult) (err error) {
	d := in[key]
	if d == nil {
		d = &Difference{Currency: key.currency, Grade: key.grade, Product: key.product}
		in[key] = d
	}
	if d.Lines++; before.Amount != after.Amount {
		d.Changed++
	}
	if d.Before, err = d.Before.Add(before.Breakdown); err != nil {
		return err
	}
	d.After, err = d.After.Add(after.Breakdown)
	return err
}
