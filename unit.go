package tandem

// Unit is a unit of measure: a code of UN/ECE Recommendation 20, or of
// Recommendation 21 with the prefix X (packages: XBX is a box), one to three
// capital letters or digits, packed big-endian. The zero value is "none".
type Unit uint32

// Common units. Any other code is read by [ParseUnit].
const (
	Each       Unit = 'E'<<8 | 'A'           // EA, one item
	One        Unit = 'C'<<16 | '6'<<8 | '2' // C62, one, dimensionless
	Dozen      Unit = 'D'<<16 | 'Z'<<8 | 'N' // DZN, 12
	Pair       Unit = 'P'<<8 | 'R'           // PR
	Set        Unit = 'S'<<16 | 'E'<<8 | 'T' // SET
	Box        Unit = 'X'<<16 | 'B'<<8 | 'X' // XBX
	Carton     Unit = 'X'<<16 | 'C'<<8 | 'T' // XCT
	Pallet     Unit = 'X'<<16 | 'P'<<8 | 'X' // XPX
	Kilogram   Unit = 'K'<<16 | 'G'<<8 | 'M' // KGM
	Gram       Unit = 'G'<<16 | 'R'<<8 | 'M' // GRM
	Tonne      Unit = 'T'<<16 | 'N'<<8 | 'E' // TNE
	Metre      Unit = 'M'<<16 | 'T'<<8 | 'R' // MTR
	Millimetre Unit = 'M'<<16 | 'M'<<8 | 'T' // MMT
	Litre      Unit = 'L'<<16 | 'T'<<8 | 'R' // LTR
	Hour       Unit = 'H'<<16 | 'U'<<8 | 'R' // HUR
	Minute     Unit = 'M'<<16 | 'I'<<8 | 'N' // MIN
	Day        Unit = 'D'<<16 | 'A'<<8 | 'Y' // DAY
)

// ParseUnit reads a unit code: one to three capital letters or digits.
func ParseUnit(code string) (Unit, error) {
	u, err := parseUnit(code)
	return u, unreadable("unit", code, "a code of UN/ECE Recommendation 20, EA", err)
}

func parseUnit(code string) (Unit, error) {
	if len(code) < 1 || len(code) > 3 {
		return 0, unitError()
	}
	var u Unit
	for i := 0; i < len(code); i++ {
		c := code[i]
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return 0, unitError()
		}
		u = u<<8 | Unit(c)
	}
	return u, nil
}

func unitError() error {
	return &InvalidError{Subject: "unit", Faults: []Fault{{
		Code: "unit_syntax", Path: "unit", Message: "want a code of UN/ECE Recommendation 20: one to three capital letters or digits"}}}
}

// Valid reports whether u has the form of a unit code.
func (u Unit) Valid() bool {
	if u == 0 || u > 'Z'<<16|'Z'<<8|'Z' {
		return false
	}
	for ; u != 0; u >>= 8 {
		if c := byte(u); (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// String gives the code, "" for none.
func (u Unit) String() string {
	out, _ := u.AppendText(nil)
	return string(out)
}

// AppendText appends the code.
func (u Unit) AppendText(dst []byte) ([]byte, error) {
	for shift := 24; shift >= 0; shift -= 8 {
		if c := byte(u >> shift); c != 0 {
			dst = append(dst, c)
		}
	}
	return dst, nil
}

// MarshalText gives the code.
func (u Unit) MarshalText() ([]byte, error) { return u.AppendText(nil) }

// UnmarshalText reads the code; an empty text is none.
func (u *Unit) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*u = 0
		return nil
	}
	parsed, err := parseUnit(string(text))
	if err != nil {
		return err
	}
	*u = parsed
	return nil
}

// UnitConversion says how many of To one From is: dozen to each is 12/1.
type UnitConversion struct {
	From   Unit  `json:"from"`
	To     Unit  `json:"to"`
	Factor Ratio `json:"factor"`
}

// Validate reports missing units and a factor that is not positive.
func (u UnitConversion) Validate() error {
	var c Check
	c.Require(u.From.Valid(), "unit", "from", "must be a unit")
	c.Require(u.To.Valid(), "unit", "to", "must be a unit")
	c.Require(u.Factor.Sign() > 0, "factor", "factor", "must be positive")
	return c.Err("unit conversion")
}
