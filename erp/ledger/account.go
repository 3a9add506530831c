package ledger

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// MaxAccountCode is the greatest length of an account code, in bytes.
const MaxAccountCode = 16

// AccountCode is the number of an account in the company's chart, `1100`: one to
// [MaxAccountCode] letters, digits, points, dashes or underscores of ASCII.
type AccountCode string

// Valid reports whether a has the form of an account code.
func (a AccountCode) Valid() bool {
	if len(a) == 0 || len(a) > MaxAccountCode {
		return false
	}
	for i := 0; i < len(a); i++ {
		switch c := a[i]; {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c == '.', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}

// AccountType says on which side of the statements an account stands.
type AccountType string

// The account types. Assets and expenses have debit balances by nature, the
// others credit balances.
const (
	Asset     AccountType = "asset"
	Liability AccountType = "liability"
	Equity    AccountType = "equity"
	Income    AccountType = "income"
	Expense   AccountType = "expense"
)

// AccountTypes lists the types in the order of the statements.
func AccountTypes() []AccountType { return []AccountType{Asset, Liability, Equity, Income, Expense} }

// Valid reports whether t is one of [AccountTypes].
func (t AccountType) Valid() bool {
	switch t {
	case Asset, Liability, Equity, Income, Expense:
		return true
	}
	return false
}

// UnmarshalText reads a type and refuses anything else.
func (t *AccountType) UnmarshalText(text []byte) error {
	parsed := AccountType(text)
	if !parsed.Valid() {
		return &tandem.InvalidError{Subject: "account type", Faults: []tandem.Fault{{
			Code: "account_type", Path: "type", Message: "unknown account type"}}}
	}
	*t = parsed
	return nil
}

// BalanceSheet reports whether the balance is carried over the end of a year.
func (t AccountType) BalanceSheet() bool { return t == Asset || t == Liability || t == Equity }

// Account is one account of a company's chart.
type Account struct {
	Company  tandem.CompanyID `json:"company"`
	Code     AccountCode      `json:"code"`
	Revision int64            `json:"revision"` // kept by the store, compared on Save
	Name     string           `json:"name"`
	Type     AccountType      `json:"type"`
	// Control marks the account of a sub-ledger (receivables, stock): only
	// documents post to it, since the sub-ledger must equal it at every commit.
	Control bool `json:"control,omitempty"`
	// Active accounts take entries. An account that was ever used is not deleted.
	Active bool `json:"active"`
}

// Validate reports every fault of the account.
func (a Account) Validate() error {
	var c tandem.Check
	c.Require(!a.Company.IsZero(), "required", "company", "must be given")
	c.Require(a.Code.Valid(), "account_code", "code", "must be 1 to 16 letters, digits, points, dashes or underscores")
	c.Require(a.Name != "" && len(a.Name) <= tandem.MaxName, "name", "name", "must be given and short")
	c.Require(a.Type.Valid(), "account_type", "type", "must be a known type")
	return c.Err("account")
}

// Chart is the chart of accounts of one company, compiled for checking entries.
// It is immutable and safe for any number of goroutines.
type Chart struct {
	company  tandem.CompanyID
	accounts []Account // ascending codes
}

// NewChart compiles a chart. It reports the faults of every account, accounts
// of other companies and codes that stand twice.
func NewChart(company tandem.CompanyID, accounts ...Account) (*Chart, error) {
	var c tandem.Check
	c.Require(!company.IsZero(), "required", "company", "must be given")
	for i, a := range accounts {
		c.Nested(tandem.Path("accounts", i), a.Validate())
		c.Require(a.Company == company, "other_company", tandem.Path("accounts", i)+".company", "belongs to another company")
	}
	sorted := slices.Clone(accounts)
	slices.SortStableFunc(sorted, func(a, b Account) int { return compareCodes(a.Code, b.Code) })
	for i := 1; i < len(sorted); i++ {
		c.Require(sorted[i-1].Code != sorted[i].Code, "account_twice", "accounts", "code "+string(sorted[i].Code)+" stands twice")
	}
	if err := c.Err("chart"); err != nil {
		return nil, err
	}
	return &Chart{company, sorted}, nil
}

func compareCodes(a, b AccountCode) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Company gives the company whose chart it is.
func (c *Chart) Company() tandem.CompanyID { return c.company }

// Accounts lists the accounts by ascending code.
func (c *Chart) Accounts() []Account { return slices.Clone(c.accounts) }

// Account gives the account with a code.
func (c *Chart) Account(code AccountCode) (Account, bool) {
	i, found := slices.BinarySearchFunc(c.accounts, code, func(a Account, code AccountCode) int { return compareCodes(a.Code, code) })
	if !found {
		return Account{}, false
	}
	return c.accounts[i], true
}

// Admit reports every line of an entry that the chart does not take: an unknown
// or inactive account, or a control account in an entry that has no source
// document. An entry of another company is refused as well.
func (c *Chart) Admit(e Entry) error {
	var check tandem.Check
	check.Require(e.Company == c.company, "other_company", "company", "the chart belongs to another company")
	for i := range e.Lines {
		a, found := c.Account(e.Lines[i].Account)
		switch {
		case !found:
			check.Add("account_unknown", linePath(i, "account"), "not in the chart")
		case !a.Active:
			check.Add("account_inactive", linePath(i, "account"), "the account takes no entries")
		case a.Control && e.Source.IsZero():
			check.Add("account_control", linePath(i, "account"), "only documents post to a control account")
		}
	}
	return check.Err("entry")
}

func linePath(i int, field string) string { return tandem.Path("lines", i) + "." + field }
