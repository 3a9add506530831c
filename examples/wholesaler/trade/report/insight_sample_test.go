package report_test

import (
	"fmt"
	"math"
	"time"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
)

// wave gives weeks of sales that never were: a level, a slope, and ups and downs that look like chance and are none.
func wave(weeks int, level, slope, rough float64) (list []float64) {
	state := uint32(level) + 7
	for i := range weeks {
		state = state*1664525 + 1013904223
		list = append(list, max(0, math.Round(level+slope*float64(i)+rough*level*(float64(state>>16)/32768-1))))
	}
	return list
}

func foretold(name, method string, level, slope float64) report.Foretold {
	const weeks, held = 53, 8
	s := report.Foretold{
		Name: name, Start: date(2010, time.November, 29), Actual: wave(weeks, level, slope, 0.35), Method: method, Model: "level 612, α 0.21",
		Reason: "smallest error in the back-test over 6 origins",
	}
	for i := range held {
		mean := level + slope*float64(weeks-held+i)
		wide := level * 0.22 * math.Sqrt(1+0.1*float64(i))
		s.Points = append(s.Points, mean)
		s.Lower80, s.Upper80 = append(s.Lower80, max(0, mean-1.28*wide)), append(s.Upper80, mean+1.28*wide)
		s.Lower95, s.Upper95 = append(s.Lower95, max(0, mean-1.96*wide)), append(s.Upper95, mean+1.96*wide)
	}
	return s
}

