package pricing_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
	"github.com/tandem-go/tandem/pricing/promotion"
)

func TestBooksWithFaults(t *testing.T) {
	gold := []tandem.GradeCode{"gold"}
	for name, c := range map[string]struct {
		change func(*pricing.Book)
		want   string
	}{
		"id":              {func(b *pricing.Book) { b.ID = strings.Repeat("x", tandem.MaxName+1) }, "id:too_long"},
		"version":         {func(b *pricing.Book) { b.Version = 0 }, "version:version"},
		"policy":          {func(b *pricing.Book) { b.Policy = "" }, "policy:policy"},
		"contract policy": {func(b *pricing.Book) { b.Contract = "x" }, "contract:contract_policy"},
		"rounding":        {func(b *pricing.Book) { b.Rounding = "" }, "rounding:rounding"},
		"price digits":    {func(b *pricing.Book) { b.PriceDigits = 7 }, "price_digits:price_digits"},
		"too many grades": {func(b *pricing.Book) { b.Grades = make([]tandem.GradeCode, pricing.MaxGrades+1) }, "grades:too_many"},
		"empty grade":     {func(b *pricing.Book) { b.Grades = append(b.Grades, "") }, "grades[3]:grade"},
		"grade twice":     {func(b *pricing.Book) { b.Grades = append(b.Grades, "gold") }, "grades[3]:duplicate"},
		"list without id": {func(b *pricing.Book) { b.Lists = append(b.Lists, pricing.List{Source: pricing.SourceDefault}) }, "lists[5].id:id"},
		"list twice": {func(b *pricing.Book) {
			b.Lists = append(b.Lists, pricing.List{ID: "list", Source: pricing.SourceDefault})
		}, "lists[5].id:duplicate"},
		"source":               {func(b *pricing.Book) { b.Lists = append(b.Lists, pricing.List{ID: "x", Source: "x"}) }, "lists[5].source:source"},
		"priority":             {func(b *pricing.Book) { b.Lists[0].Priority = 5000 }, "lists[0].priority:priority"},
		"list validity":        {func(b *pricing.Book) { b.Lists[0].Valid = tandem.Validity{From: day(1), Until: day(1)} }, "lists[0].valid.until:validity_empty"},
		"default with grades":  {func(b *pricing.Book) { b.Lists[0].Grades = gold }, "lists[0].grades:grades"},
		"no grades":            {func(b *pricing.Book) { b.Lists[1].Grades = nil }, "lists[1].grades:grades"},
		"unknown grade":        {func(b *pricing.Book) { b.Lists[1].Grades = []tandem.GradeCode{"x"} }, "lists[1].grades[0]:grade_unknown"},
		"grade twice in list":  {func(b *pricing.Book) { b.Lists[1].Grades = []tandem.GradeCode{"gold", "gold"} }, "lists[1].grades[1]:duplicate"},
		"no customers":         {func(b *pricing.Book) { b.Lists[4].Customers = nil }, "lists[4].customers:customers"},
		"nobody as customer":   {func(b *pricing.Book) { b.Lists[4].Customers = make([]tandem.PartyID, 1) }, "lists[4].customers[0]:customer"},
		"unknown base":         {func(b *pricing.Book) { b.Lists[1].Base = "x" }, "lists[1].base:base"},
		"default with base":    {func(b *pricing.Book) { b.Lists[0].Base = "list" }, "lists[0].base:cycle"},
		"lists in a circle":    {func(b *pricing.Book) { b.Lists[1].Base, b.Lists[2].Base = "silver", "gold" }, "lists[1].base:cycle"},
		"discount of a list":   {func(b *pricing.Book) { b.Lists[1].Discount = tandem.Percent(101) }, "lists[1].discount:discount"},
		"discount, no base":    {func(b *pricing.Book) { b.Lists[0].Discount = tandem.Percent(1) }, "lists[0].discount:discount"},
		"tax mode of the base": {func(b *pricing.Book) { b.Lists[1].Inclusive = true }, "lists[1].inclusive:tax_mode"},
		"row without id":       {func(b *pricing.Book) { b.Rows[0].ID = "" }, "rows[0].id:id"},
		"row twice":            {func(b *pricing.Book) { b.Rows[1].ID = b.Rows[0].ID }, "rows[1].id:duplicate"},
		"row of no list":       {func(b *pricing.Book) { b.Rows[0].List = "x" }, "rows[0].list:list_unknown"},
		"two scopes":           {func(b *pricing.Book) { b.Rows[0].Category = "gifts" }, "rows[0].category:scope"},
		"category":             {func(b *pricing.Book) { b.Rows[0].Product, b.Rows[0].Category = tandem.ProductID{}, "/gifts" }, "rows[0].category:category"},
		"negative from":        {func(b *pricing.Book) { b.Rows[1].From = b.Rows[1].From.Neg() }, "rows[1].from:from"},
		"unit of from":         {func(b *pricing.Book) { b.Rows[1].From = tandem.QuantityFromMicro(1, tandem.Box) }, "rows[1].from:unit"},
		"validity":             {func(b *pricing.Book) { b.Rows[0].Valid = tandem.Validity{From: day(2), Until: day(1)} }, "rows[0].valid.until:validity_empty"},
		"no price":             {func(b *pricing.Book) { b.Rows[0].Price = tandem.Price{} }, "rows[0].price:price"},
		"negative price":       {func(b *pricing.Book) { b.Rows[0].Price = b.Rows[0].Price.Neg() }, "rows[0].price:price"},
		"price and discount":   {func(b *pricing.Book) { b.Rows[0].Discount = tandem.Percent(1) }, "rows[0].discount:discount"},
		"discount of a row": {func(b *pricing.Book) {
			b.Rows = append(b.Rows, pricing.Row{ID: "x", List: "gold", Discount: tandem.Percent(-1)})
		}, "rows[7].discount:discount"},
		"promotion": {func(b *pricing.Book) {
			b.Promotions = []promotion.Promotion{{ID: "p", Lane: promotion.LaneProduct}}
		}, "promotions[0].benefit:benefit"},
		"floor without id": {func(b *pricing.Book) { b.Floors[0].ID = "" }, "floors[0].id:id"},
		"floor twice":      {func(b *pricing.Book) { b.Floors[1].ID = "deep" }, "floors[1].id:duplicate"},
		"floor basis":      {func(b *pricing.Book) { b.Floors[0].Basis = "" }, "floors[0].basis:basis"},
		"floor rate":       {func(b *pricing.Book) { b.Floors[0].Rate = tandem.Rate{} }, "floors[0].rate:rate"},
		"floor role":       {func(b *pricing.Book) { b.Floors[0].Role = strings.Repeat("x", tandem.MaxName+1) }, "floors[0].role:too_long"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := pricingtest.Small().Edit(c.change).Compile()
			assert.Nil(t, s)
			assert.Equal(t, []string{c.want}, codes(t, err))
		})
	}
	t.Run("all faults at once", func(t *testing.T) {
		_, err := pricingtest.Small().Edit(func(b *pricing.Book) { b.Rows[0].ID, b.Lists[1].Base, b.Floors[1].ID = "", "x", "" }).Compile()
		assert.Len(t, codes(t, err), 3)
	})
	t.Run("the zero book", func(t *testing.T) {
		_, err := pricing.Compile(pricing.Book{})
		assert.Len(t, codes(t, err), 4)
	})
}

