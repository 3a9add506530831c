package replay

import (
	"cmp"
	"slices"
)

// Result is what a rule served and kept, of an item or of all.
type Result struct {
	Buckets     int     `json:"buckets"`
	Lines       int     `json:"lines"`
	LinesFilled int     `json:"lines_filled"` // complete and at once
	Units       float64 `json:"units"`
	UnitsFilled float64 `json:"units_filled"` // at once
	Cycles      int     `json:"cycles"`       // receipts
	CyclesShort int     `json:"cycles_short"` // before which the stock did not suffice
	// StockoutBuckets are those in which something asked for was not there.
	StockoutBuckets int     `json:"stockout_buckets"`
	Orders          int     `json:"orders"`
	Purchased       float64 `json:"purchased"` // units ordered
	// MeanStock on hand is the mean over the buckets of the middle between opening,
	// after receipts, and closing; of all items the sum.
	MeanStock       float64 `json:"mean_stock"`
	MeanValue       float64 `json:"mean_value"`       // of that stock
	MeanBackordered float64 `json:"mean_backordered"` // owed at the end of a bucket
	Closing         float64 `json:"closing"`          // stock after the last bucket; below zero is owed
}

// FillRate gives the fraction of units served at once, β; 1 without demand.
func (r Result) FillRate() float64 { return share(r.UnitsFilled, r.Units) }

// LineFillRate gives the fraction of lines served complete and at once; 1 without
// demand.
func (r Result) LineFillRate() float64 { return share(float64(r.LinesFilled), float64(r.Lines)) }

// CycleService gives the fraction of receipts before which the stock sufficed, α; 1
// without receipts.
func (r Result) CycleService() float64 {
	return share(float64(r.Cycles-r.CyclesShort), float64(r.Cycles))
}

func share(part, whole float64) float64 {
	if !(whole > 0) {
		return 1
	}
	return part / whole
}

// Total adds up the results of items.
func Total(results []Result) Result {
	var t Result
	for _, r := range results {
		t.Buckets = max(t.Buckets, r.Buckets)
		t.Lines += r.Lines
		t.LinesFilled += r.LinesFilled
		t.Units += r.Units
		t.UnitsFilled += r.UnitsFilled
		t.Cycles += r.Cycles
		t.CyclesShort += r.CyclesShort
		t.StockoutBuckets += r.StockoutBuckets
		t.Orders += r.Orders
		t.Purchased += r.Purchased
		t.MeanStock += r.MeanStock
		t.MeanValue += r.MeanValue
		t.MeanBackordered += r.MeanBackordered
		t.Closing += r.Closing
	}
	return t
}

// Frontier is what a rule binds at several settings.
type Frontier []Point

// Point is a run in two numbers.
type Point struct {
	FillRate float64 `json:"fill_rate"`
	Capital  float64 `json:"capital"` // mean value of the stock
}

// Point gives a result as a point of a frontier.
func (r Result) Point() Point { return Point{r.FillRate(), r.MeanValue} }

// Capital gives what is bound at a fill rate, on straight lines between the points;
// false says that no two points enclose it.
func (f Frontier) Capital(fillRate float64) (float64, bool) {
	points := slices.Clone(f)
	slices.SortFunc(points, func(a, b Point) int {
		return cmp.Or(cmp.Compare(a.FillRate, b.FillRate), cmp.Compare(a.Capital, b.Capital))
	})
	for i, p := range points {
		switch {
		case p.FillRate == fillRate:
			return p.Capital, true
		case p.FillRate > fillRate && i == 0:
			return 0, false
		case p.FillRate > fillRate:
			before := points[i-1]
			part := (fillRate - before.FillRate) / (p.FillRate - before.FillRate)
			return before.Capital + float64(part*(p.Capital-before.Capital)), true
		}
	}
	return 0, false
}
