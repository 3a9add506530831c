package table

import (
	"cmp"

	"github.com/tandem-go/tandem"
)

// wide reads a header whose columns from one on are dates; those before name the series.
func (r *reading) wide(header []string, from int) (func(*record), error) {
	days := make([]tandem.Date, len(header))
	seen := map[tandem.Date]int{}
	for i := from; i < len(header); i++ {
		if header[i] == "" && i == len(header)-1 {
			continue // a separator at the end of each line
		}
		day, fault := r.date(header[i])
		if before, twice := seen[day]; fault == "" && twice {
			fault = "the date is that of column " + itoa(before+1)
		}
		if fault != "" {
			r.table.Faults.add(1, i+1, "", "%s; the column is left out", fault)
			continue
		}
		seen[day], days[i] = i, day
	}
	lines := map[string]int{}
	return func(f *record) { r.wideRow(f, header, days, from, lines) }, nil
}

func (r *reading) wideRow(f *record, header []string, days []tandem.Date, from int, lines map[string]int) {
	if f.blank() {
		return
	}
	name := cmp.Or(r.Name, "series")
	if from > 0 {
		var ok bool
		if name, ok = r.name(f, 0, from); !ok {
			return
		}
	}
	if first, twice := lines[name]; twice {
		r.table.Faults.add(f.line(), 1, name, "the name is that of line %d; this line is left out", first)
		return
	}
	lines[name] = f.line()
	s := r.of(name)
	if fault := f.short(header); fault != "" {
		r.table.Faults.add(f.line(), 0, name, "%s", fault)
		s.faulty = true
		return
	}
	for i := from; i < max(len(f.fields), len(header)); i++ {
		if i >= len(header) {
			if f.field(i) != "" {
				line, column := f.at(i)
				r.table.Faults.add(line, column, name, "the header has no such column")
				s.faulty = true
			}
			continue
		}
		if days[i].IsZero() {
			continue
		}
		v, known, fault := number(f.field(i), r.mark)
		line, column := f.at(i)
		if fault != "" {
			r.table.Faults.add(line, column, name, "%s", fault)
			s.faulty = true
		}
		s.entries = append(s.entries, entry{day: days[i], value: v, known: known, line: line})
	}
}
