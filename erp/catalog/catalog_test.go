package catalog_test

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
)

func productID(key string) tandem.ProductID { return tandem.DeriveID[tandem.ProductID]("product", key) }

func categoryID(n int) catalog.CategoryID {
	var b [16]byte
	b[15] = byte(n)
	var id catalog.CategoryID
	if err := id.UnmarshalText(tandem.AppendUUID(nil, b)); err != nil {
		panic(err)
	}
	return id
}

func ratio(t require.TestingT, num, den int64) tandem.Ratio {
	r, err := tandem.NewRatio(num, den)
	require.NoError(t, err)
	return r
}

func quantity(t require.TestingT, s string) tandem.Quantity {
	q, err := tandem.ParseQuantity(s)
	require.NoError(t, err, s)
	return q
}

func day(t require.TestingT, s string) tandem.Date {
	d, err := tandem.ParseDate(s)
	require.NoError(t, err, s)
	return d
}

// mug is kept in pieces; it is also traded in dozens and in cartons of 36.
func mug(t require.TestingT) catalog.Product {
	return catalog.Product{
		ID: productID("mug"), Code: "85123A", Name: "Mug", Kind: catalog.Goods, Unit: tandem.Each, Whole: true,
		TaxCategory: tandem.TaxStandard,
		Conversions: []tandem.UnitConversion{
			{From: tandem.Dozen, To: tandem.Each, Factor: ratio(t, 12, 1)},
			{From: tandem.Carton, To: tandem.Each, Factor: ratio(t, 36, 1)},
		},
	}
}

func TestProductReportsAllItsFaults(t *testing.T) {
	require.NoError(t, mug(t).Validate())
	err := catalog.Product{
		Code: strings.Repeat("x", 65), Kind: "gas", TaxCategory: "X", Unit: tandem.Each,
		Active: tandem.Validity{From: day(t, "2026-03-01"), Until: day(t, "2026-03-01")},
		Conversions: []tandem.UnitConversion{
			{From: tandem.Dozen, To: tandem.Box, Factor: ratio(t, 12, 1)},
			{From: tandem.Dozen, To: tandem.Each, Factor: ratio(t, -12, 1)},
			{From: tandem.Each, To: tandem.Each, Factor: ratio(t, 1, 1)},
		},
	}.Validate()
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	var paths []string
	for _, f := range invalid.Faults {
		paths = append(paths, f.Path+" "+f.Code)
	}
	require.Equal(t, []string{"id required", "code code", "name name", "kind kind", "tax_category tax_category",
		"active.until validity_empty", "conversions[0].to conversion_to", "conversions[1].factor factor",
		"conversions[1].from duplicate", "conversions[2].from conversion_from"}, paths)

	many := mug(t)
	for i := range catalog.MaxConversions {
		u, err := tandem.ParseUnit("Z" + strconv.Itoa(i+10))
		require.NoError(t, err)
		many.Conversions = append(many.Conversions, tandem.UnitConversion{From: u, To: tandem.Each, Factor: ratio(t, 2, 1)})
	}
	require.ErrorContains(t, many.Validate(), "too_many")
}

func TestConversionByHand(t *testing.T) {
	bag := mug(t) // kept in kilograms, can be divided; a pound is 0.45359237 kg exactly (International yard and pound agreement, 1959)
	pound, err := tandem.ParseUnit("LBR")
	require.NoError(t, err)
	bag.Unit, bag.Whole = tandem.Kilogram, false
	bag.Conversions = []tandem.UnitConversion{{From: pound, To: tandem.Kilogram, Factor: ratio(t, 45359237, 100000000)}}
	require.NoError(t, bag.Validate())
	for name, c := range map[string]struct {
		product  catalog.Product
		q, want  string
		rounding tandem.Rounding
	}{
		"base unit stays":               {mug(t), "5 EA", "5 EA", tandem.HalfEven},
		"two dozen":                     {mug(t), "2 DZN", "24 EA", tandem.HalfEven},
		"half a dozen":                  {mug(t), "0.5 DZN", "6 EA", tandem.HalfEven},
		"a third of a dozen, up":        {mug(t), "0.333333 DZN", "4 EA", tandem.RoundUp},
		"a third of a dozen, down":      {mug(t), "0.333333 DZN", "3 EA", tandem.RoundDown},
		"four pieces and a hair, up":    {mug(t), "0.333334 DZN", "5 EA", tandem.RoundUp},
		"returned":                      {mug(t), "-2 DZN", "-24 EA", tandem.HalfEven},
		"nothing":                       {mug(t), "0 XCT", "0 EA", tandem.RoundUp},
		"pounds to a millionth":         {bag, "1 LBR", "0.453592 KGM", tandem.HalfAwayFromZero},
		"pounds to a millionth, upward": {bag, "1 LBR", "0.453593 KGM", tandem.RoundUp},
		"a million pounds exactly":      {bag, "1000000 LBR", "453592.37 KGM", tandem.RoundUp},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.product.ToBase(quantity(t, c.q), c.rounding)
			require.NoError(t, err)
			require.Equal(t, c.want, got.String())
		})
	}
	back, err := mug(t).FromBase(quantity(t, "18 EA"), tandem.Carton, tandem.HalfEven)
	require.NoError(t, err)
	require.Equal(t, "0.5 XCT", back.String())
	_, err = mug(t).FromBase(quantity(t, "18 DZN"), tandem.Carton, tandem.HalfEven)
	var unknown *catalog.UnitError
	require.ErrorAs(t, err, &unknown)
}

