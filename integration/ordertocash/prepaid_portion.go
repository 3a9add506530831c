package ordertocash

import (
	"context"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales/delivery"
)

// outgoing is when goods went out: as it counts, and as it was recorded. The zero
// outgoing is of what was not delivered.
type outgoing struct {
	document tandem.ID[any]
	date     tandem.Date
	recorded tandem.Instant
}

func outgoingOf(d *delivery.Delivery) outgoing {
	return outgoing{document: d.Ref().ID, date: d.Date(), recorded: d.State().Dispatched}
}

// precedes reports whether the goods had gone out before a payment came in; within a
// day what was recorded first was first.
func (o *outgoing) precedes(paid tandem.Date, received tandem.Instant) bool {
	return !o.date.IsZero() && (o.date.Before(paid) || o.date == paid && o.recorded.Before(received))
}

// portion is what one delivery has of a tax line of an invoice.
type portion struct {
	line      int         // tax line, counted from nought
	point     tandem.Date // on which its tax is due
	out       outgoing
	uncovered int64 // of its base, by prepayments
}

// portions splits the bases of an invoice's tax lines over its deliveries, by the nets
// of their lines, and gives them in the order in which they went out; what was not
// delivered comes last.
func (s *Service[R]) portions(ctx context.Context, r R, invoice *billing.Invoice) ([]portion, error) {
	lines := invoice.TaxLines()
	deliveries, nets, err := s.deliveredNets(ctx, r, invoice, len(lines))
	if err != nil {
		return nil, err
	}
	var out []portion
	for n, weights := range nets {
		base := lines[n].Base
		if base.Sign() <= 0 || !slices.ContainsFunc(weights, func(net int64) bool { return net > 0 }) {
			continue
		}
		parts, err := tandem.Allocate(nil, base, weights)
		if err != nil {
			return nil, err
		}
		for d := range parts {
			if parts[d].Sign() > 0 {
				out = append(out, portion{line: n, point: invoice.TaxPointOf(n), out: deliveries[d], uncovered: parts[d].Minor()})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b portion) int {
		switch {
		case a.out.date == b.out.date:
			return a.out.recorded.Compare(b.out.recorded)
		case a.out.date.IsZero():
			return 1
		case b.out.date.IsZero():
			return -1
		}
		return a.out.date.Compare(b.out.date)
	})
	return out, nil
}

// deliveredNets gives the deliveries of an invoice, each once, and by tax line the
// nets of each of them.
func (s *Service[R]) deliveredNets(ctx context.Context, r R, invoice *billing.Invoice, taxLines int) ([]outgoing, [][]int64, error) {
	var deliveries []outgoing
	nets := make([][]int64, taxLines)
	var buffer [4]int
	for i := range invoice.LineCount() {
		l := invoice.LineAt(i)
		d := slices.IndexFunc(deliveries, func(o outgoing) bool { return o.document == l.Delivery.Document.ID })
		if d < 0 {
			o := outgoing{document: l.Delivery.Document.ID}
			if !l.Delivery.IsZero() {
				sent, err := r.Deliveries().Get(ctx, invoice.Company(), tandem.IDFromBytes[delivery.ID](o.document.Bytes()))
				if err != nil {
					return nil, nil, err
				}
				o = outgoingOf(sent)
			}
			d, deliveries = len(deliveries), append(deliveries, o)
		}
		for _, n := range invoice.TaxLinesOf(buffer[:0], l.TaxCode, l.Point) {
			for len(nets[n]) <= d {
				nets[n] = append(nets[n], 0)
			}
			nets[n][d] += max(l.Net.Minor(), 0)
		}
	}
	return deliveries, nets, nil
}
