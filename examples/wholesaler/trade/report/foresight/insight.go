package foresight

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

// Insight is what the data of both sides foretell: demand and stock, the value of customers and who may leave, trends and
// what is bought together. Estimates are floats; money in them is in pounds.
type Insight struct {
	Outlook  Outlook     `json:"outlook"`
	Stock    StockPolicy `json:"stock"`
	Lifetime Lifetime    `json:"lifetime"`
	Churn    Churn       `json:"churn"`
	Trends   Trends      `json:"trends"`
	Baskets  Baskets     `json:"baskets"`
	Returns  []Signal    `json:"returns"` // products whose returns stand out
	Notes    []string    `json:"notes,omitempty"`
}

// Outlook compares forecasts of weeks that were held out with what came.
type Outlook struct {
	Held     int        `json:"held_weeks"`
	Shop     Foretold   `json:"shop"`     // pieces of all goods
	Products []Foretold `json:"products"` // the best sellers
	// Series is how many products were forecast, Within80 and Within95 the held out weeks inside of the intervals.
	Series   int           `json:"series"`
	Within80 picture.Share `json:"within_80"`
	Within95 picture.Share `json:"within_95"`
	RMSSE    float64       `json:"rmsse"`       // mean over the products
	Naive    float64       `json:"naive_rmsse"` // of the naive forecast, by the same measure
	Methods  []Count       `json:"methods"`     // chosen, the most frequent first
}

// Foretold is a series with its forecast of the held out weeks.
type Foretold struct {
	Name    string      `json:"name"`
	Start   tandem.Date `json:"start"`  // Monday of the first week
	Actual  []float64   `json:"actual"` // all weeks, the held out ones last
	Points  []float64   `json:"points"`
	Lower80 []float64   `json:"lower_80"`
	Upper80 []float64   `json:"upper_80"`
	Lower95 []float64   `json:"lower_95"`
	Upper95 []float64   `json:"upper_95"`
	Method  string      `json:"method"`
	Model   string      `json:"model"`
	Reason  string      `json:"reason"`
}

// Count is how often something is.
type Count struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// StockPolicy compares, by replay of the file's demand in phase 2, the rule of the story with levels from forecasts.
type StockPolicy struct {
	Products int          `json:"products"`
	Rule     StockPoint   `json:"rule"`    // as it stands
	Scaled   []StockPoint `json:"scaled"`  // the rule with its reorder level times a factor, by ascending fill
	Insight  []StockPoint `json:"insight"` // by what a piece short costs, by ascending fill
	Equal    StockPoint   `json:"equal"`   // insight at the fill rate of the rule, between two of its points
	// EqualLines is insight where as many lines are wholly there at once as by the rule.
	EqualLines StockPoint `json:"equal_lines"`
	Saved      float64    `json:"saved"` // share of the rule's capital
}

// StockPoint is what one policy needed and gave.
type StockPoint struct {
	Setting float64 `json:"setting"` // the factor, or what a piece short costs, in pounds
	Fill    float64 `json:"fill"`    // pieces there at once, by pieces asked for
	Lines   float64 `json:"lines"`   // lines wholly there at once
	Capital float64 `json:"capital"` // mean value of the stock on hand at cost
	Orders  int     `json:"purchases"`
}

// Lifetime is what customers are expected to be worth.
type Lifetime struct {
	Model      string          `json:"model"`
	Reason     string          `json:"reason"`
	Parameters []Parameter     `json:"parameters"`
	Months     int             `json:"months"`   // ahead
	Discount   float64         `json:"discount"` // a year
	Margin     float64         `json:"margin"`   // contribution, as a share of net sales
	Grades     []GradeLifetime `json:"grades"`   // from best to worst, then those without
	Held       HeldPurchases   `json:"held"`
	Warnings   []string        `json:"warnings,omitempty"`
}

// Parameter is a fitted number under its usual name.
type Parameter struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
}

// GradeLifetime is that of the customers of one grade.
type GradeLifetime struct {
	Grade     string  `json:"grade"`
	Customers int     `json:"customers"`
	Alive     float64 `json:"alive"`     // mean probability
	Purchases float64 `json:"purchases"` // expected days with a purchase, each customer
	Value     float64 `json:"value"`     // mean discounted margin
	Total     float64 `json:"total"`
}

// HeldPurchases compares purchase days foretold for the weeks held out with those that came, by those of the weeks before.
type HeldPurchases struct {
	Weeks    int       `json:"weeks"`
	Bins     []string  `json:"bins"` // repeat purchase days before
	Foretold []float64 `json:"foretold"`
	Came     []float64 `json:"came"`
}

// Churn is who may stay away.
type Churn struct {
	Days        int           `json:"days"` // without a purchase: the label
	Tested      int           `json:"tested"`
	Share       float64       `json:"share"` // of those tested that did stay away
	AUC         float64       `json:"auc"`   // out of time
	Brier       float64       `json:"brier"`
	Reliability []Reliability `json:"reliability"`
	Grades      []GradeRisk   `json:"grades"`
	AtRisk      []AtRisk      `json:"at_risk"` // the most expected loss first
	Warnings    []string      `json:"warnings,omitempty"`
}

// Reliability compares a band of foretold risk with what came.
type Reliability struct {
	Foretold  float64 `json:"foretold"`
	Came      float64 `json:"came"`
	Customers int     `json:"customers"`
}

// GradeRisk is the mean risk of the customers of one grade.
type GradeRisk struct {
	Grade     string  `json:"grade"`
	Customers int     `json:"customers"`
	Risk      float64 `json:"risk"`
}

// AtRisk is a customer who is worth a call.
type AtRisk struct {
	Customer string  `json:"customer"`
	Grade    string  `json:"grade"`
	Risk     float64 `json:"risk"`
	Value    float64 `json:"value"`
	Reason   string  `json:"reason"`
}

// Trends tells which products grow and which decline.
type Trends struct {
	Products int     `json:"products"` // with enough weeks
	Stages   []Count `json:"stages"`
	Growing  []Trend `json:"growing"`
	Falling  []Trend `json:"falling"`
}

// Trend is one product's.
type Trend struct {
	Code   string    `json:"code"`
	Name   string    `json:"name"`
	Weeks  []float64 `json:"weeks"`
	Slope  float64   `json:"slope"` // Sen's, pieces a week each week
	P      float64   `json:"p"`     // Mann-Kendall
	Stage  string    `json:"stage"`
	Reason string    `json:"reason"`
}

// Baskets is what is bought together.
type Baskets struct {
	Orders  int          `json:"orders"`
	LeftOut []Count      `json:"left_out"` // and why
	Nodes   []BasketNode `json:"nodes"`
	Edges   []BasketEdge `json:"edges"`
}

// BasketNode is a product of the graph.
type BasketNode struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Orders int    `json:"orders"`
}

// BasketEdge joins two products by their places among the nodes.
type BasketEdge struct {
	From       int     `json:"from"`
	To         int     `json:"to"`
	Orders     int     `json:"orders"` // with both
	Confidence float64 `json:"confidence"`
	Lift       float64 `json:"lift"`
}

// Signal is a product whose returns stand out.
type Signal struct {
	Code     string  `json:"code"`
	Name     string  `json:"name"`
	Shipped  float64 `json:"shipped"`
	Returned float64 `json:"returned"`
	Rate     float64 `json:"rate"`
	Lower    float64 `json:"lower"`
	Upper    float64 `json:"upper"`
	Reason   string  `json:"reason"`
}
