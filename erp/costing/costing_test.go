package costing_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/costing"
)

func name[K any](key string, _ *tandem.ID[K]) tandem.ID[K] {
	return tandem.DeriveID[tandem.ID[K]]("test", key)
}

func company() tandem.CompanyID { return name("acme", new(tandem.CompanyID)) }
func product() tandem.ProductID { return name("mug", new(tandem.ProductID)) }

func at() tandem.Instant { return tandem.InstantOfUnixMicro(1_700_000_000_000_000) }

func pieces(n int64) tandem.Quantity { return tandem.QuantityFromMicro(n*1_000_000, tandem.Each) }

func gbp() tandem.Currency {
	m, _ := tandem.ParseMoney("1.00 GBP")
	return m.Currency()
}

func pence(n int64) tandem.Money { return tandem.MoneyFromMinor(n, gbp()) }

func price(t require.TestingT, s string) tandem.Price {
	p, err := tandem.ParsePrice(s)
	require.NoError(t, err)
	return p
}

func average(t require.TestingT) *costing.CostPool {
	p, err := costing.NewCostPool(company(), product(), tandem.Each, gbp(), at())
	require.NoError(t, err)
	return p
}

func standard(t require.TestingT, cost string) *costing.CostPool {
	p, err := costing.NewStandardPool(company(), product(), price(t, cost), at())
	require.NoError(t, err)
	return p
}

// The perpetual weighted average of the textbook (IAS 2.27): 100 at 10.00, 50 at
// 13.00 make 150 worth 1,650; 60 issued take 660; 90 stay, worth 990; 30 more at
// 11.50 make 120 worth 1,335.
func TestAverageByHand(t *testing.T) {
	p := average(t)
	for _, step := range []struct {
		in, out     int64
		value       int64 // pence, in or out
		left, worth int64
	}{
		{in: 100, value: 1000_00, left: 100, worth: 1000_00},
		{in: 50, value: 650_00, left: 150, worth: 1650_00},
		{out: 60, value: 660_00, left: 90, worth: 990_00},
		{in: 30, value: 345_00, left: 120, worth: 1335_00},
		{out: 120, value: 1335_00, left: 0, worth: 0},
	} {
		var v costing.Valuation
		var err error
		if step.in > 0 {
			v, err = p.Receive(pieces(step.in), pence(step.value))
		} else {
			v, err = p.Issue(pieces(step.out))
		}
		require.NoError(t, err)
		require.Equal(t, pence(step.value), v.Value)
		require.Equal(t, pence(0), v.Variance)
		require.Equal(t, pieces(step.left), p.Quantity())
		require.Equal(t, pence(step.worth), p.Value())
	}
}

// Three for 10.00: a unit cost of 3.333333 would leave a penny behind.
func TestTheLastUnitTakesTheRest(t *testing.T) {
	p := average(t)
	_, err := p.Receive(pieces(3), pence(1000))
	require.NoError(t, err)
	cost, ok := p.UnitCost()
	require.True(t, ok)
	require.Equal(t, "3.333333 GBP/EA", cost.String())
	for _, want := range []int64{333, 334, 333} { // 333.33; half of 667 is a tie, which goes to what is issued; the rest
		v, err := p.Issue(pieces(1))
		require.NoError(t, err)
		require.Equal(t, pence(want), v.Value)
	}
	require.True(t, p.Value().IsZero())
	_, ok = p.UnitCost()
	require.False(t, ok)
}

// Standard cost of the textbook: standard 2.50. 100 bought for 260.00: stock 250,
// price variance 10 unfavourable; 40 issued at 100; the standard rises to 3.00: 30
// more; 60 for 0.00 are free: stock 180, variance −180.
func TestStandardByHand(t *testing.T) {
	p := standard(t, "2.50 GBP/EA")
	v, err := p.Receive(pieces(100), pence(260_00))
	require.NoError(t, err)
	require.Equal(t, costing.Valuation{Quantity: pieces(100), Value: pence(250_00), Variance: pence(10_00)}, v)
	v, err = p.Issue(pieces(40))
	require.NoError(t, err)
	require.Equal(t, costing.Valuation{Quantity: pieces(40), Value: pence(100_00), Variance: pence(0)}, v)
	difference, err := p.SetStandard(price(t, "3.00 GBP/EA"), "new year", at())
	require.NoError(t, err)
	require.Equal(t, pence(30_00), difference)
	require.Equal(t, pence(180_00), p.Value())
	v, err = p.Receive(pieces(60), pence(0))
	require.NoError(t, err)
	require.Equal(t, costing.Valuation{Quantity: pieces(60), Value: pence(180_00), Variance: pence(-180_00)}, v)
	_, err = p.Revalue(pence(1), "", at())
	require.ErrorIs(t, err, tandem.ErrNotAllowed)
	_, err = average(t).SetStandard(price(t, "3.00 GBP/EA"), "", at())
	require.ErrorIs(t, err, tandem.ErrNotAllowed)
}

