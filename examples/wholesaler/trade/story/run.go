package story

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/book"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/grades"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/supply"
)

// Config says how the story is told. Its zero value needs a Zone only.
type Config struct {
	Zone      *time.Location  // of the shop
	Seed      string          // of every simulated choice
	Engine    bool            // book the engine's prices instead of the paid ones
	Customers map[string]bool // tell these accounts' story only; nil: all
	Begin     func(Begun)     // called before the first day; may be nil
	Tick      func(Progress)  // called once a day; may be nil
	Planner   supply.Planner  // plans the levels of stock; nil: the rule of the trailing 91 days
}

// Begun tells what an earlier telling has left in the books.
type Begun struct {
	Ended, Days int         // days that were told to their end, of all
	Day         tandem.Date // from which on it is told now; what of this day was told before is not told twice
}

// Progress tells how far the story is.
type Progress struct {
	Day         tandem.Date
	Rows, Total int
}

// Cut is the day on which phase 2 begins, with list prices, grades and finite stock.
func Cut() tandem.Date { return date(2011, time.June, 1) }

// End is the day on which the clock stops for a file that ends on 2011-12-09; a file that ends later has as many days
// more.
func End(last tandem.Date) tandem.Date {
	if end := date(2012, time.January, 31); last.Before(date(2011, time.December, 10)) {
		return end
	}
	return last.AddDays(53)
}

func date(year int, month time.Month, day int) tandem.Date {
	d, err := tandem.NewDate(year, month, day)
	if err != nil {
		return tandem.Date{}
	}
	return d
}

// Minutes of the day at which the shop works; the file's rows lie between morning and evening.
const (
	atPublish  = 0
	atReview   = 1
	atReceive  = 5 * 60
	atInvoice  = 5*60 + 15
	atPay      = 5*60 + 30
	atDispatch = 23 * 60
	atClose    = 23*60 + 59
)

type teller struct {
	cfg   Config
	books Books
	file  *retail.File
	cut   tandem.Date
	today tandem.Date
	clock tandem.Instant

	documents map[tandem.Date][]int
	matches   map[int]retail.Match
	keeper    *book.Keeper
	history   *grades.History
	purchases *supply.Purchases
	products  map[string]*product
	codes     []string // of the products that are supplied, in the order of review
	bands     supply.Bands
	accounts  map[string]bool
	lines     []*line // by row of the file; none where nothing was placed of it
	due       map[tandem.Date][]Payment
	grade     map[string]tandem.GradeCode
	tally     tally
}

// Run tells the story of a file to the books and gives its figures, without those that the host measures.
func Run(ctx context.Context, file *retail.File, books Books, cfg Config) (*report.Figures, error) {
	t, err := newTeller(file, books, cfg)
	if err != nil {
		return nil, err
	}
	first, last := file.Rows[0].Day, file.Rows[0].Day
	for i := range file.Documents {
		day := file.Documents[i].Day
		t.documents[day] = append(t.documents[day], i)
		if day.Before(first) {
			first = day
		}
		if day.After(last) {
			last = day
		}
	}
	t.tally.start(first)
	if err := t.begin(ctx, first, End(last)); err != nil {
		return nil, err
	}
	for day, end := first, End(last); !day.After(end); day = day.AddDays(1) {
		if err := t.day(ctx, day, !day.After(last)); err != nil {
			return nil, fmt.Errorf("on %s: %w", day, err)
		}
		if cfg.Tick != nil {
			cfg.Tick(Progress{Day: day, Rows: t.tally.rows, Total: len(file.Rows)})
		}
	}
	return t.figures(ctx)
}

// begin finds out how far an earlier telling came.
func (t *teller) begin(ctx context.Context, first, end tandem.Date) (err error) {
	if t.cfg.Begin == nil {
		return nil
	}
	b := Begun{Days: end.DaysSince(first) + 1}
	b.Ended = sort.Search(b.Days, func(n int) bool {
		ended, fault := t.books.Ended(ctx, first.AddDays(n))
		err = errors.Join(err, fault)
		return !ended
	})
	if b.Day = first.AddDays(b.Ended); err == nil {
		t.cfg.Begin(b)
	}
	return err
}

