package picture

import "fmt"

// Share is a part of a whole, kept as counts. Its JSON form is a number rounded to four digits, null of nothing.
type Share struct{ Part, Whole int64 }

// Add counts more.
func (s *Share) Add(part, whole int64) { s.Part, s.Whole = s.Part+part, s.Whole+whole }

// Count counts one, as part or not.
func (s *Share) Count(part bool) {
	s.Whole++
	if part {
		s.Part++
	}
}

// Tenths gives the share in tenths of a percent, rounded half up; -1 of nothing.
func (s Share) Tenths() int64 {
	if s.Whole <= 0 {
		return -1
	}
	return (2000*s.Part + s.Whole) / (2 * s.Whole)
}

// String gives the share in percent, `91.9 %`, or `–` of nothing.
func (s Share) String() string {
	t := s.Tenths()
	if t < 0 {
		return "–"
	}
	return fmt.Sprintf("%d.%d %%", t/10, t%10)
}

// MarshalJSON gives the share as a number.
func (s Share) MarshalJSON() ([]byte, error) {
	if s.Whole <= 0 {
		return []byte("null"), nil
	}
	n := (20000*s.Part + s.Whole) / (2 * s.Whole)
	return fmt.Appendf(nil, "%d.%04d", n/10000, n%10000), nil
}
