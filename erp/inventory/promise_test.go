package inventory_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
)

func supply(d int, n int64) inventory.Supply {
	return inventory.Supply{Date: day(d), Quantity: pieces(n)}
}

func promised(d int, n int64, doc string) inventory.Commitment {
	return inventory.Commitment{Date: day(d), Quantity: pieces(n), Line: line(doc, 1)}
}

// By hand. On hand 100; 40 come on the 10th and 60 on the 20th; promised are 80
// for the 5th, 30 for the 12th and 70 for the 25th:
//
//	day      1    5   10   12   20   25
//	balance 100   20   60   30   90   20
//	least    20   20   20   20   20   20
//
// Without look-ahead a salesman would promise 100 on the 1st and rob the promise
// of the 5th, or 60 on the 10th and rob that of the 12th. Without order C (70 on
// the 25th) the least is 20 up to the 9th, 30 from the 10th, 90 from the 20th.
func TestAvailableToPromiseByHand(t *testing.T) {
	supplies := []inventory.Supply{supply(20, 60), supply(10, 40)}
	commitments := []inventory.Commitment{promised(12, 30, "B"), promised(5, 80, "A"), promised(25, 70, "C")}
	for name, c := range map[string]struct {
		day    int
		asking tandem.DocumentRef
		want   int64
	}{
		"the first day, nobody asking":                {1, tandem.DocumentRef{}, 20},
		"the 10th":                                    {10, tandem.DocumentRef{}, 20},
		"the end":                                     {31, tandem.DocumentRef{}, 20},
		"order C asks for the 1st":                    {1, document("C"), 20},
		"order C asks for the 9th":                    {9, document("C"), 20},
		"order C asks for the 10th":                   {10, document("C"), 30},
		"order C asks for the 19th":                   {19, document("C"), 30},
		"order C asks for the 20th":                   {20, document("C"), 90},
		"order A asks for the 1st: least on the 25th": {1, document("A"), 100},
		"order A asks for the 10th":                   {10, document("A"), 100},
		"an order without promises on the 10th":       {10, document("D"), 20},
	} {
		got, err := inventory.AvailableToPromise(pieces(100), supplies, commitments, day(c.day), c.asking)
		require.NoError(t, err)
		require.Equal(t, pieces(c.want).String(), got.String(), name)
	}

	for n, want := range map[int64]string{20: "2026-03-02", 21: "2026-03-10", 30: "2026-03-10", 31: "2026-03-20", 90: "2026-03-20", 91: ""} {
		got, ok, err := inventory.EarliestFor(pieces(n), pieces(100), supplies, commitments, day(2), document("C"))
		require.NoError(t, err)
		require.Equal(t, want, got.String())
		require.Equal(t, want != "", ok)
	}
	p, err := inventory.NewProjection(pieces(100), supplies, commitments, document("C"))
	require.NoError(t, err)
	offers, short, err := p.Offers(pieces(95), day(2))
	require.NoError(t, err)
	require.Equal(t, []inventory.Offer{{day(2), pieces(20)}, {day(10), pieces(10)}, {day(20), pieces(60)}}, offers)
	require.Equal(t, "5 EA", short.String())
}

func TestPromisesAtTheEdges(t *testing.T) {
	got, err := inventory.AvailableToPromise(pieces(0), nil, nil, day(1), tandem.DocumentRef{})
	require.NoError(t, err)
	require.Equal(t, "0 EA", got.String())
	// Promised more than there will ever be: below nought, and nothing can be had.
	got, err = inventory.AvailableToPromise(pieces(5), nil, []inventory.Commitment{promised(400, 8, "A")}, day(1), tandem.DocumentRef{})
	require.NoError(t, err)
	require.Equal(t, "-3 EA", got.String())
	_, ok, err := inventory.EarliestFor(pieces(1), pieces(5), nil, []inventory.Commitment{promised(400, 8, "A")}, day(1), tandem.DocumentRef{})
	require.NoError(t, err)
	require.False(t, ok)
	// Late supplies and overdue promises lie before the day that is asked for.
	got, err = inventory.AvailableToPromise(pieces(5), []inventory.Supply{supply(1, 4)}, []inventory.Commitment{promised(1, 2, "A")}, day(9), tandem.DocumentRef{})
	require.NoError(t, err)
	require.Equal(t, "7 EA", got.String())
	// Leap day.
	leap, _ := tandem.ParseDate("2028-02-29")
	at, ok, err := inventory.EarliestFor(pieces(3), pieces(0), []inventory.Supply{{Date: leap, Quantity: pieces(3)}}, nil, day(1), tandem.DocumentRef{})
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, leap, at)

	_, err = inventory.AvailableToPromise(tandem.Quantity{}, nil, nil, day(1), tandem.DocumentRef{})
	require.ErrorIs(t, err, tandem.ErrNoUnit)
	_, err = inventory.AvailableToPromise(pieces(1), []inventory.Supply{{Date: day(1), Quantity: tandem.QuantityFromMicro(1, tandem.Dozen)}}, nil, day(1), tandem.DocumentRef{})
	require.ErrorIs(t, err, tandem.ErrUnit)
	_, err = inventory.AvailableToPromise(pieces(1), nil, []inventory.Commitment{promised(1, -1, "A")}, day(1), tandem.DocumentRef{})
	require.ErrorIs(t, err, tandem.ErrOutOfRange)
	huge := tandem.QuantityFromMicro(math.MaxInt64, tandem.Each)
	_, err = inventory.AvailableToPromise(huge, []inventory.Supply{supply(1, 1)}, nil, day(1), tandem.DocumentRef{})
	require.ErrorIs(t, err, tandem.ErrOverflow)
	_, _, err = inventory.EarliestFor(huge, pieces(1), []inventory.Supply{supply(1, -1)}, nil, day(1), tandem.DocumentRef{})
	require.Error(t, err)
	p, err := inventory.NewProjection(pieces(1), nil, nil, tandem.DocumentRef{})
	require.NoError(t, err)
	_, _, err = p.EarliestFor(tandem.Quantity{}, day(1))
	require.ErrorIs(t, err, tandem.ErrUnit)
	_, _, err = p.Offers(tandem.Quantity{}, day(1))
	require.ErrorIs(t, err, tandem.ErrUnit)
}