func newTeller(file *retail.File, books Books, cfg Config) (*teller, error) {
	t := &teller{
		cfg: cfg, books: books, file: file, cut: Cut(),
		documents: map[tandem.Date][]int{}, matches: map[int]retail.Match{}, keeper: book.NewKeeper(file.Rows),
		purchases: supply.NewPurchases(cfg.Seed), products: map[string]*product{}, accounts: map[string]bool{},
		lines: make([]*line, len(file.Rows)), due: map[tandem.Date][]Payment{}, grade: map[string]tandem.GradeCode{},
	}
	if cfg.Zone == nil {
		return nil, fmt.Errorf("story: no zone: %w", tandem.ErrInvalid)
	}
	matches := retail.MatchCancellations(file.Rows)
	for _, m := range matches {
		t.matches[m.Row] = m
	}
	var err error
	if t.history, err = grades.NewHistory(file.Rows, matches); err != nil {
		return nil, err
	}
	return t, t.stockKeeping()
}

// at moves the clock to a minute of today, or leaves it where it is if that is past.
func (t *teller) at(minute int) tandem.Instant {
	if at := t.today.At(minute/60, minute%60, t.cfg.Zone); at.After(t.clock) {
		t.clock = at
	}
	return t.clock
}

// phase2 reports whether today has list prices, grades and finite stock.
func (t *teller) phase2() bool { return !t.today.Before(t.cut) }

func (t *teller) day(ctx context.Context, day tandem.Date, inFile bool) error {
	t.today = day
	documents := t.documents[day]
	trading := supply.Trading(day)
	open := trading || len(documents) > 0 // a file that trades on a day of rest opens the shop
	steps := []struct {
		when bool
		do   func(context.Context) error
	}{
		{t.phase2() && inFile && day.Day() == 1, t.firstOfMonth},
		{day == t.cut, t.openStock},
		{trading, t.receive},
		{open, t.invoice},
		{true, t.pay},
		{true, func(ctx context.Context) error { return t.tell(ctx, documents) }},
		{open, t.dispatch},
		{trading && t.phase2(), t.replenish},
		{day == day.EndOfMonth(), func(ctx context.Context) error { return t.books.MonthEnd(ctx, t.today) }},
		{true, func(ctx context.Context) error { return t.books.DayEnd(ctx, t.today) }},
	}
	for _, step := range steps {
		if !step.when {
			continue
		}
		if err := step.do(ctx); err != nil {
			return err
		}
	}
	t.learn(documents)
	delete(t.documents, day)
	return nil
}

func (t *teller) firstOfMonth(ctx context.Context) error {
	t.at(atPublish)
	if err := t.books.Publish(ctx, t.keeper.Publish(t.today)); err != nil {
		return err
	}
	review, err := t.history.Review(t.today)
	if err != nil {
		return err
	}
	graded, err := t.books.ReviewGrades(ctx, review, t.at(atReview))
	if err != nil {
		return err
	}
	t.tally.reviewed(t.today, t.grade, graded)
	t.grade = graded
	return nil
}

// tell tells the documents of today in the order of the file.
func (t *teller) tell(ctx context.Context, documents []int) error {
	for _, n := range documents {
		d := &t.file.Documents[n]
		if t.cfg.Customers != nil && !t.cfg.Customers[d.Account] {
			if err := t.overhear(ctx, d); err != nil {
				return err
			}
			continue
		}
		if err := t.document(ctx, d); err != nil {
			return fmt.Errorf("invoice %s: %w", d.Invoice, err)
		}
	}
	return nil
}

// overhear takes from a document that is not told what the prices and grades of others depend on.
func (t *teller) overhear(ctx context.Context, d *retail.Document) error {
	heard := Heard{Invoice: d.Invoice, Account: d.Account, Day: d.Day}
	net, any := tandem.NewTotal(tandem.GBP), false
	for _, i := range d.Rows {
		t.tally.rows++
		row := &t.file.Rows[i]
		if row.Class == retail.Sold {
			t.quote(row)
		}
		if row.Class == retail.Sold || row.Class == retail.Returned {
			any = true
			net.Add(row.Net)
		}
	}
	if d.Cash || !any {
		return nil
	}
	var err error
	if heard.Net, err = net.Money(tandem.HalfAwayFromZero); err != nil {
		return err
	}
	t.at(d.Minute)
	return t.books.Heard(ctx, heard)
}

// quote asks the price books about a row, and tells them what was paid. Cash customers and phase 1 have no quotes.
func (t *teller) quote(row *retail.Row) *book.Quote {
	if row.Cash() {
		return nil
	}
	defer t.keeper.Sold(row)
	if !t.phase2() {
		return nil
	}
	q := t.keeper.Quote(row)
	return &q
}

// gradeOf names the grade of a document's account today, for figures.
func (t *teller) gradeOf(d *retail.Document) string {
	switch {
	case d.Cash:
		return "cash"
	case t.grade[d.Account] == "":
		return "ungraded"
	}
	return string(t.grade[d.Account])
}

func sortedCodes[T any](m map[string]T) []string {
	codes := make([]string, 0, len(m))
	for code := range m {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}