// IFRS 15, illustrative example 22: of 100 sold at a cost of 60 each, 3 come back at 180.
func TestReturnsCostWhatTheirIssueDid(t *testing.T) {
	p := average(t)
	_, err := p.Receive(pieces(100), pence(6000_00))
	require.NoError(t, err)
	issue, err := p.Issue(pieces(100))
	require.NoError(t, err)
	_, err = p.Receive(pieces(1), pence(99_00)) // the price has changed since
	require.NoError(t, err)
	share, err := costing.ShareOfIssue(issue.Quantity, issue.Value, tandem.Quantity{}, tandem.Money{}, pieces(3))
	require.NoError(t, err)
	require.Equal(t, pence(180_00), share)
	v, err := p.ReturnIn(pieces(3), share)
	require.NoError(t, err)
	require.Equal(t, pence(180_00), v.Value)
	require.Equal(t, pence(279_00), p.Value())

	s := standard(t, "50.00 GBP/EA")
	v, err = s.ReturnIn(pieces(3), share)
	require.NoError(t, err)
	require.Equal(t, costing.Valuation{Quantity: pieces(3), Value: pence(150_00), Variance: pence(30_00)}, v)
}

func TestSupplierReturnsAtTheReceiptsCost(t *testing.T) {
	for name, c := range map[string]struct {
		out, original, taken, variance, left int64
	}{
		"at the receipt's cost":              {2, 30_00, 30_00, 0, 70_00},
		"worth more than all that is there":  {2, 120_00, 100_00, 20_00, 0},
		"all of it takes all":                {10, 90_00, 100_00, -10_00, 0},
		"free goods go back at nought":       {9, 0, 0, 0, 100_00},
		"exactly what the pool is worth":     {9, 100_00, 100_00, 0, 0},
		"all of it, at more than it's worth": {10, 130_00, 100_00, 30_00, 0},
	} {
		t.Run(name, func(t *testing.T) {
			p := average(t)
			_, err := p.Receive(pieces(10), pence(100_00))
			require.NoError(t, err)
			v, err := p.ReturnOut(pieces(c.out), pence(c.original))
			require.NoError(t, err)
			require.Equal(t, costing.Valuation{Quantity: pieces(c.out), Value: pence(c.taken), Variance: pence(c.variance)}, v)
			require.Equal(t, pence(c.left), p.Value())
			require.Equal(t, pieces(10-c.out), p.Quantity())
		})
	}
	s := standard(t, "5.00 GBP/EA")
	_, err := s.Receive(pieces(10), pence(60_00))
	require.NoError(t, err)
	v, err := s.ReturnOut(pieces(4), pence(24_00))
	require.NoError(t, err)
	require.Equal(t, costing.Valuation{Quantity: pieces(4), Value: pence(20_00), Variance: pence(4_00)}, v)
}

