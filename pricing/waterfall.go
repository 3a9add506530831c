package pricing

import (
	"encoding/json"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
	"github.com/tandem-go/tandem/pricing/formula"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// Waterfall explains the amount of one line: steps in their order whose changes
// sum exactly to it, and the candidates that lost. It is kept with the document
// (its JSON form reads back to the same value), so that the price of a sent
// quotation can be explained whatever was published since.
type Waterfall struct {
	Ref      tandem.PriceRef  `json:"ref"`
	Policy   Policy           `json:"policy"`
	Date     tandem.Date      `json:"date"`
	Grade    tandem.GradeCode `json:"grade,omitempty"`
	Line     int              `json:"line"`
	Product  tandem.ProductID `json:"product"`
	Quantity tandem.Quantity  `json:"quantity"`
	Steps    []Step           `json:"steps"`
	Price    tandem.Price     `json:"price"`    // per unit, before order discounts
	Extended tandem.Money     `json:"extended"` // price × quantity
	Amount   tandem.Money     `json:"amount"`   // after order discounts: Σ Delta
	// Exchange is the rate by which all prices were converted, where the line has none
	// in the currency of the request.
	Exchange *Exchange `json:"exchange,omitempty"`
	// Beyond the invoice: what is expected to be given back, what is left then, what the
	// goods cost and what is earned. None: not known.
	Rebate tandem.Money `json:"rebate"`
	Pocket tandem.Money `json:"pocket"`
	Cost   tandem.Money `json:"cost"`
	Margin tandem.Money `json:"margin"`

	Losers  []Candidate `json:"losers,omitempty"`
	Omitted int         `json:"omitted,omitempty"` // losers beyond [MaxCandidates]
}

// Step is one step of a waterfall.
type Step struct {
	Kind StepKind `json:"kind"`
	Rule string   `json:"rule"`           // the row, the derived list, RuleAgreed or the order discount
	List string   `json:"list,omitempty"` // the list of the rule
	// Basis is the amount that the step was taken off, where it is a rate or a share.
	Basis tandem.Money `json:"basis"`
	Rate  tandem.Rate  `json:"rate,omitzero"`
	Price tandem.Price `json:"price"` // per unit after the step; none for order discounts
	Delta tandem.Money `json:"delta"` // change of the line's amount
	// Rounding is the part of Delta that comes from rounding: of the unit price, or of
	// the share of an order discount. None: nothing was rounded.
	Rounding tandem.Money `json:"rounding"`
	Amount   tandem.Money `json:"amount"` // of the line after the step
	Reason   string       `json:"reason,omitempty"`
	Actor    string       `json:"actor,omitempty"`
	Lane     string       `json:"lane,omitempty"` // of a promotion
	// Formula is how the price was made, where a list derived it by one.
	Formula []formula.Step `json:"formula,omitempty"`
}

// Candidate is a price, or the rate of a derived list, that did not win.
type Candidate struct {
	Rule   string          `json:"rule"`
	List   string          `json:"list"`
	Source Source          `json:"source"`
	From   tandem.Quantity `json:"from"`
	Price  tandem.Price    `json:"price"`
	Rate   tandem.Rate     `json:"rate,omitzero"`
	Reason Loss            `json:"reason"`
}

// Breakdown sums the steps by their kind.
func (w *Waterfall) Breakdown() (Breakdown, error) {
	var sums [stepCount]tandem.Money
	for i := range sums {
		sums[i] = tandem.MoneyFromMinor(0, w.Amount.Currency())
	}
	for i := range w.Steps {
		at := stepOrder(w.Steps[i].Kind)
		if at == 0 {
			continue
		}
		var err error
		if sums[at-1], err = sums[at-1].Add(w.Steps[i].Delta); err != nil {
			return Breakdown{}, err
		}
	}
	return breakdownOf(&sums), nil
}

// Validate reports whether the steps stand in their order, each amount is the one
// before plus the change, the last is the amount of the line, and price × quantity
// stands before the order discounts. It is for waterfalls read back from a store.
func (w *Waterfall) Validate() error {
	var c tandem.Check
	c.Require(w.Policy.Valid(), "policy", "policy", "must be a best-price policy")
	c.Require(len(w.Steps) > 0, "steps", "steps", "must be given")
	amount, last, kind := tandem.MoneyFromMinor(0, w.Amount.Currency()), w.Extended, 0
	for i := range w.Steps {
		step, path := &w.Steps[i], tandem.Path("steps", i)
		next := stepOrder(step.Kind)
		c.Require(next > kind || next == kind && next > priceSteps, "order", path+".kind", "out of order")
		kind = next
		sum, err := amount.Add(step.Delta)
		c.Require(err == nil && sum == step.Amount, "sum", path+".amount", "must be the amount before plus the change")
		amount = step.Amount
		if next <= priceSteps {
			last = step.Amount
		}
	}
	c.Require(last == w.Extended, "extended", "extended", "must be the amount before promotions and order discounts")
	c.Require(amount == w.Amount, "sum", "amount", "must be the sum of the steps")
	return c.Err("waterfall")
}

// stepOrder gives the place of a step, from 1; 0 for none of [StepKinds].
func stepOrder(k StepKind) int {
	for i, kind := range StepKinds() {
		if kind == k {
			return i + 1
		}
	}
	return 0
}

// discount adds the share of an order discount as a step.
func (w *Waterfall) discount(d *OrderDiscount, before, after, basis, applied tandem.Money, r tandem.Rounding) error {
	delta, err := after.Sub(before)
	if err != nil {
		return err
	}
	share, err := tandem.NewRatio(before.Minor(), basis.Minor())
	if err != nil {
		return err
	}
	exact, err := applied.Neg().MulRatio(share, r)
	if err != nil {
		return err
	}
	rounding, err := delta.Sub(exact)
	if err != nil {
		return err
	}
	w.Steps = append(w.Steps, Step{Kind: StepOrderDiscount, Rule: d.ID, Basis: before, Rate: d.Rate,
		Delta: delta, Rounding: orNone(rounding), Amount: after})
	return nil
}

// promoted adds the parts of promotions as steps.
func (w *Waterfall) promoted(parts []promotion.Part) error {
	amount := w.Extended
	for i := range parts {
		p := &parts[i]
		after, err := amount.Add(p.Delta)
		if err != nil {
			return err
		}
		w.Steps = append(w.Steps, Step{Kind: StepPromotion, Rule: p.Promotion, Lane: p.Lane, Basis: orNone(p.Basis), Rate: p.Rate,
			Delta: p.Delta, Rounding: orNone(p.Rounding), Amount: after})
		amount = after
	}
	return nil
}

// beyond fills in what is beyond the invoice: none where nothing is given back.
func (w *Waterfall) beyond(rebate, cost tandem.Money) (err error) {
	w.Rebate, w.Cost, w.Pocket = rebate, cost, w.Amount
	if !rebate.IsNone() {
		if w.Pocket, err = w.Amount.Sub(rebate); err != nil {
			return err
		}
	}
	if !cost.IsNone() {
		w.Margin, err = w.Pocket.Sub(cost)
	}
	return err
}

// AppendJSON appends the JSON form, as encoding/json gives it.
func (w *Waterfall) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.Append("ref", w.Ref.AppendJSON)
	o.String("policy", string(w.Policy))
	jsonw.Text(&o, "date", w.Date)
	o.StringOmit("grade", string(w.Grade))
	o.Int("line", int64(w.Line))
	jsonw.Text(&o, "product", w.Product)
	jsonw.Text(&o, "quantity", w.Quantity)
	jsonw.List(&o, "steps", w.Steps, (*Step).appendJSON)
	jsonw.Text(&o, "price", w.Price)
	jsonw.Text(&o, "extended", w.Extended)
	jsonw.Text(&o, "amount", w.Amount)
	if w.Exchange != nil {
		encoded, _ := json.Marshal(w.Exchange) // is plain data
		o.Raw("exchange", encoded)
	}
	jsonw.Text(&o, "rebate", w.Rebate)
	jsonw.Text(&o, "pocket", w.Pocket)
	jsonw.Text(&o, "cost", w.Cost)
	jsonw.Text(&o, "margin", w.Margin)
	if len(w.Losers) > 0 {
		jsonw.List(&o, "losers", w.Losers, (*Candidate).appendJSON)
	}
	o.IntOmit("omitted", int64(w.Omitted))
	return o.Close()
}

func (s *Step) appendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.String("kind", string(s.Kind))
	o.String("rule", s.Rule)
	o.StringOmit("list", s.List)
	jsonw.Text(&o, "basis", s.Basis)
	jsonw.TextOmit(&o, "rate", s.Rate)
	jsonw.Text(&o, "price", s.Price)
	jsonw.Text(&o, "delta", s.Delta)
	jsonw.Text(&o, "rounding", s.Rounding)
	jsonw.Text(&o, "amount", s.Amount)
	o.StringOmit("reason", s.Reason)
	o.StringOmit("actor", s.Actor)
	o.StringOmit("lane", s.Lane)
	if len(s.Formula) > 0 {
		encoded, _ := json.Marshal(s.Formula) // is plain data
		o.Raw("formula", encoded)
	}
	return o.Close()
}

func (c *Candidate) appendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.String("rule", c.Rule)
	o.String("list", c.List)
	o.String("source", string(c.Source))
	jsonw.Text(&o, "from", c.From)
	jsonw.Text(&o, "price", c.Price)
	jsonw.TextOmit(&o, "rate", c.Rate)
	o.String("reason", string(c.Reason))
	return o.Close()
}
