package report_test

import (
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/book"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
)

func gbp(minor int64) tandem.Money { return tandem.MoneyFromMinor(minor, tandem.GBP) }

func date(year int, month time.Month, day int) tandem.Date {
	d, err := tandem.NewDate(year, month, day)
	if err != nil {
		panic(err)
	}
	return d
}

// sampleFigures is a year that never was, in the shape of a real one.
func sampleFigures() *report.Figures {
	f := &report.Figures{
		File: "sample.csv", FileRows: 47808, FirstDay: date(2010, time.December, 1), LastDay: date(2011, time.December, 9), Price: "paid", Rows: 47808, Sold: 46505, Returned: 712, WrittenOff: 292, Service: 298, Refused: 1,
		Refusals: []report.Refusal{{Line: 31000, Invoice: "567890", Reason: "no goods, no customer, no amount"}},
		Free:     4, Lost: 140, Found: 152, Orders: 1885, OrderLines: 46780, RowsPerSecond: 41235, PeakBytes: 412 << 20,
		FillRate: report.Share{Part: 892, Whole: 1000}, LinesAtOnce: report.Share{Part: 919, Whole: 1000},
		OnTimeRate: report.Share{Part: 961, Whole: 1000}, OrdersOnTime: report.Share{Part: 552, Whole: 1000}, BigLines: 247, Purchases: 5657,
		WriteOffs: report.WriteOffs{Asked: 31467, Applied: 1266, Found: 8711}, Largest: report.Largest{Customer: "17450", OfGross: report.Share{Part: 237, Whole: 1000}},
		Revenue:  gbp(94672053),
		NetByTax: []report.TaxNet{{Treatment: "UK 17.5 %", Net: gbp(5569252)}, {Treatment: "UK 20 %", Net: gbp(79975410)}, {Treatment: "EU, zero-rated", Net: gbp(8278996)}, {Treatment: "Export", Net: gbp(848394)}},
		Waterfall: book.Waterfall{
			List: gbp(53474700), Break: gbp(722300), Contract: gbp(636700), Grade: gbp(1251100), Agreed: gbp(226000), Paid: gbp(51912000),
		},
		EngineIsPaid: report.Share{Part: 931, Whole: 1000}, Approvals: 566,
		Matching: report.Matching{SamePriceWhole: 171, SamePricePart: 352, SamePriceSeveral: 5, AnyPrice: 45, Partly: 5, None: 130, SameDay: 27, Scrapped: 79},
		Grades: report.Grades{
			Names: []string{"gold", "silver", "bronze", "standard"}, Moves: 364,
			Migration: [][]int{{30, 12, 6, 2}, {14, 22, 12, 7}, {8, 15, 20, 22}, {6, 10, 24, 65}, {12, 25, 50, 80}},
		},
		Satisfaction: report.Satisfaction{Customers: 343, MinLines: 5, Lowest: 42, P5: 79, Median: 95},
		Example: &report.Example{
			Order: "566290", Customer: "17450", Product: "85123A", Description: "WHITE HANGING HEART T-LIGHT HOLDER <&>", Day: date(2011, time.September, 11),
			Pieces: 128, Grade: "gold", Waterfall: book.Waterfall{List: gbp(37760), Break: gbp(5120), Contract: gbp(0), Grade: gbp(1632), Agreed: gbp(368), Paid: gbp(30640)},
		},
		Notes:  []string{"Supply is simulated.", "Unit cost is assumed to be 55 % of the first list price."},
		Checks: map[string]bool{"entries_balance": true, "revenue_ties_to_file": true, "reserved_within_on_hand": true},
	}
	f.Satisfaction.Bins = [20]int{8: 1, 11: 2, 13: 4, 14: 5, 15: 9, 16: 22, 17: 40, 18: 96, 19: 164}
	for n := range 13 {
		month := date(2010, time.December, 1).AddMonths(n)
		base := int64(5200000 + 380000*int64(n%5) + 220000*int64(n))
		m := report.Month{Month: month, Revenue: []report.GradeRevenue{{Grade: "ungraded", Net: gbp(base)}, {Grade: "cash", Net: gbp(1100000)}}}
		if n >= 6 {
			m.Revenue = []report.GradeRevenue{
				{Grade: "gold", Net: gbp(base * 6 / 10)}, {Grade: "silver", Net: gbp(base * 2 / 10)}, {Grade: "bronze", Net: gbp(base / 10)},
				{Grade: "standard", Net: gbp(base / 20)}, {Grade: "ungraded", Net: gbp(base / 20)}, {Grade: "cash", Net: gbp(1100000)},
			}
			m.Fill = report.Share{Part: 870 + int64(n*7)%40, Whole: 1000}
			m.OnTime = report.Share{Part: 950 + int64(n*5)%30, Whole: 1000}
			f.Grades.Reviews = append(f.Grades.Reviews, report.GradeReview{Day: month, Sizes: []int{50, 55, 65, 105}, Up: 5 * (n - 6), Down: 4 * (n - 6)})
		}
		f.Months = append(f.Months, m)
	}
	for n := range 14 {
		open := int64(4000000 + 300000*int64(n))
		f.Receivables = append(f.Receivables, report.Ageing{
			Day: date(2010, time.December, 31).AddMonths(n),
			Buckets: []report.Bucket{
				{Name: "not due", Open: gbp(open)}, {Name: "1–30 days", Open: gbp(open / 5)}, {Name: "31–60 days", Open: gbp(open / 12)},
				{Name: "61–90 days", Open: gbp(open / 40)}, {Name: "over 90 days", Open: gbp(open / 30)},
			},
			Credit: gbp(150000), Total: gbp(open + open/5 + open/12 + open/40 + open/30 - 150000),
		})
	}
	f.Flow = []report.FlowStep{
		{Day: date(2011, time.September, 11), Document: "order", Number: "SO-001234", Text: "invoice 566290 of the file: 3 lines, 152 pieces", Amount: gbp(33640)},
		{Day: date(2011, time.September, 11), Document: "delivery", Number: "DN-004711", Text: "3 lines, 140 pieces", Amount: gbp(30640), Posting: "Dr cost of sales 180.22, unbilled 306.40 / Cr stock 180.22, revenue 306.40"},
		{Day: date(2011, time.September, 12), Document: "invoice", Number: "INV-003912", Text: "due on 12 October 2011", Amount: gbp(36768), Posting: "Dr receivables 367.68 / Cr unbilled 306.40, output tax 61.28"},
		{Day: date(2011, time.September, 15), Document: "delivery", Number: "DN-004799", Text: "1 line, 12 pieces", Amount: gbp(3000), Posting: "Dr cost of sales 17.00, unbilled 30.00 / Cr stock 17.00, revenue 30.00"},
		{Day: date(2011, time.September, 16), Document: "invoice", Number: "INV-003999", Text: "due on 16 October 2011", Amount: gbp(3600), Posting: "Dr receivables 36.00 / Cr unbilled 30.00, output tax 6.00"},
		{Day: date(2011, time.October, 12), Document: "payment", Number: "PY-003100", Text: "on the due date", Amount: gbp(36768), Posting: "Dr bank 367.68 / Cr receivables 367.68"},
		{Day: date(2011, time.October, 16), Document: "payment", Number: "PY-003101", Text: "on the due date", Amount: gbp(3600), Posting: "Dr bank 36.00 / Cr receivables 36.00"},
	}
	return f
}

// chosenFigures are the same year, told for one customer.
func chosenFigures() *report.Figures {
	f := sampleFigures()
	f.Customers, f.Rows = []string{"14680"}, 320
	f.ChosenGrades = []report.ChosenGrades{{Customer: "14680", Grades: []string{"", "bronze", "silver", "silver", "gold", "silver", "silver"}}}
	f.Satisfaction = report.Satisfaction{Customers: 1, MinLines: 5, Lowest: 85, P5: 85, Median: 85}
	f.Satisfaction.Bins[17] = 1
	f.WriteOffs = report.WriteOffs{}
	return f
}