// sale opens a seasonal default list beside the small book.
func sale(from, until string, priority int, p string) func(*testing.T, *pricing.Book) {
	return func(t *testing.T, b *pricing.Book) {
		valid := tandem.Validity{From: date(t, from), Until: date(t, until)}
		b.Lists = append(b.Lists, pricing.List{ID: "sale", Source: pricing.SourceDefault, Priority: priority, Valid: valid})
		b.Rows = append(b.Rows, pricing.Row{ID: "sale/85123A", List: "sale", Product: pricingtest.Product("85123A"), Price: price(t, p)})
	}
}

// Validity is half-open: the sale holds from its first day, and no longer on its last.
func TestDatesAreHalfOpen(t *testing.T) {
	s := pricingtest.Small().Edit(func(b *pricing.Book) { sale("2011-06-10", "2011-06-20", 1, "2.00 GBP/EA")(t, b) }).Snapshot(t)
	for on, want := range map[string]string{"2011-06-09": "2.95", "2011-06-10": "2.00", "2011-06-19": "2.00", "2011-06-20": "2.95"} {
		req := pricingtest.Order("1", pricingtest.Line("85123A", 1))
		req.Date = date(t, on)
		assert.Equal(t, price(t, want+" GBP/EA"), mustPrice(t, s, req).Lines[0].Price, on)
	}
	leap := pricingtest.New().Edit(func(b *pricing.Book) {
		b.Rows = append(b.Rows, pricing.Row{ID: "leap", List: "list", Price: price(t, "1.00 GBP/EA"),
			Valid: tandem.Validity{From: date(t, "2012-02-29"), Until: date(t, "2012-03-01")}})
	}).Snapshot(t)
	req := pricingtest.Order("1", pricingtest.Line("any", 1))
	req.Date = date(t, "2012-02-29")
	mustPrice(t, leap, req)
	req.Date = date(t, "2012-03-01")
	assert.Equal(t, []string{"lines[0]:price_date"}, codes(t, leap.Price(&req, &pricing.Result{})))
}

