package ordertocash

import (
	"cmp"
	"context"
	"errors"
	"strconv"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
	"github.com/tandem-go/tandem/pricing"
)

// QuoteOrder prices an offer and sends it: its prices are locked until its last day.
type QuoteOrder struct {
	work.Header
	Quotation  quotation.ID            `json:"quotation,omitzero"` // default: a new id
	Customer   tandem.PartyID          `json:"customer"`
	Reference  string                  `json:"reference,omitempty"`
	Date       tandem.Date             `json:"date,omitzero"` // of the offer, and of its prices; default today
	ValidUntil tandem.Date             `json:"valid_until"`   // the last day on which it can be accepted
	Terms      tandem.TermsCode        `json:"terms,omitempty"`
	ShipTo     tandem.Address          `json:"ship_to,omitzero"` // for its taxes, and of its order; default: the customer's country
	Lines      []OrderLine             `json:"lines"`
	Discounts  []pricing.OrderDiscount `json:"order_discounts,omitempty"`
	Approval   billing.Approval        `json:"approval,omitzero"` // of prices below a floor
	Channel    string                  `json:"channel,omitempty"` // see PlaceOrder
	Coupons    []string                `json:"coupons,omitempty"`

	ApprovalTokens []string `json:"approval_tokens,omitempty"` // see PlaceOrder
}

// CommandName is stable.
func (QuoteOrder) CommandName() string { return "ordertocash.quote_order" }

// Access is what the authoriser is asked.
func (c QuoteOrder) Access() work.Access { return work.Access{Party: c.Customer} }

// AppendJSON writes the business fields.
func (c QuoteOrder) AppendJSON(dst []byte) []byte {
	c.Header = work.Header{}
	return appendCommand(dst, c)
}

// Quoted is the result of a command on a quotation.
type Quoted struct {
	Quotation  quotation.ID     `json:"quotation"`
	Number     string           `json:"number"`
	Status     quotation.Status `json:"status"`
	Net        tandem.Money     `json:"net"`
	ValidUntil tandem.Date      `json:"valid_until"`
}

// AppendJSON writes the result.
func (p Quoted) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "quotation", p.Quotation)
	o.String("number", p.Number)
	o.String("status", string(p.Status))
	jsonw.Text(&o, "net", p.Net)
	jsonw.Text(&o, "valid_until", p.ValidUntil)
	return o.Close()
}

func (c QuoteOrder) reads(n *reads) {
	n.customer(c.Customer)
	n.terms(cmp.Or(c.Terms, n.c.DefaultTerms))
	for i := range c.Lines {
		n.product(c.Lines[i].Product)
		n.taxCode(c.Lines[i].TaxCode)
	}
}

func quoted(q *quotation.Quotation) Quoted {
	return Quoted{Quotation: q.ID(), Number: q.Ref().Number, Status: q.Status(), Net: q.Net(), ValidUntil: q.ValidUntil()}
}

// Quote prices an offer for the customer's grade of the day and sends it. Neither
// a new price list nor a new grade changes it from then on, and what it takes of the
// limits of promotions, coupons and contracts is held for it until its last day. Refused:
// what [Service.Place] refuses of lines, prices, tax codes and terms. Stock and credit
// are not touched.
func (s *Service[R]) Quote(ctx context.Context, cmd QuoteOrder) (Quoted, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Quoted, error) {
		cmd := cmd // each run decides anew
		date, err := s.day(cmd.Date, scope.Now)
		if err != nil {
			return Quoted{}, err
		}
		if cmd.Quotation.IsZero() {
			cmd.Quotation = tandem.IDFromBytes[quotation.ID](scope.NewUUID())
		}
		p := placement[R]{s: s, r: r, scope: scope, subject: "quote order", date: date, on: s.c.PricedOn, desk: new(desk)}
		p.claimFor(tandem.RefTo(quotation.Kind, cmd.Quotation, ""))
		p.until = cmd.ValidUntil.AddDays(1).At(0, 0, s.c.Zone)
		asked := PlaceOrder{Customer: cmd.Customer, ShipTo: cmd.ShipTo, Lines: cmd.Lines, Discounts: cmd.Discounts, Approval: cmd.Approval,
			Channel: cmd.Channel, Coupons: cmd.Coupons, ApprovalTokens: cmd.ApprovalTokens}
		items, err := p.items(ctx, &asked)
		if err != nil {
			return Quoted{}, err
		}
		if cmd.Terms == "" {
			cmd.Terms = p.customer.Terms
		}
		ahead := s.reads(r)
		ahead.terms(cmd.Terms)
		for i := range items {
			ahead.taxCode(items[i].TaxCode)
		}
		if err := s.fetch(ctx, r, &ahead); err != nil {
			return Quoted{}, err
		}
		if err := p.taxable(ctx, items); err != nil {
			return Quoted{}, err
		}
		if cmd.Terms != "" { // now, and not when the offer is accepted
			if _, err := s.terms(ctx, r, cmd.Terms); err != nil {
				return Quoted{}, err
			}
		}
		number, err := s.number(ctx, r, seriesQuotation, &ahead)
		if err != nil {
			return Quoted{}, err
		}
		q, err := quotation.New(quotation.Input{ID: cmd.Quotation, Company: s.company(), Number: number, Customer: cmd.Customer,
			Reference: cmd.Reference, Date: p.date, ValidUntil: cmd.ValidUntil, Currency: s.c.Books.Currency, Grade: p.customer.Grade,
			Terms: cmd.Terms, ShipTo: p.shipTo, Lines: items, Pricing: p.pricing(&asked)}, scope.Now)
		if err != nil {
			return Quoted{}, err
		}
		if err := q.Send(p.date, scope.Now); err != nil {
			return Quoted{}, err
		}
		scope.Emit(q.Drain())
		return quoted(q), errors.Join(p.limits.save(ctx), r.SalesQuotations().Save(ctx, q))
	})
}

