package report

import (
	"fmt"
	"strings"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

type check struct {
	Name, Says string
	OK         bool
}

// checkSays says what a check holds against what.
func checkSays(name string) string {
	switch name {
	case "advances_by_customer":
		return "What each customer paid in advance is that customer's balance of advances in the ledger."
	case "ageing_equals_receivables":
		return "At each month's end the ageing adds up to the receivables account."
	case "every_entry_balances":
		return "Debits equal credits in every journal entry."
	case "every_row_accounted_for":
		return "Each row of the file was sold, returned, written off, service or refused, and told once."
	case "goods_received_not_invoiced":
		return "What the supplier brought is what the ledger says it has not been invoiced for."
	case "kept_waterfalls_are_those_reported":
		return "The price steps kept with the orders add up to those on this page."
	case "kept_waterfalls_sum_to_their_price":
		return "The price steps kept with each order line lead from its list price to its amount."
	case "no_grade_pays_more":
		return "In no price book would a better grade pay more than a lesser one."
	case "nothing_left_to_invoice":
		return "Every delivery has its invoice."
	case "on_hand_is_the_sum_of_moves":
		return "The stock of each product is the sum of its moves."
	case "receivables_by_customer":
		return "Each customer's open invoices, less credit, are that customer's balance in the ledger."
	case "reservations_sum_to_reserved":
		return "The open reservations of each product add up to what is reserved of it."
	case "reserved_within_on_hand":
		return "Nothing is reserved that is not on the shelf."
	case "revenue_ties_to_file":
		return "All documents come to the sum of the file's rows, to the penny."
	case "second_run_is_identical":
		return "The story was told twice, with the same figures."
	case "stock_value_by_product":
		return "The cost of each product's stock is its balance in the ledger."
	case "trial_balance_balances":
		return "All accounts together come to nought."
	case "unbilled_by_customer":
		return "What was delivered to each customer and not invoiced yet is the balance in the ledger."
	case "waterfalls_sum_to_their_price":
		return "The price steps of each line lead from its list price to what was paid."
	}
	return ""
}

func (f *Figures) checks() (out []check) {
	for _, name := range sortedKeys(f.Checks) {
		out = append(out, check{picture.Upper(strings.ReplaceAll(name, "_", " ")), checkSays(name), f.Checks[name]})
	}
	return out
}

func (f *Figures) checksTitle() string {
	if failed := len(f.Failed()); failed > 0 {
		return fmt.Sprintf("%d of %d checks fail", failed, len(f.Checks))
	}
	return fmt.Sprintf("All %d checks hold", len(f.Checks))
}
