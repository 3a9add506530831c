package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
	"github.com/tandem-go/tandem/pricing"
)

// OrderLine is a line of an order as the customer states it. Lines are numbered
// from 1 in their order; what prices add to them, the rest of a line beyond the cap of a
// contract and goods that promotions give, comes behind.
type OrderLine struct {
	Product   tandem.ProductID  `json:"product"`
	Text      string            `json:"text,omitempty"`
	Quantity  tandem.Quantity   `json:"quantity"`             // in any unit that the product is sold in; it is priced in the base unit
	Promise   tandem.Date       `json:"promise,omitzero"`     // agreed; else the earliest date that can be promised
	Agreed    *pricing.Override `json:"agreed,omitempty"`     // price agreed by hand
	TaxCode   tandem.TaxCode    `json:"tax_code,omitempty"`   // else by the rules
	NoReserve bool              `json:"no_reserve,omitempty"` // waits in the backorder queue even if there is stock
	Group     string            `json:"group,omitempty"`      // lines of one group are counted together, where a price list says so
}

// PlaceOrder places an order: prices, taxes and credit are decided, stock is
// reserved, and the order is confirmed.
type PlaceOrder struct {
	work.Header
	Order     sales.OrderID           `json:"order,omitzero"` // default: a new id
	Customer  tandem.PartyID          `json:"customer"`
	Reference string                  `json:"reference,omitempty"`
	Date      tandem.Date             `json:"date,omitzero"` // of the order, and of its prices; default today
	Terms     tandem.TermsCode        `json:"terms,omitempty"`
	Warehouse tandem.LocationID       `json:"warehouse,omitzero"`
	ShipTo    tandem.Address          `json:"ship_to,omitzero"` // default: the customer's country
	Lines     []OrderLine             `json:"lines"`
	Discounts []pricing.OrderDiscount `json:"order_discounts,omitempty"`
	// Approval lets prices below a floor pass; the authoriser is asked about it.
	Approval billing.Approval `json:"approval,omitzero"`
	Channel  string           `json:"channel,omitempty"` // by which it was ordered, for prices and promotions
	Coupons  []string         `json:"coupons,omitempty"` // codes that were entered
	// ApprovalTokens are those of [ApprovalError] for which the approval was given: it
	// holds for nothing else. None: for all that is below a soft floor.
	ApprovalTokens []string `json:"approval_tokens,omitempty"`
}

// CommandName is stable.
func (PlaceOrder) CommandName() string { return "ordertocash.place_order" }

// Access is what the authoriser is asked.
func (c PlaceOrder) Access() work.Access { return work.Access{Party: c.Customer} }

// AppendJSON writes the business fields.
func (c PlaceOrder) AppendJSON(dst []byte) []byte {
	if len(c.Discounts) > 0 || c.ShipTo.Country != "" || !c.Approval.IsZero() || c.Channel != "" || len(c.Coupons)+len(c.ApprovalTokens) > 0 {
		c.Header = work.Header{}
		return appendCommand(dst, c)
	}
	o := jsonw.Object(dst)
	jsonw.TextOmit(&o, "order", c.Order)
	jsonw.Text(&o, "customer", c.Customer)
	o.StringOmit("reference", c.Reference)
	jsonw.TextOmit(&o, "date", c.Date)
	o.StringOmit("terms", string(c.Terms))
	jsonw.TextOmit(&o, "warehouse", c.Warehouse)
	o.BeginArray("lines")
	for i := range c.Lines {
		o.Item().Append(c.Lines[i].appendJSON)
	}
	o.EndArray()
	return o.Close()
}

func (l *OrderLine) appendJSON(dst []byte) []byte {
	if l.Agreed != nil {
		return work.AppendJSON(dst, l)
	}
	o := jsonw.Object(dst)
	jsonw.Text(&o, "product", l.Product)
	o.StringOmit("text", l.Text)
	jsonw.Text(&o, "quantity", l.Quantity)
	jsonw.TextOmit(&o, "promise", l.Promise)
	o.StringOmit("tax_code", string(l.TaxCode))
	o.BoolOmit("no_reserve", l.NoReserve)
	o.StringOmit("group", l.Group)
	return o.Close()
}

// PlacedLine is what became of a line.
type PlacedLine struct {
	Line      int             `json:"line"`
	Net       tandem.Money    `json:"net"`
	Reserved  tandem.Quantity `json:"reserved"`
	Backorder tandem.Quantity `json:"backorder"`
	Promise   tandem.Date     `json:"promise,omitzero"`    // none: nothing can be promised yet
	Of        int             `json:"of,omitempty"`        // the line that it was parted from, since a contract's cap is used up
	Promotion string          `json:"promotion,omitempty"` // that gives it away
}