// taxable refuses lines whose tax code is unknown or has no rate on the day, which
// an order would be refused for when the offer is accepted.
func (p *placement[R]) taxable(ctx context.Context, items []sales.Item) error {
	var faults tandem.Check
	codes := make([]tax.Code, 0, 2)
	for i := range items {
		code, found := findCode(codes, items[i].TaxCode)
		if !found {
			read, err := p.s.code(ctx, p.r, items[i].TaxCode)
			if err != nil && !errors.Is(err, tandem.ErrNotFound) {
				return err
			}
			if read.ID = items[i].TaxCode; err != nil {
				read.Rates = nil
			}
			codes = append(codes, read)
			code = &codes[len(codes)-1]
		}
		if _, err := code.RateOn(p.date); err != nil {
			faults.Add("tax_rate", tandem.Path("lines", i)+".tax_code", err.Error())
		}
	}
	return faults.Err(p.subject)
}

// AcceptQuote makes a quotation the order that it offers.
type AcceptQuote struct {
	work.Header
	Quotation quotation.ID      `json:"quotation"`
	Order     sales.OrderID     `json:"order,omitzero"` // default: a new id
	Reference string            `json:"reference,omitempty"`
	Date      tandem.Date       `json:"date,omitzero"` // of the acceptance and the order; default today
	Warehouse tandem.LocationID `json:"warehouse,omitzero"`
	ShipTo    tandem.Address    `json:"ship_to,omitzero"` // default: the quotation's
}

// CommandName is stable.
func (AcceptQuote) CommandName() string { return "ordertocash.accept_quote" }

// Access is what the authoriser is asked.
func (c AcceptQuote) Access() work.Access { return quoteAccess(c.Quotation) }

func quoteAccess(id quotation.ID) work.Access {
	return work.Access{Resource: tandem.RefTo(quotation.Kind, id, "")}
}

// AppendJSON writes the business fields.
func (c AcceptQuote) AppendJSON(dst []byte) []byte {
	c.Header = work.Header{}
	return appendCommand(dst, c)
}

func (c AcceptQuote) reads(n *reads) { n.quotation(c.Quotation) }

// AcceptQuote places the order at the quoted prices, whatever lists and grades
// say today; credit and stock are those of today. Delivered to another country than
// it was quoted for, or on a day on which the tax union has other members, lines get
// the tax codes of that; a line whose code was named and would be another is refused
// (`tax_code_named`): quote anew. Refused too: a quotation that is not sent or whose
// last day is over, and what [Service.Place] refuses of credit.
func (s *Service[R]) AcceptQuote(ctx context.Context, cmd AcceptQuote) (Placed, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Placed, error) {
		date, err := s.day(cmd.Date, scope.Now)
		if err != nil {
			return Placed{}, err
		}
		q, err := r.SalesQuotations().Get(ctx, s.company(), cmd.Quotation)
		if err != nil {
			return Placed{}, err
		}
		p := placement[R]{s: s, r: r, scope: scope, date: date, warehouse: cmd.Warehouse, desk: new(desk)}
		if p.warehouse.IsZero() {
			p.warehouse = s.c.Places.Warehouse
		}
		// Whether it is still valid is a matter of today: an earlier date that is stated
		// revives no offer. Accept tells why, before anything is read for the order.
		if today := p.today(); !q.Locked(today) {
			return Placed{}, q.Accept(q.Ref(), today, scope.Now)
		}
		in := q.OrderInput(cmd.Order, "", p.date)
		in.Warehouse = p.warehouse
		if in.ID.IsZero() {
			in.ID = tandem.IDFromBytes[sales.OrderID](scope.NewUUID())
		}
		if err := p.accept(ctx, q, &in, cmd.ShipTo); err != nil {
			return Placed{}, err
		}
		if cmd.Reference != "" {
			in.Reference = cmd.Reference
		}
		p.buyer = q.Customer()
		p.claimFor(tandem.RefTo(sales.KindOrder, in.ID, ""))
		if in.Pricing.Claims, err = p.takeOver(ctx, q.Pricing().Claims); err != nil {
			return Placed{}, err
		}
		out, err := p.place(ctx, in)
		if err != nil {
			return Placed{}, err
		}
		if err := q.Accept(tandem.RefTo(sales.KindOrder, out.Order, out.Number), p.date, scope.Now); err != nil {
			return Placed{}, err
		}
		scope.Emit(q.Drain())
		return out, r.SalesQuotations().Save(ctx, q)
	})
}