// One basket under the three policies. 85123A, one piece, gold, contract at 2.90:
// the list says 2.95, the sale 2.00, gold 2.80 (2.8025), the contract 2.90.
func TestPolicies(t *testing.T) {
	book := func(policy pricing.Policy, priority int) *pricing.Snapshot {
		return pricingtest.Small().Contract("7", "85123A", "2.90").Edit(func(b *pricing.Book) {
			b.Policy = policy
			sale("2011-01-01", "2012-01-01", priority, "2.00 GBP/EA")(t, b)
		}).Snapshot(t)
	}
	for _, c := range []struct {
		name     string
		policy   pricing.Policy
		priority int
		customer string
		grade    tandem.GradeCode
		rule     string
		loser    string
		reason   pricing.Loss
	}{
		{"a contract is more specific than anything", pricing.MostSpecific, 0, "7", "gold", "contract-7/85123A", "list/85123A", pricing.LossStart},
		{"the sale starts later than the list", pricing.MostSpecific, 0, "1", "", "sale/85123A", "list/85123A", pricing.LossStart},
		{"gold derives from the list, which gave no price", pricing.MostSpecific, 0, "1", "gold", "sale/85123A", "gold", pricing.LossBase},
		{"priority comes before the contract", pricing.MostSpecific, 1, "7", "gold", "sale/85123A", "contract-7/85123A", pricing.LossPriority},
		{"the lowest", pricing.Lowest, 0, "7", "gold", "sale/85123A", "contract-7/85123A", pricing.LossDearer},
		{"the first list of the book", pricing.FirstHit, 0, "7", "", "list/85123A", "contract-7/85123A", pricing.LossLater},
		{"a grade list that stands behind the list", pricing.FirstHit, 0, "1", "gold", "list/85123A", "sale/85123A", pricing.LossLater},
		{"other grades do not count", pricing.MostSpecific, 0, "1", "", "sale/85123A", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := graded(c.grade, pricingtest.Order(c.customer, pricingtest.Line("85123A", 1)))
			req.Explain = true
			line := mustPrice(t, book(c.policy, c.priority), req).Lines[0]
			assert.Equal(t, c.rule, line.Ref.Rule)
			reasons := map[string]pricing.Loss{}
			for _, l := range line.Waterfall.Losers {
				reasons[l.Rule] = l.Reason
			}
			if c.loser != "" {
				assert.Equal(t, c.reason, reasons[c.loser], "%v", reasons)
			}
		})
	}
}

