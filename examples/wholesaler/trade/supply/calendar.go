package supply

import (
	"time"

	"github.com/tandem-go/tandem"
)

// Trading reports whether the shop trades on a day: Sunday to Friday, without the sixteen days on which it was
// closed. After the file's end no closures are assumed.
func Trading(d tandem.Date) bool { return d.Weekday() != time.Saturday && !closed(d) }

func closed(d tandem.Date) bool {
	year, month, day := d.Civil()
	switch {
	case year == 2010 && month == time.December:
		return day == 24 || day >= 26
	case year != 2011:
		return false
	}
	switch month {
	case time.January:
		return day == 2 || day == 3
	case time.April:
		return day == 22 || day == 24 || day == 25 || day == 29
	case time.May:
		return day == 2 || day == 30
	case time.August:
		return day == 29
	}
	return false
}

// AddTrading gives the n-th trading day after d; d itself for n = 0.
func AddTrading(d tandem.Date, n int) tandem.Date {
	for n > 0 {
		if d = d.AddDays(1); Trading(d) {
			n--
		}
	}
	return d
}
