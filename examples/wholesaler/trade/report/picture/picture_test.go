package picture_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

func TestNumbersForReaders(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 1e-12: "0", 0.0123: "0.012", 0.5: "0.5", 3.456: "3.46", 12.34: "12.3", 99.97: "100", 1234.5: "1,235", -7: "−7",
		1e300:       "more than 1e15",
		math.Inf(1): "–",
	} {
		assert.Equal(t, want, picture.Number(v), v)
	}
	for v, want := range map[float64]string{
		0: "0", 999: "999", 1500: "1,500", 20000: "20k", 12345: "12.3k", 151330: "151k", 999_999: "1m", 3.4e6: "3.4m", 2e9: "2bn",
		7.7e12: "7.7tn", 1e20: "1e15", -20000: "−20k",
		math.Inf(-1): "–",
	} {
		assert.Equal(t, want, picture.Compact(v), v)
	}
	assert.Equal(t, "–", picture.Number(math.NaN()))
	assert.Equal(t, "17.9 %", picture.Percent(0.17854))
	assert.Equal(t, "100 %", picture.Percent(1))
	assert.Equal(t, "0 %", picture.Percent(1e-300))
	assert.Equal(t, "£1,893", picture.PoundsOf(1893.4))
	assert.Equal(t, "−£4.56", picture.PoundsOf(-4.56))
	assert.Equal(t, "£184k", picture.PoundsShort(184210))
}

func TestScaleHasRoundSteps(t *testing.T) {
	s := picture.NewScale(84.3, 97.2, 5, 0, 100)
	assert.Equal(t, []float64{84, 86, 88, 90, 92, 94, 96, 98}, s.Ticks())
	assert.InDelta(t, 50, s.At(91), 1e-9)
	assert.InDelta(t, 100, s.At(1e9), 1e-9, "what is beyond the end stands at it")
	assert.InDelta(t, 0, s.At(math.NaN()), 1e-9)
}

func TestScaleAlwaysHasSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low, high := rapid.Float64().Draw(t, "low"), rapid.Float64().Draw(t, "high")
		s := picture.NewScale(low, high, 5, 0, 100)
		ticks := s.Ticks()
		if len(ticks) < 2 || len(ticks) > 12 {
			t.Fatalf("%d steps from %v to %v", len(ticks), low, high)
		}
		for _, v := range [...]float64{low, high, math.NaN(), math.Inf(1)} {
			if at := s.At(v); !(at >= 0 && at <= 100) {
				t.Fatalf("%v stands at %v", v, at)
			}
		}
	})
}

func TestLinesBreakAtBlanks(t *testing.T) {
	assert.Equal(t, []string{"GREEN REGENCY", "TEACUP AND", "SAUCER"}, picture.Lines("GREEN REGENCY TEACUP AND SAUCER", 130, 3))
	assert.Equal(t, []string{"GREEN REGENCY", "TEACUP AND SA…"}, picture.Lines("GREEN REGENCY TEACUP AND SAUCER", 130, 2))
	assert.Equal(t, []string{""}, picture.Lines("", 130, 2))
	assert.Equal(t, "…", picture.Clipped("WIDE", 1))
}

// No two boxes overlap, none leaves the page, and the same graph lies the same way.
func TestLayoutKeepsBoxesApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nodes := rapid.IntRange(1, 24).Draw(t, "nodes")
		var edges [][2]int
		for range rapid.IntRange(0, 40).Draw(t, "edges") {
			edges = append(edges, [2]int{rapid.IntRange(0, nodes-1).Draw(t, "from"), rapid.IntRange(0, nodes-1).Draw(t, "to")})
		}
		box := picture.Point{X: rapid.Float64Range(20, 170).Draw(t, "broad"), Y: rapid.Float64Range(20, 100).Draw(t, "high")}
		width := rapid.Float64Range(171, 1120).Draw(t, "width")
		places, height := picture.Layout(nodes, edges, box, width)
		again, _ := picture.Layout(nodes, edges, box, width)
		for i, p := range places {
			if p != again[i] {
				t.Fatal("not the same twice")
			}
			if p.X < box.X/2-0.01 || p.X > width-box.X/2+0.01 || p.Y < box.Y/2-0.01 || p.Y > height-box.Y/2+0.01 {
				t.Fatalf("%v of %v by %v is off the page, boxes %v", p, width, height, box)
			}
			for j := range i {
				if q := places[j]; math.Abs(p.X-q.X) < box.X-1 && math.Abs(p.Y-q.Y) < box.Y-1 {
					t.Fatalf("%v and %v overlap, boxes %v", p, q, box)
				}
			}
		}
	})
}
