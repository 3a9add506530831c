package repeat_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/lifetime/repeat"
	"github.com/tandem-go/tandem/internal/float"
)

func with(t require.TestingT, m repeat.Model, p ...float64) repeat.Fit {
	f, err := m.With([4]float64(p))
	require.NoError(t, err)
	return f
}

// gauss is the series of the hypergeometric function 2F1 (Abramowitz and Stegun, 15.1.1).
func gauss(a, b, c, z float64) float64 {
	term, sum := 1.0, 1.0
	for n := 0.0; n < 100000 && math.Abs(term) > 1e-18*math.Abs(sum); n++ {
		term *= (a + n) * (b + n) / (c + n) / (n + 1) * z
		sum += term
	}
	return sum
}

// The closed forms of Fader, Hardie and Lee (2005), with the hypergeometric function, at their
// published parameters.
func TestBGNBDEqualsTheClosedForms(t *testing.T) {
	r, alpha, a, b := 0.243, 4.414, 0.793, 2.426
	f := with(t, repeat.BGNBD, r, alpha, a, b)
	for _, time := range []float64{1, 39, 78} {
		closed := (a + b - 1) / (a - 1) * (1 - math.Pow(alpha/(alpha+time), r)*gauss(r, b, a+b-1, time/(alpha+time)))
		require.InEpsilon(t, closed, f.Expected(time), 1e-10)
	}
	h := repeat.History{Frequency: 2, Recency: 30.43, Age: 38.86}
	x := 2.0
	odds := a / (b + x - 1) * math.Pow((alpha+h.Age)/(alpha+h.Recency), r+x)
	require.InEpsilon(t, 1/(1+odds), f.Alive(h), 1e-12)
	closed := (a + b + x - 1) / (a - 1) * (1 - math.Pow((alpha+h.Age)/(alpha+h.Age+39), r+x)*gauss(r+x, b+x, a+b+x-1, 39/(alpha+h.Age+39))) / (1 + odds)
	require.InEpsilon(t, closed, f.Next(h, 39), 1e-10)
	require.Equal(t, 1.0, f.Alive(repeat.History{Age: 38.86}), "who never came back has had no chance to leave")
}

// MBG/NBD: the expected purchases in closed form.
func TestMBGNBDEqualsTheClosedForm(t *testing.T) {
	r, alpha, a, b := 0.525, 6.183, 0.891, 1.614
	f := with(t, repeat.MBGNBD, r, alpha, a, b)
	for _, time := range []float64{1, 39, 78} {
		closed := b / (a - 1) * (1 - math.Pow(alpha/(alpha+time), r)*gauss(r, b+1, a+b, time/(alpha+time)))
		require.InEpsilon(t, closed, f.Expected(time), 1e-9)
	}
	h := repeat.History{Age: 20}
	require.InEpsilon(t, 1/(1+a/b*math.Pow((alpha+20)/alpha, r)), f.Alive(h), 1e-12)
}

// Pareto/NBD: likelihood, P(alive) and expectations by the formulas of Fader and
// Hardie, "A Note on Deriving the Pareto/NBD Model" (2005), with the hypergeometric function.
func TestParetoNBDEqualsTheClosedForms(t *testing.T) {
	r, alpha, s, beta := 0.553, 10.578, 0.606, 11.669
	f := with(t, repeat.ParetoNBD, r, alpha, s, beta)
	x, tx, age := 2.0, 30.43, 38.86
	h := repeat.History{Frequency: 2, Recency: tx, Age: age}
	k := r + s + x
	part := func(y float64) float64 { // beta > alpha
		return gauss(k, r+x, k+1, (beta-alpha)/(beta+y)) / math.Pow(beta+y, k)
	}
	odds := s / k * (part(tx) - part(age)) * math.Pow(alpha+age, r+x) * math.Pow(beta+age, s)
	require.InEpsilon(t, 1/(1+odds), f.Alive(h), 1e-12)
	next := (r + x) * (beta + age) / (alpha + age) / (s - 1) * (1 - math.Pow((beta+age)/(beta+age+39), s-1)) / (1 + odds)
	require.InEpsilon(t, next, f.Next(h, 39), 1e-12)
	require.InEpsilon(t, r*beta/alpha/(s-1)*(1-math.Pow(beta/(beta+39), s-1)), f.Expected(39), 1e-12)
	// One and the same exponent on both sides of s = 1.
	at := with(t, repeat.ParetoNBD, r, alpha, 1, beta).Expected(39)
	require.InEpsilon(t, r*beta/alpha*math.Log(1+39/beta), at, 1e-12)
}

