package billing

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// sum computes net, tax and gross of a draft.
func (s *InvoiceState) sum(c *tandem.Check) {
	net, tax := tandem.NewTotal(s.Currency), tandem.NewTotal(s.Currency)
	for i := range s.Lines {
		net.Add(s.Lines[i].Net)
	}
	for i := range s.TaxLines {
		tax.Add(s.TaxLines[i].Tax)
	}
	gross := net
	gross.AddTotal(tax)
	var err error
	if s.Net, err = net.Money(tandem.HalfAwayFromZero); err == nil {
		if s.Tax, err = tax.Money(tandem.HalfAwayFromZero); err == nil {
			s.Gross, err = gross.Money(tandem.HalfAwayFromZero)
		}
	}
	if err != nil {
		c.Add("amounts", "lines", "the amounts cannot be summed: "+err.Error())
	}
	s.Open = tandem.MoneyFromMinor(0, s.Currency)
}

// check reports what must hold for a draft and for whatever became of it.
func (s *InvoiceState) check(c *tandem.Check) {
	c.Require(!s.ID.IsZero(), "required", "id", "must be given")
	c.Require(!s.Company.IsZero(), "required", "company", "must be given")
	c.Require(!s.Customer.IsZero(), "required", "customer", "must be given")
	c.Require(s.Type.Valid(), "invoice_type", "type", "must be a known type")
	c.Require(s.Status.Valid(), "invoice_status", "status", "must be a known status")
	c.Require(s.Currency.Valid(), "currency", "currency", "must be given")
	c.Require(!s.Created.IsZero(), "required", "created", "must be given")
	c.Require(len(s.Reference) <= tandem.MaxName, "too_long", "reference", "too long")
	c.Require(len(s.Lines) > 0, "lines_few", "lines", "must have a line")
	c.Require(len(s.Lines) <= tandem.MaxLines, "too_many", "lines", "too many lines")
	c.Require(s.Gross.Sign() >= 0, "gross_negative", "lines", "the whole is negative: write the other type of document")
	c.Nested("discount", s.Discount.Validate())
	if s.Type == CommercialInvoice {
		c.Require(s.discountLines() == 0 && !slices.ContainsFunc(s.Lines, func(l InvoiceLine) bool { return l.Allowance }), "credit_only", "lines",
			"discount and allowance lines belong to credit notes")
	}
	if s.Type == CreditNote {
		c.Require(s.Basis.Valid(), "credit_basis", "basis", "must be a known basis")
		c.Require(s.Discount.IsZero(), "credit_discount", "discount", "a credit note has no early discount")
	}
	for i := range s.Lines {
		s.Lines[i].check(c, i, s.Currency)
	}
	for i := range s.TaxLines {
		t := &s.TaxLines[i]
		if t.Code == "" || !t.Category.Valid() || t.Base.Currency() != s.Currency || t.Tax.Currency() != s.Currency {
			c.Add("tax_line", tandem.Path("tax_lines", i), "code, category, base and tax must be given in the invoice's currency")
		}
	}
	s.checkTaxPoints(c)
}

func (l *InvoiceLine) check(c *tandem.Check, i int, currency tandem.Currency) {
	if l.Line != i+1 {
		c.Add("line_number", tandem.Path("lines", i)+".line", "lines count from 1")
	}
	if l.Net.Currency() != currency {
		c.Add("currency", tandem.Path("lines", i)+".net", "must be in the invoice's currency")
	}
	if l.TaxCode == "" {
		c.Add("required", tandem.Path("lines", i)+".tax_code", "must be given")
	}
	if l.Quantity.Unit() == 0 {
		c.Add("required", tandem.Path("lines", i)+".quantity", "must be given")
	}
	if p := l.Price; p.IsNone() || p.Currency() != currency {
		c.Add("currency", tandem.Path("lines", i)+".price", "must be in the invoice's currency")
	}
	if len(l.Text) > tandem.MaxText {
		c.Add("too_long", tandem.Path("lines", i)+".text", "too long")
	}
	if l.Dimensions != nil {
		c.Nested(tandem.Path("lines", i)+".dimensions", l.Dimensions.Validate())
	}
}

