package pricing_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

// worked reads a book or request from JSON: $A is the product a, $C the customer 1.
func worked[T any](t *testing.T, start T, text string) T {
	t.Helper()
	text = strings.NewReplacer("$A", fmt.Sprintf("%q", pricingtest.Product("a")), "$C", fmt.Sprintf("%q", pricingtest.Customer("1"))).Replace(text)
	require.NoError(t, json.Unmarshal([]byte("{"+text+"}"), &start), text)
	return start
}

// Small books, each about one rule, with their prices by hand.
func TestWorkedExamples(t *testing.T) {
	for name, c := range map[string]struct {
		book, request string
		want          []string // of each line: rule, price, amount
	}{
		"tiers per piece price a line in boxes: 24 pieces are 20 × 1.00 + 4 × 0.50": {
			`"lists":[{"id":"list","source":"default"}],"rows":[{"id":"t","list":"list","from":"","price":"","tiers":{"model":"graduated",
			 "currency":"GBP","unit":"EA","tiers":[{"up_to":"20 EA","price":"1 GBP/EA","flat":""},{"up_to":"","price":"0.5 GBP/EA","flat":""}]}}]`,
			`"lines":[{"line":1,"product":$A,"quantity":"2 XBX","conversions":[{"from":"XBX","to":"EA","factor":"12"}]}]`,
			[]string{"t 0.916667 GBP/EA 22.00 GBP"}},
		"the break per piece is reached by boxes counted together: 12 + 12 pieces": {
			`"lists":[{"id":"list","source":"default","breaks":"product"}],"rows":[{"id":"one","list":"list","from":"","price":"1 GBP/EA"},
			 {"id":"many","list":"list","from":"24 EA","price":"0.8 GBP/EA"}]`,
			`"lines":[{"line":1,"product":$A,"quantity":"1 XBX","conversions":[{"from":"XBX","to":"EA","factor":"12"}]},
			 {"line":2,"product":$A,"quantity":"1 XBX","conversions":[{"from":"XBX","to":"EA","factor":"12"}]}]`,
			[]string{"many 0.80 GBP/EA 9.60 GBP", "many 0.80 GBP/EA 9.60 GBP"}},
		"a rate from 10 pieces on counts for a box of 12": {
			`"grades":["gold"],"lists":[{"id":"list","source":"default"},{"id":"gold","source":"grade","grades":["gold"],"base":"list"}],
			 "rows":[{"id":"one","list":"list","from":"","price":"1 GBP/EA"},{"id":"ten","list":"gold","from":"10 EA","price":"","discount":"0.1"}]`,
			`"grade":"gold","lines":[{"line":1,"product":$A,"quantity":"1 XBX","conversions":[{"from":"XBX","to":"EA","factor":"12"}]}]`,
			[]string{"ten 0.90 GBP/EA 10.80 GBP"}},
		"a line that states its category keeps its brand": {
			`"items":[{"product":$A,"brand":"acme"}],"lists":[{"id":"list","source":"default"}],
			 "rows":[{"id":"other","list":"list","category":"toys","from":"","price":"1 GBP/EA"},{"id":"brand","list":"list","brand":"acme","from":"","price":"2 GBP/EA"}]`,
			`"lines":[{"line":1,"product":$A,"category":"gifts","quantity":"1 EA"}]`,
			[]string{"brand 2.00 GBP/EA 2.00 GBP"}},
		"a list derives from one that derives: 1.00 less 10 % less 10 %": {
			`"grades":["gold","silver"],"lists":[{"id":"list","source":"default"},{"id":"silver","source":"grade","grades":["silver"],"base":"list","discount":"0.1"},
			 {"id":"gold","source":"grade","grades":["gold"],"base":"silver","discount":"0.1"}],"rows":[{"id":"one","list":"list","from":"","price":"1 GBP/EA"}]`,
			`"grade":"gold","lines":[{"line":1,"product":$A,"quantity":"1 EA"}]`,
			[]string{"gold 0.81 GBP/EA 0.81 GBP"}},
		"the lowest price is found among lists that count differently": {
			`"policy":"lowest","lists":[{"id":"a","source":"default"},{"id":"b","source":"default","breaks":"product"}],
			 "rows":[{"id":"dear","list":"a","from":"","price":"2 GBP/EA"},{"id":"cheap","list":"b","from":"","price":"1 GBP/EA"}]`,
			`"lines":[{"line":1,"product":$A,"quantity":"1 EA"}]`,
			[]string{"cheap 1.00 GBP/EA 1.00 GBP"}},
		"a price per piece in pounds is converted for a line in boxes and euro: 12 × 1.20": {
			`"conversion":"convert_last","exchange":[{"from":"GBP","to":"EUR","rate":"6/5"}],"lists":[{"id":"list","source":"default"}],
			 "rows":[{"id":"one","list":"list","from":"","price":"1 GBP/EA"}]`,
			`"currency":"EUR","lines":[{"line":1,"product":$A,"quantity":"1 XBX","conversions":[{"from":"XBX","to":"EA","factor":"12"}]}]`,
			[]string{"one 1.20 EUR/EA 14.40 EUR"}},
		"two caps split a line twice: 3 × 1.00 + 4 × 2.00 + 3 × 5.00": {
			`"lists":[{"id":"list","source":"default"},{"id":"first","source":"contract","customers":[$C],"priority":1,"cap":{"quantity":"3 EA","value":"","counts":"ordered"}},
			 {"id":"second","source":"contract","customers":[$C],"cap":{"quantity":"4 EA","value":"","counts":"ordered"}}],
			 "rows":[{"id":"five","list":"list","from":"","price":"5 GBP/EA"},{"id":"one","list":"first","from":"","price":"1 GBP/EA"},
			 {"id":"two","list":"second","from":"","price":"2 GBP/EA"}]`,
			`"lines":[{"line":1,"product":$A,"quantity":"10 EA"}]`,
			[]string{"one 1.00 GBP/EA 26.00 GBP"}},
		"a contract follows the grade list with the smallest id, not one of cost": {
			`"contract":"grade_follows","grades":["gold"],"lists":[{"id":"z","source":"grade","grades":["gold"],"base":"list","discount":"0.5"},
			 {"id":"cost","source":"grade","grades":["gold"],"formula":{"of":"cost","operator":"markup","rate":"0","fee":""}},
			 {"id":"y","source":"grade","grades":["gold"],"base":"list","discount":"0.1"},{"id":"list","source":"default"},
			 {"id":"deal","source":"contract","customers":[$C]}],"rows":[{"id":"two","list":"deal","from":"","price":"2 GBP/EA"}]`,
			`"grade":"gold","lines":[{"line":1,"product":$A,"quantity":"1 EA","cost":"0.10 GBP"}]`,
			[]string{"two 1.80 GBP/EA 1.80 GBP"}},
	} {
		t.Run(name, func(t *testing.T) {
			book := worked(t, pricing.NewBook("worked", 1), c.book)
			req := worked(t, pricingtest.Order("1"), c.request)
			s, err := pricing.Compile(book)
			require.NoError(t, err)
			var got []string
			for _, line := range mustPrice(t, s, req).Lines {
				got = append(got, fmt.Sprint(line.Ref.Rule, " ", line.Price, " ", line.Amount))
			}
			require.Equal(t, c.want, got)
			want, err := pricingtest.Reference(&book, &req)
			require.NoError(t, err)
			require.Equal(t, want.Lines, mustPrice(t, s, req).Lines)
		})
	}
}

// A line without a base price is not judged by that of a line that was priced before.
func TestFloorsForgetTheLineBefore(t *testing.T) {
	book := worked(t, pricing.NewBook("worked", 1), `"grades":["gold"],"lists":[{"id":"list","source":"default"},
		{"id":"gold","source":"grade","grades":["gold"]}],"rows":[{"id":"dear","list":"list","product":$A,"from":"","price":"9 GBP/EA"},
		{"id":"own","list":"gold","from":"","price":"1 GBP/EA"}],"floors":[{"id":"f","basis":"before_grade","rate":"0.9","hard":true}]`)
	s, err := pricing.Compile(book)
	require.NoError(t, err)
	var res pricing.Result
	first := graded("gold", pricingtest.Order("1", pricingtest.Line("a", 1)))
	require.NoError(t, s.Price(&first, &res))
	require.Equal(t, gbp(t, "8.10"), res.Total)
	second := graded("gold", pricingtest.Order("1", pricingtest.Line("b", 1)))
	require.NoError(t, s.Price(&second, &res))
	require.Equal(t, gbp(t, "1.00"), res.Total)
}
