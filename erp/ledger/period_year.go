package ledger

import (
	"strconv"
	"time"

	"github.com/tandem-go/tandem"
)

// NewCalendarYear opens a calendar year as one period: enough for books that are
// closed once a year. Its name is the year, and its id follows from the company
// and the year, so that there is one of each.
func NewCalendarYear(company tandem.CompanyID, year int, at tandem.Instant) (*Period, error) {
	from, err := tandem.NewDate(year, time.January, 1)
	if err != nil {
		return nil, err
	}
	until, err := tandem.NewDate(year+1, time.January, 1)
	if err != nil {
		return nil, err
	}
	name := strconv.Itoa(year)
	return NewPeriod(tandem.DeriveID[PeriodID]("calendar year", company.String()+"/"+name), company, name, tandem.Validity{From: from, Until: until}, at)
}
