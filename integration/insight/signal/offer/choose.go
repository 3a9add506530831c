package offer

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/signal"
)

// Match is an offer that suits a customer.
type Match struct {
	Party   tandem.PartyID `json:"party"`
	Offer   string         `json:"offer"`
	Rank    int            `json:"rank"`              // 1 is the best
	Fit     float64        `json:"fit"`               // share of the preferences, 0 to 1; 0 where none are known or it is about everything
	Channel string         `json:"channel,omitempty"` // the first of the offer's that has consent
	Reason  string         `json:"reason"`
}

// Exclusion is an offer that a rule keeps from a customer.
type Exclusion struct {
	Party  tandem.PartyID `json:"party"`
	Offer  string         `json:"offer"`
	Rule   Rule           `json:"rule"`
	Reason string         `json:"reason"`
}

// Choice is the answer of [Choose]. Each pair of a customer and an offer is in one of
// the lists.
type Choice struct {
	At         tandem.Date `json:"at"`
	Matches    []Match     `json:"matches,omitempty"`    // by party, then rank
	Exclusions []Exclusion `json:"exclusions,omitempty"` // by party, then code
}

// Choose says which offers suit which customers. The order of the arguments does not
// matter. Errors are faults of the arguments, all at once.
func Choose(customers []Customer, offers []Offer, c Config) (Choice, error) {
	if err := c.Validate(); err != nil {
		return Choice{}, err
	}
	if err := check(customers, offers); err != nil {
		return Choice{}, err
	}
	c = c.filled()
	people, list := slices.Clone(customers), slices.Clone(offers)
	slices.SortStableFunc(people, func(a, b Customer) int { return a.Party.Compare(b.Party) })
	slices.SortStableFunc(list, func(a, b Offer) int { return cmp.Compare(a.Code, b.Code) })
	out := Choice{At: c.At}
	for _, u := range people {
		c.choose(read(u), list, &out)
	}
	return out, nil
}

// reader is a customer with the preferences summed.
type reader struct {
	Customer
	weight map[string]float64
	sum    float64
	last   tandem.Date
	before map[string]tandem.Date
}

func read(u Customer) reader {
	r := reader{Customer: u, weight: map[string]float64{}, before: map[string]tandem.Date{}}
	sorted := slices.Clone(u.Preferences)
	slices.SortStableFunc(sorted, func(a, b Preference) int {
		return cmp.Or(cmp.Compare(a.Category, b.Category), cmp.Compare(a.Weight, b.Weight))
	})
	for _, p := range sorted {
		r.weight[p.Category] += p.Weight
		r.sum += p.Weight
	}
	for _, p := range u.Proposed {
		if p.Date.After(r.last) {
			r.last = p.Date
		}
		if p.Date.After(r.before[p.Offer]) {
			r.before[p.Offer] = p.Date
		}
	}
	return r
}

// fit gives the share of the preferences in the offer's categories; false where the
// preferences say nothing of the offer.
func (r reader) fit(o Offer) (share float64, known bool) {
	if len(o.Categories) == 0 || r.sum <= 0 {
		return 0, false
	}
	categories := slices.Clone(o.Categories)
	slices.Sort(categories)
	for _, k := range slices.Compact(categories) {
		share += r.weight[k]
	}
	return min(share/r.sum, 1), true
}

func (c Config) choose(u reader, offers []Offer, out *Choice) {
	type candidate struct {
		offer Offer
		match Match
	}
	var left []candidate
	for _, o := range offers {
		if rule, reason := c.exclude(u, o); rule != "" {
			out.Exclusions = append(out.Exclusions, Exclusion{u.Party, o.Code, rule, reason})
			continue
		}
		fit, known := u.fit(o)
		m := Match{Party: u.Party, Offer: o.Code, Fit: fit, Reason: c.why(u, o, fit, known)}
		if i := slices.IndexFunc(o.Channels, func(k string) bool { return slices.Contains(u.Channels, k) }); i >= 0 {
			m.Channel = o.Channels[i]
		}
		left = append(left, candidate{o, m})
	}
	slices.SortStableFunc(left, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.match.Fit, a.match.Fit), b.offer.Margin.Cmp(a.offer.Margin), cmp.Compare(a.offer.Code, b.offer.Code))
	})
	begin := len(out.Exclusions)
	for begin > 0 && out.Exclusions[begin-1].Party == u.Party {
		begin--
	}
	for i, k := range left {
		if i >= c.PerCustomer {
			reason := fmt.Sprintf("%d offers suit better", i)
			out.Exclusions = append(out.Exclusions, Exclusion{u.Party, k.offer.Code, BehindTheOthers, reason})
			continue
		}
		k.match.Rank = i + 1
		out.Matches = append(out.Matches, k.match)
	}
	slices.SortStableFunc(out.Exclusions[begin:], func(a, b Exclusion) int { return cmp.Compare(a.Offer, b.Offer) })
}

