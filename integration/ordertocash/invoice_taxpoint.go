package ordertocash

import (
	"cmp"
	"context"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/tax"
)

// taxPoints collects the tax points of an invoice's deliveries, each once. Nearly
// always there is one alone.
type taxPoints struct {
	only tax.Point   // until there is another
	all  []tax.Point // of several
}

func (p *taxPoints) index(point tax.Point) int {
	switch {
	case len(p.all) > 0:
	case p.only.Date.IsZero():
		p.only = point
		return 0
	case earlier(p.only, point) == 0:
		return 0
	default:
		p.all = append(p.all, p.only)
	}
	for i := range p.all {
		if earlier(p.all[i], point) == 0 {
			return i
		}
	}
	p.all = append(p.all, point)
	return len(p.all) - 1
}

func earlier(a, b tax.Point) int {
	return cmp.Or(a.Date.Compare(b.Date), a.RateDate.Compare(b.RateDate))
}

// taxDraft gives a draft its taxes: those of each tax point at its rates, by the
// bases of its lines, whose Point is the index of theirs. They are rounded for the
// invoice as a whole, one breakdown of a category and rate, and split over the tax
// points for the register. The latest is the tax
// point of the invoice, whose tax lines come first; the others follow in the order
// of their dates.
func (s *Service[R]) taxDraft(ctx context.Context, r R, draft *billing.InvoiceDraft, bases []tandem.TaxBase, points *taxPoints) error {
	bases, err := draft.Discount.TaxBases(bases)
	if err != nil {
		return err
	}
	codes, err := s.codes(ctx, r, bases)
	if err != nil {
		return err
	}
	points.merge(draft, codes)
	if draft.TaxPoints = nil; len(points.all) == 0 {
		only := points.only
		draft.TaxPoint, draft.RateDate = only.Date, only.RateDate
		result, err := tax.Compute(bases, codes, only.RateDate, s.c.Tax.Rounding)
		draft.TaxLines = result.Lines
		return err
	}
	order := points.order()
	parts := make([]tax.Part, len(order))
	for n, at := range order {
		parts[n] = tax.Part{RateDate: points.all[at].RateDate, Bases: basesOf(draft, bases, at)}
	}
	results, err := tax.ComputeParts(parts, codes, s.c.Tax.Rounding)
	if err != nil {
		return err
	}
	draft.TaxLines = nil
	for n, at := range order {
		point := points.all[at]
		if n == 0 {
			draft.TaxPoint, draft.RateDate = point.Date, point.RateDate
		} else {
			further := billing.TaxPoint{Date: point.Date, RateDate: point.RateDate, From: len(draft.TaxLines)}
			if further.RateDate == further.Date {
				further.RateDate = tandem.Date{}
			}
			draft.TaxPoints = append(draft.TaxPoints, further)
		}
		draft.TaxLines = append(draft.TaxLines, results[n].Lines...)
	}
	for i := range draft.Lines {
		draft.Lines[i].Point = slices.Index(order, draft.Lines[i].Point)
	}
	return nil
}

// merge leaves one of the tax points of one day whose rates are the same: under an
// election deliveries of different days may have one tax point.
func (p *taxPoints) merge(draft *billing.InvoiceDraft, codes []tax.Code) {
	for i := len(p.all) - 1; i > 0; i-- {
		into := slices.IndexFunc(p.all[:i], func(o tax.Point) bool {
			return o.Date == p.all[i].Date && sameRates(codes, o.RateDate, p.all[i].RateDate)
		})
		if into < 0 {
			continue
		}
		p.all = slices.Delete(p.all, i, i+1)
		for n := range draft.Lines {
			switch l := &draft.Lines[n]; {
			case l.Point == i:
				l.Point = into
			case l.Point > i:
				l.Point--
			}
		}
	}
	if len(p.all) == 1 {
		p.only, p.all = p.all[0], nil
	}
}

// sameRates reports whether all codes have the same rates on both days; a code
// without a rate on one of them is told by the computation.
func sameRates(codes []tax.Code, a, b tandem.Date) bool {
	for i := range codes {
		first, errA := codes[i].RateOn(a)
		second, errB := codes[i].RateOn(b)
		if errA != nil || errB != nil || first != second {
			return false
		}
	}
	return true
}

// order gives the indexes of the tax points: the latest, then the others by date.
func (p *taxPoints) order() []int {
	order := make([]int, len(p.all))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return earlier(p.all[a], p.all[b]) })
	last := len(order) - 1
	return append([]int{order[last]}, order[:last]...)
}

// basesOf gives the bases of the lines of one tax point.
func basesOf(draft *billing.InvoiceDraft, bases []tandem.TaxBase, point int) (out []tandem.TaxBase) {
	for i := range bases {
		if draft.Lines[bases[i].Line-1].Point == point {
			out = append(out, bases[i])
		}
	}
	return out
}

