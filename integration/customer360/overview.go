package customer360

import (
	"context"
	"errors"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/crm/survey"
)

// Defaults of [OverviewQuery].
const (
	OverviewDays    = 365
	OverviewEntries = 20
	OverviewOrders  = 5
)

// OverviewQuery says of whom an overview is wanted.
type OverviewQuery struct {
	Company  tandem.CompanyID
	Party    tandem.PartyID
	AsOf     tandem.Date    // the day for which it is made
	Days     int            // length of the period up to and with AsOf; default OverviewDays
	Orders   int            // number of last orders; default OverviewOrders
	Timeline tandem.Page    // of the timeline, latest first; default the last OverviewEntries
	Formula  survey.Formula // of satisfaction; default survey.DeliveryFormula
	Zone     *time.Location // of the days; default UTC
}

func (q *OverviewQuery) validate() error {
	var c tandem.Check
	c.Require(!q.Company.IsZero(), "required", "company", "must be given")
	c.Require(!q.Party.IsZero(), "required", "party", "must be given")
	c.Require(!q.AsOf.IsZero(), "required", "as_of", "must be given")
	c.Require(q.Days >= 0 && q.Days <= grading.MaxWindowDays && q.AsOf.DayNumber() > q.Days+lookBack, "days", "days", "must be 0 to 3660, within the calendar")
	c.Require(q.Orders >= 0 && q.Orders <= tandem.MaxPage, "orders", "orders", "must be a page at most")
	c.Require(q.Timeline.Limit >= 0 && q.Timeline.Limit < tandem.MaxPage, "limit", "timeline.limit", "must be less than the largest page")
	return c.Err("overview query")
}

func (q *OverviewQuery) defaults() {
	if q.Days == 0 {
		q.Days = OverviewDays
	}
	if q.Orders == 0 {
		q.Orders = OverviewOrders
	}
	if q.Timeline.Limit == 0 {
		q.Timeline.Limit = OverviewEntries
	}
	q.Timeline.Descending = true
	if q.Formula.Version == "" {
		q.Formula = survey.DeliveryFormula()
	}
}

// GradeReason is the grade of a customer on a day, and why it has it.
type GradeReason struct {
	Grade     tandem.GradeCode `json:"grade"`                     // that prices are made by; "" = none
	Inherited bool             `json:"inherited,omitempty"`       // from a party above
	Earned    grading.Change   `json:"earned,omitzero"`           // the customer's own, with the scores; none = never reviewed
	Pin       grading.Pin      `json:"pin,omitzero"`              // set by hand, above what is earned
	Reviewed  tandem.Date      `json:"last_reviewed_on,omitzero"` // at all, not only up to the day
}

// Trade sums up the purchases of the period.
type Trade struct {
	Sales    int          `json:"sales"` // purchase facts that are sales
	Days     int          `json:"days"`  // distinct days with a sale
	Net      tandem.Money `json:"net"`   // sales less credits; none without either
	LastSale tandem.Date  `json:"last_sale,omitzero"`
}

// Overview is what a customer's page shows of the CRM. Open amounts and credit
// are the ERP's.
type Overview struct {
	Party        tandem.PartyID       `json:"party"`
	Company      tandem.CompanyID     `json:"company"`
	AsOf         tandem.Date          `json:"as_of"`
	Period       tandem.Validity      `json:"period"`
	Profile      *party.PartyState    `json:"profile,omitempty"` // nil where the host keeps its parties elsewhere
	Grade        GradeReason          `json:"grade"`
	Trade        Trade                `json:"trade"`
	Orders       []party.Interaction  `json:"orders,omitempty"`   // the last ones, latest first
	Timeline     []party.Interaction  `json:"timeline,omitempty"` // a page, latest first
	Next         tandem.Cursor        `json:"next,omitempty"`     // for the next page of the timeline; "" = no more
	Satisfaction CustomerSatisfaction `json:"satisfaction"`
}

