package promotion

import (
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/condition"
	"github.com/tandem-go/tandem/pricing/promotion/internal/bitset"
)

// Fact is the value of an attribute that a host added to the schema ([Config.Attributes]).
type Fact struct {
	Name  string          `json:"name"`
	Value condition.Value `json:"value,omitzero"`
	Texts []string        `json:"texts,omitempty"` // of an attribute that is a set
}

// Unanswered is a comparison that could not be made: the values are of different
// currencies or units. The promotion is not applied, or not to that line.
type Unanswered struct {
	Promotion string `json:"promotion"`
	Field     string `json:"field"`
	Line      int    `json:"line,omitempty"` // the line's number; nought: the order
	Reason    string `json:"reason"`
}

// when is the part of a condition that no index answers.
type when struct {
	program *condition.Program
	byLine  bool
}

// vocabulary is the schema of a set's conditions with the places of its attributes.
type vocabulary struct {
	schema *condition.Schema
	used   map[string]bool // attributes that programs ask for

	grade, segment, region, channel, currency, date, at, coupon, quantity, amount condition.Slot
	product, category, brand, lineQuantity, lineAmount, price                     condition.Slot
}

func newVocabulary(schema *condition.Schema) vocabulary {
	v := vocabulary{schema: schema, used: map[string]bool{}}
	for name, slot := range map[string]*condition.Slot{
		condition.CustomerGrade: &v.grade, condition.CustomerSegment: &v.segment, condition.CustomerRegion: &v.region,
		condition.OrderChannel: &v.channel, condition.OrderCurrency: &v.currency, condition.OrderDate: &v.date,
		condition.OrderAt: &v.at, condition.OrderCoupon: &v.coupon, condition.OrderQuantity: &v.quantity, condition.OrderAmount: &v.amount,
		condition.LineProduct: &v.product, condition.LineCategory: &v.category, condition.LineBrand: &v.brand,
		condition.LineQuantity: &v.lineQuantity, condition.LineAmount: &v.lineAmount, condition.LinePrice: &v.price,
	} {
		*slot, _ = schema.Slot(name)
	}
	return v
}

func (v *vocabulary) use(n *condition.Node) {
	v.used[n.Field] = true
	if n.Where != nil {
		v.use(n.Where)
	}
	for i := range n.Nodes {
		v.use(&n.Nodes[i])
	}
}

// lower gives the promotion as the index takes it: its audience and its condition
// together, with what the index cannot answer as a program. never: it holds for no order.
func (v *vocabulary) lower(p Promotion) (lowered Promotion, rest when, never bool, err error) {
	if p.When == nil {
		return p, when{}, false, nil
	}
	nodes := []condition.Node{*p.When}
	nodes = asIn(nodes, condition.CustomerGrade, texts(p.Audience.Grades))
	nodes = asIn(nodes, condition.CustomerSegment, p.Audience.Segments)
	nodes = asIn(nodes, condition.OrderChannel, p.Audience.Channels)
	nodes = asIn(nodes, condition.CustomerRegion, p.Audience.Regions)
	l, residue := condition.Lower(condition.All(nodes...))
	if l.Never {
		return p, when{}, true, nil
	}
	p.Audience = Audience{Grades: grades(l.Grades), Segments: l.Segments, Channels: l.Channels, Regions: l.Regions}
	p.Valid = meet(p.Valid, l.Dates)
	p.From, p.Until = later(p.From, l.Instants.From), sooner(p.Until, l.Instants.Until)
	never = p.Valid.Validate() != nil || !p.Until.IsZero() && !p.From.Before(p.Until)
	var left []condition.Node
	if residue != nil {
		left = append(left, *residue)
	}
	if len(p.Coupons) == 0 {
		p.Coupons = l.Coupons
	} else {
		left = asIn(left, condition.OrderCoupon, l.Coupons)
	}
	left = v.lowerScope(&p.Scope, &l, left)
	left = asIn(left, condition.OrderCurrency, l.Currencies)
	if !l.LeastQuantity.IsNone() {
		left = append(left, condition.AtLeast(condition.LineQuantity, l.LeastQuantity))
	}
	if len(left) == 0 || never {
		return p, when{}, never, nil
	}
	all := condition.All(left...)
	v.use(&all)
	rest.program, err = condition.Compile(v.schema, all)
	if err == nil {
		rest.byLine = rest.program.NeedsLine()
	}
	return p, rest, false, err
}

// lowerScope makes a scope of the one list that narrows all lines; other lists stay conditions of lines.
func (v *vocabulary) lowerScope(s *Scope, l *condition.Lowered, left []condition.Node) []condition.Node {
	switch {
	case s.IsZero() && l.Categories != nil && l.Products == nil && l.Brands == nil:
		s.Categories = l.Categories
		return left
	case s.IsZero() && l.Brands != nil && l.Products == nil && l.Categories == nil:
		s.Brands = l.Brands
		return left
	case s.IsZero() && l.Products != nil && l.Categories == nil && l.Brands == nil:
		if ids, ok := products(l.Products); ok {
			s.Products = ids
			return left
		}
	}
	left = asIn(left, condition.LineProduct, l.Products)
	left = asIn(left, condition.LineCategory, l.Categories)
	return asIn(left, condition.LineBrand, l.Brands)
}

func products(texts []string) (ids []tandem.ProductID, ok bool) {
	for _, text := range texts {
		id, err := tandem.ParseID[tandem.ProductID](text)
		if err != nil {
			return nil, false
		}
		ids = append(ids, id)
	}
	return ids, true
}

func asIn(nodes []condition.Node, field string, texts []string) []condition.Node {
	if len(texts) == 0 {
		return nodes
	}
	return append(nodes, condition.In(field, texts...))
}

