package pricing

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/condition"
	"github.com/tandem-go/tandem/pricing/formula"
	"github.com/tandem-go/tandem/pricing/internal/rows"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// fill sets all that can be set: each pointer points to something, each slice has an
// element, conditions as deep as deep says.
func fill(v reflect.Value, deep int) {
	switch v.Kind() {
	case reflect.Pointer:
		if deep > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), deep-1)
		}
	case reflect.Slice:
		if deep > 0 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fill(v.Index(0), deep-1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				fill(f, deep)
			}
		}
	}
}

// owned notes by its address each pointer, slice and map below v.
func owned(v reflect.Value, path string, into map[uintptr]string) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Map:
		if v.IsNil() {
			return
		}
		into[v.Pointer()] = path
		if v.Kind() == reflect.Pointer {
			owned(v.Elem(), path, into)
		}
	case reflect.Slice:
		if v.Cap() > 0 {
			into[v.Pointer()] = path
		}
		for i := range v.Len() {
			owned(v.Index(i), path+"[]", into)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			owned(v.Field(i), path+"."+v.Type().Field(i).Name, into)
		}
	}
}

func requireApart(t *testing.T, a, b any) {
	t.Helper()
	mine, others := map[uintptr]string{}, map[uintptr]string{}
	owned(reflect.ValueOf(a), "", mine)
	owned(reflect.ValueOf(b), "", others)
	require.NotEmpty(t, mine)
	for at, path := range others {
		require.NotContains(t, mine, at, path)
	}
}

// Whatever a book and its parts point to, today and when they have more fields, a copy
// has of its own.
func TestACopyOfABookSharesNothing(t *testing.T) {
	var b Book
	fill(reflect.ValueOf(&b).Elem(), 6)
	row := b.Rows[0].clone()
	require.Equal(t, b.Rows[0], row)
	requireApart(t, b.Rows[0], row)
	b.Rows = nil
	terms := b.cloneTerms()
	require.Equal(t, b, terms)
	requireApart(t, b, terms)
}

// A snapshot shares nothing with the book that it was compiled from, nor with the book
// that it gives.
func TestASnapshotSharesNothingWithItsBooks(t *testing.T) {
	b := fullBook(t)
	s, err := Compile(b)
	require.NoError(t, err)
	requireApart(t, b, s.book)
	given := s.Book()
	requireApart(t, given, s.book)
	requireApart(t, given, b)
	requireApart(t, s.Book().Rows, given.Rows)
	s.eachPage(func(_ uint32, p *rows.Page) {
		for _, e := range p.Extras {
			requireApart(t, e.(*extra).row, b)
			requireApart(t, e.(*extra).row, given)
		}
	})
	terms := s.Book()
	next, err := s.Change(Change{Version: 2, Terms: &terms})
	require.NoError(t, err)
	requireApart(t, terms, next.book)
}

// fullBook is a valid book with something of everything that is pointed to.
func fullBook(t *testing.T) Book {
	t.Helper()
	each := tandem.QuantityFromMicro(1_000_000, tandem.Each)
	pound := tandem.MoneyFromMinor(100, tandem.GBP)
	customer := tandem.DeriveID[tandem.PartyID]("customer", "1")
	cost := &formula.Formula{Of: formula.OfCost, Operator: formula.Markup, Rate: tandem.Percent(10)}
	when := condition.All(condition.In(condition.CustomerSegment, "a", "b"), condition.Count(condition.Is(condition.LineBrand, "x")).AtLeast(condition.Of(1)))
	segment := condition.Not(condition.In(condition.CustomerSegment, "a", "b"))
	stacking := promotion.NewConfig()
	b := NewBook("b", 1)
	b.Grades = []tandem.GradeCode{"gold"}
	b.Stacking = &stacking
	b.Lists = []List{{ID: "d", Source: SourceDefault}, {ID: "g", Source: SourceGrade, Grades: b.Grades, Formula: cost, When: &segment},
		{ID: "k", Source: SourceContract, Customers: []tandem.PartyID{customer}, Cap: &Cap{Quantity: each, Counts: CapOrdered}, Base: "d"}}
	b.Promotions = []promotion.Promotion{{ID: "p", Lane: promotion.LaneProduct, When: &when, Tags: []string{"t"}, Scope: promotion.Scope{Brands: []string{"x"}},
		Threshold: &promotion.Threshold{Quantity: each}, Benefit: promotion.Benefit{Bundle: &promotion.Bundle{Price: pound,
			Components: []promotion.Component{{Quantity: 1, Scope: promotion.Scope{Brands: []string{"x"}}}, {Quantity: 1, Scope: promotion.Scope{Brands: []string{"y"}}}}}}}}
	tiers := &formula.Tiers{Model: formula.Package, Currency: tandem.GBP, Unit: tandem.Each, Block: &formula.Block{Size: each, Price: pound}}
	b.Rows = []Row{{ID: "tiers", List: "d", Tiers: tiers}, {ID: "formula", List: "g", Formula: cost, At: &Window{}}}
	return b
}
