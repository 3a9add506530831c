package tandem

import "time"

// Instant is a point in time to the microsecond, in UTC. The zero Instant is
// "none". Instants compare with ==.
type Instant struct{ us int64 } // microseconds since 0001-01-01T00:00:00Z

const epochMicros = daysTo1970 * 86400 * 1_000_000

const maxMicros = (maxDays+1)*86400*1_000_000 - 1

// instant gives none outside the years 1 to 9999, which RFC 3339 can write.
func instant(us int64) Instant {
	if us < 0 || us > maxMicros {
		return Instant{}
	}
	return Instant{us}
}

// InstantOf gives the instant of a [time.Time], cut to the microsecond; none
// outside the years 1 to 9999.
func InstantOf(t time.Time) Instant {
	if y := t.Year(); y < 0 || y > 10_000 {
		return Instant{} // UnixMicro may overflow
	}
	return instant(t.UnixMicro() + epochMicros)
}

// InstantOfUnixMicro gives the instant that many microseconds after
// 1970-01-01T00:00:00Z; none outside the years 1 to 9999.
func InstantOfUnixMicro(us int64) Instant {
	if us > maxMicros {
		return Instant{}
	}
	return instant(us + epochMicros)
}

// ParseInstant reads RFC 3339 in UTC (a closing Z), at most six digits of seconds.
func ParseInstant(s string) (i Instant, err error) {
	if s == "" {
		err = instantError()
	} else {
		err = i.UnmarshalText([]byte(s))
	}
	return i, unreadable("instant", s, "RFC 3339 in UTC, 2026-11-20T12:34:56Z", err)
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

// Add gives the instant d later, cut to the microsecond. A result outside the
// years 1 to 9999 is "none", and so is any sum with none.
func (i Instant) Add(d time.Duration) Instant {
	if i.IsZero() {
		return i
	}
	return instant(i.us + d.Microseconds())
}

// MicrosSince gives the microseconds from o to i, exactly.
func (i Instant) MicrosSince(o Instant) int64 { return i.us - o.us }

// Sub gives the time from o to i. A [time.Duration] ends at 292 years, and so
// does the result, as that of time.Time.Sub; [Instant.MicrosSince] is exact.
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
	seconds, micros := i.us/1_000_000, int(i.us%1_000_000)
	dst = appendDate(dst, int(seconds/86400))
	second := int(seconds % 86400)
	dst = appendTwo(append(dst, 'T'), second/3600)
	dst = appendTwo(append(dst, ':'), second/60%60)
	dst = appendTwo(append(dst, ':'), second%60)
	if micros > 0 {
		dst = append(dst, '.')
		for unit := 100_000; micros > 0; unit /= 10 {
			dst = append(dst, byte('0'+micros/unit))
			micros %= unit
		}
	}
	return append(dst, 'Z'), nil
}

// MarshalText gives RFC 3339 in UTC, empty for none.
func (i Instant) MarshalText() ([]byte, error) { return i.AppendText(nil) }

// UnmarshalText reads RFC 3339 in UTC; an empty text is none. Leap seconds and
// the year 0 are refused.
func (i *Instant) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*i = Instant{}
		return nil
	}
	n := len(text)
	if n < 20 || n == 21 || n > 27 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[n-1] != 'Z' {
		return instantError()
	}
	hour, minute, second, micros := digits(text[11:13]), digits(text[14:16]), digits(text[17:19]), 0
	if n > 20 {
		micros = digits(text[20 : n-1])
		for k := n - 21; k < 6; k++ {
			micros *= 10
		}
	}
	y, m, d := digits(text[0:4]), digits(text[5:7]), digits(text[8:10])
	if text[4] != '-' || text[7] != '-' || n > 20 && text[19] != '.' ||
		uint(hour) > 23 || uint(minute) > 59 || uint(second) > 59 || micros < 0 ||
		y < 1 || m < 1 || m > 12 || d < 1 || d > daysIn(y, time.Month(m)) {
		return instantError()
	}
	seconds := int64(daysOf(y, time.Month(m), d))*86400 + int64(hour*3600+minute*60+second)
	parsed := Instant{seconds*1_000_000 + int64(micros)}
	if parsed.IsZero() {
		return instantError() // the first instant stands for none
	}
	*i = parsed
	return nil
}