// sampleInsight is made up, in the shape of a real one.
func sampleInsight() *report.Insight {
	in := &report.Insight{
		Outlook: report.Outlook{
			Held: 8, Shop: foretold("all goods", "theta", 82000, 900), Series: 1412,
			Within80: report.Share{Part: 9021, Whole: 11296}, Within95: report.Share{Part: 10612, Whole: 11296}, RMSSE: 0.812, Naive: 0.987,
			Methods: []report.Count{{Name: "croston_sba", Count: 640}, {Name: "ses", Count: 388}, {Name: "theta", Count: 201}, {Name: "tsb", Count: 183}},
		},
		Stock: report.StockPolicy{
			Products: 2840, Rule: report.StockPoint{Setting: 1, Fill: 0.9187, Lines: 0.902, Capital: 184210, Orders: 5657},
			Equal: report.StockPoint{Setting: 0.931, Fill: 0.9187, Lines: 0.908, Capital: 151330, Orders: 6120}, Saved: 0.1785,
		},
		Lifetime: report.Lifetime{
			Model: "BG/NBD with Gamma-Gamma", Reason: "the best log-likelihood of three models on the weeks before those held out", Months: 12, Discount: 0.1, Margin: 0.38,
			Parameters: []report.Parameter{{Name: "r", Value: 0.9231}, {Name: "α", Value: 62.41}, {Name: "a", Value: 0.0312}, {Name: "b", Value: 1.874}, {Name: "p", Value: 2.11}, {Name: "q", Value: 3.42}, {Name: "γ", Value: 411.8}},
			Grades: []report.GradeLifetime{
				{Grade: "gold", Customers: 212, Alive: 0.981, Purchases: 11.2, Value: 1893.4, Total: 401400}, {Grade: "silver", Customers: 430, Alive: 0.934, Purchases: 4.9, Value: 642.1, Total: 276103},
				{Grade: "bronze", Customers: 655, Alive: 0.871, Purchases: 2.6, Value: 301.7, Total: 197613}, {Grade: "standard", Customers: 1920, Alive: 0.602, Purchases: 1.1, Value: 118.5, Total: 227520},
				{Grade: "", Customers: 1121, Alive: 0.733, Purchases: 1.4, Value: 140.2, Total: 157164},
			},
			Held:     report.HeldPurchases{Weeks: 8, Bins: []string{"0", "1", "2", "3", "4", "5", "6", "7+"}, Foretold: []float64{0.11, 0.24, 0.41, 0.58, 0.71, 0.88, 1.02, 2.31}, Came: []float64{0.14, 0.27, 0.39, 0.61, 0.7, 1.2, 0.97, 2.6}},
			Warnings: []string{"the cohort is left-truncated: customers before 1 December 2010 are not known"},
		},
		Churn: report.Churn{
			Days: 90, Tested: 2610, Share: 0.382, AUC: 0.7834, Brier: 0.1862,
			Grades: []report.GradeRisk{{Grade: "gold", Customers: 212, Risk: 0.081}, {Grade: "silver", Customers: 430, Risk: 0.223}, {Grade: "bronze", Customers: 655, Risk: 0.367}, {Grade: "standard", Customers: 1920, Risk: 0.584}, {Grade: "", Customers: 1121, Risk: 0.507}},
		},
		Trends: report.Trends{Products: 1412, Stages: []report.Count{{Name: "maturity", Count: 702}, {Name: "decline", Count: 371}, {Name: "growth", Count: 214}, {Name: "introduction", Count: 125}}},
		Notes:  []string{"Forecasts know nothing of Christmas: one year of weeks identifies no yearly season."},
	}
	for i, name := range []string{
		"WORLD WAR 2 GLIDERS ASSTD DESIGNS", "JUMBO BAG RED RETROSPOT", "ASSORTED COLOUR BIRD ORNAMENT", "POPCORN HOLDER", "PACK OF 72 RETROSPOT CAKE CASES", "WHITE HANGING HEART T-LIGHT HOLDER",
		"RABBIT NIGHT LIGHT", "MINI PAINT SET VINTAGE <&>",
	} {
		in.Outlook.Products = append(in.Outlook.Products, foretold(name, []string{"theta", "croston_sba", "ets_damped_multiplicative"}[i%3], 900-70*float64(i), 4-2*float64(i%4)))
	}
	for i := range 7 {
		fill := 0.862 + 0.017*float64(i)
		need := math.Pow(fill/0.862, 9)
		in.Stock.Scaled = append(in.Stock.Scaled, report.StockPoint{Setting: 0.4 + 0.2*float64(i), Fill: fill, Lines: fill - 0.01, Capital: 95000 * need * 1.14, Orders: 5400})
		in.Stock.Insight = append(in.Stock.Insight, report.StockPoint{Setting: 0.86 + 0.02*float64(i), Fill: fill + 0.004, Lines: fill, Capital: 82000 * need * 1.09, Orders: 6100})
	}
	for i := range 10 {
		at := 0.05 + 0.1*float64(i)
		in.Churn.Reliability = append(in.Churn.Reliability, report.Reliability{Foretold: at, Came: at + 0.04*math.Sin(float64(i*3)), Customers: 420 - 37*i})
	}
	for i := range 14 {
		in.Churn.AtRisk = append(in.Churn.AtRisk, report.AtRisk{
			Customer: fmt.Sprint(12346 + 417*i), Grade: []string{"gold", "silver", "bronze", ""}[i%4], Risk: 0.83 - 0.03*float64(i), Value: 2940 - 180*float64(i),
			Reason: fmt.Sprintf("last bought %d days ago, usually every %d days; %d %% of the last lines were late", 71+3*i, 18+i, 4+i),
		})
	}
	for i, name := range []string{"PAPER CHAIN KIT 50'S CHRISTMAS", "RABBIT NIGHT LIGHT", "HAND WARMER OWL DESIGN", "CHILLI LIGHTS", "DOTCOM GIFT BAG", "WOODEN STAR CHRISTMAS SCANDINAVIAN"} {
		in.Trends.Growing = append(in.Trends.Growing, report.Trend{Code: fmt.Sprint(22086 + i), Name: name, Weeks: wave(45, 20+float64(10*i), 4.2-0.5*float64(i), 0.3), Slope: 4.2 - 0.61*float64(i), P: 0.0001 * float64(1+20*i), Stage: "growth", Reason: "rises since week 20"})
		in.Trends.Falling = append(in.Trends.Falling, report.Trend{Code: fmt.Sprint(84879 + i), Name: "SPRING " + name, Weeks: wave(45, 160+float64(5*i), -3+0.3*float64(i), 0.3), Slope: -3.1 + 0.45*float64(i), P: 0.0002, Stage: "decline", Reason: "falls since week 12"})
	}
	in.Returns = []report.Signal{
		{Code: "22423", Name: "REGENCY CAKESTAND 3 TIER", Shipped: 12403, Returned: 861, Rate: 0.0694, Lower: 0.0651, Upper: 0.074, Reason: "against 1.1 % of all goods"},
		{Code: "21108", Name: "FAIRY CAKE FLANNEL ASSORTED COLOUR", Shipped: 3104, Returned: 174, Rate: 0.0561, Lower: 0.0485, Upper: 0.0647, Reason: "against 1.1 % of all goods"},
		{Code: "37410", Name: "BLACK AND WHITE PAISLEY FLOWER MUG", Shipped: 220, Returned: 9, Rate: 0.0409, Lower: 0.0217, Upper: 0.076, Reason: "against 1.1 % of all goods"},
	}
	in.Baskets = sampleBaskets()
	return in
}