func TestRevaluationAndChangeOfMethod(t *testing.T) {
	p := average(t)
	_, err := p.Revalue(pence(1), "out of nothing", at())
	var residue *costing.ResidueError
	require.ErrorAs(t, err, &residue)
	require.ErrorIs(t, err, tandem.ErrInvalid)
	_, err = p.Receive(pieces(10), pence(100_00))
	require.NoError(t, err)
	_, err = p.Revalue(pence(-1), "", at())
	require.ErrorAs(t, err, &residue)
	difference, err := p.Revalue(pence(80_00), "net realisable value", at())
	require.NoError(t, err)
	require.Equal(t, pence(-20_00), difference)
	difference, err = p.ChangeMethod(costing.Standard, price(t, "9.00 GBP/EA"), "", at())
	require.NoError(t, err)
	require.Equal(t, pence(10_00), difference)
	require.Equal(t, costing.Standard, p.Method())
	difference, err = p.ChangeMethod(costing.Average, tandem.Price{}, "", at())
	require.NoError(t, err)
	require.Equal(t, pence(0), difference)
	require.Equal(t, pence(90_00), p.Value())
	rec := p.Drain()
	require.Len(t, rec.Events, 4)
	require.Equal(t, int64(4), rec.Last)
	require.Equal(t, costing.KindCostPool, rec.Kind)
	require.Empty(t, p.Drain().Events)

	before := p.State()
	eur, _ := tandem.ParseMoney("1.00 EUR")
	for name, try := range map[string]func() error{
		"other currency":       func() error { _, err := p.Revalue(eur, "", at()); return err },
		"unknown method":       func() error { _, err := p.ChangeMethod("fifo", tandem.Price{}, "", at()); return err },
		"average with a price": func() error { _, err := p.ChangeMethod(costing.Average, price(t, "1.00 GBP/EA"), "", at()); return err },
		"standard without":     func() error { _, err := p.ChangeMethod(costing.Standard, tandem.Price{}, "", at()); return err },
		"negative standard": func() error {
			_, err := p.ChangeMethod(costing.Standard, price(t, "-1.00 GBP/EA"), "", at())
			return err
		},
		"standard per dozen": func() error {
			_, err := p.ChangeMethod(costing.Standard, price(t, "1.00 GBP/DZN"), "", at())
			return err
		},
		"long reason": func() error { _, err := p.Revalue(pence(1), strings.Repeat("x", tandem.MaxText+1), at()); return err },
		"overflow": func() error {
			_, err := p.ChangeMethod(costing.Standard, price(t, "9000000000000.00 GBP/EA"), "", at())
			if err == nil {
				_, err = p.Receive(tandem.QuantityFromMicro(math.MaxInt64/2, tandem.Each), pence(1))
				p, _ = costing.RestoreCostPool(before)
			}
			return err
		},
	} {
		require.Error(t, try(), name)
		require.Equal(t, before, p.State(), name)
	}
}

func TestPoolRefuses(t *testing.T) {
	p := average(t)
	_, err := p.Receive(pieces(2), pence(500))
	require.NoError(t, err)
	eur, _ := tandem.ParseMoney("1.00 EUR")
	before := p.State()
	_, err = p.Issue(pieces(3))
	var short *costing.InsufficientError
	require.ErrorAs(t, err, &short)
	require.ErrorIs(t, err, tandem.ErrInsufficient)
	require.Equal(t, []tandem.Quantity{pieces(3), pieces(2)}, []tandem.Quantity{short.Wanted, short.Available})
	require.Contains(t, err.Error(), "3 EA wanted, 2 EA there")
	for _, try := range []func() error{
		func() error { _, err := p.Receive(pieces(0), pence(1)); return err },
		func() error { _, err := p.Receive(pieces(-1), pence(1)); return err },
		func() error { _, err := p.Receive(pieces(1), pence(-1)); return err },
		func() error { _, err := p.Receive(pieces(1), eur); return err },
		func() error { _, err := p.Receive(pieces(1), tandem.Money{}); return err },
		func() error { _, err := p.Receive(tandem.Quantity{}, pence(1)); return err },
		func() error { _, err := p.Receive(tandem.QuantityFromMicro(1, tandem.Dozen), pence(1)); return err },
		func() error {
			_, err := p.Receive(tandem.QuantityFromMicro(math.MaxInt64, tandem.Each), pence(1))
			return err
		},
		func() error { _, err := p.Receive(pieces(1), pence(math.MaxInt64)); return err },
		func() error { _, err := p.Issue(pieces(0)); return err },
		func() error { _, err := p.ReturnOut(pieces(1), pence(-1)); return err },
	} {
		require.ErrorIs(t, try(), tandem.ErrInvalid)
		require.Equal(t, before, p.State())
	}
	_, err = p.ReturnOut(pieces(3), pence(1))
	require.ErrorIs(t, err, tandem.ErrInsufficient)
	_, err = costing.NewCostPool(company(), product(), 0, gbp(), at())
	require.ErrorIs(t, err, tandem.ErrInvalid)
	_, err = costing.NewStandardPool(company(), product(), tandem.Price{}, at())
	require.ErrorIs(t, err, tandem.ErrInvalid)
}

