package grading

import (
	"math/bits"
	"slices"

	"github.com/tandem-go/tandem"
)

// MaxWindowDays is the longest window, about ten years.
const MaxWindowDays = 3660

// Population says which customers are ranked against each other.
type Population string

// The populations.
const (
	// Active ranks everyone with a sale or a credit in the window. Whoever has
	// credits only ranks last in recency and frequency.
	Active Population = "active"
	// Buyers ranks only those with a sale in the window.
	Buyers Population = "buyers"
)

// Populations lists the populations.
func Populations() []Population { return []Population{Active, Buyers} }

// Valid reports whether p is one of [Populations].
func (p Population) Valid() bool { return p == Active || p == Buyers }

// UnmarshalText reads a population and refuses anything else.
func (p *Population) UnmarshalText(text []byte) error {
	parsed := Population(text)
	if !parsed.Valid() {
		return fault("population", "population", "population", "must be active or buyers")
	}
	*p = parsed
	return nil
}

// Window is the stretch of days that a review looks at: [AsOf − Days, AsOf). The
// day of the review itself is not in it, since it has only begun; so a recency
// is at least one day.
type Window struct {
	AsOf tandem.Date `json:"as_of"`
	Days int         `json:"days"`
}

// Validity gives the days of the window as a half-open range of dates.
func (w Window) Validity() tandem.Validity {
	return tandem.Validity{From: w.AsOf.AddDays(-w.Days), Until: w.AsOf}
}

// Validate reports a missing date and a length that is out of range.
func (w Window) Validate() error {
	var c tandem.Check
	c.Require(!w.AsOf.IsZero(), "required", "as_of", "must be given")
	c.Require(w.Days >= 1 && w.Days <= MaxWindowDays, "days", "days", "must be 1 to 3660")
	c.Require(w.AsOf.DayNumber() > w.Days, "days", "days", "reaches behind the calendar")
	return c.Err("window")
}

// Score is one customer's standing in a review: what was measured, and the
// scores. The score of each measure is
//
//	1 + ⌊5 × customers strictly worse ÷ customers ranked⌋
//
// so equal customers always have equal scores (quintiles by NTILE do not give
// that), and 1 to 5 is reached whatever the numbers are. Worse is: more days
// since the last sale, fewer days with a sale, less money. A single customer is
// better than nobody and scores 1.
type Score struct {
	Party     tandem.PartyID `json:"party"`
	Bought    bool           `json:"bought"`             // has a sale in the window; without one Recency is meaningless
	Ranked    bool           `json:"ranked"`             // is in the population; without it the scores are nought
	LastSale  tandem.Date    `json:"last_sale,omitzero"` // within the window
	Recency   int            `json:"recency"`            // days from the last sale to the review
	Frequency int            `json:"frequency"`          // distinct days with a sale
	Monetary  tandem.Money   `json:"monetary"`           // sales less credits, net of tax
	R         int            `json:"r"`                  // 1 to 5
	F         int            `json:"f"`                  // 1 to 5
	M         int            `json:"m"`                  // 1 to 5
	Sum       int            `json:"sum"`                // R + F + M, 3 to 15; nought where not ranked
}

// Ranking is the result of a review of all customers.
type Ranking struct {
	Window     Window     `json:"window"`
	Population Population `json:"population"`
	N          int        `json:"n"`      // customers ranked
	Scores     []Score    `json:"scores"` // in the order of the parties, the unranked among them
}

// Of gives a customer's score. Whoever is not in the ranking has no purchase in
// the window: the second result is false and the score has the party alone.
func (r *Ranking) Of(party tandem.PartyID) (Score, bool) {
	i, found := slices.BinarySearchFunc(r.Scores, party, func(s Score, p tandem.PartyID) int { return s.Party.Compare(p) })
	if !found {
		return Score{Party: party}, false
	}
	return r.Scores[i], true
}

// Tally gathers purchase facts for a ranking, in any order and one at a time, so
// that a year of trade need not be in memory: of a sale it keeps the day and the document.
type Tally struct {
	window   Window
	currency tandem.Currency
	first    tandem.Date
	rows     map[tandem.PartyID]*tallyRow
	void     map[tandem.ID[any]]bool // documents whose sales were none
}

type tallyRow struct {
	net   tandem.Money
	sales []tallySale
}

type tallySale struct {
	document tandem.ID[any]
	day      int32 // of the window
}