// checkBases compares the tax bases with the lines: code by code, or, where the
// bases are discounted, as a whole. A credit note of an invoice whose bases were
// discounted takes its parts of them, which are at most its net.
func (s *InvoiceState) checkBases(c *tandem.Check, discounted bool) {
	if !c.OK() {
		return
	}
	base := tandem.NewTotal(s.Currency)
	for i := range s.TaxLines {
		base.Add(s.TaxLines[i].Base)
	}
	sum, err := base.Money(tandem.HalfAwayFromZero)
	if err != nil {
		c.Add("amounts", "tax_lines", err.Error())
		return
	}
	if discounted {
		c.Require(sum.Minor() <= s.Net.Minor()-s.discountLines(), "tax_base", "tax_lines", "the bases must not exceed the net")
		return
	}
	want := s.Net
	if s.Discount.Policy == DiscountedBase {
		discount, errRate := s.Net.MulRate(s.Discount.Rate, tandem.HalfAwayFromZero)
		want, err = s.Net.Sub(discount)
		if errRate != nil || err != nil {
			c.Add("amounts", "discount", "cannot be computed")
			return
		}
	}
	c.Require(sum == want, "tax_base", "tax_lines", "the bases must sum to the net that is taxed")
	if s.Discount.Policy == DiscountedBase {
		return
	}
	for i := range s.TaxLines {
		code := s.TaxLines[i].Code
		if minorOfLines(s.Lines, code) != minorOfBases(s.TaxLines, code) {
			c.Add("tax_base_code", tandem.Path("tax_lines", i)+".base", "the bases of a code must sum to its lines")
		}
	}
}

func minorOfLines(lines []InvoiceLine, code tandem.TaxCode) (sum int64) {
	for i := range lines {
		if lines[i].TaxCode == code {
			sum += lines[i].Net.Minor()
		}
	}
	return sum
}

func minorOfBases(lines []tandem.TaxLine, code tandem.TaxCode) (sum int64) {
	for i := range lines {
		if lines[i].Code == code {
			sum += lines[i].Base.Minor()
		}
	}
	return sum
}

func (s *InvoiceState) checkCredit(c *tandem.Check, originals []*Invoice) {
	goods, others, referred := 0, 0, !s.Original.IsZero()
	for i := range s.Lines {
		l := &s.Lines[i]
		switch {
		case l.goods():
			goods++
		case l.Discount:
			if s.Basis != CreditGoods || l.Origin.IsZero() || !l.Delivery.IsZero() || !l.Product.IsZero() {
				c.Add("credit_discount_line", tandem.Path("lines", i)+".discount", "an early discount is of goods, and names their invoice and no product")
			}
		case l.Allowance:
			if s.Basis != CreditGoods || l.Origin.IsZero() || !l.Delivery.IsZero() || !l.Product.IsZero() || l.Net.Sign() >= 0 {
				c.Add("credit_allowance_line", tandem.Path("lines", i)+".allowance", "what had been allowed is negative, of goods, and names their invoice and no product")
			}
		default:
			others++
		}
		referred = referred || !l.Origin.IsZero()
		if s.Basis != CreditGoods && !l.Delivery.IsZero() {
			c.Add("credit_return", tandem.Path("lines", i)+".delivery", "only a credit for goods names a return")
		}
	}
	switch s.Basis {
	case CreditGoods:
		c.Require(goods > 0, "credit_goods", "lines", "a credit for goods names a return and the original invoice line")
		c.Require(len(originals) > 0, "credit_originals", "original", "the original invoices must be given")
	case CreditAllowance:
		c.Require(referred, "credit_reference", "original", "an allowance names the invoice that it lowers")
	case CreditUnreferenced:
		c.Require(!referred && len(originals) == 0, "credit_reference", "original", "an unreferenced credit names no invoice")
	}
	if s.Basis != CreditGoods || others > 0 {
		c.Nested("approval", s.Approval.Validate())
	}
	s.checkOriginals(c, originals)
}

// checkOriginals holds a credit note against the invoices that it credits.
func (s *InvoiceState) checkOriginals(c *tandem.Check, originals []*Invoice) {
	if len(originals) == 0 {
		return
	}
	for _, o := range originals {
		if o.s.Type != CommercialInvoice || o.s.Number == "" || o.s.Customer != s.Customer || o.s.Company != s.Company || o.s.Currency != s.Currency {
			c.Add("credit_original", "original", "an original is a posted invoice of the same company, customer and currency")
			return
		}
	}
	if lines := s.discountLines(); lines != 0 {
		c.Require(max(lines, -lines) <= discountsOf(originals), "credit_discount", "lines", "more than the early discount of the originals")
	}
	for i := range s.TaxLines {
		if !taxedBefore(originals, &s.TaxLines[i]) {
			c.Add("credit_rate", tandem.Path("tax_lines", i)+".rate", "must be a tax that the original invoice used")
		}
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		if !l.goods() {
			continue
		}
		origin, found := originLine(originals, l.Origin)
		switch {
		case !found:
			c.Add("credit_origin", tandem.Path("lines", i)+".origin", "is not a line of the originals")
		case origin.Product != l.Product:
			c.Add("credit_product", tandem.Path("lines", i)+".product", "differs from the original line")
		case origin.Quantity.Unit() != l.Quantity.Unit() || l.Quantity.Micro() > origin.Quantity.Micro() || l.Net.Minor() > origin.Net.Minor():
			c.Add("credit_excess", tandem.Path("lines", i)+".quantity", "credits more than was invoiced")
		}
	}
}