// exclude asks the rules in their order.
func (c Config) exclude(u reader, o Offer) (Rule, string) {
	if !o.From.IsZero() && c.At.Before(o.From) || !o.Until.IsZero() && c.At.After(o.Until) {
		return NotInPeriod, fmt.Sprintf("the offer holds from %s until %s", openEnd(o.From), openEnd(o.Until))
	}
	if len(o.Grades) > 0 && !slices.Contains(o.Grades, u.Grade) {
		return OtherGrade, fmt.Sprintf("grade %q is not among those of the offer", u.Grade)
	}
	if rule, reason := worth(u, o); rule != "" {
		return rule, reason
	}
	if len(o.Channels) > 0 && !slices.ContainsFunc(o.Channels, func(k string) bool { return slices.Contains(u.Channels, k) }) {
		return WithoutConsent, "no consent for a channel of the offer"
	}
	if u.OpenComplaints > 0 && !c.AtComplaint {
		return OpenComplaint, fmt.Sprintf("open complaints: %d", u.OpenComplaints)
	}
	if days := c.At.DaysSince(u.last); !u.last.IsZero() && days < c.CapDays {
		return AskedRecently, fmt.Sprintf("the last proposal went out on %s; %d days must lie between two", u.last, c.CapDays)
	}
	if d := u.before[o.Code]; !d.IsZero() && c.At.DaysSince(d) < c.RestDays {
		return ProposedBefore, fmt.Sprintf("proposed on %s; the offer rests for %d days", d, c.RestDays)
	}
	if o.Margin.Cmp(c.MarginFloor) < 0 {
		return BelowFloor, fmt.Sprintf("leaves a margin of %s, the floor is %s", o.Margin.PercentString(), c.MarginFloor.PercentString())
	}
	if fit, known := u.fit(o); known && fit < c.MinimumFit {
		return NotPreferred, fmt.Sprintf("%.1f %% of the preferences are for its categories", 100*fit)
	}
	return "", ""
}

func openEnd(d tandem.Date) string {
	if d.IsZero() {
		return "any day"
	}
	return d.String()
}

func worth(u reader, o Offer) (Rule, string) {
	if o.MinimumCLV.IsNone() {
		return "", ""
	}
	if u.CLV.IsNone() {
		return UnknownCLV, "the lifetime value is not known"
	}
	switch than, err := u.CLV.Cmp(o.MinimumCLV); {
	case err != nil:
		return UnknownCLV, fmt.Sprintf("the lifetime value is in %s, the minimum in %s", u.CLV.Currency(), o.MinimumCLV.Currency())
	case than < 0:
		return LowCLV, fmt.Sprintf("the lifetime value of %s is below %s", u.CLV, o.MinimumCLV)
	}
	return "", ""
}

// why gives the reason in words.
func (c Config) why(u reader, o Offer, fit float64, known bool) string {
	reason := "it is about everything"
	switch {
	case known:
		reason = fmt.Sprintf("%.1f %% of the preferences are for its categories", 100*fit)
	case len(o.Categories) > 0:
		reason = "no preferences are known"
	}
	if len(o.Grades) > 0 {
		reason += fmt.Sprintf("; grade %q", u.Grade)
	}
	if !o.MinimumCLV.IsNone() {
		reason += fmt.Sprintf("; lifetime value %s of at least %s", u.CLV, o.MinimumCLV)
	}
	return reason + "; margin " + o.Margin.PercentString()
}

// Signals tells of the matches. The strength is the fit.
func (c Choice) Signals() []signal.Signal {
	var out []signal.Signal
	for _, m := range c.Matches {
		text := "propose the offer"
		if m.Channel != "" {
			text += " over " + m.Channel
		}
		out = append(out, signal.Signal{
			Kind: signal.OfferSuits, Subject: signal.Subject{Party: m.Party, Code: m.Offer}, At: c.At,
			Strength: m.Fit, Value: m.Fit, Reason: m.Reason,
			Suggestion: signal.Suggestion{Action: signal.ProposeOffer, Text: text, Value: float64(m.Rank)},
		})
	}
	signal.Sort(out)
	return out
}