// Placed is the result of [Service.Place].
type Placed struct {
	Order  sales.OrderID  `json:"order"`
	Number string         `json:"number"`
	Net    tandem.Money   `json:"net"`
	Gross  tandem.Money   `json:"gross"`  // with the tax of the order's date: what counts against the credit limit
	Credit credit.Outcome `json:"credit"` // held: waits for ReleaseOrder
	Lines  []PlacedLine   `json:"lines"`
}

// AppendJSON writes the result.
func (p Placed) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "order", p.Order)
	o.String("number", p.Number)
	jsonw.Text(&o, "net", p.Net)
	jsonw.Text(&o, "gross", p.Gross)
	o.String("credit", string(p.Credit))
	o.BeginArray("lines")
	for i := range p.Lines {
		l := &p.Lines[i]
		o.Item().Append(func(dst []byte) []byte {
			o := jsonw.Object(dst)
			o.Int("line", int64(l.Line))
			jsonw.Text(&o, "net", l.Net)
			jsonw.Text(&o, "reserved", l.Reserved)
			jsonw.Text(&o, "backorder", l.Backorder)
			jsonw.TextOmit(&o, "promise", l.Promise)
			o.IntOmit("of", int64(l.Of))
			o.StringOmit("promotion", l.Promotion)
			return o.Close()
		})
	}
	o.EndArray()
	return o.Close()
}

// ApprovalError says which lines are below a floor, and what an approval of each is to
// be given for. It matches [tandem.ErrNotAllowed].
type ApprovalError struct{ Needed []pricing.Approval }

// Tokens gives what an approval of all of it names.
func (e *ApprovalError) Tokens() []string {
	out := make([]string, len(e.Needed))
	for i := range e.Needed {
		out[i] = e.Needed[i].Token
	}
	return out
}

func (e *ApprovalError) Error() string {
	first := &e.Needed[0]
	of := "line " + tandem.Path("", first.Line)
	if first.Line == 0 {
		of = "the order"
	}
	return of + " at " + first.Amount.String() + " is below the floor " + first.Floor +
		" of " + first.Limit.String() + ": needs approval"
}

// Is reports whether target is [tandem.ErrNotAllowed].
func (e *ApprovalError) Is(target error) bool { return target == tandem.ErrNotAllowed }

// Place places an order. Refused: a customer or product that does not exist, a
// warehouse that is no stock location of the company, a line without a price, prices below a floor without approval
// ([ApprovalError]) or with one that was given for something else, a promotion or coupon
// that is used up, if the policy is to refuse ([tandem.ErrInsufficient], or
// [tandem.ErrNotAllowed] of a code), credit that is exceeded under the policy block
// ([credit.ExceededError]).
func (s *Service[R]) Place(ctx context.Context, cmd PlaceOrder) (Placed, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Placed, error) {
		cmd := cmd // each run decides anew
		date, err := s.day(cmd.Date, scope.Now)
		if err != nil {
			return Placed{}, err
		}
		if cmd.Order.IsZero() {
			cmd.Order = tandem.IDFromBytes[sales.OrderID](scope.NewUUID())
		}
		p := placement[R]{s: s, r: r, scope: scope, subject: "place order", date: date, warehouse: cmd.Warehouse, on: s.c.PricedOn, desk: takeDesk()}
		p.claimFor(tandem.RefTo(sales.KindOrder, cmd.Order, ""))
		defer p.desk.clear()
		if p.warehouse.IsZero() {
			p.warehouse = s.c.Places.Warehouse
		}
		items, err := p.items(ctx, &cmd)
		if err != nil {
			return Placed{}, err
		}
		if cmd.Terms == "" {
			cmd.Terms = p.customer.Terms
		}
		return p.place(ctx, sales.OrderInput{
			ID: cmd.Order, Company: s.company(), Customer: cmd.Customer, Reference: cmd.Reference, Date: p.date,
			Currency: s.c.Books.Currency, Grade: p.customer.Grade, Terms: cmd.Terms, Warehouse: p.warehouse,
			ShipTo: p.shipTo, Lines: items, Pricing: p.pricing(&cmd),
		})
	})
}