// discountLines sums up the lines of a credit note that are early discounts.
func (s *InvoiceState) discountLines() (sum int64) {
	for i := range s.Lines {
		if s.Lines[i].Discount {
			sum += s.Lines[i].Net.Minor()
		}
	}
	return sum
}

// discountedBases reports whether the bases of a credit note may fall short of its
// net: those of an original were lowered by its early discount, or a discount that
// left its taxes alone is given up.
func (s *InvoiceState) discountedBases(originals []*Invoice) bool {
	lines := s.discountLines() != 0
	return slices.ContainsFunc(originals, func(o *Invoice) bool {
		return o.s.Discount.Policy == DiscountedBase || lines && o.s.Discount.Policy == DiscountNetOnly
	})
}

// discountsOf sums up the nets of the early discounts that invoices offered.
func discountsOf(originals []*Invoice) (sum int64) {
	for _, o := range originals {
		if full, err := o.s.Discount.Amounts(o.s.Net, o.s.TaxLines); err == nil {
			sum += full.Net.Minor()
		}
	}
	return sum
}

func taxedBefore(originals []*Invoice, t *tandem.TaxLine) bool {
	for _, o := range originals {
		for j := range o.s.TaxLines {
			u := &o.s.TaxLines[j]
			if u.Code == t.Code && u.Category == t.Category && u.Rate == t.Rate {
				return true
			}
		}
	}
	return false
}

func originLine(originals []*Invoice, ref tandem.LineRef) (*InvoiceLine, bool) {
	for _, o := range originals {
		if ref.Document.Same(o.Ref()) && ref.Line >= 1 && ref.Line <= len(o.s.Lines) {
			return &o.s.Lines[ref.Line-1], true
		}
	}
	return nil, false
}

// checkSums compares what was kept with what follows from it.
func (s *InvoiceState) checkSums(c *tandem.Check) {
	if !c.OK() {
		return
	}
	computed := *s
	computed.sum(c)
	c.Require(computed.Net == s.Net && computed.Tax == s.Tax && computed.Gross == s.Gross, "sums", "gross", "net, tax and gross must follow from the lines")
	if s.Status == InvoiceDrafted || s.Status == InvoiceDiscarded {
		c.Require(s.Number == "" && s.Date.IsZero() && len(s.Instalments) == 0 && s.Open == computed.Open, "draft_number", "number", "a draft has neither number nor instalments")
		return
	}
	c.Require(s.Number != "" && !s.Date.IsZero() && !s.Posted.IsZero(), "required", "number", "a posted invoice has number, date and time")
	amount, open := tandem.NewTotal(s.Currency), tandem.NewTotal(s.Currency)
	for i := range s.Instalments {
		n := &s.Instalments[i]
		amount.Add(n.Amount)
		open.Add(n.Open)
		if n.Open.Sign() < 0 || n.Open.Minor() > n.Amount.Minor() {
			c.Add("open", tandem.Path("instalments", i)+".open", "lies outside the amount")
		}
		if credited := n.Discount.Credited; credited.Sign() < 0 || credited.Minor() > n.Amount.Minor() {
			c.Add("credited", tandem.Path("instalments", i)+".discount.credited", "lies outside the amount")
		}
		c.Require(n.NotBefore.IsZero() || !n.NotBefore.Before(s.Date), "not_before", tandem.Path("instalments", i)+".not_before", "precedes the date")
	}
	a, errA := amount.Money(tandem.HalfAwayFromZero)
	o, errO := open.Money(tandem.HalfAwayFromZero)
	c.Require(errA == nil && a == s.Gross, "instalments", "instalments", "must sum to the gross")
	c.Require(errO == nil && o == s.Open, "open", "open", "must be the sum of the instalments")
	c.Require((s.Status == InvoiceSettled) == s.Open.IsZero(), "status", "status", "must follow from the open amount")
	for i := range s.Credited {
		c.Require(s.Type == CommercialInvoice && s.creditFits(s.taxLine(s.Credited[i].Code, s.Credited[i].TaxLine)), "credited", tandem.Path("credited", i), "must lie within what was invoiced of the code")
	}
	for i := range s.CreditedLines {
		c.Require(s.Type == CommercialInvoice && s.lineFits(&s.CreditedLines[i]), "credited_lines", tandem.Path("credited_lines", i), "must lie within the line")
	}
	for i := range s.Discounted {
		c.Require(s.Type == CommercialInvoice && s.creditFits(s.taxLine(s.Discounted[i].Code, s.Discounted[i].TaxLine)), "discounted", tandem.Path("discounted", i), "must lie within what was invoiced of the code")
	}
}