// Rounding to whole units must not go by way of a millionth: 0.4999999 is nought.
func TestWholeUnitsAreRoundedOnce(t *testing.T) {
	p := mug(t)
	p.Conversions = []tandem.UnitConversion{{From: tandem.Gram, To: tandem.Each, Factor: ratio(t, 4999999, 10000000)}}
	got, err := p.ToBase(quantity(t, "1 GRM"), tandem.HalfAwayFromZero)
	require.NoError(t, err)
	require.Equal(t, "0 EA", got.String())
}

func TestEachUseRoundsInItsOwnWay(t *testing.T) {
	p := mug(t)
	for use, want := range map[catalog.Use]string{catalog.ToBuy: "4 EA", catalog.ToConsume: "3 EA"} {
		o, err := p.Order(quantity(t, "0.27 DZN"), use) // 3.24 pieces
		require.NoError(t, err)
		require.Equal(t, want, o.Base.String(), use)
		require.Equal(t, "0.27 DZN", o.Quantity.String())
		require.Equal(t, "12", o.Factor.String())
	}
	_, err := p.Order(quantity(t, "0.27 DZN"), catalog.ToSell)
	var notWhole *catalog.NotWholeError
	require.ErrorAs(t, err, &notWhole)
	require.ErrorIs(t, err, tandem.ErrInvalid)
	require.Equal(t, "3.24 EA", notWhole.Base.String())
	o, err := p.Order(quantity(t, "0.25 DZN"), catalog.ToSell)
	require.NoError(t, err)
	require.Equal(t, "3 EA", o.Base.String())
	_, err = p.Order(quantity(t, "1 DZN"), "eat")
	require.ErrorIs(t, err, tandem.ErrInvalid)
	_, err = p.Order(quantity(t, "1 KGM"), catalog.ToSell)
	require.ErrorIs(t, err, tandem.ErrInvalid)
	p.Whole = false
	o, err = p.Order(quantity(t, "0.27 DZN"), catalog.ToSell)
	require.NoError(t, err)
	require.Equal(t, "3.24 EA", o.Base.String())
}

// A dozen less twelve times a twelfth of it is nought, whichever is the base unit.
func TestDozenAndEachComeBackToNought(t *testing.T) {
	inDozens := mug(t)
	inDozens.Unit, inDozens.Whole = tandem.Dozen, false
	inDozens.Conversions = []tandem.UnitConversion{{From: tandem.Each, To: tandem.Dozen, Factor: ratio(t, 1, 12)}}
	for name, c := range map[string]struct {
		product catalog.Product
		ordered string
		step    string
		times   int
	}{
		"kept in pieces, ordered by the dozen":          {mug(t), "1 DZN", "0.25 DZN", 4},
		"kept in dozens, twelve pieces one by one":      {inDozens, "12 EA", "1 EA", 12},
		"kept in dozens, seven pieces one by one":       {inDozens, "7 EA", "1 EA", 7},
		"kept in pieces, shipped in twelfths of dozens": {mug(t), "1 DZN", "0.125 DZN", 8},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := c.product.Order(quantity(t, c.ordered), catalog.ToConsume)
			require.NoError(t, err)
			left, done := o.Base, tandem.QuantityFromMicro(0, o.Quantity.Unit())
			for range c.times {
				part, err := o.Step(done, quantity(t, c.step))
				require.NoError(t, err)
				left, err = left.Sub(part)
				require.NoError(t, err)
				require.True(t, !o.Whole || part.IsWhole())
				done, err = done.Add(quantity(t, c.step))
				require.NoError(t, err)
			}
			require.True(t, left.IsZero(), left.String())
			back, err := o.InOrderedUnit(o.Base)
			require.NoError(t, err)
			require.Equal(t, o.Quantity, back)
		})
	}
}

func TestStepsSumToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := mug(t)
		p.Whole = rapid.Bool().Draw(t, "whole")
		p.Conversions[0].Factor = ratio(t, rapid.Int64Range(1, 5000).Draw(t, "num"), rapid.Int64Range(1, 5000).Draw(t, "den"))
		micros := rapid.SliceOfN(rapid.Int64Range(1, 5_000_000_000), 1, 20).Draw(t, "steps")
		total := int64(0)
		for _, m := range micros {
			total += m
		}
		o, err := p.Order(tandem.QuantityFromMicro(total, tandem.Dozen), catalog.ToConsume)
		require.NoError(t, err)
		done, sum := int64(0), int64(0)
		for _, m := range micros {
			part, err := o.Step(tandem.QuantityFromMicro(done, tandem.Dozen), tandem.QuantityFromMicro(m, tandem.Dozen))
			require.NoError(t, err)
			require.GreaterOrEqual(t, part.Sign(), 0)
			done += m
			sum += part.Micro()
		}
		require.Equal(t, o.Base.Micro(), sum)
	})
}

func TestHostileConversions(t *testing.T) {
	p := mug(t)
	_, err := p.ToBase(tandem.QuantityFromMicro(math.MaxInt64, tandem.Dozen), tandem.HalfEven)
	require.ErrorIs(t, err, tandem.ErrOverflow)
	_, err = p.ToBase(tandem.Quantity{}, tandem.HalfEven)
	require.ErrorIs(t, err, tandem.ErrInvalid)
	_, err = p.ToBase(quantity(t, "1 DZN"), "")
	require.ErrorIs(t, err, tandem.ErrRounding)
	_, err = catalog.Ordered{Quantity: quantity(t, "0 EA"), Base: quantity(t, "0 EA")}.Step(quantity(t, "0 EA"), quantity(t, "0 EA"))
	require.ErrorIs(t, err, tandem.ErrDivideZero)
	_, err = catalog.Product{}.Factor(0)
	require.Error(t, err)
}

func TestValidityIsHalfOpen(t *testing.T) {
	p := mug(t)
	require.True(t, p.ActiveOn(day(t, "1900-01-01")))
	p.Active = tandem.Validity{From: day(t, "2024-02-29"), Until: day(t, "2024-03-31")}
	require.False(t, p.ActiveOn(day(t, "2024-02-28")))
	require.True(t, p.ActiveOn(day(t, "2024-02-29")))
	require.False(t, p.ActiveOn(day(t, "2024-03-31")))
	require.True(t, p.Stocked())
	p.Kind = catalog.Service
	require.False(t, p.Stocked())
}

func TestProductJSONRoundTripAndClone(t *testing.T) {
	p := mug(t)
	p.Revision, p.Category = 7, categoryID(3)
	p.Active.Until = day(t, "2027-01-01")
	text, err := json.Marshal(p)
	require.NoError(t, err)
	var back catalog.Product
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, p, back)
	for _, bad := range []string{`{"kind":"Goods"}`, `{"kind":""}`, `{"unit":"each"}`} {
		require.Error(t, json.Unmarshal([]byte(bad), &back), bad)
	}
	c := p.Clone()
	c.Conversions[0].From = tandem.Pallet
	require.Equal(t, tandem.Dozen, p.Conversions[0].From)
	for _, u := range catalog.Uses() {
		var read catalog.Use
		require.NoError(t, read.UnmarshalText([]byte(u)))
		require.True(t, read.Rounding().Valid())
	}
	var u catalog.Use
	require.Error(t, u.UnmarshalText([]byte("eat")))
	for _, k := range catalog.Kinds() {
		require.True(t, k.Valid())
	}
}

func category(id, parent int) catalog.Category {
	c := catalog.Category{ID: categoryID(id), Code: strconv.Itoa(id), Name: "category " + strconv.Itoa(id)}
	if parent > 0 {
		c.Parent = categoryID(parent)
	}
	return c
}

