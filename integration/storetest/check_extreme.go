package storetest

import (
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
)

func extremeChecks[R Repos]() []check[R] {
	return []check[R]{
		{Check{"EXTREME-01", "0.1", "The largest and smallest amounts, quantities, dates and instants come back exactly, to the microsecond."}, extremeNumbers[R]},
		{Check{"EXTREME-02", "0.1", "Every character of Unicode but U+0000 comes back, in columns and in states, and texts are compared byte by byte."}, allOfUnicode[R]},
		{Check{"EXTREME-03", "0.1", "The longest text and the document with the most lines come back."}, extremeLength[R]},
		{Check{"EXTREME-04", "0.1", "What may be empty may be empty: no dates, no texts, no elements."}, extremeEmpty[R]},
		{Check{"EXTREME-05", "0.1", "One Update may write thousands of records and facts."}, extremeMany[R]},
	}
}

// back saves a state and compares what comes back.
func (e *env[R]) back(k kind[R], what string, s any) {
	e.save(k, s)
	want := k.expected(k.copyOf(s))
	if got := e.stored(e.store, k, s); got == nil {
		e.fail("%s: %s: was saved and is not there", k.name, what)
	} else if !k.compare(got, want) {
		e.fail("%s: %s: saved\n%.2000s\nbut loaded\n%.2000s", k.name, what, sprint(want), sprint(got))
	}
}

func extremeNumbers[R Repos](e *env[R]) {
	first, _ := tandem.NewDate(1, time.January, 1)
	last, _ := tandem.NewDate(9999, time.December, 31)
	leap, _ := tandem.NewDate(2012, time.February, 29)
	instants := []tandem.Instant{tandem.InstantOf(time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC)), tandem.InstantOfUnixMicro(0), tandem.InstantOfUnixMicro(-1),
		tandem.InstantOfUnixMicro(1), tandem.InstantOf(time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC)), at(1)}
	entry, move, pool := entryKind[R](), moveKind[R](), costingKinds[R]()[0]
	for i, on := range []tandem.Date{first, last, leap, day(0), first.AddDays(1), last.AddDays(-1)} {
		big := int64(math.MaxInt64) - int64(i)
		x := entryStates(company(), i)[1]
		x.Date, x.Recorded = on, instants[i]
		x.Lines[0].Amount, x.Lines[1].Amount, x.Lines[2].Amount = pounds(big), pounds(-big), pounds(0)
		x.Lines[2].Original = euros(-big)
		e.back(entry, "extreme numbers", &x)
		m := moveStates(company(), i)[1]
		m.Quantity, m.Effective, m.Recorded = tandem.QuantityFromMicro(big, tandem.Kilogram), instants[i], instants[i]
		e.back(move, "extreme numbers", &m)
		p := poolStates(company(), i)[0]
		p.Quantity, p.Value, p.Sequence = tandem.QuantityFromMicro(big, tandem.Each), pounds(big), big
		e.back(pool, "extreme numbers", &p)
	}
}

func allOfUnicode[R Repos](e *env[R]) {
	var texts []string
	var b strings.Builder
	for c := rune(1); c <= 0x10ffff; c++ {
		if c >= 0xd800 && c <= 0xdfff {
			continue // no characters: halves of UTF-16
		}
		if b.Len() > tandem.MaxText-4 {
			texts = append(texts, b.String())
			b.Reset()
		}
		b.WriteRune(c)
	}
	texts = append(texts, b.String())
	entry, quotation := entryKind[R](), quotationKind[R]()
	document := quotationStates(company(), 0)[0]
	document.Lines = nil
	var entries []any
	for i, text := range texts {
		x := entryStates(company(), i)[1]
		x.Text = text
		entries = append(entries, &x)
		l := item(i)
		l.Line, l.Text = i+1, text
		document.Lines = append(document.Lines, l)
	}
	e.back(quotation, "all of Unicode in a state", &document)
	e.save(entry, entries...)
	for i, x := range entries {
		if got := e.stored(e.store, entry, x); got == nil || !entry.compare(got, x) {
			e.fail("all of Unicode in a column, part %d: loaded %v, want %s", i, got, sprint(x))
		}
	}
	k := catalogKinds[R]()[0]
	var all []any
	for i, code := range []string{"a", "A", "B", "b", "ä", "Z", "é", "e\u0301", "a ", "aa", "a\x01", "a\x1f", "\U0001f9e6", "\uffff", "ß", "ss", "10", "9", "%", "_", "a%"} {
		p := productStates(tandem.CompanyID{}, i)[0]
		p.Code = code
		e.save(k, &p)
		all = append(all, k.expected(&p))
	}
	for _, query := range append(k.queries(all), &catalog.ProductQuery{}) {
		got, err := e.collect(e.store, k, query)
		e.must(err, "products")
		if want := k.selected(query, all); !k.equal(got, want) {
			e.fail("products: query %+v gives %s, want %s", deref(query), codes(got), codes(want))
		}
	}
}