func TestShareOfIssueByHand(t *testing.T) {
	// 3 issued for 10.00 come back one by one: 3.33, 3.34 (a tie goes to the part), 3.33.
	returned, value := tandem.Quantity{}, tandem.Money{}
	for _, want := range []int64{333, 334, 333} {
		part, err := costing.ShareOfIssue(pieces(3), pence(1000), returned, value, pieces(1))
		require.NoError(t, err)
		require.Equal(t, pence(want), part)
		if returned.Unit() == 0 {
			returned, value = pieces(1), part
			continue
		}
		returned, _ = returned.Add(pieces(1))
		value, _ = value.Add(part)
	}
	require.Equal(t, pence(1000), value)
	_, err := costing.ShareOfIssue(pieces(3), pence(1000), returned, value, pieces(1))
	require.ErrorIs(t, err, tandem.ErrInsufficient)
	require.Contains(t, err.Error(), "the issue")
	for _, try := range []func() (tandem.Money, error){
		func() (tandem.Money, error) {
			return costing.ShareOfIssue(pieces(3), pence(1), pieces(0), pence(0), pieces(0))
		},
		func() (tandem.Money, error) {
			return costing.ShareOfIssue(pieces(3), pence(1), pieces(-1), pence(0), pieces(1))
		},
		func() (tandem.Money, error) {
			return costing.ShareOfIssue(tandem.Quantity{}, pence(1), pieces(1), pence(0), pieces(1))
		},
		func() (tandem.Money, error) {
			return costing.ShareOfIssue(pieces(3), tandem.Money{}, pieces(1), pence(0), pieces(1))
		},
		func() (tandem.Money, error) {
			return costing.ShareOfIssue(pieces(3), pence(1), pieces(1), pence(0), tandem.Quantity{})
		},
	} {
		_, err := try()
		require.ErrorIs(t, err, tandem.ErrInvalid)
	}
}

func TestSharesSumToTheIssue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 1000).Draw(t, "n")
		value := rapid.Int64Range(0, 1_000_000).Draw(t, "value")
		returned, worth := int64(0), int64(0)
		for returned < n {
			q := rapid.Int64Range(1, n-returned).Draw(t, "q")
			part, err := costing.ShareOfIssue(pieces(n), pence(value), pieces(returned), pence(worth), pieces(q))
			require.NoError(t, err)
			require.GreaterOrEqual(t, part.Sign(), 0)
			returned, worth = returned+q, worth+part.Minor()
		}
		require.Equal(t, value, worth)
	})
}

// pools are one of each method.
func pools(t require.TestingT) []*costing.CostPool {
	return []*costing.CostPool{average(t), standard(t, "3.333333 GBP/EA")}
}

// conserve makes n moves, drawn from next, and checks after each that what came in
// less what went out is what is there, to the penny and the millionth; that the
// stock is never worth less than nothing, and that nothing is worth nothing.
func conserve(t require.TestingT, p *costing.CostPool, n int, next func(below int64) int64) {
	quantity, value := int64(0), int64(0)
	for range n {
		q := tandem.QuantityFromMicro(1+next(5_000_000), tandem.Each)
		if next(20) == 0 {
			q = p.Quantity() // all of it
		}
		stated, sign := pence(next(10_000)), int64(1)
		var v costing.Valuation
		var err error
		switch next(4) {
		case 0, 1:
			v, err = p.Receive(q, stated)
		case 2:
			v, err = p.Issue(q)
			sign, stated = -1, v.Value
		case 3:
			v, err = p.ReturnOut(q, stated)
			sign = -1
		}
		switch {
		case err == nil && v.Value.Minor()+v.Variance.Minor() != stated.Minor():
			require.Fail(t, "a posting would not balance", "%v: %+v", stated, v)
		case err != nil && !q.IsZero():
			require.ErrorIs(t, err, tandem.ErrInsufficient)
		}
		quantity, value = quantity+sign*v.Quantity.Micro(), value+sign*v.Value.Minor()
		if p.Quantity().Micro() != quantity || p.Value().Minor() != value || value < 0 || quantity == 0 && value != 0 {
			require.Fail(t, "not conserved", "pool %v %v, moves %d %d", p.Quantity(), p.Value(), quantity, value)
		}
	}
	if quantity > 0 {
		v, err := p.Issue(p.Quantity())
		require.NoError(t, err)
		require.Equal(t, value, v.Value.Minor())
	}
	require.True(t, p.Value().IsZero())
}

func TestMovesConserveQuantityAndValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, p := range pools(t) {
			conserve(t, p, rapid.IntRange(1, 30).Draw(t, "n"), func(below int64) int64 { return rapid.Int64Range(0, below-1).Draw(t, "draw") })
		}
	})
}

// A six-digit unit cost drifts by hundreds over so many moves.
func TestTenThousandMovesConserveQuantityAndValue(t *testing.T) {
	for seed := range uint64(4) {
		source := rand.New(rand.NewPCG(seed, 7))
		for _, p := range pools(t) {
			conserve(t, p, 10_000, source.Int64N)
		}
	}
}

func TestPoolRoundTripAndRestore(t *testing.T) {
	for _, p := range []*costing.CostPool{average(t), standard(t, "0.00 GBP/EA"), standard(t, "2.50 GBP/100 EA")} {
		for range 2 { // empty, then filled
			text, err := json.Marshal(p.State())
			require.NoError(t, err)
			var read costing.CostPoolState
			require.NoError(t, json.Unmarshal(text, &read))
			back, err := costing.RestoreCostPool(read)
			require.NoError(t, err)
			require.Equal(t, p.State(), back.State())
			require.Empty(t, back.Drain().Events)
			_, err = p.Receive(pieces(7), pence(100))
			require.NoError(t, err)
		}
	}
	require.Equal(t, costing.PoolIDOf(company(), product()), average(t).ID())
	for name, spoil := range map[string]func(s *costing.CostPoolState){
		"required": func(s *costing.CostPoolState) { s.Product = tandem.ProductID{} },
		"method":   func(s *costing.CostPoolState) { s.Method = "fifo" },
		"revision": func(s *costing.CostPoolState) { s.Sequence = -1 },
		"quantity": func(s *costing.CostPoolState) { s.Quantity = pieces(-1) },
		"value":    func(s *costing.CostPoolState) { s.Value = pence(-1) },
		"residue":  func(s *costing.CostPoolState) { s.Value = pence(1) },
		"standard": func(s *costing.CostPoolState) { s.Standard = price(t, "1.00 GBP/EA") },
	} {
		s := average(t).State()
		spoil(&s)
		_, err := costing.RestoreCostPool(s)
		require.ErrorContains(t, err, name)
	}
	var m costing.Method
	for _, known := range costing.Methods() {
		require.NoError(t, m.UnmarshalText([]byte(known)))
	}
	require.Error(t, m.UnmarshalText([]byte("Average")))
}

func TestPoolQuery(t *testing.T) {
	p := average(t)
	require.Equal(t, company(), p.Company())
	require.Equal(t, product(), p.Product())
	require.Zero(t, p.Revision())
	require.True(t, costing.CostPoolQuery{Company: company(), Product: product()}.Matches(p))
	require.False(t, costing.CostPoolQuery{NonEmpty: true}.Matches(p))
	require.False(t, costing.CostPoolQuery{Company: name("z", new(tandem.CompanyID))}.Matches(p))
	require.False(t, costing.CostPoolQuery{Product: name("z", new(tandem.ProductID))}.Matches(p))
}

func TestIssueAllocatesNothing(t *testing.T) {
	p := average(t)
	_, err := p.Receive(pieces(1_000_000), pence(3_333_333))
	require.NoError(t, err)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if _, err := p.Issue(pieces(1)); err != nil {
			t.Fail()
		}
	}))
}

func TestEventsAreWrittenAsEncodingJSONDoes(t *testing.T) {
	id := costing.PoolIDOf(company(), product())
	for _, full := range []tandem.Event{
		costing.PoolOpened{ID: id, Company: company(), Product: product(), Method: costing.Standard, Standard: price(t, "2.50 GBP/EA"), At: at()},
		costing.PoolRevalued{ID: id, Company: company(), Product: product(), Method: costing.Standard, Standard: price(t, "2.50 GBP/EA"),
			Value: pence(100), Difference: pence(-5), Reason: "a < b", At: at()},
	} {
		v := reflect.ValueOf(full)
		for i := range v.NumField() {
			require.False(t, v.Field(i).IsZero(), v.Type().Field(i).Name)
		}
		for _, e := range []tandem.Event{full, reflect.Zero(v.Type()).Interface().(tandem.Event)} {
			want, err := json.Marshal(e)
			require.NoError(t, err)
			require.Equal(t, string(want), string(e.AppendJSON(nil)))
			require.True(t, strings.HasPrefix(e.EventName(), "costing.pool."))
		}
	}
}
