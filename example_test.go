package tandem_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/tandem-go/tandem"
)

// Amounts are whole pence; what does not fit is an error, never another number.
func ExampleMoney() {
	price, _ := tandem.NewMoney(decimal.RequireFromString("19.99"), tandem.GBP)
	sum, _ := price.Add(tandem.MoneyFromMinor(1, tandem.GBP))
	fmt.Println(sum)
	_, err := price.Add(tandem.MoneyFromMinor(1, tandem.EUR))
	fmt.Println(err)
	_, err = tandem.NewMoney(decimal.RequireFromString("0.005"), tandem.GBP)
	fmt.Println(err)
	// Output:
	// 20.00 GBP
	// tandem: different currencies
	// tandem: cannot be represented exactly
}

// Swiss cash has no coin below 0.05.
func ExampleMoney_RoundTo() {
	bill, _ := tandem.ParseMoney("17.83 CHF")
	coin, _ := tandem.ParseMoney("0.05 CHF")
	cash, _ := bill.RoundTo(coin, tandem.HalfAwayFromZero)
	fmt.Println(cash)
	// Output: 17.85 CHF
}

// Price × Quantity is the one bridge to money, and its rounding has a name.
func ExamplePrice_Times() {
	screws, _ := tandem.ParsePrice("1.234567 GBP/1000 EA")
	n, _ := tandem.QuantityOf(12_500, tandem.Each)
	for _, mode := range tandem.Roundings() {
		m, _ := screws.Times(n, mode) // 15.4320875
		fmt.Println(m, mode)
	}
	// Output:
	// 15.43 GBP half_away_from_zero
	// 15.43 GBP half_even
	// 15.44 GBP up
	// 15.43 GBP down
	// 15.44 GBP ceiling
	// 15.43 GBP floor
}

func ExamplePrice() {
	each, _ := tandem.ParsePrice("2.55 GBP/EA")
	hundred, _ := each.Per(100, tandem.HalfEven)
	fmt.Println(hundred, each == hundred)
	order, _ := each.Cmp(hundred) // == compares how they are written, Cmp what they are worth
	fmt.Println(order)
	// Output:
	// 255.00 GBP/100 EA false
	// 0
}

func ExampleQuantity_Convert() {
	ordered, _ := tandem.ParseQuantity("2.5 DZN")
	pieces, _ := ordered.Convert(tandem.Each, tandem.IntRatio(12), tandem.HalfEven)
	fmt.Println(pieces)
	// Output: 30 EA
}

// Discounts of 10 % and 5 % one after the other are 14.5 %.
func ExampleRate() {
	first, _ := tandem.Percent(10).Complement()
	second, _ := tandem.Percent(5).Complement()
	left, _ := first.Mul(second, tandem.HalfAwayFromZero)
	both, _ := left.Complement()
	fmt.Println(both, both.PercentString())
	// Output: 0.145 14.5%
}

// A third stays a third: nothing is lost on the way there and back.
func ExampleRatio() {
	third, _ := tandem.NewRatio(1, 3)
	whole, _ := third.Mul(tandem.IntRatio(3))
	fmt.Println(third, whole)
	rate, _ := tandem.RatioFromDecimal(decimal.RequireFromString("1.0850")) // dollars per euro
	back, _ := rate.Inverse()
	inDigits, _ := back.Decimal(6, tandem.HalfEven)
	fmt.Println(rate, back, inDigits)
	// Output:
	// 1/3 1
	// 217/200 200/217 0.921659
}

// A sum that reads well, and is rounded once.
func ExampleTotal() {
	price, _ := tandem.ParsePrice("0.033 EUR/EA")
	one, _ := tandem.QuantityOf(1, tandem.Each)
	total := tandem.NewTotal(tandem.EUR)
	for range 100 {
		total.AddProduct(price, one)
	}
	net, err := total.Money(tandem.HalfAwayFromZero)
	fmt.Println(net, err)
	tax, _ := total.MoneyAtRate(tandem.Percent(20), tandem.HalfAwayFromZero)
	fmt.Println(tax)
	// Output:
	// 3.30 EUR <nil>
	// 0.66 EUR
}

// The parts always sum to the whole; a tie goes to the earlier line.
func ExampleAllocate() {
	discount, _ := tandem.ParseMoney("10.00 GBP")
	lines := []int64{3333, 3333, 3334}
	parts, _ := tandem.Allocate(nil, discount, lines)
	fmt.Println(parts)
	parts, _ = tandem.Allocate(parts[:0], discount, []int64{1, 1, 1})
	fmt.Println(parts)
	// Output:
	// [3.33 GBP 3.33 GBP 3.34 GBP]
	// [3.34 GBP 3.33 GBP 3.33 GBP]
}

