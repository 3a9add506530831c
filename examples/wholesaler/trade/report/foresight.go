package report

import (
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/foresight"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

// What the data foretell has a package of its own; these are its words for those who fill the figures.
type (
	Insight       = foresight.Insight
	Outlook       = foresight.Outlook
	Foretold      = foresight.Foretold
	Count         = foresight.Count
	StockPolicy   = foresight.StockPolicy
	StockPoint    = foresight.StockPoint
	Lifetime      = foresight.Lifetime
	Parameter     = foresight.Parameter
	GradeLifetime = foresight.GradeLifetime
	HeldPurchases = foresight.HeldPurchases
	Churn         = foresight.Churn
	Reliability   = foresight.Reliability
	GradeRisk     = foresight.GradeRisk
	AtRisk        = foresight.AtRisk
	Trends        = foresight.Trends
	Trend         = foresight.Trend
	Baskets       = foresight.Baskets
	BasketNode    = foresight.BasketNode
	BasketEdge    = foresight.BasketEdge
	Signal        = foresight.Signal
)

// Counted writes a number of things.
func Counted(n int, what string) string { return picture.Counted(n, what) }