func draw(t *rapid.T) (repeat.Fit, repeat.History) {
	m := rapid.SampledFrom(repeat.Models()).Draw(t, "model")
	p := [4]float64{}
	for i := range p {
		p[i] = math.Exp(rapid.Float64Range(-4, 4).Draw(t, "log"))
	}
	f, err := m.With(p)
	require.NoError(t, err)
	h := repeat.History{Frequency: rapid.IntRange(0, 60).Draw(t, "x"), Age: rapid.Float64Range(0, 200).Draw(t, "T")}
	if h.Frequency > 0 {
		h.Recency = h.Age * rapid.Float64Range(0.01, 1).Draw(t, "share")
	}
	return f, h
}

// The probabilities of all numbers of purchases add up to one, and their mean is the
// expectation, for any parameters.
func TestProbabilitiesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, _ := draw(t)
		time := rapid.Float64Range(0.1, 20).Draw(t, "t")
		for i := range f.Parameters { // few enough to count
			f.Parameters[i].Value = math.Sqrt(f.Parameters[i].Value)
		}
		f.Parameters[1].Value = max(f.Parameters[1].Value, time/4)
		sum, mean := 0.0, 0.0
		for n := range 400 {
			p := f.Probability(n, time)
			require.GreaterOrEqual(t, p, 0.0)
			sum += p
			mean += float64(n) * p
			if n > 40 && p < 1e-11 {
				break
			}
		}
		require.InDelta(t, 1, sum, 1e-6)
		require.InDelta(t, f.Expected(time), mean, 1e-4*(1+mean))
	})
}

// Discounted purchases are the integral of e^(-rate·t) over the purchases to come, here
// by small steps; and without a rate they are the purchases.
func TestDiscountedIsTheSumOfWhatComes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, h := draw(t)
		const rate, horizon, steps = 0.01, 52.0, 150
		require.InEpsilon(t, f.Next(h, horizon)+1e-300, f.Discounted(h, 0, horizon)+1e-300, 1e-5)
		sum, before := 0.0, 0.0
		for i := range steps {
			end := horizon * math.Pow(float64(i+1)/steps, 4)
			middle := horizon * math.Pow((float64(i)+0.5)/steps, 4)
			next := f.Next(h, end)
			sum += (next - before) * math.Exp(-rate*middle)
			before = next
		}
		require.InEpsilon(t, sum+1e-12, f.Discounted(h, rate, horizon)+1e-12, 5e-3)
		require.GreaterOrEqual(t, f.Discounted(h, rate, 0), f.Discounted(h, rate, horizon)*(1-1e-9))
		o := f.Outlook(39, rate, 0).Of(h)
		require.Equal(t, f.Next(h, 39), o.Purchases)
		require.Equal(t, f.Discounted(h, rate, 0), o.Discounted)
		require.True(t, o.Alive >= 0 && o.Alive <= 1)
	})
}

// Whatever the histories, the fit and its answers are finite and can be written.
func TestAlwaysAnAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var g repeat.Groups
		n := rapid.IntRange(0, 30).Draw(t, "n")
		shape := rapid.SampledFrom([]string{"any", "never", "same", "zero", "last", "broken"}).Draw(t, "shape")
		var h repeat.History
		for i := range n {
			if i == 0 || shape != "same" {
				h = repeat.History{Frequency: rapid.IntRange(0, 100).Draw(t, "x"), Age: rapid.Float64Range(0, 1000).Draw(t, "T")}
				h.Recency = h.Age * rapid.Float64Range(0, 1).Draw(t, "share")
			}
			switch shape {
			case "never":
				h.Frequency = 0
			case "zero":
				h.Age = 0
			case "last":
				h.Recency = h.Age
			case "broken":
				h.Recency, h.Age = math.NaN(), math.Inf(1)
			}
			g.Add(h)
		}
		for _, m := range repeat.Models() {
			f, err := m.Fit(&g, repeat.Config{Iterations: 30})
			require.NoError(t, err)
			_, err = json.Marshal(f)
			require.NoError(t, err)
			require.Equal(t, n, f.Customers+insight.Left(f.LeftOut))
			for _, v := range []float64{f.Alive(h), f.Next(h, 52), f.Expected(52), f.Discounted(h, 0.003, 0), f.Probability(3, 52)} {
				require.True(t, float.Finite(v) && v >= 0, "%v %v of %+v", m, v, f)
			}
		}
	})
}

func TestFaultsAreNamedAtOnce(t *testing.T) {
	_, err := repeat.Model("x").Fit(nil, repeat.Config{Iterations: -1})
	require.ErrorContains(t, err, "model")
	require.ErrorContains(t, err, "groups")
	require.ErrorContains(t, err, "config.iterations")
	_, err = repeat.BGNBD.With([4]float64{1, math.NaN(), 0, 1})
	require.ErrorContains(t, err, "parameters[1]")
	require.ErrorContains(t, err, "parameters[2]")
	var m repeat.Model
	require.ErrorContains(t, m.UnmarshalText([]byte("bgnbd")), "bg_nbd, mbg_nbd, pareto_nbd")
	require.Empty(t, m)
	require.NoError(t, m.UnmarshalText([]byte("bg_nbd")))
}

