package storetest

import (
	"fmt"
	"strconv"
	"time"

	"github.com/tandem-go/tandem"
)

// The fixtures' words. Everything follows from small numbers, so that a failure
// is the same in every run.

func companyNamed(name string) tandem.CompanyID {
	return tandem.DeriveID[tandem.CompanyID]("storetest", name)
}

// company is where most checks play.
func company() tandem.CompanyID { return companyNamed("company") }

func customer(n int) tandem.PartyID {
	return tandem.DeriveID[tandem.PartyID]("storetest", "customer "+strconv.Itoa(n%3))
}

func product(n int) tandem.ProductID {
	return tandem.DeriveID[tandem.ProductID]("storetest", "product "+strconv.Itoa(n))
}

func location(n int) tandem.LocationID {
	return tandem.DeriveID[tandem.LocationID]("storetest", "location "+strconv.Itoa(n))
}

func lot(n int) tandem.LotID {
	return tandem.DeriveID[tandem.LotID]("storetest", "lot "+strconv.Itoa(n))
}

// ref names a document of another room.
func ref(kind string, n int) tandem.DocumentRef {
	return tandem.RefTo(tandem.DocumentKind(kind), tandem.DeriveID[tandem.ID[any]]("storetest "+kind, strconv.Itoa(n)), number(n))
}

func line(kind string, n, line int) tandem.LineRef {
	return tandem.LineRef{Document: ref(kind, n), Line: line}
}

// number gives document numbers that ascend as texts.
func number(n int) string { return fmt.Sprintf("N-%06d", n) }

// text is a text that an encoding may stumble over.
func text(about string, n int) string {
	return fmt.Sprintf("%s %d: \"Ünï\\cöde\"\t'漢字' %% $1 ? :x <&> \u00a0\u2028\u200d\ufeff 🧦\U0010ffff\n", about, n)
}

func day(n int) tandem.Date {
	d, _ := tandem.NewDate(2011, time.January, 31) // a valid date
	return d.AddDays(n)
}

// at gives instants to the microsecond.
func at(n int) tandem.Instant {
	return tandem.InstantOfUnixMicro(1_300_000_000_000_001 + int64(n)*1_000_003)
}

func pounds(minor int64) tandem.Money { return tandem.MoneyFromMinor(minor, tandem.GBP) }

func euros(minor int64) tandem.Money { return tandem.MoneyFromMinor(minor, tandem.EUR) }

func each(n int64) tandem.Quantity { return tandem.QuantityFromMicro(n*1_000_000, tandem.Each) }

func price(micro int64, u tandem.Unit) tandem.Price {
	p, _ := tandem.PriceFromMicro(micro, tandem.GBP, 100, u) // a basis that there is
	return p
}

func rate(percent int64) tandem.Rate { return tandem.Percent(percent) }

func idText(b [16]byte) string { return string(b[:]) }
