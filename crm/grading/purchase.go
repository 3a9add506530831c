package grading

import (
	"strconv"

	"github.com/tandem-go/tandem"
)

type purchaseKind struct{}

// PurchaseID names a purchase fact.
type PurchaseID = tandem.ID[purchaseKind]

// PurchaseIDOf derives the id of the n-th purchase fact that comes of one source
// event or row, so that a fact which is told of twice is kept once.
func PurchaseIDOf(source string, n int) PurchaseID {
	return tandem.DeriveID[PurchaseID]("grading_purchase", source+"#"+strconv.Itoa(n))
}

// PurchaseKind says what a purchase fact tells of.
type PurchaseKind string

// The kinds of purchase fact.
const (
	Sale   PurchaseKind = "sale"   // goods were bought; free of charge too
	Void   PurchaseKind = "void"   // the sales of its document were none after all, since nothing of them was delivered: their days are no purchases, and its amount, nought or negative, is taken back
	Credit PurchaseKind = "credit" // money was credited, or, where it is positive, a credit taken back: it changes the monetary value and is no purchase
)

// PurchaseKinds lists the kinds.
func PurchaseKinds() []PurchaseKind { return []PurchaseKind{Sale, Void, Credit} }

// Valid reports whether k is one of [PurchaseKinds].
func (k PurchaseKind) Valid() bool { return k == Sale || k == Void || k == Credit }

// UnmarshalText reads a kind and refuses anything else.
func (k *PurchaseKind) UnmarshalText(text []byte) error {
	parsed := PurchaseKind(text)
	if !parsed.Valid() {
		return fault("purchase kind", "kind", "kind", "must be sale, void or credit")
	}
	*k = parsed
	return nil
}

func fault(subject, code, path, message string) error {
	var c tandem.Check
	c.Add(code, path, message)
	return c.Err(subject)
}

// Purchase is one fact of a customer's trade with a company: a sale, its end or a credit,
// appended once. A fact that was wrong is corrected by a credit, and by a void where it
// was no purchase at all.
type Purchase struct {
	ID       PurchaseID         `json:"id"`
	Company  tandem.CompanyID   `json:"company"`
	Party    tandem.PartyID     `json:"party"`
	Kind     PurchaseKind       `json:"kind"`
	Date     tandem.Date        `json:"date"` // business day of the sale or credit
	Net      tandem.Money       `json:"net"`  // without tax, in the company's currency; a sale is not negative
	Document tandem.DocumentRef `json:"document"`
	Recorded tandem.Instant     `json:"recorded"`
}

// Validate reports every fault of the fact.
func (p Purchase) Validate() error {
	var c tandem.Check
	c.Require(!p.ID.IsZero(), "required", "id", "must be given")
	c.Require(!p.Company.IsZero(), "required", "company", "must be given")
	c.Require(!p.Party.IsZero(), "required", "party", "must be given")
	c.Require(p.Kind.Valid(), "kind", "kind", "must be sale, void or credit")
	c.Require(!p.Date.IsZero(), "required", "date", "must be given")
	if c.Require(p.Net.Currency().Valid(), "required", "net", "must be an amount of a currency") {
		c.Require(p.Kind != Sale || p.Net.Sign() >= 0, "sign", "net", "a sale is not negative")
		c.Require(p.Kind != Void || p.Net.Sign() <= 0, "sign", "net", "what is void is taken back")
	}
	c.Require(!p.Document.IsZero(), "required", "document", "must be given")
	c.Require(!p.Recorded.IsZero(), "required", "recorded", "must be given")
	return c.Err("purchase")
}
