package recommend

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/basket"
	"github.com/tandem-go/tandem/internal/float"
)

// Testing says how a training is tested. The zero Testing is the default.
type Testing struct {
	Top int `json:"top,omitzero"` // recommendations to each customer; 0 = 10
	// Repeats counts what the customer has bought before, too; without, only what is new
	// to him is recommended and looked for.
	Repeats bool `json:"repeats,omitzero"`
	// Sample is how many customers are tested at most, drawn by Seed from those with two
	// baskets or more, all of them alike; 0 = all. The work of each grows with the products.
	Sample int    `json:"sample,omitzero"`
	Seed   uint64 `json:"seed,omitzero"`
}

// Evaluation is how well last baskets were predicted.
type Evaluation struct {
	Customers int     `json:"customers"` // tested
	Skipped   int     `json:"skipped"`   // whose last basket had nothing to look for
	Hits      int     `json:"hits"`      // customers with at least one recommendation in the last basket
	HitRate   float64 `json:"hit_rate"`
	Recall    float64 `json:"recall"` // mean share of the last basket that was recommended
	// The same for recommending the most bought products to everybody.
	PopularHits    int     `json:"popular_hits"`
	PopularHitRate float64 `json:"popular_hit_rate"`
	PopularRecall  float64 `json:"popular_recall"`

	LeftOut  []insight.LeftOut `json:"left_out,omitempty"` // of [Model.LeftOut]
	Warnings []insight.Warning `json:"warnings,omitempty"` // those of the model among them
}

// WorseThanPopular is the warning that the model hit fewer customers than the most bought
// products did: it should not be used.
const WorseThanPopular insight.WarningCode = "worse_than_popular"

// WarningCodes lists the codes.
func WarningCodes() []insight.WarningCode { return []insight.WarningCode{WorseThanPopular} }

// Evaluate trains without the last basket of each customer who has two or more and
// recommends to him what he should have bought (leave one out). Other customers'
// baskets of later days are known to the model and to popularity alike.
func Evaluate(b *basket.Baskets, t Training, e Testing) (Evaluation, error) {
	var c tandem.Check
	c.Require(b != nil, "required", "baskets", "must be given")
	c.Nested("training", t.Validate())
	c.Require(e.Top >= 0 && e.Top <= MaxTop, "top", "top", "must be 0 to 1,000")
	c.Require(e.Sample >= 0, "sample", "sample", "must not be negative")
	if err := c.Err("recommend evaluation"); err != nil {
		return Evaluation{}, err
	}
	if e.Top == 0 {
		e.Top = 10
	}
	rest, held := b.HoldLast()
	m, err := Train(rest, t)
	if err != nil {
		return Evaluation{}, err
	}
	out := Evaluation{LeftOut: m.LeftOut(), Warnings: m.Warnings()}
	wanted, known := make([]bool, b.Products()), make([]bool, b.Products())
	order := make([]int32, 0, e.Top+1)
	s := m.scores()
	for _, h := range e.draw(held) {
		clear(known)
		clear(wanted)
		seeds := m.bought(h.Customer)
		if !e.Repeats {
			for _, item := range seeds {
				known[item] = true
			}
		}
		size := 0
		for _, item := range h.Items {
			if !known[item] {
				wanted[item] = true
				size++
			}
		}
		if size == 0 {
			out.Skipped++
			continue
		}
		out.Customers++
		s.of(seeds, nil)
		order = s.first(order[:0], e.Top, known)
		count(order, known, wanted, e.Top, size, &out.Hits, &out.Recall)
		count(m.popular, known, wanted, e.Top, size, &out.PopularHits, &out.PopularRecall)
	}
	if n := float64(out.Customers); n > 0 {
		out.HitRate, out.PopularHitRate = float64(out.Hits)/n, float64(out.PopularHits)/n
		out.Recall /= n
		out.PopularRecall /= n
	}
	if out.Hits < out.PopularHits {
		out.Warnings = append(out.Warnings, insight.Warn(WorseThanPopular,
			"%d of %d customers were hit, where the most bought products hit %d", out.Hits, out.Customers, out.PopularHits))
	}
	return out, nil
}

// draw gives as many customers as are asked for, in their order: each is taken with the
// chance that it needs (Knuth, The Art of Computer Programming, algorithm 3.4.2 S).
func (e Testing) draw(held []basket.Held) []basket.Held {
	if e.Sample == 0 || e.Sample >= len(held) {
		return held
	}
	var out []basket.Held
	r := float.NewRandom(e.Seed)
	for i, h := range held {
		if float64(float64(len(held)-i)*r.Uniform()) < float64(e.Sample-len(out)) {
			out = append(out, h)
		}
	}
	return out
}

func count(order []int32, known, wanted []bool, top, size int, hits *int, recall *float64) {
	found := 0
	for _, item := range order {
		if known[item] {
			continue
		}
		if wanted[item] {
			found++
		}
		if top--; top == 0 {
			break
		}
	}
	if found > 0 {
		*hits++
	}
	*recall += float64(found) / float64(size)
}

// bought gives the items of a customer, sorted.
func (m *Model) bought(customer int32) []int32 {
	var items []int32
	for _, i := range m.ofBuyer[customer] {
		items = append(items, m.baskets.Items(int(i))...)
	}
	slices.Sort(items)
	return slices.Compact(items)
}
