package result

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"unicode"

	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// number writes ten significant digits, without an exponent.
func number(v float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 9, 64), 64)
	if err != nil {
		rounded = v
	}
	return strconv.FormatFloat(rounded+0, 'f', -1, 64)
}

// Safe makes a text of which no spreadsheet makes a formula (OWASP, CSV Injection): an apostrophe goes before what
// begins, behind blanks, with = + - @, and before what begins with a control character.
func Safe(s string) string {
	bare := strings.TrimLeftFunc(s, unicode.IsSpace)
	if bare != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(bare)[0]) || s != "" && s[0] < ' ' {
		return "'" + s
	}
	return s
}

// WriteForecasts writes a row for each step of each series.
func (a *All) WriteForecasts(w io.Writer) error {
	out := csv.NewWriter(w)
	header := []string{"series", "step", "date", "point"}
	for _, l := range a.Config.Levels {
		name := strconv.FormatFloat(100*l, 'g', 6, 64)
		header = append(header, "lower_"+name, "upper_"+name)
	}
	_ = out.Write(append(header, "method", "model"))
	for i := range a.Results {
		r := &a.Results[i]
		if r.Err != nil {
			continue
		}
		for k, p := range r.Forecast.Points {
			row := []string{Safe(r.Name), strconv.Itoa(k + 1), r.Date(k), number(p)}
			for _, level := range r.Forecast.Intervals {
				row = append(row, number(level.Lower[k]), number(level.Upper[k]))
			}
			_ = out.Write(append(row, string(r.Forecast.Method), Safe(r.Forecast.Model)))
		}
	}
	out.Flush()
	return out.Error()
}

// WriteTests writes how each forecast came about, a row for each thing to say: record is reason, trial, parameter,
// warning or fault.
func (a *All) WriteTests(w io.Writer) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"series", "record", "name", "value", "chosen", "origins", "mase", "rmsse", "smape", "bias", "text"})
	for i := range a.Results {
		a.Results[i].tests(out)
	}
	for _, f := range a.Table.Faults.List {
		_ = out.Write([]string{Safe(f.Name), "fault", "", "", "", "", "", "", "", "", f.String()})
	}
	out.Flush()
	return out.Error()
}

func (r *Result) tests(out *csv.Writer) {
	row := func(record, name, value, text string) {
		_ = out.Write([]string{Safe(r.Name), record, Safe(name), value, "", "", "", "", "", "", Safe(text)})
	}
	if r.Err != nil {
		row("fault", "", "", r.Err.Error())
		return
	}
	f := &r.Forecast
	row("reason", string(f.Method), "", r.Reason())
	for i := range r.Trials {
		t := &r.Trials[i]
		chosen := "0"
		if t.Method == f.Method {
			chosen = "1"
		}
		_ = out.Write([]string{
			Safe(r.Name), "trial", string(t.Method), "", chosen, strconv.Itoa(t.Origins), number(t.MASE), number(t.RMSSE),
			number(t.SMAPE), number(t.Bias), "",
		})
	}
	for _, p := range f.Parameters {
		row("parameter", p.Name, number(p.Value), "")
	}
	if f.AICc != 0 {
		row("parameter", "AICc", number(f.AICc), "")
	}
	for _, w := range r.Warnings() {
		row("warning", string(w.Code), "", w.Text)
	}
}

// Reason says in a sentence why the method was taken.
func (r *Result) Reason() string {
	if r.Forecast.Reason != "" {
		return r.Forecast.Reason
	}
	for _, w := range r.Forecast.Warnings {
		if w.Code == forecast.FellBack {
			return w.Text
		}
	}
	return string(r.Forecast.Method) + ", as asked for"
}