// redate gives a draft the tax points of the day on which it is posted, where that
// is another day than it was drafted for, and the taxes of the rates that hold
// then. What is posted keeps its tax for ever.
func (s *Service[R]) redate(ctx context.Context, r R, invoice *billing.Invoice, date tandem.Date) error {
	if !redated(invoice, date) {
		return nil
	}
	state := invoice.State()
	draft := draftOf(&state)
	var points taxPoints
	bases, err := s.pointsOf(ctx, r, &draft, date, &points)
	if err != nil || len(state.TaxPoints) == 0 && len(points.all) == 0 && points.only.Date == state.TaxPoint && points.only.RateDate == invoice.RateDate() {
		return err
	}
	if err := s.taxDraft(ctx, r, &draft, bases, &points); err != nil {
		return err
	}
	return invoice.Revise(draft)
}

// redated reports whether a draft may have other tax points if it is posted on a day.
func redated(invoice *billing.Invoice, date tandem.Date) bool {
	return invoice.Status() == billing.InvoiceDrafted && !(date == invoice.TaxPoint() && invoice.TaxPointCount() == 1)
}

// draftOf gives what an invoice is revised from, as it is.
func draftOf(state *billing.InvoiceState) billing.InvoiceDraft {
	return billing.InvoiceDraft{ID: state.ID, Company: state.Company, Customer: state.Customer, Currency: state.Currency,
		Reference: state.Reference, Order: state.Order, ShipTo: state.ShipTo, Delivered: state.Delivered, TaxPoint: state.TaxPoint,
		RateDate: state.RateDate, TaxPoints: state.TaxPoints, Terms: state.Terms, Discount: state.Discount, Lines: state.Lines, TaxLines: state.TaxLines}
}

// pointsOf gives the tax points of a draft that is posted on a day, and its bases;
// lines without a delivery are of the tax point of the line before them.
func (s *Service[R]) pointsOf(ctx context.Context, r R, draft *billing.InvoiceDraft, date tandem.Date, points *taxPoints) ([]tandem.TaxBase, error) {
	bases := make([]tandem.TaxBase, 0, len(draft.Lines))
	pointing := pointing[R]{s: s, points: points, date: date}
	var sent *delivery.Delivery
	at := 0
	for i := range draft.Lines {
		l := &draft.Lines[i]
		bases = append(bases, tandem.TaxBase{Line: l.Line, Code: l.TaxCode, Amount: l.Net})
		if l.Point = at; l.Delivery.IsZero() {
			continue
		}
		var err error
		if sent == nil || sent.Ref().ID != l.Delivery.Document.ID {
			if sent, err = r.Deliveries().Get(ctx, draft.Company, tandem.IDFromBytes[delivery.ID](l.Delivery.Document.ID.Bytes())); err != nil {
				return nil, err
			}
		}
		var category tandem.TaxCategory
		if n := slices.IndexFunc(draft.TaxLines, func(t tandem.TaxLine) bool { return t.Code == l.TaxCode }); n >= 0 {
			category = draft.TaxLines[n].Category
		}
		if at, err = pointing.at(sent, category); err != nil {
			return nil, err
		}
		l.Point = at
	}
	if points.only.Date.IsZero() { // nothing was delivered
		points.index(tax.Point{Date: draft.TaxPoint, RateDate: cmp.Or(draft.RateDate, draft.TaxPoint)})
	}
	return bases, nil
}

// pointing finds the tax points of the lines of an invoice, delivery by delivery.
type pointing[R Repos] struct {
	s      *Service[R]
	points *taxPoints
	date   tandem.Date // of the invoice
	of     *delivery.Delivery
	found  [2]int // from 1: of what is an intra-Community supply, and of the rest
}

// at gives the index of the tax point of what of a delivery has a category.
func (p *pointing[R]) at(d *delivery.Delivery, category tandem.TaxCategory) (int, error) {
	if p.of != d {
		p.of, p.found = d, [2]int{}
	}
	found := &p.found[1]
	if category == tandem.TaxIntraCommunity {
		found = &p.found[0]
	}
	if *found == 0 {
		point, err := p.s.taxPoint(d, p.date, category)
		if err != nil {
			return 0, err
		}
		*found = p.points.index(point) + 1
	}
	return *found - 1, nil
}

// taxPoint gives the tax point of a delivery that is invoiced on a date. An
// invoice of delivered goods does not precede the delivery: what is invoiced
// before it is a prepayment, and a document of its own.
func (s *Service[R]) taxPoint(d *delivery.Delivery, invoiced tandem.Date, category tandem.TaxCategory) (tax.Point, error) {
	if invoiced.Before(d.Date()) {
		return tax.Point{}, &tandem.RefusedError{Command: "invoice", Subject: "delivery " + d.ID().String(), State: string(d.Status()),
			Code: "before_delivery", Reason: "the invoice of " + invoiced.String() + " would precede the delivery of " + d.Date().String()}
	}
	one := tandem.MoneyFromMinor(1, s.c.Books.Currency) // the extent does not matter: all of it is invoiced
	policy := s.c.Tax.Point
	if policy == "" {
		policy = tax.PointUK
	}
	points, err := tax.Points(tax.Supply{Amount: one, Delivered: d.Date(), Invoices: []tax.Dated{{Date: invoiced, Amount: one}},
		IntraCommunity: category == tandem.TaxIntraCommunity}, policy)
	if err != nil {
		return tax.Point{}, err
	}
	return points[0], nil
}