func codes(products []any) string {
	var b strings.Builder
	for _, p := range products {
		b.WriteString(strconv.Quote(p.(*catalog.Product).Code) + " ")
	}
	return b.String()
}

func extremeLength[R Repos](e *env[R]) {
	long := strings.Repeat("ü", tandem.MaxText/2)
	order := orderStates(company(), 0)[0]
	order.Hold, order.LastLine = long, tandem.MaxLines
	l := order.Lines[0]
	l.Text = long
	for n := 2; n <= tandem.MaxLines; n++ {
		next := l
		next.Line, next.Text = n, "line "+strconv.Itoa(n)
		order.Lines = append(order.Lines, next)
	}
	e.back(orderKind[R](), "the most lines", &order)
	entry := entryStates(company(), 0)[1]
	entry.Text = long
	pair := []ledger.Line{{Account: "1000", Amount: pounds(1)}, {Account: "2000", Amount: pounds(-1)}}
	for len(entry.Lines) < ledger.MaxEntryLines-1 {
		entry.Lines = append(entry.Lines, pair...)
	}
	e.back(entryKind[R](), "the most lines", &entry)
}

func extremeEmpty[R Repos](e *env[R]) {
	order := orderStates(company(), 0)[0]
	order.Amendments, order.ShipTo = []sales.Revision{}, tandem.Address{}
	order.Reference, order.Grade, order.Quotation, order.Warehouse = "", "", tandem.DocumentRef{}, tandem.LocationID{}
	order.Lines[0].FirstPromise, order.Lines[0].Promise, order.Lines[0].Waterfall, order.Lines[0].List = tandem.Date{}, tandem.Date{}, "", tandem.Price{}
	e.back(orderKind[R](), "an order with little", &order)
	p := productStates(tandem.CompanyID{}, 0)[0]
	p.Conversions, p.Active, p.Category = []tandem.UnitConversion{}, tandem.Validity{}, catalog.CategoryID{}
	e.back(catalogKinds[R]()[0], "a product with little", &p)
	m := moveStates(company(), 0)[1]
	m.Lot, m.Source = tandem.LotID{}, tandem.LineRef{}
	e.back(moveKind[R](), "a move with little", &m)
	x := entryStates(company(), 0)[1]
	x.Source, x.Text, x.Lines[0].Dimensions, x.Lines[0].Party = tandem.DocumentRef{}, "", tandem.Dimensions{}, tandem.PartyID{}
	e.back(entryKind[R](), "an entry with little", &x)
	i := party.Interaction{ID: party.InteractionIDOf("s", customer(0)), Company: company(), Party: customer(0), Kind: party.InteractionNote,
		Occurred: at(0), Recorded: at(0), Source: "s"}
	e.back(interactionKind[R](), "an interaction without an amount", &i)
}

func extremeMany[R Repos](e *env[R]) {
	const many = 3000
	k := catalogKinds[R]()[0]
	e.update("writing thousands", func(ctx context.Context, r R) error {
		var changes []inventory.LevelChange
		for n := range many {
			if err := k.put(ctx, r, k.states(company(), n)...); err != nil {
				return err
			}
			if err := r.StockMoves().Append(ctx, moveStates(company(), 10_000+n)[1]); err != nil {
				return err
			}
			changes = append(changes, inventory.LevelChange{Key: stockLevel(n), OnHand: 1})
		}
		return r.StockLevels().Apply(ctx, changes...)
	})
	got, err := e.collect(e.store, k, &catalog.ProductQuery{})
	e.must(err, "all products")
	moves, err := e.collect(e.store, moveKind[R](), &inventory.MoveQuery{Company: company()})
	e.must(err, "all moves")
	levels, err := e.levels(inventory.LevelQuery{Company: company()})
	e.must(err, "all levels")
	if len(got) != many || len(moves) != many || len(levels) != many {
		e.fail("of %d each there are %d products, %d moves, %d levels", many, len(got), len(moves), len(levels))
	}
}
