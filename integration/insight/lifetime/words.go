package lifetime

// Words says in a sentence what is expected of the customer, under the plan that he was
// valued by, [Valuation].Plan. Where that is an assumption, it says so first.
func (v Valued[K]) Words(p Plan) string {
	p.resolve()
	unit := string(p.Window.Unit)
	assumed := ""
	if v.Assumed {
		assumed = "by assumption, since nobody of all customers bought again, "
	}
	out := text(counted(v.Frequency, "repeat purchase"), ", silent for ", v.Age-v.Recency, " ", unit, "s: ", assumed, "still a customer with ",
		100*v.Alive, " %; ", v.Purchases, " purchases of ", v.Expected, " each expected in the next ", p.Horizon, " ", unit, "s, worth ", v.Lifetime)
	if p.AnnualRate > 0 {
		out += text(" today, at ", 100*p.AnnualRate, " % a year")
	}
	return out
}

func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return text(n, " ", noun)
}