// A parameter is one of package insight with an error beside it, in JSON too.
func TestParametersAreFlatInJSON(t *testing.T) {
	p := repeat.Parameter{Parameter: insight.Parameter{Name: "alpha", Value: 4.5}, Error: 0.25}
	text, err := json.Marshal(p)
	require.NoError(t, err)
	require.JSONEq(t, `{"name":"alpha","value":4.5,"error":0.25}`, string(text))
	var again repeat.Parameter
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, p, again)
}

// The fit finds the parameters by which a cohort was played, within four standard errors.
func TestFitRecoversTheParameters(t *testing.T) {
	for _, c := range []struct {
		model repeat.Model
		p     [4]float64
	}{
		{repeat.BGNBD, [4]float64{0.5, 8, 0.9, 3}},
		{repeat.BGNBD, [4]float64{1.5, 20, 0.5, 5}},
		{repeat.MBGNBD, [4]float64{0.6, 7, 0.9, 1.8}},
		{repeat.MBGNBD, [4]float64{1.2, 10, 1.5, 6}},
		{repeat.ParetoNBD, [4]float64{0.6, 10, 0.7, 12}},
		{repeat.ParetoNBD, [4]float64{1.5, 6, 1.5, 30}},
	} {
		r := float.NewRandom(7)
		var outcomes []repeat.Outcome
		var g repeat.Groups
		for range 8000 {
			h, later := simulate(&r, c.model, c.p, 30+float64(r.Below(30)), 40, true)
			g.Add(h)
			outcomes = append(outcomes, repeat.Outcome{History: h, Later: later})
		}
		f := fit(t, c.model, &g)
		for i, p := range f.Parameters {
			require.InDelta(t, c.p[i], p.Value, 4*p.Error, "%s %+v", c.model, f.Parameters)
			require.Less(t, p.Error, c.p[i], "%s %+v", c.model, f.Parameters)
		}
		track := f.Track(outcomes, 40)
		require.InEpsilon(t, track.Actual, track.Expected, 0.06, c.model)
	}
}

// Nobody leaves: a warning that names NBD, and the rates are found all the same. By chance
// leaving shows in no more than one cohort of twenty.
func TestNobodyLeaves(t *testing.T) {
	shown := map[repeat.Model]int{}
	for seed := range uint64(20) {
		r := float.NewRandom(seed)
		var g repeat.Groups
		for range 500 {
			rate := gamma(&r, 1.2) / 15
			h := repeat.History{Age: 30 + float64(r.Below(22))}
			for at := -math.Log(r.Uniform()) / rate; at <= h.Age; at -= math.Log(r.Uniform()) / rate {
				h.Frequency++
				h.Recency = at
			}
			g.Add(h)
		}
		for _, m := range repeat.Models() {
			f, err := m.Fit(&g, repeat.Config{SkipErrors: true})
			require.NoError(t, err)
			require.GreaterOrEqual(t, f.LogLikelihood, f.NBD-0.05)
			if f.LeavingChance < repeat.Significance {
				shown[m]++
				continue
			}
			require.InEpsilon(t, 1.2/15, f.Parameters[0].Value/f.Parameters[1].Value, 0.15)
			require.Contains(t, fmt.Sprint(f.Warnings), "NBD, in which nobody does")
		}
	}
	t.Log(shown)
	for m, n := range shown {
		require.LessOrEqual(t, n, 3, m) // more than 3 of 20 at one in twenty: 1.6 %
	}
}

// Customers leave, if only one in twenty at a purchase: no warning.
func TestSomeLeave(t *testing.T) {
	for _, c := range []struct {
		model repeat.Model
		p     [4]float64
	}{{repeat.BGNBD, [4]float64{1.2, 6, 0.5, 9.5}}, {repeat.MBGNBD, [4]float64{1.2, 6, 0.5, 9.5}}, {repeat.ParetoNBD, [4]float64{1.2, 6, 1, 100}}} {
		for seed := range uint64(5) {
			r := float.NewRandom(seed)
			var g repeat.Groups
			for range 3000 {
				h, _ := simulate(&r, c.model, c.p, 40+float64(r.Below(20)), 0, true)
				g.Add(h)
			}
			f := fit(t, c.model, &g)
			require.Less(t, f.LeavingChance, repeat.Significance, c.model)
			require.NotContains(t, fmt.Sprint(f.Warnings), "seem to leave")
		}
	}
}
