package tandem

import "time"

// Instant is a point in time to the microsecond, in UTC. The zero Instant is
// "none". Instants compare with ==.
type Instant struct{ us int64 } // microseconds since 0001-01-01T00:00:00Z

const epochMicros = daysTo1970 * 86400 * 1_000_000

// InstantOf gives the instant of a [time.Time], cut to the microsecond.
func InstantOf(t time.Time) Instant { return Instant{t.UnixMicro() + epochMicros} }

// InstantOfUnixMicro gives the instant that many microseconds after 1970-01-01T00:00:00Z.
func InstantOfUnixMicro(us int64) Instant { return Instant{us + epochMicros} }

// ParseInstant reads RFC 3339 in UTC (a closing Z), at most six digits of seconds.
func ParseInstant(s string) (Instant, error) {
	var i Instant
	if s == "" {
		return Instant{}, instantError()
	}
	err := i.UnmarshalText([]byte(s))
	return i, err
}

func instantError() error {
	return &InvalidError{Subject: "instant", Faults: []Fault{{
		Code: "instant", Path: "instant", Message: "want RFC 3339 in UTC, to the microsecond"}}}
}

// IsZero reports whether i is "none".
func (i Instant) IsZero() bool { return i.us == 0 }

// UnixMicro gives the microseconds since 1970-01-01T00:00:00Z.
func (i Instant) UnixMicro() int64 { return i.us - epochMicros }

// Time gives the [time.Time] in UTC.
func (i Instant) Time() time.Time { return time.UnixMicro(i.us - epochMicros).UTC() }

// Add gives the instant d later, cut to the microsecond.
func (i Instant) Add(d time.Duration) Instant { return Instant{i.us + d.Microseconds()} }

// Sub gives the time from o to i.
func (i Instant) Sub(o Instant) time.Duration { return i.Time().Sub(o.Time()) }

// Before reports whether i is earlier than o.
func (i Instant) Before(o Instant) bool { return i.us < o.us }

// After reports whether i is later than o.
func (i Instant) After(o Instant) bool { return i.us > o.us }

// Compare gives -1, 0 or +1.
func (i Instant) Compare(o Instant) int {
	switch {
	case i.us < o.us:
		return -1
	case i.us > o.us:
		return 1
	}
	return 0
}

// String gives RFC 3339 in UTC, "" for none.
func (i Instant) String() string {
	out, _ := i.AppendText(nil)
	return string(out)
}

// AppendText appends RFC 3339 in UTC; nothing for none.
func (i Instant) AppendText(dst []byte) ([]byte, error) {
	if i.IsZero() {
		return dst, nil
	}
	return i.Time().AppendFormat(dst, "2006-01-02T15:04:05.999999Z07:00"), nil
}

// MarshalText gives RFC 3339 in UTC, empty for none.
func (i Instant) MarshalText() ([]byte, error) { return i.AppendText(nil) }

// UnmarshalText reads RFC 3339 in UTC; an empty text is none.
func (i *Instant) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*i = Instant{}
		return nil
	}
	if len(text) < 20 || len(text) > 27 || text[len(text)-1] != 'Z' {
		return instantError()
	}
	t, err := time.Parse(time.RFC3339Nano, string(text))
	if err != nil {
		return instantError()
	}
	*i = InstantOf(t)
	return nil
}
