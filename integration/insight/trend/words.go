package trend

import (
	"fmt"
	"math"
	"strings"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/kendall"
)

// strengthWord names a strength, from 0 to 1.
func strengthWord(v float64) string {
	switch {
	case v < 0.3:
		return "weak"
	case v < strong:
		return "moderate"
	}
	return "strong"
}

// words writes the sentences.
func (d *Description) words(c Config) {
	if d.Values == 0 {
		d.Text = []string{"There are no values."}
		return
	}
	d.Text = append(d.Text, d.extent(), d.direction())
	if d.Seasonal {
		d.Text = append(d.Text, fmt.Sprintf("The season of %d %ss is %s (%.2f): highest %s, lowest %s.",
			d.Season, d.Bucket, strengthWord(d.SeasonStrength), d.SeasonStrength, d.place(d.High), d.place(d.Low)))
	}
	for _, g := range d.Changes.Changes {
		d.Text = append(d.Text, strings.ToUpper(g.Text[:1])+g.Text[1:]+".")
	}
	if len(d.Changes.Changes) == 0 {
		d.Text = append(d.Text, "No change of its course stands out.")
	}
	stage := strings.ReplaceAll(string(d.Lifecycle.Stage), "_", " ")
	d.Text = append(d.Text, fmt.Sprintf("Stage of life: %s, since %s.", stage, d.Lifecycle.Reason))
}

func (d *Description) extent() string {
	text := fmt.Sprintf("%d %ss", d.Values, d.Bucket)
	if d.Values == 1 {
		text = "One " + string(d.Bucket)
	}
	if !d.Start.IsZero() {
		text += " from " + d.Start.String()
	}
	if n := insight.Left(d.LeftOut); n > 0 {
		text += fmt.Sprintf(", %d of them missing or closed", n)
	}
	return fmt.Sprintf("%s, mean %.4g.", text, d.Mean)
}

func (d *Description) direction() string {
	t := d.Trend
	if t.Direction == kendall.NoTrend {
		if t.Pairs > 0 && t.Tau == 0 && t.Slope == 0 && t.Lower == t.Upper {
			return "It neither rises nor falls."
		}
		return fmt.Sprintf("It neither rises nor falls as far as can be told from chance (%s).", chance(t.P))
	}
	verb := "rises"
	if t.Direction == kendall.Falling {
		verb = "falls"
	}
	text := fmt.Sprintf("It %s by %.3g a %s (%.3g to %.3g, %s)", verb, math.Abs(t.Slope), d.Bucket,
		min(math.Abs(t.Lower), math.Abs(t.Upper)), max(math.Abs(t.Lower), math.Abs(t.Upper)), chance(t.P))
	if cycle := d.Bucket.Season(); cycle > 1 && d.Mean > 0 {
		text += fmt.Sprintf(", %.2g %% of the mean in %d %ss", 100*math.Abs(t.Slope)*float64(cycle)/d.Mean, cycle, d.Bucket)
	}
	return fmt.Sprintf("%s; the trend is %s (%.2f).", text, strengthWord(d.TrendStrength), d.TrendStrength)
}

// chance writes a probability; none is nought.
func chance(p float64) string {
	if p < 0.001 {
		return "P below 0.001"
	}
	return fmt.Sprintf("P %.2g", p)
}

// place names a place in the cycle: a month or a day of the week where the series has a
// date and the cycle is that of its bucket, else a number from one.
func (d *Description) place(i int) string {
	if !d.Start.IsZero() && d.Season == d.Bucket.Season() {
		at := d.Bucket.Add(d.Start, i)
		switch d.Bucket {
		case forecast.Month:
			return "in " + at.Month().String()
		case forecast.Day:
			return "on " + at.Weekday().String()
		case forecast.Quarter:
			return fmt.Sprintf("in quarter %d", (int(at.Month())+2)/3)
		}
	}
	return fmt.Sprintf("at place %d", i+1)
}