func ExampleAllocateQuantity() {
	pallets, _ := tandem.QuantityOf(7, tandem.Pallet)
	whole, _ := tandem.QuantityOf(1, tandem.Pallet)
	parts, _ := tandem.AllocateQuantity(nil, pallets, whole, []int64{2, 1})
	fmt.Println(parts)
	// Output: [5 XPX 2 XPX]
}

// A host's customer numbers become stable ids, and ids of two kinds never mix.
func ExampleDeriveID() {
	customer := tandem.DeriveID[tandem.PartyID]("customers", "17850")
	fmt.Println(customer)
	_, err := tandem.ParseID[tandem.PartyID]("{" + customer.String() + "}")
	fmt.Println(err)
	// Output:
	// c3d55498-b98c-5896-9be9-eed898008e83
	// id "{c3d55498-b98c-5896-9be9-eed898008e83}": want the canonical lower-case form of a UUID
}

// Instalments are counted from the first date, so that the 31st comes back.
func ExampleDate_AddMonths() {
	first, _ := tandem.ParseDate("2024-01-31")
	for n := range 4 {
		fmt.Print(first.AddMonths(n), " ")
	}
	// Output: 2024-01-31 2024-02-29 2024-03-31 2024-04-30
}

func ExampleInstant() {
	at, _ := tandem.ParseInstant("2026-11-20T23:30:00Z")
	auckland := time.FixedZone("NZDT", 13*3600)
	fmt.Println(at.Add(90*time.Minute), tandem.DateIn(at, auckland))
	// Output: 2026-11-21T01:00:00Z 2026-11-21
}

func ExampleValidity() {
	from, _ := tandem.ParseDate("2026-01-01")
	until, _ := tandem.ParseDate("2027-01-01")
	year := tandem.Validity{From: from, Until: until}
	fmt.Println(year.Contains(from), year.Contains(until))
	// Output: true false
}

// An answer is due within eight working hours; Thursday is a holiday.
func ExampleCalendar() {
	nine, _ := tandem.ParseTimeOfDay("09:00")
	five, _ := tandem.ParseTimeOfDay("17:00")
	holiday, _ := tandem.ParseDate("2026-11-26")
	day := []tandem.Hours{{From: nine, Until: five}}
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		fmt.Println(err)
		return
	}
	calendar, err := tandem.NewCalendar(tandem.CalendarSpec{
		Zone:       "America/New_York",
		Week:       tandem.WorkingWeek{Monday: day, Tuesday: day, Wednesday: day, Thursday: day, Friday: day},
		Exceptions: []tandem.CalendarException{{Date: holiday, Reason: "Thanksgiving"}},
	}, zone)
	if err != nil {
		fmt.Println(err)
		return
	}
	asked, _ := tandem.ParseInstant("2026-11-25T20:00:00Z") // Wednesday, 15:00 there
	due, _ := calendar.Add(asked, 8*time.Hour)
	fmt.Println(due.Time().In(zone))
	delivery, _ := calendar.AddWorkingDays(tandem.DateIn(asked, zone), 2)
	fmt.Println(delivery)
	// Output:
	// 2026-11-27 15:00:00 -0500 EST
	// 2026-11-30
}

// Every fault at once, each with the path of its field.
func ExampleDecodeJSON() {
	var line struct {
		Product  string          `json:"product"`
		Quantity tandem.Quantity `json:"quantity"`
		Price    tandem.Price    `json:"price"`
	}
	err := tandem.DecodeJSON([]byte(`{"product":"85123A","quantity":"1e3 EA","Price":"2.55 GBP/EA","product":"x"}`), &line)
	fmt.Println(err)
	// Output:
	// JSON is invalid: quantity: malformed number (number); Price: is not a known name (json_unknown_key); product: is given twice (json_duplicate_key)
}

func ExampleCheck() {
	var c tandem.Check
	c.Require(false, "required", "customer", "must be given")
	c.Nested(tandem.Path("lines", 2), tandem.UnitConversion{From: tandem.Dozen, To: tandem.Each}.Validate())
	fmt.Println(c.Err("order"))
	// Output: order is invalid: customer: must be given (required); lines[2].factor: must be positive (factor)
}

// A name is not printed by accident.
func ExamplePersonal() {
	name := tandem.Personal("Eva Müller")
	fmt.Printf("%v %+v %#v %d\n", name, name, name, name)
	fmt.Println(name.Reveal())
	// Output:
	// [personal] [personal] [personal] [personal]
	// Eva Müller
}

func ExampleCurrency() {
	yen, _ := tandem.ParseCurrency("JPY")
	fmt.Println(yen, yen.Digits(), tandem.KWD.Digits(), tandem.CLF.Digits())
	// Output: JPY 0 3 4
}

func ExampleUnit() {
	box, err := tandem.ParseUnit("XBX")
	fmt.Println(box == tandem.Box, err)
	_, err = tandem.ParseUnit("boxes")
	fmt.Println(err)
	// Output:
	// true <nil>
	// unit "boxes": want a code of UN/ECE Recommendation 20: one to three capital letters or digits
}