// sampleBaskets has families of products, as gifts come in them.
func sampleBaskets() report.Baskets {
	b := report.Baskets{Orders: 18211, LeftOut: []report.Count{{Name: "more_than_200_lines", Count: 92}, {Name: "one_product", Count: 1630}}}
	family := func(names ...string) {
		first := len(b.Nodes)
		for i, name := range names {
			b.Nodes = append(b.Nodes, report.BasketNode{Code: fmt.Sprint(20711 + len(b.Nodes)), Name: name, Orders: 2100/(1+len(b.Nodes)%7) + 60})
			for j := range i {
				if (i*j+i)%3 == 0 || j == i-1 {
					b.Edges = append(b.Edges, report.BasketEdge{From: first + i, To: first + j, Orders: 420 - 10*i, Confidence: 0.86 - 0.06*float64(i), Lift: 24.3 - float64(i+j)})
				}
			}
		}
	}
	family("GREEN REGENCY TEACUP AND SAUCER", "PINK REGENCY TEACUP AND SAUCER", "ROSES REGENCY TEACUP AND SAUCER", "REGENCY CAKESTAND 3 TIER")
	family("JUMBO BAG RED RETROSPOT", "JUMBO BAG PINK POLKADOT", "JUMBO STORAGE BAG SUKI", "JUMBO SHOPPER VINTAGE RED PAISLEY", "JUMBO BAG STRAWBERRY", "JUMBO BAG BAROQUE BLACK WHITE", "JUMBO BAG WOODLAND ANIMALS")
	family("LUNCH BAG RED RETROSPOT", "LUNCH BAG BLACK SKULL.", "LUNCH BAG PINK POLKADOT", "LUNCH BAG CARS BLUE", "LUNCH BAG SPACEBOY DESIGN", "LUNCH BAG SUKI DESIGN", "LUNCH BAG APPLE DESIGN", "LUNCH BAG WOODLAND")
	family("ALARM CLOCK BAKELIKE GREEN", "ALARM CLOCK BAKELIKE RED", "ALARM CLOCK BAKELIKE PINK", "ALARM CLOCK BAKELIKE IVORY")
	family("GARDENERS KNEELING PAD KEEP CALM", "GARDENERS KNEELING PAD CUP OF TEA")
	family("WOODEN PICTURE FRAME WHITE FINISH", "WOODEN FRAME ANTIQUE WHITE")
	family("CHARLOTTE BAG PINK POLKADOT", "CHARLOTTE BAG SUKI DESIGN", "RED RETROSPOT CHARLOTTE BAG", "WOODLAND CHARLOTTE BAG")
	family("SET OF 3 CAKE TINS PANTRY DESIGN", "SET OF 6 SPICE TINS PANTRY DESIGN")
	return b
}