// placement is the work of placing one order.
type placement[R Repos] struct {
	s         *Service[R]
	r         R
	scope     *work.Scope
	subject   string // of its faults
	date      tandem.Date
	warehouse tandem.LocationID
	customer  Customer
	amended   bool // an order that is there: whether more is sold is seen when it has changed
	shipTo    tandem.Address
	own       map[tandem.ProductID]int64                          // of an order that is amended: what it has open already
	carriage  []carriage                                          // lines that are taxed as the goods are
	goods     func(ctx context.Context) ([]tandem.TaxBase, error) // of an order that is amended: the goods that it has already
	around    []pricing.Line                                      // of an order that is amended: its other lines, which count for breaks
	codes     []tax.Code                                          // whose rates pricing was told
	on        sales.PricedOn
	ordered   tandem.Date // the date of an order that is amended
	buyer     tandem.PartyID
	document  tandem.DocumentRef // that claims are for
	prefix    string             // what the keys of its claims begin with
	until     tandem.Instant     // to which claims are held; none: until they are settled
	limits    *limits[R]
	claims    []held
	needed    []pricing.Approval
	whole     []tandem.Quantity // of an order that is amended: what was asked of its lines, in base units
	gifts     []gift
	*desk
}

// place makes the order of priced items: credit, stock, confirmation.
func (p *placement[R]) place(ctx context.Context, in sales.OrderInput) (Placed, error) {
	s, now := p.s, p.scope.Now
	if in.ID.IsZero() {
		in.ID = tandem.IDFromBytes[sales.OrderID](p.scope.NewUUID())
	}
	ahead := s.reads(p.r)
	ahead.ordered(in.Customer, in.Terms, p.warehouse)
	p.stock(&ahead, in.Lines)
	if err := s.fetch(ctx, p.r, &ahead); err != nil {
		return Placed{}, err
	}
	if err := p.shipsFrom(ctx); err != nil {
		return Placed{}, err
	}
	if in.Terms != "" { // before anything leaves, not when it is invoiced
		if _, err := s.terms(ctx, p.r, in.Terms); err != nil {
			return Placed{}, err
		}
	}
	plan, err := p.plan(ctx, &in)
	if err != nil {
		return Placed{}, err
	}
	account, err := s.account(ctx, p.r, in.Customer)
	if err != nil {
		return Placed{}, err
	}
	p.stock(&ahead, in.Lines)
	for i := range in.Lines {
		ahead.taxCode(in.Lines[i].TaxCode)
	}
	if in.Number, err = s.number(ctx, p.r, seriesOrder, &ahead); err != nil {
		return Placed{}, err
	}
	order, err := sales.NewOrder(in, now)
	if err != nil {
		return Placed{}, err
	}
	tax, err := s.grosser(ctx, p.r, order)
	if err != nil {
		return Placed{}, err
	}
	gross, err := tax.open(order)
	if err != nil {
		return Placed{}, err
	}
	decision, err := account.Place(order.Ref(), gross, now)
	if err != nil {
		return Placed{}, err
	}
	if err := p.confirm(ctx, order, account, decision.Outcome, plan); err != nil {
		return Placed{}, err
	}
	return placed(order, gross, decision.Outcome, plan), nil
}

// confirm reserves what the plan says, makes the order binding and saves what it took.
func (p *placement[R]) confirm(ctx context.Context, order *sales.Order, account *credit.Account, outcome credit.Outcome, plan []planned) error {
	if err := p.reserve(ctx, order, plan); err != nil {
		return err
	}
	if err := order.Confirm(p.scope.Now); err != nil {
		return err
	}
	if err := p.limits.settle(ctx, order); err != nil {
		return err
	}
	if outcome == credit.Held {
		if err := order.Hold(creditHold, p.scope.Now); err != nil {
			return err
		}
	}
	p.scope.Emit(order.Drain())
	p.scope.Emit(account.Drain())
	return errors.Join(p.r.SalesOrders().Save(ctx, order), p.r.CreditAccounts().Save(ctx, account), p.limits.save(ctx))
}

func placed(order *sales.Order, gross tandem.Money, credit credit.Outcome, plan []planned) Placed {
	out := Placed{Order: order.ID(), Number: order.Number(), Net: order.Net(), Gross: gross, Credit: credit,
		Lines: make([]PlacedLine, order.NumLines())}
	for i := range out.Lines {
		l := order.LineAt(i)
		out.Lines[i] = PlacedLine{Line: l.Line, Net: l.Net, Reserved: l.Reserved, Backorder: plan[i].backorder, Promise: l.Promise, Of: l.Of, Promotion: l.Promotion}
	}
	return out
}
