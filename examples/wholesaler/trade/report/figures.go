package report

import (
	"encoding/json"
	"io"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/book"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

// Figures is all that a run gives, as the -json form prints it. Amounts are texts with their currency, rates numbers
// between 0 and 1. All but RowsPerSecond and PeakBytes is the same for every run with the same file and settings.
type Figures struct {
	File      string      `json:"file"`
	FileRows  int         `json:"file_rows"`
	FirstDay  tandem.Date `json:"first_day,omitzero"` // of the file
	LastDay   tandem.Date `json:"last_day,omitzero"`
	Price     string      `json:"price"` // paid or engine
	Seed      string      `json:"seed"`
	Customers []string    `json:"customers,omitempty"` // whose story is told; none: of all

	Rows       int       `json:"rows"` // of those customers
	Sold       int       `json:"sold"`
	Returned   int       `json:"returned"`
	WrittenOff int       `json:"written_off"`
	Service    int       `json:"service"`
	Refused    int       `json:"refused"`
	Refusals   []Refusal `json:"refusals"`
	Free       int       `json:"free"`  // of those sold
	Lost       int       `json:"lost"`  // of those written off
	Found      int       `json:"found"` // of those written off

	Orders        int   `json:"orders"`
	OrderLines    int   `json:"order_lines"`
	RowsPerSecond int64 `json:"rows_per_second"`
	PeakBytes     int64 `json:"peak_bytes"`

	FillRate     Share       `json:"fill_rate"`      // units reserved at placement ÷ ordered, without bought to order
	LinesAtOnce  Share       `json:"lines_at_once"`  // lines wholly reserved at placement, without bought to order
	OnTimeRate   Share       `json:"on_time_rate"`   // lines complete by the first promise, cancelled ones left out
	OrdersOnTime Share       `json:"orders_on_time"` // orders with all lines on time
	BigLines     int         `json:"big_lines"`      // bought to order
	Purchases    int         `json:"purchases"`
	Months       []Month     `json:"months"`
	FillByGrade  []GradeFill `json:"fill_by_grade,omitempty"` // the grades from best to worst

	Revenue      tandem.Money      `json:"revenue"` // net of all documents
	NetByTax     []TaxNet          `json:"net_by_tax"`
	Waterfall    book.Waterfall    `json:"waterfall"` // phase 2, sales to customers
	EngineIsPaid Share             `json:"engine_is_paid"`
	Approvals    int               `json:"approvals"`
	Grades       Grades            `json:"grades"` // of all customers of the file, whosever story is told
	ChosenGrades []ChosenGrades    `json:"chosen_grades,omitempty"`
	Matching     Matching          `json:"matching"`
	WriteOffs    WriteOffs         `json:"write_offs"`
	Receivables  []Ageing          `json:"receivables"` // at month ends
	Satisfaction Satisfaction      `json:"satisfaction"`
	Largest      Largest           `json:"largest_customer"` // of all customers of the file
	Example      *Example          `json:"example,omitempty"`
	Flow         []FlowStep        `json:"flow,omitempty"`
	Notes        []string          `json:"notes,omitempty"`
	Insight      *Insight          `json:"insight,omitempty"`
	Replenish    string            `json:"replenish"` // rule, or insight with its target
	GradeOf      map[string]string `json:"-"`         // of each customer, after the last review
	Checks       map[string]bool   `json:"checks"`
}

// Refusal is a row that stays outside the books.
type Refusal struct {
	Line    int    `json:"line"`
	Invoice string `json:"invoice"`
	Reason  string `json:"reason"`
}

// Month is one month of trade. Fill and on-time figures are phase 2's.
type Month struct {
	Month   tandem.Date    `json:"month"`
	Revenue []GradeRevenue `json:"revenue"`
	Fill    Share          `json:"fill"`
	OnTime  Share          `json:"on_time"`
}

// GradeRevenue is the net revenue from the customers of one grade, as graded at the time.
type GradeRevenue struct {
	Grade string       `json:"grade"`
	Net   tandem.Money `json:"net"`
}

// GradeFill is the fill rate of the customers of one grade, as graded at the time.
type GradeFill struct {
	Grade string `json:"grade"`
	Fill  Share  `json:"fill"`
}

// TaxNet is the net of all documents under one tax treatment.
type TaxNet struct {
	Treatment string       `json:"treatment"`
	Net       tandem.Money `json:"net"`
}

// Grades tells what the reviews did.
type Grades struct {
	Reviews []GradeReview `json:"reviews"`
	Moves   int           `json:"moves"`
	// Migration counts customers by their grade at the first review (rows; the last row: not yet known) and at the
	// last (columns), in the order of Names.
	Names     []string `json:"names"`
	Migration [][]int  `json:"migration"`
}

// GradeReview is one review: how many customers hold each grade after it, in the order of Grades.Names.
type GradeReview struct {
	Day   tandem.Date `json:"day"`
	Sizes []int       `json:"sizes"`
	Up    int         `json:"up"`
	Down  int         `json:"down"`
}

// ChosenGrades is the way of one chosen customer through the reviews.
type ChosenGrades struct {
	Customer string   `json:"customer"`
	Grades   []string `json:"grades"` // after each review; "" before the first grade
}

// Matching counts how the cancelled rows were matched, and what became of them.
type Matching struct {
	SamePriceWhole   int `json:"same_price_whole"`
	SamePricePart    int `json:"same_price_part"`
	SamePriceSeveral int `json:"same_price_several"`
	AnyPrice         int `json:"any_price"`
	Partly           int `json:"partly"`
	None             int `json:"none"`
	SameDay          int `json:"same_day"` // rows with goods of the same day
	Scrapped         int `json:"scrapped"` // rows with goods back after more than 90 days
}

// WriteOffs tells what the losses and finds asked for and what the stock allowed, in pieces.
type WriteOffs struct {
	Asked   int64 `json:"asked"`
	Applied int64 `json:"applied"`
	Found   int64 `json:"found"`
}

// Ageing is what customers owe at the end of a day, by the days past the due date.
type Ageing struct {
	Day     tandem.Date  `json:"day"`
	Buckets []Bucket     `json:"buckets"`
	Credit  tandem.Money `json:"unapplied_credit"` // positive
	Total   tandem.Money `json:"total"`            // Σ buckets − credit
}

// Bucket is one column of an ageing.
type Bucket struct {
	Name string       `json:"name"` // not due, 1–30 days, …
	Open tandem.Money `json:"open"`
}

// Satisfaction is the distribution of the customers' scores, 0 to 100.
type Satisfaction struct {
	Customers int     `json:"customers"`
	MinLines  int     `json:"min_lines"`
	Lowest    int     `json:"lowest"`
	P5        int     `json:"p5"`
	Median    int     `json:"median"`
	Bins      [20]int `json:"bins"` // 0–4, 5–9, … 95–100
}

// Largest is the customer with the greatest gross sales of goods.
type Largest struct {
	Customer string `json:"customer"`
	OfGross  Share  `json:"of_gross"`
	OfNet    Share  `json:"of_net"`
}

// Example is one real order line and how its price came about.
type Example struct {
	Order       string         `json:"order"`
	Customer    string         `json:"customer"`
	Product     string         `json:"product"`
	Description string         `json:"description"`
	Day         tandem.Date    `json:"day"`
	Pieces      int64          `json:"pieces"`
	Grade       string         `json:"grade"`
	Approval    bool           `json:"approval"` // the agreed price is so low that it needed approval
	Waterfall   book.Waterfall `json:"waterfall"`
}

// Share is a part of a whole, kept as counts.
type Share = picture.Share

// WriteJSON writes the figures as one JSON object.
func (f *Figures) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(f)
}

// Failed gives the names of the checks that failed, in order.
func (f *Figures) Failed() (names []string) {
	for _, name := range sortedKeys(f.Checks) {
		if !f.Checks[name] {
			names = append(names, name)
		}
	}
	return names
}
