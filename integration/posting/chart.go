package posting

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
)

// Chart names the accounts that documents are booked on. All must be given, save
// AdvanceTax of a company that declares no VAT on advances.
type Chart struct {
	Receivables      ledger.AccountCode `json:"receivables"`           // control; by party
	Unbilled         ledger.AccountCode `json:"unbilled"`              // control; delivered and not invoiced, net, by party
	CustomerAdvances ledger.AccountCode `json:"customer_advances"`     // control; received before anything is owed, by party
	Revenue          ledger.AccountCode `json:"revenue"`               //
	Returns          ledger.AccountCode `json:"returns"`               // contra revenue: returned goods
	Allowances       ledger.AccountCode `json:"allowances"`            // contra revenue: credits without goods
	RefundLiability  ledger.AccountCode `json:"refund_liability"`      // IFRS 15.55; expected or received, not yet credited
	ReturnAsset      ledger.AccountCode `json:"return_asset"`          // IFRS 15.B21; right to recover goods
	OutputTax        ledger.AccountCode `json:"output_tax"`            // VAT owed
	InputTax         ledger.AccountCode `json:"input_tax"`             // VAT to be recovered
	Stock            ledger.AccountCode `json:"stock"`                 // control; by product
	GoodsReceived    ledger.AccountCode `json:"goods_received"`        // control; received and not invoiced, by party
	PriceVariance    ledger.AccountCode `json:"price_variance"`        // received at another price than the standard
	CostOfSales      ledger.AccountCode `json:"cost_of_sales"`         //
	WriteOff         ledger.AccountCode `json:"write_off"`             // scrapped goods
	CountDifference  ledger.AccountCode `json:"count_difference"`      // lost and found
	Promotion        ledger.AccountCode `json:"promotion"`             // goods given away
	EarlyDiscount    ledger.AccountCode `json:"early_discount"`        // contra revenue
	Bank             ledger.AccountCode `json:"bank"`                  //
	Expenses         ledger.AccountCode `json:"expenses"`              // where an expense names no account
	OpeningBalance   ledger.AccountCode `json:"opening_balance"`       // the other side of what was there before the books
	AdvanceTax       ledger.AccountCode `json:"advance_tax,omitempty"` // control; VAT that was due on advances, until they are applied, by party
}

type role struct {
	name    string
	code    ledger.AccountCode
	types   [2]ledger.AccountType // what it may be; the second may be none
	control bool
}

// advanceTax is the account that may be left out.
const advanceTax = "advance_tax"

func (r *role) none() bool { return r.name == advanceTax && r.code == "" }

func (c *Chart) roles() [22]role {
	asset, liability, income, expense, equity := ledger.Asset, ledger.Liability, ledger.Income, ledger.Expense, ledger.Equity
	one := func(t ledger.AccountType) [2]ledger.AccountType { return [2]ledger.AccountType{t} }
	contra := [2]ledger.AccountType{income, expense}
	return [22]role{
		{"receivables", c.Receivables, one(asset), true},
		{"unbilled", c.Unbilled, one(asset), true},
		{"customer_advances", c.CustomerAdvances, one(liability), true},
		{"revenue", c.Revenue, one(income), false},
		{"returns", c.Returns, contra, false},
		{"allowances", c.Allowances, contra, false},
		{"refund_liability", c.RefundLiability, one(liability), false},
		{"return_asset", c.ReturnAsset, one(asset), false},
		{"output_tax", c.OutputTax, one(liability), false},
		{"input_tax", c.InputTax, [2]ledger.AccountType{asset, liability}, false},
		{"stock", c.Stock, one(asset), true},
		{"goods_received", c.GoodsReceived, one(liability), true},
		{"price_variance", c.PriceVariance, contra, false},
		{"cost_of_sales", c.CostOfSales, one(expense), false},
		{"write_off", c.WriteOff, one(expense), false},
		{"count_difference", c.CountDifference, contra, false},
		{"promotion", c.Promotion, one(expense), false},
		{"early_discount", c.EarlyDiscount, contra, false},
		{"bank", c.Bank, one(asset), false},
		{"expenses", c.Expenses, one(expense), false},
		{"opening_balance", c.OpeningBalance, one(equity), false},
		{advanceTax, c.AdvanceTax, [2]ledger.AccountType{asset, liability}, true},
	}
}

// Validate reports accounts that are missing or malformed, and a control account
// that serves another purpose too: its sub-ledger could not equal it.
func (c Chart) Validate() error {
	var check tandem.Check
	roles := c.roles()
	for i, r := range roles {
		if r.none() || !check.Require(r.code.Valid(), "account_code", r.name, "must be an account code") || !r.control {
			continue
		}
		for j, o := range roles {
			check.Require(i == j || o.code != r.code, "account_shared", r.name, "a control account is also that of "+o.name)
		}
	}
	return check.Err("chart")
}

// CheckAgainst reports accounts that the company's chart does not have, that are
// not active, of a type that does not fit, or not marked as control accounts
// where a sub-ledger stands behind them.
func (c Chart) CheckAgainst(l *ledger.Chart) error {
	var check tandem.Check
	for _, r := range c.roles() {
		if r.none() {
			continue
		}
		a, found := l.Account(r.code)
		if !check.Require(found, "account_unknown", r.name, "not in the chart") {
			continue
		}
		check.Require(a.Active, "account_inactive", r.name, "takes no entries")
		check.Require(a.Type == r.types[0] || a.Type == r.types[1], "account_type", r.name, "must be of type "+string(r.types[0]))
		check.Require(a.Control == r.control, "account_control", r.name, "must be a control account where a sub-ledger stands behind it, and only there")
	}
	return check.Err("chart")
}

// Accounts gives the accounts of the chart as records of a company, named by
// their purpose: a start for a company that has none.
func (c Chart) Accounts(company tandem.CompanyID) []ledger.Account {
	var out []ledger.Account
	for _, r := range c.roles() {
		seen := r.none()
		for _, a := range out {
			seen = seen || a.Code == r.code
		}
		if !seen {
			out = append(out, ledger.Account{Company: company, Code: r.code, Name: r.name, Type: r.types[0], Control: r.control, Active: true})
		}
	}
	return out
}

// PlainChart gives a chart to start with: assets from 1000, liabilities from
// 2000, equity from 3000, income from 4000, cost of sales from 5000, expenses
// from 6000. A company that has a chart names its own accounts.
func PlainChart() Chart {
	return Chart{
		Bank: "1000", Receivables: "1100", Unbilled: "1110", Stock: "1200", ReturnAsset: "1210", InputTax: "1300", AdvanceTax: "1310",
		GoodsReceived: "2000", CustomerAdvances: "2100", RefundLiability: "2110", OutputTax: "2200",
		OpeningBalance: "3000",
		Revenue:        "4000", Returns: "4100", Allowances: "4200", EarlyDiscount: "4300",
		CostOfSales: "5000", PriceVariance: "5100", CountDifference: "5200", WriteOff: "5300",
		Expenses: "6000", Promotion: "6100",
	}
}