// NewTally begins a ranking over a window, in the company's currency.
func NewTally(w Window, currency tandem.Currency) (*Tally, error) {
	if err := w.Validate(); err != nil {
		return nil, err
	}
	if !currency.Valid() {
		return nil, tandem.ErrNoCurrency
	}
	return &Tally{window: w, currency: currency, first: w.Validity().From, rows: map[tandem.PartyID]*tallyRow{}}, nil
}

// Add counts a fact. One outside the window is passed over; one in another
// currency is [tandem.ErrCurrency].
func (t *Tally) Add(p Purchase) error {
	day := p.Date.DaysSince(t.first)
	if day < 0 || day >= t.window.Days {
		return nil
	}
	if !p.Kind.Valid() {
		return fault("purchase", "kind", "kind", "must be sale, void or credit")
	}
	row := t.row(p.Party)
	sum, err := row.net.Add(p.Net)
	if err != nil {
		return err
	}
	row.net = sum
	switch p.Kind {
	case Sale:
		row.sales = append(row.sales, tallySale{p.Document.ID, int32(day)})
	case Void:
		if t.void == nil {
			t.void = make(map[tandem.ID[any]]bool)
		}
		t.void[p.Document.ID] = true
	}
	return nil
}

// Include adds a customer without purchases: it appears in the result unranked,
// so that a grade earned earlier is reviewed too.
func (t *Tally) Include(party tandem.PartyID) { t.row(party) }

func (t *Tally) row(party tandem.PartyID) *tallyRow {
	row := t.rows[party]
	if row == nil {
		row = &tallyRow{net: tandem.MoneyFromMinor(0, t.currency)}
		t.rows[party] = row
	}
	return row
}

// measure gives the last day with a sale, −1 for none, and the number of such days; days
// is memory for a bit for each day of the window.
func (t *Tally) measure(r *tallyRow, days []uint64) (last, frequency int) {
	clear(days)
	for i := range r.sales {
		if s := &r.sales[i]; t.void == nil || !t.void[s.document] {
			days[s.day/64] |= 1 << (s.day % 64)
		}
	}
	last = -1
	for i, word := range days {
		frequency += bits.OnesCount64(word)
		if word != 0 {
			last = i*64 + 63 - bits.LeadingZeros64(word)
		}
	}
	return last, frequency
}

// Ranking scores the customers against each other. The result does not depend
// on the order in which facts were added.
func (t *Tally) Ranking(population Population) (*Ranking, error) {
	if !population.Valid() {
		return nil, fault("population", "population", "population", "must be active or buyers")
	}
	out := &Ranking{Window: t.window, Population: population, Scores: make([]Score, 0, len(t.rows))}
	days := make([]uint64, (t.window.Days+63)/64)
	for party, row := range t.rows {
		s := Score{Party: party, Monetary: row.net}
		last := 0
		last, s.Frequency = t.measure(row, days)
		if s.Bought = last >= 0; s.Bought {
			s.LastSale, s.Recency = t.first.AddDays(last), t.window.Days-last
		}
		// A credit of nought alone is no trade: only a sale or an amount counts.
		s.Ranked = s.Bought || population == Active && !row.net.IsZero()
		if s.Ranked {
			out.N++
		}
		out.Scores = append(out.Scores, s)
	}
	slices.SortFunc(out.Scores, func(a, b Score) int { return a.Party.Compare(b.Party) })
	out.rank()
	return out, nil
}

func (r *Ranking) rank() {
	recency := func(s *Score) int64 {
		if !s.Bought {
			return -MaxWindowDays - 1 // worse than any sale
		}
		return -int64(s.Recency)
	}
	worse := r.worse(recency)
	frequency := r.worse(func(s *Score) int64 { return int64(s.Frequency) })
	money := r.worse(func(s *Score) int64 { return s.Monetary.Minor() })
	for i := range r.Scores {
		if s := &r.Scores[i]; s.Ranked {
			s.R = 1 + 5*worse(recency(s))/r.N
			s.F = 1 + 5*frequency(int64(s.Frequency))/r.N
			s.M = 1 + 5*money(s.Monetary.Minor())/r.N
			s.Sum = s.R + s.F + s.M
		}
	}
}

// worse gives a function that counts the ranked customers below a value.
func (r *Ranking) worse(of func(*Score) int64) func(int64) int {
	values := make([]int64, 0, r.N)
	for i := range r.Scores {
		if r.Scores[i].Ranked {
			values = append(values, of(&r.Scores[i]))
		}
	}
	slices.Sort(values)
	return func(v int64) int {
		below, _ := slices.BinarySearch(values, v)
		return below
	}
}
