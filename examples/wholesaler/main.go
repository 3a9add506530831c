// Command wholesaler replays a real year of a gift wholesaler's trade on the library: 47,808 rows of its sales, from
// price books and stock to VAT, receivables and customer grades, and checks at the end that all books agree.
//
//	go run ./examples/wholesaler
//	go run ./examples/wholesaler -report report.html
//	go run ./examples/wholesaler -data online-retail.csv.gz -json
//	go run ./examples/wholesaler -replenish insight -fill 0.9
//	go run ./examples/wholesaler -insight=false
//
// After the year it tells what the data foretell: forecasts against what came, the stock that levels from forecasts would
// need, the value and churn of customers, trends, baskets and returns; -insight=false leaves that out, for a
// shorter run. With -replenish insight the shop buys in phase 2 by levels from forecasts, for a joint fill rate of -fill,
// instead of by the rule of the trailing 91 days.
//
// It exits with 1 if a check fails, and with 2 if the file or the flags cannot be read, or the page not be written where
// -report says.
package main

import "github.com/tandem-go/tandem/examples/wholesaler/trade/command"

const about = `Wholesaler replays a year of a gift wholesaler's trade through the books, and checks at the end that all of them agree.
Then it tells what the data foretell (-insight); -replenish insight buys stock by forecasts.

Usage: wholesaler [flags]

`

func program() *command.Program { return &command.Program{Name: "wholesaler", About: about} }

func main() { program().Main() }