func codes(cs []catalog.Category) string {
	var out []string
	for _, c := range cs {
		out = append(out, c.Code)
	}
	return strings.Join(out, " ")
}

func TestTreeOfCategories(t *testing.T) {
	tree, err := catalog.NewTree([]catalog.Category{category(3, 2), category(1, 0), category(2, 1), category(4, 1), category(9, 0)})
	require.NoError(t, err)
	require.Equal(t, "1 2 3", codes(tree.Path(categoryID(3))))
	require.Equal(t, "1 2 4 3", codes(tree.Under(categoryID(1))))
	require.True(t, tree.Within(categoryID(3), categoryID(1)))
	require.False(t, tree.Within(categoryID(9), categoryID(1)))
	require.Nil(t, tree.Path(categoryID(77)))
	require.Nil(t, tree.Under(categoryID(77)))
}

func TestTreeRefuses(t *testing.T) {
	_, err := catalog.NewTree([]catalog.Category{category(1, 3), category(2, 1), category(3, 2)})
	var cycle *catalog.CycleError
	require.ErrorAs(t, err, &cycle)
	require.ErrorIs(t, err, tandem.ErrInvalid)
	require.Equal(t, []catalog.CategoryID{categoryID(1), categoryID(3), categoryID(2)}, cycle.Path)
	require.Contains(t, err.Error(), "under")

	self := category(1, 1)
	unnamed := category(2, 0)
	unnamed.Name = ""
	_, err = catalog.NewTree([]catalog.Category{self, unnamed, category(2, 0), category(5, 44)})
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Faults, 4)

	var chain []catalog.Category
	for i := 1; i <= catalog.MaxDepth+1; i++ {
		chain = append(chain, category(i, i-1))
	}
	_, err = catalog.NewTree(chain[:catalog.MaxDepth])
	require.NoError(t, err)
	_, err = catalog.NewTree(chain)
	require.ErrorContains(t, err, "too_deep")
}

func TestQueries(t *testing.T) {
	p := mug(t)
	p.Category = categoryID(1)
	p.Active.From = day(t, "2026-01-01")
	require.True(t, catalog.ProductQuery{}.Matches(p))
	require.True(t, catalog.ProductQuery{Code: "85123A", Category: categoryID(1), Kind: catalog.Goods, Active: day(t, "2026-01-01")}.Matches(p))
	for _, q := range []catalog.ProductQuery{{Code: "x"}, {Category: categoryID(2)}, {Kind: catalog.Service}, {Active: day(t, "2025-12-31")}} {
		require.False(t, q.Matches(p))
	}
	c := category(2, 1)
	require.True(t, catalog.CategoryQuery{Code: "2", Parent: categoryID(1)}.Matches(c))
	require.False(t, catalog.CategoryQuery{Code: "3"}.Matches(c))
	require.False(t, catalog.CategoryQuery{Parent: categoryID(2)}.Matches(c))
}

type shelf struct{ p catalog.Product }

func (s shelf) Get(_ context.Context, id tandem.ProductID) (catalog.Product, error) {
	if id != s.p.ID {
		return catalog.Product{}, &tandem.NotFoundError{Kind: "product", Key: id.String()}
	}
	return s.p, nil
}
func (shelf) Save(context.Context, catalog.Product) error { return errors.ErrUnsupported }
func (shelf) Find(context.Context, catalog.ProductQuery) iter.Seq2[catalog.Product, error] {
	return nil
}

func TestPortOverARepository(t *testing.T) {
	source := catalog.FromRepository(shelf{mug(t)})
	p, err := source.Product(t.Context(), productID("mug"))
	require.NoError(t, err)
	require.Equal(t, "Mug", p.Name)
	_, err = source.Product(t.Context(), productID("jug"))
	require.ErrorIs(t, err, tandem.ErrNotFound)
}

// Only a service carries goods; what was kept before carriage was known is none.
func TestOnlyAServiceIsCarriage(t *testing.T) {
	p := mug(t)
	p.Carriage = true
	require.ErrorContains(t, p.Validate(), "carriage")
	p.Kind = catalog.Service
	require.NoError(t, p.Validate())
	text, err := json.Marshal(mug(t))
	require.NoError(t, err)
	require.NotContains(t, string(text), "carriage")
	p = catalog.Product{}
	require.NoError(t, json.Unmarshal(text, &p))
	require.False(t, p.Carriage)
}