// Product before deeper category before shallower before everything, and a rate
// of its own for a category in a derived list.
func TestScopes(t *testing.T) {
	s := pricingtest.New().Price("a", "10.00").Grade("gold", "0.05").Edit(func(b *pricing.Book) {
		b.Rows = append(b.Rows,
			pricing.Row{ID: "all", List: "list", Price: price(t, "1.00 GBP/EA")},
			pricing.Row{ID: "gifts", List: "list", Category: "gifts", Price: price(t, "2.00 GBP/EA")},
			pricing.Row{ID: "candles", List: "list", Category: "gifts/candles", Price: price(t, "3.00 GBP/EA")},
			pricing.Row{ID: "gold-candles", List: "gold", Category: "gifts/candles", Discount: tandem.Percent(10)},
			pricing.Row{ID: "gold-many", List: "gold", Discount: tandem.Percent(50), From: quantity(t, "100 EA")})
	}).Snapshot(t)
	for _, c := range []struct {
		product, category string
		pieces            int64
		grade             tandem.GradeCode
		price, rule       string
	}{
		{"a", "gifts/candles", 1, "", "10.00", "list/a"},
		{"b", "gifts/candles/red", 1, "", "3.00", "candles"},
		{"b", "gifts/cards", 1, "", "2.00", "gifts"},
		{"b", "giftshop", 1, "", "1.00", "all"},
		{"b", "", 1, "", "1.00", "all"},
		{"a", "gifts/candles", 1, "gold", "9.00", "gold-candles"},
		{"a", "gifts", 1, "gold", "9.50", "gold"},
		{"b", "gifts", 100, "gold", "1.00", "gold-many"},
		{"b", "gifts/candles", 100, "gold", "2.70", "gold-candles"},
	} {
		l := pricingtest.Line(c.product, c.pieces)
		l.Category = c.category
		line := mustPrice(t, s, graded(c.grade, pricingtest.Order("1", l))).Lines[0]
		assert.Equal(t, price(t, c.price+" GBP/EA"), line.Price, "%+v", c)
		assert.Equal(t, c.rule, line.Ref.Rule, "%+v", c)
	}
}

// Net and gross lists stand side by side, each for those who ask for it, and each
// in its currencies.
func TestTaxModeAndCurrency(t *testing.T) {
	s := pricingtest.New().Price("a", "10.00").Edit(func(b *pricing.Book) {
		b.Lists = append(b.Lists, pricing.List{ID: "shop", Source: pricing.SourceDefault, Inclusive: true})
		b.Rows = append(b.Rows,
			pricing.Row{ID: "shop/a", List: "shop", Product: pricingtest.Product("a"), Price: price(t, "12.00 GBP/EA")},
			pricing.Row{ID: "eur", List: "list", Product: pricingtest.Product("a"), Price: price(t, "1.50 EUR/EA")},
			pricing.Row{ID: "yen", List: "list", Product: pricingtest.Product("a"), Price: price(t, "1500 JPY/1000 EA")})
	}).Snapshot(t)
	gross := pricingtest.Order("1", pricingtest.Line("a", 2))
	gross.Inclusive, gross.Explain = true, true
	res := mustPrice(t, s, gross)
	assert.Equal(t, tandem.TaxBase{Line: 1, Code: "GB-S", Amount: gbp(t, "24.00"), Inclusive: true}, res.Lines[0].Base)
	assert.Equal(t, pricing.LossTaxMode, res.Lines[0].Waterfall.Losers[0].Reason)

	yen := pricingtest.Order("1", pricingtest.Line("a", 3))
	yen.Currency = tandem.JPY
	assert.Equal(t, tandem.MoneyFromMinor(5, tandem.JPY), mustPrice(t, s, yen).Total, "3 × 1.5 = 4.5 rounds to 5")

	assert.Equal(t, []pricing.FindingCode{}, lintCodes(s, pricing.FindGradeDearer, pricing.FindTie, pricing.FindUnreachable, pricing.FindCurrencyHole))
}

