package table

import (
	"strconv"
	"strings"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// period reads a date as files write it, with the bucket that the writing names: 2024-03-31 (a day), 2024-03 (a month),
// 2024-Q1, 2024-W13 (ISO 8601) and 2024. Slashes do for hyphens; a time of midnight is dropped.
func period(text string) (day tandem.Date, of forecast.Bucket, ok bool) {
	s := strings.ReplaceAll(strings.TrimSpace(text), "/", "-")
	if len(s) > 10 {
		switch s[10:] {
		case " 00:00", "T00:00", " 00:00:00", "T00:00:00", "T00:00:00Z":
			s = s[:10]
		}
	}
	if len(s) < 4 || s[:4] < firstYear || s[:4] > lastYear {
		return day, of, false
	}
	if d, err := tandem.ParseDate(s); err == nil {
		return d, forecast.Day, true
	}
	if len(s) > 8 {
		return day, of, false
	}
	year, ok := digits(s[:4])
	rest := strings.ToUpper(strings.TrimPrefix(s[4:], "-"))
	switch {
	case !ok:
	case len(s) == 4:
		return first(year, 1, forecast.Year)
	case len(rest) == 2 && rest[0] == 'Q':
		if n, ok := digits(rest[1:]); ok && n >= 1 && n <= 4 {
			return first(year, 3*n-2, forecast.Quarter)
		}
	case len(rest) == 3 && rest[0] == 'W':
		if n, ok := digits(rest[1:]); ok {
			return isoWeek(year, n)
		}
	case len(rest) == 3 && rest[0] == 'M':
		if n, ok := digits(rest[1:]); ok {
			return first(year, n, forecast.Month)
		}
	case len(rest) == 2 && len(s) == 7:
		if n, ok := digits(rest); ok {
			return first(year, n, forecast.Month)
		}
	}
	return tandem.Date{}, "", false
}

// The years that are taken for dates: outside of them the calendar would end within a bucket or a forecast.
const (
	firstYear = "1000"
	lastYear  = "9900"
)

func first(year, month int, of forecast.Bucket) (tandem.Date, forecast.Bucket, bool) {
	d, err := tandem.NewDate(year, time.Month(month), 1)
	return d, of, err == nil
}

// isoWeek gives the Monday of a week: the first week holds 4 January, the last one 28 December.
func isoWeek(year, n int) (tandem.Date, forecast.Bucket, bool) {
	fourth, err := tandem.NewDate(year, time.January, 4)
	if err != nil || n < 1 {
		return tandem.Date{}, "", false
	}
	monday := forecast.Week.Add(forecast.Week.Begin(fourth), n-1)
	last, err := tandem.NewDate(year, time.December, 28)
	return monday, forecast.Week, err == nil && !monday.After(last)
}

func digits(s string) (int, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// Label writes the bucket that begins at a day, as period reads it; nothing for none, which is behind the year 9999.
func Label(d tandem.Date, b forecast.Bucket) string {
	if d.IsZero() {
		return ""
	}
	switch b {
	case forecast.Year:
		return d.String()[:4]
	case forecast.Quarter:
		return d.String()[:5] + "Q" + strconv.Itoa((int(d.Month())+2)/3)
	case forecast.Month:
		return d.String()[:7]
	}
	return d.String()
}

// Counted writes a number of buckets: 1 week, 2 weeks.
func Counted(n int, b forecast.Bucket) string {
	if n == 1 {
		return "1 " + string(b)
	}
	return strconv.Itoa(n) + " " + string(b) + "s"
}

// found tells the bucket of full dates: the widest in which no series has two of them, and whose dates all lie at the
// same place: the first day or the last, the same day of the month, or the same weekday.
func found(series [][]tandem.Date) forecast.Bucket {
	var all []tandem.Date
	for _, s := range series {
		all = append(all, s...)
	}
	for _, b := range []forecast.Bucket{forecast.Year, forecast.Quarter, forecast.Month, forecast.Week} {
		if several(all) && placed(all, b) && single(series, b) {
			return b
		}
	}
	return forecast.Day
}

func several(all []tandem.Date) bool {
	for _, d := range all {
		if d != all[0] {
			return true
		}
	}
	return false
}

func placed(all []tandem.Date, b forecast.Bucket) bool {
	begin, end, same := true, true, b == forecast.Month || b == forecast.Week
	for _, d := range all {
		from := b.Begin(d)
		begin = begin && d == from
		end = end && d.AddDays(1) == b.Add(from, 1)
		if b == forecast.Week {
			same = same && d.Weekday() == all[0].Weekday()
		} else {
			same = same && d.Day() == all[0].Day()
		}
	}
	return begin || end || same
}

// single says that no series has two different dates in one bucket; each is in ascending order.
func single(series [][]tandem.Date, b forecast.Bucket) bool {
	for _, s := range series {
		for i := 1; i < len(s); i++ {
			if s[i] != s[i-1] && b.Begin(s[i]) == b.Begin(s[i-1]) {
				return false
			}
		}
	}
	return true
}

// nests says whether buckets of one width add up to those of another.
func nests(inner, outer forecast.Bucket) bool {
	order := map[forecast.Bucket]int{forecast.Day: 0, forecast.Week: 1, forecast.Month: 2, forecast.Quarter: 3, forecast.Year: 4}
	i, iok := order[inner]
	o, ook := order[outer]
	return iok && ook && i <= o && (inner != forecast.Week || outer == forecast.Week)
}
