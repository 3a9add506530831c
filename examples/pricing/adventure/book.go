package adventure

import (
	"fmt"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/condition"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// The names of the book.
const (
	BookID       = "adventureworks"
	ListID       = "list"
	CustomerList = "customer"
	ResellerList = "reseller"
	ContractList = "contract"
	CostFloor    = "cost"
	Reseller     = "reseller" // the grade, and the segment
	Customer     = "customer" // the segment
	Coupon       = "WELCOME"
	Partner      = "984" // the store that the contract is with
	digits       = 4     // their money type has four digits behind the point
)

// ProductID gives the identity of a product by its number.
func ProductID(number string) tandem.ProductID {
	return tandem.DeriveID[tandem.ProductID]("adventureworks.product", number)
}

// StoreID gives the identity of a store by its number.
func StoreID(number string) tandem.PartyID {
	return tandem.DeriveID[tandem.PartyID]("adventureworks.store", number)
}

// rates gives what resellers get off the list, by category. All lines of
// SalesOrderLine.csv that were not sold at the list price bear them.
func rates() map[string]tandem.Rate {
	return map[string]tandem.Rate{
		"Bikes": tandem.Percent(28), "Components": tandem.Percent(26), "Clothing": tandem.Percent(35), "Accessories": tandem.Percent(40),
	}
}

// Book builds the price book.
func (d *Data) Book() (pricing.Book, error) {
	b := pricing.NewBook(BookID, 1)
	b.PriceDigits = digits
	b.Grades = []tandem.GradeCode{Reseller}
	customers := condition.Is(condition.CustomerSegment, Customer)
	b.Lists = []pricing.List{
		{ID: ListID, Source: pricing.SourceDefault},
		{ID: CustomerList, Source: pricing.SourceChannel, When: &customers},
		{ID: ResellerList, Source: pricing.SourceGrade, Grades: b.Grades, Base: ListID},
	}
	for _, p := range d.Products {
		if p.Category == "" { // parts of bicycles, which have no price either
			continue
		}
		b.Items = append(b.Items, pricing.Item{Product: ProductID(p.Number), Category: slug(p.Category) + "/" + slug(p.Subcategory)})
	}
	for _, p := range d.Prices {
		if err := d.addPrice(&b, p); err != nil {
			return b, err
		}
	}
	for _, category := range []string{"Accessories", "Bikes", "Clothing", "Components"} {
		b.Rows = append(b.Rows, pricing.Row{ID: "reseller/" + slug(category), List: ResellerList, Category: slug(category), Discount: rates()[category]})
	}
	if err := d.addContract(&b); err != nil {
		return b, err
	}
	d.addPromotions(&b)
	b.Floors = []pricing.Floor{{ID: CostFloor, Basis: pricing.FloorCost, Rate: tandem.Percent(100), Role: "head of sales"}}
	return b, nil
}

// addPrice adds the rows of one price: the price, its breaks as long as the volume
// discount holds, and, where it has breaks, the price without them for customers.
func (d *Data) addPrice(b *pricing.Book, p Period) error {
	row := pricing.Row{ID: p.Product + "@" + p.Valid.From.String(), List: ListID, Product: ProductID(p.Product), Price: p.Price, Valid: p.Valid}
	b.Rows = append(b.Rows, row)
	broken := false
	for _, o := range d.ladder(p.Product) {
		valid, ok := meet(p.Valid, o.Valid)
		if !ok {
			continue
		}
		step := row
		step.ID, step.Valid = fmt.Sprintf("%s/%d", row.ID, o.Min), valid
		left, err := o.Discount.Complement()
		if err != nil {
			return err
		}
		if step.Price, err = p.Price.MulRate(left, b.Rounding); err != nil { // exact: four digits and two
			return err
		}
		if step.From, err = tandem.QuantityOf(o.Min, tandem.Each); err != nil {
			return err
		}
		b.Rows = append(b.Rows, step)
		broken = true
	}
	if broken {
		row.ID, row.List = "customer/"+row.ID, CustomerList
		b.Rows = append(b.Rows, row)
	}
	return nil
}

// addContract adds an invented contract: a store buys helmets at 18.50 for a year, and
// promotions do not fall on them.
func (d *Data) addContract(b *pricing.Book) error {
	offer := d.Offers[slices.IndexFunc(d.Offers, func(o Offer) bool { return o.Number == "2" })]
	from, err := tandem.ParseDate("2024-05-29")
	if err != nil {
		return err
	}
	price, err := tandem.ParsePrice("18.50 USD/EA")
	if err != nil {
		return err
	}
	b.Lists = append(b.Lists, pricing.List{ID: ContractList, Source: pricing.SourceContract, Customers: []tandem.PartyID{StoreID(Partner)},
		Valid: tandem.Validity{From: from, Until: offer.Valid.Until}, BlocksPromotions: true})
	b.Rows = append(b.Rows, pricing.Row{ID: "contract/helmets", List: ContractList, Category: "accessories/helmets", Price: price})
	return nil
}

// addPromotions adds the special offers that are no volume discounts, and an invented
// one with a coupon.
func (d *Data) addPromotions(b *pricing.Book) {
	for _, o := range d.Offers {
		if o.Volume() {
			continue
		}
		p := promotion.Promotion{ID: "offer-" + o.Number, Name: o.Name, Lane: promotion.LaneProduct, Valid: o.Valid,
			Audience: promotion.Audience{Segments: []string{slug(o.Audience)}},
			Benefit:  promotion.Benefit{Percent: &promotion.PercentOff{Rate: o.Discount, Target: promotion.EachLine}}}
		for _, number := range o.Products {
			p.Scope.Products = append(p.Scope.Products, ProductID(number))
		}
		b.Promotions = append(b.Promotions, p)
	}
	b.Promotions = append(b.Promotions, promotion.Promotion{ID: "welcome", Name: "Welcome, 10 % off", Lane: promotion.LaneProduct,
		Coupons: []string{Coupon}, Audience: promotion.Audience{Segments: []string{Customer}},
		Benefit: promotion.Benefit{Percent: &promotion.PercentOff{Rate: tandem.Percent(10), Target: promotion.EachLine}}})
}