func texts(codes []tandem.GradeCode) (out []string) {
	for _, c := range codes {
		out = append(out, string(c))
	}
	return out
}

func grades(texts []string) (out []tandem.GradeCode) {
	for _, t := range texts {
		out = append(out, tandem.GradeCode(t))
	}
	return out
}

func meet(a, b tandem.Validity) tandem.Validity {
	if a.From.Before(b.From) {
		a.From = b.From
	}
	if a.Until.IsZero() || !b.Until.IsZero() && b.Until.Before(a.Until) {
		a.Until = b.Until
	}
	return a
}

func later(a, b tandem.Instant) tandem.Instant {
	if a.Before(b) {
		return b
	}
	return a
}

func sooner(a, b tandem.Instant) tandem.Instant {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// holds judges the condition of an offer; one that asks for the line keeps of the
// offer's scope the lines for which it holds.
func (w *work) holds(o *offer, i int) bool {
	f := w.readFacts()
	if !o.when.byLine {
		f.ClearMismatches()
		holds := o.when.program.Match(f)
		w.unanswered(o)
		return holds
	}
	own, any := w.run.Pool(i), false
	for line := range w.order {
		if !bitset.Has(own, line) {
			continue
		}
		f.ClearMismatches()
		if o.when.program.MatchLine(f, line) {
			any = true
		} else {
			bitset.Clear(own, line)
		}
		w.unanswered(o)
	}
	return any
}

func (w *work) unanswered(o *offer) {
	m, found := w.facts.Mismatch()
	if !found {
		return
	}
	u := Unanswered{Promotion: o.id, Field: m.Field, Reason: strings.TrimPrefix(m.Err.Error(), "tandem: ")}
	if m.Line >= 0 {
		u.Line = w.basket.Lines[w.order[m.Line]].Line
	}
	w.doubts = append(w.doubts, u)
}

// readFacts tells the basket to the conditions, once for each basket that a condition asks about.
func (w *work) readFacts() *condition.Facts {
	v := &w.set.vocabulary
	if w.factsOf != v.schema {
		w.facts, w.factsOf = v.schema.NewFacts(), v.schema
	} else if w.factsRead {
		return w.facts
	}
	w.factsRead = true
	f, b := w.facts, w.basket
	f.Reset()
	w.tell(f.Set(v.grade, condition.Of(b.Grade)), f.SetTexts(v.segment, b.Segments...), f.Set(v.region, condition.Of(b.Region)),
		f.Set(v.channel, condition.Of(b.Channel)), f.Set(v.currency, condition.Of(b.Currency)), f.Set(v.date, condition.Of(b.Date)),
		f.SetTexts(v.coupon, b.Coupons...))
	if !b.At.IsZero() {
		w.tell(f.Set(v.at, condition.Of(b.At)))
	}
	var amount, quantity int64
	unit := tandem.Unit(0)
	same := true
	for i, at := range w.order {
		l := &b.Lines[at]
		amount, quantity = amount+l.Amount.Minor(), quantity+l.Quantity.Micro()
		same = same && (unit == 0 || unit == l.Quantity.Unit())
		unit = l.Quantity.Unit()
		w.tellLine(f, i, l)
	}
	w.tell(f.Set(v.amount, condition.Of(w.money(amount))))
	if same && unit != 0 {
		w.tell(f.Set(v.quantity, condition.Of(tandem.QuantityFromMicro(quantity, unit))))
	}
	w.tellFacts(b.Facts, -1, func(s condition.Slot, fact *Fact) error {
		if len(fact.Texts) > 0 {
			return f.SetTexts(s, fact.Texts...)
		}
		return f.Set(s, fact.Value)
	})
	return f
}

func (w *work) tellLine(f *condition.Facts, i int, l *Line) {
	v := &w.set.vocabulary
	_, err := f.AddLine()
	w.tell(err)
	if v.used[condition.LineProduct] { // its text is made for those who ask only
		w.tell(f.SetLine(i, v.product, condition.Of(l.Product)))
	}
	if l.Category != "" {
		w.tell(f.SetLine(i, v.category, condition.Of(l.Category)))
	}
	if l.Brand != "" {
		w.tell(f.SetLine(i, v.brand, condition.Of(l.Brand)))
	}
	price := w.money(w.run.Scale(l.Amount.Minor(), micro, l.Quantity.Micro()))
	w.tell(f.SetLine(i, v.lineQuantity, condition.Of(l.Quantity)), f.SetLine(i, v.lineAmount, condition.Of(l.Amount)),
		f.SetLine(i, v.price, condition.Of(price)))
	w.tellFacts(l.Facts, int(w.order[i]), func(s condition.Slot, fact *Fact) error {
		if len(fact.Texts) > 0 {
			return f.SetLineTexts(i, s, fact.Texts...)
		}
		return f.SetLine(i, s, fact.Value)
	})
}

func (w *work) tell(errs ...error) {
	for _, err := range errs {
		if err != nil && w.faulty == nil {
			w.faulty = err
		}
	}
}

// tellFacts tells the host's facts of a line of the basket; -1: of the order.
func (w *work) tellFacts(facts []Fact, line int, set func(condition.Slot, *Fact) error) {
	for i := range facts {
		slot, found := w.set.vocabulary.schema.Slot(facts[i].Name)
		if !found || set(slot, &facts[i]) != nil {
			var c tandem.Check
			path := tandem.Path("facts", i)
			if line >= 0 {
				path = tandem.Path("lines", line) + "." + path
			}
			c.Add("fact", path, "no such attribute, or of another kind")
			w.tell(c.Err("basket"))
		}
	}
}
