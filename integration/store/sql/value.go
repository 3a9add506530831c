package sqlstore

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
)

// What is absent has a value that sorts before all others: the nil UUID, '' for
// texts, and for dates and instants -infinity on PostgreSQL and '' on SQLite.

const instantLayout = "2006-01-02T15:04:05.000000Z" // sorts as a text from year 1 to 9999

// encodeText gives the arguments of engines that keep ids, dates and instants as texts.
func encodeText(v store.Value) any {
	switch v.Type {
	case store.TypeID:
		return uuidText(v.ID)
	case store.TypeText:
		return v.Text
	case store.TypeDate:
		if v.Int == 0 {
			return ""
		}
		return dateText(v.Int)
	case store.TypeInstant:
		if v.Int == math.MinInt64 {
			return ""
		}
		return instantText(v.Int)
	}
	return v.Int
}

func dateText(days int64) string {
	d, err := tandem.DateOfDayNumber(int(days))
	if err != nil {
		return ""
	}
	return d.String()
}

func instantText(micros int64) string { return time.UnixMicro(micros).UTC().Format(instantLayout) }

// decode gives the value of a column as [database/sql] hands it out.
func decode(t store.ColumnType, src any) (store.Value, error) {
	v := store.Value{Type: t}
	switch s := src.(type) {
	case int64:
		if t == store.TypeInt || t == store.TypeBool {
			v.Int = s
			return v, nil
		}
	case bool:
		if t == store.TypeBool {
			if s {
				v.Int = 1
			}
			return v, nil
		}
	case [16]byte:
		v.ID = s
		return v, nil
	case time.Time:
		return decodeTime(t, s)
	case []byte:
		return decodeText(t, string(s))
	case string:
		return decodeText(t, s)
	}
	return v, damaged(t, src)
}

func damaged(t store.ColumnType, src any) error {
	return fmt.Errorf("sqlstore: a column of type %d holds a %T: %w", t, src, tandem.ErrInvalid)
}

func decodeTime(t store.ColumnType, at time.Time) (store.Value, error) {
	switch t {
	case store.TypeDate:
		d, err := tandem.NewDate(at.Year(), at.Month(), at.Day())
		return store.Value{Type: t, Int: int64(d.DayNumber())}, err
	case store.TypeInstant:
		return store.Value{Type: t, Int: at.UnixMicro()}, nil
	}
	return store.Value{}, damaged(t, at)
}

// instantLayouts are SQLite's and PostgreSQL's, as a text.
var instantLayouts = [...]string{instantLayout, "2006-01-02 15:04:05.999999999Z07", "2006-01-02 15:04:05.999999999Z07:00"}

func decodeText(t store.ColumnType, s string) (v store.Value, err error) {
	v.Type = t
	switch t {
	case store.TypeText:
		v.Text = s
	case store.TypeID:
		v.ID, err = tandem.ParseUUID(s)
	case store.TypeDate:
		if s == "" || s == "-infinity" {
			return v, nil
		}
		var d tandem.Date
		d, err = tandem.ParseDate(s)
		v.Int = int64(d.DayNumber())
	case store.TypeInstant:
		if s == "" || s == "-infinity" {
			v.Int = math.MinInt64
			return v, nil
		}
		var at time.Time
		for _, layout := range instantLayouts {
			if at, err = time.Parse(layout, s); err == nil {
				break
			}
		}
		v.Int = at.UnixMicro()
	case store.TypeInt:
		v.Int, err = strconv.ParseInt(s, 10, 64)
	case store.TypeBool:
		if s == "t" || s == "true" || s == "1" {
			v.Int = 1
		}
	}
	if err != nil {
		err = fmt.Errorf("sqlstore: a column of type %d holds %.40q: %w: %w", t, s, tandem.ErrInvalid, err)
	}
	return v, err
}
