package adventure

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/tandem-go/tandem"
)

// Product is a row of Product.csv with its category.
type Product struct {
	Number      string // ProductID
	Name        string
	Category    string // `Accessories`
	Subcategory string // `Helmets`
	List, Cost  tandem.Price
	Sold        tandem.Validity
}

// Period is a row of the list price or of the cost history.
type Period struct {
	Product string
	Valid   tandem.Validity
	Price   tandem.Price
}

// Offer is a row of SpecialOffer.csv with its products.
type Offer struct {
	Number, Name   string
	Discount       tandem.Rate
	Type, Audience string // `Volume Discount`, `Reseller`
	Valid          tandem.Validity
	Min, Max       int64 // Max is the last piece; nought: none
	Products       []string
}

// Volume reports whether the offer is a step of the volume discount.
func (o *Offer) Volume() bool { return o.Type == "Volume Discount" }

// Store is a row of Store.csv.
type Store struct{ Number, Name string }

// Sale is a line that was sold.
type Sale struct {
	Order, Line, Product string
	Pieces               int64
	Price                tandem.Price // per piece, before a special offer
	Day                  tandem.Date
}

// Data is what the tables say, in their order.
type Data struct {
	Products      []Product
	Prices, Costs []Period
	Offers        []Offer
	Stores        []Store
	Sales         []Sale
}

// table reads the rows of one file; the first fault of a value sticks.
type table struct {
	name string
	cols map[string]int
	rows [][]string
	at   int
	err  error
}

func open(files fs.FS, name string) (*table, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(f).ReadAll()
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s: has no header", name)
	}
	t := &table{name: name, rows: rows[1:], cols: map[string]int{}, at: -1}
	for i, c := range rows[0] {
		t.cols[c] = i
	}
	return t, nil
}

func (t *table) next() bool {
	t.at++
	return t.err == nil && t.at < len(t.rows)
}

// fail keeps the first fault with its place, counting the header as line 1.
func (t *table) fail(column string, err error) {
	if err != nil && t.err == nil {
		t.err = fmt.Errorf("%s, line %d, %s: %w", t.name, t.at+2, column, err)
	}
}

func (t *table) text(column string) string {
	i, ok := t.cols[column]
	if !ok {
		t.fail(column, fmt.Errorf("no such column"))
		return ""
	}
	return t.rows[t.at][i]
}

func (t *table) price(column string) tandem.Price {
	p, err := tandem.ParsePrice(t.text(column) + " USD/EA")
	t.fail(column, err)
	return p
}

func (t *table) count(column string) int64 {
	s := t.text(column)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	t.fail(column, err)
	return n
}

func (t *table) day(column string) (d tandem.Date) {
	s := t.text(column)
	if s == "" {
		return d
	}
	d, err := tandem.ParseDate(s)
	t.fail(column, err)
	return d
}

// valid reads a range of dates. The last day of the tables becomes the first day on
// which the row does not hold any more.
func (t *table) valid(from, last string) tandem.Validity {
	v := tandem.Validity{From: t.day(from), Until: t.day(last)}
	if !v.Until.IsZero() {
		v.Until = v.Until.AddDays(1)
	}
	return v
}