const horizon = 30

// balance is on hand plus what comes less what was promised, up to a day.
func balance(onHand int64, supplies []inventory.Supply, commitments []inventory.Commitment, d int, asking tandem.DocumentRef) int64 {
	n := onHand * 1_000_000
	for _, s := range supplies {
		if !s.Date.After(day(d)) {
			n += s.Quantity.Micro()
		}
	}
	for _, c := range commitments {
		if !c.Date.After(day(d)) && !c.Line.Document.Same(asking) {
			n -= c.Quantity.Micro()
		}
	}
	return n
}

func drawStock(t *rapid.T) (onHand int64, supplies []inventory.Supply, commitments []inventory.Commitment) {
	onHand = rapid.Int64Range(0, 100).Draw(t, "on hand")
	for range rapid.IntRange(0, 8).Draw(t, "supplies") {
		supplies = append(supplies, supply(rapid.IntRange(1, horizon).Draw(t, "day"), rapid.Int64Range(0, 50).Draw(t, "n")))
	}
	for range rapid.IntRange(0, 8).Draw(t, "commitments") {
		commitments = append(commitments, promised(rapid.IntRange(1, horizon).Draw(t, "day"), rapid.Int64Range(0, 50).Draw(t, "n"),
			rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "doc")))
	}
	return onHand, supplies, commitments
}

func TestProjectionAgainstBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		onHand, supplies, commitments := drawStock(t)
		asking := document(rapid.SampledFrom([]string{"A", "D"}).Draw(t, "asking"))
		p, err := inventory.NewProjection(pieces(onHand), supplies, commitments, asking)
		require.NoError(t, err)
		least := make([]int64, horizon+2)
		least[horizon+1] = math.MaxInt64
		for d := horizon; d >= 0; d-- {
			least[d] = min(least[d+1], balance(onHand, supplies, commitments, d, asking))
			require.Equal(t, least[d], p.At(day(d)).Micro(), "day %d", d)
		}
		require.Equal(t, least[horizon], p.At(day(horizon+500)).Micro())

		n, from := pieces(rapid.Int64Range(0, 200).Draw(t, "n")), rapid.IntRange(0, horizon).Draw(t, "from")
		got, ok, err := p.EarliestFor(n, day(from))
		require.NoError(t, err)
		first := -1
		for d := horizon; d >= from; d-- {
			if least[d] >= n.Micro() {
				first = d
			}
		}
		require.Equal(t, first >= 0, ok)
		if ok {
			require.Equal(t, day(first), got)
		}
		offers, short, err := p.Offers(n, day(from))
		require.NoError(t, err)
		sum := short.Micro()
		for _, o := range offers {
			sum += o.Quantity.Micro()
			require.LessOrEqual(t, sum-short.Micro(), p.At(o.Date).Micro(), "each offer can be had on its day")
		}
		require.Equal(t, n.Micro(), sum)
	})
}

// A promise that the projection grants never makes another unkeepable: where every
// promise could be kept before, every promise can be kept after, on every day.
func TestAPromiseNeverRobsAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		onHand, supplies, _ := drawStock(t)
		var granted []inventory.Commitment
		for i := range rapid.IntRange(1, 15).Draw(t, "asks") {
			d := rapid.IntRange(1, horizon).Draw(t, "day")
			n := pieces(rapid.Int64Range(1, 60).Draw(t, "n"))
			free, err := inventory.AvailableToPromise(pieces(onHand), supplies, granted, day(d), document("new"))
			require.NoError(t, err)
			if free.Micro() < n.Micro() {
				continue
			}
			granted = append(granted, inventory.Commitment{Date: day(d), Quantity: n, Line: line("granted", i+1)})
			for u := 0; u <= horizon; u++ {
				require.GreaterOrEqual(t, balance(onHand, supplies, granted, u, tandem.DocumentRef{}), int64(0), "day %d", u)
			}
		}
	})
}