// A contract may derive from the list too: 12 % off, breaks included, and a fixed
// price for one product.
func TestContractAsARate(t *testing.T) {
	s := pricingtest.Small().Contract("9", "22423", "9.99").Edit(func(b *pricing.Book) {
		l := &b.Lists[len(b.Lists)-1]
		l.Base, l.Discount = pricingtest.List, tandem.Percent(12)
	}).Snapshot(t)
	req := graded("gold", pricingtest.Order("9", pricingtest.Line("85123A", 32), pricingtest.Line("22423", 1)))
	req.Explain = true
	res := mustPrice(t, s, req)
	assert.Equal(t, price(t, "2.24 GBP/EA"), res.Lines[0].Price, "2.55 × 0.88 = 2.244")
	assert.Equal(t, "contract-9", res.Lines[0].Ref.Rule)
	assert.Equal(t, price(t, "9.99 GBP/EA"), res.Lines[1].Price)
	contract := res.Lines[0].Waterfall.Steps[2]
	assert.Equal(t, pricing.StepContract, contract.Kind)
	assert.Equal(t, tandem.Percent(12), contract.Rate)
	assert.Equal(t, gbp(t, "-0.13"), contract.Rounding, "81.60 × 0.12 = 9.79, and 9.92 were taken off")
}

// Derived prices round as the book says, once.
func TestRoundingOfDerivedPrices(t *testing.T) {
	for _, c := range []struct {
		rounding tandem.Rounding
		digits   int
		list     string
		off      string
		want     string
	}{
		{tandem.HalfAwayFromZero, 0, "2.55", "0.05", "2.42"},   // 2.4225
		{tandem.HalfAwayFromZero, 4, "2.55", "0.05", "2.4225"}, //
		{tandem.HalfAwayFromZero, 0, "0.50", "0.01", "0.50"},   // 0.495
		{tandem.HalfEven, 0, "0.50", "0.03", "0.48"},           // 0.485
		{tandem.HalfEven, 0, "0.50", "0.01", "0.50"},           // 0.495
		{tandem.RoundDown, 0, "2.55", "0.05", "2.42"},
		{tandem.RoundUp, 0, "2.55", "0.05", "2.43"},
		{tandem.RoundCeiling, 0, "2.55", "0.05", "2.43"},
		{tandem.RoundFloor, 0, "2.55", "0.05", "2.42"},
		{tandem.HalfAwayFromZero, 0, "1.00", "0.995000001", "0.00"}, // 0.004999999: rounding to 0.005 first would give 0.01
		{tandem.HalfAwayFromZero, 0, "2.55", "1", "0.00"},
	} {
		s := pricingtest.New().Price("a", c.list).Grade("gold", c.off).Edit(func(b *pricing.Book) {
			b.Rounding, b.PriceDigits = c.rounding, c.digits
		}).Snapshot(t)
		res := mustPrice(t, s, graded("gold", pricingtest.Order("1", pricingtest.Line("a", 1))))
		assert.Equal(t, price(t, c.want+" GBP/EA"), res.Lines[0].Price, "%+v", c)
	}
}

func TestBookAsJSON(t *testing.T) {
	book, err := pricingtest.Small().Edit(func(b *pricing.Book) {
		b.Lists[0].Valid.From = day(-100)
		b.Rows = append(b.Rows, pricing.Row{ID: "free", List: "list", Product: pricingtest.Product("free"), Price: price(t, "0.00 GBP/EA")},
			pricing.Row{ID: "own", List: "gold", Category: "gifts", Discount: tandem.Percent(7), Valid: tandem.Validity{Until: day(1)}})
	}).Book()
	require.NoError(t, err)
	data, err := json.Marshal(book)
	require.NoError(t, err)
	var back pricing.Book
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, book, back)
	for _, bad := range []string{`{"policy":"x"}`, `{"contract":"x"}`, `{"rounding":"x"}`, `{"lists":[{"source":"x"}]}`, `{"floors":[{"basis":"x"}]}`} {
		assert.Error(t, json.Unmarshal([]byte(bad), &back), bad)
	}
}

func TestEnumerationsRefuseAnythingElse(t *testing.T) {
	var step pricing.StepKind
	var loss pricing.Loss
	var code pricing.FindingCode
	assert.Error(t, step.UnmarshalText([]byte("x")))
	assert.Error(t, loss.UnmarshalText([]byte("")))
	assert.Error(t, code.UnmarshalText([]byte("x")))
	assert.NoError(t, code.UnmarshalText([]byte("tie")))
	assert.Equal(t, pricing.FindTie, code)
	assert.Equal(t, tandem.Money{}, pricing.Breakdown{}.Of("x"))
}
