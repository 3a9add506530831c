package report

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

// thousands writes pence as thousands of pounds, `£40k`.
func thousands(minor int64) string {
	switch {
	case minor < 0:
		return "−" + thousands(-minor)
	case minor == 0:
		return "£0"
	case minor%100_000 != 0:
		return pounds(minor / 100 * 100)
	}
	return fmt.Sprintf("£%sk", picture.Grouped(minor/100_000))
}

// rounded writes pence as the next thousand of pounds, or below ten thousand as pounds, for a label.
func rounded(minor int64) string {
	switch {
	case minor < 0:
		return "−" + rounded(-minor)
	case minor < 10_000_00:
		return about(minor)
	}
	return fmt.Sprintf("£%sk", picture.Grouped((minor+50_000)/100_000))
}

// pounds writes pence, `£1,234.56`; whole pounds without pence.
func pounds(minor int64) string {
	sign := ""
	if minor < 0 {
		sign, minor = "−", -minor
	}
	if minor%100 == 0 {
		return sign + "£" + picture.Grouped(minor/100)
	}
	return fmt.Sprintf("%s£%s.%02d", sign, picture.Grouped(minor/100), minor%100)
}

// exact writes pence with pence, `£1,234.00`, for columns of amounts.
func exact(minor int64) string {
	if minor < 0 {
		return "−" + exact(-minor)
	}
	return fmt.Sprintf("£%s.%02d", picture.Grouped(minor/100), minor%100)
}

// signed writes pence with their sign, for steps between amounts.
func signed(minor int64) string {
	if minor > 0 {
		return "+" + exact(minor)
	}
	return exact(minor)
}

// Pounds writes an amount in pounds for a sentence, `£1,234.56`.
func Pounds(m tandem.Money) string { return exact(m.Minor()) }

// Day writes a date for a sentence, `2 June 2011`; shortDay for a column, `2 Jun 2011`.
func Day(d tandem.Date) string { return fmt.Sprintf("%d %s %d", d.Day(), d.Month(), d.Year()) }

func shortDay(d tandem.Date) string {
	return fmt.Sprintf("%d %s %d", d.Day(), picture.MonthName(d), d.Year())
}

// about writes pence to the next pound.
func about(minor int64) string {
	if minor < 0 {
		return "−" + about(-minor)
	}
	return pounds((minor + 50) / 100 * 100)
}