// accept finds out what the quoted items need besides their prices.
func (p *placement[R]) accept(ctx context.Context, q *quotation.Quotation, in *sales.OrderInput, to tandem.Address) error {
	ahead := p.s.reads(p.r)
	ahead.ordered(in.Customer, in.Terms, p.warehouse)
	for i := range in.Lines {
		ahead.product(in.Lines[i].Product)
		ahead.level(p.warehouse, in.Lines[i].Product)
	}
	err := p.s.fetch(ctx, p.r, &ahead)
	if err != nil {
		return err
	}
	if p.customer, err = p.s.customer(ctx, p.r, in.Customer, p.date); err != nil {
		return err
	}
	if err := p.customer.mayOrder(); err != nil {
		return err
	}
	if in.ShipTo.Country == "" {
		in.ShipTo = tandem.Address{Country: p.customer.Country}
	}
	was := place{on: q.Date(), shipTo: in.ShipTo.Country}
	if to.Country != "" {
		in.ShipTo = to
	}
	p.stocked, p.waits = make([]bool, len(in.Lines)), make([]bool, len(in.Lines))
	for i := range in.Lines {
		product, err := p.s.product(ctx, p.r, in.Lines[i].Product)
		if err != nil {
			return err
		}
		p.stocked[i] = product.Stocked()
	}
	return p.retax(ctx, q, in, was)
}

// retax decides the tax codes of quoted items anew where they go elsewhere than they
// were quoted for.
func (p *placement[R]) retax(ctx context.Context, q *quotation.Quotation, in *sales.OrderInput, was place) error {
	is := place{on: p.date, shipTo: in.ShipTo.Country}
	if p.s.alike(was, is) {
		return nil
	}
	lines := make([]coded, len(in.Lines))
	for i := range in.Lines {
		lines[i] = coded{line: in.Lines[i].Line, product: in.Lines[i].Product, code: in.Lines[i].TaxCode, net: in.Lines[i].Net}
	}
	fixed, err := p.s.recode(ctx, p.r, p.customer, was, is, lines)
	if err != nil {
		return err
	}
	if fixed >= 0 {
		return &tandem.RefusedError{Command: "accept", Subject: "quotation " + q.ID().String(), State: string(q.Status()), Code: "tax_code_named",
			Reason: "line " + strconv.Itoa(lines[fixed].line) + " was quoted for " + string(was.shipTo) + " with the tax code " +
				string(lines[fixed].code) + ", which the tax table did not decide: quote anew for " + string(is.shipTo)}
	}
	for i := range in.Lines {
		in.Lines[i].TaxCode = lines[i].code
	}
	return nil
}

// DeclineQuote ends a quotation that is not wanted.
type DeclineQuote struct {
	work.Header
	Quotation quotation.ID `json:"quotation"`
	Reason    string       `json:"reason"`
}

// CommandName is stable.
func (DeclineQuote) CommandName() string { return "ordertocash.decline_quote" }

// Access is what the authoriser is asked.
func (c DeclineQuote) Access() work.Access { return quoteAccess(c.Quotation) }

// AppendJSON writes the business fields.
func (c DeclineQuote) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "quotation", c.Quotation)
	o.String("reason", c.Reason)
	return o.Close()
}

func (c DeclineQuote) reads(n *reads) { n.quotation(c.Quotation) }

// DeclineQuote declines a quotation. Refused: one that is decided, no reason.
func (s *Service[R]) DeclineQuote(ctx context.Context, cmd DeclineQuote) (Quoted, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Quoted, error) {
		q, err := r.SalesQuotations().Get(ctx, s.company(), cmd.Quotation)
		if err != nil {
			return Quoted{}, err
		}
		if err := q.Decline(cmd.Reason, scope.Now); err != nil {
			return Quoted{}, err
		}
		if err := s.giveUp(ctx, r, scope, q.Pricing().Claims); err != nil {
			return Quoted{}, err
		}
		scope.Emit(q.Drain())
		return quoted(q), r.SalesQuotations().Save(ctx, q)
	})
}
