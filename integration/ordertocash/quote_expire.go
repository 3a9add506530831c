package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// ExpireQuotes ends the quotations whose last day is over.
type ExpireQuotes struct {
	work.Header
	Date tandem.Date `json:"date,omitzero"` // default today
}

// CommandName is stable.
func (ExpireQuotes) CommandName() string { return "ordertocash.expire_quotes" }

// Access is what the authoriser is asked.
func (c ExpireQuotes) Access() work.Access { return work.Access{} }

// AppendJSON writes the business fields.
func (c ExpireQuotes) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.TextOmit(&o, "date", c.Date)
	return o.Close()
}

func (c ExpireQuotes) reads(n *reads) { n.query(overdueQuotes(n.company(), n.day(c.Date))) }

// overdueQuotes is the query of the quotations whose last day is over.
func overdueQuotes(company tandem.CompanyID, date tandem.Date) quotation.Query {
	return quotation.Query{Company: company, Status: quotation.StatusSent, ValidBefore: date, Page: tandem.Page{Limit: expireAtOnce}}
}

// Expired is the result of [Service.ExpireQuotes].
type Expired struct {
	Quotations int  `json:"quotations"`     // that have expired now
	More       bool `json:"more,omitempty"` // others are left: call again with another key
}

// AppendJSON writes the result.
func (p Expired) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.Int("quotations", int64(p.Quotations))
	o.BoolOmit("more", p.More)
	return o.Close()
}

// expireAtOnce is how many quotations one command expires.
const expireAtOnce = 500

// ExpireQuotes expires sent quotations whose last day is before the date, at most
// 500 at a time. A quotation that nobody has expired cannot be accepted all the same.
func (s *Service[R]) ExpireQuotes(ctx context.Context, cmd ExpireQuotes) (Expired, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Expired, error) {
		date, err := s.day(cmd.Date, scope.Now)
		if err != nil {
			return Expired{}, err
		}
		var over []*quotation.Quotation
		for q, err := range r.SalesQuotations().Find(ctx, overdueQuotes(s.company(), date)) {
			if err != nil {
				return Expired{}, err
			}
			over = append(over, q)
		}
		for _, q := range over {
			if err := errors.Join(q.Expire(date, scope.Now), r.SalesQuotations().Save(ctx, q)); err != nil {
				return Expired{}, err
			}
			scope.Emit(q.Drain())
		}
		return Expired{Quotations: len(over), More: len(over) == expireAtOnce}, nil
	})
}