// Read reads the tables.
func Read(files fs.FS) (*Data, error) {
	d := &Data{}
	for _, read := range []func(fs.FS) error{d.readProducts, d.readHistory, d.readOffers, d.readSales} {
		if err := read(files); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (d *Data) readProducts(files fs.FS) error {
	categories, err := open(files, "ProductCategory.csv")
	if err != nil {
		return err
	}
	names := map[string]string{}
	for categories.next() {
		names[categories.text("ProductCategoryID")] = categories.text("Name")
	}
	subs, err := open(files, "ProductSubcategory.csv")
	if err != nil {
		return err
	}
	places := map[string][2]string{}
	for subs.next() {
		places[subs.text("ProductSubcategoryID")] = [2]string{names[subs.text("ProductCategoryID")], subs.text("Name")}
	}
	t, err := open(files, "Product.csv")
	if err != nil {
		return err
	}
	for t.next() {
		at := places[t.text("ProductSubcategoryID")]
		d.Products = append(d.Products, Product{Number: t.text("ProductID"), Name: t.text("Name"), Category: at[0], Subcategory: at[1],
			List: t.price("ListPrice"), Cost: t.price("StandardCost"), Sold: t.valid("SellStartDate", "SellEndDate")})
	}
	for _, t := range []*table{categories, subs, t} {
		if t.err != nil {
			return t.err
		}
	}
	return nil
}

func (d *Data) readHistory(files fs.FS) (err error) {
	if d.Prices, err = readPeriods(files, "ProductListPriceHistory.csv", "ListPrice"); err == nil {
		d.Costs, err = readPeriods(files, "ProductCostHistory.csv", "StandardCost")
	}
	return err
}

func readPeriods(files fs.FS, name, column string) (periods []Period, err error) {
	t, err := open(files, name)
	if err != nil {
		return nil, err
	}
	for t.next() {
		periods = append(periods, Period{Product: t.text("ProductID"), Valid: t.valid("StartDate", "EndDate"), Price: t.price(column)})
	}
	return periods, t.err
}

func (d *Data) readOffers(files fs.FS) error {
	t, err := open(files, "SpecialOffer.csv")
	if err != nil {
		return err
	}
	at := map[string]int{}
	for t.next() {
		rate, err := tandem.ParseRate(t.text("DiscountPct"))
		t.fail("DiscountPct", err)
		o := Offer{Number: t.text("SpecialOfferID"), Name: t.text("Description"), Discount: rate, Type: t.text("Type"),
			Audience: t.text("Category"), Valid: t.valid("StartDate", "EndDate"), Min: t.count("MinQty"), Max: t.count("MaxQty")}
		if o.Discount.IsZero() { // "No Discount" is how their orders say that there is no offer
			continue
		}
		at[o.Number] = len(d.Offers)
		d.Offers = append(d.Offers, o)
	}
	of, err := open(files, "SpecialOfferProduct.csv")
	if err != nil {
		return err
	}
	for of.next() {
		i, ok := at[of.text("SpecialOfferID")]
		if !ok {
			of.fail("SpecialOfferID", fmt.Errorf("no such offer"))
			continue
		}
		d.Offers[i].Products = append(d.Offers[i].Products, of.text("ProductID"))
	}
	if t.err != nil {
		return t.err
	}
	return of.err
}

func (d *Data) readSales(files fs.FS) error {
	stores, err := open(files, "Store.csv")
	if err != nil {
		return err
	}
	for stores.next() {
		d.Stores = append(d.Stores, Store{stores.text("BusinessEntityID"), stores.text("Name")})
	}
	t, err := open(files, "SalesOrderLine.csv")
	if err != nil {
		return err
	}
	for t.next() {
		d.Sales = append(d.Sales, Sale{Order: t.text("SalesOrderID"), Line: t.text("LineNo"), Product: t.text("ProductID"),
			Pieces: t.count("OrderQty"), Price: t.price("ActualCost"), Day: t.day("OrderDate")})
	}
	if stores.err != nil {
		return stores.err
	}
	return t.err
}

// Product finds a product by its number.
func (d *Data) Product(number string) (Product, bool) {
	for _, p := range d.Products {
		if p.Number == number {
			return p, true
		}
	}
	return Product{}, false
}

// History gives the list prices and the costs of a product, from the earliest.
func (d *Data) History(number string) (prices, costs []Period) {
	return of(d.Prices, number), of(d.Costs, number)
}

func of(periods []Period, number string) (found []Period) {
	for _, p := range periods {
		if p.Product == number {
			found = append(found, p)
		}
	}
	return found
}

// CostOn gives the cost of a piece on a day; none: not known.
func (d *Data) CostOn(number string, day tandem.Date) tandem.Price {
	for _, c := range d.Costs {
		if c.Product == number && c.Valid.Contains(day) {
			return c.Price
		}
	}
	return tandem.Price{}
}

// slug writes a name as a part of a category path.
func slug(name string) string { return strings.ReplaceAll(strings.ToLower(name), " ", "-") }