// ReadOverview gives the overview of a customer from one bundle, so from one
// snapshot. A party of which nothing is known has an empty one.
func ReadOverview(ctx context.Context, r Repos, q OverviewQuery) (Overview, error) {
	if err := q.validate(); err != nil {
		return Overview{}, err
	}
	q.defaults()
	until := q.AsOf.AddDays(1)
	out := Overview{Party: q.Party, Company: q.Company, AsOf: q.AsOf, Period: tandem.Validity{From: until.AddDays(-q.Days), Until: until}}
	profile, err := r.Parties().Get(ctx, q.Party)
	switch {
	case err == nil:
		state := profile.State()
		out.Profile = &state
	case !errors.Is(err, tandem.ErrNotFound):
		return Overview{}, err
	}
	if out.Grade, err = gradeReason(ctx, r, &q); err != nil {
		return Overview{}, err
	}
	if err := out.trade(ctx, r); err != nil {
		return Overview{}, err
	}
	if err := out.timeline(ctx, r, &q); err != nil {
		return Overview{}, err
	}
	scores, err := Satisfaction(ctx, r, SatisfactionQuery{Company: q.Company, Party: q.Party, Ordered: out.Period, AsOf: q.AsOf,
		Formula: q.Formula, Zone: q.Zone})
	if err != nil {
		return Overview{}, err
	}
	out.Satisfaction = scores[0]
	return out, nil
}

func gradeReason(ctx context.Context, r Repos, q *OverviewQuery) (out GradeReason, err error) {
	if out.Grade, err = GradesIn(r).GradeOn(ctx, q.Company, q.Party, q.AsOf); err != nil {
		return out, err
	}
	a, err := r.GradeAssignments().Get(ctx, q.Company, q.Party)
	if errors.Is(err, tandem.ErrNotFound) {
		out.Inherited = out.Grade != ""
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.Earned, _ = a.EarnedOn(q.AsOf)
	out.Pin, _ = a.PinOn(q.AsOf)
	out.Reviewed = a.Reviewed()
	out.Inherited = out.Grade != a.GradeOn(q.AsOf)
	return out, nil
}

func (o *Overview) trade(ctx context.Context, r Repos) error {
	var sales []grading.Purchase
	void := map[tandem.ID[any]]bool{}
	for p, err := range r.Purchases().Find(ctx, grading.PurchaseQuery{Company: o.Company, Party: o.Party, Dates: o.Period}) {
		if err != nil {
			return err
		}
		if err := add(&o.Trade.Net, p.Net); err != nil {
			return err
		}
		switch p.Kind {
		case grading.Sale:
			sales = append(sales, p)
		case grading.Void:
			void[p.Document.ID] = true
		}
	}
	for i := range sales {
		p := &sales[i]
		if void[p.Document.ID] {
			continue
		}
		o.Trade.Sales++
		if p.Date != o.Trade.LastSale { // facts come in the order of their dates
			o.Trade.Days++
			o.Trade.LastSale = p.Date
		}
	}
	return nil
}

func (o *Overview) timeline(ctx context.Context, r Repos, q *OverviewQuery) error {
	end := o.Period.Until.At(0, 0, q.Zone)
	orders := party.InteractionQuery{Company: o.Company, Party: o.Party, Kind: party.InteractionOrder, Until: end, Page: tandem.Page{Descending: true}}
	for i, err := range r.Interactions().Find(ctx, orders) {
		if err != nil {
			return err
		}
		if o.hasOrder(&i) { // amended: the latest entry is there
			continue
		}
		if o.Orders = append(o.Orders, i); len(o.Orders) == q.Orders {
			break
		}
	}
	var next tandem.Cursor
	more := false
	page, asked := q.Timeline, q.Timeline.Next
	page.Limit, page.Next = q.Timeline.Limit+1, &next // one more, to know whether there is more
	for i, err := range r.Interactions().Find(ctx, party.InteractionQuery{Company: o.Company, Party: o.Party, Until: end, Page: page}) {
		if err != nil {
			return err
		}
		if more = len(o.Timeline) == q.Timeline.Limit; more {
			break
		}
		o.Timeline = append(o.Timeline, i)
		o.Next = next
	}
	if !more {
		o.Next = ""
	}
	if asked != nil {
		*asked = o.Next
	}
	return nil
}

func (o *Overview) hasOrder(i *party.Interaction) bool {
	for j := range o.Orders {
		if o.Orders[j].Document.Same(i.Document) {
			return true
		}
	}
	return false
}
